"""What refuses a claim, or keeps only lead and receipt; whom the guards let through."""

from datetime import timedelta

import pytest

from app.enterprises import service as enterprises
from app.enterprises.schemas import Engage, LogInteraction
from app.errors import Conflict, FirstTalkRefused, Invalid
from app.first_talk import service
from app.first_talk.rights import Reason, State
from app.kit.work import Actor, Office
from app.money import Money
from tests.builders import JIANGYANG, FrozenClock
from tests.first_talk import acts, claims
from tests.first_talk.claims import YI, at, on


def test_ones_own_second_filing_is_answered_with_ones_own_number(office: Office, longmatan: Actor):
    company = claims.enterprise(office)
    claims.file(office, longmatan, company)
    with pytest.raises(Conflict) as conflict:
        claims.file(office, longmatan, company, lead_id="led_two")
    assert conflict.value.members == {"number": "LMT-FT-2026-000001"}


def test_an_unknown_division_is_an_error_of_the_field(office: Office, longmatan: Actor):
    company = claims.enterprise(office)
    with pytest.raises(Invalid, match="没有行业大类 00") as wrong:
        claims.file(office, longmatan, company, division="00")
    assert wrong.value.issues[0].pointer == "/division"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount": Money(YI - 1)}, "below_threshold"),
        ({"first_talked_on": on("03-03")}, "window_not_open"),
        ({"contract_on": on("03-02")}, "window_closed"),
        ({"exclusions": ["real_estate"]}, "excluded"),
        ({"origin": "510502"}, "existing_local_firm"),
    ],
)
def test_a_guard_refuses_the_call_or_keeps_lead_and_receipt(
    office: Office, longmatan: Actor, changes: dict[str, object], reason: str
):
    company = claims.enterprise(office)
    with pytest.raises(FirstTalkRefused) as refused:
        claims.file(office, longmatan, company, if_taken="refuse", **changes)
    assert refused.value.members == {"reason": reason}
    assert claims.states(office) == {}
    kept = claims.file(office, longmatan, company, **changes)
    assert (kept.right.state, kept.right.reason.value) == (State.REJECTED, reason)
    assert kept.receipt.number == "LMT-LD-2026-000001"


def test_the_origin_is_taken_from_the_code_of_the_enterprise(office: Office, longmatan: Actor):
    local = claims.enterprise(office, "本地公司", "91510504MA62UXQT13")
    filed = claims.file(office, longmatan, local)
    assert filed.right.reason is Reason.EXISTING_LOCAL_FIRM


def test_another_units_live_talks_keep_out_until_they_go_stale(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor
):
    company = claims.enterprise(office)
    engaged = Engage(
        about_id="led_theirs",
        enterprise_id=company,
        division="26",
        unit=JIANGYANG,
        status="negotiating",
        since=on("03-02"),
    )
    talk = LogInteraction(
        about_id="led_theirs",
        enterprise_id=company,
        kind="talk",
        happened_on=on("03-02"),
        content="谈了用地",
    )
    with office.open(jiangyang) as work:
        enterprises.index_name(work, "led_theirs", "在谈项目", company)
        enterprises.engage(work, engaged)
        enterprises.log_interaction(work, talk)
    clock.set(at("05-02", "10:00:00"))
    with pytest.raises(FirstTalkRefused, match="该企业已有单位在谈，可申请协作"):
        claims.file(office, longmatan, company, if_taken="refuse")
    clock.set(at("05-03", "10:00:00"))
    assert claims.file(office, longmatan, company).right.state is State.SUBMITTED


def test_after_its_end_the_former_holder_waits_and_another_does_not(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor
):
    company = claims.enterprise(office)
    right = claims.file(office, longmatan, company).right
    with office.open(longmatan) as work:
        ended = service.release(work, right.id, right.version, "企业暂缓")
    assert (ended.state, ended.reason_text) == (State.RELEASED, "企业暂缓")
    for day in ("03-02", "04-01"):
        clock.set(at(day, "23:00:00"))
        with pytest.raises(FirstTalkRefused, match="冷却期"):
            claims.file(office, longmatan, company, if_taken="refuse")
    other = claims.file(office, jiangyang, company).right
    with office.open(jiangyang) as work:
        service.release(work, other.id, None, "让出")
    clock.set(at("04-02"))
    assert claims.file(office, longmatan, company).right.state is State.SUBMITTED


def test_a_false_filing_is_revoked_and_its_unit_barred_everywhere(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor, registrar: Actor
):
    company = claims.enterprise(office)
    right = claims.file(office, longmatan, company).right
    acts.revoke(office, registrar, longmatan, right.id)
    assert claims.read(office, longmatan, right.id).state is State.REVOKED
    other = claims.enterprise(office, "乙公司", None)
    clock.set(at("03-02", "23:00:00") + timedelta(days=365))
    with pytest.raises(FirstTalkRefused) as barred:
        claims.file(office, longmatan, other, if_taken="refuse")
    assert barred.value.members == {"reason": "barred"}
    assert claims.file(office, jiangyang, other).right.state is State.SUBMITTED
    clock.set(at("03-03") + timedelta(days=365))
    assert claims.file(office, longmatan, company).right.state is State.SUBMITTED


def test_a_district_holds_no_more_than_the_limit_at_once(office: Office, longmatan: Actor):
    for n in range(25):
        company = claims.enterprise(office, f"第{n}公司", None)
        assert claims.file(office, longmatan, company).right.state is State.SUBMITTED
    company = claims.enterprise(office, "再一公司", None)
    refused = claims.file(office, longmatan, company).right
    assert (refused.reason, refused.reason_text.count("LMT-FT-2026-")) == (Reason.HOLD_LIMIT, 25)
