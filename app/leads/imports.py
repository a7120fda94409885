"""Imports (批量录入): a list comes in, is read and mended, logged row by row, and can be undone.

    open ─ save … ─ import_row … ─ undo_row …

Each row is logged, and taken back, in a transaction of its own by the acts that do so for a single
lead: it has its own receipt, it waits for nobody, and a row that is refused harms no other. A row
is logged once, however often it is asked for. Undoing moves the lead into the recycle bin; what
somebody changed since stays, and is listed; receipts stay in the ledger.
"""

import hashlib
import json
from datetime import timedelta

from sqlalchemy import Select, select

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.kit import grids
from app.kit.db import new_id
from app.kit.work import Role, Work, use_case
from app.kit.xlsx import Row
from app.leads import columns, history, import_checks, rows, service
from app.leads.import_models import DONE, LeadImport, LeadImportRow, RowState
from app.leads.import_schemas import IMPORT, NO_FIELD, Column, OpenImport, SaveImport
from app.leads.listing import WRITERS
from app.leads.models import Lead
from app.leads.schemas import DeleteLead, EditLead, LogLead

UNDO_WITHIN = timedelta(days=7)
PIECE = 50
"""How many rows one request logs or takes back."""
MERGED_FIELDS = ("project_name", "division", "line", "first_talked_on", "note")
"""What a merge fills in where the lead has nothing; the amount besides."""
_CURRENCY = "planned_investment_currency"


def read_table(command: OpenImport) -> list[Row] | Invalid:
    """The rows of what came in, or why it cannot be read; done before the Work opens."""
    if command.file is None and not command.pasted.strip():
        return Invalid.at("/file", "missing", "请上传文件，或把表格粘贴进来")
    try:
        return grids.read(command.file) if command.file else grids.pasted(command.pasted)
    except Invalid as refusal:
        return refusal


@use_case("lead.open_import", *WRITERS)
def open_import(work: Work, command: OpenImport, table: list[Row] | Invalid) -> str:
    """Take a list in and check its rows; its id. Nothing is logged yet."""
    if isinstance(table, Invalid):
        raise table
    rows.check_code(work, "lead_source", command.source, "/source")
    heading = columns.heading([cells for _, cells in table])
    body = table[heading.at + 1 :]
    if not body:
        raise Invalid.at("/file", "empty", "只读到表头，没有读到内容")
    width = max(len(cells) for _, cells in table)
    heads = table[heading.at][1] if heading.at >= 0 else []
    data = command.file.data if command.file else command.pasted.encode()
    batch = LeadImport(
        id=new_id("imp"),
        district_id=work.district_id,
        name=command.file.name[-200:] if command.file else "粘贴的表格",
        digest=hashlib.sha256(data).hexdigest(),
        heads=_padded(heads, width),
        fields=_padded(heading.fields, width),
        units=_padded(heading.units, width),
        unit="",
        source=command.source or "",
        made_by=work.actor.id,
        made_at=work.now,
        saved_at=work.now,
    )
    work.add(batch)
    found = [_row(batch, n, cells) for n, cells in body]
    import_checks.check(work, batch, found)
    work.session.add_all(found)
    return batch.id


@use_case("lead.save_import", *WRITERS)
def save(work: Work, id: str, command: SaveImport, version: int | None) -> None:
    """Keep what was typed and decided, and check all rows again that are not leads yet."""
    batch = to_change(work, id, version)
    _read_columns_as(work, batch, command)
    unfinished = _rows(batch, but=DONE).with_for_update()
    waiting = {row.n: row for row in work.session.scalars(unfinished)}
    for edit in command.rows:
        row = waiting.get(edit.n)
        if row is None:
            continue
        now = import_checks.cells_of(batch, row)
        typed = {name: cell for name, cell in edit.cells().items() if cell != now.get(name, "")}
        if typed:
            row.edits = json.dumps(json.loads(row.edits) | typed, ensure_ascii=False)
        row.choice = edit.choice or ""
    import_checks.check(work, batch, list(waiting.values()))
    batch.saved_at = work.now


@use_case("lead.list_import", *WRITERS, reads=True)
def ready(work: Work, id: str) -> list[int]:
    """The rows that can be logged now, of one piece."""
    batch = to_change(work, id, None)
    found = _rows(batch).where(LeadImportRow.state == RowState.READY).limit(PIECE)
    return [row.n for row in work.session.scalars(found)]


@use_case("lead.import", *WRITERS)
def import_row(work: Work, id: str, n: int) -> None:
    """Log what a row says, or merge it into the lead chosen; nothing when that is done."""
    batch = to_change(work, id, None)
    row = row_of(work, batch, n)
    if row.state is not RowState.READY:
        return
    command = import_checks.command_of(work, batch, row)
    if row.choice in ("", IMPORT):
        logged, _ = service.enter(work, command)
        row.state, row.lead_id, row.lead_version = RowState.IMPORTED, logged.id, logged.version
    else:
        known = rows.found(work, row.choice)
        filling = _filling(command, known)
        merged = service.edit(work, known.id, EditLead.model_validate(filling), known.version)
        row.state, row.lead_id, row.lead_version = RowState.MERGED, merged.id, merged.version
        row.filled = [name for name in filling if name != _CURRENCY]
    row.note, row.cells, row.edits = command.name, "[]", "{}"
    batch.imported_at = batch.imported_at or work.now


