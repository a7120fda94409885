"""Whether a right is being worked on: reports due and missed, silence, colours, extensions.

Reports fall due at the nominal start + k periods; each due date rolls on its own and has its
grace. A report meets the oldest open due date that it is not too early for. Silence counts from
the last substantive event (实质进展), else from the start. What falls into a frozen span (争议,
中止) does not count. Colours are flags, they never end a right: only a notice in the ledger does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from app.clock import Days, WorkCalendar, months
from app.first_talk.policies import Policy
from app.labels import LabelledEnum

_DAY = timedelta(days=1)
_MONTH = 31


class Colour(LabelledEnum):
    """The warning (预警) that a right shows."""

    GREEN = "green", "正常"
    YELLOW = "yellow", "预警黄"
    RED = "red", "预警红"


class ExtensionRefusal(LabelledEnum):
    """Why an extension (续期) cannot even be asked for."""

    TOO_LATE = "too_late", "申请过晚"
    NO_RECENT_PROGRESS = "no_recent_progress", "近期没有实质进展"
    EXTEND_MAX = "extend_max", "续期次数已满"


@dataclass(frozen=True)
class Filing:
    """A report as filed: a substantive event, or only a line of news."""

    on: date
    substantive: bool


@dataclass(frozen=True)
class Span:
    """Days on which the right stood frozen: from a day to before another."""

    start: date
    end: date

    def holds(self, day: date) -> bool:
        """Whether the day belongs to it."""
        return self.start <= day < self.end


@dataclass(frozen=True)
class ReportDue:
    """One due date: nominal, rolled, the last day of grace, and the day it was met."""

    nominal: date
    due: date
    grace: date
    met_on: date | None = None

    def missed_by(self, today: date) -> bool:
        """Whether its grace is over without a report."""
        return self.met_on is None and today > self.grace


@dataclass(frozen=True)
class Record:
    """What the holder of one right did, from its first active day on.

    Its dates were issued with the grant: by the calendar as it was known then. `opened_on`: its
    lead has become a project.
    """

    active_on: date
    filings: Sequence[Filing]
    frozen: Sequence[Span] = ()
    granted_at: datetime | None = None
    opened_on: date | None = None

    def last_event_on(self, today: date) -> date | None:
        """The day of the last substantive event."""
        return max((f.on for f in self.filings if f.substantive and f.on <= today), default=None)

    def silent_since(self, today: date) -> date:
        """The day that silence counts from, moved on by the days frozen since."""
        since = max(self.last_event_on(today) or self.active_on, self.active_on)
        still = (min(s.end, today) - max(s.start, since) for s in self.frozen)
        return since + sum((days for days in still if days > timedelta()), timedelta())


def report_dues(
    record: Record, through: date, policy: Policy, calendar: WorkCalendar
) -> list[ReportDue]:
    """The due dates up to `through`, each with the report that met it."""
    dues = []
    issued = calendar.issued_at(record.granted_at)
    for nominal in _nominals(record, through, policy):
        due = issued.roll(nominal)
        grace = issued.nth_workday(due, policy.report_grace_workdays)
        if not any(span.holds(due) or span.holds(grace) for span in record.frozen):
            dues.append(ReportDue(nominal, due, grace))
    return _met(dues, record.filings, timedelta(days=policy.early_report_days))


def next_report(
    record: Record, today: date, policy: Policy, calendar: WorkCalendar
) -> ReportDue | None:
    """The oldest report that is neither filed nor missed."""
    ahead = (policy.report_every_days or _MONTH) + policy.early_report_days
    dues = report_dues(record, today + timedelta(days=ahead), policy, calendar)
    return next((one for one in dues if one.met_on is None and one.grace >= today), None)


def _nominals(record: Record, through: date, policy: Policy) -> list[date]:
    """The nominal days of the reports, where a lead has a cycle of its own until it is opened."""
    start, opened, lead = record.active_on, record.opened_on, policy.report_lead_days
    if lead is None:
        return _cycle(start, through, policy)
    if opened is None:
        return _every(lead, start, through)
    as_lead = _every(lead, start, min(through, opened - _DAY))
    return [*as_lead, *_cycle(max(start, opened), through, policy)]


def _cycle(start: date, through: date, policy: Policy) -> list[date]:
    """Every so many days, or on days of the month."""
    if policy.report_every_days is not None:
        return _every(policy.report_every_days, start, through)
    after = (start + timedelta(days=n) for n in range(1, (through - start).days + 1))
    return [day for day in after if day.day in policy.report_month_days]


def _every(days: int, start: date, through: date) -> list[date]:
    return [start + timedelta(days=n) for n in range(days, (through - start).days + 1, days)]


def _met(dues: list[ReportDue], filings: Sequence[Filing], early: timedelta) -> list[ReportDue]:
    for filing in sorted(filings, key=lambda filing: filing.on):
        for place, row in enumerate(dues):
            if row.met_on is None and row.due - early <= filing.on <= row.grace:
                dues[place] = replace(row, met_on=filing.on)
                break
    return dues


def missed_in_a_row(dues: Sequence[ReportDue], today: date) -> list[ReportDue]:
    """The reports missed since the last one that was met; empty when none is open."""
    row: list[ReportDue] = []
    for due in dues:
        if due.met_on is not None and due.met_on <= today:
            row = []
        elif due.missed_by(today):
            row.append(due)
    return row


def red_by_reports_from(
    record: Record, today: date, policy: Policy, calendar: WorkCalendar
) -> date | None:
    """The first red day by missed reports as things stand today, if it is red."""
    if policy.missed_reports_red is None:
        return None
    through = today + timedelta(days=policy.early_report_days)
    missed = missed_in_a_row(report_dues(record, through, policy, calendar), today)
    if len(missed) < policy.missed_reports_red:
        return None
    return missed[policy.missed_reports_red - 1].grace + _DAY


@dataclass(frozen=True)
class Silence:
    """The first days of what silence brings; they do not roll. None: the policy has no such."""

    explain_from: date | None
    yellow_from: date | None
    red_from: date | None
    drop_from: date | None


def silence(record: Record, today: date, policy: Policy) -> Silence:
    """When a reason is asked for, when it turns yellow and red, when it leaves the 在谈 base."""
    since = record.silent_since(today)
    explain = policy.stale_explain_days
    return Silence(
        None if explain is None else since + timedelta(days=explain) + _DAY,
        _month_after(since, policy.stale_yellow_months),
        _month_after(since, policy.stale_red_months),
        _month_after(since, policy.drop_months),
    )


def first_kept(today: date, n: int) -> date:
    """The first day since which silence is not longer than n months today (超过 n 个月)."""
    day = months(today, -n)
    return day if months(day, n) >= today else day + _DAY


def _month_after(since: date, n: int | None) -> date | None:
    return None if n is None else months(since, n) + _DAY


def colour(record: Record, today: date, policy: Policy, calendar: WorkCalendar) -> Colour:
    """Green, yellow or red as of today."""
    quiet = silence(record, today, policy)
    if _reached(quiet.red_from, today) or red_by_reports_from(record, today, policy, calendar):
        return Colour.RED
    return Colour.YELLOW if _reached(quiet.yellow_from, today) else Colour.GREEN


def _reached(day: date | None, today: date) -> bool:
    return day is not None and today >= day


def extension_refusal(
    effective_end: date,
    extensions: int,
    last_event_on: date | None,
    today: date,
    *,
    policy: Policy,
    calendar: Days,
) -> ExtensionRefusal | None:
    """Why an extension cannot be asked for today; None when the registrar may decide on it."""
    if today > calendar.nth_workday(effective_end, -policy.extend_before_workdays):
        return ExtensionRefusal.TOO_LATE
    if policy.stale_explain_days is not None:
        oldest = today - timedelta(days=policy.stale_explain_days)
        if last_event_on is None or last_event_on < oldest:
            return ExtensionRefusal.NO_RECENT_PROGRESS
    if extensions >= policy.extend_max:
        return ExtensionRefusal.EXTEND_MAX
    return None
