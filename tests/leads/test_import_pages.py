"""批量录入 in the browser, without JavaScript: paste or upload, mend, import, undo, errors back."""

import random
import re
from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from app.kit.work import Actor, Office, Role
from tests.builders import FrozenClock, person
from tests.leads.partners import CODE, QINZE
from tests.workbooks import damaged

Client = Callable[..., TestClient]

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

LIST = (
    "企业名称\t统一社会信用代码\t计划投资（亿元）\t联系人\t电话\n"
    f"{QINZE}\t{CODE}\t1.2\t王总\t13800000000\n"
    "乙纸业有限公司\t123\t很多\t\t\n"
    "=HYPERLINK(1)\t\t1\t\t\n"
)


def opened(browser: TestClient, **given: object) -> str:
    """The address of a new import."""
    data = {"pasted": LIST, "source": "expo", "_key": "once", **given}
    made = browser.post("/leads/imports", data=data)
    assert made.status_code == 303, made.text
    return str(made.headers["location"])


def as_shown(page: str) -> dict[str, object]:
    """Every field of the grid as a browser would send it back."""
    fields = dict(re.findall(r'name="(rows\.[^"]+)" value="([^"]*)"', page))
    fields["_version"] = re.search(r'name="_version" value="(\d+)"', page)[1]
    return fields


def test_from_the_list_to_receipts_and_back(mine: TestClient):
    assert 'href="/leads/imports/new"' in mine.get("/leads").text
    assert "一次最多 2000 行" in mine.get("/leads/imports/new").text
    place = opened(mine)
    assert opened(mine) == place
    grid = mine.get(f"{place}?show=all").text
    assert "导入 1 条" in grid
    assert "2 条待处理" in grid
    assert "统一社会信用代码应为 18 位" not in grid
    assert "金额应为数字" in grid
    sent = {**as_shown(grid), "rows.3.planned_investment": "2", "then": "save"}
    assert mine.post(f"{place}?show=all", data=sent).status_code == 303
    grid = mine.get(f"{place}?show=all").text
    assert "统一社会信用代码应为 18 位，现为 3 位" in grid
    sent = {**as_shown(grid), "rows.3.uscc": "", "then": "import"}
    done = mine.post(f"{place}?show=all", data=sent)
    page = mine.get(done.headers["location"]).text
    assert "已导入 2 条，每条都有登记回执；1 条待处理" in page
    assert "当前筛选 <b>2</b> 条" in mine.get("/leads").text
    rows = mine.get(f"{place}?show=done").text
    assert "13800000000" not in rows
    lead = mine.get(re.search(r'href="(/leads/led_\w+)"', rows)[1]).text
    assert "批量录入" in lead
    record = mine.get("/leads/imports").text
    assert "粘贴的表格" in record
    assert "可撤销" in record
    page = mine.get(mine.post(f"{place}/undo").headers["location"]).text
    assert "2 条已移入回收站" in page
    assert "当前筛选 <b>0</b> 条" in mine.get("/leads").text


def test_what_is_left_over_comes_back_with_the_reason_and_can_be_sent_again(mine: TestClient):
    place = opened(mine)
    got = mine.get(f"{place}/errors.xlsx")
    assert "filename" in got.headers["content-disposition"]
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(got.content)).active.rows]
    assert "zhou" in rows[1][0]
    assert rows[2][0::5] == ["企业名称", "原因"]
    assert rows[3][:3] == ["乙纸业有限公司", "123", "很多"]
    assert "金额应为数字" in rows[3][5]
    assert rows[4][0] == "=HYPERLINK(1)"
    assert load_workbook(BytesIO(got.content)).active["A5"].data_type == "s"
    again = mine.post("/leads/imports", files={"file": ("再来.xlsx", got.content)})
    grid = mine.get(f"{again.headers['location']}?show=all").text
    assert "再来.xlsx" in grid
    assert 'value="乙纸业有限公司"' in grid


@pytest.mark.parametrize(
    ("data", "file", "message"),
    [
        ({}, None, "请上传文件，或把表格粘贴进来"),
        ({"pasted": "企业名称\t电话\n"}, None, "只读到表头"),
        ({"pasted": "甲", "source": "rumour"}, None, "请从列表中选择"),
        ({}, b"\xd0\xcf\x11\xe0", "旧版 .xls"),
        ({}, b"PK\x03\x04", "已损坏或加密"),
    ],
)
def test_what_cannot_be_taken_is_said_and_the_text_stays(
    mine: TestClient, data: dict[str, str], file: bytes | None, message: str
):
    files = {"file": ("表.xlsx", file)} if file else None
    page = mine.post("/leads/imports", data=data, files=files)
    assert page.status_code == 422
    assert message in page.text
    assert data.get("pasted", "") in page.text
    assert "还没有导入过" in mine.get("/leads/imports").text


def test_two_who_mend_at_once_lose_nothing(
    mine: TestClient, client: Client, office: Office, clock: FrozenClock
):
    place = opened(mine)
    head = client(person(office, "liu", Role.UNIT_HEAD))
    shown = as_shown(mine.get(f"{place}?show=all").text)
    clock.tick(minutes=1)
    head.post(f"{place}?show=all", data={**shown, "rows.3.planned_investment": "3"})
    late = {**shown, "rows.3.planned_investment": "4", "rows.4.choice": "skip"}
    refused = mine.post(f"{place}?show=all", data=late)
    assert refused.status_code == 412
    assert "已被他人修改" in refused.text
    assert 'name="rows.3.planned_investment" value="4"' in refused.text


def test_only_who_logs_leads_may(
    client: Client, office: Office, colleague: Actor, mine: TestClient
):
    place = opened(mine)
    assert client(colleague).get(place).status_code == 403
    assert client(colleague).post(f"{place}/undo").status_code == 403
    negotiator = client(person(office, "tan", Role.NEGOTIATOR))
    assert negotiator.get("/leads/imports").status_code == 403
    assert "/leads/imports/new" not in negotiator.get("/leads?state=open").text
    assert client().post("/leads/imports", data={"pasted": LIST}).status_code == 401


def test_no_file_brings_the_site_down(mine: TestClient):
    chance = random.Random(20260305)  # noqa: S311 - a seed, not a secret
    files = [damaged(chance) for _ in range(25)]
    answers = {
        mine.post("/leads/imports", files={"file": ("表.xlsx", data)}).status_code for data in files
    }
    assert answers <= {303, 422}
    for place in re.findall(
        r'data-href="(/leads/imports/imp_\w+)"', mine.get("/leads/imports").text
    ):
        assert mine.get(f"{place}?show=all").status_code == 200
        assert mine.post(place, data={"then": "import"}).status_code == 303
        assert mine.get(f"{place}/errors.xlsx").status_code == 200
