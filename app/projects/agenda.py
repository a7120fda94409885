"""今日必办 of projects: the progress (进展) that is due on those in talks."""

from datetime import timedelta

from app.districts.schemas import CallView
from app.kit.filters import weekday
from app.kit.work import Role, Work
from app.parameters import service as parameters
from app.projects import listing
from app.projects.schemas import Quiet

READERS = (Role.OFFICER, Role.UNIT_HEAD)
BEFORE = timedelta(days=3)


def calls(work: Work) -> list[CallView]:
    """The own projects in talks whose progress falls due; of a unit head's, all."""
    found = listing.quiet(work)
    return [
        _call(work, one, soon=one.due_on <= found.soon)
        for one in found.rows
        if work.actor.has(Role.UNIT_HEAD) or _is_own(work, one)
    ]


def _is_own(work: Work, quiet: Quiet) -> bool:
    owner = quiet.project.owner
    return owner is None or owner.code == work.actor.id


def _call(work: Work, quiet: Quiet, *, soon: bool) -> CallView:
    project, due = quiet.project, quiet.due_on
    last = f"最近进展 {project.progressed_on:%m-%d}" if project.progressed_on else "还没有写过进展"
    return CallView(
        occasion=f"{project.id}/progress/{due}",
        kind="项目进展",
        title=project.name,
        number="",
        why=f"{last}，应于 {due:%m-%d}{weekday(due)}前写进展",
        since=due - BEFORE,
        due_on=due,
        soon=soon,
        provisional=parameters.work_calendar(work).is_provisional(due),
        href=f"/projects/{project.id}/progress",
        act="写进展",
        news=False,
    )
