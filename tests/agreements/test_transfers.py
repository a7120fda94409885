"""An agreement on a first-talk transfer (流转): who may draft it, on what, and what it changes."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from app.agreements import openings, service
from app.agreements.filling import typed
from app.agreements.schemas import AgreementView, Amend, VersionView
from app.agreements.states import State
from app.errors import Conflict, Invalid, NotFound
from app.first_talk import pool
from app.first_talk.schemas import RightView
from app.first_talk.transfer_models import Transfer
from app.kit.work import Actor, Office, Role
from tests.agreements import support
from tests.agreements.support import IN, OUT
from tests.builders import CITY, JIANGYANG, LONGMATAN, NAXI, FrozenClock, partner_key, person
from tests.first_talk import acts, claims
from tests.first_talk.claims import at

Client = Callable[..., TestClient]
THREE = [{"years": [1, None], "weights": {OUT: "3", IN: "7"}}]
ELSEWHERE = [{"name": OUT, "district": LONGMATAN}, {"name": IN, "district": JIANGYANG}]


@dataclass
class Handed:
    """A transfer of 甲公司, from 龙马潭区 to 纳溪区, and the rights of both."""

    id: str
    given: str
    received: str
    number: str


Hand = Callable[..., Handed]


@pytest.fixture
def pooled(office: Office, clock: FrozenClock) -> RightView:
    """甲公司 of 龙马潭区, without land and in the pool."""
    holder = person(office, "holder", Role.OFFICER, district=LONGMATAN)
    registrar = person(office, "registrar", Role.COORDINATOR, district=CITY)
    company = claims.enterprise(office)
    right = claims.file(office, holder, company).right
    claims.agree(office, registrar, right.id)
    clock.set(at("03-09"))
    claims.begin(office, right.id)
    acts.declare(office, holder, right.id)
    return acts.offer(office, registrar, right.id)


@pytest.fixture
def hand_on(office: Office, pooled: RightView) -> Hand:
    """纳溪区 takes it over, with the document that the test gives."""
    taker = person(office, "taker", Role.OFFICER, district=NAXI)

    def accept(scheme: dict[str, Any] | None) -> Handed:
        received = acts.accept(office, taker, pooled, scheme=scheme)
        with office.open(taker, reads=True) as work:
            step = pool.transfer(work, received.id).steps[-1]
        return Handed(step.id, pooled.id, received.id, received.number)

    return accept


@pytest.fixture
def handed(hand_on: Hand) -> Handed:
    """Taken over, on the scheme of these tests."""
    return hand_on(support.scheme())


@pytest.fixture
def partner(client: Client, office: Office) -> Iterator[TestClient]:
    """The system of 龙马潭区."""
    browser = client()
    key = partner_key(office, "agreement:*", "first_talk:read", district=LONGMATAN)
    browser.headers["Authorization"] = f"Bearer {key}"
    return browser


def draft(office: Office, actor: Actor, transfer: Handed, **changes: Any) -> AgreementView:
    command = support.command(**({"kind": "first_talk_benefit"} | changes))
    with office.open(actor) as work:
        return service.draft(work, command, transfer.id)


def offer(office: Office, actor: Actor, made: AgreementView) -> VersionView:
    with office.open(actor) as work:
        return service.offer(work, made.id, 1)


def fields(office: Office, actor: Actor, transfer: Handed) -> dict[str, object]:
    """The editor of a new agreement on a transfer, as a browser would send it."""
    with office.open(actor, reads=True) as work:
        return typed(openings.of_transfer(work, transfer.id))


def test_either_side_drafts_from_the_page_of_its_transfer(
    client: Client, office: Office, handed: Handed, ours: Actor, theirs: Actor
):
    for actor, right in ((ours, handed.given), (theirs, handed.received)):
        page = client(actor).get(f"/first-talk/{right}/transfer").text
        assert f'href="/agreements/new?transfer={handed.id}"' in page
    browser = client(theirs)
    editor = browser.get(f"/agreements/new?transfer={handed.id}")
    assert editor.status_code == 200
    assert f'name="transfer" value="{handed.id}"' in editor.text
    assert 'value="甲公司首谈利益分享协议"' in editor.text
    made = browser.post("/agreements", data=fields(office, theirs, handed))
    assert made.status_code == 303
    page = browser.get(made.headers["location"]).text
    assert f'<a href="/first-talk/{handed.received}/transfer">{OUT} → {IN}</a>' in page
    assert handed.number in page
    assert "与流转所附方案一致" in page
    assert "须经同意" in page


def test_the_draft_begins_with_both_sides_and_the_document(
    office: Office, handed: Handed, ours: Actor
):
    with office.open(ours, reads=True) as work:
        sheet = openings.of_transfer(work, handed.id)
    assert [(row.name, row.district) for row in sheet.parties] == [(OUT, LONGMATAN), (IN, NAXI)]
    assert (sheet.kind, sheet.transfer) == ("first_talk_benefit", handed.id)
    assert sheet.term.years == "10"


def test_without_a_document_the_draft_begins_with_both_sides_alone(
    client: Client, office: Office, hand_on: Hand, ours: Actor
):
    handed = hand_on(None)
    with office.open(ours, reads=True) as work:
        sheet = openings.of_transfer(work, handed.id)
    assert [(row.name, row.district) for row in sheet.parties] == [(OUT, LONGMATAN), (IN, NAXI)]
    assert sheet.split == []
    made = draft(office, ours, handed)
    assert "流转未附方案" in client(ours).get(f"/agreements/{made.id}").text


def test_what_the_agreement_changes_is_said_clause_by_clause(
    client: Client, office: Office, handed: Handed, ours: Actor
):
    made = draft(office, ours, handed, scheme=support.scheme(split=THREE, notes="另行约定"))
    page = client(ours).get(f"/agreements/{made.id}").text
    assert "与流转所附方案不同" in page
    with office.open(ours, reads=True) as work:
        departures = service.version(work, made.id, 1).departures
    assert [(change.before is None, change.after) for change in departures] == [
        (False, "合同第 1 年起（自 2028 年 1 月 1 日），按 “龙马潭区” 3 : “纳溪区” 7 分享。"),
        (True, "另行约定"),
        (False, None),
    ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_system_drafts_on_a_transfer(partner: TestClient, handed: Handed):
    document = partner.get(f"/api/v1/first-talk-transfers/{handed.id}/scheme").json()
    body = support.command(scheme=document, kind="first_talk_benefit").model_dump(mode="json")
    sent = body | {"transfer_id": handed.id}
    made = partner.post("/api/v1/agreements", json=sent, headers={"Idempotency-Key": "first-key"})
    assert made.status_code == 201
    transfer = made.json()["transfer"]
    assert (transfer["id"], transfer["right_id"]) == (handed.id, handed.given)
    read = partner.get(f"/api/v1/agreements/{made.json()['id']}/versions/1").json()
    assert read["departures"] == []
    again = partner.post("/api/v1/agreements", json=sent, headers={"Idempotency-Key": "other-key"})
    assert again.status_code == 409
    assert again.json()["number"] == made.json()["number"]


def test_a_draft_that_one_side_knows_holds_up_its_own_side_alone(
    client: Client, office: Office, handed: Handed, ours: Actor, theirs: Actor
):
    mine = draft(office, ours, handed)
    with pytest.raises(Conflict) as second:
        draft(office, ours, handed)
    assert second.value.members == {"number": mine.number}
    editor = client(theirs).get(f"/agreements/new?transfer={handed.id}")
    assert (editor.status_code, mine.number in editor.text) == (200, False)
    assert draft(office, theirs, handed).number != mine.number


def test_who_offers_first_is_ahead_and_the_other_side_is_told_so(
    client: Client, office: Office, handed: Handed, ours: Actor, theirs: Actor
):
    mine, late = draft(office, ours, handed), draft(office, theirs, handed)
    offer(office, ours, mine)
    browser = client(theirs)
    refused = browser.post(f"/agreements/{late.id}/versions/1/offer", data={"_key": "late"})
    assert refused.status_code == 409
    assert f"{OUT}已就这次流转提交协议 {mine.number}（待各方确认）" in refused.text
    early = browser.get(f"/agreements/new?transfer={handed.id}")
    assert (early.status_code, mine.number in early.text) == (409, True)
    with office.open(theirs, reads=True) as work:
        assert service.version(work, late.id, 1).state is State.DRAFT


def test_of_two_who_offer_on_a_transfer_at_once_the_later_is_told_of_the_other(
    office: Office, handed: Handed, ours: Actor, theirs: Actor
):
    made = {ours: draft(office, ours, handed), theirs: draft(office, theirs, handed)}
    start = Barrier(2)

    def attempt(actor: Actor) -> tuple[bool, str]:
        start.wait()
        try:
            offer(office, actor, made[actor])
        except Conflict as second:
            return False, second.members["number"]
        return True, made[actor].number

    with ThreadPoolExecutor(2) as threads:
        (one, number), (other, told) = threads.map(attempt, made)
    assert (one is not other, number) == (True, told)


def test_an_ended_agreement_makes_room_for_another_and_stays_ended(
    office: Office, handed: Handed, ours: Actor, theirs: Actor
):
    made, other = draft(office, ours, handed), draft(office, theirs, handed)
    support.terminate(office, theirs, offer(office, ours, made))
    offer(office, theirs, other)
    with office.open(ours) as work, pytest.raises(Conflict) as again:
        service.amend(work, made.id, Amend())
    assert again.value.members == {"number": other.number}


def test_an_agreement_on_a_transfer_goes_through_its_versions(
    office: Office, handed: Handed, ours: Actor, theirs: Actor
):
    made = draft(office, ours, handed)
    support.terminate(office, theirs, offer(office, ours, made))
    with office.open(ours) as work:
        service.amend(work, made.id, Amend())
        changed = support.command(kind="first_talk_benefit", scheme=support.scheme(split=THREE))
        version = service.edit(work, made.id, 2, changed)
    assert len(version.departures) == 2


def test_who_has_no_part_in_a_transfer_drafts_nothing_on_it(
    client: Client, office: Office, handed: Handed, stranger: Actor
):
    with pytest.raises(NotFound):
        draft(office, stranger, handed)
    assert client(stranger).get(f"/agreements/new?transfer={handed.id}").status_code == 404


def test_a_later_receiver_reads_an_earlier_transfer_but_drafts_nothing_on_it(
    office: Office, clock: FrozenClock, handed: Handed, stranger: Actor
):
    registrar = person(office, "other_registrar", Role.COORDINATOR, district=CITY)
    taker = person(office, "later_taker", Role.OFFICER, district=JIANGYANG)
    clock.set(at("05-06"))
    again = acts.offer(office, registrar, handed.received)
    acts.accept(office, taker, again)
    with office.open(stranger, reads=True) as work:
        assert pool.scheme(work, handed.id) == support.scheme()
        with pytest.raises(NotFound):
            openings.of_transfer(work, handed.id)


def test_nothing_is_drafted_on_a_transfer_before_it_is_accepted(
    client: Client, office: Office, pooled: RightView, ours: Actor
):
    with office.open(ours, reads=True) as work:
        waiting = work.session.scalars(
            select(Transfer.id).where(Transfer.right_id == pooled.id)
        ).one()
    assert client(ours).get(f"/agreements/new?transfer={waiting}").status_code == 404


def test_giver_and_receiver_are_parties_of_the_agreement(
    office: Office, handed: Handed, ours: Actor
):
    with pytest.raises(Invalid) as refusal:
        draft(office, ours, handed, parties=ELSEWHERE)
    assert [issue.code for issue in refusal.value.issues] == ["transfer"]
    made = draft(office, ours, handed)
    with office.open(ours) as work, pytest.raises(Invalid) as edited:
        service.edit(work, made.id, 1, support.command(parties=ELSEWHERE))
    assert [issue.code for issue in edited.value.issues] == ["transfer"]
