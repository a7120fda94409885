"""How a drill is called and what it prints: its options, a line of counts, everything wrong."""

import argparse
import time
from collections import Counter
from collections.abc import Callable

from tests.benchmarks.table import say

SHOWN = 10


def options(about: str, **numbers: int) -> argparse.Namespace:
    """`--database`, `--break`, and the numbers of this drill with what they are by default."""
    parser = argparse.ArgumentParser(description=about.partition("\n")[0])
    for name, usual in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--break", dest="broken", action="store_true", help="must fail")
    asked = parser.parse_args()
    asked.database = asked.database or ["sqlite", "postgresql"]
    return asked


def conduct(databases: list[str], drill: Callable[[str], tuple[list[str], Counter[str]]]) -> None:
    """Run a drill on each database and print what it found; exit code 1 if anything is wrong."""
    failed = False
    for database in databases:
        begun = time.monotonic()
        wrong, tally = drill(database)
        counts = ", ".join(f"{name.rpartition('/')[2]} {n}" for name, n in sorted(tally.items()))
        say(f"{database:<12}{time.monotonic() - begun:7.0f} s   {counts}")
        for fault in wrong[:SHOWN]:
            say(f"  WRONG  {fault}")
        say(f"  {len(wrong)} wrong")
        failed = failed or bool(wrong)
    raise SystemExit(1 if failed else 0)
