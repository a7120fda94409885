"""Two versions compared: clauses in words, money in three columns, on one's own forecast."""

from typing import Any

import pytest

from app.agreements import differences, scenarios, service
from app.agreements.bench_schemas import SaveScenario
from app.agreements.schemas import CompareVersions, DiffView
from app.errors import Invalid
from app.kit.work import Actor, Office, Role
from app.money import Money
from app.projects import records
from app.projects.commands import SetCommitment
from tests.agreements import support
from tests.agreements.support import IN, OUT
from tests.builders import LONGMATAN, FrozenClock, person

ANNUAL = {str(year): "1000000.00" for year in range(2028, 2038)}


def amended(office: Office, actor: Actor, **changes: Any) -> str:
    """An agreement whose second version changes these clauses; its id."""
    given = {"project": changes.pop("project", None)}
    version = support.offered(office, actor, **given)
    support.terminate(office, actor, version)
    support.amend(office, actor, version.agreement_id)
    with office.open(actor) as work:
        changed = support.command(scheme=support.scheme(**changes), **given)
        service.edit(work, version.agreement_id, 2, changed)
    return version.agreement_id


def keep(office: Office, actor: Actor, id: str, name: str, annual: dict[str, str]) -> str:
    command = SaveScenario(
        name=name, scheme=support.scheme(), facts={"annual": annual}, agreement=id
    )
    with office.open(actor) as work:
        return scenarios.save(work, command).id


def diff(office: Office, actor: Actor, id: str, **options: str) -> DiffView:
    with office.open(actor, reads=True) as work:
        return differences.diff(work, id, CompareVersions(a=1, b=2, **options))


NINE = {
    "base": support.scheme()["base"] | {"level": "local"},
    "term": {"years": 8, "after": IN},
    "negative": "share",
    "baseline": {"amount": "100000.00", "owner": IN},
    "deduct": [{"name": "补助", "to": IN, "series": {"2028": "50000.00"}, "carry": True}],
    "recover": [{"party": OUT, "amount": "300000.00"}],
    "reserve": [{"to": IN, "pct": "10", "years": [1, None]}],
    "split": [{"years": [1, None], "weights": {OUT: "1", IN: "1"}}],
    "guarantee": [{"party": OUT, "per_year": "400000.00", "payer": IN, "source": "share"}],
    "cap": [{"party": OUT, "cumulative": "3000000.00", "overflow": IN, "scope": "total"}],
}


@pytest.mark.parametrize(("clauses", "averaged"), [(3, True), (len(NINE), False)])
def test_the_fair_column_adds_up_however_many_clauses_change(
    office: Office, ours: Actor, clauses: int, averaged: bool
):
    changes = dict(list(NINE.items())[:clauses])
    id = amended(office, ours, **changes)
    keep(office, ours, id, "企业预测", ANNUAL)
    found = diff(office, ours, id)
    assert len(found.changes) >= clauses
    assert found.effects.averaged is averaged
    for place in range(2):
        fair = Money(sum(row.fair[place].fen for row in found.effects.rows))
        assert fair == found.effects.whole[place] == found.totals.deltas[place]
    assert found.totals.deltas[0] != Money(0)


def test_the_receipts_can_be_chosen(office: Office, clock: FrozenClock, ours: Actor, theirs: Actor):
    id = amended(office, ours, split=[{"years": [1, None], "weights": {OUT: "1", IN: "1"}}])
    low = keep(office, ours, id, "低", {"2028": "100.00"})
    clock.tick(days=1)
    keep(office, ours, id, "高", {"2028": "1000.00"})
    assert diff(office, ours, id).totals.deltas == [Money(-10000), Money(10000)]
    assert diff(office, ours, id, scenario=low).totals.deltas == [Money(-1000), Money(1000)]
    with pytest.raises(Invalid, match="没有这个情景"):
        diff(office, ours, id, scenario="scn_none")
    with office.open(ours) as work:
        service.offer(work, id, 2)
    foreign = diff(office, theirs, id)
    assert (foreign.totals, foreign.scenarios) == (None, [])


def test_without_a_what_if_the_projects_own_promised_tax_is_taken(
    office: Office, ours: Actor, a_project: str
):
    officer = person(office, "officer", Role.OFFICER, district=LONGMATAN)
    with office.open(officer) as work:
        for year in (2028, 2029):
            promised = SetCommitment(indicator="tax", year=year, promised="1000.00")
            records.set_commitment(work, a_project, promised)
    half = [{"years": [1, None], "weights": {OUT: "1", IN: "1"}}]
    found = diff(office, ours, amended(office, ours, project=a_project, split=half))
    assert found.totals.forecast == "项目承诺税收"
    assert found.totals.before == [Money(120000), Money(80000)]
    assert found.totals.deltas == [Money(-20000), Money(20000)]
