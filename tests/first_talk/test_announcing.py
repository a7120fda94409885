"""The warnings on record: each once, by however many workers, told to partner systems."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from app.first_talk import announcing
from app.first_talk.schemas import RightView
from app.kit.jobs import Tick, run_tick
from app.kit.trail import AuditEntry
from app.kit.work import Actor, Office
from tests.builders import LONGMATAN, FrozenClock, partner_key
from tests.first_talk import claims
from tests.first_talk.claims import at

Make = Callable[..., RightView]


def announce(office: Office) -> int:
    with office.open() as work:
        return announcing.announce(work)


def entered(office: Office, act: str) -> int:
    with office.open(reads=True) as work:
        found = select(AuditEntry.number).where(AuditEntry.act == act)
        return len(work.session.scalars(found).all())


def test_the_end_is_announced_thirty_ten_and_three_days_before_each_once(
    office: Office, clock: FrozenClock, active: Make
):
    active("03-09")  # ends 06-08
    for day, number in [
        ("05-08", 0),
        ("05-09", 1),
        ("05-20", 0),
        ("05-29", 1),
        ("06-05", 1),
        ("06-08", 0),
        ("06-09", 0),
    ]:
        clock.set(at(day))
        assert [announce(office), announce(office)] == [number, 0], day
    assert entered(office, "first_talk.expiring") == 3


def test_a_review_that_nobody_decided_is_escalated_on_record_once(
    office: Office, clock: FrozenClock, longmatan: Actor
):
    claims.file(office, longmatan, claims.enterprise(office))  # review to 03-05
    clock.set(at("03-05", "23:59:59"))
    assert announce(office) == 0
    clock.set(at("03-06"))
    assert [announce(office), announce(office)] == [1, 0]
    clock.set(at("03-24"))  # 公示 by time
    assert announce(office) == 0


def test_the_holders_system_reads_it_in_the_feed_and_a_stranger_does_not(
    office: Office, clock: FrozenClock, client: Callable[..., TestClient], active: Make
):
    right = active("03-09")
    clock.set(at("06-05"))
    announce(office)
    told = {}
    for district in (LONGMATAN, "510502"):
        key = partner_key(office, "event:read", "first_talk:read", district=district)
        answer = client().get(
            "/api/v1/events?after=0&types=first_talk.expiring",
            headers={"Authorization": f"Bearer {key}"},
        )
        told[district] = [one["resource_id"] for one in answer.json()["events"]]
    assert told == {LONGMATAN: [right.id], "510502": []}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_four_workers_through_a_day_announce_once(office: Office, clock: FrozenClock, active: Make):
    active("03-09")
    clock.set(at("06-05"))
    tick = Tick("first_talk.announce", announcing.announce, seconds=600)
    for _ in range(6):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: run_tick(office, tick), range(4)))
        clock.tick(hours=4)
    assert entered(office, "first_talk.expiring") == 1
