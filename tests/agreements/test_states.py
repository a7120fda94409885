"""The table of moves, walked: every state with every move."""

from itertools import product

import pytest

from app.agreements.states import MOVES, Move, State, after
from app.errors import IllegalTransition

LEADS_TO = {
    "draft": {"offer": "offered"},
    "offered": {"complete": "confirmed", "terminate": "terminated"},
    "confirmed": {"enter_force": "in_force", "terminate": "terminated"},
    "in_force": {"supersede": "superseded", "terminate": "terminated"},
    "superseded": {},
    "terminated": {},
}


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
def test_each_move_from_each_state_is_made_or_refused(state: State, move: Move):
    expected = LEADS_TO[state].get(move)
    if expected is None:
        with pytest.raises(IllegalTransition) as refused:
            after(state, move)
        assert refused.value.members["allowed"] == list(LEADS_TO[state])
    else:
        assert after(state, move) == expected


def test_every_state_is_reached_and_two_are_final():
    assert {State.DRAFT, *MOVES.values()} == set(State)
    assert set(State) - {state for state, _ in MOVES} == {State.SUPERSEDED, State.TERMINATED}
