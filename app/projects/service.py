"""What people do with projects: open, enter, edit, move through gates, hold, drop, report.

    lead ── open_from_lead (gate of 在谈) ──▶ negotiating ── move ──▶ … signed … ──▶ at capacity
    create ─ candidate (储备) ── set_status ──┘     back_entry (补录) at the stage it has come to

Whoever moves a project, `gates.require` decides; the right goes on under the lead's id, `signed`
converts it and dropping releases it, in the same act.
"""

from app.districts import service as districts
from app.enterprises import service as enterprises
from app.enterprises.models import InteractionKind
from app.enterprises.schemas import EditInteraction, LogInteraction
from app.errors import Invalid, NotFound
from app.first_talk import lead_rights
from app.kit.db import new_id
from app.kit.work import Role, Work, use_case
from app.leads import gates as lead_gates
from app.leads import rows as lead_rows
from app.leads import service as leads
from app.leads.schemas import LogProgress, LogTalk, Totals
from app.leads.stages import Direction, Stage, direction
from app.parameters import service as parameters
from app.projects import gates, listing, moving, rows, views
from app.projects.commands import (
    CreateProject,
    EditProject,
    Entry,
    FillAndMove,
    Move,
    OpenProject,
    ProjectFields,
    ProjectFilter,
    SetStatus,
)
from app.projects.models import Project, Sharing, SharingState
from app.projects.schemas import (
    GateView,
    InteractionView,
    ProjectPage,
    ProjectView,
    SharedProjectView,
    StageChangeView,
    StageView,
)
from app.projects.states import Status, check_status_move

READERS, WRITERS = rows.READERS, rows.WRITERS


@use_case("project.list", *READERS, reads=True)
def projects(work: Work, command: ProjectFilter) -> ProjectPage:
    """A page of the projects that the filter names."""
    return listing.page(work, command)


@use_case("project.list", *READERS, reads=True)
def totals(work: Work, command: ProjectFilter) -> Totals:
    """What the filter holds in all."""
    return listing.totals(work, command)


@use_case("project.list", *READERS, reads=True)
def shared_with_us(work: Work) -> list[SharedProjectView]:
    """Other districts' projects that the actor's district has a part in."""
    return listing.shared_with_us(work)


@use_case("project.read", *READERS, reads=True)
def project(work: Work, id: str) -> ProjectView | SharedProjectView:
    """One project: as a whole, or what its other districts are shown of it."""
    row = work.get(Project, id)
    return views.view(work, row) if rows.sees_all(work, row) else views.shared(work, row)


@use_case("project.read", *READERS, reads=True)
def whole_project(work: Work, id: str) -> ProjectView:
    """One project that the actor sees as a whole."""
    return views.view(work, rows.found(work, id))


@use_case("project.read", *READERS, reads=True)
def gate(work: Work, id: str, target: Stage) -> GateView:
    """What stands between the project and a stage; a dry run."""
    row = rows.found(work, id)
    if target not in {stage for pair in rows.moves(row) for stage in pair}:
        raise NotFound(f"这个项目的路径上没有“{target.label}”阶段")
    return gates.gate(work, row, target)


@use_case("project.read", *READERS, reads=True)
def stage_log(work: Work, id: str) -> list[StageChangeView]:
    """Every change of stage or status, newest first."""
    row = work.get(Project, id)
    return views.changes(work, row, whole=rows.sees_all(work, row))


@use_case("project.stages", *READERS, reads=True, scope="")
def stages(_work: Work) -> list[StageView]:
    """The stages of the pipeline, in order."""
    return [StageView.of(stage) for stage in Stage]


@use_case("project.open", Role.UNIT_HEAD)
def open_from_lead(
    work: Work, lead_id: str, command: OpenProject, version: int | None
) -> ProjectView:
    """The lead passes the gate of 在谈 and goes on as a project, its right with it."""
    lead = lead_rows.to_change(work, lead_id, version)
    id = new_id("prj")
    leads.mark_opened(work, lead.id, id)
    lead_rights.opened(work, lead.id)
    lead_gates.require(work, lead, Stage.NEGOTIATING)
    row = Project(
        id=id,
        district_id=lead.district_id,
        name=command.name or lead.project_name or lead.name,
        lead_id=lead.id,
        enterprise_id=lead.enterprise_id,
        unregistered=lead.unregistered,
        source=lead.source,
        content=lead.note,
        unit_id=lead.unit_id,
        owner_id=lead.owner_id,
        division=lead.division,
        line=lead.line,
        capital_origin=lead.capital_origin,
        planned_investment=lead.planned_investment,
        planned_investment_currency=lead.planned_investment_currency,
        conclusion=lead.conclusion,
        conclusion_reason=lead.conclusion_reason,
        progressed_on=lead.progressed_on,
        **moving.begun(work, Stage.NEGOTIATING, Status.ACTIVE),
    )
    if lead.withheld_on is not None:
        by = districts.user_names(work, {lead.withheld_by or ""}).get(lead.withheld_by or "", "")
        row.withheld = {"planned_investment": {"on": lead.withheld_on.isoformat(), "by": by}}
    work.add(row)
    rows.index(work, row)
    rows.engage(work, row)
    gate = gates.snapshot(gates.gate(work, row, Stage.NEGOTIATING))
    rows.log_change(work, row, (lead.stage, None), "", direction=Direction.FORWARD, gate=gate)
    return _changed(work, row)


