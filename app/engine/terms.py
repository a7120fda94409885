"""The terms of a sharing scheme as frozen values: whole fen, exact weights, parties by name.

`scheme.py` makes them from JSON, `stages.py` applies them, `wording.py` says them. A `Clause` is
what the working shows of a term: where it is written and what it is called. It takes no part in
comparing two schemes, nor do other descriptive values. Source: scheme v1, A3 and B1-B9.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import gcd, lcm

from app.labels import LabelledEnum


class Rule(LabelledEnum):
    """How contract years (合同年度) are counted."""

    FISCAL_YEAR = "fiscal_year", "按财政年度"
    ENTRY_DATE = "entry_date", "按入库日期"


class Trigger(LabelledEnum):
    """What the term counts from (起算)."""

    DATE = "date", "约定日期"
    FIRST_TAX = "first_tax", "首笔税收入库"
    PRODUCTION = "投产", "投产"
    FULL_PRODUCTION = "达产+登记", "达产并完成登记"
    RECOVERED = "recovered", "投入收回"
    CONSTRUCTION = "开工", "开工"


class Negative(LabelledEnum):
    """What becomes of a negative year (负数年度)."""

    CARRY = "carry", "结转"
    SHARE = "share", "分担"


class Source(LabelledEnum):
    """What a floor is paid from."""

    SHARE = "share", "本期分得额"
    OWN_FUNDS = "own_funds", "自有财力"


class Scope(LabelledEnum):
    """What counts to a cap."""

    TOTAL = "total", "全部所得"
    SPLIT_ONLY = "split_only", "仅按比例分得部分"


class Level(LabelledEnum):
    """Which part of the tax is shared."""

    GROSS = "gross", "全部税收"
    LOCAL = "local", "地方级收入"
    BELOW_PROVINCE = "below_province", "省以下收入"
    DISTRICT = "district", "区县级留成"


@dataclass(frozen=True, slots=True)
class Clause:
    """Where a term is written (`at`), its key in `origin`, its name for people."""

    at: str
    term: str
    title: str


NOWHERE = Clause("", "", "")


@dataclass(frozen=True, slots=True)
class Weights:
    """A division among parties: coprime whole weights of those who get something."""

    names: tuple[str, ...]
    whole: tuple[int, ...]
    written: tuple[tuple[str, str], ...] = field(compare=False)
    formula: str = field(default="", compare=False)

    @classmethod
    def of(
        cls,
        exact: Mapping[str, Fraction],
        parties: Iterable[str],
        written: Mapping[str, str] | None = None,
        formula: str = "",
    ) -> "Weights":
        """Weights in the order of `parties`; ValueError when none is positive."""
        order = [name for name in parties if name in exact]
        names = tuple(name for name in order if exact[name] > 0)
        if not names:
            raise ValueError("no weight is positive")
        common = lcm(*(exact[name].denominator for name in names))
        whole = [int(exact[name] * common) for name in names]
        divisor = gcd(*whole)
        texts = written or {name: str(exact[name]) for name in order}
        return cls(
            names,
            tuple(weight // divisor for weight in whole),
            tuple((name, texts[name]) for name in order),
            formula,
        )

    @property
    def shares(self) -> dict[str, Fraction]:
        """Each party's part of one."""
        total = sum(self.whole)
        return {
            name: Fraction(weight, total)
            for name, weight in zip(self.names, self.whole, strict=True)
        }


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a receipt's day or year becomes a contract year; B7 adds the triggers."""

    rule: Rule = Rule.FISCAL_YEAR
    fiscal_year_one: int | None = None
    start: date | None = None
    trigger: Trigger = Trigger.DATE
    before: str | None = None
    at: str = field(default="/scheme/calendar", compare=False)


@dataclass(frozen=True, slots=True)
class Term:
    """How long, who has the money outside, and how many years more while a cap has room."""

    years: int
    after: str
    extra_years: int = 0
    at: str = field(default="/scheme/term", compare=False)

    @property
    def longest(self) -> int:
        """The last contract year that may ever be live."""
        return self.years + self.extra_years


@dataclass(frozen=True, slots=True)
class Baseline:
    """存量基数 kept by one party."""

    amount: int
    owner: str
    clause: Clause = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Stocks:
    """存量 of each territory (分地存量), pooled or not."""

    amounts: tuple[tuple[str, int], ...]
    pooled: bool
    clause: Clause = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Deduction:
    """兑现 and the like, due by fiscal year, taken before the split."""

    name: str
    to: str
    series: tuple[tuple[int, int], ...]
    carry: bool
    clause: Clause = field(default=NOWHERE, compare=False)

    def due_in(self, fiscal_year: int) -> int:
        """What falls due in a fiscal year, in fen."""
        return dict(self.series).get(fiscal_year, 0)


