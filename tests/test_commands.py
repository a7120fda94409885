"""The two commands as a person runs them: exit codes, one clear line, nothing left half done."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ONE_CASE = {
    "cases": [{"kind": "answer", "start": "2026-03-02", "params": {"n": 1, "unit": "working"}}]
}


def run(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """`python3 -m app …` in this environment; values that are empty are unset."""
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env={**os.environ, "TONGZHAO_NO_BOOTSTRAP": "1", **environment},
        input=stdin.encode(),
        capture_output=True,
        check=False,
        timeout=60,
    )


def test_deadlines_prints_the_dates_of_a_file(tmp_path):
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(ONE_CASE))
    done = run("deadlines", str(file))
    assert json.loads(done.stdout) == [
        {"last_day": "2026-03-03", "until": "2026-03-04T00:00:00+08:00"}
    ]
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("content", "code"), [('{"cases": [{"kind": "nonsense"}]}', 2), ("{", 3), ("[NaN]", 3)]
)
def test_deadlines_passes_on_its_exit_code_and_prints_nothing_else(content: str, code: int):
    done = run("deadlines", "-", stdin=content)
    assert (done.returncode, done.stdout) == (code, b"")
    assert done.stderr


def test_deadlines_without_a_file_is_an_invalid_call():
    assert run("deadlines").returncode == 2


def test_output_is_utf8_whatever_the_terminal_says():
    assert "期限计算" in run("--help", PYTHONIOENCODING="ascii").stdout.decode("utf-8")


def test_an_unknown_command_is_refused():
    assert run("nonsense").returncode == 2


def test_a_python_too_old_can_still_read_the_bootstrap():
    source = (ROOT / "app" / "__main__.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))


def test_a_place_that_cannot_hold_the_environment_is_refused_in_one_line(tmp_path):
    taken = tmp_path / "taken"
    taken.touch()
    done = run("deadlines", TONGZHAO_NO_BOOTSTRAP="", TONGZHAO_VENV=str(taken / "venv"))
    assert done.returncode == 1
    assert done.stderr.decode().splitlines()[-1].startswith(f"无法在 {taken / 'venv'} 准备运行环境")
    assert "Traceback" not in done.stderr.decode()


def test_a_failed_installation_is_said_and_tried_again(tmp_path):
    place = {"TONGZHAO_VENV": str(tmp_path / "venv"), "TONGZHAO_WHEELS": str(tmp_path)}
    for _ in range(2):
        done = run("deadlines", TONGZHAO_NO_BOOTSTRAP="", **place)
        assert done.returncode == 1
        assert done.stderr.decode().splitlines()[-1].startswith("安装依赖包失败")
    assert done.stdout == b""
