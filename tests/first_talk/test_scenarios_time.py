"""Acceptance scenarios of the rules (§14) in which time does it: A04–A06, A13, A14, Small.

The index of all scenarios is in test_scenarios.py.
"""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from app.clock import months
from app.errors import FirstTalkConflict
from app.first_talk import progress, register, service, subjects
from app.first_talk.models import Right
from app.first_talk.periods import WeeklySheet
from app.first_talk.progress import Colour, Silence
from app.first_talk.register_schemas import RightFilter
from app.first_talk.rights import Reason, State
from app.first_talk.schemas import RightView
from app.kit.work import Actor, Office
from app.money import Money, allocate
from tests.builders import FrozenClock
from tests.first_talk import claims
from tests.first_talk.claims import YI, at, on
from tests.first_talk.policies import CALENDAR


def silence(office: Office, id: str) -> Silence:
    """What the silence of a right brings, and from when."""
    with office.open(reads=True) as work:
        row = work.session.get_one(Right, id)
        docket = subjects.dockets_of(work, {row.subject_key})[0]
        standing = docket.settled(work.now)[id]
        return progress.silence(docket.record(standing), work.today, standing.policy)


def test_a04_a_right_that_ends_in_a_holiday_stands_to_the_next_working_day(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor, registrar: Actor
):
    company = claims.enterprise(office)
    clock.set(at("06-29", "10:00:00"))
    right = claims.file(office, longmatan, company).right
    claims.agree(office, registrar, right.id)
    clock.set(at("07-03", "09:00:00"))
    shown = claims.read(office, longmatan, right.id)
    assert shown.state is State.ACTIVE
    assert (shown.window.start, shown.window.nominal_end) == (on("07-03"), on("10-01"))
    assert shown.window.effective_end == on("10-08")

    clock.set(at("10-03", "10:00:00"))
    late = claims.file(office, jiangyang, company, lead_id="led_early")
    assert (late.right.state, late.right.reason) == (State.REJECTED, Reason.FIRST_TALK_TAKEN)
    clock.set(at("10-08", "23:59:59"))
    with pytest.raises(FirstTalkConflict) as conflict:
        claims.file(office, jiangyang, company, if_taken="refuse")
    assert conflict.value.members == {
        "holder_district": {"code": "510504", "label": "龙马潭区"},
        "held_until": "2026-10-09T00:00:00+08:00",
        "can_challenge": True,
        "can_request_cooperation": True,
    }
    clock.set(at("10-09"))
    assert claims.file(office, jiangyang, company).right.state is State.SUBMITTED


@pytest.mark.parametrize(
    ("start", "nominal", "effective"),
    [("07-03", "10-01", "10-08"), ("01-05", "04-05", "04-07")],
)
def test_a04_the_nominal_end_is_kept_and_the_effective_end_rolls(
    active: Callable[..., RightView], start: str, nominal: str, effective: str
):
    window = active(start, first_talked_on=date(2025, 12, 20)).window
    assert (window.nominal_end, window.effective_end) == (on(nominal), on(effective))


def test_a04_with_a_cutoff_the_last_day_ends_at_six(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    active: Callable[..., RightView],
    rules: Callable[[str, object], None],
):
    clock.set(at("06-26"))
    rules("luzhou_default/cutoff", "18:00")
    right = active("07-03")
    assert right.ends_at == at("10-08", "18:00:00")
    clock.set(at("10-08", "17:59:59"))
    assert claims.read(office, longmatan, right.id).state is State.ACTIVE
    clock.set(at("10-08", "18:00:00"))
    assert claims.read(office, longmatan, right.id).state is State.EXPIRED
    assert claims.file(office, jiangyang, right.enterprise_id).right.state is State.SUBMITTED


