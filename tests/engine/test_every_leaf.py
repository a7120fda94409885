"""Text and calculation are one: whatever is changed in a scheme, its text changes with it."""

import dataclasses
from collections.abc import Iterable, Iterator

from hypothesis import HealthCheck, given, settings

from app.engine import wording
from app.engine.scheme import read_scheme
from app.engine.terms import Scheme
from app.errors import Invalid
from tests.engine.mutations import with_another_leaf, with_less
from tests.engine.whole_schemes import single_cases

RUNS = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
LABELS = {"id", "title"}
"""Names of a scheme, no terms of it."""


def normalised(scheme: Scheme) -> Scheme:
    """The scheme with what means the same written the same: an empty list is none."""
    return dataclasses.replace(
        scheme,
        calendar=dataclasses.replace(scheme.calendar, before=scheme.before_start),
        one_off=scheme.one_off or None,
        cash=scheme.cash or None,
        indicators=scheme.indicators or None,
    )


def valid(schemes: Iterable[dict]) -> Iterator[Scheme]:
    """Those that are schemes."""
    for scheme in schemes:
        try:
            yield read_scheme(scheme)
        except Invalid:
            continue


@RUNS
@given(single_cases())
def test_another_leaf_is_another_text(case):
    text = wording.text(read_scheme(case["scheme"]))
    for path, changed in with_another_leaf(case["scheme"]):
        if LABELS.isdisjoint(path) and "basis" not in path:
            for scheme in valid([changed]):
                assert wording.text(scheme) != text, path


@RUNS
@given(single_cases())
def test_two_different_schemes_never_share_a_text(case):
    first = read_scheme(case["scheme"])
    said = {wording.text(first): normalised(first)}
    others = (scheme for _, scheme in with_another_leaf(case["scheme"]))
    for scheme in valid([*others, *with_less(case["scheme"])]):
        same = said.setdefault(wording.text(scheme), normalised(scheme))
        assert same == normalised(scheme)


def test_the_mutations_reach_every_kind_of_leaf():
    scheme = {
        "parties": ["甲", "乙"],
        "negative": "carry",
        "calendar": {"rule": "entry_date", "start": "2026-12-31"},
        "deduct": [{"name": "兑现", "to": "甲", "series": {"2026": "1"}, "carry": True}],
        "split": [{"years": [1, None], "weights": {"甲": "1/3", "乙": "2.5"}}],
    }
    changed = dict(with_another_leaf(scheme))
    assert changed["negative",]["negative"] == "share"
    assert changed["calendar", "start"]["calendar"]["start"] == "2027-01-01"
    assert changed["deduct", 0, "series", "2026"]["deduct"][0]["series"] == {"2026": "1.01"}
    assert changed["deduct", 0, "carry"]["deduct"][0]["carry"] is False
    assert changed["split", 0, "weights", "甲"]["split"][0]["weights"]["甲"] == "2/3"
    assert len(list(valid(with_less(scheme)))) > 3
