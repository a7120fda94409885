"""How a unit comes to hold a right jointly (共引): one side asks, the other consents (§3, #8c).

    asked ─┬─ agreed
           ├─ refused
           └─ withdrawn

Only before the contract: what is asked about a right that has ended, or on a claim that its unit
has given up, is void, whatever is stored.
"""

from app.errors import IllegalTransition
from app.first_talk.rights import ENDINGS, State
from app.labels import LabelledEnum


class JoinState(LabelledEnum):
    """Where a request to hold jointly stands."""

    ASKED = "asked", "待对方同意"
    AGREED = "agreed", "已联合持有"
    REFUSED = "refused", "未同意"
    WITHDRAWN = "withdrawn", "已收回"
    VOID = "void", "已失效"


class JoinMove(LabelledEnum):
    """What happens to such a request."""

    AGREE = "agree", "同意"
    REFUSE = "refuse", "不同意"
    WITHDRAW = "withdraw", "收回"


JOIN_MOVES: dict[tuple[JoinState, JoinMove], JoinState] = {
    (JoinState.ASKED, JoinMove.AGREE): JoinState.AGREED,
    (JoinState.ASKED, JoinMove.REFUSE): JoinState.REFUSED,
    (JoinState.ASKED, JoinMove.WITHDRAW): JoinState.WITHDRAWN,
}


def counts_as(stored: JoinState, right: State, claim: State | None) -> JoinState:
    """The request as it counts while the right, and the joiner's claim, stand like this."""
    ended = right in ENDINGS or right is State.POOLED or claim is State.RELEASED
    return JoinState.VOID if stored is JoinState.ASKED and ended else stored


def after(state: JoinState, move: JoinMove) -> JoinState:
    """The state after a move; IllegalTransition when the table has none."""
    if (state, move) not in JOIN_MOVES:
        raise IllegalTransition(
            f"“{state.label}”的联合持有申请不能“{move.label}”",
            **{
                "from": state,
                "to": move,
                "allowed": [known for held, known in JOIN_MOVES if held is state],
            },
        )
    return JOIN_MOVES[state, move]
