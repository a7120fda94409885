"""Dated values: which one is in force on a day.

A table of dated rows has no end dates; the next row is the end, and it may say that the thing has
ended. `Schedule.starting` derives the periods; where the ends are written (`rates` of a case
file), `Schedule` takes the periods as they are. Both days of a period are inside.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Period(Generic[T]):
    """A value from its first to its last day, both inside; no last day = no end."""

    first: date
    last: date | None
    value: T


@dataclass(frozen=True, slots=True)
class Schedule(Generic[T]):
    """Periods in order of their first days, none overlapping another."""

    periods: tuple[Period[T], ...]

    def __post_init__(self) -> None:
        """Refuse an overlap: on no day may two values be in force."""
        if overlap_of(self.periods) is not None:
            raise ValueError("periods overlap or are out of order")

    @classmethod
    def starting(cls, rows: Iterable[tuple[date, T | None]]) -> "Schedule[T]":
        """From (first day, value) rows; None says that nothing is in force from that day on."""
        ordered = sorted(rows, key=lambda row: row[0])
        ends = [first - timedelta(days=1) for first, _ in ordered[1:]]
        return cls(
            tuple(
                Period(first, last, value)
                for (first, value), last in zip(ordered, [*ends, None], strict=True)
                if value is not None
            )
        )

    def on(self, day: date) -> T | None:
        """The value in force on a day, None when there is none."""
        place = bisect_right(self.periods, day, key=lambda period: period.first)
        if place == 0:
            return None
        period = self.periods[place - 1]
        return period.value if period.last is None or day <= period.last else None


def overlap_of(periods: tuple[Period[T], ...]) -> int | None:
    """The place of the first period that begins before the one before it has ended."""
    for place in range(1, len(periods)):
        last = periods[place - 1].last
        if last is None or periods[place].first <= last:
            return place
    return None
