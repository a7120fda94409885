"""异议与裁定 by JSON: object, answer, agree, rule, appeal; a person alone binds."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.districts.access import ApiWork, IfMatch
from app.first_talk import cases, disputes
from app.first_talk.case_schemas import (
    AnswerCase,
    Appeal,
    CaseFilter,
    CaseView,
    Challenge,
    Rule,
    RuleOnAppeal,
)
from app.kit.replay import Route
from app.kit.schemas import Page

router = APIRouter(prefix="/api/v1", route_class=Route, tags=["首谈"])


@router.post("/first-talk-rights/{id}:challenge", status_code=201, summary="提出异议")
def challenge(work: ApiWork, id: str, command: Challenge) -> CaseView:
    """Object to whoever blocks the subject of this row."""
    return disputes.challenge(work, id, command)


@router.get("/cases", summary="案件")
def case_list(work: ApiWork, command: Annotated[CaseFilter, Query()]) -> Page[CaseView]:
    """The cases of both sides, and the published rulings of others."""
    return cases.listed(work, command)


@router.get("/cases/{id}", summary="一个案件")
def case(work: ApiWork, id: str) -> CaseView:
    """One case as it counts now."""
    return cases.case(work, id)


@router.post("/cases/{id}:answer", summary="答复异议")
def answer(work: ApiWork, id: str, version: IfMatch, command: AnswerCase) -> CaseView:
    """The holder's side."""
    return disputes.answer(work, id, version, command)


@router.post("/cases/{id}:agree", summary="撤回或让与")
def agree(work: ApiWork, id: str, version: IfMatch) -> CaseView:
    """Withdraw, or leave the right to the other side; a person's session only."""
    return disputes.agree(work, id, version)


@router.post("/cases/{id}:rule", summary="裁定")
def rule(work: ApiWork, id: str, version: IfMatch, command: Rule) -> CaseView:
    """The arbiter's ruling; a person's session only."""
    return disputes.rule(work, id, version, command)


@router.post("/cases/{id}:appeal", summary="上诉")
def appeal(work: ApiWork, id: str, version: IfMatch, command: Appeal) -> CaseView:
    """One appeal."""
    return disputes.appeal(work, id, version, command)


@router.post("/cases/{id}:rule-on-appeal", summary="上诉裁定")
def rule_on_appeal(work: ApiWork, id: str, version: IfMatch, command: RuleOnAppeal) -> CaseView:
    """The last word, by another person than the first; a person's session only."""
    return disputes.rule_on_appeal(work, id, version, command)
