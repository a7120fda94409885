"""Disputes over the figures of a moved firm, for partner districts and their systems."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.districts.access import ApiWork, IfMatch
from app.kit.replay import Route
from app.kit.schemas import Page
from app.projects import relocation_cases
from app.projects.relocation_schemas import (
    AnswerRelocation,
    AppealRelocation,
    ListRelocations,
    OpenRelocation,
    ProposeTerms,
    RelocationCaseView,
    RelocationView,
    RuleRelocation,
)

router = APIRouter(prefix="/api/v1", route_class=Route, tags=["合理迁移"])


@router.get("/projects/{id}/relocation", summary="一个项目的合理迁移")
def of_project(work: ApiWork, id: str) -> RelocationView | None:
    """From where its investor moved, and the cases about it; `null` if it did not."""
    return relocation_cases.of_project(work, id)


@router.post("/projects/{id}/relocation-cases", status_code=201, summary="提出产值、固投归属争议")
def open_case(work: ApiWork, id: str, command: OpenRelocation) -> RelocationCaseView:
    """One of the two districts disputes a figure."""
    return relocation_cases.open_case(work, id, command)


@router.get("/relocation-cases", summary="产值、固投归属争议")
def cases(work: ApiWork, command: Annotated[ListRelocations, Query()]) -> Page[RelocationCaseView]:
    """The cases of both sides, and the published rulings of others."""
    return relocation_cases.cases(work, command)


@router.get("/relocation-cases/{id}", summary="一个归属争议")
def case(work: ApiWork, id: str) -> RelocationCaseView:
    """One case as it counts now."""
    return relocation_cases.case(work, id)


@router.post("/relocation-cases/{id}:answer", summary="答复归属争议")
def answer(
    work: ApiWork, id: str, version: IfMatch, command: AnswerRelocation
) -> RelocationCaseView:
    """The other side."""
    return relocation_cases.answer(work, id, version, command)


@router.post("/relocation-cases/{id}:propose", summary="提出归属方案")
def propose(work: ApiWork, id: str, version: IfMatch, command: ProposeTerms) -> RelocationCaseView:
    """Terms that the other side may accept."""
    return relocation_cases.propose(work, id, version, command)


@router.post("/relocation-cases/{id}:accept", summary="接受归属方案")
def accept(work: ApiWork, id: str, version: IfMatch) -> RelocationCaseView:
    """The terms that the other side offers hold; a person's session only."""
    return relocation_cases.accept(work, id, version)


@router.post("/relocation-cases/{id}:withdraw", summary="撤回归属争议")
def withdraw(work: ApiWork, id: str, version: IfMatch) -> RelocationCaseView:
    """Take one's own case back."""
    return relocation_cases.withdraw(work, id, version)


@router.post("/relocation-cases/{id}:rule", summary="裁定归属争议")
def rule(work: ApiWork, id: str, version: IfMatch, command: RuleRelocation) -> RelocationCaseView:
    """The office's ruling, on appeal the last word; a person's session only."""
    return relocation_cases.rule(work, id, version, command)


@router.post("/relocation-cases/{id}:appeal", summary="上诉")
def appeal(
    work: ApiWork, id: str, version: IfMatch, command: AppealRelocation
) -> RelocationCaseView:
    """One appeal."""
    return relocation_cases.appeal(work, id, version, command)
