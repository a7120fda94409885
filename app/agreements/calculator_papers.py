"""The papers of a calculation: what each amount is based on, its day, document and approver."""

from collections.abc import Sequence
from datetime import date

from app.agreements.calculator_schemas import (
    AnyCalculation,
    CoalitionRow,
    Documented,
    InputRow,
    Shapley,
)
from app.agreements.input_rules import LAND, Basis, basis_problem
from app.errors import Issue

PAPERS = ("basis", "on", "document", "approver")
"""What every amount needs before a calculation is kept."""


def documented(command: AnyCalculation) -> tuple[str, Sequence[InputRow | CoalitionRow]]:
    """The rows that papers belong to, and the field that they stand in."""
    if isinstance(command, Shapley):
        return "coalitions", command.coalitions
    return "inputs", command.inputs


def undocumented(command: AnyCalculation) -> list[Issue]:
    """The papers that are still missing, each at its field."""
    titles = {name: Documented.model_fields[name].title for name in PAPERS}
    field, rows = documented(command)
    return [
        Issue(f"/{field}/{place}/{name}", "missing", f"{_row(place, row)}请填写{titles[name]}")
        for place, row in enumerate(rows)
        for name in PAPERS
        if getattr(row, name) in (None, "")
    ]


def misvalued(command: AnyCalculation) -> list[Issue]:
    """The inputs whose basis does not fit their kind, and land at two prices."""
    found: list[Issue] = []
    land: Basis | None = None
    for place, row in enumerate(() if isinstance(command, Shapley) else command.inputs):
        if row.basis is None:
            continue
        problem = basis_problem(row.factor, row.basis, land)
        if problem:
            found.append(Issue(f"/inputs/{place}/basis", "basis", problem))
        elif row.basis in LAND:
            land = row.basis
    return found


def dated_ahead(command: AnyCalculation, today: date) -> list[Issue]:
    """The papers that bear a day still to come."""
    field, rows = documented(command)
    return [
        Issue(f"/{field}/{place}/on", "future", "日期不晚于今天")
        for place, row in enumerate(rows)
        if row.on is not None and row.on > today
    ]


def _row(place: int, row: InputRow | CoalitionRow) -> str:
    """What the row is called beside its field and in the summary."""
    return f"第 {place + 1} 行" if isinstance(row, InputRow) else f"{row.members} "
