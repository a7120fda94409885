"""到位资金 and 首笔税收: entered, checked by a second person, corrected by a row of its own."""

import html
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.kit.files import Upload
from app.kit.work import Actor, Office, Role
from app.leads.stages import Stage
from app.money import Money
from app.projects import actual_views, actuals, records, service
from app.projects.actual_schemas import (
    ActualsView,
    CheckEntry,
    CorrectPaidIn,
    EnterFirstTax,
    EnterPaidIn,
)
from app.projects.commands import EditProject, Move, SetCommitment
from app.projects.models import Signing
from app.projects.schemas import ProjectView
from app.projects.signings import increment
from tests.builders import JIANGYANG, FrozenClock, partner_key, person
from tests.projects import support

SLIP = Upload("进账单.pdf", b"%PDF-1.7 slip")
YI = support.YI


@pytest.fixture
def head(office: Office) -> Actor:
    return person(office, "head", Role.UNIT_HEAD)


@pytest.fixture
def officer(office: Office) -> Actor:
    return person(office, "officer", Role.OFFICER)


@pytest.fixture
def project(office: Office, head: Actor) -> ProjectView:
    return support.signed(office, head)


def enter(office: Office, actor: Actor, project: ProjectView, **changes: Any) -> ActualsView:
    given = {
        "paid_on": date(2026, 3, 2),
        "amount": Money.parse("5000000.00"),
        "kind": "fixed_assets",
        "source": "outside_province",
        "voucher_kind": "bank_slip",
        "voucher": SLIP,
    }
    with office.open(actor) as work:
        return actuals.enter_paid_in(work, project.id, EnterPaidIn(**given | changes))


def check(
    office: Office, actor: Actor, project: ProjectView, entry: str, **given: Any
) -> ActualsView:
    with office.open(actor) as work:
        command = CheckEntry(**{"agree": True} | given)
        return actuals.check_paid_in(work, project.id, entry, None, command)


def correct(office: Office, actor: Actor, project: ProjectView, entry: str, yuan: str):
    command = CorrectPaidIn(
        paid_on=date(2026, 3, 2), amount=Money.parse(yuan), voucher=SLIP, note="重复入账"
    )
    with office.open(actor) as work:
        return actuals.correct_paid_in(work, project.id, entry, command)


def actual_of(office: Office, actor: Actor, project: ProjectView) -> list[tuple[int, str]]:
    """What 承诺与实际 says of 到位资金, by year."""
    with office.open(actor, reads=True) as work:
        found = records.commitments(work, project.id)
    return [(one.year, one.shown(one.actual)) for one in found if one.indicator == "paid_in"]


def test_money_counts_once_a_second_person_has_checked_its_voucher(
    office: Office, officer: Actor, head: Actor, project: ProjectView
):
    entered = enter(office, officer, project)
    assert (entered.total.yuan, entered.pending.yuan) == ("0.00", "5000000.00")
    assert actual_of(office, officer, project) == []
    checked = check(office, head, project, entered.rows[0].id)
    assert (checked.total.yuan, checked.pending.yuan) == ("5000000.00", "0.00")
    assert [(one.state.label, one.checked_by) for one in checked.rows] == [("已核验", "head")]
    assert actual_of(office, officer, project) == [(2026, "500.00")]


def test_nobody_checks_an_entry_of_their_own(office: Office, head: Actor, project: ProjectView):
    entered = enter(office, head, project)
    assert not entered.rows[0].may_check
    with pytest.raises(Forbidden, match="第二人"):
        check(office, head, project, entered.rows[0].id)


def test_an_officer_does_not_check(office: Office, officer: Actor, head: Actor, project):
    entered = enter(office, head, project)
    with pytest.raises(Forbidden):
        check(office, officer, project, entered.rows[0].id)


