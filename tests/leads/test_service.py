"""What people do with leads, on both databases: every rule as an outcome."""

from collections.abc import Callable
from datetime import date

import pytest

from app.enterprises import service as enterprises
from app.errors import (
    BadCursor,
    BadFilter,
    Conflict,
    FirstTalkConflict,
    Forbidden,
    GateUnmet,
    IllegalTransition,
    Invalid,
    NotFound,
    VersionMismatch,
)
from app.first_talk import service as first_talk
from app.first_talk.models import Right
from app.kit.files import Upload
from app.kit.trail import AuditEntry
from app.kit.work import Actor, Office, Role
from app.leads import clash, desk, listing, service
from app.leads.models import Lead
from app.leads.schemas import (
    AssessLead,
    AssignLead,
    ClaimLead,
    DeleteLead,
    Distinguish,
    DropLead,
    EditLead,
    HandOver,
    LeadFilter,
    LoggedLead,
    LogLead,
    LogProgress,
    LogTalk,
    MoveLead,
    PoolLead,
)
from app.leads.stages import LeadState, Stage
from app.money import Money
from tests.builders import FrozenClock, person
from tests.leads.conftest import CODE, LETTER, QINZE

Log = Callable[..., LoggedLead]

COMPLETE = {
    "uscc": CODE,
    "planned_investment": "300000000.00",
    "first_talked_on": "2026-02-27",
    "scope": {"division": "37", "line": "航空零部件"},
    "evidence": [{"kind": "investor_letter", "file": Upload("来函.pdf", LETTER)}],
}


def filtered(office: Office, actor: Actor, **given: object) -> list[str]:
    with office.open(actor, reads=True) as work:
        found = service.leads(work, LeadFilter.model_validate(given))
        return [lead.name for lead in found.items]


def test_two_fields_give_a_receipt_an_order_and_a_clock(log: Log, officer: Actor):
    first, second = log(), log(name="白酒包装产业园", named="project")
    assert first.receipt.number == "LMT-LD-2026-000001"
    assert (first.receipt.seq, second.receipt.seq) == (1, 2)
    assert first.right is None
    assert (first.due_on, first.due_for) == (date(2026, 3, 3), "首次响应")
    assert first.owner is not None
    assert first.owner.code == officer.id
    assert first.enterprise is not None
    assert (second.enterprise, second.project_name) == (None, "白酒包装产业园")


def test_a_complete_filing_holds_the_subject_in_the_same_act(log: Log, rival: Actor):
    lead = log(**COMPLETE)
    assert lead.right is not None
    assert lead.right.state.value == "submitted"
    assert lead.receipt.number == "LMT-FT-2026-000001"
    with pytest.raises(FirstTalkConflict) as refused:
        log(rival, **COMPLETE)
    assert refused.value.members["holder_district"]["label"] == "龙马潭区"


def test_a_refused_claim_leaves_no_lead_but_a_queued_one_keeps_it(
    office: Office, log: Log, rival: Actor
):
    log(**COMPLETE)
    with pytest.raises(FirstTalkConflict):
        log(rival, **COMPLETE)
    assert filtered(office, rival) == []
    queued = log(rival, **COMPLETE, if_taken="queue")
    assert queued.right is not None
    assert queued.right.state.value == "queued"
    assert filtered(office, rival) == [QINZE]


def test_a_claim_below_the_floor_waits_to_be_completed(office: Office, log: Log, officer: Actor):
    weak = {**COMPLETE, "evidence": [{"kind": "visit_record", "file": Upload("a.pdf", LETTER)}]}
    lead = log(**weak)
    assert lead.right is not None
    assert lead.right.state.value == "incomplete"
    more = [{"kind": "signed_minutes", "file": Upload("纪要.pdf", b"%PDF-1.4 minutes")}]
    with office.open(officer) as work:
        completed = service.claim(
            work, lead.id, ClaimLead.model_validate({"evidence": more}), lead.version
        )
    assert completed.right is not None
    assert completed.right.state.value == "submitted"
    assert len(completed.evidence) == 2


