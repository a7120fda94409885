"""联合持有 on pages: the requests, one request, and what both sides do with it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.districts.access import PageWork
from app.first_talk import joining
from app.first_talk.join_schemas import AnswerJoin, ListJoins, Withdraw
from app.first_talk.policies import Evidence
from app.kit.replay import Route
from app.kit.web import Form, bind, page, see_other
from app.kit.work import Work

router = APIRouter(prefix="/first-talk", route_class=Route, include_in_schema=False)


@router.get("/joins")
def joins(request: Request, work: PageWork, command: Annotated[ListJoins, Query()]) -> Response:
    """联合持有: what was asked of and by one's own district."""
    return page(request, "first_talk/joins.html", found=joining.listed(work, command))


@router.get("/blocks/joins")
def joins_block(request: Request, work: PageWork) -> Response:
    """联合持有 of the 工作台."""
    return page(
        request, "first_talk/block_joins.html", heading="联合持有", rows=joining.pending(work)
    )


@router.get("/joins/{id}")
def join(request: Request, work: PageWork, id: str) -> Response:
    """One request."""
    return page(request, "first_talk/join.html", about=_about(work, id))


@router.post("/joins/{id}/answer")
def answer(
    request: Request, work: PageWork, id: str, form: Annotated[Form[AnswerJoin], bind(AnswerJoin)]
) -> Response:
    """Agree, or not."""
    with form.or_show(request, "first_talk/join.html", about=_about(work, id)):
        joining.answer(work, id, form.version, form.valid)
    return see_other(f"/first-talk/joins/{id}")


@router.post("/joins/{id}/withdraw")
def withdraw(
    request: Request, work: PageWork, id: str, form: Annotated[Form[Withdraw], bind(Withdraw)]
) -> Response:
    """Take one's request back."""
    with form.or_show(request, "first_talk/join.html", about=_about(work, id)):
        joining.withdraw(work, id, form.version)
    return see_other(f"/first-talk/joins/{id}")


def _about(work: Work, id: str) -> dict[str, object]:
    found = joining.joining(work, id)
    return {
        "join": found,
        "leads": [(lead.code, lead.label) for lead in found.acts.leads],
        "kinds": [(kind.value, kind.label) for kind in Evidence],
    }
