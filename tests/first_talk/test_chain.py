"""When a project may be offered and taken over, and how the rows of a chain follow each other."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from app.first_talk import chain
from app.first_talk.chain import AcceptRefusal, OfferRefusal
from app.first_talk.progress import Filing, Record, Span
from app.first_talk.rights import Move, Standing, State
from tests.first_talk.policies import CALENDAR, LUZHOU, SMALL, at, on


@dataclass(frozen=True)
class Step:
    right_id: str
    received_id: str


A_TO_B, B_TO_C, OTHER = Step("a", "b"), Step("b", "c"), Step("x", "y")


def held() -> Standing:
    right = Standing(policy=LUZHOU, amount=SMALL, right_id="a", state=State.NOTICE)
    return right.after(Move.NOTICE_ENDS, at("06-01"), CALENDAR)


def pooled() -> Standing:
    declared = held().after(Move.DECLARE, at("06-15", "10:00:00"), CALENDAR)
    return declared.after(Move.POOL, at("06-18", "10:00:00"), CALENDAR)


def offer(
    standing: Standing, stale_on: date | None, day: str, *, declared: bool = False
) -> Move | OfferRefusal:
    return chain.offer_move(standing, stale_on, at(day), on(day), declared=declared)


def test_a_declared_right_is_pooled_and_a_pooled_one_offered_again_only_after_its_time() -> None:
    declared = held().after(Move.DECLARE, at("06-15", "10:00:00"), CALENDAR)
    assert declared.declared_until == at("06-19")
    assert offer(declared, None, "06-16", declared=True) is Move.POOL
    waiting = pooled()
    assert waiting.accept_until == at("06-27")
    last = chain.offer_move(waiting, None, at("06-26", "23:59:59"), on("06-26"), declared=True)
    assert last is OfferRefusal.STILL_OPEN
    assert offer(waiting, None, "06-27", declared=True) is Move.OFFER_AGAIN


def test_only_a_stale_receiver_loses_the_project() -> None:
    right = held()
    assert offer(right, None, "07-28") is OfferRefusal.NOT_DECLARED
    assert offer(right, on("07-28"), "07-28") is OfferRefusal.NOT_STALE
    assert offer(right, on("07-27"), "07-28") is Move.RECLAIM


@pytest.mark.parametrize(
    ("record", "through"),
    [
        (Record(on("06-26"), []), "07-27"),
        (Record(on("06-26"), [Filing(on("07-01"), substantive=True)]), "08-03"),
        (Record(on("06-26"), [Filing(on("07-01"), substantive=False)]), "07-27"),
        (Record(on("06-26"), [], [Span(on("07-01"), on("07-04"))]), "07-29"),
    ],
)
def test_a_receiver_has_a_month_from_its_last_event_or_its_start(
    record: Record, through: str
) -> None:
    assert chain.stale_through(record, held(), CALENDAR, on("07-28")) == on(through)
    timeless = replace(held(), policy=replace(LUZHOU, transfer_stale_months=None))
    assert chain.stale_through(record, timeless, CALENDAR, on("07-28")) is None


def test_a_pooled_project_is_taken_in_its_time_below_the_cap_and_by_nobody_barred() -> None:
    waiting, now, today = pooled(), at("06-26", "23:59:59"), on("06-26")
    assert chain.accept_refusal(waiting, 1, None, now, today) is None
    assert chain.accept_refusal(waiting, 2, None, now, today) is AcceptRefusal.MAX_TRANSFERS
    late = chain.accept_refusal(waiting, 0, None, at("06-27"), on("06-27"))
    assert late is AcceptRefusal.TOO_LATE
    assert chain.accept_refusal(waiting, 0, today, now, today) is AcceptRefusal.BARRED
    endless = replace(waiting, policy=replace(LUZHOU, max_transfers=None))
    assert chain.accept_refusal(endless, 9, None, now, today) is None


def test_a_chain_is_followed_back_to_the_first_talker_and_on_to_the_last_receiver() -> None:
    made = [OTHER, A_TO_B, B_TO_C]
    assert chain.before(made, "a") == []
    assert chain.before(made, "c") == [A_TO_B, B_TO_C]
    assert chain.around(made, "b") == [A_TO_B, B_TO_C]
    assert chain.around(made, "a") == [A_TO_B, B_TO_C]
