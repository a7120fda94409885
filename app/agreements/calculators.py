"""分成比例测算: calculators propose a ratio, the signed one settles.

A calculation may be tried with papers missing; it is kept, for the district alone, once every
amount has its basis, day, paper and approver. What was kept never changes and reads as it was.
"""

import json
from typing import Any

from pydantic import ValidationError

from app.agreements import calculator_papers as papers
from app.agreements import calculator_results, outcomes, scenarios, sealing, sheets
from app.agreements.calculator_schemas import (
    COMMANDS,
    MOST_PLAYERS,
    AnyCalculation,
    CalculationFilter,
    CalculationLine,
    CalculationPage,
    CalculationView,
    OnScenarioView,
    ResultView,
)
from app.agreements.input_rules import Kind
from app.agreements.listing import WRITERS
from app.agreements.models import Agreement, Calculation
from app.engine.formulas import coalitions
from app.engine.reading import JsonError, load_json
from app.errors import Invalid, Issue, MalformedJson
from app.kit import schemas
from app.kit.db import new_id
from app.kit.paging import keyset
from app.kit.work import Work, use_case

Document = dict[str, Any]


@use_case("agreement.evaluate_calculation", *WRITERS, reads=True)
def evaluate(work: Work, command: AnyCalculation) -> ResultView:
    """What the calculator proposes, and on a kept what-if what that is worth; nothing is stored."""
    _refuse(*papers.misvalued(command), *papers.dated_ahead(command, work.today))
    if command.agreement:
        work.get(Agreement, command.agreement)
    result = calculator_results.propose(command)
    if not command.scenario:
        return result
    worth = _on_scenario(work, command.scenario, result)
    return result.model_copy(update={"on_scenario": worth})


@use_case("agreement.keep_calculation", *WRITERS)
def keep(work: Work, command: AnyCalculation) -> CalculationView:
    """Keep inputs, result and reasons; Invalid names every paper that is missing."""
    result = evaluate(work, command)
    said = [("title", "名称"), ("reasons", "理由")]
    _refuse(
        *(
            Issue(f"/{at}", "missing", f"请填写{name}")
            for at, name in said
            if not getattr(command, at)
        ),
        *papers.undocumented(command),
    )
    row = Calculation(
        id=new_id("cal"),
        district_id=work.district_id,
        kind=Kind(command.kind),
        title=command.title,
        agreement_id=command.agreement,
        inputs=sealing.canonical_json(command.model_dump(mode="json")),
        result=result.model_dump_json(),
        reasons=command.reasons,
        created_by=work.actor.id,
        created_by_name=work.actor.name,
        created_at=work.now,
    )
    work.add(row)
    return _view(row)


@use_case("agreement.list_calculations", *WRITERS, reads=True)
def calculations(work: Work, command: CalculationFilter) -> CalculationPage:
    """One page of what the district has kept, the newest first."""
    query = work.rows(Calculation)
    if command.agreement:
        query = query.where(Calculation.agreement_id == command.agreement)
    order = (Calculation.created_at.desc(), Calculation.id.desc())
    found = keyset(work, query.order_by(*order), command.limit, command.cursor)
    return CalculationPage(
        items=[CalculationLine(**_line(row)) for row in found.rows],
        next_cursor=found.next_cursor,
        previous_cursor=found.previous_cursor,
    )


@use_case("agreement.read_calculation", *WRITERS, reads=True)
def calculation(work: Work, id: str) -> CalculationView:
    """One kept calculation."""
    return _view(work.get(Calculation, id))


def read(body: bytes) -> AnyCalculation:
    """The command of a JSON document, by its `kind`; Invalid with a pointer per field."""
    try:
        document = load_json(body)
    except JsonError as error:
        raise MalformedJson(str(error)) from error
    kind = document.get("kind") if isinstance(document, dict) else None
    model = next((model for known, model in COMMANDS.items() if known == kind), None)
    if model is None:
        raise Invalid.at("/kind", "enum", "请从列表中选择测算方法")
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise Invalid("请求内容有误", *schemas.issues(error.errors(), model)) from error


def coalition_names(players: list[str]) -> list[str]:
    """Every coalition of the players that are named, small ones first; none for one player."""
    named = [player for player in players if player]
    fits = 2 <= len(named) <= MOST_PLAYERS and len(set(named)) == len(named)
    return ["+".join(members) for members in coalitions(named)] if fits else []


def _refuse(*issues: Issue) -> None:
    if issues:
        raise Invalid(f"有 {len(issues)} 处需要改正", *issues)


def _on_scenario(work: Work, id: str, result: ResultView) -> OnScenarioView:
    """Every party's total on a kept what-if, now and with the proposed clauses in its place."""
    found = scenarios.scenario(work, id)
    parties: list[str] = found.scheme.get("parties", [])
    strangers = [share.party for share in result.shares if share.party not in parties]
    if strangers:
        said = f"情景“{found.name}”的参与方里没有{'、'.join(strangers)}"
        raise Invalid.at("/scenario", "parties", said)
    rest = {key: value for key, value in found.scheme.items() if key not in ("split", "tiers")}
    case: Document = sheets.with_rates(work, {"scheme": found.scheme, "facts": found.facts})
    now = outcomes.totals_of(case)
    proposed = outcomes.totals_of({**case, "scheme": rest | result.clauses})
    if now is None or proposed is None:
        raise Invalid.at("/scenario", "scheme", f"建议的比例不能用在情景“{found.name}”上")
    return OnScenarioView(name=found.name, parties=parties, now=now, proposed=proposed)


def _line(row: Calculation) -> Document:
    result = ResultView.model_validate_json(row.result)
    return {
        "id": row.id,
        "kind": row.kind,
        "title": row.title,
        "agreement_id": row.agreement_id,
        "proposed": "、".join(f"{share.party} {share.percent}%" for share in result.shares),
        "created_by_name": row.created_by_name,
        "created_at": row.created_at,
    }


def _view(row: Calculation) -> CalculationView:
    return CalculationView(
        **_line(row),
        reasons=row.reasons,
        inputs=json.loads(row.inputs),
        result=ResultView.model_validate_json(row.result),
    )
