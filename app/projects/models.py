"""Tables of projects (项目): the project, its log of stages, its identities, what was promised.

Project ─┬─ StageChange   append-only: each change of stage or status, with the gate as it stood
         ├─ Identifier    other systems' numbers, names and amounts, side by side
         ├─ Commitment    promised and actual, by indicator and year
         ├─ Signing       append-only: each 签约 with what it adds to the contracts before it
         ├─ PaidIn, FirstTax   what came in, with voucher, checked by a second person
         ├─ FactorNeed    要素保障清单
         └─ Sharing       what agreements tell the gates
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.first_talk.policies import Currency
from app.kit.db import (
    Base,
    MoneyInFen,
    RateText,
    Scoped,
    UtcDateTime,
    Versioned,
    append_only,
    coded,
)
from app.kit.trail import Audited
from app.kit.work import Role
from app.labels import LabelledEnum
from app.leads.models import CapitalOrigin, Conclusion
from app.leads.stages import Direction, Stage, Track
from app.money import Money, Rate
from app.projects.states import Status


class ContractKind(LabelledEnum):
    """What kind of formal contract (正式合同) was signed; a 框架协议 is none."""

    INVESTMENT = "investment", "投资协议"
    PARK_ENTRY = "park_entry", "入园协议"
    COOPERATION = "cooperation", "合作协议"
    LEASE = "lease", "租赁合同"


class LandUse(LabelledEnum):
    """Where the project stands (用地情况)."""

    SUPPLIED = "supplied", "供地"
    LEASED = "leased", "租赁"
    NONE = "none", "不需用地"


class ParkFit(LabelledEnum):
    """How the industry fits the park (产业分区)."""

    LEADING = "leading", "主导产业"
    ENCOURAGED = "encouraged", "鼓励类"
    GENERAL = "general", "一般类"
    RESTRICTED = "restricted", "限制类"


class Scheme(LabelledEnum):
    """Whose number it is."""

    DISTRICT = "district", "区级编号"
    CITY = "city", "市级编号"
    APPROVAL = "approval", "项目代码"
    STATISTICS = "statistics", "入统代码"
    ABOVE_SCALE = "above_scale", "入规代码"


class Indicator(LabelledEnum):
    """What was promised: amounts in yuan, the rest in units of their own."""

    INVESTMENT = "investment", "投资"
    PAID_IN = "paid_in", "到位资金"
    OUTPUT = "output", "产值"
    TAX = "tax", "税收"
    JOBS = "jobs", "就业"
    LAND = "land", "用地"
    ENERGY = "energy", "用能"


class FundKind(LabelledEnum):
    """What money that came in (到位资金) is for."""

    FIXED_ASSETS = "fixed_assets", "固定资产"
    WORKING_CAPITAL = "working_capital", "流动资金"
    REGISTERED_CAPITAL = "registered_capital", "注册资本"


class FundSource(LabelledEnum):
    """The scope (口径) that money is reported under."""

    OUTSIDE_CITY = "outside_city", "市外"
    OUTSIDE_PROVINCE = "outside_province", "省外"
    FOREIGN = "foreign", "外资"
    INDUSTRY = "industry", "工业"


class VoucherKind(LabelledEnum):
    """What proves that money came in."""

    CAPITAL_REPORT = "capital_report", "验资报告"
    BANK_SLIP = "bank_slip", "进账单"
    EQUIPMENT_INVOICE = "equipment_invoice", "设备发票"
    LAND_VOUCHER = "land_voucher", "土地款凭证"


class SharingState(LabelledEnum):
    """Where an agreement on sharing stands."""

    DRAFT = "draft", "起草"
    OFFERED = "offered", "已报价"
    CONFIRMED = "confirmed", "各方已确认"
    IN_FORCE = "in_force", "生效"
    SUPERSEDED = "superseded", "已被替代"
    TERMINATED = "terminated", "已终止"


class Project(Scoped, Versioned, Audited, Base):
    """An investment that is negotiated or further on; opened from a lead, or entered directly.

    `withheld`: fields that are 企业暂未提供, each with day and person. `frozen`: investor, group,
    promised numbers and agreement as they stood at 签约. `pooled_on`: since then it waits to be
    taken up, its right having lapsed; `lapsed_right_id` is the right whose lapse has done that.
    """

    __tablename__ = "project"
    __table_args__ = (
        Index("ix_project_updated", "district_id", "updated_at", "id"),
        Index("ix_project_stage", "district_id", "stage", "status"),
    )
    city_reads: ClassVar = frozenset({Role.COORDINATOR})

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text, default="")
    lead_id: Mapped[str | None] = mapped_column(ForeignKey("lead.id"), unique=True)
    enterprise_id: Mapped[str | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    unregistered: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(40))

    stage: Mapped[Stage] = mapped_column(coded(Stage))
    stage_since: Mapped[date]
    status: Mapped[Status] = mapped_column(coded(Status))
    track: Mapped[Track | None] = mapped_column(coded(Track))
    categories: Mapped[list[str]] = mapped_column(JSON, default=list)
    status_reason: Mapped[str] = mapped_column(Text, default="")
    drop_reason: Mapped[str | None] = mapped_column(String(40))
    review_on: Mapped[date | None]
    candidate_year: Mapped[int | None]
    candidate_batch: Mapped[str] = mapped_column(String(40), default="")

    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    origin_district_id: Mapped[str | None] = mapped_column(ForeignKey("district.id"))
    host_district_id: Mapped[str | None] = mapped_column(ForeignKey("district.id"))

    division: Mapped[str | None] = mapped_column(String(2))
    line: Mapped[str] = mapped_column(String(200), default="")
    capital_origin: Mapped[CapitalOrigin | None] = mapped_column(coded(CapitalOrigin))
    project_type: Mapped[str | None] = mapped_column(String(40))
    enterprise_type: Mapped[str | None] = mapped_column(String(40))
    source_region: Mapped[str | None] = mapped_column(String(40))
    key_industry: Mapped[str | None] = mapped_column(String(40))

    planned_investment: Mapped[Money | None] = mapped_column(MoneyInFen)
    planned_investment_currency: Mapped[Currency] = mapped_column(
        coded(Currency), default=Currency.CNY
    )
    fixed_asset_investment: Mapped[Money | None] = mapped_column(MoneyInFen)
    filing_amount: Mapped[Money | None] = mapped_column(MoneyInFen)
    withheld: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    conclusion: Mapped[Conclusion | None] = mapped_column(coded(Conclusion))
    conclusion_reason: Mapped[str] = mapped_column(Text, default="")
    distinct_reason: Mapped[str] = mapped_column(String(400), default="")

    park_id: Mapped[str | None] = mapped_column(ForeignKey("district.id"))
    park_fit: Mapped[ParkFit | None] = mapped_column(coded(ParkFit))
    park_fit_reason: Mapped[str] = mapped_column(String(400), default="")
    land: Mapped[LandUse | None] = mapped_column(coded(LandUse))
    land_mu: Mapped[Rate | None] = mapped_column(RateText)
    no_factor_needs: Mapped[bool] = mapped_column(default=False)
    agreement_kind: Mapped[ContractKind | None] = mapped_column(coded(ContractKind))
    agreement_signed_on: Mapped[date | None]
    agreement_file_id: Mapped[str | None] = mapped_column(ForeignKey("stored_file.id"))
    decision_policy: Mapped[str] = mapped_column(String(200), default="")
    decision_investment: Mapped[str] = mapped_column(String(200), default="")
    decision_land: Mapped[str] = mapped_column(String(200), default="")
    fair_competition_review: Mapped[str] = mapped_column(String(200), default="")
    frozen: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    opened_by: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    progressed_on: Mapped[date | None]
    pooled_on: Mapped[date | None]
    lapsed_right_id: Mapped[str | None] = mapped_column(String(40))
    construction_on: Mapped[date | None]


class StageChange(Base):
    """One change of stage or status: by whom, why, under which rules, and the gate as it stood."""

    __tablename__ = "project_stage_change"

    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    direction: Mapped[Direction | None] = mapped_column(coded(Direction))
    from_stage: Mapped[Stage | None] = mapped_column(coded(Stage))
    to_stage: Mapped[Stage] = mapped_column(coded(Stage))
    from_status: Mapped[Status | None] = mapped_column(coded(Status))
    to_status: Mapped[Status] = mapped_column(coded(Status))
    actor_id: Mapped[str] = mapped_column(String(80))
    actor_name: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(Text)
    policy_version: Mapped[str] = mapped_column(String(60))
    gate: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


append_only(StageChange)


class Identifier(Audited, Base):
    """How another system knows the project: its number, its name, its amount, on that day."""

    __tablename__ = "project_identifier"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    scheme: Mapped[Scheme] = mapped_column(coded(Scheme))
    value: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    amount: Mapped[Money | None] = mapped_column(MoneyInFen)
    reported_on: Mapped[date]
    entered_by: Mapped[str] = mapped_column(String(80))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Commitment(Versioned, Audited, Base):
    """What was promised for a year, and what came of it; exact, in the indicator's own unit."""

    __tablename__ = "project_commitment"
    __table_args__ = (UniqueConstraint("project_id", "indicator", "year"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"))
    indicator: Mapped[Indicator] = mapped_column(coded(Indicator))
    year: Mapped[int]
    promised: Mapped[Rate | None] = mapped_column(RateText)
    actual: Mapped[Rate | None] = mapped_column(RateText)


class Signing(Base):
    """One 签约 of a project: the whole amount, and what it adds to those before it.

    `increment` of the first is the whole, then only what goes beyond the largest before (追加).
    """

    __tablename__ = "project_signing"

    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    signed_on: Mapped[date]
    amount: Mapped[Money | None] = mapped_column(MoneyInFen)
    currency: Mapped[Currency] = mapped_column(coded(Currency))
    increment: Mapped[Money] = mapped_column(MoneyInFen)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


append_only(Signing)


class Vouched:
    """A fact with its voucher, entered by one person, checked (核验) by another, never edited.

    `refusal` is why the second person sent it back; it then counts for nothing.
    """

    voucher_id: Mapped[str] = mapped_column(ForeignKey("stored_file.id"))
    entered_by: Mapped[str] = mapped_column(String(80))
    entered_by_name: Mapped[str] = mapped_column(String(80))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_by_name: Mapped[str] = mapped_column(String(80), default="")
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refusal: Mapped[str] = mapped_column(Text, default="")


class PaidIn(Vouched, Versioned, Audited, Base):
    """Money that came in (到位资金); a wrong row is corrected by a negative one that names it."""

    __tablename__ = "project_paid_in"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    paid_on: Mapped[date]
    amount: Mapped[Money] = mapped_column(MoneyInFen)
    kind: Mapped[FundKind] = mapped_column(coded(FundKind))
    source: Mapped[FundSource] = mapped_column(coded(FundSource))
    is_increase: Mapped[bool]
    voucher_kind: Mapped[VoucherKind] = mapped_column(coded(VoucherKind))
    division_proof_id: Mapped[str | None] = mapped_column(ForeignKey("stored_file.id"))
    corrects_id: Mapped[str | None] = mapped_column(ForeignKey("project_paid_in.id"))
    note: Mapped[str] = mapped_column(String(400), default="")


class FirstTax(Vouched, Versioned, Audited, Base):
    """The day on which the first tax of the project came into the treasury (首笔税收入库)."""

    __tablename__ = "project_first_tax"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    collected_on: Mapped[date]


class FactorNeed(Versioned, Audited, Base):
    """Something the project needs (要素保障): what, by when, from whom; and the answer."""

    __tablename__ = "project_factor_need"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    amount: Mapped[str] = mapped_column(String(80))
    needed_on: Mapped[date | None]
    supplier: Mapped[str] = mapped_column(String(80))
    answer: Mapped[str] = mapped_column(String(400), default="")


class Sharing(Audited, Base):
    """An agreement on sharing, as far as the gates need to know; written by `agreements`."""

    __tablename__ = "project_sharing"

    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), primary_key=True)
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[SharingState] = mapped_column(coded(SharingState))
    approval: Mapped[str] = mapped_column(String(200))
    approval_required: Mapped[bool]
