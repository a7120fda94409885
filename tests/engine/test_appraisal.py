"""What a scheme is worth: the sensitivity table of the demo path, in 万元."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import partial

import pytest

from app.engine.appraisal import (
    Basis,
    WhatIf,
    break_even,
    flows,
    net_present_values,
    undiscounted,
    with_ratio,
)
from app.engine.facts import annual_facts
from app.engine.pipeline import evaluate
from app.engine.scheme import read_scheme
from app.engine.terms import Recovery

WAN = 10_000 * 100
FIRST = 2026
BASES = [200, 400, 600, 800, 1000]
while len(BASES) < 20:
    BASES.append(BASES[-1] * Decimal("1.03"))
PATH = annual_facts({FIRST + place: int(base * WAN) for place, base in enumerate(BASES)})
DEMO = read_scheme(
    {
        "parties": ["out", "in"],
        "calendar": {"fiscal_year_one": FIRST},
        "term": {"years": 20, "after": "in"},
        "deduct": [
            {
                "name": "兑现",
                "to": "in",
                "series": {str(FIRST + place): f"{BASES[place] * 2000}.00" for place in range(5)},
                "carry": False,
            }
        ],
        "split": [{"years": [1, None], "weights": {"out": "50", "in": "50"}}],
    }
)
PASSED_ON = {FIRST + place: BASES[place] * WAN // 5 for place in range(5)}
BASIS = Basis(Decimal("0.035"), FIRST - 1, {"out": {FIRST - 1: 3000 * WAN}, "in": PASSED_ON})
TRIED = WhatIf(DEMO, PATH, "out", BASIS)

TABLE = {
    30: [(-2365, 13635), (-1120, 12390), (95, 11175), (1281, 9989)],
    40: [(-2153, 13423), (-493, 11763), (1127, 10143), (2708, 8562)],
    50: [(-1941, 13211), (133, 11136), (2158, 9111), (4135, 7135)],
    60: [(-1729, 12999), (760, 10510), (3190, 8080), (5562, 5708)],
}


def in_wan(fen):
    return round(fen / WAN)


def value(scheme):
    return in_wan(net_present_values(flows(scheme, PATH), BASIS)["out"])


def test_the_grid_gives_the_sensitivity_table():
    ratios = [Fraction(percent, 100) for percent in TABLE]
    cells = TRIED.grid(ratios, (5, 10, 15, 20))
    found = {(cell.ratio, cell.years): cell.values for cell in cells}
    for percent, row in TABLE.items():
        for years, (out, into) in zip((5, 10, 15, 20), row, strict=True):
            values = found[Fraction(percent, 100), years]
            assert (in_wan(values["out"]), in_wan(values["in"])) == (out, into)


@pytest.mark.parametrize(("years", "percent"), [(10, 47.9), (15, 29.1), (20, 21.0)])
def test_the_ratio_that_just_recovers(years, percent):
    ratio = TRIED.ratio_worth(years)
    assert round(float(ratio * 100), 1) == percent


def test_no_ratio_recovers_in_five_years():
    assert TRIED.ratio_worth(5) is None


def test_half_over_ten_years_is_worth_less_than_a_third_over_fifteen():
    half = TRIED.values(Fraction(1, 2), 10)["out"]
    ratio = TRIED.ratio_worth(15, half)
    assert round(float(ratio * 100), 1) == 30.4


def test_deduct_first_split_first_and_recovery_first_are_worth_different_sums():
    ten = with_ratio(DEMO, "out", Fraction(1, 2), 10)
    assert value(ten) == 133
    assert value(replace(ten, deduct=())) == 398
    assert value(replace(ten, recover=(Recovery("out", 3000 * WAN),))) == 1436


def test_break_even_comes_later_when_discounted():
    own = flows(with_ratio(DEMO, "out", Fraction(1, 2), 20), PATH)["out"]
    outlay = Decimal(3000 * WAN)
    simple = break_even(own, outlay, undiscounted)
    discounted = break_even(own, outlay, partial(BASIS.factor, "out"))
    assert simple is not None
    assert sum(own[year] for year in range(FIRST, simple + 1)) >= outlay
    assert sum(own[year] for year in range(FIRST, simple)) < outlay
    assert simple < discounted
    assert break_even(own, Decimal(10**15), undiscounted) is None


def test_a_grid_cell_equals_the_full_run():
    for ratio in (Fraction(1, 3), Fraction(41, 100)):
        tried = with_ratio(DEMO, "out", ratio, 7)
        full = {party: {} for party in tried.parties}
        for sheet in evaluate(tried, PATH).sheets:
            for party, share in sheet.shares.items():
                full[party][sheet.slice.fiscal_year] = share
        assert flows(tried, PATH) == full


def test_the_iso_value_line_goes_through_its_own_point():
    half = TRIED.values(Fraction(1, 2), 10)["out"]
    line = dict(TRIED.iso_line(half, (5, 10, 15)))
    assert line[5] is None
    assert line[10] == Fraction(1, 2)
    assert round(float(line[15] * 100), 1) == 30.4
