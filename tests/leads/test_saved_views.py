"""Saved views: filters under a name, for oneself, one's unit or one's district."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.errors import Forbidden, NotFound
from app.kit.work import Actor, Office, Role
from app.leads import saved_views
from app.leads.schemas import LoggedLead
from tests.builders import LONGMATAN, person

Client = Callable[..., TestClient]

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

LARGE = "stage=lead&amount.gte=100000000.00&sort=-amount"


def names(office: Office, actor: Actor) -> list[str]:
    with office.open(actor, reads=True) as work:
        return [view.name for view in saved_views.visible(work)]


def test_the_filters_of_the_list_are_kept_under_a_name(
    mine: TestClient, log: Callable[..., LoggedLead]
):
    log(name="甲包装有限公司", planned_investment="300000000.00")
    log(name="乙纸业有限公司")
    assert (
        f'href="/leads/views/new?{LARGE.replace("&", "&amp;")}"' in mine.get(f"/leads?{LARGE}").text
    )
    form = mine.get(f"/leads/views/new?{LARGE}").text
    assert f'name="query" value="{LARGE.replace("&", "&amp;")}"' in form
    saved = mine.post("/leads/views", data={"name": "一亿元以上", "query": LARGE + "&cursor=x"})
    assert saved.headers["location"] == f"/leads?{LARGE}"
    page = mine.get(saved.headers["location"]).text
    assert ">一亿元以上</a>" in page
    assert "当前筛选 <b>1</b> 条" in page
    assert "存为视图" not in page
    again = mine.post("/leads/views", data={"name": "一亿元以上", "query": "state=pooled"})
    assert again.headers["location"] == "/leads?state=pooled"
    assert mine.get("/leads/views").text.count("一亿元以上") == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"name": "", "query": "sort=name"}, "请填写视图名称"),
        ({"name": "空", "query": ""}, "没有条件可存"),
        ({"name": "坏", "query": "colour=red"}, "这些条件已不能用"),
        ({"name": "坏", "query": "amount.gte=x"}, "这些条件已不能用"),
    ],
)
def test_what_is_no_filter_is_not_kept(mine: TestClient, data: dict[str, str], message: str):
    refused = mine.post("/leads/views", data={"visibility": "private", **data})
    assert refused.status_code == 422
    assert message in refused.text
    assert "还没有视图" in mine.get("/leads/views").text


def test_a_view_is_found_by_those_it_is_for(
    mine: TestClient, office: Office, officer: Actor, colleague: Actor, rival: Actor
):
    for name, visibility in [("自己", "private"), ("单位", "unit"), ("全区", "district")]:
        mine.post(
            "/leads/views", data={"name": name, "query": "sort=name", "visibility": visibility}
        )
    elsewhere = person(office, "he", Role.OFFICER, unit=f"{LONGMATAN}-CZJ")
    assert sorted(names(office, officer)) == ["全区", "单位", "自己"]
    assert sorted(names(office, colleague)) == ["全区", "单位"]
    assert names(office, elsewhere) == ["全区"]
    assert names(office, rival) == []


def test_a_view_is_dropped_by_its_owner_and_a_shared_one_by_the_head(
    mine: TestClient, office: Office, officer: Actor, colleague: Actor, head: Actor, rival: Actor
):
    mine.post("/leads/views", data={"name": "全区", "query": "sort=name", "visibility": "district"})
    mine.post("/leads/views", data={"name": "自己", "query": "sort=name"})
    with office.open(officer, reads=True) as work:
        ids = {view.name: view.id for view in saved_views.visible(work)}
    for actor, id, refusal in [
        (colleague, ids["全区"], Forbidden),
        (head, ids["自己"], Forbidden),
        (rival, ids["全区"], NotFound),
    ]:
        with pytest.raises(refusal), office.open(actor) as work:
            saved_views.drop(work, id, None)
    with office.open(head) as work:
        saved_views.drop(work, ids["全区"], 1)
    assert (
        mine.post(f"/leads/views/{ids['自己']}/delete", data={"_version": "1"}).status_code == 303
    )
    assert names(office, officer) == []
