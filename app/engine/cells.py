"""Quantities of a working as cells: what the engine found, and the formula that gives it again.

Formulas use whole numbers and `+ - * /`, MIN, MAX, ABS, SIGN, INT, MOD, ROUND, IF and LCM alone,
so that a spreadsheet's doubles stay exact while amounts stay below 10**14 fen. A cell has no
address; whoever lays cells out gives them one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, eq=False, slots=True)
class Cell:
    """One number: its name, its value, its formula; `helpers` stand beside it, `note` says why.

    So many of the value as `scale` make one of what people count: 100 fen a yuan.
    """

    title: str
    value: int
    formula: "Formula" = field(repr=False)
    note: str = ""
    scale: int = 100
    helpers: tuple["Cell", ...] = field(default=(), repr=False)
    key: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Input:
    """A number that may be changed: as typed, and the factor that makes it whole.

    Inputs with the same `key` (a pointer into the facts or the rates) are one and the same.
    """

    title: str
    typed: Decimal
    scale: int
    unit: str
    key: str = ""

    @property
    def value(self) -> int:
        """The whole number that formulas use."""
        return int(self.typed * self.scale)


Part = str | Cell | Input
Formula = tuple[Part, ...]


def amount(title: str, fen: int, key: str = "") -> Input:
    """An amount, typed in yuan."""
    return Input(title, Decimal(fen).scaleb(-2), 100, "元", key)


def plus(parts: Iterable[Cell | Input]) -> Formula:
    """The sum of cells, 0 of none."""
    return total((1, part) for part in parts)


def total(parts: Iterable[tuple[int, Cell | Input]]) -> Formula:
    """The sum of signed cells, 0 of none."""
    written: list[Part] = []
    for sign, part in parts:
        written += ["+" if sign > 0 else "-", part] if written or sign < 0 else [part]
    return tuple(written) or ("0",)


def joined(formulas: Iterable[Formula], by: str) -> Formula:
    """Formulas one after another."""
    parts = [part for formula in formulas for part in (by, *formula)]
    return tuple(parts[1:])
