"""Tables of disputes over the figures of a moved firm (产值、固投归属争议)."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.first_talk.challenges import OPEN, CaseState
from app.kit.db import Base, Scoped, UtcDateTime, Versioned, coded, unique_while
from app.kit.trail import Audited
from app.kit.work import Role
from app.labels import LabelledEnum


class RelocationFigure(LabelledEnum):
    """What two districts may dispute after a firm has moved between them."""

    FIXED_ASSETS = "fixed_assets", "固投"
    OUTPUT = "output", "产值"


class RelocationEffect(LabelledEnum):
    """What is ruled: a division, none, or on appeal that the first ruling stands."""

    DIVIDE = "divide", "按比例归属"
    DISMISS = "dismiss", "不予调整"
    UPHOLD = "uphold", "维持原裁定"


class RelocationCase(Scoped, Versioned, Audited, Base):
    """A case between the district that a firm left and the one that it moved to.

    `district_id` opened it, `respondent_id` is let in by a share; `origin_id` is the one that was
    left. `terms` are those that hold, `proposal` those that one side offers, `former` those that
    the appeal has changed.
    """

    __tablename__ = "relocation_case"
    city_reads: ClassVar = frozenset({Role.COORDINATOR})

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    enterprise_id: Mapped[str] = mapped_column(ForeignKey("enterprise.id"))
    respondent_id: Mapped[str] = mapped_column(ForeignKey("district.id"))
    origin_id: Mapped[str] = mapped_column(ForeignKey("district.id"))
    officer_id: Mapped[str] = mapped_column(String(80))
    figures: Mapped[list[str]] = mapped_column(JSON)
    statement: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    policy_version: Mapped[str] = mapped_column(String(60))
    state: Mapped[CaseState] = mapped_column(coded(CaseState))
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proposal: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    proposed_by: Mapped[str] = mapped_column(String(40), default="")
    effect: Mapped[RelocationEffect | None] = mapped_column(coded(RelocationEffect))
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    reasons: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ruled_by_id: Mapped[str] = mapped_column(String(80), default="")
    appeal: Mapped[str] = mapped_column(Text, default="")
    appealed_by: Mapped[str] = mapped_column(String(40), default="")
    appeal_effect: Mapped[RelocationEffect | None] = mapped_column(coded(RelocationEffect))
    former: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    appeal_reasons: Mapped[str] = mapped_column(Text, default="")


ONE_RELOCATION_CASE = unique_while(
    "uq_relocation_case_open",
    RelocationCase.project_id,
    condition=RelocationCase.state.in_(OPEN),
)


class RelocationProof(Scoped, Audited, Base):
    """A file that one side brings into the case; the other side is let in by a share."""

    __tablename__ = "relocation_proof"
    city_reads: ClassVar = frozenset({Role.COORDINATOR})

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("relocation_case.id"), index=True)
    file_id: Mapped[str] = mapped_column(ForeignKey("stored_file.id"))
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
