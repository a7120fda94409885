"""What tests are built from: a clock that stands still, people, keys."""

from datetime import UTC, datetime, timedelta

from app.clock import SHANGHAI
from app.districts import service as districts
from app.districts import sign_in
from app.districts.schemas import CreateKey, CreateUser, GrantRoles
from app.kit.work import Actor, Office, Role

MONDAY_MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
CITY, JIANGYANG, NAXI, LONGMATAN = "510500", "510502", "510503", "510504"

_OFFICES = {Role.FINANCE: "CZJ", Role.TAX: "SWJ", Role.COORDINATOR: "LXB"}


class FrozenClock:
    """A clock that moves only when told; handed to `create_app` and `Office` like the real one."""

    def __init__(self, now: datetime = MONDAY_MORNING) -> None:
        self.set(now)

    def __call__(self) -> datetime:
        return self.now

    def set(self, now: datetime) -> None:
        """Jump to an aware instant, forwards or backwards."""
        self.now = now.astimezone(UTC)

    def tick(self, **by: float) -> None:
        """Move on by `days=…, hours=…, minutes=…, seconds=…`."""
        self.now += timedelta(**by)


def person(
    office: Office, login: str, *roles: Role, district: str = LONGMATAN, unit: str = ""
) -> Actor:
    """An account in the unit, else the office that its first role belongs to; its actor.

    A demo account, ready to work: it neither has to change its password nor to enter a code.
    """
    unit = unit or f"{district}-{_OFFICES.get(roles[0], 'JWJ')}"
    command = CreateUser(login=login, name=login, unit_id=unit)
    with office.open() as work:
        account = districts.create_user(work, command, "no password fits", demo=True)
        districts.grant_roles(work, account.id, GrantRoles(roles=list(roles)))
        return sign_in.actor_of(work, login)


def partner_key(office: Office, *scopes: str, district: str = JIANGYANG) -> str:
    """A partner system's key, as it is sent in `Authorization: Bearer …`."""
    command = CreateKey(district_id=district, name="伙伴系统", scopes=list(scopes))
    with office.open() as work:
        key, _ = sign_in.create_key(work, command)
    return key
