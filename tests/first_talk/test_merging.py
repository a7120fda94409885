"""Enterprises merged and parted: what becomes of the rights and receipts that stand on them."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.enterprises import service as enterprises
from app.enterprises.schemas import NamedEnterprise
from app.errors import Conflict, Forbidden, Invalid
from app.first_talk import cases, lead_rights, merging, service
from app.first_talk.case_schemas import CaseFilter
from app.first_talk.challenges import CaseState, Effect, Ground
from app.first_talk.merge_schemas import MergeInto
from app.first_talk.rights import Reason, State
from app.kit.work import Actor, Office, Role
from tests.builders import FrozenClock, person
from tests.first_talk import acts, claims
from tests.first_talk.claims import JIA, at, on

YI = "91610131MA6TX8AB35"
Browse = Callable[..., TestClient]


@pytest.fixture
def head(office: Office) -> Actor:
    """The head of the unit of 龙马潭区."""
    return person(office, "head", Role.UNIT_HEAD)


def entered(office: Office, actor: Actor, name: str, uscc: str | None) -> str:
    """An entry of the directory by somebody."""
    named = NamedEnterprise(name=name, uscc=uscc, unregistered=uscc is None)
    with office.open(actor) as work:
        return enterprises.find_or_add(work, named).id


def merge(office: Office, actor: Actor, id: str, into: str) -> None:
    with office.open(actor) as work:
        merging.merge(work, id, None, MergeInto(into_id=into))


def part(office: Office, actor: Actor, id: str) -> None:
    with office.open(actor) as work:
        merging.part(work, id, None)


def test_two_that_both_hold_one_division_are_not_merged_and_both_numbers_are_told(
    office: Office, head: Actor, longmatan: Actor, jiangyang: Actor
):
    ours, theirs = entered(office, head, "甲公司", JIA), entered(office, jiangyang, "乙公司", YI)
    claims.file(office, longmatan, ours)
    claims.file(office, jiangyang, theirs)
    with pytest.raises(Conflict) as refused:
        merge(office, head, ours, theirs)
    numbers = ["LMT-FT-2026-000001", "JY-FT-2026-000001"]
    assert refused.value.members == {"numbers": numbers}
    assert all(number in refused.value.message for number in numbers)
    with office.open(reads=True) as work:
        assert enterprises.root(work, ours) == ours


def test_a_merge_keeps_receipts_and_dates_and_blocks_under_both_names(
    office: Office, clock: FrozenClock, head: Actor, longmatan: Actor, jiangyang: Actor
):
    ours, theirs = entered(office, head, "甲公司", JIA), entered(office, jiangyang, "乙公司", YI)
    filed = claims.file(office, longmatan, ours)
    clock.set(at("03-03", "10:00:00"))
    merge(office, head, ours, theirs)
    kept = claims.read(office, longmatan, filed.right.id)
    assert (kept.number, kept.first_reported_at) == (
        filed.right.number,
        filed.right.first_reported_at,
    )
    assert [one.number for one in claims.page(office, longmatan, kept.id).receipts] == [kept.number]
    behind = claims.file(office, jiangyang, theirs).right
    assert (behind.state, behind.ahead.district.label) == (State.QUEUED, "龙马潭区")


def test_undone_the_rights_stand_apart_again_and_the_queue_moves_up(
    office: Office, head: Actor, longmatan: Actor, jiangyang: Actor
):
    ours, theirs = entered(office, head, "甲公司", JIA), entered(office, jiangyang, "乙公司", YI)
    held = claims.file(office, longmatan, ours).right
    merge(office, head, ours, theirs)
    behind = claims.file(office, jiangyang, theirs).right
    part(office, head, ours)
    assert claims.read(office, longmatan, held.id).state is State.SUBMITTED
    alone = claims.read(office, jiangyang, behind.id)
    assert (alone.state, alone.ahead) == (State.SUBMITTED, None)
    with office.open(jiangyang, reads=True) as work:
        assert service.blocks_others(work, ours, "26").district.label == "龙马潭区"
        assert service.blocks_others(work, theirs, "26") is None
    with pytest.raises(Conflict, match="没有并入"):
        part(office, head, ours)


def test_an_investor_without_a_code_collides_with_a_known_one_and_the_earlier_time_leads(
    office: Office,
    clock: FrozenClock,
    head: Actor,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
):
    provisional = entered(office, head, "新设公司", None)
    known = entered(office, jiangyang, "乙公司", YI)
    later = claims.file(office, jiangyang, known, first_talked_on=at("02-25").date())
    clock.set(at("03-02", "09:00:00"))
    clock.set(at("03-02", "11:00:00"))
    earlier, second = later.right, claims.file(office, longmatan, provisional).right
    merge(office, head, provisional, known)
    leads = claims.read(office, jiangyang, earlier.id)
    behind = claims.read(office, longmatan, second.id)
    assert (leads.state, behind.state) == (State.CONTESTED, State.QUEUED)
    assert (behind.number, behind.first_reported_at) == (second.number, second.first_reported_at)
    with office.open(registrar, reads=True) as work:
        [case] = cases.listed(work, CaseFilter()).items
    assert (case.ground, case.state, case.holder.label, case.objector.label) == (
        Ground.SAME_PROJECT,
        CaseState.NEGOTIATING,
        "江阳区",
        "龙马潭区",
    )
    clock.set(at("03-10", "10:00:00"))
    acts.rule(office, registrar, case.id, Effect.UPHOLD)
    assert claims.read(office, jiangyang, earlier.id).state is State.NOTICE
    assert claims.read(office, longmatan, second.id).state is State.QUEUED


def test_a_later_right_that_runs_already_gives_way_and_is_given_back_by_a_ruling(
    office: Office,
    clock: FrozenClock,
    head: Actor,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
):
    provisional = entered(office, head, "新设公司", None)
    known = entered(office, jiangyang, "乙公司", YI)
    first = claims.file(office, jiangyang, known).right
    second = claims.file(office, longmatan, provisional).right
    for right in (first, second):
        claims.agree(office, registrar, right.id)
    clock.set(at("03-16", "10:00:00"))
    merge(office, head, provisional, known)
    lost = claims.read(office, longmatan, second.id)
    assert (lost.state, lost.reason) == (State.REJECTED, Reason.FIRST_TALK_TAKEN)
    with office.open(registrar, reads=True) as work:
        [case] = cases.listed(work, CaseFilter()).items
    clock.set(at("03-24", "10:00:00"))
    acts.rule(office, registrar, case.id, Effect.TRANSFER)
    assert claims.read(office, jiangyang, first.id).state is State.TRANSFERRED
    with office.open(longmatan, reads=True) as work:
        won = lead_rights.right_of_lead(work, second.lead_id)
    assert (won.state, won.first_reported_at) == (State.ACTIVE, second.first_reported_at)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("first_is_granted", [False, True])
def test_in_one_family_a_collision_makes_joint_holders_with_the_earlier_first_report(
    office: Office,
    clock: FrozenClock,
    head: Actor,
    longmatan: Actor,
    park: Actor,
    registrar: Actor,
    first_is_granted: bool,
):
    provisional = entered(office, head, "新设公司", None)
    earlier = claims.file(office, park, entered(office, park, "乙公司", YI)).right
    clock.tick(hours=1)
    later = claims.file(office, longmatan, provisional).right
    leading, joining = (later, earlier) if first_is_granted else (earlier, later)
    actors = {earlier.id: park, later.id: longmatan}
    if first_is_granted:  # the later one has become a right already: it is the row that stays
        claims.agree(office, registrar, later.id)
        clock.set(at("03-09", "10:00:00"))
    merge(office, head, provisional, earlier.enterprise_id)
    kept = claims.read(office, actors[leading.id], leading.id)
    assert kept.state is (State.ACTIVE if first_is_granted else State.SUBMITTED)
    assert kept.first_reported_at == earlier.first_reported_at
    joint = actors[joining.id]
    assert [one.district.code for one in kept.joint_holders] == [joint.district_id]
    given = claims.read(office, joint, joining.id)
    assert (given.state, given.number) == (State.RELEASED, joining.number)
    with office.open(joint, reads=True) as work:
        assert lead_rights.right_of_lead(work, joining.lead_id).id == kept.id
        assert cases.listed(work, CaseFilter()).items == []
    pages = [claims.page(office, joint, id) for id in (joining.id, kept.id)]
    assert [len(one.evidence) for one in pages] == [1, 1]
    assert pages[0].receipts[0].number == joining.number
    assert pages[1].receipts[-1].kind == "joint"


def test_what_either_holder_reported_before_counts_for_the_one_right(
    office: Office,
    clock: FrozenClock,
    head: Actor,
    longmatan: Actor,
    park: Actor,
    registrar: Actor,
):
    provisional = entered(office, head, "新设公司", None)
    kept = claims.file(office, park, entered(office, park, "乙公司", YI)).right
    clock.tick(hours=1)
    given = claims.file(office, longmatan, provisional).right
    for right in (kept, given):
        claims.agree(office, registrar, right.id)
    claims.reportable(office, longmatan, provisional)
    clock.set(at("03-20", "10:00:00"))
    claims.tell(office, longmatan, given.lead_id, on("03-20"), "site_survey")
    assert claims.read(office, park, kept.id).last_event_on != on("03-20")
    merge(office, head, provisional, kept.enterprise_id)
    shown = claims.read(office, park, kept.id)
    assert shown.state is State.ACTIVE
    assert shown.last_event_on == on("03-20")


def test_only_the_head_of_the_unit_that_entered_it_merges_and_never_with_itself(
    office: Office, head: Actor, longmatan: Actor, jiangyang: Actor
):
    ours, theirs = entered(office, head, "甲公司", JIA), entered(office, jiangyang, "乙公司", YI)
    with pytest.raises(Forbidden):
        merge(office, longmatan, ours, theirs)
    with pytest.raises(Forbidden, match="录入单位"):
        merge(office, head, theirs, ours)
    with pytest.raises(Invalid, match="同一条记录"):
        merge(office, head, ours, ours)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_merging_on_its_pages_and_back(
    office: Office, client: Browse, head: Actor, jiangyang: Actor
):
    ours = entered(office, head, "四川新材料科技有限公司", JIA)
    theirs = entered(office, jiangyang, "四川新材料科技集团有限公司", YI)
    browser = client(head)
    assert "合并" in browser.get(f"/enterprises/{ours}").text
    offered = browser.get(f"/enterprises/{ours}/merge").text
    assert "四川新材料科技集团有限公司" in offered
    chosen = browser.get(f"/enterprises/{ours}/merge", params={"into": theirs})
    assert "并入后保留" in chosen.text
    merged = browser.post(f"/enterprises/{ours}/merge", data={"into_id": theirs, "_version": 1})
    assert merged.headers["location"] == f"/enterprises/{theirs}"
    assert "四川新材料科技有限公司" in browser.get(f"/enterprises/{theirs}/merge").text
    parted = browser.post(f"/enterprises/{ours}/part", data={"_version": 2})
    assert parted.headers["location"] == f"/enterprises/{ours}"
