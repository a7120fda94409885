"""The receipts of the facts as cells: typed amounts, gross tax by level, what counts to a slice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from app.engine.cell_division import Division, allocated
from app.engine.cells import Cell, Formula, Input, amount, plus
from app.engine.contract_years import Clock
from app.engine.facts import Facts
from app.engine.taxes import GROSS_LEVELS, LOWER_LEVELS, TaxSharing, WaterfallRow
from app.engine.terms import Level

MOST_ADDED = 100
"""A formula of a spreadsheet holds some hundred references; more are added in groups."""
_OF = {"gross": "全部税收", "below_province": "市区部分"}


@dataclass
class Receipts:
    """The receipts as cells: what counts to each slice, and what each territory collected."""

    inputs: list[Input] = field(default_factory=list)
    rates: list[Division] = field(default_factory=list)
    rows: list[tuple[str, Cell]] = field(default_factory=list)
    by_slice: dict[tuple[int, int], list[Cell | Input]] = field(default_factory=dict)
    collected: dict[int, dict[str, list[Cell | Input]]] = field(default_factory=dict)


def receipts(facts: Facts, clock: Clock, level: Level) -> Receipts:
    """The receipts of the facts, by slice."""
    found = Receipts()
    if facts.waterfall is not None:
        cells = _waterfall(found, facts.waterfall, level)
    elif facts.collected is not None:
        cells = [
            _of_territories(found, facts.at, year, parts) for year, parts in facts.collected.items()
        ]
    else:
        cells = [
            [_input(found, _when(each.fiscal_year, each.on), each.fen, each.at)]
            for each in facts.entries
        ]
    for entry, parts in zip(facts.entries, cells, strict=True):
        own = found.by_slice.setdefault((entry.fiscal_year, clock.of(entry)), [])
        own += parts
    for (year, contract_year), own in found.by_slice.items():
        found.by_slice[year, contract_year] = _summed(found, f"{year}/y{contract_year}", own)
    for year, territories in found.collected.items():
        for name, own in territories.items():
            territories[name] = _summed(found, f"{year} {name}", own)
    return found


def _summed(found: Receipts, title: str, cells: list[Cell | Input]) -> list[Cell | Input]:
    """The same sum in few cells: a formula has an end."""
    if len(cells) <= MOST_ADDED:
        return cells
    sums: list[Cell | Input] = []
    for start in range(0, len(cells), MOST_ADDED):
        group = cells[start : start + MOST_ADDED]
        value = sum(cell.value for cell in group)
        cell = Cell(f"第 {start + 1} 至 {start + len(group)} 笔小计", value, plus(group))
        found.rows.append((title, cell))
        sums.append(cell)
    return sums


def _when(year: int, on: object) -> str:
    return f"{year} 年" if on is None else str(on)


def _input(found: Receipts, title: str, fen: int, key: str) -> Input:
    cell = amount(title, fen, key)
    found.inputs.append(cell)
    return cell


def _of_territories(
    found: Receipts, at: str, year: int, parts: Mapping[str, int]
) -> list[Cell | Input]:
    cells = {
        name: _input(found, f"{year} 年 {name}入库", fen, f"{at}/{year}/{name}")
        for name, fen in parts.items()
    }
    found.collected[year] = {name: [cell] for name, cell in cells.items()}
    return list(cells.values())


def _waterfall(
    found: Receipts, rows: tuple[WaterfallRow, ...], level: Level
) -> list[list[Cell | Input]]:
    """Each entry by level, and the part of it that is shared."""
    rates: dict[str, Division] = {}
    shared: list[list[Cell | Input]] = []
    for row in rows:
        entry = row.entry
        title = f"{entry.on} {entry.tax} {entry.kind.label}"
        paid = _input(found, title, entry.amount, entry.at)
        levels = _levels(found, rates, row, paid, title)
        cell = Cell(f"计入基数（{level.label}）", row.part(level), _at_level(level, paid, levels))
        found.rows += [(title, each) for each in (*levels, cell)]
        shared.append([cell])
        if entry.territory:
            own = found.collected.setdefault(entry.on.year, {}).setdefault(entry.territory, [])
            own.append(cell)
    found.rates = list(rates.values())
    return shared


def _levels(
    found: Receipts, rates: dict[str, Division], row: WaterfallRow, paid: Input, title: str
) -> list[Cell]:
    """中央, 省, 市, 区 of one entry; the treasury's own amounts are inputs of their own."""
    centre, province, city, district = row.levels
    if not row.rows:
        named = zip(("中央", "省", "市", "区"), row.levels, strict=True)
        own = [
            (name, _input(found, f"{title} {name}（国库）", fen, f"{row.entry.at}/{name}"))
            for name, fen in named
        ]
        return [Cell(name, cell.value, (cell,)) for name, cell in own]
    upper, lower = (rates.setdefault(rate.at, _rate(rate)) for rate in row.rows)
    first = dict(zip(GROSS_LEVELS, (centre, province, city + district), strict=True))
    whole = allocated(paid, upper, first)
    below = allocated(whole["市区"], lower, {"市": city, "区": district})
    return [*whole.values(), *below.values()]


def _rate(rate: TaxSharing) -> Division:
    names = GROSS_LEVELS if rate.of == "gross" else LOWER_LEVELS
    title = f"{'各税' if rate.tax == '*' else rate.tax}（{_OF[rate.of]}，{rate.first} 起）"
    cells = {
        name: Input(f"{title}：{name}", Decimal(part), 1, "", f"{rate.at}/{name}")
        for name, part in zip(names, rate.weights, strict=True)
    }
    return Division.of(title, cells, rate.at)


def _at_level(level: Level, paid: Input, levels: list[Cell]) -> Formula:
    by_name = {cell.title: cell for cell in levels}
    if level is Level.GROSS:
        return (paid,)
    if level is Level.LOCAL:
        return (paid, "-", by_name["中央"])
    if level is Level.DISTRICT:
        return (by_name["区"],)
    return plus((by_name["市"], by_name["区"]))
