"""What is refused, where it points, and that all of it is said at once."""

from copy import deepcopy

import pytest

from tests.engine.support import command, findings

SCHEME = {
    "parties": ["甲区", "乙区", "基金"],
    "calendar": {"rule": "fiscal_year", "fiscal_year_one": 2026},
    "term": {"years": 4, "after": "乙区", "extend": {"if": "cap_not_reached", "years": 1}},
    "baseline": {"amount": "1.00", "owner": "乙区"},
    "deduct": [{"name": "兑现", "to": "乙区", "series": {"2026": "1.00"}, "carry": True}],
    "recover": [{"party": "甲区", "amount": "1.00"}],
    "reserve": [{"to": "基金", "pct": "10", "years": [1, 2]}],
    "split": [
        {"years": [1, 2], "weights": {"甲区": "5", "乙区": "5"}},
        {"years": [3, 5], "weights": {"甲区": "4", "乙区": "6"}},
    ],
    "guarantee": [{"party": "甲区", "per_year": "1.00", "payer": "乙区", "source": "share"}],
    "cap": [
        {"party": "甲区", "cumulative": "9.00", "overflow": "乙区"},
        {"party": "基金", "cumulative": "9.00", "overflow": "乙区"},
    ],
}
FACTS = {"annual": {"2026": "100.00", "2027": "-3.50"}}
GONE = "<gone>"


def changed(*changes, facts=FACTS):
    """The valid case with some values put in, or taken out by GONE."""
    case = {"scheme": deepcopy(SCHEME), "facts": deepcopy(facts)}
    for path, value in changes:
        *parents, key = path.split(".")
        place = case
        for parent in parents:
            place = place[int(parent) if isinstance(place, list) else parent]
        if value == GONE:
            del place[key]
        else:
            place[int(key) if isinstance(place, list) else key] = value
    return case


