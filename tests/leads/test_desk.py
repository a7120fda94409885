"""Whose lead it is: taken, assigned, pooled, handed over, dropped, deleted and restored."""

from datetime import date

import pytest

from app.errors import Conflict, Forbidden, IllegalTransition, NotFound
from app.first_talk import lead_rights
from app.first_talk.models import Right
from app.kit.trail import AuditEntry
from app.kit.work import Actor, Office
from app.leads import listing, service
from app.leads.schemas import AssignLead, DeleteLead, DropLead, HandOver, LogProgress, PoolLead
from app.leads.stages import LeadState
from tests.builders import FrozenClock
from tests.leads.filings import COMPLETE, Log, filtered
from tests.leads.partners import QINZE


def test_an_officer_takes_a_lead_himself_and_a_head_gives_it_to_anybody(
    office: Office, log: Log, officer: Actor, colleague: Actor, head: Actor
):
    lead = log()
    with pytest.raises(Forbidden), office.open(colleague) as work:
        service.assign(work, lead.id, AssignLead(owner_id=head.id), lead.version)
    with office.open(colleague) as work:
        taken = service.assign(work, lead.id, AssignLead(owner_id=colleague.id), lead.version)
    assert taken.owner.label == "li"
    with office.open(head) as work:
        given = service.assign(work, lead.id, AssignLead(owner_id=officer.id), taken.version)
    assert given.owner.label == "zhou"


def test_the_pool_lets_go_and_picking_up_asks_for_a_first_response_again(
    office: Office, log: Log, officer: Actor, colleague: Actor, clock: FrozenClock
):
    lead = log()
    with office.open(officer) as work:
        service.log_progress(work, lead.id, LogProgress(line="已通电话"))
    with office.open(officer) as work:
        pooled = service.pool(work, lead.id, PoolLead(reason="联系不上"), None)
    assert (pooled.state, pooled.owner, pooled.due_on) == (LeadState.POOLED, None, None)
    clock.tick(days=1)
    with office.open(colleague) as work:
        taken = service.assign(work, lead.id, AssignLead(owner_id=colleague.id), pooled.version)
    assert (taken.state, taken.due_on) == (LeadState.OPEN, date(2026, 3, 4))


def test_a_full_desk_picks_up_nothing(office: Office, log: Log, officer: Actor, colleague: Actor):
    lead = log()
    with office.open(officer) as work:
        pooled = service.pool(work, lead.id, PoolLead(reason="联系不上"), lead.version)
    for number in range(50):
        log(colleague, name=f"第 {number} 家企业有限公司")
    with pytest.raises(Conflict, match="上限 50 条"), office.open(colleague) as work:
        service.assign(work, lead.id, AssignLead(owner_id=colleague.id), pooled.version)


def test_a_leavers_leads_go_over_in_one_act_that_is_logged(
    office: Office, log: Log, officer: Actor, colleague: Actor, head: Actor
):
    ids = [log(name=f"第 {number} 家企业有限公司").id for number in range(3)]
    with office.open(head, reads=True) as work:
        assert {lead.id for lead in listing.of_owner(work, officer.id)} == set(ids)
    command = HandOver(from_owner_id=officer.id, to_owner_id=colleague.id, lead_ids=ids)
    with office.open(head) as work:
        assert service.hand_over(work, command) == 3
    with office.open(head, reads=True) as work:
        assert listing.of_owner(work, officer.id) == []
        assert len(listing.of_owner(work, colleague.id)) == 3
    with office.open() as work:
        acts = [entry for entry in work.session.query(AuditEntry) if entry.act == "lead.hand_over"]
    assert len(acts) == 4


def test_the_right_of_a_lead_goes_over_with_it(
    office: Office, log: Log, officer: Actor, colleague: Actor, head: Actor
):
    lead = log(**COMPLETE)
    command = HandOver(from_owner_id=officer.id, to_owner_id=colleague.id, lead_ids=[lead.id])
    with office.open(head) as work:
        service.hand_over(work, command)
    with office.open(head, reads=True) as work:
        assert work.get(Right, lead.right.id).officer_id == colleague.id


def test_a_hand_over_is_all_or_nothing(
    office: Office, log: Log, officer: Actor, colleague: Actor, head: Actor
):
    mine, theirs = log(), log(colleague, name="同事的企业有限公司")
    both = HandOver(from_owner_id=officer.id, to_owner_id=head.id, lead_ids=[mine.id, theirs.id])
    with pytest.raises(Conflict, match="重新核对清单"), office.open(head) as work:
        service.hand_over(work, both)
    with office.open(head, reads=True) as work:
        assert [lead.id for lead in listing.of_owner(work, officer.id)] == [mine.id]
    with pytest.raises(Forbidden), office.open(officer) as work:
        service.hand_over(work, both)


@pytest.mark.parametrize("way", ["drop", "delete"])
def test_ending_a_lead_releases_its_right_in_the_same_act(
    office: Office, log: Log, officer: Actor, rival: Actor, way: str
):
    lead = log(**COMPLETE)
    with office.open(officer) as work:
        if way == "drop":
            service.drop(work, lead.id, DropLead(reason_code="enterprise_gave_up"), lead.version)
        else:
            service.delete(work, lead.id, DeleteLead(reason="登记错误"), lead.version)
    with office.open(officer, reads=True) as work:
        assert lead_rights.right_of_lead(work, lead.id).state.value == "released"
    assert log(rival, **COMPLETE).right.state.value == "submitted"


def test_a_dropped_lead_says_why_and_goes_nowhere_else(office: Office, log: Log, officer: Actor):
    lead = log()
    command = DropLead(reason_code="went_elsewhere", reason="去了邻市")
    with office.open(officer) as work:
        dropped = service.drop(work, lead.id, command, lead.version)
    assert (dropped.state, dropped.drop_reason.label) == (LeadState.DROPPED, "去往外地")
    for act, asked in (
        (service.drop, command),
        (service.pool, PoolLead(reason="再想想")),
        (service.assign, AssignLead(owner_id=officer.id)),
    ):
        with pytest.raises(IllegalTransition), office.open(officer) as work:
            act(work, lead.id, asked, None)


def test_a_deleted_lead_is_gone_until_it_is_restored(office: Office, log: Log, officer: Actor):
    lead = log()
    with office.open(officer) as work:
        service.delete(work, lead.id, DeleteLead(reason="登记错误"), lead.version)
    assert filtered(office, officer) == []
    with pytest.raises(NotFound), office.open(officer, reads=True) as work:
        service.lead(work, lead.id)
    with office.open(officer, reads=True) as work:
        assert [one.id for one in listing.deleted(work)] == [lead.id]
    with office.open(officer) as work:
        service.restore(work, lead.id)
    assert filtered(office, officer) == [QINZE]
