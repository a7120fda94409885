"""Goal seek on one number of a scheme."""

from decimal import Decimal
from fractions import Fraction

import pytest

from app.engine.appraisal import Basis
from app.engine.seeking import Crossing, Goal, seek
from app.errors import Invalid
from tests.engine.support import split, year_keys

CASE = {
    "scheme": {
        "parties": ["甲", "乙", "丙"],
        "calendar": {"fiscal_year_one": 2026},
        "term": {"years": 3, "after": "乙"},
        "negative": "share",
        "split": [{"years": [1, 4], "weights": {"甲": "5", "乙": "4", "丙": "1"}}],
        "cap": [{"party": "甲", "cumulative": "100000", "overflow": "乙"}],
    },
    "facts": {"annual": {"2026": "100", "2027": "-100", "2028": "200"}},
}


def goal(at, yuan, lowest, highest, step, **more):
    span = (Fraction(lowest), Fraction(highest), Fraction(step))
    return Goal("甲", Decimal(yuan) * 100, at, *span, **more)


def total(case):
    return sum(Decimal(shares["甲"]) for shares in year_keys(split(case)).values())


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (goal("/scheme/cap/0/cumulative", 70, 0, 200, 3), Fraction(72)),
        (goal("/scheme/split/0/weights/甲", 77, 0, 100, "1/2"), Fraction("38.5")),
    ],
    ids=["cap", "ratio"],
)
def test_the_answer_reaches_the_target_and_a_step_less_does_not(wanted, found):
    answer = seek(CASE, wanted)
    assert answer.value == found
    assert answer.crossings == (Crossing(found, True),)
    assert total(answer.case) * 100 >= wanted.target
    less = seek(CASE, goal(wanted.at, 0, found - wanted.step, found - wanted.step, 1))
    assert total(less.case) * 100 < wanted.target


def test_the_others_keep_their_proportion():
    answer = seek(CASE, goal("/scheme/split/0/weights/甲", 80, 0, 100, 1))
    assert answer.case["scheme"]["split"][0]["weights"] == {
        "甲": "40.00",
        "乙": "48.00",
        "丙": "12.00",
    }
    assert answer.case["facts"] == CASE["facts"]


def test_all_crossings_are_listed_where_more_is_not_always_better():
    """By years 甲 has 50, 0, 100; a fifth year has no ladder."""
    answer = seek(CASE, goal("/scheme/term/years", 50, 1, 5, 1))
    assert answer.value == 1
    assert answer.crossings == (
        Crossing(Fraction(2), False),
        Crossing(Fraction(3), True),
        Crossing(Fraction(5), False),
    )


def test_nothing_is_answered_where_nothing_reaches():
    answer = seek(CASE, goal("/scheme/term/years", 101, 1, 4, 1))
    assert (answer.value, answer.crossings, answer.case) == (None, (), None)


def test_a_present_value_needs_more_than_the_plain_sum():
    basis = Basis(Decimal("0.1"), 2025)
    plain = seek(CASE, goal("/scheme/split/0/weights/甲", 80, 0, 100, 1))
    worth = seek(CASE, goal("/scheme/split/0/weights/甲", 80, 0, 100, 1, basis=basis))
    assert worth.value > plain.value


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (goal("/scheme/cap/1/cumulative", 1, 0, 1, 1), "missing"),
        (goal("/scheme/cap/0", 1, 0, 1, 1), "type"),
        (goal("/scheme/term/years", 1, 1, 2, "1/2"), "type"),
        (goal("/scheme/term/years", 1, 1, 2, 0), "value"),
        (goal("/scheme/cap/0/cumulative", 1, 0, 10_000, 1), "value"),
        (goal("/scheme/split/0/weights/甲", 1, 0, 101, 1), "ratio"),
    ],
)
def test_what_cannot_be_varied_is_refused(wanted, code):
    with pytest.raises(Invalid) as refused:
        seek(CASE, wanted)
    assert refused.value.issues[0].code == code


def test_a_locked_share_stays_and_the_others_give_way():
    scheme = {
        "parties": ["甲", "乙", "丙"],
        "split": [{"years": [1, None], "weights": {"甲": "5", "乙": "3", "丙": "2"}}],
    }
    case = {"scheme": scheme, "facts": {"annual": {"2030": "100.00"}}}
    locked = frozenset({"/scheme/split/0/weights/丙"})
    found = seek(case, goal("/scheme/split/0/weights/甲", 70, 0, 100, 1, locked=locked))
    weights = found.case["scheme"]["split"][0]["weights"]
    assert weights == {"甲": "70.00", "乙": "10.00", "丙": "20.00"}
    assert [each.value for each in found.crossings] == [70, 81]
