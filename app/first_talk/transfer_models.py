"""Tables of a right that goes on (流转), and of what its first talker keeps (首谈利益)."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.first_talk.chain import Obstacle
from app.kit.db import Base, RateText, Scoped, UtcDateTime, Versioned, coded
from app.kit.trail import Audited
from app.kit.work import Role
from app.money import Rate


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
    with its joint holders: ratios by district. `project_id` is what was signed, wherever it lands:
    each phase of a framework agreement is a project of its own, with a row and clocks of its own.
    """

    __tablename__ = "first_talk_interest"
    __table_args__ = (UniqueConstraint("right_id", "project_id"),)
    city_reads: ClassVar = frozenset({Role.COORDINATOR})

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    right_id: Mapped[str] = mapped_column(ForeignKey("first_talk_right.id"), index=True)
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