@use_case("project.create", *WRITERS)
def create(work: Work, command: CreateProject) -> ProjectView:
    """A candidate for the 合作项目库, or an old project at the stage it has come to (补录)."""
    if not command.source:
        raise Invalid.at("/source", "missing", "请选择来源")
    old = command.entry is Entry.BACK_ENTRY
    stage, status = (Stage.NEGOTIATING, Status.ACTIVE) if old else (Stage.LEAD, Status.CANDIDATE)
    row = Project(
        id=new_id("prj"),
        district_id=work.district_id,
        name=command.name or command.enterprise_name or "",
        source=command.source,
        owner_id=work.actor.id if work.actor.is_person else None,
        unit_id=work.actor.unit_id,
        candidate_year=None if old else command.candidate_year,
        candidate_batch="" if old else command.candidate_batch or "",
        **moving.begun(work, stage, status),
    )
    rows.take(work, row, command)
    work.add(row)
    rows.share_with_parties(work, row)
    rows.index(work, row)
    if old:
        _enter_old(work, row, command)
    else:
        rows.log_change(work, row, (None, None), "", gate=gates.require(work, row, stage))
    return _changed(work, row)


@use_case("project.edit", *WRITERS)
def edit(work: Work, id: str, command: EditProject, version: int | None) -> ProjectView:
    """Change the fields that were sent; only these are checked."""
    row = rows.to_change(work, id, version)
    _take(work, row, command)
    return _changed(work, row)


@use_case("project.move", *WRITERS)
def move(work: Work, id: str, command: Move, version: int | None) -> ProjectView:
    """To another stage: forward through every gate between, back with a reason."""
    row = rows.to_change(work, id, version)
    moving.check_mover(work, row.stage, command.to)
    moving.go(work, row, command.to, command.reason, command.happened_on)
    return _changed(work, row)


@use_case("project.move", *WRITERS)
def fill_gate(
    work: Work, id: str, target: Stage, command: FillAndMove, version: int | None
) -> ProjectView:
    """Save the missing fields of a gate, and pass it when nothing is missing any more.

    What is still missing, or who may move, is for the page to say: the fields are kept.
    """
    row = rows.to_change(work, id, version)
    _take(work, row, command)
    if rows.may_move(work, row.stage, target) and gates.gate(work, row, target).met:
        moving.go(work, row, target, command.reason)
    return _changed(work, row)


@use_case("project.set_status", *WRITERS)
def set_status(work: Work, id: str, command: SetStatus, version: int | None) -> ProjectView:
    """Hold, resume, drop, hand over, or take a candidate up."""
    row = rows.to_change(work, id, version)
    check_status_move(row.status, command.status)
    before, gate = (row.stage, row.status), None
    if command.status is Status.ACTIVE and row.status is Status.CANDIDATE:
        moving.check_mover(work, row.stage, Stage.NEGOTIATING)
        gate = gates.require(work, row, Stage.NEGOTIATING)
        row.stage, row.stage_since = Stage.NEGOTIATING, work.today
    elif command.status is Status.ACTIVE and row.status is Status.DROPPED:
        gate = gates.require(work, row, row.stage)
    _take_reasons(work, row, command)
    row.status = command.status
    if row.status is Status.DROPPED and row.lead_id is not None:
        lead_rights.release_of_lead(work, row.lead_id, command.reason)
    rows.share_with_parties(work, row)
    rows.engage(work, row)
    rows.log_change(work, row, before, command.reason, gate=gate)
    return _changed(work, row)


@use_case("project.progress", *WRITERS)
def log_progress(work: Work, id: str, command: LogProgress) -> InteractionView:
    """One line of progress: it counts as a report, never as a substantive event."""
    row = rows.to_change(work, id, None)
    note = LogInteraction(
        about_id=row.id,
        enterprise_id=row.enterprise_id,
        kind=InteractionKind.NOTE,
        happened_on=work.today,
        content=command.line,
    )
    return _report(work, row, note)


@use_case("project.talk", *WRITERS)
def log_talk(work: Work, id: str, command: LogTalk) -> InteractionView:
    """A talk or visit; of a substantive kind it is 实质进展 for the right as well."""
    row = rows.to_change(work, id, None)
    talk = LogInteraction(**dict(command), about_id=row.id, enterprise_id=row.enterprise_id)
    return _report(work, row, talk)


