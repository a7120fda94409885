"""接口文档: the API described and tried out, from local files."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.districts import service as districts
from app.districts.access import PageWork
from app.kit.replay import Route
from app.kit.web import page

router = APIRouter(route_class=Route, include_in_schema=False)


@router.get("/docs")
def docs(request: Request, work: PageWork) -> Response:
    """The description of the API for people."""
    return page(request, "exchange/docs.html", me=districts.me(work))
