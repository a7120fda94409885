"""The way from new to negotiating: what each gate lacks, who judges, and going back."""

from datetime import date

import pytest

from app.errors import Conflict, Forbidden, GateUnmet, IllegalTransition, Invalid
from app.kit.work import Actor, Office
from app.leads import desk, service
from app.leads.schemas import AssessLead, Distinguish, EditLead, LogTalk, MoveLead
from app.leads.stages import Stage
from tests.builders import FrozenClock
from tests.leads.filings import COMPLETE, Log
from tests.leads.partners import CODE


def test_the_gate_to_assessing_lists_what_lacks_and_opens_when_nothing_does(
    office: Office, log: Log, officer: Actor
):
    lead = log()
    with pytest.raises(GateUnmet) as refused, office.open(officer) as work:
        service.move(work, lead.id, MoveLead(to="assessing"), lead.version)
    assert {item["rule"] for item in refused.value.members["unmet"]} == {
        "G1.enterprise",
        "G1.industry",
        "G1.investment",
    }
    with office.open(officer) as work:
        ready = service.edit(
            work,
            lead.id,
            EditLead(uscc=CODE, division="37", planned_investment_withheld=True),
            lead.version,
        )
    with office.open(officer) as work:
        moved = service.move(work, lead.id, MoveLead(to="assessing"), ready.version)
    assert (moved.stage, moved.due_for, moved.due_on) == (Stage.ASSESSING, "研判", date(2026, 3, 5))


def test_a_large_project_has_five_days_to_be_assessed(office: Office, log: Log, officer: Actor):
    lead = log(uscc=CODE, scope={"division": "37"}, planned_investment="500000000.00")
    with office.open(officer) as work:
        moved = service.move(work, lead.id, MoveLead(to="assessing"), lead.version)
    assert moved.due_on == date(2026, 3, 9)


def test_twins_must_be_told_apart_before_assessing(
    office: Office, log: Log, officer: Actor, rival: Actor
):
    known = {"uscc": CODE, "scope": {"division": "37"}, "planned_investment": "100000000.00"}
    first, second = log(**known), log(**known, project_name="二期")
    log(rival, **known)
    with office.open(officer, reads=True) as work:
        shown = desk.desk(work, second.id)
    assert [one.id for one in shown.duplicates] == [first.id]
    assert [item.rule for item in shown.gate.unmet] == ["G1.duplicates"]
    with office.open(officer) as work:
        told = service.distinguish(work, second.id, Distinguish(other_id=first.id), second.version)
        assert service.gate(work, second.id, Stage.ASSESSING).met
        assert service.gate(work, first.id, Stage.ASSESSING).met
    assert told.version > second.version


def test_the_gate_to_negotiating_wants_a_conclusion_a_talk_and_a_free_subject(
    office: Office, log: Log, officer: Actor, head: Actor, rival: Actor
):
    lead = log(uscc=CODE, scope={"division": "37"}, planned_investment="100000000.00")
    log(rival, **COMPLETE)
    with office.open(officer) as work:
        lead = service.move(work, lead.id, MoveLead(to="assessing"), lead.version)
    with office.open(head) as work:
        assessed = AssessLead(
            conclusion="proceed", reason="符合主导产业", capital_origin="domestic"
        )
        lead = service.assess(work, lead.id, assessed, lead.version)
    assert lead.due_on is None
    with office.open(officer) as work:
        service.log_talk(work, lead.id, LogTalk(happened_on=date(2026, 3, 2), content="首次洽谈"))
    with office.open(officer, reads=True) as work:
        gate = service.gate(work, lead.id, Stage.NEGOTIATING)
    assert [item.rule for item in gate.unmet] == ["G2.first_talk"]


def test_only_a_head_of_unit_concludes_and_only_while_assessing(
    office: Office, log: Log, officer: Actor, head: Actor
):
    lead, verdict = log(), AssessLead(conclusion="wait", reason="等环评")
    with pytest.raises(Forbidden), office.open(officer) as work:
        service.assess(work, lead.id, verdict, lead.version)
    with pytest.raises(Conflict), office.open(head) as work:
        service.assess(work, lead.id, verdict, lead.version)


def test_a_lead_goes_back_with_a_reason_and_its_clock_starts_again(
    office: Office, log: Log, officer: Actor, clock: FrozenClock
):
    lead = log(uscc=CODE, scope={"division": "37"}, planned_investment="100000000.00")
    with office.open(officer) as work:
        lead = service.move(work, lead.id, MoveLead(to="assessing"), lead.version)
    with pytest.raises(Invalid), office.open(officer) as work:
        service.move(work, lead.id, MoveLead(to="lead"), lead.version)
    with office.open(officer) as work:
        lead = service.move(work, lead.id, MoveLead(to="lead", reason="资料不实"), lead.version)
    clock.tick(days=7)
    with office.open(officer) as work:
        lead = service.move(work, lead.id, MoveLead(to="assessing"), lead.version)
    assert lead.due_on == date(2026, 3, 12)
    with pytest.raises(IllegalTransition), office.open(officer) as work:
        service.move(work, lead.id, MoveLead(to="signed"), lead.version)
