"""The figures of the ledgers: what came in and was signed in a stretch of days, and where.

Only money that a second person has checked counts. Of the signings of a project the first counts
as one; amounts count with what they add. Dollars are never converted and only told.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, Select, func, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import ColumnElement

from app.first_talk.credits import Measure, Quantity
from app.first_talk.policies import Currency
from app.kit.work import Work
from app.money import Money
from app.projects import relocations
from app.projects.models import FundKind, FundSource, PaidIn, Project, Signing
from app.reports.balance import Figure, Place

_CHECKED = (PaidIn.checked_at.is_not(None), PaidIn.refusal == "")
_KINDS: dict[Measure, tuple[ColumnElement[bool], ...]] = {
    Measure.PAID_IN: (),
    Measure.FIXED_ASSETS: (PaidIn.kind == FundKind.FIXED_ASSETS,),
    Measure.OUTSIDE_PROVINCE: (PaidIn.source == FundSource.OUTSIDE_PROVINCE,),
}
"""Which rows of 到位资金 belong to a measure."""


@dataclass(frozen=True)
class Days:
    """A stretch of days, both ends counted."""

    first: date
    last: date


def read(work: Work, days: Days) -> list[Figure]:
    """Every figure of the stretch that the reader may see."""
    return [*_money(work, days), *_signed(work, days)]


def total(work: Work, days: Days, measure: Measure) -> Quantity:
    """The measure over the same projects, added up by the database alone: the control total."""
    if measure in _KINDS:
        paid = _paid_in(work, days, *_KINDS[measure])
        return _sum(work, paid, PaidIn.amount)
    signings = _signings(work, days)
    if measure is Measure.SIGNED_COUNT:
        first = signings.where(Signing.n == 1).with_only_columns(func.count())
        return Fraction(work.session.scalar(first) or 0)
    return _sum(work, signings, Signing.increment)


def _sum(work: Work, rows: Select[Any], column: InstrumentedAttribute[Money]) -> int:
    """Fen in all."""
    in_all = rows.with_only_columns(func.sum(type_coerce(column, BigInteger)))
    return int(work.session.scalar(in_all) or 0)


def in_dollars(work: Work, days: Days) -> int:
    """How many signings of the stretch are in dollars, which no amount here holds."""
    found = _signings(work, days).where(Signing.currency == Currency.USD)
    return work.session.scalar(found.with_only_columns(func.count())) or 0


def foreign(work: Work, days: Days) -> dict[str, tuple[Money, Money]]:
    """Foreign money that came in by project, and what of it was an increase of capital."""
    found: dict[str, tuple[int, int]] = {}
    for row in work.session.scalars(_paid_in(work, days, PaidIn.source == FundSource.FOREIGN)):
        whole, increase = found.get(row.project_id, (0, 0))
        more = row.amount.fen if row.is_increase else 0
        found[row.project_id] = (whole + row.amount.fen, increase + more)
    return {id: (Money(whole), Money(more)) for id, (whole, more) in found.items()}


def projects(work: Work, ids: set[str]) -> dict[str, Project]:
    """The projects of the figures, by id."""
    found = work.session.scalars(work.rows(Project).where(Project.id.in_(ids)))
    return {row.id: row for row in found}


def places(work: Work, rows: dict[str, Project]) -> dict[str, Place]:
    """Where each project lands, and what its investor's former district keeps if it moved there."""
    kept = relocations.origin_shares(work, rows)
    return {
        id: Place(
            unit=site.unit,
            territory=site.territory,
            park=site.park,
            moved=site.origin is not None,
            origin_share=kept.get(id),
        )
        for id, site in relocations.sites(work, rows.values()).items()
    }


def _money(work: Work, days: Days) -> list[Figure]:
    rows = list(work.session.scalars(_paid_in(work, days)))
    original = {
        row.id: row.paid_on
        for row in work.session.scalars(
            select(PaidIn).where(PaidIn.id.in_({row.corrects_id for row in rows}))
        )
    }
    return [
        Figure(
            row.project_id,
            measure,
            original.get(row.corrects_id or "", row.paid_on),
            row.amount.fen,
        )
        for row in rows
        for measure in _measures(row)
    ]


def _measures(row: PaidIn) -> list[Measure]:
    found = [Measure.PAID_IN]
    if row.kind is FundKind.FIXED_ASSETS:
        found.append(Measure.FIXED_ASSETS)
    if row.source is FundSource.OUTSIDE_PROVINCE:
        found.append(Measure.OUTSIDE_PROVINCE)
    return found


def _signed(work: Work, days: Days) -> list[Figure]:
    found = []
    for row in work.session.scalars(_signings(work, days)):
        told = (row.project_id, row.signed_on)
        if row.n == 1:
            found.append(Figure(told[0], Measure.SIGNED_COUNT, told[1], Fraction(1)))
        if row.increment.fen:
            found.append(Figure(told[0], Measure.SIGNED_AMOUNT, told[1], row.increment.fen))
    return found


def _paid_in(work: Work, days: Days, *which: ColumnElement[bool]) -> Select[PaidIn]:
    seen = work.rows(Project).with_only_columns(Project.id)
    return (
        select(PaidIn)
        .where(PaidIn.project_id.in_(seen), PaidIn.paid_on.between(days.first, days.last))
        .where(*_CHECKED, *which)
    )


def _signings(work: Work, days: Days) -> Select[Signing]:
    seen = work.rows(Project).with_only_columns(Project.id)
    return select(Signing).where(
        Signing.project_id.in_(seen), Signing.signed_on.between(days.first, days.last)
    )
