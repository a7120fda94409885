"""The two commands as a person runs them: exit codes, one clear line, nothing left half done.

The server and the bootstrap run as processes of their own, the other commands inside this one.
"""

import ast
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from app import cli
from app.commands import server
from app.kit.work import ADMINISTRATORS, Role
from tests.builders import person

ROOT = Path(__file__).resolve().parent.parent
REAL_SITE = {"TONGZHAO_NO_BOOTSTRAP": "1", "TONGZHAO_DEMO": "0"}
ONE_CASE = {
    "cases": [{"kind": "answer", "start": "2026-03-02", "params": {"n": 1, "unit": "working"}}]
}
only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
only_postgres = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@dataclass(frozen=True)
class Done:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsysbinary) -> Command:
    """Runs `python3 -m app …` inside this process, with its own input and environment."""

    def run(*arguments: str, stdin: str = "", **environment: str) -> Done:
        for name, value in {**REAL_SITE, **environment}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["app", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = (text.decode("utf-8") for text in capsysbinary.readouterr())
        said = ended.value.code
        return Done(1, out, f"{err}{said}") if isinstance(said, str) else Done(said or 0, out, err)

    return run


@contextmanager
def serving(*options: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server process on a free port and the address that it printed; interrupted at the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "app", "serve", "--port", "0", *options],
        cwd=ROOT,
        env={**os.environ, **REAL_SITE, **environment},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            lines = iter(process.stdout.readline, "")
            found = (re.search(r"http://\S+/", line) for line in lines)
            yield process, next(address[0] for address in found if address)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=120)


