"""Agreements by JSON: the same rules, and nothing binding without a person."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.engine import casefile
from app.kit.work import Actor, Office
from tests.agreements import support
from tests.agreements.support import IN, OUT
from tests.builders import LONGMATAN, NAXI, partner_key

Client = Callable[..., TestClient]
CASES = Path(__file__).parent.parent / "engine" / "cases"
DRAFT = {
    "title": "封测基地利益分享",
    "kind": "enclave",
    "parties": [{"name": OUT, "district": LONGMATAN}, {"name": IN, "district": NAXI}],
    "scheme": support.scheme(),
}


@pytest.fixture
def partner(client: Client, office: Office) -> Iterator[TestClient]:
    """The system of the drafting district, with its key."""
    key = partner_key(office, "agreement:*", district=LONGMATAN)
    browser = client()
    browser.headers["Authorization"] = f"Bearer {key}"
    return browser


def post(browser: TestClient, path: str, body: object = None, **headers: str):
    count = len(browser.headers.setdefault("X-Count", "")) + 1
    browser.headers["X-Count"] = "1" * count
    sent = {"Idempotency-Key": f"key-number-{count}", **headers}
    return browser.post(f"/api/v1{path}", json={} if body is None else body, headers=sent)


def split_command(case: object) -> str:
    """What `python3 -m app split -` prints for a case."""
    out = io.BytesIO()
    raw = io.BytesIO(json.dumps(case, ensure_ascii=False).encode())
    casefile.run(["-"], raw, out, io.BytesIO())
    return out.getvalue().decode().strip()


def cases() -> list[dict]:
    return [
        case
        for name in ("golden", "extensions")
        for case in json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))["cases"]
        if case["scheme"]
    ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_evaluate_answers_what_split_prints(partner: TestClient):
    found = cases()
    assert len(found) > 30
    for case in found:
        body = {key: case[key] for key in ("scheme", "facts", "rates") if key in case}
        answer = partner.post("/api/v1/scenarios:evaluate", json=body)
        assert answer.status_code == 200, case["id"]
        assert answer.text == split_command(body), case["id"]


def test_evaluate_names_every_finding_with_its_pointer(partner: TestClient):
    body = {
        "scheme": {"parties": ["甲", "乙"], "split": [], "cap": [{"party": "丙"}]},
        "facts": {"annual": {"2026": 1}},
    }
    answer = partner.post("/api/v1/scenarios:evaluate", json=body)
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/validation"
    out = io.BytesIO()
    raw = json.dumps(body).encode()
    casefile.run(["-", "-x"], io.BytesIO(raw), out, io.BytesIO())
    expected = json.loads(out.getvalue())["-"]["errors"]
    assert answer.json()["errors"] == expected
    assert "/scheme/cap/0/party" in [one["pointer"] for one in expected]


def test_a_key_written_twice_is_found(partner: TestClient):
    raw = '{"scheme": {"parties": ["A", "B"], "split": [], "split": []}, "facts": {}}'
    answer = partner.post("/api/v1/scenarios:evaluate", content=raw)
    assert "duplicate_key" in [one["code"] for one in answer.json()["errors"]]


def test_what_is_no_json_is_said_with_line_and_column(partner: TestClient):
    answer = partner.post("/api/v1/scenarios:evaluate", content="{")
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-json")
    assert "第 1 行" in answer.json()["detail"]


def test_gross_tax_without_rates_runs_on_the_table_of_this_installation(partner: TestClient):
    body = {
        "scheme": support.scheme(),
        "facts": {"gross": [{"date": "2028-03-01", "tax": "增值税", "amount": "1000000.00"}]},
    }
    answer = partner.post("/api/v1/scenarios:evaluate", json=body).json()
    assert answer["provisional"] is True
    assert answer["rate_status"] == "demo"


def test_a_partner_drafts_and_offers_but_does_not_confirm(partner: TestClient):
    made = post(partner, "/agreements", DRAFT)
    assert made.status_code == 201
    id, path = made.json()["id"], f"/agreements/{made.json()['id']}/versions/1"
    assert made.headers["location"] == f"/api/v1/agreements/{id}"
    offered = post(partner, f"{path}:offer", **{"If-Match": '"v1"'})
    assert offered.status_code == 200
    body = {"digest": offered.json()["digest"]}
    refused = post(partner, f"{path}:confirm", body, **{"If-Match": offered.headers["etag"]})
    assert refused.status_code == 403
    ended = post(
        partner, f"{path}:terminate", {"reason": "撤回"}, **{"If-Match": offered.headers["etag"]}
    )
    assert ended.status_code == 403


def test_a_person_confirms_by_session(client: Client, office: Office, ours: Actor):
    version = support.offered(office, ours)
    path = f"/agreements/{version.agreement_id}/versions/1:confirm"
    done = post(
        client(ours), path, {"digest": version.digest}, **{"If-Match": f'"v{version.version}"'}
    )
    assert done.status_code == 200
    assert [one["party"] for one in done.json()["consents"]] == [OUT]


def test_a_verb_needs_the_version_that_was_read(client: Client, office: Office, ours: Actor):
    version = support.offered(office, ours)
    path = f"/agreements/{version.agreement_id}/versions/1:confirm"
    body = {"digest": version.digest}
    assert post(client(ours), path, body).status_code == 428
    assert post(client(ours), path, body, **{"If-Match": '"v1"'}).status_code == 412


def test_a_confirmed_version_never_changes(
    client: Client, office: Office, ours: Actor, theirs: Actor
):
    version = support.confirmed(office, ours, theirs)
    browser = client(ours)
    answer = browser.patch(
        f"/api/v1/agreements/{version.agreement_id}/versions/1",
        json=DRAFT,
        headers={"If-Match": f'"v{version.version}"'},
    )
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/immutable-version")


def test_another_district_does_not_find_it(
    client: Client, office: Office, ours: Actor, stranger: Actor
):
    version = support.offered(office, ours)
    for path in ("", "/versions", "/versions/1", "/versions:diff?a=1&b=1"):
        answer = client(stranger).get(f"/api/v1/agreements/{version.agreement_id}{path}")
        assert answer.status_code == 404, path


def test_versions_and_their_difference_are_read(client: Client, office: Office, ours: Actor):
    version = support.offered(office, ours)
    support.terminate(office, ours, version)
    browser = client(ours)
    path = f"/agreements/{version.agreement_id}"
    added = post(browser, f"{path}/versions", {"note": "改期限"})
    assert (added.status_code, added.json()["n"]) == (201, 2)
    longer = DRAFT | {"scheme": support.scheme(term={"years": 15, "after": IN})}
    saved = browser.patch(
        f"/api/v1{path}/versions/2", json=longer, headers={"If-Match": added.headers["etag"]}
    )
    assert saved.status_code == 200
    states = [one["state"]["code"] for one in browser.get(f"/api/v1{path}/versions").json()]
    assert states == ["terminated", "draft"]
    diff = browser.get(f"/api/v1{path}/versions:diff?a=1&b=2").json()
    assert [one["title"] for one in diff["changes"]] == ["分享期"]


def test_a_what_if_of_an_agreement_is_kept(client: Client, office: Office, ours: Actor):
    made = support.drafted(office, ours)
    body = {
        "name": "六四",
        "scheme": support.scheme(),
        "facts": {"annual": {"2028": "100.00"}},
    }
    kept = post(client(ours), f"/agreements/{made.id}/scenarios", body)
    assert (kept.status_code, kept.json()["agreement_id"]) == (201, made.id)
    broken = body | {"facts": {"annual": {}}}
    assert post(client(ours), f"/agreements/{made.id}/scenarios", broken).status_code == 422


def test_the_parties_systems_hear_of_it(client: Client, office: Office, ours: Actor, theirs: Actor):
    version = support.confirmed(office, ours, theirs)
    key = partner_key(office, "event:read", district=NAXI)
    feed = client().get("/api/v1/events", headers={"Authorization": f"Bearer {key}"}).json()
    heard = [(one["type"], one["link"]) for one in feed["events"]]
    link = f"/api/v1/agreements/{version.agreement_id}/versions/1"
    assert ("agreement.confirmed", link) in heard
