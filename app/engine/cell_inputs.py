"""What of a scheme and its facts may be changed in a spreadsheet: amounts, weights, receipts.

The parties, the term, the start and which clauses there are make the shape of the working; they
are no inputs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.engine.cell_division import (
    FINEST_OF_TIERS,
    Division,
    division,
    scale_for,
    typeable,
)
from app.engine.cells import Cell, Input, amount
from app.engine.facts import Facts, Opening
from app.engine.terms import Baseline, Deduction, Reserve, Scheme, Stocks

REST = "其余"


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
    given = facts.opening or Opening(0)
    rooms = [
        None if item.cumulative is None else given.cap.get(item.party, item.cumulative)
        for item in scheme.cap
    ]
    return Terms(
        *_stock(scheme.baseline),
        _if_any("期初结转的负数", given.carried or None),
        due=[_series(item) for item in scheme.deduct],
        pending=[
            _if_any(f"兑现“{item.name}”期初未扣完", given.deduct.get(item.name))
            for item in scheme.deduct
        ],
        balances=[
            amount(f"投入优先覆盖：{item.party}", given.recover.get(item.party, item.amount))
            for item in scheme.recover
        ],
        reserves=[_reserve(item) for item in scheme.reserve],
        steps=[division(_years(each.first, each.last), each.weights) for each in scheme.ladder],
        tiers=[
            division(f"第 {n} 档比例", each.weights, FINEST_OF_TIERS)
            for n, each in enumerate(scheme.tiers, start=1)
        ],
        uptos=[
            _if_any(f"第 {n} 档上限", each.upto) for n, each in enumerate(scheme.tiers, start=1)
        ],
        floors=[amount(f"每年保底：{item.party}", item.per_year) for item in scheme.guarantee],
        rooms=[
            _if_any(f"累计封顶：{item.party}", room)
            for item, room in zip(scheme.cap, rooms, strict=True)
        ],
        annual=[_if_any(f"每年封顶：{item.party}", item.annual) for item in scheme.cap],
        one_off=[
            amount(f"一次性补偿：{item.payer}付{item.payee}", item.amount)
            for item in scheme.one_off or ()
        ],
        cash=[
            _percent(f"现金归集到{rule.to}", rule.to, rule.percent) for rule in scheme.cash or ()
        ],
    )


def _if_any(title: str, fen: int | None) -> Input | None:
    return None if fen is None else amount(title, fen)


def _stock(baseline: Baseline | Stocks | None) -> tuple[Input | None, dict[str, Input]]:
    """One 存量, or one of each territory."""
    if isinstance(baseline, Stocks):
        return None, {party: amount(f"存量基数：{party}", fen) for party, fen in baseline.amounts}
    if baseline is None:
        return None, {}
    return amount(f"存量基数，归{baseline.owner}", baseline.amount), {}


def _series(item: Deduction) -> dict[int, Input]:
    return {year: amount(f"兑现“{item.name}”{year} 年", fen) for year, fen in item.series}


def _years(first: int, last: int | None) -> str:
    return f"第 {first} 年起比例" if last is None else f"第 {first} 至 {last} 年比例"


def _reserve(item: Reserve) -> Division:
    return _percent(f"滚动发展比例，归{item.to}", item.to, item.percent)


def _percent(title: str, to: str, percent: Fraction) -> Division:
    """A percent and the rest: the rest is what is left of a hundred."""
    scale = scale_for(Fraction(100))
    number = typeable(percent, scale)
    if number is None:
        whole = percent.denominator * 100
        part = Input(f"{title}（份）", Decimal(percent.numerator), 1, "份")
        rest = Input(f"{title}（其余份）", Decimal(whole - percent.numerator), 1, "份")
        return Division.of(title, {to: part, REST: rest})
    part = Input(title, number, scale, "%")
    left = Cell(REST, 100 * scale - part.value, (f"{100 * scale}-", part), scale=1)
    return Division.of(title, {to: part, REST: left})
