"""What is settled between the treasuries: the net of share and collection, and the payments.

Both legs of a payment run through the city treasury (体制结算): one 上解, one 补助, which sum to
zero. Source: scheme v1, B2, B3, B15.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.engine.pipeline import Evaluation


@dataclass(frozen=True, slots=True)
class Payment:
    """What one party pays another for a fiscal year, in fen."""

    year: int
    payer: str
    payee: str
    amount: int


def net(evaluation: Evaluation) -> dict[int, dict[str, int]]:
    """Fiscal year to party to share − collected, one-off payments in; each year sums to zero."""
    facts, parties = evaluation.facts, evaluation.scheme.parties
    years: dict[int, dict[str, int]] = {}
    for sheet in evaluation.sheets:
        own = years.setdefault(sheet.slice.fiscal_year, dict.fromkeys(parties, 0))
        for party, share in sheet.shares.items():
            own[party] += share
    for year, collected in (facts.collected or {}).items():
        for party, fen in collected.items():
            years[year][party] -= fen
    for item in evaluation.scheme.one_off or ():
        own = years.setdefault(item.due.year, dict.fromkeys(parties, 0))
        own[item.payer] -= item.amount
        own[item.payee] += item.amount
    return dict(sorted(years.items()))


def payments(netted: Mapping[int, Mapping[str, int]]) -> list[Payment]:
    """Payers fill receivers in turn, both in the order of the parties."""
    return [
        Payment(year, payer, payee, amount)
        for year, parties in netted.items()
        for payer, payee, amount in _matched(list(parties.items()))
    ]


def _matched(parties: Sequence[tuple[str, int]]) -> list[tuple[str, str, int]]:
    matched: list[tuple[str, str, int]] = []
    wanted = {name: fen for name, fen in parties if fen > 0}
    for payer, owed in parties:
        left = -owed
        for payee in [name for name, fen in wanted.items() if fen > 0]:
            amount = min(left, wanted[payee])
            if amount <= 0:
                break
            matched.append((payer, payee, amount))
            wanted[payee] -= amount
            left -= amount
    return matched


def adjustments(evaluation: Evaluation) -> dict[str, dict[str, int]]:
    """Settled key to party to recomputed − settled; only keys that differ (追溯调整), in order."""
    years, given = evaluation.years, evaluation.facts.settled or {}
    different: dict[str, dict[str, int]] = {}
    for key, settled in sorted(given.items(), key=lambda item: _slice_of(item[0])):
        again = years.get(key, {})
        moved = {
            party: again.get(party, 0) - settled.get(party, 0)
            for party in evaluation.scheme.parties
        }
        if any(moved.values()):
            different[key] = moved
    return different


def _slice_of(key: str) -> tuple[int, int]:
    """The fiscal and the contract year of a year key: `2027` or `2027/y5`."""
    fiscal_year, _, contract_year = key.partition("/y")
    return int(fiscal_year), int(contract_year or 0)


def net_adjustment(evaluation: Evaluation) -> dict[str, int]:
    """The sum of all adjustments per party: the lines of the next settlement."""
    moved = adjustments(evaluation).values()
    return {party: sum(each[party] for each in moved) for party in evaluation.scheme.parties}