def test_a05_silence_turns_yellow_and_red_and_lapses_only_after_the_notice_in_the_ledger(
    office: Office, clock: FrozenClock, longmatan: Actor, active: Callable[..., RightView]
):
    right = active("02-09", amount=Money(12 * YI), first_talked_on=on("01-15"))
    assert (right.window.nominal_end, right.window.effective_end) == (on("08-08"), on("08-10"))
    day = on("02-24")
    while day <= on("06-09"):
        event = "site_survey" if day == on("03-10") else ""
        claims.report(office, clock, longmatan, day.strftime("%m-%d"), event)
        day += timedelta(days=7)

    for moment, colour in (
        ("05-10", Colour.GREEN),
        ("05-11", Colour.YELLOW),
        ("06-10", Colour.YELLOW),
        ("06-11", Colour.RED),
    ):
        clock.set(at(moment))
        assert claims.read(office, longmatan, right.id).colour is colour
    assert silence(office, right.id).explain_from == on("04-10")
    clock.set(at("06-11", "09:00:00"))
    for warned in (1, 0):
        with office.open() as work:
            assert service.notify_lapses(work) == warned
    assert claims.read(office, longmatan, right.id).lapse_by == on("06-18")
    assert claims.page(office, longmatan, right.id).receipts[-1].kind.label == "失效预告"

    clock.set(at("06-18", "23:59:59"))
    assert claims.read(office, longmatan, right.id).state is State.ACTIVE
    clock.set(at("06-19"))
    lapsed = claims.read(office, longmatan, right.id)
    assert (lapsed.state, lapsed.ended_at) == (State.LAPSED, at("06-19"))


def test_a05_without_a_notice_nothing_lapses_and_progress_after_it_saves_the_right(
    office: Office, clock: FrozenClock, longmatan: Actor, active: Callable[..., RightView]
):
    right = active("02-09", amount=Money(12 * YI), first_talked_on=on("01-15"))
    clock.set(at("07-20"))
    silent = claims.read(office, longmatan, right.id)
    assert (silent.state, silent.colour) == (State.ACTIVE, Colour.RED)
    with office.open() as work:
        assert service.notify_lapses(work) == 1
    saved = claims.report(office, clock, longmatan, "07-22", "site_survey")
    assert (saved.colour, saved.lapse_by) == (Colour.GREEN, None)
    clock.set(at("08-10", "23:59:59"))
    assert claims.read(office, longmatan, right.id).state is State.ACTIVE


def test_a06_two_reports_missed_in_a_row_turn_red_and_lapse_after_the_notice(
    office: Office, clock: FrozenClock, longmatan: Actor, active: Callable[..., RightView]
):
    right = active()
    claims.report(office, clock, longmatan, "03-20")
    clock.set(at("04-23", "23:59:59"))
    assert claims.read(office, longmatan, right.id).colour is Colour.GREEN
    clock.set(at("04-24", "08:00:00"))
    assert claims.read(office, longmatan, right.id).colour is Colour.RED
    with office.open() as work:
        assert service.notify_lapses(work) == 1
    assert claims.read(office, longmatan, right.id).lapse_by == on("05-06")
    clock.set(at("05-06", "23:59:59"))
    assert claims.read(office, longmatan, right.id).state is State.ACTIVE
    clock.set(at("05-07"))
    assert claims.read(office, longmatan, right.id).state is State.LAPSED


def test_a13_an_undecided_hold_goes_to_notice_and_then_ends_the_queue(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor, naxi: Actor
):
    company = claims.enterprise(office)
    clock.set(at("03-02", "10:00:00"))
    first = claims.file(office, longmatan, company).right
    clock.set(at("03-02", "10:05:00"))
    second = claims.file(office, jiangyang, company).right
    assert (first.answer_by, first.review_by) == (on("03-03"), on("03-05"))
    assert first.hold_until == at("03-24")

    clock.set(at("03-23", "23:59:59"))
    assert claims.read(office, longmatan, first.id).state is State.SUBMITTED
    clock.set(at("03-24"))
    assert claims.read(office, longmatan, first.id).state is State.NOTICE

    clock.set(at("03-24", "00:00:01"))
    third = claims.file(office, naxi, company).right
    assert third.state is State.QUEUED
    assert (third.ahead.district.label, third.ahead.last_day) == ("龙马潭区", on("03-27"))

    clock.set(at("03-28"))
    held = claims.read(office, longmatan, first.id)
    assert held.state is State.ACTIVE
    assert (held.window.start, held.window.effective_end) == (on("03-28"), on("06-26"))
    for actor, id in ((jiangyang, second.id), (naxi, third.id)):
        ended = claims.read(office, actor, id)
        assert (ended.state, ended.reason) == (State.REJECTED, Reason.FIRST_TALK_TAKEN)
        assert ended.ended_at == at("03-28")

    clock.set(at("03-28", "00:00:01"))
    with pytest.raises(FirstTalkConflict):
        claims.file(office, naxi, company, if_taken="refuse")


