"""Gross tax entries and rate rows from JSON.

Source: scheme v1, B1.
"""

from fractions import Fraction
from math import lcm

from app.engine import reading
from app.engine.reading import Keys, Node
from app.engine.schedule import Period, Schedule, overlap_of
from app.engine.scheme_reader import SchemeReader
from app.engine.taxes import (
    ALL_LEVELS,
    GROSS_LEVELS,
    LOWER_LEVELS,
    GrossEntry,
    RateStatus,
    RateTable,
    TaxKind,
    TaxSharing,
)

ENTRY_KEYS = Keys(("date", "tax", "amount"), ("kind", "payer_class", "territory", "actual"))
RATE_KEYS = Keys(
    ("tax", "of", "from", "to", "shares", "status"), ("payer_class", "doc_no", "doc_url")
)
COMMON_CLASS = "一般"

_RowPeriod = Period[TaxSharing]


def read_gross_entry(node: Node, reader: SchemeReader) -> GrossEntry | None:
    """One receipt of gross tax."""
    found = reading.closed(node, ENTRY_KEYS)
    on, tax = reading.day(found.get("date")), reading.text(found.get("tax"), 40)
    amount = reading.amount(found.get("amount"), signed=True)
    kind = reading.choice(found.get("kind"), TaxKind) or TaxKind.REGULAR
    payer_class = reading.text(found.get("payer_class"), 40) or COMMON_CLASS
    territory = reader.clauses.party(found.get("territory"))
    actual = _actual(found.get("actual"), amount)
    if on is None or tax is None or amount is None:
        return None
    return GrossEntry(on, tax, kind, payer_class, territory, amount, actual, node.at)


def _actual(node: Node | None, amount: int | None) -> tuple[int, int, int, int] | None:
    """The treasury's own amounts of all four levels, adding up to the entry."""
    if node is None:
        return None
    found = reading.closed(node, Keys(ALL_LEVELS))
    read = [reading.amount(found.get(level), signed=True) for level in ALL_LEVELS]
    parts = [fen for fen in read if fen is not None]
    if len(parts) < len(ALL_LEVELS) or amount is None:
        return None
    if sum(parts) != amount:
        node.refuse("amount", "各级次实际入库数之和与金额不符")
    centre, province, city, district = parts
    return centre, province, city, district


def read_rates(node: Node) -> RateTable:
    """The rate table; overlapping periods and shares that do not sum to 100 are findings."""
    rows: dict[tuple[str, str, str], list[tuple[_RowPeriod, Node]]] = {}
    for item in reading.items(node):
        read = _rate(item)
        if read is not None:
            key, period = read
            rows.setdefault(key, []).append((period, item))
    schedules: dict[tuple[str, str, str], Schedule[TaxSharing]] = {}
    for key, listed in rows.items():
        listed.sort(key=lambda row: row[0].first)
        periods = tuple(period for period, _ in listed)
        place = overlap_of(periods)
        if place is None:
            schedules[key] = Schedule(periods)
        else:
            listed[place][1].refuse("rates_overlap", f"“{key[1]}”的分享比例期间重叠")
    return RateTable(schedules)


def _rate(node: Node) -> tuple[tuple[str, str, str], _RowPeriod] | None:
    found = reading.closed(node, RATE_KEYS)
    tax, of = reading.text(found.get("tax"), 40), found.get("of")
    whole = reading.word(of, ("gross", "below_province"))
    payer_class = reading.text(found.get("payer_class"), 40) or COMMON_CLASS
    first, last = reading.day(found.get("from")), found.get("to")
    end = reading.day(last) if last is not None and last.value is not None else None
    status = reading.choice(found.get("status"), RateStatus)
    doc_no = reading.text(found.get("doc_no"))
    reading.text(found.get("doc_url"))
    if first is not None and end is not None and last is not None and end < first:
        last.refuse("date", "止日早于起日")
        return None
    weights = _shares(found.get("shares"), GROSS_LEVELS if whole == "gross" else LOWER_LEVELS)
    if tax is None or whole is None or first is None or status is None or weights is None:
        return None
    row = TaxSharing(tax, whole, weights, first, status, doc_no, node.at)
    return (whole, tax, payer_class), Period(first, end, row)


def _shares(node: Node | None, levels: tuple[str, ...]) -> tuple[int, ...] | None:
    """The shares of the levels as whole weights; exactly 100 in sum."""
    if node is None:
        return None
    before = len(node.findings.issues)
    found = reading.closed(node, Keys(optional=levels))
    read = {level: reading.ratio(found[level]) for level in levels if level in found}
    if len(node.findings.issues) > before:
        return None
    exact = [
        found_share.exact if (found_share := read.get(level)) else Fraction(0) for level in levels
    ]
    if sum(exact) != 100:
        node.refuse("rates_sum", "各级次比例之和应为 100")
        return None
    common = lcm(*(share.denominator for share in exact))
    return tuple(int(share * common) for share in exact)
