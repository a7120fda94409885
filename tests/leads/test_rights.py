"""Leads and the rights that stand on them: what a claim says, what counts, what a lapse does."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from starlette.testclient import TestClient

from app.clock import SHANGHAI
from app.enterprises import service as enterprises
from app.enterprises.schemas import Engage
from app.errors import Conflict, FirstTalkRefused, Invalid, NotFound
from app.first_talk import asking, checks, joining, lead_rights
from app.first_talk import service as first_talk
from app.first_talk.check_schemas import Check
from app.first_talk.progress import Colour
from app.first_talk.rights import Reason, State
from app.first_talk.schemas import Decide
from app.kit.files import Upload
from app.kit.work import Actor, Office, Role
from app.leads import lapses, listing, service
from app.leads.schemas import AssignLead, ClaimLead, LeadFilter, LoggedLead, LogProgress, LogTalk
from app.leads.stages import LeadState
from app.money import Money
from tests.builders import CITY, JIANGYANG, LONGMATAN, FrozenClock, partner_key, person
from tests.leads.conftest import CODE, LETTER, QINZE

Log = Callable[..., LoggedLead]

COMPLETE = {
    "uscc": CODE,
    "planned_investment": "300000000.00",
    "first_talked_on": "2026-02-27",
    "scope": {"division": "37", "line": "航空零部件"},
    "evidence": [{"kind": "investor_letter", "file": Upload("来函.pdf", LETTER)}],
    "if_taken": "queue",
}
SURVEY = {
    "kind": "visit",
    "happened_on": date(2026, 4, 13),
    "content": "现场踏勘地块 A",
    "participants": "经外局",
    "substantive_kind": "site_survey",
}


def set_day(clock: FrozenClock, day: str) -> None:
    clock.set(datetime.combine(date.fromisoformat(f"2026-{day}"), datetime.min.time(), SHANGHAI))


def state_of(office: Office, actor: Actor, id: str) -> LeadState:
    with office.open(actor, reads=True) as work:
        return service.lead(work, id).state


def names(office: Office, actor: Actor, state: LeadState) -> list[str]:
    with office.open(actor, reads=True) as work:
        return [one.name for one in service.leads(work, LeadFilter(state=[state])).items]


@pytest.fixture
def silent(office: Office, clock: FrozenClock, log: Log) -> LoggedLead:
    """A lead whose right missed two reports and was told on 04-13 that it will lapse."""
    lead = log(**COMPLETE)
    registrar = person(office, "registrar", Role.COORDINATOR, district=CITY)
    with office.open(registrar) as work:
        first_talk.decide(work, lead.right.id, None, Decide(agree=True))
    set_day(clock, "04-13")
    with office.open() as work:
        assert first_talk.notify_lapses(work) == 1
    return lead


def test_a05_the_lead_of_a_lapsed_right_stands_in_the_pool_swept_or_not(
    office: Office, clock: FrozenClock, officer: Actor, colleague: Actor, silent: LoggedLead
):
    set_day(clock, "04-20")
    assert state_of(office, officer, silent.id) is LeadState.OPEN
    set_day(clock, "04-21")
    seen = []
    for sweeps in (False, True):
        if sweeps:
            with office.open() as work:
                assert (lapses.pool_lapsed(work), lapses.pool_lapsed(work)) == (1, 0)
        with office.open(officer, reads=True) as work:
            lead = service.lead(work, silent.id)
            counts = listing.tab_counts(work)
        assert lead.right.state is State.LAPSED
        seen.append(
            (lead.state, lead.owner, lead.pooled_on, lead.reason, lead.former_owner, counts)
        )
        assert names(office, officer, LeadState.POOLED) == [QINZE]
        assert names(office, officer, LeadState.OPEN) == []
    assert seen[0] == seen[1]
    assert seen[0][:4] == (LeadState.POOLED, None, date(2026, 4, 21), "首谈失效")
    assert seen[0][4].code == officer.id

    with office.open(colleague) as work:
        service.assign(work, silent.id, AssignLead(owner_id=colleague.id), None)
    assert state_of(office, officer, silent.id) is LeadState.OPEN
    with office.open() as work:
        assert lapses.pool_lapsed(work) == 0


def test_a_lapse_brings_the_leads_of_joint_holders_into_the_pool_too(
    office: Office, clock: FrozenClock, log: Log, silent: LoggedLead
):
    park = person(office, "park", Role.OFFICER, unit="510504-CKQ-ZSJ")
    joint = log(park, **COMPLETE)
    assert joint.right.id == silent.right.id
    set_day(clock, "04-21")
    assert state_of(office, park, joint.id) is LeadState.POOLED
    assert names(office, park, LeadState.POOLED) == [QINZE]
    with office.open() as work:
        assert (lapses.pool_lapsed(work), lapses.pool_lapsed(work)) == (2, 0)


def test_who_acts_first_on_a_fallen_lead_finds_it_in_the_pool(
    office: Office, clock: FrozenClock, officer: Actor, colleague: Actor, silent: LoggedLead
):
    set_day(clock, "04-21")
    with office.open(officer) as work, pytest.raises(Conflict, match="线索池"):
        service.claim(work, silent.id, ClaimLead(), silent.version)
    with office.open(colleague) as work:
        picked = service.assign(work, silent.id, AssignLead(owner_id=colleague.id), None)
    assert (picked.state, picked.owner.code) == (LeadState.OPEN, colleague.id)


def test_a_line_made_substantive_by_the_api_ends_the_silence_from_then_on(
    office: Office,
    client: Callable[..., TestClient],
    officer: Actor,
    silent: LoggedLead,
):
    with office.open(officer) as work:
        line = service.log_progress(work, silent.id, LogProgress(line="企业来看了地"))
        right = lead_rights.right_of_lead(work, silent.id)
        assert (right.last_event_on, right.lapse_by) == (None, date(2026, 4, 20))
    api = client()
    key = partner_key(office, "lead:*", district=LONGMATAN)
    api.headers["Authorization"] = f"Bearer {key}"
    sent = api.post(
        "/api/v1/files",
        files={"file": ("踏勘.txt", "地块 A".encode())},
        headers={"Idempotency-Key": "file-0001"},
    )
    told = {
        "kind": "visit",
        "substantive_kind": "site_survey",
        "participants": "经外局",
        "files": [sent.json()["id"]],
    }
    done = api.patch(
        f"/api/v1/interactions/{line.id}", json=told, headers={"If-Match": f'"v{line.version}"'}
    )
    assert (done.status_code, done.json()["substantive_kind"]["code"]) == (200, "site_survey")
    with office.open(officer, reads=True) as work:
        right = lead_rights.right_of_lead(work, silent.id)
    assert (right.colour, right.lapse_by, right.last_event_on) == (
        Colour.GREEN,
        None,
        date(2026, 4, 13),
    )


def test_on_the_page_a_line_is_told_in_full_and_stays_one_entry(
    office: Office,
    client: Callable[..., TestClient],
    officer: Actor,
    silent: LoggedLead,
):
    with office.open(officer) as work:
        line = service.log_progress(work, silent.id, LogProgress(line="企业来看了地"))
    address = f"/leads/{silent.id}/talk?line={line.id}"
    mine = client(officer)
    form = mine.get(address)
    assert ("改为实质进展" in form.text, "企业来看了地" in form.text) == (True, True)
    bare = mine.post(
        address, data={"happened_on": "2026-04-13", "content": "踏勘", "kind": "visit"}
    )
    assert (bare.status_code, "请选择实质进展的种类" in bare.text) == (422, True)
    told = {**SURVEY, "happened_on": "2026-04-13"}
    done = mine.post(address, data=told, files={"files": ("踏勘.txt", b"A")})
    assert done.status_code == 303
    with office.open(officer, reads=True) as work:
        [only] = enterprises.interactions(work, {silent.id})
        assert lead_rights.right_of_lead(work, silent.id).colour is Colour.GREEN
    assert (only.id, only.content) == (line.id, "现场踏勘地块 A")


def test_a_line_of_another_lead_is_not_told_here(
    office: Office, log: Log, officer: Actor, silent: LoggedLead
):
    other = log(name="另一家公司")
    with office.open(officer) as work:
        line = service.log_progress(work, other.id, LogProgress(line="电话联系"))
        told = LogTalk(**SURVEY, files=[Upload("踏勘.txt", b"A")])
        with pytest.raises(NotFound):
            service.make_substantive(work, silent.id, line.id, told)


def test_a_claim_under_a_lead_names_what_it_is_excluded_for_and_its_fixed_assets(
    log: Log,
):
    facts = {"fixed_asset_investment": "60000000.00", "exclusions": ["real_estate"]}
    lead = log(**COMPLETE, **facts)
    assert (lead.right.state, lead.right.reason) == (State.REJECTED, Reason.EXCLUDED)
    assert lead.right.reason_text == "房地产"
    assert lead.fixed_asset_investment == Money.parse("60000000.00")


def test_a_claim_under_a_lead_names_a_co_holder(office: Office, log: Log, rival: Actor):
    lead = log(**COMPLETE, co_holder=JIANGYANG)
    with office.open(rival, reads=True) as work:
        [asked] = joining.pending(work)
    assert (asked.number, asked.enterprise_name) == (lead.right.number, QINZE)
    with pytest.raises(Invalid, match="一体区域"):
        log(
            **(COMPLETE | {"uscc": None, "unregistered": True, "name": "新公司"}),
            co_holder=LONGMATAN,
        )


def test_a08_a_department_that_files_what_a_district_has_in_talks_is_refused_and_it_is_told(
    office: Office, clock: FrozenClock, log: Log, officer: Actor
):
    lead = log(name="丙公司", uscc=CODE, planned_investment="80000000.00")
    with office.open(officer) as work:
        service.log_talk(work, lead.id, LogTalk(happened_on=work.today, content="谈用地"))
        engaged = {"about_id": lead.id, "enterprise_id": lead.enterprise.id, "division": "37"}
        enterprises.engage(
            work,
            Engage(**engaged, unit=LONGMATAN, status="negotiating", since=work.today),
        )
    department = person(office, "department", Role.OFFICER, district=CITY)
    set_day(clock, "04-14")
    filing = {**COMPLETE, "name": "丙公司", "first_talked_on": "2026-04-10"}
    with pytest.raises(FirstTalkRefused) as refused:
        log(department, **(filing | {"if_taken": "refuse"}))
    assert refused.value.members == {"reason": "already_in_talks"}
    told = str(refused.value)
    assert told == "该企业已有单位在谈，可申请协作"
    kept = log(department, **filing)
    assert kept.right.reason is Reason.ALREADY_IN_TALKS
    clock.tick(minutes=1)
    with office.open(department) as work:
        with pytest.raises(Conflict):
            checks.request_cooperation(work, Check(identity=CODE, division="26"))
        checks.request_cooperation(work, Check(identity=CODE, division="37"))
    with office.open(officer, reads=True) as work:
        *asked, last = asking.lately(work)[::-1]
    assert (last.kind.label, last.about_id) == ("请求协作", lead.id)
    assert [(one.about_id, one.district.label, one.enterprise_name) for one in asked] == [
        (lead.id, "泸州市", "丙公司")
    ] * 2
