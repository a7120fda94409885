"""The API of rights and the ledger, as partner systems and strangers call it."""

from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from starlette.testclient import TestClient

from app.first_talk.receipts import Opened, content_digest
from app.first_talk.rights import State
from app.kit.work import Actor, Office, Role
from tests.builders import CITY, LONGMATAN, FrozenClock, partner_key, person
from tests.first_talk import acts, claims
from tests.first_talk.claims import at, on

Browse = Callable[..., TestClient]

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def partner(office: Office, client: Browse) -> Callable[..., TestClient]:
    """A client with a partner's key of a district, with these scopes."""

    def make(*scopes: str, district: str = LONGMATAN) -> TestClient:
        made = client()
        made.headers["Authorization"] = f"Bearer {partner_key(office, *scopes, district=district)}"
        return made

    return make


def changing(version: int, key: str = "0f3c9e1a-1") -> dict[str, str]:
    return {"If-Match": f'"v{version}"', "Idempotency-Key": key}


def test_a_partner_lists_reads_and_releases_its_own_right(
    office: Office, partner: Callable[..., TestClient], longmatan: Actor
):
    filed = claims.file(office, longmatan, claims.enterprise(office))
    api = partner("first_talk:*")
    listed = api.get("/api/v1/first-talk-rights?state=submitted,notice&count=exact").json()
    assert (listed["total"], listed["items"][0]["number"]) == (1, "LMT-FT-2026-000001")
    read = api.get(f"/api/v1/first-talk-rights/{filed.right.id}")
    assert read.headers["ETag"] == f'"v{filed.right.version}"'
    body = read.json()
    assert body["state"] == {"code": "submitted", "label": "待审核"}
    assert (body["amount"], body["currency"]["code"]) == ("300000000.00", "CNY")
    assert body["last_day"] == "2026-03-23"
    assert body["hold_until"] == "2026-03-23T16:00:00Z"

    path = f"/api/v1/first-talk-rights/{filed.right.id}:release"
    bare = {"Idempotency-Key": "0f3c9e1a-0"}
    assert api.post(path, json={"reason": "x"}, headers=bare).status_code == 428
    stale = api.post(path, json={"reason": "x"}, headers=changing(99))
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/version-mismatch")
    done = api.post(path, json={"reason": "企业暂缓"}, headers=changing(filed.right.version))
    assert done.json()["state"]["code"] == "released"
    again = api.post(path, json={"reason": "企业暂缓"}, headers=changing(filed.right.version))
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == done.json()


