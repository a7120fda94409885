"""抽查回访 by JSON: draws, call-backs, and what stands of one on a right; a person alone binds."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.districts.access import ApiWork, IfMatch
from app.first_talk import call_backs
from app.first_talk.call_back_schemas import (
    CallBackLine,
    CallBackView,
    DrawCallBacks,
    DrawView,
    ListCallBacks,
    ListDraws,
    RecordCallBack,
    ToldView,
)
from app.kit.replay import Route
from app.kit.schemas import Page

router = APIRouter(prefix="/api/v1", route_class=Route, tags=["首谈"])


@router.get("/first-talk-draws", summary="抽签记录")
def draws(work: ApiWork, command: Annotated[ListDraws, Query()]) -> Page[DrawView]:
    """The draws of the registrar, the newest first."""
    return call_backs.drawn(work, command)


@router.post("/first-talk-draws", status_code=201, summary="抽签")
def draw(work: ApiWork, command: DrawCallBacks) -> DrawView:
    """Draw the claims whose enterprises are called back; a person's session only."""
    return call_backs.draw(work, command)


@router.get("/first-talk-draws/{id}", summary="一次抽签")
def one_draw(work: ApiWork, id: str) -> DrawView:
    """One draw."""
    return call_backs.one_draw(work, id)


@router.get("/first-talk-call-backs", summary="抽查回访")
def listed(work: ApiWork, command: Annotated[ListCallBacks, Query()]) -> Page[CallBackLine]:
    """The call-backs, the newest draw first."""
    return call_backs.listed(work, command)


@router.get("/first-talk-call-backs/{id}", summary="一件回访")
def call_back(work: ApiWork, id: str) -> CallBackView:
    """One call-back."""
    return call_backs.call_back(work, id)


@router.post("/first-talk-call-backs/{id}:record", summary="登记回访")
def record(work: ApiWork, id: str, version: IfMatch, command: RecordCallBack) -> CallBackView:
    """What the enterprise said; a person's session only."""
    return call_backs.record(work, id, version, command)


@router.get("/first-talk-rights/{id}/call-back", summary="一项首谈的回访结果")
def of_right(work: ApiWork, id: str) -> ToldView | None:
    """Outcome and day, once there is one; `null` before and where none was drawn."""
    return call_backs.of_right(work, id)
