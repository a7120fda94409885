"""Getting in: people by password and second factor, partner systems by key.

Signing in takes three steps so that no hashing happens inside a transaction: read the hash, check
it outside, then record what came of it. A session is a row; its cookie can always be revoked.
"""

import hashlib
import secrets
from datetime import timedelta

import pyotp
from sqlalchemy import select

from app.districts import passwords, service
from app.districts.models import (
    Credential,
    District,
    DistrictKind,
    KeyUse,
    LoginSession,
    SessionStage,
    SignInFailure,
    Unit,
    User,
)
from app.districts.schemas import CreateKey, KeyView, SessionView, UserView
from app.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn
from app.kit.db import new_id
from app.kit.work import EVERYBODY, Actor, Role, Work, in_networks, use_case

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
LOCK_AFTER, LOCK_FOR = 5, timedelta(minutes=15)
_STRICT = {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR, Role.FINANCE, Role.COORDINATOR}


def demo_accounts(work: Work) -> list[UserView]:
    """The demo accounts, for one-click sign-in on a demo site."""
    found = work.session.execute(
        select(User, Unit.name, District.name)
        .join(Unit, Unit.id == User.unit_id)
        .join(District, District.id == User.district_id)
        .where(User.demo, User.active)
        .order_by(User.district_id, User.login)
    )
    return [
        service.user_view(user, unit).model_copy(update={"district_name": district})
        for user, unit, district in found
    ]


def stored_hash(work: Work, login: str, address: str) -> str | None:
    """The hash to check a password against; None while the account or the address is locked out.

    Somebody else's for an unknown account.
    """
    for subject in _subjects(login, address):
        failure = work.session.get(SignInFailure, subject)
        if failure is not None and failure.locked_until and failure.locked_until > work.now:
            return None
    user = _by_login(work, login)
    return user.password_hash if user is not None else passwords.nobodys_hash()


@use_case("session.start", Role.VISITOR)
def sign_in(
    work: Work, login: str, address: str, browser: str, *, fits: bool, demo_site: bool
) -> tuple[str, SessionStage] | None:
    """Record the outcome: a session's token and stage, or None when account or password fails."""
    user = _by_login(work, login)
    if user is None or not fits or not user.active or (user.demo and not demo_site):
        for subject in _subjects(login, address):
            _count_failure(work, subject)
        work.note("session", login[:60], outcome="refused", address=address)
        return None
    for subject in _subjects(login, address):
        failure = work.session.get(SignInFailure, subject)
        if failure is not None:
            work.session.delete(failure)
    return _open_session(work, user, address, browser)


@use_case("session.start_demo", Role.VISITOR)
def sign_in_demo(
    work: Work, login: str, address: str, browser: str, *, demo_site: bool
) -> tuple[str, SessionStage]:
    """Sign in as one of the demo accounts; NotFound on a site that is no demo."""
    user = _by_login(work, login)
    if user is None or not user.demo or not demo_site:
        raise NotFound("没有这个演示账号")
    return _open_session(work, user, address, browser)


def _open_session(work: Work, user: User, address: str, browser: str) -> tuple[str, SessionStage]:
    token, stage = secrets.token_urlsafe(32), _stage_of(user)
    work.session.add(
        LoginSession(
            token_hash=_hash(token),
            user_id=user.id,
            stage=stage,
            created_at=work.now,
            last_seen_at=work.now,
            address=address,
            browser=browser[:200],
        )
    )
    work.note("session", user.id, login=user.login, address=address, stage=stage)
    return token, stage


def _stage_of(user: User) -> SessionStage:
    strict = bool(_STRICT & {Role(role) for role in user.roles}) and not user.demo
    if strict and user.totp_secret:
        return SessionStage.CODE
    return _after_code(user)


def _after_code(user: User) -> SessionStage:
    if user.must_change_password:
        return SessionStage.PASSWORD
    strict = bool(_STRICT & {Role(role) for role in user.roles}) and not user.demo
    return SessionStage.ENROL if strict and not user.totp_secret else SessionStage.FULL


