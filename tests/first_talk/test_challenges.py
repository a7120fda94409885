"""A case from objection to appeal: its clocks, its closing dates, what a ruling does."""

from dataclasses import replace
from datetime import datetime

import pytest

from app.errors import IllegalTransition
from app.first_talk.challenges import (
    CaseMove,
    CaseStanding,
    CaseState,
    Effect,
    Ground,
    Objection,
    ObjectionRefusal,
    move_of_holder,
    objection_refusal,
    open_grounds,
    opened,
    possible_effects,
)
from app.first_talk.rights import Move, Standing, State
from tests.first_talk.policies import CALENDAR, LUZHOU, SMALL, at, on

TABLE = {
    "negotiating": "agree:agreed talks_end:deciding close:closed",
    "hearing": "hear:deciding hearing_ends:deciding close:closed",
    "recorded": "conclude:final",
    "deciding": "agree:agreed rule:ruled conclude:final escalate:escalated close:closed",
    "escalated": "agree:agreed rule:ruled conclude:final no_ruling:undecided close:closed",
    "ruled": "appeal:appealed appeal_ends:final",
    "appealed": "rule_on_appeal:final ruling_stands:final",
    "agreed": "",
    "final": "",
    "undecided": "",
    "closed": "",
}

SUBMITTED = Standing(right_id="A", state=State.SUBMITTED, policy=LUZHOU, amount=SMALL)
NOTICE = SUBMITTED.after(Move.APPROVE, at("03-09"), CALENDAR)
ACTIVE = NOTICE.at(at("03-13"), CALENDAR)
OPENED = opened(LUZHOU, at("03-12", "15:00:00"), CALENDAR)


@pytest.mark.parametrize("move", list(CaseMove))
@pytest.mark.parametrize("state", list(CaseState))
def test_a_case_allows_the_moves_of_the_table_and_no_other(
    state: CaseState, move: CaseMove
) -> None:
    allowed = dict(pair.split(":") for pair in TABLE[state].split())
    case = CaseStanding(state, LUZHOU, None)
    if move in allowed:
        assert case.after(move, at("04-02"), CALENDAR).state == allowed[move]
        return
    with pytest.raises(IllegalTransition) as refused:
        case.after(move, at("04-02"), CALENDAR)
    assert set(refused.value.members["allowed"]) == set(allowed)


@pytest.mark.parametrize(
    ("now", "state", "until"),
    [
        (at("03-19", "23:59:59"), "negotiating", at("03-20")),
        (at("03-20"), "deciding", at("04-03")),
        (at("04-03"), "escalated", at("04-18")),
        (at("04-18"), "undecided", None),
    ],
)
def test_talks_then_decision_then_one_escalation_each_from_the_last_day_before(
    now: datetime, state: str, until: datetime | None
) -> None:
    case = OPENED.at(now, CALENDAR)  # A11
    assert (case.state, case.until) == (state, until)


def test_the_contested_right_goes_back_when_its_case_ends_undecided() -> None:
    contested = NOTICE.after(Move.OBJECT, at("03-12", "15:00:00"), CALENDAR)
    undecided = OPENED.at(contested.ruling_until, CALENDAR)
    assert undecided.state is CaseState.UNDECIDED
    assert OPENED.at(at("04-17", "23:59:59"), CALENDAR).state is CaseState.ESCALATED


def test_one_appeal_is_open_from_the_ruling_and_then_the_ruling_is_final() -> None:
    ruled = OPENED.at(at("04-02", "10:00:00"), CALENDAR).after(
        CaseMove.RULE, at("04-02", "10:00:00"), CALENDAR
    )
    assert ruled.until == at("04-18")
    assert ruled.at(at("04-18"), CALENDAR).state is CaseState.FINAL
    appealed = ruled.after(CaseMove.APPEAL, at("04-17"), CALENDAR)
    assert appealed.at(at("12-01"), CALENDAR).state is CaseState.FINAL


