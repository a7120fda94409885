"""When things go worse than forecast: four paths, and the fall at which each warning appears.

A path changes the receipts, never the scheme; years that fall empty stay as years of 0.00, so that
floors and 兑现 fall due in them. The amounts are the shared base already selected.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from app.engine.appraisal import Basis, flows, net_present_values
from app.engine.facts import Entry, Facts
from app.engine.notices import Notice, notices
from app.engine.pipeline import evaluate, resolved_clock
from app.engine.terms import Scheme
from app.money import allocate

LEAVES_IN = 7
FALL = 30


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a path leaves to each party: fen in all, and net present value in fen."""

    title: str
    totals: Mapping[str, int]
    values: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class BreakPoint:
    """The least fall of the forecast, in whole percent, at which a warning first appears."""

    percent: int
    notice: Notice


def a_year_late(_scheme: Scheme, facts: Facts) -> Facts:
    """All receipts, and the events that start the term, a year later; the first year is empty."""
    moved = tuple(
        replace(each, fiscal_year=each.fiscal_year + 1, on=each.on and _year_after(each.on))
        for each in facts.entries
    )
    first = min(each.fiscal_year for each in facts.entries)
    empty = tuple(replace(each, fen=0) for each in facts.entries if each.fiscal_year == first)
    collected = facts.collected and {
        first: dict.fromkeys(facts.collected[first], 0),
        **{year + 1: parts for year, parts in facts.collected.items()},
    }
    return replace(
        facts,
        entries=(*empty, *moved),
        collected=collected,
        first_tax=facts.first_tax and _year_after(facts.first_tax),
        events={name: _year_after(on) for name, on in facts.events.items()},
    )


def _year_after(day: date) -> date:
    """The same day of the next year; 1 March for 29 February."""
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 3, 1)
    return day.replace(year=day.year + 1)


def fallen(facts: Facts, percent: int) -> Facts:
    """Every receipt lower by so many percent, to the fen."""
    kept = (100 - percent, percent)
    return _changed(facts, lambda _, fen: allocate(fen, kept)[0])


def tax_falls(_scheme: Scheme, facts: Facts) -> Facts:
    """All receipts 30 % lower."""
    return fallen(facts, FALL)


def large_refund(_scheme: Scheme, facts: Facts) -> Facts:
    """The best year's money is all paid back in the next year of the forecast, or in its last."""
    by_year: dict[int, int] = {}
    for entry in facts.entries:
        by_year[entry.fiscal_year] = by_year.get(entry.fiscal_year, 0) + entry.fen
    best = max(by_year, key=lambda year: (by_year[year], -year))
    if by_year[best] <= 0:
        return facts
    year = best + 1 if best + 1 in by_year else max(by_year)
    refund = Entry(year, date(year, 12, 31), -by_year[best])
    collected = facts.collected and {
        **facts.collected,
        year: {
            party: fen - facts.collected[best].get(party, 0)
            for party, fen in _all_parties(facts.collected, year).items()
        },
    }
    return replace(facts, entries=(*facts.entries, refund), collected=collected)


def _all_parties(collected: Mapping[int, Mapping[str, int]], year: int) -> dict[str, int]:
    names = dict.fromkeys(name for parts in collected.values() for name in parts)
    return {name: collected[year].get(name, 0) for name in names}


def leaves(scheme: Scheme, facts: Facts) -> Facts:
    """The enterprise leaves: nothing comes in from contract year 7 on."""
    clock = resolved_clock(scheme, facts)
    return _changed(facts, lambda entry, fen: 0 if clock.of(entry) >= LEAVES_IN else fen)


def _changed(facts: Facts, change: Callable[[Entry, int], int]) -> Facts:
    """The facts with every amount changed; where territories collect, theirs and their sum."""
    if facts.collected is None:
        entries = tuple(replace(each, fen=change(each, each.fen)) for each in facts.entries)
        return replace(facts, entries=entries)
    year_of = {each.fiscal_year: each for each in facts.entries}
    collected = {
        year: {party: change(year_of[year], fen) for party, fen in parts.items()}
        for year, parts in facts.collected.items()
    }
    entries = tuple(
        replace(each, fen=sum(collected[each.fiscal_year].values())) for each in year_of.values()
    )
    return replace(facts, entries=entries, collected=collected)


PATHS: tuple[tuple[str, Callable[[Scheme, Facts], Facts]], ...] = (
    ("按预测", lambda _scheme, facts: facts),
    ("晚一年", a_year_late),
    (f"税收低 {FALL}%", tax_falls),
    ("最好一年的收入次年全部退库", large_refund),
    (f"企业自合同第 {LEAVES_IN} 年起离开", leaves),
)


def outcomes(scheme: Scheme, facts: Facts, basis: Basis) -> tuple[Outcome, ...]:
    """What each path leaves to every party, the forecast itself first."""
    found = []
    for title, path in PATHS if facts.entries else PATHS[:1]:
        taken = flows(scheme, path(scheme, facts))
        totals = {party: sum(own.values()) for party, own in taken.items()}
        found.append(Outcome(title, totals, net_present_values(taken, basis)))
    return tuple(found)


def break_points(scheme: Scheme, facts: Facts) -> tuple[BreakPoint, ...]:
    """Each warning that the forecast does not give, with the least fall at which it is given."""
    known = {notice.code for notice in notices(evaluate(scheme, facts))}
    found: list[BreakPoint] = []
    for percent in range(1, 101):
        for notice in notices(evaluate(scheme, fallen(facts, percent))):
            if notice.code not in known:
                known.add(notice.code)
                found.append(BreakPoint(percent, notice))
    return tuple(found)
