"""Whole fen, exact ratios, and the one way to divide money among parties.

No float comes near money: `Money` holds an `int` of fen, a `Rate` is a `Fraction`, and every
division among parties goes through `allocate` (largest remainder), whose parts always add up.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NewType, Self

Rate = NewType("Rate", Fraction)

_AMOUNT = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,2})?", re.ASCII)
_RATE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?|[0-9]{1,18}/[1-9][0-9]{0,17}", re.ASCII)


@dataclass(frozen=True, order=True)
class Money:
    """An amount in whole fen (分), negative for refunds."""

    fen: int

    def __post_init__(self) -> None:
        """Refuse anything but an int: a float of fen is how a fen gets lost."""
        if type(self.fen) is not int:
            raise TypeError(f"fen must be int, not {type(self.fen).__name__}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read yuan as `"120000000.00"`; ValueError for anything else, sub-fen included."""
        if not _AMOUNT.fullmatch(text):
            raise ValueError("金额应为元，最多两位小数")
        yuan, _, cents = text.removeprefix("-").partition(".")
        fen = int(yuan) * 100 + int(cents.ljust(2, "0") or "0")
        return cls(-fen if text.startswith("-") else fen)

    @property
    def yuan(self) -> str:
        """Yuan with two decimals and a leading `-` when negative: `"-12.50"`, `"0.00"`."""
        sign = "-" if self.fen < 0 else ""
        return f"{sign}{abs(self.fen) // 100}.{abs(self.fen) % 100:02d}"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.fen + other.fen)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.fen - other.fen)

    def __neg__(self) -> "Money":
        return Money(-self.fen)

    def __str__(self) -> str:
        """Yuan for people: `1,234.50`."""
        sign = "-" if self.fen < 0 else ""
        return f"{sign}{abs(self.fen) // 100:,}.{abs(self.fen) % 100:02d}"


ZERO = Money(0)


def rate(text: str | Decimal) -> Rate:
    """An exact ratio from `"0.24"`, `"1/3"` or a Decimal; ValueError for anything else."""
    if isinstance(text, Decimal):
        text = format(text, "f")
    if not _RATE.fullmatch(text):
        raise ValueError("比例应为小数或分数，如 0.24 或 1/3")
    return Rate(Fraction(text))


def allocate(total: int, weights: Sequence[Fraction | int]) -> list[int]:
    """Whole parts of `total` (fen) in the proportion of `weights`, summing exactly to it.

    Largest remainder; equal remainders go to the earlier place in the list; a negative total
    mirrors the positive one, so a reversal cancels. Weights are >= 0 with a positive sum unless
    `total` is 0. Whole weights stay in integer arithmetic. Source: scheme v1, A2.
    """
    if total == 0:
        return [0] * len(weights)
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative with a positive sum")
    size = abs(total)
    divided = [divmod(size * weight, whole) for weight in weights]
    parts = [part for part, _ in divided]
    left = size - sum(parts)
    if left:
        remainders = [remainder for _, remainder in divided]
        order = sorted(range(len(parts)), key=remainders.__getitem__, reverse=True)
        for place in order[:left]:
            parts[place] += 1
    return parts if total > 0 else [-part for part in parts]
