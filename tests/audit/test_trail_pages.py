"""The auditor's pages: search, paging, verification; nobody else sees the trail."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.kit.work import Office, Role
from tests.builders import CITY, LONGMATAN, person

Clients = Callable[..., TestClient]


def test_the_auditor_finds_an_act_by_its_name(office: Office, client: Clients) -> None:
    auditor = client(person(office, "audit", Role.AUDITOR))
    person(office, "zhou", Role.OFFICER)
    page = auditor.get("/audit", params={"act": "user.grant"}).text
    assert "user.grant" in page
    assert "user.create" not in page


def test_a_wrong_filter_is_said_and_kept(office: Office, client: Clients) -> None:
    auditor = client(person(office, "audit", Role.AUDITOR))
    for wrong in ({"since": "上周"}, {"resutl": "done"}):
        answer = auditor.get("/audit", params=wrong)
        assert answer.status_code == 422
    assert 'value="上周"' in auditor.get("/audit", params={"since": "上周"}).text


def test_paging_goes_back_to_the_first_entry(office: Office, client: Clients) -> None:
    auditor = client(person(office, "audit", Role.AUDITOR))
    for number in range(40):
        person(office, f"user{number}", Role.OFFICER)
    first = auditor.get("/audit")
    assert "更早的" in first.text
    second = auditor.get("/audit", params={"before": "30"})
    assert ">29<" in second.text
    assert "更早的" not in second.text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_verification_says_what_is_broken(office: Office, client: Clients) -> None:
    auditor = client(person(office, "audit", Role.AUDITOR))
    assert "全部相符" in auditor.post("/audit/verify").text
    with office.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_entry_no_update"))
        connection.execute(text("UPDATE audit_entry SET act = 'x' WHERE number = 2"))
    assert "第 2 条校验不通过" in auditor.post("/audit/verify").text


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COORDINATOR, Role.SYSTEM_ADMIN])
def test_nobody_else_reads_the_trail(office: Office, client: Clients, role: Role) -> None:
    district = CITY if role is Role.COORDINATOR else LONGMATAN
    browser = client(person(office, "zhou", role, district=district))
    assert browser.get("/audit").status_code == 403
    assert browser.post("/audit/verify").status_code == 403
