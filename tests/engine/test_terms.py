"""Corners of single terms that random schemes seldom reach."""

from tests.engine.support import split, year_keys

HALF = [{"years": [1, None], "weights": {"甲": "1", "乙": "1"}}]
BASE = {"parties": ["甲", "乙"], "calendar": {"fiscal_year_one": 2026}, "split": HALF}


def test_a_payer_with_a_negative_share_gives_nothing_to_a_floor():
    floor = {"party": "甲", "per_year": "5", "payer": "乙", "source": "share"}
    scheme = BASE | {"negative": "share", "guarantee": [floor]}
    result = split({"scheme": scheme, "facts": {"annual": {"2026": "-10"}}})
    assert result["2026"] == {"甲": "-5.00", "乙": "-5.00"}
    assert result["warnings"][0]["code"] == "floor_not_met"


def test_a_cap_on_the_split_only_does_not_limit_a_floor():
    floor = {"party": "甲", "per_year": "9", "payer": "乙", "source": "own_funds"}
    cap = {"party": "甲", "cumulative": "3", "overflow": "乙", "scope": "split_only"}
    facts = {"annual": {"2026": "4"}}
    scheme = BASE | {"guarantee": [floor], "cap": [cap]}
    assert split({"scheme": scheme, "facts": facts})["2026"] == {"甲": "9.00", "乙": "-5.00"}
    limited = BASE | {"guarantee": [floor], "cap": [cap | {"scope": "total"}]}
    assert split({"scheme": limited, "facts": facts})["2026"] == {"甲": "3.00", "乙": "1.00"}


def test_each_payer_fills_the_receivers_in_turn_and_nobody_pays_nothing():
    parties = ["甲", "乙", "丙", "丁"]
    weights = {"甲": "1", "乙": "1", "丙": "1", "丁": "1"}
    scheme = {
        "parties": parties,
        "calendar": {"fiscal_year_one": 2026},
        "split": [{"years": [1, None], "weights": weights}],
    }
    collected = {
        "2026": {"甲": "400", "丙": "400"},
        "2027": {"甲": "500", "丙": "300"},
    }
    result = split({"scheme": scheme, "facts": {"collected": collected}})
    paid = [(each["year"], each["from"], each["to"], each["amount"]) for each in result["payments"]]
    assert paid == [
        (2026, "甲", "乙", "200.00"),
        (2026, "丙", "丁", "200.00"),
        (2027, "甲", "乙", "200.00"),
        (2027, "甲", "丁", "100.00"),
        (2027, "丙", "丁", "100.00"),
    ]


def test_an_indicator_before_its_own_term_goes_to_the_party_after_it():
    indicator = {
        "name": "产值",
        "decimals": 0,
        "double_count": ["甲", "乙"],
        "calendar": {"fiscal_year_one": 2027},
        "term": {"years": 1, "after": "乙"},
    }
    facts = {
        "annual": {"2026": "1"},
        "indicators": {"产值": {"2026": "7", "2027": "7", "2028": "7"}},
    }
    result = split({"scheme": BASE | {"indicators": [indicator]}, "facts": facts})
    assert result["indicators"]["产值"] == {
        "2026": {"甲": "0", "乙": "7"},
        "2027": {"甲": "7", "乙": "7"},
        "2028": {"甲": "0", "乙": "7"},
    }


def test_an_indicator_before_its_start_goes_where_its_calendar_says():
    indicator = {
        "name": "产值",
        "decimals": 0,
        "weights": {"甲": "1"},
        "calendar": {"fiscal_year_one": 2027, "before": "乙"},
        "term": {"years": 1, "after": "甲"},
    }
    facts = {"annual": {"2026": "1"}, "indicators": {"产值": {"2026": "7", "2028": "7"}}}
    result = split({"scheme": BASE | {"indicators": [indicator]}, "facts": facts})
    assert result["indicators"]["产值"] == {
        "2026": {"甲": "0", "乙": "7"},
        "2028": {"甲": "7", "乙": "0"},
    }


def test_a_refund_is_no_first_tax():
    scheme = BASE | {
        "calendar": {"rule": "entry_date", "start_trigger": "first_tax", "before": "乙"},
        "base": {"taxes": ["增值税"], "level": "gross"},
    }
    levels = {"中央": "0", "省": "0", "市": "0"}
    gross = [
        {"date": day, "tax": "增值税", "amount": fen, "actual": levels | {"区": fen}}
        for day, fen in [("2026-01-05", "-4"), ("2026-02-01", "10"), ("2027-01-31", "10")]
    ]
    result = split({"scheme": scheme, "facts": {"gross": gross}, "rates": []})
    assert list(year_keys(result)) == ["2026/y0", "2026/y1", "2027"]
    assert result["2026/y0"] == {"甲": "0.00", "乙": "-4.00"}


def test_an_annual_room_is_shared_by_the_two_slices_of_a_fiscal_year():
    cap = {"party": "甲", "annual": "10", "overflow": "乙"}
    scheme = BASE | {"calendar": {"rule": "entry_date", "start": "2026-07-01"}, "cap": [cap]}
    entries = [["2027-06-30", "16"], ["2027-07-01", "16"], ["2028-01-01", "16"]]
    shares = year_keys(split({"scheme": scheme, "facts": {"entries": entries}}))
    assert [each["甲"] for each in shares.values()] == ["8.00", "2.00", "8.00"]


def test_a_floor_counts_everything_the_party_already_has():
    floor = {"party": "甲", "per_year": "9", "payer": "乙", "source": "own_funds"}
    scheme = BASE | {"guarantee": [floor], "recover": [{"party": "甲", "amount": "8"}]}
    result = split({"scheme": scheme, "facts": {"annual": {"2026": "10"}}})
    assert result["2026"] == {"甲": "9.00", "乙": "1.00"}
    assert result["steps"][0]["origin"]["甲"] == {"recover/甲": "8.00", "split": "1.00"}
    assert "≥" in result["steps"][0]["lines"][-1]["text"]


def test_money_before_the_start_goes_where_the_calendar_says():
    scheme = BASE | {"term": {"years": 1, "after": "甲"}}
    scheme["calendar"] = {"fiscal_year_one": 2027, "before": "乙"}
    facts = {"annual": {"2026": "4", "2027": "4", "2028": "4"}}
    shares = year_keys(split({"scheme": scheme, "facts": facts}))
    assert [each["甲"] for each in shares.values()] == ["0.00", "2.00", "4.00"]


def test_adjustments_stand_in_the_order_of_the_years_however_they_were_settled():
    settled = {"2027": {"甲": "1"}, "2026/y2": {"甲": "1"}, "2026": {"甲": "1"}}
    facts = {"annual": {"2026": "4", "2027": "4"}, "settled": settled}
    found = split({"scheme": BASE, "facts": facts})["adjustments"]
    assert list(found) == ["re 2026", "re 2026/y2", "re 2027"]


def test_a_negative_that_an_earlier_version_carried_is_shared_beside_stocks_of_each_territory():
    """甲 keeps 3 of 5, 乙 its 2: increments 2 and 0, less the 4 carried in; half of −2 each."""
    baseline = {"amounts": {"甲": "3", "乙": "4"}, "owner": "each", "scope": "per_territory"}
    scheme = BASE | {"negative": "share", "baseline": baseline}
    collected = {"2026": {"甲": "5", "乙": "2"}}
    facts = {"collected": collected, "opening": {"as_of": 2026, "carried": "-4"}}
    assert split({"scheme": scheme, "facts": facts})["2026"] == {"甲": "2.00", "乙": "1.00"}
