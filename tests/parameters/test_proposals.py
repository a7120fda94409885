"""A rule changes by two coordinators, forwards only, and nothing written is touched."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from app.errors import Conflict, Forbidden, Invalid, NotFound, VersionMismatch
from app.kit.work import Actor, Office, Role
from app.parameters import proposals, service, views
from app.parameters.models import Notice, ProposalState, Status
from app.parameters.schemas import (
    Decide,
    ProposalView,
    ProposeCalendar,
    ProposeCode,
    Proposed,
    ProposeGate,
    ProposeParameter,
    ProposeSharing,
)
from tests.builders import CITY, MONDAY_MORNING, FrozenClock, person

TODAY = MONDAY_MORNING.date()
AUTHORITY = {
    "reference": "泸联席办 2026 年第 1 号",
    "status": Status.VERIFIED,
    "reason": "联席会议议定",
}


@pytest.fixture
def first(office: Office) -> Actor:
    return person(office, "first", Role.COORDINATOR, district=CITY)


@pytest.fixture
def second(office: Office) -> Actor:
    return person(office, "second", Role.COORDINATOR, district=CITY)


def parameter(key: str, value: object, day: date = TODAY, **more: object) -> ProposeParameter:
    return ProposeParameter(key=key, value=value, effective_from=day, **AUTHORITY, **more)


def propose(office: Office, actor: Actor, command: Proposed) -> ProposalView:
    with office.open(actor) as work:
        return proposals.propose(work, command)


def approve(office: Office, actor: Actor, proposal: ProposalView) -> ProposalView:
    with office.open(actor) as work:
        return proposals.approve(work, proposal.id, Decide(), proposal.version)


def settled(office: Office, first: Actor, second: Actor, command: Proposed) -> None:
    approve(office, second, propose(office, first, command))


def test_a_proposal_changes_nothing_until_a_second_coordinator_approves(
    office: Office, first: Actor, second: Actor
):
    proposal = propose(office, first, parameter("pool.capacity", 80))
    with office.open(reads=True) as work:
        assert service.general(work).pool_capacity == 50
    assert approve(office, second, proposal).state is ProposalState.APPROVED
    with office.open(reads=True) as work:
        assert service.general(work).pool_capacity == 80
        row = service.general_rows(work, TODAY)["pool.capacity"]
    assert (row.entered_by, row.approved_by) == ("first", "second")


def test_nobody_approves_ones_own_proposal(office: Office, first: Actor):
    proposal = propose(office, first, parameter("pool.capacity", 80))
    with pytest.raises(Forbidden):
        approve(office, first, proposal)


def test_a_proposal_says_what_it_changes(office: Office, first: Actor):
    proposal = propose(office, first, parameter("pool.capacity", 80, date(2026, 5, 1)))
    assert "每名专员线索上限（条）（pool.capacity）：50 → 80" in proposal.summary
    assert "自 2026-05-01 起" in proposal.summary


def test_a_proposal_is_decided_once(office: Office, first: Actor, second: Actor):
    proposal = propose(office, first, parameter("pool.capacity", 80))
    approve(office, second, proposal)
    with pytest.raises(Conflict):
        approve(office, second, proposal)
    with office.open(second) as work, pytest.raises(NotFound):
        proposals.approve(work, "ppr_unknown", Decide())


def test_a_proposal_seen_in_an_older_version_is_not_decided(
    office: Office, first: Actor, second: Actor
):
    proposal = propose(office, first, parameter("pool.capacity", 80))
    with office.open(second) as work, pytest.raises(VersionMismatch):
        proposals.approve(work, proposal.id, Decide(), proposal.version + 1)


def test_a_refusal_needs_a_reason_and_writes_nothing(office: Office, first: Actor, second: Actor):
    proposal = propose(office, first, parameter("pool.capacity", 80))
    with office.open(second) as work, pytest.raises(Invalid):
        proposals.refuse(work, proposal.id, Decide())
    with office.open(second) as work:
        answered = proposals.refuse(work, proposal.id, Decide(answer="数量过大"))
    assert (answered.state, answered.answer) == (ProposalState.REFUSED, "数量过大")
    with office.open(reads=True) as work:
        assert service.general(work).pool_capacity == 50


def test_a_second_row_of_the_same_day_is_its_next_revision(
    office: Office, first: Actor, second: Actor
):
    for value in (80, 90):
        settled(office, first, second, parameter("pool.capacity", value))
    with office.open(reads=True) as work:
        row = service.general_rows(work, TODAY)["pool.capacity"]
    assert (row.value, row.revision) == (90, 2)


@pytest.mark.parametrize(
    ("key", "value", "pointer"),
    [
        ("pool.size", 80, "/key"),
        ("nowhere/length", {"days": 30}, "/key"),
        ("pool.capacity", "many", "/value"),
        ("stage.assess", {"n": 3, "unit": "working"}, "/value"),
        ("luzhou_default/length", {"days": 0}, "/value"),
        ("luzhou_default/credit.chain", {"first": 1, "middle": "0.1"}, "/value"),
    ],
)
def test_what_could_not_be_written_is_not_proposed(
    office: Office, first: Actor, key: str, value: object, pointer: str
):
    with office.open(first) as work, pytest.raises(Invalid) as refusal:
        proposals.propose(work, parameter(key, value, review_number="审查 1"))
    assert [issue.pointer for issue in refusal.value.issues] == [pointer]


def test_a_rule_set_that_does_not_exist_cannot_be_put_in_force(office: Office, first: Actor):
    with office.open(first) as work, pytest.raises(NotFound):
        proposals.propose(work, parameter("first_talk.profile", "nowhere"))


def test_a_first_talk_parameter_makes_a_new_version(office: Office, first: Actor, second: Actor):
    day = TODAY + timedelta(days=10)
    command = parameter("luzhou_default/length", {"days": 120}, day, review_number="审查 2026-7")
    settled(office, first, second, command)
    with office.open(reads=True) as work:
        now, then = service.first_talk_policy(work), service.first_talk_policy(work, day)
        again = service.policy_version(work, "luzhou_default/1")
    assert (now.version, then.version) == ("luzhou_default/1", "luzhou_default/2")
    assert then.review_number == "审查 2026-7"
    assert now.length == again.length
    assert then.length is not None
    assert (then.length.days, then.extend) == (120, 90)


def test_a_version_of_first_talk_needs_its_review_number(office: Office, first: Actor):
    with office.open(first) as work, pytest.raises(Invalid) as refusal:
        proposals.propose(work, parameter("luzhou_default/cooldown", 60))
    assert refusal.value.issues[0].pointer == "/review_number"


def test_first_talk_rules_never_reach_back(office: Office, first: Actor):
    command = parameter(
        "luzhou_default/cooldown", 60, TODAY - timedelta(days=1), review_number="审查 1"
    )
    with office.open(first) as work, pytest.raises(Invalid) as refusal:
        proposals.propose(work, command)
    assert refusal.value.issues[0].pointer == "/effective_from"


def test_a_version_does_not_start_before_the_newest_one(
    office: Office, first: Actor, second: Actor
):
    later = TODAY + timedelta(days=30)
    settled(
        office,
        first,
        second,
        parameter("luzhou_default/cooldown", 60, later, review_number="审查 1"),
    )
    earlier = parameter("luzhou_default/extend", 60, TODAY, review_number="审查 2")
    with office.open(first) as work, pytest.raises(Invalid):
        proposals.propose(work, earlier)


def test_an_approval_that_comes_after_its_day_is_refused(
    office: Office, first: Actor, second: Actor, clock: FrozenClock
):
    proposal = propose(
        office, first, parameter("luzhou_default/cooldown", 60, review_number="审查 1")
    )
    clock.tick(days=1)
    with pytest.raises(Invalid):
        approve(office, second, proposal)
    with office.open(reads=True) as work:
        assert service.first_talk_policy(work).version == "luzhou_default/1"


def test_a_verified_rate_replaces_the_demonstration(office: Office, first: Actor, second: Actor):
    command = ProposeSharing(
        of="below_province",
        tax="*",
        shares=("35", "65"),
        effective_from=date(2026, 1, 1),
        url="https://example.org/doc",
        **AUTHORITY,
    )
    settled(office, first, second, command)
    with office.open(reads=True) as work:
        rows = [row for row in service.tax_sharing(work) if row["of"] == "below_province"]
    assert [(row["to"], row["status"]) for row in rows] == [
        ("2025-12-31", "demo"),
        (None, "verified"),
    ]
    assert rows[1]["shares"] == {"市": "35", "区": "65"}
    assert rows[1]["doc_no"] == AUTHORITY["reference"]


def test_a_tax_ends_by_a_row_without_shares(office: Office, first: Actor, second: Actor):
    command = ProposeSharing(
        of="gross", tax="烟叶税", ended=True, effective_from=date(2027, 1, 1), **AUTHORITY
    )
    settled(office, first, second, command)
    with office.open(reads=True) as work:
        (row,) = [row for row in service.tax_sharing(work) if row["tax"] == "烟叶税"]
    assert row["to"] == "2026-12-31"


@pytest.mark.parametrize(
    "wrong",
    [
        {"shares": ("50", "17.5", "32.4")},
        {"shares": ("50", "50")},
        {"shares": ()},
        {"shares": ("50", "17.5", "32.5"), "ended": True},
        {"shares": ("-10", "60", "50")},
    ],
)
def test_shares_that_do_not_add_up_are_no_row(wrong: dict[str, object]):
    with pytest.raises(ValueError, match=r"shares|分成"):
        ProposeSharing(of="gross", tax="增值税", effective_from=TODAY, **AUTHORITY, **wrong)


def test_a_published_notice_replaces_the_days_by_law(office: Office, first: Actor, second: Actor):
    new_year = date(2027, 1, 1)
    command = ProposeCalendar(
        year=2027,
        notice=Notice.PUBLISHED,
        reference="国办通知",
        off=(new_year, new_year + timedelta(days=1), new_year + timedelta(days=2)),
        working_weekends=(date(2027, 1, 9),),
        reason="通知已发布",
    )
    settled(office, first, second, command)
    with office.open(reads=True) as work:
        calendar = service.work_calendar(work)
        (year,) = [one for one in views.view_calendar(work) if one.year == 2027]
    assert not calendar.is_provisional(new_year)
    assert calendar.is_workday(date(2027, 1, 9))
    assert calendar.is_workday(date(2027, 2, 5))
    assert (year.revision, len(year.off)) == (2, 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"off": (date(2026, 1, 1),)},
        {"off": (date(2027, 1, 1), date(2027, 1, 1))},
        {"working_weekends": (date(2027, 1, 4),)},
        {"off": (date(2027, 1, 2),), "working_weekends": (date(2027, 1, 2),)},
        {"reference": ""},
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(wrong: dict[str, object]):
    right = {
        "year": 2027,
        "notice": Notice.PUBLISHED,
        "reference": "国办通知",
        "off": (date(2027, 1, 1),),
        "reason": "通知已发布",
    }
    ProposeCalendar(**right)
    with pytest.raises(ValueError, match=r"日期|周六|文号"):
        ProposeCalendar(**right | wrong)


def test_a_gate_rule_keeps_its_place_when_its_sentence_changes(
    office: Office, first: Actor, second: Actor
):
    with office.open(reads=True) as work:
        before = [one.rule_id for one in service.gate_rules(work)]
    command = ProposeGate(
        rule_id="G1.industry",
        stage="assessing",
        field="division",
        sentence="请选择国民经济行业大类",
        fixable_by=(Role.OFFICER,),
        effective_from=TODAY,
        **AUTHORITY,
    )
    settled(office, first, second, command)
    with office.open(reads=True) as work:
        rules = service.gate_rules(work)
    assert [one.rule_id for one in rules] == before
    changed = next(one for one in rules if one.rule_id == "G1.industry")
    assert changed.sentence == "请选择国民经济行业大类"
    assert changed.fixable_by == (Role.OFFICER,)


def test_the_city_enters_another_key_industry(office: Office, first: Actor, second: Actor):
    command = ProposeCode(name="key_industry", code="energy", label="能源化工", reason="市定")
    settled(office, first, second, command)
    with office.open(reads=True) as work:
        labels = [one.label for one in service.codes(work, "key_industry")]
    assert labels == ["白酒", "装备制造", "能源化工"]


@pytest.mark.parametrize(
    ("name", "code", "parent", "pointer"),
    [
        ("no_such", "x", "", "/name"),
        ("key_industry", "baijiu", "", "/code"),
        ("industry_division", "98", "Z", "/parent"),
    ],
)
def test_a_code_needs_its_dictionary_a_free_code_and_a_known_parent(
    office: Office, first: Actor, name: str, code: str, parent: str, pointer: str
):
    command = ProposeCode(name=name, code=code, label="某", parent=parent, reason="某")
    with office.open(first) as work, pytest.raises(Invalid) as refusal:
        proposals.propose(work, command)
    assert refusal.value.issues[0].pointer == pointer


def test_only_coordinators_propose(office: Office):
    officer = person(office, "officer", Role.OFFICER, Role.UNIT_HEAD)
    with office.open(officer) as work:
        with pytest.raises(Forbidden):
            proposals.propose(work, parameter("pool.capacity", 80))
        with pytest.raises(Forbidden):
            proposals.view_proposals(work)


def test_what_waits_stands_before_what_is_decided(
    office: Office, first: Actor, second: Actor, clock: FrozenClock
):
    waiting = propose(office, first, parameter("pool.capacity", 80))
    clock.tick(minutes=1)
    settled(office, first, second, parameter("import.undo_days", 9))
    with office.open(second) as work:
        states = [(one.id == waiting.id, one.state) for one in proposals.view_proposals(work)]
    assert states == [(True, ProposalState.PROPOSED), (False, ProposalState.APPROVED)]


def test_two_approvals_at_once_take_turns(office: Office, first: Actor, second: Actor):
    commands = [parameter("pool.capacity", 60 + number) for number in range(6)]
    waiting = [propose(office, first, command) for command in commands]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda proposal: approve(office, second, proposal), waiting))
    assert {answer.state for answer in answers} == {ProposalState.APPROVED}
    with office.open(reads=True) as work:
        row = service.general_rows(work, TODAY)["pool.capacity"]
    assert row.revision == 6
