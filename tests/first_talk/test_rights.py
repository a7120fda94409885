"""The clocks of a right, and how all rows of one subject settle together."""

from dataclasses import replace
from datetime import datetime, time

import pytest

from app.first_talk.policies import Amount, Policy
from app.first_talk.rights import Change, Move, Reason, Standing, State, settle
from tests.first_talk.policies import CALENDAR, LUZHOU, SMALL, YI, at, on


def row(name: str = "A", state: State = State.DRAFT, **clocks: object) -> Standing:
    fixed = {"policy": LUZHOU, "amount": SMALL}
    return Standing(right_id=name, state=state, **{**fixed, **clocks})


def filed(name: str, place: int, instant: datetime, move: Move = Move.FILE) -> Standing:
    return replace(row(name).after(move, instant, CALENDAR), place=place)


def active(start: str, amount: Amount = SMALL, policy: Policy = LUZHOU) -> Standing:
    held = row(state=State.NOTICE, amount=amount, policy=policy)
    return held.after(Move.NOTICE_ENDS, at(start), CALENDAR)


def seen(changes: list[Change]) -> list[tuple[str, str, datetime]]:
    return [(change.standing.right_id, str(change.move), change.at) for change in changes]


def test_a_hold_starts_answer_review_and_cap_on_the_day_it_is_filed() -> None:
    hold = filed("A", 1, at("09-28", "16:20:00"))  # A03
    assert hold.filed_at == at("09-28", "16:20:00")
    assert hold.answer_until == at("09-30")
    assert hold.review_until == at("10-09")
    large = row(amount=Amount(5 * YI)).after(Move.FILE, at("09-28"), CALENDAR)
    assert large.review_until == at("10-11")
    doubtful = hold.after(Move.CHECK_IDENTITY, at("09-29"), CALENDAR)
    assert doubtful.review_until == at("10-11")


def test_an_incomplete_filing_does_not_block_and_ends_when_nothing_is_added() -> None:
    standing = row().after(Move.FILE_INCOMPLETE, at("03-02", "09:15:00"), CALENDAR)
    assert not standing.blocks
    assert standing.at(at("03-09", "23:59:59"), CALENDAR).state is State.INCOMPLETE
    ended = standing.at(at("03-10"), CALENDAR)
    assert (ended.state, ended.reason, ended.ended_at) == (
        State.REJECTED,
        Reason.INCOMPLETE,
        at("03-10"),
    )


@pytest.mark.parametrize(
    ("start", "nominal", "effective"),
    [("07-03", "10-01", "10-08"), ("01-05", "04-05", "04-07")],
)
def test_an_end_in_a_holiday_rolls_and_both_ends_are_kept(
    start: str, nominal: str, effective: str
) -> None:
    right = active(start)  # A04
    assert (right.nominal_end, right.effective_end) == (on(nominal), on(effective))
    assert right.at(at(effective, "23:59:59"), CALENDAR).state is State.ACTIVE
    assert right.at(right.ends_at, CALENDAR).state is State.EXPIRED


def test_a_cutoff_ends_the_last_day_early() -> None:
    right = active("07-03", policy=replace(LUZHOU, cutoff=time(18)))
    assert right.ends_at == at("10-08", "18:00:00")


def test_ten_yi_are_protected_180_days_and_no_length_until_the_contract() -> None:
    assert active("02-09", Amount(12 * YI)).nominal_end == on("08-08")  # A05
    endless = active("02-09", policy=replace(LUZHOU, length_days=None))
    assert endless.next_due() is None


def test_without_a_notice_entry_nothing_lapses_and_with_one_it_does() -> None:
    right = active("02-09", Amount(12 * YI))
    assert right.at(at("07-15"), CALENDAR).state is State.ACTIVE
    warned = right.after(Move.NOTIFY_LAPSE, at("06-11", "08:00:00"), CALENDAR)
    assert warned.at(at("06-18", "23:59:59"), CALENDAR).state is State.ACTIVE
    lapsed = warned.at(at("07-15"), CALENDAR)
    assert (lapsed.state, lapsed.ended_at) == (State.LAPSED, at("06-19"))


def test_a_substantive_event_saves_from_the_lapse_and_a_plain_report_does_not() -> None:
    warned = active("02-09").after(Move.NOTIFY_LAPSE, at("04-13"), CALENDAR)
    told = warned.after(Move.REPORT, at("04-15"), CALENDAR)
    assert told.at(at("04-21"), CALENDAR).state is State.LAPSED
    progressed = warned.after(Move.PROGRESS, at("04-15"), CALENDAR)
    assert progressed.at(at("04-21"), CALENDAR).state is State.ACTIVE