def object_to(
    held: Standing, now: datetime, ground: Ground = Ground.EARLIER_CONTACT, **changes: object
) -> ObjectionRefusal | None:
    objection = Objection(unit="510502", ground=ground, first_talked_on=on("02-25"))
    return objection_refusal(replace(objection, **changes), held, "510504", on("02-26"), now)


def test_earlier_contact_closes_with_the_notice_and_the_other_grounds_do_not() -> None:
    assert object_to(NOTICE, at("03-12", "23:59:59")) is None  # A11
    assert object_to(ACTIVE, at("03-13")) is ObjectionRefusal.TOO_LATE
    assert object_to(ACTIVE, at("03-13"), Ground.SAME_PROJECT) is None
    assert object_to(ACTIVE, at("03-13"), Ground.INACTIVE_HOLDER) is None


def test_a_policy_may_let_late_objections_in() -> None:
    late = replace(ACTIVE, policy=replace(LUZHOU, late_objection_days=10))
    assert object_to(late, at("03-22", "23:59:59")) is None
    assert object_to(late, at("03-23")) is ObjectionRefusal.TOO_LATE


def test_a_right_that_came_by_ruling_or_transfer_is_closed_to_earlier_contact() -> None:
    draft = Standing(right_id="B", state=State.DRAFT, policy=LUZHOU, amount=SMALL)
    awarded = draft.after(Move.AWARD, at("04-02"), CALENDAR)
    assert Ground.EARLIER_CONTACT not in open_grounds(awarded, at("04-02"))


def test_the_objector_must_have_talked_no_later_than_the_holder() -> None:
    now = at("03-10")
    assert object_to(NOTICE, now, first_talked_on=on("02-26")) is None
    assert object_to(NOTICE, now, first_talked_on=on("02-27")) is ObjectionRefusal.NOT_EARLIER
    assert object_to(NOTICE, now, first_talked_on=None) is ObjectionRefusal.NOT_EARLIER


def test_no_case_inside_the_family_and_none_against_what_does_not_stand_open() -> None:
    now = at("03-10")
    assert object_to(NOTICE, now, unit="changkai") is ObjectionRefusal.SAME_FAMILY
    contested = NOTICE.after(Move.OBJECT, now, CALENDAR)
    assert object_to(contested, now) is ObjectionRefusal.NOT_CONTESTABLE
    assert open_grounds(contested, now) == []


@pytest.mark.parametrize(
    ("held", "effect", "ground", "end"),
    [
        (NOTICE, Effect.UPHOLD, Ground.EARLIER_CONTACT, State.ACTIVE),
        (SUBMITTED, Effect.UPHOLD, Ground.SAME_PROJECT, State.NOTICE),
        (ACTIVE, Effect.SPLIT_BENEFIT, Ground.SAME_PROJECT, State.ACTIVE),
        (NOTICE, Effect.TRANSFER, Ground.EARLIER_CONTACT, State.REJECTED),
        (ACTIVE, Effect.TRANSFER, Ground.SAME_PROJECT, State.TRANSFERRED),
        (ACTIVE, Effect.TRANSFER, Ground.INACTIVE_HOLDER, State.LAPSED),
        (ACTIVE, Effect.SHORTEN, Ground.INACTIVE_HOLDER, State.ACTIVE),
    ],
)
def test_a_ruling_moves_the_row_it_was_made_on(
    held: Standing, effect: Effect, ground: Ground, end: State
) -> None:
    contested = held.after(Move.OBJECT, at("03-16"), CALENDAR)
    assert effect in possible_effects(Ground.SAME_PROJECT, contested)
    move = move_of_holder(effect, ground, contested)
    assert contested.after(move, at("04-02"), CALENDAR).state is end


def test_a_reversed_appeal_ends_a_right_that_is_already_running() -> None:
    assert move_of_holder(Effect.TRANSFER, Ground.EARLIER_CONTACT, ACTIVE) is Move.LOSE_RIGHT


def test_only_a_right_that_runs_can_be_shortened() -> None:
    contested = NOTICE.after(Move.OBJECT, at("03-12"), CALENDAR)
    assert Effect.SHORTEN not in possible_effects(Ground.SAME_PROJECT, contested)
