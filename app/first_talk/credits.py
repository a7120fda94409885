"""Who is credited with a figure (考核口径): shares of a chain, their terms, rewards.

    江阳 50%  ──▶  龙马潭 10%  ──▶  纳溪, where it lands: the rest
    first          middle           no interest, no clock

A claim counts while its term runs; what it does not take goes to the landing place, so the parts
of a split always add up. Credited twice (双核算) a figure stands in full on both sides, and what
is doubled is told beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from app.clock import months
from app.labels import LabelledEnum
from app.money import ZERO, Money, allocate

Quantity = int | Fraction
"""Fen of an amount, or a number of projects."""


class Measure(LabelledEnum):
    """A figure that districts are assessed by; the label is its name in the rule sets."""

    PAID_IN = "paid_in", "到位资金"
    FIXED_ASSETS = "fixed_assets", "固投"
    OUTSIDE_PROVINCE = "outside_province", "省外到位资金"
    SIGNED_COUNT = "signed_count", "签约个数"
    SIGNED_AMOUNT = "signed_amount", "签约额"


class Mode(LabelledEnum):
    """How a figure is credited to the two sides."""

    SPLIT = "split", "按比例分算"
    DOUBLE = "double", "全额双核算"
    BRINGER = "bringer", "全部计引资方"
    LANDING = "landing", "全部计落地方"


class Side(LabelledEnum):
    """As what a unit is credited."""

    FIRST = "first", "首谈方"
    MIDDLE = "middle", "中间环节"
    LEFT = "left", "企业另选前的首谈方"
    LANDING = "landing", "落地方"
    MOVED = "moved", "辖区内迁移"
    MOVED_FROM = "moved_from", "迁出方"


@dataclass(frozen=True)
class Term:
    """Years from a day on, that day counted or not (term_counts_first_day); None has no end."""

    since: date
    years: int | None
    counts_first_day: bool

    @property
    def first_day(self) -> date:
        """The first day that is credited."""
        return self.since if self.counts_first_day else self.since + timedelta(days=1)

    @property
    def last_day(self) -> date | None:
        """The last day that is credited."""
        if self.years is None:
            return None
        end = months(self.since, 12 * self.years)
        return end - timedelta(days=1) if self.counts_first_day else end

    def holds(self, day: date) -> bool:
        """Whether the term runs on a day."""
        last = self.last_day
        return self.first_day <= day and (last is None or day <= last)


@dataclass(frozen=True)
class Chain:
    """What a rule set gives along a chain of transfers."""

    first: Fraction = Fraction(0)
    middle: Fraction = Fraction(0)

    def share(self, *, is_first: bool, has_milestone: bool) -> Fraction:
        """The share of a giver; a middle one needs a milestone (实质进展) of its own."""
        if is_first:
            return self.first
        return self.middle if has_milestone else Fraction(0)


@dataclass(frozen=True)
class Modes:
    """How the figures of a project are credited; what a rule set does not name stays in place."""

    general: Mode = Mode.LANDING
    named: Mapping[str, Mode] = field(default_factory=dict)

    def of(self, measure: Measure) -> Mode:
        """The mode of a measure."""
        return self.named.get(measure.label, self.general)

    def in_full(self) -> list[str]:
        """The figures that count in full for whoever brought the project."""
        whole = (Mode.DOUBLE, Mode.BRINGER)
        return [name for name, mode in self.named.items() if mode in whole]


@dataclass(frozen=True)
class Claim:
    """An interest as it counts for credit: whose, how much, how long.

    `term` is None until 动建. `family` divides the part among the holder and its joint holders.
    """

    unit: str
    side: Side
    share: Fraction
    modes: Modes
    term: Term | None = None
    family: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True)
class OriginShare:
    """What of the 固投 of a moved firm counts for the district that it left (合理迁移)."""

    unit: str
    share: Fraction
    term: Term


@dataclass(frozen=True)
class Part:
    """What one unit is credited with."""

    unit: str
    side: Side
    quantity: Quantity


@dataclass(frozen=True)
class Credited:
    """The parts of one figure; `doubled` is what stands in them twice, and for which two units."""

    parts: tuple[Part, ...]
    doubled: Quantity = 0
    between: tuple[str, str] | None = None


def flow(
    quantity: Quantity, measure: Measure, day: date, claims: Iterable[Claim], landing: str
) -> Credited:
    """A figure of a day, such as money that came in: only terms that run on it count."""
    running = [one for one in claims if one.term is not None and one.term.holds(day)]
    return _credited(quantity, measure, running, landing)


def event(quantity: Quantity, measure: Measure, claims: Iterable[Claim], landing: str) -> Credited:
    """签约, which comes before 动建 and is credited once: every claim counts."""
    return _credited(quantity, measure, list(claims), landing)


def equal_split(units: Sequence[str]) -> dict[str, Fraction]:
    """Equal parts for the holders of one right, the default of a family."""
    return dict.fromkeys(units, Fraction(1, len(units)))


def _credited(
    quantity: Quantity, measure: Measure, claims: Sequence[Claim], landing: str
) -> Credited:
    here = Part(landing, Side.LANDING, quantity)
    if not claims:
        return Credited((here,))
    bringer, mode = claims[0], claims[0].modes.of(measure)
    if mode is Mode.SPLIT:
        return Credited(tuple(_split(quantity, claims, landing)))
    if mode is Mode.LANDING or bringer.side is Side.MIDDLE:
        return Credited((here,))
    whole = _among_family(bringer, quantity)
    if mode is Mode.BRINGER:
        return Credited(tuple(whole))
    return Credited((*whole, here), quantity, (bringer.unit, landing))


def _split(quantity: Quantity, claims: Sequence[Claim], landing: str) -> list[Part]:
    """By the shares in the order of the chain, the rest where it lands; never more than all."""
    left, shares = Fraction(1), []
    for one in claims:
        shares.append(min(one.share, left))
        left -= shares[-1]
    *given, rest = _divided(quantity, [*shares, left])
    parts = [
        part
        for one, its in zip(claims, given, strict=True)
        if its
        for part in _among_family(one, its)
    ]
    return [*parts, Part(landing, Side.LANDING, rest)] if rest else parts


def _among_family(one: Claim, quantity: Quantity) -> list[Part]:
    if not one.family:
        return [Part(one.unit, one.side, quantity)]
    parts = _divided(quantity, list(one.family.values()))
    return [Part(unit, one.side, its) for unit, its in zip(one.family, parts, strict=True)]


def _divided(quantity: Quantity, weights: Sequence[Fraction]) -> Sequence[Quantity]:
    """Money by largest remainder, counts exactly."""
    if isinstance(quantity, int):
        return allocate(quantity, weights)
    return [quantity * weight / sum(weights) for weight in weights]


def moved(
    quantity: Quantity, measure: Measure, day: date, kept: OriginShare | None, landing: str
) -> Credited | None:
    """A figure of a firm that moved inside the city: its 固投 divided; None: it counts nowhere."""
    if kept is None or measure is not Measure.FIXED_ASSETS or not kept.term.holds(day):
        return None
    left, here = _divided(quantity, [kept.share, 1 - kept.share])
    return Credited((Part(kept.unit, Side.MOVED_FROM, left), Part(landing, Side.MOVED, here)))


class RewardRefusal(LabelledEnum):
    """Why no reward is due."""

    OFF = "off", "规则集未启用奖励，或公平竞争审查编号未取得"
    CONFIRMATION_MISSING = "confirmation_missing", "引荐确认表缺少签字"


def reward(
    paid_in: Money, increase: Money, rate: Fraction | None, unsigned: Sequence[str]
) -> tuple[Money, RewardRefusal | None]:
    """What a first talker gets of the foreign money that came in, increases of capital left out.

    `rate` is None while rewards are off; `unsigned` are the parties that have not signed.
    """
    if rate is None:
        return ZERO, RewardRefusal.OFF
    if unsigned:
        return ZERO, RewardRefusal.CONFIRMATION_MISSING
    due, _ = allocate((paid_in - increase).fen, [rate, 1 - rate])
    return Money(due), None
