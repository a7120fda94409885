"""The ten choices of a scheme (十项选定), with the money that each answer moves on a forecast.

A stored version is shown on the reader's kept what-if, else on the tax that the project promised;
a sheet that is being filled in likewise, by the agreement or project that it is for.
"""

from collections.abc import Iterable
from typing import Any

from app.agreements import estimates, outcomes, sheets, views
from app.agreements.cards import Sheet
from app.agreements.estimates import Estimate
from app.agreements.listing import READERS, WRITERS
from app.agreements.models import Agreement
from app.agreements.trials import ReadingsView
from app.engine import choices
from app.kit.work import Work, use_case

Document = dict[str, Any]


@use_case("agreement.read", *READERS, reads=True)
def of_version(work: Work, id: str, n: int) -> ReadingsView:
    """The choices as a version settles them."""
    row = work.get(Agreement, id)
    scheme = views.scheme_of(views.seen(work, row, n))
    return _readings(scheme, estimates.of_agreement(work, row))


@use_case("agreement.evaluate", *WRITERS, reads=True)
def of_sheet(work: Work, sheet: Sheet) -> ReadingsView:
    """The choices as far as the cards settle them."""
    scheme = sheets.writer_of(work, sheet).scheme()
    if sheet.agreement:
        offered = estimates.of_agreement(work, work.get(Agreement, sheet.agreement))
    else:
        offered = list(estimates.of_project(work, sheet.project or None))
    return _readings(scheme, offered)


def _readings(scheme: Document, offered: Iterable[Estimate]) -> ReadingsView:
    taken = estimates.fitting(offered, [scheme])
    trials = list(outcomes.choice_trials(scheme, taken.rest if taken else None))
    return ReadingsView(
        forecast=taken.name if taken else "",
        parties=scheme.get("parties", []),
        settled=sum(each.settled for each in trials),
        choices=trials,
        fixed=[each.sentence for each in choices.fixed()],
    )
