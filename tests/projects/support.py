"""Short ways to bring projects about in tests: from a lead, or entered as they are."""

from datetime import date
from typing import Any

from app.first_talk.policies import Evidence
from app.first_talk.schemas import EvidenceItem
from app.kit.files import Upload
from app.kit.work import Actor, Office, Work
from app.leads import service as leads
from app.leads.schemas import AssessLead, Conclusion, EditLead, LogLead, LogTalk, Scope
from app.leads.stages import Stage
from app.money import Money
from app.projects import service
from app.projects.commands import (
    Assessment,
    Contract,
    CreateProject,
    EditProject,
    Entry,
    Move,
    OpenProject,
    TalkGiven,
)
from app.projects.schemas import ContractKind, LandUse, ParkFit, ProjectView

YI = 10_000_000_000
JIA = "91320505MA1MM6J912"  # a company of 苏州虎丘
PARK = "510504-CKQ"
PDF = Upload("投资协议.pdf", b"%PDF-1.7 signed")
LETTER = EvidenceItem(kind=Evidence.INVESTOR_LETTER, file=Upload("函.txt", b"letter"))


def lead_at_gate(office: Office, actor: Actor, **changes: Any) -> str:
    """A lead that has everything that 在谈 asks for, held provisionally; its id.

    The changes go into the logged lead; `claims=False` files no claim.
    """
    claims = changes.pop("claims", True)
    given: dict[str, Any] = {
        "name": "甲包装有限公司",
        "source": "outbound_visit",
        "uscc": JIA,
        "planned_investment": Money(3 * YI),
        "first_talked_on": date(2026, 2, 27),
        "scope": Scope(division="22", line="纸制品包装"),
        "evidence": [LETTER] if claims else [],
        "contact_name": "陈总",
        "contact_phone": "13800000000",
    }
    with office.open(actor) as work:
        lead = leads.log_lead(work, LogLead(**given | changes))
        if not claims:
            leads.edit(work, lead.id, EditLead(division="22"), None)
        talk = LogTalk(happened_on=work.today, participants="张三", content="谈了用地")
        leads.log_talk(work, lead.id, talk)
        move_lead(work, lead.id, Stage.ASSESSING)
        judged = AssessLead(
            conclusion=Conclusion.PROCEED, reason="符合主导产业", capital_origin="domestic"
        )
        leads.assess(work, lead.id, judged, None)
        return lead.id


def move_lead(work: Work, id: str, to: Stage) -> None:
    from app.leads.schemas import MoveLead

    leads.move(work, id, MoveLead(to=to), None)


def opened(office: Office, head: Actor, **changes: Any) -> ProjectView:
    """A project in talks, opened from a lead by the head of unit."""
    lead_id = lead_at_gate(office, head, **changes)
    with office.open(head) as work:
        return service.open_from_lead(work, lead_id, OpenProject(), None)


def signable(**changes: Any) -> dict[str, Any]:
    """Every field that 签约 asks for, whatever the category."""
    return {
        "track": "construction",
        "fixed_asset_investment": Money(2 * YI),
        "filing_amount": Money(2 * YI),
        "agreement": Contract(kind=ContractKind.INVESTMENT, signed_on=date(2026, 3, 2), file=PDF),
        "park": PARK,
        "park_fit": ParkFit.LEADING,
        "land": LandUse.SUPPLIED,
        "no_factor_needs": True,
    } | changes


def ready_to_sign(office: Office, head: Actor, **changes: Any) -> ProjectView:
    """A project in talks that nothing keeps from 签约."""
    project = opened(office, head)
    with office.open(head) as work:
        return service.edit(work, project.id, EditProject(**signable(**changes)), None)


def signed(office: Office, head: Actor, **changes: Any) -> ProjectView:
    """A signed project."""
    project = ready_to_sign(office, head, **changes)
    with office.open(head) as work:
        return service.move(work, project.id, Move(to=Stage.SIGNED), None)


def old(**changes: Any) -> CreateProject:
    """An old project in talks, with all that it needs to come in."""
    given: dict[str, Any] = {
        "entry": Entry.BACK_ENTRY,
        "name": "乙酒业包材项目",
        "enterprise_name": "乙酒业有限公司",
        "unregistered": True,
        "source": "referral",
        "division": "15",
        "planned_investment": Money(5 * YI),
        "capital_origin": "domestic",
        "assessment": Assessment(conclusion=Conclusion.PROCEED, reason="原已研判"),
        "talk": TalkGiven(
            happened_on=date(2026, 1, 5), participants="李四", content="原有洽谈记录"
        ),
    }
    return CreateProject(**given | changes)


def candidate(**changes: Any) -> CreateProject:
    """A candidate for the 合作项目库."""
    given = {"name": "丙储能项目", "source": "superior", "candidate_year": 2026}
    return CreateProject(**given | changes)
