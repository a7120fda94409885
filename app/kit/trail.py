"""The audit trail (留痕): one flush listener, one hash chain, append-only in the database.

    flush → collect changed `Audited` rows → before_commit: lock the head, number, link, write

An entry says who did which act on what, with `{column: [before, after]}`. Numbers are gapless and
in commit order, which makes them the cursor of the event feed. Columns marked `personal` enter as
已变更 with an HMAC, never in clear.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, Text, event, inspect, select
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column

from app.kit.db import Base, UtcDateTime, append_only

GENESIS = "0" * 64


class AuditEntry(Base):
    """One change, sign-in, refusal or confidential read; linked to the entry before it."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_resource", "resource_kind", "resource_id"),)

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[str] = mapped_column(String(80))
    actor_name: Mapped[str] = mapped_column(String(80))
    actor_district_id: Mapped[str | None] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(64))
    request_id: Mapped[str] = mapped_column(String(40))
    act: Mapped[str] = mapped_column(String(80), index=True)
    result: Mapped[str] = mapped_column(String(20))
    resource_kind: Mapped[str] = mapped_column(String(60))
    resource_id: Mapped[str] = mapped_column(String(80))
    resource_version: Mapped[int | None]
    district_id: Mapped[str | None] = mapped_column(String(40))
    changes: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


append_only(AuditEntry)


class AuditHead(Base):
    """The newest entry's number and digest: one row, locked while a link is added."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))


class Audited:
    """Mark of a class whose every change enters the trail."""


@dataclass(frozen=True)
class Author:
    """Who a Work writes as; stands in every entry."""

    id: str
    name: str
    district_id: str | None
    address: str
    request_id: str


@dataclass
class Note:
    """An entry that is no row change: a sign-in, a refusal, a read of confidential data."""

    act: str
    resource_kind: str
    resource_id: str
    result: str = "done"
    district_id: str | None = None
    detail: dict[str, object] = field(default_factory=dict)


@dataclass
class Trail:
    """What one session has changed so far, and the act in whose name; lives in `session.info`."""

    author: Author
    now: datetime
    secret: bytes
    act: str = ""
    rows: dict[tuple[str, str, str], tuple[Any, dict[str, list[object]]]] = field(
        default_factory=dict
    )
    notes: list[Note] = field(default_factory=list)


def begin(session: Session, trail: Trail) -> None:
    """Let this session keep a trail."""
    session.info["trail"] = trail


def note(session: Session, entry: Note) -> None:
    """Put an entry that is no row change into this session's trail."""
    session.info["trail"].notes.append(entry)


def entry_digest(entry: AuditEntry) -> str:
    """SHA-256 (hex) over every field of the entry but the digest itself, the link included."""
    fields = {
        column.key: _plain(getattr(entry, column.key))
        for column in inspect(AuditEntry).column_attrs
        if column.key != "digest"
    }
    return hashlib.sha256(_canonical(fields).encode()).hexdigest()


def broken_entry(session: Session) -> tuple[int, str] | None:
    """The first entry that does not hold, with the reason in Chinese; None when all do."""
    number, previous = 0, GENESIS
    query = select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=1000)
    with session.scalars(query) as entries:
        for entry in entries:
            fault = _fault(entry, number, previous)
            if fault is not None:
                return fault
            number, previous = entry.number, entry.digest
    head = session.get(AuditHead, 1)
    if head is None or (head.number, head.digest) != (number, previous):
        return number + 1, "尾部缺失：链头记录的末条不在链上"
    return None


def _fault(entry: AuditEntry, number: int, previous: str) -> tuple[int, str] | None:
    if entry.number != number + 1:
        return number + 1, "缺号：这一条被删除或改号"
    if entry.previous != previous:
        return entry.number, "链接不符：与前一条的摘要对不上"
    if entry.digest != entry_digest(entry):
        return entry.number, "摘要不符：内容被改动"
    return None


@event.listens_for(Session, "after_flush")
def _collect(session: Session, _context: object) -> None:
    trail: Trail | None = session.info.get("trail")
    if trail is None:
        return
    for row in [*session.new, *session.dirty, *session.deleted]:
        if isinstance(row, Audited):
            changes = dict(_changes(trail, row, deleted=row in session.deleted))
            if changes:
                _merge(trail, row, changes)


def _changes(trail: Trail, row: Any, *, deleted: bool) -> Iterator[tuple[str, list[object]]]:
    state = inspect(row)
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        after = None if deleted else getattr(row, attribute.key)
        before = history.deleted[0] if history.deleted else (after if not history.added else None)
        if deleted:
            before = getattr(row, attribute.key)
        if before == after or attribute.key == "version":
            continue
        if attribute.columns[0].info.get("personal"):
            yield attribute.key, ["已变更", _seal(trail.secret, after)]
        else:
            yield attribute.key, [_plain(before), _plain(after)]


def _merge(trail: Trail, row: Any, changes: dict[str, list[object]]) -> None:
    key = (trail.act, row.__tablename__, _identity(row))
    _, former = trail.rows.get(key, (row, {}))
    for column, (before, after) in changes.items():
        former[column] = [former[column][0] if column in former else before, after]
    trail.rows[key] = (row, former)


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    trail: Trail | None = session.info.get("trail")
    if trail is None:
        return
    session.flush()
    if not trail.rows and not trail.notes:
        return
    head = session.get(AuditHead, 1, with_for_update=True, populate_existing=True)
    if head is None:
        head = AuditHead(id=1, number=0, digest=GENESIS)
        session.add(head)
    for fields in _entries(trail):
        entry = AuditEntry(
            number=head.number + 1,
            at=trail.now,
            actor_id=trail.author.id,
            actor_name=trail.author.name,
            actor_district_id=trail.author.district_id,
            address=trail.author.address,
            request_id=trail.author.request_id,
            previous=head.digest,
            **fields,
        )
        entry.digest = entry_digest(entry)
        session.add(entry)
        head.number, head.digest = entry.number, entry.digest
    trail.rows.clear()
    trail.notes.clear()


def _entries(trail: Trail) -> Iterator[dict[str, Any]]:
    for (act, kind, identity), (row, changes) in trail.rows.items():
        yield {
            "act": act,
            "result": "done",
            "resource_kind": kind,
            "resource_id": identity,
            "resource_version": getattr(row, "version", None),
            "district_id": getattr(row, "district_id", None),
            "changes": _canonical(changes),
        }
    for item in trail.notes:
        yield {
            "act": item.act,
            "result": item.result,
            "resource_kind": item.resource_kind,
            "resource_id": item.resource_id,
            "resource_version": None,
            "district_id": item.district_id,
            "changes": _canonical(item.detail),
        }


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk(state: ORMExecuteState) -> None:
    if state.is_update or state.is_delete:
        mapper = state.bind_mapper
        if mapper is not None and issubclass(mapper.class_, Audited):
            raise RuntimeError(f"bulk change of audited {mapper.class_.__name__} skips the trail")


def _identity(row: Any) -> str:
    return "/".join(str(part) for part in inspect(row).mapper.primary_key_from_instance(row))


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, list | dict):
        return json.loads(json.dumps(value, default=str))
    return getattr(value, "yuan", None) or str(value)


def _seal(secret: bytes, value: object) -> str:
    return hmac.new(secret, str(value).encode(), hashlib.sha256).hexdigest()


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
