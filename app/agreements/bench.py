"""测算台: what a scheme gives each side, on facts that one types or pastes; nothing is settled.

The same engine as the command `split` and the settlements. Every result is 试算; rate rows that are
not verified are named with it.
"""

from typing import Any

from app.agreements import (
    appraisals,
    compliance,
    filling,
    goals,
    outcomes,
    scenarios,
    sheets,
    spreadsheets,
    views,
)
from app.agreements.bench_schemas import CompareSchemes, Goal, Grid, Varied
from app.agreements.cards import Sheet
from app.agreements.listing import WRITERS
from app.agreements.models import Agreement
from app.agreements.runs import Shown
from app.agreements.schemas import ChangesView
from app.agreements.trials import (
    ColumnView,
    GoalView,
    GridView,
    RateView,
    ScenarioView,
    TrialView,
)
from app.agreements.workings import working
from app.engine import casefile
from app.engine.cases import read_case
from app.engine.reading import JsonError, load_json
from app.errors import MalformedJson
from app.kit.work import Work, use_case

Document = dict[str, Any]


@use_case("agreement.evaluate", *WRITERS, reads=True)
def evaluate(work: Work, body: bytes) -> Document:
    """A case file's result, as the command `split` prints it; Invalid with all findings.

    A case on gross tax without `rates` is run on the 收入分享表 of this installation.
    """
    try:
        case = load_json(body)
    except JsonError as error:
        raise MalformedJson(str(error)) from error
    return casefile.split(read_case(sheets.with_rates(work, case)))


@use_case("agreement.evaluate", *WRITERS, reads=True)
def try_split(work: Work, sheet: Sheet) -> TrialView:
    """Run the cards; Invalid with a field per finding."""
    case = sheets.case_of(work, sheet)
    parties: list[str] = case["scheme"]["parties"]
    columns = [_column(kept, other, parties) for kept, other in _beside(work, sheet, case)]
    trial = outcomes.trial(case, columns)
    texts = {"标题": sheet.title, "说明": sheet.note}
    legal = compliance.of_draft(work, case["scheme"], sheet.kind, texts)
    return trial.model_copy(update={"legal": legal})


@use_case("agreement.evaluate", *WRITERS, reads=True)
def workbook(work: Work, sheet: Sheet) -> bytes:
    """The run and the schemes beside it as a workbook with formulas; Invalid as for a run."""
    case, trial = sheets.case_of(work, sheet), try_split(work, sheet)
    title = sheet.title or "测算"
    beside = zip(trial.columns, _beside(work, sheet, case), strict=True)
    fitting = [(kept.name, other) for column, (kept, other) in beside if not column.problem]
    schemes = [
        one
        for name, each in [(title, case), *fitting]
        for one in spreadsheets.schemes_of(name, read_case(each))
    ]
    notices = [
        *(_provenance(rate) for rate in trial.rates if rate.status != "verified"),
        *trial.warnings,
        *(f"“{each.name}”未列入：{each.problem}" for each in trial.columns if each.problem),
    ]
    return spreadsheets.comparison(title, notices, schemes)


@use_case("agreement.evaluate", *WRITERS, reads=True)
def valued(work: Work, sheet: Sheet, trial: TrialView) -> TrialView:
    """The run with what it is worth; Invalid with a field per finding of the value card."""
    case, names = sheets.case_of(work, sheet), sheets.writer_of(work, sheet).names
    worth = appraisals.appraise(case, sheet, names)
    columns = [
        column if column.problem else appraisals.beside(column, case, other, sheet.value, names)
        for column, (_, other) in zip(trial.columns, _beside(work, sheet, case), strict=True)
    ]
    return trial.model_copy(update={"appraisal": worth, "columns": columns})


@use_case("agreement.evaluate", *WRITERS, reads=True)
def answered(work: Work, sheet: Sheet, trial: TrialView) -> TrialView:
    """The run with the answer to the goal; Invalid with a field per finding of its card."""
    case, names = sheets.case_of(work, sheet), sheets.writer_of(work, sheet).names
    found = trial.model_copy(update={"sought": goals.sought(case, sheet, names)})
    return found if found.working or not found.sought else explained(work, sheet, found)


@use_case("agreement.evaluate", *WRITERS, reads=True)
def explained(work: Work, sheet: Sheet, trial: TrialView) -> TrialView:
    """The run with the working of the number that the sheet opens, none where there is none."""
    return trial.model_copy(update={"working": working(shown(work, sheet, trial), sheet.open)})


def shown(work: Work, sheet: Sheet, trial: TrialView) -> Shown:
    """Everything that the numbers of the page come from."""
    case, names = sheets.case_of(work, sheet), sheets.writer_of(work, sheet).names
    beside = [(kept.name, other) for kept, other in _beside(work, sheet, case)]
    return Shown(trial, case, beside, sheet, names)


