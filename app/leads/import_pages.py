"""批量录入: a list pasted or uploaded, mended in a grid, imported row by row, or undone."""

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import Field

from app.districts.access import LoggedPageWork, PageCaller, PageWork, in_turn, part_of
from app.errors import Busy, Invalid
from app.kit.problems import attempt
from app.kit.replay import Route
from app.kit.schemas import View
from app.kit.sheets import XLSX
from app.kit.web import Form, attachment, bind, page, see_other
from app.kit.work import Actor, Work
from app.kit.xlsx import MAX_ROWS, Row
from app.leads import desk, import_views, imports, listing
from app.leads.import_schemas import NO_FIELD, UNITS, Column, OpenImport, SaveImport

router = APIRouter(prefix="/leads/imports", route_class=Route, include_in_schema=False)

Opened = Annotated[Form[OpenImport], bind(OpenImport)]


class Place(View):
    """Which rows of the grid are shown, and whether a piece was just done."""

    show: Literal["", "all", "pending", "ready", "skipped", "done"] = ""
    p: int = Field(default=1, ge=1, le=1000)
    going: bool = False


Shown = Annotated[Place, Query()]


def _table(form: Opened) -> list[Row] | Invalid | None:
    """What came in, read before the Work opens."""
    return imports.read_table(form.command) if form.command is not None else None


@router.get("")
def listed(request: Request, work: PageWork) -> Response:
    """导入记录."""
    return page(request, "leads/imports/list.html", imports=import_views.listed(work))


@router.get("/new")
def new(request: Request, work: PageWork) -> Response:
    """Paste, or choose a file."""
    form = Form[OpenImport].initial(source=listing.last_source(work))
    return page(request, "leads/imports/new.html", form=form, **_entry(work))


@router.post("")
def open_import(
    request: Request,
    _actor: PageCaller,
    form: Opened,
    table: Annotated[list[Row] | Invalid | None, Depends(_table)],
    work: PageWork,
) -> Response:
    """Take the list in, and go on to its grid."""
    with form.or_show(request, "leads/imports/new.html", **_entry(work)):
        id = imports.open_import(work, form.valid, table or [])
    return see_other(f"/leads/imports/{id}")


@router.get("/{id}")
def grid(request: Request, work: PageWork, id: str, place: Shown) -> Response:
    """The rows, what is wrong with them, and what can be done with each."""
    return page(request, "leads/imports/grid.html", **_grid(work, id, place))


@router.post("/{id}")
async def save(
    request: Request,
    actor: PageCaller,
    id: str,
    form: Annotated[Form[SaveImport], bind(SaveImport)],
    place: Shown,
) -> Response:
    """Keep what was typed; then stay here, or import one piece, row by row."""

    def keep() -> list[int]:
        with part_of(request, actor) as work:
            with form.or_show(request, "leads/imports/grid.html", **_grid(work, id, place)):
                imports.save(work, id, form.valid, form.version)
            return imports.ready(work, id) if form.valid.then == "import" else []

    for n in await in_turn(request, keep):
        log = partial(_log, request, actor, id, n)
        refusal = await in_turn(request, partial(attempt, request, log))
        if refusal is not None and refusal["status"] == Busy.status:
            break
        if refusal is not None:
            await in_turn(request, partial(_refuse, request, actor, id, n, refusal["detail"]))
    going = form.valid.then == "import"
    return see_other(
        f"/leads/imports/{id}?" + ("going=true" if going else f"show={place.show}&p={place.p}")
    )


@router.post("/{id}/undo")
async def undo(request: Request, actor: PageCaller, id: str) -> Response:
    """Take one piece back, row by row."""

    def begin() -> list[int]:
        with part_of(request, actor) as work:
            return imports.begin_undo(work, id, None)

    def take_back(n: int) -> None:
        with part_of(request, actor) as work:
            imports.undo_row(work, id, n)

    for n in await in_turn(request, begin):
        await in_turn(request, partial(take_back, n))
    return see_other(f"/leads/imports/{id}?show=done&going=true")


@router.get("/{id}/errors.xlsx")
def errors(work: LoggedPageWork, id: str) -> Response:
    """The rows left over, with the reason."""
    name, data = import_views.errors_file(work, id)
    return attachment(name, data, XLSX)


def _log(request: Request, actor: Actor, id: str, n: int) -> None:
    with part_of(request, actor) as work:
        imports.import_row(work, id, n)


def _refuse(request: Request, actor: Actor, id: str, n: int, why: str) -> None:
    with part_of(request, actor) as work:
        imports.refuse_row(work, id, n, why)


def _entry(work: Work) -> dict[str, Any]:
    return {"choices": desk.choices(work), "most": MAX_ROWS, "columns": list(Column)}


def _grid(work: Work, id: str, place: Place) -> dict[str, Any]:
    return {
        "batch": import_views.view(work, id, place.show, place.p),
        "going": place.going,
        "choices": desk.choices(work),
        "fields": [(NO_FIELD, "不导入"), *((one.value, one.label) for one in Column)],
        "units": [(one, one) for one in UNITS],
    }