def bootstrap(**environment: str) -> subprocess.CompletedProcess[str]:
    """`python3 -m app deadlines` from the very start."""
    return subprocess.run(
        [sys.executable, "-m", "app", "deadlines"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


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


@only_postgres
def test_several_processes_serve_on_postgresql(database, tmp_path):
    with serving("--workers", "2", **installation(database, tmp_path)) as (process, address):
        assert httpx2.get(f"{address}readyz", timeout=60).status_code == 200
    assert process.returncode == 0


@only_sqlite
def test_beside_a_sqlite_server_accounts_are_made_and_all_else_is_refused(
    command, database, tmp_path
):
    place = installation(database, tmp_path)
    with serving(**place) as (_, address):
        for refused in (["serve", "--port", "0"], ["migrate"], ["load"]):
            done = command(*refused, **place)
            assert (done.code, done.out) == (1, "")
            assert "正在使用" in done.err
        account = ["--name", "王", "--unit", "510504-JWJ", "--role", "officer"]
        made = command("user", "create", "wang", *account, **place)
        assert (made.code, len(made.out.split())) == (0, 1)
        assert command("verify", **place).out.count("完好") == 2
        port = address.rstrip("/").rpartition(":")[2]
        taken = command(
            "serve", "--port", port, TONGZHAO_DATA=str(tmp_path / "other"), TONGZHAO_DATABASE_URL=""
        )
        assert (taken.code, taken.out) == (1, "")
        assert f"无法监听 127.0.0.1:{port}" in taken.err


@only_sqlite
def test_sqlite_is_not_served_by_several_processes(command, database, tmp_path):
    done = command("serve", "--workers", "2", **installation(database, tmp_path))
    assert (done.code, done.out) == (1, "")
    assert "SQLite 只能由一个进程服务" in done.err


def test_a_real_installation_refuses_demo_accounts(command, database, office, tmp_path):
    person(office, "demo", Role.OFFICER)
    done = command("serve", "--port", "0", **installation(database, tmp_path))
    assert done.code == 1
    assert "示范账号" in done.err


def test_a_real_installation_asks_for_the_administrators_it_lacks(app_settings, capsys):
    server.check_accounts(app_settings)
    asked = capsys.readouterr().out
    assert [role.label in asked for role in ADMINISTRATORS] == [True] * 3


def test_accounts_are_made_listed_and_reset(command, database, tmp_path):
    place = installation(database, tmp_path)
    account = ["wang", "--name", "王", "--unit", "510504-JWJ"]
    first = command("user", "create", *account, "--role", "officer", **place)
    assert command("user", "list", **place).out == "wang\t王\t经济合作外事局\t招商专员\n"
    assert command("user", "reset", "wang", **place).out != first.out
    twice = command("user", "create", *account, "--role", "officer", **place)
    assert (twice.code, twice.out) == (1, "")
    assert "已被使用" in twice.err
    mixed = command("user", "create", *account, "--role", "officer", "--role", "auditor", **place)
    assert "三员分立" in mixed.err


def test_partner_keys_are_made_listed_and_revoked(command, database, tmp_path):
    place = installation(database, tmp_path)
    create = ["key", "create", "--district", "510502", "--name", "江阳", "--scopes"]
    made = command(*create, "lead:read, event:read", **place)
    assert made.out.startswith("tz_")
    key_id = command("key", "list", **place).out.split("\t")[0]
    assert command("key", "revoke", key_id, **place).code == 0
    assert "已经停用" in command("key", "revoke", key_id, **place).err
    wrong = command(*create, "everything", **place)
    assert (wrong.code, wrong.out) == (1, "")
    assert "没有这个权限范围" in wrong.err


def test_the_signing_key_is_changed_and_all_are_listed(command, database, tmp_path):
    place = installation(database, tmp_path)
    first = command("signing-key", "rotate", **place).out.strip()
    second = command("signing-key", "rotate", **place).out.strip()
    rows = command("signing-key", "list", **place).out.splitlines()
    assert [row.split("\t")[0] for row in rows] == [first, second]


def test_the_sealing_key_is_changed_and_all_are_listed(command, database, tmp_path):
    place = installation(database, tmp_path)
    assert command("user", "list", **place).code == 0
    first = command("sealing-key", "list", **place).out.strip()
    newest = command("sealing-key", "rotate", **place).out.strip()
    assert command("sealing-key", "list", **place).out.splitlines() == [first, newest]


def test_an_unknown_tick_is_refused(command, database, tmp_path):
    done = command("tick", "nonsense", **installation(database, tmp_path))
    assert (done.code, done.out) == (1, "")
    assert "没有定时任务" in done.err


def test_accounts_wait_for_the_first_migration(command, tmp_path):
    done = command("user", "list", **installation("", tmp_path))
    assert (done.code, done.out) == (1, "")
    assert "app migrate" in done.err


def test_a_setting_that_makes_no_sense_is_named(command):
    done = command("migrate", TONGZHAO_PORT="eighty")
    assert (done.code, len(done.err.splitlines())) == (1, 1)
    assert "port" in done.err


def test_an_unknown_command_is_refused(command):
    assert command("nonsense").code == 2


def test_deadlines_prints_the_dates_of_a_file(command, tmp_path):
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(ONE_CASE))
    done = command("deadlines", str(file))
    assert json.loads(done.out) == [
        {"last_day": "2026-03-03", "until": "2026-03-04T00:00:00+08:00"}
    ]
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize("name", ["deadlines", "split"])
@pytest.mark.parametrize(("content", "code"), [('{"cases": 1}', 2), ("{", 3), ("[NaN]", 3)])
def test_a_calculation_passes_on_its_exit_code_and_prints_nothing_else(
    command, name: str, content: str, code: int
):
    done = command(name, "-", stdin=content)
    assert (done.code, done.out) == (code, "")
    assert done.err


@pytest.mark.parametrize("name", ["deadlines", "split"])
def test_a_calculation_without_a_file_is_an_invalid_call(command, name: str):
    assert command(name).code == 2


def test_every_shipped_dependency_states_a_licence_and_is_pinned_by_hash(command):
    lines = [line.split("\t") for line in command("licences").out.splitlines()]
    assert all(licence != "未注明" for _, licence, _ in lines)
    assert {"sqlalchemy", "htmx.org"} <= {name.split()[0] for name, _, _ in lines}
    assert "0 sha256" not in {pinned for _, _, pinned in lines}


def test_a_python_too_old_can_still_read_the_bootstrap():
    source = (ROOT / "app" / "__main__.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))


def test_output_is_utf8_whatever_the_terminal_says():
    said = subprocess.run(
        [sys.executable, "-m", "app", "--help"],
        cwd=ROOT,
        env={**os.environ, **REAL_SITE, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    assert "期限计算" in said.stdout.decode("utf-8")


def test_a_place_that_cannot_hold_the_environment_is_refused_in_one_line(tmp_path):
    (tmp_path / "taken").touch()
    done = bootstrap(TONGZHAO_VENV=str(tmp_path / "taken" / "venv"))
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"无法在 {tmp_path / 'taken' / 'venv'} 准备")
    assert "Traceback" not in done.stderr


def test_a_failed_installation_is_said_and_not_taken_for_done(tmp_path):
    done = bootstrap(TONGZHAO_VENV=str(tmp_path / "venv"), TONGZHAO_WHEELS=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].startswith("安装依赖包失败")
    assert not (tmp_path / "venv" / "tongzhao.lock").exists()
