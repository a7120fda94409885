"""Money is whole fen, ratios are exact, and a division always adds up."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.money import Money, allocate, rate

WEIGHTS = st.lists(
    st.one_of(st.integers(0, 1000), st.fractions(min_value=0, max_value=9)), min_size=1, max_size=8
).filter(any)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12", 1200),
        ("12.5", 1250),
        ("12.50", 1250),
        ("-0.01", -1),
        ("9999999999999.99", 10**15 - 1),
    ],
)
def test_yuan_are_read_to_the_fen(text, fen):
    assert Money.parse(text) == Money(fen)


@pytest.mark.parametrize(
    "text", ["", "1.005", "1.", ".5", "+1", "1e3", "1,000", " 1", "1\n", "一", "99999999999999"]
)
def test_what_is_not_yuan_is_refused(text):
    with pytest.raises(ValueError, match="金额"):
        Money.parse(text)


@pytest.mark.parametrize("fen", [1.0, True, Decimal(1), "1"])
def test_fen_are_whole_numbers_and_nothing_else(fen):
    with pytest.raises(TypeError):
        Money(fen)


@pytest.mark.parametrize(
    ("fen", "machine", "people"),
    [
        (0, "0.00", "0.00"),
        (-5, "-0.05", "-0.05"),
        (123456789, "1234567.89", "1,234,567.89"),
        (-100000, "-1000.00", "-1,000.00"),
    ],
)
def test_amounts_are_written_with_two_decimals(fen, machine, people):
    assert (Money(fen).yuan, str(Money(fen))) == (machine, people)


def test_money_adds_and_negates_but_does_not_multiply():
    assert Money(3) + Money(4) - Money(2) == Money(5)
    assert -Money(3) == Money(-3)
    with pytest.raises(TypeError):
        Money(3) * Money(4)


@pytest.mark.parametrize(
    ("written", "exact"),
    [("0.24", Fraction(6, 25)), ("1/3", Fraction(1, 3)), (Decimal("0.035"), Fraction(7, 200))],
)
def test_ratios_are_exact(written, exact):
    assert rate(written) == exact


@pytest.mark.parametrize("text", ["", "-1", "1/0", "0.1234567890123", "1 /3", "NaN"])
def test_what_is_not_a_ratio_is_refused(text):
    with pytest.raises(ValueError, match="比例"):
        rate(text)


@given(st.integers(-(10**15), 10**15), WEIGHTS)
def test_parts_add_up_and_lie_within_one_fen_of_the_exact_share(total, weights):
    parts = allocate(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total) * weight / sum(weights)) < 1


@given(st.integers(0, 10**15), WEIGHTS)
def test_a_reversal_mirrors_its_original(total, weights):
    assert allocate(-total, weights) == [-part for part in allocate(total, weights)]


@given(st.integers(-(10**9), 10**9), WEIGHTS, st.integers(1, 50))
def test_only_the_proportion_of_weights_counts(total, weights, factor):
    assert allocate(total, [weight * factor for weight in weights]) == allocate(total, weights)


def test_equal_remainders_go_to_the_earlier_place():
    assert allocate(10, [1, 1, 1]) == [4, 3, 3]
    assert allocate(200, [1, 1, 1]) == [67, 67, 66]
    assert allocate(1, [0, 1, 1]) == [0, 1, 0]


def test_nothing_is_divided_into_nothings_whatever_the_weights():
    assert allocate(0, [0, 0]) == [0, 0]


@pytest.mark.parametrize("weights", [[0, 0], [2, -1], []])
def test_weights_must_be_able_to_divide(weights):
    with pytest.raises(ValueError, match="weights"):
        allocate(5, weights)
