"""The sheet of all cards: a scheme, what it is tried on, and where the bench came from.

One sheet serves the bench and the editor, so that going from one to the other loses nothing. What
the cards cannot say stands in `other` as JSON.
"""

from typing import Self

from pydantic import BaseModel, Field

from app.agreements.clause_cards import (
    MOST_PARTIES,
    BaseCard,
    BaselineCard,
    CalendarCard,
    CapRow,
    CashRow,
    DeductRow,
    EligibilityCard,
    GuaranteeRow,
    IndicatorRow,
    OneOffRow,
    PartyRow,
    RecoverRow,
    ReserveRow,
    SettleCard,
    StepRow,
    TermCard,
    Texts,
    TierRow,
    block,
    line,
    per_party,
)
from app.kit.schemas import Command, inner_model

MOST_ROWS = 40
MOST_LOCKED = 200
BALANCES = {"兑现": "deduct", "投入": "recover", "封顶": "cap"}
"""The kinds of opening balances, as people write them, and their keys."""


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
    pre_move: str = block("迁移前各年收入")
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
    """All cards, what is to be tried, and where the bench came from.

    `locked` points to numbers of the scheme that neither goal seek nor heat map may change.
    """

    title: str = Field(default="", title="协议名称", max_length=120)
    kind: str = line("协议类型")
    project: str = line("项目")
    note: str = Field(default="", title="版本说明", max_length=400)

    parties: list[PartyRow] = Field(default_factory=list, title="参与方", max_length=MOST_PARTIES)
    base: BaseCard = Field(default_factory=BaseCard, title="分享基数")
    calendar: CalendarCard = Field(default_factory=CalendarCard, title="起算")
    term: TermCard = Field(default_factory=TermCard, title="分享期")
    eligibility: EligibilityCard = Field(default_factory=EligibilityCard, title="准入条件")
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
    one_off: list[OneOffRow] = Field(default_factory=list, title="一次性补偿", max_length=MOST_ROWS)
    indicators: list[IndicatorRow] = Field(default_factory=list, title="指标分算", max_length=20)
    settle: SettleCard = Field(default_factory=SettleCard, title="结算方式")
    notes: str = block("其他约定")
    other: str = block("其他条款")

    facts: FactsCard = Field(default_factory=FactsCard, title="收入数据")
    value: ValueCard = Field(default_factory=ValueCard, title="估值")
    template: str = line("样例")
    transfer: str = line("依据的流转")
    agreement: str = line("协议")
    n: str = line("版本")
    scenario: str = line("情景")
    compare: list[str] = Field(default_factory=list, title="对比的情景", max_length=3)
    goal: GoalCard = Field(default_factory=GoalCard, title="目标求解")
    locked: list[str] = Field(default_factory=list, title="锁定的数", max_length=MOST_LOCKED)
    rows: str = line("增减行")
    open: str = line("展开的数")
    apply: str = line("采用的数")
    cell: str = line("采用的比例和年限")

    @property
    def is_blank(self) -> bool:
        """Whether nothing of a scheme was typed yet."""
        return not self.parties and not self.split and not self.tiers and not self.other

    def without(self, place: str) -> Self:
        """The sheet without the row at `deduct.1`; a party's row stays, blank, since others count.

        The same sheet when there is no such row. What was locked of these rows is locked no more:
        the numbers behind it have moved up.
        """
        key, _, row = place.partition(".")
        rows = list(getattr(self, key, ()) if key in type(self).model_fields else ())
        if not row.isdecimal() or int(row) >= len(rows):
            return self
        rows[int(row) : int(row) + 1] = [PartyRow()] if key == "parties" else []
        kept = [each for each in self.locked if not each.startswith(f"/scheme/{key}/")]
        return self.model_copy(update={key: rows, "locked": kept})


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
