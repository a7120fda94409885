"""What people do with a lead: log, complete, claim, talk, move, assess, hand on, end.

    log ─ open ─┬─ pool ─ assign ─ open …
                ├─ drop, delete (a blocking right is released in the same act)
                └─ opened as a project (by `projects`, over `mark_opened`)

Logging answers with a receipt in every case; with scope and evidence it claims the first talk in
the same transaction.
"""

from app.districts.schemas import UserView
from app.enterprises import service as enterprises
from app.enterprises.models import InteractionKind
from app.enterprises.schemas import EditInteraction, InteractionView, LogInteraction
from app.errors import Conflict, Invalid, NotFound
from app.first_talk import lead_rights
from app.first_talk import service as first_talk
from app.first_talk.receipt_schemas import LeadFacts, ReceiptView
from app.first_talk.rights import State
from app.first_talk.schemas import EvidenceItem
from app.kit import files
from app.kit.db import new_id
from app.kit.files import StoredFile
from app.kit.work import Role, Work, use_case
from app.leads import filing, gates, listing, rows, views
from app.leads.gates import GateView
from app.leads.listing import READERS, WRITERS
from app.leads.models import NO_CLOCK, Lead
from app.leads.schemas import (
    AssessLead,
    AssignLead,
    ClaimLead,
    DeleteLead,
    Distinguish,
    DropLead,
    EditLead,
    EvidenceView,
    HandOver,
    LeadFilter,
    LeadPage,
    LeadView,
    LoggedLead,
    LogLead,
    LogProgress,
    LogTalk,
    MoveLead,
    Named,
    PoolLead,
)
from app.leads.stages import (
    LEAD_MOVES,
    Direction,
    LeadMove,
    LeadState,
    Stage,
    direction,
    lead_state_after,
)
from app.parameters import service as parameters


@use_case("lead.list", *READERS, reads=True)
def leads(work: Work, command: LeadFilter) -> LeadPage:
    """A page of the leads that the filter names."""
    return listing.page(work, command)


@use_case("lead.read", *READERS, reads=True)
def lead(work: Work, id: str) -> LeadView:
    """One lead."""
    return views.view(work, rows.found(work, id))


@use_case("lead.read", *READERS, reads=True)
def gate(work: Work, id: str, target: Stage) -> GateView:
    """What stands between the lead and a stage; a dry run."""
    return gates.gate(work, rows.found(work, id), target)


@use_case("lead.read_evidence", *READERS, reads=True, scope="lead:read", confidential=True)
def evidence_file(work: Work, id: str, file_id: str) -> tuple[str, bytes, str]:
    """A filed proof: name, bytes, media type."""
    row = rows.found(work, id)
    if file_id not in {proof.file_id for proof in views.proofs(work, row)}:
        raise NotFound("没有这个文件，或您无权查看")
    stored = work.get(StoredFile, file_id)
    return stored.name, files.content(work, stored), stored.media_type


@use_case("lead.log", *WRITERS)
def log_lead(work: Work, command: LogLead) -> LoggedLead:
    """A new lead with its receipt; with scope and evidence a claim in the same act."""
    similar = filing.similar(work, command)
    row, receipt = enter(work, command)
    return LoggedLead(**dict(views.view(work, row)), receipt=receipt, similar=similar)


def enter(work: Work, command: LogLead) -> tuple[Lead, ReceiptView]:
    """What logging a lead writes, be it one or a row of a list."""
    rows.check_code(work, "lead_source", command.source, "/source")
    rows.check_code(work, "industry_division", command.scope.division, "/scope/division")
    row = _new(work, command)
    filing.take_facts(work, row, command)
    rows.start_clock(work, row)
    work.add(row)
    filing.index(work, row)
    filing.keep_contact(work, row, command)
    proofs = [filing.link(work, row, item) for item in command.evidence]
    if command.scope.division and proofs:
        return row, filing.claim(work, row, proofs, command.if_taken, command.co_holder).receipt
    named = LeadFacts(lead_id=row.id, lead_name=row.name, enterprise_id=row.enterprise_id)
    return row, first_talk.receipt_for_lead(work, named)


