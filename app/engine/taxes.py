"""From gross tax to the shared base (分成瀑布): which entries count, and which part of each.

A receipt of tax is divided 中央, 省, 市区, then the 市区 part 市, 区, by the rate rows in force on
its 入库日期; the treasury's own by-level amounts are used instead where they are known. Source:
scheme v1, B1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from app.engine.schedule import Schedule
from app.engine.terms import BaseRule, Level
from app.labels import LabelledEnum
from app.money import allocate


class TaxKind(LabelledEnum):
    """What kind of receipt an entry is."""

    REGULAR = "正常", "正常"
    FOUND_DUE = "查补", "查补"
    LATE_FEE = "滞纳金", "滞纳金"
    FINE = "罚款", "罚款"
    REFUND = "退库", "退库"
    CREDIT_REFUND = "留抵退税", "留抵退税"
    EQUALISATION = "调库", "调库"
    EXEMPT_CREDIT = "免抵调", "免抵调"
    EXPORT_REFUND = "出口退税", "出口退税"


class RateStatus(LabelledEnum):
    """How well a rate row is known, best first."""

    VERIFIED = "verified", "已核实"
    UNVERIFIED = "unverified", "未核实"
    DEMO = "demo", "演示"


GROSS_LEVELS = ("中央", "省", "市区")
LOWER_LEVELS = ("市", "区")
ALL_LEVELS = ("中央", "省", "市", "区")
EVERY_TAX = "*"


@dataclass(frozen=True, slots=True)
class TaxSharing:
    """One rate row (收入分享表): the whole weights of its levels, and how well it is known."""

    tax: str
    of: str
    weights: tuple[int, ...]
    first: date
    status: RateStatus
    doc_no: str | None = None
    at: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class GrossEntry:
    """One receipt of gross tax, negative for a refund; `actual` are the treasury's amounts."""

    on: date
    tax: str
    kind: TaxKind
    payer_class: str
    territory: str | None
    amount: int
    actual: tuple[int, int, int, int] | None
    at: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class WaterfallRow:
    """One entry by level, in fen, and the rate rows that made it so (none: actual amounts)."""

    entry: GrossEntry
    levels: tuple[int, int, int, int]
    rows: tuple[TaxSharing, ...]

    def part(self, level: Level) -> int:
        """What the agreed level keeps of the entry."""
        centre, _, city, district = self.levels
        if level is Level.GROSS:
            return self.entry.amount
        if level is Level.LOCAL:
            return self.entry.amount - centre
        return district if level is Level.DISTRICT else city + district


class NoRate(LookupError):
    """No rate row is in force for an entry."""


class RateTable:
    """Rate rows by (of, tax, payer class), looked up by day."""

    def __init__(self, schedules: Mapping[tuple[str, str, str], Schedule[TaxSharing]]) -> None:
        """Take one schedule per (of, tax, payer class)."""
        self.schedules = schedules
        self._found: dict[tuple[str, str, date], tuple[TaxSharing, TaxSharing]] = {}

    def rows_for(self, entry: GrossEntry) -> tuple[TaxSharing, TaxSharing]:
        """The row of the whole and that of the 市区 part; NoRate when one is missing."""
        key = entry.tax, entry.payer_class, entry.on
        if key not in self._found:
            self._found[key] = self._row("gross", *key), self._row("below_province", *key)
        return self._found[key]

    def _row(self, of: str, tax: str, payer_class: str, on: date) -> TaxSharing:
        schedule = self.schedules.get((of, tax, payer_class))
        if schedule is None and of == "below_province":
            schedule = self.schedules.get((of, EVERY_TAX, payer_class))
        row = schedule.on(on) if schedule else None
        if row is None:
            raise NoRate(f"“{tax}”（{payer_class}）在 {on} 没有可用的分享比例")
        return row


def selected(entries: Iterable[GrossEntry], rule: BaseRule) -> list[GrossEntry]:
    """The entries that are part of the base at all: by tax and by kind."""
    left_out = {TaxKind.EXPORT_REFUND, *rule.kinds_out}
    if not rule.net_of_refunds:
        left_out |= {TaxKind.REFUND, TaxKind.CREDIT_REFUND}
    if not rule.after_equalisation:
        left_out.add(TaxKind.EQUALISATION)
    taxes = set(rule.taxes)
    return [entry for entry in entries if entry.tax in taxes and entry.kind not in left_out]


def by_level(entry: GrossEntry, rates: RateTable) -> WaterfallRow:
    """中央, 省, 市, 区 of one entry, adding up to it; rounded per entry and stage."""
    if entry.actual is not None:
        return WaterfallRow(entry, entry.actual, ())
    upper, lower = rates.rows_for(entry)
    centre, province, below = allocate(entry.amount, upper.weights)
    city, district = allocate(below, lower.weights)
    return WaterfallRow(entry, (centre, province, city, district), (upper, lower))


def worst_status(rows: Iterable[WaterfallRow]) -> RateStatus:
    """The least certain status used; 已核实 when no rate row was used."""
    order = list(RateStatus)
    used = [order.index(rate.status) for row in rows for rate in row.rows]
    return order[max(used, default=0)]
