"""The guards of a claim (申报): is it complete, and may this unit have it (§3, #1 and #21).

`missing` says what keeps a filing below the floor (待补正); `refusal` says why a complete one is
not registered. Both judge plain values, none of them reads a table.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from app.clock import months
from app.first_talk.policies import Amount, Currency, Evidence, Exclusion, Policy
from app.first_talk.rights import Reason
from app.labels import LabelledEnum


class Missing(LabelledEnum):
    """What a filing needs to be complete."""

    IDENTITY = "identity", "统一社会信用代码，或注明境外、未注册"
    DIVISION = "division", "行业大类"
    AMOUNT = "amount", "计划投资总额"
    FIRST_TALKED_ON = "first_talked_on", "首谈时间"
    EVIDENCE = "evidence", "符合要求的首谈证据"


@dataclass(frozen=True)
class Application:
    """What a unit files: the claim in plain values."""

    unit: str
    identified: bool  # has a USCC, or is marked 境外/未注册
    origin: str  # division code of the investor, "" abroad or unknown
    division: str | None  # GB/T 4754 大类
    amount: Amount | None
    fixed_fen: int | None
    first_talked_on: date | None
    evidence: frozenset[Evidence]
    exclusions: frozenset[Exclusion]


@dataclass(frozen=True)
class Engagement:
    """Another unit's dealings with the enterprise: its last dated 洽谈, or a signed contract."""

    unit: str
    signed: bool
    last_talk_on: date | None
    had_right_that_ended: bool
    about_id: str = ""


@dataclass(frozen=True)
class Surroundings:
    """What the filing meets: all that the guards need to know of others and of the past."""

    right_granted: bool = False  # a right of another family is active on the subject
    contract_on: date | None = None  # 正式合同, anywhere
    engagements: tuple[Engagement, ...] = ()
    own_right_ended_on: date | None = None  # the unit's own; not one that ended by 企业另选
    barred_through: date | None = None
    holds: tuple[str, ...] = ()  # numbers of the provisional holds of the district now


@dataclass(frozen=True)
class Refusal:
    """Why a claim is not registered; `detail` names the very rule where there are several."""

    reason: Reason
    detail: str = ""

    def __str__(self) -> str:
        """As a code: `below_threshold(固投)`."""
        return f"{self.reason}({self.detail})" if self.detail else self.reason


def missing(application: Application, policy: Policy) -> list[Missing]:
    """What keeps the filing below the floor, in the order of the form; empty when complete."""
    has = {
        Missing.IDENTITY: application.identified,
        Missing.DIVISION: application.division is not None,
        Missing.AMOUNT: application.amount is not None,
        Missing.FIRST_TALKED_ON: application.first_talked_on is not None,
        Missing.EVIDENCE: meets_floor(application.evidence, policy),
    }
    return [need for need, met in has.items() if not met]


def meets_floor(evidence: frozenset[Evidence], policy: Policy) -> bool:
    """One of the strong kinds, or two of the others, from the kinds alone; where a floor is set."""
    if not (policy.evidence_one_of or policy.evidence_two_of):
        return True
    return bool(evidence & policy.evidence_one_of) or len(evidence & policy.evidence_two_of) >= 2


def refusal(
    application: Application, around: Surroundings, policy: Policy, today: date
) -> Refusal | None:
    """The first guard that says no to a complete filing, or None."""
    return (
        _scope(application, policy)
        or _threshold(application, policy)
        or _window(application, around, policy, today)
        or _excluded(application, policy)
        or _in_talks(application, around, policy, today)
        or _own_past(around, policy, today)
        or _limits(around, policy)
    )


def _scope(application: Application, policy: Policy) -> Refusal | None:
    if policy.scope_outside is None:
        return None
    if application.origin.startswith(policy.city):
        return Refusal(Reason.EXISTING_LOCAL_FIRM)
    if application.origin.startswith(policy.scope_outside):
        return Refusal(Reason.NOT_IN_SCOPE)
    return None


def _threshold(application: Application, policy: Policy) -> Refusal | None:
    amount = application.amount
    if amount is None or amount.minor < _least(application, amount, policy):
        return Refusal(Reason.BELOW_THRESHOLD)
    lead = policy.threshold_lead_fen
    if amount.currency is Currency.CNY and amount.minor < lead:
        return Refusal(Reason.BELOW_THRESHOLD, f"线索 {lead // 1_000_000:,}万")
    fixed = policy.threshold_fixed_fen
    if fixed is not None and (application.fixed_fen or 0) < fixed:
        return Refusal(Reason.BELOW_THRESHOLD, f"固投 {fixed // 1_000_000:,}万")
    return None


def _least(application: Application, amount: Amount, policy: Policy) -> int:
    """The least amount (inclusive) in the currency of the filing; never converted."""
    if amount.currency is Currency.USD:
        return policy.threshold_usd_cents or 0
    if policy.threshold_services_fen is not None and (
        application.division in policy.service_divisions
    ):
        return policy.threshold_services_fen
    return policy.threshold_fen


def _window(
    application: Application, around: Surroundings, policy: Policy, today: date
) -> Refusal | None:
    talked_on, contract_on = application.first_talked_on, around.contract_on
    if policy.window_opens and (talked_on is None or talked_on > today):
        return Refusal(Reason.WINDOW_NOT_OPEN)
    if policy.window_closes and contract_on is not None and contract_on <= today:
        return Refusal(Reason.WINDOW_CLOSED)
    return None


def _excluded(application: Application, policy: Policy) -> Refusal | None:
    matters = application.exclusions & policy.exclusions
    named = [matter.label for matter in Exclusion if matter in matters]
    return Refusal(Reason.EXCLUDED, "、".join(named)) if named else None


def _in_talks(
    application: Application, around: Surroundings, policy: Policy, today: date
) -> Refusal | None:
    kept_out = kept_out_by(application, around, policy, today)
    return Refusal(Reason.ALREADY_IN_TALKS) if kept_out else None


def kept_out_by(
    application: Application, around: Surroundings, policy: Policy, today: date
) -> Engagement | None:
    """The dealings of another unit that leave no room for a claim."""
    others = (
        engagement
        for engagement in around.engagements
        if not policy.same_family(application.unit, engagement.unit)
    )
    return next((one for one in others if _keeps_out(one, policy, today)), None)


def _keeps_out(engagement: Engagement, policy: Policy, today: date) -> bool:
    """Signed always; in talks only while they are alive and no right on it has run out."""
    if engagement.signed:
        return policy.excludes_signed
    if not policy.excludes_in_talks:
        return False
    if engagement.had_right_that_ended or engagement.last_talk_on is None:
        return False
    alive = policy.stale_yellow_months
    return alive is None or today <= months(engagement.last_talk_on, alive)


def _own_past(around: Surroundings, policy: Policy, today: date) -> Refusal | None:
    ended_on = around.own_right_ended_on
    waits = timedelta(days=policy.cooldown_days)
    if waits and ended_on is not None and today <= ended_on + waits:
        return Refusal(Reason.COOLDOWN)
    if around.barred_through is not None and today <= around.barred_through:
        return Refusal(Reason.BARRED)
    return None


def _limits(around: Surroundings, policy: Policy) -> Refusal | None:
    if around.right_granted:
        return Refusal(Reason.FIRST_TALK_TAKEN)
    if len(around.holds) >= policy.hold_limit:
        return Refusal(Reason.HOLD_LIMIT, "、".join(around.holds))
    return None