@use_case("lead.claim", *WRITERS)
def claim(work: Work, id: str, command: ClaimLead, version: int | None) -> LoggedLead:
    """Claim the first talk for a lead that is there, or complete a claim that lacks something."""
    row = rows.to_change(work, id, version)
    rows.check_code(work, "industry_division", command.scope.division, "/scope/division")
    if row.state is not LeadState.OPEN:
        raise Conflict(f"“{row.state.label}”的线索不能申报首谈")
    if row.enterprise_id is None:
        raise Invalid.at("/uscc", "enterprise", "首谈须先明确企业，请先在线索中填写企业名称")
    if command.uscc is not None:
        filing.identify(work, row, command.uscc)
    row.unregistered = row.unregistered or command.unregistered
    filing.take_facts(work, row, command)
    proofs = [filing.link(work, row, item) for item in command.evidence]
    receipt = filing.claim(work, row, proofs, command.if_taken, command.co_holder).receipt
    work.session.flush()
    return LoggedLead(**dict(views.view(work, row)), receipt=receipt, similar=[])


@use_case("lead.edit", *WRITERS)
def edit(work: Work, id: str, command: EditLead, version: int | None) -> LeadView:
    """Change the fields that were sent."""
    row = rows.to_change(work, id, version)
    sent = command.model_fields_set
    rows.check_code(work, "lead_source", command.source, "/source")
    rows.check_code(work, "industry_division", command.division, "/division")
    filing.edit_subject(work, row, command)
    filing.edit_investment(work, row, command)
    if "source" in sent:
        row.source = _required(command.source, "/source", "请选择来源")
    for name in sent & {"line", "note"}:
        setattr(row, name, getattr(command, name) or "")
    for name in sent & {"capital_origin", "first_talked_on"}:
        setattr(row, name, getattr(command, name))
    return _changed(work, row)


@use_case("lead.add_evidence", *WRITERS)
def add_evidence(work: Work, id: str, item: EvidenceItem) -> EvidenceView:
    """One more proof of the contact; a claim that lacks something is tried again with it."""
    row = rows.to_change(work, id, None)
    linked = filing.link(work, row, item)
    right = lead_rights.right_of_lead(work, row.id)
    if right is not None and right.state is State.INCOMPLETE:
        filing.claim(work, row, [linked], "queue")
    return next(one for one in views.evidence(work, row) if one.file_id == linked.file)


@use_case("lead.talk", *WRITERS)
def log_talk(work: Work, id: str, command: LogTalk) -> InteractionView:
    """A talk or visit; of a substantive kind it is 实质进展 for the right as well."""
    row = rows.to_change(work, id, None)
    if command.happened_on > work.today:
        raise Invalid.at("/happened_on", "future", "日期不能晚于今天")
    return _report(work, row, LogInteraction(**dict(command), **_about(row)))


@use_case("lead.log_interaction", *WRITERS)
def log_interaction(work: Work, command: LogInteraction) -> InteractionView:
    """An interaction that names its lead: it counts as the first response and as a report."""
    row = rows.to_change(work, command.about_id or "", None)
    return _report(work, row, command.model_copy(update=_about(row)))


@use_case("lead.talk", *WRITERS)
def make_substantive(work: Work, id: str, line_id: str, command: LogTalk) -> InteractionView:
    """A line of progress is told in full (改为实质进展): from now on it counts as such."""
    if command.substantive_kind is None:
        raise Invalid.at("/substantive_kind", "missing", "请选择实质进展的种类")
    if enterprises.interaction(work, line_id).about_id != id:
        raise NotFound("这条线索没有这条进展")
    return edit_interaction(work, line_id, EditInteraction(**dict(command)), None)


@use_case("lead.edit_interaction", *WRITERS)
def edit_interaction(
    work: Work, id: str, command: EditInteraction, version: int | None
) -> InteractionView:
    """Change an interaction about a lead; one that becomes substantive counts from now on."""
    before = enterprises.interaction(work, id)
    row = rows.to_change(work, before.about_id or "", None)
    done = enterprises.edit_interaction(work, id, command, version)
    rows.respond(work, row, done.happened_on)
    if before.substantive_kind is None:
        lead_rights.note_substance(work, row.id, done)
    return done


