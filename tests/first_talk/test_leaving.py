"""企业另选: always open, verified by a second person, and the right ends that moment."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.first_talk import leaving
from app.first_talk.leaving_schemas import FileLetter, LeavingView
from app.first_talk.rights import State
from app.first_talk.schemas import RightView
from app.kit.files import Upload
from app.kit.work import Actor, Office, Role
from tests.builders import CITY, LONGMATAN, FrozenClock, partner_key, person
from tests.first_talk import claims
from tests.first_talk.claims import at, on

LETTER = Upload("来函.txt", "我公司选择江阳区".encode())


def bring(office: Office, actor: Actor, id: str, day: str = "05-12") -> LeavingView:
    with office.open(actor) as work:
        return leaving.file_letter(work, id, FileLetter(file=LETTER, written_on=on(day)))


def verify(office: Office, registrar: Actor, letter_id: str) -> LeavingView:
    with office.open(registrar) as work:
        return leaving.verify_letter(work, letter_id)


def test_a12_the_right_ends_the_day_the_letter_is_verified_and_the_chosen_unit_may_file(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
    active: Callable[..., RightView],
):
    right = active()
    clock.set(at("05-12", "09:00:00"))
    claims.file(office, jiangyang, right.enterprise_id, lead_id="led_early")
    brought = bring(office, jiangyang, right.id)
    assert (brought.state, brought.holder.label) == (State.ACTIVE, "龙马潭区")
    clock.set(at("05-12", "16:30:00"))
    with office.open(registrar, reads=True) as work:
        waiting = leaving.unverified(work)
    assert [one.number for one in waiting] == [right.number]
    verify(office, registrar, waiting[0].id)
    ended = claims.read(office, longmatan, right.id)
    assert (ended.state, ended.ended_at) == (State.ENTERPRISE_LEFT, at("05-12", "16:30:00"))
    assert ended.reason_text == "企业 2026-05-12 来函另选，registrar 核实"
    assert claims.file(office, jiangyang, right.enterprise_id).right.state is State.SUBMITTED
    with office.open(registrar) as work, pytest.raises(Conflict, match="已核实"):
        leaving.verify_letter(work, waiting[0].id)


def test_after_it_the_former_holder_does_not_wait_either(
    office: Office, longmatan: Actor, registrar: Actor
):
    company = claims.enterprise(office)
    right = claims.file(office, longmatan, company).right
    letter = bring(office, longmatan, right.id, "03-02").letters[0]
    verify(office, registrar, letter.id)
    assert claims.file(office, longmatan, company).right.state is State.SUBMITTED


def test_nobody_verifies_a_letter_of_his_own_and_no_key_does(
    office: Office, longmatan: Actor, registrar: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    letter = bring(office, registrar, right.id, "03-02").letters[0]
    with office.open(registrar) as work, pytest.raises(Forbidden, match="第二人"):
        leaving.verify_letter(work, letter.id)
    with office.open(longmatan) as work, pytest.raises(Forbidden):
        leaving.verify_letter(work, letter.id)
    other = person(office, "second", Role.COORDINATOR, district=CITY)
    assert verify(office, other, letter.id).state is State.ENTERPRISE_LEFT


def test_a_letter_of_tomorrow_an_unknown_right_and_an_ended_one_are_refused(
    office: Office, longmatan: Actor, jiangyang: Actor, registrar: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    with pytest.raises(Invalid, match="晚于今天"):
        bring(office, longmatan, right.id, "03-03")
    with pytest.raises(NotFound):
        bring(office, jiangyang, right.id, "03-02")
    claims.reject(office, registrar, right.id)
    with pytest.raises(Conflict, match="无需登记企业另选"):
        bring(office, longmatan, right.id, "03-02")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_stranger_brings_the_letter_on_a_page_that_does_not_name_the_enterprise(
    office: Office,
    client: Callable[..., TestClient],
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
):
    company = claims.enterprise(office)
    right = claims.file(office, longmatan, company).right
    claims.file(office, jiangyang, company)
    browser, path = client(jiangyang), f"/first-talk/{right.id}/enterprise-left"
    assert path in browser.get("/first-talk").text
    assert "甲公司" not in browser.get(path).text
    sent = browser.post(
        path, data={"written_on": "2026-03-02"}, files={"file": ("来函.pdf", b"%PDF-1.7 letter")}
    )
    assert (sent.status_code, sent.headers["location"]) == (303, path)
    assert "待第二人核实" in browser.get(path).text
    assert "核实来函" in client(registrar).get("/today").text
    page = client(registrar).get(path).text
    action = page[page.index("/first-talk/letters/") :].partition('"')[0]
    done = client(registrar).post(action)
    assert (done.status_code, done.headers["location"]) == (303, path)
    assert claims.read(office, longmatan, right.id).state is State.ENTERPRISE_LEFT


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_partner_brings_a_letter_by_the_api(
    office: Office, client: Callable[..., TestClient], longmatan: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    api = client()
    key = partner_key(office, "first_talk:*", "lead:write", district=LONGMATAN)
    api.headers["Authorization"] = f"Bearer {key}"
    sent = api.post(
        "/api/v1/files",
        files={"file": ("来函.pdf", b"%PDF-1.7 letter")},
        headers={"Idempotency-Key": "letter-file-1"},
    )
    body = {"file": sent.json()["id"], "written_on": "2026-03-02"}
    path = f"/api/v1/first-talk-rights/{right.id}:enterprise-left"
    brought = api.post(path, json=body, headers={"Idempotency-Key": "letter-0001"}).json()
    assert [one["verified_at"] for one in brought["letters"]] == [None]
    assert claims.read(office, longmatan, right.id).state is State.SUBMITTED
