"""A checker of printed workings that knows no scheme: it redoes each line from the line alone.

It reads only what `split` prints, with plain fractions, and gives the first thing that is wrong in
each slice. `*` is the money still to be given out.
"""

from fractions import Fraction

from tests.engine.oracle import allocate

POOL = "*"


def problems(result: dict) -> list[str]:
    """What does not add up, one sentence each; empty when everything does."""
    found = []
    for step in result["steps"]:
        try:
            redo(step)
        except AssertionError as error:
            found.append(f"{step['fy']}/{step['contract_year']}: {error}")
    return found


def redo(step: dict) -> None:
    """Redo the lines of one slice; AssertionError at the first that is wrong."""
    held = dict.fromkeys(step["share"], Fraction(0))
    left = Fraction(0)
    for line in step["lines"]:
        works_on(line, left, held)
        movements = [(name, Fraction(amount)) for name, amount in line["out"]]
        expected = OPS[line["op"]](line["in"])
        if movements:
            check(line, [fen for _, fen in movements], expected)
        else:
            assert not any(expected[:1]), f"{line['at']}: something should have moved"
        for name, amount in movements:
            if name == POOL:
                left = amount
            else:
                held[name] += amount
        if line["op"] == "allocate" and movements and POOL not in dict(movements):
            left = Fraction(0)
    assert left == 0, f"{left} has gone nowhere"
    assert held == {name: Fraction(share) for name, share in step["share"].items()}, "shares differ"
    for name, terms in step["origin"].items():
        assert sum(map(Fraction, terms.values())) == held[name], f"origin of {name} differs"


def works_on(line: dict, left: Fraction, held: dict[str, Fraction]) -> None:
    """What a line divides, takes from or tops up is what the lines before it left."""
    given = line["in"]
    if line["op"] in ("max0", "allocate"):
        assert Fraction(given[0]) == left, f"{line['at']}: works on what is not left"
    elif line["op"] == "take":
        assert Fraction(given[1]) == left, f"{line['at']}: takes from what is not left"
    elif line["op"] == "topup":
        assert Fraction(given[1]) in held.values(), f"{line['at']}: tops up what is no share"


def check(line: dict, moved: list[Fraction], expected: list[Fraction]) -> None:
    """The amounts that moved are those of the operation; two-sided ones in either order."""
    if line["op"] in ("topup", "overflow"):
        assert sorted(moved) == sorted([expected[0], -expected[0]]), f"{line['at']}: {moved}"
    else:
        assert moved == expected, f"{line['at']}: {moved} is not {expected}"


def add(given: list) -> list[Fraction]:
    return [sum(map(Fraction, given), Fraction(0))]


def max0(given: list) -> list[Fraction]:
    return [max(Fraction(0), Fraction(given[0]))]


def keep(given: list) -> list[Fraction]:
    x, amount = map(Fraction, given)
    rest = max(Fraction(0), x - amount)
    return [x - rest, rest]


def take(given: list) -> list[Fraction]:
    due, x = map(Fraction, given)
    used = min(due, max(Fraction(0), x))
    return [used, x - used]


def allocated(given: list) -> list[Fraction]:
    x, *weights = given
    parts = allocate(Fraction(x), [(name, Fraction(weight)) for name, weight in weights])
    return list(parts.values())


def topup(given: list) -> list[Fraction]:
    target, share, limit = (None if each is None else Fraction(each) for each in given)
    gap = target - share
    return [max(Fraction(0), gap if limit is None else min(gap, limit))]


def overflow(given: list) -> list[Fraction]:
    share, room = map(Fraction, given)
    return [max(Fraction(0), share - room)]


OPS = {
    "add": add,
    "max0": max0,
    "keep": keep,
    "take": take,
    "allocate": allocated,
    "topup": topup,
    "overflow": overflow,
}