@use_case("lead.progress", *WRITERS)
def log_progress(work: Work, id: str, command: LogProgress) -> InteractionView:
    """One line of progress: it counts as a report, never as a substantive event."""
    row = rows.to_change(work, id, None)
    note = LogInteraction(
        kind=InteractionKind.NOTE, happened_on=work.today, content=command.line, **_about(row)
    )
    return _report(work, row, note)


@use_case("lead.move", *WRITERS)
def move(work: Work, id: str, command: MoveLead, version: int | None) -> LeadView:
    """To another stage of a lead: forward through its gate, back with a reason."""
    row = rows.to_change(work, id, version)
    way = direction(LEAD_MOVES, row.stage, command.to)
    if row.state is not LeadState.OPEN:
        raise Conflict(f"“{row.state.label}”的线索不能改变阶段")
    if way is Direction.BACK:
        row.reason = _required(command.reason, "/reason", "退回须写明理由")
        row.conclusion, row.conclusion_reason = None, ""
    else:
        gates.require(work, row, command.to)
        row.responded_at = row.responded_at or work.now
    row.stage = command.to
    rows.start_clock(work, row)
    return _changed(work, row)


@use_case("lead.assess", Role.UNIT_HEAD, Role.PARTNER)
def assess(work: Work, id: str, command: AssessLead, version: int | None) -> LeadView:
    """What the assessment comes to."""
    row = rows.to_change(work, id, version)
    if row.stage is not Stage.ASSESSING or row.state is not LeadState.OPEN:
        raise Conflict("转入研判后才能给出研判结论")
    row.conclusion, row.conclusion_reason = command.conclusion, command.reason
    row.capital_origin = command.capital_origin or row.capital_origin
    rows.start_clock(work, row)
    return _changed(work, row)


@use_case("lead.distinguish", *WRITERS)
def distinguish(work: Work, id: str, command: Distinguish, version: int | None) -> LeadView:
    """Another lead on the same enterprise is another project: remembered on this one."""
    row = rows.to_change(work, id, version)
    other = rows.found(work, command.other_id)
    row.distinct_from = sorted({*row.distinct_from, other.id})
    return _changed(work, row)


@use_case("lead.assign", *WRITERS)
def assign(work: Work, id: str, command: AssignLead, version: int | None) -> LeadView:
    """Give the lead to a colleague; from the pool, as long as that one has room for it."""
    row = rows.to_change(work, id, version)
    owner = rows.assignee(work, command.owner_id, "/owner_id")
    if row.state is LeadState.POOLED:
        _check_capacity(work, owner.id)
    picked_up = row.state is LeadState.POOLED
    row.state = lead_state_after(row.state, LeadMove.ASSIGN)
    _give(work, row, owner)
    if picked_up:
        row.pooled_on, row.responded_at = None, None
        rows.start_clock(work, row)
    return _changed(work, row)


@use_case("lead.hand_over", Role.UNIT_HEAD)
def hand_over(work: Work, command: HandOver) -> int:
    """A leaver's leads, exactly those of the list shown, to a colleague; how many."""
    owner = rows.assignee(work, command.to_owner_id, "/to_owner_id")
    if owner.id == command.from_owner_id:
        raise Invalid.at("/to_owner_id", "same", "新责任人与原责任人相同")
    for id in command.lead_ids:
        row = rows.to_change(work, id, None)
        if row.owner_id != command.from_owner_id or row.state is not LeadState.OPEN:
            raise Conflict(f"“{row.name}”已不由原责任人在办，请重新核对清单")
        _give(work, row, owner)
    work.note(
        "lead",
        command.from_owner_id,
        to=owner.id,
        leads=command.lead_ids,
    )
    return len(command.lead_ids)


@use_case("lead.pool", *WRITERS)
def pool(work: Work, id: str, command: PoolLead, version: int | None) -> LeadView:
    """Back into the pool, for somebody else to pick up."""
    row = rows.to_change(work, id, version)
    row.state = lead_state_after(row.state, LeadMove.POOL)
    row.former_owner_id, row.owner_id = row.owner_id, None
    row.pooled_on, row.reason = work.today, command.reason
    rows.start_clock(work, row)
    return _changed(work, row)


