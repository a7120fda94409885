"""How one number of the bench comes about: `open` names it, the answer is what it is made of.

`3.1` is the second party's share of the fourth slice; `base.3` what there was to share in it;
`total.1`, `npv.1`, `column.0.1` and `path.2.1` are sums over the years; `back` is when an outlay is
back; `worth.0.1` and `returned.0` are the same of a scheme beside. Workings of money are the
engine's own lines; a present value is said year by year.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from app.agreements import appraisals
from app.agreements.cards import ValueCard
from app.agreements.trials import PartView, TrialView, WorkingView
from app.engine import appraisal, downside
from app.engine.appraisal import Basis, undiscounted
from app.engine.cases import Part, read_case
from app.errors import Invalid
from app.money import Money

Document = dict[str, Any]
_PLACE = re.compile(r"([a-z]*)\.?((?:[0-9]{1,3}(?:\.|$)){0,2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands on the page: the run, its case, the cases beside it, and the value card."""

    trial: TrialView
    case: Document
    beside: Sequence[tuple[str, Document]]
    card: ValueCard
    names: Mapping[str, str]


def working(shown: Shown, place: str) -> WorkingView | None:
    """The working of the number at a place; None where there is no such number."""
    found = _PLACE.fullmatch(place)
    if not place or found is None:
        return None
    numbers = [int(each) for each in found[2].split(".") if each]
    makers: dict[tuple[str, int], Callable[..., WorkingView | None]] = {
        ("", 2): _share,
        ("base", 0): _base,
        ("base", 1): _base,
        ("total", 1): _total,
        ("npv", 1): _present_value,
        ("back", 0): _back,
        ("worth", 2): _worth,
        ("returned", 1): _returned,
        ("column", 2): _column,
        ("path", 2): _path,
    }
    maker = makers.get((found[1], len(numbers)))
    try:
        return maker(shown, *numbers) if maker else None
    except (IndexError, KeyError, Invalid):
        return None


def _share(shown: Shown, row: int, place: int) -> WorkingView:
    year = shown.trial.years[row]
    parts = [PartView(title=each.title, amount=each.amount) for each in year.origins[place]]
    return WorkingView(
        title=f"{year.key}（合同第 {year.contract_year} 年）　{shown.trial.parties[place]}",
        amount=year.shares[place],
        parts=parts,
        lines=year.lines,
    )


def _base(shown: Shown, row: int | None = None) -> WorkingView:
    if row is None:
        years = {year.key: year.base.fen for year in shown.trial.years}
        return _over_years("可分　各年合计", years)
    year = shown.trial.years[row]
    return WorkingView(
        title=f"{year.key}（合同第 {year.contract_year} 年）　可分",
        amount=year.base,
        parts=[],
        lines=year.lines[:1],
    )


def _total(shown: Shown, place: int) -> WorkingView:
    trial = shown.trial
    return _over_years(
        f"{trial.parties[place]}　各年合计",
        {year.key: year.shares[place].fen for year in trial.years},
    )


def _column(shown: Shown, number: int, place: int) -> WorkingView:
    name, case = shown.beside[number]
    party = shown.trial.parties[place]
    return _over_years(f"{name}　{party}　各年合计", _years(read_case(case).parts[0], party))


def _path(shown: Shown, number: int, place: int) -> WorkingView:
    title, path = downside.PATHS[number]
    part, party = read_case(shown.case).parts[0], shown.trial.parties[place]
    changed = Part(part.ledger, part.scheme, path(part.scheme, part.facts))
    return _over_years(f"{title}　{party}　各年合计", _years(changed, party))


def _years(part: Part, party: str) -> dict[str, int]:
    own = appraisal.flows(part.scheme, part.facts).get(party, {})
    return {str(year): fen for year, fen in own.items()}


def _over_years(title: str, years: Mapping[str, int]) -> WorkingView:
    return WorkingView(
        title=title,
        amount=Money(sum(years.values())),
        parts=[PartView(title=key, amount=Money(fen)) for key, fen in years.items()],
        lines=[],
    )


def _present_value(shown: Shown, place: int) -> WorkingView:
    return _discounted(shown, shown.case, "", shown.trial.parties[place])


def _worth(shown: Shown, number: int, place: int) -> WorkingView:
    name, case = shown.beside[number]
    return _discounted(shown, case, f"{name}　", shown.trial.parties[place])


def _discounted(shown: Shown, case: Document, name: str, party: str) -> WorkingView:
    """Every year's money times its factor, the outlay among them."""
    basis, part = _basis(shown), read_case(case).parts[0]
    own = appraisal.flows(part.scheme, part.facts)[party]
    paid = basis.outlays.get(party, {})
    moves = [(year, fen, "") for year, fen in own.items()]
    moves += [(year, -fen, " 投入") for year, fen in paid.items() if fen]
    worth = basis.value(party, own) - basis.value(party, paid)
    return WorkingView(
        title=f"{name}{party}　净现值（折现率 {_percent(basis, party)}%，{basis.year_zero} 年价）",
        amount=appraisals.in_fen(worth),
        parts=[
            PartView(
                title=f"{year}{kind}",
                detail=f"{Money(fen)} × {basis.factor(party, year):.6f}",
                amount=appraisals.in_fen(fen * basis.factor(party, year)),
            )
            for year, fen, kind in sorted(moves)
        ],
        lines=[],
        note="折现系数 = 1 ÷ (1 + 折现率) 的年数次方，年数自基准年计；各项分别取整到分",
    )


def _back(shown: Shown) -> WorkingView | None:
    worth = shown.trial.appraisal
    if worth is None:
        return None
    return _recovered(shown, shown.case, "", (worth.back_in, worth.back_in_discounted))


def _returned(shown: Shown, number: int) -> WorkingView | None:
    name, case = shown.beside[number]
    column = shown.trial.columns[number]
    return _recovered(shown, case, f"{name}　", (column.back_in, column.back_in_discounted))


def _recovered(
    shown: Shown, case: Document, name: str, back: tuple[int | None, int | None]
) -> WorkingView | None:
    """What has come back by the end of each year, plain and discounted, against the outlay."""
    worth = shown.trial.appraisal
    if worth is None:
        return None
    basis, part = _basis(shown), read_case(case).parts[0]
    own = appraisal.flows(part.scheme, part.facts)[worth.party]
    plain = appraisal.returned(own, undiscounted)
    discounted = appraisal.returned(own, partial(basis.factor, worth.party))
    return WorkingView(
        title=f"{name}{worth.party}　先期投入何时收回",
        amount=worth.outlay,
        parts=[
            PartView(
                title=f"{year} 年末累计",
                detail=f"折现 {appraisals.in_fen(later)}",
                amount=appraisals.in_fen(so_far),
            )
            for (year, so_far), (_, later) in zip(plain, discounted, strict=True)
        ],
        lines=[],
        note=f"累计数第一次不低于投入的年份：不折现 {back[0] or '未收回'}，"
        f"折现 {back[1] or '未收回'}",
    )


def _basis(shown: Shown) -> Basis:
    return appraisals.basis_on_card(shown.case, shown.card, shown.names)


def _percent(basis: Basis, party: str) -> Decimal:
    return (basis.rate_of(party) * 100).normalize()
