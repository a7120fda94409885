"""The tables of leads (线索): the lead with its running clock, its evidence, views of the list."""

from datetime import date, datetime

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.first_talk.policies import Currency, Evidence
from app.kit.db import Base, MoneyInFen, Scoped, UtcDateTime, Versioned, coded
from app.kit.trail import Audited
from app.labels import LabelledEnum
from app.leads.stages import LeadState, Stage
from app.money import Money

NO_CLOCK = date(9999, 12, 31)
"""The due day of a lead on which no clock runs; not NULL, because the list is paged by it."""


class CapitalOrigin(LabelledEnum):
    """Where the capital comes from (内外资)."""

    DOMESTIC = "domestic", "内资"
    FOREIGN = "foreign", "外资"


class Conclusion(LabelledEnum):
    """What an assessment (研判) comes to."""

    PROCEED = "proceed", "可推进"
    WAIT = "wait", "暂缓"
    UNFIT = "unfit", "不符合"


class Visibility(LabelledEnum):
    """Who finds a saved view among the tabs of the list."""

    PRIVATE = "private", "仅自己"
    UNIT = "unit", "本单位"
    DISTRICT = "district", "全区"


class Lead(Scoped, Versioned, Audited, Base):
    """Somebody wants to invest, or might: a name, a source, and whatever comes to be known.

    `due_on` is the last day of the clock that runs now (首次响应 or 研判): fixed when the clock
    starts, so that a change of the calendar never moves it. `lapsed_right_id` is the right whose
    lapse has already brought it into the pool.
    """

    __tablename__ = "lead"
    __table_args__ = (
        Index("ix_lead_clock", "district_id", "due_on", "id"),
        Index("ix_lead_updated", "district_id", "updated_at", "id"),
        Index("ix_lead_logged", "district_id", "logged_at", "id"),
        Index("ix_lead_name", "district_id", "name", "id"),
        Index("ix_lead_owner", "owner_id", "state"),
        Index(
            "ix_lead_totals",
            *("district_id", "deleted_at", "state", "owner_id", "responded_at"),
            *("planned_investment", "planned_investment_currency", "id"),
        ),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    project_name: Mapped[str] = mapped_column(String(200), default="")
    enterprise_id: Mapped[str | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    unregistered: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(40))
    stage: Mapped[Stage] = mapped_column(coded(Stage), default=Stage.LEAD)
    state: Mapped[LeadState] = mapped_column(coded(LeadState), default=LeadState.OPEN)
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))

    division: Mapped[str | None] = mapped_column(String(2))
    line: Mapped[str] = mapped_column(String(200), default="")
    planned_investment: Mapped[Money | None] = mapped_column(MoneyInFen)
    planned_investment_currency: Mapped[Currency] = mapped_column(
        coded(Currency), default=Currency.CNY
    )
    fixed_asset_investment: Mapped[Money | None] = mapped_column(MoneyInFen)
    exclusions: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    withheld_on: Mapped[date | None] = mapped_column(Date)
    withheld_by: Mapped[str | None] = mapped_column(String(40))
    capital_origin: Mapped[CapitalOrigin | None] = mapped_column(coded(CapitalOrigin))
    first_talked_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text, default="")

    conclusion: Mapped[Conclusion | None] = mapped_column(coded(Conclusion))
    conclusion_reason: Mapped[str] = mapped_column(Text, default="")
    distinct_from: Mapped[list[str]] = mapped_column(JSON, default=list)

    logged_by: Mapped[str] = mapped_column(String(40))
    logged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    responded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    progressed_on: Mapped[date | None] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)

    former_owner_id: Mapped[str | None] = mapped_column(String(40))
    pooled_on: Mapped[date | None] = mapped_column(Date)
    lapsed_right_id: Mapped[str | None] = mapped_column(String(40))
    drop_reason: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text, default="")
    project_id: Mapped[str | None] = mapped_column(String(40))
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LeadEvidence(Audited, Base):
    """A file that proves a contact with the investor, by kind; seen with its lead."""

    __tablename__ = "lead_evidence"

    lead_id: Mapped[str] = mapped_column(ForeignKey("lead.id"), primary_key=True)
    file_id: Mapped[str] = mapped_column(ForeignKey("stored_file.id"), primary_key=True)
    kind: Mapped[Evidence] = mapped_column(coded(Evidence))
    dated_on: Mapped[date | None] = mapped_column(Date)
    participants: Mapped[str] = mapped_column(String(200), default="")
    added_by: Mapped[str] = mapped_column(String(40))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SavedView(Scoped, Versioned, Audited, Base):
    """Filters and order of the list under a name, as they stand in its address."""

    __tablename__ = "saved_view"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    query: Mapped[str] = mapped_column(String(1000))
    visibility: Mapped[Visibility] = mapped_column(coded(Visibility))
    owner_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
