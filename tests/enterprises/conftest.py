"""People of two districts, and their browsers."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.kit.work import Actor, Office, Role
from tests.builders import JIANGYANG, person

Client = Callable[..., TestClient]


@pytest.fixture
def officer(office: Office) -> Actor:
    return person(office, "zhou", Role.OFFICER)


@pytest.fixture
def negotiator(office: Office) -> Actor:
    return person(office, "he", Role.NEGOTIATOR)


@pytest.fixture
def finance(office: Office) -> Actor:
    return person(office, "tan", Role.FINANCE)


@pytest.fixture
def neighbour(office: Office) -> Actor:
    return person(office, "chen", Role.OFFICER, district=JIANGYANG)


@pytest.fixture
def mine(client: Client, officer: Actor) -> TestClient:
    """The officer's browser."""
    return client(officer)


@pytest.fixture
def theirs(client: Client, neighbour: Actor) -> TestClient:
    """The browser of an officer of another district."""
    return client(neighbour)
