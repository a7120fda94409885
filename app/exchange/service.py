"""The event feed, read from the audit trail: gapless numbers in commit order are its cursor."""

import json

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.agreements.listing import READERS as AGREEMENT_READERS
from app.agreements.models import Agreement
from app.errors import BadCursor, BadFilter
from app.exchange import events
from app.exchange.schemas import EventView, FeedView
from app.first_talk.register import READERS as RIGHT_READERS
from app.kit.db import Share
from app.kit.trail import AuditEntry, AuditHead
from app.kit.work import STAFF, Work, use_case
from app.leads.listing import READERS as LEAD_READERS
from app.projects.rows import READERS as PROJECT_READERS

BATCH = 500
_READERS = {
    "lead": LEAD_READERS,
    "project": PROJECT_READERS,
    "first_talk_right": RIGHT_READERS,
    "agreement_version": AGREEMENT_READERS,
}
"""Whose business a kind of record is: an event tells that there is one."""


@use_case("event.read", *STAFF, reads=True)
def feed(work: Work, after: str, types: list[str], limit: int) -> FeedView:
    """The events after a cursor on records that the caller may read, own or shared.

    At most `limit`; fewer when the trail has no more, and then the cursor is the trail's head.
    """
    unknown = set(types) - set(events.TYPES)
    if unknown:
        raise BadFilter(
            f"没有这种事件：{'、'.join(sorted(unknown))}", parameter="types", allowed=events.TYPES
        )
    if not (after.isascii() and after.isdigit()) or len(after) > 15:
        raise BadCursor("游标应为上次应答里的 next_cursor")
    head = work.session.get(AuditHead, 1)
    last = head.number if head is not None else 0
    found: list[EventView] = []
    cursor = int(after)
    while cursor < last and len(found) < limit:
        batch = _entries(work, cursor, last)
        for entry in batch:
            event = _event(entry)
            if event is not None and (not types or event.type in types):
                found.append(event)
            cursor = entry.number
            if len(found) == limit:
                break
        if len(batch) < BATCH and len(found) < limit:
            cursor = last
    return FeedView(events=found, next_cursor=str(max(cursor, int(after))))


def _entries(work: Work, after: int, last: int) -> list[AuditEntry]:
    mine = work.district_id
    kinds = [kind for kind, roles in _READERS.items() if work.actor.has(*roles)]
    shared = select(Share.resource_id).where(Share.district_id == mine)
    return list(
        work.session.scalars(
            select(AuditEntry)
            .where(
                AuditEntry.number > after,
                AuditEntry.number <= last,
                AuditEntry.result == "done",
                AuditEntry.resource_kind.in_(kinds),
                or_(
                    AuditEntry.district_id == mine,
                    AuditEntry.resource_id.in_(shared),
                    _of_readable_agreement(work),
                ),
            )
            .order_by(AuditEntry.number)
            .limit(BATCH)
        )
    )


def _of_readable_agreement(work: Work) -> ColumnElement[bool]:
    """Whether an entry is about a version (`agr_…/2`) of an agreement that the caller reads."""
    start = Agreement.id + "/"
    of_it = func.substr(AuditEntry.resource_id, 1, func.length(start)) == start
    readable = work.rows(Agreement).where(of_it).with_only_columns(Agreement.id)
    return and_(AuditEntry.resource_kind == "agreement_version", readable.exists())


def _event(entry: AuditEntry) -> EventView | None:
    kind = events.event_type(entry.resource_kind, entry.act, json.loads(entry.changes))
    if kind is None:
        return None
    id, link = events.resource(entry.resource_kind, entry.resource_id)
    return EventView(
        id=str(entry.number),
        type=kind,
        at=entry.at,
        resource_id=id,
        version=entry.resource_version,
        link=link,
    )