def test_a13_when_the_registrar_rejects_the_queue_moves_up_in_the_same_act(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    naxi: Actor,
    registrar: Actor,
):
    company = claims.enterprise(office)
    clock.set(at("03-02", "10:00:00"))
    first = claims.file(office, longmatan, company).right
    clock.set(at("03-02", "10:05:00"))
    second = claims.file(office, jiangyang, company).right

    clock.set(at("03-10", "11:00:00"))
    assert claims.reject(office, registrar, first.id).state is State.REJECTED
    moved_up = claims.read(office, jiangyang, second.id)
    assert moved_up.state is State.SUBMITTED
    assert moved_up.first_reported_at == at("03-02", "10:05:00")
    assert (moved_up.answer_by, moved_up.review_by) == (on("03-11"), on("03-13"))
    assert moved_up.hold_until == at("04-01")

    clock.set(at("03-10", "11:00:01"))
    third = claims.file(office, naxi, company).right
    assert (third.state, third.ahead.district.label) == (State.QUEUED, "江阳区")


def test_a14_two_overdue_steps_count_on_page_list_and_count_and_are_written_by_the_next_claim(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor, registrar: Actor
):
    company = claims.enterprise(office)
    clock.set(at("03-06", "10:00:00"))
    right = claims.file(office, longmatan, company).right
    clock.set(at("03-09", "10:00:00"))
    assert claims.agree(office, registrar, right.id).notice_through == on("03-12")

    clock.set(at("07-01", "09:00:00"))
    shown = claims.read(office, longmatan, right.id)
    assert (shown.state, shown.ended_at) == (State.EXPIRED, at("06-12"))
    assert (shown.window.start, shown.window.effective_end) == (on("03-13"), on("06-11"))
    assert claims.listed(office, longmatan) == [("龙马潭区", "到期")]
    assert claims.listed(office, longmatan, state=["expired"]) == [("龙马潭区", "到期")]
    assert claims.listed(office, longmatan, state=["notice", "active"]) == []

    with office.open(longmatan, reads=True) as work:
        assert register.count(work, RightFilter(state=["expired"])) == 1
        assert register.count(work, RightFilter(state=["notice", "active"])) == 0

    taken = claims.file(office, jiangyang, company).right
    assert taken.state is State.SUBMITTED
    moves = claims.history(office, longmatan, right.id)
    assert [(move.state, move.at) for move in moves[:2]] == [
        (State.EXPIRED, at("06-12")),
        (State.ACTIVE, at("03-13")),
    ]
    assert {move.written_at for move in moves[:2]} == {clock.now}


def test_a14_unreported_it_was_red_and_without_a_notice_did_not_lapse(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor
):
    company = claims.enterprise(office)
    clock.set(at("03-06", "10:00:00"))
    right = claims.file(office, longmatan, company).right
    clock.set(at("03-09", "10:00:00"))
    claims.agree(office, registrar, right.id)
    for day, colour in (("04-15", Colour.GREEN), ("04-16", Colour.RED), ("06-11", Colour.RED)):
        clock.set(at(day, "23:59:59"))
        shown = claims.read(office, longmatan, right.id)
        assert (shown.state, shown.colour) == (State.ACTIVE, colour)


def test_small_a_weekly_sheet_that_falls_into_the_holidays_is_due_after_them():
    due = WeeklySheet().dates(CALENDAR, on("05-01"))["due"]
    assert due == at("05-06", "10:00:00")


def test_small_twenty_points_for_three_officers_leave_none_over():
    assert allocate(2000, [1, 1, 1]) == [667, 667, 666]


def test_small_a_delegation_reports_within_fifteen_days_and_a_referrer_claims_within_a_year():
    back = on("09-20") + timedelta(days=15)
    assert (back, CALENDAR.roll(back)) == (on("10-05"), on("10-08"))
    referred = months(date(2025, 11, 30), 12)
    assert (referred, CALENDAR.roll(referred)) == (on("11-30"), on("11-30"))
