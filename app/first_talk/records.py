"""What the holders of rights did, and on which days their rights stood still, by right."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeVar

from sqlalchemy import Select, or_, select

from app.clock import day_of
from app.first_talk.models import Report, Right, RightMove, Substantiation
from app.first_talk.progress import Filing, Span
from app.first_talk.rights import Change, Move, State
from app.kit.work import Work

_Told = TypeVar("_Told", Report, Substantiation)


class Station(NamedTuple):
    """A move of a right: the state it came to, when, and who made it; nobody when time will."""

    right_id: str
    state: State
    at: datetime
    move: Move
    actor_id: str = ""
    actor_name: str = ""


def filings(work: Work, ids: Iterable[str]) -> dict[str, list[Filing]]:
    """The reports: news counts on the day it was filed, an event on its own.

    Those of a row that was united into another one count for that one too.
    """
    wanted, found = set(ids), dict[str, list[Filing]]()
    for one, into in work.session.execute(_of(work, Report, wanted)):
        day = one.happened_on if one.substantive else day_of(one.reported_at)
        for id in wanted & {one.right_id, into}:
            found.setdefault(id, []).append(Filing(day, one.substantive))
    for event, into in work.session.execute(_of(work, Substantiation, wanted)):
        for id in wanted & {event.right_id, into}:
            found.setdefault(id, []).append(Filing(event.happened_on, substantive=True))
    return found


def _of(work: Work, cls: type[_Told], ids: set[str]) -> Select[_Told, str | None]:
    """What was told of these rows and of those that went into them, with where they went."""
    return (
        work.all_rows(Right, because="并入前的进展")
        .join(cls, cls.right_id == Right.id)
        .where(or_(Right.id.in_(ids), Right.united_into.in_(ids)))
        .with_only_columns(cls, Right.united_into)
    )


def stations(work: Work, ids: Iterable[str], due: Iterable[Change]) -> list[Station]:
    """Every state that the rights came to, one after another, by what is written and due."""
    row = RightMove
    written = work.session.execute(
        select(row.right_id, row.state, row.at, row.move, row.actor_id, row.actor_name)
        .where(row.right_id.in_(ids))
        .order_by(row.right_id, row.n)
    )
    found = [Station(*one) for one in written]
    return [
        *found,
        *(Station(one.standing.right_id, one.standing.state, one.at, one.move) for one in due),
    ]


def reviewers(found: Iterable[Station]) -> dict[str, Station]:
    """Who took each claim up last (受理); one that is sent back to the queue waits for it again."""
    taken_up: dict[str, Station] = {}
    for one in found:
        if one.move is Move.TAKE_UP:
            taken_up[one.right_id] = one
        elif one.state is State.QUEUED:
            taken_up.pop(one.right_id, None)
    return taken_up


def granted(found: Iterable[Station]) -> dict[str, datetime]:
    """When each became a right: its dates were issued then."""
    since: dict[str, datetime] = {}
    for one in found:
        if one.state is State.ACTIVE:
            since.setdefault(one.right_id, one.at)
    return since


def frozen(found: Iterable[Station], today: date) -> dict[str, list[Span]]:
    """The days on which they stood still; the last may be open."""
    spans: dict[str, list[Span]] = {}
    since: dict[str, date] = {}
    for id, state, at, *_ in found:
        if state in (State.CONTESTED, State.SUSPENDED):
            since.setdefault(id, day_of(at))
        elif id in since:
            spans.setdefault(id, []).append(Span(since.pop(id), day_of(at)))
    for id, start in since.items():
        spans.setdefault(id, []).append(Span(start, today + timedelta(days=1)))
    return spans
