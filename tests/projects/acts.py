"""Short ways to move a project, and to see what became of it and of its right."""

from typing import Any

from app.first_talk import lead_rights
from app.first_talk import service as first_talk
from app.first_talk.rights import State
from app.first_talk.schemas import Decide
from app.kit.work import Actor, Office, Role
from app.leads.stages import Stage
from app.projects import service
from app.projects.commands import Move, SetStatus
from app.projects.schemas import ProjectView
from tests.builders import CITY, FrozenClock, person


def move(office: Office, actor: Actor, id: str, to: Stage, reason: str = "") -> ProjectView:
    with office.open(actor) as work:
        return service.move(work, id, Move(to=to, reason=reason), None)


def status(office: Office, actor: Actor, id: str, **command: Any) -> ProjectView:
    with office.open(actor) as work:
        return service.set_status(work, id, SetStatus(**command), None)


def log(office: Office, actor: Actor, id: str) -> list[tuple[Stage | None, Stage, str | None]]:
    with office.open(actor, reads=True) as work:
        found = service.stage_log(work, id)
    return [(one.from_stage, one.to_stage, one.direction) for one in found]


def right_state(office: Office, actor: Actor, lead_id: str | None) -> State:
    with office.open(actor, reads=True) as work:
        right = lead_rights.right_of_lead(work, lead_id or "")
    assert right is not None
    return right.state


def grant(office: Office, clock: FrozenClock, actor: Actor, lead_id: str) -> None:
    """Let the registrar agree and the notice pass, so that the right protects."""
    coordinator = person(office, "registrar", Role.COORDINATOR, district=CITY)
    with office.open(actor, reads=True) as work:
        right = lead_rights.right_of_lead(work, lead_id)
    assert right is not None
    with office.open(coordinator) as work:
        first_talk.decide(work, right.id, right.version, Decide(agree=True))
    clock.tick(days=10)
    assert right_state(office, actor, lead_id) is State.ACTIVE
