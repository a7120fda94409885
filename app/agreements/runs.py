"""The runs of the engine that the numbers of the bench come from, each by the head of its address.

The page's own run has none; `beside.0` is a scheme beside it, `path.2` and `fall.30` the receipts
gone worse, `choice.5.1` another answer to a choice, `without.2` the scheme without a clause,
`cell.0.3` and `equal.1` one ratio over one term, `sought` the answer to the goal and `side.0.1` a
side of a crossing. A run is found anew when one of its numbers is opened.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from app.agreements import appraisals, goals, outcomes, views
from app.agreements.cards import Sheet
from app.agreements.trials import AppraisalView, SoughtView, TrialView, YearView
from app.engine import choices, downside
from app.engine.appraisal import Basis
from app.engine.cases import Part, read_case

Document = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands on the page: the run, its case, the cases beside it, and the sheet."""

    trial: TrialView
    case: Document
    beside: Sequence[tuple[str, Document]]
    sheet: Sheet
    names: Mapping[str, str]

    @property
    def basis(self) -> Basis:
        """How the value card wants money valued."""
        return appraisals.basis_on_card(self.case, self.sheet.value, self.names)

    @property
    def worth(self) -> AppraisalView:
        """The appraisal on the page; LookupError where there is none."""
        return _there(self.trial.appraisal)

    @property
    def sought(self) -> SoughtView:
        """The answer to the goal on the page; LookupError where there is none."""
        return _there(self.trial.sought)


@dataclass(frozen=True, slots=True)
class Run:
    """One run: the head of its address, its name, its scheme as written, what it is run on.

    `cell` is the ratio and years that the bench can take over from it.
    """

    place: str
    title: str
    scheme: Document
    part: Part
    cell: str = ""

    def opens(self, rest: str) -> str:
        """The address of a number of this run."""
        return f"{self.place}.{rest}".lstrip(".")

    def years(self) -> list[YearView]:
        """Its slices with their workings."""
        return outcomes.years_of(self.part, views.sentences(self.scheme))


def own(shown: Shown) -> Run:
    """The page's own run."""
    return _on(shown, shown.case["scheme"], "", "")


def _on(shown: Shown, scheme: Document, place: str, title: str, cell: str = "") -> Run:
    """Another scheme on the page's receipts."""
    return Run(place, title, scheme, read_case({**shown.case, "scheme": scheme}).parts[0], cell)


def _beside(shown: Shown, number: int) -> Run:
    name, case = shown.beside[number]
    return Run(f"beside.{number}", name, case["scheme"], read_case(case).parts[0])


def _path(shown: Shown, number: int) -> Run:
    title, path = downside.PATHS[number]
    part = read_case(shown.case).parts[0]
    changed = Part(part.ledger, part.scheme, path(part.scheme, part.facts))
    return Run(f"path.{number}", title, shown.case["scheme"], changed)


def fall(shown: Shown, percent: int) -> Run:
    """Every receipt lower by so many percent."""
    if percent > 100:
        raise LookupError(percent)
    part = read_case(shown.case).parts[0]
    changed = Part(part.ledger, part.scheme, downside.fallen(part.facts, percent))
    return Run(f"fall.{percent}", f"收入低 {percent}%", shown.case["scheme"], changed)


def _choice(shown: Shown, number: int, place: int) -> Run:
    choice = {each.number: each for each in choices.CHOICES}[number]
    option, scheme = choice.variants(shown.case["scheme"])[place]
    return _on(shown, dict(scheme), f"choice.{number}.{place}", f"改为“{option.sentence}”")


def _without(shown: Shown, number: int) -> Run:
    _, scheme = list(outcomes.lacking(shown.case["scheme"]))[number]
    return _on(shown, scheme, f"without.{number}", "无本条")


def _cell(shown: Shown, row: int, column: int) -> Run:
    ratio = shown.worth.rows[row]
    title = f"{ratio.ratio} × {shown.worth.terms[column]} 年"
    return _at(shown, f"cell.{row}.{column}", title, ratio.cells[column].cell)


def _equal(shown: Shown, number: int) -> Run:
    point = shown.worth.equals[number]
    return _at(shown, f"equal.{number}", point.title, point.cell)


def _at(shown: Shown, place: str, title: str, cell: str) -> Run:
    scheme = appraisals.at_cell(shown.case, shown.sheet, shown.names, cell)
    return _on(shown, scheme, place, title, cell)


def _sought(shown: Shown) -> Run:
    sought = shown.sought
    return _with(shown, "sought", f"{sought.term} {sought.value}", sought.apply)


def _side(shown: Shown, crossing: int, number: int) -> Run:
    side = shown.sought.crossings[crossing].sides[number]
    title = f"{shown.sought.term} {side.value}"
    return _with(shown, f"side.{crossing}.{number}", title, side.apply)


def _with(shown: Shown, place: str, title: str, apply: str) -> Run:
    return _on(shown, goals.applied(shown.case, apply, shown.sheet.locked), place, title)


RUNS: dict[str, tuple[int, Callable[..., Run]]] = {
    "beside": (1, _beside),
    "path": (1, _path),
    "fall": (1, fall),
    "choice": (2, _choice),
    "without": (1, _without),
    "cell": (2, _cell),
    "equal": (1, _equal),
    "sought": (0, _sought),
    "side": (2, _side),
}
"""The head of an address: how many numbers follow it, and the run that they name."""


def _there(found: T | None) -> T:
    if found is None:
        raise LookupError
    return found
