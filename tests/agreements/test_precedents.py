"""Published schemes that a draft can start from: each valid, in words, run on its sample."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.agreements.filling import sheet_of
from app.agreements.precedents import BY_ID, PRECEDENTS, Precedent
from app.engine import choices, wording
from app.engine.casefile import split
from app.engine.cases import read_case
from app.engine.scheme import read_scheme
from app.kit.work import Actor
from app.money import Money

Client = Callable[..., TestClient]
each = pytest.mark.parametrize("one", PRECEDENTS, ids=lambda one: one.id)


def totals(one: Precedent) -> dict[str, Money]:
    result = split(read_case({"scheme": one.scheme, "facts": one.facts}))
    years = [result[key] for key in result if key[:4].isdigit()]
    return {
        party: Money(sum(Money.parse(year[party]).fen for year in years))
        for party in one.scheme["parties"]
    }


def test_every_scheme_with_public_numbers_is_there():
    families = {id.partition("-")[0] for id in BY_ID}
    assert families == {
        *("R1", "R2", "E1", "E2", "E3", "E4", "E5", "E6", "E9", "E10", "E11"),
        *("Z1", "Z2", "Z3", "Z4", "Z5", "F1", "F5"),
    }
    assert len(BY_ID) == len(PRECEDENTS)


@each
def test_it_is_valid_and_says_itself(one: Precedent):
    text = wording.text(read_scheme(one.scheme))
    assert all(party in text for party in one.scheme["parties"])
    assert one.source.startswith("http")


@each
def test_it_runs_on_its_sample(one: Precedent):
    result = split(read_case({"scheme": one.scheme, "facts": one.facts}))
    assert result["complete"] is True
    assert result.get("eligible", True) is True
    assert sum(share.fen for share in totals(one).values()) > 0


@each
def test_its_cards_need_no_json(one: Precedent):
    assert sheet_of(one.scheme, one.facts).other == ""


@each
def test_it_leaves_what_the_source_does_not_say_to_the_drafter(one: Precedent):
    assert "负数年度" in {each.title for each in choices.open_choices(one.scheme)} or (
        "baseline" in one.scheme
    )


@pytest.mark.parametrize(
    ("id", "party", "expected"),
    [
        ("R1", "引资方", "15000000.00"),
        ("R2", "引资方", "35000000.00"),
        ("E1", "引资方", "36876000.00"),
        ("E4", "引资方", "56814000.00"),
        ("E9", "引资方", "0.00"),
        ("F1", "总机构所在地", "42345000.00"),
        ("F5", "省级", "16938000.00"),
    ],
)
def test_its_ratio_is_the_published_one(id: str, party: str, expected: str):
    assert totals(BY_ID[id])[party].yuan == expected


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_draft_starts_from_a_sample_marked_unverified(client: Client, ours: Actor):
    browser = client(ours)
    listed = browser.get("/agreements/templates").text
    for one in PRECEDENTS:
        assert f"/agreements/new?template={one.id}" in listed
        assert one.source in listed
    assert listed.count("未核实") >= len(PRECEDENTS)
    page = browser.get("/agreements/new?template=E6").text
    assert "样例：青川—广元经开区（2009），未核实" in page
    assert 'name="indicators.0.name" type="text" value="增加值"' in page