def test_what_is_sent_back_says_why_and_counts_for_nothing(
    office: Office, officer: Actor, head: Actor, project: ProjectView
):
    entered = enter(office, officer, project)
    with pytest.raises(ValueError, match="退回须写明理由"):
        CheckEntry(agree=False)
    back = check(office, head, project, entered.rows[0].id, agree=False, reason="户名不符")
    assert (back.total.yuan, back.pending.yuan) == ("0.00", "0.00")
    assert back.rows[0].refusal == "户名不符"
    with pytest.raises(Conflict):
        check(office, head, project, entered.rows[0].id)


def test_a_row_is_corrected_by_a_negative_one_that_is_checked_too(
    office: Office, officer: Actor, head: Actor, project: ProjectView
):
    row = enter(office, officer, project).rows[0].id
    with pytest.raises(Conflict, match="已核验"):
        correct(office, officer, project, row, "1.00")
    check(office, head, project, row)
    with pytest.raises(Invalid, match="余额"):
        correct(office, officer, project, row, "5000000.01")
    taken = correct(office, officer, project, row, "1200000.00")
    wrong = next(one for one in taken.rows if one.corrects == row)
    assert (taken.total.yuan, wrong.amount.yuan) == ("5000000.00", "-1200000.00")
    with pytest.raises(Invalid, match="余额"):
        correct(office, officer, project, row, "3800000.01")
    checked = check(office, head, project, wrong.id)
    assert checked.total.yuan == "3800000.00"
    assert actual_of(office, officer, project) == [(2026, "380.00")]
    assert [one.amount.yuan for one in checked.rows if one.id == row] == ["5000000.00"]


@pytest.mark.parametrize("amount", ["0.00", "-5.00"])
def test_an_entry_is_more_than_nothing(amount: str):
    with pytest.raises(ValueError, match="大于 0"):
        CorrectPaidIn(paid_on=date(2026, 3, 2), amount=amount, voucher="fil_x", note="更正")


def test_nothing_comes_in_tomorrow(office: Office, officer: Actor, project: ProjectView):
    with pytest.raises(Invalid, match="不能晚于今天"):
        enter(office, officer, project, paid_on=date(2026, 3, 3))


def test_the_yearly_actual_of_money_is_not_typed(
    office: Office, officer: Actor, project: ProjectView
):
    typed = SetCommitment(indicator="paid_in", year=2026, actual="1.00")
    with office.open(officer) as work, pytest.raises(Invalid, match="汇总"):
        records.set_commitment(work, project.id, typed)


def test_other_districts_neither_read_nor_enter(office: Office, officer: Actor, project):
    enter(office, officer, project)
    stranger = person(office, "stranger", Role.OFFICER, district=JIANGYANG)
    with office.open(stranger, reads=True) as work, pytest.raises(NotFound):
        actuals.actuals(work, project.id)
    with pytest.raises(NotFound):
        enter(office, stranger, project)


def test_a_voucher_is_read_by_whoever_reads_the_project(
    office: Office, officer: Actor, head: Actor, project: ProjectView
):
    proof = Upload("分割证明.pdf", b"%PDF-1.7 part")
    row = enter(office, officer, project, division_proof=proof).rows[0]
    with office.open(head) as work:
        assert actuals.voucher(work, project.id, row.voucher.code)[1] == SLIP.data
        assert actuals.voucher(work, project.id, row.division_proof.code)[1] == proof.data
        with pytest.raises(NotFound):
            actuals.voucher(work, project.id, "fil_none")


def test_the_first_tax_is_entered_once_and_again_when_it_was_sent_back(
    office: Office, head: Actor, project: ProjectView
):
    finance = person(office, "finance", Role.FINANCE)
    given = EnterFirstTax(collected_on=date(2026, 3, 2), voucher=SLIP)
    with office.open(finance) as work:
        first = actuals.enter_first_tax(work, project.id, given).first_tax[0]
    with office.open(finance) as work, pytest.raises(Conflict):
        actuals.enter_first_tax(work, project.id, given)
    with office.open(head) as work:
        back = CheckEntry(agree=False, reason="税款所属期不对")
        actuals.check_first_tax(work, project.id, first.id, None, back)
    with office.open(finance) as work:
        again = actuals.enter_first_tax(work, project.id, given).first_tax[0]
    with office.open(head) as work:
        agree = CheckEntry(agree=True)
        done = actuals.check_first_tax(work, project.id, again.id, None, agree)
    assert [one.state.label for one in done.first_tax] == ["已核验", "已退回"]
    assert not done.may_enter_tax


