"""The worked cases, to the fen, with the steps written beside them."""

import pytest

from tests.engine.support import load, split, year_keys

WORKED = [case for name in ("golden.json", "random.json") for case in load(name)]


@pytest.mark.parametrize("case", WORKED, ids=lambda case: case["id"])
def test_a_worked_case_comes_out_to_the_fen(case):
    expected = {key: value for key, value in case["expect"].items() if key[0] != "_"}
    result = split(case)
    assert year_keys(result) == expected
    assert list(year_keys(result)) == sorted(expected)


@pytest.mark.parametrize(
    "case", [case for case in WORKED if "steps" in case], ids=lambda case: case["id"]
)
def test_the_steps_of_a_worked_case_are_those_written_by_hand(case):
    for step, expected in zip(split(case)["steps"], case["steps"], strict=True):
        shown = {key: value for key, value in step.items() if key not in ("origin", "lines")}
        assert list(shown.items()) == list(expected.items())
