"""Getting in: passwords, lockout, second factor, sessions that end, keys that are revoked."""

import re
from collections.abc import Callable

import pyotp
import pytest
from pwdlib import PasswordHash
from starlette.testclient import TestClient

from app.districts import passwords, service, sign_in
from app.districts.schemas import CreateUser, GrantRoles
from app.kit.work import Office, Role
from tests.builders import FrozenClock, partner_key, person

FIRST, SECOND = "Correct-horse-9", "Battery-staple-7"
Clients = Callable[..., TestClient]


def account(office: Office, login: str, *roles: Role, unit: str = "510504-JWJ") -> str:
    with office.open() as work:
        command = CreateUser(login=login, name="周岚", unit_id=unit)
        user = service.create_user(work, command, passwords.hash_of(FIRST))
        service.grant_roles(work, user.id, GrantRoles(roles=list(roles)))
        return user.id


def enter(browser: TestClient, login: str, password: str, **more: str) -> str:
    answer = browser.post("/sign-in", data={"login": login, "password": password, **more})
    return answer.headers.get("location", str(answer.status_code))


def change(browser: TestClient, new: str, again: str | None = None, current: str = FIRST) -> object:
    data = {"current": current, "new": new, "again": new if again is None else again}
    return browser.post("/account/password", data=data)


def test_a_guess_costs_the_time_and_memory_that_rfc_9106_asks(true_hasher: PasswordHash) -> None:
    assert "$argon2id$v=19$m=65536,t=3,p=4$" in true_hasher.hash(FIRST)


