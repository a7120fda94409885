"""One request's work: who acts, when, and one transaction, committed before the answer leaves.

A use case is `(work, command) → view`. `Office.open()` is the only place that commits; `Work.rows`
and `Work.get` are the only ways to the rows of a `Scoped` class, filtered to what the actor's
district owns, was given by a `Share`, or reads as the city.
"""

import functools
import ipaddress
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine, Select, delete, or_, select
from sqlalchemy.orm import Session

from app.clock import Clock, day_of
from app.errors import Forbidden, InsufficientScope, NotFound, VersionMismatch
from app.kit import trail
from app.kit.db import Base, Scoped, Share, speaking_errors
from app.labels import LabelledEnum


class Role(LabelledEnum):
    """Who may do what: product roles, the three administrators, keys and the system itself."""

    OFFICER = "officer", "招商专员"
    UNIT_HEAD = "unit_head", "单位负责人"
    NEGOTIATOR = "negotiator", "谈判人员"
    FINANCE = "finance", "财政"
    TAX = "tax", "税务"
    COORDINATOR = "coordinator", "市级统筹"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDITOR = "auditor", "审计管理员"
    PARTNER = "partner", "伙伴系统"
    SYSTEM = "system", "系统"
    VISITOR = "visitor", "未登录访客"


STAFF = (
    Role.OFFICER,
    Role.UNIT_HEAD,
    Role.NEGOTIATOR,
    Role.FINANCE,
    Role.TAX,
    Role.COORDINATOR,
    Role.PARTNER,
)
ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)
EVERYBODY = (*STAFF, *ADMINISTRATORS, Role.SYSTEM)


@dataclass(frozen=True)
class Actor:
    """Who acts: a person, a partner's key (with `scopes`), or the system.

    `district_id` is the tenant whose rows are one's own; None for nobody and for the system.
    """

    id: str
    name: str
    roles: frozenset[Role]
    district_id: str | None = None
    district_name: str = ""
    unit_id: str | None = None
    unit_name: str = ""
    is_city: bool = False
    scopes: frozenset[str] | None = None

    @property
    def is_person(self) -> bool:
        """Whether somebody sits in front of it: keys and the system bind nothing."""
        return self.scopes is None and Role.SYSTEM not in self.roles

    def has(self, *roles: Role) -> bool:
        """Whether the actor holds one of these roles."""
        return not self.roles.isdisjoint(roles)

    def may(self, scope: str) -> bool:
        """Whether a key carries this scope (`lead:*` is both read and write)."""
        if self.scopes is None or not scope:
            return True
        return scope in self.scopes or f"{scope.partition(':')[0]}:*" in self.scopes


SYSTEM = Actor(id="system", name="系统", roles=frozenset({Role.SYSTEM}))
NOBODY = Actor(id="nobody", name="未登录", roles=frozenset({Role.VISITOR}))


@dataclass(frozen=True)
class AnswerKey:
    """What makes two requests the same: the caller's key, the target, the body's digest."""

    key: str
    target: str
    body_digest: str

    @classmethod
    def of_form(cls, key: str, target: str, body_digest: str) -> "AnswerKey":
        """The hidden key of a form, bound to its body: sent again changed, it is a new request."""
        return cls(f"form:{key}:{body_digest}", target, body_digest)


