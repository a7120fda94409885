"""A run as a spreadsheet redoes it: the inputs, the working of every slice, what follows from it.

`redo` runs the very engine that settles, with a recorder that takes down formulas. Changing an
amount, a weight or a receipt in the spreadsheet redoes the working exactly. A scheme that asks for
eligibility is worked through as if it applied; whether it does is a cell of its own, which every
share heeds.
"""

from dataclasses import dataclass, field, replace

from app.engine import following
from app.engine.cell_beside import Beside, beside
from app.engine.cell_division import precision
from app.engine.cell_inputs import Terms, terms
from app.engine.cell_receipts import Receipts, receipts
from app.engine.cells import Cell
from app.engine.contract_years import year_keys
from app.engine.facts import Facts
from app.engine.following import Course
from app.engine.pipeline import Evaluation, evaluate, resolved_clock
from app.engine.redoing import Balances, Redo, Rows
from app.engine.terms import Level, Scheme
from app.engine.trace import leave_out


@dataclass
class Redone:
    """One scheme redone: its inputs, its slices, and what follows from their shares."""

    scheme: Scheme
    evaluation: Evaluation
    terms: Terms
    receipts: Receipts
    beside: Beside
    slices: list[Redo]
    eligible: Cell | None
    checks: Rows = field(default_factory=list)
    after: Rows = field(default_factory=list)
    adjusted: dict[str, dict[str, Cell]] = field(default_factory=dict)
    counted: dict[tuple[str, int], dict[str, Cell]] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        """The year keys of the slices."""
        return year_keys([sheet.slice for sheet in self.evaluation.sheets])


def redo(scheme: Scheme, facts: Facts) -> Redone:
    """Run the engine and keep every step as a formula."""
    level = scheme.base.level if scheme.base else Level.DISTRICT
    own, read = terms(scheme, facts), receipts(facts, resolved_clock(scheme, facts), level)
    balances = Balances(
        own.carried, list(own.pending), list(own.balances), list(own.rooms), list(own.annual)
    )
    course = evaluate(
        replace(scheme, eligibility=None),
        facts,
        lambda each, at: Redo(each, at, own, read, balances),
    )
    slices = [each.record for each in course.sheets if isinstance(each.record, Redo)]
    for sheet, record in zip(course.sheets, slices, strict=True):
        record.close(sheet)
    around, rule = beside(scheme, facts), scheme.eligibility
    eligible = following.eligible(around, rule.years_before if rule else None)
    evaluation = evaluate(scheme, facts, leave_out)
    redone = Redone(scheme, evaluation, own, read, around, slices, eligible)
    _follow(redone)
    return redone


def _follow(redone: Redone) -> None:
    """Everything behind the shares: eligibility, cash, payments, restatement, indicators."""
    after = redone.scheme.term.after if redone.scheme.term else ""
    for sheet, record in zip(redone.evaluation.sheets, redone.slices, strict=True):
        redone.checks += record.checks
        if redone.eligible is not None:
            record.admit(redone.eligible, sheet.shares, after)
    own, counted = redone.terms, redone.beside.weights.values()
    exact = precision([*own.reserves, *own.steps, *own.cash, *counted], own.tiers)
    redone.checks += [("精度", exact)] if exact else []
    course = Course(
        redone.evaluation, redone.slices, redone.keys, redone.terms, redone.receipts, redone.beside
    )
    redone.after = [*following.cash(course), *following.netted(course)]
    redone.adjusted, redone.counted = following.adjusted(course), following.counted(course)