ONE_FAULT = [
    ("scheme.split.1.weights", {"甲区": "1", "丙区": "1"}, "/scheme/split/1/weights/丙区", "party"),
    ("scheme.split.1.weights", {"甲区": 0.5, "乙区": "1"}, "/scheme/split/1/weights/甲区", "type"),
    ("scheme.split.1.weights", {"甲区": "-1"}, "/scheme/split/1/weights/甲区", "ratio"),
    ("scheme.split.1.weights", {"甲区": "1/0"}, "/scheme/split/1/weights/甲区", "ratio"),
    ("scheme.split.1.weights", {"甲区": "0"}, "/scheme/split/1/weights", "weights"),
    ("scheme.split.1.weights", {}, "/scheme/split/1/weights", "weights"),
    ("scheme.split.1.weights", [], "/scheme/split/1/weights", "type"),
    ("scheme.split.1.years", [4, 5], "/scheme/split/1", "ladder"),
    ("scheme.split.1.years", [2, 5], "/scheme/split/1", "ladder"),
    ("scheme.split.1.years", [3, 4], "/scheme/split/1", "ladder"),
    ("scheme.split.0.years", [2, 2], "/scheme/split/0", "ladder"),
    ("scheme.split.1.years", [5, 3], "/scheme/split/1/years", "years"),
    ("scheme.split.1.years", [None, 5], "/scheme/split/1/years", "years"),
    ("scheme.split.0.years", [1, None], "/scheme/split/0/years", "years"),
    ("scheme.split.0.years", [0, 2], "/scheme/split/0/years", "years"),
    ("scheme.split.1.years", [3], "/scheme/split/1/years", "years"),
    ("scheme.split.1.years", "3-5", "/scheme/split/1/years", "type"),
    ("scheme.split", [], "/scheme/split", "ladder"),
    ("scheme.split", GONE, "/scheme", "exclusive"),
    ("scheme.tiers", [{"upto": None, "weights": {"甲区": "1"}}], "/scheme", "exclusive"),
    ("scheme.overflow", "乙区", "/scheme/overflow", "unknown_key"),
    ("scheme.a/b~c", 1, "/scheme/a~1b~0c", "unknown_key"),
    ("scheme.term.years", "4", "/scheme/term/years", "type"),
    ("scheme.term.years", True, "/scheme/term/years", "type"),
    ("scheme.term.years", 4.0, "/scheme/term/years", "type"),
    ("scheme.term.years", 0, "/scheme/term/years", "value"),
    ("scheme.term.after", "丁区", "/scheme/term/after", "party"),
    ("scheme.term.after", GONE, "/scheme/term", "missing"),
    ("scheme.term.extend.if", "always", "/scheme/term/extend/if", "value"),
    ("scheme.cap", [], "/scheme/term/extend", "extend"),
    ("scheme.cap.0.cumulative", 9, "/scheme/cap/0/cumulative", "type"),
    ("scheme.cap.0.cumulative", None, "/scheme/cap/0/cumulative", "type"),
    ("scheme.cap.0.cumulative", "9.005", "/scheme/cap/0/cumulative", "amount"),
    ("scheme.cap.0.cumulative", "-9", "/scheme/cap/0/cumulative", "amount"),
    ("scheme.cap.0.cumulative", "1e3", "/scheme/cap/0/cumulative", "amount"),
    ("scheme.cap.0.overflow", "甲区", "/scheme/cap/0/overflow", "self"),
    ("scheme.cap.1.overflow", "甲区", "/scheme/cap/1/overflow", "overflow"),
    ("scheme.cap.1.party", "甲区", "/scheme/cap/1/party", "duplicate"),
    ("scheme.cap.0.cumulative", GONE, "/scheme/cap/0", "missing"),
    ("scheme.guarantee.0.payer", "甲区", "/scheme/guarantee/0/payer", "self"),
    ("scheme.guarantee.0.source", "loan", "/scheme/guarantee/0/source", "value"),
    ("scheme.guarantee.0.from_year", 0, "/scheme/guarantee/0/from_year", "value"),
    ("scheme.guarantee.0.from_date", "2026-01-01", "/scheme/guarantee/0/from_date", "unsupported"),
    ("scheme.guarantee.0.per_year", {"pct": "10"}, "/scheme/guarantee/0/per_year", "unsupported"),
    ("scheme.recover.0.interest", {"rate": "0.1"}, "/scheme/recover/0/interest", "unsupported"),
    ("scheme.at_term_end", "bill", "/scheme/at_term_end", "unsupported"),
    ("scheme.calendar.rule", "day_count", "/scheme/calendar/rule", "unsupported"),
    ("scheme.calendar.start", "2026-01-01", "/scheme/calendar/start", "calendar"),
    ("scheme.reserve.0.pct", "100.5", "/scheme/reserve/0/pct", "ratio"),
    ("scheme.reserve.0.years", [2, 1], "/scheme/reserve/0/years", "years"),
    ("scheme.deduct.0.series", {"26": "1"}, "/scheme/deduct/0/series/26", "value"),
    ("scheme.deduct.0.carry", "yes", "/scheme/deduct/0/carry", "type"),
    ("scheme.deduct.0.name", GONE, "/scheme/deduct/0", "missing"),
    ("scheme.negative", "drop", "/scheme/negative", "value"),
    ("scheme.id", "x" * 81, "/scheme/id", "value"),
    ("scheme.id", "", "/scheme/id", "value"),
    ("scheme.notes", None, "/scheme/notes", "type"),
    ("scheme", None, "/scheme", "type"),
    ("facts", GONE, "", "missing"),
    ("facts.annual", {}, "/facts/annual", "missing"),
    ("facts.annual.2026", 100, "/facts/annual/2026", "type"),
    ("facts.annual.2026", "0.001", "/facts/annual/2026", "amount"),
    ("facts.annual.二六", "1", "/facts/annual/二六", "value"),
    ("facts.entries", [["2026-01-01", "1"]], "/facts", "exclusive"),
    ("facts.annual", GONE, "/facts", "exclusive"),
    ("facts.anual", {}, "/facts/anual", "unknown_key"),
    ("rates", [], None, None),
    ("expected", {}, "/expected", "unknown_key"),
    ("facts.opening", {"as_of": 2027}, "/facts/annual/2026", "before_opening"),
    ("facts.opening", {"as_of": 2026, "carried": "1"}, "/facts/opening/carried", "amount"),
    ("facts.opening", {"as_of": 2026, "deduct": {"奖": "1"}}, "/facts/opening/deduct/奖", "value"),
    ("facts.opening", {"as_of": 2026, "cap": {"乙区": "1"}}, "/facts/opening/cap/乙区", "party"),
    ("facts.settled", {"26": {}}, "/facts/settled/26", "value"),
    ("facts.indicators", {"产值": {}}, "/facts/indicators/产值", "unknown_key"),
    ("facts.events", {"开业": "2026-01-01"}, "/facts/events/开业", "unknown_key"),
    ("facts.events", {"开工": "2026-02-30"}, "/facts/events/开工", "date"),
]


@pytest.mark.parametrize(
    ("path", "value", "pointer", "code"), ONE_FAULT, ids=lambda value: str(value)[:40]
)
def test_one_fault_is_one_finding_at_its_place(path, value, pointer, code):
    case = changed((path, value))
    if code is None:
        assert command(case)[0] == 0
    else:
        assert findings(case) == [(pointer, code)]


def test_the_unchanged_case_is_valid():
    assert command(changed())[0] == 0


