"""全局搜索: what one may see is found by two characters, initials or number; nothing else is."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.kit.work import Actor, Office, Role
from app.leads import service as leads
from app.leads.schemas import LogLead
from app.reports import search
from tests.builders import JIANGYANG, person

Clients = Callable[..., TestClient]


@pytest.fixture
def officer(office: Office) -> Actor:
    """An officer of 龙马潭 who logged 岷江青禾包装有限公司."""
    return person(office, "zhou", Role.OFFICER)


@pytest.fixture
def number(office: Office, officer: Actor) -> str:
    """The receipt of that lead."""
    with office.open(officer) as work:
        command = LogLead(name="岷江青禾包装有限公司", source="expo", if_taken="queue")
        return leads.log_lead(work, command).receipt.number


@pytest.mark.usefixtures("number")
@pytest.mark.parametrize("typed", ["青禾", "mjqh", "岷江青禾包装有限公司"])
def test_one_box_finds_the_enterprise_and_the_lead(
    office: Office, officer: Actor, typed: str
) -> None:
    with office.open(officer, reads=True) as work:
        found = search.search(work, typed)
    assert [one.name for one in found.leads] == ["岷江青禾包装有限公司"]
    assert [one.name for one in found.enterprises] == ["岷江青禾包装有限公司"]


def test_a_receipt_is_found_by_its_number(office: Office, officer: Actor, number: str) -> None:
    with office.open(officer, reads=True) as work:
        assert [one.name for one in search.search(work, number.lower()).receipts] == [number]


def test_a_stranger_finds_the_directory_only(office: Office, number: str) -> None:
    stranger = person(office, "jiang", Role.OFFICER, district=JIANGYANG)
    with office.open(stranger, reads=True) as work:
        assert search.search(work, "青禾").leads == []
        assert search.search(work, number).receipts == []


def test_the_page_teaches_when_nothing_is_found(
    officer: Actor, number: str, client: Clients
) -> None:
    browser = client(officer)
    assert "没有找到" in browser.get("/search", params={"q": "不存在的名字"}).text
    assert f"/first-talk/receipts/{number}" in browser.get("/search", params={"q": number}).text
    assert browser.get("/search").status_code == 200
