"""测算台: a what-if with an address, its Excel sheet, and the what-ifs that are kept."""

from collections import defaultdict
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.agreements import bench, filling, scenarios, sheets
from app.agreements.bench_schemas import EditScenario
from app.agreements.cards import Sheet
from app.agreements.goals import Term
from app.agreements.sheet_pages import cards, filled, trim
from app.districts.access import PageWork
from app.kit.replay import Route
from app.kit.sheets import XLSX
from app.kit.web import Form, attachment, bind, page, query_form, see_other
from app.kit.work import Work

router = APIRouter(route_class=Route, include_in_schema=False)
BENCH, SCENARIO = "agreements/bench.html", "agreements/scenario.html"


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
        if form.valid.apply or form.valid.cell:
            return see_other(_address(bench.adopted(work, form.valid)))
        trial = bench.try_split(work, form.valid)
    with form.or_show(request, BENCH, trial=trial, **context):
        trial = bench.valued(work, form.valid, trial)
    trial = bench.explained(work, form.valid, trial)
    with form.or_show(request, BENCH, trial=trial, **context):
        trial = bench.answered(work, form.valid, trial)
    return page(request, BENCH, form=form, trial=trial, **context)


@router.get("/bench.xlsx")
def export(
    request: Request, work: PageWork, form: Annotated[Form[Sheet], query_form(Sheet)]
) -> Response:
    """The comparison as a workbook whose formulas redo it."""
    form = filled(work, form)
    with form.or_show(request, BENCH, **_bench(work, form)):
        data = bench.workbook(work, form.valid)
    return attachment(f"{form.valid.title or '测算'}.xlsx", data, XLSX)


@router.post("/bench/scenarios")
def save_scenario(
    request: Request, work: PageWork, form: Annotated[Form[Sheet], bind(Sheet)]
) -> Response:
    """Keep the what-if under the name on the sheet."""
    trim(form)
    with form.or_show(request, BENCH, **_bench(work, form)):
        made = scenarios.save(work, sheets.scenario_of(work, form.valid))
    return see_other(f"/bench?scenario={made.id}")


@router.get("/bench/scenarios/{id}")
def scenario(request: Request, work: PageWork, id: str) -> Response:
    """A kept what-if, to rename, copy or delete."""
    context = _scenario(work, id)
    return page(request, SCENARIO, form=_named(context), **context)


@router.post("/bench/scenarios/{id}")
def rename_scenario(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[EditScenario], bind(EditScenario)],
) -> Response:
    """Another name for it."""
    with form.or_show(request, SCENARIO, **_scenario(work, id)):
        scenarios.edit(work, id, form.valid, form.version)
    return see_other(f"/bench/scenarios/{id}")


@router.post("/bench/scenarios/{id}/sheet")
def edit_scenario(
    request: Request, work: PageWork, id: str, form: Annotated[Form[Sheet], bind(Sheet)]
) -> Response:
    """Keep the sheet, and its name, in the what-if it was opened from."""
    scenarios.scenario(work, id)
    trim(form)
    with form.or_show(request, BENCH, **_bench(work, form)):
        kept = sheets.scenario_of(work, form.valid)
        changed = EditScenario(name=kept.name, scheme=kept.scheme, facts=kept.facts)
        scenarios.edit(work, id, changed, form.version)
    return see_other(f"/bench?scenario={id}")


@router.post("/bench/scenarios/{id}/delete")
def delete_scenario(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[EditScenario], bind(EditScenario)],
) -> Response:
    """Delete it, after the dialog that names it."""
    context = _scenario(work, id)
    with form.or_show(request, SCENARIO, **context):
        scenarios.delete(work, id, form.version)
    return see_other("/bench")


def _scenario(work: Work, id: str) -> dict[str, Any]:
    kept = scenarios.scenario(work, id)
    return {"scenario": kept, "sentences": scenarios.sentences(kept)}


def _named(context: dict[str, Any]) -> Form[EditScenario]:
    return Form[EditScenario].initial(name=context["scenario"].name)


def _address(sheet: Sheet) -> str:
    """The bench with this sheet: what is shared is what is seen."""
    return "/bench?" + urlencode(filling.typed(sheet), doseq=True)


def _bench(work: Work, form: Form[Sheet]) -> dict[str, Any]:
    kept = scenarios.scenarios(work)
    opened = form.value("scenario")
    return {
        "scenarios": kept,
        "opened": next((one for one in kept if one.id == opened), None),
        "scenario_options": [(one.id, one.name) for one in kept],
        "draft": bench.draft_behind(work, form.command) if form.command else "",
        **_with_numbers(cards(work, form), work, form.command or Sheet()),
    }


def _with_numbers(context: dict[str, Any], work: Work, sheet: Sheet) -> dict[str, Any]:
    """The numbers of each card, for its boxes, and those that a goal may change."""
    found = bench.numbers(work, sheet)
    free = [one for one in found if one.at not in sheet.locked]
    by_key: defaultdict[str, list[Term]] = defaultdict(list)
    for one in found:
        by_key[one.key].append(one)
    return context | {
        "options": context["options"] | {"numbers": by_key},
        "goal_terms": [(one.at, f"{one.title}（{one.unit}）") for one in free],
        "held": len(found) - len(free),
    }
