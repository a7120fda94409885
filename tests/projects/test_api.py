"""Projects over the API: who sees what, and how it says no."""

from collections.abc import Callable
from datetime import date, datetime
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from app.clock import SHANGHAI
from app.first_talk import lead_rights
from app.first_talk import service as first_talk
from app.first_talk.models import Report
from app.first_talk.schemas import Decide
from app.kit.work import Actor, Office, Role
from app.leads import service as leads
from app.projects import records, service
from app.projects.commands import AddIdentifier, EditProject, SetCommitment
from tests.builders import CITY, JIANGYANG, LONGMATAN, FrozenClock, partner_key, person
from tests.projects import support

Client = Callable[..., TestClient]
_keys = count(1)

MASKED = {"id", "version", "district", "stage", "stage_since", "dates", "commitments", "shared"}


def bearer(office: Office, *scopes: str, district: str = LONGMATAN) -> dict[str, str]:
    return {"Authorization": f"Bearer {partner_key(office, *scopes, district=district)}"}


def headers(version: int | None = None) -> dict[str, str]:
    found = {"Idempotency-Key": f"project-test-{next(_keys)}"}
    return found if version is None else found | {"If-Match": f'"v{version}"'}


def shared_project(office: Office, head: Actor) -> str:
    """A project that lands in 江阳, with a promise and an identity."""
    made = support.opened(office, head)
    with office.open(head) as work:
        service.edit(work, made.id, EditProject(host_district=JIANGYANG), None)
        promise = SetCommitment(indicator="tax", year=2028, promised="44700000.00")
        records.set_commitment(work, made.id, promise)
        identity = AddIdentifier(
            scheme="district", value="LMT-1", name="上报名称", reported_on=date(2026, 3, 2)
        )
        records.add_identifier(work, made.id, identity)
    return made.id


def test_a_partner_sees_its_own_districts_projects(office: Office, client: Client, head: Actor):
    made = support.opened(office, head)
    browser = client()
    own = bearer(office, "project:read")
    listed = browser.get("/api/v1/projects?count=exact", headers=own).json()
    assert (listed["total"], [one["id"] for one in listed["items"]]) == (1, [made.id])
    one = browser.get(f"/api/v1/projects/{made.id}", headers=own)
    assert one.headers["ETag"] == f'"v{made.version}"'
    body = one.json()
    assert body["stage"] == {"code": "negotiating", "label": "在谈"}
    assert body["status"] == {"code": "active", "label": "推进中"}
    assert body["planned_investment"] == "300000000.00"


@pytest.mark.parametrize(
    "path", ["", "/gates/signed", "/stage-log", "/identifiers", "/commitments", "/factor-needs"]
)
def test_another_districts_project_does_not_exist(
    office: Office, client: Client, head: Actor, path: str
):
    made = support.opened(office, head)
    rival = bearer(office, "project:read", district=JIANGYANG)
    answer = client().get(f"/api/v1/projects/{made.id}{path}", headers=rival)
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


def test_a_district_with_a_part_sees_stage_dates_and_results_only(
    office: Office, client: Client, head: Actor
):
    id = shared_project(office, head)
    browser, party = client(), bearer(office, "project:read", district=JIANGYANG)
    body = browser.get(f"/api/v1/projects/{id}", headers=party).json()
    assert set(body) == MASKED
    assert body["dates"] == [
        {"stage": {"code": "negotiating", "label": "在谈"}, "on": "2026-03-02"}
    ]
    assert body["commitments"][0]["promised"] == "44700000"
    assert browser.get("/api/v1/projects", headers=party).json()["items"] == []
    assert [one["id"] for one in browser.get("/api/v1/projects/shared", headers=party).json()] == [
        id
    ]
    assert browser.get(f"/api/v1/projects/{id}/commitments", headers=party).status_code == 200
    for hidden in ("gates/signed", "identifiers", "factor-needs"):
        assert browser.get(f"/api/v1/projects/{id}/{hidden}", headers=party).status_code == 404
    (entry,) = browser.get(f"/api/v1/projects/{id}/stage-log", headers=party).json()
    assert entry["to_stage"]["code"] == "negotiating"
    assert {entry[name] for name in ("actor_name", "reason", "policy_version", "gate")} == {None}


def test_a_district_with_a_part_changes_nothing(office: Office, client: Client, head: Actor):
    id = shared_project(office, head)
    party = bearer(office, "project:*", district=JIANGYANG)
    answer = client().patch(
        f"/api/v1/projects/{id}", json={"line": "改"}, headers=party | headers(3)
    )
    assert answer.status_code in (403, 412)
    with office.open(head, reads=True) as work:
        assert service.whole_project(work, id).line == "纸制品包装"