@pytest.mark.parametrize(
    ("parties", "expected"),
    [
        (["甲区"], [("/scheme/parties", "value")]),
        (["甲区", "甲区"], [("/scheme/parties/1", "duplicate")]),
        (["甲区", "*"], [("/scheme/parties/1", "value")]),
        (["甲区", ""], [("/scheme/parties/1", "value")]),
        (["甲区", 2], [("/scheme/parties/1", "type")]),
        ("甲区", [("/scheme/parties", "type")]),
    ],
)
def test_parties_are_two_to_twenty_distinct_names(parties, expected):
    scheme = {"parties": parties, "split": [{"years": [1, None], "weights": {"甲区": "1"}}]}
    assert findings({"scheme": scheme, "facts": FACTS}) == expected


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (["1", "1", None], [("/scheme/tiers/1/upto", "tiers")]),
        (["0", None], [("/scheme/tiers/0/upto", "tiers")]),
        ([None, None], [("/scheme/tiers/0/upto", "tiers")]),
        (["1", "2"], [("/scheme/tiers/1/upto", "tiers")]),
        ([1, None], [("/scheme/tiers/0/upto", "type")]),
        ([], [("/scheme/tiers", "tiers")]),
    ],
)
def test_tiers_rise_to_an_open_end(limits, expected):
    tiers = [{"upto": limit, "weights": {"甲": "1"}} for limit in limits]
    assert (
        findings({"scheme": {"parties": ["甲", "乙"], "tiers": tiers}, "facts": FACTS}) == expected
    )


def dated(**scheme):
    """A small scheme by 入库日期."""
    split = [{"years": [1, None], "weights": {"甲": "1"}}]
    calendar = {"rule": "entry_date", "start": "2026-03-01"}
    return {"parties": ["甲", "乙"], "calendar": calendar, "split": split, **scheme}


ENTRIES = {"entries": [["2026-03-01", "1.00"]]}
WHOLE = [{"years": [1, None], "weights": {"甲": "1"}}]


@pytest.mark.parametrize(
    ("scheme", "facts", "expected"),
    [
        (dated(), FACTS, [("/facts/annual", "calendar")]),
        (dated(calendar={"rule": "entry_date"}), ENTRIES, [("/scheme/calendar", "calendar")]),
        (
            dated(baseline={"amount": "1", "owner": "甲"}),
            ENTRIES,
            [("/scheme/baseline", "calendar")],
        ),
        (dated(calendar={}), ENTRIES, [("/scheme/calendar", "calendar")]),
        (dated(), {"entries": [["2026-02-28", "1"]]}, [("/facts/entries/0", "before_start")]),
        (dated(), {"entries": [["2026-02-29", "1"]]}, [("/facts/entries/0/0", "date")]),
        (dated(), {"entries": [["2026-03-01"]]}, [("/facts/entries/0", "type")]),
        (dated(), {"entries": []}, [("/facts/entries", "missing")]),
        (
            {"parties": ["甲", "乙"], "split": WHOLE, "calendar": {"start_trigger": "投产"}},
            FACTS,
            [("/scheme/calendar", "missing")],
        ),
        (
            {"parties": ["甲", "乙"], "split": WHOLE, "calendar": {"start_trigger": "recovered"}},
            FACTS,
            [("/scheme", "missing")],
        ),
        (
            {"parties": ["甲", "乙"], "split": WHOLE},
            {"gross": [{"date": "2026-01-01", "tax": "增值税", "amount": "1"}]},
            [("", "missing"), ("/scheme", "missing"), ("/scheme/calendar", "calendar")],
        ),
        (
            {
                "parties": ["甲", "乙"],
                "split": WHOLE,
                "baseline": {"amounts": {"甲": "1"}, "owner": "each", "scope": "pooled"},
            },
            {"collected": {"2026": {"甲": "1"}}},
            [("/scheme/negative", "value")],
        ),
        (
            {
                "parties": ["甲", "乙"],
                "split": WHOLE,
                "cash": [{"of": "甲", "to": "户", "pct": "1"}],
            },
            FACTS,
            [("/scheme/cash/0/to", "party")],
        ),
        (
            {
                "parties": ["甲", "乙"],
                "split": WHOLE,
                "funds": ["户"],
                "cash": [
                    {"of": "*", "to": "户", "pct": "60"},
                    {"of": "甲", "to": "户", "pct": "40.1"},
                ],
            },
            FACTS,
            [("/scheme/cash/1/pct", "ratio")],
        ),
        (
            {
                "parties": ["甲", "乙"],
                "split": WHOLE,
                "term": {"years": 1, "after": "乙"},
                "eligibility": {"avg_base": {"years_before": 3, "gte": "1"}},
            },
            FACTS | {"pre_move": {"2025": "1", "2023": "1"}},
            [("/facts/pre_move", "missing")],
        ),
        (
            {
                "parties": ["甲", "乙"],
                "split": WHOLE,
                "funds": ["乙"],
                "indicators": [{"name": "产值", "decimals": 7, "weights": {"甲": "1"}}],
            },
            FACTS,
            [("/scheme/funds/0", "duplicate"), ("/scheme/indicators/0/decimals", "value")],
        ),
        (
            {"ledgers": {"税": {"parties": ["甲", "乙"], "split": WHOLE}}},
            {"ledgers": {"地": FACTS}},
            [("/facts/ledgers", "missing"), ("/facts/ledgers/地", "unknown_key")],
        ),
    ],
)
def test_calendar_facts_and_scheme_must_fit(scheme, facts, expected):
    assert findings({"scheme": scheme, "facts": facts}) == expected


