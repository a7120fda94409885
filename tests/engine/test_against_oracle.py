"""The engine and the plain-fraction oracle, written apart, print the same of any scheme.

`python3 -m app bench oracle` does it 10,000 times on a fresh seed.
"""

import ast
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.engine.agreement import engine_says, oracle_says
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
