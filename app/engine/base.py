"""From gross entries to facts: the waterfall of every entry that counts, added into the base.

A settlement that holds its entries as values goes this way directly: `waterfall`, then
`gross_facts`, then `evaluate`. Source: scheme v1, B1 and B2.
"""

from collections.abc import Sequence

from app.engine.facts import Entry, Facts
from app.engine.taxes import (
    GrossEntry,
    NoRate,
    RateTable,
    WaterfallRow,
    by_level,
    selected,
)
from app.engine.terms import BaseRule, Level


def waterfall(
    receipts: Sequence[GrossEntry], rule: BaseRule, rates: RateTable
) -> tuple[list[WaterfallRow], list[tuple[GrossEntry, str]]]:
    """The entries of the base by level, and those for which no rate row is in force."""
    rows: list[WaterfallRow] = []
    without_rate: list[tuple[GrossEntry, str]] = []
    for entry in selected(receipts, rule):
        try:
            rows.append(by_level(entry, rates))
        except NoRate as missing:
            without_rate.append((entry, str(missing)))
    return rows, without_rate


def gross_facts(
    receipts: Sequence[GrossEntry], rows: Sequence[WaterfallRow], rule: BaseRule, at: str
) -> Facts:
    """Facts of the agreed level; where every receipt has a territory, also what each collected."""
    by_territory = receipts and all(entry.territory for entry in receipts)
    return Facts(
        tuple(
            Entry(row.entry.on.year, row.entry.on, row.part(rule.level), row.entry.at)
            for row in rows
        ),
        at=at,
        collected=_by_territory(rows, rule.level) if by_territory else None,
        waterfall=tuple(rows),
        first_tax=min((entry.on for entry in receipts if entry.amount > 0), default=None),
    )


def _by_territory(rows: Sequence[WaterfallRow], level: Level) -> dict[int, dict[str, int]]:
    collected: dict[int, dict[str, int]] = {}
    for row in rows:
        year = collected.setdefault(row.entry.on.year, {})
        name = row.entry.territory or ""
        year[name] = year.get(name, 0) + row.part(level)
    return collected
