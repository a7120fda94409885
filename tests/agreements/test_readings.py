"""The ten choices: none answered beforehand, each with its money, none open when confirmed."""

import html
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.agreements import readings, scenarios, service
from app.agreements.bench_schemas import SaveScenario
from app.agreements.cards import Sheet
from app.agreements.trials import ReadingsView
from app.engine.choices import CHOICES
from app.errors import Invalid
from app.kit.work import Actor, Office
from app.money import Money
from tests.agreements import support
from tests.agreements.support import IN, OUT

Client = Callable[..., TestClient]
LOSS = {"annual": {"2028": "-100.00", "2029": "1000.00", "2030": "0.00"}}
UNSETTLED: dict[str, Any] = {
    "negative": None,
    "base": None,
    "calendar": {"fiscal_year_one": 2028},
    "deduct": [{"name": "补助", "to": IN, "series": {"2028": "10.00"}}],
    "cap": [{"party": OUT, "cumulative": "5000.00", "overflow": IN}],
    "guarantee": [{"party": OUT, "per_year": "100.00", "payer": IN, "source": "share"}],
}


def keep(office: Office, actor: Actor, id: str, facts: dict[str, Any]) -> None:
    command = SaveScenario(name="预测", scheme=support.scheme(), facts=facts, agreement=id)
    with office.open(actor) as work:
        scenarios.save(work, command)


def read(office: Office, actor: Actor, id: str) -> ReadingsView:
    with office.open(actor, reads=True) as work:
        return readings.of_version(work, id, 1)


def options(found: ReadingsView, number: int) -> dict[str, list[Money] | None]:
    choice = next(each for each in found.choices if each.number == number)
    return {option.title: option.deltas for option in choice.options}


def test_a_new_sheet_answers_nothing_that_has_no_clause_to_miss(office: Office, ours: Actor):
    with office.open(ours, reads=True) as work:
        found = readings.of_sheet(work, Sheet())
    open_ones = [choice.title for choice in found.choices if not choice.settled]
    assert open_ones == ["基数口径", "起算与年度", "负数年度", "留抵退税"]
    assert (len(found.choices), len(found.fixed)) == (10, 4)


def test_each_answer_shows_what_it_moves_on_ones_own_forecast(
    office: Office, ours: Actor, theirs: Actor
):
    version = support.offered(office, ours)
    id = version.agreement_id
    keep(office, ours, id, LOSS)
    found = read(office, ours, id)
    assert (found.forecast, found.settled) == ("情景“预测”", 10)
    # carried: 900 at 6:4; shared: -100 and 1,000 at 6:4; nothing to choose between on the total
    assert options(found, 5) == {
        "负数结转以后年度": [Money(0), Money(0)],
        "负数当年由各方分担": [Money(0), Money(0)],
    }
    foreign = read(office, theirs, id)
    assert foreign.forecast == ""
    assert set(options(foreign, 5).values()) == {None}


def test_the_rounding_of_a_carried_loss_is_shown_to_the_fen(office: Office, ours: Actor):
    split = [
        {"years": [1, 1], "weights": {OUT: "1", IN: "0"}},
        {"years": [2, None], "weights": {OUT: "0", IN: "1"}},
    ]
    made = support.drafted(office, ours, scheme=support.scheme(split=split, negative="share"))
    keep(office, ours, made.id, LOSS)
    moved = options(read(office, ours, made.id), 5)
    assert moved["负数结转以后年度"] == [Money(10000), Money(-10000)]


def test_the_other_rule_of_the_calendar_is_tried_with_its_own_start(office: Office, ours: Actor):
    by_day = {"rule": "entry_date", "start": "2028-09-10"}
    made = support.drafted(
        office,
        ours,
        scheme=support.scheme(calendar=by_day, term={"years": 1, "after": IN}),
    )
    entries = [["2028-03-20", "100.00"], ["2028-10-01", "1000.00"]]
    keep(office, ours, made.id, {"entries": entries})
    moved = options(read(office, ours, made.id), 4)
    # whole years take the hundred of March in, at 6:4
    assert moved["按财政年度整年计算"] == [Money(6000), Money(-6000)]


def test_an_answer_that_the_forecast_cannot_tell_says_so(office: Office, ours: Actor):
    made = support.drafted(office, ours)
    keep(office, ours, made.id, LOSS)
    assert options(read(office, ours, made.id), 4)["按入库日期、满周年计算"] is None


def test_with_some_open_the_page_counts_and_offering_names_them(
    client: Client, office: Office, ours: Actor
):
    made = support.drafted(office, ours, scheme=support.scheme(**UNSETTLED))
    keep(office, ours, made.id, LOSS)
    browser = client(ours)
    for path in (f"/agreements/{made.id}", f"/agreements/{made.id}/versions/1/edit"):
        page = html.unescape(browser.get(path).text)
        assert "4/10 已选定" in page
        assert all(each.question in page for each in CHOICES if each.number in (1, 2, 3, 4, 5, 6))
        assert "负数当年由各方分担" in page
        assert "以纳税人清单为准" in page
    with office.open(ours) as work, pytest.raises(Invalid) as refused:
        service.offer(work, made.id, 1)
    assert len(refused.value.issues) == 6


def test_partner_systems_read_the_same(client: Client, office: Office, ours: Actor):
    version = support.offered(office, ours)
    keep(office, ours, version.agreement_id, LOSS)
    path = f"/api/v1/agreements/{version.agreement_id}/versions/1/choices"
    answer = client(ours).get(path).json()
    assert (answer["settled"], answer["parties"]) == (10, [OUT, IN])
    assert answer["choices"][4]["options"][1]["deltas"] == ["0.00", "0.00"]