def session_actor(work: Work, token: str) -> tuple[Actor, SessionStage, bool] | None:
    """Whose session it is, how far it came, and whether last-seen is due; None when it ended."""
    found = work.session.execute(
        select(LoginSession, User, Unit, District)
        .join(User, User.id == LoginSession.user_id)
        .join(Unit, Unit.id == User.unit_id)
        .join(District, District.id == User.district_id)
        .where(LoginSession.token_hash == _hash(token), User.active)
    ).one_or_none()
    if found is None:
        return None
    session, user, unit, tenant = found
    if _over(work, session):
        return None
    seen_due = work.now - session.last_seen_at > SEEN_EVERY
    return _actor(user, unit, tenant), session.stage, seen_due


def _actor(user: User, unit: Unit, tenant: District) -> Actor:
    return Actor(
        id=user.id,
        name=user.name,
        roles=frozenset(Role(role) for role in user.roles),
        district_id=tenant.id,
        district_name=tenant.name,
        unit_id=unit.id,
        unit_name=unit.name,
        is_city=tenant.kind is DistrictKind.CITY,
    )


def actor_of(work: Work, login: str) -> Actor:
    """The actor behind an account, for acts made on its behalf at set-up (demo data, tests)."""
    user = _by_login(work, login)
    if user is None:
        raise NotFound(f"没有账号 {login}")
    unit, tenant = work.session.get_one(Unit, user.unit_id), _tenant(work, user.district_id)
    return _actor(user, unit, tenant)


def _tenant(work: Work, id: str) -> District:
    return work.session.get_one(District, id)


def mark_seen(work: Work, token: str) -> None:
    """Note that the session is in use."""
    session = work.session.get(LoginSession, _hash(token))
    if session is not None:
        session.last_seen_at = work.now


@use_case("session.end", *EVERYBODY, scope="", anybody=True)
def sign_out(work: Work, token: str) -> None:
    """End this session; the cookie is worthless afterwards."""
    session = work.session.get(LoginSession, _hash(token))
    if session is not None:
        work.session.delete(session)
    work.note("session", work.actor.id)


@use_case("session.list", *EVERYBODY, reads=True, scope="", binding=True, anybody=True)
def own_sessions(work: Work, token: str) -> list[SessionView]:
    """The actor's sessions that are still good, the latest first."""
    found = work.session.scalars(
        select(LoginSession)
        .where(LoginSession.user_id == work.actor.id)
        .order_by(LoginSession.last_seen_at.desc())
    )
    return [
        SessionView(
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            address=row.address,
            browser=row.browser,
            current=row.token_hash == _hash(token),
        )
        for row in found
        if not _over(work, row)
    ]


@use_case("session.end_others", *EVERYBODY, scope="", binding=True, anybody=True)
def end_other_sessions(work: Work, token: str) -> None:
    """End every session of the actor but this one."""
    found = work.session.scalars(
        select(LoginSession).where(
            LoginSession.user_id == work.actor.id, LoginSession.token_hash != _hash(token)
        )
    )
    for row in found:
        work.session.delete(row)
    work.note("session", work.actor.id)


def _over(work: Work, session: LoginSession) -> bool:
    return work.now - session.last_seen_at > IDLE or work.now - session.created_at > ABSOLUTE


def own_hash(work: Work) -> tuple[str, str, list[str]]:
    """The actor's login, password hash and former hashes, to be checked outside a transaction."""
    user = service.user(work, work.actor.id)
    return user.login, user.password_hash, list(user.former_hashes)


@use_case("session.password", *EVERYBODY, scope="", binding=True, anybody=True)
def change_password(work: Work, token: str, new_hash: str) -> SessionStage:
    """Set one's own password: other sessions end, this one goes on to what is still missing."""
    user = service.user(work, work.actor.id)
    user.former_hashes = [user.password_hash, *user.former_hashes][: passwords.HISTORY]
    user.password_hash, user.must_change_password = new_hash, False
    kept = work.session.get_one(LoginSession, _hash(token))
    for session in work.session.scalars(
        select(LoginSession).where(LoginSession.user_id == user.id)
    ):
        if session is not kept:
            work.session.delete(session)
    kept.stage = _after_code(user)
    return kept.stage


