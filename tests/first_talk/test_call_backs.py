"""抽查回访: who can be drawn, that nobody chooses, who sees what when, what a record needs."""

from collections.abc import Callable
from datetime import date
from hashlib import sha256

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from app.errors import Conflict, Forbidden, Invalid, NotFound, VersionMismatch
from app.first_talk import call_backs, corrections, register, verification
from app.first_talk.call_back_models import CallBack
from app.first_talk.call_back_schemas import (
    CallBackLine,
    CallBackView,
    DrawCallBacks,
    DrawView,
    ListCallBacks,
    ListDraws,
    RecordCallBack,
    ToldView,
)
from app.first_talk.corrections import Correct
from app.first_talk.schemas import RightView
from app.kit.work import Actor, Office, Role
from tests.builders import CITY, FrozenClock, partner_key, person
from tests.first_talk import acts, claims
from tests.first_talk.claims import VISIT, at, on
from tests.first_talk.test_pages import main_of

Browse = Callable[..., TestClient]


def file(office: Office, actor: Actor, name: str, **changes: object) -> RightView:
    company = claims.enterprise(office, name, None)
    lead = {"lead_id": f"led_{name}", "unregistered": True}
    return claims.file(office, actor, company, **(lead | changes)).right


def draw(office: Office, registrar: Actor, number: int = 50, **days: date) -> DrawView:
    asked = {"first": on("03-01"), "last": on("03-02"), "number": number} | days
    with office.open(registrar) as work:
        return call_backs.draw(work, DrawCallBacks(**asked))


def drawn(office: Office, registrar: Actor, **asked: object) -> list[CallBackLine]:
    with office.open(registrar, reads=True) as work:
        return call_backs.listed(work, ListCallBacks(**asked)).items


def record(
    office: Office,
    registrar: Actor,
    id: str,
    outcome: str,
    version: int | None = None,
    **more: object,
) -> CallBackView:
    said = {} if outcome == "unreached" else {"spoke_with": "陈总 总经理", "said": "见过面"}
    command = {"outcome": outcome, "called_on": on("03-03")} | said | more
    with office.open(registrar) as work:
        return call_backs.record(work, id, version, RecordCallBack(**command))


def told(office: Office, actor: Actor, right: RightView) -> ToldView | None:
    with office.open(actor, reads=True) as work:
        return call_backs.of_right(work, right.id)


@pytest.fixture
def one(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor
) -> tuple[RightView, str]:
    """A right of 龙马潭区 that was drawn yesterday, and its call-back."""
    right = file(office, longmatan, "甲公司")
    draw(office, registrar)
    clock.set(at("03-03", "09:00:00"))
    return right, drawn(office, registrar)[0].id


def test_drawn_are_complete_claims_of_those_days_that_block_and_are_not_ones_own(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor
):
    mine = person(office, "colleague", Role.OFFICER, unit=registrar.unit_id)
    clock.set(at("02-27", "09:00:00"))
    file(office, longmatan, "过早公司")
    clock.set(at("03-01", "00:00:00"))
    first = file(office, longmatan, "首日公司")
    clock.set(at("03-02", "10:00:00"))
    held = file(office, longmatan, "保护公司")
    claims.agree(office, registrar, held.id)
    acts.release(office, longmatan, file(office, longmatan, "放弃公司").id)
    file(office, longmatan, "补正公司", evidence=[VISIT])
    file(office, mine, "本单位公司")
    clock.set(at("03-02", "23:59:59"))
    last = file(office, longmatan, "末刻公司")
    clock.set(at("03-03", "00:00:00"))
    file(office, longmatan, "过晚公司")
    made = draw(office, registrar)
    assert (made.asked, made.among, made.recomputed) == (50, 3, True)
    found = {line.right_id for line in drawn(office, registrar)}
    assert found == {first.id, held.id, last.id}


def test_who_is_drawn_follows_from_the_digest_of_a_ledger_entry_that_names_all(
    office: Office, longmatan: Actor, jiangyang: Actor, registrar: Actor
):
    for n in range(6):
        file(office, (longmatan, jiangyang)[n % 2], f"第{n}公司")
    made = draw(office, registrar, 2)
    with office.open(registrar, reads=True) as work:
        entry = register.receipt(work, made.receipt_number)
        assert verification.verify_ledger(work).good
    assert len(entry.content["among"]) == made.among == 6
    seed = entry.digest.removeprefix("sha256:")
    ranked = sorted(
        entry.content["among"], key=lambda one: sha256((seed + one).encode()).hexdigest()
    )
    rows = drawn(office, registrar)
    with office.open(registrar, reads=True) as work:
        found = sorted((call_backs.call_back(work, row.id) for row in rows), key=lambda b: b.rank)
    assert [one.number for one in found] == ranked[:2]
    assert [one.rank for one in found] == [1, 2]


