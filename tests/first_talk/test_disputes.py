"""Objection, ruling and appeal: who may, when, and what becomes of both sides' rows."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.errors import Conflict, FirstTalkRefused, Forbidden, IllegalTransition, Invalid, NotFound
from app.first_talk import cases, disputes, interests, lead_rights, register, service
from app.first_talk.case_schemas import (
    AnswerCase,
    Appeal,
    CaseFilter,
    CaseView,
    Challenge,
    Rule,
    RuleOnAppeal,
)
from app.first_talk.challenges import CaseState, Effect, Ground
from app.first_talk.rights import Reason, State
from app.first_talk.schemas import RightView
from app.kit.work import Actor, Office, Role
from tests.builders import CITY, JIANGYANG, LONGMATAN, FrozenClock, partner_key, person
from tests.first_talk import claims
from tests.first_talk.claims import at, on


@pytest.fixture
def noticed(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor, registrar: Actor
) -> tuple[RightView, RightView]:
    """龙马潭's claim in 公示 from Mon 03-09 to Thu 03-12, and 江阳's behind it, earlier talked."""
    company = claims.enterprise(office)
    clock.set(at("03-06", "10:00:00"))
    held = claims.file(office, longmatan, company, first_talked_on=on("02-27")).right
    clock.set(at("03-09", "10:00:00"))
    claims.agree(office, registrar, held.id)
    clock.set(at("03-10", "10:00:00"))
    queued = claims.file(office, jiangyang, company, first_talked_on=on("02-25")).right
    return held, queued


def object_to(
    office: Office, actor: Actor, id: str, ground: Ground = Ground.EARLIER_CONTACT
) -> CaseView:
    with office.open(actor) as work:
        command = Challenge(ground=ground, statement="2 月 25 日会议纪要在先")
        return disputes.challenge(work, id, command)


def rule(office: Office, registrar: Actor, id: str, effect: Effect, **more: object) -> CaseView:
    with office.open(registrar) as work:
        command = Rule(effect=effect, reasons="纪要双方签字，日期在先", **more)
        return disputes.rule(work, id, None, command)


def appeal(office: Office, actor: Actor, id: str) -> CaseView:
    with office.open(actor) as work:
        return disputes.appeal(work, id, None, Appeal(statement="纪要日期有误"))


def read(office: Office, actor: Actor, id: str) -> CaseView:
    with office.open(actor, reads=True) as work:
        return cases.case(work, id)


def test_a11_an_objection_on_the_last_day_freezes_and_a_ruling_gives_the_right_to_the_objector(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
    noticed: tuple[RightView, RightView],
):
    held, queued = noticed
    clock.set(at("03-12", "23:59:59"))
    case = object_to(office, jiangyang, queued.id)
    assert (case.state, case.last_day) == (CaseState.NEGOTIATING, on("03-19"))
    assert claims.read(office, longmatan, held.id).state is State.CONTESTED
    with office.open(registrar) as work, pytest.raises(IllegalTransition):
        disputes.rule(work, case.id, None, Rule(effect=Effect.UPHOLD, reasons="早了"))

    clock.set(at("03-20"))
    waiting = read(office, registrar, case.id)
    assert (waiting.state, waiting.last_day) == (CaseState.DECIDING, on("04-02"))
    clock.set(at("04-02", "17:00:00"))
    ruled = rule(office, registrar, case.id, Effect.TRANSFER)
    assert (ruled.state, ruled.last_day) == (CaseState.RULED, on("04-17"))
    won = claims.read(office, jiangyang, queued.id)
    assert (won.state, won.window.start, won.window.effective_end) == (
        State.ACTIVE,
        on("04-02"),
        on("07-01"),
    )
    lost = claims.read(office, longmatan, held.id)
    assert (lost.state, lost.reason) == (State.REJECTED, Reason.RULING)
    assert len(claims.page(office, longmatan, held.id).evidence) == 1

    clock.set(at("04-17", "23:59:59"))
    assert appeal(office, longmatan, case.id).state is CaseState.APPEALED
    assert claims.read(office, jiangyang, queued.id).state is State.ACTIVE


def test_a11_a_day_later_earlier_contact_is_too_late_and_other_grounds_remain(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    noticed: tuple[RightView, RightView],
):
    held, queued = noticed
    clock.set(at("03-13"))
    assert claims.read(office, jiangyang, queued.id).reason is Reason.FIRST_TALK_TAKEN
    with pytest.raises(FirstTalkRefused) as late:
        object_to(office, jiangyang, queued.id)
    assert late.value.members == {"reason": "too_late"}
    with office.open(jiangyang, reads=True) as work:
        grounds = cases.of_right(work, queued.id).grounds
    assert grounds == [Ground.SAME_PROJECT, Ground.INACTIVE_HOLDER, Ground.ENTERPRISE_CHOICE]
    object_to(office, jiangyang, queued.id, Ground.SAME_PROJECT)
    assert claims.read(office, longmatan, held.id).state is State.CONTESTED


def test_who_has_no_claim_or_talked_later_or_is_the_holder_cannot_object(
    office: Office,
    longmatan: Actor,
    naxi: Actor,
    noticed: tuple[RightView, RightView],
):
    held, _ = noticed
    with pytest.raises(Conflict, match="请先"):
        object_to(office, naxi, held.id)
    later = claims.file(office, naxi, held.enterprise_id, first_talked_on=on("03-01")).right
    with pytest.raises(FirstTalkRefused) as refused:
        object_to(office, naxi, later.id)
    assert refused.value.members == {"reason": "not_earlier"}
    with pytest.raises(Conflict, match="没有其他单位"):
        object_to(office, longmatan, held.id)


@pytest.mark.parametrize(
    ("by_objector", "kept", "other"),
    [(True, State.ACTIVE, State.REJECTED), (False, State.REJECTED, State.ACTIVE)],
)
def test_units_agree_by_withdrawing_or_by_conceding(
    office: Office,
    longmatan: Actor,
    jiangyang: Actor,
    noticed: tuple[RightView, RightView],
    by_objector: bool,
    kept: State,
    other: State,
):
    held, queued = noticed
    case = object_to(office, jiangyang, queued.id)
    with office.open(jiangyang if by_objector else longmatan) as work:
        done = disputes.agree(work, case.id, case.version)
    assert done.state is CaseState.AGREED
    assert claims.read(office, longmatan, held.id).state is kept
    assert claims.read(office, jiangyang, queued.id).state is other


def test_without_a_ruling_the_case_escalates_and_then_everything_is_as_before(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
    noticed: tuple[RightView, RightView],
):
    held, queued = noticed
    clock.set(at("03-12", "10:00:00"))
    case = object_to(office, jiangyang, queued.id)
    clock.set(at("04-03"))
    escalated = read(office, registrar, case.id)
    assert (escalated.state, escalated.last_day) == (CaseState.ESCALATED, on("04-17"))
    clock.set(at("04-18"))
    assert read(office, registrar, case.id).state is CaseState.UNDECIDED
    # 37 days frozen are added to the end of 公示: 03-12 becomes 04-18, rolled to Mon 04-20.
    back = claims.read(office, longmatan, held.id)
    assert (back.state, back.notice_through) == (State.NOTICE, on("04-20"))
    assert claims.read(office, jiangyang, queued.id).state is State.QUEUED


def test_a_reversed_appeal_gives_the_first_holder_a_new_right_with_its_old_time(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
    noticed: tuple[RightView, RightView],
):
    held, queued = noticed
    case = object_to(office, jiangyang, queued.id)
    clock.set(at("04-02", "17:00:00"))
    rule(office, registrar, case.id, Effect.TRANSFER)
    clock.set(at("04-10", "10:00:00"))
    appeal(office, longmatan, case.id)
    with office.open(registrar) as work, pytest.raises(Forbidden, match="以外的人员"):
        disputes.rule_on_appeal(work, case.id, None, RuleOnAppeal(reverse=True, reasons="x"))
    second = person(office, "leader", Role.COORDINATOR, district=CITY)
    with office.open(second) as work:
        command = RuleOnAppeal(reverse=True, reasons="纪要日期系笔误")
        done = disputes.rule_on_appeal(work, case.id, None, command)
    assert (done.state, done.reversed) == (CaseState.FINAL, True)
    assert claims.read(office, jiangyang, queued.id).state is State.TRANSFERRED
    with office.open(longmatan, reads=True) as work:
        again = lead_rights.right_of_lead(work, "led_longmatan")
    assert (again.state, again.window.start) == (State.ACTIVE, on("04-10"))
    assert again.first_reported_at == held.first_reported_at
    assert again.number.startswith("LMT-FT-2026-")
    with office.open(longmatan) as work, pytest.raises(IllegalTransition):
        disputes.appeal(work, case.id, None, Appeal(statement="再上诉"))


def test_who_loses_a_running_right_keeps_the_interest_that_the_ruling_states(
    office: Office,
    clock: FrozenClock,
    jiangyang: Actor,
    registrar: Actor,
    active: Callable[..., RightView],
):
    right = active()
    claim = claims.file(office, jiangyang, right.enterprise_id).right
    case = object_to(office, jiangyang, claim.id, Ground.SAME_PROJECT)
    clock.set(at("03-18", "10:00:00"))
    with pytest.raises(Invalid, match="才填写"):
        rule(office, registrar, case.id, Effect.UPHOLD, credit="0.3")
    rule(office, registrar, case.id, Effect.TRANSFER, credit="0.3")
    with office.open(jiangyang) as work:
        won = lead_rights.right_of_lead(work, claim.lead_id)
        place = (JIANGYANG, won.lead_id, won.enterprise_id, "26")
        interests.follow(work, interests.Landing("prj_a", *place))
        [kept] = interests.claims_of(work, ["prj_a"])["prj_a"]
    assert (won.state, kept.unit, str(kept.share)) == (State.ACTIVE, LONGMATAN, "3/10")


def test_a_ruling_can_shorten_a_right_but_not_lengthen_it(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
    active: Callable[..., RightView],
):
    right = active()
    clock.set(at("05-11", "10:00:00"))
    own = claims.file(office, jiangyang, right.enterprise_id).right
    case = object_to(office, jiangyang, own.id, Ground.INACTIVE_HOLDER)
    clock.set(at("05-19", "10:00:00"))
    late = Rule(effect=Effect.SHORTEN, reasons="少谈", ends_on=on("06-07"))
    with office.open(registrar) as work, pytest.raises(Invalid, match="应早于"):
        disputes.rule(work, case.id, None, late)
    rule(office, registrar, case.id, Effect.SHORTEN, ends_on=on("06-01"))
    shortened = claims.read(office, longmatan, right.id)
    assert (shortened.state, shortened.window.nominal_end) == (State.ACTIVE, on("06-01"))
    with office.open(longmatan, reads=True) as work:
        ruling = register.receipt_of_right(work, right.id)
    assert (ruling.kind.label, ruling.content["nominal_end"]) == ("首谈裁定", "2026-06-01")
    clock.set(at("06-02"))
    assert claims.listed(office, longmatan, state=["expired"]) == [("龙马潭区", "到期")]


def test_an_inactive_holder_loses_to_the_objector_by_lapse(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
    active: Callable[..., RightView],
):
    right = active()
    clock.set(at("05-11", "10:00:00"))
    own = claims.file(office, jiangyang, right.enterprise_id).right
    case = object_to(office, jiangyang, own.id, Ground.INACTIVE_HOLDER)
    clock.set(at("05-19", "10:00:00"))
    rule(office, registrar, case.id, Effect.TRANSFER)
    assert claims.read(office, longmatan, right.id).state is State.LAPSED
    assert ("江阳区", "保护中") in claims.listed(office, jiangyang)


def test_a_case_is_closed_when_what_it_is_about_is_released(
    office: Office,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
    noticed: tuple[RightView, RightView],
):
    held, queued = noticed
    case = object_to(office, jiangyang, queued.id)
    with office.open(longmatan) as work:
        service.release(work, held.id, None, "放弃")
    assert read(office, registrar, case.id).state is CaseState.CLOSED
    assert claims.read(office, jiangyang, queued.id).state is State.SUBMITTED
    for state, found in ((CaseState.NEGOTIATING, []), (CaseState.CLOSED, [case.id])):
        with office.open(registrar, reads=True) as work:
            listed = cases.listed(work, CaseFilter(state=[state])).items
        assert [one.id for one in listed] == found


def test_strangers_read_ground_and_published_ruling_without_the_enterprise(
    office: Office,
    clock: FrozenClock,
    jiangyang: Actor,
    naxi: Actor,
    registrar: Actor,
    noticed: tuple[RightView, RightView],
):
    _, queued = noticed
    case = object_to(office, jiangyang, queued.id)
    with pytest.raises(NotFound):
        read(office, naxi, case.id)
    clock.set(at("04-02", "17:00:00"))
    rule(office, registrar, case.id, Effect.TRANSFER)
    told = read(office, naxi, case.id)
    assert (told.effect, told.reasons) == (Effect.TRANSFER, "纪要双方签字，日期在先")
    hidden = (told.enterprise_name, told.number, told.statement, told.right_id, told.claim_id)
    assert hidden == (None,) * 5
    with office.open(naxi, reads=True) as work:
        assert [one.id for one in cases.listed(work, CaseFilter()).items] == [case.id]


def test_both_sides_and_nobody_else_read_the_others_evidence_in_a_case(
    office: Office,
    longmatan: Actor,
    jiangyang: Actor,
    naxi: Actor,
    noticed: tuple[RightView, RightView],
):
    _, queued = noticed
    case = object_to(office, jiangyang, queued.id)
    for actor in (longmatan, jiangyang):
        files = read(office, actor, case.id).evidence
        assert [one.side.label for one in files] == ["江阳区", "龙马潭区"]
        with office.open(actor, reads=True) as work:
            assert all(register.evidence_file(work, one.id)[1] for one in files)
    with office.open(naxi, reads=True) as work, pytest.raises(NotFound):
        register.evidence_file(work, files[0].id)


def test_only_the_holder_answers_and_only_while_the_case_is_open(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
    noticed: tuple[RightView, RightView],
):
    _, queued = noticed
    case = object_to(office, jiangyang, queued.id)
    reply = AnswerCase(answer="2 月 27 日前已多次洽谈")
    with office.open(jiangyang) as work, pytest.raises(Forbidden):
        disputes.answer(work, case.id, None, reply)
    with office.open(longmatan) as work:
        assert disputes.answer(work, case.id, case.version, reply).answer == reply.answer
    clock.set(at("04-02", "17:00:00"))
    rule(office, registrar, case.id, Effect.UPHOLD)
    with office.open(longmatan) as work, pytest.raises(Conflict):
        disputes.answer(work, case.id, None, reply)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_case_on_its_pages_from_objection_to_ruling(
    office: Office,
    clock: FrozenClock,
    client: Callable[..., TestClient],
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
    noticed: tuple[RightView, RightView],
):
    held, queued = noticed
    own = client(jiangyang)
    assert "提出异议" in own.get(f"/first-talk/{queued.id}").text
    bare = own.post(f"/first-talk/{queued.id}/challenge", data={"ground": "earlier_contact"})
    assert (bare.status_code, "请填写事实与理由" in bare.text) == (422, True)
    sent = own.post(
        f"/first-talk/{queued.id}/challenge",
        data={"ground": "earlier_contact", "statement": "纪要在先"},
    )
    path = sent.headers["location"]
    assert "争议中，冻结" in client(longmatan).get(f"/first-talk/{held.id}").text
    assert path in client(longmatan).get("/first-talk/blocks/cases").text
    version = read(office, longmatan, path.rpartition("/")[2]).version
    said = client(longmatan).post(
        f"{path}/answer", data={"answer": "早有洽谈", "_version": version}
    )
    assert said.status_code == 303
    clock.set(at("03-20", "10:00:00"))
    page = client(registrar).get(path).text
    assert ("早有洽谈" in page, "作出裁定" in page, "缩短保护期" in page) == (True, True, False)
    version = read(office, registrar, path.rpartition("/")[2]).version
    done = client(registrar).post(
        f"{path}/rule", data={"effect": "transfer", "reasons": "在先", "_version": version}
    )
    assert done.status_code == 303
    assert "提出上诉" in client(longmatan).get(path).text
    assert "改由异议方取得" in client(jiangyang).get("/first-talk/cases").text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_partner_objects_by_the_api_and_cannot_rule(
    office: Office,
    client: Callable[..., TestClient],
    noticed: tuple[RightView, RightView],
):
    held, _ = noticed
    api = client()
    api.headers["Authorization"] = f"Bearer {partner_key(office, 'first_talk:*')}"
    path = f"/api/v1/first-talk-rights/{held.id}:challenge"
    body = {"ground": "earlier_contact", "statement": "纪要在先"}
    made = api.post(path, json=body, headers={"Idempotency-Key": "case-0001"})
    assert (made.status_code, made.json()["state"]["code"]) == (201, "negotiating")
    case = made.json()["id"]
    assert [one["id"] for one in api.get("/api/v1/cases").json()["items"]] == [case]
    ruling = api.post(
        f"/api/v1/cases/{case}:rule",
        json={"effect": "uphold", "reasons": "x"},
        headers={"Idempotency-Key": "case-0002", "If-Match": '"v1"'},
    )
    assert ruling.status_code == 403