def test_an_extension_counts_from_the_nominal_end() -> None:
    asked = active("03-09").after(Move.ASK_EXTENSION, at("05-25"), CALENDAR)  # A06
    granted = asked.after(Move.GRANT_EXTENSION, at("05-28"), CALENDAR)
    assert (granted.nominal_end, granted.effective_end) == (on("09-05"), on("09-07"))
    assert granted.extensions == 1


def test_an_undecided_extension_stands_to_the_later_of_end_and_review_then_expires() -> None:
    asked = active("03-09").after(Move.ASK_EXTENSION, at("05-25"), CALENDAR)
    assert asked.at(at("06-09"), CALENDAR).ended_at == at("06-09")
    late = active("03-09").after(Move.ASK_EXTENSION, at("06-08"), CALENDAR)
    assert late.at(at("06-11", "23:00:00"), CALENDAR).state is State.EXTENSION_PENDING
    assert late.at(at("06-12"), CALENDAR).state is State.EXPIRED


def test_a_refused_extension_leaves_the_end_where_it_was() -> None:
    asked = active("03-09").after(Move.ASK_EXTENSION, at("05-25"), CALENDAR)
    refused = asked.after(Move.REFUSE_EXTENSION, at("05-28"), CALENDAR)
    assert (refused.state, refused.ends_at) == (State.ACTIVE, at("06-09"))


def test_the_days_suspended_are_added_to_the_nominal_end() -> None:
    held = active("03-09").after(Move.SUSPEND, at("04-01", "10:00:00"), CALENDAR)
    resumed = held.after(Move.RESUME, at("04-11", "09:00:00"), CALENDAR)
    assert (resumed.nominal_end, resumed.effective_end) == (on("06-17"), on("06-17"))
    capped = held.at(at("07-10"), CALENDAR)
    assert capped.state is State.ACTIVE
    assert capped.nominal_end == on("09-06")  # 91 days later


def test_a_contest_nobody_rules_on_goes_back_to_where_it_was_with_the_days_added() -> None:
    noticed = row(state=State.SUBMITTED).after(Move.APPROVE, at("03-09"), CALENDAR)
    contested = noticed.after(Move.OBJECT, at("03-12", "15:00:00"), CALENDAR)
    assert contested.ruling_until == at("04-18")
    back = contested.at(at("04-18"), CALENDAR)
    assert (back.state, back.notice_until) == (State.NOTICE, at("04-21"))


def test_a_contest_stands_the_cap_of_a_hold_and_a_running_lapse_notice_still() -> None:
    hold = filed("A", 1, at("03-02")).after(Move.OBJECT, at("03-09"), CALENDAR)
    back = hold.after(Move.NO_RULING, at("03-16"), CALENDAR)
    assert (back.state, back.hold_cap_until) == (State.SUBMITTED, at("03-31"))
    warned = active("02-09").after(Move.NOTIFY_LAPSE, at("04-13"), CALENDAR)
    contested = warned.after(Move.OBJECT, at("04-15"), CALENDAR)
    assert contested.after(Move.UPHOLD, at("04-22"), CALENDAR).lapse_until == at("04-28")


def test_a_contested_right_runs_on_when_upheld_and_a_contested_hold_becomes_one() -> None:
    right = active("03-09").after(Move.OBJECT, at("03-16"), CALENDAR)
    assert right.granted
    assert right.after(Move.UPHOLD, at("03-26"), CALENDAR).nominal_end == on("06-17")
    hold = row(state=State.NOTICE).after(Move.OBJECT, at("03-12"), CALENDAR)
    assert not hold.granted
    won = hold.after(Move.UPHOLD, at("04-02"), CALENDAR)
    assert (won.active_on, won.nominal_end) == (on("04-02"), on("07-01"))


def test_a_co_holder_joining_a_contest_does_not_forget_what_it_interrupted() -> None:
    contested = row(state=State.NOTICE).after(Move.OBJECT, at("03-12"), CALENDAR)
    joined = contested.after(Move.JOIN, at("03-13"), CALENDAR)
    assert joined.interrupted is State.NOTICE


