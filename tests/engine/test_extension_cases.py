"""Cases of the extensions worked by hand, and the extension forms of golden cases."""

import json
from fractions import Fraction

import pytest

from tests.engine.checker import problems
from tests.engine.support import CASES, command, load, split, year_keys

BY_HAND = load("extensions.json")
GOLDEN = {
    case["id"]: case for case in json.loads((CASES / "golden.json").read_text("utf-8"))["cases"]
}


def side_facts(result):
    """What `_codes` and `_years` of an expectation speak of, beside the result's own keys."""
    codes = [each["code"] for each in result["warnings"]]
    return result | {"codes": codes, "years": [each["contract_year"] for each in result["steps"]]}


@pytest.mark.parametrize("case", BY_HAND, ids=lambda case: case["id"])
def test_a_case_worked_by_hand_comes_out_to_the_fen(case):
    printed = split(case)
    ledgers = printed.get("ledgers")
    if ledgers:
        assert {name: year_keys(each) for name, each in ledgers.items()} == case["expect"]
        return
    expected = {key: value for key, value in case["expect"].items() if key[0] != "_"}
    assert year_keys(printed) == expected
    for key, value in case["expect"].items():
        if key[0] == "_":
            assert side_facts(printed)[key[1:]] == value
    assert problems(printed) == []


def test_the_net_of_two_treasuries_is_one_payment():
    baseline = {
        "amounts": GOLDEN["G11a"]["facts"]["baseline"],
        "owner": "each",
        "scope": "pooled",
    }
    scheme = {
        "parties": ["渝北", "邻水"],
        "calendar": {"fiscal_year_one": 2026},
        "negative": "share",
        "baseline": baseline,
        "split": [{"years": [1, None], "weights": {"渝北": "5", "邻水": "5"}}],
    }
    collected = {"2026": GOLDEN["G11a"]["facts"]["collected"]}
    result = split({"scheme": scheme, "facts": {"collected": collected}})
    expected = GOLDEN["G11a"]["expect"]
    assert result["2026"] == expected["entitlement"]
    assert result["net"] == {"2026": expected["net_settlement"]}
    assert result["payments"] == [
        {"year": 2026, "from": "邻水", "to": "渝北", "amount": "3600000.06"}
    ]


def test_a_restatement_gives_one_line_per_year_and_their_sum():
    facts = GOLDEN["G15"]["facts"]
    expected = GOLDEN["G15"]["expect"]
    result = split(
        {
            "scheme": facts["scheme"],
            "facts": {"annual": facts["annual_corrected"], "settled": expected["original"]},
        }
    )
    assert year_keys(result) == expected["recomputed"]
    assert result["adjustments"] == expected["adjustment_lines_in_2025"]
    assert result["net_adjustment"] == expected["net_2025"]


def liquor_case(level, kinds=()):
    """G16a as gross entries with dated rate rows."""
    facts = GOLDEN["G16a"]["facts"]
    rates = [
        {
            "tax": tax,
            "of": "gross",
            "from": first,
            "to": last,
            "shares": {"中央": centre, "省": province, "市区": below},
            "status": "unverified",
        }
        for tax, first, last, centre, province, below in facts["rates"]
    ]
    lower = dict(facts["city_district"])
    rates.append(
        {
            "tax": "*",
            "of": "below_province",
            "from": "1994-01-01",
            "to": None,
            "shares": lower,
            "status": "demo",
        }
    )
    taxes = [tax for tax, _, _ in facts["entries"] if tax not in kinds]
    scheme = {
        "parties": ["甲", "乙"],
        "calendar": {"fiscal_year_one": 2026},
        "base": {"taxes": taxes, "level": level},
        "split": [{"years": [1, None], "weights": {"甲": "1", "乙": "1"}}],
    }
    gross = [{"date": on, "tax": tax, "amount": amount} for tax, on, amount in facts["entries"]]
    return {"scheme": scheme, "facts": {"gross": gross}, "rates": rates}


def test_the_waterfall_leaves_a_fifth_of_a_liquor_makers_tax_to_the_district():
    result = split(liquor_case("district"))
    rows = {row[0]: row[3:] for row in GOLDEN["G16a"]["steps"][1:]}
    for entry in result["waterfall"]:
        assert [entry[level] for level in ("中央", "省", "市", "区")] == rows[entry["tax"]]
    assert result["steps"][0]["base"] == GOLDEN["G16a"]["expect"]["区"]
    assert result["rate_status"] == "demo"
    assert result["provisional"] is True


@pytest.mark.parametrize(
    ("level", "half"),
    [
        ("gross", "11517839.46"),
        ("local", "4637839.46"),
        ("below_province", "3350595.65"),
        ("district", "2345416.95"),
    ],
)
def test_half_of_the_tax_is_worth_what_its_level_says(level, half):
    assert split(liquor_case(level))["2026"]["甲"] == half


def test_the_two_surcharges_alone_move_280000():
    surcharges = ("教育费附加", "地方教育附加")
    whole = Fraction(split(liquor_case("district"))["2026"]["甲"])
    without = Fraction(split(liquor_case("district", surcharges))["2026"]["甲"])
    assert whole - without == 280000


@pytest.mark.parametrize(("day", "levels"), GOLDEN["G16b"]["expect"].items())
def test_the_rate_row_is_that_of_the_entry_day(day, levels):
    case = liquor_case("gross")
    case["scheme"]["calendar"]["fiscal_year_one"] = 2016
    case["facts"]["gross"] = [{"date": day, "tax": "增值税", "amount": "1000000.00"}]
    entry = split(case)["waterfall"][0]
    below = Fraction(entry["市"]) + Fraction(entry["区"])
    assert (entry["中央"], entry["省"], below) == (
        levels["中央"],
        levels["省"],
        Fraction(levels["市区"]),
    )


def test_factor_inputs_give_the_weights_of_g22():
    facts, expected = GOLDEN["G22"]["facts"], GOLDEN["G22"]["expect"]
    formula = {"type": "factor_weights", "alpha": facts["alpha"], "inputs": facts["inputs"]}
    scheme = {
        "parties": list(facts["inputs"]),
        "calendar": {"fiscal_year_one": 2026},
        "split": [{"years": [1, None], "formula": formula}],
    }
    result = split({"scheme": scheme, "facts": {"annual": {"2026": facts["base"]}}})
    assert result["2026"] == expected["share"]
    weights = dict(result["steps"][0]["lines"][1]["in"][1:])
    assert {name: Fraction(weight) for name, weight in weights.items()} == {
        name: Fraction(weight) for name, weight in expected["weights"].items()
    }


@pytest.mark.parametrize(("total", "shares"), GOLDEN["G05"]["expect"].items())
def test_thirds_are_rounded_as_g05_says(total, shares):
    weights = GOLDEN["G05"]["facts"]["weights"]
    scheme = {
        "parties": list(weights),
        "negative": "share",
        "split": [{"years": [1, None], "weights": weights}],
    }
    assert split({"scheme": scheme, "facts": {"annual": {"2026": total}}})["2026"] == shares


def test_a_case_for_a_calculator_is_refused():
    code, out, err = command(GOLDEN["G20"])
    assert (code, out) == (2, "")
    assert "/scheme: " in err
