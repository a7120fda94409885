"""The engine and the plain-fraction oracle, written apart, give the same fen."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine import oracle
from tests.engine.checker import problems
from tests.engine.schemes import cases, gross_cases
from tests.engine.support import split, year_keys

RUNS = settings(max_examples=150, deadline=None)


@RUNS
@given(st.one_of(cases(), gross_cases()))
def test_engine_and_oracle_agree_to_the_fen(case):
    expected = oracle.evaluate(case["scheme"], case["facts"], case.get("rates", ()))
    found = {
        key: {party: Fraction(share) for party, share in shares.items()}
        for key, shares in year_keys(split(case)).items()
    }
    assert found == expected


@RUNS
@given(st.one_of(cases(), gross_cases()))
def test_every_line_can_be_redone_without_the_scheme(case):
    assert problems(split(case)) == []
