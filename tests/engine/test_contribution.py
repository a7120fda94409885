"""Calculators propose; the checks say who would refuse."""

import json
from fractions import Fraction

import pytest

from app.engine import contribution
from app.engine.scheme import read_scheme
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
    divided = contribution.joint_cost(CITIES, costs())
    expected = GOLDEN["G20"]["expect"]
    assert {city: f"{fen / 100:.2f}" for city, fen in divided.savings.items()} == expected[
        "savings_share"
    ]
    assert {city: f"{fen / 100:.2f}" for city, fen in divided.shares.items()} == expected[
        "cost_share"
    ]
    assert divided.worse_alone == ()
    assert divided.would_leave == ()


def test_a_division_by_usage_would_be_refused_by_the_first_city():
    by_usage = {"城1": 24960, "城2": 12480, "城3": 18160}
    assert contribution.worse_alone(by_usage, costs()) == ("城1",)
    assert ("城1",) in contribution.would_leave(by_usage, costs())


def test_the_shapley_value_may_lie_outside_the_core():
    cost = {("a",): 10, ("b",): 10, ("c",): 10, ("a", "b"): 10, ("a", "c"): 10, ("a", "b", "c"): 20}
    divided = contribution.joint_cost(("a", "b", "c"), cost)
    assert divided.worse_alone == ()
    assert divided.would_leave
    for members in divided.would_leave:
        assert sum(divided.shares[player] for player in members) > cost[members]


def test_an_emphasis_moves_the_saving_and_keeps_the_sum():
    emphasis = {"城1": Fraction(1, 2), "城2": Fraction(1, 4), "城3": Fraction(1, 4)}
    plain = contribution.joint_cost(CITIES, costs())
    moved = contribution.joint_cost(CITIES, costs(), emphasis)
    assert sum(moved.savings.values()) == sum(plain.savings.values()) == 6400
    assert moved.savings["城1"] > plain.savings["城1"]


def test_gains_that_a_coalition_could_have_alone_are_named():
    value = {("甲",): 3, ("乙",): 0, ("甲", "乙"): 10}
    assert contribution.would_leave_gains({"甲": 2, "乙": 8}, value) == (("甲",),)
    assert contribution.gains(("甲", "乙"), value).weights == {
        "甲": Fraction(13, 2),
        "乙": Fraction(7, 2),
    }


def test_valued_inputs_propose_the_weights_of_g22():
    facts = GOLDEN["G22"]["facts"]
    alpha = {factor: Fraction(weight) for factor, weight in facts["alpha"].items()}
    inputs = {
        party: {factor: int(amount) * 100 for factor, amount in own.items()}
        for party, own in facts["inputs"].items()
    }
    proposal = contribution.factor_inputs(alpha, inputs)
    assert proposal.shares == {
        party: Fraction(weight) for party, weight in GOLDEN["G22"]["expect"]["weights"].items()
    }


def test_a_proposal_becomes_clauses_of_a_scheme():
    proposal = contribution.equity({"甲": 300, "乙": 200})
    clauses = contribution.recovery_first("甲", 3_650_000_000, proposal)
    scheme = read_scheme({"parties": ["甲", "乙"], **clauses})
    assert scheme.recover[0].amount == 3_650_000_000
    assert scheme.ladder[0].weights.whole == (3, 2)


def test_nobody_with_a_stake_is_no_proposal():
    with pytest.raises(ValueError, match="权重"):
        contribution.equity({"甲": 0, "乙": 0})
