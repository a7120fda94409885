"""Kept what-ifs (情景): a district's own, to open, to lay side by side, to rename, to delete."""

import json
from typing import Any

from app.agreements import sealing, sheets, views
from app.agreements.bench_schemas import EditScenario, SaveScenario
from app.agreements.listing import WRITERS
from app.agreements.models import Agreement, Scenario
from app.agreements.schemas import SentenceView
from app.agreements.trials import ScenarioView
from app.engine.cases import read_case
from app.kit.db import new_id
from app.kit.work import Work, use_case

Document = dict[str, Any]


@use_case("agreement.list_scenarios", *WRITERS, reads=True)
def scenarios(work: Work) -> list[ScenarioView]:
    """The what-ifs that the district has kept, the newest first."""
    found = work.session.scalars(
        work.rows(Scenario).order_by(Scenario.updated_at.desc(), Scenario.id).limit(50)
    )
    return [_view(row) for row in found]


@use_case("agreement.read_scenario", *WRITERS, reads=True)
def scenario(work: Work, id: str) -> ScenarioView:
    """One kept what-if."""
    return _view(work.get(Scenario, id))


@use_case("agreement.save_scenario", *WRITERS)
def save(work: Work, command: SaveScenario) -> ScenarioView:
    """Keep a what-if for the district alone."""
    _check(work, command.scheme, command.facts)
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
    return _view(row)


@use_case("agreement.edit_scenario", *WRITERS)
def edit(work: Work, id: str, command: EditScenario, version: int | None) -> ScenarioView:
    """Rename a what-if, or keep another scheme or other receipts under its name."""
    row = work.get(Scenario, id, version)
    kept = _view(row)
    scheme = kept.scheme if command.scheme is None else command.scheme
    facts = kept.facts if command.facts is None else command.facts
    _check(work, scheme, facts)
    row.name = command.name or row.name
    row.scheme, row.facts = sealing.canonical_json(scheme), sealing.canonical_json(facts)
    row.updated_at = work.now
    work.session.flush()
    return _view(row)


@use_case("agreement.edit_scenario", *WRITERS)
def delete(work: Work, id: str, version: int | None) -> None:
    """Delete a what-if; nothing else hangs on it, and the trail keeps what it held."""
    row = work.get(Scenario, id, version)
    work.session.delete(row)


def sentences(kept: ScenarioView) -> list[SentenceView]:
    """The clauses of a what-if in words."""
    return views.sentences(kept.scheme)


def _check(work: Work, scheme: Document, facts: Document) -> None:
    """Invalid with all findings where the two cannot be run together."""
    read_case(sheets.with_rates(work, {"scheme": scheme, "facts": facts}))


def _view(row: Scenario) -> ScenarioView:
    return ScenarioView(
        id=row.id,
        version=row.version,
        name=row.name,
        agreement_id=row.agreement_id,
        scheme=json.loads(row.scheme),
        facts=json.loads(row.facts),
    )
