"""Tables of the first-talk register: rights, what moved them, their proofs, and who asked.

    Subject ── Right ─┬─ Phase        what it will be and when, if nobody acts: lists and counts
                      ├─ RightMove    what happened to it, once each
                      ├─ JointHolder, EvidenceFile, Report, Warned
                      ├─ case_models      what others decide about it
                      ├─ transfer_models  where it goes, and what its first talker keeps
                      └─ ledger_models    the entries that prove it, in one signed chain

A `Right` stores state and clocks as they were last written; what counts now follows from them and
the time (`rights.settle`). `Phase` holds that future as rows, so that SQL asks the same question.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
    exists,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import ColumnElement

from app.first_talk.policies import Currency, Evidence
from app.first_talk.rights import LIVE, Move, Reason, State
from app.kit.db import Base, Scoped, UtcDateTime, Versioned, append_only, coded, unique_while
from app.kit.trail import Audited
from app.kit.work import Role
from app.labels import LabelledEnum


class Subject(Base):
    """What a right is about (`subject_key`); locked while any of its rows changes."""

    __tablename__ = "first_talk_subject"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)


class Right(Scoped, Versioned, Audited, Base):
    """A claim or right; `place` is the ledger number of its first complete filing.

    `signed`: its project signed while it was no right yet; it converts the moment it becomes one.
    `opened_on`: its lead became a project. `united_into`: the right of its family that it went into
    when their enterprises proved one; what was reported under it counts for that one.
    """

    __tablename__ = "first_talk_right"
    city_reads: ClassVar = frozenset({Role.COORDINATOR})

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    unit_id: Mapped[str] = mapped_column(String(40))
    officer_id: Mapped[str] = mapped_column(String(40))
    lead_id: Mapped[str] = mapped_column(String(40), index=True)
    enterprise_id: Mapped[str] = mapped_column(ForeignKey("enterprise.id"), index=True)
    subject_key: Mapped[str] = mapped_column(String(60), index=True)
    division: Mapped[str] = mapped_column(String(4))
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[Currency] = mapped_column(coded(Currency))
    first_talked_on: Mapped[date | None]
    contract_on: Mapped[date | None]
    opened_on: Mapped[date | None]
    united_into: Mapped[str | None] = mapped_column(String(40), index=True)
    application: Mapped[dict[str, Any]] = mapped_column(JSON)
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    policy_version: Mapped[str] = mapped_column(String(60))
    filed_number: Mapped[str | None] = mapped_column(String(40), unique=True)
    place: Mapped[int | None] = mapped_column(BigInteger)

    state: Mapped[State] = mapped_column(coded(State))
    interrupted: Mapped[State | None] = mapped_column(coded(State))
    signed: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[Reason | None] = mapped_column(coded(Reason))
    reason_text: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    filed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_on: Mapped[date | None]
    active_on: Mapped[date | None]
    fix_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    review_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hold_cap_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    notice_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    objection_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    nominal_end: Mapped[date | None]
    effective_end: Mapped[date | None]
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    extensions: Mapped[int] = mapped_column(Integer, default=0)
    extension_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lapse_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    frozen_on: Mapped[date | None]
    ruling_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    suspended_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    declared_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accept_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pool_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @staticmethod
    def counts_as(*states: State, now: datetime) -> ColumnElement[bool]:
        """Whether the right counts as one of these states now, swept or not."""
        return exists().where(
            Phase.right_id == Right.id,
            Phase.state.in_(states),
            or_(Phase.n == 0, Phase.starts_at <= now),
            or_(Phase.ends_at.is_(None), Phase.ends_at > now),
        )


LIVE_RIGHT = unique_while(
    "uq_first_talk_right_live", Right.subject_key, condition=Right.state.in_(LIVE)
)


class Phase(Base):
    """A state that a right will be in from one instant to another, unless somebody acts."""

    __tablename__ = "first_talk_phase"

    right_id: Mapped[str] = mapped_column(ForeignKey("first_talk_right.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[State] = mapped_column(coded(State))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RightMove(Base):
    """One move: from when it counts (of a timed one: its due time), when written, by whom, why."""

    __tablename__ = "first_talk_move"

    right_id: Mapped[str] = mapped_column(ForeignKey("first_talk_right.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    move: Mapped[Move] = mapped_column(coded(Move))
    state: Mapped[State] = mapped_column(coded(State))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[str] = mapped_column(String(80))
    actor_name: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(Text)
    policy_version: Mapped[str] = mapped_column(String(60))


append_only(RightMove)


class JointHolder(Scoped, Audited, Base):
    """A unit that holds a right together with its first holder, with a receipt of its own."""

    __tablename__ = "first_talk_joint_holder"
    __table_args__ = (UniqueConstraint("right_id", "district_id"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    right_id: Mapped[str] = mapped_column(ForeignKey("first_talk_right.id"), index=True)
    unit_id: Mapped[str] = mapped_column(String(40))
    officer_id: Mapped[str] = mapped_column(String(40))
    lead_id: Mapped[str] = mapped_column(String(40), index=True)
    number: Mapped[str] = mapped_column(String(40))
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EvidenceFile(Scoped, Audited, Base):
    """A file that proves the first talk: its kind, day, digest, and who took part."""

    __tablename__ = "first_talk_evidence"
    city_reads: ClassVar = frozenset({Role.COORDINATOR})

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    right_id: Mapped[str] = mapped_column(ForeignKey("first_talk_right.id"), index=True)
    kind: Mapped[Evidence] = mapped_column(coded(Evidence))
    file_id: Mapped[str] = mapped_column(ForeignKey("stored_file.id"))
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    dated_on: Mapped[date | None]
    participants: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Report(Base):
    """A report of the holder: a line of news, or a substantive event of a day."""

    __tablename__ = "first_talk_report"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    right_id: Mapped[str] = mapped_column(ForeignKey("first_talk_right.id"), index=True)
    interaction_id: Mapped[str] = mapped_column(String(40), unique=True)
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    happened_on: Mapped[date]
    substantive: Mapped[bool]


append_only(Report)


class Substantiation(Base):
    """A line of news that was made a substantive event (改为实质进展); it counts from then on."""

    __tablename__ = "first_talk_substantiation"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    right_id: Mapped[str] = mapped_column(ForeignKey("first_talk_right.id"), index=True)
    interaction_id: Mapped[str] = mapped_column(String(40))
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    happened_on: Mapped[date]


append_only(Substantiation)


class Warned(Base):
    """A warning that was given about a right, once: a day before its end, a review overdue."""

    __tablename__ = "first_talk_warned"

    right_id: Mapped[str] = mapped_column(ForeignKey("first_talk_right.id"), primary_key=True)
    occasion: Mapped[str] = mapped_column(String(60), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class QueryKind(LabelledEnum):
    """How a district came to ask about a subject."""

    CHECK = "check", "盲查"
    FILING = "filing", "申报"
    COOPERATION = "cooperation", "请求协作"


class QueryLog(Base):
    """A question about a subject, by 盲查 or filing; shown to the holder that it met.

    `about_id` is the lead or project of the unit that it met in talks, where no right was met.
    """

    __tablename__ = "first_talk_query"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[QueryKind] = mapped_column(coded(QueryKind))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_on: Mapped[date]
    district_id: Mapped[str] = mapped_column(String(40), index=True)
    user_id: Mapped[str] = mapped_column(String(80))
    user_name: Mapped[str] = mapped_column(String(80))
    subject_key: Mapped[str] = mapped_column(String(60))
    right_id: Mapped[str | None] = mapped_column(String(40), index=True)
    about_id: Mapped[str | None] = mapped_column(String(40), index=True)


append_only(QueryLog)
