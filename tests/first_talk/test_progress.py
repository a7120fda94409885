"""Reports, silence, colours and the guards of an extension."""

from dataclasses import replace
from datetime import date

import pytest

from app.first_talk.progress import (
    Colour,
    Filing,
    Record,
    Span,
    colour,
    extension_refusal,
    first_kept,
    missed_in_a_row,
    red_by_reports_from,
    report_dues,
    silence,
)
from tests.first_talk.policies import CALENDAR, LUZHOU, on


def record(start: str, *filings: tuple[str, bool], frozen: tuple[Span, ...] = ()) -> Record:
    return Record(on(start), [Filing(on(day), event) for day, event in filings], frozen)


def a06(*left_out: str) -> Record:
    filed = [
        ("03-20", True),
        ("04-17", True),
        ("05-08", True),
        ("05-18", False),
    ]
    return record("03-09", *(filing for filing in filed if filing[0] not in left_out))


def shown(held: Record, today: date) -> Colour:
    return colour(held, today, LUZHOU, CALENDAR)


def test_each_report_rolls_on_its_own_and_the_next_counts_from_the_nominal_day() -> None:
    dues = report_dues(a06(), on("05-18"), LUZHOU, CALENDAR)
    assert [(row.due, row.grace) for row in dues] == [
        (on("03-23"), on("03-26")),
        (on("04-07"), on("04-10")),
        (on("04-20"), on("04-23")),
        (on("05-06"), on("05-09")),
        (on("05-18"), on("05-21")),
    ]


def test_a_report_meets_the_oldest_open_due_date_that_it_is_not_too_early_for() -> None:
    dues = report_dues(a06(), on("05-18"), LUZHOU, CALENDAR)
    assert [row.met_on for row in dues] == [
        on("03-20"),
        None,
        on("04-17"),
        on("05-08"),
        on("05-18"),
    ]
    too_early = report_dues(record("03-09", ("03-15", True)), on("03-23"), LUZHOU, CALENDAR)
    assert too_early[0].met_on is None


def test_one_miss_stays_on_record_and_the_next_report_sets_the_counter_to_zero() -> None:
    dues = report_dues(a06(), on("04-27"), LUZHOU, CALENDAR)
    assert [row.due for row in missed_in_a_row(dues, on("04-16"))] == [on("04-07")]
    assert missed_in_a_row(dues, on("04-17")) == []
    assert sum(row.missed_by(on("05-18")) for row in dues) == 1
    assert shown(a06(), on("05-18")) is Colour.GREEN


def test_a_report_is_missed_only_when_its_grace_is_over() -> None:
    due = report_dues(a06(), on("04-27"), LUZHOU, CALENDAR)[1]
    assert not due.missed_by(on("04-10"))
    assert due.missed_by(on("04-11"))


def test_two_reports_missed_in_a_row_are_red_from_the_day_after_the_second_grace() -> None:
    held = a06("04-17", "05-08", "05-18")
    assert red_by_reports_from(held, on("04-23"), LUZHOU, CALENDAR) is None
    assert red_by_reports_from(held, on("04-24"), LUZHOU, CALENDAR) == on("04-24")
    assert shown(held, on("04-24")) is Colour.RED
    silent = record("03-13")  # A14
    assert red_by_reports_from(silent, on("06-01"), LUZHOU, CALENDAR) == on("04-16")


def test_silence_counts_from_the_last_event_and_its_colours_do_not_roll() -> None:
    held = record("02-09", ("03-10", True), ("03-24", False), ("05-05", False))  # A05
    quiet = silence(held, on("06-01"), LUZHOU)
    assert quiet.explain_from == on("04-10")
    assert quiet.yellow_from == on("05-11")
    assert quiet.red_from == on("06-11")
    assert quiet.drop_from == on("09-11")


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("05-10", Colour.GREEN),
        ("05-11", Colour.YELLOW),
        ("06-10", Colour.YELLOW),
        ("06-11", Colour.RED),
    ],
)
def test_silence_turns_yellow_then_red(today: str, expected: Colour) -> None:
    held = record("02-09", ("03-10", True))
    without_reports = replace(LUZHOU, report_every_days=None)
    assert colour(held, on(today), without_reports, CALENDAR) is expected


@pytest.mark.parametrize(
    ("today", "first"), [("09-10", "03-10"), ("09-11", "03-11"), ("08-31", "03-01")]
)
def test_the_first_day_that_keeps_a_project_in_talks_is_six_months_ago(today: str, first: str):
    assert first_kept(on(today), 6) == on(first)


@pytest.mark.parametrize(
    ("opened", "expected"),
    [
        (None, ["03-09", "03-16", "03-23", "03-30", "04-07"]),
        ("03-18", ["03-09", "03-16", "04-01", "04-15"]),
        ("02-20", ["03-16", "03-30", "04-13"]),
    ],
)
def test_a_lead_reports_every_week_until_it_is_a_project(opened: str | None, expected: list[str]):
    jiangmen = replace(LUZHOU, report_lead_days=7)
    held = replace(record("03-02"), opened_on=opened and on(opened))
    through = on("04-07" if opened is None else "04-16")
    dues = report_dues(held, through, jiangmen, CALENDAR)
    assert [one.due for one in dues] == [on(day) for day in expected]


def test_days_frozen_count_neither_for_silence_nor_for_reports() -> None:
    frozen = (Span(on("04-01"), on("04-11")),)
    held = record("03-09", ("03-20", True), frozen=frozen)
    assert silence(held, on("06-01"), LUZHOU).yellow_from == on("05-31")
    dues = report_dues(held, on("04-20"), LUZHOU, CALENDAR)
    assert [row.due for row in dues] == [on("03-23"), on("04-20")]


def test_a_policy_without_reports_and_colours_never_warns() -> None:
    bare = replace(LUZHOU, report_every_days=None, stale_yellow_months=None, stale_red_months=None)
    assert colour(record("01-05"), on("12-30"), bare, CALENDAR) is Colour.GREEN


@pytest.mark.parametrize(
    ("asked", "last_event", "extensions", "expected"),
    [
        ("05-25", "05-08", 0, None),
        ("05-26", "05-08", 0, "too_late"),
        ("05-25", "04-25", 0, None),
        ("05-25", "04-24", 0, "no_recent_progress"),
        ("05-25", "04-17", 0, "no_recent_progress"),
        ("05-25", None, 0, "no_recent_progress"),
        ("05-25", "05-08", 1, "extend_max"),
    ],
)
def test_an_extension_is_asked_in_time_after_progress_and_not_too_often(
    asked: str, last_event: str | None, extensions: int, expected: str | None
) -> None:
    assert (
        extension_refusal(
            on("06-08"),
            extensions,
            last_event and on(last_event),
            on(asked),
            policy=LUZHOU,
            calendar=CALENDAR,
        )
        == expected
    )
