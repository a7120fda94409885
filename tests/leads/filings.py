"""Leads as tests log and list them."""

from collections.abc import Callable

from app.kit.files import Upload
from app.kit.work import Actor, Office
from app.leads import service
from app.leads.schemas import LeadFilter, LoggedLead
from tests.leads.partners import CODE, LETTER

Log = Callable[..., LoggedLead]

COMPLETE = {
    "uscc": CODE,
    "planned_investment": "300000000.00",
    "first_talked_on": "2026-02-27",
    "scope": {"division": "37", "line": "航空零部件"},
    "evidence": [{"kind": "investor_letter", "file": Upload("来函.pdf", LETTER)}],
}


def filtered(office: Office, actor: Actor, **given: object) -> list[str]:
    with office.open(actor, reads=True) as work:
        found = service.leads(work, LeadFilter.model_validate(given))
        return [lead.name for lead in found.items]
