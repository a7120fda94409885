"""What the rules say, as typed values: a first-talk policy, the general parameters.

A set of parameters is one closed model whose aliases are the keys of the rows, so an unknown key
is an error and a missing one means that the rule set does not do that (None). Titles are Chinese:
the page reads the whole policy aloud from them.
"""

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.engine.legal import read_rules
from app.engine.legal_rules import RuleSet
from app.errors import Invalid
from app.kit.schemas import MoneyField, RateField
from app.labels import LabelledEnum
from app.parameters.models import Status


class Unit(LabelledEnum):
    """What a period counts."""

    WORKING = "working", "个工作日"
    CALENDAR = "calendar", "天"


class InvestorScope(LabelledEnum):
    """Where an investor must come from."""

    OUTSIDE_CITY = "outside_city", "市外"


class WindowEdge(LabelledEnum):
    """What opens and what closes the window of a claim."""

    FORMAL_TALKS = "formal_talks", "正式洽谈"
    FORMAL_CONTRACT = "formal_contract", "正式合同"


class Priority(LabelledEnum):
    """Who comes first."""

    FIRST_COMPLETE_FILING = "first_complete_filing", "首个完整登记"


class ConfirmParty(LabelledEnum):
    """Who signs the 引荐确认表."""

    FIRST_TALKER = "first_talker", "首谈方"
    RECEIVER = "receiver", "承接方"
    ENTERPRISE = "enterprise", "企业"


class Trigger(LabelledEnum):
    """What starts a sharing clock."""

    CONSTRUCTION_STARTED = "construction_started", "动建"
    FIRST_TAX = "first_tax", "首笔税收入库"


class CreditMode(LabelledEnum):
    """How an indicator is credited to the two sides."""

    SPLIT = "split", "按比例分算"
    DOUBLE = "double", "全额双核算"
    BRINGER = "bringer", "全部计引资方"


class StatisticsPlace(LabelledEnum):
    """Where statistics count."""

    IN_PLACE = "in_place", "在地统计，不拆分"


class RewardBase(LabelledEnum):
    """What a reward is computed from."""

    PAID_IN_FOREIGN = "paid_in_foreign_excl_increase", "实际到位外资（不含增资）"


class Sanction(LabelledEnum):
    """What a poaching case can lead to."""

    RECORD_AND_REPORT = "record_and_report", "记录并通报"
    NO_TALK = "no_talk_no_interference", "不得洽谈、不得干扰"


def _clock_time(value: object) -> object:
    return None if value == "24:00" else value


ClockTime = Annotated[time | None, BeforeValidator(_clock_time)]


