"""Leads for partner systems: the same use cases as the pages."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.districts.access import ApiWork, IfMatch
from app.enterprises.schemas import InteractionView
from app.first_talk.schemas import EvidenceItem
from app.kit.replay import Route
from app.leads import service
from app.leads.gates import GateView
from app.leads.schemas import (
    AssessLead,
    AssignLead,
    ClaimLead,
    DeleteLead,
    DropLead,
    EditLead,
    EvidenceView,
    LeadFilter,
    LeadPage,
    LeadView,
    LoggedLead,
    LogLead,
    LogProgress,
    LogTalk,
    MoveLead,
    PoolLead,
    Stage,
)

router = APIRouter(prefix="/api/v1/leads", route_class=Route, tags=["线索"])


@router.get("", summary="线索列表")
def leads(work: ApiWork, command: Annotated[LeadFilter, Query()]) -> LeadPage:
    """The leads that the filters name, a page at a time."""
    return service.leads(work, command)


@router.post("", status_code=201, summary="登记线索，可同时申报首谈")
def log(work: ApiWork, command: LogLead) -> LoggedLead:
    """A new lead with its receipt; with `scope` and `evidence` a claim in the same act."""
    return service.log_lead(work, command)


@router.get("/{id}", summary="一条线索")
def lead(work: ApiWork, id: str) -> LeadView:
    """One lead."""
    return service.lead(work, id)


@router.patch("/{id}", summary="修改线索")
def edit(work: ApiWork, id: str, version: IfMatch, command: EditLead) -> LeadView:
    """Change the fields that are sent."""
    return service.edit(work, id, command, version)


@router.delete("/{id}", status_code=204, summary="移入回收站")
def delete(
    work: ApiWork, id: str, version: IfMatch, command: Annotated[DeleteLead, Query()]
) -> None:
    """Into the recycle bin; a blocking right is released first, with the reason."""
    service.delete(work, id, command, version)


@router.get("/{id}/gates/{stage}", summary="关口试算")
def gate(work: ApiWork, id: str, stage: Stage) -> GateView:
    """What stands between the lead and a stage."""
    return service.gate(work, id, stage)


@router.post("/{id}:claim", summary="申报首谈")
def claim(work: ApiWork, id: str, version: IfMatch, command: ClaimLead) -> LoggedLead:
    """Claim the first talk, or complete a claim that lacks something."""
    return service.claim(work, id, command, version)


@router.post("/{id}:transition", summary="改变阶段")
def move(work: ApiWork, id: str, version: IfMatch, command: MoveLead) -> LeadView:
    """To another stage of a lead."""
    return service.move(work, id, command, version)


@router.post("/{id}:assess", summary="研判")
def assess(work: ApiWork, id: str, version: IfMatch, command: AssessLead) -> LeadView:
    """What the assessment comes to."""
    return service.assess(work, id, command, version)


@router.post("/{id}:assign", summary="分派")
def assign(work: ApiWork, id: str, version: IfMatch, command: AssignLead) -> LeadView:
    """Who looks after it from now on."""
    return service.assign(work, id, command, version)


@router.post("/{id}:pool", summary="退回线索池")
def pool(work: ApiWork, id: str, version: IfMatch, command: PoolLead) -> LeadView:
    """Back into the pool."""
    return service.pool(work, id, command, version)


@router.post("/{id}:drop", summary="终止线索")
def drop(work: ApiWork, id: str, version: IfMatch, command: DropLead) -> LeadView:
    """End the lead; a right that it holds is released in the same act."""
    return service.drop(work, id, command, version)


@router.post("/{id}/evidence", status_code=201, summary="补充佐证")
def add_evidence(work: ApiWork, id: str, item: EvidenceItem) -> EvidenceView:
    """One more proof of the contact."""
    return service.add_evidence(work, id, item)


@router.post("/{id}/interactions", status_code=201, summary="登记洽谈")
def log_talk(work: ApiWork, id: str, command: LogTalk) -> InteractionView:
    """A talk or visit."""
    return service.log_talk(work, id, command)


@router.post("/{id}/progress", status_code=201, summary="写一句进展")
def log_progress(work: ApiWork, id: str, command: LogProgress) -> InteractionView:
    """One line of progress."""
    return service.log_progress(work, id, command)
