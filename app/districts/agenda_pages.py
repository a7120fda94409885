"""今日必办 in the frame and on the 工作台, and the private .ics address of the same deadlines."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.districts import calendars, reminders, service, sign_in
from app.districts.access import COOKIE, CalendarWork, PageWork
from app.districts.schemas import CallView, Finish, PutOff
from app.kit.replay import Route
from app.kit.web import Form, bind, page, see_other
from app.kit.work import Work

router = APIRouter(route_class=Route, include_in_schema=False)


@router.get("/today")
def today(request: Request, work: PageWork) -> Response:
    """今日必办, and what comes later."""
    return page(request, "districts/today.html", **_about(work, _calls(request, work)))


@router.get("/today/block")
def block(request: Request, work: PageWork) -> Response:
    """今日必办 on the 工作台."""
    return page(request, "districts/block_today.html", **_about(work, _calls(request, work)))


@router.get("/today/count")
def count(request: Request, work: PageWork) -> Response:
    """How many calls there are today, for the frame."""
    found = reminders.agenda(work, _calls(request, work))
    return page(request, "districts/_count.html", number=len(found.now))


@router.post("/today/put-off")
def put_off(
    request: Request, work: PageWork, form: Annotated[Form[PutOff], bind(PutOff)]
) -> Response:
    """Be reminded again later."""
    calls = _calls(request, work)
    with form.or_show(request, "districts/today.html", **_about(work, calls)):
        reminders.put_off(work, calls, form.valid)
    return see_other("/today")


@router.post("/today/finish")
def finish(
    request: Request, work: PageWork, form: Annotated[Form[Finish], bind(Finish)]
) -> Response:
    """Have read a piece of news."""
    calls = _calls(request, work)
    with form.or_show(request, "districts/today.html", **_about(work, calls)):
        reminders.finish(work, calls, form.valid)
    return see_other("/today")


def _calls(request: Request, work: Work) -> list[CallView]:
    return reminders.calls(work, request.app.state.agenda)


def _about(work: Work, calls: list[CallView]) -> dict[str, Any]:
    return {"agenda": reminders.agenda(work, calls), "today": work.today}


@router.get("/me")
def me(request: Request, work: PageWork) -> Response:
    """我的: who I am here, my calendar address, my sessions, my password."""
    return page(request, "districts/me.html", **_mine(request, work))


@router.post("/me/calendar")
def renew(request: Request, work: PageWork) -> Response:
    """A new address, shown this once."""
    token = calendars.renew(work)
    address = f"{request.base_url}calendar/{token}.ics"
    return page(request, "districts/me.html", address=address, **_mine(request, work))


@router.post("/me/calendar/revoke")
def revoke(work: PageWork) -> Response:
    """End the address."""
    calendars.revoke(work)
    return see_other("/me")


def _mine(request: Request, work: Work) -> dict[str, Any]:
    return {
        "me": service.me(work),
        "sessions": sign_in.own_sessions(work, request.cookies[COOKIE]),
        "calendar_since": calendars.made_at(work),
    }


@router.get("/calendar/{token}.ics")
def calendar(request: Request, work: CalendarWork) -> Response:
    """The deadlines of the person whose address it is; no session is needed."""
    return Response(
        calendars.ics(work, _calls(request, work)),
        media_type="text/calendar; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )
