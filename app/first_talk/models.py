"""Tables of the first-talk register: rights, what moved them, their proofs, and the ledger.

    Subject ── Right ─┬─ Phase        what it will be and when, if nobody acts: lists and counts
                      ├─ RightMove    what happened to it, once each
                      ├─ JointHolder, EvidenceFile, Report
                      └─ Receipt      the entry that proves it, in one signed chain (LedgerHead)

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

from app.first_talk.chain import Obstacle
from app.first_talk.challenges import CaseState, Effect, Ground
from app.first_talk.consents import JoinState
from app.first_talk.policies import Currency, Evidence
from app.first_talk.rights import LIVE, Move, Reason, State
from app.kit.db import (
    Base,
    RateText,
    Scoped,
    UtcDateTime,
    Versioned,
    append_only,
    coded,
    unique_while,
)
from app.kit.trail import Audited
from app.kit.work import Role
from app.labels import LabelledEnum
from app.money import Rate


class ReceiptKind(LabelledEnum):
    """What a ledger entry certifies."""

    LEAD = "lead", "登记回执"
    CLAIM = "claim", "首谈登记凭证"
    GRANT = "grant", "首谈保护凭证"
    JOINT = "joint", "联合持有凭证"
    EXTENSION = "extension", "首谈续期凭证"
    LAPSE_NOTICE = "lapse_notice", "失效预告"
    SUSPENSION = "suspension", "首谈中止"
    RESUMPTION = "resumption", "首谈恢复"
    RULING = "ruling", "首谈裁定"
    TRANSFER = "transfer", "首谈流转"
    ENDING = "ending", "首谈终结"
    CALENDAR = "calendar", "截止日确定"
    CORRECTION = "correction", "更正"


class QueryKind(LabelledEnum):
    """How a district came to ask about a subject."""

    CHECK = "check", "盲查"
    FILING = "filing", "申报"
    COOPERATION = "cooperation", "请求协作"


class Subject(Base):
    """What a right is about (`subject_key`); locked while any of its rows changes."""

    __tablename__ = "first_talk_subject"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)


class Right(Scoped, Versioned, Audited, Base):
    """A claim or right; `place` is the ledger number of its first complete filing.

    `signed`: its project signed while it was no right yet; it converts the moment it becomes one.
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


