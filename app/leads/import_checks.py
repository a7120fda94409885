"""The rows of an import against the rules: what each would log, what is wrong, what it doubles.

A row is read by `columns` and then by the very command that logs a lead, so nothing is accepted
here that logging would refuse for its form.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from app.districts import service as districts
from app.enterprises import doubles
from app.enterprises.doubles import Meant
from app.enterprises.schemas import RecordView
from app.errors import Invalid
from app.kit import schemas
from app.kit.work import Role, Work
from app.leads import columns
from app.leads.columns import Field, Reading, Words
from app.leads.import_models import LeadImport, LeadImportRow, RowState
from app.leads.import_schemas import IMPORT, SKIP
from app.leads.models import Lead
from app.leads.schemas import LogLead, Named
from app.parameters import service as parameters

_PLACES = {
    "/scope/division": Field.DIVISION,
    "/scope/line": Field.LINE,
    "/planned_investment_withheld": Field.AMOUNT,
    "/planned_investment_currency": Field.AMOUNT,
    "/owner_id": Field.OWNER,
    "/named": Field.NAME,
}


def check(work: Work, batch: LeadImport, rows: Sequence[LeadImportRow]) -> None:
    """Say of each row that is not done yet what is wrong with it and what it may double."""
    words = words_of(work)
    leads = [_read(work, batch, row, words) for row in rows]
    records = doubles.records(work, [_meant(command) for command, _ in leads])
    present = _present(work, {record.id for found in records for record in found})
    own = {row.lead_id for row in rows}
    earlier: dict[tuple[str, str], int] = {}
    for row, (command, faults), found in zip(rows, leads, records, strict=True):
        twins = [_twin(one, present) for one in found if _counts(one, present, own)]
        if command is not None and row.choice != SKIP:
            first = earlier.setdefault(_subject(command), row.n)
            if first != row.n:
                twins.append({"id": "", "name": f"本表第 {first} 行", "merge": ""})
        row.faults, row.twins = faults, twins
        row.choice = row.choice if _still_fits(row) else ""
        row.state = _state(row)


def command_of(work: Work, batch: LeadImport, row: LeadImportRow) -> LogLead:
    """The lead that a row logs; Invalid when it has become wrong since it was checked."""
    command, faults = _read(work, batch, row, words_of(work))
    if command is None:
        raise Invalid("；".join(faults.values()))
    return command


def cells_of(batch: LeadImport, row: LeadImportRow) -> dict[str, str]:
    """The cells of a row by field: those of the file, and what was typed over them."""
    cells: list[str] = json.loads(row.cells)
    read = {
        name: cell for name, cell in zip(batch.fields, cells, strict=False) if name and cell.strip()
    }
    typed: dict[str, str] = json.loads(row.edits)
    return read | typed


def words_of(work: Work) -> Words:
    """The labels that cells may use, each with its code; an officer names nobody but oneself."""
    people = districts.colleagues(work, Role.OFFICER, Role.UNIT_HEAD)
    if not work.actor.has(Role.UNIT_HEAD):
        people = [one for one in people if one.id == work.actor.id]
    times = Counter(one.name for one in people)
    divisions = [one for one in parameters.codes(work, "industry_division") if one.parent]
    return Words(
        sources={one.label: one.code for one in parameters.codes(work, "lead_source")},
        divisions={one.label: one.code for one in divisions},
        people={one.name: one.id for one in people if times[one.name] == 1},
    )


def units_of(batch: LeadImport) -> dict[str, str]:
    """The unit of each column of amounts."""
    return {
        name: unit or batch.unit
        for name, unit in zip(batch.fields, batch.units, strict=True)
        if name
    } | {name: batch.unit for name in (Field.AMOUNT, Field.FIXED) if name not in batch.fields}


def _read(
    work: Work, batch: LeadImport, row: LeadImportRow, words: Words
) -> tuple[LogLead | None, dict[str, str]]:
    reading = columns.read(cells_of(batch, row), units_of(batch), words)
    if not reading.typed.get("source") and batch.source and Field.SOURCE not in reading.faults:
        reading.typed["source"] = batch.source
    if reading.faults:
        return None, reading.faults
    try:
        command = LogLead.model_validate(_nested(reading), context={"face": "form"})
    except ValidationError as error:
        issues = schemas.issues(error.errors(), LogLead)
        return None, {_place(one.pointer): one.message for one in reversed(issues)}
    faults = dict(_further(work, command))
    return (None, faults) if faults else (command, {})


def _nested(reading: Reading) -> dict[str, Any]:
    """The cells as a form nests them."""
    scope = {name[6:]: text for name, text in reading.typed.items() if name.startswith("scope.")}
    plain = {name: text for name, text in reading.typed.items() if not name.startswith("scope.")}
    return {**plain, "scope": scope}


def _place(pointer: str) -> str:
    return _PLACES.get(pointer) or pointer.removeprefix("/").partition("/")[0]


def _further(work: Work, command: LogLead) -> Iterable[tuple[str, str]]:
    """What logging would refuse beyond the form."""
    if command.first_talked_on is not None and command.first_talked_on > work.today:
        yield Field.TALKED, "首谈时间不能晚于今天"
    if command.contact_phone is not None and command.contact_name is None:
        yield Field.CONTACT, "请填写联系人姓名"
    if command.named is Named.PROJECT:
        if command.uscc is not None:
            yield Field.NAME, "有统一社会信用代码时，请填写企业名称"
        elif command.contact_name is not None:
            yield Field.NAME, "联系人记在企业名下，请填写企业名称"


def _meant(command: LogLead | None) -> Meant:
    return Meant(command.name, command.uscc) if command is not None else Meant("", None)


def _subject(command: LogLead) -> tuple[str, str]:
    return command.uscc or doubles.key(command.name), doubles.key(command.project_name or "")


def _present(work: Work, ids: set[str]) -> dict[str, Lead]:
    """The leads among these that are not in the recycle bin."""
    found: dict[str, Lead] = {}
    known = sorted(id for id in ids if id.startswith("led_"))
    for start in range(0, len(known), 400):
        part = known[start : start + 400]
        query = work.rows(Lead).where(Lead.id.in_(part), Lead.deleted_at.is_(None))
        found |= {row.id: row for row in work.session.scalars(query)}
    return found


def _counts(record: RecordView, present: Mapping[str, Lead], own: set[str | None]) -> bool:
    """Whether a record is a double: projects, and leads that are there and not of this import."""
    return record.id not in own and (record.kind == "project" or record.id in present)


def _twin(record: RecordView, present: Mapping[str, Lead]) -> dict[str, str]:
    lead = present.get(record.id)
    mergeable = lead is not None and record.own and lead.state in ("open", "pooled")
    return {"id": record.id, "name": record.name, "merge": "1" if mergeable else ""}


def _still_fits(row: LeadImportRow) -> bool:
    """Whether what was decided of a row can still be done."""
    mergeable = {one["id"] for one in row.twins if one["merge"]}
    return row.choice in (SKIP, IMPORT) or row.choice in mergeable


def _state(row: LeadImportRow) -> RowState:
    if row.choice == SKIP:
        return RowState.SKIPPED
    if row.faults:
        return RowState.FAULTY
    return RowState.TWIN if row.twins and not row.choice else RowState.READY
