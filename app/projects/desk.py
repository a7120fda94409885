"""What the pages of a project show together: the forms' choices, the project, its gate."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from app.districts import service as districts
from app.districts.models import DistrictKind
from app.enterprises import service as enterprises
from app.enterprises.models import InteractionKind, SubstantiveKind
from app.enterprises.schemas import FileView, InteractionView
from app.first_talk import lead_rights
from app.first_talk.policies import Currency
from app.first_talk.schemas import RightView
from app.kit.schemas import Coded, View
from app.kit.work import Role, Work, use_case
from app.labels import LabelledEnum
from app.leads.listing import READERS as READERS_OF_TALKS
from app.leads.models import CapitalOrigin, Conclusion
from app.leads.stages import PATHS, Direction, Stage, Track, up_to
from app.parameters import service as parameters
from app.projects import actual_views, gates, rows, views
from app.projects.actual_schemas import ActualsView
from app.projects.models import (
    ContractKind,
    Indicator,
    LandUse,
    ParkFit,
    Project,
    Scheme,
    StageChange,
)
from app.projects.schemas import (
    CommitmentView,
    FactorNeedView,
    GateView,
    IdentifierView,
    PassedView,
    ProjectView,
    SharedProjectView,
)
from app.projects.states import Status, possible

READERS = rows.READERS
Option = tuple[str, str]


class Choices(View):
    """The options of the forms and filters."""

    sources: list[Option]
    divisions: list[Option]
    people: list[Option]
    districts: list[Option]
    parks: list[Option]
    project_types: list[Option]
    enterprise_types: list[Option]
    source_regions: list[Option]
    key_industries: list[Option]
    categories: list[Option]
    drop_reasons: list[Option]
    factor_kinds: list[Option]
    talks: list[Option]
    substantive: list[Option]
    stages: list[Option]
    statuses: list[Option]
    tracks: list[Option]
    origins: list[Option]
    currencies: list[Option]
    conclusions: list[Option]
    contract_kinds: list[Option]
    land_uses: list[Option]
    park_fits: list[Option]
    schemes: list[Option]
    indicators: list[Option]


class StepView(View):
    """A stage on the rail of the page: behind, now, or to come."""

    stage: Coded[Stage]
    state: Literal["done", "now", "next"]
    on: date | None
    missing: int | None = None


class LackView(View):
    """One thing a gate still asks for, and who can mend it."""

    pointer: str
    message: str
    who: str
    may_declare_unknown: bool


class NextGateView(View):
    """The next gate that asks for something of its own, as the checklist shows it."""

    target: Coded[Stage]
    lacks: list[LackView]
    passed: list[PassedView]
    may_move: bool


class Event(View):
    """An entry of the timeline: substantive progress, other news, or a change of stage or status.

    `id` is the interaction whose files it shows; a line of progress can be told again in full.
    """

    at: datetime
    title: str
    who: str
    kind: Literal["real", "plain", "system"]
    text: str
    id: str = ""
    day: date | None = None
    people: str = ""
    next_step: str = ""
    files: list[FileView] = Field(default_factory=list)
    is_line: bool = False


class Desk(View):
    """All that the page of a project shows."""

    project: ProjectView
    identifiers: list[IdentifierView]
    commitments: list[CommitmentView]
    actuals: ActualsView
    needs: list[FactorNeedView]
    right: RightView | None
    steps: list[StepView]
    gate: NextGateView | None
    forward: Coded[Stage] | None
    backward: list[Option]
    statuses: list[Option]
    events: list[Event]
    last_real: date | None
    may_change: bool


@use_case("project.list", *READERS, reads=True)
def choices(work: Work) -> Choices:
    """The options of the forms and filters."""
    tenants = districts.districts(work)
    people = districts.colleagues(work, Role.OFFICER, Role.UNIT_HEAD)
    divisions = [one for one in parameters.codes(work, "industry_division") if one.parent]
    return Choices(
        sources=_codes(work, "lead_source"),
        divisions=[(one.code, f"{one.code} {one.label}") for one in divisions],
        people=[(one.id, one.name) for one in people],
        districts=[(one.id, one.name) for one in tenants if one.kind is not DistrictKind.CITY],
        parks=[(one.id, one.name) for one in tenants if one.kind is DistrictKind.PARK],
        project_types=_codes(work, "project_type"),
        enterprise_types=_codes(work, "enterprise_type"),
        source_regions=_codes(work, "source_region"),
        key_industries=_codes(work, "key_industry"),
        categories=_codes(work, "project_category"),
        drop_reasons=_codes(work, "drop_reason"),
        factor_kinds=_codes(work, "factor_kind"),
        talks=[pair for pair in _members(InteractionKind) if pair[0] != InteractionKind.NOTE],
        substantive=_members(SubstantiveKind),
        stages=_members(Stage),
        statuses=_members(Status),
        tracks=_members(Track),
        origins=_members(CapitalOrigin),
        currencies=_members(Currency),
        conclusions=_members(Conclusion),
        contract_kinds=_members(ContractKind),
        land_uses=_members(LandUse),
        park_fits=_members(ParkFit),
        schemes=_members(Scheme),
        indicators=_members(Indicator),
    )


@use_case("project.read", *READERS, reads=True)
def desk(work: Work, id: str) -> Desk | SharedProjectView:
    """The project with its gate, its identities and all that happened; or its shared part."""
    row = work.get(Project, id)
    if not rows.sees_all(work, row):
        return views.shared(work, row)
    project, own = views.view(work, row), work.owns(row)
    gate = next_gate(work, row) if own and row.status is Status.ACTIVE else None
    talks = _talks(work, row)
    following = _following(row)
    return Desk(
        project=project,
        identifiers=views.identifiers(work, row),
        commitments=views.commitments(work, row),
        actuals=actual_views.view(work, row),
        needs=views.factor_needs(work, row),
        right=lead_rights.right_of_lead(work, row.lead_id) if row.lead_id else None,
        steps=_steps(work, row, gate),
        gate=gate,
        forward=following if row.status is Status.ACTIVE else None,
        backward=_backward(row),
        statuses=list(possible(row.status).items()),
        events=sorted([*talks, *_changes(work, row)], key=lambda event: event.at, reverse=True),
        last_real=max((one.day for one in talks if one.kind == "real" and one.day), default=None),
        may_change=own and work.actor.has(*rows.WRITERS),
    )


@use_case("project.read", *READERS, reads=True)
def gate_desk(work: Work, id: str, target: Stage) -> tuple[ProjectView, NextGateView]:
    """The project at a gate: what is missing, who can mend it, whether the actor may pass."""
    row = rows.found(work, id)
    return views.view(work, row), _checklist(work, row, target)


def next_gate(work: Work, row: Project) -> NextGateView | None:
    """The checklist of the next stage that has rules of its own; else of the next stage."""
    ahead = _ahead(row)
    if not ahead:
        return None
    asking = {rule.stage for rule in parameters.gate_rules(work)}
    return _checklist(work, row, next((stage for stage in ahead if stage in asking), ahead[0]))


def _checklist(work: Work, row: Project, target: Stage) -> NextGateView:
    found = gates.gate(work, row, target)
    behind = {
        rule.rule_id for rule in parameters.gate_rules(work) if rule.stage in up_to(row.stage)
    }
    return NextGateView(
        target=target,
        lacks=_lacks(work, found),
        passed=[one for one in found.passed if one.rule not in behind],
        may_move=work.owns(row) and rows.may_move(work, row.stage, target),
    )


def _lacks(work: Work, found: GateView) -> list[LackView]:
    """What is missing, with the people who can mend it by name; else by role."""
    wanted = {Role(role) for item in found.unmet for role in item.fixable_by}
    people = districts.colleagues(work, *wanted) if wanted else []
    return [
        LackView(
            pointer=item.pointer,
            message=item.message,
            who="、".join(
                [one.name for one in people if set(item.fixable_by) & set(one.roles)][:3]
                or [Role(role).label for role in item.fixable_by]
            ),
            may_declare_unknown=item.may_declare_unknown,
        )
        for item in found.unmet
    ]


def _ahead(row: Project) -> list[Stage]:
    """The stages still to come, on the project's track or as far as both go together."""
    paths = [PATHS[row.track]] if row.track else list(PATHS.values())
    common = [stage for stage in paths[0] if all(stage in path for path in paths)]
    behind = up_to(row.stage, row.track)
    return [stage for stage in common if stage not in behind]