Row = TypeVar("Row", bound=Scoped)
P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Work:
    """The session, the actor and the arrival time of one request; handed to every use case."""

    session: Session
    actor: Actor
    now: datetime
    clock: Clock
    keeper: trail.Trail
    services: Mapping[str, Any]
    act: str = ""
    answer_key: AnswerKey | None = None
    kept: list[tuple[str, Base | trail.Note]] = field(default_factory=list)
    known: dict[object, Any] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The arrival day in Shanghai."""
        return day_of(self.now)

    @property
    def district_id(self) -> str:
        """The actor's district; Forbidden for one who belongs to none."""
        if self.actor.district_id is None:
            raise Forbidden("当前账号不属于任何区、园区或市级单位")
        return self.actor.district_id

    def owns(self, row: Scoped) -> bool:
        """Whether the record is the actor's district's own."""
        return row.district_id == self.actor.district_id

    def rows(self, cls: type[Row]) -> Select[Row]:
        """A select over the rows that the actor may see."""
        actor = self.actor
        if actor.has(Role.SYSTEM) or (actor.is_city and cls.city_reads & actor.roles):
            return select(cls)
        shared = select(Share.resource_id).where(Share.district_id == actor.district_id)
        return select(cls).where(or_(cls.district_id == actor.district_id, cls.id.in_(shared)))

    def get(self, cls: type[Row], id: str, version: int | None = None) -> Row:
        """The one row, or NotFound when it does not exist or lies outside the actor's rows.

        With `version`, VersionMismatch when somebody changed it since.
        """
        row = self.session.scalars(self.rows(cls).where(cls.id == id)).one_or_none()
        if row is None:
            raise NotFound("没有这条记录，或您无权查看")
        self.expect(row, version)
        return row

    def expect(self, row: Any, version: int | None) -> None:
        """Refuse when the row is no longer the version that the caller saw."""
        if version is not None and row.version != version:
            raise VersionMismatch(
                "这条记录已被他人修改，请核对后再保存", current_etag=f'"v{row.version}"'
            )

    def all_rows(self, cls: type[Row], *, because: str) -> Select[Row]:
        """A select across all districts: for claim, 盲查 and register; `because` says which."""
        if not because:
            raise ValueError("say why rows of every district are read")
        return select(cls)

    def share(self, row: Scoped, district_id: str) -> None:
        """Open one record to one more district."""
        if district_id != row.district_id:
            self.session.merge(Share(resource_id=row.id, district_id=district_id))

    def unshare(self, resource_id: str, district_id: str) -> None:
        """Close one record to a district that has no part in it any more."""
        part = (Share.resource_id == resource_id, Share.district_id == district_id)
        self.session.execute(delete(Share).where(*part))

    def add(self, row: Base) -> None:
        """Put a new row into the transaction and give it its defaults."""
        self.session.add(row)
        self.session.flush()

    def keep(self, row: Base | trail.Note) -> None:
        """Write this even if the act is refused: on its own, once this Work has ended."""
        self.kept.append((self.act, row))

    def note(self, kind: str, id: str, **detail: object) -> None:
        """Enter something that is no row change into the trail, under the current act."""
        trail.note(
            self.session,
            trail.Note(self.act, kind, id, district_id=self.actor.district_id, detail=detail),
        )


class Office:
    """Opens Works on one database: the one place of commit, and of the reading of the clock."""

    def __init__(
        self, engine: Engine, clock: Clock, secret: bytes, services: Mapping[str, Any] | None = None
    ) -> None:
        """`secret` seals personal values in the trail; `services`: keys, folders and such."""
        self.engine = engine
        self.clock = clock
        self.secret = secret
        self.services = services or {}

    @contextmanager
    def open(
        self,
        actor: Actor = SYSTEM,
        *,
        reads: bool = False,
        address: str = "",
        request_id: str = "",
    ) -> Iterator[Work]:
        """A Work in one transaction, committed at the end, rolled back on any exception."""
        now = self.clock()
        author = trail.Author(actor.id, actor.name, actor.district_id, address, request_id)
        work: Work | None = None
        try:
            with speaking_errors(), self._session(reads=reads) as session, session.begin():
                keeper = trail.Trail(author, now, self.secret)
                trail.begin(session, keeper)
                work = Work(session, actor, now, self.clock, keeper, self.services)
                yield work
        finally:
            if work is not None and work.kept:
                self._write_kept(work.kept, author, now)

    def _session(self, *, reads: bool) -> Session:
        engine = self.engine.execution_options(writes=False) if reads else self.engine
        return Session(engine, expire_on_commit=False)

    def _write_kept(
        self, kept: Iterable[tuple[str, Base | trail.Note]], author: trail.Author, now: datetime
    ) -> None:
        with speaking_errors(), self._session(reads=False) as session, session.begin():
            keeper = trail.Trail(author, now, self.secret)
            trail.begin(session, keeper)
            for act, item in kept:
                keeper.act = act
                if isinstance(item, trail.Note):
                    trail.note(session, item)
                else:
                    session.add(item)
                    session.flush()


