"""Legal warnings W1 to W12: each appears where it should and nowhere else."""

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.engine import wording
from app.engine.legal import findings, forbidding, read_rules
from app.engine.legal_rules import Act, Agreement, Level, Text, Through, through
from app.engine.scheme import read_scheme
from app.engine.taxes import RateStatus
from app.errors import Invalid
from tests.engine.support import load

SEED = Path(__file__).parents[2] / "seeds" / "parameters" / "warnings.toml"


def seed():
    """The set that comes with the program: the value of its parameter."""
    (row,) = tomllib.loads(SEED.read_text(encoding="utf-8"))["parameter"]
    return row["value"]


RULES = read_rules(seed())
TODAY = date(2026, 9, 1)
PLAIN = {
    "parties": ["引资区", "落地区"],
    "calendar": {"fiscal_year_one": 2026},
    "term": {"years": 10, "after": "落地区"},
    "split": [{"years": [1, None], "weights": {"引资区": "5", "落地区": "5"}}],
}
FULFILMENT = {"deduct": [{"name": "设备补助", "to": "落地区", "series": {"2027": "100"}}]}
SOUND = Agreement(
    kind="enclave",
    approval_required=True,
    approval="市府函 2026-1",
    review="公平竞争审查表 2026-1",
    ends_on=date(2035, 12, 31),
)
STRUCK_OUT = [
    "地方留成部分 20% 奖励",
    "年纳税额每增加 100 万给 30 万",
    "前 3 年按地方财政贡献额全额奖励",
]


def found(agreement=SOUND, on=TODAY, **terms):
    return {each.id: each for each in findings(RULES, read_scheme(PLAIN | terms), agreement, on)}


def saying(*words):
    return replace(SOUND, texts=tuple(Text("特别约定", each) for each in words))


def test_a_sound_agreement_has_no_warning():
    assert found() == {}


@pytest.mark.parametrize("words", STRUCK_OUT)
def test_w1_what_reviewers_have_struck_out(words):
    warning = found(saying(f"经协商，{words}。"))["W1"]
    assert (warning.level, warning.act) == (Level.BLOCK, Act.CONFIRM)
    assert warning.version == RULES.version
    assert "特别约定" in warning.reasons[0]


@pytest.mark.parametrize("words", STRUCK_OUT)
def test_w1_a_blank_or_a_full_width_digit_hides_nothing(words):
    hidden = " ".join(words.replace("3", "\uff13").replace("%", "\uff05"))
    assert "W1" in found(saying(hidden))


@pytest.mark.parametrize("words", STRUCK_OUT)
def test_w1_a_line_break_hides_nothing_nor_does_a_neighbour_that_forbids(words):
    half = len(words) // 2
    assert "W1" in found(saying(f"兑现不得与税收挂钩\n{words[:half]}\u200b\n{words[half:]}"))


def test_w1_in_the_name_of_an_item_of_the_scheme():
    item = {"name": "按地方贡献的奖励", "to": "落地区", "series": {"2027": "1"}}
    assert "W1" in found(deduct=[item])


def test_w1_rests_once_the_legal_basis_is_recorded():
    assert "W1" not in found(replace(saying(STRUCK_OUT[0]), based=frozenset({""})))


def test_w1_each_item_needs_a_basis_of_its_own():
    items = [
        {"name": name, "to": "落地区", "series": {"2027": "1"}}
        for name in ("按地方贡献的奖励", "按纳税额的补助")
    ]
    half = found(replace(SOUND, based=frozenset({items[0]["name"], ""})), deduct=items)["W1"]
    assert [items[1]["name"] in reason for reason in half.reasons] == [True]
    whole = frozenset(item["name"] for item in items)
    assert "W1" not in found(replace(SOUND, based=whole), deduct=items)


def test_w1_spares_the_sentence_that_forbids_it():
    assert "W1" not in found(saying("兑现不得与企业纳税额或地方贡献挂钩"))
    assert "W1" in found(saying("兑现不得与用地挂钩。按地方贡献给予奖励"))


@pytest.mark.parametrize(
    "words",
    [
        "企业在本区注册并纳税的，一次性奖励 50 万元",
        "纳入统计后给予奖励 20 万元",
        "奖励以在当地登记为条件",
        "年纳税额每增加 100 万给 30 万",
    ],
)
def test_w2_a_reward_on_condition_of_registration_tax_or_statistics(words):
    assert found(saying(words))["W2"].level is Level.BLOCK


def test_w3_a_promise_to_one_named_enterprise_without_review():
    named = replace(saying("给予长江酒业厂房租金优惠"), enterprises=("长江酒业", "沱江包装"))
    assert "W3" not in found(named)
    assert "W3" in found(replace(named, review=""))
    assert "W3" not in found(
        replace(saying("厂房按市价出租"), enterprises=("长江酒业",), review="")
    )


def test_w3_fulfilment_when_the_agreement_is_about_one_enterprise_alone():
    alone = replace(SOUND, enterprises=("长江酒业",), review="")
    assert "W3" in found(alone, **FULFILMENT)
    assert "W3" not in found(alone)
    assert "W3" not in found(replace(alone, enterprises=("甲", "乙")), **FULFILMENT)


@pytest.mark.parametrize(
    "words", ["企业承诺 10 年内不迁离", "五年内不得变更注册地", "企业迁出须经区政府同意"]
)
def test_w4_a_bar_or_an_approval_on_the_move_of_the_enterprise(words):
    warning = found(saying(words))["W4"]
    assert (warning.level, warning.act) == (Level.WARN, None)


def test_w4_spares_fiscal_consent_between_governments():
    assert "W4" not in found(saying("分享比例的调整须经双方区政府同意"))


