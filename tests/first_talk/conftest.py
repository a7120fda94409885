"""Who takes part: officers of three districts, the registrar of the city, and a right to start."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.clock import day_of
from app.first_talk.schemas import RightView
from app.kit.work import Actor, Office, Role
from app.parameters import proposals
from app.parameters.schemas import Decide, ProposeParameter
from tests.builders import CITY, JIANGYANG, NAXI, FrozenClock, person
from tests.first_talk import claims
from tests.first_talk.claims import at


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
def park(office: Office) -> Actor:
    """An officer of 长开区, of one family with 龙马潭区."""
    return person(office, "park", Role.OFFICER, unit="510504-CKQ-ZSJ")


@pytest.fixture
def registrar(office: Office) -> Actor:
    """A coordinator of 三区联席会议办公室."""
    return person(office, "registrar", Role.COORDINATOR, district=CITY)


@pytest.fixture
def active(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor
) -> Callable[..., RightView]:
    """A right of 龙马潭区 that is active from a Monday, by default 2026-03-09.

    公示 never ends on a Sunday that is off; the day is set as a ruling would set it.
    """

    def make(day: str = "03-09", **changes: object) -> RightView:
        company = claims.enterprise(office)
        clock.set(at(day, "00:00:00") - timedelta(days=6))
        right = claims.file(office, longmatan, company, **changes).right
        claims.agree(office, registrar, right.id)
        clock.set(at(day))
        claims.begin(office, right.id)
        claims.reportable(office, longmatan, company)
        return claims.read(office, longmatan, right.id)

    return make


@pytest.fixture
def rules(office: Office, clock: FrozenClock) -> Callable[[str, object], None]:
    """`rules("first_talk.profile", "henan_2025")`: two coordinators set a parameter from today."""
    people = [person(office, login, Role.COORDINATOR, district=CITY) for login in ("one", "two")]
    authority = {"reference": "泸联席办 2026 年第 1 号", "status": "verified", "reason": "议定"}

    def set_parameter(key: str, value: object) -> None:
        proposed = {"key": key, "value": value, "effective_from": day_of(clock.now)}
        command = ProposeParameter(**proposed, review_number="公平竞争审查 2026-1", **authority)
        with office.open(people[0]) as work:
            proposal = proposals.propose(work, command)
        with office.open(people[1]) as work:
            proposals.approve(work, proposal.id, Decide())

    return set_parameter
