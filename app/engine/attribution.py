"""Attribution apart from the split: who holds the cash, and how indicators are counted.

Neither changes a share: cash starts equal to what is attributed, indicators are never derived from
money. Source: scheme v1, B5 and B9.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.engine.contract_years import Clock, clock_of, missing_events
from app.engine.pipeline import Evaluation
from app.engine.terms import Indicator, Scheme, Trigger
from app.money import allocate


@dataclass(frozen=True, slots=True)
class CashMove:
    """What of a party's share is held by another, in fen."""

    party: str
    to: str
    percent: Fraction
    fen: int


def cash_moves(scheme: Scheme, shares: Mapping[str, int]) -> Iterator[CashMove]:
    """Every rule on every party's own share of a slice, in order."""
    for rule in scheme.cash or ():
        weights = rule.percent, 100 - rule.percent
        for party in scheme.parties if rule.of == "*" else (rule.of,):
            yield CashMove(party, rule.to, rule.percent, allocate(shares[party], weights)[0])


def cash(evaluation: Evaluation) -> dict[str, dict[str, int]]:
    """Year key to party or fund to fen held; sums to the shares of the year."""
    scheme = evaluation.scheme
    held_by_year: dict[str, dict[str, int]] = {}
    for key, shares in evaluation.years.items():
        held = {**shares, **dict.fromkeys(scheme.funds, 0)}
        for move in cash_moves(scheme, shares):
            held[move.party] -= move.fen
            held[move.to] += move.fen
        held_by_year[key] = held
    return held_by_year


def indicators(evaluation: Evaluation) -> dict[str, dict[int, dict[str, int]]]:
    """Indicator to fiscal year to party, in units of the indicator's last decimal."""
    return {
        item.name: {
            year: _counted(evaluation, item, year, value)
            for year, value in sorted(evaluation.facts.indicators.get(item.name, {}).items())
        }
        for item in evaluation.scheme.indicators or ()
    }


def _counted(evaluation: Evaluation, item: Indicator, year: int, value: int) -> dict[str, int]:
    counted = dict.fromkeys(evaluation.scheme.parties, 0)
    outside = outsider(evaluation, item, year)
    if outside is not None:
        counted[outside] = value
    elif item.weights is None:
        counted.update(dict.fromkeys(item.double_count, value))
    else:
        parts = allocate(value, item.weights.whole)
        counted.update(zip(item.weights.names, parts, strict=True))
    return counted


def outsider(evaluation: Evaluation, item: Indicator, year: int) -> str | None:
    """Who has an indicator outside its own term; None inside."""
    if item.term is None:
        return None
    clock = indicator_clock(evaluation, item)
    contract_year = clock.of_year(year)
    if contract_year < 1 and item.calendar is not None and item.calendar.before is not None:
        return item.calendar.before
    return None if 1 <= contract_year <= item.term.years else item.term.after


def indicator_clock(evaluation: Evaluation, item: Indicator) -> Clock:
    """The indicator's own clock, else that of the money."""
    return clock_of(item.calendar, evaluation.facts) if item.calendar else evaluation.clock


def events_missing(evaluation: Evaluation) -> list[str]:
    """Every event that a start trigger waits for and the facts lack, each once."""
    calendars = [evaluation.scheme.calendar]
    calendars += [item.calendar for item in evaluation.scheme.indicators or () if item.calendar]
    missing = [
        event
        for calendar in calendars
        if calendar.trigger is not Trigger.RECOVERED
        for event in missing_events(calendar, evaluation.facts)
    ]
    return list(dict.fromkeys(missing))
