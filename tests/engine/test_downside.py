"""What a scheme leaves to each side when the forecast does not come true."""

from decimal import Decimal

import pytest

from app.engine.appraisal import Basis
from app.engine.cases import read_case
from app.engine.downside import PATHS, break_points, outcomes
from app.engine.pipeline import evaluate

BASIS = Basis(Decimal("0.035"), 2025)
SCHEME = {
    "parties": ["甲", "乙"],
    "calendar": {"fiscal_year_one": 2026},
    "term": {"years": 10, "after": "乙"},
    "split": [{"years": [1, None], "weights": {"甲": "5", "乙": "5"}}],
}
FORECAST, LATE, LOWER, REFUND, LEAVES = (title for title, _ in PATHS)


def part(facts, **terms):
    return read_case({"scheme": SCHEME | terms, "facts": facts}).parts[0]


def totals(read, party="甲"):
    found = outcomes(read.scheme, read.facts, BASIS)
    return {each.title: each.totals[party] / 100 for each in found}


def test_four_paths_by_hand():
    """Eight years of 100 at 5:5 in a term of eight: late, the last year falls outside."""
    facts = {"annual": {str(year): "100" for year in range(2026, 2034)}}
    found = totals(part(facts, term={"years": 8, "after": "乙"}))
    assert found == {FORECAST: 400, LATE: 350, LOWER: 280, REFUND: 350, LEAVES: 300}


def test_a_term_that_starts_with_the_first_tax_moves_with_it_and_a_dated_one_does_not():
    facts = {"entries": [["2026-02-28", "100"], ["2028-12-31", "100"]]}
    three = {"years": 3, "after": "乙"}
    moving = {"rule": "entry_date", "start_trigger": "first_tax"}
    fixed = {"rule": "entry_date", "start": "2026-02-28"}
    assert totals(part(facts, calendar=moving, term=three))[LATE] == 100
    assert totals(part(facts, calendar=fixed, term=three))[LATE] == 50


def test_a_leap_day_is_the_first_of_march_a_year_later():
    facts = {"entries": [["2028-02-29", "100"]]}
    calendar = {"rule": "entry_date", "start": "2028-03-01"}
    found = totals(part(facts, calendar=calendar))
    assert (found[FORECAST], found[LATE]) == (0, 50)


def test_floors_fall_due_in_the_year_that_stays_empty():
    floor = {"party": "甲", "per_year": "30", "payer": "乙", "source": "own_funds"}
    found = totals(part({"annual": {"2026": "100", "2027": "100"}}, guarantee=[floor]))
    assert found[LATE] == 30 + 50 + 50


def test_what_is_worth_today_falls_when_the_money_comes_later():
    read = part({"annual": {"2026": "100", "2027": "100"}})
    forecast, late = outcomes(read.scheme, read.facts, BASIS)[:2]
    assert late.totals == forecast.totals
    assert late.values["甲"] < forecast.values["甲"]


@pytest.mark.parametrize("path", dict(PATHS).values(), ids=dict(PATHS))
def test_what_the_territories_collect_stays_what_is_shared(path):
    collected = {str(2026 + n): {"甲": f"{30 + n}.01", "乙": f"{70 - n}.01"} for n in range(9)}
    stocks = {"amounts": {"甲": "10", "乙": "20"}, "owner": "each", "scope": "per_territory"}
    read = part({"collected": collected}, baseline=stocks, negative="share")
    changed = path(read.scheme, read.facts)
    for sheet in evaluate(read.scheme, changed).sheets:
        assert sheet.slice.base == sum(changed.collected[sheet.slice.fiscal_year].values())
        assert sum(sheet.shares.values()) == sheet.slice.base


def test_a_floor_breaks_where_the_payer_has_no_more_to_give():
    """A floor of 60 on 100: at 60 the payer gives all of its 30, at 59 it cannot."""
    floor = {"party": "甲", "per_year": "60", "payer": "乙", "source": "share"}
    read = part({"annual": {"2026": "100"}}, guarantee=[floor])
    found = [(each.percent, each.notice.code) for each in break_points(read.scheme, read.facts)]
    assert found == [(41, "floor_not_met")]


def test_a_warning_that_the_forecast_gives_already_is_no_break_point():
    floor = {"party": "甲", "per_year": "160", "payer": "乙", "source": "share"}
    read = part({"annual": {"2026": "100"}}, guarantee=[floor])
    assert break_points(read.scheme, read.facts) == ()
