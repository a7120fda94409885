"""The only reader of the clock, and the calendar arithmetic of deadlines (Asia/Shanghai).

Below the faces time is an argument: `create_app(settings, clock)` gets a `Clock`, each request
reads it once. Days are days in Shanghai; instants are aware and stored in UTC.

Every deadline is made of four functions, by analogy with 民法典 §201–203: `nth_workday` and `roll`
need a `WorkCalendar`, `months` and `until` do not. The day of the event never counts, so
`start + n` days and the n-th working day *after* the start are the last days.
"""

import tomllib
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from holidays.countries.china import China, ChinaStaticHolidays

SHANGHAI = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]

# The lunar tables of `holidays` end with this year.
LAST_YEAR = 2100


def system_clock() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def day_of(instant: datetime) -> date:
    """The calendar day in Shanghai on which an instant falls."""
    return instant.astimezone(SHANGHAI).date()


def months(start: date, n: int) -> date:
    """The day n months after `start`: same day number, else that month's last day (§202)."""
    year, month = divmod(start.year * 12 + start.month - 1 + n, 12)
    if year > MAXYEAR:
        raise OverflowError("date value out of range")
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def until(last_day: date, cutoff: time | None = None) -> datetime:
    """The first instant after a deadline: 00:00 of the next day, or the cutoff on the day."""
    if cutoff is not None:
        return datetime.combine(last_day, cutoff, SHANGHAI)
    return datetime.combine(last_day + timedelta(days=1), time.min, SHANGHAI)


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked: weekdays not off, and working weekends (调休).

    A year with no day given is taken from `holidays` with its observed days. `published_years`
    are those with a notice of the State Council (国务院通知已发布); a date in any other year is
    provisional (待节假日安排公布), except where `holidays` knows the notice.

    `former` is what it was before each correction, the oldest first, each with the instant until
    which it was known so.
    """

    off: frozenset[date]
    working_weekends: frozenset[date]
    published_years: frozenset[int]
    former: "tuple[tuple[datetime, WorkCalendar], ...]" = ()

    def is_workday(self, day: date) -> bool:
        """Whether people work on this day; OverflowError after the year 2100."""
        calendar = self if day.year in self._given_years else _from_notices(day.year)
        if day in calendar.working_weekends:
            return True
        return day.isoweekday() <= 5 and day not in calendar.off

    def is_provisional(self, day: date) -> bool:
        """Whether the day falls in a year whose holidays are not published yet."""
        if day.year in self._given_years:
            return day.year not in self.published_years
        return day.year not in ChinaStaticHolidays.special_public_holidays

    def nth_workday(self, start: date, n: int) -> date:
        """The n-th working day after `start`; before it when n is negative."""
        step = timedelta(days=1 if n > 0 else -1)
        day, left = start, abs(n)
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    def roll(self, day: date) -> date:
        """The day itself when worked, else the next working day (§203)."""
        return day if self.is_workday(day) else self.nth_workday(day, 1)

    def known_at(self, at: datetime) -> "WorkCalendar":
        """The calendar as it was known at an instant: what was counted then stays so."""
        return next((former for until, former in self.former if at < until), self)

    def issued_at(self, at: datetime | None) -> "IssuedCalendar":
        """What dates go by that were issued at an instant; None: at no other than now."""
        if at is None or not self.former:
            return IssuedCalendar(self, self)
        known = fixed = self.known_at(at)
        since = [calendar for until, calendar in self.former if until > at]
        for later in (*since, self):
            for year in later.published_years - fixed.published_years:
                fixed = fixed._with_year_of(later, year)
        return IssuedCalendar(known, fixed)

    def _with_year_of(self, other: "WorkCalendar", year: int) -> "WorkCalendar":
        def mixed(own: frozenset[date], others: frozenset[date]) -> frozenset[date]:
            kept = {day for day in own if day.year != year}
            return frozenset(kept | {day for day in others if day.year == year})

        return WorkCalendar(
            mixed(self.off, other.off),
            mixed(self.working_weekends, other.working_weekends),
            self.published_years | {year},
        )

    def with_days(self, off: Iterable[date], working_weekends: Iterable[date]) -> "WorkCalendar":
        """This calendar with every year that the given days name replaced by them, as published."""
        off, working_weekends = frozenset(off), frozenset(working_weekends)
        named = {day.year for day in off | working_weekends}
        return WorkCalendar(
            off | {day for day in self.off if day.year not in named},
            working_weekends | {day for day in self.working_weekends if day.year not in named},
            self.published_years | named,
        )

    @cached_property
    def _given_years(self) -> frozenset[int]:
        return self.published_years | {day.year for day in self.off}


class Days(Protocol):
    """What deadlines for people are counted by."""

    def nth_workday(self, start: date, n: int) -> date:
        """The n-th working day after `start`; before it when n is negative."""

    def roll(self, day: date) -> date:
        """The day itself when worked, else the next working day."""


@dataclass(frozen=True)
class IssuedCalendar:
    """The calendar of dates that are issued: a correction of it never moves them.

    `fixed` has the years that were not published yet as they came to be published first; a date
    is then the later of the two, never an earlier one.
    """

    known: WorkCalendar
    fixed: WorkCalendar

    def nth_workday(self, start: date, n: int) -> date:
        """The n-th working day after `start`; before it when n is negative."""
        return max(self.known.nth_workday(start, n), self.fixed.nth_workday(start, n))

    def roll(self, day: date) -> date:
        """The day itself when worked, else the next working day."""
        return max(self.known.roll(day), self.fixed.roll(day))


@cache
def _from_notices(year: int) -> WorkCalendar:
    """One year as `holidays` knows it: the notice where there is one, else the days by law."""
    if year > LAST_YEAR:
        raise OverflowError(f"no holidays are known after {LAST_YEAR}")
    known = China(years=year)  # type: ignore[no-untyped-call]  # holidays leaves it unannotated
    return WorkCalendar(
        off=frozenset(known),
        working_weekends=frozenset(day for day in known.weekend_workdays if day.year == year),
        published_years=frozenset({year}),
    )


def load_calendar(folder: Path) -> WorkCalendar:
    """The calendar of the years written down in `folder`, one `2026.toml` each.

    `off` and `working_weekends` are lists of days; `notice` says whether the State Council has
    published the year (国务院通知已发布) or only the days by law are known (仅法定).
    """
    off: set[date] = set()
    working_weekends: set[date] = set()
    published: set[int] = set()
    for path in sorted(folder.glob("*.toml")):
        with path.open("rb") as file:
            content = tomllib.load(file)
        off.update(content["off"])
        working_weekends.update(content["working_weekends"])
        if content["notice"] == "国务院通知已发布":
            published.add(content["year"])
    return WorkCalendar(frozenset(off), frozenset(working_weekends), frozenset(published))
