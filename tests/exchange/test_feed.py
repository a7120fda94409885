"""The event feed: every event once along the cursor, only of what the reader may see."""

from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from app.agreements import service as agreement_service
from app.exchange import events
from app.kit.work import Actor, Office, Role
from app.leads import service as leads
from app.leads.schemas import EditLead, LogLead
from tests.agreements import support as agreements
from tests.builders import CITY, JIANGYANG, LONGMATAN, NAXI, partner_key, person

Clients = Callable[..., TestClient]


@pytest.fixture
def officer(office: Office) -> Actor:
    """An officer of 龙马潭."""
    return person(office, "zhou", Role.OFFICER)


def logged(office: Office, actor: Actor, name: str) -> str:
    with office.open(actor) as work:
        command = LogLead(name=name, source="expo", if_taken="queue")
        return leads.log_lead(work, command).id


class Partner:
    """A receiver that remembers its cursor, as a partner's system does."""

    def __init__(self, browser: TestClient, key: str) -> None:
        self.browser, self.key, self.cursor = browser, key, "0"

    def ask(self, **query: object) -> dict[str, object]:
        return self.answer(**query).json()

    def answer(self, **query: object):
        headers = {"Authorization": f"Bearer {self.key}"}
        parameters = {"after": self.cursor, **query}
        return self.browser.get("/api/v1/events", params=parameters, headers=headers)

    def read(self, limit: int = 200) -> Iterator[dict[str, str]]:
        while True:
            page = self.ask(limit=limit)
            self.cursor = page["next_cursor"]
            if not page["events"]:
                return
            yield from page["events"]


@pytest.fixture
def partner(office: Office, client: Clients) -> Partner:
    """龙马潭's own system."""
    return Partner(client(), partner_key(office, "event:read", "lead:read", district=LONGMATAN))


def test_every_event_comes_once_and_in_order_however_small_the_page(
    office: Office, officer: Actor, partner: Partner
) -> None:
    ids = [logged(office, officer, f"岷江包装{number}号公司") for number in range(7)]
    created = [e for e in partner.read(limit=2) if e["type"] == "lead.created"]
    assert [event["resource_id"] for event in created] == ids
    assert [int(e["id"]) for e in created] == sorted({int(e["id"]) for e in created})
    assert list(partner.read()) == []
    late = logged(office, officer, "后来的公司")
    assert [e["resource_id"] for e in partner.read() if e["type"] == "lead.created"] == [late]


def test_an_event_is_thin_and_its_link_leads_to_the_record(
    office: Office, officer: Actor, partner: Partner
) -> None:
    id = logged(office, officer, "岷江包装公司")
    event = next(e for e in partner.read() if e["type"] == "lead.created")
    assert set(event) == {"id", "type", "at", "resource_id", "version", "link"}
    headers = {"Authorization": f"Bearer {partner.key}"}
    assert partner.browser.get(event["link"], headers=headers).json()["id"] == id


def test_another_district_gets_nothing_of_it(
    office: Office, officer: Actor, client: Clients
) -> None:
    logged(office, officer, "岷江包装公司")
    stranger = Partner(client(), partner_key(office, "event:read", district=JIANGYANG))
    assert list(stranger.read()) == []
    assert int(stranger.cursor) > 0


def test_types_narrow_and_the_cursor_still_moves_on(
    office: Office, officer: Actor, partner: Partner
) -> None:
    id = logged(office, officer, "岷江包装公司")
    with office.open(officer) as work:
        leads.edit(work, id, EditLead(note="改一次"), None)
    page = partner.ask(types="lead.updated")
    assert {event["type"] for event in page["events"]} == {"lead.updated"}
    partner.cursor = page["next_cursor"]
    assert partner.ask(types="lead.created")["events"] == []


def test_an_empty_answer_says_when_to_ask_again(partner: Partner) -> None:
    list(partner.read())
    assert partner.answer().headers["retry-after"] == "30"


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"after": "x"}, "/problems/bad-cursor"),
        ({"after": "-1"}, "/problems/bad-cursor"),
        ({"types": "lead.eaten"}, "/problems/bad-filter"),
        ({"limit": "0"}, "/problems/bad-filter"),
    ],
)
def test_a_wrong_question_is_a_problem_document(
    partner: Partner, query: dict[str, str], problem: str
) -> None:
    answer = partner.answer(**query)
    assert (answer.status_code, answer.json()["type"]) == (400, problem)