class Value(BaseModel):
    """A compound value of one key; closed and frozen."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    def titled(self) -> dict[str, object]:
        """What it says under its Chinese titles, without what it leaves open."""
        return {
            field.title or name: value
            for name, field in type(self).model_fields.items()
            if (value := getattr(self, name)) not in (None, (), {})
        }


class Period(Value):
    """A number of working or calendar days; `long` for the cases that take longer.

    A calendar period that ends on a day off ends on the next working day only with `roll`.
    """

    n: int = Field(ge=0, le=3660)
    unit: Unit
    long: int | None = Field(default=None, ge=0, le=3660)
    roll: bool = False

    def __str__(self) -> str:
        """`3 个工作日（复杂情形 5 个工作日）`; of calendar days also whether the last one rolls."""
        text = f"{self.n} {self.unit.label}"
        if self.long is not None:
            text += f"（复杂情形 {self.long} {self.unit.label}）"
        if self.unit is Unit.WORKING:
            return text
        return text + ("，遇节假日顺延" if self.roll else "，遇节假日不顺延")


class AssessmentPeriod(Period):
    """How long an assessment (研判) may take; longer from an amount on."""

    long_from: MoneyField


class RightThreshold(Value):
    """The least amount for a right, inclusive; one that is met suffices, `fixed` in addition."""

    cny: MoneyField | None = Field(default=None, title="人民币（元）")
    usd: MoneyField | None = Field(default=None, title="美元")
    service: MoneyField | None = Field(default=None, title="现代服务业（元）")
    fixed: MoneyField | None = Field(default=None, title="其中固定资产投资（元）")


class Escalation(Value):
    """From which amount a project goes up."""

    city: MoneyField | None = Field(default=None, title="报市（元）")
    task_force: MoneyField | None = Field(default=None, title="成立专班（元）")


class EvidenceFloor(Value):
    """Kinds of evidence of which one suffices alone, and kinds of which two are needed."""

    alone: tuple[str, ...] = Field(title="任一种")
    pair: tuple[str, ...] = Field(title="或任两种")


class HoldingPeriod(Value):
    """Days of a right; `long_days` from an amount on."""

    days: int = Field(ge=1, le=3660, title="天数")
    long_days: int | None = Field(default=None, ge=1, le=3660, title="大项目天数")
    long_from: MoneyField | None = Field(default=None, title="大项目起点（元）")


class ReportCycle(Value):
    """How often a holder reports: every so many days, or on days of the month."""

    days: int | None = Field(default=None, ge=1, le=366, title="每隔天数")
    lead_days: int | None = Field(default=None, ge=1, le=366, title="台账每隔天数")
    month_days: tuple[int, ...] = Field(default=(), title="每月日期")


class AssessmentCredit(Value):
    """Assessment credit between bringer and landing place."""

    mode: CreditMode | None = Field(default=None, title="方式")
    bringer: RateField | None = Field(default=None, title="引资方")
    years: int | None = Field(default=None, title="年数")
    start: Trigger | None = Field(default=None, title="起算")
    indicators: dict[str, CreditMode] = Field(default_factory=dict, title="分指标")


class CreditChain(Value):
    """Shares of a chain of transfers: first, each middle one with a milestone; the rest lands."""

    first: RateField = Field(title="首谈方")
    middle: RateField = Field(title="中间环节（有节点）")


class TaxInterest(Value):
    """Tax interest of the first talker; a template until an agreement is in force."""

    enabled: bool = Field(title="启用")
    bringer: RateField | None = Field(default=None, title="首谈方")
    years: int | None = Field(default=None, title="年数")
    start: Trigger | None = Field(default=None, title="起算")


class Reward(Value):
    """A reward for the bringer; off unless the rule set says otherwise."""

    enabled: bool = Field(title="启用")
    rate: RateField | None = Field(default=None, title="比例")
    base: RewardBase | None = Field(default=None, title="基数")


class FirstDayCounts(Value):
    """Whether a term of sharing counts its first day; a deadline never does (民法典 §201)."""

    sharing: bool = Field(title="分享期")
    deadlines: Literal[False] = Field(title="期限")


class LeftInterest(Value):
    """What the first talker keeps when the enterprise chooses another place."""

    tax: RateField = Field(title="税收")
    credit: RateField = Field(title="考核")
    years: int = Field(title="年数")
    min_events: int = Field(title="至少实质进展次数")


class ParameterSet(Value):
    """A whole set of parameters, read from `{key: value}`."""

    model_config = ConfigDict(validate_by_name=False, validate_by_alias=True)


def key(alias: str, title: str, default: Any = None) -> Any:
    """A parameter: its key in the rows, and its Chinese title with the unit it counts in."""
    return Field(default=default, alias=alias, title=title)


class FirstTalkPolicy(ParameterSet):
    """A rule set of first talk at one version; None: the rule set does not do that."""

    profile: str
    n: int
    effective_from: date
    reference: str
    review_number: str
    status: Status

    scope_investor: InvestorScope | None = key("scope.investor", "投资方来源")
    scope_exclude: tuple[str, ...] = key("scope.exclude", "不适用情形", ())
    same_score_review: int | None = key("same_score_review", "同一性核查分值")
    same_months: int | None = key("same_months", "同一项目认定期（月）")
    threshold_lead: MoneyField | None = key("threshold.lead", "线索门槛（元）")
    threshold_right: RightThreshold | None = key("threshold.right", "首谈权门槛")
    threshold_city_joins: MoneyField | None = key("threshold.city_joins", "市级参与门槛（元）")
    threshold_escalate: Escalation | None = key("threshold.escalate", "上报门槛")
    window: tuple[WindowEdge, ...] = key("window", "申请窗口", ())
    registrar: str | None = key("registrar", "登记机构")
    priority: Priority | None = key("priority", "先后依据")
    evidence_floor: EvidenceFloor | None = key("evidence.floor", "最低证据")
    answer: Period | None = key("answer", "受理期限")
    review: Period | None = key("review", "审核期限")
    hold_cap: Period | None = key("hold_cap", "暂保护上限")
    fix_workdays: int | None = key("fix_workdays", "补正期限（工作日）")
    notice: Period | None = key("notice", "公示期")
    objection_workdays: int | None = key("objection_workdays", "异议期限（工作日）")
    length: HoldingPeriod | None = key("length", "保护期")
    extend: int | None = key("extend", "续期（天）")
    extend_max: int | None = key("extend_max", "续期次数上限")
    extend_before: int | None = key("extend_before", "续期须提前（工作日）")
    report_every: ReportCycle | None = key("report_every", "进展报告周期")
    report_grace: int | None = key("report_grace", "报告宽限（工作日）")
    early_report_counts: int | None = key("early_report_counts", "可提前报告（天）")
    stale_explain: int | None = key("stale_explain", "须说明原因（天）")
    stale_yellow: int | None = key("stale_yellow", "黄色预警（月）")
    stale_red: int | None = key("stale_red", "红色预警（月）")
    drop: int | None = key("drop", "移出在谈（月）")
    missed_reports_red: int | None = key("missed_reports_red", "连续逾期报告转红（次）")
    lapse_notice: Period | None = key("lapse_notice", "失效通知期")
    declare_to_pool: Period | None = key("declare_to_pool", "申报流转入池期限")
    accept: Period | None = key("accept", "承接期限")
    transfer_result: int | None = key("transfer_result", "流转结果提醒（天）")
    transfer_stale: int | None = key("transfer_stale", "承接无进展（月）")
    max_transfers: int | None = key("max_transfers", "流转次数上限")
    confirm_parties: tuple[ConfirmParty, ...] = key("confirm_parties", "引荐确认方", ())
    negotiate: Period | None = key("negotiate", "自行协商期限")
    decide: Period | None = key("decide", "裁定期限")
    appeal: Period | None = key("appeal", "复议期限")
    late_objection_days: int | None = key("late_objection_days", "逾期异议宽限（天）")
    cooldown: int | None = key("cooldown", "再次申请冷却期（天）")
    bar_days: int | None = key("bar_days", "虚假申报禁止期（天）")
    suspend_cap: int | None = key("suspend_cap", "中止上限（天）")
    hold_limit: int | None = key("hold_limit", "每区暂保护上限（件）")
    check_limit: int | None = key("check_limit", "每区每日盲查上限（次）")
    cutoff: ClockTime = key("cutoff", "最后一日截止时刻")
    credit_assessment: AssessmentCredit | None = key("credit.assessment", "考核分算")
    credit_chain: CreditChain | None = key("credit.chain", "多次流转分算")
    credit_statistics: StatisticsPlace | None = key("credit.statistics", "统计口径")
    tax: TaxInterest | None = key("tax", "税收利益")
    reward: Reward | None = key("reward", "奖励")
    poaching_sanction: Sanction | None = key("poaching.sanction", "争抢处理")
    term_counts_first_day: FirstDayCounts | None = key("term_counts_first_day", "首日计入")
    interest_on_enterprise_left: LeftInterest | None = key(
        "interest_on_enterprise_left", "企业另选时的利益"
    )

    @property
    def version(self) -> str:
        """The name that decisions store: `luzhou_default/1`."""
        return f"{self.profile}/{self.n}"


def _legal_rules(value: object) -> object:
    try:
        return read_rules(value) if isinstance(value, dict) else value
    except Invalid as error:
        found = "；".join(f"{issue.pointer} {issue.message}" for issue in error.issues)
        raise ValueError(found) from error


LegalRules = Annotated[RuleSet, BeforeValidator(_legal_rules)]


class GeneralParameters(ParameterSet):
    """The parameters that belong to no first-talk rule set; all of them must be there."""

    first_talk_profile: str = key("first_talk.profile", "首谈规则集", ...)
    city_code: str = key("city.code", "城市代码", ...)
    service_divisions: tuple[str, ...] = key("service_divisions", "现代服务业大类", ...)
    pool_reclaim_days: int = key("pool.reclaim_days", "无进展收回（天）", ...)
    pool_capacity: int = key("pool.capacity", "每名专员线索上限（条）", ...)
    first_response: Period = key("stage.first_response", "线索首次响应", ...)
    assess: AssessmentPeriod = key("stage.assess", "研判期限", ...)
    progress_days: int = key("stage.progress_days", "在谈进展间隔（天）", ...)
    landing_warn_days: tuple[int, ...] = key("stage.landing_warn_days", "签约后开工预警（天）", ...)
    import_undo_days: int = key("import.undo_days", "批量导入可撤销（天）", ...)
    approval_required: dict[str, bool] = key("approval.required", "须经市政府同意", ...)
    legal_rules: LegalRules = key("legal.warnings", "法律提示", ...)


def in_words(value: object, labels: Mapping[str, str]) -> str:
    """A value read aloud; `labels` are the names of the dictionary codes in it."""
    match value:
        case None:
            text = "不设"
        case bool():
            text = "是" if value else "否"
        case int():
            text = str(value)
        case LabelledEnum():
            text = value.label
        case Fraction():
            text = f"{round(Decimal(value.numerator * 100) / value.denominator, 4).normalize():f}%"
        case time():
            text = f"{value:%H:%M}"
        case tuple():
            text = "、".join(in_words(item, labels) for item in value) or "无"
        case dict():
            text = _listed(value, labels)
        case Value() if not isinstance(value, Period):
            text = _listed(value.titled(), labels)
        case _:
            text = labels.get(str(value), str(value))
    return text


def _listed(values: Mapping[str, object], labels: Mapping[str, str]) -> str:
    return "；".join(
        f"{labels.get(name, name)} {in_words(value, labels)}" for name, value in values.items()
    )
