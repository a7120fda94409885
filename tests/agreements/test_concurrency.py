"""The last two parties confirm at the same moment: the second waits, then sees the first."""

from threading import Thread

import pytest

from app.agreements import service
from app.agreements.schemas import Confirm
from app.agreements.states import State
from app.kit.work import Actor, Office
from tests.agreements import support


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_two_last_confirmations_at_once_confirm_the_version(
    office: Office, ours: Actor, theirs: Actor
):
    version = support.offered(office, ours)
    other = Thread(target=support.confirm, args=(office, theirs, version))
    with office.open(ours) as work:
        service.confirm(work, version.agreement_id, 1, Confirm(digest=version.digest))
        other.start()
        other.join(timeout=1)
        assert other.is_alive()
    other.join()
    with office.open(ours, reads=True) as work:
        assert service.version(work, version.agreement_id, 1).state is State.CONFIRMED