def test_a_lead_claims_later_with_the_proofs_that_a_colleague_filed(
    office: Office, log: Log, colleague: Actor
):
    lead = log(evidence=COMPLETE["evidence"])
    assert lead.right is None
    later = {
        key: COMPLETE[key] for key in ("uscc", "planned_investment", "first_talked_on", "scope")
    }
    with office.open(colleague) as work:
        claimed = service.claim(work, lead.id, ClaimLead.model_validate(later), lead.version)
    assert claimed.right is not None
    assert claimed.right.state.value == "submitted"


def test_a_project_name_alone_cannot_claim(log: Log):
    with pytest.raises(Invalid) as refused:
        log(named="project", **{**COMPLETE, "uscc": None})
    assert refused.value.issues[0].pointer == "/named"


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"source": "rumour"}, "/source"),
        ({"scope": {"division": "99"}}, "/scope/division"),
        ({"owner_id": "usr_nobody"}, None),
        ({"contact_phone": "13800000000"}, "/contact_name"),
    ],
)
def test_what_the_dictionaries_do_not_have_is_refused(
    log: Log, office: Office, officer: Actor, given: dict[str, object], pointer: str | None
):
    with pytest.raises(Invalid if pointer else Forbidden) as refused:
        log(**given)
    if pointer:
        assert refused.value.issues[0].pointer == pointer
    assert filtered(office, officer) == []


def test_a_contact_is_kept_with_the_enterprise(office: Office, log: Log, officer: Actor):
    lead = log(contact_name="张三", contact_phone="13800000000")
    with office.open(officer, reads=True) as work:
        overview = enterprises.overview(work, lead.enterprise.id)
    assert [one.name for one in overview.contacts] == ["张三"]


def test_the_source_chosen_last_is_the_preset(
    office: Office, log: Log, officer: Actor, clock: FrozenClock
):
    with office.open(officer, reads=True) as work:
        assert listing.last_source(work) is None
    log(source="expo")
    clock.tick(minutes=1)
    log(name="另一家企业有限公司", source="agency")
    with office.open(officer, reads=True) as work:
        assert listing.last_source(work) == "agency"


def test_an_amount_withheld_is_a_value_with_day_and_person(
    office: Office, log: Log, officer: Actor
):
    lead = log(planned_investment_withheld=True)
    assert lead.planned_investment is None
    assert lead.planned_investment_withheld.on == date(2026, 3, 2)
    assert lead.planned_investment_withheld.by == "zhou"
    with office.open(officer) as work:
        told = service.edit(
            work, lead.id, EditLead(planned_investment="120000000.00"), lead.version
        )
    assert (told.planned_investment, told.planned_investment_withheld) == (Money(120 * 10**8), None)


def test_an_edit_touches_only_what_was_sent(office: Office, log: Log, officer: Actor):
    lead = log(note="需 60 亩", scope={"division": "37", "line": "航空"})
    with office.open(officer) as work:
        edited = service.edit(work, lead.id, EditLead(line="航空零部件"), lead.version)
    assert (edited.line, edited.note, edited.division.code) == ("航空零部件", "需 60 亩", "37")
    assert edited.version > lead.version


def test_a_lead_keeps_a_name(office: Office, log: Log, officer: Actor):
    lead = log()
    with pytest.raises(Invalid) as refused, office.open(officer) as work:
        service.edit(work, lead.id, EditLead(enterprise_name=None), lead.version)
    assert refused.value.issues[0].pointer == "/enterprise_name"
    with office.open(officer) as work:
        project = service.edit(
            work, lead.id, EditLead(enterprise_name=None, project_name="航空产业园"), lead.version
        )
    assert (project.name, project.enterprise) == ("航空产业园", None)


def test_what_a_claim_rests_on_cannot_be_changed_under_it(office: Office, log: Log, officer: Actor):
    lead = log(**COMPLETE)
    for command in (EditLead(division="22"), EditLead(enterprise_name="另一家有限公司", uscc=None)):
        with pytest.raises(Conflict, match="已申报首谈"), office.open(officer) as work:
            service.edit(work, lead.id, command, lead.version)
    with office.open(officer) as work:
        assert service.edit(work, lead.id, EditLead(line="改写"), lead.version).line == "改写"


