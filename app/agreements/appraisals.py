"""What a scheme is worth today: present values, when an outlay is back, ratio by years.

Discounted amounts inform a negotiation and never feed a settlement. A grid varies one party's
ratio and the term over the same receipts, everything else of the scheme kept.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import partial
from typing import Any

from app.agreements.bench_schemas import Grid, Valuation
from app.agreements.cards import Sheet, ValueCard
from app.agreements.trials import (
    AppraisalView,
    BreakView,
    CellView,
    ColumnView,
    EqualView,
    GridView,
    HeatCell,
    HeatRow,
    PathView,
)
from app.engine import appraisal, downside
from app.engine.appraisal import Basis, WhatIf, undiscounted
from app.engine.cases import Part, read_case
from app.engine.seeking import written
from app.errors import Invalid
from app.kit.schemas import parse_amount
from app.money import ZERO, Money

Document = dict[str, Any]
RATE = Decimal("3.5")
"""The discount rate in percent where none is given; shown with the result."""
RATIOS = [Fraction(tenths, 10) for tenths in range(8, 1, -1)]
TERMS = (3, 5, 8, 10, 12, 15, 20, 30, 50)
MOST_CELLS = 400

RATIOS_AT = ("/scheme/split/", "/scheme/tiers/")
TERM_AT = "/scheme/term/years"

_YEAR = re.compile(r"[0-9]{4}", re.ASCII)
_CELL = re.compile(r"([0-9]{1,6}/[1-9][0-9]{0,6}|[01])\*([1-9][0-9]{0,2})", re.ASCII)


def appraise(case: Document, sheet: Sheet, names: Mapping[str, str]) -> AppraisalView | None:
    """What the case is worth to the party that the card names by its row; None while none is."""
    card = sheet.value
    party = names.get(card.party, "")
    if party not in case["scheme"]["parties"]:
        return None
    part = read_case(case).parts[0]
    basis = basis_on_card(case, card, names)
    taken = appraisal.flows(part.scheme, part.facts)
    worth = appraisal.net_present_values(taken, basis)
    back_in, back_in_discounted = recovered(part, party, basis)
    view = AppraisalView(
        party=party,
        rates=[f"{(basis.rate_of(name) * 100).normalize():f}" for name in part.scheme.parties],
        year_zero=basis.year_zero,
        outlay=Money(basis.outlays[party][basis.year_zero]),
        values=[in_fen(worth[name]) for name in part.scheme.parties],
        back_in=back_in,
        back_in_discounted=back_in_discounted,
        paths=_paths(part, basis),
        breaks=_breaks(part),
        chart=_recovery(taken[party], Decimal(basis.outlays[party][basis.year_zero]), back_in),
        terms=[],
        rows=[],
        equals=[],
    )
    known_years = len(taken[party])
    return view.model_copy(
        update=_varied(WhatIf(part.scheme, part.facts, party, basis), known_years, sheet.locked)
    )


def beside(
    column: ColumnView, case: Document, other: Document, card: ValueCard, names: Mapping[str, str]
) -> ColumnView:
    """Another scheme on the same receipts, valued in the same way; as it is where none is."""
    party = names.get(card.party, "")
    part = read_case(other).parts[0]
    if party not in part.scheme.parties:
        return column
    basis = basis_on_card(case, card, names)
    worth = appraisal.net_present_values(appraisal.flows(part.scheme, part.facts), basis)
    back_in, back_in_discounted = recovered(part, party, basis)
    return column.model_copy(
        update={
            "values": [
                in_fen(worth[name]) if name in worth else None for name in case["scheme"]["parties"]
            ],
            "back_in": back_in,
            "back_in_discounted": back_in_discounted,
        }
    )


def _recovery(own: Mapping[int, int], paid: Decimal, back_in: int | None) -> Document:
    """What has come back by the end of each year, less the outlay; 万元, the break-even marked."""
    sums = appraisal.returned(own, undiscounted)
    mark = {
        "symbol": "none",
        "label": {"formatter": f"{back_in} 年收回"},
        "data": [] if back_in is None else [{"xAxis": str(back_in)}],
    }
    return {
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
        "xAxis": {"type": "category", "data": [str(year) for year, _ in sums]},
        "yAxis": {"type": "value"},
        "series": [
            {
                "name": "累计净额",
                "type": "line",
                "data": [f"{(back - paid) / 10**6:.2f}" for _, back in sums],
                "markLine": mark,
            }
        ],
    }


def recovered(part: Part, party: str, basis: Basis) -> tuple[int | None, int | None]:
    """In which year a party's outlay is back, plain and discounted."""
    own = appraisal.flows(part.scheme, part.facts)[party]
    paid = Decimal(sum(basis.outlays.get(party, {}).values()))
    factor = partial(basis.factor, party)
    return (
        appraisal.break_even(own, paid, undiscounted),
        appraisal.break_even(own, paid, factor),
    )


def _paths(part: Part, basis: Basis) -> list[PathView]:
    """What every party has when things go as forecast, and worse."""
    return [
        PathView(
            title=each.title,
            totals=[Money(fen) for fen in each.totals.values()],
            values=[in_fen(value) for value in each.values.values()],
        )
        for each in downside.outcomes(part.scheme, part.facts, basis)
    ]


def _breaks(part: Part) -> list[BreakView]:
    """At which fall of the receipts a warning appears that the forecast does not give."""
    return [
        BreakView(percent=each.percent, code=each.notice.code, message=each.notice.message)
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
                values={name: in_fen(value) for name, value in cell.values.items()},
            )
            for cell in what_if.grid(command.ratios, command.years)
        ]
    )


