"""What holds for every scheme: nothing is lost, reversals cancel, floors and caps keep bounds."""

import json
from copy import deepcopy
from fractions import Fraction
from zlib import crc32

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.engine.checker import problems
from tests.engine.schemes import AMOUNT, PARTIES, SIGNED, cases, ladder, schemes, yuan
from tests.engine.support import split, year_keys

RUNS = settings(max_examples=80, deadline=None)


def total(amounts: dict[str, str]) -> Fraction:
    return sum(map(Fraction, amounts.values()), Fraction(0))


@RUNS
@given(cases())
def test_shares_sum_to_the_base_except_what_is_carried(case):
    for step in split(case)["steps"]:
        carried = Fraction(step.get("carried_in", 0)) - Fraction(step.get("carried_out", 0))
        assert total(step["share"]) == Fraction(step["base"]) + carried


@RUNS
@given(ladder(PARTIES, None), st.integers(1, 60_000_000))
def test_a_reversal_cancels_to_the_fen(steps, fen):
    def shares(amount):
        scheme = {"parties": PARTIES, "negative": "share", "split": steps}
        return split({"scheme": scheme, "facts": {"annual": {"2026": yuan(amount)}}})["2026"]

    paid, refunded = shares(fen), shares(-fen)
    assert all(Fraction(paid[name]) == -Fraction(refunded[name]) for name in PARTIES)


@RUNS
@given(schemes(dated=False), AMOUNT, st.sampled_from(["share", "own_funds"]), SIGNED)
def test_only_the_guaranteed_party_gains_from_a_floor(scheme, per_year, source, base):
    scheme = scheme | {"guarantee": [], "cap": []}
    scheme["term"] = {"years": 9, "after": scheme["parties"][0]}
    for rung in scheme.get("split", [])[-1:]:
        rung["years"][1] = None
    facts = {"annual": {"2026": base}}
    party, payer = scheme["parties"][:2]
    floor = {"party": party, "per_year": per_year, "payer": payer, "source": source}
    without = split({"scheme": scheme, "facts": facts})["2026"]
    floored = split({"scheme": scheme | {"guarantee": [floor]}, "facts": facts})["2026"]
    for name in scheme["parties"]:
        gained = Fraction(floored[name]) - Fraction(without[name])
        assert gained >= 0 if name == party else gained <= 0


@RUNS
@given(cases())
def test_a_cumulative_cap_on_everything_is_never_exceeded(case):
    result = split(case)
    for item in case["scheme"].get("cap", []):
        if "cumulative" not in item or item.get("scope", "total") != "total":
            continue
        counted = Fraction(0)
        for step in result["steps"]:
            if "out_of_term" not in step:
                counted += Fraction(step["share"][item["party"]])
                assert counted <= Fraction(item["cumulative"])


def shuffled(value, order):
    """The same JSON with the keys of every object in another order."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (crc32(f"{order}{key}".encode()), key))
        return {key: shuffled(value[key], order) for key in keys}
    if isinstance(value, list):
        return [shuffled(item, order) for item in value]
    return value


@RUNS
@given(cases(), st.integers(0, 10**6))
def test_the_order_of_keys_changes_nothing(case, order):
    assert json.dumps(split(shuffled(case, order))) == json.dumps(split(case))


@RUNS
@given(cases(), st.integers(2024, 2030))
def test_one_run_is_the_run_cut_in_two_with_the_opening_balances(case, cut):
    facts = case["facts"]
    source = next(iter(facts))
    assume(case["scheme"]["calendar"].get("start_trigger") != "recovered")
    earlier, later = parted(facts[source], cut)
    assume(earlier and later)
    whole = split(case)
    first = split(case | {"facts": {source: earlier}})
    opening = first["closing"] | {"as_of": cut}
    second = split(case | {"facts": {source: later, "opening": opening}})
    assert year_keys(first) | year_keys(second) == year_keys(whole)
    assert second["closing"] == whole["closing"]


def parted(amounts, cut):
    """The facts before a fiscal year and those from it on."""
    if isinstance(amounts, dict):
        earlier = {year: value for year, value in amounts.items() if int(year) < cut}
        return earlier, {year: value for year, value in amounts.items() if int(year) >= cut}
    earlier = [entry for entry in amounts if int(entry[0][:4]) < cut]
    return earlier, [entry for entry in amounts if int(entry[0][:4]) >= cut]


@RUNS
@given(cases(), st.data())
def test_the_checker_finds_a_planted_fen(case, data):
    result = split(case)
    lines = [
        (place, number, which)
        for place, step in enumerate(result["steps"])
        for number, line in enumerate(step["lines"])
        for which in range(len(line["out"]))
    ]
    place, number, which = data.draw(st.sampled_from(lines))
    planted = deepcopy(result)
    moved = planted["steps"][place]["lines"][number]["out"][which]
    moved[1] = yuan(int(Fraction(moved[1]) * 100) + 1)
    assert problems(planted)


@RUNS
@given(cases(), st.data())
def test_the_checker_finds_a_share_that_its_lines_do_not_give(case, data):
    result = split(case)
    step = data.draw(st.sampled_from(result["steps"]))
    party = data.draw(st.sampled_from(sorted(step["share"])))
    step["share"][party] = yuan(int(Fraction(step["share"][party]) * 100) - 1)
    assert problems(result)
