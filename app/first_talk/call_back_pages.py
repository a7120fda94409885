"""抽查回访 on pages: the draws, who is to be called, one call-back."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.districts.access import PageWork
from app.first_talk import call_backs
from app.first_talk.call_back_schemas import DrawCallBacks, ListCallBacks, ListDraws, RecordCallBack
from app.first_talk.calling_back import Outcome
from app.kit.replay import Route
from app.kit.web import Form, bind, page, see_other
from app.kit.work import Work

router = APIRouter(prefix="/first-talk", route_class=Route, include_in_schema=False)
LIST, ONE = "first_talk/call_backs.html", "first_talk/call_back.html"
_DAYS, _NUMBER = 90, 3


@router.get("/call-backs")
def listed(
    request: Request, work: PageWork, command: Annotated[ListCallBacks, Query()]
) -> Response:
    """Who is to be called, or was; the draws beside it."""
    first = work.today - timedelta(days=_DAYS)
    form = Form[DrawCallBacks].initial(first=first, last=work.today, number=_NUMBER)
    return page(request, LIST, form=form, **_about_list(work, command))


@router.post("/call-backs/draw")
def draw(
    request: Request, work: PageWork, form: Annotated[Form[DrawCallBacks], bind(DrawCallBacks)]
) -> Response:
    """Draw."""
    with form.or_show(request, LIST, **_about_list(work, ListCallBacks())):
        call_backs.draw(work, form.valid)
    return see_other("/first-talk/call-backs")


@router.get("/blocks/call-backs")
def block(request: Request, work: PageWork) -> Response:
    """抽查回访 of the registrar's 工作台."""
    found = call_backs.listed(work, ListCallBacks(done=False))
    return page(request, "first_talk/block_call_backs.html", heading="抽查回访", rows=found.items)


@router.get("/call-backs/{id}")
def call_back(request: Request, work: PageWork, id: str) -> Response:
    """One call-back."""
    return page(request, ONE, **_about(work, id))


@router.post("/call-backs/{id}/record")
def record(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[RecordCallBack], bind(RecordCallBack)],
) -> Response:
    """What the enterprise said."""
    with form.or_show(request, ONE, **_about(work, id)):
        call_backs.record(work, id, form.version, form.valid)
    return see_other(f"/first-talk/call-backs/{id}")


def _about_list(work: Work, command: ListCallBacks) -> dict[str, Any]:
    asked = command if command.done is not None else command.model_copy(update={"done": False})
    return {
        "found": call_backs.listed(work, asked),
        "done": asked.done,
        "draws": call_backs.drawn(work, ListDraws()),
    }


def _about(work: Work, id: str) -> dict[str, Any]:
    return {
        "found": call_backs.call_back(work, id),
        "outcomes": [(one.value, one.label) for one in Outcome],
        "today": work.today,
    }
