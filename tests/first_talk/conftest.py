"""Who takes part: officers of three districts, and the registrar of the city."""

import pytest

from app.kit.work import Actor, Office, Role
from tests.builders import CITY, JIANGYANG, NAXI, person


@pytest.fixture
def longmatan(office: Office) -> Actor:
    """An officer of 龙马潭区."""
    return person(office, "longmatan", Role.OFFICER)


@pytest.fixture
def jiangyang(office: Office) -> Actor:
    """An officer of 江阳区."""
    return person(office, "jiangyang", Role.OFFICER, district=JIANGYANG)


@pytest.fixture
def naxi(office: Office) -> Actor:
    """An officer of 纳溪区."""
    return person(office, "naxi", Role.OFFICER, district=NAXI)


@pytest.fixture
def registrar(office: Office) -> Actor:
    """A coordinator of 三区联席会议办公室."""
    return person(office, "registrar", Role.COORDINATOR, district=CITY)
