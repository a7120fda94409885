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

MEASUREMENTS, DRILLS = ("benchmarks", "bench_"), ("drills", "drill_")


@commands.command(
    help="性能对比：逐个运行 tests/benchmarks 中的测量，结果为同一次运行内的倍数。"
    "指名时也可运行 tests/drills 中的可靠性演练，其余参数（如 --rounds 20）交给它。",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def bench(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="如 settle，省略为全部测量")
    ] = None,
) -> None:
    """Run one measurement or drill, or all measurements, and print environment and tables."""
    known = {**modules(*DRILLS), **modules(*MEASUREMENTS)}
    if name is not None and name not in known:
        raise NotFound(f"没有测量“{name}”；可用的有：{'、'.join(sorted(known)) or '（无）'}")
    python = f"{platform.python_implementation()} {platform.python_version()}"
    typer.echo(f"{python}, {platform.system()} {platform.machine()}, {os.cpu_count()} CPUs")
    chosen = [name] if name else modules(*MEASUREMENTS)
    failed = [each for each in chosen if not measured(known[each], *context.args)]
    raise typer.Exit(1 if failed else 0)


def modules(folder: str, prefix: str) -> dict[str, str]:
    """The modules of a folder of `tests` by the name under which they are called."""
    found = sorted((ROOT / "tests" / folder).glob(f"{prefix}*.py"))
    return {
        path.stem.removeprefix(prefix).replace("_", "-"): f"tests.{folder}.{path.stem}"
        for path in found
    }


def measured(module: str, *arguments: str) -> bool:
    """Run one measurement; whether what it compares was equal."""
    typer.echo(f"== {module.rpartition('.')[2]}")
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0  # noqa: S603 - our own words
