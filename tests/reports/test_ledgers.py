"""在地统计, 考核口径, 园区口径 of real projects: A10 and A12 as the reports tell them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from app.clock import SHANGHAI
from app.errors import Forbidden
from app.first_talk import interests, register, subjects
from app.first_talk.credits import Claim, Measure, Mode, Modes, Side, Term
from app.first_talk.register_schemas import RightFilter
from app.kit.files import Upload
from app.kit.work import Actor, Office, Role
from app.leads.stages import Stage
from app.money import Money
from app.projects import actuals, service
from app.projects.actual_schemas import CheckEntry, EnterPaidIn
from app.projects.commands import EditProject, Move, OpenProject
from app.projects.schemas import ProjectView
from app.reports import balance, ledgers
from app.reports.balance import Figure, Ledger, Place
from app.reports.ledger_schemas import LedgerFilter, LedgerView
from tests.builders import CITY, JIANGYANG, LONGMATAN, NAXI, FrozenClock, partner_key, person
from tests.first_talk import acts, claims
from tests.projects import support

Client = Callable[..., TestClient]
Rules = Callable[[str, object], None]
SLIP = Upload("进账单.pdf", b"%PDF-1.7 slip")
PAID = "120000000.00"
YEAR_2027 = {"since": date(2027, 1, 1), "through": date(2027, 12, 31)}
YEAR_2026 = {"since": date(2026, 1, 1), "through": date(2026, 12, 31)}


@dataclass
class People:
    """The heads of the three districts, a second head of 纳溪区, two coordinators."""

    jiangyang: Actor
    longmatan: Actor
    naxi: Actor
    second: Actor
    city: Actor


@pytest.fixture
def people(office: Office) -> People:
    head = Role.UNIT_HEAD
    return People(
        jiangyang=person(office, "jiangyang", head, district=JIANGYANG),
        longmatan=person(office, "longmatan", head),
        naxi=person(office, "naxi", head, district=NAXI),
        second=person(office, "second", head, district=NAXI),
        city=person(office, "city", Role.COORDINATOR, district=CITY),
    )


def at(clock: FrozenClock, day: str) -> None:
    clock.set(datetime.combine(date.fromisoformat(day), datetime.min.time(), SHANGHAI))
    clock.tick(hours=9)


def activate(office: Office, id: str) -> None:
    """Start a right today and let it run to the end of the year, as a ruling would."""
    with office.open() as work:
        docket, row = subjects.open_for(work, id, None)
        standing = docket.standing(row)
        end = date(2026, 12, 31)
        active = standing.active(work.now, docket.calendar).ending(end, docket.calendar)
        subjects.take(row, active)
        row.nominal_end = end
        subjects.close(docket)


def first_right(office: Office, people: People, clock: FrozenClock) -> str:
    """江阳区 holds 甲包装, from a lead of its own; the right's id."""
    support.lead_at_gate(office, people.jiangyang)
    with office.open(people.jiangyang, reads=True) as work:
        right = register.rights(work, RightFilter()).items[0]
    claims.agree(office, people.city, right.id)
    at(clock, "2026-06-01")
    activate(office, right.id)
    return right.id


def take_over(office: Office, people: People, giver: Actor, taker: Actor, right_id: str):
    """The taker logs the enterprise and accepts under that lead; the lead and its right."""
    lead = support.lead_at_gate(office, taker, claims=False)
    acts.declare(office, giver, right_id)
    pooled = acts.offer(office, people.city, right_id)
    return lead, acts.accept(office, taker, pooled, lead_id=lead)


def signed(office: Office, head: Actor, lead: str, on: date, **changes: Any) -> ProjectView:
    """The lead goes on as a project and is signed on a day."""
    contract = {"kind": "investment", "signed_on": on, "file": support.PDF}
    fields = support.signable(agreement=contract) | changes
    with office.open(head) as work:
        opened = service.open_from_lead(work, lead, OpenProject(), None)
        service.edit(work, opened.id, EditProject(**fields), None)
        return service.move(work, opened.id, Move(to=Stage.SIGNED), None)


def build(office: Office, head: Actor, project: ProjectView, on: date) -> None:
    with office.open(head) as work:
        move = Move(to=Stage.UNDER_CONSTRUCTION, happened_on=on)
        service.move(work, project.id, move, None)


