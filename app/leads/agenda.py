"""今日必办 of leads: the first response and the assessment (研判), by the clock that runs now."""

from datetime import date

from app.districts.schemas import CallView
from app.kit.filters import local, weekday
from app.kit.work import Role, Work, use_case
from app.leads import listing
from app.leads.models import NO_CLOCK, Lead
from app.leads.schemas import LeadLine
from app.leads.stages import LeadState, Stage
from app.leads.views import lines
from app.parameters import service as parameters

READERS = (Role.OFFICER, Role.UNIT_HEAD)


@use_case("lead.agenda", *READERS, reads=True)
def calls(work: Work) -> list[CallView]:
    """The clocks of one's own leads and of those that nobody owns; of a unit head's, all."""
    query = listing.present(work).where(
        listing.counts_as(work, LeadState.OPEN), Lead.due_on != NO_CLOCK
    )
    if not work.actor.has(Role.UNIT_HEAD):
        query = query.where((Lead.owner_id == work.actor.id) | Lead.owner_id.is_(None))
    rows = work.session.scalars(query.order_by(Lead.due_on, Lead.id))
    soon = parameters.work_calendar(work).nth_workday(work.today, 3)
    return [_call(work, one, soon) for one in lines(work, rows) if one.due_on]


def _call(work: Work, lead: LeadLine, soon: date) -> CallView:
    due = lead.due_on or work.today
    assess = lead.stage is Stage.ASSESSING
    logged = f"{lead.source.label} {local(lead.logged_at, '%m-%d')} 登记"
    what = "前给出研判结论" if assess else "前首次响应"
    return CallView(
        occasion=f"{lead.id}/{'assess' if assess else 'respond'}/{due}",
        kind="研判" if assess else "首次响应",
        title=lead.name,
        number="",
        why=f"{logged}，应于 {due:%m-%d}{weekday(due)}{what}",
        since=date.min,
        due_on=due,
        soon=due <= soon,
        provisional=parameters.work_calendar(work).is_provisional(due),
        href=f"/leads/{lead.id}/{'assess' if assess else 'talk'}",
        act="填研判单" if assess else "记联系",
        news=False,
    )
