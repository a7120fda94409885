"""The rule sets of the parameters as the rules of first talk read them: one `Policy` per version.

The parameters keep what a rule set says, with titles and authority; `Policy` is the part of it
that has effect on a claim or right. Amounts become fen and cents, families come from the tenants.
"""

from collections.abc import Iterable

from app.districts import service as districts
from app.first_talk.policies import Evidence, Exclusion, Period, Policy
from app.kit.work import Work, once
from app.money import Money
from app.parameters import service as parameters
from app.parameters.policy import (
    FirstTalkPolicy,
    RightThreshold,
    Unit,
    WindowEdge,
)
from app.parameters.policy import Period as WrittenPeriod

HEARING = Period(5)
"""How long the holder of a filing that is said to be false may answer; no rule set states it."""
NO_LIMIT = 10**9
"""More than any district files in a day: a rule set that states no limit has none."""


def policy_now(work: Work) -> Policy:
    """The rules in force today: those of a new claim."""
    return read(work, parameters.first_talk_policy(work))


def policies(work: Work, versions: Iterable[str]) -> dict[str, Policy]:
    """The rules by the name under which decisions store them."""
    return {
        version: read(work, parameters.policy_version(work, version)) for version in set(versions)
    }


def read(work: Work, written: FirstTalkPolicy) -> Policy:
    """What a rule set says, as the guards and clocks read it."""
    general = parameters.general(work)
    threshold = written.threshold_right or RightThreshold()
    length = written.length
    floor, escalation = written.evidence_floor, written.threshold_escalate
    return Policy(
        version=written.version,
        city=general.city_code[:4],
        scope_outside=general.city_code[:4] if written.scope_investor else None,
        exclusions=frozenset(one for one in Exclusion if one.value in written.scope_exclude),
        excludes_in_talks="in_talks_elsewhere" in written.scope_exclude,
        excludes_signed="signed_elsewhere" in written.scope_exclude,
        window_opens=WindowEdge.FORMAL_TALKS in written.window,
        window_closes=WindowEdge.FORMAL_CONTRACT in written.window,
        threshold_lead_fen=_fen(written.threshold_lead) or 0,
        threshold_fen=_fen(threshold.cny) or 0,
        threshold_usd_cents=_fen(threshold.usd),
        threshold_services_fen=_fen(threshold.service),
        service_divisions=frozenset(general.service_divisions),
        threshold_fixed_fen=_fen(threshold.fixed),
        evidence_one_of=_kinds(floor.alone if floor else ()),
        evidence_two_of=_kinds(floor.pair if floor else ()),
        same_score_review=written.same_score_review,
        same_months=written.same_months,
        answer=_period(written.answer),
        review=_period(written.review),
        review_large=_long(written.review),
        review_large_fen=_fen(written.threshold_city_joins) or 0,
        escalate_fen=_fen(escalation.city if escalation else None),
        task_force_fen=_fen(escalation.task_force if escalation else None),
        hold_cap=_period(written.hold_cap),
        fix=_workdays(written.fix_workdays),
        notice=_period(written.notice),
        objection=_workdays(written.objection_workdays),
        length_days=length.days if length else None,
        length_large_days=(length.long_days or length.days) if length else None,
        length_large_fen=_fen(length.long_from if length else None) or 0,
        extend_days=written.extend or 0,
        extend_max=written.extend_max or 0,
        extend_before_workdays=written.extend_before or 0,
        report_every_days=written.report_every.days if written.report_every else None,
        report_lead_days=written.report_every.lead_days if written.report_every else None,
        report_month_days=written.report_every.month_days if written.report_every else (),
        report_grace_workdays=written.report_grace or 0,
        early_report_days=written.early_report_counts or 0,
        stale_explain_days=written.stale_explain,
        stale_yellow_months=written.stale_yellow,
        stale_red_months=written.stale_red,
        drop_months=written.drop,
        missed_reports_red=written.missed_reports_red,
        lapse_notice=_period(written.lapse_notice),
        declare_to_pool=_period(written.declare_to_pool),
        accept=_period(written.accept),
        pool_closes_days=30,
        transfer_result_days=written.transfer_result,
        transfer_stale_months=written.transfer_stale,
        max_transfers=written.max_transfers,
        negotiate=_period(written.negotiate),
        decide=_period(written.decide),
        appeal=_period(written.appeal),
        hearing=HEARING,
        late_objection_days=written.late_objection_days or 0,
        cooldown_days=written.cooldown or 0,
        bar_days=written.bar_days or 0,
        suspend_cap_days=written.suspend_cap,
        hold_limit=_limit(written.hold_limit),
        check_limit=_limit(written.check_limit),
        cutoff=written.cutoff,
        families=_families(work),
    )


def _fen(amount: Money | None) -> int | None:
    return None if amount is None else amount.fen


def _limit(number: int | None) -> int:
    return NO_LIMIT if number is None else number


def _kinds(codes: Iterable[str]) -> frozenset[Evidence]:
    return frozenset(Evidence(code) for code in codes)


def _period(written: WrittenPeriod | None) -> Period | None:
    if written is None:
        return None
    return Period(written.n, written.unit is Unit.WORKING, written.roll)


def _long(written: WrittenPeriod | None) -> Period | None:
    if written is None or written.long is None:
        return _period(written)
    return Period(written.long, written.unit is Unit.WORKING, written.roll)


def _workdays(number: int | None) -> Period | None:
    return None if number is None else Period(number)


@once
def _families(work: Work) -> tuple[frozenset[str], ...]:
    members: dict[str, set[str]] = {}
    for district in districts.districts(work):
        members.setdefault(district.family, set()).add(district.id)
    return tuple(frozenset(family) for family in members.values() if len(family) > 1)