def test_the_first_password_must_be_changed_before_anything_else(
    office: Office, client: Clients
) -> None:
    account(office, "zhou", Role.OFFICER)
    browser = client()
    assert enter(browser, "zhou", FIRST) == "/account/password"
    assert browser.get("/").headers["location"] == "/account/password"
    assert change(browser, SECOND).headers["location"] == "/"
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    ("new", "again", "current", "message"),
    [
        ("Short-1", None, FIRST, "密码至少 10 位"),
        ("alllowercase", None, FIRST, "大写、小写、数字、符号中的三种"),
        ("Passw0rd123456!", None, FIRST, "过于常见"),
        ("zhou-Zhou-2026", None, FIRST, "包含账号名"),
        (SECOND, "Battery-staple-8", FIRST, "不一致"),
        (SECOND, None, "wrong", "当前密码不对"),
        (FIRST, None, FIRST, "最近 5 次"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_poor_new_password_is_refused_beside_its_field(
    office: Office, client: Clients, new: str, again: str | None, current: str, message: str
) -> None:
    account(office, "zhou", Role.OFFICER)
    browser = client()
    enter(browser, "zhou", FIRST)
    answer = change(browser, new, again, current)
    assert answer.status_code == 422
    assert message in answer.text


def test_five_failures_lock_the_account_for_fifteen_minutes(
    office: Office, client: Clients, clock: FrozenClock
) -> None:
    account(office, "zhou", Role.OFFICER)
    browser = client()
    for _ in range(5):
        assert enter(browser, "zhou", "wrong") == "422"
    refused = browser.post("/sign-in", data={"login": "zhou", "password": FIRST})
    assert "已锁定 15 分钟" in refused.text
    clock.tick(minutes=15, seconds=1)
    assert enter(browser, "zhou", FIRST) == "/account/password"


def test_an_unknown_account_gets_the_same_answer_as_a_wrong_password(
    office: Office, client: Clients
) -> None:
    account(office, "zhou", Role.OFFICER)
    sentence = "账号或密码不对"
    for login in ("zhou", "nobody"):
        answer = client().post("/sign-in", data={"login": login, "password": "wrong"})
        assert (answer.status_code, sentence in answer.text) == (422, True)


def test_a_session_ends_after_thirty_idle_minutes_and_twelve_hours(
    office: Office, client: Clients, clock: FrozenClock
) -> None:
    browser = client(person(office, "zhou", Role.OFFICER))
    for _ in range(24):
        clock.tick(minutes=29)
        assert browser.get("/").status_code == 200
    clock.tick(minutes=29)
    assert browser.get("/").status_code == 401
    idle = client(person(office, "qian", Role.OFFICER))
    clock.tick(minutes=31)
    assert idle.get("/").status_code == 401


def test_a_coordinator_enrols_a_second_factor_and_needs_it_from_then_on(
    office: Office, client: Clients, clock: FrozenClock
) -> None:
    account(office, "lian", Role.COORDINATOR, unit="510500-LXB")
    browser = client()
    enter(browser, "lian", FIRST)
    assert change(browser, SECOND).headers["location"] == "/sign-in/enrol"
    shown = browser.get("/sign-in/enrol").text
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", shown)[1]
    code = pyotp.TOTP(secret).at(clock())
    wrong = browser.post("/sign-in/enrol", data={"secret": secret, "code": "000000"})
    assert (wrong.status_code, secret in wrong.text) == (422, True)
    assert browser.get("/").headers["location"] == "/sign-in/enrol"
    right = browser.post("/sign-in/enrol", data={"secret": secret, "code": code})
    assert right.headers["location"] == "/"
    again = client()
    assert enter(again, "lian", SECOND) == "/sign-in/code"
    assert again.post("/sign-in/code", data={"code": code}).headers["location"] == "/"


def test_what_was_typed_survives_the_end_of_the_session(
    office: Office, client: Clients, clock: FrozenClock
) -> None:
    browser = client(person(office, "zhou", Role.OFFICER))
    account(office, "sun", Role.OFFICER)
    clock.tick(minutes=31)
    ended = browser.post("/me/sessions/end", data={"note": "谈了<两>小时"})
    assert ended.status_code == 401
    assert 'name="_carried.note" value="谈了&lt;两&gt;小时"' in ended.text
    carried = {"_posted": "1", "_target": "/me/sessions/end", "_carried.note": "谈了<两>小时"}
    first = client()
    enter(first, "sun", FIRST)
    change(first, SECOND)
    on = browser.post("/sign-in", data={"login": "sun", "password": SECOND, **carried})
    assert 'action="/me/sessions/end"' in on.text
    assert 'name="note" value="谈了&lt;两&gt;小时"' in on.text


def test_signing_in_never_sends_people_to_another_site(office: Office, client: Clients) -> None:
    account(office, "zhou", Role.OFFICER)
    first = client()
    enter(first, "zhou", FIRST)
    change(first, SECOND)
    for target in ("//evil.example/", "https://evil.example/", "/\\evil.example"):
        assert enter(client(), "zhou", SECOND, _target=target) == "/"


def test_a_post_from_another_site_is_refused(office: Office, client: Clients) -> None:
    browser = client(person(office, "zhou", Role.OFFICER))
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "", "Sec-Fetch-Site": "cross-site"},
    ):
        assert browser.post("/me/sessions/end", headers=headers).status_code == 403


def test_changing_the_password_ends_the_other_sessions(office: Office, client: Clients) -> None:
    account(office, "zhou", Role.OFFICER)
    one = client()
    enter(one, "zhou", FIRST)
    change(one, SECOND)
    two = client()
    enter(two, "zhou", SECOND)
    assert change(two, "Another-word-5", current=SECOND).headers["location"] == "/"
    assert one.get("/").status_code == 401
    assert two.get("/").status_code == 200


def test_a_key_works_within_its_life_and_network_only(
    office: Office, client: Clients, clock: FrozenClock
) -> None:
    key = partner_key(office, "lead:*")
    headers = {"Authorization": f"Bearer {key}"}
    assert client().get("/api/v1/me", headers=headers).json()["scopes"] == ["lead:*"]
    clock.tick(days=366)
    assert client().get("/api/v1/me", headers=headers).status_code == 401


def test_a_revoked_key_is_refused_at_once(office: Office, client: Clients) -> None:
    key = partner_key(office, "lead:*")
    with office.open() as work:
        sign_in.revoke_key(work, sign_in.keys(work)[0].id)
    answer = client().get("/api/v1/me", headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


def test_an_administrator_holds_no_second_role() -> None:
    with pytest.raises(ValueError, match="三员分立"):
        GrantRoles(roles=[Role.AUDITOR, Role.OFFICER])


def test_every_page_carries_the_safe_headers(client: Clients) -> None:
    answer = client().get("/sign-in")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
