"""What the holders of rights did, and on which days their rights stood still, by right."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select

from app.clock import day_of
from app.first_talk.models import Report, RightMove, Substantiation
from app.first_talk.progress import Filing, Span
from app.first_talk.rights import Change, State
from app.kit.work import Work


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


def frozen(work: Work, ids: Iterable[str], due: Iterable[Change]) -> dict[str, list[Span]]:
    """The days on which they stood still, by what is written and due; the last may be open."""
    spans: dict[str, list[Span]] = {}
    since: dict[str, date] = {}
    written = work.session.execute(
        select(RightMove.right_id, RightMove.state, RightMove.at)
        .where(RightMove.right_id.in_(ids))
        .order_by(RightMove.right_id, RightMove.n)
    )
    moves = [(id, state, at) for id, state, at in written]
    moves += [(one.standing.right_id, one.standing.state, one.at) for one in due]
    for id, state, at in moves:
        if state in (State.CONTESTED, State.SUSPENDED):
            since.setdefault(id, day_of(at))
        elif id in since:
            spans.setdefault(id, []).append(Span(since.pop(id), day_of(at)))
    for id, start in since.items():
        spans.setdefault(id, []).append(Span(start, work.today + timedelta(days=1)))
    return spans
