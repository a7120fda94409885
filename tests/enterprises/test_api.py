"""The directory and interactions as a partner's system uses them."""

from itertools import count

import pytest
from starlette.testclient import TestClient

from app.enterprises import service
from app.enterprises.schemas import NamedEnterprise
from app.kit.work import Actor, Office
from tests.builders import JIANGYANG, LONGMATAN, partner_key

QINZE, CODE = "西安秦泽航空零部件有限公司", "91610131MA6TX8AB35"
_keys = count(1)


@pytest.fixture
def partner(office: Office, client) -> TestClient:
    made = client()
    key = partner_key(office, "enterprise:*", "lead:*", district=JIANGYANG)
    made.headers["Authorization"] = f"Bearer {key}"
    return made


def send(partner: TestClient, method: str, path: str, body: object, **headers: str):
    if method == "POST":
        headers.setdefault("Idempotency-Key", f"test-key-{next(_keys)}")
    return partner.request(method, f"/api/v1{path}", json=body, headers=headers)


def added(partner: TestClient, **more: object) -> dict:
    answer = send(partner, "POST", "/enterprises", {"name": QINZE, "uscc": CODE, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_an_enterprise_is_added_read_and_listed(partner: TestClient):
    made = added(partner)
    read = partner.get(f"/api/v1/enterprises/{made['id']}")
    assert read.headers["ETag"] == '"v1"'
    assert read.json() == made
    listed = partner.get("/api/v1/enterprises?count=exact").json()
    assert (listed["items"], listed["total"]) == ([made], 1)


def test_a_repeated_call_gets_the_first_answer(partner: TestClient):
    body, key = {"name": QINZE}, "the-same-key"
    first, again = (
        send(partner, "POST", "/enterprises", body, **{"Idempotency-Key": key}) for _ in range(2)
    )
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_suspected_duplicate_names_the_candidates_and_the_way_on(partner: TestClient):
    made = added(partner)
    alike = {"name": "秦泽航空零部件(西安)股份有限公司"}
    refused = send(partner, "POST", "/enterprises", alike)
    assert refused.status_code == 409
    problem = refused.json()
    assert problem["type"] == "/problems/duplicate-suspected"
    assert [one["id"] for one in problem["candidates"]] == [made["id"]]
    override = problem["override_with"]
    assert send(partner, "POST", "/enterprises", {**alike, **override}).status_code == 201


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": None}, "/name"),
        ({"name": ["x"]}, "/name"),
        ({"name": QINZE, "uscc": "91610131MA6TX8AB36"}, "/uscc"),
        ({"name": QINZE, "uscc": CODE, "unregistered": True}, "/unregistered"),
        ({"name": QINZE, "owner": "x"}, "/owner"),
    ],
)
def test_what_is_wrong_with_a_body_is_pointed_at(partner: TestClient, body, pointer):
    refused = send(partner, "POST", "/enterprises", body)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


def test_an_edit_needs_the_version_that_was_read(partner: TestClient):
    path = f"/enterprises/{added(partner)['id']}"
    body = {"controller": "秦某"}
    assert send(partner, "PATCH", path, body).status_code == 428
    edited = send(partner, "PATCH", path, body, **{"If-Match": '"v1"'})
    assert (edited.status_code, edited.headers["ETag"]) == (200, '"v2"')
    assert (edited.json()["name"], edited.json()["controller"]) == (QINZE, "秦某")
    stale = send(partner, "PATCH", path, body, **{"If-Match": '"v1"'})
    assert (stale.status_code, stale.json()["current_etag"]) == (412, '"v2"')


@pytest.mark.parametrize("body", [{"name": ""}, {"name": None}, {"uscc": "1"}, {"id": "x"}])
def test_a_bad_edit_changes_nothing(partner: TestClient, body):
    made = added(partner)
    path = f"/enterprises/{made['id']}"
    assert send(partner, "PATCH", path, body, **{"If-Match": '"v1"'}).status_code == 422
    assert partner.get(f"/api/v1{path}").json() == made


def test_an_entry_of_another_district_is_read_without_its_makers_and_not_changed(
    partner: TestClient, office: Office, officer: Actor
):
    with office.open(officer) as work:
        id = service.find_or_add(work, NamedEnterprise(name=QINZE)).id
    read = partner.get(f"/api/v1/enterprises/{id}").json()
    assert (read["own"], read["entered_by"], read["entered_at"]) == (False, None, None)
    body, version = {"controller": "x"}, {"If-Match": '"v1"'}
    assert send(partner, "PATCH", f"/enterprises/{id}", body, **version).status_code == 403
    alias = {"name": "别名公司"}
    assert send(partner, "POST", f"/enterprises/{id}/aliases", alias).status_code == 403


