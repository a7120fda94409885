"""Projects whose right lapsed (失效): each waits to be taken up (待认领) from the day after.

The lead of a lapsed right enters the pool. Where it has become a project, nobody can pick the lead
up any more: it is the project that loses whom it was with. Like the lead's, that counts as of its
own time: `fallen` tells which projects wait though nothing was written yet, `settle` writes it
before somebody acts, the tick otherwise.
"""

from datetime import date

from app.first_talk import service as first_talk
from app.kit.work import Work
from app.leads import lapses
from app.leads.stages import Stage
from app.projects.models import Project
from app.projects.states import Status

TALKING = (Stage.NEGOTIATING, Stage.PRE_SIGNING)
"""The stages that count as 在谈: until the formal contract."""


def fallen(work: Work) -> dict[str, date]:
    """The projects that count as waiting by a lapse, with the day from which they do."""
    return {row.id: day for row, _, day in _fallen(work)}


def settle(work: Work, row: Project) -> None:
    """Write that the project waits, if its right has lapsed since."""
    for one, right_id, day in _fallen(work):
        if one is row:
            _release(row, right_id, day)


def pool_lapsed(work: Work) -> int:
    """The tick: write down which projects wait since a lapse; how many."""
    found = _fallen(work)
    for row, right_id, day in found:
        row.updated_at = work.now
        _release(row, right_id, day)
    return len(found)


def _fallen(work: Work) -> list[tuple[Project, str, date]]:
    lapsed = first_talk.lapsed_leads(work)
    query = work.rows(Project).where(
        Project.lead_id.in_(lapsed), Project.stage.in_(TALKING), Project.status == Status.ACTIVE
    )
    rows = {row.lead_id: row for row in work.session.scalars(query) if row.lead_id}
    rights = first_talk.rights_of_leads(work, rows)
    found = []
    for lead_id, right in rights.items():
        row = rows[lead_id]
        day = lapses.pooled_on(work, row.lapsed_right_id, right)
        if day is not None:
            found.append((row, right.id, day))
    return found


def _release(row: Project, right_id: str, day: date) -> None:
    row.owner_id, row.pooled_on, row.lapsed_right_id = None, day, right_id
