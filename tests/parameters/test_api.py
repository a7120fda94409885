"""Dictionaries and rules as a partner's system reads them."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.kit.work import Office
from tests.builders import partner_key

Client = Callable[..., TestClient]


@pytest.fixture
def partner(office: Office, client: Client) -> TestClient:
    """A client whose key may only read the feed: reference data needs no scope."""
    made = client()
    made.headers["Authorization"] = f"Bearer {partner_key(office, 'event:read')}"
    return made


def test_a_dictionary_comes_in_its_order(partner: TestClient):
    sources = partner.get("/api/v1/codes/lead_source").json()
    assert sources[0] == {"code": "referral", "label": "以商招商", "parent": "", "note": ""}
    assert len(sources) == 8


def test_a_dictionary_is_read_level_by_level(partner: TestClient):
    provinces = partner.get("/api/v1/codes/region", params={"parent": ""}).json()
    assert len(provinces) == 34
    assert {"code": "510500", "label": "泸州市", "parent": "510000", "note": ""} in partner.get(
        "/api/v1/codes/region", params={"parent": "510000"}
    ).json()


def test_an_unknown_dictionary_is_not_found(partner: TestClient):
    answer = partner.get("/api/v1/codes/nothing")
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/not-found"


def test_an_unknown_filter_is_refused(partner: TestClient):
    answer = partner.get("/api/v1/codes/region", params={"level": "1"})
    assert answer.status_code == 400
    assert answer.json()["type"] == "/problems/bad-filter"


def test_the_rules_of_a_day_name_their_version_and_their_authority(partner: TestClient):
    policy = partner.get("/api/v1/policies", params={"at": "2026-03-01"}).json()
    assert (policy["at"], policy["version"]) == ("2026-03-01", "luzhou_default/1")
    assert policy["status"] == {"code": "demo", "label": "演示值"}
    length = next(one for one in policy["first_talk"] if one["key"] == "length")
    assert length["title"] == "保护期"
    assert length["value"] == {"days": 90, "long_days": 180, "long_from": "1000000000.00"}
    assert length["reference"]
    assert "pool.capacity" in {one["key"] for one in policy["general"]}


def test_without_a_day_the_rules_are_todays(partner: TestClient):
    assert partner.get("/api/v1/policies").json()["at"] == "2026-03-02"


def test_a_day_before_all_rules_is_not_found(partner: TestClient):
    assert partner.get("/api/v1/policies", params={"at": "2020-01-01"}).status_code == 404


def test_without_a_key_nothing_is_told(client: Client):
    assert client().get("/api/v1/policies").status_code == 401
    assert client().get("/api/v1/codes/lead_source").status_code == 401
