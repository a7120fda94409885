"""The races of the drills in small, over real HTTP: one winner each, also across a right's end."""

import pytest

from app.first_talk import ledger, subjects
from app.kit.work import Work
from app.settings import Settings
from tests.drills import drill_fuzz, drill_lapse_race, drill_race
from tests.drills.inside import Inside

only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_of_many_claims_at_once_one_wins_each_round(app_settings: Settings):
    wrong, tally = drill_race.drill(Inside(app_settings), clients=8, rounds=10)
    assert wrong == []
    assert sum(tally.values()) == 80
    assert tally["submitted"] == 10


def test_across_the_end_of_a_right_and_a_clock_put_wrong_one_wins_each(app_settings: Settings):
    wrong, tally = drill_lapse_race.drill(Inside(app_settings), clients=4, rounds=4, batch=2)
    assert wrong == []
    assert tally[drill_lapse_race.UNTRUSTED] > 0


@only_sqlite
def test_every_operation_answers_as_described_also_to_nonsense(app_settings: Settings):
    wrong, tally = drill_fuzz.drill(Inside(app_settings), examples=2, seed=7, phases="fuzzing")
    assert wrong == []
    assert tally["operations"] > 100


@only_sqlite
def test_without_the_index_and_the_look_at_who_blocks_the_race_finds_several_winners(
    app_settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(subjects.Docket, "blocking", lambda _: None)
    site = Inside(app_settings, breaks=("look",))
    wrong, _ = drill_race.drill(site, clients=4, rounds=2)
    assert "round 1: 4 winners" in wrong
    assert any("has 4 holders" in fault for fault in wrong)


@only_sqlite
def test_a_ledger_that_takes_any_time_is_found(
    app_settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    def any_time(work: Work) -> object:
        ledger._locked_head(work)
        return work.clock()

    monkeypatch.setattr(ledger, "time_of", any_time)
    wrong, _ = drill_lapse_race.drill(Inside(app_settings), clients=4, rounds=4, batch=2)
    assert "the ledger's time falls" in wrong
