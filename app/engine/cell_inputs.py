"""What of a scheme and its facts may be changed in a spreadsheet: amounts, weights, receipts.

The parties, the term, the start and which clauses there are make the shape of the working; they
are no inputs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from app.engine.cells import (
    FINEST,
    Cell,
    Division,
    Formula,
    Input,
    allocated,
    amount,
    division,
    plus,
    typeable,
)
from app.engine.contract_years import Clock
from app.engine.facts import Facts
from app.engine.taxes import GROSS_LEVELS, LOWER_LEVELS, TaxSharing, WaterfallRow
from app.engine.terms import Baseline, Level, Reserve, Scheme, Stocks

REST = "其余"
MOST_ADDED = 100
"""A formula of a spreadsheet holds some hundred references; more are added in groups."""
_OF = {"gross": "全部税收", "below_province": "市区部分"}


@dataclass(frozen=True)
class Terms:
    """The numbers of a scheme, in the order of its items; opening balances take their place."""

    stock: Input | None
    stocks: dict[str, Input]
    carried: Input | None
    due: list[dict[int, Input]]
    pending: list[Input | None]
    balances: list[Input]
    reserves: list[Division]
    steps: list[Division]
    tiers: list[Division]
    uptos: list[Input | None]
    floors: list[Input]
    rooms: list[Input | None]
    annual: list[Input | None]
    one_off: list[Input]
    cash: list[Division]

    @property
    def listed(self) -> Iterator[Input | Cell]:
        """Every number once, in canonical order, with the sums of weights behind their weights."""
        single = [self.carried, self.stock, *self.stocks.values()]
        for due, pending in zip(self.due, self.pending, strict=True):
            single += [*due.values(), pending]
        single += self.balances
        yield from (each for each in single if each is not None)
        yield from _listed(self.reserves)
        yield from _listed(self.steps)
        for upto, tier in zip(self.uptos, self.tiers, strict=True):
            yield from () if upto is None else (upto,)
            yield from _listed([tier])
        rooms = [each for pair in zip(self.rooms, self.annual, strict=True) for each in pair]
        yield from (each for each in (*self.floors, *rooms, *self.one_off) if each is not None)
        yield from _listed(self.cash)


def _listed(divisions: list[Division]) -> Iterator[Input | Cell]:
    for each in divisions:
        yield from each.weights.values()
        yield each.whole


def terms(scheme: Scheme, facts: Facts) -> Terms:
    """The inputs of a scheme."""
    given, baseline = facts.opening, scheme.baseline
    opening = {item.name: (given.deduct if given else {}).get(item.name) for item in scheme.deduct}
    left = given.recover if given else {}
    rooms = given.cap if given else {}
    return Terms(
        stock=amount(f"存量基数，归{baseline.owner}", baseline.amount)
        if isinstance(baseline, Baseline)
        else None,
        stocks={party: amount(f"存量基数：{party}", fen) for party, fen in baseline.amounts}
        if isinstance(baseline, Stocks)
        else {},
        carried=amount("期初结转的负数", given.carried) if given and given.carried else None,
        due=[
            {year: amount(f"兑现“{item.name}”{year} 年", fen) for year, fen in item.series}
            for item in scheme.deduct
        ],
        pending=[
            None if fen is None else amount(f"兑现“{name}”期初未扣完", fen)
            for name, fen in opening.items()
        ],
        balances=[
            amount(f"投入优先覆盖：{item.party}", left.get(item.party, item.amount))
            for item in scheme.recover
        ],
        reserves=[_reserve(item) for item in scheme.reserve],
        steps=[division(_years(each.first, each.last), each.weights) for each in scheme.ladder],
        tiers=[
            division(f"第 {n} 档比例", each.weights) for n, each in enumerate(scheme.tiers, start=1)
        ],
        uptos=[
            None if each.upto is None else amount(f"第 {n} 档上限", each.upto)
            for n, each in enumerate(scheme.tiers, start=1)
        ],
        floors=[amount(f"每年保底：{item.party}", item.per_year) for item in scheme.guarantee],
        rooms=[
            None
            if item.cumulative is None
            else amount(f"累计封顶：{item.party}", rooms.get(item.party, item.cumulative))
            for item in scheme.cap
        ],
        annual=[
            None if item.annual is None else amount(f"每年封顶：{item.party}", item.annual)
            for item in scheme.cap
        ],
        one_off=[
            amount(f"一次性补偿：{item.payer}付{item.payee}", item.amount)
            for item in scheme.one_off or ()
        ],
        cash=[
            _percent(f"现金归集到{rule.to}", rule.to, rule.percent) for rule in scheme.cash or ()
        ],
    )


def _years(first: int, last: int | None) -> str:
    return f"第 {first} 年起比例" if last is None else f"第 {first} 至 {last} 年比例"


def _reserve(item: Reserve) -> Division:
    return _percent(f"滚动发展比例，归{item.to}", item.to, item.percent)


def _percent(title: str, to: str, percent: Fraction) -> Division:
    """A percent and the rest: the rest is what is left of a hundred."""
    number = typeable(percent)
    if number is None:
        whole = percent.denominator * 100
        part = Input(f"{title}（份）", Decimal(percent.numerator), 1, "份")
        rest = Input(f"{title}（其余份）", Decimal(whole - percent.numerator), 1, "份")
        return Division.of(title, {to: part, REST: rest})
    part = Input(title, number, FINEST, "%")
    left = Cell(REST, 100 * FINEST - part.value, (f"{100 * FINEST}-", part), is_money=False)
    return Division.of(title, {to: part, REST: left})


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
        cells = [_of_territories(found, year, parts) for year, parts in facts.collected.items()]
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


def _of_territories(found: Receipts, year: int, parts: Mapping[str, int]) -> list[Cell | Input]:
    cells = {
        name: _input(found, f"{year} 年 {name}入库", fen, f"{year}/{name}")
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
