"""The command line of `python3 -m app`: every command calls a service and prints what it says.

A refusal is one Chinese line on standard error and a non-zero exit code. Whatever a command
changes is done as the system, with the operating system's user in the trail.
"""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from app.clock import load_calendar
from app.first_talk import deadlines as deadline_files
from app.settings import ROOT

app = typer.Typer(
    help="同招：跨区招商协同平台。",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Files = Annotated[list[str] | None, typer.Argument(metavar="FILE...", show_default=False)]
CHECKS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "import contracts": ["lint-imports"],
}


def main() -> None:
    """The entry point, also of the installed script `tongzhao`."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a TextIOWrapper here
    app(prog_name="python3 -m app")


@app.command(help="期限计算：逐个算出 FILE 中各案例的日期（- 为标准输入）。")
def deadlines(files: Files = None) -> None:
    """The dates of the first-talk rules, without a database."""
    calendar = load_calendar(ROOT / "seeds" / "calendar")
    code = deadline_files.run(files or [], sys.stdin.buffer, sys.stdout, sys.stderr, calendar)
    raise typer.Exit(code)


@app.command(help="静态检查：ruff、格式、mypy、依赖约定。")
def check() -> None:
    """Every static check of the project."""
    raise typer.Exit(1 if failed_checks() else 0)


@app.command(
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


if __name__ == "__main__":
    main()