def test_a_former_name_is_added_once(partner: TestClient):
    path = f"/enterprises/{added(partner)['id']}/aliases"
    former = {"name": "西安秦泽精密锻造有限公司"}
    assert send(partner, "POST", path, former).json()["aliases"] == [former["name"]]
    again = send(partner, "POST", path, former)
    assert again.json()["errors"][0]["pointer"] == "/name"
    assert send(partner, "POST", path, {"name": "！"}).status_code == 422
    assert send(partner, "POST", "/enterprises/ent_none/aliases", former).status_code == 404


def test_those_of_one_group_are_related(partner: TestClient):
    one, other, _ = (
        added(partner, name=name, uscc=None, group_name=group)["id"]
        for name, group in (("甲机械厂", "秦泽系"), ("乙食品厂", "秦泽系"), ("丙物流公司", "别系"))
    )
    related = partner.get(f"/api/v1/enterprises/{one}/relations").json()
    assert [found["id"] for found in related] == [other]
    assert partner.get("/api/v1/enterprises/ent_none/relations").status_code == 404


def test_the_duplicate_check_changes_nothing_and_needs_no_key(partner: TestClient):
    made = added(partner)
    answer = partner.post("/api/v1/enterprises:match", json={"name": "秦澤航空零部件（西安）"})
    assert [one["id"] for one in answer.json()["same"]] == [made["id"]]
    assert partner.post("/api/v1/enterprises:match", json={}).status_code == 422
    assert partner.post("/api/v1/enterprises:match", json={"name": "x" * 121}).status_code == 422


@pytest.mark.parametrize(
    ("query", "status"),
    [("limit=0", 400), ("limit=201", 400), ("cursor=x", 400), ("sort=uscc", 400), ("who=x", 400)],
)
def test_a_wrong_filter_is_refused(partner: TestClient, query: str, status: int):
    assert partner.get(f"/api/v1/enterprises?{query}").status_code == status


def test_a_key_does_what_its_scopes_say(client, office: Office):
    reader = client()
    reader.headers["Authorization"] = f"Bearer {partner_key(office, 'enterprise:read')}"
    assert reader.get("/api/v1/enterprises").status_code == 200
    refused = send(reader, "POST", "/enterprises", {"name": QINZE})
    assert refused.json()["required_scope"] == "enterprise:write"
    assert reader.get("/api/v1/interactions").json()["required_scope"] == "lead:read"


TALK = {"kind": "talk", "happened_on": "2026-02-27", "content": "谈用能"}


def test_an_interaction_is_logged_changed_and_listed(partner: TestClient):
    enterprise = added(partner)["id"]
    logged = send(partner, "POST", "/interactions", {**TALK, "enterprise_id": enterprise})
    assert logged.status_code == 201
    one = logged.json()
    assert one["kind"] == {"code": "talk", "label": "洽谈"}
    path = f"/interactions/{one['id']}"
    changed = send(partner, "PATCH", path, {"next_step": "再约"}, **{"If-Match": '"v1"'})
    assert (changed.json()["content"], changed.json()["next_step"]) == ("谈用能", "再约")
    listed = partner.get("/api/v1/interactions", params={"enterprise_id": enterprise}).json()
    assert [item["id"] for item in listed["items"]] == [one["id"]]
    assert partner.get("/api/v1/interactions?about_id=led_x").json()["items"] == []


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"enterprise_id": None}, "/enterprise_id"),
        ({"content": ""}, "/content"),
        ({"kind": "dream"}, "/kind"),
        ({"happened_on": "2026-02-30"}, "/happened_on"),
        ({"happened_on": "2026-03-03"}, "/happened_on"),
        ({"substantive_kind": "site_survey", "participants": "周岚"}, "/files"),
    ],
)
def test_what_is_wrong_with_an_interaction_is_pointed_at(partner: TestClient, more, pointer):
    body = {**TALK, "enterprise_id": added(partner)["id"], **more}
    refused = send(partner, "POST", "/interactions", body)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert partner.get("/api/v1/interactions").json()["items"] == []


@pytest.mark.parametrize(
    "more", [{"enterprise_id": "ent_none"}, {"about_id": "led_none"}, {"files": ["fil_none"]}]
)
def test_an_interaction_about_nothing_known_is_not_found(partner: TestClient, more):
    body = {**TALK, "enterprise_id": added(partner)["id"], **more}
    assert send(partner, "POST", "/interactions", body).status_code == 404


def test_interactions_of_another_district_are_not_found(partner: TestClient, client, office):
    enterprise = added(partner)["id"]
    one = send(partner, "POST", "/interactions", {**TALK, "enterprise_id": enterprise}).json()
    stranger = client()
    key = partner_key(office, "lead:*", district=LONGMATAN)
    stranger.headers["Authorization"] = f"Bearer {key}"
    path = f"/interactions/{one['id']}"
    assert stranger.get(f"/api/v1{path}").status_code == 404
    change = send(stranger, "PATCH", path, {"content": "x"}, **{"If-Match": '"v1"'})
    assert change.status_code == 404
    assert stranger.get("/api/v1/interactions").json()["items"] == []