def test_the_feed_needs_its_own_scope(office: Office, client: Clients) -> None:
    partner = Partner(client(), partner_key(office, "lead:*"))
    answer = partner.answer()
    assert (answer.status_code, answer.json()["required_scope"]) == (403, "event:read")


@pytest.mark.parametrize(
    ("kind", "act", "changes", "expected"),
    [
        ("lead", "lead.log", {"id": [None, "led_1"]}, "lead.created"),
        ("lead", "lead.claim", {"division": [None, "22"]}, "lead.claimed"),
        ("project", "project.move", {"stage": ["negotiating", "signed"]}, "project.stage_changed"),
        ("project", "project.edit", {"name": ["a", "b"]}, None),
        ("first_talk_right", "lead.log", {"id": [None, "f"]}, "first_talk.registered"),
        ("first_talk_right", "x", {"state": ["notice", "active"]}, "first_talk.confirmed"),
        ("first_talk_right", "x", {"state": ["active", "expired"]}, "first_talk.ended"),
        ("first_talk_right", "x", {"state": ["active", "contested"]}, "first_talk.challenged"),
        ("agreement_version", "x", {"state": ["confirmed", "in_force"]}, "agreement.in_force"),
        ("agreement_version", "x", {"state": ["draft", "offered"]}, None),
        ("agreement", "x", {"state": ["confirmed", "in_force"]}, None),
        ("user_account", "user.create", {"id": [None, "usr_1"]}, None),
    ],
)
def test_a_change_has_its_public_name(
    kind: str, act: str, changes: dict[str, list[object]], expected: str | None
) -> None:
    assert events.event_type(kind, act, changes) == expected
    assert expected is None or expected in events.TYPES


def test_every_version_of_an_agreement_is_told_to_its_parties_and_nobody_else(
    office: Office, client: Clients
) -> None:
    ours, theirs = (
        person(office, place, Role.NEGOTIATOR, district=place) for place in (LONGMATAN, NAXI)
    )
    first, second = (
        person(office, name, Role.COORDINATOR, district=CITY) for name in ("first", "second")
    )
    version = agreements.confirmed(office, ours, theirs)
    agreements.enter(office, first, version, "1号")
    agreements.approve(office, second, version, "1号")
    agreements.amend(office, ours, version.agreement_id)
    with office.open(ours) as work:
        newer = agreement_service.offer(work, version.agreement_id, 2)
    agreements.record(office, ours, newer)
    for actor in (ours, theirs):
        agreements.confirm(office, actor, newer)
    told = ["agreement.confirmed", "agreement.in_force", "agreement.confirmed"]
    partners = {
        place: Partner(
            client(), partner_key(office, "event:read", "agreement:read", district=place)
        )
        for place in (LONGMATAN, NAXI, JIANGYANG)
    }
    for place, expected in ((LONGMATAN, told), (NAXI, told), (JIANGYANG, [])):
        assert [event["type"] for event in partners[place].read()] == expected
    agreements.enter(office, first, newer, "2号")
    agreements.approve(office, second, newer, "2号")
    late = list(partners[NAXI].read())
    assert {(event["type"], event["link"][-1]) for event in late} == {
        ("agreement.superseded", "1"),
        ("agreement.in_force", "2"),
    }
    headers = {"Authorization": f"Bearer {partners[NAXI].key}"}
    for event in late:
        seen = partners[NAXI].browser.get(event["link"], headers=headers).json()
        assert seen["agreement_id"] == event["resource_id"] == version.agreement_id


def test_the_api_is_described_to_callers_only(office: Office, client: Clients) -> None:
    key = partner_key(office, "lead:read")
    document = client().get("/openapi.json", headers={"Authorization": f"Bearer {key}"}).json()
    assert "/api/v1/leads" in document["paths"]
    assert client().get("/openapi.json").status_code == 401