def test_a_stale_edit_names_who_changed_what(
    office: Office, log: Log, officer: Actor, colleague: Actor
):
    lead = log(note="原来")
    with office.open(colleague) as work:
        service.edit(work, lead.id, EditLead(note="他的", line="他的产品"), lead.version)
    with pytest.raises(VersionMismatch) as refused, office.open(officer) as work:
        service.edit(work, lead.id, EditLead(note="我的"), lead.version)
    assert refused.value.members["changed_by"] == "li"
    assert refused.value.members["changed_fields"] == ["line", "note"]
    mine = EditLead(note="我的", line=None, project_name="新项目")
    with office.open(officer, reads=True) as work:
        found = clash.of_lead(work, lead.id, lead.version, mine)
    by_name = {
        field.name: (field.base, field.theirs, field.mine, field.result) for field in found.fields
    }
    assert by_name == {
        "note": ("原来", "他的", "我的", "ask"),
        "line": ("", "他的产品", "", "theirs"),
        "project_name": ("", "", "新项目", "mine"),
    }


def test_a_clash_over_an_amount_asks_between_amount_and_withheld(
    office: Office, log: Log, officer: Actor, colleague: Actor
):
    lead = log(planned_investment="100000000.00")
    with office.open(colleague) as work:
        service.edit(work, lead.id, EditLead(planned_investment_withheld=True), lead.version)
    mine = EditLead(planned_investment="120000000.00")
    with office.open(officer, reads=True) as work:
        found = clash.of_lead(work, lead.id, lead.version, mine)
    field = found.fields[0]
    assert (field.base, field.theirs, field.mine, field.result) == (
        "100000000.00元",
        "企业暂未提供",
        "120000000.00元",
        "ask",
    )
    assert EditLead(planned_investment=field.theirs).planned_investment_withheld


def test_a_talk_is_the_first_response_and_a_line_of_progress_too(
    office: Office, log: Log, officer: Actor
):
    talked, noted = log(), log(name="另一家企业有限公司")
    with office.open(officer) as work:
        service.log_talk(work, talked.id, LogTalk(happened_on="2026-03-01", content="谈用地"))
    with office.open(officer) as work:
        service.log_progress(work, noted.id, LogProgress(line="已通电话"))
    with office.open(officer, reads=True) as work:
        for id, day in ((talked.id, date(2026, 3, 1)), (noted.id, date(2026, 3, 2))):
            lead = service.lead(work, id)
            assert lead.responded_at is not None
            assert (lead.due_on, lead.progressed_on) == (None, day)
        kinds = [event.kind for event in desk.desk(work, talked.id).events]
    assert kinds[-1] == "system"
    assert "plain" in kinds


def test_a_talk_cannot_lie_in_the_future(office: Office, log: Log, officer: Actor):
    lead = log()
    with pytest.raises(Invalid) as refused, office.open(officer) as work:
        service.log_talk(work, lead.id, LogTalk(happened_on="2026-03-03", content="明天的"))
    assert refused.value.issues[0].pointer == "/happened_on"


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
        assert first_talk.right_of_lead(work, lead.id).state.value == "released"
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


def test_another_district_sees_and_does_nothing(office: Office, log: Log, rival: Actor):
    lead = log()
    assert filtered(office, rival) == []
    acts = [
        lambda work: service.lead(work, lead.id),
        lambda work: desk.desk(work, lead.id),
        lambda work: service.edit(work, lead.id, EditLead(note="x"), lead.version),
        lambda work: service.log_progress(work, lead.id, LogProgress(line="偷看")),
        lambda work: service.pool(work, lead.id, PoolLead(reason="抢走"), lead.version),
        lambda work: service.drop(
            work, lead.id, DropLead(reason_code="other", reason="x"), lead.version
        ),
        lambda work: service.restore(work, lead.id),
    ]
    for act in acts:
        with pytest.raises(NotFound), office.open(rival) as work:
            act(work)


