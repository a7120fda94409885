"""What a scheme is worth to each side: present value, break-even, grids, the ratio that recovers.

Appraisal informs a negotiation and never feeds a settlement, so it may use Decimal; the shares it
values come from the same `evaluate`, with the working left out.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from app.engine.facts import Facts
from app.engine.pipeline import evaluate
from app.engine.terms import Clause, Scheme, Step, Weights
from app.engine.trace import leave_out

Flows = dict[str, dict[int, int]]
FINEST = 10_000  # ratios are sought in hundredths of a percent


@dataclass(frozen=True, slots=True)
class Basis:
    """How money is valued: the discount rate a year, the year 0, and what parties pay by year.

    A party named in `own_rates` discounts at a rate of its own.
    """

    rate: Decimal
    year_zero: int
    outlays: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    own_rates: Mapping[str, Decimal] = field(default_factory=dict)

    def rate_of(self, party: str) -> Decimal:
        """The rate at which a party discounts."""
        return self.own_rates.get(party, self.rate)

    def factor(self, party: str, year: int) -> Decimal:
        """What one yuan of a fiscal year is worth to a party in year 0."""
        return (1 + self.rate_of(party)) ** (self.year_zero - year)

    def value(self, party: str, amounts: Mapping[int, int]) -> Decimal:
        """Fiscal year to fen, discounted to year 0."""
        return sum((fen * self.factor(party, year) for year, fen in amounts.items()), Decimal(0))


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a grid: the ratio and years tried, each party's net present value in fen."""

    ratio: Fraction
    years: int
    values: Mapping[str, Decimal]


def flows(scheme: Scheme, facts: Facts) -> Flows:
    """Party to fiscal year to fen received, negative where it pays."""
    taken: Flows = {party: {} for party in scheme.parties}
    for sheet in evaluate(scheme, facts, leave_out).sheets:
        year = sheet.slice.fiscal_year
        for party, share in sheet.shares.items():
            own = taken[party]
            own[year] = own.get(year, 0) + share
    return taken


def net_present_values(taken: Flows, basis: Basis) -> dict[str, Decimal]:
    """Each party's flows discounted to year 0, less what it pays, in fen."""
    return {
        party: basis.value(party, own) - basis.value(party, basis.outlays.get(party, {}))
        for party, own in taken.items()
    }


def break_even(
    own: Mapping[int, int], outlay: Decimal, factor: Callable[[int], Decimal]
) -> int | None:
    """The first fiscal year in which what came back covers the outlay; None when never.

    `factor` gives the discounted break-even, `undiscounted` the simple one.
    """
    for year, back in returned(own, factor):
        if back >= outlay:
            return year
    return None


def returned(own: Mapping[int, int], factor: Callable[[int], Decimal]) -> list[tuple[int, Decimal]]:
    """Each fiscal year with what has come back by its end."""
    back = Decimal(0)
    sums = []
    for year in sorted(own):
        back += own[year] * factor(year)
        sums.append((year, back))
    return sums


def undiscounted(_year: int) -> Decimal:
    """One yuan is one yuan in every year."""
    return Decimal(1)


def with_ratio(scheme: Scheme, party: str, ratio: Fraction, years: int) -> Scheme:
    """The scheme with one ratio for the whole of a term of so many years.

    The other parties share the rest in their present proportion. ValueError without a term: nobody
    is named to receive the money after it.
    """
    if scheme.term is None:
        raise ValueError("没有分享期的方案不能按年限试算")
    others = _proportion(scheme, party)
    rest = sum(others.values(), Fraction(0))
    exact = {name: (1 - ratio) * weight / rest for name, weight in others.items()}
    weights = Weights.of(exact | {party: ratio}, scheme.parties)
    step = Step(1, None, weights, Clause(f"{scheme.at}/split/0", "split", "分享比例"))
    return replace(scheme, term=replace(scheme.term, years=years), ladder=(step,), tiers=())


def _proportion(scheme: Scheme, party: str) -> dict[str, Fraction]:
    """How the others share among themselves in the first step or tier."""
    first = scheme.ladder[0].weights if scheme.ladder else scheme.tiers[0].weights
    others = {name: share for name, share in first.shares.items() if name != party}
    if others:
        return others
    return {name: Fraction(1) for name in scheme.parties if name != party}


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One party's ratio and term, varied over the same facts and basis."""

    scheme: Scheme
    facts: Facts
    party: str
    basis: Basis

    def values(self, ratio: Fraction, years: int) -> dict[str, Decimal]:
        """Every party's net present value, in fen, at one ratio over one term."""
        tried = with_ratio(self.scheme, self.party, ratio, years)
        return net_present_values(flows(tried, self.facts), self.basis)

    def grid(self, ratios: Iterable[Fraction], years: Iterable[int]) -> list[Cell]:
        """Every ratio with every term, each a full run with the working left out."""
        listed = tuple(ratios)
        return [Cell(ratio, term, self.values(ratio, term)) for term in years for ratio in listed]

    def ratio_worth(self, years: int, target: Decimal = Decimal(0)) -> Fraction | None:
        """The least ratio, in hundredths of a percent, worth `target` over a term; None if none.

        With the target 0 it is the ratio that just recovers the outlay; with the value of another
        scenario it gives a point of the iso-value line.
        """

        def reaches(place: int) -> bool:
            return self.values(Fraction(place, FINEST), years)[self.party] >= target

        step = FINEST // 100
        coarse = next((place for place in range(0, FINEST + 1, step) if reaches(place)), None)
        if coarse is None:
            return None
        finer = range(max(0, coarse - step + 1), coarse)
        return Fraction(next((place for place in finer if reaches(place)), coarse), FINEST)

    def iso_line(self, target: Decimal, terms: Iterable[int]) -> list[tuple[int, Fraction | None]]:
        """Each term with the least ratio worth the target over it, None where none is."""
        return [(years, self.ratio_worth(years, target)) for years in terms]
