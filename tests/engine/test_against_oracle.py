"""The engine and the plain-fraction oracle, written apart, print the same of any scheme.

`python3 -m app bench oracle` does it 10,000 times, on a seed of its own.
"""

import ast
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.engine.agreement import engine_says, exact, oracle_says
from tests.engine.checker import problems
from tests.engine.support import split
from tests.engine.whole_schemes import single_cases, whole_cases

RUNS = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
ORACLE = sorted(Path(__file__).parent.glob("oracle*.py"))


@RUNS
@given(whole_cases())
def test_engine_and_oracle_agree_on_everything_they_print(case):
    assert engine_says(case) == oracle_says(case)


def test_a_fen_moved_from_one_party_to_another_makes_them_differ():
    facts = {"annual": {"2026": "100.01"}}
    split_in_two = [{"years": [1, None], "weights": {"甲": "1", "乙": "1"}}]
    case = {"scheme": {"parties": ["甲", "乙"], "split": split_in_two}, "facts": facts}
    said = split(case)
    assert exact(said) == oracle_says(case)
    said["2026"] = {"甲": "50.00", "乙": "50.01"}
    assert exact(said) != oracle_says(case)


@RUNS
@given(single_cases())
def test_every_line_can_be_redone_without_the_scheme(case):
    assert problems(split(case)) == []


@pytest.mark.parametrize("file", ORACLE, ids=lambda file: file.stem)
def test_the_oracle_owes_nothing_to_the_engine(file):
    imported = [
        name
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or "", *(each.name for each in node.names)]
    ]
    assert not [name for name in imported if name.partition(".")[0] == "app"]
