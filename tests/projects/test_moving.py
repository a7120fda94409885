"""Stages, statuses and what they do to the right: forwards, back, on hold, dropped, over."""

from datetime import date

import pytest

from app.enterprises import service as enterprises
from app.errors import Conflict, Forbidden, GateUnmet, IllegalTransition, Invalid
from app.first_talk.rights import State
from app.kit.work import Actor, Office, Role
from app.leads.stages import PATHS, Direction, Stage, Track
from app.projects import service
from app.projects.commands import EditProject
from app.projects.schemas import LogTalk, SharedProjectView, Status
from tests.builders import JIANGYANG, FrozenClock, person
from tests.projects import support
from tests.projects.acts import grant, log, move, right_state, status


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