def test_a_pick_that_was_changed_afterwards_no_longer_follows_from_its_draw(
    office: Office, longmatan: Actor, registrar: Actor
):
    for n in range(2):
        file(office, longmatan, f"第{n}公司")
    draw(office, registrar, 2)
    with office.engine.begin() as connection:
        connection.execute(update(CallBack).values(rank=3 - CallBack.rank))
    with office.open(registrar, reads=True) as work:
        assert [one.recomputed for one in call_backs.drawn(work, ListDraws()).items] == [False]


def test_a_right_is_drawn_once_and_an_empty_draw_leaves_nothing(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor
):
    with pytest.raises(Conflict, match="一项也没有"):
        draw(office, registrar)
    right = file(office, longmatan, "甲公司")
    draw(office, registrar)
    clock.set(at("03-03", "09:00:00"))
    record(office, registrar, drawn(office, registrar)[0].id, "unreached")
    with pytest.raises(Conflict, match="一项也没有"):
        draw(office, registrar)
    later = file(office, longmatan, "乙公司")
    draw(office, registrar, last=on("03-03"))
    assert {line.right_id for line in drawn(office, registrar)} == {right.id, later.id}
    with office.open(registrar, reads=True) as work:
        assert len(call_backs.drawn(work, ListDraws()).items) == 2
        assert verification.head(work).seq == 4


def test_days_that_are_in_disorder_or_to_come_are_refused_at_their_field(
    office: Office, registrar: Actor
):
    for wrong in ({"first": on("03-02"), "last": on("03-01")}, {"last": on("03-03")}):
        with pytest.raises(Invalid) as refused:
            draw(office, registrar, **wrong)
        assert [issue.pointer for issue in refused.value.issues] == ["/last"]


def test_holders_learn_day_and_outcome_once_there_is_one_and_nobody_else_does(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    park: Actor,
    registrar: Actor,
):
    right = file(office, longmatan, "甲公司")
    claims.file(office, park, right.enterprise_id, lead_id="led_park", unregistered=True)
    draw(office, registrar)
    clock.set(at("03-03", "09:00:00"))
    id = drawn(office, registrar)[0].id
    assert told(office, registrar, right).outcome is None
    assert told(office, longmatan, right) is None
    record(office, registrar, id, "unreached")
    assert told(office, longmatan, right) is None
    record(office, registrar, id, "denied", said="从未见过该单位的人")
    for holder in (longmatan, park):
        shown = told(office, holder, right)
        assert (shown.outcome, shown.called_on) == ("denied", on("03-03"))
        with office.open(holder, reads=True) as work, pytest.raises(Forbidden):
            call_backs.call_back(work, id)
    with pytest.raises(NotFound):
        told(office, jiangyang, right)


def test_every_call_stays_and_the_last_one_counts(
    office: Office, clock: FrozenClock, registrar: Actor, one: tuple[RightView, str]
):
    _, id = one
    record(office, registrar, id, "unreached")
    clock.tick(hours=1)
    assert [line.id for line in drawn(office, registrar, done=False)] == [id]
    record(office, registrar, id, "confirmed", said="")
    assert drawn(office, registrar, done=False) == []
    clock.tick(hours=1)
    shown = record(office, registrar, id, "denied", said="上次听错，企业否认")
    assert [call.outcome for call in shown.records] == ["denied", "confirmed", "unreached"]
    assert shown.records[0].spoke_with == "陈总 总经理"
    assert [line.outcome for line in drawn(office, registrar, done=True)] == ["denied"]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("called_on", {"called_on": on("03-04")}),
        ("called_on", {"called_on": on("03-01")}),
        ("spoke_with", {"spoke_with": ""}),
        ("said", {"outcome": "denied", "said": ""}),
        ("spoke_with said", {"outcome": "denied", "spoke_with": "", "said": ""}),
    ],
)
def test_what_a_record_lacks_is_said_at_its_field_and_nothing_is_kept(
    office: Office, registrar: Actor, one: tuple[RightView, str], field: str, wrong: dict
):
    _, id = one
    with pytest.raises(Invalid) as refused:
        record(office, registrar, id, **({"outcome": "confirmed"} | wrong))
    assert [issue.pointer[1:] for issue in refused.value.issues] == field.split()
    with office.open(registrar, reads=True) as work:
        shown = call_backs.call_back(work, id)
    assert (shown.outcome, shown.records) == (None, [])


def test_an_outcome_is_corrected_with_its_reason_and_never_taken_back(
    office: Office, registrar: Actor, one: tuple[RightView, str]
):
    _, id = one
    record(office, registrar, id, "denied")
    for wrong, field in (({"outcome": "unreached"}, "outcome"), ({"said": ""}, "said")):
        with pytest.raises(Invalid) as refused:
            record(office, registrar, id, **({"outcome": "confirmed"} | wrong))
        assert [issue.pointer for issue in refused.value.issues] == [f"/{field}"]
    with pytest.raises(VersionMismatch):
        record(office, registrar, id, "confirmed", version=1)


