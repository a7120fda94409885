"""What a lead is logged with, claims, and is changed to; who sees it: every rule as an outcome."""

from datetime import date

import pytest

from app.enterprises import service as enterprises
from app.errors import Conflict, FirstTalkConflict, Forbidden, Invalid, NotFound, VersionMismatch
from app.kit.files import Upload
from app.kit.work import Actor, Office, Role
from app.leads import clash, desk, listing, service
from app.leads.models import Lead
from app.leads.schemas import (
    ClaimLead,
    DropLead,
    EditLead,
    LeadFilter,
    LogLead,
    LogProgress,
    LogTalk,
    PoolLead,
)
from app.money import Money
from tests.builders import FrozenClock, person
from tests.leads.filings import COMPLETE, Log, filtered
from tests.leads.partners import LETTER, QINZE


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
