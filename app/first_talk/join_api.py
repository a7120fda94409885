"""联合持有 for partner systems: ask, read, take back; a person alone consents."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.districts.access import ApiWork, IfMatch
from app.first_talk import joining
from app.first_talk.join_schemas import AnswerJoin, AskToJoin, JoinView, ListJoins
from app.kit.replay import Route
from app.kit.schemas import Page

router = APIRouter(prefix="/api/v1", route_class=Route, tags=["首谈"])


@router.post("/first-talk-rights/{id}:join", status_code=201, summary="申请联合持有")
def ask(work: ApiWork, id: str, command: AskToJoin) -> JoinView:
    """Ask the holder of a subject to hold it jointly, on the evidence of one's own claim."""
    return joining.ask(work, id, command)


@router.get("/first-talk-joins", summary="联合持有申请")
def joins(work: ApiWork, command: Annotated[ListJoins, Query()]) -> Page[JoinView]:
    """What was asked of and by the caller's district, the newest first."""
    return joining.listed(work, command)


@router.get("/first-talk-joins/{id}", summary="一件联合持有申请")
def join(work: ApiWork, id: str) -> JoinView:
    """One request."""
    return joining.joining(work, id)


@router.post("/first-talk-joins/{id}:answer", summary="答复联合持有申请")
def answer(work: ApiWork, id: str, version: IfMatch, command: AnswerJoin) -> JoinView:
    """Agree, or not; a person's session only."""
    return joining.answer(work, id, version, command)


@router.post("/first-talk-joins/{id}:withdraw", summary="收回联合持有申请")
def withdraw(work: ApiWork, id: str, version: IfMatch) -> JoinView:
    """Take one's request back."""
    return joining.withdraw(work, id, version)
