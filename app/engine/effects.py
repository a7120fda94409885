"""The money that each changed clause moves between two schemes on the same facts.

What a change moves depends on what else has changed, so each has three columns per party: `alone`,
as the only change; `last`, after all the others; `fair`, the average of what it moves over all
orders in which the changes could be made (Shapley value, exact fractions), rounded so that the
column adds up to the whole change to the fen. Changes that no scheme could have one without the
other (a longer term and the ladder for it) are one change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from app.engine import wording
from app.engine.cases import Part, read_case
from app.engine.formulas import coalitions, shapley, to_fen
from app.engine.mixing import Document, Mixture
from app.engine.pipeline import evaluate
from app.engine.trace import leave_out
from app.engine.wording import Change
from app.errors import Invalid

EVERY_ORDER = 8
"""Up to so many changes all orders are averaged; above, `fair` follows the written order."""

Amounts = tuple[int, ...]
Unit = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What one change moves, in fen per party in their order, alone, last and fairly."""

    changes: tuple[Change, ...]
    alone: Amounts
    last: Amounts
    fair: Amounts


@dataclass(frozen=True, slots=True)
class Effects:
    """All changes with their money; `whole` is what the versions differ by per party.

    `averaged` says whether `fair` is the average of all orders or the written order.
    """

    parties: tuple[str, ...]
    rows: tuple[Effect, ...]
    whole: Amounts
    averaged: bool


def effects(before: Document, after: Document, rest: Mapping[str, object]) -> Effects:
    """What each clause that changes moves on the facts, and rates, of `rest` (a case file's keys).

    Invalid when either version cannot be run on these facts, or the parties differ.
    """
    old, new = (read_case({**rest, "scheme": scheme}).parts[0] for scheme in (before, after))
    if "ledgers" in before or "ledgers" in after:
        raise Invalid.at("/scheme/ledgers", "unsupported", "分账方案请逐账册比较金额")
    parties = new.scheme.parties
    if old.scheme.parties != parties:
        raise Invalid.at("/scheme/parties", "party", "参与方或其次序不同，不能逐条比较金额")
    mixture = Mixture(before, after)
    changes: dict[str, list[Change]] = {}
    for change in wording.differences(old.scheme, new.scheme):
        clause = mixture.changed(change.key)
        if clause is not None:
            changes.setdefault(clause, []).append(change)
    tried = _Tried(mixture, rest)
    units = _separable(tuple((clause,) for clause in changes), tried)
    return _measured(units, tried, parties, changes)


class _Tried:
    """What every party has in all with some clauses new; each mixture is run once."""

    def __init__(self, mixture: Mixture, rest: Mapping[str, object]) -> None:
        self._mixture = mixture
        self._rest = rest
        self._known: dict[frozenset[str], Amounts | None] = {}

    def totals(self, units: Sequence[Unit]) -> Amounts | None:
        """Fen per party, None where the mixture is no valid scheme for these facts."""
        clauses = frozenset(clause for unit in units for clause in unit)
        if clauses not in self._known:
            self._known[clauses] = self._run(clauses)
        return self._known[clauses]

    def _run(self, clauses: frozenset[str]) -> Amounts | None:
        try:
            part = read_case({**self._rest, "scheme": self._mixture.scheme(clauses)}).parts[0]
        except Invalid:
            return None
        return _totals(part)

    def moved(self, first: Sequence[Unit], then: Sequence[Unit]) -> Amounts:
        """What changes for every party from one valid mixture to another."""
        before, after = self.totals(first) or (), self.totals(then) or ()
        return tuple(new - old for old, new in zip(before, after, strict=True))


def _totals(part: Part) -> Amounts:
    """All shares of every party, with one-off payments."""
    scheme = part.scheme
    totals = dict.fromkeys(scheme.parties, 0)
    for sheet in evaluate(scheme, part.facts, leave_out).sheets:
        for party, share in sheet.shares.items():
            totals[party] += share
    for payment in scheme.one_off or ():
        totals[payment.payer] -= payment.amount
        totals[payment.payee] += payment.amount
    return tuple(totals.values())


def _mixtures(units: Sequence[Unit]) -> list[tuple[Unit, ...]]:
    """The mixtures that the columns need, small ones first."""
    if len(units) <= EVERY_ORDER:
        return [some for size in range(len(units)) for some in combinations(units, size)]
    prefixes = [tuple(units[:size]) for size in range(len(units))]
    return [*((unit,) for unit in units), *prefixes, *combinations(units, len(units) - 1)]


def _separable(units: tuple[Unit, ...], tried: _Tried) -> tuple[Unit, ...]:
    """The changes, joined until every mixture that the columns need is a valid scheme."""
    while True:
        broken = next((some for some in _mixtures(units) if tried.totals(some) is None), None)
        if broken is None:
            return units
        joined = _completed(broken, units, tried)
        place = units.index(joined[0])
        rest = [unit for unit in units if unit not in joined]
        one = tuple(clause for unit in joined for clause in unit)
        units = (*rest[:place], one, *rest[place:])


def _completed(broken: Sequence[Unit], units: Sequence[Unit], tried: _Tried) -> list[Unit]:
    """The fewest changes, two more at most, else all, with which a mixture is valid."""
    others = [unit for unit in units if unit not in broken]
    for size in (1, 2):
        for more in combinations(others, size):
            together = [unit for unit in units if unit in broken or unit in more]
            if tried.totals(together) is not None:
                return together
    return list(units)


def _measured(
    units: Sequence[Unit],
    tried: _Tried,
    parties: tuple[str, ...],
    changes: Mapping[str, list[Change]],
) -> Effects:
    whole = tried.moved((), units)
    averaged = len(units) <= EVERY_ORDER
    fair = _averages(units, tried, whole) if averaged else _in_turn(units, tried)
    rows = tuple(
        Effect(
            tuple(change for clause in unit for change in changes[clause]),
            tried.moved((), (unit,)),
            tried.moved([each for each in units if each != unit], units),
            own,
        )
        for unit, own in zip(units, fair, strict=True)
    )
    return Effects(parties, rows, whole, averaged)


def _in_turn(units: Sequence[Unit], tried: _Tried) -> list[Amounts]:
    """What each change moves after those written before it."""
    return [tried.moved(units[:place], units[: place + 1]) for place in range(len(units))]


def _averages(units: Sequence[Unit], tried: _Tried, whole: Amounts) -> list[Amounts]:
    """The average over all orders, to the fen.

    Every party's column is rounded by itself, but for the party that moves most, which has what
    each row leaves; so columns and rows both add up.
    """
    keys = [str(place) for place in range(len(units))]
    moved = {some: tried.moved((), [units[int(key)] for key in some]) for some in coalitions(keys)}
    exact = [
        shapley(keys, {some: own[place] for some, own in moved.items()})
        for place in range(len(whole))
    ]
    sums = to_fen([sum((each[key] for each in exact), Fraction(0)) for key in keys])
    columns = [to_fen(list(each.values())) for each in exact]
    most = max(range(len(whole)), key=lambda place: sum(map(abs, exact[place].values())))
    columns[most] = [
        total - sum(row) + row[most]
        for total, row in zip(sums, zip(*columns, strict=True), strict=True)
    ]
    return list(zip(*columns, strict=True))
