"""What the holders of rights did, and on which days their rights stood still, by right."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.clock import day_of
from app.first_talk.models import Report, RightMove, Substantiation
from app.first_talk.progress import Filing, Span
from app.first_talk.rights import Change, State
from app.kit.work import Work

Station = tuple[str, State, datetime]
"""A right, the state it came to, and when."""


def filings(work: Work, ids: Iterable[str]) -> dict[str, list[Filing]]:
    """The reports: news counts on the day it was filed, an event on its own."""
    found: dict[str, list[Filing]] = {}
    for one in work.session.scalars(select(Report).where(Report.right_id.in_(ids))):
        day = one.happened_on if one.substantive else day_of(one.reported_at)
        found.setdefault(one.right_id, []).append(Filing(day, one.substantive))
    made = select(Substantiation).where(Substantiation.right_id.in_(ids))
    for event in work.session.scalars(made):
        found.setdefault(event.right_id, []).append(Filing(event.happened_on, substantive=True))
    return found


def stations(work: Work, ids: Iterable[str], due: Iterable[Change]) -> list[Station]:
    """Every state that the rights came to, one after another, by what is written and due."""
    written = work.session.execute(
        select(RightMove.right_id, RightMove.state, RightMove.at)
        .where(RightMove.right_id.in_(ids))
        .order_by(RightMove.right_id, RightMove.n)
    )
    found = [(id, state, at) for id, state, at in written]
    return [*found, *((one.standing.right_id, one.standing.state, one.at) for one in due)]


def granted(found: Iterable[Station]) -> dict[str, datetime]:
    """When each became a right: its dates were issued then."""
    since: dict[str, datetime] = {}
    for id, state, at in found:
        if state is State.ACTIVE:
            since.setdefault(id, at)
    return since


def frozen(found: Iterable[Station], today: date) -> dict[str, list[Span]]:
    """The days on which they stood still; the last may be open."""
    spans: dict[str, list[Span]] = {}
    since: dict[str, date] = {}
    for id, state, at in found:
        if state in (State.CONTESTED, State.SUSPENDED):
            since.setdefault(id, day_of(at))
        elif id in since:
            spans.setdefault(id, []).append(Span(since.pop(id), day_of(at)))
    for id, start in since.items():
        spans.setdefault(id, []).append(Span(start, today + timedelta(days=1)))
    return spans
