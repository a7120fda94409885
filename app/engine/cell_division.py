"""Divisions as cells: weights, largest remainders, tiers, exact in a spreadsheet's doubles.

A double holds whole numbers up to 2**53. Weights whose sum is small are multiplied at once; finer
ones by groups of digits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm

from app.engine.cells import Cell, Formula, Input, Part, joined, plus
from app.engine.terms import Weights

FINEST = 10**10
"""Weights and percents are typed with ten decimals at most, those of tiers with fewer."""
FINEST_OF_TIERS = 10**4
SHORT = 9 * 10**7
LONG = 3 * 10**12


@dataclass(frozen=True, eq=False, slots=True)
class Division:
    """Weights as cells, in the order in which ties are broken, and their sum."""

    weights: Mapping[str, Input | Cell]
    whole: Cell

    @property
    def limit(self) -> int:
        """The largest sum by which its shares are found exactly."""
        return SHORT if self.whole.value <= SHORT else LONG

    @classmethod
    def of(cls, title: str, weights: Mapping[str, Input | Cell], key: str = "") -> "Division":
        """With the sum as a cell of its own."""
        value = sum(weight.value for weight in weights.values())
        whole = Cell(f"{title}合计", value, plus(weights.values()), scale=1, key=key)
        return cls(weights, whole)


def division(title: str, weights: Weights, finest: int = FINEST) -> Division:
    """The weights of a step or tier as people wrote them; what has more decimals in whole parts."""
    whole = dict(zip(weights.names, weights.whole, strict=True))
    exact = {name: Fraction(text) for name, text in weights.written}
    scale = scale_for(sum(exact.values(), Fraction(0)), finest)
    typed = {name: typeable(value, scale) for name, value in exact.items()}
    cells = {
        name: Input(f"{title}：{name}", Decimal(whole.get(name, 0)), 1, "份")
        if None in typed.values() or number is None
        else Input(f"{title}：{name}", number, scale, "")
        for name, number in typed.items()
    }
    return Division.of(title, cells)


def scale_for(total: Fraction, finest: int = FINEST) -> int:
    """How many of the smallest unit one is, so that the sum leaves room for other numbers."""
    scale = finest
    while total * scale > LONG // 3 and scale > 1:
        scale //= 10
    return scale


def typeable(value: Fraction, scale: int) -> Decimal | None:
    """The exact decimal, None when it has too many digits for a cell."""
    shifted = value * scale
    return Decimal(shifted.numerator) / scale if shifted.denominator == 1 else None


def precision(divisions: Iterable[Division], tiers: Sequence[Division]) -> Cell | None:
    """Whether every sum of weights is one that doubles divide by exactly; None of no weights."""
    parts: list[Formula] = [(by.whole, f"/{by.limit}") for by in divisions]
    fits = all(by.whole.value <= by.limit for by in (*divisions, *tiers))
    if tiers:
        common = common_denominator([by.whole for by in tiers])
        parts.append((*common.formula, f"/{SHORT}"))
        fits = fits and common.value <= SHORT
    if not parts:
        return None
    formula = ("IF(MAX(", *joined(parts, ","), ")<=1,1,0)")
    return Cell("比例的位数在电子表格能精确计算的范围以内", int(fits), formula, scale=1)


def allocated(
    x: Cell | Input, by: Division, parts: Mapping[str, int], note: str = "", scale: int = 100
) -> dict[str, Cell]:
    """Largest remainder, ties to the first named, a negative amount mirrored: one cell a name."""
    way = _at_once if by.limit == SHORT else _by_digits
    shares = [way(x, name, weight, by.whole) for name, weight in by.weights.items()]
    return rounded(x, shares, parts, note, scale)


def _at_once(x: Cell | Input, name: str, weight: Input | Cell, whole: Cell) -> "Share":
    """A share by weights whose square a double holds."""
    size: Formula = ("ABS(", x, ")")
    over = ("MOD(", *size, ",", whole, ")")
    floor = ("INT(", *size, "/", whole, ")*", weight, "+INT(", *over, "*", weight, "/", whole, ")")
    return Share(
        name, floor, ("MOD(", *over, "*", weight, ",", whole, ")"), *_values(x, weight, whole)
    )


def _by_digits(x: Cell | Input, name: str, weight: Input | Cell, whole: Cell) -> "Share":
    """A share by finer weights: the remainder of the product is found three digits at a time.

    Each step keeps a residue between plus and minus half the whole, so that no product exceeds
    2**53; the whole fen then follow from a quotient that is right to far less than a half.
    """
    size: Formula = ("ABS(", x, ")")
    rest_of_size = abs(x.value) % whole.value
    over = Cell(f"{name}：不足一份的分", rest_of_size, ("MOD(", *size, ",", whole, ")"), scale=1)
    steps: list[Cell] = []
    for place in (9, 6, 3, 0):
        digits: Formula = ("INT(", weight, f"/{10**place})")
        value = weight.value // 10**place * over.value
        if steps:
            digits = ("(", *digits, "-1000*INT(", weight, f"/{10 ** (place + 3)}))")
            value = steps[-1].value * 1000 + weight.value // 10**place % 1000 * over.value
        before: Formula = (steps[-1], "*1000+") if steps else ()
        product: Formula = (*before, *digits, "*", over)
        times: Formula = ("INT((", *product, ")/", whole, "+0.5)")
        left = value - whole.value * ((2 * value + whole.value) // (2 * whole.value))
        formula: Formula = (*product, "-", whole, "*", *times)
        steps.append(Cell(f"{name}：余数，前 {12 - place} 位", left, formula, scale=1))
    rest: Formula = (steps[-1], "+IF(", steps[-1], "<0,", whole, ",0)")
    quotient: Formula = ("ROUND((", over, "*", weight, "-(", *rest, "))/", whole, ",0)")
    floor: Formula = ("INT(", *size, "/", whole, ")*", weight, "+", *quotient)
    return Share(name, floor, rest, *_values(x, weight, whole), (over, *steps))


def _values(x: Cell | Input, weight: Input | Cell, whole: Cell) -> tuple[int, int]:
    """Whole fen and remainder of a share."""
    return divmod(abs(x.value) * weight.value, whole.value) if whole.value else (0, 0)


@dataclass(frozen=True, slots=True)
class Share:
    """A party's exact share of a size: whole fen, and the remainder in parts of the same whole."""

    name: str
    floor: Formula
    rest: Formula
    floor_value: int
    rest_value: int
    helpers: tuple[Cell, ...] = ()


