"""Warnings of a run, one way to reach each, and what makes its facts incomplete."""

import pytest

from app.engine.casefile import split as split_case
from app.engine.cases import read_case
from tests.engine.support import split

HALF = [{"years": [1, None], "weights": {"甲": "1", "乙": "1"}}]
BASE = {"parties": ["甲", "乙"], "calendar": {"fiscal_year_one": 2026}, "split": HALF}
FLOOR = {"party": "甲", "per_year": "5", "payer": "乙", "source": "share"}
CAP = {"party": "甲", "cumulative": "5", "overflow": "乙"}
TWO = {"years": 2, "after": "乙"}
CARRIED = {"name": "兑现", "to": "乙", "series": {"2026": "9"}, "carry": True}


def codes(facts, **scheme):
    case = {"scheme": BASE | scheme, "facts": {"annual": facts}}
    return [each["code"] for each in split(case)["warnings"]]


@pytest.mark.parametrize(
    ("facts", "scheme", "expected"),
    [
        ({"2026": "10"}, {}, []),
        ({"2026": "-1"}, {"deduct": [CARRIED]}, ["negative_year_due"]),
        ({"2026": "-1"}, {"guarantee": [FLOOR | {"source": "own_funds"}]}, ["negative_year_due"]),
        ({"2026": "-1"}, {}, []),
        (
            {"2026": "-1"},
            {"negative": "share", "baseline": {"amount": "1", "owner": "甲"}},
            ["owner_bears_negative"],
        ),
        (
            {"2026": "12"},
            {"recover": [{"party": "甲", "amount": "4"}], "cap": [CAP]},
            ["all_counts_to_cap"],
        ),
        ({"2026": "12"}, {"cap": [CAP]}, []),
        (
            {"2026": "4"},
            {"guarantee": [FLOOR | {"per_year": "9"}], "cap": [CAP | {"cumulative": "3"}]},
            ["cap_beats_floor"],
        ),
        (
            {"2026": "40"},
            {"guarantee": [FLOOR | {"per_year": "9"}], "cap": [CAP | {"cumulative": "3"}]},
            [],
        ),
        ({"2026": "6"}, {"guarantee": [FLOOR | {"per_year": "9"}]}, ["floor_not_met"]),
        (
            {"2026": "4", "2028": "4"},
            {
                "calendar": {"start_trigger": "recovered"},
                "recover": [{"party": "甲", "amount": "50"}],
            },
            ["gap_year"],
        ),
        (
            {"2026": "2", "2027": "2", "2028": "2"},
            {"term": TWO | {"extend": {"if": "cap_not_reached", "years": 2}}, "cap": [CAP]},
            ["extended"],
        ),
        (
            {"2026": "2", "2027": "2", "2028": "2"},
            {"term": TWO, "recover": [{"party": "甲", "amount": "50"}]},
            ["lapsed"],
        ),
        (
            {"2026": "2", "2027": "2"},
            {"term": TWO, "recover": [{"party": "甲", "amount": "50"}]},
            ["lapsed"],
        ),
        ({"2026": "2", "2027": "2"}, {"term": TWO, "cap": [CAP]}, ["cap_room_left"]),
        ({"2026": "-4"}, {"negative": "share", "cap": [CAP]}, ["room_reopened"]),
        ({"2025": "4", "2026": "1"}, {"term": TWO}, ["before_start"]),
        ({"2025": "0", "2026": "1"}, {"term": TWO}, []),
        ({"2027": "4"}, {}, ["gap_year"]),
        ({"2026": "1", "2028": "1"}, {}, ["gap_year"]),
        ({"2026": "1", "2030": "1"}, {"term": TWO}, ["gap_year"]),
        ({"2026": "1"}, {"deduct": [CARRIED | {"series": {"2025": "1"}}]}, ["series_unreached"]),
        (
            {"2026": "1"},
            {"term": TWO, "deduct": [CARRIED | {"series": {"2028": "1"}}]},
            ["series_unreached"],
        ),
        ({"2026": "1"}, {"deduct": [CARRIED | {"series": {"2027": "1"}}]}, []),
    ],
)
def test_a_warning_tells_what_the_terms_did(facts, scheme, expected):
    assert codes(facts, **scheme) == expected


def test_a_gap_names_the_floor_and_the_deduction_that_would_fall_due():
    scheme = BASE | {"guarantee": [FLOOR], "deduct": [CARRIED | {"series": {"2027": "9"}}]}
    case = {"scheme": scheme, "facts": {"annual": {"2026": "20", "2028": "20"}}}
    result = split(case)
    assert result["complete"] is False
    gap = next(each for each in result["warnings"] if each["code"] == "gap_year")
    assert "甲保底 5.00" in gap["message"]
    assert "兑现 9.00" in gap["message"]


def test_a_final_run_asks_for_every_year_up_to_the_one_it_is_made_for():
    case = read_case({"scheme": BASE, "facts": {"annual": {"2026": "1"}}})
    assert split_case(case)["complete"] is True
    assert split_case(case, final_year=2026)["complete"] is True
    assert split_case(case, final_year=2027)["complete"] is False


def test_an_opening_year_is_where_gaps_begin():
    facts = {"annual": {"2029": "1"}, "opening": {"as_of": 2028}}
    warnings = split({"scheme": BASE, "facts": facts})["warnings"]
    assert [each["code"] for each in warnings] == ["gap_year"]
    assert warnings[0]["message"].startswith("2028 ")


def test_two_slices_of_one_year_are_announced():
    scheme = BASE | {"calendar": {"rule": "entry_date", "start": "2026-07-01"}}
    facts = {"entries": [["2026-07-01", "1"], ["2027-06-30", "1"], ["2027-07-01", "1"]]}
    result = split({"scheme": scheme, "facts": facts})
    assert [each["code"] for each in result["warnings"]] == ["two_slices"]
    assert list(result)[:3] == ["2026", "2027/y1", "2027/y2"]


def test_a_year_of_two_contract_years_is_a_gap_while_either_is_live():
    scheme = BASE | {
        "calendar": {"rule": "entry_date", "start": "2026-07-01"},
        "term": {"years": 1, "after": "乙"},
    }
    facts = {"entries": [["2026-07-01", "1"], ["2029-01-01", "1"]]}
    warnings = split({"scheme": scheme, "facts": facts})["warnings"]
    assert [each["message"][:4] for each in warnings if each["code"] == "gap_year"] == ["2027"]
