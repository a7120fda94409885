"""An interest (首谈利益) with its right, its place in the chain, and the rules that decided it."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.first_talk import credits as crediting
from app.first_talk import register, views
from app.first_talk.credits import Claim, Modes, Side, Term
from app.first_talk.interest_schemas import ClockState, ClockView, FamilyPart, InterestView
from app.first_talk.models import Right
from app.first_talk.rights import State
from app.first_talk.transfer_models import Interest, Transfer
from app.kit.work import Role, Work
from app.money import rate
from app.parameters import service as parameters
from app.parameters.policy import FirstTalkPolicy, Trigger


@dataclass(frozen=True)
class Kept:
    """An interest with its right, its place in the chain, and the rules that decided it."""

    interest: Interest
    right: Right
    side: Side
    policy: FirstTalkPolicy

    @property
    def is_void(self) -> bool:
        """Whether it counts for nothing: a false filing, or a false statement on transfer."""
        return self.right.state is State.REVOKED or self.interest.voided_at is not None

    @property
    def credit_years(self) -> int | None:
        """How long credit is shared."""
        if self.side is Side.LEFT:
            return self._left_years()
        given = self.policy.credit_assessment
        return given.years if given else None

    @property
    def tax_years(self) -> int | None:
        """How long tax is shared, by the template that an agreement replaces."""
        if self.side is Side.LEFT:
            return self._left_years()
        return self.policy.tax.years if self.policy.tax else None

    @property
    def credit_term(self) -> Term | None:
        """Credit from 动建, unless the rules name the first tax; None before."""
        given = self.policy.credit_assessment
        since = self._since(given.start if given else None, Trigger.CONSTRUCTION_STARTED)
        return self._term(since, self.credit_years)

    @property
    def tax_term(self) -> Term | None:
        """Tax from the first that came in, unless the rules name 动建; None before."""
        given = self.policy.tax
        since = self._since(given.start if given else None, Trigger.FIRST_TAX)
        return self._term(since, self.tax_years)

    def claim(self) -> Claim:
        """The interest as it counts for credit."""
        return Claim(
            unit=self.right.district_id,
            side=self.side,
            share=self.interest.credit_share or Fraction(0),
            modes=_modes(self.policy),
            term=self.credit_term,
            family={unit: rate(part) for unit, part in (self.interest.split or {}).items()},
        )

    def _since(self, stated: Trigger | None, otherwise: Trigger) -> date | None:
        """The day of what starts a clock."""
        built = (stated or otherwise) is Trigger.CONSTRUCTION_STARTED
        return self.interest.credit_since if built else self.interest.tax_since

    def _term(self, since: date | None, years: int | None) -> Term | None:
        if since is None:
            return None
        counted = self.policy.term_counts_first_day
        return Term(since, years, counts_first_day=counted is not None and counted.sharing)

    def _left_years(self) -> int | None:
        left = self.policy.interest_on_enterprise_left
        return left.years if left else None


def kept(work: Work, interests: list[Interest]) -> list[Kept]:
    """The interests with what decides them, in the order in which they came to be."""
    ids = [one.right_id for one in interests]
    rights = {
        row.id: row
        for row in work.session.scalars(
            work.all_rows(Right, because="首谈利益的来由").where(Right.id.in_(ids))
        )
    }
    received = set(
        work.session.scalars(
            work.all_rows(Transfer, because="首谈利益的来由")
            .where(Transfer.received_id.in_(ids))
            .with_only_columns(Transfer.received_id)
        )
    )
    return [
        Kept(
            interest=one,
            right=(row := rights[one.right_id]),
            side=_side(row, received),
            policy=parameters.policy_version(work, one.policy_version or row.policy_version),
        )
        for one in interests
    ]


def _side(row: Right, received: set[str | None]) -> Side:
    if row.state is State.ENTERPRISE_LEFT:
        return Side.LEFT
    return Side.MIDDLE if row.id in received else Side.FIRST


def _modes(policy: FirstTalkPolicy) -> Modes:
    given = policy.credit_assessment
    if given is None:
        return Modes()
    named = {name: crediting.Mode(mode.value) for name, mode in given.indicators.items()}
    general = crediting.Mode(given.mode.value) if given.mode else crediting.Mode.LANDING
    return Modes(general, named)


def view(work: Work, one: Kept) -> InterestView:
    """An interest as those who have a part in it see it."""
    interest, row, policy = one.interest, one.right, one.policy
    names = views.district_names(work)
    in_full = _modes(policy).in_full()
    decides = work.actor.has(Role.COORDINATOR) and register.may_decide(work, row)
    return InterestView(
        id=interest.id,
        version=interest.version,
        right_id=row.id,
        number=row.filed_number,
        enterprise_name=row.application["enterprise_name"],
        holder=views.district_label(names, row.district_id),
        side=one.side,
        credit_share=interest.credit_share,
        credit_years=one.credit_years,
        credit=_clock(work, one, one.credit_term, has_part=bool(interest.credit_share or in_full)),
        in_full=in_full,
        tax_share=interest.tax_share,
        tax_years=one.tax_years,
        tax=_clock(work, one, one.tax_term, has_part=bool(interest.tax_share)),
        family=[
            FamilyPart(district=views.district_label(names, unit), share=rate(part))
            for unit, part in (interest.split or {}).items()
        ],
        split_reference=interest.split_reference or "",
        policy_version=policy.version,
        reference=policy.reference,
        status=policy.status,
        void=one.is_void,
        void_reason=interest.void_reason or ("虚假申报，首谈已撤销" if one.is_void else ""),
        has_proof=interest.void_proof_id is not None,
        may_follow=work.session.scalars(work.rows(Right).where(Right.id == row.id)).first()
        is not None,
        may_split=bool(interest.split) and work.owns(interest) and work.actor.has(Role.UNIT_HEAD),
        may_void=decides and not one.is_void,
    )


def _clock(work: Work, one: Kept, term: Term | None, *, has_part: bool) -> ClockView:
    if one.is_void or not has_part:
        state = ClockState.NONE
    elif term is None:
        state = ClockState.PENDING
    else:
        over = term.last_day is not None and work.today > term.last_day
        state = ClockState.ENDED if over else ClockState.RUNNING
    return ClockView(
        state=state,
        first_day=term.first_day if term else None,
        last_day=term.last_day if term else None,
    )
