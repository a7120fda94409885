"""The tenants (区, 县, 园区, 市), their units and people, and how people and systems get in."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, UtcDateTime, Versioned, coded
from app.kit.sealed import Sealed
from app.kit.trail import Audited
from app.labels import LabelledEnum


class DistrictKind(LabelledEnum):
    """What kind of tenant it is."""

    CITY = "city", "市"
    DISTRICT = "district", "区"
    COUNTY = "county", "县"
    PARK = "park", "园区"


class UnitKind(LabelledEnum):
    """What an office is for; the registrar decides first-talk claims and belongs to no party."""

    REGISTRAR = "registrar", "登记与裁定"
    PROMOTION = "promotion", "招商"
    FINANCE = "finance", "财政"
    TAX = "tax", "税务"
    PLANNING = "planning", "发改"
    COMMITTEE = "committee", "管委会"


class SessionStage(StrEnum):
    """How far a sign-in has come; only `full` reaches the product."""

    PASSWORD = "change_password"  # noqa: S105 - the name of a step, not a password
    ENROL = "enrol_totp"
    CODE = "totp_code"
    FULL = "full"


class District(Audited, Base):
    """A district, county, park or the city: a tenant. `family` joins those that never contest."""

    __tablename__ = "district"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[DistrictKind] = mapped_column(coded(DistrictKind))
    family: Mapped[str] = mapped_column(String(40), index=True)
    letters: Mapped[str] = mapped_column(String(8), unique=True)


class Unit(Audited, Base):
    """An office of a district: 经济合作外事局, 财政局 …."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("district_id", "name"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    district_id: Mapped[str] = mapped_column(ForeignKey("district.id"))
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[UnitKind] = mapped_column(coded(UnitKind))


class User(Versioned, Audited, Base):
    """A person with an account; without a granted role the account does nothing."""

    __tablename__ = "user_account"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    login: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    district_id: Mapped[str] = mapped_column(ForeignKey("district.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    roles: Mapped[list[str]] = mapped_column(JSON)
    liaison: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str] = mapped_column(String(200), info={"personal": True})
    former_hashes: Mapped[list[str]] = mapped_column(JSON, default=list, info={"personal": True})
    must_change_password: Mapped[bool] = mapped_column(default=True)
    totp_secret: Mapped[str | None] = mapped_column(
        Sealed("user_account.totp_secret"), info={"personal": True}
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LoginSession(Base):
    """A signed-in browser; the cookie holds the id, the table only its hash."""

    __tablename__ = "login_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    stage: Mapped[SessionStage] = mapped_column(coded(SessionStage))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(200))


class SignInFailure(Base):
    """Failed sign-ins in a row, by account and by address; five lock for fifteen minutes."""

    __tablename__ = "sign_in_failure"

    subject: Mapped[str] = mapped_column(String(120), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Credential(Versioned, Audited, Base):
    """A partner system's key: only its hash is kept, with scopes, expiry and networks."""

    __tablename__ = "credential"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    district_id: Mapped[str] = mapped_column(ForeignKey("district.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True, info={"personal": True})
    scopes: Mapped[list[str]] = mapped_column(JSON)
    networks: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class KeyUse(Base):
    """When a key was last used; apart from the key, so that use is no change of it."""

    __tablename__ = "key_use"

    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"), primary_key=True)
    last_used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(String(64))


class Reminder(Audited, Base):
    """What a person said to one call of the 工作台: again on a day (延后), or done with it.

    The calls themselves follow from clocks and are never stored; `occasion` names one of them.
    """

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("user_id", "occasion"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    occasion: Mapped[str] = mapped_column(String(120))
    remind_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CalendarAddress(Audited, Base):
    """The private .ics address of a person: only its hash is kept; a new one ends the old."""

    __tablename__ = "calendar_address"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info={"personal": True})
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
