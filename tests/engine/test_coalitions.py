"""The Shapley value as published, and who would refuse it."""

import json
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine import coalitions
from app.engine.coalitions import Objection
from app.engine.formulas import coalitions as every_coalition
from tests.engine.support import CASES

GOLDEN = {
    case["id"]: case for case in json.loads((CASES / "golden.json").read_text("utf-8"))["cases"]
}
CITIES = ("城1", "城2", "城3")


def costs(unit=100):
    """G20's table of costs, by coalition."""
    table = GOLDEN["G20"]["facts"]["C"]
    return {tuple(f"城{number}" for number in key): amount * unit for key, amount in table.items()}


def test_the_shapley_value_divides_the_joint_plant_as_published():
    divided = coalitions.share_cost(CITIES, costs())
    expected = GOLDEN["G20"]["expect"]
    assert divided.worth == {
        "城1": Fraction(5900, 3),
        "城2": Fraction(19300, 6),
        "城3": Fraction(7300, 6),
    }
    assert {city: f"{fen / 100:.2f}" for city, fen in divided.shares.items()} == expected[
        "cost_share"
    ]
    assert divided.worse_alone == divided.would_leave == ()


def test_two_that_do_not_work_together_may_also_be_written_dearer_than_apart():
    dearer = costs() | {("城1", "城3"): 46300}
    assert coalitions.share_cost(CITIES, dearer).shares == (
        coalitions.share_cost(CITIES, costs()).shares
    )


def test_a_division_by_usage_would_be_refused_by_the_first_city():
    """249.60 against 230.00 alone."""
    by_usage = {"城1": 24960, "城2": 12480, "城3": 18160}
    found = coalitions.cost_objections(by_usage, costs())
    assert found[0] == Objection(("城1",), Fraction(1960))


def test_the_shapley_value_outside_the_core_is_said_with_who_would_leave():
    """By hand: v(ab) = v(ac) = 10, v(bc) = 0, v(abc) = 10 saved; a has 20/3, b and c 5/3 each.

    a and b pay 10/3 + 25/3 = 35/3 where they would pay 10 by themselves.
    """
    cost = {("a",): 10, ("b",): 10, ("c",): 10, ("a", "b"): 10, ("a", "c"): 10, ("a", "b", "c"): 20}
    divided = coalitions.share_cost(("a", "b", "c"), cost)
    assert divided.exact == {"a": Fraction(10, 3), "b": Fraction(25, 3), "c": Fraction(25, 3)}
    assert divided.worse_alone == ()
    assert divided.would_leave == (
        Objection(("a", "b"), Fraction(5, 3)),
        Objection(("a", "c"), Fraction(5, 3)),
    )
    assert sum(divided.shares.values()) == 20


def test_rounding_to_the_fen_makes_nobody_leave():
    """Each of three has a third of the one fen; rounded, the first has it all."""
    value = dict.fromkeys(every_coalition("abc"), 0) | {("a", "b", "c"): 1}
    divided = coalitions.share_gain(tuple("abc"), value)
    assert divided.shares == {"a": 1, "b": 0, "c": 0}
    assert divided.would_leave == ()


def test_a_gain_that_a_coalition_could_have_alone_is_named():
    """Any two gain 12, all three no more: each has 4, and two of them 4 less than alone."""
    pairs = (("甲", "乙"), ("甲", "丙"), ("乙", "丙"))
    value = dict.fromkeys(pairs, 12) | {("甲", "乙", "丙"): 12}
    divided = coalitions.share_gain(("甲", "乙", "丙"), value)
    assert divided.exact == dict.fromkeys(("甲", "乙", "丙"), Fraction(4))
    assert divided.would_leave == tuple(Objection(pair, Fraction(4)) for pair in pairs)


def test_an_emphasis_moves_the_saving_and_keeps_the_sum():
    emphasis = {"城1": Fraction(1, 2), "城2": Fraction(1, 4), "城3": Fraction(1, 4)}
    plain = coalitions.share_cost(CITIES, costs())
    moved = coalitions.share_cost(CITIES, costs(), emphasis)
    assert moved.worth["城1"] - plain.worth["城1"] == Fraction(6400, 6)
    assert sum(moved.shares.values()) == sum(plain.shares.values()) == 55600


def test_a_correction_may_leave_somebody_worse_off_than_alone():
    emphasis = {"城1": Fraction(1), "城2": Fraction(0), "城3": Fraction(0)}
    divided = coalitions.share_cost(CITIES, costs(), emphasis)
    assert [one.members for one in divided.worse_alone] == [("城3",)]
    assert divided.worse_alone[0].by == Fraction(6400, 3) - Fraction(7300, 6)


@pytest.mark.parametrize(
    ("cost", "emphasis", "said"),
    [
        ({("a",): 1, ("b",): 1}, None, "都要写出"),
        ({("a",): 1, ("a", "b"): 1}, None, "都要写出"),
        ({("a",): 1, ("b",): 1, ("a", "b"): 3}, None, "没有节约"),
        ({("a",): 1, ("b",): 1, ("a", "b"): 1}, {"a": Fraction(1)}, "λ"),
        (
            {("a",): 1, ("b",): 1, ("a", "b"): 1},
            {"a": Fraction(1), "b": Fraction(1, 2)},
            "合计为 1",
        ),
    ],
)
def test_what_cannot_be_divided_is_refused(cost, emphasis, said):
    with pytest.raises(ValueError, match=said):
        coalitions.share_cost(("a", "b"), cost, emphasis)


def test_a_side_that_would_have_to_be_paid_gives_no_ratio():
    """B costs 10 alone and 2 with a, who costs 1: each saves 4.5, so a would pay −3.5."""
    divided = coalitions.share_cost(("a", "b"), {("a",): 1, ("b",): 10, ("a", "b"): 2})
    assert divided.exact["a"] == Fraction(-7, 2)
    with pytest.raises(ValueError, match="a的权重为负"):
        divided.proposal()


@st.composite
def games(draw):
    """Up to five players and what each coalition gains."""
    players = tuple("abcde"[: draw(st.integers(2, 5))])
    return players, {some: draw(st.integers(0, 1000)) for some in every_coalition(players)}


@settings(max_examples=60, deadline=None)
@given(games())
def test_the_value_is_the_average_over_all_orders_of_joining(game):
    players, value = game
    orders = list(permutations(players))
    expected = dict.fromkeys(players, Fraction(0))
    for order in orders:
        for place, player in enumerate(order):
            with_it, without = set(order[: place + 1]), set(order[:place])
            gained = [
                value.get(tuple(name for name in players if name in some), 0)
                for some in (with_it, without)
            ]
            expected[player] += Fraction(gained[0] - gained[1], len(orders))
    divided = coalitions.share_gain(players, value)
    assert divided.exact == expected
    assert sum(divided.shares.values()) == value[players]
    assert all(abs(divided.shares[name] - expected[name]) < 1 for name in players)