@use_case("agreement.evaluate", *WRITERS, reads=True)
def grid(work: Work, command: Grid) -> GridView:
    """What each ratio over each term is worth to every party."""
    return appraisals.grid(_case(work, command), command)


@use_case("agreement.evaluate", *WRITERS, reads=True)
def goal_seek(work: Work, command: Goal) -> GoalView:
    """The least value of one number of the scheme that brings a party its target."""
    return goals.goal_seek(_case(work, command), command)


@use_case("agreement.evaluate", *WRITERS, reads=True)
def adopted(work: Work, sheet: Sheet) -> Sheet:
    """The sheet with the number that was found, or the ratio and years of a cell, taken over."""
    case, writer = sheets.case_of(work, sheet), sheets.writer_of(work, sheet)
    if sheet.apply:
        scheme = goals.applied(case, sheet.apply, sheet.locked)
    else:
        scheme = appraisals.at_cell(case, sheet, writer.names, sheet.cell)
    return sheets.with_scheme(sheet, writer, scheme)


@use_case("agreement.evaluate", *WRITERS, reads=True)
def compare(work: Work, command: CompareSchemes) -> ChangesView:
    """The clauses that differ between two schemes, in words, and with receipts in money."""
    changes = views.changes(command.before, command.after)
    if command.facts is None:
        return changes
    rest = sheets.with_rates(
        work, command.model_dump(include={"facts", "rates"}, exclude_none=True)
    )
    for scheme in (command.before, command.after):
        read_case({**rest, "scheme": scheme})
    effects = outcomes.effects(command.before, command.after, rest)
    return changes.model_copy(update={"effects": effects})


@use_case("agreement.evaluate", *WRITERS, reads=True)
def opened(work: Work, sheet: Sheet) -> Sheet:
    """The sheet as it opens: its own cards, else those of the version, scenario or template."""
    if not sheet.is_blank:
        return sheet
    kept = {"compare": sheet.compare, "open": sheet.open}
    if sheet.scenario:
        found = scenarios.scenario(work, sheet.scenario)
        opened = filling.sheet_of(
            found.scheme,
            found.facts,
            title=found.name,
            scenario=found.id,
            agreement=found.agreement_id or "",
        )
    elif sheet.agreement:
        opened = sheets.of_version(
            work, sheet.agreement, int(sheet.n) if sheet.n.isdecimal() else 0
        )
    elif sheet.template:
        opened = sheets.of_precedent(sheet.template)
    else:
        return sheet
    return opened.model_copy(update=kept)


def numbers(work: Work, sheet: Sheet) -> list[goals.Term]:
    """The numbers of the sheet that may be sought, and locked."""
    return list(goals.terms(sheets.writer_of(work, sheet).scheme()))


def _provenance(rate: RateView) -> str:
    """A rate row that may not settle anything."""
    status = {"unverified": "未核实", "demo": "演示值"}[rate.status]
    return f"收入分享比例：{rate.tax} {rate.starts_on} 起，{rate.reference or '无文号'}，{status}"


def draft_behind(work: Work, sheet: Sheet) -> str:
    """Where the draft that is being tried is edited; nothing when no draft is."""
    if not (sheet.agreement and sheet.n.isdecimal()):
        return ""
    row = work.get(Agreement, sheet.agreement)
    found = views.seen(work, row, int(sheet.n))
    is_draft = found.terms is None
    return f"/agreements/{row.id}/versions/{found.n}/edit" if is_draft else ""


def _case(work: Work, command: Varied) -> Document:
    case: Document = {"scheme": command.scheme, "facts": command.facts}
    if command.rates is not None:
        case["rates"] = command.rates
    known: Document = sheets.with_rates(work, case)
    return known


def _beside(work: Work, sheet: Sheet, case: Document) -> list[tuple[ScenarioView, Document]]:
    """The kept what-ifs chosen for comparison, each on the receipts of this case."""
    found = [scenarios.scenario(work, id) for id in sheet.compare]
    return [(kept, {**case, "scheme": kept.scheme}) for kept in found]


def _column(kept: ScenarioView, case: Document, parties: list[str]) -> ColumnView:
    totals = outcomes.totals_of(case)
    if totals is None:
        problem = "该方案不适用这份收入数据"
        unknown = [None] * len(parties)
        return ColumnView(id=kept.id, name=kept.name, totals=list(unknown), problem=problem)
    by_name = dict(zip(kept.scheme["parties"], totals, strict=True))
    return ColumnView(id=kept.id, name=kept.name, totals=[by_name.get(name) for name in parties])
