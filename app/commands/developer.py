"""The developer's commands: `check`, `test` (checks, then pytest) and `licences`."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import typer

from app import installation
from app.errors import Conflict
from app.settings import ROOT, Settings

commands = typer.Typer()

CHECKS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "import contracts": ["lint-imports", "--no-logo"],
}


@commands.command(help="静态检查：ruff、格式、mypy、依赖约定、迁移与表结构一致。")
def check() -> None:
    """Every static check of the project."""
    raise typer.Exit(1 if failed_checks() else 0)


@commands.command(
    help="静态检查与全部测试（SQLite 与 PostgreSQL）；其余参数交给 pytest。",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def test(context: typer.Context) -> None:
    """The static checks, then pytest, whose closing line is the last one printed."""
    failed = failed_checks()
    if failed:
        typer.echo(f"静态检查未通过：{'、'.join(failed)}", err=True)
    code = run_tool("pytest", "-n", "2", "--dist", "loadfile", *context.args)
    raise typer.Exit(code or (1 if failed else 0))


def failed_checks() -> list[str]:
    """Run every static check; the names of those that found something."""
    failed = []
    for name, command in CHECKS.items():
        typer.echo(f"== {name}")
        if run_tool(*command):
            failed.append(name)
    typer.echo("== migrations")
    try:
        no_drift()
    except Conflict as found:
        typer.echo(found.message)
        failed.append("migrations")
    return failed


def no_drift() -> None:
    """Conflict when a new database differs from the mapped tables."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Settings(data=Path(folder), database_url="")
        installation.migrate(fresh)
        installation.refuse_drift(fresh)


def run_tool(name: str, *arguments: str) -> int:
    """Run a tool of this environment on the project; its exit code."""
    tool = Path(sys.executable).with_name(name)
    return subprocess.run([tool, *arguments], cwd=ROOT, check=False).returncode  # noqa: S603 - our own words


@commands.command(help="列出运行所需的依赖：版本、许可证、锁定的摘要数；以及随附的前端文件。")
def licences() -> None:
    """All that is installed or shipped, with its licence and how many hashes pin it."""
    for name, version, hashes in locked():
        typer.echo(f"{name} {version}\t{licence_of(name)}\t{hashes} sha256")
    for file in json.loads((ROOT / "app/static/vendor/vendor.json").read_text(encoding="utf-8")):
        typer.echo(f"{file['name']} {file['version']}\t{file['licence']}\t{file['file']}")


def locked() -> Iterator[tuple[str, str, int]]:
    """Name, version and number of hashes of every package in the lock."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for entry in re.split(r"^(?=\w)", lock, flags=re.MULTILINE):
        pin = re.match(r"([a-z0-9-]+)==([^\s;]+)", entry)
        if pin is not None:
            yield pin[1], pin[2], entry.count("--hash=sha256:")


def licence_of(package_name: str) -> str:
    """The licence as the installed package states it."""
    try:
        package = metadata(package_name)
    except PackageNotFoundError:
        return "此平台不安装"
    stated = [package[name] for name in ("License-Expression", "License") if name in package]
    marks = [mark for mark in package.get_all("Classifier", []) if mark.startswith("License ::")]
    return next((text.rpartition(" :: ")[2].splitlines()[0] for text in stated + marks), "未注明")
