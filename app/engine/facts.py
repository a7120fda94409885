"""Facts as values: what came in, when, and what earlier settlements left.

`facts_reading.py` makes them from JSON; a program that has figures at hand (the bench, a forecast)
calls `annual_facts`. The amounts are the shared base already selected. Source: scheme v1, A4 and
B1, B2, B7, B9, B14, B15, B18.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.engine.taxes import WaterfallRow


@dataclass(frozen=True, slots=True)
class Entry:
    """One amount of the base: its fiscal year, its 入库日期 where known, fen, and its pointer."""

    fiscal_year: int
    on: date | None
    fen: int
    at: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Opening:
    """期初余额: the balances that replace those at the start."""

    as_of: int
    carried: int = 0
    deduct: Mapping[str, int] = field(default_factory=dict)
    recover: Mapping[str, int] = field(default_factory=dict)
    cap: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a run needs beside the scheme."""

    entries: tuple[Entry, ...]
    at: str = "/facts/annual"
    collected: Mapping[int, Mapping[str, int]] | None = None
    waterfall: tuple[WaterfallRow, ...] | None = None
    first_tax: date | None = None
    events: Mapping[str, date] = field(default_factory=dict)
    pre_move: Mapping[int, int] = field(default_factory=dict)
    indicators: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    settled: Mapping[str, Mapping[str, int]] | None = None
    opening: Opening | None = None


def annual_facts(amounts: Mapping[int, int]) -> Facts:
    """Facts of one amount in fen per fiscal year: a forecast, a sketch."""
    return Facts(
        tuple(
            Entry(year, None, fen, f"/facts/annual/{year}") for year, fen in sorted(amounts.items())
        )
    )
