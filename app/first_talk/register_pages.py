"""首谈台账 and 首谈统计, on screen and as .xlsx, and what of them stands on the 工作台."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.districts import service as districts
from app.districts.access import LoggedPageWork, PageWork
from app.first_talk import asking, cases, exports, ledger_checks, register, statistics
from app.first_talk.progress import Colour
from app.first_talk.register_schemas import RightFilter
from app.first_talk.rights import ENDINGS, GRANTED, HOLD, State
from app.first_talk.statistics_schemas import Period
from app.kit.replay import Route
from app.kit.sheets import XLSX
from app.kit.web import Form, attachment, page, query_form
from app.kit.work import Work
from app.parameters import service as parameters

router = APIRouter(prefix="/first-talk", route_class=Route, include_in_schema=False)

TABS = (
    ("全部", ()),
    ("暂保护", HOLD),
    ("保护中", GRANTED),
    ("排队", (State.QUEUED,)),
    ("流转池", (State.POOLED,)),
    ("待补正", (State.INCOMPLETE,)),
    ("已结束", ENDINGS),
)


@router.get("")
def rights(request: Request, work: PageWork, command: Annotated[RightFilter, Query()]) -> Response:
    """首谈台账."""
    counted = command.model_copy(update={"count": "exact"})
    return page(
        request,
        "first_talk/register.html",
        found=register.rights(work, counted),
        asked=command,
        tabs=[_tab(label, states, command) for label, states in TABS],
        colours=[(one.value, one.label) for one in Colour],
        districts=districts.districts(work),
        mark=ledger_checks.mark(work),
        **_days(work),
    )


def _tab(label: str, states: tuple[State, ...], command: RightFilter) -> dict[str, object]:
    query = urlencode([("state", state.value) for state in states])
    href = f"/first-talk?{query}" if query else "/first-talk"
    return {"label": label, "href": href, "active": set(command.state) == set(states)}


@router.get("/register.xlsx")
def register_file(work: LoggedPageWork, command: Annotated[RightFilter, Query()]) -> Response:
    """The rows of the filter as a file."""
    name, data = exports.file(work, command)
    return attachment(name, data, XLSX)


@router.get("/statistics")
def outcomes(
    request: Request, work: PageWork, form: Annotated[Form[Period], query_form(Period)]
) -> Response:
    """首谈统计 of a period."""
    with form.or_show(request, "first_talk/statistics.html", found=None, today=work.today):
        found = statistics.statistics(work, form.valid)
    shown = Form[Period].initial(first=found.first, last=found.last)
    return page(
        request, "first_talk/statistics.html", form=shown, found=found, note=statistics.NOTE
    )


@router.get("/statistics.xlsx")
def outcomes_file(work: LoggedPageWork, command: Annotated[Period, Query()]) -> Response:
    """首谈统计 as a file."""
    name, data = statistics.file(work, command)
    return attachment(name, data, XLSX)


@router.get("/blocks/incomplete")
def incomplete_block(request: Request, work: PageWork) -> Response:
    """待补正 of the 工作台."""
    rows = register.awaiting(work, State.INCOMPLETE)
    return _block(request, work, "待补正", "incomplete", rows=rows)


@router.get("/blocks/ending")
def ending_block(request: Request, work: PageWork) -> Response:
    """首谈到期 of the 工作台."""
    return _block(request, work, "首谈到期", "ending", rows=register.awaiting(work, *GRANTED))


@router.get("/blocks/asked")
def asked_block(request: Request, work: PageWork) -> Response:
    """谁查过我 of the 工作台."""
    return _block(request, work, "谁查过我", "asked", rows=asking.lately(work))


@router.get("/blocks/cases")
def cases_block(request: Request, work: PageWork) -> Response:
    """异议与裁定 of the 工作台."""
    return _block(request, work, "异议与裁定", "cases", rows=cases.pending(work))


def _block(request: Request, work: Work, heading: str, name: str, **shown: object) -> Response:
    context: dict[str, Any] = {"heading": heading, **shown, **_days(work)}
    return page(request, f"first_talk/block_{name}.html", **context)


def _days(work: Work) -> dict[str, Any]:
    """Today, the last amber day, and which dates wait for a holiday notice (待节假日安排公布)."""
    calendar = parameters.work_calendar(work)
    return {
        "today": work.today,
        "soon": calendar.nth_workday(work.today, 3),
        "pending": parameters.pending(work),
    }
