"""Commands and views of tenants, people, sessions and keys."""

from datetime import date, datetime

from pydantic import Field, field_validator

from app.districts.models import DistrictKind, SessionStage, UnitKind
from app.kit.schemas import Coded, Command, View
from app.kit.work import ADMINISTRATORS, STAFF, Role

__all__ = ["DistrictKind", "SessionStage", "UnitKind"]

SCOPES = (
    *(
        f"{kind}:{verb}"
        for kind in ("enterprise", "lead", "project", "first_talk", "agreement")
        for verb in ("read", "write", "*")
    ),
    "first_talk:check",
    "event:read",
)


class DistrictView(View):
    """A tenant; its code is the GB/T 2260 number, parks have their own."""

    id: str
    name: str
    kind: Coded[DistrictKind]
    family: str
    letters: str


class UnitView(View):
    """An office of a tenant."""

    id: str
    district_id: str
    name: str
    kind: Coded[UnitKind]


class UserView(View):
    """A person with an account, as colleagues and administrators see it."""

    id: str
    version: int
    login: str
    name: str
    district_id: str
    unit_id: str
    unit_name: str
    district_name: str = ""
    roles: list[Coded[Role]]
    active: bool
    demo: bool
    locked: bool = False


class KeyView(View):
    """A partner system's key, without the key."""

    id: str
    version: int
    district_id: str
    name: str
    scopes: list[str]
    networks: list[str]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None = None


class MeView(View):
    """What the caller is and may do."""

    id: str
    name: str
    district: DistrictView | None
    roles: list[Coded[Role]]
    scopes: list[str] | None


class SessionView(View):
    """One of one's own sessions."""

    created_at: datetime
    last_seen_at: datetime
    address: str
    browser: str
    current: bool


class CreateUser(Command):
    """A new account; the roles are granted by the security administrator, or here at set-up."""

    login: str = Field(title="账号", min_length=2, max_length=60, pattern=r"^[A-Za-z0-9._@-]+$")
    name: str = Field(title="姓名", min_length=1, max_length=60)
    unit_id: str = Field(title="单位", max_length=40)
    liaison: bool = Field(default=False, title="联络员")


class GrantRoles(Command):
    """The roles of an account: several of the business roles, or one administrator alone."""

    roles: list[Role] = Field(default_factory=list, title="角色", max_length=6)

    @field_validator("roles")
    @classmethod
    def _separate(cls, roles: list[Role]) -> list[Role]:
        held = set(roles)
        if not held <= {*STAFF, *ADMINISTRATORS} - {Role.PARTNER}:
            raise ValueError("这个角色不能授予人员")
        if held & set(ADMINISTRATORS) and len(held) > 1:
            raise ValueError("三员分立：管理员不能兼任其他角色")
        return sorted(held)


class ChangePassword(Command):
    """One's own new password."""

    current: str = Field(title="当前密码", max_length=200)
    new: str = Field(title="新密码", max_length=200)
    again: str = Field(title="再输一次", max_length=200)


class SignIn(Command):
    """Account and password, as typed."""

    login: str = Field(title="账号", min_length=1, max_length=60)
    password: str = Field(title="密码", min_length=1, max_length=200)


class EnterCode(Command):
    """The second factor's six digits; at enrolment with the secret they prove."""

    code: str = Field(title="验证码", pattern=r"^[0-9]{6}$")
    secret: str | None = Field(default=None, max_length=64)


class CreateKey(Command):
    """A key for a partner district's system."""

    district_id: str = Field(title="所属区", max_length=40)
    name: str = Field(title="名称", min_length=1, max_length=60)
    scopes: list[str] = Field(title="权限范围", min_length=1)
    networks: list[str] = Field(default_factory=list, title="允许的网段")
    days: int = Field(default=365, title="有效天数", ge=1, le=3650)

    @field_validator("scopes")
    @classmethod
    def _known(cls, scopes: list[str]) -> list[str]:
        unknown = [scope for scope in scopes if scope not in SCOPES]
        if unknown:
            raise ValueError(f"没有这个权限范围：{'、'.join(unknown)}")
        return scopes


class CallView(View):
    """One call of the 工作台: what, why, until when and what then, the one place to do it.

    `occasion` names it for good; it is shown from the day `since`, `soon` within three working days
    of its end; `news` asks for nothing, one is done with it by reading. `number` is all that a
    calendar outside tells of its subject.
    """

    occasion: str
    kind: str
    title: str
    number: str
    why: str
    since: date
    due_on: date
    soon: bool
    provisional: bool
    href: str
    act: str
    news: bool


class Agenda(View):
    """The calls of a person by their clocks: those of today, those to come, how many were put off.

    `due` counts those of today that end today or are overdue.
    """

    now: list[CallView]
    later: list[CallView]
    due: int
    put_off: int


class PutOff(Command):
    """Be reminded again on a later day (延后), and why."""

    occasion: str = Field(title="事项", min_length=1, max_length=120)
    remind_on: date = Field(title="延后到")
    reason: str = Field(title="理由", min_length=1, max_length=500)


class Finish(Command):
    """Have done with what was only told (知道了)."""

    occasion: str = Field(title="事项", min_length=1, max_length=120)
