"""首谈统计 and the filters behind it: each number is exactly the rows that its list shows."""

from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from app.first_talk import exports, lead_rights, register, service, statistics
from app.first_talk.register_schemas import RightFilter
from app.first_talk.schemas import RightView
from app.first_talk.statistics_schemas import Period, Statistics, StatisticsRow
from app.kit.work import Actor, Office
from tests.builders import FrozenClock
from tests.first_talk import claims
from tests.first_talk.claims import at, on

Browse = Callable[..., TestClient]
Make = Callable[..., RightView]


def counted(office: Office, reader: Actor, first: str, last: str) -> Statistics:
    with office.open(reader, reads=True) as work:
        return statistics.statistics(work, Period(first=on(first), last=on(last)))


def numbers(row: StatisticsRow) -> dict[str, int]:
    """The figures that are not nought."""
    return {one.code: one.number for one in row.figures if one.number}


def test_a_right_is_counted_when_it_is_granted_and_held_until_it_ends(
    office: Office, clock: FrozenClock, longmatan: Actor, active: Make
):
    active("03-09")  # to 06-08
    clock.set(at("03-10"))
    assert numbers(counted(office, longmatan, "03-01", "03-31").total) == {"granted": 1, "held": 1}
    assert numbers(counted(office, longmatan, "03-01", "03-08").total) == {}
    assert numbers(counted(office, longmatan, "03-10", "03-31").total) == {"held": 1}


def test_an_overdue_right_is_expired_without_talks_swept_or_not(
    office: Office, clock: FrozenClock, longmatan: Actor, active: Make
):
    active("03-09")
    clock.set(at("06-09", "00:00:00"))
    expected = {"expired": 1, "without_talks": 1}
    assert numbers(counted(office, longmatan, "06-01", "06-30").total) == expected
    with office.open() as work:
        assert service.settle_due(work) == 1
    assert numbers(counted(office, longmatan, "06-01", "06-30").total) == expected
    assert numbers(counted(office, longmatan, "06-01", "06-08").total) == {"held": 1}


def test_a_right_with_progress_that_expires_is_not_without_talks(
    office: Office, clock: FrozenClock, longmatan: Actor, active: Make
):
    active("03-09")
    claims.report(office, clock, longmatan, "03-20", "site_survey")
    clock.set(at("06-09"))
    assert numbers(counted(office, longmatan, "06-01", "06-30").total) == {"expired": 1}


def test_a_conversion_counts_with_its_days_from_grant_to_contract(
    office: Office, clock: FrozenClock, longmatan: Actor, active: Make
):
    active("03-09")
    clock.set(at("04-20", "10:00:00"))
    with office.open(longmatan) as work:
        lead_rights.convert(work, "led_longmatan", on("04-20"))
    found = counted(office, longmatan, "01-01", "12-31")
    assert numbers(found.total) == {"granted": 1, "converted": 1}
    assert found.total.median_days == 42
    assert [row.district.label for row in found.rows] == ["龙马潭区"]


def test_every_number_lists_its_rows(
    office: Office, clock: FrozenClock, longmatan: Actor, client: Browse, active: Make
):
    active("03-09")
    clock.set(at("06-09", "09:00:00"))
    browser = client(longmatan)
    found = counted(office, longmatan, "03-01", "06-30")
    for figure in (*found.rows[0].figures, *found.total.figures):
        address = figure.href.replace("/first-talk?", "/api/v1/first-talk-rights?count=exact&")
        assert browser.get(address).json()["total"] == figure.number, figure.code


def test_a_stranger_counts_nothing_and_the_city_everything(
    office: Office, clock: FrozenClock, jiangyang: Actor, registrar: Actor, active: Make
):
    active("03-09")
    clock.set(at("03-10"))
    assert counted(office, jiangyang, "03-01", "03-31").rows == []
    assert numbers(counted(office, registrar, "03-01", "03-31").total) == {"granted": 1, "held": 1}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_page_the_file_and_the_json_say_the_same(
    client: Browse, clock: FrozenClock, longmatan: Actor, active: Make
):
    active("03-09")
    clock.set(at("06-09", "09:00:00"))
    browser = client(longmatan)
    query = "?first=2026-03-01&last=2026-06-30"
    page = browser.get(f"/first-talk/statistics{query}").text
    assert 'href="/first-talk?without_talks=true&amp;ended_from=2026-03-01' in page
    told = browser.get(f"/api/v1/first-talk-statistics{query}").json()
    book = load_workbook(BytesIO(browser.get(f"/first-talk/statistics.xlsx{query}").content))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows(min_row=5)]
    assert rows[0] == ["龙马潭区", *(one["number"] for one in told["rows"][0]["figures"]), None]
    assert "longmatan 2026-06-09 09:00 导出" in book.active["A2"].value
    wrong = browser.get("/first-talk/statistics?first=2026-06-30&last=2026-03-01")
    assert wrong.status_code == 422
    assert "止日早于起日" in wrong.text


def test_the_register_finds_colours_and_who_asked_among_ones_own(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor, active: Make
):
    active("03-09")
    clock.set(at("03-12"))
    claims.file(office, jiangyang, claims.enterprise(office))
    found = {"asked_by": "510502"}
    assert claims.listed(office, longmatan, **found) == [("龙马潭区", "保护中")]
    assert claims.listed(office, longmatan, asked_by="510503") == []
    assert claims.listed(office, longmatan, colour=("green",)) == [("龙马潭区", "保护中")]
    assert claims.listed(office, jiangyang, colour=("green",)) == []
    assert claims.listed(office, jiangyang, granted_from=on("03-01")) == []
    clock.set(at("05-20"))
    assert claims.listed(office, longmatan, colour=("red",)) == [("龙马潭区", "保护中")]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_register_is_exported_as_it_is_filtered_and_tells_strangers_no_more(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor, active: Make
):
    right = active("03-09")
    clock.set(at("03-12"))
    claims.file(office, jiangyang, claims.enterprise(office))

    def sheet(reader: Actor, **asked: object) -> list[list[object]]:
        with office.open(reader) as work:
            _, data = exports.file(work, RightFilter(**asked))
        book = load_workbook(BytesIO(data))
        return [[cell.value for cell in row] for row in book.active.iter_rows(min_row=5)]

    [own] = sheet(longmatan, state=("active",))
    assert own[:6] == [
        right.number,
        "甲公司",
        "26 化学原料和化学制品制造业",
        "龙马潭区",
        "保护中",
        "正常",
    ]
    assert own[11:] == [88, 3, 1]
    [met] = sheet(jiangyang, district=("510504",))
    assert met[:2] == [right.number, "他区首谈"]
    assert met[5:7] == [None, None]
    assert met[12:] == [None, None]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_district_sees_who_asked_about_its_rights(
    office: Office,
    clock: FrozenClock,
    client: Browse,
    longmatan: Actor,
    jiangyang: Actor,
    active: Make,
):
    active("03-09")
    clock.set(at("03-12", "09:00:00"))
    claims.file(office, jiangyang, claims.enterprise(office))
    block = client(longmatan).get("/first-talk/blocks/asked").text
    assert "江阳区 jiangyang" in block
    assert "被查询 1 次" in client(longmatan).get("/first-talk").text
    assert "近 30 天没有单位查询" in client(jiangyang).get("/first-talk/blocks/asked").text
    clock.set(at("04-12", "09:00:00"))
    assert "近 30 天没有单位查询" in client(longmatan).get("/first-talk/blocks/asked").text
    with office.open(longmatan, reads=True) as work:
        assert register.rights(work, RightFilter()).items[0].questions == 1
