"""The table of the rules (§3), written down a second time: every state against every move.

DOCUMENT has the rows in the order of the rules: number, from, what happens, to. Where the rules
say "any blocking" or "any live or pooled", the states are spelled out. Nothing here is read from
`MOVES`; who may make which move is in the access matrix.
"""

import pytest

from app.errors import IllegalTransition
from app.first_talk.rights import ENDINGS, LIVE, Move, Standing, State
from tests.first_talk.policies import CALENDAR, LUZHOU, SMALL, at

BLOCKING = "submitted identity_check notice contested active suspended extension_pending"
ENDED = "converted expired lapsed released enterprise_left revoked transferred rejected"

DOCUMENT = [
    ("1", "draft", "file", "submitted"),
    ("1q", "draft incomplete", "queue", "queued"),
    ("1s", "queued", "promote", "submitted"),
    ("1r", "queued", "taken", "rejected"),
    ("1t", "draft incomplete", "refuse", "rejected"),
    ("2", "draft", "file_incomplete", "incomplete"),
    ("2", "incomplete", "file", "submitted"),
    ("2r", "incomplete", "fix_ends", "rejected"),
    ("3", "submitted", "check_identity", "identity_check"),
    ("4", "submitted identity_check", "take_up", "the same"),
    ("4", "submitted identity_check", "approve", "notice"),
    ("4", "submitted identity_check", "reject", "rejected"),
    ("4u", "submitted identity_check", "silence", "notice"),
    ("5", "notice", "notice_ends", "active"),
    ("6", "submitted identity_check notice active", "object", "contested"),
    ("7", "contested", "uphold", "active"),
    ("7", "contested", "uphold_to_notice", "notice"),
    ("7b", "queued draft", "award", "active"),
    ("7b", "contested", "lose_hold", "rejected"),
    ("7b", "contested active", "lose_inactive", "lapsed"),
    ("7b", "contested active", "lose_right", "transferred"),
    ("7s", "contested active", "shorten", "active"),
    ("7u", "contested", "no_ruling", "the state before"),
    ("8", "active", "report", "active"),
    ("8", "active", "progress", "active"),
    ("8", "extension_pending", "report", "extension_pending"),
    ("8", "extension_pending", "progress", "extension_pending"),
    ("8, while the clock stands", "suspended", "progress", "suspended"),
    ("8f 8c", BLOCKING, "join", "the same"),
    ("10", "active", "notify_lapse", "active"),
    ("10", "active", "lapse", "lapsed"),
    ("11", "active", "ask_extension", "extension_pending"),
    ("11", "extension_pending", "grant_extension", "active"),
    ("11", "extension_pending", "expire", "expired"),
    ("11r", "extension_pending", "refuse_extension", "active"),
    ("§8, its year is published", "active extension_pending", "fix_end", "the same"),
    ("12", "active", "suspend", "suspended"),
    ("12", "suspended", "resume", "active"),
    ("13", "active extension_pending suspended", "convert", "converted"),
    *(
        (
            f"13, {what} before it is a right",
            "submitted identity_check notice contested queued incomplete",
            what,
            "the same",
        )
        for what in ("sign", "unsign")
    ),
    ("14", "active", "declare", "active"),
    ("14", "active", "pool", "pooled"),
    ("15", "pooled", "hand_over", "transferred"),
    ("15", "draft", "take_over", "active"),
    ("15c", "pooled", "offer_again", "pooled"),
    ("15c", "pooled", "close_pool", "released"),
    ("15t", "pooled", "no_taker", "released"),
    ("16", "active", "reclaim", "pooled"),
    ("17", f"{BLOCKING} pooled", "enterprise_leaves", "enterprise_left"),
    (
        "18",
        f"draft incomplete queued {BLOCKING} pooled {ENDED}".replace(" revoked", ""),
        "revoke",
        "revoked",
    ),
    ("19", "active", "expire", "expired"),
    ("§4, collision", "submitted identity_check notice active", "collide", "queued"),
    ("20", f"{BLOCKING} queued incomplete", "release", "released"),
]
ALLOWED = {(state, move): to for _, states, move, to in DOCUMENT for state in states.split()}


def row(state: State) -> Standing:
    """A row in this state; a contest interrupted its 公示."""
    return Standing(
        right_id="A", state=state, policy=LUZHOU, amount=SMALL, interrupted=State.NOTICE
    )


def test_the_document_names_no_state_and_no_move_twice_or_wrong() -> None:
    assert sum(len(states.split()) for _, states, _, _ in DOCUMENT) == len(ALLOWED)
    assert {move for _, move in ALLOWED} == set(Move)
    assert {state for state, _ in ALLOWED} == {*State} - {State.REVOKED}


@pytest.mark.parametrize("move", list(Move))
@pytest.mark.parametrize("state", list(State))
def test_every_state_allows_the_moves_of_the_table_and_no_other(state: State, move: Move) -> None:
    to = ALLOWED.get((state.value, move.value))
    if to is not None:
        after = row(state).after(move, at("03-02"), CALENDAR)
        expected = {"the same": state, "the state before": State.NOTICE}.get(to, to)
        assert after.state == expected
        assert (after.ended_at is not None) is (after.state in ENDED.split())
        return
    with pytest.raises(IllegalTransition) as refused:
        row(state).after(move, at("03-02"), CALENDAR)
    members = refused.value.members
    assert (members["from"], members["to"]) == (state, move)
    assert {*members["allowed"]} == {move for known, move in ALLOWED if known == state.value}


def test_the_table_reaches_every_state_but_the_draft() -> None:
    reached = {*ALLOWED.values()} - {"the same", "the state before"}
    assert reached == {*State} - {State.DRAFT}


def test_the_blocking_states_and_the_endings_are_those_of_the_rules() -> None:
    assert {*LIVE} == {*BLOCKING.split()}
    assert {*ENDINGS} == {*ENDED.split()}
    assert not {*LIVE} & {*ENDINGS}
