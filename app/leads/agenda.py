"""今日必办 of leads: the first response and the assessment (研判), by the clock that runs now."""

from datetime import date

from app.clock import WorkCalendar
from app.districts.schemas import CallView
from app.kit.filters import local, weekday
from app.kit.work import Role, Work, use_case
from app.leads import listing
from app.leads.models import NO_CLOCK, Lead
from app.leads.stages import LeadState, Stage
from app.parameters import service as parameters

READERS = (Role.OFFICER, Role.UNIT_HEAD)


@use_case("lead.agenda", *READERS, reads=True)
def calls(work: Work) -> list[CallView]:
    """The clocks of one's own leads and of those that nobody owns; of a unit head's, all."""
    query = listing.present(work).where(Lead.state == LeadState.OPEN, Lead.due_on != NO_CLOCK)
    if not work.actor.has(Role.UNIT_HEAD):
        query = query.where((Lead.owner_id == work.actor.id) | Lead.owner_id.is_(None))
    sources = parameters.code_labels(work, "lead_source")
    calendar = parameters.work_calendar(work)
    return [
        _call(row, sources.get(row.source, row.source), work.today, calendar)
        for row in work.session.scalars(query.order_by(Lead.due_on, Lead.id))
    ]


def _call(lead: Lead, source: str, today: date, calendar: WorkCalendar) -> CallView:
    due, assess = lead.due_on, lead.stage is Stage.ASSESSING
    what = "前给出研判结论" if assess else "前首次响应"
    logged = f"{source} {local(lead.logged_at, '%m-%d')} 登记"
    return CallView(
        occasion=f"{lead.id}/{'assess' if assess else 'respond'}/{due}",
        kind="研判" if assess else "首次响应",
        title=lead.name,
        number="",
        why=f"{logged}，应于 {due:%m-%d}{weekday(due)}{what}",
        since=date.min,
        due_on=due,
        soon=due <= calendar.nth_workday(today, 3),
        provisional=calendar.is_provisional(due),
        href=f"/leads/{lead.id}/{'assess' if assess else 'talk'}",
        act="填研判单" if assess else "记联系",
        news=False,
    )
