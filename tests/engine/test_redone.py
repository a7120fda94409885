"""The working as formulas: the same figures, and the right ones once a number is changed."""

import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from app.engine.cases import read_case
from app.engine.cells import Cell, Input
from app.engine.redone import Redone, redo
from app.errors import Invalid
from tests.spreadsheet import calculated

DOCUMENTS = [
    {key: case[key] for key in ("id", "scheme", "facts", "rates") if key in case}
    for name in ("golden", "extensions", "random")
    for case in json.loads(
        (Path(__file__).parent / "cases" / f"{name}.json").read_text(encoding="utf-8")
    )["cases"]
    if case["scheme"]
]
IDS = [case["id"] for case in DOCUMENTS]
FIXED = {"rates", "actual", "years", "formula"}
"""What a changed number would make another case of, or is no input."""
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)


def cells(redone: Redone) -> list[Cell]:
    """Every cell of a run, those beside others too."""
    rows = [row for slice_ in redone.slices for row in slice_.rows]
    rows += [*redone.receipts.rows, *redone.after, *redone.checks]
    tables = [*redone.adjusted.values(), *redone.counted.values()]
    plain = [cell for _, cell in rows] + [cell for row in tables for cell in row.values()]
    sums = [each for each in inputs(redone) if isinstance(each, Cell)]
    sums += [] if redone.eligible is None else [redone.eligible]
    return sums + [each for cell in plain for each in (cell, *cell.helpers)]


def inputs(redone: Redone) -> list[Cell | Input]:
    rates = [each for by in redone.receipts.rates for each in (*by.weights.values(), by.whole)]
    facts = [*redone.receipts.inputs, *redone.beside.facts]
    return [*facts, *rates, *redone.terms.listed, *redone.beside.terms]


def value(cell: Cell | Input, known: dict[Cell | Input, Fraction]) -> Fraction:
    """A cell by its formula alone, from the inputs that are known."""
    if cell not in known:
        values: dict[str, Fraction] = {}
        text = ""
        for part in cell.formula:
            if isinstance(part, str):
                text += part
            else:
                values[f"v{len(values)}"] = value(part, known)
                text += f"v{len(values) - 1}"
        known[cell] = calculated(text, values)
    return known[cell]


def typed(redone: Redone, given: Redone | None = None) -> dict[Cell | Input, Fraction]:
    """The inputs of one run, with the numbers of another of the same shape."""
    theirs = inputs(given or redone)
    pairs = zip(inputs(redone), theirs, strict=True)
    return {
        mine: Fraction(other.typed) * mine.scale for mine, other in pairs if isinstance(mine, Input)
    }


@pytest.mark.parametrize("case", DOCUMENTS, ids=IDS)
def test_every_formula_gives_what_the_engine_found(case: dict):
    for part in read_case(case).parts:
        redone = redo(part.scheme, part.facts)
        known = typed(redone)
        for cell in cells(redone):
            assert value(cell, known) == cell.value, cell.title
        shares = [{name: cell.value for name, cell in s.shares.items()} for s in redone.slices]
        assert shares == [sheet.shares for sheet in redone.evaluation.sheets]
        assert all(slice_.balance.value == 0 for slice_ in redone.slices)


def moved(node: Any, way: tuple[str, ...], chance: Random) -> Any:
    """A case with other amounts, weights and percents."""
    if isinstance(node, dict):
        return {key: moved(each, (*way, key), chance) for key, each in node.items()}
    if isinstance(node, list):
        return [moved(each, way, chance) for each in node]
    is_number = isinstance(node, str) and _NUMBER.fullmatch(node) and not FIXED & set(way)
    return another(node, way, chance) if is_number else node


def another(number: str, way: tuple[str, ...], chance: Random) -> str:
    """Another number as its place may hold it: a weight, a percent, an indicator, an amount."""
    if "weights" in way:
        finest = "0" if "tiers" in way else chance.choice(("0", "0.5", "0.123456789"))
        return str(Decimal(number) + chance.randrange(4) + Decimal(finest))
    if "indicators" in way:
        return str((Decimal(number) * chance.choice((2, -1))).quantize(Decimal(number)))
    if way[-1] == "pct":
        return str(Decimal(number) * chance.choice((1, Decimal("0.5"))))
    factor = chance.choice((Decimal("0.37"), Decimal("0.999"), Decimal("1.01"), Decimal("3.3")))
    return str((Decimal(number) * factor + Decimal("0.01")).quantize(Decimal("0.01")))


def shape(redone: Redone) -> list[str]:
    return [cell.title for cell in cells(redone)] + [cell.title for cell in inputs(redone)]


def changed(case: dict, chance: Random) -> list[tuple[Redone, Redone]]:
    """Runs, one of each ledger, and those with other numbers; none where the shape changes."""
    try:
        parts, others = read_case(case).parts, read_case(moved(case, (), chance)).parts
    except Invalid:
        return []
    pairs = [
        (redo(part.scheme, part.facts), redo(other.scheme, other.facts))
        for part, other in zip(parts, others, strict=True)
    ]
    return [(before, after) for before, after in pairs if shape(before) == shape(after)]


def test_a_changed_number_is_worked_through_to_every_cell():
    """Other numbers in the inputs of one run give the figures of the run on those numbers."""
    chance, compared = Random(20261125), set()  # noqa: S311 - repeatable, nothing secret
    for case in DOCUMENTS * 3:
        for before, after in changed(case, chance):
            known = typed(before, after)
            counted = {cell for row in before.counted.values() for cell in row.values()}
            for mine, theirs in zip(cells(before), cells(after), strict=True):
                if mine.scale > 1 or mine in counted:
                    assert value(mine, known) == theirs.value, (case["id"], mine.title)
            compared.add(case["id"])
    assert len(compared) > len(DOCUMENTS) * 0.7


def test_the_shape_of_a_run_is_checked_where_an_amount_could_change_it():
    """An extension stands while the cap has room: with a cap that fills at once it does not."""
    case = next(each for each in DOCUMENTS if each["id"] == "H01")
    part = read_case(case).parts[0]
    redone = redo(part.scheme, part.facts)
    known = typed(redone)
    room = next(each for each in redone.terms.rooms if each is not None)
    known[room] = Fraction(1)
    kept = [value(cell, known) for _, cell in redone.checks]
    assert [cell.value for _, cell in redone.checks] == [1] * len(kept)
    assert 0 in kept