def _following(row: Project) -> Stage | None:
    return next(iter(_ahead(row)), None)


def _backward(row: Project) -> list[Option]:
    if row.status is not Status.ACTIVE:
        return []
    pairs = rows.moves(row).items()
    back = [to for (at, to), way in pairs if at is row.stage and way is Direction.BACK]
    return [(stage.value, stage.label) for stage in back]


def _steps(work: Work, row: Project, gate: NextGateView | None) -> list[StepView]:
    reached = {one.stage: one.on for one in views.dates(work, row)}
    behind, path = up_to(row.stage, row.track), [*up_to(row.stage, row.track), *_ahead(row)]
    return [
        StepView(
            stage=stage,
            state="now" if stage is row.stage else "done" if stage in behind else "next",
            on=reached.get(stage),
            missing=len(gate.lacks) if gate and stage is gate.target else None,
        )
        for stage in path
    ]


def line_of(work: Work, id: str) -> InteractionView:
    """A line of progress, to be told again as substantive progress."""
    return enterprises.interaction(work, id)


def _talks(work: Work, row: Project) -> list[Event]:
    """Talks and lines of progress, the lead's before with them, for those who read leads."""
    if not (work.owns(row) and work.actor.has(*READERS_OF_TALKS)):
        return []
    found = enterprises.interactions(work, {row.id, row.lead_id or row.id})
    return [_talk(one, row) for one in found]


