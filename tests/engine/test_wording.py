"""Clauses in Chinese: text and calculation are one."""

import pytest

from app.engine import wording
from app.engine.choices import CHOICES, open_choices
from app.engine.numerals import in_words
from app.engine.scheme import read_scheme

SCHEME = {
    "parties": ["引资区", "落地区"],
    "calendar": {"rule": "entry_date", "start": "2026-09-10"},
    "term": {"years": 5, "after": "落地区"},
    "negative": "carry",
    "split": [
        {"years": [1, 2], "weights": {"引资区": "6", "落地区": "4"}},
        {"years": [3, 5], "weights": {"引资区": "1/3", "落地区": "2/3"}},
    ],
    "cap": [{"party": "引资区", "cumulative": "62400000", "overflow": "落地区"}],
}


def texts(**changes):
    return {each.key: each.text for each in wording.clauses(read_scheme(SCHEME | changes))}


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (30, "叁角"),
        (1_00, "壹元整"),
        (1_05, "壹元零伍分"),
        (325_04, "叁佰贰拾伍元零肆分"),
        (1409_50, "壹仟肆佰零玖元伍角"),
        (16_409_02, "壹万陆仟肆佰零玖元零贰分"),
        (3_000_000_00, "叁佰万元整"),
        (100_000_001_00, "壹亿零壹元整"),
        (1_000_000_000_010_00, "壹万亿零壹拾元整"),
        (1_234_567_890_123_45, "壹万贰仟叁佰肆拾伍亿陆仟柒佰捌拾玖万零壹佰贰拾叁元肆角伍分"),
        (-12_00, "负壹拾贰元整"),
    ],
)
def test_amounts_are_said_in_words(fen, words):
    assert in_words(fen) == words


def test_years_are_given_with_their_first_and_last_day():
    said = texts()
    assert "2026 年 9 月 10 日至 2031 年 9 月 9 日" in said["term"]
    assert "2028 年 9 月 10 日至 2031 年 9 月 9 日" in said["split/1"]


def test_a_start_on_29_february_ends_its_common_years_on_the_last_of_february():
    said = texts(calendar={"rule": "entry_date", "start": "2028-02-29"})
    assert "2028 年 2 月 29 日至 2030 年 2 月 28 日" in said["split/0"]


def test_amounts_stand_in_figures_and_in_words():
    assert "62,400,000.00 元（大写：陆仟贰佰肆拾万元整）" in texts()["cap/引资区"]


def test_every_clause_of_the_scheme_has_a_sentence_at_its_pointer():
    pointers = [each.at for each in wording.clauses(read_scheme(SCHEME))]
    for pointer in ("/scheme/term", "/scheme/split/1", "/scheme/cap/0", "/scheme/negative"):
        assert pointer in pointers


ONE_CHANGE = [
    {"negative": "share"},
    {"parties": ["落地区", "引资区"]},
    {"term": {"years": 4, "after": "落地区"}},
    {"term": {"years": 5, "after": "引资区"}},
    {"calendar": {"rule": "entry_date", "start": "2026-09-11"}},
    {"cap": [SCHEME["cap"][0] | {"scope": "split_only"}]},
    {"cap": [SCHEME["cap"][0] | {"annual": "62400000"}]},
    {"reserve": [{"to": "落地区", "pct": "10", "years": [1, None]}]},
    {"recover": [{"party": "引资区", "amount": "1"}]},
    {"funds": ["专户"]},
    {
        "one_off": [
            {"from": "引资区", "to": "落地区", "amount": "1", "due": "2026-01-01", "reason": "补偿"}
        ]
    },
    {"indicators": [{"name": "产值", "decimals": 0, "double_count": ["引资区", "落地区"]}]},
    {"eligibility": {"base_last_year": {"gte": "1"}}},
    {"base": {"taxes": ["增值税"], "level": "local"}},
]


@pytest.mark.parametrize("change", ONE_CHANGE, ids=lambda change: next(iter(change)))
def test_one_changed_term_is_one_change_in_words(change):
    before, after = read_scheme(SCHEME), read_scheme(SCHEME | change)
    assert wording.text(before) != wording.text(after)
    changed = wording.differences(before, after)
    assert changed
    for each in changed:
        assert each.before != each.after
    assert wording.differences(before, before) == ()


def test_the_order_of_the_taxes_of_a_base_is_no_change():
    def based_on(taxes: list[str], kinds: list[str]):
        base = {"taxes": taxes, "level": "local", "kinds_out": kinds}
        return read_scheme(SCHEME | {"base": base})

    before = based_on(["增值税", "企业所得税"], ["滞纳金", "罚款"])
    assert wording.differences(before, based_on(["企业所得税", "增值税"], ["罚款", "滞纳金"])) == ()
    assert wording.differences(before, based_on(["企业所得税"], ["罚款", "滞纳金"])) != ()


def test_the_diff_says_what_was_added_dropped_and_changed():
    before = read_scheme(SCHEME)
    after = read_scheme(
        {key: value for key, value in SCHEME.items() if key != "cap"}
        | {"recover": [{"party": "引资区", "amount": "8"}], "negative": "share"}
    )
    changes = {each.title: each for each in wording.differences(before, after)}
    assert set(changes) == {"负数年度", "投入优先覆盖", "封顶"}
    assert changes["投入优先覆盖"].before is None
    assert changes["封顶"].after is None
    assert "结转" in changes["负数年度"].before


def test_the_order_of_two_recoveries_is_part_of_the_text():
    first, second = ({"party": name, "amount": "8"} for name in SCHEME["parties"])
    before = read_scheme(SCHEME | {"recover": [first, second]})
    after = read_scheme(SCHEME | {"recover": [second, first]})
    assert len(wording.differences(before, after)) == 2


def test_a_sketch_leaves_choices_open_and_an_agreement_none():
    sketch = {"parties": ["甲", "乙"], "split": [], "cap": [{"party": "甲"}], "deduct": [{}]}
    assert [choice.number for choice in open_choices(sketch)] == [1, 2, 3, 4, 5, 6]
    settled = SCHEME | {
        "base": {
            "taxes": ["增值税"],
            "level": "district",
            "kinds_out": [],
            "vat_credit_refund": "booked",
        },
        "cap": [SCHEME["cap"][0] | {"scope": "total"}],
    }
    assert open_choices(settled) == ()
    answers = {choice.number: choice.answer(settled) for choice in CHOICES}
    assert answers[1] == "按区县级留成分享"
    assert answers[7] == "没有存量基数"
    assert answers[11] == "现金随归属，轧差结算"


def test_a_rule_without_a_start_leaves_the_calendar_open():
    sketch = SCHEME | {"calendar": {"rule": "fiscal_year"}}
    assert 4 in [choice.number for choice in open_choices(sketch)]
    assert 4 not in [choice.number for choice in open_choices(SCHEME)]


def test_each_answer_of_a_choice_can_be_tried_on_the_scheme():
    choice = next(choice for choice in CHOICES if choice.number == 3)
    scopes = [variant["cap"][0]["scope"] for _, variant in choice.variants(SCHEME)]
    assert scopes == ["total", "split_only"]
    for _, variant in choice.variants(SCHEME):
        read_scheme(variant)
