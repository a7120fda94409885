"""What changes between two versions: the clauses in words, and the money that each one moves."""

from typing import Any

from app.agreements import estimates, outcomes, views
from app.agreements.estimates import Estimate
from app.agreements.listing import READERS
from app.agreements.models import Agreement
from app.agreements.schemas import CompareVersions, DiffView, EstimateView, TotalsView
from app.kit.work import Work, use_case

Document = dict[str, Any]


@use_case("agreement.read", *READERS, reads=True)
def diff(work: Work, id: str, command: CompareVersions) -> DiffView:
    """Two versions, on a forecast of the reader's district where it has one that both fit."""
    row = work.get(Agreement, id)
    one, other = (views.scheme_of(views.seen(work, row, n)) for n in (command.a, command.b))
    offered = estimates.of_agreement(work, row)
    taken = estimates.chosen(offered, command.scenario, (one, other))
    return DiffView(
        a=command.a,
        b=command.b,
        scenarios=[EstimateView(id=each.id, name=each.name) for each in offered if each.id],
        changes=views.changes(one, other).changes,
        totals=_totals(taken, one, other) if taken else None,
        effects=outcomes.effects(one, other, taken.rest) if taken else None,
    )


def _totals(taken: Estimate, one: Document, other: Document) -> TotalsView:
    before, after = (
        outcomes.totals_of({**taken.rest, "scheme": scheme}) or [] for scheme in (one, other)
    )
    return TotalsView(
        forecast=taken.name,
        parties=other["parties"],
        before=before,
        after=after,
        deltas=[new - old for old, new in zip(before, after, strict=True)],
    )