def _talk(one: InteractionView, row: Project) -> Event:
    substantive = one.substantive_kind
    return Event(
        at=one.logged_at,
        title=substantive.label if substantive else one.kind.label,
        who=one.logged_by,
        kind="real" if substantive else "plain",
        text=one.content,
        id=one.id,
        day=one.happened_on,
        people="；".join(part for part in (one.participants, one.counterparts) if part),
        next_step=one.next_step or "",
        files=one.files,
        is_line=one.kind is InteractionKind.NOTE and one.about_id == row.id,
    )


def _changes(work: Work, row: Project) -> list[Event]:
    return [
        Event(
            at=change.at,
            title="阶段" if change.from_stage is not change.to_stage else "状态",
            who=change.actor_name,
            kind="system",
            text=_told(change),
        )
        for change in views.log(work, row)
    ]


def _told(change: StageChange) -> str:
    """One change in a sentence: from, to, how, by how many conditions, why."""
    if change.from_stage is change.to_stage and change.from_status is not None:
        words = f"{change.from_status.label} → {change.to_status.label}"
    else:
        before = f"{change.from_stage.label} → " if change.from_stage else ""
        words = f"{before}{change.to_stage.label}"
    if change.direction in (Direction.BACK, Direction.BACK_ENTRY):
        words += f"（{change.direction.label}）"
    if change.gate:
        words += f"，关口 {len(change.gate)} 项满足，政策版本 {change.policy_version}"
    return f"{words}。{change.reason}"


def _codes(work: Work, name: str) -> list[Option]:
    return [(one.code, one.label) for one in parameters.codes(work, name)]


def _members(vocabulary: type[LabelledEnum]) -> list[Option]:
    return [(member.value, member.label) for member in vocabulary]
