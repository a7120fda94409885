"""The pages of 首谈 as people use them."""

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.first_talk.policies import Evidence
from app.kit.work import Actor, Office, Role
from tests.builders import person
from tests.first_talk import claims
from tests.first_talk.claims import VISIT

Browse = Callable[..., TestClient]

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def text_of(html: str) -> str:
    """What is read, without the tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def main_of(html: str) -> str:
    return text_of(html[html.index("<main") : html.index("</main>")])


def test_the_register_shows_the_claim_with_its_clock_and_an_empty_one_teaches(
    office: Office, client: Browse, longmatan: Actor
):
    browser = client(longmatan)
    assert "还没有首谈登记" in main_of(browser.get("/first-talk").text)
    claims.file(office, longmatan, claims.enterprise(office))
    shown = main_of(browser.get("/first-talk").text)
    assert "甲公司 LMT-FT-2026-000001 大类 26" in shown
    assert "审核至 03-05（四）" in shown
    assert "当前筛选 1 项" in shown
    assert "没有符合条件的首谈" in main_of(browser.get("/first-talk?state=queued").text)


def test_a_stranger_reads_number_division_holder_and_window_only(
    office: Office, client: Browse, longmatan: Actor, jiangyang: Actor
):
    company = claims.enterprise(office)
    held = claims.file(office, longmatan, company).right
    stranger = client(jiangyang)
    assert "LMT-FT" not in stranger.get("/first-talk").text
    claims.file(office, jiangyang, company, lead_id="led_own")
    shown = main_of(stranger.get("/first-talk?district=510504").text)
    assert "他区首谈 LMT-FT-2026-000001 大类 26" in shown
    assert "甲公司" not in shown
    assert "3.00" not in shown
    assert stranger.get(f"/first-talk/{held.id}").status_code == 404
    assert stranger.get("/first-talk/receipts/LMT-FT-2026-000001").status_code == 404


def test_during_notice_every_unit_sees_the_enterprise_but_neither_line_nor_amount(
    office: Office, client: Browse, longmatan: Actor, naxi: Actor, registrar: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    claims.agree(office, registrar, right.id)
    shown = main_of(client(naxi).get("/first-talk").text)
    assert "甲公司 LMT-FT-2026-000001" in shown
    assert "硝化棉" not in shown
    assert "3.00" not in shown


def test_the_registrar_agrees_on_the_page_and_the_officer_sees_the_notice(
    office: Office, client: Browse, longmatan: Actor, registrar: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    page = client(registrar).get(f"/first-talk/{right.id}")
    assert "提交结论" in page.text
    answer = client(registrar).post(
        f"/first-talk/{right.id}/decide", data={"agree": "true", "_version": right.version}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"/first-talk/{right.id}")
    shown = main_of(client(longmatan).get(f"/first-talk/{right.id}").text)
    assert "公示至 2026-03-05（四）；无异议的，次日起取得首谈权" in shown
    assert "提交结论" not in shown


def test_a_refusal_without_reason_shows_the_form_again(
    office: Office, client: Browse, longmatan: Actor, registrar: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    answer = client(registrar).post(
        f"/first-talk/{right.id}/decide", data={"agree": "false", "_version": right.version}
    )
    assert answer.status_code == 422
    assert "不同意须写明理由" in answer.text


def test_somebody_elses_change_keeps_the_form(
    office: Office, client: Browse, longmatan: Actor, registrar: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    claims.agree(office, registrar, right.id)
    answer = client(longmatan).post(
        f"/first-talk/{right.id}/release", data={"reason": "放弃", "_version": right.version}
    )
    assert answer.status_code == 412
    assert "已被他人修改" in answer.text


def test_an_officer_completes_a_claim_by_upload(office: Office, client: Browse, longmatan: Actor):
    company = claims.enterprise(office)
    right = claims.file(office, longmatan, company, evidence=[VISIT]).right
    browser = client(longmatan)
    page = main_of(browser.get(f"/first-talk/{right.id}").text)
    assert "还缺 符合要求的首谈证据。2026-03-09（一）前补正" in page
    wrong = browser.post(
        f"/first-talk/{right.id}/evidence",
        data={"evidence.0.kind": Evidence.SIGNED_MINUTES.value, "_version": right.version},
        files={"evidence.0.file": ("纪要.exe", b"MZ")},
    )
    assert wrong.status_code == 415
    answer = browser.post(
        f"/first-talk/{right.id}/evidence",
        data={"evidence.0.kind": Evidence.SIGNED_MINUTES.value, "_version": right.version},
        files={"evidence.0.file": ("纪要.pdf", b"%PDF-1.7 minutes")},
    )
    assert answer.status_code == 303
    shown = main_of(browser.get(f"/first-talk/{right.id}").text)
    assert "暂保护中，其他单位不能取得" in shown
    link = re.search(r"/first-talk/evidence/evd_\w+", browser.get(f"/first-talk/{right.id}").text)
    assert browser.get(link[0]).content in {b"%PDF-1.7 minutes", "拜访记录及照片".encode()}


def test_releasing_needs_a_reason_and_ends_the_right(
    office: Office, client: Browse, longmatan: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    browser = client(longmatan)
    bare = browser.post(f"/first-talk/{right.id}/release", data={"_version": right.version})
    assert (bare.status_code, "请填写释放理由" in bare.text) == (422, True)
    done = browser.post(
        f"/first-talk/{right.id}/release",
        data={"_version": right.version, "reason": "企业暂缓"},
    )
    assert done.status_code == 303
    shown = main_of(browser.get(f"/first-talk/{right.id}").text)
    assert "2026-03-02 09:00:00 起主动释放，企业暂缓" in shown


def test_the_blocks_of_the_workbench_load_as_cards_and_stand_alone(
    office: Office, client: Browse, longmatan: Actor, registrar: Actor
):
    claims.file(office, longmatan, claims.enterprise(office), evidence=[VISIT])
    claims.file(office, longmatan, claims.enterprise(office, "乙公司", None), lead_id="led_b")
    browser, city = client(longmatan), client(registrar)
    alone = browser.get("/first-talk/blocks/incomplete")
    assert "甲公司" in main_of(alone.text)
    card = browser.get("/first-talk/blocks/incomplete", headers={"HX-Request": "true"}).text
    assert ("page-head" in card, "甲公司" in card) == (False, True)
    assert "没有保护中的首谈" in browser.get("/first-talk/blocks/ending").text
    assert "乙公司" in main_of(city.get("/today/block").text)


def test_a_blind_check_tells_held_by_whom_until_when_and_the_holder_sees_who_asked(
    office: Office, client: Browse, longmatan: Actor, jiangyang: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    asker = client(jiangyang)
    assert "本区今日已查 0 / 30 次" in asker.get("/first-talk/check").text
    answer = asker.post("/first-talk/check", data={"identity": claims.JIA, "division": "26"})
    shown = main_of(answer.text)
    assert "已被占有 ：龙马潭区，本阶段至 2026-03-23（一）" in shown
    assert "甲公司" not in shown
    asked = asker.post(
        "/first-talk/check/cooperation", data={"identity": claims.JIA, "division": "26"}
    )
    assert "已请求协作" in asked.text
    seen = main_of(client(longmatan).get(f"/first-talk/{right.id}").text)
    assert "江阳区 jiangyang 盲查" in seen
    assert "江阳区 jiangyang 请求协作" in seen
    wrong = asker.post("/first-talk/check", data={"identity": claims.JIA[:-1] + "3"})
    said = main_of(wrong.text)
    assert (wrong.status_code, "本区今日已查 2 / 30 次" in said) == (422, True)
    assert said.index("校验位不符") < said.index("请填写行业大类")


def test_who_may_not_check_is_told_who_can(office: Office, client: Browse):
    finance = person(office, "finance", Role.FINANCE)
    answer = client(finance).get("/first-talk/check")
    assert answer.status_code == 403
    assert "招商专员" in answer.text


def test_a_completion_sent_empty_says_what_to_do(office: Office, client: Browse, longmatan: Actor):
    right = claims.file(office, longmatan, claims.enterprise(office), evidence=[VISIT]).right
    refused = client(longmatan).post(f"/first-talk/{right.id}/evidence", data={"_key": "empty"})
    assert refused.status_code == 422
    assert refused.text.count("请选择证据种类和文件，或填写所缺的项") == 2


def test_the_ledger_page_checks_what_is_new_and_on_demand_the_whole(
    office: Office, client: Browse, longmatan: Actor
):
    claims.file(office, longmatan, claims.enterprise(office))
    browser = client(longmatan)
    shown = main_of(browser.get("/first-talk/ledger").text)
    assert "已校验至第 1 号" in shown
    assert "还没有从头校验过" in shown
    key = {"_key": "walk"}
    assert browser.post("/first-talk/ledger/verify", data=key).status_code == 303
    told = "上次从头校验：2026-03-02 09:00，第 1 号至第 1 号相符"
    assert told in main_of(browser.get("/first-talk/ledger").text)
