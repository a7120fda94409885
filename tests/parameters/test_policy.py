"""A rule set is a closed list of typed values."""

import tomllib
from datetime import time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.money import Money
from app.parameters.policy import (
    ConfirmParty,
    CreditMode,
    FirstTalkPolicy,
    GeneralParameters,
    Period,
    RewardBase,
    Unit,
    in_words,
)

SEEDS = Path(__file__).parents[2] / "seeds" / "parameters"
AUTHORITY = {
    "n": 1,
    "effective_from": "2024-01-01",
    "reference": "示范值",
    "review_number": "",
    "status": "demo",
}


def read(name: str) -> dict:
    return tomllib.loads((SEEDS / name).read_text(encoding="utf-8"), parse_float=Decimal)


def policy(values: dict, profile: str = "test") -> FirstTalkPolicy:
    return FirstTalkPolicy(profile=profile, **AUTHORITY, **values)


def default_values() -> dict:
    return {row["key"]: row["value"] for row in read("first_talk.toml")["parameter"]}


def profile(name: str) -> FirstTalkPolicy:
    found = next(row for row in read("profiles.toml")["profile"] if row["name"] == name)
    return policy(found["values"], name)


def test_the_default_states_every_parameter():
    keys = {field.alias for field in FirstTalkPolicy.model_fields.values() if field.alias}
    assert default_values().keys() == keys


def test_every_parameter_has_a_chinese_title_of_its_own():
    fields = [*FirstTalkPolicy.model_fields.values(), *GeneralParameters.model_fields.values()]
    titles = [field.title for field in fields if field.alias]
    assert all(titles)
    assert len(set(titles)) == len(titles)


def test_the_default_holds_ninety_days_and_a_hundred_and_eighty_from_a_billion():
    length = policy(default_values()).length
    assert length is not None
    assert (length.days, length.long_days) == (90, 180)
    assert length.long_from == Money.parse("1000000000.00")


def test_the_default_asks_for_one_strong_or_two_weak_kinds_of_evidence():
    floor = policy(default_values()).evidence_floor
    assert floor is not None
    assert floor.alone == ("investor_letter", "signed_intent", "signed_minutes")
    assert floor.pair == ("reception_record", "visit_record", "official_letter", "business_plan")


def test_an_unknown_key_is_an_error():
    with pytest.raises(ValidationError, match="lenght"):
        policy({"lenght": {"days": 90}})


def test_an_unknown_member_of_a_value_is_an_error():
    with pytest.raises(ValidationError, match="weeks"):
        policy({"length": {"days": 90, "weeks": 2}})


def test_what_a_rule_set_does_not_state_it_does_not_do():
    henan = profile("henan_2025")
    assert henan.length is None
    assert henan.stale_red is None
    assert henan.report_every is None
    assert henan.threshold_right is not None
    assert henan.threshold_right.cny == Money.parse("1000000000.00")
    assert henan.threshold_right.usd is None


@pytest.mark.parametrize("name", [row["name"] for row in read("profiles.toml")["profile"]])
def test_each_other_place_is_a_valid_rule_set(name: str):
    assert profile(name).version == f"{name}/1"


def test_guangzhou_rewards_two_in_a_thousand_of_foreign_money_and_needs_two_signatures():
    guangzhou = profile("guangzhou_2004")
    assert guangzhou.reward is not None
    assert guangzhou.reward.rate == Fraction(2, 1000)
    assert guangzhou.reward.base is RewardBase.PAID_IN_FOREIGN
    assert guangzhou.confirm_parties == (ConfirmParty.FIRST_TALKER, ConfirmParty.RECEIVER)
    assert guangzhou.max_transfers is None


def test_kunming_credits_some_indicators_twice_and_money_to_the_bringer():
    credit = profile("kunming_enclave").credit_assessment
    assert credit is not None
    assert credit.indicators == {
        "固投": CreditMode.DOUBLE,
        "产值": CreditMode.DOUBLE,
        "省外到位资金": CreditMode.BRINGER,
    }


def test_jiangmen_counts_calendar_days():
    assert profile("jiangmen_2024").review == Period(n=3, long=7, unit=Unit.CALENDAR)


def test_no_cutoff_means_that_the_last_day_ends_at_midnight():
    assert policy({"cutoff": "24:00"}).cutoff is None
    assert policy({"cutoff": "18:00"}).cutoff == time(18)


def test_a_float_never_becomes_a_ratio_or_an_amount():
    for values in (
        {"credit.chain": {"first": 0.5, "middle": "0.1"}},
        {"threshold.lead": 1.5},
    ):
        with pytest.raises(ValidationError):
            policy(values)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("review", "3 个工作日（复杂情形 5 个工作日）"),
        ("fix_workdays", "5"),
        ("threshold.lead", "0.00"),
        ("scope.exclude", "房地产、outlet"),
        ("credit.chain", "首谈方 33.3333%；中间环节（有节点） 10%"),
        ("tax", "启用 否"),
        ("length", "不设"),
        ("cutoff", "18:00"),
    ],
)
def test_a_value_is_read_aloud_with_its_titles_and_labels(key: str, words: str):
    values = {
        "review": {"n": 3, "long": 5, "unit": "working"},
        "fix_workdays": 5,
        "threshold.lead": "0.00",
        "scope.exclude": ["real_estate", "outlet"],
        "credit.chain": {"first": "1/3", "middle": "0.1"},
        "tax": {"enabled": False},
        "cutoff": "18:00",
    }
    name = next(name for name, field in FirstTalkPolicy.model_fields.items() if field.alias == key)
    labels = {"real_estate": "房地产", "5": "行业大类"}
    assert in_words(getattr(policy(values), name), labels) == words
