"""How a version of a sharing agreement comes into force, and ends.

    draft ──▶ offered ──▶ confirmed ──▶ in_force ──▶ superseded
                 │            │            │
                 └────────────┴────────────┴──▶ terminated

A draft becomes fixed terms when it is offered. All parties that are districts confirm; where 市政府
must approve, the confirmed version waits for it. A newer version coming into force supersedes.
"""

from app.errors import IllegalTransition
from app.labels import LabelledEnum


class State(LabelledEnum):
    """Where a version stands."""

    DRAFT = "draft", "起草"
    OFFERED = "offered", "待各方确认"
    CONFIRMED = "confirmed", "各方已确认"
    IN_FORCE = "in_force", "生效"
    SUPERSEDED = "superseded", "已被替代"
    TERMINATED = "terminated", "已终止"


class Move(LabelledEnum):
    """What happens to a version; the label is the button."""

    OFFER = "offer", "提交各方确认"
    COMPLETE = "complete", "各方确认完毕"
    ENTER_FORCE = "enter_force", "生效"
    SUPERSEDE = "supersede", "由新版本替代"
    TERMINATE = "terminate", "终止"


MOVES: dict[tuple[State, Move], State] = {
    (State.DRAFT, Move.OFFER): State.OFFERED,
    (State.OFFERED, Move.COMPLETE): State.CONFIRMED,
    (State.OFFERED, Move.TERMINATE): State.TERMINATED,
    (State.CONFIRMED, Move.ENTER_FORCE): State.IN_FORCE,
    (State.CONFIRMED, Move.TERMINATE): State.TERMINATED,
    (State.IN_FORCE, Move.SUPERSEDE): State.SUPERSEDED,
    (State.IN_FORCE, Move.TERMINATE): State.TERMINATED,
}
"""Every move that exists, with the state it leads to."""

BINDING = frozenset({State.CONFIRMED, State.IN_FORCE})
ENDED = frozenset({State.SUPERSEDED, State.TERMINATED})


def after(state: State, move: Move) -> State:
    """The state that a move leads to; IllegalTransition when the table has no such move."""
    if (state, move) not in MOVES:
        raise IllegalTransition(
            f"“{state.label}”的版本不能“{move.label}”",
            **{"from": state, "to": move, "allowed": [m for s, m in MOVES if s is state]},
        )
    return MOVES[state, move]
