"""What the pages and the API show of the rules, and what a coordinator may propose."""

import json
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    BeforeValidator,
    Field,
    JsonValue,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from app.kit.schemas import Coded, Command, View
from app.kit.work import Role
from app.parameters.models import Notice, ProposalKind, ProposalState, Status

LEVELS = {"gross": ("中央", "省", "市区"), "below_province": ("市", "区")}

AnyJson = Annotated[
    JsonValue,
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "integer"},
                {"type": "boolean"},
                {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
                {"type": "object", "additionalProperties": True},
            ]
        }
    ),
]


def _spans(days: Iterable[date]) -> list[tuple[date, date]]:
    spans: list[tuple[date, date]] = []
    for day in sorted(days):
        if spans and day - spans[-1][1] == timedelta(days=1):
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans


class CodeView(View):
    """One entry of a dictionary."""

    code: str
    label: str
    parent: str
    note: str


class GateRuleView(View):
    """One rule of a gate: what is asked, where, and who can mend it."""

    rule_id: str
    track: str
    category: str
    stage: str
    field: str
    check: str
    sentence: str
    fixable_by: tuple[Role, ...]
    may_declare_unknown: bool
    effective_from: date
    reference: str
    status: Coded[Status]

    @property
    def pointer(self) -> str:
        """The JSON pointer of the field: `/agreement/file`."""
        return "/" + self.field.replace(".", "/")


class SharingRowView(View):
    """One row of the 收入分享表; `shares` is None where the tax has ended."""

    id: str
    of: str
    tax: str
    payer_class: str
    shares: dict[str, str] | None
    effective_from: date
    revision: int
    reference: str
    url: str
    status: Coded[Status]
    note: str
    entered_by: str
    approved_by: str


class CalendarYearView(View):
    """The holidays of a year as they count now."""

    year: int
    revision: int
    notice: Coded[Notice]
    reference: str
    off: tuple[date, ...]
    working_weekends: tuple[date, ...]

    @property
    def off_spans(self) -> list[tuple[date, date]]:
        """The days off as runs of days, first and last."""
        return _spans(self.off)

    @property
    def working_spans(self) -> list[tuple[date, date]]:
        """The worked weekend days as runs of days, first and last."""
        return _spans(self.working_weekends)


class ParameterView(View):
    """One value in force: in words, since when, on what authority, and who let it in."""

    key: str
    title: str
    value: AnyJson
    words: str
    effective_from: date
    revision: int
    reference: str
    status: Coded[Status]
    entered_by: str
    approved_by: str


class PolicyView(View):
    """The first-talk rule set in force on a day, and the general parameters of that day."""

    at: date
    version: str
    effective_from: date
    reference: str
    review_number: str
    status: Coded[Status]
    first_talk: list[ParameterView]
    general: list[ParameterView]


class ProposalView(View):
    """A proposal: what it would write, who wants it, and where it stands."""

    id: str
    version: int
    kind: Coded[ProposalKind]
    summary: str
    original: str
    reason: str
    state: Coded[ProposalState]
    proposed_by_id: str
    proposed_by_name: str
    proposed_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    answer: str


class DictionaryView(View):
    """A dictionary: how many entries it has, and which of them have entries below."""

    name: str
    title: str
    entries: int
    parents: frozenset[str]


class DraftView(View):
    """What the form of a proposal starts from, and what its lists offer."""

    kind: Coded[ProposalKind]
    values: dict[str, AnyJson]
    options: dict[str, list[tuple[str, str]]]


def _json_or_word(value: object, info: ValidationInfo) -> object:
    """What a form types: JSON, or else a plain word."""
    if not isinstance(value, str) or not isinstance(info.context, dict):
        return value
    try:
        return json.loads(value, parse_float=_refuse_fraction, parse_constant=_refuse_fraction)
    except json.JSONDecodeError:
        return value


def _refuse_fraction(_digits: str) -> None:
    raise ValueError('小数要加引号，如 "0.5"')


def _split_at(separators: str) -> BeforeValidator:
    """Let a form's text field hold several values; a list of JSON stays as it is."""

    def split(value: object) -> object:
        if not isinstance(value, list):
            return value
        return [part for item in value for part in re.split(separators, str(item)) if part]

    return BeforeValidator(split)


Days = Annotated[tuple[date, ...], _split_at(r"[\s,，、]+")]
Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=12)]
Percents = Annotated[tuple[Percent, ...], _split_at("/")]