def _what_if(part: Part, command: Grid) -> WhatIf:
    if part.scheme.term is None:
        raise Invalid.at("/scheme/term", "missing", "没有分享期的方案不能按年限试算")
    if command.party not in part.scheme.parties:
        raise Invalid.at("/party", "party", f"未知参与方“{command.party}”")
    return WhatIf(part.scheme, part.facts, command.party, basis_of(command))


def basis_of(command: Valuation) -> Basis:
    """How a program wants money valued."""
    outlays = {
        party: {int(year): amount.fen for year, amount in by_year.items()}
        for party, by_year in command.outlays.items()
    }
    own = {party: _decimal(rate) for party, rate in command.party_rates.items()}
    return Basis(_decimal(command.rate), command.year_zero, outlays, own)


def basis_on_card(case: Document, card: ValueCard, names: Mapping[str, str]) -> Basis:
    """How the card wants money valued: from its year, else from the first of the receipts."""
    part = read_case(case).parts[0]
    years = [entry.fiscal_year for entry in part.facts.entries]
    zero = int(card.year) if _YEAR.fullmatch(card.year) else min(years)
    if card.year and not _YEAR.fullmatch(card.year):
        raise Invalid.at("/value/year", "year", "投入年度应为四位年份，如 2027")
    party = names.get(card.party, "")
    own = {
        names[row]: _percent(typed[-1], f"/value/rates/{row}")
        for row, typed in card.rates.items()
        if row in names and any(typed)
    }
    outlays = {party: {zero: _outlay(card.outlay).fen}} if party else {}
    return Basis(_percent(card.rate, "/value/rate"), zero, outlays, own)


def _decimal(rate: Fraction) -> Decimal:
    return Decimal(rate.numerator) / rate.denominator


def _varied(what_if: WhatIf, known_years: int, locked: Iterable[str]) -> Mapping[str, object]:
    """The heat map, and the ratios worth as much over other terms.

    Nothing without a term or where a ratio is locked; one term where that is locked.
    """
    term = what_if.scheme.term
    if _ratios_locked(locked):
        return {"fixed": "分享比例已锁定，不按比例和年限试算；在“分享比例”卡片中可解锁。"}
    if term is None:
        return {}
    terms = sorted({term.years, *TERMS} & set(range(1, max(known_years, term.years) + 1)))
    if TERM_AT in locked:
        terms = [term.years]
    values = [[what_if.values(ratio, years)[what_if.party] for years in terms] for ratio in RATIOS]
    largest = max(abs(value) for row in values for value in row) or Decimal(1)
    taken = appraisal.flows(what_if.scheme, what_if.facts)
    target = appraisal.net_present_values(taken, what_if.basis)[what_if.party]
    return {
        "terms": terms,
        "rows": [
            HeatRow(
                ratio=f"{int(ratio * 100)}%",
                cells=[
                    HeatCell(
                        value=in_fen(value), tone=_tone(value, largest), cell=f"{ratio}*{years}"
                    )
                    for years, value in zip(terms, row, strict=True)
                ],
            )
            for ratio, row in zip(RATIOS, values, strict=True)
        ],
        "equals": [
            _equal(what_if, ratio, years)
            for years, ratio in what_if.iso_line(target, terms)
            if ratio is not None
        ],
    }


def _equal(what_if: WhatIf, ratio: Fraction, years: int) -> EqualView:
    """A point of the iso-value line, and when the outlay is back there."""
    tried = appraisal.with_ratio(what_if.scheme, what_if.party, ratio, years)
    back = recovered(Part(None, tried, what_if.facts), what_if.party, what_if.basis)
    return EqualView(
        title=f"{_in_percent(ratio)} × {years} 年",
        cell=f"{ratio}*{years}",
        back_in=back[0],
        back_in_discounted=back[1],
    )


def _ratios_locked(locked: Iterable[str]) -> bool:
    return any(each.startswith(RATIOS_AT) for each in locked)


def at_cell(case: Document, sheet: Sheet, names: Mapping[str, str], cell: str) -> Document:
    """The scheme of one cell of the heat map, `3/5*10`: one ratio for so many years."""
    found = _CELL.fullmatch(cell)
    part = read_case(case).parts[0]
    term, party = part.scheme.term, names.get(sheet.value.party, "")
    if found is None or term is None or party not in part.scheme.parties:
        raise Invalid.at("/value/party", "cell", "没有可采用的比例和年限，请先选估值方")
    ratio, years = Fraction(found[1]), int(found[2])
    if ratio > 1:
        raise Invalid.at("/value/party", "cell", "比例应在 0 至 1 之间")
    if _ratios_locked(sheet.locked) or (TERM_AT in sheet.locked and years != term.years):
        raise Invalid.at("/value/party", "locked", "分享比例或年限已锁定，先在条款卡片中解锁")
    tried = appraisal.with_ratio(part.scheme, party, ratio, years)
    weights = tried.ladder[0].weights.shares
    scheme = {key: value for key, value in case["scheme"].items() if key != "tiers"}
    percents = {name: written(share * 100) for name, share in weights.items()}
    return scheme | {
        "term": {**scheme["term"], "years": years},
        "split": [{"years": [1, None], "weights": percents}],
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


def _percent(text: str, at: str) -> Decimal:
    """A yearly rate from percent as typed."""
    try:
        rate = Decimal(text.rstrip("%")) if text else RATE
    except InvalidOperation:
        rate = Decimal(-1)
    if not 0 <= rate <= 50:
        raise Invalid.at(at, "rate", "折现率应为 0 至 50 的百分数，如 3.5")
    return rate / 100


def in_fen(value: Decimal) -> Money:
    """A present value as money, to the fen."""
    return Money(int(value.to_integral_value()))