def test_what_binds_needs_a_person(
    office: Office, client: Browse, partner: Callable[..., TestClient], longmatan, registrar
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    path = f"/api/v1/first-talk-rights/{right.id}:decide"
    refused = partner("first_talk:*").post(
        path, json={"agree": True}, headers=changing(right.version)
    )
    assert refused.status_code == 403
    wrong = client(registrar).post(path, json={"agree": False}, headers=changing(right.version))
    assert wrong.status_code == 422
    done = client(registrar).post(path, json={"agree": True}, headers=changing(right.version))
    assert done.json()["state"]["code"] == "notice"


def test_a_stranger_is_told_four_things_and_404_for_the_rest(
    office: Office, partner: Callable[..., TestClient], longmatan: Actor, jiangyang: Actor
):
    company = claims.enterprise(office)
    right = claims.file(office, longmatan, company).right
    claims.file(office, jiangyang, company)
    api = partner("first_talk:read", district="510502")
    row = next(
        one for one in api.get("/api/v1/first-talk-rights").json()["items"] if one["id"] == right.id
    )
    told = {name for name, value in row.items() if value not in (None, False)}
    assert told == {
        "id",
        "version",
        "number",
        "district",
        "division",
        "state",
        "last_day",
        "currency",
    }
    assert api.get(f"/api/v1/first-talk-rights/{right.id}").status_code == 404
    assert api.get(f"/api/v1/first-talk-rights/{right.id}/receipt").status_code == 404
    by_name = api.get(f"/api/v1/first-talk-rights?enterprise={company}").json()["items"]
    assert [one["district"]["code"] for one in by_name] == ["510502"]


def test_unknown_filters_and_bad_cursors_are_refused(partner: Callable[..., TestClient]):
    api = partner("first_talk:read")
    for query, kind in (
        ("mood=red", "bad-filter"),
        ("state=sleeping", "bad-filter"),
        ("limit=0", "bad-filter"),
        ("cursor=nonsense", "bad-cursor"),
    ):
        answer = api.get(f"/api/v1/first-talk-rights?{query}")
        assert (answer.status_code, answer.json()["type"]) == (400, f"/problems/{kind}")


def test_pages_of_the_register_neither_skip_nor_repeat(
    office: Office, partner: Callable[..., TestClient], longmatan: Actor
):
    for n in range(5):
        claims.file(office, longmatan, claims.enterprise(office, f"第{n}公司", None))
    api, seen, cursor = partner("first_talk:read"), [], ""
    while cursor is not None:
        page = api.get("/api/v1/first-talk-rights", params={"limit": 2, "cursor": cursor}).json()
        seen += [one["number"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert sorted(seen) == [f"LMT-FT-2026-00000{n}" for n in range(1, 6)]


def test_the_blind_check_has_a_scope_of_its_own_and_the_same_fields_for_every_answer(
    office: Office, partner: Callable[..., TestClient], longmatan: Actor
):
    claims.file(office, longmatan, claims.enterprise(office))
    path = "/api/v1/first-talk-rights:check"
    api = partner("first_talk:check", district="510502")
    held = api.post(path, json={"identity": claims.JIA, "division": "26"})
    free = api.post(path, json={"identity": claims.JIA, "division": "22"})
    assert held.json() == {
        "answer": {"code": "held", "label": "已被占有"},
        "holder": {"code": "510504", "label": "龙马潭区"},
        "last_day": "2026-03-23",
        "someone_filing": False,
    }
    assert free.json() == {
        "answer": {"code": "free", "label": "未被占有"},
        "holder": None,
        "last_day": None,
        "someone_filing": False,
    }
    wrong = api.post(path, json={"identity": claims.JIA[:-1] + "3"})
    told = [one["pointer"] for one in wrong.json()["errors"]]
    assert (wrong.status_code, told) == (422, ["/identity", "/division"])
    other = partner("lead:write").post(path, json={"identity": claims.JIA, "division": "26"})
    assert (other.status_code, other.json()["required_scope"]) == (403, "first_talk:check")


def test_cooperation_can_be_asked_of_another_holder_only(
    office: Office, partner: Callable[..., TestClient], longmatan: Actor
):
    claims.file(office, longmatan, claims.enterprise(office))
    path = "/api/v1/first-talk-rights:request-cooperation"
    asked = {"identity": claims.JIA, "division": "26"}
    key = {"Idempotency-Key": "0f3c9e1a-7"}
    other = partner("first_talk:check", district="510502")
    assert other.post(path, json=asked, headers=key).json()["holder"]["code"] == "510504"
    own = partner("first_talk:check")
    assert own.post(path, json=asked, headers=key).status_code == 409


def test_anybody_reads_the_public_fields_and_verifies_them_with_the_published_key(
    office: Office, client: Browse, longmatan: Actor
):
    for n in range(3):
        claims.file(office, longmatan, claims.enterprise(office, f"第{n}公司", None))
    visitor = client()
    page = visitor.get("/api/v1/ledger/entries?after=1&limit=2").json()
    assert [one["seq"] for one in page["items"]] == [2, 3]
    assert "公司" not in visitor.get("/api/v1/ledger/entries").text
    assert visitor.get(f"/api/v1/ledger/entries?after={10**30}").status_code == 400
    head = visitor.get("/api/v1/ledger/head").json()
    assert (head["seq"], head["digest"]) == (3, page["items"][1]["digest"])
    keys = {one["id"]: one for one in visitor.get("/.well-known/first-talk-keys.json").json()}
    for entry in page["items"]:
        raw = urlsafe_b64decode(keys[entry["key_id"]]["public_key"] + "=")
        signature = bytes.fromhex(entry["signature"].removeprefix("ed25519:"))
        digest = bytes.fromhex(entry["digest"].removeprefix("sha256:"))
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, digest)


def test_an_empty_ledger_has_a_head_of_its_own(client: Browse):
    head = client().get("/api/v1/ledger/head").json()
    assert (head["seq"], head["at"]) == (0, None)


def test_the_whole_ledger_is_verified_for_those_who_are_signed_in(
    office: Office, client: Browse, longmatan: Actor
):
    claims.file(office, longmatan, claims.enterprise(office))
    assert client().post("/api/v1/ledger:verify").status_code == 401
    checked = client(longmatan).post("/api/v1/ledger:verify").json()
    assert checked == {"entries": 1, "good": True, "bad_seq": None, "why": None}


def test_a_receipt_opens_its_own_digest(
    office: Office, partner: Callable[..., TestClient], longmatan: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    found = partner("first_talk:read").get(f"/api/v1/first-talk-rights/{right.id}/receipt").json()
    opened = Opened(found["content"], bytes.fromhex(found["salt"]))
    assert f"sha256:{content_digest(opened)}" == found["content_digest"]
    assert found["content"]["enterprise"] == "甲公司"
    assert "amount" not in found["content"]


def test_a_contested_case_goes_to_its_last_word_by_json(
    office: Office,
    client: Browse,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
):
    second = person(office, "second", Role.COORDINATOR, district=CITY)
    company = claims.enterprise(office)
    held = claims.file(office, longmatan, company).right
    behind = claims.file(office, jiangyang, company, first_talked_on=on("02-18")).right
    claims.agree(office, registrar, held.id)
    keys = iter(f"contested-{n}" for n in range(9))

    def post(actor: Actor, path: str, version: int, body: object) -> dict[str, Any]:
        headers = changing(version, next(keys))
        answer = client(actor).post(f"/api/v1/{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    objection = {"ground": "earlier_contact", "statement": "会议纪要在先"}
    case = post(jiangyang, f"first-talk-rights/{behind.id}:challenge", behind.version, objection)
    path = f"cases/{case['id']}"
    case = post(longmatan, f"{path}:answer", case["version"], {"answer": "我区在先"})
    key = partner_key(office, "first_talk:*", district=LONGMATAN)
    headers = changing(case["version"], next(keys)) | {"Authorization": f"Bearer {key}"}
    assert client().post(f"/api/v1/{path}:agree", json={}, headers=headers).status_code == 403
    clock.set(at("03-10", "09:00:00"))
    ruling = {"effect": "transfer", "reasons": "纪要日期在先"}
    case = post(registrar, f"{path}:rule", case["version"], ruling)
    case = post(longmatan, f"{path}:appeal", case["version"], {"statement": "日期有误"})
    last = {"reverse": True, "reasons": "核对原件"}
    case = post(second, f"{path}:rule-on-appeal", case["version"], last)
    assert (case["state"]["code"], case["reversed"]) == ("final", True)
    history = client(longmatan).get(f"/api/v1/first-talk-rights/{held.id}/history").json()
    assert "裁定" in str([move["move"]["label"] for move in history["moves"]])


def test_a_side_concedes_by_json_and_the_other_holds_the_right(
    office: Office, client: Browse, longmatan: Actor, jiangyang: Actor, registrar: Actor
):
    company = claims.enterprise(office)
    held = claims.file(office, longmatan, company).right
    behind = claims.file(office, jiangyang, company, first_talked_on=on("02-18")).right
    claims.agree(office, registrar, held.id)
    case = acts.object_to(office, jiangyang, behind.id)
    answer = client(longmatan).post(
        f"/api/v1/cases/{case.id}:agree", headers=changing(case.version)
    )
    assert answer.json()["effect"]["code"] == "transfer"
    assert claims.read(office, jiangyang, behind.id).state is State.ACTIVE


def test_letters_evidence_receipts_and_corrections_are_open_to_json(
    office: Office, client: Browse, longmatan: Actor, registrar: Actor
):
    filed = claims.file(office, longmatan, claims.enterprise(office))
    right = filed.right
    brought = acts.bring_letter(office, longmatan, right.id)
    holder, city = client(longmatan), client(registrar)
    waiting = city.get("/api/v1/first-talk-letters").json()["items"]
    assert [letter["id"] for letter in waiting] == [brought.letters[0].id]
    history = holder.get(f"/api/v1/first-talk-rights/{right.id}/history").json()
    proof = history["evidence"][0]
    assert holder.get(f"/api/v1/first-talk-evidence/{proof['id']}").text == "投资方来函或授权"
    number = filed.receipt.number
    assert holder.get(f"/api/v1/first-talk-receipts/{number}").json()["salt"]
    wrong = {"statement": "产品线有误", "reason": "来函"}
    made = city.post(
        f"/api/v1/first-talk-receipts/{number}:correct", json=wrong, headers=changing(1)
    )
    assert made.json()["content"]["corrects"] == number
    done = city.post(
        f"/api/v1/first-talk-letters/{brought.letters[0].id}:verify",
        headers=changing(1, "left-0001"),
    )
    assert done.json()["state"]["code"] == "enterprise_left"
    shown = holder.get(f"/api/v1/first-talk-rights/{right.id}/enterprise-left").json()
    assert shown["letters"][0]["verified_by_name"] == "registrar"
