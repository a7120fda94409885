"""规则与口径 as people see and change it."""

import html
import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.kit.work import Actor, Office, Role
from app.parameters import service
from tests.builders import CITY, person

# What differs between the databases lies below the pages.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

Client = Callable[..., TestClient]
CAPACITY = {
    "key": "pool.capacity",
    "value": "80",
    "effective_from": "2026-03-02",
    "reference": "泸联席办 2026 年第 1 号",
    "status": "verified",
    "reason": "联席会议议定",
}


@pytest.fixture
def first(office: Office) -> Actor:
    return person(office, "first", Role.COORDINATOR, district=CITY)


@pytest.fixture
def second(office: Office) -> Actor:
    return person(office, "second", Role.COORDINATOR, district=CITY)


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def waiting(client: TestClient) -> tuple[str, str]:
    """The id and version of the one proposal that waits."""
    (id_,) = set(re.findall(r"proposals/(ppr_[a-z2-7]+)", client.get("/parameters/proposals").text))
    page = client.get(f"/parameters/proposals/{id_}").text
    (version,) = re.findall(r'name="_version" value="(\d+)"', page)
    return id_, version


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/parameters", "3 个工作日（复杂情形 5 个工作日）"),
        ("/parameters", "三区联席会议办公室"),
        ("/parameters", "未取得，奖励与争抢处理不启用"),
        ("/parameters/gates", "请上传已签订的投资协议"),
        ("/parameters/sharing", "中央 50%，省 17.5%，市区 32.5%"),
        ("/parameters/calendar", "02-15 至 02-23"),
        ("/parameters/codes", "行政区划（GB/T 2260）"),
        ("/parameters/codes/industry_division", "制造业"),
        ("/parameters/codes/industry_division?parent=C", "化学原料和化学制品制造业"),
        ("/parameters/codes/industry_division?parent=26", "其下没有条目"),
    ],
)
def test_everybody_signed_in_reads_the_rules(office: Office, client: Client, path: str, words: str):
    answer = client(person(office, "officer", Role.OFFICER)).get(path)
    assert answer.status_code == 200
    assert words in text_of(answer.text)


def test_the_rules_of_another_day_are_a_link_away(office: Office, client: Client):
    signed_in = client(person(office, "officer", Role.OFFICER))
    assert "2025-01-01 生效" in text_of(signed_in.get("/parameters?at=2025-01-01").text)
    assert signed_in.get("/parameters?at=2023-01-01").status_code == 404
    assert signed_in.get("/parameters?at=yesterday").status_code == 400


def test_an_officer_is_offered_no_change_and_may_make_none(office: Office, client: Client):
    officer = client(person(office, "officer", Role.OFFICER))
    assert "建议修改" not in officer.get("/parameters").text
    assert officer.get("/parameters/proposals").status_code == 403
    assert officer.get("/parameters/proposals/new/parameter").status_code == 403
    assert officer.post("/parameters/proposals/new/parameter", data=CAPACITY).status_code == 403


@pytest.mark.parametrize(
    ("path", "filled"),
    [
        ("parameter?subject=luzhou_default/length", '{"days": 90, "long_days": 180'),
        ("calendar?subject=2027", "2027-02-05 2027-02-06"),
        ("gate?subject=G3.agreement_file", "请上传已签订的投资协议"),
        ("code?subject=key_industry", "key_industry"),
        ("sharing", "纳税人类别"),
    ],
)
def test_a_form_starts_from_what_holds_now(client: Client, first: Actor, path: str, filled: str):
    answer = client(first).get(f"/parameters/proposals/new/{path}")
    assert answer.status_code == 200
    assert filled in html.unescape(answer.text)


def test_the_form_of_a_tax_starts_from_its_row(client: Client, first: Actor):
    page = client(first).get("/parameters/sharing").text
    row = re.search(r"subject=(shr_[a-z2-7]+)", page)
    assert row is not None
    form = client(first).get(f"/parameters/proposals/new/sharing?subject={row[1]}").text
    assert "50/17.5/32.5" in form


def test_an_unknown_kind_of_proposal_is_not_found(client: Client, first: Actor):
    assert client(first).get("/parameters/proposals/new/spell").status_code == 404


def test_a_change_is_proposed_approved_and_in_force(
    office: Office, client: Client, first: Actor, second: Actor
):
    proposed = client(first).post("/parameters/proposals/new/parameter", data=CAPACITY)
    assert (proposed.status_code, proposed.headers["location"]) == (303, "/parameters/proposals")
    reader = client(second)
    id_, version = waiting(reader)
    assert "通过并生效" not in client(first).get(f"/parameters/proposals/{id_}").text
    assert "通过并生效" in reader.get(f"/parameters/proposals/{id_}").text
    answer = reader.post(f"/parameters/proposals/{id_}/approve", data={"_version": version})
    assert answer.status_code == 303
    with office.open(reads=True) as work:
        assert service.general(work).pool_capacity == 80
    assert "80" in text_of(reader.get("/parameters").text)
    assert "first，second 复核" in text_of(reader.get("/parameters").text)


