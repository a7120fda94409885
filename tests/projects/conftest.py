"""Who works on projects."""

import pytest

from app.kit.work import Actor, Office, Role
from tests.builders import person


@pytest.fixture
def head(office: Office) -> Actor:
    """单位负责人 of 龙马潭区."""
    return person(office, "head", Role.UNIT_HEAD)


@pytest.fixture
def officer(office: Office) -> Actor:
    """招商专员 of 龙马潭区."""
    return person(office, "officer", Role.OFFICER)
