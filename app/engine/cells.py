"""Quantities of a working as cells: what the engine found, and the formula that gives it again.

Formulas use whole fen and `+ - * /`, MIN, MAX, ABS, SIGN, INT, MOD, ROUND, IF and LCM alone, so
that a spreadsheet's doubles stay exact: no intermediate product exceeds 2**53 while amounts stay
below 10**14 fen. A cell has no address; whoever lays cells out gives them one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import lcm

from app.engine.terms import Weights

FINEST = 10**4
"""Weights and percents are typed with four decimals at most."""


@dataclass(frozen=True, eq=False, slots=True)
class Cell:
    """One number: its name, its value, its formula; `helpers` stand beside it, `note` says why."""

    title: str
    value: int
    formula: "Formula" = field(repr=False)
    note: str = ""
    is_money: bool = True
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


@dataclass(frozen=True, eq=False, slots=True)
class Division:
    """Weights as cells, in the order in which ties are broken, and their sum."""

    weights: Mapping[str, Input | Cell]
    whole: Cell

    @classmethod
    def of(cls, title: str, weights: Mapping[str, Input | Cell], key: str = "") -> "Division":
        """With the sum as a cell of its own."""
        value = sum(weight.value for weight in weights.values())
        whole = Cell(f"{title}合计", value, plus(weights.values()), is_money=False, key=key)
        return cls(weights, whole)


def division(title: str, weights: Weights) -> Division:
    """The weights of a step or tier as people wrote them; fractions as whole numbers."""
    whole = dict(zip(weights.names, weights.whole, strict=True))
    texts = dict(weights.written)
    typed = {name: typeable(Fraction(text)) for name, text in texts.items()}
    exact = None not in typed.values()
    cells = {
        name: Input(f"{title}：{name}", number, FINEST, "")
        if exact and number is not None
        else Input(f"{title}：{name}", Decimal(whole.get(name, 0)), 1, "份")
        for name, number in typed.items()
    }
    return Division.of(title, cells)


def typeable(value: Fraction) -> Decimal | None:
    """The exact decimal, None when it has too many digits for a cell."""
    shifted = value * FINEST
    return Decimal(shifted.numerator) / FINEST if shifted.denominator == 1 else None


def allocated(
    x: Cell | Input, by: Division, parts: Mapping[str, int], note: str = ""
) -> dict[str, Cell]:
    """Largest remainder, ties to the first named, a negative amount mirrored: one cell a name."""
    size, whole = ("ABS(", x, ")"), by.whole
    over = ("MOD(", *size, ",", whole, ")")
    shares = [
        Share(
            name,
            ("INT(", *size, "/", whole, ")*", weight, "+INT(", *over, "*", weight, "/", whole, ")"),
            ("MOD(", *over, "*", weight, ",", whole, ")"),
            abs(x.value) * weight.value // whole.value if whole.value else 0,
            abs(x.value) * weight.value % whole.value if whole.value else 0,
        )
        for name, weight in by.weights.items()
    ]
    return rounded(x, shares, parts, note)


@dataclass(frozen=True, slots=True)
class Share:
    """A party's exact share of a size: whole fen, and the remainder in parts of the same whole."""

    name: str
    floor: Formula
    rest: Formula
    floor_value: int
    rest_value: int


def rounded(
    x: Cell | Input, shares: Sequence[Share], parts: Mapping[str, int], note: str
) -> dict[str, Cell]:
    """The fen left over go to the largest remainders, one each."""
    floors = [Cell(each.name, each.floor_value, each.floor, is_money=False) for each in shares]
    rests = [Cell(each.name, each.rest_value, each.rest, is_money=False) for each in shares]
    left = ("ABS(", x, ")", *(part for floor in floors for part in ("-", floor)))
    cells = {}
    for place, each in enumerate(shares):
        before = _count(rests[:place], ">=", rests[place])
        after = _count(rests[place + 1 :], ">", rests[place])
        extra = ("IF(0", *before, *after, "<", *left, ",1,0)")
        cells[each.name] = Cell(
            each.name,
            parts.get(each.name, 0),
            ("SIGN(", x, ")*(", floors[place], "+", *extra, ")"),
            note,
            helpers=(floors[place], rests[place]),
        )
    return cells


def _count(cells: Iterable[Cell], comparison: str, with_: Cell) -> Formula:
    return tuple(part for each in cells for part in ("+IF(", each, comparison, with_, ",1,0)"))


def tiered(party: str, pieces: list[Cell], tiers: list[Division], common: Cell) -> Share:
    """A party's part of every tier: whole fen, and what is left over a common denominator."""
    whole: list[Part] = ["0"]
    rest: list[Part] = ["0"]
    floor = remainder = 0
    for piece, tier in zip(pieces, tiers, strict=True):
        weight = tier.weights.get(party)
        if weight is not None:
            whole += ["+INT(", piece, "/", tier.whole, ")*", weight]
            rest += ["+MOD(", piece, ",", tier.whole, ")*", weight, "*(", common, "/", tier.whole]
            rest += [")"]
            floor += piece.value // tier.whole.value * weight.value
            scaled = common.value // tier.whole.value
            remainder += piece.value % tier.whole.value * weight.value * scaled
    return Share(
        party,
        (*whole, "+INT((", *rest, ")/", common, ")"),
        ("MOD(", *rest, ",", common, ")"),
        floor + remainder // common.value,
        remainder % common.value,
    )


def common_denominator(wholes: list[Cell]) -> Cell:
    """The common denominator of all tiers."""
    formula = ("LCM(", *joined([(each,) for each in wholes], ","), ")")
    return Cell("各档比例的公分母", lcm(*(each.value for each in wholes)), formula, is_money=False)


def joined(formulas: Iterable[Formula], by: str) -> Formula:
    """Formulas one after another."""
    parts = [part for formula in formulas for part in (by, *formula)]
    return tuple(parts[1:])
