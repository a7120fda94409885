"""Which rows of the register a filter finds: state, holder, end, colour, period, who asked.

What a filter says beyond the register's public fields counts only for rows that the reader sees in
full (`full`): else it would tell of strangers what their rows do not show.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Select, and_, exists, or_
from sqlalchemy.sql import ColumnElement

from app.clock import until
from app.first_talk import subjects
from app.first_talk.models import Phase, QueryLog, Report, Right
from app.first_talk.progress import Colour
from app.first_talk.register_schemas import RightFilter
from app.first_talk.rights import ENDINGS, GRANTED, State
from app.kit.work import Work

Condition = ColumnElement[bool]

_BY_TIME = (State.EXPIRED, State.LAPSED)


def conditions(
    command: RightFilter, now: datetime, full: Select[str], district_id: str | None
) -> Iterator[Condition]:
    """The conditions of a filter, to be met together."""
    if command.state:
        yield Right.counts_as(*command.state, now=now)
    if command.district:
        yield Right.district_id.in_(command.district)
    if command.ends_within is not None:
        yield _ends_by(now, now + timedelta(days=command.ends_within))
    inner = list(_of_full_rows(command, now, district_id))
    if inner:
        yield Right.id.in_(full)
        yield from inner


def coloured(work: Work, colours: set[Colour]) -> list[str]:
    """The running rights that the reader sees in full and that show one of these colours."""
    rows = work.session.scalars(
        work.rows(Right).where(Right.counts_as(*GRANTED, now=work.now))
    ).all()
    full = {row.id for row in rows}
    return [
        id
        for docket in subjects.dockets_of(work, {row.subject_key for row in rows})
        for id, standing in docket.settled(work.now).items()
        if id in full and docket.colour(standing) in colours
    ]


def _of_full_rows(
    command: RightFilter, now: datetime, district_id: str | None
) -> Iterator[Condition]:
    if command.lead:
        yield Right.lead_id == command.lead
    if command.enterprise:
        yield Right.enterprise_id == command.enterprise
    if command.asked_by:
        yield and_(Right.district_id == district_id, _asked_by(command.asked_by))
    if command.granted_from:
        yield _granted(now, command.granted_from, command.granted_to or date.max)
    if command.ended_from:
        yield _ended(now, command.ended_from, command.ended_to or date.max)
    if command.held_on:
        yield _granted(now, date.min, command.held_on)
        yield ~_ended(now, date.min, command.held_on)
    if command.without_talks:
        yield Right.counts_as(*_BY_TIME, now=now)
        yield ~exists().where(Report.right_id == Right.id, Report.substantive)


def _ends_by(now: datetime, limit: datetime) -> Condition:
    """Whether the protection that runs now ends by then."""
    return exists().where(
        Phase.right_id == Right.id,
        Phase.state.in_(GRANTED),
        or_(Phase.n == 0, Phase.starts_at <= now),
        Phase.ends_at > now,
        Phase.ends_at <= limit,
    )


def _asked_by(district_id: str) -> Condition:
    return exists().where(QueryLog.right_id == Right.id, QueryLog.district_id == district_id)


def _granted(now: datetime, first: date, last: date) -> Condition:
    """Whether it became a right on one of these days, written or only due."""
    return or_(
        and_(Right.active_on.is_not(None), Right.active_on.between(first, last)),
        and_(Right.active_on.is_(None), _comes_to((State.ACTIVE,), now, first, last)),
    )


def _ended(now: datetime, first: date, last: date) -> Condition:
    """Whether it ended on one of these days, written or only due."""
    start, end = _span(first, last)
    return or_(
        and_(Right.ended_at.is_not(None), Right.ended_at >= start, Right.ended_at < end),
        and_(Right.ended_at.is_(None), _comes_to(ENDINGS, now, first, last)),
    )


def _comes_to(states: tuple[State, ...], now: datetime, first: date, last: date) -> Condition:
    start, end = _span(first, last)
    return exists().where(
        Phase.right_id == Right.id,
        Phase.n > 0,
        Phase.state.in_(states),
        Phase.starts_at <= now,
        Phase.starts_at >= start,
        Phase.starts_at < end,
    )


def _span(first: date, last: date) -> tuple[datetime, datetime]:
    """The instants of a run of days, kept inside what both databases can compare."""
    earliest, latest = date(1990, 1, 1), date(9000, 1, 1)
    return until(max(first, earliest) - timedelta(days=1)), until(min(last, latest))
