"""今日必办 of leads and projects: the clocks of one's own, for the head of all."""

from collections.abc import Callable
from datetime import date

import pytest
from starlette.testclient import TestClient

from app.kit.work import Actor, Office
from app.leads import agenda, service
from app.leads.schemas import LogLead, LogProgress
from tests.builders import FrozenClock

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def calls(office: Office, reader: Actor) -> list[tuple[str, str, date]]:
    with office.open(reader, reads=True) as work:
        return [(one.kind, one.title, one.due_on) for one in agenda.calls(work)]


def log(office: Office, actor: Actor) -> str:
    with office.open(actor) as work:
        command = LogLead(name="西安秦泽航空零部件有限公司", source="expo", if_taken="queue")
        return service.log_lead(work, command).id


def test_a_new_lead_calls_its_owner_and_the_head_for_the_first_response(
    office: Office, officer: Actor, colleague: Actor, head: Actor, rival: Actor
):
    log(office, officer)
    [call] = calls(office, officer)
    assert call[:2] == ("首次响应", "西安秦泽航空零部件有限公司")
    assert call[2] > date(2026, 3, 2)
    assert calls(office, head) == [call]
    assert calls(office, colleague) == []
    assert calls(office, rival) == []


def test_a_response_ends_the_call(office: Office, officer: Actor):
    id = log(office, officer)
    with office.open(officer) as work:
        service.log_progress(work, id, LogProgress(line="已与企业副总通话"))
    assert calls(office, officer) == []


def test_the_call_stands_in_the_list_of_today_beside_those_of_first_talk(
    office: Office, clock: FrozenClock, officer: Actor, client: Callable[..., TestClient]
):
    id = log(office, officer)
    shown = client(officer).get("/today/block").text
    assert "首次响应" in shown
    assert f'href="/leads/{id}/talk"' in shown
    clock.tick(days=30)
    assert "超期" in client(officer).get("/today/block").text
