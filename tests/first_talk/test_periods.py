"""What holds of every deadline, whatever the day and the number; and rights count by the same."""

from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.clock import SHANGHAI, day_of, months
from app.first_talk.periods import (
    OTHER_KINDS,
    PERIODS,
    CalendarPeriod,
    Extension,
    Length,
    MissedReports,
    Report,
    Stale,
    StaleLapse,
    TransferStale,
    WeeklySheet,
    WorkingPeriod,
)
from app.first_talk.policies import Amount
from app.first_talk.rights import Move, Standing, State
from tests.first_talk.policies import CALENDAR, LUZHOU, YI
from tests.first_talk.test_deadlines import WORKED

DAYS = st.dates(date(1990, 1, 1), date(2080, 12, 31))
NEAR = st.dates(date(2024, 1, 1), date(2027, 6, 30))
SOME = st.integers(1, 60)
DAY = timedelta(days=1)


def worked_between(start: date, end: date) -> int:
    """The working days after `start` up to `end`, counted one by one."""
    days = ((start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
    return sum(CALENDAR.roll(day) == day for day in days)


def test_every_kind_of_deadline_has_a_worked_case() -> None:
    assert {case["kind"] for case in WORKED["cases"]} == {*PERIODS, *OTHER_KINDS}


@given(DAYS, SOME, st.none() | st.times())
def test_the_last_day_of_a_working_period_is_worked_and_the_nth(
    start: date, n: int, cutoff: time | None
) -> None:
    found = WorkingPeriod(n, "working", cutoff).dates(CALENDAR, start)
    assert worked_between(start, found["last_day"]) == n
    assert CALENDAR.roll(found["last_day"]) == found["last_day"]
    ends = datetime.combine(found["last_day"], cutoff or time.min, SHANGHAI)
    assert found["until"] == (ends if cutoff else ends + DAY)


@given(DAYS, SOME)
def test_a_calendar_period_rolls_forward_past_days_off_alone(start: date, n: int) -> None:
    plain = CalendarPeriod(n, "calendar").dates(CALENDAR, start)
    rolled = CalendarPeriod(n, "calendar", roll=True).dates(CALENDAR, start)
    assert plain["last_day"] == plain["nominal"] == start + n * DAY
    assert worked_between(rolled["nominal"] - DAY, rolled["last_day"]) == 1


@given(DAYS, st.integers(1, 400), st.integers(1, 400))
def test_an_extension_counts_from_the_nominal_end_and_is_asked_in_time(
    start: date, days: int, more: int
) -> None:
    found = Extension(days, more, 10, 30).dates(CALENDAR, start)
    whole = Length(days + more).dates(CALENDAR, start)
    assert found["granted_nominal"] == whole["nominal_end"]
    assert found["granted_effective"] == whole["effective_end"]
    assert worked_between(found["last_ask"], found["effective_end"]) == 10
    assert found["too_late_from"] - found["last_ask"] == DAY


@given(DAYS, st.integers(1, 6), st.integers(0, 6), st.integers(0, 6))
def test_silence_turns_yellow_then_red_then_out_and_never_the_other_way(
    start: date, yellow: int, more: int, still: int
) -> None:
    found = Stale(30, yellow, yellow + more, yellow + more + still).dates(CALENDAR, start)
    assert found["yellow_from"] <= found["red_from"] <= found["drop_from"]
    lapse = StaleLapse(yellow + more, 5).dates(CALENDAR, start)
    assert lapse["red_from"] == found["red_from"]
    assert worked_between(lapse["red_from"], lapse["last_day"]) == 5
    assert day_of(lapse["until"]) == lapse["pooled_on"] == lapse["last_day"] + DAY


@given(DAYS, st.integers(7, 60), st.integers(1, 5), st.integers(2, 8))
def test_reports_count_from_the_nominal_day_and_two_missed_are_those_two(
    start: date, every: int, grace: int, count: int
) -> None:
    rows = Report(every, grace, count).dates(CALENDAR, start)["reports"]
    assert [row["nominal"] for row in rows] == [
        start + every * n * DAY for n in range(1, count + 1)
    ]
    assert all(row["due"] == CALENDAR.roll(row["nominal"]) for row in rows)
    assert all(worked_between(row["due"], row["grace"]) == grace for row in rows)
    missed = MissedReports(every, grace, count - 1, 5).dates(CALENDAR, start)
    assert (missed["first_due"], missed["second_due"]) == (rows[-2]["due"], rows[-1]["due"])
    assert missed["red_from"] == rows[-1]["grace"] + DAY


@given(DAYS, st.integers(1, 12))
def test_a_receiver_may_be_passed_over_the_day_after_its_rolled_month(start: date, n: int) -> None:
    found = TransferStale(n).dates(CALENDAR, start)
    assert found["nominal"] == months(start, n)
    assert found["last_day"] == CALENDAR.roll(found["nominal"])
    assert found["offer_again_from"] == found["last_day"] + DAY


@given(DAYS)
def test_a_weekly_sheet_is_due_at_ten_on_a_working_day(start: date) -> None:
    due = WeeklySheet().dates(CALENDAR, start)["due"]
    assert (due.time(), due.date()) == (time(10), CALENDAR.roll(start))


@given(NEAR, st.sampled_from([3, 5, 12]))
def test_a_right_has_the_dates_that_the_command_tells(start: date, yi: int) -> None:
    begun = Standing(right_id="A", state=State.DRAFT, policy=LUZHOU, amount=Amount(yi * YI))
    at = datetime.combine(start, time(9), SHANGHAI)
    hold = begun.after(Move.FILE, at, CALENDAR)
    for clock, n in ((hold.answer_until, 1), (hold.hold_cap_until, 15)):
        assert clock == WorkingPeriod(n, "working").dates(CALENDAR, start)["until"]
    review = WorkingPeriod(3 if yi < 5 else 5, "working").dates(CALENDAR, start)
    assert hold.review_until == review["until"]
    right = begun.after(Move.TAKE_OVER, at, CALENDAR)
    ends = Length(180 if yi >= 10 else 90).dates(CALENDAR, start)
    assert (right.nominal_end, right.effective_end) == (ends["nominal_end"], ends["effective_end"])
    assert right.ends_at == ends["until"]