def test_a_part_that_ends_takes_the_view_with_it(office: Office, client: Client, head: Actor):
    id = shared_project(office, head)
    with office.open(head) as work:
        service.edit(work, id, EditProject(host_district=None), None)
    party = bearer(office, "project:read", district=JIANGYANG)
    assert client().get(f"/api/v1/projects/{id}", headers=party).status_code == 404


def test_the_citys_coordinator_reads_every_project_and_writes_none(
    office: Office, client: Client, head: Actor
):
    made = support.opened(office, head)
    browser = client(person(office, "coordinator", Role.COORDINATOR, district=CITY))
    assert browser.get(f"/api/v1/projects/{made.id}").json()["name"] == made.name
    answer = browser.patch(
        f"/api/v1/projects/{made.id}", json={"line": "改"}, headers=headers(made.version)
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("role", "reads"), [(Role.FINANCE, 200), (Role.NEGOTIATOR, 200), (Role.TAX, 403)]
)
def test_who_reads(office: Office, client: Client, head: Actor, role: Role, reads: int):
    made = support.opened(office, head)
    browser = client(person(office, "reader", role))
    assert browser.get(f"/api/v1/projects/{made.id}").status_code == reads
    answer = browser.patch(
        f"/api/v1/projects/{made.id}", json={"line": "改"}, headers=headers(made.version)
    )
    assert answer.status_code == 403


def test_a_key_needs_the_scope(office: Office, client: Client):
    answer = client().get("/api/v1/projects", headers=bearer(office, "lead:read"))
    assert answer.json()["required_scope"] == "project:read"


def test_the_gate_is_a_dry_run(office: Office, client: Client, head: Actor):
    made = support.opened(office, head)
    answer = (
        client()
        .get(f"/api/v1/projects/{made.id}/gates/signed", headers=bearer(office, "project:read"))
        .json()
    )
    assert (answer["target"], answer["met"]) == ({"code": "signed", "label": "签约"}, False)
    assert {
        "rule": "G3.agreement_file",
        "pointer": "/agreement/file",
        "message": "请上传已签订的投资协议",
        "fixable_by": ["officer", "unit_head"],
        "may_declare_unknown": False,
    } in answer["unmet"]


def test_an_unmet_gate_answers_with_the_list(office: Office, client: Client, head: Actor):
    made = support.opened(office, head)
    answer = client(head).post(
        f"/api/v1/projects/{made.id}:transition",
        json={"to": "signed"},
        headers=headers(made.version),
    )
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (422, "/problems/stage-gate-unmet")
    assert "G3.park" in {item["rule"] for item in problem["unmet"]}


def test_a_partner_moves_as_an_officer_may(office: Office, client: Client, head: Actor):
    made = support.ready_to_sign(office, head)
    browser, key = client(), bearer(office, "project:write")
    path = f"/api/v1/projects/{made.id}:transition"
    moved = browser.post(path, json={"to": "pre_signing"}, headers=key | headers(made.version))
    assert moved.json()["stage"]["code"] == "pre_signing"
    version = moved.json()["version"]
    signed = browser.post(path, json={"to": "signed"}, headers=key | headers(version))
    assert signed.status_code == 403
    unknown = browser.post(path, json={"to": "lead"}, headers=key | headers(version))
    assert (unknown.status_code, unknown.json()["type"]) == (409, "/problems/illegal-transition")


def test_a_move_needs_the_version_that_was_read(office: Office, client: Client, head: Actor):
    made = support.opened(office, head)
    browser, path = client(head), f"/api/v1/projects/{made.id}:transition"
    assert browser.post(path, json={"to": "pre_signing"}, headers=headers()).status_code == 428
    stale = browser.post(path, json={"to": "pre_signing"}, headers=headers(made.version - 1))
    assert stale.status_code == 412


def test_a_candidate_is_entered_once(office: Office, client: Client):
    browser, key = client(), bearer(office, "project:*") | headers()
    body = {"name": "丙储能项目", "source": "superior", "candidate_year": 2026}
    first = browser.post("/api/v1/projects", json=body, headers=key)
    assert first.status_code == 201
    assert first.headers["Location"] == f"/api/v1/projects/{first.json()['id']}"
    again = browser.post("/api/v1/projects", json=body, headers=key)
    assert (again.json()["id"], again.headers["Idempotency-Replayed"]) == (
        first.json()["id"],
        "true",
    )


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "丙", "source": "x", "candidate_year": 2026, "colour": "red"}, "/colour"),
        ({"name": "丙项目", "source": "nowhere", "candidate_year": 2026}, "/source"),
        (
            {"name": "丙项目", "source": "expo", "candidate_year": 2026, "land_mu": "many"},
            "/land_mu",
        ),
        (
            {
                "name": "丙项目",
                "source": "expo",
                "candidate_year": 2026,
                "filing_amount": "1.00",
                "filing_amount_withheld": True,
            },
            "/filing_amount_withheld",
        ),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_wrong_field_is_pointed_at(
    office: Office, client: Client, body: dict[str, Any], pointer: str
):
    answer = client().post(
        "/api/v1/projects", json=body, headers=bearer(office, "project:*") | headers()
    )
    assert answer.status_code == 422
    assert pointer in {error["pointer"] for error in answer.json()["errors"]}


