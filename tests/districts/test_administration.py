"""管理: who makes accounts, who grants roles, and that neither does the other's work."""

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.kit.work import Office, Role
from tests.builders import person

Clients = Callable[..., TestClient]
NEW = {"login": "wang", "name": "王一", "unit_id": "510502-JWJ"}


@pytest.fixture
def makers(office: Office, client: Clients) -> tuple[TestClient, TestClient]:
    """The system administrator's browser and the security administrator's."""
    system = person(office, "sys", Role.SYSTEM_ADMIN)
    security = person(office, "sec", Role.SECURITY_ADMIN)
    return client(system), client(security)


def shown_secret(page: str) -> str:
    return re.search(r"<code>([^<]+)</code>", page)[1]


def account_path(page: str, login: str) -> str:
    return re.search(rf'href="(/admin/users/usr_[a-z2-7]+)">{login}<', page)[1]


def test_an_account_is_made_by_one_and_given_roles_by_the_other(
    makers: tuple[TestClient, TestClient], client: Clients
) -> None:
    system, security = makers
    made = system.post("/admin/users", data=NEW)
    password, path = shown_secret(made.text), account_path(made.text, "wang")
    assert security.post("/admin/users", data={**NEW, "login": "li"}).status_code == 403
    assert system.post(f"{path}/roles", data={"roles": "officer"}).status_code == 403
    assert security.post(f"{path}/roles", data={"roles": "officer"}).status_code == 303
    assert "招商专员" in security.get(path).text
    entered = client().post("/sign-in", data={"login": "wang", "password": password})
    assert entered.headers["location"] == "/account/password"


def test_a_taken_login_is_said_beside_the_field_and_the_form_kept(
    makers: tuple[TestClient, TestClient],
) -> None:
    system, _ = makers
    system.post("/admin/users", data=NEW)
    again = system.post("/admin/users", data=NEW)
    assert again.status_code == 422
    assert "这个账号名已被使用" in again.text
    assert 'value="王一"' in again.text


def test_three_administrators_stay_apart(makers: tuple[TestClient, TestClient]) -> None:
    system, security = makers
    path = account_path(system.post("/admin/users", data=NEW).text, "wang")
    answer = security.post(f"{path}/roles", data={"roles": ["auditor", "officer"]})
    assert answer.status_code == 422
    assert "三员分立" in answer.text


def test_a_disabled_account_is_out_at_once(
    makers: tuple[TestClient, TestClient], office: Office, client: Clients
) -> None:
    system, _ = makers
    browser = client(person(office, "zhou", Role.OFFICER))
    path = account_path(system.get("/admin/users").text, "zhou")
    assert system.post(f"{path}/disable").status_code == 303
    assert browser.get("/").status_code == 401


def test_a_key_is_shown_once_and_ends_when_revoked(
    makers: tuple[TestClient, TestClient], client: Clients
) -> None:
    system, _ = makers
    data = {"district_id": "510502", "name": "江阳系统", "scopes": ["lead:read", "event:read"]}
    made = system.post("/admin/keys", data=data)
    headers = {"Authorization": f"Bearer {shown_secret(made.text)}"}
    assert client().get("/api/v1/me", headers=headers).status_code == 200
    listed = system.get("/admin/keys").text
    assert "tz_" not in listed
    revoke = re.search(r'action="(/admin/keys/key_[a-z2-7]+/revoke)"', listed)[1]
    assert system.post(revoke).status_code == 303
    assert client().get("/api/v1/me", headers=headers).status_code == 401


def test_business_roles_see_no_administration(office: Office, client: Clients) -> None:
    browser = client(person(office, "zhou", Role.OFFICER))
    assert "/admin/" not in browser.get("/").text
    for path in ("/admin/users", "/admin/keys"):
        assert browser.get(path).status_code == 403


def test_an_account_without_a_role_may_change_its_password_and_leave_and_nothing_else(
    makers: tuple[TestClient, TestClient], client: Clients
) -> None:
    system, _ = makers
    password = shown_secret(system.post("/admin/users", data=NEW).text)
    browser = client()
    browser.post("/sign-in", data={"login": "wang", "password": password})
    new = {"current": password, "new": "Battery-staple-7", "again": "Battery-staple-7"}
    assert browser.post("/account/password", data=new).headers["location"] == "/"
    assert "尚未授予" in browser.get("/me").text
    for path in ("/leads", "/first-talk", "/projects", "/parameters", "/admin/users", "/audit"):
        assert browser.get(path).status_code == 403, path
    assert browser.post("/sign-out").status_code == 303


def test_enrolling_without_a_secret_starts_again(office: Office, client: Clients) -> None:
    browser = client(person(office, "zhou", Role.OFFICER))
    assert browser.post("/sign-in/enrol", data={"code": "123456"}).status_code == 303