def test_who_filed_it_does_not_call_back_and_the_draw_is_a_persons(
    office: Office, client: Browse, registrar: Actor, longmatan: Actor
):
    mover = person(office, "mover", Role.OFFICER, Role.COORDINATOR, district=CITY)
    right = file(office, longmatan, "甲公司")
    draw(office, registrar)
    id = drawn(office, registrar)[0].id
    with office.open() as work:
        docket, row = register.subjects.open_for(work, right.id, None)
        row.officer_id = mover.id
        register.subjects.close(docket)
    with pytest.raises(Forbidden, match="本单位"):
        record(office, mover, id, "confirmed", called_on=on("03-02"))
    with office.open(mover, reads=True) as work:
        assert not call_backs.call_back(work, id).may_record
    key = partner_key(office, "first_talk:*")
    answer = client().post(
        "/api/v1/first-talk-draws",
        json={"first": "2026-03-01", "last": "2026-03-02", "number": 1},
        headers={"Authorization": f"Bearer {key}", "Idempotency-Key": "draw-0001"},
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_draw_by_json_is_found_again_where_it_says(
    office: Office, client: Browse, registrar: Actor, longmatan: Actor
):
    file(office, longmatan, "甲公司")
    days = {"first": "2026-03-01", "last": "2026-03-02"}
    key = {"Idempotency-Key": "draw-0001"}
    made = client(registrar).post(
        "/api/v1/first-talk-draws", json=days | {"number": 1}, headers=key
    )
    assert client(registrar).get(made.headers["Location"]).json() == made.json()


def test_the_entry_of_a_draw_prints_and_is_corrected_like_any_other(
    office: Office, client: Browse, longmatan: Actor, registrar: Actor
):
    file(office, longmatan, "甲公司")
    number = draw(office, registrar).receipt_number
    assert number.startswith("LZ-FT-2026-")
    browser = client(registrar)
    printed = main_of(browser.get(f"/first-talk/receipts/{number}").text)
    assert "1 项中抽 1 项" in printed
    assert browser.get(f"/first-talk/receipts/{number}/word").status_code == 200
    assert "抽查抽签记录" in browser.get(f"/first-talk/receipts/{number}/print").text
    with office.open(registrar) as work:
        later = corrections.correct(work, number, Correct(statement="经办人有误", reason="核对"))
    assert "经办人有误" in browser.get(f"/first-talk/receipts/{later.number}/print").text
    assert client(longmatan).get(f"/first-talk/receipts/{number}").status_code == 404


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_registrar_draws_calls_and_records_on_pages(
    office: Office, client: Browse, clock: FrozenClock, longmatan: Actor, registrar: Actor
):
    right = file(office, longmatan, "甲公司")
    browser = client(registrar)
    assert "没有待回访的企业" in main_of(browser.get("/first-talk/call-backs").text)
    assert "没有待回访的企业" in main_of(browser.get("/first-talk/blocks/call-backs").text)
    days = {"first": "2026-03-01", "last": "2026-03-02"}
    refused = browser.post("/first-talk/call-backs/draw", data=days | {"number": "0"})
    assert refused.status_code == 422
    assert "抽取件数不小于 1" in refused.text
    made = browser.post("/first-talk/call-backs/draw", data=days | {"number": "3"})
    assert made.headers["location"] == "/first-talk/call-backs"
    shown = main_of(browser.get("/first-talk/call-backs").text)
    assert "甲公司 LMT-FT-2026-000001" in shown
    assert "1 项中抽 1 项" in shown
    assert "复算一致" in shown
    assert "甲公司" in main_of(browser.get("/first-talk/blocks/call-backs").text)
    holder = client(longmatan)
    assert "抽查回访" not in main_of(holder.get(f"/first-talk/{right.id}").text)
    answer = holder.get(f"/api/v1/first-talk-rights/{right.id}/call-back")
    assert (answer.status_code, answer.json()) == (200, None)
    clock.tick(minutes=5)
    path = f"/first-talk/call-backs/{drawn(office, registrar)[0].id}"
    typed = {"_version": "1", "outcome": "denied", "called_on": "2026-03-02", "spoke_with": "陈总"}
    refused = browser.post(f"{path}/record", data=typed)
    assert "请写明核实情况" in refused.text
    assert 'value="陈总"' in refused.text
    assert browser.post(f"{path}/record", data=typed | {"said": "没有这回事"}).status_code == 303
    assert "企业否认" in main_of(browser.get(path).text)
    shown = main_of(client(longmatan).get(f"/first-talk/{right.id}").text)
    assert "不属实 2026-03-02 向企业核实" in shown
    assert "没有这回事" not in shown
    answer = client(longmatan).get(f"/api/v1/first-talk-rights/{right.id}/call-back").json()
    assert answer["outcome"] == {"code": "denied", "label": "不属实"}