def rounded(
    x: Cell | Input,
    shares: Sequence[Share],
    parts: Mapping[str, int],
    note: str,
    scale: int = 100,
) -> dict[str, Cell]:
    """The fen left over go to the largest remainders, one each."""
    floors = [Cell(each.name, each.floor_value, each.floor, scale=1) for each in shares]
    rests = [Cell(each.name, each.rest_value, each.rest, scale=1) for each in shares]
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
            scale,
            helpers=(floors[place], rests[place], *each.helpers),
        )
    return cells


def _count(cells: Iterable[Cell], comparison: str, with_: Cell) -> Formula:
    return tuple(part for each in cells for part in ("+IF(", each, comparison, with_, ",1,0)"))


def pieces(x: Cell, uptos: Sequence[Input | None]) -> list[Cell]:
    """How much of an amount lies in each tier."""
    found: list[Cell] = []
    reached = 0
    for n, upto in enumerate(uptos):
        end = abs(x.value) if upto is None else min(abs(x.value), upto.value)
        before: Part = "0" if n == 0 else uptos[n - 1] or "0"
        size: Formula = ("ABS(", x, ")")
        top = size if upto is None else ("MIN(", *size, ",", upto, ")")
        formula = ("MAX(0,", *top, "-", before, ")")
        found.append(Cell(f"第 {n + 1} 档内金额", max(0, end - reached), formula))
        reached = max(reached, end)
    return found


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
    return Cell("各档比例的公分母", lcm(*(each.value for each in wholes)), formula, scale=1)
