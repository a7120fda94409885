"""Two people saved the same entry: each field as it was opened, as it is now, as one wants it.

What only one of them changed is merged; where both changed the same field, somebody must choose.
"""

import json
from typing import Literal

from sqlalchemy import select

from app.enterprises.models import Enterprise
from app.enterprises.schemas import ClashField, ClashView, EditEnterprise
from app.kit.trail import AuditEntry
from app.kit.work import Work

_FIELDS = ("name", "uscc", "group_name", "controller")


def between(work: Work, row: Enterprise, version: int, command: EditEnterprise) -> ClashView | None:
    """The fields that differ, when the row is no longer the version that was opened."""
    entries = _changes_since(work, row, version)
    if not entries:
        return None
    base = {name: getattr(row, name) for name in (*_FIELDS, "unregistered")}
    for entry in reversed(entries):
        base.update({name: before for name, (before, _) in json.loads(entry.changes).items()})
    last = entries[-1]
    colleague = last.actor_district_id == work.actor.district_id
    untouched = command.unregistered == base["unregistered"]
    return ClashView(
        who=last.actor_name if colleague else "其他单位",
        at=last.at,
        version=row.version,
        unregistered=row.unregistered if untouched else command.unregistered,
        fields=[
            _field(name, base[name] or "", getattr(row, name) or "", getattr(command, name) or "")
            for name in _FIELDS
        ],
    )


def _field(name: str, base: str, theirs: str, mine: str) -> ClashField:
    return ClashField(
        name=name,
        label=EditEnterprise.model_fields[name].title or name,
        base=base,
        theirs=theirs,
        mine=mine,
        result=_result(base, theirs, mine),
    )


def _result(base: str, theirs: str, mine: str) -> Literal["ask", "theirs", "mine"]:
    if mine in (base, theirs):
        return "theirs"
    return "mine" if theirs == base else "ask"


def _changes_since(work: Work, row: Enterprise, version: int) -> list[AuditEntry]:
    entries = select(AuditEntry).where(
        AuditEntry.resource_kind == Enterprise.__tablename__,
        AuditEntry.resource_id == row.id,
        AuditEntry.resource_version > version,
    )
    return list(work.session.scalars(entries.order_by(AuditEntry.number)))
