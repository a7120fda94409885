"""Tenants and people: who belongs where, who may sign in, whose key it is.

The three administrators keep apart: 系统管理员 makes accounts, 安全管理员 grants roles.
"""

import tomllib
from pathlib import Path

from sqlalchemy import select

from app.districts.models import (
    District,
    DistrictKind,
    LoginSession,
    Unit,
    UnitKind,
    User,
)
from app.districts.schemas import (
    CreateUser,
    DistrictView,
    GrantRoles,
    MeView,
    UnitView,
    UserView,
)
from app.errors import Invalid, NotFound
from app.kit.db import new_id
from app.kit.work import EVERYBODY, STAFF, Role, Work, once, use_case


def load_seeds(work: Work, path: Path) -> None:
    """Enter the tenants and units of `districts.toml` that are not there yet."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for row in data["district"]:
        if work.session.get(District, row["code"]) is None:
            work.add(
                District(
                    id=row["code"],
                    name=row["name"],
                    kind=DistrictKind(row["kind"]),
                    family=row["family"],
                    letters=row["letters"],
                )
            )
        for unit in row.get("units", []):
            if work.session.get(Unit, unit["code"]) is None:
                work.add(
                    Unit(
                        id=unit["code"],
                        district_id=row["code"],
                        name=unit["name"],
                        kind=UnitKind(unit["kind"]),
                    )
                )


@use_case("district.read", *EVERYBODY, reads=True, scope="")
@once
def districts(work: Work) -> list[DistrictView]:
    """All tenants, the city first."""
    found = work.session.scalars(select(District).order_by(District.id))
    return [DistrictView.model_validate(row) for row in found]


@once
def district(work: Work, id: str) -> DistrictView:
    """One tenant; NotFound for an unknown code."""
    row = work.session.get(District, id)
    if row is None:
        raise NotFound(f"没有代码为 {id} 的区或园区")
    return DistrictView.model_validate(row)


@once
def family_of(work: Work, district_id: str) -> frozenset[str]:
    """The tenants of one family (政区一体), among whom a first talk is never contested."""
    family = district(work, district_id).family
    members = work.session.scalars(select(District.id).where(District.family == family))
    return frozenset(members)


def units(work: Work, district_id: str) -> list[UnitView]:
    """The offices of a tenant."""
    found = work.session.scalars(
        select(Unit).where(Unit.district_id == district_id).order_by(Unit.id)
    )
    return [UnitView.model_validate(row) for row in found]


def colleagues(work: Work, *roles: Role) -> list[UserView]:
    """The active people of the actor's district, those holding one of `roles` when given."""
    found = work.session.execute(
        select(User, Unit.name)
        .join(Unit, Unit.id == User.unit_id)
        .where(User.district_id == work.district_id, User.active)
        .order_by(User.name, User.id)
    )
    people = [user_view(user, unit_name) for user, unit_name in found]
    return [one for one in people if not roles or set(roles) & set(one.roles)]


def colleague(work: Work, id: str) -> UserView:
    """One active person of the actor's district."""
    found = next((one for one in colleagues(work) if one.id == id), None)
    if found is None:
        raise NotFound("本区没有这位在岗人员")
    return found


def user_names(work: Work, ids: set[str]) -> dict[str, str]:
    """The names behind user ids, for display."""
    found = work.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {row.id: row.name for row in found}


def user_view(user: User, unit_name: str = "") -> UserView:
    """The account as others see it."""
    return UserView(
        id=user.id,
        version=user.version,
        login=user.login,
        name=user.name,
        district_id=user.district_id,
        unit_id=user.unit_id,
        unit_name=unit_name,
        roles=[Role(role) for role in user.roles],
        active=user.active,
        demo=user.demo,
    )


@use_case("user.list", Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.SYSTEM, reads=True)
def users(work: Work) -> list[UserView]:
    """Every account of the installation, without any business data."""
    found = work.session.execute(
        select(User, Unit.name).join(Unit, Unit.id == User.unit_id).order_by(User.login)
    )
    return [user_view(user, unit_name) for user, unit_name in found]


@use_case("user.read", Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, reads=True)
def account(work: Work, id: str) -> UserView:
    """One account."""
    found = user(work, id)
    return user_view(found, work.session.get_one(Unit, found.unit_id).name)


@use_case("user.create", Role.SYSTEM_ADMIN, Role.SYSTEM)
def create_user(
    work: Work, command: CreateUser, password_hash: str, *, demo: bool = False
) -> UserView:
    """A new account without a role; its first password must be changed at the first sign-in."""
    unit = work.session.get(Unit, command.unit_id)
    if unit is None:
        raise Invalid.at("/unit_id", "unknown", "没有这个单位")
    if work.session.scalar(select(User.id).where(User.login == command.login)) is not None:
        raise Invalid.at("/login", "taken", "这个账号名已被使用")
    user = User(
        id=new_id("usr"),
        login=command.login,
        name=command.name,
        district_id=unit.district_id,
        unit_id=unit.id,
        roles=[],
        liaison=command.liaison,
        password_hash=password_hash,
        former_hashes=[],
        must_change_password=not demo,
        demo=demo,
        created_at=work.now,
    )
    work.add(user)
    return user_view(user, unit.name)


@use_case("user.grant", Role.SECURITY_ADMIN, Role.SYSTEM)
def grant_roles(
    work: Work,
    id: str,
    command: GrantRoles,
    version: int | None = None,
) -> UserView:
    """Set the roles of an account; its sessions end, so that old rights do not live on."""
    found = user(work, id, version)
    found.roles = [role.value for role in command.roles]
    _end_sessions(work, found.id)
    return user_view(found)


@use_case("user.disable", Role.SYSTEM_ADMIN, Role.SYSTEM)
def set_active(
    work: Work,
    id: str,
    version: int | None = None,
    *,
    active: bool,
) -> UserView:
    """Disable an account, ending its sessions, or enable it again."""
    found = user(work, id, version)
    found.active = active
    _end_sessions(work, found.id)
    return user_view(found)


@use_case("user.reset", Role.SYSTEM_ADMIN, Role.SYSTEM)
def reset_password(work: Work, id: str, password_hash: str) -> UserView:
    """Give an account a new one-time password and a new second factor; its sessions end."""
    found = user(work, id, None)
    found.password_hash, found.must_change_password = password_hash, True
    found.totp_secret = None
    _end_sessions(work, found.id)
    return user_view(found)


def user(work: Work, id: str, version: int | None = None) -> User:
    """The account, checked against the version that the caller saw; NotFound for none."""
    account = work.session.get(User, id)
    if account is None:
        raise NotFound("没有这个账号")
    work.expect(account, version)
    return account


def _end_sessions(work: Work, user_id: str) -> None:
    found = work.session.scalars(select(LoginSession).where(LoginSession.user_id == user_id))
    for session in found:
        work.session.delete(session)


@use_case(
    "me.read",
    *STAFF,
    Role.SYSTEM_ADMIN,
    Role.SECURITY_ADMIN,
    Role.AUDITOR,
    reads=True,
    scope="",
    anybody=True,
)
def me(work: Work) -> MeView:
    """The caller: name, tenant, roles and scopes."""
    actor = work.actor
    return MeView(
        id=actor.id,
        name=actor.name,
        district=district(work, actor.district_id) if actor.district_id else None,
        roles=sorted(actor.roles),
        scopes=None if actor.scopes is None else sorted(actor.scopes),
    )
