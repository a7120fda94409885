"""The other kinds of case: a false filing is revoked after a hearing, poaching goes on record."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.enterprises import service as enterprises
from app.enterprises.schemas import Engage, LogInteraction
from app.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound
from app.first_talk import cases, disputes, poaching
from app.first_talk import interests as keeping
from app.first_talk.case_schemas import AnswerCase, CaseFilter, CaseView, Rule
from app.first_talk.challenges import CaseState, Effect, Ground
from app.first_talk.rights import State
from app.first_talk.schemas import RightView
from app.kit.work import Actor, Office
from app.money import rate
from tests.builders import JIANGYANG, FrozenClock
from tests.first_talk import acts, claims
from tests.first_talk.claims import at, on

Make = Callable[..., RightView]
Browse = Callable[..., TestClient]


@pytest.fixture
def reviewed(rules: Callable[[str, object], None]) -> None:
    """A version of the rule set that has passed its 公平竞争审查."""
    rules("luzhou_default/poaching.sanction", "record_and_report")


def meet(office: Office, actor: Actor, right: RightView, day: str, about: str = "") -> None:
    """A unit talks with the enterprise of a right, under a lead of its own."""
    about = about or f"led_{actor.name}_talks"
    talk = LogInteraction(about_id=about, kind="talk", happened_on=on(day), content="谈机密用地")
    with office.open(actor) as work:
        enterprises.index_name(work, about, "在谈项目", right.enterprise_id)
        enterprises.log_interaction(work, talk)


def leave(office: Office, holder: Actor, registrar: Actor, right: RightView) -> None:
    """The enterprise has written, and a second person has verified it."""
    acts.verify_letter(office, registrar, acts.bring_letter(office, holder, right.id))


def listed(office: Office, actor: Actor) -> list[CaseView]:
    with office.open(actor, reads=True) as work:
        return cases.listed(work, CaseFilter()).items


def read(office: Office, actor: Actor, id: str) -> CaseView:
    with office.open(actor, reads=True) as work:
        return cases.case(work, id)


@pytest.mark.usefixtures("reviewed")
def test_a12_talks_of_another_unit_between_grant_and_end_are_a_case_and_no_others(
    office: Office,
    clock: FrozenClock,
    active: Make,
    longmatan: Actor,
    jiangyang: Actor,
    naxi: Actor,
    registrar: Actor,
):
    right = active("03-09")
    clock.set(at("05-12", "10:00:00"))
    for day in ("03-06", "04-02", "05-11"):
        meet(office, jiangyang, right, day)
    leave(office, longmatan, registrar, right)
    [case] = listed(office, registrar)
    assert (case.ground, case.state, case.objector.code) == (
        Ground.POACHING,
        CaseState.RECORDED,
        JIANGYANG,
    )
    assert [(one.on, one.kind.label) for one in case.contacts] == [
        (on("04-02"), "洽谈"),
        (on("05-11"), "洽谈"),
    ]
    assert case.sanction.label == "记录并通报"
    assert [one.id for one in listed(office, longmatan)] == [case.id]
    assert "谈机密用地" not in read(office, longmatan, case.id).model_dump_json()
    assert listed(office, naxi) == []
    with office.open(naxi, reads=True) as work, pytest.raises(NotFound):
        cases.case(work, case.id)


@pytest.mark.usefixtures("reviewed")
def test_a12_without_a_contact_there_is_no_case(
    office: Office,
    clock: FrozenClock,
    active: Make,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
):
    right = active("03-09")
    clock.set(at("05-12", "10:00:00"))
    meet(office, longmatan, right, "05-10")
    other = Engage(
        about_id="led_other_line",
        enterprise_id=right.enterprise_id,
        division="22",
        unit=JIANGYANG,
        status="negotiating",
        since=on("04-01"),
    )
    with office.open(jiangyang) as work:
        enterprises.engage(work, other)
    meet(office, jiangyang, right, "04-02", about="led_other_line")
    leave(office, longmatan, registrar, right)
    assert listed(office, registrar) == []


@pytest.mark.usefixtures("reviewed")
def test_the_tick_records_what_happened_during_a_right_that_ended_otherwise_and_once(
    office: Office,
    clock: FrozenClock,
    active: Make,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
):
    right = active("03-09")
    clock.set(at("05-12", "10:00:00"))
    meet(office, jiangyang, right, "05-11")
    with office.open() as work:
        assert poaching.record_ended(work) == 0
    acts.release(office, longmatan, right.id)
    for entered in (1, 0):
        with office.open() as work:
            assert poaching.record_ended(work) == entered
    assert [one.objector.code for one in listed(office, registrar)] == [JIANGYANG]


def test_nothing_is_recorded_before_the_rules_have_passed_their_review(
    office: Office,
    clock: FrozenClock,
    active: Make,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
):
    right = active("03-09")
    clock.set(at("05-12", "10:00:00"))
    meet(office, jiangyang, right, "05-11")
    leave(office, longmatan, registrar, right)
    assert listed(office, registrar) == []
    assert claims.read(office, longmatan, right.id).state is State.ENTERPRISE_LEFT


@pytest.mark.usefixtures("reviewed")
def test_only_a_decision_of_the_council_with_its_number_changes_the_credit(
    office: Office,
    clock: FrozenClock,
    active: Make,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
):
    right = active("03-09")
    clock.set(at("05-12", "10:00:00"))
    meet(office, jiangyang, right, "05-11")
    leave(office, longmatan, registrar, right)
    [case] = listed(office, registrar)
    with office.open(longmatan) as work, pytest.raises(Forbidden):
        disputes.answer(work, case.id, None, AnswerCase(answer="不是本方"))
    with office.open(jiangyang) as work:
        disputes.answer(work, case.id, None, AnswerCase(answer="企业主动来访"))

    decision = {"effect": Effect.ADJUST_CREDIT, "reasons": "多次洽谈", "credit": rate("0.3")}
    with office.open(registrar) as work, pytest.raises(Invalid, match="会商编号"):
        disputes.rule(work, case.id, None, Rule(**decision))
    with office.open(registrar) as work, pytest.raises(Invalid, match="调整考核计分、不成立"):
        disputes.rule(work, case.id, None, Rule(effect=Effect.TRANSFER, reasons="x"))
    numbered = Rule(**decision, council_number="三区联席 2026-4")
    with office.open(registrar) as work:
        done = disputes.rule(work, case.id, None, numbered)
    assert (done.state, done.council_number, done.credit) == (
        CaseState.FINAL,
        "三区联席 2026-4",
        rate("0.3"),
    )
    with office.open(longmatan, reads=True) as work:
        kept = keeping.interests(work)
    assert [one.credit_share for one in kept] == [rate("0.3")]
    assert claims.read(office, longmatan, right.id).state is State.ENTERPRISE_LEFT


def test_a_false_filing_is_ruled_on_only_after_its_holder_was_heard(
    office: Office,
    clock: FrozenClock,
    active: Make,
    longmatan: Actor,
    naxi: Actor,
    registrar: Actor,
):
    right = active("03-09")
    clock.set(at("03-16", "10:00:00"))
    case = acts.accuse(office, registrar, right.id)
    assert (case.state, case.last_day) == (CaseState.HEARING, on("03-23"))
    assert claims.read(office, longmatan, right.id).state is State.ACTIVE
    assert [one.kind.label for one in read(office, longmatan, case.id).evidence] == [
        "投资方来函或授权",
        "其他材料",
    ]
    with pytest.raises(IllegalTransition):
        acts.rule(office, registrar, case.id, Effect.REVOKE)
    with pytest.raises(Conflict, match="正在办理"):
        acts.accuse(office, registrar, right.id)
    with office.open(longmatan) as work:
        heard = disputes.answer(work, case.id, None, AnswerCase(answer="中介转交，未核对"))
    assert heard.state is CaseState.DECIDING
    with pytest.raises(Invalid, match="撤销首谈、不成立"):
        acts.rule(office, registrar, case.id, Effect.UPHOLD)
    ruled = acts.rule(office, registrar, case.id, Effect.REVOKE)
    assert (ruled.state, ruled.acts.appeal) == (CaseState.FINAL, False)
    assert claims.read(office, longmatan, right.id).state is State.REVOKED
    assert read(office, naxi, case.id).enterprise_name is None


def test_a_silent_holder_is_ruled_on_once_its_time_to_be_heard_is_over(
    office: Office, clock: FrozenClock, active: Make, longmatan: Actor, registrar: Actor
):
    right = active("03-09")
    clock.set(at("03-16", "10:00:00"))
    case = acts.accuse(office, registrar, right.id)
    clock.set(at("03-24"))
    assert read(office, registrar, case.id).state is CaseState.DECIDING
    dismissed = acts.rule(office, registrar, case.id, Effect.DISMISS)
    assert (dismissed.state, dismissed.effect) == (CaseState.FINAL, Effect.DISMISS)
    assert claims.read(office, longmatan, right.id).state is State.ACTIVE


def test_nobody_objects_on_a_ground_of_the_registrar(
    office: Office, active: Make, jiangyang: Actor
):
    right = active("03-09")
    late = claims.file(office, jiangyang, right.enterprise_id).right
    for ground in (Ground.FALSE_FILING, Ground.POACHING):
        with pytest.raises(Invalid, match="登记机构立案"):
            acts.object_to(office, jiangyang, late.id, ground)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_revocation_on_its_pages_from_accusation_to_ruling(
    office: Office,
    clock: FrozenClock,
    client: Browse,
    active: Make,
    longmatan: Actor,
    registrar: Actor,
):
    right = active("03-09")
    clock.set(at("03-16", "10:00:00"))
    browser = client(registrar)
    address = f"/first-talk/{right.id}"
    bare = browser.post(f"{address}/revoke", data={"reason": "来函系伪造"})
    assert (bare.status_code, "请填写证明材料" in bare.text) == (422, True)
    assert bare.text.count("来函系伪造") == 1  # in its own dialog alone
    sent = browser.post(
        f"{address}/revoke",
        data={"reason": "来函系伪造", "_version": claims.read(office, registrar, right.id).version},
        files={"file": ("鉴定.txt", b"forged")},
    )
    case = sent.headers["location"]
    assert "申辩至" in browser.get(case).text
    own = client(longmatan)
    assert "提交申辩" in own.get(case).text
    version = read(office, longmatan, case.rpartition("/")[2]).version
    own.post(f"{case}/answer", data={"answer": "未核对", "_version": version})
    assert "撤销首谈" in browser.get(case).text
    said = {"effect": "revoke", "reasons": "企业否认", "_version": version + 1}
    assert browser.post(f"{case}/rule", data=said).status_code == 303
    assert "撤销" in own.get(address).text


@pytest.mark.usefixtures("reviewed")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_case_of_poaching_on_its_page_binds_units_and_never_the_enterprise(
    office: Office,
    clock: FrozenClock,
    client: Browse,
    active: Make,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
):
    right = active("03-09")
    clock.set(at("05-12", "10:00:00"))
    meet(office, jiangyang, right, "05-11")
    leave(office, longmatan, registrar, right)
    [case] = listed(office, registrar)
    page = client(registrar).get(f"/first-talk/cases/{case.id}").text
    for said in ("争抢项目", "接触方", "2026-05-11", "与企业的选择无关", "会商编号"):
        assert said in page
    assert "提交说明" in client(jiangyang).get(f"/first-talk/cases/{case.id}").text
    assert "争抢项目" in client(registrar).get("/first-talk/blocks/cases").text
