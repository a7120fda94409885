"""A district's own forecast for an agreement: the receipts on which its terms are shown in money.

A kept what-if of the agreement, the newest first; without one, the tax that the project has
promised. It is the district's own: the other parties see theirs.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import select

from app.agreements import outcomes, sheets
from app.agreements.models import Agreement, Scenario
from app.errors import Invalid
from app.kit.work import Work
from app.money import Money, Rate
from app.projects.models import Commitment, Indicator, Project

Document = dict[str, Any]


class Estimate(NamedTuple):
    """Receipts under their name, with what else a case file needs; `id` of a kept what-if."""

    id: str
    name: str
    rest: Document


def of_agreement(work: Work, row: Agreement) -> list[Estimate]:
    """The forecasts of the reader's district for an agreement, the one to take first first."""
    return [*_kept(work, row.id), *of_project(work, row.project_id)]


def fitting(found: Iterable[Estimate], schemes: Iterable[Document]) -> Estimate | None:
    """The first forecast on which every scheme can be run."""
    listed = list(schemes)
    return next((each for each in found if _runs(each, listed)), None)


def chosen(found: Iterable[Estimate], id: str, schemes: Iterable[Document]) -> Estimate | None:
    """The forecast of an id, or the first that fits; Invalid where that one does not fit."""
    if not id:
        return fitting(found, schemes)
    fits = fitting((each for each in found if each.id == id), schemes)
    if fits is None:
        raise Invalid.at("/scenario", "unfit", "没有这个情景，或它的收入数据不适用这些版本")
    return fits


def of_project(work: Work, project_id: str | None) -> Iterator[Estimate]:
    """The tax that a project of the district has promised, by year."""
    if project_id is None:
        return
    own = work.rows(Project).where(Project.district_id == work.district_id)
    if work.session.scalars(own.where(Project.id == project_id)).one_or_none() is None:
        return
    promised = work.session.scalars(
        select(Commitment)
        .where(Commitment.project_id == project_id, Commitment.indicator == Indicator.TAX)
        .order_by(Commitment.year)
    )
    annual = {str(each.year): _yuan(each.promised) for each in promised if each.promised}
    if annual:
        yield Estimate("", "项目承诺税收", {"facts": {"annual": annual}})


def _kept(work: Work, agreement_id: str) -> Iterator[Estimate]:
    for kept in work.session.scalars(
        work.rows(Scenario)
        .where(Scenario.agreement_id == agreement_id)
        .order_by(Scenario.updated_at.desc(), Scenario.id)
    ):
        rest = sheets.with_rates(work, {"facts": json.loads(kept.facts)})
        yield Estimate(kept.id, f"情景“{kept.name}”", rest)


def _runs(estimate: Estimate, schemes: list[Document]) -> bool:
    return all(
        outcomes.totals_of({**estimate.rest, "scheme": scheme}) is not None for scheme in schemes
    )


def _yuan(amount: Rate) -> str:
    """A promised amount, to the fen."""
    return Money(round(amount * 100)).yuan