@use_case("lead.drop", *WRITERS)
def drop(work: Work, id: str, command: DropLead, version: int | None) -> LeadView:
    """End the lead; a right that it holds is released in the same act, with the reason."""
    row = rows.to_change(work, id, version)
    rows.check_code(work, "drop_reason", command.reason_code, "/reason_code")
    row.state = lead_state_after(row.state, LeadMove.DROP)
    row.drop_reason, row.reason = command.reason_code, command.reason
    rows.start_clock(work, row)
    label = parameters.code_labels(work, "drop_reason")[command.reason_code]
    lead_rights.release_of_lead(work, row.id, f"线索终止：{label}　{command.reason}".strip())
    return _changed(work, row)


@use_case("lead.delete", *WRITERS)
def delete(work: Work, id: str, command: DeleteLead, version: int | None) -> None:
    """Into the recycle bin; a right that it holds is released first, with the reason."""
    row = rows.to_change(work, id, version)
    if row.state is LeadState.OPENED:
        raise Conflict("已转项目的线索不能删除")
    lead_rights.release_of_lead(work, row.id, f"线索删除：{command.reason}")
    row.deleted_at, row.reason = work.now, command.reason


@use_case("lead.restore", *WRITERS)
def restore(work: Work, id: str) -> LeadView:
    """Out of the recycle bin, as it was; a right that was released does not come back."""
    row = work.get(Lead, id)
    if not work.owns(row) or row.deleted_at is None:
        raise Conflict("这条线索不在本区的回收站里")
    row.deleted_at, row.updated_at = None, work.now
    rows.start_clock(work, row)
    return _changed(work, row)


def mark_opened(work: Work, id: str, project_id: str) -> None:
    """A project goes on where this lead ends; called by the act that opens it."""
    row = rows.to_change(work, id, None)
    row.state = lead_state_after(row.state, LeadMove.OPEN_PROJECT)
    row.project_id = project_id
    rows.start_clock(work, row)


def _new(work: Work, command: LogLead) -> Lead:
    owner = filing.chosen_owner(work, command.owner_id)
    is_project = command.named is Named.PROJECT
    return Lead(
        id=new_id("led"),
        district_id=work.district_id,
        name=command.name,
        project_name=command.name if is_project else command.project_name or "",
        enterprise_id=filing.enterprise_of(work, command),
        unregistered=command.unregistered,
        source=command.source,
        stage=Stage.LEAD,
        state=LeadState.OPEN,
        owner_id=owner.id if owner else None,
        unit_id=owner.unit_id if owner else None,
        line="",
        note=command.note or "",
        distinct_from=[],
        logged_by=work.actor.id,
        logged_at=work.now,
        updated_at=work.now,
        due_on=NO_CLOCK,
    )


def _give(work: Work, row: Lead, owner: UserView) -> None:
    """To a colleague, with what it holds of first talk."""
    row.owner_id, row.unit_id = owner.id, owner.unit_id
    lead_rights.hand_over(work, row.id, owner.id)


def _changed(work: Work, row: Lead) -> LeadView:
    """The lead after the act, with the version that the act gave it."""
    work.session.flush()
    return views.view(work, row)


def _report(work: Work, row: Lead, command: LogInteraction) -> InteractionView:
    interaction = enterprises.log_interaction(work, command)
    rows.respond(work, row, interaction.happened_on)
    lead_rights.note_report(work, row.id, interaction)
    return interaction


def _about(row: Lead) -> dict[str, str | None]:
    return {"about_id": row.id, "enterprise_id": row.enterprise_id}


def _check_capacity(work: Work, owner_id: str) -> None:
    capacity = parameters.general(work).pool_capacity
    held = listing.open_count(work, owner_id)
    if held >= capacity:
        raise Conflict(f"每名专员在办线索上限 {capacity} 条，已有 {held} 条，不能再认领")


def _required(value: str | None, pointer: str, message: str) -> str:
    if not value:
        raise Invalid.at(pointer, "missing", message)
    return value
