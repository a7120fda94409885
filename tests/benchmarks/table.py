"""How a benchmark measures and prints: CPU time of things run in turn, given as ratios."""

import sys
from collections.abc import Callable, Iterable
from fractions import Fraction
from time import process_time
from typing import TypeVar

T = TypeVar("T")


class Timed:
    """CPU seconds of one of the things compared, added up over all turns."""

    def __init__(self, name: str) -> None:
        """Begin at zero."""
        self.name = name
        self.seconds = 0.0

    def run(self, act: Callable[[], T]) -> T:
        """Do it once; the time counts, the result is given back."""
        begun = process_time()
        result = act()
        self.seconds += process_time() - begun
        return result


def compare(found: Iterable[int], expected: Iterable[Fraction]) -> None:
    """Stop at the first amount on which the engine (fen) and the oracle (yuan) differ."""
    for place, (fen, yuan) in enumerate(zip(found, expected, strict=True)):
        if fen != yuan * 100:
            raise SystemExit(f"{place}: engine {fen} fen, oracle {yuan} yuan")


def show(slowest: Timed, *others: Timed) -> None:
    """One line each: CPU seconds, and how many times faster than the first."""
    for each in (slowest, *others):
        ratio = slowest.seconds / each.seconds
        say(f"{each.name:<24}{each.seconds:9.3f} s{ratio:8.1f} ×")


def say(line: str) -> None:
    """One line on standard output."""
    sys.stdout.write(line + "\n")