def test_who_is_the_second_person_is_shown_what_waits(
    office: Office, officer: Actor, head: Actor, project: ProjectView
):
    enter(office, officer, project)
    with office.open(officer) as work, pytest.raises(Forbidden):
        actuals.unchecked(work)
    with office.open(head, reads=True) as work:
        waiting = actuals.unchecked(work)
    assert [(one.project_name, one.what) for one in waiting] == [(project.name, "到位资金")]
    enter(office, head, project)
    with office.open(head, reads=True) as work:
        assert len(actuals.unchecked(work)) == 1


@pytest.mark.parametrize(
    ("before", "now", "adds"), [([], 5, 5), ([5], 8, 3), ([5, 8], 6, 0), ([8, 6], 9, 1)]
)
def test_a_later_signing_adds_what_goes_beyond_the_largest_before(
    before: list[int], now: int, adds: int
):
    assert increment([Money(one * YI) for one in before], Money(now * YI)) == Money(adds * YI)


def test_a07d_a_raised_contract_adds_3_yi_and_no_second_signing(
    office: Office, head: Actor, project: ProjectView
):
    with office.open(head) as work:
        service.move(work, project.id, Move(to=Stage.PRE_SIGNING, reason="增资重签"), None)
        raised = EditProject(planned_investment=Money(6 * YI))
        service.edit(work, project.id, raised, None)
        service.move(work, project.id, Move(to=Stage.SIGNED), None)
    with office.open(head) as work:
        rows = [work.session.get_one(Signing, (project.id, n)) for n in (1, 2)]
    assert [(one.amount.yuan, one.increment.yuan) for one in rows] == [
        ("300000000.00", "300000000.00"),
        ("600000000.00", "300000000.00"),
    ]


def test_construction_began_on_the_day_that_is_told_and_not_before_the_contract(
    office: Office, head: Actor, project: ProjectView, clock: FrozenClock
):
    clock.tick(days=10)
    early = Move(to=Stage.UNDER_CONSTRUCTION, happened_on=date(2026, 3, 1))
    with pytest.raises(Invalid, match="早于协议签订日期"), office.open(head) as work:
        service.move(work, project.id, early, None)
    later = Move(to=Stage.UNDER_CONSTRUCTION, happened_on=date(2026, 3, 13))
    with pytest.raises(Invalid, match="不能晚于今天"), office.open(head) as work:
        service.move(work, project.id, later, None)
    told = Move(to=Stage.UNDER_CONSTRUCTION, happened_on=date(2026, 3, 9))
    with office.open(head) as work:
        assert service.move(work, project.id, told, None).construction_on == date(2026, 3, 9)
    with office.open(head) as work:
        back = Move(to=Stage.LANDED, reason="开工证明有误")
        assert service.move(work, project.id, back, None).construction_on is None


