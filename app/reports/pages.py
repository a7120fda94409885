"""报表: the weekly sheet, week by week, to look through and to hand in."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.districts.access import LoggedPageWork, PageWork
from app.kit.replay import Route
from app.kit.sheets import XLSX
from app.kit.web import attachment, page
from app.kit.work import Role
from app.reports import search, service
from app.reports.schemas import Week

router = APIRouter(prefix="/reports", route_class=Route, include_in_schema=False)
everywhere = APIRouter(route_class=Route, include_in_schema=False)


@router.get("")
def weekly(request: Request, work: PageWork, command: Annotated[Week, Query()]) -> Response:
    """项目信息采集表 of a week; for the city's coordinator its counts by district."""
    if not work.actor.has(*service.READERS) and work.actor.has(Role.COORDINATOR):
        return page(request, "reports/city.html", sheet=service.city(work, command))
    return page(request, "reports/weekly.html", sheet=service.weekly(work, command))


@router.get("/weekly.xlsx")
def download(work: LoggedPageWork, command: Annotated[Week, Query()]) -> Response:
    """The sheet as a file."""
    name, data = service.weekly_file(work, command)
    return attachment(name, data, XLSX)


@everywhere.get("/search")
def find(request: Request, work: PageWork, q: str = "") -> Response:
    """全局搜索, from the box at the top of every page."""
    return page(request, "reports/search.html", found=search.search(work, q))
