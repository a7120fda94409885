"""Kept what-ifs: changed, renamed, deleted, by page and by JSON, by their own district alone."""

import html
import re
from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from app.agreements import scenarios, views
from app.agreements.bench_schemas import SaveScenario
from app.kit.work import Actor, Office
from tests.agreements import support
from tests.agreements.test_bench import GOOD
from tests.builders import JIANGYANG, LONGMATAN, partner_key

Client = Callable[..., TestClient]
FACTS = {"annual": {"2028": "10000000.00"}}


@pytest.fixture
def kept(office: Office, ours: Actor) -> str:
    """A what-if of the drafting district."""
    with office.open(ours) as work:
        command = SaveScenario(name="六四十年", scheme=support.scheme(), facts=FACTS)
        return scenarios.save(work, command).id


@pytest.fixture
def partner(client: Client, office: Office) -> Iterator[TestClient]:
    browser = client()
    key = partner_key(office, "agreement:*", district=LONGMATAN)
    browser.headers["Authorization"] = f"Bearer {key}"
    return browser


def headers(number: int, version: int = 1) -> dict[str, str]:
    return {"Idempotency-Key": f"scenario-{number}", "If-Match": f'"v{version}"'}


def test_a_scenario_is_renamed_and_deleted_on_its_page(client: Client, ours: Actor, kept: str):
    browser = client(ours)
    sentences = [each.text for each in views.sentences(support.scheme())]
    page = html.unescape(browser.get(f"/bench/scenarios/{kept}").text)
    assert all(sentence in page for sentence in sentences)
    named = browser.post(f"/bench/scenarios/{kept}", data={"name": "六四", "_version": "1"})
    assert named.status_code == 303
    assert "六四</h1>" in browser.get(f"/bench/scenarios/{kept}").text
    stale = browser.post(f"/bench/scenarios/{kept}/delete", data={"_version": "1"})
    assert stale.status_code == 412
    gone = browser.post(f"/bench/scenarios/{kept}/delete", data={"_version": "2"})
    assert gone.headers["location"] == "/bench"
    assert browser.get(f"/bench/scenarios/{kept}").status_code == 404
    assert "六四" not in browser.get("/bench").text


def test_the_sheet_is_kept_in_the_scenario_that_it_was_opened_from(
    client: Client, ours: Actor, kept: str
):
    browser = client(ours)
    opened = browser.get(f"/bench?scenario={kept}").text
    assert re.search(r'name="_version" value="1">保存修改', opened)
    data = GOOD | {"title": "六四两年", "scenario": kept, "_version": "1"}
    saved = browser.post(f"/bench/scenarios/{kept}/sheet", data=data)
    assert saved.headers["location"] == f"/bench?scenario={kept}"
    again = browser.get(saved.headers["location"]).text
    assert "1,800.00" in again
    assert 'value="六四两年"' in again
    late = browser.post(f"/bench/scenarios/{kept}/sheet", data=data | {"term.years": "3"})
    assert late.status_code == 412
    assert 'name="term.years" type="text" value="3"' in late.text


def test_partners_list_change_and_delete_by_json(partner: TestClient, kept: str):
    assert [one["id"] for one in partner.get("/api/v1/scenarios").json()] == [kept]
    path = f"/api/v1/scenarios/{kept}"
    changed = partner.patch(path, json={"name": "六四"}, headers=headers(1))
    assert (changed.json()["name"], changed.json()["facts"]) == ("六四", FACTS)
    stale = partner.delete(path, headers=headers(2))
    assert stale.status_code == 412
    assert partner.delete(path, headers=headers(3, 2)).status_code == 204
    assert partner.get(path).status_code == 404


def test_what_cannot_be_run_is_not_kept(partner: TestClient, kept: str):
    broken = support.scheme(split=[])
    answer = partner.patch(f"/api/v1/scenarios/{kept}", json={"scheme": broken}, headers=headers(4))
    assert answer.status_code == 422
    assert partner.get(f"/api/v1/scenarios/{kept}").json()["scheme"] == support.scheme()


def test_another_district_neither_sees_nor_deletes(client: Client, office: Office, kept: str):
    browser = client()
    key = partner_key(office, "agreement:*", district=JIANGYANG)
    browser.headers["Authorization"] = f"Bearer {key}"
    assert browser.get("/api/v1/scenarios").json() == []
    assert browser.delete(f"/api/v1/scenarios/{kept}", headers=headers(5)).status_code == 404
