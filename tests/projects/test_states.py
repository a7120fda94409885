"""The status of a project: every change of the table, and none beside it."""

import pytest

from app.errors import IllegalTransition
from app.projects.states import Status, check_status_move, possible

ALLOWED = {
    (Status.CANDIDATE, Status.ACTIVE),
    (Status.CANDIDATE, Status.DROPPED),
    (Status.ACTIVE, Status.ON_HOLD),
    (Status.ACTIVE, Status.TRANSFERRED),
    (Status.ACTIVE, Status.DROPPED),
    (Status.ON_HOLD, Status.ACTIVE),
    (Status.ON_HOLD, Status.DROPPED),
    (Status.DROPPED, Status.ACTIVE),
}


@pytest.mark.parametrize("before", list(Status))
@pytest.mark.parametrize("after", list(Status))
def test_only_these_changes_of_status_exist(before: Status, after: Status):
    if (before, after) in ALLOWED:
        check_status_move(before, after)
        return
    with pytest.raises(IllegalTransition) as refusal:
        check_status_move(before, after)
    assert (refusal.value.members["from"], refusal.value.members["to"]) == (before, after)


def test_a_transferred_project_is_at_its_end():
    assert possible(Status.TRANSFERRED) == {}
