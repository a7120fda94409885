"""Leads whose right lapsed (失效): each enters the shared pool (线索池) the day after.

A lapse counts as of its own time, so the lead does too: `fallen` tells which leads stand in the
pool though nothing was written yet, `settle` writes it before somebody acts, the tick otherwise.
"""

from datetime import date, timedelta

from app.clock import day_of
from app.first_talk import service as first_talk
from app.first_talk.rights import State
from app.first_talk.schemas import RightView
from app.kit.work import Work
from app.leads.models import NO_CLOCK, Lead
from app.leads.stages import LeadMove, LeadState, lead_state_after

REASON = "首谈失效"
_INSTANT = timedelta(microseconds=1)


def fallen(work: Work) -> dict[str, date]:
    """The open leads that count as pooled by a lapse, with the day from which they do."""
    return {row.id: day for row, _, day in _fallen(work)}


def settle(work: Work, row: Lead) -> None:
    """Write that the lead is in the pool, if its right has lapsed since."""
    if row.state is LeadState.OPEN:
        right = first_talk.right_of_lead(work, row.id)
        day = pooled_on(work, row.lapsed_right_id, right)
        if right is not None and day is not None:
            _pool(row, right.id, day)


def pool_lapsed(work: Work) -> int:
    """The tick: write down which leads a lapse has brought into the pool; how many."""
    found = _fallen(work)
    for row, right_id, day in found:
        row.updated_at = work.now
        _pool(row, right_id, day)
    return len(found)


def _fallen(work: Work) -> list[tuple[Lead, str, date]]:
    lapsed = first_talk.lapsed_leads(work)
    rows = work.session.scalars(
        work.rows(Lead).where(
            Lead.id.in_(lapsed), Lead.state == LeadState.OPEN, Lead.deleted_at.is_(None)
        )
    ).all()
    rights = first_talk.rights_of_leads(work, [row.id for row in rows])
    found = []
    for row in rows:
        right = rights.get(row.id)
        day = pooled_on(work, row.lapsed_right_id, right)
        if right is not None and day is not None:
            found.append((row, right.id, day))
    return found


def pooled_on(work: Work, known: str | None, right: RightView | None) -> date | None:
    """The day after the last of a lapsed right, once it has come; None for all others.

    `known` is the right whose lapse has counted already.
    """
    if right is None or right.state is not State.LAPSED or right.id == known:
        return None
    if right.ended_at is None:
        return None
    day = day_of(right.ended_at - _INSTANT) + timedelta(days=1)
    return day if day <= work.today else None


def _pool(row: Lead, right_id: str, day: date) -> None:
    row.state = lead_state_after(row.state, LeadMove.POOL)
    row.former_owner_id, row.owner_id = row.owner_id, None
    row.pooled_on, row.reason, row.lapsed_right_id = day, REASON, right_id
    row.due_on = NO_CLOCK
