"""What the pages of a lead show together: choices of the forms, the lead with all around it."""

from datetime import date

from app.districts import service as districts
from app.enterprises import service as enterprises
from app.enterprises.models import InteractionKind, SubstantiveKind
from app.enterprises.schemas import InteractionView
from app.first_talk import filing as floor
from app.first_talk import lead_rights, register, rulebook
from app.first_talk.filing import Missing
from app.first_talk.policies import Currency, Evidence, Exclusion
from app.first_talk.receipt_schemas import ReceiptView
from app.first_talk.register_schemas import MoveView
from app.first_talk.rights import ENDINGS, Move, State
from app.kit.schemas import Coded, View
from app.kit.work import Role, Work, use_case
from app.labels import LabelledEnum
from app.leads import gates, history, rows, views
from app.leads.gates import DuplicateView, GateView
from app.leads.listing import READERS, WRITERS
from app.leads.models import CapitalOrigin, Conclusion, Lead, Visibility
from app.leads.schemas import EventView, LeadView, Option
from app.leads.stages import LEAD_STAGES, LeadState, Stage
from app.parameters import service as parameters


class Choices(View):
    """The options of the forms and filters."""

    sources: list[Option]
    divisions: list[Option]
    drop_reasons: list[Option]
    people: list[Option]
    evidence: list[Option]
    talks: list[Option]
    substantive: list[Option]
    conclusions: list[Option]
    origins: list[Option]
    currencies: list[Option]
    exclusions: list[Option]
    partners: list[Option]
    stages: list[Option]
    states: list[Option]
    visibilities: list[Option]


class Days(View):
    """Today, and the last day on which a clock is amber."""

    today: date
    soon: date


class Desk(View):
    """A lead and all around it, as its page shows it."""

    lead: LeadView
    gate: GateView | None
    duplicates: list[DuplicateView]
    missing: list[Coded[Missing]]
    events: list[EventView]
    may_claim: bool
    may_change: bool
    may_assess: bool


class Prospect(View):
    """What would happen when to a claim that is complete today, and which proofs complete it."""

    review_by: date | None
    notice_through: date | None
    days: int | None
    alone: list[str]
    pair: list[str]


class Claimable(View):
    """A lead and what its claim lacks."""

    lead: LeadView
    missing: list[Coded[Missing]]
    may_claim: bool
    prospect: Prospect


class LoggedPage(Claimable):
    """The same with the receipt just issued."""

    receipt: ReceiptView


NEXT = {Stage.LEAD: Stage.ASSESSING, Stage.ASSESSING: Stage.NEGOTIATING}


@use_case("lead.list", *READERS, reads=True)
def choices(work: Work) -> Choices:
    """The options of the forms and filters."""
    people = districts.colleagues(work, Role.OFFICER, Role.UNIT_HEAD)
    divisions = [one for one in parameters.codes(work, "industry_division") if one.parent]
    return Choices(
        sources=_codes(work, "lead_source"),
        divisions=[(one.code, f"{one.code} {one.label}") for one in divisions],
        drop_reasons=_codes(work, "drop_reason"),
        people=[(one.id, one.name) for one in people],
        evidence=_members(Evidence),
        talks=[pair for pair in _members(InteractionKind) if pair[0] != InteractionKind.NOTE],
        substantive=_members(SubstantiveKind),
        conclusions=_members(Conclusion),
        origins=_members(CapitalOrigin),
        currencies=_members(Currency),
        exclusions=_members(Exclusion),
        partners=_partners(work),
        stages=[(stage.value, stage.label) for stage in LEAD_STAGES],
        states=_members(LeadState),
        visibilities=_members(Visibility),
    )


@use_case("lead.list", *READERS, reads=True)
def days(work: Work) -> Days:
    """Today, and until which day a clock is amber: the third working day."""
    return Days(today=work.today, soon=parameters.work_calendar(work).nth_workday(work.today, 3))


