"""The two things a run works on: the sheet of one slice, and the memory between slices.

Both are written by the stages and by nothing else, and are read-only once the run is over. They
are the only mutable values of the engine: making new ones at every stage cost more than the
arithmetic itself in the what-if grid.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from app.engine.contract_years import Slice
from app.engine.facts import Opening
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
from app.labels import LabelledEnum


class Outside(LabelledEnum):
    """Why a slice is not live."""

    BEFORE = "before", "早于起算"
    AFTER = "after", "分享期已满"
    WAITING = "waiting", "尚未起算"
    INELIGIBLE = "ineligible", "不符合准入条件"


class Recorder(Protocol):
    """Takes down the working of one slice; one method per operation of C2."""

    def add(self, sheet: "Sheet", carried: int) -> None:
        """The base line."""

    def after(self, sheet: "Sheet", party: str, at: str) -> None:
        """The whole of a slice that is not live."""

    def negative(self, sheet: "Sheet", x: int, carried: bool) -> None:
        """A negative amount, carried or shared."""

    def keep(self, baseline: Baseline, x: int, increment: int) -> None:
        """存量 kept by its owner."""

    def stock(self, clause: Clause, party: str, collected: int | None, kept: int) -> None:
        """存量 kept by one territory; `collected` None when pooled."""

    def pool(self, clause: Clause, amounts: list[int], x: int) -> None:
        """The increments of all territories together."""

    def deduct(self, item: Deduction, due: int, x: int, used: int) -> None:
        """兑现 taken."""

    def recover(self, item: Recovery, due: int, x: int, used: int) -> None:
        """投入 recovered."""

    def reserve(self, item: Reserve, live: bool, x: int, part: int) -> None:
        """A percent to the fund."""

    def divide(self, clause: Clause, weights: Weights, x: int, parts: dict[str, int]) -> None:
        """The split by the ladder."""

    def tiers(
        self, clause: Clause, x: int, exact: dict[str, tuple[int, int]], parts: dict[str, int]
    ) -> None:
        """The split by marginal tiers, with the exact shares as (numerator, denominator) fen."""

    def top_up(
        self, item: Guarantee, room: int | None, share: int, limit: int | None, paid: int | None
    ) -> None:
        """A floor; `paid` None before its first year."""

    def overflow(self, item: Cap, counted: int, room: int, over: int) -> None:
        """A cap."""

    def warn(self, code: str, message: str) -> None:
        """Something the reader should know."""


@dataclass(slots=True)
class Sheet:
    """One slice being worked out, all amounts in fen."""

    slice: Slice
    shares: dict[str, int]
    record: Recorder
    collected: Mapping[str, int] | None = None
    undivided: int = 0
    outside: Outside | None = None
    recovering: bool = False
    extended: bool = False
    carried_in: int = 0
    carried_out: int = 0
    kept: int = 0
    due: list[int] = field(default_factory=list)
    deducted: list[int] = field(default_factory=list)
    unabsorbed: list[int] = field(default_factory=list)
    recovered: list[int] = field(default_factory=list)
    reserved: int = 0
    split_base: int = 0
    divided: dict[str, int] = field(default_factory=dict)
    topup: int = 0
    overflowed: list[int] = field(default_factory=list)
    room_left: list[int] = field(default_factory=list)
    room_for_extension: bool = False

    @property
    def closed(self) -> bool:
        """Whether the slice is not live: no term of the scheme applies to it."""
        return self.outside is not None


@dataclass(slots=True)
class Memory:
    """What goes on from slice to slice: balances in the order of the scheme's items, in fen."""

    carried: int
    pending: list[int]
    balances: list[int]
    rooms: list[int | None]
    annual_rooms: list[int | None]
    fiscal_year: int | None = None
    ended: bool = False

    @classmethod
    def opening(cls, scheme: Scheme, opening: Opening | None) -> "Memory":
        """The balances at the start, replaced by those that `opening` names."""
        given = opening or Opening(0)
        return cls(
            given.carried,
            [given.deduct.get(item.name, 0) for item in scheme.deduct],
            [given.recover.get(item.party, item.amount) for item in scheme.recover],
            [
                given.cap.get(item.party, item.cumulative) if item.cumulative is not None else None
                for item in scheme.cap
            ],
            [item.annual for item in scheme.cap],
        )

    def open_fiscal_year(self, scheme: Scheme, fiscal_year: int) -> None:
        """In the first live slice of a fiscal year: 兑现 fall due, annual rooms are renewed."""
        if fiscal_year == self.fiscal_year:
            return
        self.fiscal_year = fiscal_year
        for place, item in enumerate(scheme.deduct):
            left = self.pending[place] if item.carry else 0
            self.pending[place] = left + item.due_in(fiscal_year)
        for place, cap in enumerate(scheme.cap):
            self.annual_rooms[place] = cap.annual

    def room(self, place: int) -> int:
        """What a cap still admits: the smaller of its rooms."""
        total, annual = self.rooms[place], self.annual_rooms[place]
        if total is None or (annual is not None and annual < total):
            return annual or 0
        return total

    def fill(self, place: int, counted: int) -> None:
        """Take what counted to a cap from its rooms; a negative amount gives room back."""
        total, annual = self.rooms[place], self.annual_rooms[place]
        if total is not None:
            self.rooms[place] = total - counted
        if annual is not None:
            self.annual_rooms[place] = annual - counted

    def has_room(self) -> bool:
        """Whether any cumulative cap has room left, the condition of the extension."""
        return any(room is not None and room > 0 for room in self.rooms)

    def lapse(self, scheme: Scheme) -> int:
        """End the term: what had not been absorbed lapses; its size in fen."""
        kept = [
            due if item.carry else 0 for item, due in zip(scheme.deduct, self.pending, strict=True)
        ]
        lost = sum(kept) + sum(self.balances) - self.carried
        self.carried = 0
        self.pending = [0] * len(self.pending)
        self.balances = [0] * len(self.balances)
        self.ended = True
        return lost
