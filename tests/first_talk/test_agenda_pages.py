"""今日必办 on the 工作台 and in the frame, and the private calendar of the same deadlines."""

import re
from collections.abc import Callable

import pytest
from icalendar import Calendar
from starlette.testclient import TestClient

from app.districts import service as districts
from app.first_talk.schemas import RightView
from app.kit.work import Actor, Office, Role
from tests.builders import FrozenClock, person
from tests.first_talk import claims
from tests.first_talk.claims import VISIT, at, on

Browse = Callable[..., TestClient]
Make = Callable[..., RightView]


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def main_of(html: str) -> str:
    return text_of(html[html.index("<main") : html.index("</main>")])


def occasion_in(html: str) -> str:
    return re.search(r'name="occasion" value="([^"]+)"', html)[1]


def address_in(html: str) -> str:
    return re.search(r'value="http://testserver(/calendar/[^"]+)"', html)[1]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_block_lists_a_call_with_its_clock_its_why_and_its_act(
    client: Browse, clock: FrozenClock, longmatan: Actor, active: Make
):
    active("03-09")
    clock.set(at("03-20", "09:00:00"))
    browser = client(longmatan)
    shown = main_of(browser.get("/today/block").text)
    assert "今日必办 1 件 全部待办" in shown
    assert "剩 3 天 进展报告 甲公司 14 天一报，03-23（一）到期；取得首谈权后还没有实质进展" in shown
    assert 'href="/leads/led_longmatan/progress"' in browser.get("/today/block").text
    assert ">1<" in browser.get("/today/count").text
    assert "以后 1 件" in main_of(browser.get("/today").text)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_putting_off_asks_for_a_day_and_a_reason_and_empties_the_list(
    client: Browse, clock: FrozenClock, longmatan: Actor, active: Make
):
    active("03-09")
    clock.set(at("03-20", "09:00:00"))
    browser = client(longmatan)
    occasion = occasion_in(browser.get("/today").text)
    refused = browser.post("/today/put-off", data={"occasion": occasion})
    assert refused.status_code == 422
    assert "请填写理由" in refused.text
    past = {"occasion": occasion, "remind_on": "2026-03-20", "reason": "对方出差"}
    assert "明天起 30 天以内" in browser.post("/today/put-off", data=past).text
    done = browser.post("/today/put-off", data=past | {"remind_on": "2026-03-22"})
    assert done.headers["location"] == "/today"
    assert "今天没有必办的事" in main_of(browser.get("/today").text)
    assert "已延后或已读 1 件" in text_of(browser.get("/today").text)
    assert "count" not in browser.get("/today/count").text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_account_without_calls_has_an_empty_list(office: Office, client: Browse):
    browser = client(person(office, "tax", Role.TAX))
    assert "今天没有必办的事" in main_of(browser.get("/today").text)
    assert "今日必办" not in main_of(browser.get("/").text)


def test_the_calendar_address_shows_ones_own_deadlines_without_signing_in(
    client: Browse, clock: FrozenClock, longmatan: Actor, active: Make
):
    right = active("03-09")
    clock.set(at("03-10", "09:00:00"))
    page = client(longmatan).post("/me/calendar").text
    answer = client().get(address_in(page))
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    entries = Calendar.from_ical(answer.content).walk("VEVENT")
    told = {(str(one["summary"]), one.decoded("dtstart")) for one in entries}
    assert told == {
        (f"进展报告 {right.number}", on("03-23")),
        (f"首谈到期 {right.number}", on("06-08")),
    }
    assert "甲公司" not in answer.text
    assert "led_" not in answer.text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_calendar_is_valid_line_by_line(office: Office, client: Browse, longmatan: Actor):
    claims.file(office, longmatan, claims.enterprise(office), evidence=[VISIT])
    content = client().get(address_in(client(longmatan).post("/me/calendar").text)).content
    lines = content.split(b"\r\n")
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    assert lines[:3] == [b"BEGIN:VCALENDAR", b"VERSION:2.0", b"PRODID:-//tongzhao//deadlines//ZH"]
    assert "SUMMARY:补正佐证".encode() in lines
    assert b"DTSTART;VALUE=DATE:20260309" in lines
    assert b"DTEND;VALUE=DATE:20260310" in lines


def test_a_renewed_or_revoked_address_ends_at_once_and_a_guessed_one_is_none(
    client: Browse, longmatan: Actor
):
    browser, anybody = client(longmatan), client()
    first = address_in(browser.post("/me/calendar").text)
    second = address_in(browser.post("/me/calendar").text)
    assert anybody.get(first).status_code == 404
    assert anybody.get(second).status_code == 200
    assert second not in browser.get("/me").text
    assert "已启用" in main_of(browser.get("/me").text)
    assert browser.post("/me/calendar/revoke").headers["location"] == "/me"
    assert anybody.get(second).status_code == 404
    assert browser.post("/me/calendar/revoke").status_code == 409
    assert anybody.get("/calendar/guessed.ics").status_code == 404


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_address_of_a_disabled_account_is_none(
    office: Office, client: Browse, longmatan: Actor
):
    address = address_in(client(longmatan).post("/me/calendar").text)
    with office.open() as work:
        districts.set_active(work, longmatan.id, active=False)
    assert client().get(address).status_code == 404


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_only_the_hash_of_an_address_is_kept(client: Browse, longmatan: Actor, tmp_path):
    address = address_in(client(longmatan).post("/me/calendar").text)
    token = address.removeprefix("/calendar/").removesuffix(".ics")
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("*.db*"))
    assert token.encode() not in stored