def test_w5_a_relocation_that_no_government_led():
    assert "W5" in found(replace(SOUND, kind="relocation"))
    assert "W5" not in found(replace(SOUND, kind="relocation", led_by="市政府专题会议纪要"))
    assert "W5" not in found(SOUND)


@pytest.mark.parametrize(
    "words",
    ["土地出让金全额返还", "企业所得税地方部分先征后返", "按地方贡献额全额奖励", "零地价供地"],
)
def test_w6_a_refund_under_another_name(words):
    assert found(saying(words))["W6"].act is Act.CONFIRM


def test_w6_spares_refunds_that_the_tax_laws_know():
    assert "W6" not in found(saying("留抵退税和退库从税收中返还企业的部分不计入基数"))


def test_w7_no_review_before_approval():
    missing = findings(RULES, read_scheme(PLAIN), replace(SOUND, review=""), TODAY)
    assert [each.id for each in forbidding(missing, Act.APPROVE)] == ["W7"]
    assert forbidding(missing, Act.CONFIRM) == ()


def test_w8_not_approved_or_outside_the_city_treasury():
    assert found(replace(SOUND, approval=""))["W8"].act is Act.SETTLE
    assert "W8" not in found(replace(SOUND, approval="", approval_required=False))
    assert "W8" in found(replace(SOUND, through=Through.OTHER))


@pytest.mark.parametrize("status", [RateStatus.UNVERIFIED, RateStatus.DEMO])
def test_w9_a_final_run_on_rates_that_are_not_verified(status):
    assert "W9" in found(replace(SOUND, final=True, rates=status))
    assert "W9" not in found(replace(SOUND, final=False, rates=status))
    assert "W9" not in found(replace(SOUND, final=True, rates=RateStatus.VERIFIED))


def test_w10_a_payment_from_district_to_district():
    assert found(replace(SOUND, through=Through.DIRECT))["W10"].level is Level.WARN
    assert "W10" in found(saying("款项由落地区直接支付给引资区"))
    assert "W10" not in found(saying("款项通过市财政结算，不得直接支付"))


@pytest.mark.parametrize(
    ("form", "way"),
    [
        ("", Through.CITY),
        ("市财政年终体制结算", Through.CITY),
        ("区与区直接支付", Through.DIRECT),
        ("以股权分红方式", Through.OTHER),
    ],
)
def test_w10_the_way_is_read_off_the_scheme(form, way):
    assert through(form) is way


def test_what_stands_in_other_arrangements_is_read_too():
    assert "W4" in found(notes=["企业承诺 10 年内不迁离"])


def test_w11_a_rate_or_a_rule_that_changes_within_the_term():
    changing = replace(SOUND, changes=((date(2030, 1, 1), "增值税分享比例调整"),))
    assert found(changing)["W11"].level is Level.TASK
    assert "W11" not in found(replace(changing, ends_on=date(2030, 1, 1)))
    assert "W11" in found(replace(changing, ends_on=None))
    assert "W11" not in found(changing, on=date(2030, 1, 2))


def test_w11_a_rule_of_the_set_that_ends_within_the_term():
    first, *others = RULES.rules
    rules = replace(RULES, rules=(replace(first, valid_to=date(2030, 6, 30)), *others))
    (warning,) = findings(rules, read_scheme(PLAIN), SOUND, TODAY)
    assert (warning.id, "2030-06-30" in warning.reasons[0]) == ("W11", True)


def test_w12_a_fixed_return_or_a_floor_from_own_funds():
    floor = {"party": "引资区", "per_year": "5", "payer": "落地区", "source": "own_funds"}
    assert found(guarantee=[floor])["W12"].level is Level.WARN
    assert "W12" not in found(guarantee=[floor | {"source": "share"}])
    assert "W12" in found(saying("落地区每年支付 10% 的固定回报"))


def test_the_sentences_that_schemes_write_themselves_are_struck_out_nowhere():
    written = [
        Text(case["id"], wording.text(read_scheme(scheme)))
        for name in ("golden.json", "extensions.json")
        for case in load(name)
        for scheme in case["scheme"].get("ledgers", {"": case["scheme"]}).values()
    ]
    assert len(written) > 20
    assert found(replace(SOUND, texts=tuple(written))) == {}


def test_a_rule_holds_from_its_first_to_its_last_day():
    first, *others = RULES.rules
    until = replace(RULES, rules=(replace(first, valid_to=date(2026, 9, 1)), *others))
    says = saying(STRUCK_OUT[0])

    def ids(on):
        return {each.id for each in findings(until, read_scheme(PLAIN), says, on)}

    assert "W1" in ids(date(2024, 8, 1))
    assert "W1" in ids(date(2026, 9, 1))
    assert "W1" not in ids(date(2024, 7, 31)) | ids(date(2026, 9, 2))


def test_the_set_has_all_twelve():
    assert [rule.id for rule in RULES.rules] == [f"W{number}" for number in range(1, 13)]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"trigger": "phase_of_the_moon"}, "/warning/0/trigger"),
        ({"level": "shout"}, "/warning/0/level"),
        ({"phrases": ["("]}, "/warning/0/phrases/0"),
        ({"valid_from": "soon"}, "/warning/0/valid_from"),
        ({"colour": "red"}, "/warning/0/colour"),
    ],
)
def test_a_set_that_is_wrong_is_refused_when_it_is_loaded(change, pointer):
    document = seed()
    document["warning"][0] |= change
    with pytest.raises(Invalid) as refused:
        read_rules(document)
    assert [issue.pointer for issue in refused.value.issues] == [pointer]


def test_a_rule_that_blocks_says_what():
    document = seed()
    del document["warning"][0]["act"]
    with pytest.raises(Invalid):
        read_rules(document)
