"""What holds for every scheme: nothing is lost, reversals cancel, floors and caps keep bounds."""

import json
import re
from collections import Counter
from fractions import Fraction
from itertools import accumulate
from zlib import crc32

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.engine.checker import problems
from tests.engine.schemes import (
    AMOUNT,
    PARTIES,
    PERCENT,
    SIGNED,
    cases,
    ladder,
    schemes,
    tiers,
    yuan,
)
from tests.engine.support import split, year_keys
from tests.engine.whole_schemes import single_cases

RUNS = settings(max_examples=80, deadline=None)
REASON = re.compile(r"无|不|未|已|没有|保留 0\.00|只够补足 0\.00|由各方分担")
"""Words of a line that moves nothing: why."""
FEWER = settings(RUNS, max_examples=40, suppress_health_check=list(HealthCheck))


def total(amounts: dict[str, str]) -> Fraction:
    return sum(map(Fraction, amounts.values()), Fraction(0))


@FEWER
@given(single_cases())
def test_shares_sum_to_the_base_except_what_is_carried(case):
    for step in split(case)["steps"]:
        carried = Fraction(step.get("carried_in", 0)) - Fraction(step.get("carried_out", 0))
        assert total(step["share"]) == Fraction(step["base"]) + carried


@st.composite
def mirrored_schemes(draw):
    """What shares a negative year as it would share the positive one."""
    parties = PARTIES[: draw(st.integers(2, 4))]
    reserve = {"to": draw(st.sampled_from(parties)), "pct": draw(PERCENT), "years": [1, None]}
    divided = draw(
        st.one_of(
            ladder(parties, None).map(lambda steps: {"split": steps}),
            tiers(parties).map(lambda steps: {"tiers": steps}),
        )
    )
    kept = draw(st.lists(st.just(reserve), max_size=2))
    return {"parties": parties, "negative": "share", "reserve": kept, **divided}


@RUNS
@given(mirrored_schemes(), st.integers(1, 60_000_000))
def test_a_reversal_cancels_to_the_fen(scheme, fen):
    def shares(amount):
        return split({"scheme": scheme, "facts": {"annual": {"2026": yuan(amount)}}})["2026"]

    paid, refunded = shares(fen), shares(-fen)
    assert all(Fraction(paid[name]) == -Fraction(refunded[name]) for name in paid)


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
def test_no_cap_is_ever_exceeded(case):
    steps = [step for step in split(case)["steps"] if "out_of_term" not in step]
    for place, item in enumerate(case["scheme"].get("cap", [])):
        own = [(step["fy"], counted(step, item, place)) for step in steps]
        if "cumulative" in item:
            sums = accumulate(amount for _, amount in own)
            assert all(amount <= Fraction(item["cumulative"]) for amount in sums)
        if "annual" in item:
            for year in {year for year, _ in own}:
                sums = accumulate(amount for each, amount in own if each == year)
                assert all(amount <= Fraction(item["annual"]) for amount in sums)


def counted(step, item, place):
    """What a cap counts of a slice: the whole share, or what the split gave less what it cut."""
    party = item["party"]
    if item.get("scope", "total") == "total":
        return Fraction(step["share"][party])
    terms = step["origin"][party]
    divided = sum(Fraction(terms.get(term, 0)) for term in ("split", "tiers"))
    return divided + min(Fraction(0), Fraction(terms.get(f"cap/{place}", 0)))


def shuffled(value, order):
    """The same JSON with the keys of every object in another order."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (crc32(f"{order}{key}".encode()), key))
        return {key: shuffled(value[key], order) for key in keys}
    if isinstance(value, list):
        return [shuffled(item, order) for item in value]
    return value


@FEWER
@given(single_cases(), st.integers(0, 10**6))
def test_the_order_of_keys_changes_nothing(case, order):
    assert json.dumps(split(shuffled(case, order))) == json.dumps(split(case))


@FEWER
@given(cases())
def test_one_run_is_the_run_cut_in_two_at_any_year_with_the_opening_balances(case):
    """After the recovery is complete its year is written as the first (B18)."""
    whole = split(case)
    facts, scheme = case["facts"], case["scheme"]
    source = next(iter(facts))
    if scheme["calendar"].get("start_trigger") == "recovered":
        first = next((step["fy"] for step in whole["steps"] if step["contract_year"] == 1), None)
        assume(first is not None)
    for cut in sorted({step["fy"] for step in whole["steps"]})[1:]:
        later_scheme = scheme
        if scheme["calendar"].get("start_trigger") == "recovered":
            if cut <= first:
                continue
            later_scheme = scheme | {"calendar": {"fiscal_year_one": first}}
        earlier, later = parted(facts[source], cut)
        one = split(case | {"facts": {source: earlier}})
        opening = one["closing"] | {"as_of": cut}
        two = split({"scheme": later_scheme, "facts": {source: later, "opening": opening}})
        assert year_keys(one) | year_keys(two) == year_keys(whole)
        assert two["closing"] == whole["closing"]


def parted(amounts, cut):
    """The facts before a fiscal year and those from it on."""
    if isinstance(amounts, dict):
        earlier = {year: value for year, value in amounts.items() if int(year) < cut}
        return earlier, {year: value for year, value in amounts.items() if int(year) >= cut}
    earlier = [entry for entry in amounts if int(entry[0][:4]) < cut]
    return earlier, [entry for entry in amounts if int(entry[0][:4]) >= cut]


@FEWER
@given(cases(), st.sampled_from([1, -1]))
def test_the_checker_finds_a_planted_fen_in_any_line(case, fen):
    result = split(case)
    assert problems(result) == []
    for step in result["steps"]:
        for line in step["lines"]:
            for moved in line["out"]:
                right = moved[1]
                moved[1] = yuan(int(Fraction(right) * 100) + fen)
                assert problems(result), line
                moved[1] = right


@FEWER
@given(single_cases())
def test_every_clause_answers_in_every_live_slice(case):
    """One line each at its pointer; one that moves nothing says why."""
    for step in split(case)["steps"]:
        at = Counter(line["at"] for line in step["lines"])
        if "out_of_term" in step:
            assert len(step["lines"]) == 1
            continue
        recovering = case["scheme"]["calendar"].get("start_trigger") == "recovered"
        assert {at[place] for place in answering(case["scheme"], step, recovering)} <= {1}
        assert all(line["text"] for line in step["lines"])
        for line in step["lines"]:
            assert line["out"] or REASON.search(line["text"]), line["text"]


def answering(scheme, step, recovering):
    """The pointers of the clauses that a live slice goes through."""
    before = recovering and step["contract_year"] < 1
    for key in ("deduct", "recover", "reserve", "guarantee", "cap"):
        if not (before and key == "reserve"):
            yield from (f"/scheme/{key}/{place}" for place in range(len(scheme.get(key, []))))
    if scheme.get("baseline"):
        yield "/scheme/baseline"
    for place, step_of_ladder in enumerate(() if before else scheme.get("split", [])):
        first, last = step_of_ladder["years"]
        if first <= step["contract_year"] and (last is None or step["contract_year"] <= last):
            yield f"/scheme/split/{place}"
    if "tiers" in scheme and not before:
        yield "/scheme/tiers"


@RUNS
@given(cases(), st.data())
def test_the_checker_finds_a_share_that_its_lines_do_not_give(case, data):
    result = split(case)
    step = data.draw(st.sampled_from(result["steps"]))
    party = data.draw(st.sampled_from(sorted(step["share"])))
    step["share"][party] = yuan(int(Fraction(step["share"][party]) * 100) - 1)
    assert problems(result)
