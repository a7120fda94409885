"""The cards of clauses (条款卡片) as people fill them in: every field is text as typed.

Field names follow the keys of scheme v1. Amounts count 万元; a party is referred to by its row
(`"0"`), which renaming does not break.
"""

from pydantic import Field

from app.kit.schemas import Command

Texts = dict[str, list[str]]
"""Texts by row of the parties: what stands in a field per party."""

MOST_PARTIES = 8
LONGEST_TEXT = 20_000


def line(title: str) -> str:
    """A field of one line; blank when it was left so."""
    text: str = Field(default="", title=title, max_length=200)
    return text


def block(title: str) -> str:
    """A field of many lines."""
    text: str = Field(default="", title=title, max_length=LONGEST_TEXT)
    return text


def per_party(title: str) -> Texts:
    """A field per party."""
    texts: Texts = Field(default_factory=dict, title=title, max_length=MOST_PARTIES)
    return texts


class PartyRow(Command):
    """参与方: a district, or only a name (a fund)."""

    name: str = line("参与方名称")
    district: str = line("参与方所属区")


class BaseCard(Command):
    """分享基数; `kinds` says whether kinds are left out at all, since none is an answer too."""

    taxes: list[str] = Field(default_factory=list, title="税种", max_length=40)
    level: str = line("分享级次")
    kinds: str = line("收入种类")
    kinds_out: list[str] = Field(default_factory=list, title="剔除的收入种类", max_length=20)
    net_of_refunds: str = line("退库")
    vat_credit_refund: str = line("留抵退税")


class CalendarCard(Command):
    """起算与合同年度."""

    rule: str = line("年度口径")
    start_trigger: str = line("起算事件")
    fiscal_year_one: str = line("合同第一年")
    start: str = line("起算日")
    before: str = line("起算前归属")


class TermCard(Command):
    """分享期."""

    years: str = line("年限")
    after: str = line("期满后归属")
    extend: str = line("封顶未满时延长")


class EligibilityCard(Command):
    """准入条件: who leads, and what the years before the move must show."""

    led_by: str = line("主导单位")
    years_before: str = line("迁移前年数")
    average: str = line("迁移前年均收入")
    last_year: str = line("迁移前一年收入")


class BaselineCard(Command):
    """存量基数: one amount of one party, or one of each territory."""

    form: str = line("存量形式")
    amount: str = line("存量基数")
    owner: str = line("存量归属")
    amounts: Texts = per_party("各地存量")
    scope: str = line("存量范围")


class DeductRow(Command):
    """兑现: `series` has a line per year."""

    name: str = line("扣除名称")
    to: str = line("兑付方")
    series: str = block("各年金额")
    carry: str = line("扣不完的")


class RecoverRow(Command):
    """投入优先覆盖."""

    party: str = line("收回方")
    amount: str = line("投入金额")


class ReserveRow(Command):
    """滚动发展."""

    to: str = line("预留给")
    pct: str = line("预留比例")
    first: str = line("起始年")
    last: str = line("终止年")


class FormulaCard(Command):
    """比例由公式得出: stakes, a line per factor, or a line per coalition; only ratios count."""

    type: str = line("公式")
    stakes: Texts = per_party("出资额")
    factors: str = block("要素投入")
    value: str = block("各联盟的收益")


class StepRow(Command):
    """One step of the ladder."""

    first: str = line("起始年")
    last: str = line("终止年")
    weights: Texts = per_party("分享比例")
    formula: FormulaCard = Field(default_factory=FormulaCard, title="公式")


class TierRow(Command):
    """One tier by amount."""

    upto: str = line("上限")
    weights: Texts = per_party("分享比例")
    formula: FormulaCard = Field(default_factory=FormulaCard, title="公式")


class GuaranteeRow(Command):
    """保底."""

    party: str = line("保底方")
    per_year: str = line("每年保底")
    payer: str = line("补足方")
    source: str = line("补足来源")
    from_year: str = line("保底起始年")


class CapRow(Command):
    """封顶; `basis` says how the amount was found."""

    party: str = line("封顶方")
    cumulative: str = line("累计封顶")
    annual: str = line("每年封顶")
    overflow: str = line("超出部分归属")
    scope: str = line("计入范围")
    basis: str = line("封顶依据")


class CashRow(Command):
    """现金归集: a percent of the share of `of` (`*`: of everybody) is held by `to`, by name."""

    of: str = line("归属方")
    to: str = line("归集到")
    pct: str = line("归集比例")


class OneOffRow(Command):
    """一次性补偿."""

    payer: str = line("付款方")
    to: str = line("收款方")
    amount: str = line("补偿金额")
    due: str = line("付款日")
    reason: str = line("事由")


class IndicatorRow(Command):
    """指标分算 by ratio or counted in full by several, with a clock and a term of its own."""

    name: str = line("指标名称")
    decimals: str = line("小数位数")
    how: str = line("计算办法")
    weights: Texts = per_party("分算比例")
    double_count: list[str] = Field(default_factory=list, title="全额计算的各方", max_length=20)
    calendar: CalendarCard = Field(default_factory=CalendarCard, title="自有起算")
    years: str = line("为期")
    after: str = line("期外归属")


class SettleCard(Command):
    """结算方式: said in the text, not computed."""

    form: str = line("结算方式")
    when: str = line("结算时间")
    holder: str = line("结算办理")
