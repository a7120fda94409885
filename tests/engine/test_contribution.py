"""Calculators propose; G22 and the published 0.35/0.35/0.30 are worked, the rest by hand."""

import json
from fractions import Fraction

import pytest

from app.engine import contribution
from app.engine.contribution import Covering, Proposal
from app.engine.scheme import read_scheme
from tests.engine.support import CASES

GOLDEN = {
    case["id"]: case for case in json.loads((CASES / "golden.json").read_text("utf-8"))["cases"]
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
    assert proposal.percents == {"龙马潭": 5500, "江阳": 2750, "纳溪": 1750}


def test_a_factor_that_nobody_put_in_is_named():
    with pytest.raises(ValueError, match="土地"):
        contribution.factor_inputs({"土地": Fraction(1)}, {"甲": {"资本金": 1}, "乙": {}})


def test_thirds_are_rounded_so_that_the_percentages_add_up():
    """A third is 33.33%; the hundredth left over goes to the first named."""
    proposal = contribution.equity({"甲": 7, "乙": 7, "丙": 7})
    assert proposal.shares["甲"] == Fraction(1, 3)
    assert proposal.percents == {"甲": 3334, "乙": 3333, "丙": 3333}


def test_a_proposal_becomes_clauses_of_a_scheme():
    proposal = contribution.equity({"甲": 300, "乙": 200})
    clauses = contribution.recovery_first({"甲": 3_650_000_000, "乙": 1}, proposal)
    scheme = read_scheme({"parties": ["甲", "乙"], **clauses})
    assert [item.amount for item in scheme.recover] == [3_650_000_000, 1]
    assert scheme.ladder[0].weights.whole == (3, 2)


def test_the_input_of_g08_takes_two_years_and_a_part():
    """36.5M against an even 15M a year: 30.0M in two years, 6.5M left to the third."""
    assert contribution.covering(36_500_000_00, 15_000_000_00) == Covering(2, 6_500_000_00)
    assert contribution.covering(30_000_000_00, 15_000_000_00) == Covering(2, 0)
    with pytest.raises(ValueError, match="大于零"):
        contribution.covering(1, 0)


def test_nobody_with_a_stake_is_no_proposal():
    with pytest.raises(ValueError, match="全部为零"):
        contribution.equity({"甲": 0, "乙": 0})


def test_a_negative_weight_is_no_proposal():
    with pytest.raises(ValueError, match="乙的权重为负"):
        Proposal("按股", {"甲": Fraction(3), "乙": Fraction(-1)})
