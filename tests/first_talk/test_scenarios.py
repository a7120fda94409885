"""Acceptance scenarios of the rules, on both databases, by the use cases behind pages and API."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.enterprises import service as enterprises
from app.enterprises.schemas import AddEnterprise
from app.errors import FirstTalkConflict, FirstTalkRefused
from app.first_talk import service
from app.first_talk.policies import Currency
from app.first_talk.progress import Colour
from app.first_talk.rights import Reason, State
from app.first_talk.schemas import Decide, RightView
from app.kit.work import Actor, Office, Work
from app.money import Money
from tests.builders import FrozenClock
from tests.first_talk import claims
from tests.first_talk.claims import LETTER, MINUTES, VISIT, YI, at, on


def test_a01_the_first_complete_filing_leads_and_the_earlier_incomplete_one_queues(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor
):
    company = claims.enterprise(office)
    clock.set(at("03-02", "09:15:03.120"))
    first = claims.file(office, jiangyang, company, evidence=[VISIT])
    assert first.right.state is State.INCOMPLETE
    assert first.right.fix_by == on("03-09")
    assert first.receipt.number == "JY-LD-2026-000001"

    clock.set(at("03-02", "09:15:41.007"))
    leader = claims.file(office, longmatan, company)
    assert leader.right.state is State.SUBMITTED
    assert leader.right.first_reported_at == at("03-02", "09:15:41.007")
    assert (leader.right.answer_by, leader.right.review_by) == (on("03-03"), on("03-05"))
    assert leader.receipt.number == "LMT-FT-2026-000001"

    clock.set(at("03-02", "11:02:10"))
    queued = claims.complete(office, jiangyang, first.right, MINUTES)
    assert queued.right.state is State.QUEUED
    assert queued.right.first_reported_at == at("03-02", "11:02:10")
    assert queued.receipt.number == "JY-FT-2026-000001"
    ahead = queued.right.ahead
    assert (ahead.district.label, ahead.granted) == ("龙马潭区", False)
    assert set(ahead.model_dump()) == {"district", "held_until", "last_day", "granted"}


def test_a01_complete_at_once_the_first_filing_leads(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor
):
    company = claims.enterprise(office)
    clock.set(at("03-02", "09:15:03.120"))
    leader = claims.file(office, jiangyang, company)
    clock.set(at("03-02", "09:15:41.007"))
    queued = claims.file(office, longmatan, company)
    assert (leader.right.state, queued.right.state) == (State.SUBMITTED, State.QUEUED)


@pytest.mark.parametrize(
    ("amount", "currency", "division", "outcome"),
    [
        ("100000000.00", Currency.CNY, "26", State.SUBMITTED),
        ("99999999.99", Currency.CNY, "26", State.REJECTED),
        ("10000000.00", Currency.USD, "26", State.SUBMITTED),
        ("9999999.99", Currency.USD, "26", State.REJECTED),
        ("30000000.00", Currency.CNY, "65", State.SUBMITTED),
        ("29999999.99", Currency.CNY, "65", State.REJECTED),
    ],
)
def test_a02_the_threshold_is_inclusive_and_never_converted(
    office: Office, longmatan: Actor, amount: str, currency: Currency, division: str, outcome: State
):
    company = claims.enterprise(office)
    asked = {"amount": Money.parse(amount), "currency": currency, "division": division}
    filed = claims.file(office, longmatan, company, **asked)
    assert filed.right.state is outcome
    refused = filed.right.reason is Reason.BELOW_THRESHOLD
    assert refused is (outcome is State.REJECTED)


def test_a02_the_window_opens_with_the_first_talk_and_closes_with_the_contract(
    office: Office, clock: FrozenClock, longmatan: Actor
):
    company = claims.enterprise(office)
    asked = {"first_talked_on": on("05-06"), "contract_on": on("05-20"), "if_taken": "refuse"}
    for day, reason in (("05-05", "window_not_open"), ("05-20", "window_closed")):
        clock.set(at(day, "10:00:00"))
        with pytest.raises(FirstTalkRefused) as refused:
            claims.file(office, longmatan, company, **asked)
        assert refused.value.members == {"reason": reason}
    clock.set(at("05-06", "10:00:00"))
    assert claims.file(office, longmatan, company, **asked).right.state is State.SUBMITTED


@pytest.mark.parametrize(
    ("filed_on", "yi", "answer", "review"),
    [
        ("09-28", 3, "09-29", "10-08"),
        ("09-28", 5, "09-29", "10-10"),
        ("02-12", 3, "02-13", "02-24"),
        ("02-12", 5, "02-13", "02-26"),
    ],
)
def test_a03_working_days_run_over_the_holidays(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    filed_on: str,
    yi: int,
    answer: str,
    review: str,
):
    clock.set(at(filed_on, "10:00:00"))
    company = claims.enterprise(office)
    right = claims.file(
        office, longmatan, company, amount=Money(yi * YI), first_talked_on=on("01-15")
    ).right
    assert (right.answer_by, right.review_by) == (on(answer), on(review))


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


def add_to_group(work: Work, name: str, uscc: str) -> str:
    """A company controlled by 甲集团, entered into the directory."""
    entry = AddEnterprise(name=name, uscc=uscc, controller="甲集团", override=True)
    return enterprises.add_enterprise(work, entry).id


def test_a07_a_company_of_the_same_controller_with_the_same_product_goes_to_review(
    office: Office, longmatan: Actor, jiangyang: Actor, naxi: Actor, registrar: Actor
):
    with office.open(longmatan) as work:
        parent = add_to_group(work, "甲集团有限公司", claims.JIA)
        child = add_to_group(work, "四川新材料有限公司", "91440300MA7K2X9D2M")
    held = claims.file(office, longmatan, parent, amount=Money(5 * YI)).right
    alike = claims.file(office, naxi, child, amount=Money(11 * YI // 2)).right
    assert alike.state is State.IDENTITY_CHECK
    assert alike.review_by == on("03-09")
    told = claims.history(office, naxi, alike.id)[0].reason
    assert told == "95 分：同一实际控制人、同一行业大类、产品相同、金额相差不超过 30%"
    twins = claims.page(office, registrar, alike.id).twins
    assert [(one.id, one.points) for one in twins] == [(held.id, 95)]
    assert claims.page(office, naxi, alike.id).twins == []
    with office.open(registrar) as work:
        same = Decide(agree=False, reason_code="first_talk_taken", reason="同一项目")
        ended = service.decide(work, alike.id, None, same)
    assert (ended.state, ended.reason) == (State.REJECTED, Reason.FIRST_TALK_TAKEN)

    other = {"division": "22", "line": "酒类包装", "amount": Money(YI)}
    assert claims.file(office, jiangyang, child, **other).right.state is State.SUBMITTED


def test_a07_the_same_code_in_another_division_goes_to_review(
    office: Office, longmatan: Actor, jiangyang: Actor
):
    company = claims.enterprise(office)
    claims.file(office, longmatan, company)
    again = claims.file(office, jiangyang, company, division="22", line="酒类包装").right
    assert again.state is State.IDENTITY_CHECK


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

    taken = claims.file(office, jiangyang, company).right
    assert taken.state is State.SUBMITTED
    moves = claims.history(office, longmatan, right.id)
    assert [(move.state, move.at) for move in moves[:2]] == [
        (State.EXPIRED, at("06-12")),
        (State.ACTIVE, at("03-13")),
    ]
    assert {move.written_at for move in moves[:2]} == {clock.now}


def test_lead_is_kept_in_the_release_of_its_right(office: Office, longmatan: Actor):
    company = claims.enterprise(office)
    filed = claims.file(office, longmatan, company, evidence=[LETTER])
    with office.open(longmatan) as work:
        service.release_of_lead(work, "led_longmatan", "线索已删除")
    assert claims.read(office, longmatan, filed.right.id).state is State.RELEASED
