"""A run as a spreadsheet redoes it: the inputs, the working of every slice, cash and payments.

`redo` runs the very engine that settles, with a recorder that takes down formulas. Changing an
amount, a weight or a receipt in the spreadsheet redoes the working exactly.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.engine import attribution, settle
from app.engine.cell_inputs import REST, Receipts, Terms, receipts, terms
from app.engine.cells import Cell, Division, Formula, Input, allocated, total
from app.engine.contract_years import year_keys
from app.engine.facts import Facts
from app.engine.pipeline import Evaluation, evaluate, resolved_clock
from app.engine.redoing import Balances, Redo, Rows
from app.engine.terms import Level, Scheme
from app.money import allocate


@dataclass
class Redone:
    """One scheme redone: its inputs, its slices, and what follows from their shares."""

    scheme: Scheme
    evaluation: Evaluation
    terms: Terms
    receipts: Receipts
    slices: list[Redo]
    checks: Rows = field(default_factory=list)
    after: Rows = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        """The year keys of the slices."""
        return year_keys([sheet.slice for sheet in self.evaluation.sheets])


def redo(scheme: Scheme, facts: Facts) -> Redone:
    """Run the engine and keep every step as a formula."""
    level = scheme.base.level if scheme.base else Level.DISTRICT
    own = terms(scheme, facts)
    read = receipts(facts, resolved_clock(scheme, facts), level)
    balances = Balances(
        own.carried,
        list(own.pending),
        list(own.balances),
        list(own.rooms),
        list(own.annual),
    )
    evaluation = evaluate(scheme, facts, lambda each, at: Redo(each, at, own, read, balances))
    records = [sheet.record for sheet in evaluation.sheets]
    slices = [record for record in records if isinstance(record, Redo)]
    redone = Redone(scheme, evaluation, own, read, slices)
    for sheet, record in zip(evaluation.sheets, slices, strict=True):
        record.close(sheet)
        redone.checks += record.checks
    redone.after = [*_cash(redone), *_net(redone)]
    return redone


def _cash(redone: Redone) -> Rows:
    """Who holds the cash: percents of what is attributed, each on its own."""
    scheme = redone.scheme
    if scheme.cash is None:
        return []
    rows: Rows = []
    held_by_year = attribution.cash(redone.evaluation)
    for key, record in zip(redone.keys, redone.slices, strict=True):
        moves: dict[str, list[tuple[int, Cell]]] = {
            name: [(1, record.shares[name])] if name in record.shares else []
            for name in held_by_year[key]
        }
        for rule, by in zip(scheme.cash, redone.terms.cash, strict=True):
            for party in scheme.parties if rule.of == "*" else (rule.of,):
                share = record.shares[party]
                part = _first(share.value, by)
                cells = allocated(share, by, {rule.to: part, REST: share.value - part})
                moved = cells[rule.to]
                rows += [(f"{key} 现金，{party}所得", cell) for cell in cells.values()]
                moves[party].append((-1, moved))
                moves[rule.to].append((1, moved))
        rows += [
            (f"{key} 现金", Cell(f"{name}持有", held, total(moves[name])))
            for name, held in held_by_year[key].items()
        ]
    return rows


def _first(value: int, by: Division) -> int:
    return allocate(value, [weight.value for weight in by.weights.values()])[0]


def _net(redone: Redone) -> Rows:
    """What is settled: share less collection, one-off payments in, and who pays whom."""
    if redone.evaluation.facts.collected is None:
        return []
    rows: Rows = []
    netted = settle.net(redone.evaluation)
    paid = {(each.year, each.payer, each.payee): each.amount for each in settle.payments(netted)}
    for year, parties in netted.items():
        cells = {
            party: Cell(f"{party}净额", fen, total(_moves(redone, year, party)))
            for party, fen in parties.items()
        }
        rows += [(f"{year} 轧差", cell) for cell in cells.values()]
        rows += [(f"{year} 轧差", cell) for cell in _payments(year, cells, paid)]
    return rows


def _moves(redone: Redone, year: int, party: str) -> list[tuple[int, Cell | Input]]:
    moves: list[tuple[int, Cell | Input]] = []
    for sheet, record in zip(redone.evaluation.sheets, redone.slices, strict=True):
        if sheet.slice.fiscal_year == year:
            moves.append((1, record.shares[party]))
    moves += [(-1, cell) for cell in redone.receipts.collected.get(year, {}).get(party, ())]
    for item, cell in zip(redone.scheme.one_off or (), redone.terms.one_off, strict=True):
        if item.due.year == year:
            moves += [(-1, cell)] if item.payer == party else []
            moves += [(1, cell)] if item.payee == party else []
    return moves


def _payments(
    year: int, netted: Mapping[str, Cell], paid: Mapping[tuple[int, str, str], int]
) -> list[Cell]:
    """Payers fill receivers in turn: what the one still owes, or the other still wants."""
    cells: dict[tuple[str, str], Cell] = {}
    for payer in netted:
        for payee in netted:
            if payer != payee:
                spent = [(-1, cell) for (who, _), cell in cells.items() if who == payer]
                met = [(-1, cell) for (_, whom), cell in cells.items() if whom == payee]
                owes = ("MAX(0,-", netted[payer], ")", *_minus(spent))
                wants = ("MAX(0,", netted[payee], ")", *_minus(met))
                cells[payer, payee] = Cell(
                    f"{payer}上解，补助{payee}",
                    paid.get((year, payer, payee), 0),
                    ("MAX(0,MIN(", *owes, ",", *wants, "))"),
                )
    return list(cells.values())


def _minus(cells: Iterable[tuple[int, Cell]]) -> Formula:
    return tuple(part for _, cell in cells for part in ("-", cell))
