"""The command `bench`: the measurements of `tests/benchmarks`, each in a process of its own.

A measurement compares things that run in turn in one process and prints ratios; absolute times
vary from run to run, which is why the environment stands above them.
"""

import os
import platform
import subprocess
import sys
from typing import Annotated

import typer

from app.errors import NotFound
from app.settings import ROOT

commands = typer.Typer()

FOLDER = ROOT / "tests" / "benchmarks"


@commands.command(help="性能对比：逐个运行 tests/benchmarks 中的测量，结果为同一次运行内的倍数。")
def bench(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="如 settle，省略为全部")
    ] = None,
) -> None:
    """Run one measurement, or all, and print environment and tables."""
    known = [path.stem.removeprefix("bench_") for path in sorted(FOLDER.glob("bench_*.py"))]
    if name is not None and name not in known:
        raise NotFound(f"没有测量“{name}”；可用的有：{'、'.join(known) or '（无）'}")
    python = f"{platform.python_implementation()} {platform.python_version()}"
    typer.echo(f"{python}, {platform.system()} {platform.machine()}, {os.cpu_count()} CPUs")
    failed = [each for each in ([name] if name else known) if not measured(each)]
    raise typer.Exit(1 if failed else 0)


def measured(name: str) -> bool:
    """Run one measurement; whether what it compares was equal."""
    typer.echo(f"== {name}")
    command = [sys.executable, "-m", f"tests.benchmarks.bench_{name}"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0  # noqa: S603 - our own words