class JoinRequest(Scoped, Versioned, Audited, Base):
    """A unit wants to hold a right jointly, or its holder wants it to: the other side consents.

    `district_id` is who asked, the other side is let in by a share. `lead_id` is the joiner's, none
    while an invited unit has not answered; `claim_id` is the claim whose evidence it brings.
    """

    __tablename__ = "first_talk_join_request"
    city_reads: ClassVar = frozenset({Role.COORDINATOR})

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    right_id: Mapped[str] = mapped_column(ForeignKey("first_talk_right.id"), index=True)
    holder_id: Mapped[str] = mapped_column(ForeignKey("district.id"))
    joiner_id: Mapped[str] = mapped_column(ForeignKey("district.id"))
    claim_id: Mapped[str | None] = mapped_column(ForeignKey("first_talk_right.id"))
    lead_id: Mapped[str | None] = mapped_column(String(40))
    unit_id: Mapped[str] = mapped_column(String(40))
    officer_id: Mapped[str] = mapped_column(String(40))
    officer_name: Mapped[str] = mapped_column(String(80))
    statement: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[JoinState] = mapped_column(coded(JoinState))
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by_name: Mapped[str] = mapped_column(String(80), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


ONE_JOIN_REQUEST = unique_while(
    "uq_first_talk_join_request_open",
    JoinRequest.right_id,
    JoinRequest.joiner_id,
    condition=JoinRequest.state == JoinState.ASKED,
)


class IdentityDecision(Scoped, Audited, Base):
    """The registrar's word on whether two claims are one project (同一性认定): never asked twice.

    `district_id` is the newer claim's, the other one's is let in by a share.
    """

    __tablename__ = "first_talk_identity_decision"
    city_reads: ClassVar = frozenset({Role.COORDINATOR})

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    right_id: Mapped[str] = mapped_column(ForeignKey("first_talk_right.id"), index=True)
    other_id: Mapped[str] = mapped_column(ForeignKey("first_talk_right.id"), index=True)
    same: Mapped[bool]
    points: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    decided_by_name: Mapped[str] = mapped_column(String(80))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Case(Scoped, Versioned, Audited, Base):
    """A case between a district and who holds or held a right, by its ground.

    An objection (异议): `district_id` objects on its own claim (`claim_id`): its 首谈时间, its
    evidence, and what a ruling awards. A revocation (撤销): the registrar says that the filing was
    false. Poaching (争抢): `district_id` talked with the enterprise while the right ran
    (`contacts`). The holder is let in by a share. `credit` is what the council gave the holder.
    """

    __tablename__ = "first_talk_case"
    city_reads: ClassVar = frozenset({Role.COORDINATOR})

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    right_id: Mapped[str] = mapped_column(ForeignKey("first_talk_right.id"), index=True)
    claim_id: Mapped[str | None] = mapped_column(ForeignKey("first_talk_right.id"))
    holder_id: Mapped[str] = mapped_column(ForeignKey("district.id"))
    unit_id: Mapped[str] = mapped_column(String(40))
    officer_name: Mapped[str] = mapped_column(String(80))
    ground: Mapped[Ground] = mapped_column(coded(Ground))
    statement: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    policy_version: Mapped[str] = mapped_column(String(60))
    state: Mapped[CaseState] = mapped_column(coded(CaseState))
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    effect: Mapped[Effect | None] = mapped_column(coded(Effect))
    reasons: Mapped[str] = mapped_column(Text, default="")
    benefit: Mapped[str] = mapped_column(Text, default="")
    ruled_by_id: Mapped[str] = mapped_column(String(80), default="")
    ruled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    former_end: Mapped[date | None]
    awarded_id: Mapped[str | None] = mapped_column(String(40))
    appeal: Mapped[str] = mapped_column(Text, default="")
    appealed_by: Mapped[str] = mapped_column(String(40), default="")
    reversed: Mapped[bool | None]
    appeal_reasons: Mapped[str] = mapped_column(Text, default="")
    appeal_ruled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    contacts: Mapped[list[dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    council_number: Mapped[str | None] = mapped_column(String(80))
    credit: Mapped[Rate | None] = mapped_column(RateText)


class EnterpriseLetter(Scoped, Audited, Base):
    """The enterprise writes that it chooses another place; a second person verifies the letter."""

    __tablename__ = "first_talk_letter"
    city_reads: ClassVar = frozenset({Role.COORDINATOR})

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    right_id: Mapped[str] = mapped_column(ForeignKey("first_talk_right.id"), index=True)
    file_id: Mapped[str] = mapped_column(ForeignKey("stored_file.id"))
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    written_on: Mapped[date]
    filed_by_id: Mapped[str] = mapped_column(String(80))
    filed_by_name: Mapped[str] = mapped_column(String(80))
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    verified_by_name: Mapped[str] = mapped_column(String(80), default="")
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Transfer(Scoped, Versioned, Audited, Base):
    """A right on its way to another district (流转): why, and once accepted by whom, on what terms.

    `district_id` is the giver's; `parties` are the signatures under the 引荐确认表, `scheme` the
    scheme v1 document that an agreement points to.
    """

    __tablename__ = "first_talk_transfer"
    city_reads: ClassVar = frozenset({Role.COORDINATOR})

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    right_id: Mapped[str] = mapped_column(ForeignKey("first_talk_right.id"), unique=True)
    obstacle: Mapped[Obstacle] = mapped_column(coded(Obstacle))
    reason: Mapped[str] = mapped_column(Text)
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    declared_by_name: Mapped[str] = mapped_column(String(80))
    receiver_id: Mapped[str | None] = mapped_column(ForeignKey("district.id"))
    received_id: Mapped[str | None] = mapped_column(ForeignKey("first_talk_right.id"), unique=True)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    parties: Mapped[dict[str, str] | None] = mapped_column(JSON)
    council_number: Mapped[str] = mapped_column(String(80), default="")
    scheme: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class Interest(Scoped, Versioned, Audited, Base):
    """What a first talker keeps after its right went on (首谈利益), on two clocks of its own.

    Credit runs from 动建, tax from the first tax; None until that day. The share and its rules
    were decided when the right went on, in `policy_version`. `split` divides the holder's part
    with its joint holders: ratios by district. `project_id` is what was signed, wherever it lands.
    """

    __tablename__ = "first_talk_interest"
    city_reads: ClassVar = frozenset({Role.COORDINATOR})

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    right_id: Mapped[str] = mapped_column(ForeignKey("first_talk_right.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    credit_since: Mapped[date | None]
    tax_since: Mapped[date | None]
    policy_version: Mapped[str | None] = mapped_column(String(60))
    credit_share: Mapped[Rate | None] = mapped_column(RateText)
    tax_share: Mapped[Rate | None] = mapped_column(RateText)
    split: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    split_reference: Mapped[str | None] = mapped_column(String(200))
    project_id: Mapped[str | None] = mapped_column(String(40), index=True)
    void_reason: Mapped[str | None] = mapped_column(Text)
    void_proof_id: Mapped[str | None] = mapped_column(ForeignKey("stored_file.id"))
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


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


class SigningKey(Base):
    """A public key of the ledger, and from when it signs; old ones stay."""

    __tablename__ = "signing_key"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    public_key: Mapped[str] = mapped_column(String(64), unique=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


append_only(SigningKey)


class Receipt(Base):
    """A ledger entry: public fields linked and signed, content salted and for its readers alone."""

    __tablename__ = "receipt"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    district_id: Mapped[str] = mapped_column(String(40))
    right_id: Mapped[str | None] = mapped_column(String(40), index=True)
    lead_id: Mapped[str | None] = mapped_column(String(40), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    content: Mapped[str] = mapped_column(Text)
    salt: Mapped[str] = mapped_column(String(32))
    content_digest: Mapped[str] = mapped_column(String(64))
    audit_number: Mapped[int] = mapped_column(BigInteger)
    audit_digest: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[str] = mapped_column(String(20))
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))


append_only(Receipt)


class LedgerHead(Base):
    """The newest entry's number, time and digest: one row, locked while a link is added."""

    __tablename__ = "ledger_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    digest: Mapped[str] = mapped_column(String(64))


class LedgerCheck(Base):
    """How far the ledger was last checked, and the first bad entry: one row."""

    __tablename__ = "ledger_check"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    through: Mapped[int] = mapped_column(BigInteger)
    bad_seq: Mapped[int | None] = mapped_column(BigInteger)
    why: Mapped[str] = mapped_column(String(100))


class Warned(Base):
    """A warning that was given about a right, once: a day before its end, a review overdue."""

    __tablename__ = "first_talk_warned"

    right_id: Mapped[str] = mapped_column(ForeignKey("first_talk_right.id"), primary_key=True)
    occasion: Mapped[str] = mapped_column(String(60), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
