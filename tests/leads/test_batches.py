"""A batch of acts in one call: each stands on its own, is asked for its own right, happens once."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.kit.work import Actor, Office, Role
from tests.builders import partner_key, person
from tests.leads.partners import QINZE, Partner, claim, uploaded

Client = Callable[..., TestClient]

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def create(name: str, **more: object) -> dict[str, Any]:
    return {"op": "create", "body": {"name": name, "source": "expo", **more}}


def batch(partner: Partner, *operations: object, **headers: str) -> Any:
    return partner.post("/leads:batch", {"operations": operations}, **headers)


def statuses(answer: Any) -> list[int]:
    return [one["status"] for one in answer.json()["results"]]


def test_each_operation_stands_or_falls_on_its_own(partner: Partner, other: Partner):
    mine = partner.post("/leads", {"name": QINZE, "source": "expo"}).json()
    theirs = other.post("/leads", {"name": QINZE, "source": "expo"}).json()
    tag = f'"v{mine["version"]}"'
    answer = batch(
        partner,
        create("甲纸业有限公司"),
        create("乙纸业有限公司", source="rumour"),
        {"op": "create", "body": {"source": "expo", "colour": "red"}},
        {"op": "update", "id": mine["id"], "if_match": tag, "body": {"note": "改"}},
        {"op": "update", "id": mine["id"], "if_match": tag, "body": {"note": "晚了"}},
        {"op": "pool", "id": mine["id"], "body": {"reason": "联系不上"}},
        {"op": "delete", "id": theirs["id"], "if_match": '"v1"', "body": {"reason": "偷删"}},
        {"op": "explode"},
        "nonsense",
        create("丙纸业有限公司"),
    )
    assert answer.status_code == 200
    assert statuses(answer) == [201, 422, 422, 200, 412, 428, 404, 422, 422, 201]
    results = answer.json()["results"]
    first, rumour, form, edited = results[:4]
    assert first["location"] == f"/api/v1/leads/{first['body']['id']}"
    assert first["etag"] == f'"v{first["body"]["version"]}"'
    assert first["body"]["receipt"]["number"].startswith("LMT-LD-2026-")
    assert (rumour["body"], rumour["problem"]["type"]) == (None, "/problems/validation")
    assert [one["pointer"] for one in rumour["problem"]["errors"]] == ["/body/source"]
    assert [one["pointer"] for one in form["problem"]["errors"]] == ["/body/name", "/body/colour"]
    assert edited["body"]["note"] == "改"
    assert [one["pointer"] for one in results[7]["problem"]["errors"]] == ["/op"]
    numbers = [one["body"]["receipt"]["seq"] for one in (results[0], results[-1])]
    assert numbers[1] == numbers[0] + 1
    assert len(partner.get("/leads").json()["items"]) == 3


def test_a_claim_in_a_row_is_refused_alone_and_tells_four_members(partner: Partner, other: Partner):
    assert partner.post("/leads", claim(uploaded(partner))).status_code == 201
    taken = {"op": "create", "body": claim(uploaded(other))}
    queued = {"op": "create", "body": {**claim(uploaded(other)), "if_taken": "queue"}}
    answer = batch(other, taken, create("甲纸业有限公司"), queued)
    assert statuses(answer) == [409, 201, 201]
    refused, _, waiting = answer.json()["results"]
    problem = refused["problem"]
    assert problem["type"] == "/problems/first-talk-conflict"
    assert problem["holder_district"] == {"code": "510504", "label": "龙马潭区"}
    assert {"held_until", "can_challenge", "can_request_cooperation"} <= problem.keys()
    assert waiting["body"]["right"]["state"]["code"] == "queued"
    assert len(other.get("/leads").json()["items"]) == 2


def test_sent_again_what_was_done_is_not_done_twice_and_the_rest_is_tried_again(
    partner: Partner,
):
    key = {"Idempotency-Key": "monthly-list"}
    lead = partner.post("/leads", {"name": QINZE, "source": "expo"}).json()
    late = {"op": "pool", "id": lead["id"], "if_match": '"v2"', "body": {"reason": "联系不上"}}
    operations = [create("甲纸业有限公司"), late]
    first = batch(partner, *operations, **key)
    assert statuses(first) == [201, 412]
    changed = partner.send(
        "PATCH", f"/leads/{lead['id']}", {"note": "x"}, **{"If-Match": f'"v{lead["version"]}"'}
    )
    assert changed.json()["version"] == 2
    second = batch(partner, *operations, **key)
    assert statuses(second) == [201, 200]
    assert [one["replayed"] for one in second.json()["results"]] == [True, False]
    assert second.json()["results"][0]["body"] == first.json()["results"][0]["body"]
    third = batch(partner, *operations, **key)
    assert third.headers["idempotency-replayed"] == "true"
    assert len(partner.get("/leads").json()["items"]) == 2
    reused = batch(partner, create("另一家有限公司"), **key)
    assert (reused.status_code, reused.json()["type"]) == (422, "/problems/idempotency-key-reused")


@ON_SQLITE
def test_rights_are_asked_for_each_operation(client: Client, office: Office, officer: Actor):
    mine = client(officer)
    lead = mine.post(
        "/api/v1/leads",
        json={"name": QINZE, "source": "expo"},
        headers={"Idempotency-Key": "one-lead"},
    ).json()
    tag = f'"v{lead["version"]}"'
    conclude = {"conclusion": "proceed", "reason": "符合主导产业"}
    operations = [
        {"op": "assess", "id": lead["id"], "if_match": tag, "body": conclude},
        create("甲纸业有限公司"),
    ]
    sent = {"json": {"operations": operations}, "headers": {"Idempotency-Key": "two-acts"}}
    assert statuses(mine.post("/api/v1/leads:batch", **sent)) == [403, 201]
    finance = client(person(office, "qian", Role.FINANCE))
    assert finance.post("/api/v1/leads:batch", **sent).status_code == 403
    assert client().post("/api/v1/leads:batch", **sent).status_code == 401


@ON_SQLITE
def test_the_batch_itself_is_checked_before_anything_is_done(
    client: Client, office: Office, partner: Partner
):
    many = batch(partner, *[create(f"第 {n} 家有限公司") for n in range(201)])
    none = batch(partner)
    no_key = partner.send("POST", "/leads:batch", {"operations": [create(QINZE)]})
    assert [one.status_code for one in (many, none, no_key)] == [422, 422, 428]
    reader = Partner(client(), partner_key(office, "lead:read"))
    assert batch(reader, create(QINZE)).json()["required_scope"] == "lead:write"
    assert partner.get("/leads").json()["items"] == []