def pay(
    office: Office, people: People, project: ProjectView, on: date, yuan: str = PAID, **more: Any
) -> None:
    """Money that 纳溪区 enters and its second head checks."""
    given = {
        "paid_on": on,
        "amount": Money.parse(yuan),
        "kind": "fixed_assets",
        "source": "outside_province",
        "voucher_kind": "bank_slip",
        "voucher": SLIP,
    }
    with office.open(people.naxi) as work:
        made = actuals.enter_paid_in(work, project.id, EnterPaidIn(**given | more))
        entry = next(one.id for one in made.rows if one.state == "pending")
    with office.open(people.second) as work:
        actuals.check_paid_in(work, project.id, entry, None, CheckEntry(agree=True))


@pytest.fixture
def landed(office: Office, people: People, clock: FrozenClock) -> ProjectView:
    """江阳 → 龙马潭 (with a milestone) → 纳溪; signed 2026-11-20, 动建 2027-03-01, then 1.2亿."""
    right = first_right(office, people, clock)
    at(clock, "2026-06-26")
    lead, second = take_over(office, people, people.jiangyang, people.longmatan, right)
    activate(office, second.id)
    at(clock, "2026-07-10")
    claims.tell(office, people.longmatan, lead, date(2026, 7, 10), "site_survey")
    at(clock, "2026-10-12")
    lead, _ = take_over(office, people, people.longmatan, people.naxi, second.id)
    at(clock, "2026-11-20")
    project = signed(office, people.naxi, lead, date(2026, 11, 20))
    at(clock, "2027-03-05")
    build(office, people.naxi, project, date(2027, 3, 1))
    at(clock, "2027-12-31")
    pay(office, people, project, date(2027, 9, 30))
    return project


def read(office: Office, actor: Actor, which: Ledger, **asked: Any) -> LedgerView:
    with office.open(actor, reads=True) as work:
        return ledgers.ledger(work, LedgerFilter(ledger=which, **asked))


def column(found: LedgerView, measure: Measure) -> dict[str, str]:
    """What each unit counts of a measure."""
    place = found.measures.index(measure)
    return {row.unit.label: shown(row.values[place]) for row in found.rows}


def footer(found: LedgerView, measure: Measure) -> list[str]:
    """Sum of units, family overlap, 双核算扣除, 辖区内迁移, city total, difference."""
    place = found.measures.index(measure)
    return [shown(values[place]) for _, values in ledgers.footers(found.reconciliation)]


def shown(value: Money | Fraction) -> str:
    return value.yuan if isinstance(value, Money) else str(value)


@pytest.mark.usefixtures("landed")
def test_a10_the_assessment_credits_50_10_40_and_comes_to_the_city_total(
    office: Office, people: People
):
    found = read(office, people.city, Ledger.ASSESSMENT, **YEAR_2027)
    assert column(found, Measure.PAID_IN) == {
        "江阳区": "60000000.00",
        "龙马潭区": "12000000.00",
        "纳溪区": "48000000.00",
    }
    assert footer(found, Measure.PAID_IN) == [PAID, "0.00", "0.00", "0.00", PAID, "0.00"]
    assert found.reconciliation.is_even
    signing = read(office, people.city, Ledger.ASSESSMENT, **YEAR_2026)
    assert column(signing, Measure.SIGNED_COUNT) == {
        "江阳区": "1/2",
        "龙马潭区": "1/10",
        "纳溪区": "2/5",
    }
    assert footer(signing, Measure.SIGNED_COUNT) == ["1", "0", "0", "0", "1", "0"]


@pytest.mark.usefixtures("landed")
def test_a10_statistics_stay_where_it_lands_whole_and_once(office: Office, people: People):
    found = read(office, people.city, Ledger.IN_PLACE, **YEAR_2027)
    assert column(found, Measure.PAID_IN) == {"纳溪区": PAID}
    signing = read(office, people.city, Ledger.IN_PLACE, **YEAR_2026)
    assert column(signing, Measure.SIGNED_COUNT) == {"纳溪区": "1"}
    assert column(signing, Measure.SIGNED_AMOUNT) == {"纳溪区": "300000000.00"}


def test_a10_after_the_term_all_is_credited_to_the_landing_place(
    office: Office, people: People, clock: FrozenClock, landed: ProjectView
):
    at(clock, "2032-06-30")
    pay(office, people, landed, date(2032, 6, 30))
    year = {"since": date(2032, 1, 1), "through": date(2032, 12, 31)}
    found = read(office, people.city, Ledger.ASSESSMENT, **year)
    assert column(found, Measure.PAID_IN) == {"纳溪区": PAID}


