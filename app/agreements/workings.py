"""How one number of the bench comes about: `open` is its address, the answer what it is made of.

An address is a run (`runs.py`; none for the page's own) and a number of it: `3.1` the second
party's share of the fourth slice, `base.3` what there was to share in it, `base` and `total.1` the
sums over all slices, `total.1.3` as far as the fourth, `npv.1` the present value, `moved.1` the
difference to the page's own run, `back` when the outlay is back. `cash.3.1`, `paid.0`, `break.0`
and `match.0` are numbers of the page alone. The parts of a number have addresses too, down
to the engine's own lines.
"""

import re

from app.agreements.page_numbers import OF_THE_PAGE
from app.agreements.run_numbers import OF_A_RUN
from app.agreements.runs import RUNS, Run, Shown, own
from app.agreements.trials import WorkingView
from app.errors import Invalid

_ADDRESS = re.compile(r"([a-z]+|[0-9]{1,3})(\.([a-z]+|[0-9]{1,3})){0,5}", re.ASCII)


def working(shown: Shown, place: str) -> WorkingView | None:
    """The working of the number at an address; None where there is no such number."""
    if not _ADDRESS.fullmatch(place):
        return None
    try:
        run, rest = _run(shown, place.split("."))
        word, numbers = (rest[0], rest[1:]) if rest[0].isalpha() else ("", rest)
        known = OF_A_RUN if run.place else OF_A_RUN | OF_THE_PAGE
        return known[word, len(numbers)](shown, run, *_whole(numbers))
    except (LookupError, Invalid):
        return None


def _run(shown: Shown, tokens: list[str]) -> tuple[Run, list[str]]:
    """The run that an address begins with, and what of it is asked."""
    if tokens[0] not in RUNS:
        return own(shown), tokens
    count, find = RUNS[tokens[0]]
    numbers, rest = tokens[1 : 1 + count], tokens[1 + count :]
    if len(numbers) < count:
        raise LookupError(tokens)
    return find(shown, *_whole(numbers)), rest


def _whole(tokens: list[str]) -> list[int]:
    if not all(each.isdecimal() for each in tokens):
        raise LookupError(tokens)
    return [int(each) for each in tokens]
