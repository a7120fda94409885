"""Imports as callers see them: their list, one with a page of its rows, the rows left over."""

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, func, select

from app.clock import SHANGHAI
from app.districts import service as districts
from app.kit import sheets
from app.kit.sheets import Cell, Sheet
from app.kit.sheets import Column as SheetColumn
from app.kit.work import Work, use_case
from app.leads import import_checks, imports
from app.leads.columns import Field
from app.leads.import_models import DONE, LeadImport, LeadImportRow, RowState
from app.leads.import_schemas import (
    IMPORT,
    SKIP,
    ColumnView,
    Counts,
    ImportLine,
    ImportView,
    RowView,
    TwinView,
)
from app.leads.listing import WRITERS
from app.leads.schemas import Option

PAGE = 50
LISTED = 100
SHOWN = {
    "all": (),
    "pending": (RowState.FAULTY, RowState.TWIN),
    "ready": (RowState.READY,),
    "skipped": (RowState.SKIPPED,),
    "done": DONE,
}
"""What a tab of the grid shows; no states: all of them."""
_ALWAYS = (Field.NAME, Field.USCC, Field.SOURCE, Field.AMOUNT)


@use_case("lead.list_import", *WRITERS, reads=True)
def listed(work: Work) -> list[ImportLine]:
    """The newest imports of the actor's district."""
    query = work.rows(LeadImport).where(LeadImport.district_id == work.district_id)
    newest = query.order_by(LeadImport.made_at.desc(), LeadImport.id).limit(LISTED)
    found = work.session.scalars(newest).all()
    names, counts = _names(work, found), _counts(work, found)
    return [ImportLine(**_line(work, batch, names, counts)) for batch in found]


