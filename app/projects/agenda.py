"""今日必办 of projects: the progress (进展) that is due on those in talks."""

from datetime import date, timedelta

from app.clock import WorkCalendar
from app.districts.schemas import CallView
from app.kit.filters import weekday
from app.kit.work import Role, Work, use_case
from app.parameters import service as parameters
from app.projects import listing
from app.projects.models import Project

READERS = (Role.OFFICER, Role.UNIT_HEAD)
BEFORE = timedelta(days=3)
MOST = 200
"""More than anybody works through in a day."""


@use_case("project.agenda", *READERS, reads=True)
def calls(work: Work) -> list[CallView]:
    """The own projects in talks whose progress falls due; of a unit head's, all."""
    calendar = parameters.work_calendar(work)
    return [
        _call(row, due_on, work.today, calendar)
        for row, due_on in listing.quiet_rows(work, MOST)
        if work.actor.has(Role.UNIT_HEAD) or row.owner_id in (None, work.actor.id)
    ]


def _call(project: Project, due: date, today: date, calendar: WorkCalendar) -> CallView:
    last = f"最近进展 {project.progressed_on:%m-%d}" if project.progressed_on else "还没有写过进展"
    return CallView(
        occasion=f"{project.id}/progress/{due}",
        kind="项目进展",
        title=project.name,
        number="",
        why=f"{last}，应于 {due:%m-%d}{weekday(due)}前写进展",
        since=due - BEFORE,
        due_on=due,
        soon=due <= calendar.nth_workday(today, 3),
        provisional=calendar.is_provisional(due),
        href=f"/projects/{project.id}/progress",
        act="写进展",
        news=False,
    )
