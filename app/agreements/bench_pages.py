"""测算台: a what-if with an address, its Excel sheet, and the what-ifs that are kept."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.agreements import bench, sheets
from app.agreements.cards import Sheet
from app.agreements.sheet_pages import cards, filled, trim
from app.agreements.spreadsheets import workbook
from app.agreements.trials import TrialView
from app.districts.access import PageWork
from app.kit.replay import Route
from app.kit.sheets import XLSX
from app.kit.web import Form, attachment, bind, page, query_form, see_other
from app.kit.work import Work

router = APIRouter(route_class=Route, include_in_schema=False)
BENCH = "agreements/bench.html"


@router.get("/bench")
def open_bench(
    request: Request, work: PageWork, form: Annotated[Form[Sheet], query_form(Sheet)]
) -> Response:
    """测算台: a calculation has an address."""
    form = filled(work, form)
    context = _bench(work, form)
    if form.command is not None and form.command.is_blank:
        return page(request, BENCH, form=form, **context)
    with form.or_show(request, BENCH, **context):
        trial = bench.try_split(work, form.valid)
    picked = _picked(trial, form.valid.open)
    return page(request, BENCH, form=form, trial=trial, picked=picked, **context)


@router.get("/bench.xlsx")
def export(
    request: Request, work: PageWork, form: Annotated[Form[Sheet], query_form(Sheet)]
) -> Response:
    """The same calculation as an Excel sheet."""
    form = filled(work, form)
    with form.or_show(request, BENCH, **_bench(work, form)):
        trial = bench.try_split(work, form.valid)
    title = form.valid.title or "测算"
    return attachment(f"{title}.xlsx", workbook(trial, title), XLSX)


@router.post("/bench/scenarios")
def save_scenario(
    request: Request, work: PageWork, form: Annotated[Form[Sheet], bind(Sheet)]
) -> Response:
    """Keep the what-if under the name on the sheet."""
    trim(form)
    with form.or_show(request, BENCH, **_bench(work, form)):
        made = bench.save(work, sheets.scenario_of(work, form.valid))
    return see_other(f"/bench?scenario={made.id}")


def _bench(work: Work, form: Form[Sheet]) -> dict[str, Any]:
    kept = bench.scenarios(work)
    return {
        "scenarios": kept,
        "scenario_options": [(one.id, one.name) for one in kept],
        "draft": bench.draft_behind(work, form.command) if form.command else "",
        **cards(work, form),
    }


def _picked(trial: TrialView, place: str) -> dict[str, Any] | None:
    """The year and party whose figure was opened: `3.1`."""
    row, _, column = place.partition(".")
    if not (row.isdecimal() and column.isdecimal()):
        return None
    year, party = int(row), int(column)
    if year >= len(trial.years) or party >= len(trial.parties):
        return None
    return {"year": trial.years[year], "party": party, "name": trial.parties[party]}