@use_case("lead.log_interaction", Role.OFFICER, Role.UNIT_HEAD, Role.PARTNER)
def log_interaction(work: Work, command: LogInteraction) -> InteractionView:
    """An interaction about a lead, a project or an enterprise alone; the first two count it."""
    about = command.about_id or ""
    if about.startswith("led_"):
        return leads.log_interaction(work, command)
    if about.startswith("prj_"):
        row = rows.to_change(work, about, None)
        told = command.model_copy(update={"enterprise_id": row.enterprise_id})
        return _report(work, row, told)
    return enterprises.log_interaction(work, command)


@use_case("project.talk", *WRITERS)
def make_substantive(work: Work, id: str, line_id: str, command: LogTalk) -> InteractionView:
    """A line of progress is told in full (改为实质进展): from now on it counts as such."""
    if command.substantive_kind is None:
        raise Invalid.at("/substantive_kind", "missing", "请选择实质进展的种类")
    if enterprises.interaction(work, line_id).about_id != id:
        raise NotFound("这个项目没有这条进展")
    return edit_interaction(work, line_id, EditInteraction(**dict(command)), None)


@use_case("lead.edit_interaction", Role.OFFICER, Role.UNIT_HEAD, Role.PARTNER)
def edit_interaction(
    work: Work, id: str, command: EditInteraction, version: int | None
) -> InteractionView:
    """Change an interaction; one about a lead or project that becomes substantive counts so."""
    before = enterprises.interaction(work, id)
    about = before.about_id or ""
    if about.startswith("led_"):
        return leads.edit_interaction(work, id, command, version)
    if not about.startswith("prj_"):
        return enterprises.edit_interaction(work, id, command, version)
    row = rows.to_change(work, about, None)
    done = enterprises.edit_interaction(work, id, command, version)
    row.progressed_on = max(done.happened_on, row.progressed_on or done.happened_on)
    if before.substantive_kind is None and row.lead_id is not None:
        lead_rights.note_substance(work, row.lead_id, done)
    return done


def record_sharing(
    work: Work,
    project_id: str,
    number: str,
    state: str,
    approval: str | None,
    *,
    approval_required: bool = True,
) -> None:
    """Where an agreement on sharing stands, for the gates; told by `agreements`.

    Whichever party's act moves the agreement, the project's owner must come to know of it.
    """
    one = work.session.get(Sharing, (project_id, number))
    one = one or Sharing(project_id=project_id, number=number)
    one.state, one.approval = SharingState(state), approval or ""
    one.approval_required = approval_required
    work.add(one)


def _changed(work: Work, row: Project) -> ProjectView:
    """The project after the act, with the version that the act gave it."""
    work.session.flush()
    return views.view(work, row)


def _take(work: Work, row: Project, command: ProjectFields) -> None:
    rows.take(work, row, command)
    rows.share_with_parties(work, row)
    rows.index(work, row)
    rows.engage(work, row)


def _enter_old(work: Work, row: Project, command: CreateProject) -> None:
    """An old project comes in through every gate up to its stage."""
    moving.check_mover(work, Stage.LEAD, command.stage)
    if command.talk is not None:
        talk = LogInteraction(
            **dict(command.talk),
            about_id=row.id,
            enterprise_id=row.enterprise_id,
            kind=InteractionKind.TALK,
        )
        _report(work, row, talk)
    if command.stage is not row.stage:
        direction(rows.moves(row), row.stage, command.stage)
    moving.enter(
        work,
        row,
        command.stage,
        Direction.BACK_ENTRY,
        before=(None, None),
        happened_on=command.happened_on,
    )


def _take_reasons(work: Work, row: Project, command: SetStatus) -> None:
    """What the new status must say: why, until when, to whom."""
    if command.status is not Status.ACTIVE and len(command.reason) < 2:
        raise Invalid.at("/reason", "missing", "请写明理由")
    row.status_reason = command.reason
    row.review_on = row.drop_reason = None
    if command.status is Status.ON_HOLD:
        if command.review_on is None or command.review_on <= work.today:
            raise Invalid.at("/review_on", "missing", "请填写今天以后的复核日期")
        row.review_on = command.review_on
    elif command.status is Status.DROPPED:
        known = {entry.code for entry in parameters.codes(work, "drop_reason")}
        if command.reason_code not in known:
            raise Invalid.at("/reason_code", "missing", "请选择终止原因")
        row.drop_reason = command.reason_code
    elif command.status is Status.TRANSFERRED:
        if command.district is None or command.district == row.district_id:
            raise Invalid.at("/district", "missing", "请选择承接区")
        row.host_district_id = districts.district(work, command.district).id


def _report(work: Work, row: Project, command: LogInteraction) -> InteractionView:
    interaction = enterprises.log_interaction(work, command)
    row.progressed_on = max(interaction.happened_on, row.progressed_on or interaction.happened_on)
    if row.lead_id is not None:
        lead_rights.note_report(work, row.lead_id, interaction)
    return interaction
