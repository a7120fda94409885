"""The warnings that go on record: T−30, T−10, T−3 to the end, a review gone overdue (升级).

What people are called for they see from the clocks; this tick enters the day's warnings into the
trail, each once, from where partner systems read them as `first_talk.expiring`.
"""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Select, or_

from app.first_talk import subjects, warnings
from app.first_talk.models import Right, Warned
from app.first_talk.rights import State
from app.first_talk.warnings import BEFORE_END, Call, Kind
from app.kit import trail
from app.kit.db import insert_unless_present
from app.kit.work import Work

ACTS = {Kind.ENDS: "first_talk.expiring", Kind.REVIEW_OVERDUE: "first_talk.overdue"}
_REVIEWED = (State.SUBMITTED, State.IDENTITY_CHECK)


def announce(work: Work) -> int:
    """The tick: enter what is new today; how many warnings that were."""
    rows = {row.id: row for row in work.session.scalars(_near(work))}
    given = 0
    for docket in subjects.dockets_of(work, {row.subject_key for row in rows.values()}):
        for id, standing in docket.settled(work.now).items():
            if id in rows:
                record = docket.record(standing)
                found = warnings.calls(standing, record, work.today, docket.calendar)
                given += sum(_enter(work, rows[id], call) for call in _due(found, work))
    return given


def _near(work: Work) -> Select[Right]:
    """The rights that end within thirty days, and the claims whose review is over."""
    soon = work.today + timedelta(days=BEFORE_END[0])
    ending = Right.counts_as(State.ACTIVE, now=work.now) & Right.effective_end.is_not(None)
    overdue = Right.counts_as(*_REVIEWED, now=work.now) & (Right.review_until <= work.now)
    return work.rows(Right).where(or_(ending & (Right.effective_end <= soon), overdue))


def _due(found: list[Call], work: Work) -> Iterator[Call]:
    return (call for call in found if call.kind in ACTS and call.since <= work.today)


def _enter(work: Work, row: Right, call: Call) -> bool:
    """Into the trail of the right's district, unless it stands there."""
    occasion = f"{call.kind.value}/{call.occasion}"
    values = {"right_id": row.id, "occasion": occasion, "at": work.now}
    if not insert_unless_present(work.session, Warned, values):
        return False
    detail: dict[str, object] = {"due_on": call.due_on.isoformat(), "warning": call.kind.value}
    entry = trail.Note(
        ACTS[call.kind],
        "first_talk_right",
        row.id,
        district_id=row.district_id,
        detail=detail,
    )
    trail.note(work.session, entry)
    return True