@use_case("lead.import", *WRITERS)
def refuse_row(work: Work, id: str, n: int, why: str) -> None:
    """Keep why a row could not be logged."""
    row = row_of(work, to_change(work, id, None), n)
    if row.state is RowState.READY:
        row.state, row.faults = RowState.FAULTY, {Column.NAME: why}


@use_case("lead.undo_import", *WRITERS)
def begin_undo(work: Work, id: str, version: int | None) -> list[int]:
    """Close the import; the rows that are to be taken back, of one piece."""
    batch = opened(work, id, version)
    if batch.undone_at is None:
        if batch.imported_at is None:
            raise Conflict("这批还没有导入线索，不需要撤销")
        if work.now > batch.imported_at + UNDO_WITHIN:
            raise Conflict("导入已超过 7 天，不能整批撤销；个别线索可在线索页删除")
        batch.undone_by, batch.undone_at = work.actor.id, work.now
    return [row.n for row in work.session.scalars(_to_undo(batch).limit(PIECE))]


@use_case("lead.undo_import", *WRITERS)
def undo_row(work: Work, id: str, n: int) -> None:
    """Take a row back: its lead into the recycle bin, or what it filled in out of it again."""
    row = row_of(work, opened(work, id, None), n)
    if row.state not in (RowState.IMPORTED, RowState.MERGED) or row.lead_id is None:
        return
    lead = work.get(Lead, row.lead_id)
    if lead.deleted_at is not None:
        row.state, row.note = RowState.UNDONE, f"{row.note}：撤销前已在回收站"
    elif lead.version != row.lead_version:
        changed = history.changed_since(work, lead, row.lead_version or 0)
        who = changed["changed_by"] or "他人"
        row.state, row.note = RowState.KEPT, f"{row.note}：导入后由 {who} 办理过"
    elif row.state is RowState.IMPORTED:
        service.delete(work, lead.id, DeleteLead(reason="撤销批量录入"), lead.version)
        row.state = RowState.UNDONE
    else:
        emptied = EditLead.model_validate(dict.fromkeys(row.filled))
        service.edit(work, lead.id, emptied, lead.version)
        row.state = RowState.UNDONE


def opened(work: Work, id: str, version: int | None) -> LeadImport:
    """An import, for who made it and for the head of its unit."""
    batch = work.get(LeadImport, id, version)
    if not may_open(work, batch):
        raise Forbidden("这批录入由经办人本人和单位负责人查看、办理")
    return batch


def may_open(work: Work, batch: LeadImport) -> bool:
    """Whether the actor made it, or heads those who do."""
    return batch.made_by == work.actor.id or work.actor.has(Role.UNIT_HEAD)


def to_change(work: Work, id: str, version: int | None) -> LeadImport:
    """The same, while it has not been undone."""
    batch = opened(work, id, version)
    if batch.undone_at is not None:
        raise Conflict("这批已撤销，不能再改；需要的话请重新录入")
    return batch


def row_of(work: Work, batch: LeadImport, n: int) -> LeadImportRow:
    """One row, held: who asks for it at the same moment waits, and finds it done."""
    row = work.session.get(LeadImportRow, (batch.id, n), with_for_update=True)
    if row is None:
        raise NotFound("这批录入没有这一行")
    return row


def _rows(batch: LeadImport, but: tuple[RowState, ...] = ()) -> Select[LeadImportRow]:
    query = select(LeadImportRow).where(LeadImportRow.import_id == batch.id)
    return query.where(LeadImportRow.state.not_in(but)).order_by(LeadImportRow.n)


def _to_undo(batch: LeadImport) -> Select[LeadImportRow]:
    return _rows(batch).where(LeadImportRow.state.in_((RowState.IMPORTED, RowState.MERGED)))


def _padded(cells: list[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))][:width]


def _row(batch: LeadImport, n: int, cells: list[str]) -> LeadImportRow:
    return LeadImportRow(
        import_id=batch.id,
        n=n,
        cells=json.dumps(cells, ensure_ascii=False),
        edits="{}",
        state=RowState.READY,
        choice="",
        faults={},
        twins=[],
        filled=[],
        note="",
    )


def _read_columns_as(work: Work, batch: LeadImport, command: SaveImport) -> None:
    """What was chosen for the columns, the unit and the source."""
    rows.check_code(work, "lead_source", command.source or None, "/source")
    if command.fields:
        known = {NO_FIELD: "", **{one.value: one.value for one in Column}}
        if len(command.fields) != len(batch.heads) or not known.keys() >= {*command.fields}:
            raise Invalid.at("/fields", "unknown", "请从列表中选择每一列对应的内容")
        chosen = [known[one] for one in command.fields]
        twice = {one for one in chosen if one and chosen.count(one) > 1}
        if twice:
            labels = "、".join(sorted(Column(one).label for one in twice))
            raise Invalid.at("/fields", "twice", f"有两列都对应 {labels}，请只留一列")
        batch.fields = chosen
    if command.unit is not None:
        batch.unit = command.unit
    if "source" in command.model_fields_set:
        batch.source = command.source or ""


def _filling(command: LogLead, lead: Lead) -> dict[str, object]:
    """What a row tells that the lead does not know yet."""
    told: dict[str, object] = {
        "project_name": command.project_name,
        "division": command.scope.division,
        "line": command.scope.line,
        "first_talked_on": command.first_talked_on,
        "note": command.note,
    }
    found = {name: told[name] for name in MERGED_FIELDS if told[name] and not getattr(lead, name)}
    if command.planned_investment is not None and lead.planned_investment is None:
        found["planned_investment"] = command.planned_investment
        found[_CURRENCY] = command.planned_investment_currency
    return found