def once(function: Callable[Concatenate[Work, P], R]) -> Callable[Concatenate[Work, P], R]:
    """Make a reader of reference data ask the database once per Work and arguments.

    Whoever changes such data in a Work clears `work.known`.
    """

    @functools.wraps(function)
    def read(work: Work, /, *args: P.args, **kwargs: P.kwargs) -> R:
        key = (function, args, tuple(sorted(kwargs.items())))
        if key not in work.known:
            work.known[key] = function(work, *args, **kwargs)
        answer: R = work.known[key]
        return answer

    return read


def use_case(
    act: str,
    *roles: Role,
    reads: bool = False,
    scope: str | None = None,
    binding: bool = False,
    confidential: bool = False,
    anybody: bool = False,
) -> Callable[[Callable[Concatenate[Work, P], R]], Callable[Concatenate[Work, P], R]]:
    """Make a function a use case: named for the trail, open to `roles`, flushed at its end.

    `reads`: it changes nothing, a key needs the scope `…:read`, else `…:write`. `scope` replaces
    that (`""`: a key needs none). `binding`: a person must do it, a key gets Forbidden.
    `confidential`: the read itself is logged. `anybody`: a signed-in person needs no role, for
    what concerns the own account. Of nested use cases the outermost is asked.
    """
    kind = act.partition(".")[0]
    needed = f"{kind}:{'read' if reads else 'write'}" if scope is None else scope

    def decorate(function: Callable[Concatenate[Work, P], R]) -> Callable[Concatenate[Work, P], R]:
        @functools.wraps(function)
        def run(work: Work, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if work.act:
                return function(work, *args, **kwargs)
            if not (anybody and _is_without_role(work.actor)):
                _admit(work, act, roles, needed, binding=binding)
            work.act = work.keeper.act = act
            try:
                if confidential:
                    work.note(kind, _subject(args, kwargs))
                answer = function(work, *args, **kwargs)
                if not reads:
                    with speaking_errors():
                        work.session.flush()
                return answer
            finally:
                work.act = ""

        return _described(run, act=act, roles=roles, scope=needed, binding=binding)

    return decorate


def _described(function: F, **described: object) -> F:
    """The function, with what the description of the API and the permission test read of it."""
    vars(function).update(described)
    return function


def _subject(args: tuple[object, ...], kwargs: Mapping[str, object]) -> str:
    values = [*args, *kwargs.values()]
    return str(values[0])[:80] if values and isinstance(values[0], str) else ""


def _is_without_role(actor: Actor) -> bool:
    """A person whose account was made and has not been granted a role yet."""
    return not actor.roles and actor.is_person


def _admit(work: Work, act: str, roles: tuple[Role, ...], scope: str, *, binding: bool) -> None:
    """Role, scope and person; a refusal is entered into the trail."""
    actor = work.actor
    refusal: Forbidden | None = None
    if not actor.has(*roles):
        wanted = "、".join(role.label for role in roles if role is not Role.SYSTEM)
        refusal = Forbidden(f"该操作由{wanted}办理")
    elif binding and not actor.is_person and not actor.has(Role.SYSTEM):
        refusal = Forbidden("该操作须由人员登录后办理，接口密钥不能代办")
    elif not actor.may(scope):
        refusal = InsufficientScope(f"接口密钥缺少权限 {scope}", required_scope=scope)
    if refusal is not None:
        work.keep(
            trail.Note(act, "act", act, result="refused", district_id=actor.district_id, detail={})
        )
        raise refusal


def in_networks(address: str, networks: Iterable[str]) -> bool:
    """Whether an address lies in one of the networks; no networks means anywhere."""
    allowed = [ipaddress.ip_network(network, strict=False) for network in networks]
    if not allowed:
        return True
    try:
        host = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(host in network for network in allowed)
