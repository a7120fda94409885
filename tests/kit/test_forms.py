"""Forms bound to commands: nested rows, units, blanks, and a message for every mistake."""

import asyncio
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field
from starlette.requests import Request

from app.errors import Forbidden
from app.kit.schemas import Command, InvestmentField, MoneyField, parse_amount
from app.kit.web import Form, bind, check_same_origin, local_path
from app.money import Money


class Contact(Command):
    """A nested row."""

    name: str = Field(title="联系人", min_length=1)
    phone: str | None = Field(default=None, title="电话")


class Probe(Command):
    """A command with every shape of field."""

    name: str = Field(title="企业名称", min_length=2, max_length=20)
    investment: InvestmentField | None = Field(default=None, title="计划总投资")
    fee: MoneyField | None = Field(default=None, title="费用")
    kinds: list[str] = Field(default_factory=list, title="种类")
    contacts: list[Contact] = Field(default_factory=list, title="联系人")
    urgent: bool = Field(default=False, title="加急")


def bound(body: str) -> Form[Probe]:
    sent = iter(
        [{"type": "http.request", "body": quote(body, safe="=&").encode(), "more_body": False}]
    )

    async def receive() -> dict[str, object]:
        return next(sent)

    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers, "state": {}}
    return asyncio.run(bind(Probe).dependency(Request(scope, receive)))


def test_rows_lists_and_blanks_take_the_shape_of_the_command() -> None:
    form = bound(
        "name=甲公司&investment=1.2&kinds=a&kinds=b&contacts.0.name=张三&contacts.0.phone="
        "&contacts.1.name=&contacts.1.phone=&_key=abc&_version=7"
    )
    assert form.valid == Probe(
        name="甲公司",
        investment=Money(120_000_000_00),
        kinds=["a", "b"],
        contacts=[Contact(name="张三")],
    )
    assert (form.key, form.version) == ("abc", 7)


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("1.2", 120_000_000_00),
        ("1.2亿", 120_000_000_00),
        ("12,000万元", 120_000_000_00),
        ("120000000元", 120_000_000_00),
        (" 0.00000001 ", 1_00),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed: str, fen: int) -> None:
    assert parse_amount(typed, "亿元") == Money(fen)


@pytest.mark.parametrize(
    "typed", ["一亿", "1.2.3", "1e8", "", "亿", "0.00000000001亿", "\uff19\uff19", "NaN"]
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="金额"):
        parse_amount(typed, "亿元")


@given(st.integers(min_value=0, max_value=10**14))
def test_yuan_typed_back_is_the_same_amount(fen: int) -> None:
    assert parse_amount(Money(fen).yuan, "元") == Money(fen)


def test_every_mistake_is_named_beside_its_field_and_what_was_typed_stays() -> None:
    form = bound("name=甲&investment=很多&contacts.0.phone=1&surprise=1")
    assert form.command is None
    assert form.error("name") == "企业名称至少 2 个字"
    assert form.error("investment").startswith("金额应为数字")
    assert form.error("contacts.0.name") == "请填写联系人"
    assert form.error("surprise") == "没有“surprise”这个字段"
    assert form.value("investment") == "很多"


def test_a_missing_field_is_asked_for_by_its_chinese_name() -> None:
    assert bound("fee=").error("name") == "请填写企业名称"


def test_a_json_amount_needs_no_unit_and_takes_none() -> None:
    assert Probe(name="甲公司", investment="120000000.00").investment == Money(120_000_000_00)
    for wrong in ("1.2亿", 120000000, 1.2, "1.234"):
        with pytest.raises(ValueError, match="金额"):
            Probe(name="甲公司", investment=wrong)


@pytest.mark.parametrize("url", ["//evil", "https://evil", "/\\evil", "evil", "", "/a\nb"])
def test_a_way_out_of_the_site_leads_home(url: str) -> None:
    assert local_path(url) == "/"


def unsafe(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": raw})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://evil", "host": "ours"},
        {"sec_fetch_site": "cross-site", "origin": "http://ours", "host": "ours"},
        {"sec_fetch_site": "same-site", "host": "ours"},
        {"origin": "null", "host": "ours"},
    ],
)
def test_a_request_that_another_site_made_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(Forbidden):
        check_same_origin(unsafe(**headers))


@pytest.mark.parametrize(
    "headers",
    [{"sec_fetch_site": "same-origin"}, {"origin": "http://ours:8000", "host": "ours:8000"}],
)
def test_our_own_pages_may_post(headers: dict[str, str]) -> None:
    check_same_origin(unsafe(**headers))


def test_a_nul_character_is_refused_beside_its_field() -> None:
    assert bound("name=甲公司\x00").error("name") == "不能含有空字符（NUL）"
