"""The kinds of deadline (期限) that the first-talk rules know, and the dates of each.

A kind is a class: its fields are the parameters, its `dates` the days that follow from the day of
the event. All of it is made of the four functions of `app.clock`; `deadlines.py` reads these
classes from a file. The names of fields and results are the contract of the command `deadlines`.
"""

from dataclasses import Field, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Protocol

from app.clock import SHANGHAI, WorkCalendar, months, until

Result = dict[str, Any]

_DAY = timedelta(days=1)


class Kind(Protocol):
    """One kind of deadline, a dataclass with its parameters read."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def dates(self, calendar: WorkCalendar, start: date) -> Result:
        """The dates that follow from `start`."""


@dataclass(frozen=True)
class WorkingPeriod:
    """The n-th working day after the start."""

    n: int
    unit: str
    cutoff: time | None = None

    def dates(self, calendar: WorkCalendar, start: date) -> Result:
        last_day = calendar.nth_workday(start, self.n)
        return {"last_day": last_day, "until": until(last_day, self.cutoff)}


@dataclass(frozen=True)
class CalendarPeriod:
    """`start` + n days, rolled only if asked."""

    n: int
    unit: str
    roll: bool = False
    cutoff: time | None = None

    def dates(self, calendar: WorkCalendar, start: date) -> Result:
        nominal = start + timedelta(days=self.n)
        last_day = calendar.roll(nominal) if self.roll else nominal
        return {"nominal": nominal, "last_day": last_day, "until": until(last_day, self.cutoff)}


@dataclass(frozen=True)
class Length:
    """The two ends of a right (名义截止, 有效截止)."""

    days: int
    cutoff: time | None = None

    def dates(self, calendar: WorkCalendar, start: date) -> Result:
        nominal = start + timedelta(days=self.days)
        effective = calendar.roll(nominal)
        return {
            "nominal_end": nominal,
            "effective_end": effective,
            "until": until(effective, self.cutoff),
        }


@dataclass(frozen=True)
class Extension:
    """When an extension (续期) may be asked, and what it grants; `start` = first day active."""

    days: int
    extend: int
    extend_before: int
    stale_explain: int

    def dates(self, calendar: WorkCalendar, start: date) -> Result:
        nominal = start + timedelta(days=self.days)
        effective = calendar.roll(nominal)
        last_ask = calendar.nth_workday(effective, -self.extend_before)
        granted = nominal + timedelta(days=self.extend)
        return {
            "nominal_end": nominal,
            "effective_end": effective,
            "last_ask": last_ask,
            "too_late_from": last_ask + _DAY,
            "event_not_before": last_ask - timedelta(days=self.stale_explain),
            "granted_nominal": granted,
            "granted_effective": calendar.roll(granted),
        }


@dataclass(frozen=True)
class Stale:
    """When silence shows (预警); `start` = last substantive event. Colours do not roll."""

    explain: int
    yellow: int
    red: int
    drop: int

    def dates(self, calendar: WorkCalendar, start: date) -> Result:
        return {
            "explain_from": start + timedelta(days=self.explain) + _DAY,
            "yellow_from": months(start, self.yellow) + _DAY,
            "red_from": months(start, self.red) + _DAY,
            "drop_from": months(start, self.drop) + _DAY,
        }


@dataclass(frozen=True)
class StaleLapse:
    """A lapse (失效) by silence, the notice issued on the first red day."""

    red: int
    lapse_notice: int

    def dates(self, calendar: WorkCalendar, start: date) -> Result:
        red_from = months(start, self.red) + _DAY
        last_day = calendar.nth_workday(red_from, self.lapse_notice)
        return {
            "red_from": red_from,
            "last_day": last_day,
            "until": until(last_day),
            "pooled_on": last_day + _DAY,
        }


def _report(calendar: WorkCalendar, nominal: date, grace: int) -> Result:
    due = calendar.roll(nominal)
    return {"nominal": nominal, "due": due, "grace": calendar.nth_workday(due, grace)}


@dataclass(frozen=True)
class Report:
    """The first `count` reports: each due date rolls on its own, the next counts from nominal."""

    every: int
    grace: int
    count: int

    def dates(self, calendar: WorkCalendar, start: date) -> Result:
        nominals = (start + timedelta(days=self.every * k) for k in range(1, self.count + 1))
        return {"reports": [_report(calendar, nominal, self.grace) for nominal in nominals]}


@dataclass(frozen=True)
class MissedReports:
    """Red after two reports missed in a row, from number `first_missed` on, then the lapse."""

    every: int
    grace: int
    first_missed: int
    lapse_notice: int

    def dates(self, calendar: WorkCalendar, start: date) -> Result:
        nominal = start + timedelta(days=self.every * self.first_missed)
        first = _report(calendar, nominal, self.grace)
        second = _report(calendar, nominal + timedelta(days=self.every), self.grace)
        red_from = second["grace"] + _DAY
        return {
            "first_due": first["due"],
            "second_due": second["due"],
            "red_from": red_from,
            "last_day": calendar.nth_workday(red_from, self.lapse_notice),
        }


@dataclass(frozen=True)
class TransferStale:
    """When a receiver without progress may be passed over."""

    months: int

    def dates(self, calendar: WorkCalendar, start: date) -> Result:
        nominal = months(start, self.months)
        last_day = calendar.roll(nominal)
        return {"nominal": nominal, "last_day": last_day, "offer_again_from": last_day + _DAY}


@dataclass(frozen=True)
class WeeklySheet:
    """The weekly sheet (周报): its Friday, rolled, at ten; `start` = that Friday."""

    def dates(self, calendar: WorkCalendar, start: date) -> Result:
        return {"due": datetime.combine(calendar.roll(start), time(10), SHANGHAI)}


PERIODS = (
    "answer",
    "review",
    "notice",
    "objection",
    "fix",
    "negotiate",
    "decide",
    "appeal",
    "lapse_notice",
    "declare_to_pool",
    "accept",
    "hold_cap",
)
PERIOD_UNITS: dict[str, type[Kind]] = {"working": WorkingPeriod, "calendar": CalendarPeriod}
OTHER_KINDS: dict[str, type[Kind]] = {
    "length": Length,
    "extension": Extension,
    "stale": Stale,
    "stale_lapse": StaleLapse,
    "report": Report,
    "missed_reports": MissedReports,
    "transfer_stale": TransferStale,
    "weekly_sheet": WeeklySheet,
}
