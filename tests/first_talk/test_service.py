"""What a filing becomes: completed, held jointly, decided, reported on, converted, over in time."""

import pytest

from app.enterprises import service as enterprises
from app.enterprises.schemas import EditEnterprise, LogInteraction, NamedEnterprise
from app.errors import Conflict, Forbidden, IllegalTransition, Invalid, VersionMismatch
from app.first_talk import lead_rights, register, rulebook, service
from app.first_talk.progress import Colour
from app.first_talk.rights import Reason, State
from app.first_talk.schemas import AddEvidence
from app.kit.files import Upload
from app.kit.work import Actor, Office, Role
from app.money import Money
from tests.builders import CITY, LONGMATAN, FrozenClock, person
from tests.first_talk import claims
from tests.first_talk.claims import MINUTES, VISIT, YI, at, on

PROFILES = (
    *("luzhou_default", "henan_2025", "chongqing_trial", "guangzhou_2004", "kunming_enclave"),
    *("jiangmen_2024", "xuancheng_2024", "handan_2024", "wuhan_zone"),
)


def test_the_tick_writes_what_time_has_done_once(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    claims.agree(office, registrar, right.id)
    clock.set(at("07-01"))
    for changes in (2, 0):
        with office.open() as work:
            assert service.settle_due(work) == changes
    assert claims.states(office) == {State.EXPIRED: 1}
    with office.open(longmatan, reads=True) as work:
        page = register.right_page(work, right.id)
    assert [line.kind.label for line in page.receipts] == [
        "首谈登记凭证",
        "首谈保护凭证",
        "首谈终结",
    ]


def test_an_incomplete_claim_ends_when_it_is_not_completed_in_time(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor
):
    company = claims.enterprise(office)
    right = claims.file(office, jiangyang, company, evidence=[VISIT]).right
    assert right.fix_by == on("03-09")
    assert claims.file(office, longmatan, company).right.state is State.SUBMITTED
    clock.set(at("03-10"))
    ended = claims.read(office, jiangyang, right.id)
    assert (ended.state, ended.reason) == (State.REJECTED, Reason.INCOMPLETE)
    with pytest.raises(IllegalTransition):
        claims.complete(office, jiangyang, right, MINUTES)


def test_a_claim_that_lacks_division_amount_and_day_takes_its_place_once_they_are_given(
    office: Office, longmatan: Actor, jiangyang: Actor
):
    company = claims.enterprise(office)
    bare = {"division": None, "amount": None, "first_talked_on": None}
    right = claims.file(office, longmatan, company, **bare).right
    assert [one.label for one in right.missing] == ["行业大类", "计划投资总额", "首谈时间"]
    claims.file(office, jiangyang, company)
    given = AddEvidence(division="26", amount=Money(2 * YI), first_talked_on=on("02-01"))
    with office.open(longmatan) as work:
        filed = service.complete(work, right.id, right.version, given)
    assert (filed.right.state, filed.right.ahead.district.label) == (State.QUEUED, "江阳区")


def test_inside_a_family_a_second_filing_makes_joint_holders(
    office: Office, longmatan: Actor, park: Actor, jiangyang: Actor
):
    company = claims.enterprise(office)
    first = claims.file(office, longmatan, company)
    joint = claims.file(office, park, company, if_taken="refuse")
    assert joint.right.id == first.right.id
    assert joint.receipt.number == "CKQ-FT-2026-000001"
    assert [one.district.label for one in joint.right.joint_holders] == ["长开区"]
    assert claims.states(office) == {State.SUBMITTED: 1}
    assert claims.listed(office, park) == [("龙马潭区", "待审核")]
    with pytest.raises(Conflict, match="CKQ-FT-2026-000001"):
        claims.file(office, park, company)
    assert claims.file(office, jiangyang, company).right.state is State.QUEUED
    with office.open(park, reads=True) as work:
        assert lead_rights.right_of_lead(work, "led_park").id == first.right.id
        page = register.right_page(work, first.right.id)
    assert [line.number for line in page.receipts] == ["CKQ-FT-2026-000001"]
    assert (len(page.evidence), page.acts.release) == (1, False)


def test_an_incomplete_claim_completed_inside_a_family_joins_its_right(
    office: Office, longmatan: Actor, park: Actor
):
    company = claims.enterprise(office)
    first = claims.file(office, longmatan, company)
    lacking = claims.file(office, park, company, evidence=[VISIT], if_taken="refuse").right
    done = claims.complete(office, park, lacking, MINUTES)
    assert done.right.id == first.right.id
    assert claims.states(office) == {State.SUBMITTED: 1, State.RELEASED: 1}


def test_only_a_registrar_who_is_no_party_decides_and_never_a_key(
    office: Office, longmatan: Actor, registrar: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    with pytest.raises(Forbidden):
        claims.agree(office, longmatan, right.id)
    both = person(office, "both", Role.COORDINATOR, Role.OFFICER, district=CITY)
    own = claims.file(office, both, claims.enterprise(office, "乙公司", None)).right
    with pytest.raises(Forbidden, match="本单位"):
        claims.agree(office, registrar, own.id)
    assert claims.agree(office, registrar, right.id).state is State.NOTICE


def test_a_decision_on_an_older_version_is_refused(
    office: Office, longmatan: Actor, registrar: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    claims.agree(office, registrar, right.id)
    with office.open(longmatan) as work, pytest.raises(VersionMismatch):
        service.release(work, right.id, right.version, "晚了")


def test_a_contract_converts_a_right_but_not_before_it_was_filed(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    claims.agree(office, registrar, right.id)
    clock.set(at("04-01", "10:00:00"))
    with office.open(longmatan) as work, pytest.raises(Invalid, match="早于首报时间"):
        lead_rights.convert(work, "led_longmatan", on("03-01"))
    with office.open(longmatan) as work:
        done = lead_rights.convert(work, "led_longmatan", on("04-01"))
        assert lead_rights.convert(work, "led_none", on("04-01")) is None
    assert (done.state, done.ended_at) == (State.CONVERTED, at("04-01", "10:00:00"))


def test_reports_count_and_only_substantive_progress_ends_the_silence(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor
):
    company = claims.enterprise(office)
    right = claims.file(office, longmatan, company).right
    claims.agree(office, registrar, right.id)
    with office.open(longmatan) as work:
        enterprises.index_name(work, "led_longmatan", "硝化棉项目", company)

    def report(day: str, **more: object) -> Colour:
        clock.set(at(day, "10:00:00"))
        values = {"about_id": "led_longmatan", "enterprise_id": company, "content": "联系"}
        with office.open(longmatan) as work:
            told = enterprises.log_interaction(
                work, LogInteraction(**values, happened_on=on(day), **{"kind": "note", **more})
            )
            lead_rights.note_report(work, "led_longmatan", told)
            return lead_rights.right_of_lead(work, "led_longmatan").colour

    # Active from 03-06: reports fall due every 14 days, silence is yellow after two months.
    for day in ("03-20", "04-03", "04-17", "05-06"):
        assert report(day) is Colour.GREEN
    assert report("05-15") is Colour.YELLOW
    survey = {
        "kind": "visit",
        "substantive_kind": "site_survey",
        "participants": "经外局",
        "counterparts": "企业总经理",
        "files": [Upload("踏勘记录.txt", "地块 A".encode())],
    }
    assert report("05-16", **survey) is Colour.GREEN


def test_a_claim_of_an_unregistered_investor_keeps_its_place_when_the_code_comes(
    office: Office, longmatan: Actor, jiangyang: Actor
):
    with office.open(longmatan) as work:
        new = enterprises.find_or_add(work, NamedEnterprise(name="新设公司", unregistered=True))
        company = new.id
    first = claims.file(office, longmatan, company).right
    with office.open(longmatan) as work:
        enterprises.edit_enterprise(
            work, company, EditEnterprise(uscc=claims.JIA, unregistered=False)
        )
    second = claims.file(office, jiangyang, company).right
    assert second.ahead.district.code == LONGMATAN
    assert claims.read(office, longmatan, first.id).first_reported_at == first.first_reported_at


def test_every_seeded_rule_set_is_one_the_rules_can_read(office: Office):
    with office.open(reads=True) as work:
        names = [f"{name}/1" for name in PROFILES]
        found = rulebook.policies(work, names)
    assert found["henan_2025/1"].length_days is None
    assert found["jiangmen_2024/1"].answer.working is False
    assert set(found) == set(names)
