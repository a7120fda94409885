"""The eight endings stay apart: each is reached, told everywhere alike, and opens what it opens."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from app.first_talk import service
from app.first_talk.rights import ENDINGS, State
from app.first_talk.schemas import RightView
from app.kit.work import Actor, Office
from tests.builders import FrozenClock
from tests.first_talk import acts, claims
from tests.first_talk.claims import at


@dataclass(frozen=True)
class Cast:
    """A right of 龙马潭区 that runs since 2026-03-09, and who can do something about it."""

    office: Office
    clock: FrozenClock
    holder: Actor
    rival: Actor
    registrar: Actor
    right: RightView


@pytest.fixture
def cast(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
    active: Callable[..., RightView],
) -> Cast:
    return Cast(office, clock, longmatan, jiangyang, registrar, active())


def convert(cast: Cast) -> None:
    cast.clock.set(at("04-01", "10:00:00"))
    acts.convert(cast.office, cast.holder, cast.right)


def expire(cast: Cast) -> None:
    cast.clock.set(at("06-09"))


def lapse(cast: Cast) -> None:
    cast.clock.set(at("04-24", "08:00:00"))
    with cast.office.open() as work:
        service.notify_lapses(work)
    cast.clock.set(at("05-07"))


def release(cast: Cast) -> None:
    acts.release(cast.office, cast.holder, cast.right.id)


def leave(cast: Cast) -> None:
    brought = acts.bring_letter(cast.office, cast.holder, cast.right.id)
    acts.verify_letter(cast.office, cast.registrar, brought)


def revoke(cast: Cast) -> None:
    acts.revoke(cast.office, cast.registrar, cast.holder, cast.right.id)


def transfer(cast: Cast) -> None:
    acts.declare(cast.office, cast.holder, cast.right.id)
    pooled = acts.offer(cast.office, cast.registrar, cast.right.id)
    acts.accept(cast.office, cast.rival, pooled)


def reject(cast: Cast) -> None:
    """Never a right: a filing while another's runs."""


COURSES: dict[State, Callable[[Cast], None]] = {
    State.CONVERTED: convert,
    State.EXPIRED: expire,
    State.LAPSED: lapse,
    State.RELEASED: release,
    State.ENTERPRISE_LEFT: leave,
    State.REVOKED: revoke,
    State.TRANSFERRED: transfer,
    State.REJECTED: reject,
}
# What a third unit's filing becomes after it.
OPENS = {
    State.CONVERTED: "window_closed",
    State.TRANSFERRED: "first_talk_taken",
    State.REJECTED: "first_talk_taken",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_each_ending_is_reached_told_alike_and_opens_the_subject_or_not(
    cast: Cast, naxi: Actor, ending: State
):
    company, office = cast.right.enterprise_id, cast.office
    COURSES[ending](cast)
    third = claims.file(office, naxi, company).right
    told = third.reason.value if third.reason else third.state.value
    assert told == OPENS.get(ending, "submitted")
    owner, id = cast.holder, cast.right.id
    if ending is State.REJECTED:
        owner, id = naxi, third.id
    ended = claims.read(office, owner, id)
    assert (ended.state, ended.ended_at is None) == (ending, False)
    assert ending.label in [state for _, state in claims.listed(office, owner, state=[ending])]
    assert claims.history(office, owner, id)[0].state is ending


def test_there_are_eight():
    assert len(COURSES) == len(ENDINGS) == 8
    assert set(COURSES) == set(ENDINGS)
