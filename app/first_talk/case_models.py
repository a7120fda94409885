"""Tables of what somebody else decides about a right.

A joint holder is let in by the other side (`JoinRequest`), two claims are told apart by the
registrar (`IdentityDecision`), a dispute is ruled by the council (`Case`), and the letter of an
enterprise that leaves is verified by a second person (`EnterpriseLetter`).
"""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import JSON, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.first_talk.challenges import CaseState, Effect, Ground
from app.first_talk.consents import JoinState
from app.kit.db import Base, RateText, Scoped, UtcDateTime, Versioned, coded, unique_while
from app.kit.trail import Audited
from app.kit.work import Role
from app.money import Rate


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
