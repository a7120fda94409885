"""受理: who reviews a claim, said by name; no clock and no state moves by it."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.districts import service as districts
from app.errors import Conflict, Forbidden, IllegalTransition, VersionMismatch
from app.first_talk import agenda, taking_up
from app.first_talk.rights import Move
from app.kit.work import Actor, Office, Role
from tests.builders import CITY, FrozenClock, partner_key, person
from tests.first_talk import acts, claims
from tests.first_talk.claims import at

Browse = Callable[..., TestClient]


@pytest.fixture
def second(office: Office) -> Actor:
    """Another registrar."""
    return person(office, "second", Role.COORDINATOR, district=CITY)


def kinds(office: Office, reader: Actor) -> list[str]:
    with office.open(reader, reads=True) as work:
        return [one.kind for one in agenda.calls(work)]


def test_a_claim_is_taken_up_by_name_and_no_clock_moves(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor
):
    filed = claims.file(office, longmatan, claims.enterprise(office)).right
    clock.set(at("03-03", "09:00:00"))
    taken = acts.take_up(office, registrar, filed.id)
    changed = {"reviewer", "taken_up_at", "version", "own"}
    assert taken.model_dump(exclude=changed) == filed.model_dump(exclude=changed)
    assert (taken.reviewer, taken.taken_up_at) == ("registrar", at("03-03", "09:00:00"))
    last = claims.history(office, longmatan, filed.id)[0]
    assert (last.move.code, last.actor_name) == (Move.TAKE_UP, "registrar")
    with pytest.raises(Conflict):
        acts.take_up(office, registrar, filed.id)


def test_of_two_who_press_at_once_one_reviews_and_the_other_may_take_over(
    office: Office, longmatan: Actor, registrar: Actor, second: Actor
):
    filed = claims.file(office, longmatan, claims.enterprise(office)).right
    acts.take_up(office, registrar, filed.id)
    assert (kinds(office, registrar), kinds(office, second)) == (["审核"], [])
    with pytest.raises(VersionMismatch), office.open(second) as work:
        taking_up.take_up(work, filed.id, filed.version)
    assert acts.take_up(office, second, filed.id).reviewer == "second"
    assert (kinds(office, registrar), kinds(office, second)) == ([], ["审核"])
    with office.open() as work:
        districts.set_active(work, second.id, active=False)
    assert kinds(office, registrar) == ["审核"]


def test_only_what_waits_for_review_is_taken_up_and_never_by_a_party(
    office: Office, longmatan: Actor, registrar: Actor
):
    both = person(office, "both", Role.COORDINATOR, Role.OFFICER, district=CITY)
    own = claims.file(office, both, claims.enterprise(office)).right
    with pytest.raises(Forbidden):
        acts.take_up(office, both, own.id)
    lead = {"lead_id": "led_other", "division": "22"}
    other = claims.file(office, longmatan, claims.enterprise(office), **lead).right
    claims.reject(office, registrar, other.id)
    with pytest.raises(IllegalTransition):
        acts.take_up(office, registrar, other.id)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_page_shows_until_when_then_who_and_a_key_may_not(
    office: Office, client: Browse, clock: FrozenClock, longmatan: Actor, registrar: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    clock.set(at("03-04", "09:00:00"))
    browser, path = client(registrar), f"/first-talk/{right.id}"
    late = browser.get(path).text
    assert late.index("受理截止") < late.index("超期 1 天") < late.index("审核截止")
    key = client()
    key.headers["Authorization"] = f"Bearer {partner_key(office, 'first_talk:*')}"
    sent = {"If-Match": f'"v{right.version}"', "Idempotency-Key": "0f3c9e1a-1"}
    assert (
        key.post(f"/api/v1/first-talk-rights/{right.id}:take-up", headers=sent).status_code == 403
    )
    answer = browser.post(f"{path}/take-up", data={"_version": right.version})
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    shown = browser.get(path).text
    assert "03-04 由registrar受理" in shown
    assert "受理截止" not in shown
    assert f"{path}/take-up" not in shown
