"""分成比例测算: one form per calculator, tried by address, and what the district has kept."""

from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.agreements import calculators, listing, scenarios
from app.agreements.calculator_schemas import (
    Calculation,
    CalculationFilter,
    Equity,
    FactorWeights,
    RecoveryFirst,
    Shapley,
)
from app.agreements.input_rules import Basis, Factor, Kind, Measure
from app.agreements.schemas import AgreementFilter
from app.districts.access import PageWork
from app.kit.replay import Route
from app.kit.web import Form, bind, page, query_form, see_other
from app.kit.work import Work

router = APIRouter(prefix="/agreements", route_class=Route, include_in_schema=False)
FORM = "agreements/calculator.html"
AMOUNTS = ("amount", "yearly_base")

PRESET = "/agreements/calculators/factor_weights?" + urlencode(
    {
        f"alpha.{row}.{field}": value
        for row, (factor, weight) in enumerate(
            [(Factor.REVENUE, "0.35"), (Factor.PAYROLL, "0.35"), (Factor.ASSETS, "0.30")]
        )
        for field, value in (("factor", factor.value), ("weight", weight))
    }
)
"""The form with the one published set of weights, that of branches under a head office."""


@router.get("/calculators")
def kept(
    request: Request, work: PageWork, command: Annotated[CalculationFilter, Query()]
) -> Response:
    """The calculators, and what the district has kept."""
    found = calculators.calculations(work, command)
    return page(request, "agreements/calculators.html", kinds=Kind, kept=found, filter=command)


def _calculator(kind: Kind, inputs: type[Calculation]) -> None:
    """The two routes of one calculator: its form, tried by address, and keeping it."""
    asked, sent = query_form(inputs), bind(inputs)

    @router.get(f"/calculators/{kind.value}")
    def try_out(request: Request, work: PageWork, form: Form[Any] = asked) -> Response:
        """The form as a link fills it, or with `_try` what it proposes."""
        context = _context(work, form, kind)
        if "_try" not in request.query_params:
            form.errors = []
            return page(request, FORM, form=form, **context)
        with form.or_show(request, FORM, **context):
            result = calculators.evaluate(work, form.valid)
        return page(request, FORM, form=form, result=result, **context)

    @router.post(f"/calculators/{kind.value}")
    def keep(request: Request, work: PageWork, form: Form[Any] = sent) -> Response:
        """Keep it."""
        with form.or_show(request, FORM, **_context(work, form, kind)):
            made = calculators.keep(work, form.valid)
        return see_other(f"/agreements/calculations/{made.id}")


_calculator(Kind.EQUITY, Equity)
_calculator(Kind.FACTOR_WEIGHTS, FactorWeights)
_calculator(Kind.RECOVERY_FIRST, RecoveryFirst)
_calculator(Kind.SHAPLEY, Shapley)


@router.get("/calculations/{id}")
def calculation(request: Request, work: PageWork, id: str) -> Response:
    """A kept calculation, exactly as it was."""
    return page(request, "agreements/calculation.html", kept=calculators.calculation(work, id))


@router.get("/calculations/{id}/again")
def again(request: Request, work: PageWork, id: str) -> Response:
    """The form filled with the inputs of a kept calculation, to work on."""
    found = calculators.calculation(work, id)
    typed = {name: value for name, value in _typed("", found.inputs) if name != "kind"}
    form = Form[Calculation].initial(**typed)
    return page(request, FORM, form=form, **_context(work, form, found.kind))


def _context(work: Work, form: Form[Any], kind: Kind) -> dict[str, Any]:
    """What the form chooses from; coalitions stand in the order of the players as typed."""
    names = calculators.coalition_names(form.values("players"))
    _align(form, names)
    found = listing.agreements(work, AgreementFilter(limit=200))
    return {
        "kind": kind,
        "kinds": Kind,
        "preset": PRESET,
        "factors": [(one.value, one.label) for one in Factor],
        "bases": [(one.value, one.label) for one in Basis],
        "measures": [(one.value, one.label) for one in Measure],
        "players": [name for name in form.values("players") if name],
        "coalitions": names,
        "scenarios": [(one.id, one.name) for one in scenarios.scenarios(work)],
        "agreements": [(one.id, f"{one.number} {one.title}") for one in found.items],
    }


def _align(form: Form[Any], names: list[str]) -> None:
    """Put what was typed for a coalition where that coalition now stands."""
    rows = {form.value(f"coalitions.{row}.members"): row for row in form.rows("coalitions", 0)}
    moved = {
        f"coalitions.{place}.{field}": form.values(f"coalitions.{rows[name]}.{field}")
        for place, name in enumerate(names)
        if name in rows
        for field in ("amount", "basis", "on", "document", "approver")
    }
    rest = {name: given for name, given in form.values_typed.items() if name[:11] != "coalitions."}
    form.values_typed = rest | moved


def _typed(prefix: str, value: Any) -> Iterator[tuple[str, Any]]:
    """JSON as the fields of the form: an amount, in yuan there, says so."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _typed(f"{prefix}.{name}".lstrip("."), item)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for row, item in enumerate(value):
            yield from _typed(f"{prefix}.{row}", item)
    elif value is not None:
        is_amount = prefix.rpartition(".")[2] in AMOUNTS
        yield prefix, f"{value}元" if is_amount else value
