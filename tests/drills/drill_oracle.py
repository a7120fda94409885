"""Engine and oracle: the same of 10,000 random schemes with every clause, on a fresh seed.

    python3 -m app bench oracle [--cases 10000] [--seed 796069157]

Each run draws its own seed and prints it. Equal must be everything that is printed about a case but
workings, warnings and the waterfall; the oracle is written in plain fractions of yuan, from the
document and not the engine. The table says in how many cases a clause stood and in how many it
moved something, so that a generator that avoids a clause is seen.
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable
from secrets import randbits
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from app.engine.casefile import split
from app.engine.cases import read_case
from app.errors import Invalid
from tests.benchmarks.table import say
from tests.engine.agreement import exact, oracle_says
from tests.engine.whole_schemes import whole_cases

Document = dict[str, Any]


def origin(term: str) -> Callable[[Document, Document], bool]:
    """Whether a term gave or took something in some year."""

    def acted(_case: Document, result: Document) -> bool:
        return any(
            name.partition("/")[0] == term
            for step in result["steps"]
            for own in step["origin"].values()
            for name in own
        )

    return acted


def printed(key: str) -> Callable[[Document, Document], bool]:
    """Whether the result says something under a key."""
    return lambda _case, result: bool(result.get(key))


def has(*path: str) -> Callable[[Document, Document], bool]:
    """Whether the case has a key that is not empty, by its path."""

    def found(case: Document, _result: Document) -> bool:
        value: Any = case
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return bool(value)

    return found


def inside(text: str) -> Callable[[Document, Document], bool]:
    """Whether these words stand anywhere in the case."""
    return lambda case, _result: text in json.dumps(case, ensure_ascii=False)


CLAUSES: dict[str, tuple[Callable[[Document, Document], bool], ...]] = {
    "A4 entry_date": (inside('"entry_date"'), printed("steps")),
    "A5 term": (has("scheme", "term"), origin("after")),
    "A5 extend": (has("scheme", "term", "extend"), inside('"extend"')),
    "A6 negative share": (inside('"negative": "share"'), inside('"-')),
    "A6 baseline": (has("scheme", "baseline"), origin("baseline")),
    "A6 deduct": (has("scheme", "deduct"), origin("deduct")),
    "A6 recover": (has("scheme", "recover"), origin("recover")),
    "A6 reserve": (has("scheme", "reserve"), origin("reserve")),
    "A6 split": (has("scheme", "split"), origin("split")),
    "A6 tiers": (has("scheme", "tiers"), origin("tiers")),
    "A6 guarantee": (has("scheme", "guarantee"), origin("guarantee")),
    "A6 cap": (has("scheme", "cap"), origin("cap")),
    "B1 gross": (has("facts", "gross"), printed("waterfall")),
    "B2 net": (has("facts", "collected"), printed("payments")),
    "B2 stocks": (has("scheme", "baseline", "amounts"), origin("baseline")),
    "B3 one_off": (has("scheme", "one_off"), printed("one_off")),
    "B5 cash": (has("scheme", "cash"), printed("cash")),
    "B6 annual cap": (inside('"annual": "'), origin("cap")),
    "B6 split_only": (inside('"split_only"'), origin("cap")),
    "B7 first_tax": (inside('"first_tax"'), origin("split")),
    "B7 投产": (inside('"start_trigger": "投产"'), origin("split")),
    "B7 开工": (inside('"start_trigger": "开工"'), origin("split")),
    "B7 达产+登记": (inside('"start_trigger": "达产+登记"'), origin("split")),
    "B7 recovered": (inside('"recovered"'), origin("split")),
    "B7 not started": (inside('"start_trigger"'), printed("not_started")),
    "B8 factor_weights": (inside('"factor_weights"'), printed("steps")),
    "B8 equity": (inside('"equity"'), printed("steps")),
    "B8 shapley": (inside('"shapley"'), printed("steps")),
    "B9 indicators": (has("scheme", "indicators"), printed("indicators")),
    "B14 eligibility": (has("scheme", "eligibility"), lambda _case, result: not result["eligible"]),
    "B15 settled": (has("facts", "settled"), printed("adjustments")),
    "B16 words": (has("scheme", "title"), printed("steps")),
    "B18 opening": (has("facts", "opening"), printed("steps")),
}
"""Clause: whether it stands in the case, whether it did something."""


def ledgers(case: Document, result: Document) -> list[tuple[Document, Document]]:
    """Case and result, or those of each ledger (B4)."""
    if "ledgers" not in result:
        return [(case, result)]
    return [
        ({key: case[key]["ledgers"][name] for key in ("scheme", "facts")}, own)
        for name, own in result["ledgers"].items()
    ]


class Tally:
    """What became of the cases, and how often each clause stood and acted."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.stood: Counter[str] = Counter()
        self.acted: Counter[str] = Counter()
        self.different: list[Document] = []

    def take(self, case: Document) -> None:
        """Run one case on both."""
        try:
            result = split(read_case(case))
        except Invalid:
            self.counts["refused"] += 1
            return
        if exact(result) == oracle_says(case):
            self.counts["agree"] += 1
        else:
            self.different.append(case)
        self.counts["ledgers"] += "ledgers" in result
        for one, own in ledgers(case, result):
            for name, (stands, did) in CLAUSES.items():
                self.stood[name] += stands(one, own)
                self.acted[name] += stands(one, own) and did(one, own)

    def show(self) -> None:
        """The counts, clause by clause."""
        agree, refused = self.counts["agree"], self.counts["refused"]
        say(f"{agree} agree, {len(self.different)} differ, {refused} refused")
        say(f"{'clause':<22}{'cases':>8}{'acted':>8}")
        say(f"{'B4 ledgers':<22}{self.counts['ledgers']:>8}")
        for name in CLAUSES:
            say(f"{name:<22}{self.stood[name]:>8}{self.acted[name]:>8}")


def main() -> None:
    """Run the cases, print the counts and the first case on which the two differ."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=randbits(32))
    asked = parser.parse_args()
    tally = Tally()

    @seed(asked.seed)
    @settings(
        max_examples=asked.cases,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(whole_cases())
    def compare(case: Document) -> None:
        tally.take(case)

    say(f"seed {asked.seed}, {asked.cases} cases")
    compare()
    tally.show()
    if tally.different:
        raise SystemExit(json.dumps(tally.different[0], ensure_ascii=False))


if __name__ == "__main__":
    main()
