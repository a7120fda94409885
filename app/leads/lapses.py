"""Leads whose right lapsed (失效): each enters the shared pool (线索池) the day after.

A lapse counts as of its own time, so the lead does too: `fallen` tells which leads stand in the
pool though nothing was written yet, `settle` writes it before somebody acts, the tick otherwise.
"""

from datetime import date

from sqlalchemy import Select

from app.first_talk import lead_rights
from app.first_talk.lead_rights import Lapse
from app.kit.work import Work
from app.leads.models import NO_CLOCK, Lead
from app.leads.stages import LeadMove, LeadState, lead_state_after

REASON = "首谈失效"


def fallen(work: Work) -> dict[str, date]:
    """The open leads that count as pooled by a lapse, with the day from which they do."""
    return {row.id: lapse.day for row, lapse in lead_rights.lapsed(work, _open(work), Lead.id)}


def settle(work: Work, row: Lead) -> None:
    """Write that the lead is in the pool, if its right has lapsed since."""
    for _, lapse in lead_rights.lapsed(work, _open(work).where(Lead.id == row.id), Lead.id):
        _pool(row, lapse)


def pool_lapsed(work: Work) -> int:
    """The tick: write down which leads a lapse has brought into the pool; how many."""
    found = lead_rights.lapsed(work, _open(work), Lead.id)
    for row, lapse in found:
        row.updated_at = work.now
        _pool(row, lapse)
    return len(found)


def _open(work: Work) -> Select[Lead]:
    return work.rows(Lead).where(Lead.state == LeadState.OPEN, Lead.deleted_at.is_(None))


def _pool(row: Lead, lapse: Lapse) -> None:
    row.state = lead_state_after(row.state, LeadMove.POOL)
    row.former_owner_id, row.owner_id = row.owner_id, None
    row.pooled_on, row.reason, row.lapsed_right_id = lapse.day, REASON, lapse.right_id
    row.due_on = NO_CLOCK
