"""The developer's commands: `check`, and `test`, which checks first and then runs pytest."""

import subprocess
import sys
from pathlib import Path

import typer

from app.settings import ROOT

commands = typer.Typer()

CHECKS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "import contracts": ["lint-imports", "--no-logo"],
}


@commands.command(help="静态检查：ruff、格式、mypy、依赖约定。")
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
    code = run_tool("pytest", "-n", "2", *context.args)
    raise typer.Exit(code or (1 if failed else 0))


def failed_checks() -> list[str]:
    """Run every static check; the names of those that found something."""
    failed = []
    for name, command in CHECKS.items():
        typer.echo(f"== {name}")
        if run_tool(*command):
            failed.append(name)
    return failed


def run_tool(name: str, *arguments: str) -> int:
    """Run a tool of this environment on the project; its exit code."""
    tool = Path(sys.executable).with_name(name)
    return subprocess.run([tool, *arguments], cwd=ROOT, check=False).returncode  # noqa: S603 - our own words
