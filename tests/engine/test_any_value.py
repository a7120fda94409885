"""No input makes the program fail: any value in any place is computed or refused."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.support import command
from tests.engine.test_validation import changed

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "甲区", "1", "-1", "0.005", "1/3", "2026-02-30", "share", "recovered"])
    | st.text(st.characters(codec="utf-8"), max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=4,
)


def places(value, path=()):
    """Every path into a JSON value."""
    yield path
    if isinstance(value, dict | list):
        for key, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(member, (*path, key))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([path for path in places(changed()) if path]), ANYTHING)
def test_any_value_in_any_place_is_computed_or_refused(path, value):
    case = changed()
    place = case
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert command(json.dumps(case).encode())[0] in (0, 2)
