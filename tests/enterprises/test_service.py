"""The directory on both databases: resolving, matching, what is told to whom."""

import pytest

from app.enterprises import service
from app.enterprises.schemas import (
    AddAlias,
    AddEnterprise,
    EditEnterprise,
    MatchQuery,
    NamedEnterprise,
)
from app.errors import DuplicateSuspected, Forbidden, Invalid, VersionMismatch
from app.kit.work import Actor, Office, Role
from tests.builders import JIANGYANG, person

QINZE, CODE, OTHER_CODE = "西安秦泽航空零部件有限公司", "91510504MA62R9GK1X", "91110000600037341L"


@pytest.fixture
def officer(office: Office) -> Actor:
    return person(office, "zhou", Role.OFFICER)


@pytest.fixture
def neighbour(office: Office) -> Actor:
    return person(office, "chen", Role.OFFICER, district=JIANGYANG)


def found_or_added(office: Office, actor: Actor, name: str, uscc: str | None = None):
    with office.open(actor) as work:
        return service.find_or_add(work, NamedEnterprise(name=name, uscc=uscc))


def matched(office: Office, actor: Actor, name: str = "", **more: str):
    with office.open(actor, reads=True) as work:
        return service.match(work, MatchQuery(name=name, **more))


def test_a_name_finds_the_entry_that_another_district_made(office, officer, neighbour):
    first = found_or_added(office, neighbour, QINZE)
    again = found_or_added(office, officer, "西安秦澤航空零部件有限公司 ")
    assert again.id == first.id


def test_an_entry_without_a_code_is_given_the_one_that_comes_with_its_name(office, officer):
    first = found_or_added(office, officer, QINZE)
    completed = found_or_added(office, officer, QINZE, OTHER_CODE)
    assert (completed.id, completed.uscc) == (first.id, OTHER_CODE)


def test_the_same_name_with_another_code_is_another_enterprise(office, officer):
    first = found_or_added(office, officer, QINZE, OTHER_CODE)
    second = found_or_added(office, officer, QINZE, "91310000MA1FL70B67")
    assert second.id != first.id