def test_a_lead_shared_with_a_district_is_read_and_not_changed_there(
    office: Office, log: Log, officer: Actor, rival: Actor
):
    lead = log()
    with office.open(officer) as work:
        work.share(work.get(Lead, lead.id), rival.district_id)
    with office.open(rival, reads=True) as work:
        shown = desk.desk(work, lead.id)
    assert (shown.lead.name, shown.may_change) == (QINZE, False)
    assert filtered(office, rival) == []
    with pytest.raises(Forbidden), office.open(rival) as work:
        service.edit(work, lead.id, EditLead(note="x"), lead.version)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.TAX, Role.COORDINATOR])
def test_roles_without_leads_are_kept_out(office: Office, log: Log, role: Role):
    log()
    outsider = person(office, "outsider", role, district="510500")
    with pytest.raises(Forbidden), office.open(outsider, reads=True) as work:
        service.leads(work, LeadFilter())


def test_a_negotiator_reads_and_writes_nothing(office: Office, log: Log):
    lead = log()
    reader = person(office, "chen", Role.NEGOTIATOR)
    assert filtered(office, reader) == [QINZE]
    with pytest.raises(Forbidden), office.open(reader) as work:
        service.edit(work, lead.id, EditLead(note="x"), lead.version)


def test_filters_narrow_the_list(office: Office, log: Log, officer: Actor, colleague: Actor):
    log(
        name="天府锻造有限公司", source="expo", scope={"division": "22"}, planned_investment="50.00"
    )
    log(name="航天紧固件有限公司", source="agency", planned_investment="100000000.00")
    log(colleague, name="蓝海电池有限公司", source="agency")
    with office.open(officer) as work:
        third = service.leads(work, LeadFilter(owner=[colleague.id])).items[0]
        service.pool(work, third.id, PoolLead(reason="联系不上"), None)
    cases: list[tuple[dict[str, object], list[str]]] = [
        ({"source": ["agency"]}, ["航", "蓝"]),
        ({"source": ["agency,expo"], "state": ["open"]}, ["天", "航"]),
        ({"division": ["22"]}, ["天"]),
        ({"owner": [officer.id]}, ["天", "航"]),
        ({"state": ["pooled"]}, ["蓝"]),
        ({"stage": ["assessing"]}, []),
        ({"amount.gte": "100000000.00"}, ["航"]),
        ({"amount.lte": "99.00"}, ["天"]),
        ({"logged_on.gte": "2026-03-03"}, []),
        ({"logged_on.lte": "2026-03-02"}, ["天", "航", "蓝"]),
        ({"due_on.lte": "2026-03-03"}, ["天", "航"]),
        ({"responded": "true"}, []),
        ({"q": "航天紧固"}, ["航"]),
        ({"q": "lhdc"}, ["蓝"]),
    ]
    whole = {name[0]: name for name in filtered(office, officer)}
    for given, names in cases:
        found = filtered(office, officer, sort="logged_at", **given)
        assert sorted(found) == sorted(whole[name] for name in names), given


def test_a_lead_is_found_by_the_code_and_initials_of_its_enterprise(
    office: Office, log: Log, officer: Actor
):
    log(uscc=CODE, project_name="飞机起落架")
    for text in (CODE, "秦泽航空", "qzhk", "飞机起落架", "fjqlj"):
        assert filtered(office, officer, q=text) == [QINZE], text


