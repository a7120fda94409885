"""全局搜索: one box over the directory, leads, projects and receipts, each as far as one may see.

Names are found by the one name index (two characters, pinyin initials, USCC); a receipt by its
whole number.
"""

import re

from app.enterprises import service as enterprises
from app.enterprises.schemas import EnterpriseFilter
from app.errors import NotFound
from app.first_talk import register
from app.kit.work import STAFF, Work, use_case
from app.leads import service as leads
from app.leads.listing import READERS as LEAD_READERS
from app.leads.schemas import LeadFilter
from app.projects import service as projects
from app.projects.commands import ProjectFilter
from app.projects.service import READERS as PROJECT_READERS
from app.reports.schemas import FoundView, SearchView

LIMIT = 10
RECEIPT_NUMBER = re.compile(r"[A-Z]{2,8}-(LD|FT)-[0-9]{4}-[0-9]{6}")


@use_case("report.search", *STAFF, reads=True)
def search(work: Work, text: str) -> SearchView:
    """What the typed text may mean, at most ten of each kind; nothing for a blank."""
    typed = text.strip()[:60]
    if not typed:
        return SearchView(text="")
    return SearchView(
        text=typed,
        receipts=_receipts(work, typed.upper()),
        enterprises=_enterprises(work, typed),
        leads=_leads(work, typed) if work.actor.has(*LEAD_READERS) else [],
        projects=_projects(work, typed) if work.actor.has(*PROJECT_READERS) else [],
    )


def _receipts(work: Work, number: str) -> list[FoundView]:
    if not RECEIPT_NUMBER.fullmatch(number):
        return []
    try:
        found = register.receipt(work, number)
    except NotFound:
        return []
    href = f"/first-talk/receipts/{found.number}"
    return [FoundView(name=found.number, note=found.kind.label, href=href)]


def _enterprises(work: Work, text: str) -> list[FoundView]:
    page = enterprises.browse(work, EnterpriseFilter(q=text, limit=LIMIT))
    return [
        FoundView(name=one.name, note=one.uscc or "", href=f"/enterprises/{one.id}")
        for one in page.items
    ]


def _leads(work: Work, text: str) -> list[FoundView]:
    page = leads.leads(work, LeadFilter(q=text, limit=LIMIT))
    return [
        FoundView(
            name=one.name,
            note=f"{one.stage.label} · {one.state.label}",
            href=f"/leads/{one.id}",
        )
        for one in page.items
    ]


def _projects(work: Work, text: str) -> list[FoundView]:
    page = projects.projects(work, ProjectFilter(q=text, limit=LIMIT))
    return [
        FoundView(
            name=one.name,
            note=f"{one.stage.label} · {one.status.label}",
            href=f"/projects/{one.id}",
        )
        for one in page.items
    ]