@use_case("lead.read", *READERS, reads=True)
def desk(work: Work, id: str) -> Desk:
    """The lead: its next gate, its twins, what its claim lacks, and all that happened."""
    row = rows.found(work, id)
    shown = views.view(work, row)
    target = NEXT[row.stage] if shown.state is LeadState.OPEN else None
    return Desk(
        lead=shown,
        gate=gates.gate(work, row, target) if target else None,
        duplicates=gates.duplicates(work, row),
        missing=_missing(work, row),
        events=_events(work, row),
        may_claim=_may_claim(work, row),
        may_change=work.owns(row) and work.actor.has(*WRITERS),
        may_assess=work.actor.has(Role.UNIT_HEAD),
    )


@use_case("lead.read", *READERS, reads=True)
def claimable(work: Work, id: str) -> Claimable:
    """The lead, what its claim lacks, and what would happen when if it lacked nothing today."""
    row = rows.found(work, id)
    return Claimable(
        lead=views.view(work, row),
        missing=_missing(work, row),
        may_claim=_may_claim(work, row),
        prospect=_prospect(work),
    )


@use_case("lead.read", *READERS, reads=True)
def logged(work: Work, id: str, number: str) -> LoggedPage:
    """The same with the receipt just issued."""
    return LoggedPage(**dict(claimable(work, id)), receipt=register.receipt(work, number))


@use_case("lead.read", *READERS, reads=True)
def line_of(work: Work, id: str) -> InteractionView:
    """A line of progress, to be told again as substantive progress."""
    return enterprises.interaction(work, id)


def _partners(work: Work) -> list[Option]:
    """The districts that a claim can be made together with: those outside one's family."""
    family = districts.family_of(work, work.district_id) if work.actor.district_id else frozenset()
    return [(one.id, one.name) for one in districts.districts(work) if one.id not in family]


def _codes(work: Work, name: str) -> list[Option]:
    return [(one.code, one.label) for one in parameters.codes(work, name)]


def _members(vocabulary: type[LabelledEnum]) -> list[Option]:
    return [(member.value, member.label) for member in vocabulary]


def _events(work: Work, row: Lead) -> list[EventView]:
    """Changes, moves of the right and talks, newest first; so they stand at one instant too."""
    talks = reversed(enterprises.interactions(work, {row.id}))
    events = [
        *history.events(work, row),
        *(history.of_move(one) for one in _moves(work, row)),
        *(history.of_interaction(one) for one in talks),
    ]
    return sorted(events, key=lambda event: event.at)[::-1]


def _moves(work: Work, row: Lead) -> list[MoveView]:
    """What happened to the right; reports of the holder are on the timeline as talks."""
    right = lead_rights.right_of_lead(work, row.id)
    if right is None:
        return []
    moves = register.right_page(work, right.id).moves
    return [one for one in moves if one.move.code not in (Move.REPORT, Move.PROGRESS)]


def _missing(work: Work, row: Lead) -> list[Missing]:
    """What a claim for this lead still lacks, in the order of the form."""
    enterprise = enterprises.enterprise(work, row.enterprise_id) if row.enterprise_id else None
    kinds = frozenset(proof.kind for proof in views.proofs(work, row))
    has = {
        Missing.IDENTITY: gates.identified(row, enterprise),
        Missing.DIVISION: row.division is not None,
        Missing.AMOUNT: row.planned_investment is not None,
        Missing.FIRST_TALKED_ON: row.first_talked_on is not None,
        Missing.EVIDENCE: floor.meets_floor(kinds, rulebook.policy_now(work)),
    }
    return [need for need, met in has.items() if not met]


def _may_claim(work: Work, row: Lead) -> bool:
    """Whether the lead may claim now: it has no claim, an incomplete one, or one that is over."""
    right = lead_rights.right_of_lead(work, row.id)
    over = right is None or right.state in (State.INCOMPLETE, *ENDINGS)
    return views.view(work, row).state is LeadState.OPEN and over


def _prospect(work: Work) -> Prospect:
    """When what would happen to a claim that is complete today."""
    policy, calendar = rulebook.policy_now(work), parameters.work_calendar(work)
    review = policy.review and policy.review.last_day(calendar, work.today)
    notice = policy.notice and policy.notice.last_day(calendar, review or work.today)
    return Prospect(
        review_by=review,
        notice_through=notice,
        days=policy.length_days,
        alone=[kind.label for kind in Evidence if kind in policy.evidence_one_of],
        pair=[kind.label for kind in Evidence if kind in policy.evidence_two_of],
    )
