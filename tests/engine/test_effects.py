"""The money that each changed clause moves: alone, last, and a fair part that adds up."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.engine.effects import effects
from app.errors import Invalid
from tests.engine.schemes import schemes

FACTS = {"facts": {"annual": {"2026": "100.00", "2027": "100.00"}}}
BEFORE = {
    "parties": ["甲", "乙"],
    "calendar": {"fiscal_year_one": 2026},
    "split": [{"years": [1, None], "weights": {"甲": "5", "乙": "5"}}],
}


def yuan(row):
    return [fen / 100 for fen in row]


def by_title(found):
    return {"、".join(change.title for change in row.changes): row for row in found.rows}


def test_a_ratio_and_a_recovery_by_hand():
    """甲 has 100 at 5:5; at 7:3 140; with 30 recovered 30 + 85 = 115; with both 30 + 119 = 149."""
    after = BEFORE | {
        "recover": [{"party": "甲", "amount": "30"}],
        "split": [{"years": [1, None], "weights": {"甲": "7", "乙": "3"}}],
    }
    found = effects(BEFORE, after, FACTS)
    ratio, recovery = by_title(found)["分享比例"], by_title(found)["投入优先覆盖"]
    assert yuan(found.whole) == [49, -49]
    assert (yuan(ratio.alone), yuan(ratio.last)) == ([40, -40], [34, -34])
    assert (yuan(recovery.alone), yuan(recovery.last)) == ([15, -15], [9, -9])
    assert (yuan(ratio.fair), yuan(recovery.fair)) == ([37, -37], [12, -12])
    assert found.averaged


def test_a_longer_term_and_the_ladder_it_needs_are_one_change():
    before = BEFORE | {
        "term": {"years": 1, "after": "乙"},
        "split": [{"years": [1, 1], "weights": {"甲": "5", "乙": "5"}}],
    }
    after = before | {
        "term": {"years": 2, "after": "乙"},
        "negative": "share",
        "split": [{"years": [1, 2], "weights": {"甲": "6", "乙": "4"}}],
    }
    found = effects(before, after, FACTS)
    rows = by_title(found)
    assert set(rows) == {"分享期、分享比例", "负数年度"}
    assert yuan(rows["分享期、分享比例"].fair) == [70, -70]
    assert yuan(rows["负数年度"].fair) == [0, 0]


def test_a_cap_may_go_only_with_the_extension_that_needs_it():
    before = BEFORE | {
        "term": {
            "years": 1,
            "after": "乙",
            "extend": {"if": "cap_not_reached", "years": 1},
        },
        "cap": [{"party": "甲", "cumulative": "60", "overflow": "乙"}],
    }
    after = BEFORE | {"term": {"years": 1, "after": "乙"}}
    found = effects(before, after, FACTS)
    assert set(by_title(found)) == {"分享期、封顶"}
    assert yuan(found.whole) == [-10, 10]


def test_the_order_of_the_two_halves_of_a_fen_does_not_unbalance_a_row():
    facts = {"facts": {"annual": {"2026": "0.01"}}}
    after = BEFORE | {
        "split": [{"years": [1, None], "weights": {"甲": "0", "乙": "1"}}],
        "deduct": [{"name": "兑现", "to": "乙", "series": {"2026": "1"}}],
    }
    found = effects(BEFORE, after, facts)
    assert [sum(row.fair) for row in found.rows] == [0, 0]
    assert tuple(map(sum, zip(*(row.fair for row in found.rows), strict=True))) == found.whole


def test_a_party_that_a_change_does_not_touch_gets_no_fen_of_rounding():
    """丙 keeps its tenth under each ratio; 甲 and 乙 share the odd fen of recovery and ratio."""
    before = BEFORE | {
        "parties": ["甲", "乙", "丙"],
        "split": [{"years": [1, None], "weights": {"甲": "5", "乙": "4", "丙": "1"}}],
    }
    after = before | {
        "split": [{"years": [1, None], "weights": {"甲": "4", "乙": "5", "丙": "1"}}],
        "recover": [{"party": "甲", "amount": "0.15"}],
    }
    ratio = by_title(effects(before, after, FACTS))["分享比例"]
    assert ratio.fair[2] == 0
    assert ratio.fair[0] == -ratio.fair[1]


def test_the_order_in_which_the_keys_are_written_does_not_matter():
    after = BEFORE | {
        "recover": [{"party": "甲", "amount": "30"}],
        "cap": [{"party": "甲", "cumulative": "120", "overflow": "乙"}],
        "negative": "share",
    }
    turned = dict(reversed(after.items()))
    assert effects(BEFORE, after, FACTS) == effects(BEFORE, turned, FACTS)


def test_more_changes_than_can_be_averaged_are_made_in_the_written_order():
    recover = [{"party": f"第{n}方", "amount": "10"} for n in range(9)]
    before = BEFORE | {"parties": ["甲", "乙", *(item["party"] for item in recover)]}
    found = effects(before, before | {"recover": recover}, FACTS)
    assert not found.averaged
    assert len(found.rows) == 9
    assert [sum(column) for column in zip(*(row.fair for row in found.rows), strict=True)] == list(
        found.whole
    )
    for row in found.rows:
        assert row.fair == row.alone


def test_a_one_off_payment_moves_its_amount_once():
    payment = {"from": "甲", "to": "乙", "amount": "7", "due": "2026-06-30", "reason": "补偿"}
    found = effects(BEFORE, BEFORE | {"one_off": [payment]}, FACTS)
    assert yuan(found.whole) == [-7, 7]


def test_other_parties_cannot_be_compared_clause_by_clause():
    after = {**BEFORE, "parties": ["乙", "甲"]}
    with pytest.raises(Invalid, match="参与方或其次序不同"):
        effects(BEFORE, after, FACTS)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schemes(dated=False), schemes(dated=False), st.integers(-10_000, 5_000_000))
def test_the_fair_parts_add_up_to_the_whole_change(before, after, fen):
    parties = before["parties"] = after["parties"] = ["引资区", "落地区", "园区", "滚动基金"]
    amounts = {str(2024 + n): f"{n}00{abs(fen)}.{n}5" for n in range(1, 4)}
    try:
        found = effects(before, after, {"facts": {"annual": amounts}})
    except Invalid:
        return
    assert found.parties == tuple(parties)
    fair = [row.fair for row in found.rows]
    columns = [sum(column) for column in zip(*fair, strict=True)] if fair else [0] * len(parties)
    assert columns == list(found.whole)
    for row in fair:
        assert sum(row) == 0