def test_an_old_project_comes_in_with_the_day_on_which_construction_began(
    office: Office, head: Actor
):
    began = {"stage": "under_construction", "happened_on": date(2026, 2, 10)}
    contract = {"kind": "investment", "signed_on": date(2025, 11, 3), "file": support.PDF}
    command = support.old(**support.signable(agreement=contract), **began)
    with office.open(head) as work:
        assert service.create(work, command).construction_on == date(2026, 2, 10)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_page_from_entry_to_check(
    office: Office, client: Callable[..., TestClient], officer: Actor, head: Actor, project
):
    path = f"/projects/{project.id}/paid-in"
    own, second = client(officer), client(head)
    assert "还没有到位资金" in own.get(path).text
    data = {
        "paid_on": "2026-03-02",
        "amount": "500",
        "kind": "fixed_assets",
        "source": "outside_province",
        "voucher_kind": "bank_slip",
    }
    missing = own.post(path, data=data)
    assert (missing.status_code, "请填写凭证" in missing.text) == (422, True)
    assert 'value="500"' in missing.text
    file = {"voucher": ("进账单.pdf", b"%PDF-1.7 slip")}
    assert own.post(path, data=data, files=file).status_code == 303
    assert "核验属实" not in own.get(path).text
    with office.open(head, reads=True) as work:
        row = actuals.actuals(work, project.id).rows[0]
    assert project.name in second.get("/projects/unchecked").text
    page = second.get(path).text
    assert "核验属实" in page
    stale = second.post(f"{path}/{row.id}/check", data={"agree": "true", "_version": 9})
    assert stale.status_code == 412
    done = second.post(f"{path}/{row.id}/check", data={"agree": "true", "_version": row.version})
    assert done.status_code == 303
    assert "冲减" in own.get(path).text
    assert "500.00" in own.get(f"/projects/{project.id}").text
    saved = own.get(f"/projects/{project.id}/vouchers/{row.voucher.code}")
    assert saved.content == b"%PDF-1.7 slip"
    tax = {"voucher": ("税票.pdf", b"%PDF-1.7 tax")}
    tax_path = f"/projects/{project.id}/first-tax"
    assert own.post(tax_path, data={"collected_on": "2026-03-02"}, files=tax).status_code == 303
    assert "首笔税收" in second.get(path).text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_many_rows_stand_on_several_pages(
    client: Callable[..., TestClient], office: Office, officer: Actor, project, monkeypatch
):
    monkeypatch.setattr(actual_views, "AT_ONCE", 2)
    for n in (1, 2, 3):
        amount, day = Money(n * 100_000_000), date(2026, 2, n)
        enter(office, officer, project, amount=amount, paid_on=day)
    browser, here = client(officer), f"/projects/{project.id}/paid-in"
    first = browser.get(here).text
    assert [number in first for number in ("300.00 万元", "200.00 万元", "100.00 万元")] == [
        True,
        True,
        False,
    ]
    [following] = re.findall(r'rel="next" href="([^"]+)"', first)
    second = browser.get(html.unescape(following)).text
    assert [number in second for number in ("200.00 万元", "100.00 万元")] == [False, True]
    assert browser.get(f"{here}?cursor=made-up").status_code == 400


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_partner_enters_and_does_not_check(
    office: Office, client: Callable[..., TestClient], head: Actor, project: ProjectView
):
    api = client()
    key = partner_key(office, "project:*", "lead:*", district="510504")
    api.headers["Authorization"] = f"Bearer {key}"
    sent = api.post(
        "/api/v1/files", files={"file": ("单.txt", b"x")}, headers={"Idempotency-Key": "pay-00001"}
    )
    body = {
        "paid_on": "2026-03-02",
        "amount": "120000000.00",
        "kind": "fixed_assets",
        "source": "foreign",
        "voucher_kind": "capital_report",
        "voucher": sent.json()["id"],
    }
    path = f"/api/v1/projects/{project.id}/paid-in"
    made = api.post(path, json=body, headers={"Idempotency-Key": "pay-00002"})
    assert (made.status_code, made.json()["pending"]) == (201, "120000000.00")
    row = made.json()["rows"][0]
    asked = {"Idempotency-Key": "pay-00003", "If-Match": f'"v{row["version"]}"'}
    refused = api.post(f"{path}/{row['id']}:check", json={"agree": True}, headers=asked)
    assert refused.status_code == 403
    checked = client(head).post(f"{path}/{row['id']}:check", json={"agree": True}, headers=asked)
    assert checked.json()["total"] == "120000000.00"
    assert api.get(path).json()["rows"][0]["state"] == {"code": "checked", "label": "已核验"}
