"""The cards of a scheme (条款卡片) as people fill them in: every field is text as typed.

One sheet serves the bench and the editor, so that going from one to the other loses nothing. Field
names follow the keys of scheme v1. Amounts count 万元; a party is referred to by its row (`"0"`),
which renaming does not break; what the cards cannot say stands in `other` as JSON.
"""

from pydantic import BaseModel, Field

from app.kit.schemas import Command, inner_model

Texts = dict[str, list[str]]
"""Texts by row of the parties: what stands in a field per party."""

MOST_PARTIES = 8
MOST_ROWS = 40
LONGEST_TEXT = 20_000
BALANCES = {"兑现": "deduct", "投入": "recover", "封顶": "cap"}
"""The kinds of opening balances, as people write them, and their keys."""


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


class StepRow(Command):
    """One step of the ladder."""

    first: str = line("起始年")
    last: str = line("终止年")
    weights: Texts = per_party("分享比例")


class TierRow(Command):
    """One tier by amount."""

    upto: str = line("上限")
    weights: Texts = per_party("分享比例")


class GuaranteeRow(Command):
    """保底."""

    party: str = line("保底方")
    per_year: str = line("每年保底")
    payer: str = line("补足方")
    source: str = line("补足来源")
    from_year: str = line("保底起始年")


class CapRow(Command):
    """封顶."""

    party: str = line("封顶方")
    cumulative: str = line("累计封顶")
    annual: str = line("每年封顶")
    overflow: str = line("超出部分归属")
    scope: str = line("计入范围")


class CashRow(Command):
    """现金归集: a percent of the share of `of` (`*`: of everybody) is held by `to`, by name."""

    of: str = line("归属方")
    to: str = line("归集到")
    pct: str = line("归集比例")


class OpeningCard(Command):
    """期初余额: what earlier settlements left; a line of `balances` is kind, name, amount."""

    as_of: str = line("起算财政年度")
    carried: str = line("结转的负数")
    balances: str = block("各项余额")


class FactsCard(Command):
    """The money that the scheme is tried on, pasted from a sheet; days of events."""

    form: str = Field(default="annual", title="数据形式", max_length=20)
    rows: str = block("收入数据")
    events: Texts = Field(default_factory=dict, title="事件日期", max_length=8)
    indicators: str = block("指标数据")
    opening: OpeningCard = Field(default_factory=OpeningCard, title="期初余额")


class ValueCard(Command):
    """估值: for whom, what that party pays at the start, and the discount rates."""

    party: str = line("估值方")
    outlay: str = line("先期投入")
    year: str = line("投入年度")
    rate: str = line("折现率")
    rates: Texts = per_party("各方自己的折现率")


class GoalCard(Command):
    """目标求解: who wants how much, and which number may change within which range."""

    party: str = line("为哪一方")
    target: str = line("目标")
    basis: str = line("目标口径")
    at: str = line("求解的条款")
    lowest: str = line("下限")
    highest: str = line("上限")
    step: str = line("步长")


class Sheet(Command):
    """All cards, what is to be tried, and where the bench came from."""

    title: str = Field(default="", title="协议名称", max_length=120)
    kind: str = line("协议类型")
    project: str = line("项目")
    note: str = Field(default="", title="版本说明", max_length=400)

    parties: list[PartyRow] = Field(default_factory=list, title="参与方", max_length=MOST_PARTIES)
    base: BaseCard = Field(default_factory=BaseCard, title="分享基数")
    calendar: CalendarCard = Field(default_factory=CalendarCard, title="起算")
    term: TermCard = Field(default_factory=TermCard, title="分享期")
    negative: str = line("负数年度")
    baseline: BaselineCard = Field(default_factory=BaselineCard, title="存量基数")
    deduct: list[DeductRow] = Field(default_factory=list, title="先行扣除", max_length=MOST_ROWS)
    recover: list[RecoverRow] = Field(default_factory=list, title="投入", max_length=MOST_ROWS)
    reserve: list[ReserveRow] = Field(default_factory=list, title="滚动发展", max_length=MOST_ROWS)
    split: list[StepRow] = Field(default_factory=list, title="分享比例", max_length=MOST_ROWS)
    tiers: list[TierRow] = Field(default_factory=list, title="分档比例", max_length=MOST_ROWS)
    guarantee: list[GuaranteeRow] = Field(default_factory=list, title="保底", max_length=MOST_ROWS)
    cap: list[CapRow] = Field(default_factory=list, title="封顶", max_length=MOST_ROWS)
    cash: list[CashRow] = Field(default_factory=list, title="现金归集", max_length=MOST_ROWS)
    other: str = block("其他条款")

    facts: FactsCard = Field(default_factory=FactsCard, title="收入数据")
    value: ValueCard = Field(default_factory=ValueCard, title="估值")
    template: str = line("样例")
    agreement: str = line("协议")
    n: str = line("版本")
    scenario: str = line("情景")
    compare: list[str] = Field(default_factory=list, title="对比的情景", max_length=3)
    goal: GoalCard = Field(default_factory=GoalCard, title="目标求解")
    open: str = line("展开的数")
    apply: str = line("采用的数")
    cell: str = line("采用的比例和年限")

    @property
    def is_blank(self) -> bool:
        """Whether nothing of a scheme was typed yet."""
        return not self.parties and not self.split and not self.tiers and not self.other


def title_of(place: str) -> str:
    """The Chinese title of the field at a place such as `cap.0.overflow`."""
    title = ""
    model: type[BaseModel] = Sheet
    for name in place.split("."):
        known = model.model_fields.get(name)
        if known is not None:
            title = known.title or ""
            inner: type[BaseModel] | None = inner_model(known.annotation)
            model = inner if inner is not None else model
    return title
