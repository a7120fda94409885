"""Projects from the lead on: what each act does, and what it refuses."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import exc

from app.enterprises import service as enterprises
from app.errors import Conflict, Forbidden, GateUnmet, IllegalTransition, Invalid, VersionMismatch
from app.first_talk import service as first_talk
from app.first_talk.rights import State
from app.first_talk.schemas import Decide
from app.kit.work import Actor, Office, Role
from app.leads import service as leads
from app.leads.schemas import AssessLead, Conclusion
from app.leads.stages import PATHS, Direction, LeadState, Stage, Track
from app.money import Money
from app.projects import desk, records, service
from app.projects.commands import (
    AddFactorNeed,
    AddIdentifier,
    CreateProject,
    EditProject,
    FillAndMove,
    Move,
    OpenProject,
    SetCommitment,
    SetStatus,
)
from app.projects.models import Project, StageChange
from app.projects.schemas import LogProgress, LogTalk, ProjectView, SharedProjectView, Status
from tests.builders import CITY, JIANGYANG, FrozenClock, person
from tests.projects import support


@pytest.fixture
def head(office: Office) -> Actor:
    return person(office, "head", Role.UNIT_HEAD)


@pytest.fixture
def officer(office: Office) -> Actor:
    return person(office, "officer", Role.OFFICER)


def move(office: Office, actor: Actor, id: str, to: Stage, reason: str = "") -> ProjectView:
    with office.open(actor) as work:
        return service.move(work, id, Move(to=to, reason=reason), None)


def status(office: Office, actor: Actor, id: str, **command: Any) -> ProjectView:
    with office.open(actor) as work:
        return service.set_status(work, id, SetStatus(**command), None)


def log(office: Office, actor: Actor, id: str) -> list[tuple[Stage | None, Stage, str | None]]:
    with office.open(actor, reads=True) as work:
        found = service.stage_log(work, id)
    return [(one.from_stage, one.to_stage, one.direction) for one in found]


def right_state(office: Office, actor: Actor, lead_id: str | None) -> State:
    with office.open(actor, reads=True) as work:
        right = first_talk.right_of_lead(work, lead_id or "")
    assert right is not None
    return right.state


def grant(office: Office, clock: FrozenClock, actor: Actor, lead_id: str) -> None:
    """Let the registrar agree and the notice pass, so that the right protects."""
    coordinator = person(office, "registrar", Role.COORDINATOR, district=CITY)
    with office.open(actor, reads=True) as work:
        right = first_talk.right_of_lead(work, lead_id)
    assert right is not None
    with office.open(coordinator) as work:
        first_talk.decide(work, right.id, right.version, Decide(agree=True))
    clock.tick(days=10)
    assert right_state(office, actor, lead_id) is State.ACTIVE


def test_a_lead_goes_on_as_a_project_with_all_that_was_known(office: Office, head: Actor):
    lead_id = support.lead_at_gate(office, head)
    with office.open(head) as work:
        made = service.open_from_lead(work, lead_id, OpenProject(name="酒类包装基地"), None)
    assert (made.name, made.stage, made.status) == (
        "酒类包装基地",
        Stage.NEGOTIATING,
        Status.ACTIVE,
    )
    assert made.enterprise is not None
    assert made.enterprise.uscc == support.JIA
    assert made.planned_investment == Money(3 * support.YI)
    assert made.conclusion is Conclusion.PROCEED
    with office.open(head, reads=True) as work:
        lead = leads.lead(work, lead_id)
    assert (lead.state, lead.project_id) == (LeadState.OPENED, made.id)
    assert right_state(office, head, lead_id) is State.SUBMITTED


def test_opening_is_logged_with_the_gate_as_it_stood(office: Office, head: Actor):
    made = support.opened(office, head)
    with office.open(head, reads=True) as work:
        (entry,) = service.stage_log(work, made.id)
    assert (entry.from_stage, entry.to_stage) == (Stage.ASSESSING, Stage.NEGOTIATING)
    assert (entry.actor_name, entry.policy_version) == ("head", "luzhou_default/1")
    assert entry.gate is not None
    passed = {one["rule"]: one["value"] for one in entry.gate}
    assert passed["G2.conclusion"] == "可推进"
    assert passed["G1.investment"] == "3 亿元"


def test_what_the_lead_lacks_keeps_the_project_shut(office: Office, head: Actor):
    lead_id = support.lead_at_gate(office, head)
    with office.open(head) as work:
        leads.assess(work, lead_id, AssessLead(conclusion=Conclusion.WAIT, reason="再看看"), None)
    with office.open(head) as work, pytest.raises(GateUnmet) as refusal:
        service.open_from_lead(work, lead_id, OpenProject(), None)
    assert [item["rule"] for item in refusal.value.members["unmet"]] == ["G2.conclusion"]


def test_a_lead_opens_once(office: Office, head: Actor):
    lead_id = support.lead_at_gate(office, head)
    with office.open(head) as work:
        service.open_from_lead(work, lead_id, OpenProject(), None)
    with office.open(head) as work, pytest.raises(IllegalTransition):
        service.open_from_lead(work, lead_id, OpenProject(), None)


def test_the_head_of_unit_opens(office: Office, officer: Actor):
    with office.open(officer) as work, pytest.raises(Forbidden):
        service.open_from_lead(work, "led_x", OpenProject(), None)


def test_an_engagement_follows_the_project(office: Office, head: Actor):
    made = support.ready_to_sign(office, head)
    enterprise_id = made.enterprise.id if made.enterprise else ""

    def engaged() -> list[tuple[str, bool]]:
        with office.open(head, reads=True) as work:
            found = enterprises.engagements(work, {enterprise_id})
        return [(one.status.value, one.until is None) for one in found if one.about_id == made.id]

    assert engaged() == [("negotiating", True)]
    move(office, head, made.id, Stage.SIGNED)
    assert engaged() == [("signed", True)]
    move(office, head, made.id, Stage.NEGOTIATING, "合同作废")
    assert engaged() == [("negotiating", True)]
    status(
        office, head, made.id, status="dropped", reason="企业放弃", reason_code="enterprise_gave_up"
    )
    assert engaged() == [("negotiating", False)]


@pytest.mark.parametrize("track", list(Track))
def test_a_project_walks_its_track_to_the_end(office: Office, head: Actor, track: Track):
    made = support.ready_to_sign(office, head, track=track)
    path = PATHS[track][3:]
    for stage in path:
        assert move(office, head, made.id, stage).stage is stage
    assert [to for _, to, _ in reversed(log(office, head, made.id))] == [Stage.NEGOTIATING, *path]
    assert {way for _, _, way in log(office, head, made.id)} == {Direction.FORWARD}


def test_several_stages_at_once_are_back_entry(office: Office, head: Actor):
    made = support.ready_to_sign(office, head)
    move(office, head, made.id, Stage.IN_PRODUCTION)
    assert log(office, head, made.id)[0] == (
        Stage.NEGOTIATING,
        Stage.IN_PRODUCTION,
        Direction.BACK_ENTRY,
    )


def test_no_stage_is_skipped_whose_gate_is_unmet(office: Office, head: Actor):
    made = support.opened(office, head)
    with pytest.raises(GateUnmet) as refusal:
        move(office, head, made.id, Stage.REGISTERED)
    rules = {item["rule"] for item in refusal.value.members["unmet"]}
    assert rules >= {"G3.track", "G3.agreement_file", "G3.park"}
    assert log(office, head, made.id)[0][1] is Stage.NEGOTIATING


def test_back_needs_a_reason_and_starts_the_stage_again(
    office: Office, clock: FrozenClock, head: Actor
):
    made = support.opened(office, head)
    move(office, head, made.id, Stage.PRE_SIGNING)
    with pytest.raises(Invalid, match="退回须写明理由"):
        move(office, head, made.id, Stage.NEGOTIATING)
    clock.tick(days=3)
    back = move(office, head, made.id, Stage.NEGOTIATING, "企业要求重谈条件")
    assert back.stage_since == date(2026, 3, 5)
    assert log(office, head, made.id)[0][2] == Direction.BACK


def test_a_stage_of_the_other_track_is_no_move(office: Office, head: Actor):
    made = support.ready_to_sign(office, head, track="business")
    with pytest.raises(IllegalTransition) as refusal:
        move(office, head, made.id, Stage.UNDER_CONSTRUCTION)
    assert Stage.OPENED in refusal.value.members["allowed"]


def test_only_the_head_of_unit_crosses_signing(office: Office, head: Actor, officer: Actor):
    made = support.ready_to_sign(office, head)
    assert move(office, officer, made.id, Stage.PRE_SIGNING).stage is Stage.PRE_SIGNING
    for target in (Stage.SIGNED, Stage.REGISTERED):
        with pytest.raises(Forbidden, match="单位负责人"):
            move(office, officer, made.id, target)
    move(office, head, made.id, Stage.SIGNED)
    with pytest.raises(Forbidden):
        move(office, officer, made.id, Stage.PRE_SIGNING, "退回")
    assert move(office, officer, made.id, Stage.REGISTERED).stage is Stage.REGISTERED


def test_signing_converts_the_right(office: Office, clock: FrozenClock, head: Actor):
    made = support.ready_to_sign(office, head)
    grant(office, clock, head, made.lead_id or "")
    with office.open(head) as work:
        contract = {"kind": "investment", "signed_on": work.today.isoformat()}
        service.edit(work, made.id, EditProject.model_validate({"agreement": contract}), None)
    move(office, head, made.id, Stage.SIGNED)
    assert right_state(office, head, made.lead_id) is State.CONVERTED


def test_a_contract_older_than_the_filing_is_asked_about(office: Office, head: Actor):
    made = support.ready_to_sign(office, head)
    with office.open(head) as work:
        contract = {"signed_on": "2026-02-01"}
        service.edit(work, made.id, EditProject.model_validate({"agreement": contract}), None)
    with pytest.raises(Invalid, match="早于首报时间") as refusal:
        move(office, head, made.id, Stage.SIGNED)
    assert refusal.value.issues[0].pointer == "/agreement/signed_on"


def test_dropping_releases_the_right_in_the_same_act(office: Office, head: Actor):
    made = support.opened(office, head)
    dropped = status(
        office,
        head,
        made.id,
        status="dropped",
        reason="企业另有安排",
        reason_code="enterprise_gave_up",
    )
    assert dropped.drop_reason is not None
    assert dropped.drop_reason.label == "企业放弃"
    assert right_state(office, head, made.lead_id) is State.RELEASED


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        ({"status": "dropped", "reason": "说明"}, "/reason_code"),
        ({"status": "dropped", "reason_code": "other"}, "/reason"),
        ({"status": "on_hold", "reason": "等待用地"}, "/review_on"),
        ({"status": "on_hold", "reason": "等待", "review_on": "2026-03-02"}, "/review_on"),
        ({"status": "transferred", "reason": "流转"}, "/district"),
        ({"status": "transferred", "reason": "流转", "district": "510504"}, "/district"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_status_says_what_it_must(
    office: Office, head: Actor, command: dict[str, str], pointer: str
):
    made = support.opened(office, head)
    with pytest.raises(Invalid) as refusal:
        status(office, head, made.id, **command)
    assert refusal.value.issues[0].pointer == pointer


def test_a_held_project_moves_again_when_resumed(office: Office, head: Actor):
    made = support.opened(office, head)
    held = status(office, head, made.id, status="on_hold", reason="等环评", review_on="2026-06-01")
    assert held.review_on == date(2026, 6, 1)
    with pytest.raises(Conflict, match="先恢复推进"):
        move(office, head, made.id, Stage.PRE_SIGNING)
    assert status(office, head, made.id, status="active").review_on is None
    assert move(office, head, made.id, Stage.PRE_SIGNING).stage is Stage.PRE_SIGNING


def test_a_transferred_project_is_shared_with_the_receiver(office: Office, head: Actor):
    made = support.opened(office, head)
    status(office, head, made.id, status="transferred", reason="不符产业分区", district=JIANGYANG)
    receiver = person(office, "receiver", Role.OFFICER, district=JIANGYANG)
    with office.open(receiver, reads=True) as work:
        assert isinstance(service.project(work, made.id), SharedProjectView)


def test_a_candidate_is_taken_up_through_the_gate(office: Office, head: Actor, officer: Actor):
    with office.open(officer) as work:
        made = service.create(work, support.candidate(candidate_batch="第一批"))
    assert (made.status, made.stage, made.candidate_year) == (
        Status.CANDIDATE,
        Stage.LEAD,
        2026,
    )
    with pytest.raises(Forbidden):
        status(office, officer, made.id, status="active")
    with pytest.raises(GateUnmet):
        status(office, head, made.id, status="active")
    with office.open(head) as work:
        given = dict(support.old())
        fields = {name: given[name] for name in EditProject.model_fields if given[name]}
        service.edit(work, made.id, EditProject(**fields), None)
        talk = LogTalk(happened_on=work.today, participants="李四", content="首次洽谈")
        service.log_talk(work, made.id, talk)
    taken = status(office, head, made.id, status="active")
    assert (taken.status, taken.stage) == (Status.ACTIVE, Stage.NEGOTIATING)


def test_an_old_signed_project_comes_in_at_its_stage(office: Office, head: Actor):
    with office.open(head) as work:
        made = service.create(work, support.old(stage=Stage.SIGNED, **support.signable()))
    assert made.stage is Stage.SIGNED
    assert made.frozen is not None
    assert log(office, head, made.id) == [(None, Stage.SIGNED, Direction.BACK_ENTRY)]


def test_an_old_project_that_lacks_something_does_not_come_in(office: Office, head: Actor):
    with office.open(head) as work, pytest.raises(GateUnmet) as refusal:
        service.create(work, support.old(talk=None))
    assert [item["rule"] for item in refusal.value.members["unmet"]] == ["G2.talk"]


def test_an_officer_enters_candidates_but_no_old_projects(office: Office, officer: Actor):
    with office.open(officer) as work, pytest.raises(Forbidden):
        service.create(work, support.old())


def test_a_project_needs_a_source(office: Office, officer: Actor):
    with office.open(officer) as work, pytest.raises(Invalid, match="请选择来源"):
        service.create(work, CreateProject(name="丙项目", candidate_year=2026))


def test_an_edit_checks_only_the_fields_sent(office: Office, head: Actor):
    made = support.opened(office, head)
    with office.open(head) as work:
        work.get(Project, made.id).key_industry = "no_longer_in_the_dictionary"
    with office.open(head) as work:
        edited = service.edit(work, made.id, EditProject(line="礼盒"), made.version + 1)
    assert edited.line == "礼盒"
    with office.open(head) as work, pytest.raises(Invalid) as refusal:
        service.edit(work, made.id, EditProject(key_industry="unknown"), None)
    assert refusal.value.issues[0].pointer == "/key_industry"


def test_an_edit_of_an_older_version_is_refused(office: Office, head: Actor):
    made = support.opened(office, head)
    with office.open(head) as work:
        service.edit(work, made.id, EditProject(line="一"), made.version)
    with office.open(head) as work, pytest.raises(VersionMismatch):
        service.edit(work, made.id, EditProject(line="二"), made.version)


def test_an_amount_takes_a_refusal_of_the_enterprise_back(office: Office, head: Actor):
    made = support.opened(office, head)
    with office.open(head) as work:
        held = service.edit(work, made.id, EditProject(filing_amount_withheld=True), None)
        assert [one.field for one in held.withheld] == ["filing_amount"]
        given = EditProject(filing_amount=Money(support.YI))
        assert service.edit(work, made.id, given, None).withheld == []


def test_signing_fixes_investor_and_promises(office: Office, head: Actor):
    made = support.ready_to_sign(office, head)
    promise = SetCommitment(indicator="tax", year=2028, promised="44700000.00")
    with office.open(head) as work:
        records.set_commitment(work, made.id, promise)
    signed = move(office, head, made.id, Stage.SIGNED)
    assert signed.frozen is not None
    assert signed.frozen.investor == "甲包装有限公司"
    assert signed.frozen.promised == ["2028 年税收 4,470.00 万元"]
    with office.open(head) as work, pytest.raises(Invalid, match="已定格"):
        service.edit(work, made.id, EditProject(planned_investment=Money(support.YI)), None)
    lower = SetCommitment(indicator="tax", year=2028, promised="1.00")
    with office.open(head) as work, pytest.raises(Invalid, match="已定格"):
        records.set_commitment(work, made.id, lower)
    with office.open(head) as work:
        actual = SetCommitment(indicator="tax", year=2028, actual="1000000.00")
        (one,) = records.set_commitment(work, made.id, actual)
    assert (one.shown(one.promised), one.shown(one.actual)) == ("4,470.00", "100.00")
    move(office, head, made.id, Stage.PRE_SIGNING, "合同条款有误")
    with office.open(head) as work:
        changed = EditProject(planned_investment=Money(4 * support.YI))
        assert service.edit(work, made.id, changed, None).frozen is None


def test_the_gate_form_keeps_what_was_filled_and_moves_when_nothing_is_missing(
    office: Office, head: Actor, officer: Actor
):
    made = support.opened(office, head)
    some = FillAndMove(track="construction", park=support.PARK, park_fit="leading")
    with office.open(head) as work:
        still = service.fill_gate(work, made.id, Stage.SIGNED, some, None)
    assert (still.stage, still.park and still.park.code) == (Stage.NEGOTIATING, support.PARK)
    rest = FillAndMove(**support.signable())
    with office.open(officer) as work:
        filled = service.fill_gate(work, made.id, Stage.SIGNED, rest, None)
    assert filled.stage is Stage.NEGOTIATING
    with office.open(head) as work:
        moved = service.fill_gate(work, made.id, Stage.SIGNED, FillAndMove(), None)
    assert moved.stage is Stage.SIGNED


def test_identities_stand_side_by_side(office: Office, head: Actor):
    made = support.opened(office, head)
    with office.open(head) as work:
        for scheme, value, amount in (
            ("city", "LZ-0047", 12),
            ("district", "LMT-0183", 13),
            ("city", "LZ-0099", 14),
        ):
            one = AddIdentifier(
                scheme=scheme,
                value=value,
                name="上报名称",
                amount=Money(amount * support.YI),
                reported_on=date(2026, 3, amount - 11),
            )
            found = records.add_identifier(work, made.id, one)
    assert [one.value for one in found] == ["LMT-0183", "LZ-0099", "LZ-0047"]
    with office.open(head, reads=True) as work:
        whole = service.whole_project(work, made.id)
    assert (whole.name, whole.planned_investment) == ("甲包装有限公司", Money(3 * support.YI))


def test_progress_counts_as_a_report_of_the_right(office: Office, clock: FrozenClock, head: Actor):
    made = support.opened(office, head)
    clock.tick(days=2)
    with office.open(head) as work:
        service.log_progress(work, made.id, LogProgress(line="企业下周来访"))
    with office.open(head, reads=True) as work:
        found = desk.desk(work, made.id)
        assert isinstance(found, desk.Desk)
    assert found.project.progressed_on == date(2026, 3, 4)
    assert [event.text for event in found.events if event.kind == "plain"] == [
        "企业下周来访",
        "谈了用地",
    ]


def test_a_need_that_is_listed_takes_the_place_of_none(office: Office, head: Actor):
    made = support.ready_to_sign(office, head)
    with office.open(head) as work:
        need = AddFactorNeed(kind="land", amount="86 亩")
        (listed,) = records.add_factor_need(work, made.id, need)
        assert listed.kind.label == "用地"
        assert service.whole_project(work, made.id).no_factor_needs is False
        assert service.gate(work, made.id, Stage.SIGNED).met


def test_the_log_cannot_be_changed(office: Office, head: Actor):
    made = support.opened(office, head)

    def rewrite() -> None:
        with office.open(head) as work:
            work.session.get_one(StageChange, (made.id, 1)).reason = "改写"

    with pytest.raises(exc.DBAPIError, match="append-only"):
        rewrite()
