"""Goal seek: the least value of one numeric term at which a party has what it wants.

Every step of the range is run, so nothing is assumed about the course between its ends: the answer
reaches the target and the step before does not, and all other crossings are listed. The answer
carries the whole case file, which the command `split` runs as it is.
"""

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from app.engine.appraisal import Basis, flows, net_present_values
from app.engine.cases import read_case
from app.engine.reading import child_pointer
from app.errors import Invalid
from app.money import Money

MOST_STEPS = 1_000
HUNDRED = Fraction(100)

_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?(/[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Goal:
    """Who wants how much (fen), and which number of the scheme may change within which range.

    `at` points into the case file (`/scheme/cap/0/cumulative`, `/scheme/term/years`,
    `/scheme/split/0/weights/甲`). A weight is sought in percent, the other parties keeping their
    proportion. With a basis the target is a net present value, else the sum of all years. No number
    that `locked` points to is changed.
    """

    party: str
    target: Decimal
    at: str
    lowest: Fraction
    highest: Fraction
    step: Fraction
    basis: Basis | None = None
    locked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Crossing:
    """The first value on the other side of the target, coming from below."""

    value: Fraction
    reaches: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The least value that reaches the target, None when none does, and the case file with it."""

    value: Fraction | None
    crossings: tuple[Crossing, ...]
    case: Mapping[str, object] | None


def seek(case: Mapping[str, object], goal: Goal) -> Answer:
    """Try every step of the range; Invalid when the term cannot be varied so.

    A value with which the scheme is not valid (a ladder too short), or which locked numbers leave
    no room for, does not reach the target; the lowest must have room.
    """
    if goal.party not in read_case(case).parts[0].scheme.parties:
        raise Invalid.at("/party", "party", f"未知参与方“{goal.party}”")
    values = _values(goal)
    for value in values:
        with_number(case, goal.at, value)
    with_number(case, goal.at, goal.lowest, goal.locked)
    reached = [_reaches(case, goal, value) for value in values]
    crossings = tuple(
        Crossing(value, now)
        for value, (before, now) in zip(values[1:], pairwise(reached), strict=True)
        if before != now
    )
    if True not in reached:
        return Answer(None, crossings, None)
    least = values[reached.index(True)]
    return Answer(least, crossings, with_number(case, goal.at, least, goal.locked))


def _values(goal: Goal) -> list[Fraction]:
    if goal.step <= 0 or goal.highest < goal.lowest:
        raise Invalid.at("/step", "value", "步长应为正，上限不得低于下限")
    steps = (goal.highest - goal.lowest) // goal.step
    if steps > MOST_STEPS:
        raise Invalid.at("/step", "value", f"一次最多试 {MOST_STEPS} 步，请放大步长或缩小范围")
    return [goal.lowest + goal.step * place for place in range(steps + 1)]


def _reaches(case: Mapping[str, object], goal: Goal, value: Fraction) -> bool:
    brought = brings(case, goal, value)
    return brought is not None and brought >= goal.target


def brings(case: Mapping[str, object], goal: Goal, value: Fraction) -> Decimal | None:
    """What a value brings the party, in fen; None where there is no scheme with it."""
    try:
        part = read_case(with_number(case, goal.at, value, goal.locked)).parts[0]
    except Invalid:
        return None
    taken = flows(part.scheme, part.facts)
    if goal.basis is None:
        return Decimal(sum(taken[goal.party].values()))
    return net_present_values(taken, goal.basis)[goal.party]


def with_number(
    case: Mapping[str, object], at: str, value: Fraction, locked: frozenset[str] = frozenset()
) -> dict[str, object]:
    """The case with one number of its scheme replaced; the facts stay the very same object.

    Invalid where a locked number would have to change.
    """
    if at in locked:
        raise Invalid.at("/at", "locked", "这个数已锁定")
    empty, *way, last = [token.replace("~1", "/").replace("~0", "~") for token in at.split("/")]
    if empty or way[:1] != ["scheme"]:
        raise Invalid.at("/at", "value", "应指向方案里的一个数字，如 /scheme/term/years")
    changed = {**case, "scheme": deepcopy(case["scheme"])}
    place: object = changed
    for token in way:
        place = _member(place, token)
    old = _member(place, last)
    if isinstance(place, dict) and way[-1] == "weights":
        around = at.rpartition("/")[0]
        kept = {name for name in place if child_pointer(around, name) in locked}
        _set_percent(place, last, value, kept)
    elif isinstance(place, dict) and _is_number(old):
        place[last] = _whole(value) if isinstance(old, int) else written(value)
    else:
        raise Invalid.at("/at", "type", "这里不是可以试算的数字")
    return changed


def _is_number(value: object) -> bool:
    """Whether it is a count, an amount or a ratio as schemes write them."""
    if isinstance(value, str):
        return _NUMBER.fullmatch(value) is not None
    return isinstance(value, int) and not isinstance(value, bool)


def _member(place: object, token: str) -> object:
    if isinstance(place, dict) and token in place:
        return place[token]
    if isinstance(place, list) and token.isdecimal() and int(token) < len(place):
        return place[int(token)]
    raise Invalid.at("/at", "missing", "方案里没有这一项")


def _set_percent(weights: dict[str, object], party: str, percent: Fraction, kept: set[str]) -> None:
    """One party's weight in percent; those not kept share the rest as they did."""
    shares = {name: Fraction(str(each)) for name, each in weights.items()}
    whole = sum(shares.values(), Fraction(0))
    fixed = {name: shares[name] * HUNDRED / whole for name in kept}
    rest = HUNDRED - percent - sum(fixed.values(), Fraction(0))
    others = {name: each for name, each in shares.items() if name != party and name not in kept}
    total = sum(others.values(), Fraction(0))
    if percent < 0 or rest < 0 or (total == 0 and (rest or not kept)):
        raise Invalid.at("/at", "ratio", "比例应在 0 至 100 之间，且另有未锁定的参与方分享其余部分")
    for name, each in others.items():
        weights[name] = written(rest * each / total)
    for name, each in fixed.items():
        weights[name] = written(each)
    weights[party] = written(percent)


def _whole(value: Fraction) -> int:
    if value.denominator != 1:
        raise Invalid.at("/step", "type", "这一项只能是整数，下限和步长也应为整数")
    return value.numerator


def written(value: Fraction) -> str:
    """Two decimals where they are exact, else a fraction."""
    hundredths = value * HUNDRED
    return Money(hundredths.numerator).yuan if hundredths.denominator == 1 else str(value)