@use_case("session.totp", *EVERYBODY, scope="", binding=True, anybody=True)
def confirm_code(work: Work, token: str, code: str, secret: str | None = None) -> SessionStage:
    """Check the six digits against the stored secret, or enrol `secret` with them."""
    user = service.user(work, work.actor.id)
    known = user.totp_secret or secret
    if known is None or not pyotp.TOTP(known).verify(code, for_time=work.now, valid_window=1):
        raise Invalid.at("/code", "code", "验证码不对，请输入验证器当前显示的 6 位数字")
    session = work.session.get_one(LoginSession, _hash(token))
    user.totp_secret = known
    session.stage = _after_code(user)
    return session.stage


def _by_login(work: Work, login: str) -> User | None:
    return work.session.scalars(select(User).where(User.login == login)).one_or_none()


def _subjects(login: str, address: str) -> tuple[str, str]:
    return f"login:{login[:60]}", f"address:{address}"


def _count_failure(work: Work, subject: str) -> None:
    failure = work.session.get(SignInFailure, subject)
    if failure is None:
        failure = SignInFailure(subject=subject, count=0)
        work.session.add(failure)
    expired = failure.locked_until is not None and failure.locked_until <= work.now
    failure.count = 1 if expired else failure.count + 1
    failure.locked_until = work.now + LOCK_FOR if failure.count >= LOCK_AFTER else None


@use_case("key.create", Role.SYSTEM_ADMIN, Role.SYSTEM)
def create_key(work: Work, command: CreateKey) -> tuple[str, KeyView]:
    """A new key and its record; the key itself is shown this once."""
    tenant = work.session.get(District, command.district_id)
    if tenant is None:
        raise Invalid.at("/district_id", "unknown", "没有这个区或园区")
    key = "tz_" + secrets.token_urlsafe(32)
    row = Credential(
        id=new_id("key"),
        district_id=tenant.id,
        name=command.name,
        key_hash=_hash(key),
        scopes=list(command.scopes),
        networks=list(command.networks),
        created_at=work.now,
        expires_at=work.now + timedelta(days=command.days),
    )
    work.add(row)
    return key, KeyView.model_validate(row)


@use_case("key.revoke", Role.SYSTEM_ADMIN, Role.SYSTEM)
def revoke_key(work: Work, id: str) -> KeyView:
    """End a key at once."""
    row = work.session.get(Credential, id)
    if row is None:
        raise NotFound("没有这个接口密钥")
    if row.revoked_at is not None:
        raise Conflict("这个接口密钥已经停用")
    row.revoked_at = work.now
    return KeyView.model_validate(row)


@use_case("key.list", Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.SYSTEM, reads=True)
def keys(work: Work) -> list[KeyView]:
    """Every key with its last use, newest first."""
    found = work.session.execute(
        select(Credential, KeyUse.last_used_at)
        .outerjoin(KeyUse, KeyUse.credential_id == Credential.id)
        .order_by(Credential.created_at.desc(), Credential.id)
    )
    return [
        KeyView.model_validate(row).model_copy(update={"last_used_at": used}) for row, used in found
    ]


def key_actor(work: Work, key: str, address: str) -> tuple[Actor, str]:
    """The partner behind a key, acting for its district within its scopes; NotSignedIn else."""
    found = work.session.execute(
        select(Credential, District)
        .join(District, District.id == Credential.district_id)
        .where(Credential.key_hash == _hash(key))
    ).one_or_none()
    if found is None:
        raise NotSignedIn("接口密钥无效")
    row, tenant = found
    if row.revoked_at is not None or row.expires_at <= work.now:
        raise NotSignedIn("接口密钥已停用或过期")
    if not in_networks(address, row.networks):
        raise Forbidden("这个网络地址不在接口密钥允许的网段内")
    actor = Actor(
        id=row.id,
        name=f"{tenant.name}·{row.name}",
        roles=frozenset({Role.PARTNER}),
        district_id=tenant.id,
        district_name=tenant.name,
        is_city=tenant.kind is DistrictKind.CITY,
        scopes=frozenset(row.scopes),
    )
    return actor, row.id


def mark_key_used(work: Work, id: str, address: str) -> None:
    """Note when and from where a key was last used."""
    use = work.session.get(KeyUse, id)
    if use is None:
        use = KeyUse(credential_id=id)
        work.session.add(use)
    use.last_used_at, use.address = work.now, address


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