@dataclass(frozen=True, slots=True)
class Recovery:
    """投入优先覆盖: all of the money until the balance is nil."""

    party: str
    amount: int
    clause: Clause = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Reserve:
    """滚动发展: a percent to a fund before the split."""

    to: str
    percent: Fraction
    first: int
    last: int | None
    clause: Clause = field(default=NOWHERE, compare=False)

    @property
    def weights(self) -> tuple[int, int]:
        """Fund and rest, as whole weights."""
        return self.percent.numerator, 100 * self.percent.denominator - self.percent.numerator


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the ladder (阶梯)."""

    first: int
    last: int | None
    weights: Weights
    clause: Clause = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Tier:
    """One marginal tier (分档) up to an amount in fen, None for no end."""

    upto: int | None
    weights: Weights


@dataclass(frozen=True, slots=True)
class Guarantee:
    """保底: a party's share of a year is topped up by another's."""

    party: str
    per_year: int
    payer: str
    source: Source
    from_year: int = 1
    clause: Clause = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Cap:
    """封顶: what is over the room goes to another party."""

    party: str
    overflow: str
    cumulative: int | None
    annual: int | None = None
    scope: Scope = Scope.TOTAL
    clause: Clause = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class BaseRule:
    """Which gross tax makes the shared base (基数口径)."""

    taxes: tuple[str, ...]
    level: Level
    net_of_refunds: bool = True
    kinds_out: tuple[str, ...] = ()
    after_equalisation: bool = False


@dataclass(frozen=True, slots=True)
class OneOff:
    """一次性补偿, outside shares, floors and caps."""

    payer: str
    payee: str
    amount: int
    due: date
    reason: str


@dataclass(frozen=True, slots=True)
class CashRule:
    """Who holds the cash: a percent of what is attributed to `of` (`*` = every party)."""

    of: str
    to: str
    percent: Fraction


@dataclass(frozen=True, slots=True)
class Indicator:
    """指标分算 with a clock and a term of its own."""

    name: str
    decimals: int
    weights: Weights | None
    double_count: tuple[str, ...]
    calendar: Calendar | None
    term: Term | None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What the pre-move years must show."""

    led_by: str | None
    years_before: int | None
    average_gte: int | None
    last_year_gte: int | None


@dataclass(frozen=True, slots=True)
class Settle:
    """How a settlement is done (B16): when, by whom, in which form; said, not computed."""

    when: str = ""
    holder: str = ""
    form: str = ""


@dataclass(frozen=True)
class Scheme:
    """One sharing scheme: all the money terms of an agreement."""

    parties: tuple[str, ...]
    calendar: Calendar = Calendar()
    term: Term | None = None
    negative: Negative = Negative.CARRY
    baseline: Baseline | Stocks | None = None
    deduct: tuple[Deduction, ...] = ()
    recover: tuple[Recovery, ...] = ()
    reserve: tuple[Reserve, ...] = ()
    ladder: tuple[Step, ...] = ()
    tiers: tuple[Tier, ...] = ()
    guarantee: tuple[Guarantee, ...] = ()
    cap: tuple[Cap, ...] = ()
    base: BaseRule | None = None
    one_off: tuple[OneOff, ...] | None = None
    funds: tuple[str, ...] = ()
    cash: tuple[CashRule, ...] | None = None
    indicators: tuple[Indicator, ...] | None = None
    eligibility: Eligibility | None = None
    settle: Settle = field(default=Settle(), compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)
    at: str = field(default="/scheme", compare=False)

    @property
    def tiers_clause(self) -> Clause:
        """All tiers as the one clause they are."""
        return Clause(f"{self.at}/tiers", "tiers", "分档分享")

    @property
    def terms(self) -> tuple[str, ...]:
        """The keys of `origin` in canonical order."""
        return (
            "baseline",
            *(item.clause.term for item in self.deduct),
            *(item.clause.term for item in self.recover),
            *(item.clause.term for item in self.reserve),
            *("split", "tiers"),
            *(item.clause.term for item in self.guarantee),
            *(item.clause.term for item in self.cap),
            "after",
        )

    @property
    def before_start(self) -> str | None:
        """Who has the money dated before the start."""
        return self.calendar.before or (self.term.after if self.term else None)
