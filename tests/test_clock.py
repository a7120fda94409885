"""Working days, rolling, months and instants, on the calendar of 2026."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from app.clock import SHANGHAI, WorkCalendar, day_of, load_calendar, months, until

SEEDS = Path(__file__).parents[1] / "seeds" / "calendar"


@pytest.fixture(scope="module")
def calendar() -> WorkCalendar:
    return load_calendar(SEEDS)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("2026-09-28", 3, "2026-10-08"),  # 国庆 in between
        ("2026-09-28", 5, "2026-10-10"),  # a working Saturday
        ("2026-02-12", 2, "2026-02-14"),
        ("2026-02-12", 3, "2026-02-24"),
        ("2026-06-08", -10, "2026-05-25"),  # backward, the end itself not counted
        ("2026-05-10", -1, "2026-05-09"),
    ],
)
def test_the_nth_working_day_skips_holidays_and_counts_working_weekends(
    calendar: WorkCalendar, start: str, n: int, expected: str
) -> None:
    assert calendar.nth_workday(day(start), n) == day(expected)


@pytest.mark.parametrize(
    ("given", "expected"),
    [("2026-10-01", "2026-10-08"), ("2026-10-10", "2026-10-10"), ("2026-06-07", "2026-06-08")],
)
def test_a_day_off_rolls_to_the_next_working_day_and_a_working_day_stands(
    calendar: WorkCalendar, given: str, expected: str
) -> None:
    assert calendar.roll(day(given)) == day(expected)


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-11-15", 2, "2027-01-15"),
        ("2025-12-31", 12, "2026-12-31"),
    ],
)
def test_months_end_on_the_same_day_number_or_on_the_months_last_day(
    start: str, n: int, expected: str
) -> None:
    assert months(day(start), n) == day(expected)


def test_a_deadline_ends_at_midnight_in_shanghai_or_at_the_cutoff() -> None:
    assert until(day("2026-10-08")) == datetime(2026, 10, 8, 16, tzinfo=UTC)
    assert until(day("2026-10-08"), time(18)) == datetime(2026, 10, 8, 10, tzinfo=UTC)
    assert until(day("2026-12-31")).isoformat() == "2027-01-01T00:00:00+08:00"


def test_an_instant_belongs_to_its_day_in_shanghai() -> None:
    assert day_of(datetime(2026, 3, 1, 16, tzinfo=UTC)) == day("2026-03-02")
    assert day_of(datetime(2026, 3, 1, 23, 59, tzinfo=SHANGHAI)) == day("2026-03-01")


def test_a_year_without_a_notice_is_provisional_but_keeps_the_days_by_law(
    calendar: WorkCalendar,
) -> None:
    assert not calendar.is_provisional(day("2026-12-31"))
    assert calendar.is_provisional(day("2027-01-04"))
    assert not calendar.is_workday(day("2027-10-01"))


def test_a_year_nobody_wrote_down_comes_from_the_published_notices() -> None:
    empty = WorkCalendar(frozenset(), frozenset(), frozenset())
    assert not empty.is_workday(day("2019-10-04"))
    assert empty.is_workday(day("2019-10-12"))
    assert not empty.is_provisional(day("2019-10-12"))
    assert empty.is_provisional(day("2031-05-05"))


def test_days_given_for_a_year_replace_that_year_only(calendar: WorkCalendar) -> None:
    changed = calendar.with_days(off=[day("2026-07-15")], working_weekends=[])
    assert not changed.is_workday(day("2026-07-15"))
    assert changed.is_workday(day("2026-10-01"))
    assert not changed.is_workday(day("2025-10-01"))


def test_dates_beyond_the_known_calendars_are_refused(calendar: WorkCalendar) -> None:
    with pytest.raises(OverflowError):
        calendar.roll(day("2101-01-01"))
    with pytest.raises(OverflowError):
        months(day("9999-12-01"), 1)
