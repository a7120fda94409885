"""The races of the drills in small, over real HTTP: one winner each, also across a right's end."""

import threading
from dataclasses import dataclass

import pytest
import uvicorn

from app.clock import system_clock
from app.first_talk import ledger, subjects
from app.kit.work import Work
from app.main import create_app
from app.settings import Settings
from tests.drills import drill_lapse_race, drill_race
from tests.drills.server import stepped
from tests.drills.site import Site

only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@dataclass
class Inside(Site):
    """The site served by a thread of this process: ready at once."""

    server: uvicorn.Server | None = None
    thread: threading.Thread | None = None

    def start(self) -> None:
        """Serve until `stop`."""
        application = create_app(self.settings, stepped(self.clock) if self.clock else system_clock)
        config = uvicorn.Config(application, port=self.port, log_level="error", access_log=False)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()
        while not self.server.started and self.thread.is_alive():
            self.thread.join(0.01)

    def stop(self) -> None:
        """End the server and its thread."""
        self.server.should_exit = True
        self.thread.join()


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
