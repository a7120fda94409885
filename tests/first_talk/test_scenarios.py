"""Acceptance scenarios of the rules (§14), on both databases, by the use cases behind the pages.

This file has the filing: A01–A03, A08. A test is named by its scenario; they stand in

    A01  here; browser/test_first_talk_course
    A02  here; test_profiles (chongqing_trial, henan_2025)
    A03  here; test_profiles (jiangmen_2024)
    A04  test_scenarios_time
    A05  test_scenarios_time; test_profiles (handan_2024); leads/test_rights (the shared pool)
    A06  test_extensions, test_scenarios_time; browser/test_first_talk_course
    A07  test_identity, test_scenarios_identity; projects/test_paid_in and reports/test_ledgers (d)
    A08  here; test_profiles (xuancheng_2024); leads/test_rights (江阳 is told)
    A09  test_transfers; test_profiles, test_credits, reports/test_ledgers (guangzhou_2004);
         browser/test_first_talk_course
    A10  test_transfers, test_interests, test_credits, reports/test_ledgers; test_profiles
         (wuhan_zone)
    A11  test_disputes, test_scenarios_identity (the family); browser/test_first_talk_course
    A12  test_leaving, test_cases (poaching), test_interests, test_scenarios_identity (relocation)
    A13  test_scenarios_time
    A14  test_scenarios_time
    Small  test_scenarios_time
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.errors import Busy, Conflict, FirstTalkRefused
from app.first_talk import lead_rights, ledger
from app.first_talk.policies import Currency
from app.first_talk.rights import Reason, State
from app.kit.work import Actor, Office, Role
from app.money import Money
from tests.builders import CITY, FrozenClock, person
from tests.first_talk import claims
from tests.first_talk.claims import MINUTES, VISIT, YI, at, on


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


def test_a01_of_two_hundred_parallel_filings_of_one_key_one_leads(
    office: Office, longmatan: Actor, jiangyang: Actor, naxi: Actor
):
    company = claims.enterprise(office)
    lead = person(office, "city", Role.OFFICER, district=CITY)

    def file(actor: Actor) -> tuple[str, str]:
        try:
            filed = claims.file(office, actor, company)
        except Busy:  # nothing is written; callers send it again
            return file(actor)
        except Conflict:
            return actor.name, "one's own again"
        return actor.name, filed.right.state.value

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(file, [longmatan, jiangyang, naxi, lead] * 50))
    assert Counter(outcome for _, outcome in outcomes) == {
        "submitted": 1,
        "queued": 3,
        "one's own again": 196,
    }
    held = {name for name, outcome in outcomes if outcome in ("submitted", "queued")}
    assert held == {"longmatan", "jiangyang", "naxi", "city"}
    with office.open(reads=True) as work:
        assert ledger.first_bad_entry(work) is None


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


def test_a08_a_city_department_files_what_a_district_already_talks_about(
    office: Office, clock: FrozenClock, jiangyang: Actor
):
    company = claims.enterprise(office, "丙公司")
    claims.engaged(office, jiangyang, company, on("03-02"))
    department = person(office, "department", Role.OFFICER, district=CITY)
    clock.set(at("04-14", "10:00:00"))
    with pytest.raises(FirstTalkRefused) as refused:
        claims.file(office, department, company, if_taken="refuse")
    assert refused.value.members == {"reason": "already_in_talks"}
    assert str(refused.value) == "该企业已有单位在谈，可申请协作"
    kept = claims.file(office, department, company)
    assert (kept.right.state, kept.right.reason) == (State.REJECTED, Reason.ALREADY_IN_TALKS)
    assert "江阳" not in kept.right.model_dump_json() + str(kept.receipt.content)


def test_a_lead_that_is_deleted_gives_its_claim_up(office: Office, longmatan: Actor):
    filed = claims.file(office, longmatan, claims.enterprise(office))
    with office.open(longmatan) as work:
        lead_rights.release_of_lead(work, "led_longmatan", "线索已删除")
    assert claims.read(office, longmatan, filed.right.id).state is State.RELEASED