ROW = {
    "tax": "增值税",
    "of": "gross",
    "from": "2016-05-01",
    "to": None,
    "shares": {"中央": "50", "省": "20", "市区": "30"},
    "status": "verified",
}
LOWER = ROW | {"of": "below_province", "shares": {"市": "30", "区": "70"}}


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ([ROW, LOWER | {"from": "2017-01-01"}], [("/facts/gross/0", "no_rate")]),
        ([ROW, LOWER, ROW | {"from": "2020-01-01"}], [("/rates/2", "rates_overlap")]),
        ([ROW, LOWER | {"shares": {"市": "30", "区": "60"}}], [("/rates/1/shares", "rates_sum")]),
        ([ROW, LOWER | {"shares": {"省": "100"}}], [("/rates/1/shares/省", "unknown_key")]),
        ([ROW, LOWER | {"status": "guess"}], [("/rates/1/status", "value")]),
    ],
)
def test_rates_cover_every_entry_once(rates, expected):
    scheme = {
        "parties": ["甲", "乙"],
        "calendar": {"fiscal_year_one": 2016},
        "base": {"taxes": ["增值税"], "level": "district"},
        "split": WHOLE,
    }
    gross = [{"date": "2016-05-01", "tax": "增值税", "amount": "1.00"}]
    case = {"scheme": scheme, "facts": {"gross": gross}, "rates": rates}
    assert findings(case) == expected


def test_the_treasurys_own_amounts_must_add_up():
    scheme = {
        "parties": ["甲", "乙"],
        "calendar": {"fiscal_year_one": 2016},
        "base": {"taxes": ["增值税"], "level": "district"},
        "split": WHOLE,
    }
    levels = {"中央": "0.50", "省": "0.20", "市": "0.10", "区": "0.21"}
    gross = [{"date": "2016-05-01", "tax": "增值税", "amount": "1.00", "actual": levels}]
    case = {"scheme": scheme, "facts": {"gross": gross}, "rates": [ROW, LOWER]}
    assert findings(case) == [("/facts/gross/0/actual", "amount")]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ({"type": "equity", "stakes": {"甲": "0"}}, ("", "formula")),
        ({"type": "equity", "stakes": {"丙": "1"}}, ("/stakes/丙", "party")),
        ({"type": "vote"}, ("/type", "value")),
        ({"type": "shapley", "value": {"甲": "1", "乙": "1"}}, ("/value", "formula")),
        (
            {"type": "shapley", "value": {"甲": "9", "乙": "0", "甲+乙": "0"}},
            ("/value", "formula"),
        ),
        (
            {"type": "factor_weights", "alpha": {"地": "1"}, "inputs": {"甲": {"地": "0"}}},
            ("", "formula"),
        ),
    ],
)
def test_a_formula_that_gives_no_weights_is_refused(formula, expected):
    scheme = {"parties": ["甲", "乙"], "split": [{"years": [1, None], "formula": formula}]}
    pointer, code = expected
    found = findings({"scheme": scheme, "facts": FACTS})
    assert found == [(f"/scheme/split/0/formula{pointer}", code)]


def test_all_findings_come_at_once_in_the_order_of_the_document():
    case = changed(
        ("scheme.cap.0.party", "丙区"),
        ("scheme.split.0.weights.甲区", 5),
        ("scheme.term.years", "4"),
        ("facts.annual.2027", "x"),
        ("scheme.extra", 1),
    )
    assert findings(case) == [
        ("/scheme/term/years", "type"),
        ("/scheme/split/0/weights/甲区", "type"),
        ("/scheme/cap/0/party", "party"),
        ("/scheme/extra", "unknown_key"),
        ("/facts/annual/2027", "amount"),
    ]


def test_a_key_written_twice_is_found():
    raw = (
        b'{"scheme": {"parties": ["a", "b"], "split": [{"years": [1, null],'
        b' "weights": {"a": "1", "a": "2"}}]}, "facts": {"annual": {"2026": "1"}}}'
    )
    assert findings(raw) == [("/scheme/split/0/weights/a", "duplicate_key")]