class Proposed(Command):
    """What every proposal says besides its content."""

    reason: str = Field(min_length=1, max_length=2000, title="理由")


class ProposedRow(Proposed):
    """A proposal of a dated row: since when, on what authority, how far it is checked."""

    effective_from: date = Field(title="生效日期")
    reference: str = Field(min_length=1, max_length=200, title="文号")
    status: Status = Field(title="状态")


class ProposeParameter(ProposedRow):
    """Another value of a parameter; a first-talk key makes a new version of its rule set."""

    key: str = Field(min_length=1, max_length=100, title="参数")
    value: Annotated[AnyJson, BeforeValidator(_json_or_word)] = Field(title="新值")
    review_number: str = Field(default="", max_length=100, title="公平竞争审查编号")


class ProposeSharing(ProposedRow):
    """Another row of the 收入分享表; `ended` says that the tax stops."""

    of: Literal["gross", "below_province"] = Field(title="层级")
    tax: str = Field(min_length=1, max_length=40, title="税种")
    payer_class: str = Field(default="一般", min_length=1, max_length=40, title="纳税人类别")
    shares: Percents = Field(default=(), title="分成（%）")
    ended: bool = Field(default=False, title="停征")
    url: str = Field(default="", max_length=300, title="网址")
    note: str = Field(default="", max_length=200, title="说明")

    @model_validator(mode="after")
    def _adds_up(self) -> "ProposeSharing":
        if self.ended:
            if self.shares:
                raise ValueError("停征的税种不填分成")
            return self
        if len(self.shares) != len(LEVELS[self.of]) or sum(self.shares) != 100:
            raise ValueError("分成应依次填写" + "/".join(LEVELS[self.of]) + "，合计 100")
        return self


class ProposeCalendar(Proposed):
    """The holidays of a year, as the State Council has published them or the law fixes them."""

    year: int = Field(ge=2000, le=2100, title="年份")
    notice: Notice = Field(title="依据")
    reference: str = Field(default="", max_length=200, title="文号")
    off: Days = Field(title="放假日")
    working_weekends: Days = Field(default=(), title="调休上班日")

    @model_validator(mode="after")
    def _hangs_together(self) -> "ProposeCalendar":
        days = [*self.off, *self.working_weekends]
        if any(day.year != self.year for day in days):
            raise ValueError(f"日期应都在 {self.year} 年")
        if len(set(days)) != len(days):
            raise ValueError("日期重复，或既放假又上班")
        if any(day.weekday() < 5 for day in self.working_weekends):
            raise ValueError("调休上班日应为周六、周日")
        if self.notice is Notice.PUBLISHED and not self.reference:
            raise ValueError("国务院通知已发布的年份请填写文号")
        return self


class ProposeGate(ProposedRow):
    """Another form of a gate rule, a new rule, or (`ended`) the end of one."""

    rule_id: str = Field(pattern=r"^G[0-6]\.[a-z_]{1,50}$", title="规则编号")
    track: str = Field(default="*", max_length=40, title="推进类型")
    category: str = Field(default="*", max_length=40, title="项目类别")
    stage: str = Field(min_length=1, max_length=40, title="阶段")
    field: str = Field(pattern=r"^[a-z_]+(\.[a-z_]+)*$", max_length=80, title="字段")
    check: str = Field(default="filled", pattern=r"^[a-z_]+$", max_length=60, title="检查")
    sentence: str = Field(min_length=1, max_length=200, title="提示语")
    fixable_by: tuple[Role, ...] = Field(min_length=1, title="由谁补齐")
    may_declare_unknown: bool = Field(default=False, title="可填企业暂未提供")
    ended: bool = Field(default=False, title="停用")


class ProposeCode(Proposed):
    """One more entry of a dictionary."""

    name: str = Field(min_length=1, max_length=40, title="字典")
    code: str = Field(pattern=r"^[A-Za-z0-9_]{1,40}$", title="代码")
    label: str = Field(min_length=1, max_length=100, title="名称")
    parent: str = Field(default="", max_length=40, title="上级代码")
    note: str = Field(default="", max_length=200, title="说明")


class Decide(Command):
    """A second coordinator's word on a proposal; a refusal says why."""

    answer: str = Field(default="", max_length=2000, title="意见")


class ListCodes(Command):
    """Which entries of a dictionary are asked for."""

    parent: str | None = Field(default=None, max_length=40, title="上级代码")


class PolicyAt(Command):
    """On which day the rules are asked for; today when none is given."""

    at: date | None = Field(default=None, title="日期")