def test_a_lead_opens_as_a_project_by_its_head(office: Office, client: Client, head: Actor):
    lead_id = support.lead_at_gate(office, head)
    browser = client(head)
    lead = browser.get(f"/api/v1/leads/{lead_id}").json()
    answer = browser.post(
        f"/api/v1/leads/{lead_id}:open-project", json={}, headers=headers(lead["version"])
    )
    assert answer.status_code == 200
    assert answer.json()["lead_id"] == lead_id


def test_a_status_is_set_with_what_it_needs(office: Office, client: Client, head: Actor):
    made = support.opened(office, head)
    browser, path = client(head), f"/api/v1/projects/{made.id}:set-status"
    refused = browser.post(path, json={"status": "on_hold"}, headers=headers(made.version))
    assert refused.status_code == 422
    held = {"status": "on_hold", "reason": "等待环评", "review_on": "2026-06-01"}
    assert browser.post(path, json=held, headers=headers(made.version)).json()["status"] == {
        "code": "on_hold",
        "label": "暂缓",
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?status=active", 1),
        ("?status=candidate", 1),
        ("?stage=negotiating,signed", 1),
        ("?stage=signed", 0),
        ("?q=甲包装", 1),
        ("?division=22&amount.gte=200000000", 1),
        ("?amount.gte=400000000", 0),
        ("?updated_at.gt=2026-03-02T00:00:00%2B08:00", 2),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_list_is_filtered(office: Office, client: Client, head: Actor, query: str, found: int):
    support.opened(office, head)
    with office.open(head) as work:
        service.create(work, support.candidate())
    assert len(client(head).get(f"/api/v1/projects{query}").json()["items"]) == found


@pytest.mark.parametrize("query", ["?colour=red", "?sort=colour", "?cursor=nonsense"])
def test_an_unknown_filter_is_refused(client: Client, head: Actor, query: str):
    assert client(head).get(f"/api/v1/projects{query}").status_code == 400


@pytest.mark.parametrize("sort", ["-updated_at", "amount", "name", "-stage_since"])
def test_pages_neither_skip_nor_repeat(office: Office, client: Client, head: Actor, sort: str):
    with office.open(head) as work:
        for n in range(5):
            service.create(work, support.candidate(name=f"储备项目 {n}"))
    browser, seen, cursor = client(head), [], ""
    while cursor is not None:
        query = {"sort": sort, "limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = browser.get("/api/v1/projects", params=query).json()
        seen += [one["id"] for one in answer["items"]]
        cursor = answer["next_cursor"]
    assert len(seen) == len(set(seen)) == 5


def test_the_stages_are_reference_data(office: Office, client: Client):
    found = client().get("/api/v1/stages", headers=bearer(office, "event:read")).json()
    assert found[2] == {
        "code": "negotiating",
        "label": "在谈",
        "tracks": [
            {"code": "construction", "label": "固投开工类"},
            {"code": "business", "label": "开业营业类"},
        ],
    }
    assert {one["code"]: len(one["tracks"]) for one in found}["at_capacity"] == 1


def test_an_interaction_by_key_counts_for_its_lead_and_its_project(
    office: Office, client: Client, clock: FrozenClock, head: Actor
):
    """Sent about a lead or a project, it is the report that the right asks for."""
    browser, own = client(), bearer(office, "lead:*", "project:read")
    coordinator = person(office, "registrar", Role.COORDINATOR, district=CITY)
    lead_id = support.lead_at_gate(office, head)
    made = support.opened(office, head, name="乙科技有限公司", uscc=None, unregistered=True)
    for about in (lead_id, made.lead_id):
        with office.open(coordinator) as work:
            right = lead_rights.rights_of_leads(work, {about})[about]
            first_talk.decide(work, right.id, None, Decide(agree=True))
    clock.set(datetime(2026, 3, 9, 9, tzinfo=SHANGHAI))
    for about in (lead_id, made.id):
        body = {"about_id": about, "kind": "note", "happened_on": "2026-03-09", "content": "已联系"}
        sent = browser.post("/api/v1/interactions", json=body, headers=own | headers())
        assert (sent.status_code, sent.json().get("about_id")) == (201, about)
    with office.open(head, reads=True) as work:
        assert leads.lead(work, lead_id).progressed_on == date(2026, 3, 9)
        assert service.whole_project(work, made.id).progressed_on == date(2026, 3, 9)
        assert work.session.scalar(select(func.count()).select_from(Report)) == 2
