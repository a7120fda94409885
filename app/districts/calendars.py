"""The private .ics address of one's own deadlines: made, renewed, revoked, and read by its token.

Only the token's hash is kept, so the address is shown once. It opens nothing but the deadlines.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event
from sqlalchemy import select

from app.clock import SHANGHAI
from app.districts import sign_in
from app.districts.models import CalendarAddress, User
from app.districts.schemas import CallView
from app.errors import Conflict, NotFound
from app.kit.db import new_id
from app.kit.work import EVERYBODY, Actor, Work, use_case


@use_case("calendar.read", *EVERYBODY, reads=True, scope="", anybody=True)
def made_at(work: Work) -> datetime | None:
    """Since when one's own address holds; None without one."""
    row = _own(work)
    return row.created_at if row is not None else None


@use_case("calendar.renew", *EVERYBODY, scope="", anybody=True, binding=True)
def renew(work: Work) -> str:
    """A new token, shown this once; an older address ends."""
    token = secrets.token_urlsafe(32)
    row = _own(work)
    if row is None:
        row = CalendarAddress(id=new_id("ics"), user_id=work.actor.id)
        work.session.add(row)
    row.token_hash, row.created_at = _hash(token), work.now
    return token


@use_case("calendar.revoke", *EVERYBODY, scope="", anybody=True, binding=True)
def revoke(work: Work) -> None:
    """End one's address at once."""
    row = _own(work)
    if row is None:
        raise Conflict("没有启用日历地址")
    work.session.delete(row)


def reader(work: Work, token: str) -> Actor:
    """Whose deadlines an address shows; NotFound for one that is none, any more, or disabled."""
    user = work.session.scalars(
        select(User)
        .join(CalendarAddress, CalendarAddress.user_id == User.id)
        .where(CalendarAddress.token_hash == _hash(token), User.active)
    ).one_or_none()
    if user is None:
        raise NotFound("没有这个日历地址，或已停用")
    return sign_in.actor_of(work, user.login)


def ics(work: Work, calls: Iterable[CallView]) -> bytes:
    """The calls as all-day entries (RFC 5545); of their subjects no more than the number."""
    calendar = Calendar()
    calendar.add("prodid", "-//tongzhao//deadlines//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "同招期限")
    calendar.add("x-wr-timezone", SHANGHAI.key)
    for call in calls:
        calendar.add_component(_entry(work, call))
    return bytes(calendar.to_ical())


def _entry(work: Work, call: CallView) -> Event:
    entry = Event()
    pending = "（待节假日安排公布）" if call.provisional else ""
    entry.add("uid", f"{_hash(call.occasion)[:32]}@tongzhao")
    entry.add("dtstamp", work.now)
    entry.add("dtstart", call.due_on)
    entry.add("dtend", call.due_on + timedelta(days=1))
    entry.add("summary", f"{call.kind} {call.number}".rstrip() + pending)
    entry.add("transp", "TRANSPARENT")
    return entry


def _own(work: Work) -> CalendarAddress | None:
    return work.session.scalars(
        select(CalendarAddress).where(CalendarAddress.user_id == work.actor.id)
    ).one_or_none()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