def test_pages_neither_skip_nor_repeat_under_any_order(office: Office, log: Log, officer: Actor):
    for number in range(7):
        amount = {"planned_investment": f"{number}00000000.00"} if number % 3 else {}
        log(name=f"第 {number} 家企业有限公司", **amount)
    for sort in ("due_on", "-due_on", "name", "-logged_at", "updated_at", "amount", "-amount"):
        seen, cursor = [], None
        while True:
            with office.open(officer, reads=True) as work:
                page = service.leads(work, LeadFilter(sort=sort, limit=2, cursor=cursor))
            seen += [lead.id for lead in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 7, sort


def test_an_unknown_order_or_place_is_refused(office: Office, officer: Actor):
    with pytest.raises(BadFilter) as refused, office.open(officer, reads=True) as work:
        service.leads(work, LeadFilter(sort="secret"))
    assert "due_on" in refused.value.members["allowed"]
    for cursor in (">i:1", "nonsense", ">x~"):
        with pytest.raises(BadCursor), office.open(officer, reads=True) as work:
            service.leads(work, LeadFilter(cursor=cursor))


def test_totals_add_yuan_and_say_what_they_leave_out(office: Office, log: Log, officer: Actor):
    log(planned_investment="160000000.00")
    log(name="乙企业有限公司", planned_investment="90000000.01")
    log(name="丙企业有限公司", planned_investment_withheld=True)
    log(name="丁企业有限公司")
    log(name="戊企业有限公司", planned_investment="10000000.00", planned_investment_currency="USD")
    with office.open(officer, reads=True) as work:
        totals = listing.totals(work, LeadFilter())
    assert (totals.count, totals.investment, totals.without) == (5, Money(25000000001), 2)
    assert (totals.in_dollars, totals.dollars) == (1, Money(10**9))


def test_no_query_is_made_per_row(office: Office, log: Log, officer: Actor):
    from sqlalchemy import event

    def queries(limit: int) -> int:
        seen: list[str] = []
        event.listen(office.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
        with office.open(officer, reads=True) as work:
            service.leads(work, LeadFilter(limit=limit))
        return len(seen)

    for number in range(12):
        log(name=f"第 {number} 家企业有限公司")
    assert queries(12) == queries(2)


def test_the_timeline_tells_every_change_in_words(office: Office, log: Log, officer: Actor):
    lead = log()
    with office.open(officer) as work:
        service.edit(
            work, lead.id, EditLead(planned_investment="120000000.00", division="37"), lead.version
        )
    with office.open(officer, reads=True) as work:
        newest = desk.desk(work, lead.id).events[0]
    told = {change.title: (change.before, change.after) for change in newest.changes}
    assert told["计划投资总额"] == ("—", "120,000,000.00 元")
    assert told["行业大类"][1] == "铁路、船舶、航空航天和其他运输设备制造业"


def test_the_timeline_tells_what_happened_to_the_right(office: Office, log: Log, officer: Actor):
    lead = log(**COMPLETE)
    with office.open(officer) as work:
        service.drop(work, lead.id, DropLead(reason_code="no_progress"), lead.version)
    with office.open(officer, reads=True) as work:
        told = {event.title for event in desk.desk(work, lead.id).events}
    assert told == {"首谈主动释放", "首谈申报", "终止", "登记线索"}


def test_a_claim_that_is_over_may_be_made_again(
    office: Office, log: Log, officer: Actor, clock: FrozenClock
):
    small = log(**{**COMPLETE, "planned_investment": "99999999.99"}, if_taken="queue")
    assert small.right is not None
    assert small.right.state.value == "rejected"
    with office.open(officer, reads=True) as work:
        assert desk.desk(work, small.id).may_claim
    clock.tick(minutes=1)
    raised = ClaimLead(planned_investment="100000000.00", scope={"division": "37"})
    with office.open(officer) as work:
        claimed = service.claim(work, small.id, raised, small.version)
    assert claimed.right is not None
    assert claimed.right.state.value == "submitted"
    with office.open(officer, reads=True) as work:
        assert not desk.desk(work, small.id).may_claim


def test_proofs_are_read_with_their_lead_only(
    office: Office, log: Log, officer: Actor, rival: Actor
):
    lead = log(evidence=COMPLETE["evidence"])
    file_id = lead.evidence[0].file_id
    with office.open(officer) as work:
        assert service.evidence_file(work, lead.id, file_id)[:2] == ("来函.pdf", LETTER)
    with pytest.raises(NotFound), office.open(rival) as work:
        service.evidence_file(work, lead.id, file_id)
    other = log(name="另一家企业有限公司")
    with pytest.raises(NotFound), office.open(officer) as work:
        service.evidence_file(work, other.id, file_id)


def test_a_command_with_amount_and_withheld_or_nothing_to_count_is_none():
    for given in ({"planned_investment": "0.00"}, {"planned_investment": "-1.00"}):
        with pytest.raises(ValueError, match="须大于 0"):
            LogLead(name=QINZE, source="expo", **given)
    with pytest.raises(ValueError, match="企业暂未提供"):
        EditLead(planned_investment="1.00", planned_investment_withheld=True)
