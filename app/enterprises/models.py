"""The public directory of enterprises, the index of names, and what a district keeps about them.

Enterprise ─< Alias                     public: every district reads them
NameGram, GramCount                     the index of all names, of leads and projects too
NamedRecord                             leads and projects by name, for their own district
Contact, Interaction, Engagement        a district's own
"""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, Scoped, UtcDateTime, Versioned, coded
from app.kit.sealed import Sealed
from app.kit.trail import Audited
from app.labels import LabelledEnum


class InteractionKind(LabelledEnum):
    """How an enterprise was dealt with."""

    TALK = "talk", "洽谈"
    VISIT = "visit", "走访"
    ERRAND = "errand", "办件"
    CALL = "call", "电话联系"
    MESSAGE = "message", "微信联系"
    NOTE = "note", "一句进展"


class SubstantiveKind(LabelledEnum):
    """What counts as substantive progress (实质进展, first-talk rules)."""

    THEIR_VISIT = "their_visit", "企业决策人来访"
    OUR_VISIT = "our_visit", "上门拜访企业决策人"
    SITE_SURVEY = "site_survey", "选址踏勘"
    DOCUMENTS = "documents", "资料提交"
    REVIEW = "review", "部门会审或项目评审"
    INTENT = "intent", "意向或框架协议"
    TERMS = "terms", "政策条件书面往来"
    REGISTRATION = "registration", "注册"
    FILING = "filing", "备案"
    LAND_LISTING = "land_listing", "土地挂牌"


class EngagementStatus(LabelledEnum):
    """How far a unit has come with an enterprise."""

    NEGOTIATING = "negotiating", "在谈"
    SIGNED = "signed", "签约"


class Named:
    """A name in the forms that are searched: as written, unified, canonical, its initials.

    `core_initials` are those without the place, since people leave it out.
    """

    name: Mapped[str] = mapped_column(String(120))
    unified: Mapped[str] = mapped_column(String(200), index=True)
    canonical: Mapped[str] = mapped_column(String(200), index=True)
    initials: Mapped[str] = mapped_column(String(200), index=True)
    core_initials: Mapped[str] = mapped_column(String(200), index=True)


class Enterprise(Named, Versioned, Audited, Base):
    """An enterprise of the public directory; a merge only points to the one that stays."""

    __tablename__ = "enterprise"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    uscc: Mapped[str | None] = mapped_column(String(18), unique=True)
    unregistered: Mapped[bool]
    group_name: Mapped[str | None] = mapped_column(String(120), index=True)
    controller: Mapped[str | None] = mapped_column(String(120), index=True)
    merged_into_id: Mapped[str | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    district_id: Mapped[str | None] = mapped_column(ForeignKey("district.id"))
    entered_by: Mapped[str] = mapped_column(String(80))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Alias(Named, Audited, Base):
    """A former name (曾用名) or another name of an enterprise."""

    __tablename__ = "alias"
    __table_args__ = (UniqueConstraint("enterprise_id", "unified"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    enterprise_id: Mapped[str] = mapped_column(ForeignKey("enterprise.id"), index=True)


class AddingTurn(Base):
    """An identity that somebody has added: twins that add it at once wait here for the first."""

    __tablename__ = "adding_turn"

    identity: Mapped[str] = mapped_column(String(210), primary_key=True)


class NameGram(Base):
    """One gram of one owner's names; the owner is an enterprise, a lead or a project by id."""

    __tablename__ = "name_gram"

    gram: Mapped[str] = mapped_column(String(20), primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(40), primary_key=True, index=True)


class GramCount(Base):
    """How many owners have a gram: its rarity. Near enough, never locked for."""

    __tablename__ = "gram_count"

    gram: Mapped[str] = mapped_column(String(20), primary_key=True)
    n: Mapped[int] = mapped_column(Integer)


class NamedRecord(Named, Scoped, Base):
    """The name of a lead or project (its id), and the enterprise that it is about."""

    __tablename__ = "named_record"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    enterprise_id: Mapped[str | None] = mapped_column(ForeignKey("enterprise.id"), index=True)


def phone_digits(phone: str) -> str:
    """The same for one phone however it is written."""
    return "".join(filter(str.isdigit, phone)).removeprefix("86")


class Contact(Scoped, Versioned, Audited, Base):
    """A person at an enterprise, known to one district; a phone is found by its fingerprint."""

    __tablename__ = "contact"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    enterprise_id: Mapped[str] = mapped_column(ForeignKey("enterprise.id"), index=True)
    name: Mapped[str] = mapped_column(Sealed("contact.name"), info={"personal": True})
    post: Mapped[str | None] = mapped_column(String(60))
    phone: Mapped[str | None] = mapped_column(
        Sealed("contact.phone", phone_digits), info={"personal": True}
    )
    phone_seal: Mapped[str | None] = mapped_column(String(64), index=True, info={"personal": True})
    email: Mapped[str | None] = mapped_column(Sealed("contact.email"), info={"personal": True})
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Interaction(Scoped, Versioned, Audited, Base):
    """A talk, visit or line of progress about a lead or project (`about_id`), or an enterprise.

    With a `substantive_kind` it is substantive progress (实质进展), else news that resets nothing.
    """

    __tablename__ = "interaction"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    about_id: Mapped[str | None] = mapped_column(String(40), index=True)
    enterprise_id: Mapped[str | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    kind: Mapped[InteractionKind] = mapped_column(coded(InteractionKind))
    substantive_kind: Mapped[SubstantiveKind | None] = mapped_column(coded(SubstantiveKind))
    happened_on: Mapped[date]
    participants: Mapped[str | None] = mapped_column(String(400))
    counterparts: Mapped[str | None] = mapped_column(
        Sealed("interaction.counterparts"), info={"personal": True}
    )
    content: Mapped[str] = mapped_column(Text)
    demands: Mapped[str | None] = mapped_column(Text)
    next_step: Mapped[str | None] = mapped_column(String(400))
    next_step_on: Mapped[date | None]
    files: Mapped[list[str]] = mapped_column(JSON)
    logged_by: Mapped[str] = mapped_column(String(80))
    logged_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Engagement(Scoped, Versioned, Audited, Base):
    """A unit negotiates or has signed with an enterprise in a 大类, through a lead or project."""

    __tablename__ = "engagement"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    about_id: Mapped[str] = mapped_column(String(40), unique=True)
    enterprise_id: Mapped[str] = mapped_column(ForeignKey("enterprise.id"), index=True)
    division: Mapped[str] = mapped_column(String(4))
    status: Mapped[EngagementStatus] = mapped_column(coded(EngagementStatus))
    since: Mapped[date]
    until: Mapped[date | None]
