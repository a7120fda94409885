"""Contract years (合同年度): which one a receipt belongs to, and the slices that are settled.

A slice is a pair (fiscal year, contract year); all money of one slice is added first. Source:
scheme v1, A4, A7 and B7.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.engine.facts import Entry, Facts
from app.engine.terms import Calendar, Rule, Trigger

TRIGGER_EVENTS = {
    Trigger.PRODUCTION: ("投产",),
    Trigger.CONSTRUCTION: ("开工",),
    Trigger.FULL_PRODUCTION: ("达产", "登记"),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """Counts from a fiscal year or from a day; from neither while the start is not known."""

    first_fiscal_year: int | None = None
    start: date | None = None

    @property
    def started(self) -> bool:
        """Whether there is anything to count from."""
        return self.first_fiscal_year is not None or self.start is not None

    @property
    def first_year(self) -> int | None:
        """The fiscal year in which contract year 1 begins."""
        return self.start.year if self.start else self.first_fiscal_year

    def of_day(self, year: int, month: int, day: int) -> int:
        """By anniversaries: the day itself opens the new year."""
        if self.start is None:
            return 0
        before = (month, day) < (self.start.month, self.start.day)
        return year - self.start.year + 1 - before

    def of_year(self, fiscal_year: int) -> int:
        """By whole fiscal years; 0 while the start is not known."""
        if self.first_fiscal_year is None:
            return 0
        return fiscal_year - self.first_fiscal_year + 1

    def of(self, entry: Entry) -> int:
        """The contract year of one entry, 0 or less before the start."""
        if self.start is not None and entry.on is not None:
            return self.of_day(entry.on.year, entry.on.month, entry.on.day)
        return self.of_year(entry.fiscal_year)

    def within(self, fiscal_year: int) -> tuple[int, ...]:
        """The contract years that a fiscal year touches."""
        if self.start is None:
            return (self.of_year(fiscal_year),)
        opening, closing = self.of_day(fiscal_year, 1, 1), self.of_day(fiscal_year, 12, 31)
        return (opening,) if opening == closing else (opening, closing)


@dataclass(frozen=True, slots=True)
class Slice:
    """The money of one (fiscal year, contract year): its entries and their sum, in fen."""

    fiscal_year: int
    contract_year: int
    base: int
    amounts: tuple[int, ...]


def missing_events(calendar: Calendar, facts: Facts) -> tuple[str, ...]:
    """The events that the start waits for and the facts lack."""
    if calendar.trigger is Trigger.FIRST_TAX:
        return () if facts.first_tax else ("首笔税收入库",)
    needed = TRIGGER_EVENTS.get(calendar.trigger, ())
    return tuple(event for event in needed if event not in facts.events)


def clock_of(calendar: Calendar, facts: Facts) -> Clock:
    """The clock of a calendar, its trigger resolved by the facts.

    `recovered` has no day in the facts: `recovery.py` finds its year by computing.
    """
    if calendar.trigger is Trigger.RECOVERED or missing_events(calendar, facts):
        return Clock()
    if calendar.trigger is Trigger.DATE:
        start = calendar.start
        first = calendar.fiscal_year_one
        if calendar.rule is Rule.FISCAL_YEAR and first is None:
            first = min((entry.fiscal_year for entry in facts.entries), default=None)
        return Clock(first, start)
    needed = TRIGGER_EVENTS.get(calendar.trigger, ())
    days = [facts.events[event] for event in needed]
    if calendar.trigger is Trigger.FIRST_TAX and facts.first_tax is not None:
        days = [facts.first_tax]
    start = max(days)
    return Clock(None, start) if calendar.rule is Rule.ENTRY_DATE else Clock(start.year)


def slices_of(entries: Iterable[Entry], clock: Clock) -> tuple[Slice, ...]:
    """All slices in ascending (fiscal year, contract year)."""
    amounts: dict[tuple[int, int], list[int]] = {}
    for entry in entries:
        amounts.setdefault((entry.fiscal_year, clock.of(entry)), []).append(entry.fen)
    return tuple(Slice(*years, sum(fen), tuple(fen)) for years, fen in sorted(amounts.items()))


def year_keys(slices: Iterable[Slice]) -> list[str]:
    """The result keys: `2027`, or `2027/y5` where a fiscal year has several slices."""
    listed = list(slices)
    years = [each.fiscal_year for each in listed]
    return [
        f"{each.fiscal_year:04d}"
        if years.count(each.fiscal_year) == 1
        else f"{each.fiscal_year:04d}/y{each.contract_year}"
        for each in listed
    ]
