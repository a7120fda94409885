"""Projects from the lead on: what each act does, and what it refuses."""

from datetime import date

import pytest
from sqlalchemy import exc

from app.errors import Forbidden, GateUnmet, IllegalTransition, Invalid, VersionMismatch
from app.first_talk.rights import State
from app.kit.work import Actor, Office
from app.leads import service as leads
from app.leads.schemas import AssessLead, Conclusion
from app.leads.stages import Direction, LeadState, Stage
from app.money import Money
from app.projects import desk, records, service
from app.projects.commands import (
    AddFactorNeed,
    AddIdentifier,
    CreateProject,
    EditProject,
    FillAndMove,
    OpenProject,
    SetCommitment,
)
from app.projects.models import Project, StageChange
from app.projects.schemas import LogProgress, Status
from tests.builders import FrozenClock
from tests.projects import support
from tests.projects.acts import log, move, right_state


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
