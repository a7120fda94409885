import pytest

from app.kit.work import Actor, Office, Role
from app.projects import service as projects
from tests.builders import CITY, JIANGYANG, LONGMATAN, NAXI, person
from tests.projects import support as project_support


@pytest.fixture
def ours(office: Office) -> Actor:
    """The negotiator of the district that drafts."""
    return person(office, "ours", Role.NEGOTIATOR, district=LONGMATAN)


@pytest.fixture
def theirs(office: Office) -> Actor:
    """The negotiator of the other party."""
    return person(office, "theirs", Role.NEGOTIATOR, district=NAXI)


@pytest.fixture
def a_project(office: Office) -> str:
    """The id of a project of ours, with one enterprise."""
    head = person(office, "head", Role.UNIT_HEAD, district=LONGMATAN)
    with office.open(head) as work:
        return projects.create(work, project_support.old(host_district=NAXI)).id


@pytest.fixture
def stranger(office: Office) -> Actor:
    """A negotiator of a district that is no party."""
    return person(office, "stranger", Role.NEGOTIATOR, district=JIANGYANG)


@pytest.fixture
def first(office: Office) -> Actor:
    """A coordinator of the city."""
    return person(office, "first", Role.COORDINATOR, district=CITY)


@pytest.fixture
def second(office: Office) -> Actor:
    """Another coordinator of the city."""
    return person(office, "second", Role.COORDINATOR, district=CITY)