@use_case("lead.read_import", *WRITERS, reads=True)
def view(work: Work, id: str, show: str, page: int) -> ImportView:
    """An import with a page of its rows."""
    batch = imports.opened(work, id, None)
    counts = _counts(work, [batch])
    line = _line(work, batch, _names(work, [batch]), counts)
    tab = show if show in SHOWN else "pending" if counts[batch.id].pending else "all"
    total, found = _page(work, batch, tab, page)
    rows = [_row(batch, row) for row in found]
    return ImportView(
        **line,
        columns=_columns(work, batch),
        shown=_shown(batch, rows),
        unit=batch.unit,
        source=batch.source,
        needs_unit=_needs_unit(batch),
        rows=rows,
        show=tab,
        page=page,
        pages=max(1, -(-total // PAGE)),
    )


@use_case("lead.export_import", *WRITERS, reads=True, confidential=True, scope="lead:read")
def errors_file(work: Work, id: str) -> tuple[str, bytes]:
    """The rows that were not imported as .xlsx, with the reason; the export is logged."""
    batch = imports.opened(work, id, None)
    found = work.session.scalars(_select(batch).where(_in(SHOWN["pending"]))).all()
    heads = [head or f"第 {at} 列" for at, head in enumerate(batch.heads, 1)]
    extra = sorted({name for row in found for name in json.loads(row.edits)} - {*batch.fields})
    labels = [Field(name).label for name in extra]
    made = work.now.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    title = "批量录入待处理"
    lines = [f"{work.actor.district_name}　{work.actor.name}　{made} 导出，共 {len(found)} 条"]
    columns = [SheetColumn(head, 16) for head in [*heads, *labels]]
    sheet = Sheet(
        title=title,
        lines=lines,
        columns=[*columns, SheetColumn("原因", 40)],
        rows=[[*_mended(batch, row, extra), _why(row)] for row in found],
    )
    return f"{title}.xlsx", sheets.xlsx(sheet)


def _line(
    work: Work, batch: LeadImport, names: dict[str, str], counts: dict[str, Counts]
) -> dict[str, object]:
    may_open = imports.may_open(work, batch)
    until = batch.imported_at + imports.UNDO_WITHIN if batch.imported_at else None
    count = counts[batch.id]
    in_time = until is not None and work.now <= until
    return {
        "id": batch.id,
        "version": batch.version,
        "name": batch.name,
        "digest": batch.digest,
        "made_by": names.get(batch.made_by, batch.made_by),
        "made_at": batch.made_at,
        "imported_at": batch.imported_at,
        "undone_by": names.get(batch.undone_by or ""),
        "undone_at": batch.undone_at,
        "undo_until": until,
        "counts": count,
        "may_open": may_open,
        "may_undo": may_open and count.imported > 0 and (in_time or batch.undone_at is not None),
    }


def _names(work: Work, found: Iterable[LeadImport]) -> dict[str, str]:
    ids = {id for one in found for id in (one.made_by, one.undone_by) if id}
    return districts.user_names(work, ids)


def _counts(work: Work, found: Iterable[LeadImport]) -> dict[str, Counts]:
    ids = [one.id for one in found]
    query = (
        select(LeadImportRow.import_id, LeadImportRow.state, func.count())
        .where(LeadImportRow.import_id.in_(ids))
        .group_by(LeadImportRow.import_id, LeadImportRow.state)
    )
    by_state: dict[str, dict[RowState, int]] = {id: {} for id in ids}
    for id, state, n in work.session.execute(query):
        by_state[id][state] = n
    return {id: _count(states) for id, states in by_state.items()}


def _count(states: dict[RowState, int]) -> Counts:
    def of(*wanted: RowState) -> int:
        return sum(states.get(one, 0) for one in wanted)

    return Counts(
        total=sum(states.values()),
        ready=of(RowState.READY),
        pending=of(*SHOWN["pending"]),
        skipped=of(RowState.SKIPPED),
        imported=of(RowState.IMPORTED, RowState.MERGED),
        undone=of(RowState.UNDONE),
        kept=of(RowState.KEPT),
    )


def _select(batch: LeadImport) -> Select[LeadImportRow]:
    return select(LeadImportRow).where(LeadImportRow.import_id == batch.id)


def _in(states: Sequence[RowState]) -> ColumnElement[bool]:
    return LeadImportRow.state.in_(states)


def _page(
    work: Work, batch: LeadImport, tab: str, page: int
) -> tuple[int, Sequence[LeadImportRow]]:
    query = _select(batch)
    if SHOWN[tab]:
        query = query.where(_in(SHOWN[tab]))
    total = work.session.scalar(query.with_only_columns(func.count())) or 0
    start = (page - 1) * PAGE
    rows = query.order_by(LeadImportRow.n).offset(start).limit(PAGE)
    return total, work.session.scalars(rows).all()


def _row(batch: LeadImport, row: LeadImportRow) -> RowView:
    cells = import_checks.cells_of(batch, row)
    twins = [_twin(one) for one in row.twins]
    return RowView(
        n=row.n,
        state=row.state,
        cells=cells,
        faults=row.faults,
        twins=twins,
        choice=row.choice,
        choices=_choices(twins),
        lead_id=row.lead_id,
        name=cells.get(Field.NAME) or cells.get(Field.PROJECT) or row.note,
        note=row.note,
        done=row.state in DONE,
    )


def _twin(one: dict[str, str]) -> TwinView:
    places = {"led": "/leads/", "prj": "/projects/"}
    place = places.get(one["id"][:3], "")
    return TwinView(
        id=one["id"],
        name=one["name"],
        href=f"{place}{one['id']}" if place else "",
        mergeable=bool(one["merge"]),
    )


def _choices(twins: Iterable[TwinView]) -> list[Option]:
    """What can be decided of a row: one that doubles something has to be told apart or merged."""
    known = list(twins)
    merges = [(one.id, f"并入 {one.name}") for one in known if one.mergeable]
    told = (IMPORT, "另立一条") if known else ("", "导入")
    undecided = [("", "待定")] if known else []
    return [*undecided, told, *merges, (SKIP, "跳过")]


def _columns(work: Work, batch: LeadImport) -> list[ColumnView]:
    first = work.session.scalars(
        _select(batch).where(LeadImportRow.state.not_in(DONE)).order_by(LeadImportRow.n).limit(1)
    ).first()
    cells: list[str] = json.loads(first.cells) if first is not None else []
    return [
        ColumnView(head=head, sample=cells[at] if at < len(cells) else "", field=field)
        for at, (head, field) in enumerate(zip(batch.heads, batch.fields, strict=True))
    ]


def _shown(batch: LeadImport, rows: Sequence[RowView]) -> list[Field]:
    """The columns of the grid: those of the file, and what a row lacks or was given.

    None when there is nothing to mend.
    """
    if all(row.done for row in rows):
        return []
    wanted = {name for name in batch.fields if name} | {*_ALWAYS}
    wanted |= {name for row in rows for name in (*row.cells, *row.faults)}
    return [one for one in Field if one in wanted]


def _needs_unit(batch: LeadImport) -> bool:
    """Whether a column of amounts names no unit."""
    amounts = (Field.AMOUNT, Field.FIXED)
    return any(
        name in amounts and not unit for name, unit in zip(batch.fields, batch.units, strict=True)
    )


def _mended(batch: LeadImport, row: LeadImportRow, extra: Sequence[str]) -> list[Cell]:
    """The row as it came in, with what was typed over it."""
    cells: list[str] = json.loads(row.cells)
    edits: dict[str, str] = json.loads(row.edits)
    padded = [*cells, *[""] * (len(batch.heads) - len(cells))]
    kept = [edits.get(name, cell) for name, cell in zip(batch.fields, padded, strict=True)]
    return [*kept, *(edits.get(name, "") for name in extra)]


def _why(row: LeadImportRow) -> str:
    if row.faults:
        return "；".join(row.faults.values())
    return "疑似重复：" + "、".join(one["name"] for one in row.twins)
