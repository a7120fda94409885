"""Projects whose right lapsed (失效): each waits to be taken up (待认领) from the day after.

The lead of a lapsed right enters the pool. Where it has become a project, nobody can pick the lead
up any more: it is the project that loses whom it was with. Like the lead's, that counts as of its
own time: `fallen` tells which projects wait though nothing was written yet, `settle` writes it
before somebody acts, the tick otherwise.
"""

from datetime import date

from sqlalchemy import Select

from app.first_talk import lead_rights
from app.first_talk.lead_rights import Lapse
from app.kit.work import Work
from app.leads.stages import Stage
from app.projects.models import Project
from app.projects.states import Status

TALKING = (Stage.NEGOTIATING, Stage.PRE_SIGNING)
"""The stages that count as 在谈: until the formal contract."""


def fallen(work: Work) -> dict[str, date]:
    """The projects that count as waiting by a lapse, with the day from which they do."""
    found = lead_rights.lapsed(work, _talking(work), Project.lead_id)
    return {row.id: lapse.day for row, lapse in found}


def settle(work: Work, row: Project) -> None:
    """Write that the project waits, if its right has lapsed since."""
    mine = _talking(work).where(Project.id == row.id)
    for _, lapse in lead_rights.lapsed(work, mine, Project.lead_id):
        _release(row, lapse)


def pool_lapsed(work: Work) -> int:
    """The tick: write down which projects wait since a lapse; how many."""
    found = lead_rights.lapsed(work, _talking(work), Project.lead_id)
    for row, lapse in found:
        row.updated_at = work.now
        _release(row, lapse)
    return len(found)


def _talking(work: Work) -> Select[Project]:
    return work.rows(Project).where(Project.stage.in_(TALKING), Project.status == Status.ACTIVE)


def _release(row: Project, lapse: Lapse) -> None:
    row.owner_id, row.pooled_on, row.lapsed_right_id = None, lapse.day, lapse.right_id
