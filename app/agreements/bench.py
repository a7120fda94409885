"""测算台: what a scheme gives each side, on facts that one types or pastes; nothing is settled.

The same engine as the command `split` and the settlements. Every result is 试算; rate rows that are
not verified are named with it.
"""

import json
from typing import Any

from app.agreements import appraisals, compliance, filling, outcomes, sealing, sheets, views
from app.agreements.bench_schemas import CompareSchemes, Goal, Grid, SaveScenario, Valuation
from app.agreements.cards import Sheet
from app.agreements.listing import WRITERS
from app.agreements.models import Agreement, Scenario
from app.agreements.schemas import ChangesView
from app.agreements.trials import (
    ColumnView,
    GoalView,
    GridView,
    ScenarioView,
    TrialView,
)
from app.engine import casefile
from app.engine.cases import read_case
from app.engine.reading import JsonError, load_json
from app.errors import MalformedJson
from app.kit.db import new_id
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
    trial = outcomes.trial(case, [_column(work, id, case) for id in sheet.compare])
    worth = appraisals.appraise(case, sheet.value, sheets.writer_of(work, sheet).names)
    texts = {"标题": sheet.title, "说明": sheet.note}
    legal = compliance.of_draft(work, case["scheme"], sheet.kind, texts)
    return trial.model_copy(update={"appraisal": worth, "legal": legal})


@use_case("agreement.evaluate", *WRITERS, reads=True)
def grid(work: Work, command: Grid) -> GridView:
    """What each ratio over each term is worth to every party."""
    return appraisals.grid(_case(work, command), command)


@use_case("agreement.evaluate", *WRITERS, reads=True)
def goal_seek(work: Work, command: Goal) -> GoalView:
    """The ratio that is worth a target over a term."""
    return appraisals.goal_seek(_case(work, command), command)


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
        found = scenario(work, sheet.scenario)
        opened = filling.sheet_of(
            found.scheme, found.facts, scenario=found.id, agreement=found.agreement_id or ""
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


def draft_behind(work: Work, sheet: Sheet) -> str:
    """Where the draft that is being tried is edited; nothing when no draft is."""
    if not (sheet.agreement and sheet.n.isdecimal()):
        return ""
    row = work.get(Agreement, sheet.agreement)
    found = views.seen(work, row, int(sheet.n))
    is_draft = found.terms is None
    return f"/agreements/{row.id}/versions/{found.n}/edit" if is_draft else ""


@use_case("agreement.list_scenarios", *WRITERS, reads=True)
def scenarios(work: Work) -> list[ScenarioView]:
    """The what-ifs that the district has kept, the newest first."""
    found = work.session.scalars(
        work.rows(Scenario).order_by(Scenario.updated_at.desc(), Scenario.id).limit(50)
    )
    return [_scenario_view(row) for row in found]


@use_case("agreement.read_scenario", *WRITERS, reads=True)
def scenario(work: Work, id: str) -> ScenarioView:
    """One kept what-if."""
    return _scenario_view(work.get(Scenario, id))


@use_case("agreement.save_scenario", *WRITERS)
def save(work: Work, command: SaveScenario) -> ScenarioView:
    """Keep a what-if for the district alone."""
    read_case(sheets.with_rates(work, {"scheme": command.scheme, "facts": command.facts}))
    row = Scenario(
        id=new_id("scn"),
        district_id=work.district_id,
        name=command.name,
        agreement_id=work.get(Agreement, command.agreement).id if command.agreement else None,
        scheme=sealing.canonical_json(command.scheme),
        facts=sealing.canonical_json(command.facts),
        created_by=work.actor.id,
        updated_at=work.now,
    )
    work.add(row)
    return _scenario_view(row)


def _scenario_view(row: Scenario) -> ScenarioView:
    return ScenarioView(
        id=row.id,
        version=row.version,
        name=row.name,
        agreement_id=row.agreement_id,
        scheme=json.loads(row.scheme),
        facts=json.loads(row.facts),
    )


def _case(work: Work, command: Valuation) -> Document:
    case: Document = {"scheme": command.scheme, "facts": command.facts}
    if command.rates is not None:
        case["rates"] = command.rates
    known: Document = sheets.with_rates(work, case)
    return known


def _column(work: Work, id: str, case: Document) -> ColumnView:
    """A kept what-if on the facts of this one."""
    found = scenario(work, id)
    parties = case["scheme"]["parties"]
    totals = outcomes.totals_of({**case, "scheme": found.scheme})
    if totals is None:
        problem = "该方案不适用这份收入数据"
        return ColumnView(id=id, name=found.name, totals=[None] * len(parties), problem=problem)
    by_name = dict(zip(found.scheme["parties"], totals, strict=True))
    return ColumnView(id=id, name=found.name, totals=[by_name.get(name) for name in parties])
