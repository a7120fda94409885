"""The command `bench`: what it measures is named, and a difference is a failure."""

import re

from typer.testing import CliRunner

from app.cli import app
from app.commands import bench


def test_an_unknown_measurement_is_refused_with_those_there_are():
    result = CliRunner().invoke(app, ["bench", "nothing"])
    assert result.exit_code != 0
    assert re.search("kill、.*race、.*settle、.*whatif", str(result.exception))


def test_without_a_name_only_what_compares_is_run_not_the_drills():
    drills, measurements = (bench.modules(*each) for each in (bench.DRILLS, bench.MEASUREMENTS))
    assert {"race", "lapse-race", "kill"} <= drills.keys()
    assert drills["lapse-race"] == "tests.drills.drill_lapse_race"
    assert not drills.keys() & measurements.keys()


def test_a_measurement_that_finds_a_difference_fails(tmp_path, monkeypatch):
    folder = tmp_path / "tests" / "benchmarks"
    folder.mkdir(parents=True)
    (folder / "bench_wrong.py").write_text("raise SystemExit('1 fen')", encoding="utf-8")
    (folder / "bench_right.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    known = bench.modules(*bench.MEASUREMENTS)
    assert bench.measured(known["right"])
    assert not bench.measured(known["wrong"])
