"""The status of a project beside its stage, and the moves between them.

    candidate ──▶ active ⇄ on_hold          active ──▶ transferred, with the receiving district
        │           │ ▲       │
        └───────────┴─┴───────┴──▶ dropped ──▶ active again

A candidate (储备) waits in the 合作项目库; making it active passes the gate of 在谈.
"""

from app.errors import IllegalTransition
from app.labels import LabelledEnum


class Status(LabelledEnum):
    """Whether a project is worked on."""

    CANDIDATE = "candidate", "储备"
    ACTIVE = "active", "推进中"
    ON_HOLD = "on_hold", "暂缓"
    DROPPED = "dropped", "终止"
    TRANSFERRED = "transferred", "已流转"


STATUS_MOVES: dict[tuple[Status, Status], str] = {
    (Status.CANDIDATE, Status.ACTIVE): "转入推进",
    (Status.CANDIDATE, Status.DROPPED): "移出项目库",
    (Status.ACTIVE, Status.ON_HOLD): "暂缓",
    (Status.ACTIVE, Status.TRANSFERRED): "流转给他区",
    (Status.ACTIVE, Status.DROPPED): "终止",
    (Status.ON_HOLD, Status.ACTIVE): "恢复推进",
    (Status.ON_HOLD, Status.DROPPED): "终止",
    (Status.DROPPED, Status.ACTIVE): "重新推进",
}
"""Every change of status, with the verb of its button."""


def possible(status: Status) -> dict[Status, str]:
    """The statuses that can follow, each with its verb."""
    return {after: verb for (before, after), verb in STATUS_MOVES.items() if before is status}


def check_status_move(before: Status, after: Status) -> None:
    """IllegalTransition when the table has no such change."""
    if (before, after) not in STATUS_MOVES:
        raise IllegalTransition(
            f"“{before.label}”的项目不能改为“{after.label}”",
            **{"from": before, "to": after, "allowed": list(possible(before))},
        )
