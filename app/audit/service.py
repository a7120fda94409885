"""Reading and proving the trail: search for the auditor, verification of both chains."""

import json
from datetime import datetime, time, timedelta

from sqlalchemy import func, select

from app.audit.schemas import EntryView, Soundness, TrailFilter
from app.clock import SHANGHAI
from app.kit import trail
from app.kit.trail import AuditEntry
from app.kit.work import Role, Work, use_case

PAGE = 50


@use_case("trail.search", Role.AUDITOR, reads=True)
def search(work: Work, asked: TrailFilter) -> list[EntryView]:
    """The newest entries that match, a page at a time; values stay in the trail."""
    query = select(AuditEntry).order_by(AuditEntry.number.desc()).limit(PAGE)
    equal = {
        AuditEntry.act: asked.act,
        AuditEntry.resource_id: asked.resource,
        AuditEntry.result: asked.result,
        AuditEntry.actor_name: asked.actor,
    }
    for column, value in equal.items():
        if value is not None:
            query = query.where(column == value)
    if asked.since is not None:
        query = query.where(AuditEntry.at >= datetime.combine(asked.since, time(), tzinfo=SHANGHAI))
    if asked.until is not None:
        after = datetime.combine(asked.until + timedelta(days=1), time(), tzinfo=SHANGHAI)
        query = query.where(AuditEntry.at < after)
    if asked.before is not None:
        query = query.where(AuditEntry.number < asked.before)
    return [_view(entry) for entry in work.session.scalars(query)]


@use_case("trail.verify", Role.AUDITOR, Role.SYSTEM, reads=True)
def verify_trail(work: Work) -> Soundness:
    """Follow the whole chain and name the first entry that does not hold."""
    entries = work.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    broken = trail.broken_entry(work.session)
    if broken is None:
        return Soundness(name="留痕", entries=entries)
    return Soundness(name="留痕", entries=entries, broken_at=broken[0], reason=broken[1])


def _view(entry: AuditEntry) -> EntryView:
    return EntryView(
        number=entry.number,
        at=entry.at,
        actor_name=entry.actor_name,
        actor_district_id=entry.actor_district_id,
        address=entry.address,
        act=entry.act,
        result=entry.result,
        resource_kind=entry.resource_kind,
        resource_id=entry.resource_id,
        changed=sorted(json.loads(entry.changes)),
    )