def test_a_refusal_without_a_reason_keeps_the_proposal_waiting(client: Client, first: Actor):
    browser = client(first)
    browser.post("/parameters/proposals/new/parameter", data=CAPACITY)
    id_, version = waiting(browser)
    answer = browser.post(f"/parameters/proposals/{id_}/refuse", data={"_version": version})
    assert answer.status_code == 422
    assert "请填写退回的理由" in answer.text
    assert waiting(browser) == (id_, version)


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [
        ("parameter", CAPACITY | {"value": "many"}, "新值不合要求"),
        ("parameter", CAPACITY | {"value": '{"n": 0.5}'}, "小数要加引号"),
        ("parameter", CAPACITY | {"reference": ""}, "请填写文号"),
        (
            "sharing",
            {"of": "gross", "tax": "增值税", "payer_class": "一般", "shares": "50/17.5/32"},
            "依次填写中央/省/市区，合计 100",
        ),
        ("calendar", {"year": "2027", "notice": "published", "off": "2027-13-01"}, "日期"),
        ("gate", {"rule_id": "sign here"}, "规则编号的格式不对"),
        ("code", {"name": "key_industry", "code": "酒"}, "代码的格式不对"),
    ],
)
def test_a_wrong_form_comes_back_with_what_was_typed(
    client: Client, first: Actor, kind: str, data: dict[str, str], message: str
):
    authority = {name: CAPACITY[name] for name in ("effective_from", "reference", "status")}
    sent = ({} if kind in ("calendar", "code") else authority) | data | {"reason": "因为如此"}
    answer = client(first).post(f"/parameters/proposals/new/{kind}", data=sent)
    assert answer.status_code == 422
    assert message in html.unescape(answer.text)
    assert "因为如此" in answer.text


@pytest.mark.parametrize(
    ("kind", "data", "summary"),
    [
        (
            "sharing",
            {"of": "below_province", "tax": "*", "payer_class": "一般", "shares": "35/65"},
            "*（一般）：市 35%、区 65%",
        ),
        (
            "calendar",
            {"year": "2027", "notice": "published", "off": "2027-01-01 2027-01-02\n2027-01-03"},
            "放假 01-01、01-02、01-03；调休上班 无",
        ),
        (
            "gate",
            {
                "rule_id": "G1.contact",
                "stage": "assessing",
                "field": "contact",
                "sentence": "请填写联系人",
                "fixable_by": ["officer", "unit_head"],
            },
            "G1.contact（assessing）：请填写联系人",
        ),
        (
            "code",
            {"name": "key_industry", "code": "energy", "label": "能源化工"},
            "字典 key_industry 增加 energy 能源化工",
        ),
    ],
)
def test_every_kind_of_row_can_be_proposed_by_form_and_approved(
    client: Client, first: Actor, second: Actor, kind: str, data: dict[str, object], summary: str
):
    authority = {name: CAPACITY[name] for name in ("effective_from", "reference", "status")}
    given = {"reference": "国办通知"} if kind == "calendar" else authority
    sent = ({} if kind == "code" else given) | {"reason": "议定"} | data
    assert client(first).post(f"/parameters/proposals/new/{kind}", data=sent).status_code == 303
    reader = client(second)
    assert summary in text_of(reader.get("/parameters/proposals").text)
    id_, version = waiting(reader)
    answer = reader.post(f"/parameters/proposals/{id_}/approve", data={"_version": version})
    assert answer.status_code == 303
    assert "已生效" in reader.get("/parameters/proposals").text


def test_a_decided_proposal_shows_who_decided_and_offers_no_button(
    client: Client, first: Actor, second: Actor
):
    client(first).post("/parameters/proposals/new/parameter", data=CAPACITY)
    reader = client(second)
    id_, version = waiting(reader)
    answer = {"_version": version, "answer": "数量过大"}
    assert reader.post(f"/parameters/proposals/{id_}/refuse", data=answer).status_code == 303
    page = reader.get(f"/parameters/proposals/{id_}").text
    assert "数量过大" in page
    assert "second" in page
    assert "退回</button>" not in page
    again = reader.post(f"/parameters/proposals/{id_}/approve", data={"_version": version})
    assert again.status_code == 409
    assert reader.get("/parameters/proposals/ppr_unknown").status_code == 404


def test_nobody_reads_the_rules_without_signing_in(client: Client):
    assert client().get("/parameters").status_code == 401
