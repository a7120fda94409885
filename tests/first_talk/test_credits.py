"""Credits by chain, mode and term: the numbers of A09 and A10."""

from datetime import date
from fractions import Fraction

import pytest

from app.first_talk.credits import (
    Chain,
    Claim,
    Credited,
    Measure,
    Mode,
    Modes,
    RewardRefusal,
    Side,
    Term,
    equal_split,
    event,
    flow,
    reward,
)
from app.money import Money

HALF, TENTH = Fraction(1, 2), Fraction(1, 10)
BEGUN, FIRST_TAX = date(2027, 3, 1), date(2028, 5, 20)
PAID = Money.parse("120000000.00").fen
SPLIT = Modes(Mode.SPLIT)


def chain(middle: Fraction = TENTH, begun: date | None = BEGUN, modes: Modes = SPLIT):
    """江阳 → 龙马潭, to land in 纳溪."""
    term = begun and Term(begun, 5, counts_first_day=True)
    return [
        Claim("江阳", Side.FIRST, HALF, modes, term),
        Claim("龙马潭", Side.MIDDLE, middle, modes, term),
    ]


def told(found: Credited) -> dict[str, object]:
    return {
        part.unit: Money(part.quantity).yuan if isinstance(part.quantity, int) else part.quantity
        for part in found.parts
    }


def test_a10_money_in_2027_is_credited_50_10_40():
    found = flow(PAID, Measure.PAID_IN, date(2027, 9, 30), chain(), "纳溪")
    assert told(found) == {"江阳": "60000000.00", "龙马潭": "12000000.00", "纳溪": "48000000.00"}
    assert found.doubled == 0


def test_a10_without_a_milestone_of_the_middle_one_it_is_50_0_50():
    shares = Chain(HALF, TENTH)
    assert shares.share(is_first=True, has_milestone=False) == HALF
    assert shares.share(is_first=False, has_milestone=True) == TENTH
    middle = shares.share(is_first=False, has_milestone=False)
    found = flow(PAID, Measure.PAID_IN, date(2027, 9, 30), chain(middle), "纳溪")
    assert told(found) == {"江阳": "60000000.00", "纳溪": "60000000.00"}


def test_a10_a_signing_before_the_clock_is_split_once():
    found = event(Fraction(1), Measure.SIGNED_COUNT, chain(begun=None), "纳溪")
    assert told(found) == {
        "江阳": Fraction("0.5"),
        "龙马潭": Fraction("0.1"),
        "纳溪": Fraction("0.4"),
    }


@pytest.mark.parametrize(
    "day", [date(2027, 2, 28), date(2032, 3, 1), date(2032, 6, 30)], ids=["before", "after", "a10"]
)
def test_money_outside_the_term_stays_where_it_lands(day: date):
    assert told(flow(PAID, Measure.PAID_IN, day, chain(), "纳溪")) == {"纳溪": "120000000.00"}


@pytest.mark.parametrize(
    ("since", "counts", "first", "last"),
    [
        (BEGUN, True, date(2027, 3, 1), date(2032, 2, 29)),
        (BEGUN, False, date(2027, 3, 2), date(2032, 3, 1)),
        (FIRST_TAX, True, date(2028, 5, 20), date(2033, 5, 19)),
        (FIRST_TAX, False, date(2028, 5, 21), date(2033, 5, 20)),
    ],
)
def test_a10_terms_count_their_first_day_or_not(since: date, counts: bool, first: date, last: date):
    term = Term(since, 5, counts_first_day=counts)
    assert (term.first_day, term.last_day) == (first, last)
    assert [term.holds(day) for day in (first, last)] == [True, True]
    assert not term.holds(date.fromordinal(first.toordinal() - 1))
    assert not term.holds(date.fromordinal(last.toordinal() + 1))


def test_a10_kunming_credits_fixed_assets_in_full_on_both_sides_and_tells_what_is_doubled():
    kunming = Modes(named={"固投": Mode.DOUBLE, "产值": Mode.DOUBLE, "省外到位资金": Mode.BRINGER})
    claims = chain(modes=kunming)[:1]
    day = date(2027, 9, 30)
    double = flow(PAID, Measure.FIXED_ASSETS, day, claims, "纳溪")
    assert told(double) == {"江阳": "120000000.00", "纳溪": "120000000.00"}
    assert (double.doubled, double.between) == (PAID, ("江阳", "纳溪"))
    bringer = flow(PAID, Measure.OUTSIDE_PROVINCE, day, claims, "纳溪")
    assert told(bringer) == {"江阳": "120000000.00"}
    unnamed = flow(PAID, Measure.PAID_IN, day, claims, "纳溪")
    assert told(unnamed) == {"纳溪": "120000000.00"}


def test_the_first_part_is_divided_in_the_family_to_the_last_fen():
    family = equal_split(["龙马潭", "长开", "航空"])
    term = Term(BEGUN, 5, counts_first_day=True)
    claims = [Claim("龙马潭", Side.FIRST, HALF, SPLIT, term, family)]
    found = flow(20_01, Measure.PAID_IN, BEGUN, claims, "纳溪")
    assert told(found) == {"龙马潭": "3.34", "长开": "3.34", "航空": "3.33", "纳溪": "10.00"}
    assert sum(part.quantity for part in found.parts) == 20_01


def test_a_correction_cancels_what_it_corrects():
    there = flow(100_01, Measure.PAID_IN, BEGUN, chain(), "纳溪")
    back = flow(-100_01, Measure.PAID_IN, BEGUN, chain(), "纳溪")
    assert [one.quantity for one in there.parts] == [-one.quantity for one in back.parts]


def test_claims_never_take_more_than_all():
    term = Term(BEGUN, 5, counts_first_day=True)
    many = [Claim(unit, Side.LEFT, Fraction("0.4"), SPLIT, term) for unit in ("a", "b", "c")]
    found = flow(100, Measure.PAID_IN, BEGUN, many, "d")
    assert [(one.unit, one.quantity) for one in found.parts] == [("a", 40), ("b", 40), ("c", 20)]


PAID_IN, INCREASE = Money.parse("38600000.00"), Money.parse("3600000.00")
TWO_PER_MILLE = Fraction(2, 1000)


def test_a09_the_reward_of_guangzhou_leaves_increases_out():
    assert reward(PAID_IN, INCREASE, TWO_PER_MILLE, []) == (Money.parse("70000.00"), None)


def test_a09_without_the_receivers_signature_there_is_none():
    due, why = reward(PAID_IN, INCREASE, TWO_PER_MILLE, ["receiver"])
    assert (due, why) == (Money(0), RewardRefusal.CONFIRMATION_MISSING)


def test_a_rule_set_without_rewards_gives_none():
    assert reward(PAID_IN, INCREASE, None, []) == (Money(0), RewardRefusal.OFF)