def test_a10_kunming_shows_both_in_full_and_prints_what_it_deducts(
    office: Office, people: People, clock: FrozenClock, rules: Rules
):
    rules("first_talk.profile", "kunming_enclave")
    right = first_right(office, people, clock)
    lead, _ = take_over(office, people, people.jiangyang, people.naxi, right)
    project = signed(office, people.naxi, lead, date(2026, 6, 1))
    build(office, people.naxi, project, date(2026, 6, 1))
    at(clock, "2026-06-02")
    pay(office, people, project, date(2026, 6, 2))
    found = read(office, people.city, Ledger.ASSESSMENT)
    assert column(found, Measure.FIXED_ASSETS) == {"江阳区": PAID, "纳溪区": PAID}
    assert footer(found, Measure.FIXED_ASSETS) == [
        "240000000.00",
        "0.00",
        PAID,
        "0.00",
        PAID,
        "0.00",
    ]
    assert column(found, Measure.OUTSIDE_PROVINCE) == {"江阳区": PAID, "纳溪区": "0.00"}
    assert footer(found, Measure.OUTSIDE_PROVINCE) == [PAID, "0.00", "0.00", "0.00", PAID, "0.00"]
    assert column(found, Measure.PAID_IN) == {"江阳区": "0.00", "纳溪区": PAID}


REWARD = {"enabled": True, "rate": "0.002", "base": "paid_in_foreign_excl_increase"}


@pytest.mark.parametrize(
    ("reviewed", "due"), [(True, ("70000.00", None)), (False, ("0.00", "off"))]
)
def test_a09_guangzhou_rewards_the_first_talker_once_its_rules_are_reviewed(
    office: Office,
    people: People,
    clock: FrozenClock,
    rules: Rules,
    reviewed: bool,
    due: tuple[str, str | None],
):
    rules("first_talk.profile", "guangzhou_2004")
    if reviewed:
        rules("guangzhou_2004/reward", REWARD)
    right = first_right(office, people, clock)
    lead, _ = take_over(office, people, people.jiangyang, people.naxi, right)
    project = signed(office, people.naxi, lead, date(2026, 6, 1))
    foreign = {"source": "foreign", "kind": "registered_capital"}
    pay(office, people, project, date(2026, 6, 1), "35000000.00", **foreign)
    pay(office, people, project, date(2026, 6, 1), "3600000.00", is_increase=True, **foreign)
    one = read(office, people.city, Ledger.ASSESSMENT).rewards[0]
    assert (one.unit.label, one.paid_in.yuan, one.increase.yuan) == (
        "江阳区",
        "38600000.00",
        "3600000.00",
    )
    assert (one.due.yuan, one.refusal) == due


def test_unchecked_money_is_in_no_ledger(office: Office, people: People, landed: ProjectView):
    with office.open(people.naxi) as work:
        actuals.enter_paid_in(
            work,
            landed.id,
            EnterPaidIn(
                paid_on=date(2027, 10, 1),
                amount=Money.parse("5.00"),
                kind="working_capital",
                source="industry",
                voucher_kind="bank_slip",
                voucher=SLIP,
            ),
        )
    found = read(office, people.city, Ledger.IN_PLACE, **YEAR_2027)
    assert column(found, Measure.PAID_IN) == {"纳溪区": PAID}


def test_a07d_a_raised_contract_is_reported_with_what_it_adds(
    office: Office, people: People, clock: FrozenClock
):
    project = support.signed(office, people.longmatan)
    at(clock, "2026-09-01")
    with office.open(people.longmatan) as work:
        service.move(work, project.id, Move(to=Stage.PRE_SIGNING, reason="增资重签"), None)
        contract = {"kind": "investment", "signed_on": date(2026, 9, 1), "file": support.PDF}
        raised = EditProject(planned_investment=Money(6 * support.YI), agreement=contract)
        service.edit(work, project.id, raised, None)
        service.move(work, project.id, Move(to=Stage.SIGNED), None)
    later = {"since": date(2026, 7, 1), "through": date(2026, 12, 31)}
    found = read(office, people.city, Ledger.IN_PLACE, **later)
    assert column(found, Measure.SIGNED_AMOUNT) == {"龙马潭区": "300000000.00"}
    assert column(found, Measure.SIGNED_COUNT) == {"龙马潭区": "0"}


