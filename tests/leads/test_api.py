"""Leads as a partner's system meets them: preconditions, refusals, pages, scope."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.kit.work import Actor, Office
from app.leads.schemas import LoggedLead
from tests.builders import partner_key
from tests.leads.conftest import CODE, LETTER, QINZE
from tests.leads.partners import Partner, claim, uploaded

Client = Callable[..., TestClient]
Log = Callable[..., LoggedLead]


def filed(client: Client, actor: Actor) -> None:
    """The officer claims by the form, so that the subject is held."""
    data = {
        "name": QINZE,
        "named": "enterprise",
        "source": "expo",
        "uscc": CODE,
        "scope.division": "37",
        "planned_investment": "3",
        "first_talked_on": "2026-02-27",
        "evidence.0.kind": "investor_letter",
        "if_taken": "queue",
    }
    files = {"evidence.0.file": ("来函.pdf", LETTER)}
    assert client(actor).post("/leads", data=data, files=files).status_code == 303


def test_two_fields_are_answered_with_the_receipt(partner: Partner):
    made = partner.post("/leads", {"name": QINZE, "source": "expo"})
    assert made.status_code == 201
    body = made.json()
    assert made.headers["location"] == f"/api/v1/leads/{body['id']}"
    assert made.headers["etag"] == f'"v{body["version"]}"'
    assert body["district"] == {"code": "510504", "label": "龙马潭区"}
    assert (body["right"], body["similar"]) == (None, [])
    assert body["receipt"]["number"] == "LMT-LD-2026-000001"
    assert body["receipt"]["seq"] == 1
    assert partner.get(f"/leads/{body['id']}").json()["stage"] == {"code": "lead", "label": "线索"}


def test_the_same_key_gets_the_same_receipt(partner: Partner):
    body = {"name": QINZE, "source": "expo"}
    key = {"Idempotency-Key": "one-registration"}
    first = partner.post("/leads", body, **key)
    again = partner.post("/leads", body, **key)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == first.json()
    assert len(partner.get("/leads").json()["items"]) == 1


def test_what_resembles_is_named(partner: Partner):
    partner.post("/leads", {"name": QINZE, "source": "expo"})
    second = partner.post("/leads", {"name": "西安秦泽航空材料有限公司", "source": "expo"}).json()
    assert [one["name"] for one in second["similar"] if one["kind"] == "enterprise"] == [QINZE]


def test_a_taken_subject_tells_four_members_and_writes_nothing(
    other: Partner, client: Client, officer: Actor
):
    filed(client, officer)
    refused = other.post("/leads", claim(uploaded(other)))
    problem = refused.json()
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert problem["type"] == "/problems/first-talk-conflict"
    assert problem["holder_district"] == {"code": "510504", "label": "龙马潭区"}
    assert {"held_until", "can_challenge", "can_request_cooperation"} <= problem.keys()
    assert other.get("/leads").json()["items"] == []
    queued = other.post("/leads", {**claim(uploaded(other)), "if_taken": "queue"}).json()
    assert queued["right"]["state"]["code"] == "queued"


def test_preconditions_are_asked_for(partner: Partner):
    lead = partner.post("/leads", {"name": QINZE, "source": "expo"}).json()
    place = f"/leads/{lead['id']}"
    no_key = partner.send("POST", "/leads", {"name": QINZE, "source": "expo"})
    no_match = partner.send("PATCH", place, {"note": "x"})
    no_match_either = partner.post(f"{place}:pool", {"reason": "联系不上"})
    assert [one.status_code for one in (no_key, no_match, no_match_either)] == [428] * 3
    stale = partner.send("PATCH", place, {"note": "x"}, **{"If-Match": '"v99"'})
    assert stale.status_code == 412
    assert stale.json()["current_etag"] == f'"v{lead["version"]}"'
    assert {"changed_fields", "changed_by"} <= stale.json().keys()


def test_a_patch_changes_what_it_sends(partner: Partner):
    lead = partner.post("/leads", {"name": QINZE, "source": "expo", "note": "旧"}).json()
    done = partner.send(
        "PATCH",
        f"/leads/{lead['id']}",
        {"planned_investment": "120000000.00"},
        **{"If-Match": f'"v{lead["version"]}"'},
    )
    assert (done.status_code, done.json()["note"]) == (200, "旧")
    assert done.json()["planned_investment"] == "120000000.00"
    assert done.headers["etag"] == f'"v{done.json()["version"]}"'


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"source": "expo"}, "/name"),
        ({"name": QINZE, "source": "rumour"}, "/source"),
        ({"name": QINZE, "source": "expo", "planned_investment": 300000000}, "/planned_investment"),
        ({"name": QINZE, "source": "expo", "planned_investment": "3亿"}, "/planned_investment"),
        ({"name": QINZE, "source": "expo", "planned_investment": "-1.00"}, "/planned_investment"),
        ({"name": QINZE, "source": "expo", "uscc": CODE[:-1] + "0"}, "/uscc"),
        ({"name": QINZE, "source": "expo", "registered_at": "2020-01-01"}, "/registered_at"),
        ({"name": QINZE, "source": "expo", "scope": {"division": "2"}}, "/scope/division"),
    ],
)
def test_bad_input_is_named_by_pointer(partner: Partner, body: dict[str, object], pointer: str):
    refused = partner.post("/leads", body)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert partner.get("/leads").json()["items"] == []


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"colour": "red"}, "bad-filter"),
        ({"stage": "dreaming"}, "bad-filter"),
        ({"sort": "secret"}, "bad-filter"),
        ({"limit": 201}, "bad-filter"),
        ({"updated_at.gt": "2026-03-02T09:00:00"}, "bad-filter"),
        ({"cursor": "nonsense"}, "bad-cursor"),
    ],
)
def test_an_unknown_filter_is_never_ignored(partner: Partner, query: dict[str, Any], problem: str):
    refused = partner.get("/leads", **query)
    assert (refused.status_code, refused.json()["type"]) == (400, f"/problems/{problem}")


def test_a_page_leads_to_the_next(partner: Partner):
    for number in range(3):
        partner.post("/leads", {"name": f"第 {number} 家企业有限公司", "source": "expo"})
    first = partner.get("/leads", limit=2, count="exact").json()
    rest = partner.get("/leads", limit=2, cursor=first["next_cursor"]).json()
    assert first["total"] == 3
    assert (rest["total"], rest["next_cursor"]) == (None, None)
    assert len({lead["id"] for lead in first["items"] + rest["items"]}) == 3


def test_a_gate_is_a_dry_run_and_a_move_through_it_is_refused_with_the_list(partner: Partner):
    lead = partner.post("/leads", {"name": QINZE, "source": "expo"}).json()
    gate = partner.get(f"/leads/{lead['id']}/gates/assessing").json()
    assert (gate["target"], gate["met"]) == ({"code": "assessing", "label": "研判"}, False)
    refused = partner.post(f"/leads/{lead['id']}:transition", {"to": "assessing"}, lead["version"])
    assert refused.status_code == 422
    assert refused.json()["type"] == "/problems/stage-gate-unmet"
    assert [item["rule"] for item in refused.json()["unmet"]] == [
        item["rule"] for item in gate["unmet"]
    ]
    wrong = partner.post(f"/leads/{lead['id']}:transition", {"to": "signed"}, lead["version"])
    assert (wrong.status_code, wrong.json()["allowed"]) == (409, ["assessing"])
    assert partner.get(f"/leads/{lead['id']}/gates/signed").status_code == 404
    assert partner.get(f"/leads/{lead['id']}/gates/nowhere").status_code == 404


def test_a_lead_lives_through_its_verbs(partner: Partner, officer: Actor):
    lead = partner.post("/leads", {"name": QINZE, "source": "expo"}).json()
    place = f"/leads/{lead['id']}"
    assigned = partner.post(f"{place}:assign", {"owner_id": officer.id}, lead["version"]).json()
    assert assigned["owner"]["label"] == "zhou"
    talk = {"happened_on": "2026-03-01", "content": "谈用地", "participants": "周岚"}
    assert partner.post(f"{place}/interactions", talk).status_code == 201
    assert partner.post(f"{place}/progress", {"line": "已通电话"}).status_code == 201
    version = partner.get(place).json()["version"]
    pooled = partner.post(f"{place}:pool", {"reason": "联系不上"}, version).json()
    dropped = partner.post(f"{place}:drop", {"reason_code": "no_progress"}, pooled["version"])
    assert dropped.json()["state"]["code"] == "dropped"
    gone = partner.send(
        "DELETE", f"{place}?reason=登记错误", None, **{"If-Match": dropped.headers["etag"]}
    )
    assert (gone.status_code, partner.get(place).status_code) == (204, 404)


def test_a_key_claims_later_and_adds_a_proof(partner: Partner):
    lead = partner.post("/leads", {"name": QINZE, "uscc": CODE, "source": "expo"}).json()
    place = f"/leads/{lead['id']}"
    weak = {"kind": "visit_record", "file": uploaded(partner)}
    assert partner.post(f"{place}/evidence", weak).json()["kind"]["code"] == "visit_record"
    given = {key: claim()[key] for key in ("planned_investment", "first_talked_on", "scope")}
    version = partner.get(place).json()["version"]
    filed = partner.post(f"{place}:claim", given, version).json()
    assert filed["right"]["state"]["code"] == "incomplete"
    strong = {"kind": "signed_minutes", "file": uploaded(partner)}
    partner.post(f"{place}/evidence", strong)
    assert partner.get(place).json()["right"]["state"]["code"] == "submitted"


def test_another_district_gets_404_whatever_it_asks(partner: Partner, other: Partner):
    lead = partner.post("/leads", {"name": QINZE, "source": "expo"}).json()
    place, version = f"/leads/{lead['id']}", lead["version"]
    answers = [
        other.get(place),
        other.get(f"{place}/gates/assessing"),
        other.send("PATCH", place, {"note": "x"}, **{"If-Match": f'"v{version}"'}),
        other.send("DELETE", f"{place}?reason=偷删", None, **{"If-Match": f'"v{version}"'}),
        other.post(f"{place}:pool", {"reason": "抢走"}, version),
        other.post(f"{place}:drop", {"reason_code": "other"}, version),
        other.post(f"{place}:claim", {}, version),
        other.post(f"{place}/progress", {"line": "偷看"}),
        other.post(f"{place}/evidence", {"kind": "visit_record", "file": uploaded(other)}),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert other.get("/leads").json()["items"] == []


def test_a_key_needs_its_scope(client: Client, office: Office):
    reader = Partner(client(), partner_key(office, "lead:read"))
    assert reader.get("/leads").status_code == 200
    refused = reader.post("/leads", {"name": QINZE, "source": "expo"})
    assert (refused.status_code, refused.json()["required_scope"]) == (403, "lead:write")
    assert client().get("/api/v1/leads").status_code == 401
