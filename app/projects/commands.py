"""What is asked of projects; forms and JSON fill the same commands.

A command of fields changes only those that were sent. What a gate asks for has here the name that
the rule gives it, so a pointer leads to its input.
"""

from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import (
    AwareDatetime,
    BeforeValidator,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from app.enterprises.schemas import NameField, UsccField
from app.first_talk.policies import Currency
from app.kit.files import Upload
from app.kit.schemas import Command, InvestmentField, MoneyField, parse_amount
from app.labels import LabelledEnum
from app.leads.models import CapitalOrigin, Conclusion
from app.leads.schemas import Maybe, Several
from app.leads.stages import Stage, Track
from app.money import ZERO, Money, Rate
from app.projects.models import ContractKind, Indicator, LandUse, ParkFit, Scheme
from app.projects.states import Status

AMOUNTS = frozenset({Indicator.INVESTMENT, Indicator.PAID_IN, Indicator.OUTPUT, Indicator.TAX})

WITHHOLDABLE = ("planned_investment", "fixed_asset_investment", "filing_amount", "land")
"""The fields that may be 企业暂未提供, where the gate's rule allows it."""


def decimal_text(value: Fraction | None) -> str | None:
    """A quantity that was typed as a decimal, as a decimal again: `86.5`."""
    if value is None:
        return None
    return f"{(Decimal(value.numerator) / value.denominator).normalize():f}"


def read_quantity(value: object) -> Rate:
    """A decimal as typed, exact; ValueError for what is none, or less than nothing."""
    if isinstance(value, Fraction):
        return Rate(value)
    try:
        number = Decimal(str(value).replace(",", ""))
    except InvalidOperation as error:
        raise ValueError("应为数字，如 86 或 86.5") from error
    if not number.is_finite() or number < 0 or abs(number.adjusted()) > 12:
        raise ValueError("应为不小于 0 的数字")
    return Rate(Fraction(number))


Quantity = Annotated[
    Rate,
    BeforeValidator(read_quantity),
    PlainSerializer(decimal_text, when_used="json"),
    WithJsonSchema({"type": "string"}),
]
"""A measured quantity as a decimal string; exact."""


class Assessment(Command):
    """What the assessment came to."""

    conclusion: Conclusion | None = Field(default=None, title="研判结论")
    reason: str | None = Field(default=None, title="研判理由", max_length=4000)


class Contract(Command):
    """The formal contract (正式合同): kind, day, file."""

    kind: ContractKind | None = Field(default=None, title="协议类型")
    signed_on: date | None = Field(default=None, title="协议签订日期")
    file: Upload | str | None = Field(default=None, title="协议文件")


class Decisions(Command):
    """References of the bodies that decided (决策会议文号)."""

    policy: str | None = Field(default=None, title="政策类决策文号", max_length=200)
    investment: str | None = Field(default=None, title="投资类决策文号", max_length=200)
    land: str | None = Field(default=None, title="供地类决策文号", max_length=200)


class ProjectFields(Command):
    """Fields of a project; those not sent stay, an empty one is cleared."""

    name: NameField | None = Field(default=None, title="项目名称", min_length=2)
    content: str | None = Field(default=None, title="项目内容", max_length=4000)
    enterprise_name: NameField | None = Field(default=None, title="投资方")
    uscc: UsccField | None = Field(default=None, title="统一社会信用代码")
    unregistered: bool = Field(default=False, title="境外或未注册")
    source: str | None = Field(default=None, title="来源", max_length=40)
    owner: str | None = Field(default=None, title="责任人", max_length=40)
    origin_district: str | None = Field(default=None, title="首谈区（飞出地）", max_length=40)
    host_district: str | None = Field(default=None, title="落地区（飞入地）", max_length=40)

    division: str | None = Field(default=None, title="行业大类", pattern=r"^[0-9]{2}$")
    line: str | None = Field(default=None, title="产品或产线", max_length=200)
    capital_origin: CapitalOrigin | None = Field(default=None, title="内外资")
    project_type: str | None = Field(default=None, title="项目类型", max_length=40)
    enterprise_type: str | None = Field(default=None, title="企业类别", max_length=40)
    source_region: str | None = Field(default=None, title="来源区域", max_length=40)
    key_industry: str | None = Field(default=None, title="重点产业", max_length=40)
    categories: list[str] = Field(default_factory=list, title="项目类别", max_length=10)
    track: Track | None = Field(default=None, title="推进类型")

    planned_investment: InvestmentField | None = Field(default=None, title="计划投资总额")
    planned_investment_currency: Currency = Field(default=Currency.CNY, title="币种")
    planned_investment_withheld: bool = Field(default=False, title="计划投资总额企业暂未提供")
    fixed_asset_investment: InvestmentField | None = Field(default=None, title="固定资产投资")
    fixed_asset_investment_withheld: bool = Field(default=False, title="固定资产投资企业暂未提供")
    filing_amount: InvestmentField | None = Field(default=None, title="备案金额")
    filing_amount_withheld: bool = Field(default=False, title="备案金额企业暂未提供")

    assessment: Assessment | None = Field(default=None, title="研判")
    distinct_reason: str | None = Field(default=None, title="与同企业项目的区别", max_length=400)
    park: str | None = Field(default=None, title="落地园区", max_length=40)
    park_fit: ParkFit | None = Field(default=None, title="产业分区")
    park_fit_reason: str | None = Field(default=None, title="不符产业分区的理由", max_length=400)
    land: LandUse | None = Field(default=None, title="用地情况")
    land_withheld: bool = Field(default=False, title="用地情况企业暂未提供")
    land_mu: Quantity | None = Field(default=None, title="用地（亩）")
    no_factor_needs: bool | None = Field(default=None, title="没有要素需求")
    agreement: Contract | None = Field(default=None, title="投资协议")
    decisions: Decisions | None = Field(default=None, title="决策文号")
    fair_competition_review: str | None = Field(
        default=None, title="公平竞争审查编号", max_length=200
    )

    @field_validator("planned_investment", "fixed_asset_investment", "filing_amount")
    @classmethod
    def _more_than_nothing(cls, amount: Money | None) -> Money | None:
        if amount is not None and amount <= ZERO:
            raise ValueError("金额须大于 0")
        return amount

    @field_validator(*(f"{name}_withheld" for name in WITHHOLDABLE))
    @classmethod
    def _one_or_the_other(cls, withheld: bool, info: ValidationInfo) -> bool:
        name = str(info.field_name).removesuffix("_withheld")
        if withheld and info.data.get(name) is not None:
            raise ValueError("已填写数值，就不能再选“企业暂未提供”")
        return withheld


class Entry(LabelledEnum):
    """How a project comes in without a lead."""

    CANDIDATE = "candidate", "储备"
    BACK_ENTRY = "back_entry", "补录"


class EditProject(ProjectFields):
    """What changes of a project."""


class FillAndMove(ProjectFields):
    """The missing fields of a gate, and through it."""

    reason: str = Field(default="", title="说明", max_length=400)


class TalkGiven(Command):
    """A dated talk that is entered together with an old project."""

    happened_on: date = Field(title="洽谈日期")
    participants: str = Field(title="参加人员", min_length=1, max_length=400)
    content: str = Field(title="洽谈内容", min_length=2, max_length=4000)


class CreateProject(ProjectFields):
    """A candidate (储备), or an old project at the stage it has come to (补录)."""

    entry: Entry = Field(default=Entry.CANDIDATE, title="登记方式")
    stage: Stage = Field(default=Stage.NEGOTIATING, title="已到阶段")
    candidate_year: int | None = Field(default=None, title="入库年度", ge=2000, le=2100)
    candidate_batch: str | None = Field(default=None, title="批次", max_length=40)
    talk: TalkGiven | None = Field(default=None, title="洽谈")
    happened_on: date | None = Field(default=None, title="动建（开业）日期")

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not (self.name or self.enterprise_name):
            raise ValueError("请填写企业名称或项目名称")
        if self.entry is Entry.CANDIDATE and self.candidate_year is None:
            raise ValueError("储备项目请填写入库年度")
        return self


class OpenProject(Command):
    """What a lead is called as a project; by default as it was."""

    name: NameField | None = Field(default=None, title="项目名称", min_length=2)


class Move(Command):
    """To another stage; back needs a reason."""

    to: Stage = Field(title="阶段")
    reason: str = Field(default="", title="理由", max_length=400)
    happened_on: date | None = Field(default=None, title="动建（开业）日期")


class SetStatus(Command):
    """Another status: 暂缓 until a day, 终止 for a reason, 已流转 to a district."""

    status: Status = Field(title="状态")
    reason: str = Field(default="", title="说明", max_length=400)
    reason_code: str | None = Field(default=None, title="终止原因", max_length=40)
    review_on: date | None = Field(default=None, title="复核日期")
    district: str | None = Field(default=None, title="承接区", max_length=40)


class AddIdentifier(Command):
    """How another system knows the project, as reported there."""

    scheme: Scheme = Field(title="编号种类")
    value: str = Field(title="编号", min_length=1, max_length=80)
    name: str = Field(title="上报名称", min_length=2, max_length=200)
    amount: InvestmentField | None = Field(default=None, title="上报金额")
    reported_on: date = Field(title="上报日期")


def _read_measure(value: object, info: ValidationInfo) -> Rate | None:
    """Yuan (万元 in a form) for an amount, else a number in the indicator's unit."""
    if value is None or isinstance(value, Fraction):
        return None if value is None else Rate(value)
    if info.data.get("indicator") not in AMOUNTS:
        return read_quantity(value)
    if isinstance(info.context, dict) and info.context.get("face") == "form":
        return Rate(Fraction(parse_amount(str(value), "万元").fen, 100))
    return Rate(Fraction(Money.parse(str(value)).fen, 100))


Measure = Annotated[Rate, BeforeValidator(_read_measure), WithJsonSchema({"type": "string"})]


class SetCommitment(Command):
    """What is promised for a year, or what came of it; one not sent stays."""

    indicator: Indicator = Field(title="指标")
    year: int = Field(title="年度", ge=2000, le=2100)
    promised: Measure | None = Field(default=None, title="承诺")
    actual: Measure | None = Field(default=None, title="实际")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.promised is None and self.actual is None:
            raise ValueError("请填写承诺或实际")
        return self


class AddFactorNeed(Command):
    """Something that the project needs."""

    kind: str = Field(title="要素", max_length=40)
    amount: str = Field(title="数量", min_length=1, max_length=80)
    needed_on: date | None = Field(default=None, title="需要日期")
    supplier: str = Field(default="", title="保障单位", max_length=80)


class AnswerFactorNeed(Command):
    """What the supplier says."""

    answer: str = Field(title="答复", min_length=1, max_length=400)


class ProjectFilter(Command):
    """The filters of the list, as they stand in its address; an unknown one is refused."""

    q: str = Field(default="", title="搜索", max_length=60)
    stage: Several[Stage] = Field(default=(), title="阶段")
    status: Several[Status] = Field(default=(), title="状态")
    owner: Several[str] = Field(default=(), title="责任人")
    pooled: bool = Field(default=False, title="待认领")
    district: Several[str] = Field(default=(), title="区")
    division: Several[str] = Field(default=(), title="行业大类")
    project_type: Several[str] = Field(default=(), title="项目类型")
    enterprise_type: Several[str] = Field(default=(), title="企业类别")
    source_region: Several[str] = Field(default=(), title="来源区域")
    key_industry: Several[str] = Field(default=(), title="重点产业")
    amount_from: Maybe[MoneyField] = Field(default=None, alias="amount.gte", title="投资额不少于")
    amount_to: Maybe[MoneyField] = Field(default=None, alias="amount.lte", title="投资额不超过")
    updated_after: Maybe[AwareDatetime] = Field(
        default=None, alias="updated_at.gt", title="更新晚于"
    )
    sort: str = Field(default="-updated_at", title="排序", max_length=40)
    cursor: str | None = Field(default=None, title="翻页位置", max_length=400)
    limit: int = Field(default=50, title="每页条数", ge=1, le=200)
    count: Literal["exact"] | None = Field(default=None, title="计数")
