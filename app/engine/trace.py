"""The working of a run: lines that a finance officer redoes by hand and a program checks.

`Working` takes down one slice: its lines, where each party's share comes from (`origin`), and
warnings. `leave_out` takes nothing down, for grids. In a line, `*` is the money still to be given
out: what goes to it is what is left after the line. Source: scheme v1, C2.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.engine import sentences
from app.engine.reading import child_pointer
from app.engine.sheet import Recorder, Sheet
from app.engine.terms import (
    Baseline,
    Cap,
    Clause,
    Deduction,
    Guarantee,
    Recovery,
    Reserve,
    Scheme,
    Weights,
)
from app.money import Money

POOL = "*"


class Op(StrEnum):
    """The operations a line may show."""

    ADD = "add"
    MAX0 = "max0"
    KEEP = "keep"
    TAKE = "take"
    ALLOCATE = "allocate"
    TOPUP = "topup"
    OVERFLOW = "overflow"


@dataclass(frozen=True, slots=True)
class Line:
    """One step: fen and (name, weight) pairs in, (name, fen) pairs out, and the sentence."""

    at: str
    op: Op
    inputs: tuple[int | tuple[str, str] | None, ...]
    out: tuple[tuple[str, int], ...]
    text: str

    def as_document(self) -> dict[str, object]:
        """The line as C2 prints it."""
        return {
            "at": self.at,
            "op": self.op.value,
            "in": [
                Money(each).yuan if isinstance(each, int) else list(each) if each else None
                for each in self.inputs
            ],
            "out": [[name, Money(fen).yuan] for name, fen in self.out],
            "text": self.text,
        }


class Working:
    """Takes down the working of one slice."""

    def __init__(self, scheme: Scheme, facts_at: str) -> None:
        """Begin with nothing; `facts_at` is the pointer of the amounts."""
        self.scheme = scheme
        self.facts_at = facts_at
        self.lines: list[Line] = []
        self.origin: dict[str, dict[str, int]] = {party: {} for party in scheme.parties}
        self.warnings: list[tuple[str, str]] = []

    def warn(self, code: str, message: str) -> None:
        """Keep a warning."""
        self.warnings.append((code, message))

    def _line(
        self,
        at: str,
        op: Op,
        inputs: Iterable[int | tuple[str, str] | None],
        out: Iterable[tuple[str, int]],
        text: str,
    ) -> None:
        self.lines.append(Line(at, op, tuple(inputs), tuple(out), text))

    def _move(self, term: str, party: str, fen: int) -> None:
        """Note where a part of a share comes from."""
        if fen:
            own = self.origin[party]
            own[term] = own.get(term, 0) + fen

    def add(self, sheet: Sheet, carried: int) -> None:
        """The base line: the amounts of the slice and what was carried."""
        amounts = [*sheet.slice.amounts, *([carried] if carried else [])]
        x = sheet.slice.base + carried
        self._line(self._base_at(sheet), Op.ADD, amounts, [(POOL, x)], sentences.base(sheet, x))

    def _base_at(self, sheet: Sheet) -> str:
        keyed = self.facts_at.endswith(("/annual", "/collected"))
        return f"{self.facts_at}/{sheet.slice.fiscal_year:04d}" if keyed else self.facts_at

    def after(self, sheet: Sheet, party: str, at: str) -> None:
        """A slice that is not live."""
        base = sheet.slice.base
        self._move("after", party, base)
        text = sentences.after(sheet, party)
        self._line(at, Op.ADD, sheet.slice.amounts, [(party, base)], text)

    def negative(self, sheet: Sheet, x: int, carried: bool) -> None:
        """Carried: nothing is left to give out. Shared: it flows on, nothing moves."""
        at = f"{self.scheme.at}/negative"
        if carried:
            self._line(at, Op.MAX0, [x], [(POOL, 0)], sentences.carried(x))
        else:
            self._line(at, Op.ADD, [], [], sentences.shared_negative(x))

    def keep(self, baseline: Baseline, x: int, increment: int) -> None:
        """存量 and increment."""
        kept = x - increment
        self._move("baseline", baseline.owner, kept)
        out = [(baseline.owner, kept), (POOL, increment)] if kept else []
        text = sentences.kept(baseline, x, increment)
        self._line(baseline.clause.at, Op.KEEP, [x, baseline.amount], out, text)

    def stock(self, clause: Clause, party: str, collected: int | None, kept: int) -> None:
        """One territory's 存量."""
        self._move("baseline", party, kept)
        at = child_pointer(f"{clause.at}/amounts", party)
        if collected is None:
            self._line(at, Op.ADD, [kept], [(party, kept)], sentences.pooled_stock(party, kept))
        else:
            stock = dict(self._stocks()).get(party, 0)
            out = [(party, kept), (POOL, collected - kept)] if kept else []
            text = sentences.own_stock(party, stock, collected, kept)
            self._line(at, Op.KEEP, [collected, stock], out, text)

    def _stocks(self) -> tuple[tuple[str, int], ...]:
        baseline = self.scheme.baseline
        return () if baseline is None or isinstance(baseline, Baseline) else baseline.amounts

    def pool(self, clause: Clause, amounts: list[int], x: int) -> None:
        """The increments together."""
        self._line(clause.at, Op.ADD, amounts, [(POOL, x)], sentences.increment(amounts, x))

    def deduct(self, item: Deduction, due: int, x: int, used: int) -> None:
        """兑现."""
        self._take(item.clause, item.to, (due, x, used), sentences.deducted(item, due, x, used))

    def recover(self, item: Recovery, due: int, x: int, used: int) -> None:
        """Recovery."""
        text = sentences.recovered(item, due, x, used)
        self._take(item.clause, item.party, (due, x, used), text)

    def _take(self, clause: Clause, party: str, taken: tuple[int, int, int], text: str) -> None:
        due, x, used = taken
        self._move(clause.term, party, used)
        out = [(party, used), (POOL, x - used)] if used else []
        self._line(clause.at, Op.TAKE, [due, x], out, text)

    def reserve(self, item: Reserve, live: bool, x: int, part: int) -> None:
        """Fund and rest."""
        self._move(item.clause.term, item.to, part)
        percent = item.percent if live else Fraction(0)
        weights = [
            (item.to, sentences.ratio_text(percent)),
            (POOL, sentences.ratio_text(100 - percent)),
        ]
        out = [(item.to, part), (POOL, x - part)] if part else []
        text = sentences.reserved(item, live, x, part)
        self._line(item.clause.at, Op.ALLOCATE, [x, *weights], out, text)

    def divide(self, clause: Clause, weights: Weights, x: int, parts: dict[str, int]) -> None:
        """The ladder step in force."""
        for party, part in parts.items():
            self._move(clause.term, party, part)
        out = [(name, parts.get(name, 0)) for name, _ in weights.written] if x else []
        text = sentences.divided(weights, x, parts)
        self._line(clause.at, Op.ALLOCATE, [x, *weights.written], out, text)

    def tiers(
        self, clause: Clause, x: int, exact: dict[str, tuple[int, int]], parts: dict[str, int]
    ) -> None:
        """The tiers as one."""
        for party, part in parts.items():
            self._move(clause.term, party, part)
        weights = [
            (party, str(Fraction(share, common * 100))) for party, (share, common) in exact.items()
        ]
        out = list(parts.items()) if x else []
        text = sentences.tiered(weights, x, parts)
        self._line(clause.at, Op.ALLOCATE, [x, *weights], out, text)

    def top_up(
        self, item: Guarantee, room: int | None, share: int, limit: int | None, paid: int | None
    ) -> None:
        """A floor, with the cap and the lack of money that decided it."""
        if paid is None:
            text = sentences.floor_not_yet(item)
            self._line(item.clause.at, Op.TOPUP, [0, share, 0], [], text)
            return
        target = item.per_year if room is None else min(item.per_year, room)
        self._move(item.clause.term, item.party, paid)
        self._move(item.clause.term, item.payer, -paid)
        moved = {item.party: paid, item.payer: -paid} if paid else {}
        text = sentences.topped_up(item, target, share, paid)
        self._line(item.clause.at, Op.TOPUP, [target, share, limit], self._ordered(moved), text)
        if share < item.per_year and target < item.per_year:
            self.warn("cap_beats_floor", sentences.cap_beats_floor(item, target))
        if paid < target - share:
            self.warn("floor_not_met", sentences.floor_not_met(item, target - share - paid))

    def overflow(self, item: Cap, counted: int, room: int, over: int) -> None:
        """A cap."""
        self._move(item.clause.term, item.party, -over)
        self._move(item.clause.term, item.overflow, over)
        moved = {item.party: -over, item.overflow: over} if over else {}
        text = sentences.capped(item, counted, room, over)
        self._line(item.clause.at, Op.OVERFLOW, [counted, room], self._ordered(moved), text)

    def _ordered(self, moved: dict[str, int]) -> list[tuple[str, int]]:
        """Movements in the order of the parties."""
        return [(party, moved[party]) for party in self.scheme.parties if party in moved]


class _LeftOut:
    """Takes nothing down."""

    def _nothing(self, *_: object) -> None:
        pass

    add = after = negative = keep = stock = pool = deduct = recover = _nothing
    reserve = divide = tiers = top_up = overflow = warn = _nothing


_LEFT_OUT: Recorder = _LeftOut()


def leave_out(_scheme: Scheme, _facts_at: str) -> Recorder:
    """The recorder of grid cells: the figures only."""
    return _LEFT_OUT