def test_a_declared_project_pools_in_time_and_closes_when_nobody_takes_it() -> None:
    declared = active("05-04").after(Move.DECLARE, at("06-15"), CALENDAR)  # A09
    assert declared.at(at("06-18", "23:00:00"), CALENDAR).state is State.ACTIVE
    pooled = declared.at(at("06-19"), CALENDAR)
    assert (pooled.state, pooled.accept_until) == (State.POOLED, at("06-27"))
    closed = declared.at(at("08-01"), CALENDAR)
    assert (closed.state, closed.ended_at) == (State.RELEASED, at("07-27"))


def a13() -> list[Standing]:
    first = filed("龙马潭", 1, at("03-02", "10:00:00"))
    return [first, filed("江阳", 2, at("03-02", "10:05:00"), Move.QUEUE)]


def test_an_undecided_hold_reaches_the_notice_and_a_third_filer_queues() -> None:
    rows = a13()
    assert rows[0].hold_cap_until == at("03-24")
    assert settle(rows, at("03-23", "23:59:59"), CALENDAR) == []
    assert len(settle(rows, at("03-24"), CALENDAR)) == 1
    assert seen(settle(rows, at("03-24", "00:00:01"), CALENDAR)) == [
        ("龙马潭", "silence", at("03-24"))
    ]
    noticed = rows[0].at(at("03-24", "00:00:01"), CALENDAR)
    assert (noticed.blocks, noticed.held_until) == (True, at("03-28"))


def test_when_the_hold_becomes_active_the_whole_queue_ends_at_that_instant() -> None:
    rows = [*a13(), filed("纳溪", 3, at("03-24", "00:00:01"), Move.QUEUE)]
    changes = settle(rows, at("03-28", "00:00:01"), CALENDAR)
    assert seen(changes) == [
        ("龙马潭", "silence", at("03-24")),
        ("龙马潭", "notice_ends", at("03-28")),
        ("江阳", "taken", at("03-28")),
        ("纳溪", "taken", at("03-28")),
    ]
    assert changes[1].standing.effective_end == on("06-26")
    assert changes[2].standing.reason is Reason.FIRST_TALK_TAKEN


def test_when_the_hold_is_rejected_the_first_in_the_queue_follows_with_its_old_time() -> None:
    first, second = a13()
    third = filed("纳溪", 3, at("03-09"), Move.QUEUE)
    rejected = first.after(Move.REJECT, at("03-10", "11:00:00"), CALENDAR, Reason.EVIDENCE_UNTRUE)
    changes = settle([third, rejected, second], at("03-10", "11:00:00"), CALENDAR)
    assert seen(changes) == [("江阳", "promote", at("03-10", "11:00:00"))]
    promoted = changes[0].standing
    assert promoted.filed_at == at("03-02", "10:05:00")
    assert promoted.answer_until == at("03-12")
    assert promoted.review_until == at("03-14")
    assert promoted.hold_cap_until == at("04-01")


def test_the_queue_goes_by_ledger_number_and_not_by_name_or_the_order_read() -> None:
    released = replace(a13()[0], state=State.RELEASED)
    queue = [filed(name, place, at("03-02"), Move.QUEUE) for name, place in [("a", 9), ("b", 8)]]
    changes = settle([*queue, released], at("03-10"), CALENDAR)
    assert seen(changes) == [("b", "promote", at("03-10"))]


def test_two_overdue_moves_count_each_at_its_own_time() -> None:
    notice = row(state=State.SUBMITTED).after(Move.APPROVE, at("03-09"), CALENDAR)  # A14
    changes = settle([notice], at("07-01", "09:00:00"), CALENDAR)
    assert seen(changes) == [("A", "notice_ends", at("03-13")), ("A", "expire", at("06-12"))]
    assert changes[-1].standing.ended_at == at("06-12")


def test_settling_twice_changes_nothing_more() -> None:
    rows = {standing.right_id: standing for standing in a13()}
    now = at("12-01")
    for change in settle(rows.values(), now, CALENDAR):
        rows[change.standing.right_id] = change.standing
    assert settle(rows.values(), now, CALENDAR) == []


def test_a_policy_without_notice_grants_as_soon_as_it_is_approved() -> None:
    held = row(state=State.SUBMITTED, policy=replace(LUZHOU, notice=None))
    approved = held.after(Move.APPROVE, at("03-09", "10:00:00"), CALENDAR)
    assert approved.at(at("03-09", "10:00:00"), CALENDAR).state is State.ACTIVE


def test_an_end_and_a_lapse_at_the_same_instant_are_an_expiry() -> None:
    right = active("03-09")
    both = replace(right, lapse_until=right.ends_at)
    assert both.at(right.ends_at, CALENDAR).state is State.EXPIRED