def test_a_district_is_shown_its_own_row_and_the_projects_behind_it(
    office: Office, people: People, landed: ProjectView
):
    found = read(office, people.jiangyang, Ledger.ASSESSMENT, **YEAR_2027)
    assert (column(found, Measure.PAID_IN), found.reconciliation) == (
        {"江阳区": "60000000.00"},
        None,
    )
    part = found.parts[0]
    assert (part.project, part.side.label, part.whole.yuan, part.part.yuan) == (
        "纳溪区项目",
        "首谈方",
        PAID,
        "60000000.00",
    )
    own = read(office, people.naxi, Ledger.ASSESSMENT, **YEAR_2027)
    assert [one.project for one in own.parts] == [landed.name]
    with pytest.raises(Forbidden):
        read(office, people.jiangyang, Ledger.ASSESSMENT, unit=NAXI)


def test_a_park_counts_by_itself_and_its_overlap_with_its_family_is_deducted(
    office: Office, people: People
):
    support.signed(office, people.longmatan, park=support.PARK)
    found = read(office, people.city, Ledger.PARK)
    assert column(found, Measure.SIGNED_AMOUNT) == {
        "龙马潭区": "300000000.00",
        "长开区": "300000000.00",
    }
    assert footer(found, Measure.SIGNED_AMOUNT) == [
        "600000000.00",
        "300000000.00",
        "0.00",
        "0.00",
        "300000000.00",
        "0.00",
    ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a12_a_firm_of_the_city_that_moves_counts_in_place_and_is_no_credit(
    office: Office, people: People
):
    """An existing firm of 江阳区 moves to 纳溪区 (合理迁移); beside it a project from outside."""
    local = {
        "enterprise_name": "丁酒业有限公司",
        "uscc": "91510502MA6AAAAA47",
        "unregistered": False,
    }
    with office.open(people.naxi) as work:
        moved = service.create(work, support.old(**local, **support.signable(), stage=Stage.SIGNED))
        service.create(work, support.old(**support.signable(), stage=Stage.SIGNED))
    found = read(office, people.city, Ledger.ASSESSMENT)
    assert column(found, Measure.SIGNED_COUNT) == {"纳溪区": "1"}
    assert footer(found, Measure.SIGNED_COUNT) == ["1", "0", "0", "1", "2", "0"]
    assert footer(found, Measure.SIGNED_AMOUNT)[3] == moved.planned_investment.yuan
    assert found.reconciliation.is_even
    told = read(office, people.naxi, Ledger.ASSESSMENT, measure="signed_count").parts
    assert {one.side.label: str(one.part) for one in told} == {"落地方": "1", "辖区内迁移": "0"}
    in_place = read(office, people.city, Ledger.IN_PLACE, unit=NAXI, measure="signed_count")
    assert column(in_place, Measure.SIGNED_COUNT) == {"纳溪区": "2"}
    assert [one.side.label for one in in_place.parts if one.project_id == moved.id] == [
        "辖区内迁移"
    ]
    assert in_place.reconciliation.is_even


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_interest_follows_each_phase_of_what_was_handed_on(
    office: Office, people: People, clock: FrozenClock
):
    right = first_right(office, people, clock)
    lead, _ = take_over(office, people, people.jiangyang, people.naxi, right)
    first = signed(office, people.naxi, lead, date(2026, 6, 1))
    build(office, people.naxi, first, date(2026, 6, 1))
    at(clock, "2027-03-01")
    contract = {"kind": "investment", "signed_on": date(2027, 3, 1), "file": support.PDF}
    phase = support.signable(agreement=contract) | {
        "enterprise_name": "甲包装有限公司",
        "uscc": support.JIA,
        "unregistered": False,
        "division": "22",
        "distinct_reason": "同一框架协议二期",
    }
    with office.open(people.naxi) as work:  # 二期: no lead of its own
        second = service.create(work, support.old(**phase, stage=Stage.SIGNED))
    year = YEAR_2027 | {"measure": "signed_count"}
    found = read(office, people.city, Ledger.ASSESSMENT, **year)
    assert column(found, Measure.SIGNED_COUNT) == {"江阳区": "1/2", "纳溪区": "1/2"}
    at(clock, "2028-01-10")
    build(office, people.naxi, second, date(2028, 1, 10))
    pay(office, people, second, date(2028, 1, 10))
    year = {"since": date(2028, 1, 1), "through": date(2028, 12, 31)}
    found = read(office, people.city, Ledger.ASSESSMENT, **year)
    assert column(found, Measure.PAID_IN) == {"江阳区": "60000000.00", "纳溪区": "60000000.00"}
    with office.open(people.jiangyang, reads=True) as work:
        clocks = [one.credit.first_day for one in interests.interests(work)]
        assert service.project(work, second.id).shared
    assert sorted(clocks) == [date(2026, 6, 1), date(2028, 1, 10)]


DAY = date(2027, 9, 30)


def test_an_unexplained_difference_is_shown_and_not_absorbed():
    figure = Figure("prj_a", Measure.PAID_IN, DAY, 100)
    place = Place(unit="unknown", territory="unknown")
    made = balance.entry(Ledger.IN_PLACE, figure, place, [], lambda _, __: False)
    found = balance.balance([made], ["江阳"], 100)
    assert (found.sum_of_units, found.total, found.difference) == (0, 100, -100)


def test_what_two_units_of_one_family_count_twice_is_family_overlap():
    figure = Figure("prj_a", Measure.FIXED_ASSETS, DAY, 100)
    double = Modes(named={"固投": Mode.DOUBLE})
    term = Term(date(2027, 3, 1), 5, counts_first_day=True)
    claim = Claim("龙马潭", Side.FIRST, Fraction(0), double, term)
    place = Place(unit="长开", territory="龙马潭", park="长开")
    made = balance.entry(Ledger.ASSESSMENT, figure, place, [claim], lambda _, __: True)
    found = balance.balance([made], ["龙马潭", "长开"], 100)
    assert (found.overlap, found.doubled, found.difference) == (100, 0, 0)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_page_the_file_and_the_json_of_a_ledger(
    office: Office, client: Client, people: People, landed: ProjectView
):
    days = "since=2027-01-01&through=2027-12-31"
    city, own = client(people.city), client(people.jiangyang)
    text = city.get(f"/reports/ledgers?ledger=assessment&{days}").text
    assert "考核口径" in text
    for word in ("6,000.00", "1,200.00", "4,800.00", "减：双核算扣除", "未解释差额"):
        assert word in text
    opened = city.get(f"/reports/ledgers?ledger=assessment&{days}&unit={NAXI}&measure=paid_in")
    assert landed.name in opened.text
    mine = own.get(f"/reports/ledgers?ledger=assessment&{days}").text
    assert ("6,000.00" in mine, "4,800.00" in mine, landed.name in mine) == (True, False, False)
    assert own.get(f"/reports/ledgers?unit={NAXI}").status_code == 403
    backwards = own.get("/reports/ledgers?since=2027-02-01&through=2027-01-01")
    assert backwards.status_code == 400

    saved = city.get(f"/reports/ledgers.xlsx?ledger=in_place&{days}")
    sheet = load_workbook(BytesIO(saved.content)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "口径：在地统计" in cells[1][0]
    assert ["纳溪区", 12000, 12000, 12000, 0, 0] in cells
    assert ["全市合计", 12000, 12000, 12000, 0, 0] in cells

    api = client()
    key = partner_key(office, "project:*", district=JIANGYANG)
    api.headers["Authorization"] = f"Bearer {key}"
    found = api.get(f"/api/v1/reports/ledgers?ledger=assessment&{days}").json()
    assert found["ledger"] == {"code": "assessment", "label": "考核口径"}
    assert found["rows"][0]["values"] == ["60000000.00"] * 3 + ["0", "0.00"]
    assert found["reconciliation"] is None


def test_the_first_talker_is_shown_the_shared_part_of_the_project_it_brought(
    office: Office, people: People, landed: ProjectView
):
    with office.open(people.jiangyang, reads=True) as work:
        found = service.project(work, landed.id)
    assert found.shared
    with office.open(people.longmatan, reads=True) as work:
        assert service.project(work, landed.id).shared


@pytest.mark.usefixtures("landed")
def test_longmatan_counts_for_itself_in_the_ledger_of_its_own(office: Office, people: People):
    found = read(office, people.longmatan, Ledger.ASSESSMENT, **YEAR_2027)
    assert column(found, Measure.PAID_IN) == {"龙马潭区": "12000000.00"}
    assert found.rows[0].unit.code == LONGMATAN
