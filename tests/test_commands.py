"""The two commands as a person runs them: exit codes, one clear line, nothing left half done."""

import ast
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from app.commands import server
from app.kit.work import ADMINISTRATORS, Role
from tests.builders import person

ROOT = Path(__file__).resolve().parent.parent
REAL_SITE = {"TONGZHAO_NO_BOOTSTRAP": "1", "TONGZHAO_DEMO": "0"}
ONE_CASE = {
    "cases": [{"kind": "answer", "start": "2026-03-02", "params": {"n": 1, "unit": "working"}}]
}


def run(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """`python3 -m app …` in this environment; values that are empty are unset."""
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env={**os.environ, **REAL_SITE, **environment},
        input=stdin.encode(),
        capture_output=True,
        check=False,
        timeout=120,
    )


@contextmanager
def serving(*options: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server process on a free port and the address that it printed; interrupted at the end."""
    command = [sys.executable, "-m", "app", "serve", "--port", "0", *options]
    surroundings = {**os.environ, **REAL_SITE, **environment}
    with subprocess.Popen(
        command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            lines = iter(process.stdout.readline, "")
            yield (
                process,
                next(found[0] for line in lines if (found := re.search(r"http://\S+/", line))),
            )
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=120)


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


def test_a_failed_installation_is_said_and_not_taken_for_done(tmp_path):
    place = {"TONGZHAO_VENV": str(tmp_path / "venv"), "TONGZHAO_WHEELS": str(tmp_path)}
    done = run("deadlines", TONGZHAO_NO_BOOTSTRAP="", **place)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().splitlines()[-1].startswith("安装依赖包失败")
    assert not (tmp_path / "venv" / "tongzhao.lock").exists()


def installation(database: str, folder: Path) -> dict[str, str]:
    """The environment of an installation over a test's database."""
    return {"TONGZHAO_DATABASE_URL": database, "TONGZHAO_DATA": str(folder)}


def test_serve_answers_at_the_address_it_prints_until_ctrl_c(database, tmp_path):
    with serving(**installation(database, tmp_path)) as (process, address):
        assert httpx2.get(f"{address}readyz").json() == {"status": "ok"}
        assert "同招" in httpx2.get(address).text
    assert process.returncode == 0


def test_a_fresh_folder_becomes_an_installation(tmp_path):
    with serving(TONGZHAO_DATA=str(tmp_path / "data")) as (process, address):
        assert httpx2.get(f"{address}readyz").status_code == 200
    assert process.returncode == 0
    assert {path.name for path in (tmp_path / "data").iterdir()} >= {"tongzhao.db", "trail.key"}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_several_processes_serve_on_postgresql(database, tmp_path):
    with serving("--workers", "2", **installation(database, tmp_path)) as (process, address):
        assert httpx2.get(f"{address}readyz", timeout=30).status_code == 200
    assert process.returncode == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_second_process_beside_a_sqlite_server_is_refused_but_accounts_are_made(
    database, tmp_path
):
    place = installation(database, tmp_path)
    with serving(**place):
        for command in (["serve", "--port", "0"], ["migrate"], ["load"]):
            refused = run(*command, **place)
            assert refused.returncode == 1
            assert "正在使用" in refused.stderr.decode()
        made = run("user", "create", "wang", "--name", "王", "--unit", "510504-JWJ",
                   "--role", "officer", **place)  # fmt: skip
        assert (made.returncode, len(made.stdout.split())) == (0, 1)
        verified = run("verify", **place)
        assert verified.returncode == 0
        assert verified.stdout.decode().count("完好") == 2
    several = run("serve", "--workers", "2", **place)
    assert "SQLite 只能由一个进程服务" in several.stderr.decode()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_taken_port_is_refused_in_one_line(database, tmp_path):
    with serving(**installation(database, tmp_path)) as (_, address):
        port = address.rstrip("/").rpartition(":")[2]
        done = run("serve", "--port", port, TONGZHAO_DATA=str(tmp_path / "other"))
    assert done.returncode == 1
    assert len(done.stderr.decode().splitlines()) == 1
    assert f"无法监听 127.0.0.1:{port}" in done.stderr.decode()


def test_a_real_installation_refuses_demo_accounts(database, office, tmp_path):
    person(office, "demo", Role.OFFICER)
    done = run("serve", "--port", "0", **installation(database, tmp_path))
    assert done.returncode == 1
    assert "示范账号" in done.stderr.decode()


def test_a_real_installation_asks_for_the_administrators_it_lacks(app_settings, capsys):
    server.check_accounts(app_settings)
    asked = capsys.readouterr().out
    assert [role.label in asked for role in ADMINISTRATORS] == [True] * 3


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_partner_keys_are_made_listed_and_revoked(database, tmp_path):
    place = installation(database, tmp_path)
    made = run(
        "key", "create", "--district", "510502", "--name", "江阳", "--scopes", "lead:read", **place
    )
    assert made.stdout.decode().startswith("tz_")
    key_id = run("key", "list", **place).stdout.decode().split("\t")[0]
    assert run("key", "revoke", key_id, **place).returncode == 0
    assert "已经停用" in run("key", "revoke", key_id, **place).stderr.decode()
    wrong = run(
        "key", "create", "--district", "510502", "--name", "x", "--scopes", "everything", **place
    )
    assert wrong.returncode == 1
    assert "没有这个权限范围" in wrong.stderr.decode()


def test_a_setting_that_makes_no_sense_is_named():
    done = run("migrate", TONGZHAO_PORT="eighty")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "port" in done.stderr.decode()


@pytest.mark.parametrize(("content", "code"), [("{}", 2), ("{", 3)])
def test_split_passes_on_its_exit_code_and_prints_nothing_else(content: str, code: int):
    done = run("split", "-", stdin=content)
    assert (done.returncode, done.stdout) == (code, b"")
    assert done.stderr


def test_every_shipped_dependency_states_a_licence_and_is_pinned_by_hash():
    lines = [line.split("\t") for line in run("licences").stdout.decode().splitlines()]
    assert all(licence != "未注明" for _, licence, _ in lines)
    assert {"sqlalchemy", "htmx.org"} <= {name.split()[0] for name, _, _ in lines}
    assert "0 sha256" not in {pinned for _, _, pinned in lines}
