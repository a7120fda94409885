"""What a scheme is worth today: present values, when an outlay is back, ratio by years.

Discounted amounts inform a negotiation and never feed a settlement. A grid varies one party's
ratio and the term over the same receipts, everything else of the scheme kept.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from app.agreements.bench_schemas import Goal, Grid, Valuation
from app.agreements.cards import ValueCard
from app.agreements.trials import (
    AppraisalView,
    CellView,
    GoalView,
    GridView,
    HeatCell,
    HeatRow,
    PathView,
)
from app.engine import appraisal, downside
from app.engine.appraisal import Basis, WhatIf, undiscounted
from app.engine.cases import Part, read_case
from app.errors import Invalid
from app.kit.schemas import parse_amount
from app.money import ZERO, Money

Document = dict[str, Any]
RATE = Decimal("3.5")
"""The discount rate in percent where none is given; shown with the result."""
RATIOS = [Fraction(tenths, 10) for tenths in range(8, 1, -1)]
TERMS = (3, 5, 8, 10, 12, 15, 20, 30, 50)
MOST_CELLS = 400


def appraise(case: Document, card: ValueCard, names: Mapping[str, str]) -> AppraisalView | None:
    """What the case is worth to the party that the card names by its row; None while none is."""
    party = names.get(card.party, "")
    if party not in case["scheme"]["parties"]:
        return None
    part = read_case(case).parts[0]
    taken = appraisal.flows(part.scheme, part.facts)
    years = sorted({year for own in taken.values() for year in own})
    outlay = _outlay(card.outlay)
    zero = int(card.year) if card.year.isdecimal() else years[0]
    basis = Basis(_percent(card.rate), zero, {party: {zero: outlay.fen}})
    worth = appraisal.net_present_values(taken, basis)
    paid, own = Decimal(outlay.fen), taken[party]
    view = AppraisalView(
        party=party,
        rate=card.rate or str(RATE),
        year_zero=zero,
        outlay=outlay,
        values=[_money(worth[name]) for name in part.scheme.parties],
        back_in=appraisal.break_even(own, paid, undiscounted),
        back_in_discounted=appraisal.break_even(own, paid, basis.factor),
        paths=_paths(part, basis),
        breaks=_breaks(part),
        terms=[],
        rows=[],
        equals=[],
    )
    return view.model_copy(
        update=_varied(WhatIf(part.scheme, part.facts, party, basis), len(years))
    )


def _paths(part: Part, basis: Basis) -> list[PathView]:
    """What every party has when things go as forecast, and worse."""
    return [
        PathView(
            title=each.title,
            totals=[Money(fen) for fen in each.totals.values()],
            values=[_money(value) for value in each.values.values()],
        )
        for each in downside.outcomes(part.scheme, part.facts, basis)
    ]


def _breaks(part: Part) -> list[str]:
    """At which fall of the receipts a warning appears that the forecast does not give."""
    return [
        f"收入低 {each.percent}% 起：{each.notice.message}"
        for each in downside.break_points(part.scheme, part.facts)
    ]


def grid(case: Document, command: Grid) -> GridView:
    """Every party's present value for each ratio with each term."""
    if len(command.ratios) * len(command.years) > MOST_CELLS:
        raise Invalid.at("/ratios", "too_many", f"一次最多 {MOST_CELLS} 格")
    what_if = _what_if(read_case(case).parts[0], command)
    return GridView(
        cells=[
            CellView(
                ratio=str(cell.ratio),
                years=cell.years,
                values={name: _money(value) for name, value in cell.values.items()},
            )
            for cell in what_if.grid(command.ratios, command.years)
        ]
    )


def goal_seek(case: Document, command: Goal) -> GoalView:
    """The least ratio of the party that is worth the target over so many years."""
    what_if = _what_if(read_case(case).parts[0], command)
    ratio = what_if.ratio_worth(command.years, Decimal(command.target.fen))
    return GoalView(ratio=None if ratio is None else str(ratio))


def _what_if(part: Part, command: Valuation) -> WhatIf:
    if part.scheme.term is None:
        raise Invalid.at("/scheme/term", "missing", "没有分享期的方案不能按年限试算")
    if command.party not in part.scheme.parties:
        raise Invalid.at("/party", "party", f"未知参与方“{command.party}”")
    outlays = {
        party: {int(year): amount.fen for year, amount in by_year.items()}
        for party, by_year in command.outlays.items()
    }
    rate = Decimal(command.rate.numerator) / command.rate.denominator
    basis = Basis(rate, command.year_zero, outlays)
    return WhatIf(part.scheme, part.facts, command.party, basis)


def _varied(what_if: WhatIf, known_years: int) -> Mapping[str, object]:
    """The heat map, and the ratios worth as much over other terms; nothing without a term."""
    term = what_if.scheme.term
    if term is None:
        return {}
    terms = sorted({term.years, *TERMS} & set(range(1, max(known_years, term.years) + 1)))
    values = [[what_if.values(ratio, years)[what_if.party] for years in terms] for ratio in RATIOS]
    largest = max(abs(value) for row in values for value in row) or Decimal(1)
    taken = appraisal.flows(what_if.scheme, what_if.facts)
    target = appraisal.net_present_values(taken, what_if.basis)[what_if.party]
    return {
        "terms": terms,
        "rows": [
            HeatRow(
                ratio=f"{int(ratio * 100)}%",
                cells=[HeatCell(value=_money(value), tone=_tone(value, largest)) for value in row],
            )
            for ratio, row in zip(RATIOS, values, strict=True)
        ],
        "equals": [
            f"{_in_percent(ratio)} × {years} 年"
            for years, ratio in what_if.iso_line(target, terms)
            if ratio is not None
        ],
    }


def _tone(value: Decimal, largest: Decimal) -> str:
    """`above-3` … `below-3`: how far from zero, in thirds of the largest."""
    third = min(int(abs(value) * 3 / largest) + 1, 3)
    return f"{'above' if value >= 0 else 'below'}-{third}"


def _in_percent(ratio: Fraction) -> str:
    return f"{Decimal(ratio.numerator * 100) / ratio.denominator:.1f}%"


def _outlay(text: str) -> Money:
    """What is paid at the start, typed in 万元."""
    try:
        return parse_amount(text, "万元") if text else ZERO
    except ValueError as error:
        raise Invalid.at("/value/outlay", "amount", f"先期投入：{error}") from error


def _percent(text: str) -> Decimal:
    """A yearly rate from percent as typed."""
    try:
        rate = Decimal(text.rstrip("%")) if text else RATE
    except InvalidOperation:
        rate = Decimal(-1)
    if not 0 <= rate <= 50:
        raise Invalid.at("/value/rate", "rate", "折现率应为 0 至 50 的百分数，如 3.5")
    return rate / 100


def _money(value: Decimal) -> Money:
    return Money(int(value.to_integral_value()))
