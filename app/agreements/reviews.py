"""合规记录: what cures a legal finding, put on record by a party until the version is in force."""

from app.agreements import service, views
from app.agreements.cures import RecordKind
from app.agreements.listing import READERS, WRITERS
from app.agreements.models import Agreement, Record, Version
from app.agreements.schemas import AddRecord, VersionView
from app.agreements.states import State
from app.engine.scheme import read_scheme
from app.errors import Conflict, Invalid, NotFound
from app.kit import files
from app.kit.db import new_id
from app.kit.files import StoredFile
from app.kit.work import Work, use_case
from app.parameters import service as parameters

OPEN = frozenset({State.DRAFT, State.OFFERED, State.CONFIRMED})


@use_case("agreement.record", *WRITERS)
def add(work: Work, id: str, n: int, command: AddRecord, version: int | None = None) -> VersionView:
    """Put a review, a legal basis or an evidence on record; a later one of its kind counts."""
    row, found = service.locked(work, id, n, version)
    service.party_of(work, row)
    if found.state not in OPEN:
        raise Conflict(f"第 {n} 版{found.state.label}，不能再补合规记录")
    _check_item(found, command)
    record = Record(
        id=new_id("rec"),
        agreement_id=row.id,
        n=n,
        kind=command.kind,
        about=command.about,
        reference=command.reference,
        dated_on=command.dated_on,
        recorded_by=work.actor.id,
        recorded_by_name=work.actor.name,
        recorded_at=work.now,
    )
    if command.dated_on is not None and command.dated_on > work.today:
        raise Invalid.at("/dated_on", "future", "日期不能晚于今天")
    if command.file is not None:
        record.file_id = _kept(work, row, command.file)
    found.records.append(record)
    work.session.flush()
    return views.version_view(work, row, found)


@use_case("agreement.read", *READERS, reads=True)
def file(work: Work, id: str, n: int, record_id: str) -> tuple[StoredFile, bytes]:
    """The file of a record, for whoever sees the version."""
    found = views.seen(work, work.get(Agreement, id), n)
    record = next((each for each in found.records if each.id == record_id), None)
    if record is None or record.file_id is None:
        raise NotFound("没有这份文件")
    stored = work.get(StoredFile, record.file_id)
    return stored, files.content(work, stored)


def _kept(work: Work, row: Agreement, file: files.Upload | str) -> str:
    """The file, opened to the parties and to the city, who read the version later."""
    stored = files.linkable(work, file)
    named = [party.district_id for party in row.parties if party.district_id]
    for district_id in (*named, parameters.general(work).city_code):
        work.share(stored, district_id)
    return stored.id


def _check_item(found: Version, command: AddRecord) -> None:
    """A legal basis is for a deduction of the scheme, or for the words beside; others for all."""
    scheme = read_scheme(views.scheme_of(found))
    named = {item.name for item in scheme.deduct} if command.kind is RecordKind.BASIS else set()
    if command.about and command.about not in named:
        raise Invalid.at("/about", "unknown", "方案中没有这一项兑现")
