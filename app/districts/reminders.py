"""今日必办: the calls that later capabilities have for a person, less what was put off or is done.

A call follows from the clocks and is never stored; stored is what the person said to it. Putting a
call off moves no deadline: it comes back on the day chosen, at the latest on its last day.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from app.clock import day_of
from app.districts.models import Reminder
from app.districts.schemas import Agenda, CallView, Finish, PutOff
from app.errors import Conflict, Invalid
from app.kit.db import new_id
from app.kit.work import EVERYBODY, Role, Work, use_case

AT_MOST = timedelta(days=30)
"""How far a call can be put off."""


@dataclass(frozen=True)
class Source:
    """A capability's calls, and whom it has calls for."""

    roles: tuple[Role, ...]
    calls: Callable[[Work], list[CallView]]


def calls(work: Work, sources: Iterable[Source]) -> list[CallView]:
    """All calls of the actor by their last day, whatever was said to them."""
    found = (call for one in sources if work.actor.has(*one.roles) for call in one.calls(work))
    return sorted(found, key=lambda call: (call.due_on, call.occasion))


def agenda(work: Work, found: Sequence[CallView]) -> Agenda:
    """The calls without those that rest."""
    said = _said(work)
    awake = [one for one in found if not _rests(work, one, said.get(one.occasion))]
    now = [one for one in awake if one.since <= work.today]
    return Agenda(
        now=now,
        later=[one for one in awake if one.since > work.today],
        due=sum(one.due_on <= work.today for one in now),
        put_off=len(found) - len(awake),
    )


@use_case("reminder.put_off", *EVERYBODY, scope="", anybody=True, binding=True)
def put_off(work: Work, found: Sequence[CallView], command: PutOff) -> None:
    """Rest one call until a day within a month, with the reason."""
    _open_call(found, command.occasion)
    if not work.today < command.remind_on <= work.today + AT_MOST:
        raise Invalid.at("/remind_on", "day", "请选择明天起 30 天以内的一天")
    _say(work, command.occasion, command.remind_on, command.reason)


@use_case("reminder.finish", *EVERYBODY, scope="", anybody=True, binding=True)
def finish(work: Work, found: Sequence[CallView], command: Finish) -> None:
    """Have done with a piece of news; what asks for an act is done by the act alone."""
    if not _open_call(found, command.occasion).news:
        raise Conflict("这件事办理后才会从清单中消失")
    _say(work, command.occasion, None, "")


def _rests(work: Work, call: CallView, said: Reminder | None) -> bool:
    if said is None:
        return False
    if said.remind_on is None:
        return call.news
    in_time = call.due_on > day_of(said.made_at)
    back_on = min(said.remind_on, call.due_on) if in_time else said.remind_on
    return work.today < back_on


def _open_call(found: Sequence[CallView], occasion: str) -> CallView:
    call = next((one for one in found if one.occasion == occasion), None)
    if call is None:
        raise Conflict("这件事已不在您的待办里")
    return call


def _said(work: Work) -> dict[str, Reminder]:
    rows = work.session.scalars(select(Reminder).where(Reminder.user_id == work.actor.id))
    return {row.occasion: row for row in rows}


def _say(work: Work, occasion: str, remind_on: date | None, reason: str) -> None:
    row = _said(work).get(occasion)
    if row is None:
        row = Reminder(id=new_id("rmd"), user_id=work.actor.id, occasion=occasion)
        work.session.add(row)
    row.remind_on, row.reason, row.made_at = remind_on, reason, work.now
