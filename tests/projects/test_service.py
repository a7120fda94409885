"""Projects from the lead on: what each act does, and what it refuses."""

import pytest

from app.kit.work import Actor, Office, Role
from app.leads.stages import Stage
from app.projects import service
from app.projects.schemas import Status
from tests.builders import person
from tests.projects import support


@pytest.fixture
def head(office: Office) -> Actor:
    return person(office, "head", Role.UNIT_HEAD)


def test_a_project_opens_from_a_lead(office: Office, head: Actor):
    project = support.opened(office, head)
    assert (project.stage, project.status) == (Stage.NEGOTIATING, Status.ACTIVE)


def test_signed(office: Office, head: Actor):
    project = support.signed(office, head)
    assert project.stage is Stage.SIGNED


def test_old(office: Office, head: Actor):
    with office.open(head) as work:
        project = service.create(work, support.old())
    assert project.stage is Stage.NEGOTIATING
