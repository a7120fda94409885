"""One call as the 工作台 shows it, and which of a district's people it goes to."""

from dataclasses import dataclass

from app.districts import service as districts
from app.districts.schemas import CallView
from app.first_talk.desk import Place
from app.first_talk.models import JointHolder, Right
from app.first_talk.warnings import NEWS, Call
from app.kit.work import Role, Work, once
from app.parameters import service as parameters


@dataclass(frozen=True)
class Said:
    """What a call tells: of whom, why, and the button."""

    title: str
    number: str
    why: str
    act: str
    href: str


def view(work: Work, id: str, call: Call, said: Said) -> CallView:
    """The call about `id`."""
    calendar = parameters.work_calendar(work)
    return CallView(
        occasion=f"{id}/{call.kind.value}/{call.occasion}",
        kind=call.kind.label,
        title=said.title,
        number=said.number,
        why=said.why,
        since=call.since,
        due_on=call.due_on,
        soon=call.due_on <= calendar.nth_workday(work.today, 3),
        provisional=calendar.is_provisional(call.due_on),
        href=said.href,
        act=said.act,
        news=call.kind in NEWS,
    )


def is_for(work: Work, officer_id: str | None) -> bool:
    """Whether the reader is called to what an officer of the own district looks after.

    The head is called to all; any officer to what nobody looks after, or nobody any more.
    """
    if work.actor.has(Role.UNIT_HEAD):
        return True
    if not work.actor.has(Role.OFFICER):
        return False
    return officer_id in (None, work.actor.id) or has_left(work, officer_id)


def heads_registrar(work: Work) -> bool:
    """Whether the reader heads the office that decides, without deciding there."""
    actor = work.actor
    if not (actor.is_city and actor.has(Role.UNIT_HEAD)) or actor.has(Role.COORDINATOR):
        return False
    return actor.unit_id == parameters.first_talk_policy(work).registrar


def has_left(work: Work, user_id: str | None) -> bool:
    """Whether somebody is no colleague of the reader any more."""
    return user_id not in _colleagues(work)


def part_of(work: Work, place: Place) -> Right | JointHolder | None:
    """What the reader's district has of a row: the row itself, or a part in it."""
    if work.owns(place.row):
        return place.row
    parts = (one for one in place.docket.joint if one.right_id == place.row.id and work.owns(one))
    return next(parts, None)


@once
def _colleagues(work: Work) -> frozenset[str]:
    return frozenset(one.id for one in districts.colleagues(work))
