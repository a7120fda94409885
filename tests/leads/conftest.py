"""People of two districts, and leads to work on."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.kit.work import Actor, Office, Role
from app.leads import service
from app.leads.schemas import LoggedLead, LogLead
from tests.builders import JIANGYANG, LONGMATAN, partner_key, person
from tests.leads.partners import CODE, LETTER, QINZE, Partner

__all__ = ["CODE", "LETTER", "QINZE"]


@pytest.fixture
def officer(office: Office) -> Actor:
    """招商专员 of 龙马潭区."""
    return person(office, "zhou", Role.OFFICER)


@pytest.fixture
def colleague(office: Office) -> Actor:
    """Another officer of the same office."""
    return person(office, "li", Role.OFFICER)


@pytest.fixture
def head(office: Office) -> Actor:
    """单位负责人 of 龙马潭区."""
    return person(office, "liu", Role.UNIT_HEAD)


@pytest.fixture
def rival(office: Office) -> Actor:
    """招商专员 of 江阳区."""
    return person(office, "wang", Role.OFFICER, district=JIANGYANG)


@pytest.fixture
def log(office: Office, officer: Actor) -> Callable[..., LoggedLead]:
    """Log a lead as the officer, or as another: name and source suffice."""

    def act(actor: Actor = officer, **given: object) -> LoggedLead:
        fields = {"name": QINZE, "source": "expo", **given}
        with office.open(actor) as work:
            return service.log_lead(work, LogLead.model_validate(fields))

    return act


@pytest.fixture
def mine(client: Callable[..., TestClient], officer: Actor) -> TestClient:
    """The officer's browser."""
    return client(officer)


@pytest.fixture
def partner(client: Callable[..., TestClient], office: Office) -> Partner:
    """The system of 龙马潭区, with all that a key may do."""
    scopes = ("lead:*", "enterprise:*", "first_talk:*")
    return Partner(client(), partner_key(office, *scopes, district=LONGMATAN))


@pytest.fixture
def other(client: Callable[..., TestClient], office: Office) -> Partner:
    """The system of 江阳区."""
    return Partner(client(), partner_key(office, "lead:*", district=JIANGYANG))
