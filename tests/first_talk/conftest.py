"""Who takes part: officers of three districts, the registrar of the city, and a right to start."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.enterprises import service as enterprises
from app.first_talk import subjects
from app.first_talk.schemas import RightView
from app.kit.work import Actor, Office, Role
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
        with office.open() as work:
            docket, row = subjects.open_for(work, right.id, None)
            standing = docket.standing(row)
            subjects.take(row, standing.active(work.now, docket.calendar))
            subjects.close(docket)
        with office.open(longmatan) as work:
            enterprises.index_name(work, "led_longmatan", "硝化棉项目", company)
        return claims.read(office, longmatan, right.id)

    return make
