"""Tables of what is set by rule: parameters, gates, shares, holidays and dictionaries (规则与口径).

Rows are written once. A value holds from its day until the next row of the same key begins, so
periods cannot overlap; a correction is a higher revision of the same day. What a coordinator
proposes waits in `ParameterProposal` until a second one decides.
"""

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, UtcDateTime, Versioned, append_only, coded, new_id
from app.kit.trail import Audited
from app.labels import LabelledEnum


class Status(LabelledEnum):
    """How far a value can be relied on; a final settlement takes verified rows only."""

    VERIFIED = "verified", "已核实"
    UNVERIFIED = "unverified", "未核实"
    DEMO = "demo", "演示值"


class Notice(LabelledEnum):
    """Whether the State Council has published the holidays of a year."""

    PUBLISHED = "published", "国务院通知已发布"
    STATUTORY = "statutory", "仅法定"


class ProposalKind(LabelledEnum):
    """What a proposal would add."""

    PARAMETER = "parameter", "参数"
    SHARING = "sharing", "收入分享"
    CALENDAR = "calendar", "节假日"
    GATE = "gate", "关口规则"
    CODE = "code", "字典"


class ProposalState(LabelledEnum):
    """Where a proposal stands."""

    PROPOSED = "proposed", "待复核"
    APPROVED = "approved", "已生效"
    REFUSED = "refused", "已退回"


class Dated:
    """From which day a row counts, which revision of that day it is, on whose authority."""

    effective_from: Mapped[date]
    revision: Mapped[int]
    reference: Mapped[str] = mapped_column(String(200))
    status: Mapped[Status] = mapped_column(coded(Status))
    entered_by: Mapped[str] = mapped_column(String(80))
    approved_by: Mapped[str] = mapped_column(String(80))


class PolicyVersion(Audited, Base):
    """A version of a first-talk rule set (`luzhou_default/1`); live only with a review number."""

    __tablename__ = "policy_version"
    __table_args__ = (UniqueConstraint("profile", "n"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("pol"))
    profile: Mapped[str] = mapped_column(String(40))
    n: Mapped[int]
    effective_from: Mapped[date]
    reference: Mapped[str] = mapped_column(String(200))
    review_number: Mapped[str] = mapped_column(String(100))
    status: Mapped[Status] = mapped_column(coded(Status))


class ParameterValue(Dated, Audited, Base):
    """One value of one key; a first-talk key is led by its rule set: `luzhou_default/length`."""

    __tablename__ = "parameter_value"
    __table_args__ = (UniqueConstraint("key", "effective_from", "revision"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("par"))
    key: Mapped[str] = mapped_column(String(100))
    value: Mapped[Any] = mapped_column(JSON)
    policy_version_id: Mapped[str | None] = mapped_column(ForeignKey("policy_version.id"))


class GateRule(Dated, Audited, Base):
    """What a stage asks for: `field` put to `check`, and the sentence shown while it fails."""

    __tablename__ = "gate_rule"
    __table_args__ = (UniqueConstraint("rule_id", "effective_from", "revision"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("gat"))
    rule_id: Mapped[str] = mapped_column(String(60))
    track: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(40))
    stage: Mapped[str] = mapped_column(String(40))
    field: Mapped[str] = mapped_column(String(80))
    check: Mapped[str] = mapped_column(String(60))
    sentence: Mapped[str] = mapped_column(String(200))
    fixable_by: Mapped[list[str]] = mapped_column(JSON)
    may_declare_unknown: Mapped[bool]
    ended: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]


class SharingRow(Dated, Audited, Base):
    """How a tax is shared among levels (收入分享表); no shares means that the tax has ended."""

    __tablename__ = "sharing_row"
    __table_args__ = (UniqueConstraint("of", "tax", "payer_class", "effective_from", "revision"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("shr"))
    of: Mapped[str] = mapped_column(String(20))
    tax: Mapped[str] = mapped_column(String(40))
    payer_class: Mapped[str] = mapped_column(String(40))
    shares: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    url: Mapped[str] = mapped_column(String(300))
    note: Mapped[str] = mapped_column(String(200))


class CalendarYear(Audited, Base):
    """One edition of a year's holidays; the highest revision counts.

    It is known from an instant on, by which dates were counted before; None: from the beginning.
    """

    __tablename__ = "calendar_year"
    __table_args__ = (UniqueConstraint("year", "revision"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("cal"))
    year: Mapped[int]
    revision: Mapped[int]
    notice: Mapped[Notice] = mapped_column(coded(Notice))
    reference: Mapped[str] = mapped_column(String(200))
    known_from: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CalendarDay(Audited, Base):
    """A day that is off although no weekend, or worked although one (调休)."""

    __tablename__ = "calendar_day"

    calendar_year_id: Mapped[str] = mapped_column(ForeignKey("calendar_year.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    is_worked: Mapped[bool]


class Code(Audited, Base):
    """One entry of a dictionary (字典): `name` is the dictionary, `parent` the entry above."""

    __tablename__ = "code"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    label: Mapped[str] = mapped_column(String(100))
    parent: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]


class ParameterProposal(Versioned, Audited, Base):
    """A row that a coordinator wants; a second coordinator lets it in or sends it back."""

    __tablename__ = "parameter_proposal"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("ppr"))
    kind: Mapped[ProposalKind] = mapped_column(coded(ProposalKind))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    summary: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[ProposalState] = mapped_column(
        coded(ProposalState), default=ProposalState.PROPOSED
    )
    proposed_by_id: Mapped[str] = mapped_column(String(40))
    proposed_by_name: Mapped[str] = mapped_column(String(80))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_name: Mapped[str] = mapped_column(String(80), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(Text, default="")

    @property
    def original(self) -> str:
        """What would be written, to the letter: the summary leaves things out."""
        return json.dumps(self.body, ensure_ascii=False, indent=1)


for _written_once in (
    PolicyVersion,
    ParameterValue,
    GateRule,
    SharingRow,
    CalendarYear,
    CalendarDay,
    Code,
):
    append_only(_written_once)
