"""The floor of a filing, and every guard that can say no to it."""

from dataclasses import replace

import pytest

from app.first_talk.filing import (
    Application,
    Engagement,
    Missing,
    Surroundings,
    meets_floor,
    missing,
    refusal,
)
from app.first_talk.policies import Amount, Currency, Evidence, Exclusion
from app.first_talk.rights import Reason
from tests.first_talk.policies import LUZHOU, YI, on

TODAY = on("05-06")
GOOD = Application(
    unit="510502",
    identified=True,
    origin="440304",
    division="26",
    amount=Amount(3 * YI),
    fixed_fen=None,
    first_talked_on=TODAY,
    evidence=frozenset({Evidence.INVESTOR_LETTER}),
    exclusions=frozenset(),
)
ALONE = Surroundings()


def refused(around: Surroundings = ALONE, policy=LUZHOU, today=TODAY, **changes: object) -> str:
    return str(refusal(replace(GOOD, **changes), around, policy, today) or "accepted")


def test_a_good_filing_is_complete_and_accepted() -> None:
    assert missing(GOOD, LUZHOU) == []
    assert refused() == "accepted"


def test_everything_missing_is_named_at_once_in_the_order_of_the_form() -> None:
    empty = replace(
        GOOD, identified=False, division=None, amount=None, first_talked_on=None,
        evidence=frozenset(),
    )  # fmt: skip
    assert missing(empty, LUZHOU) == list(Missing)


@pytest.mark.parametrize(
    ("kinds", "met"),
    [
        ({Evidence.SIGNED_MINUTES}, True),
        ({Evidence.VISIT_RECORD}, False),
        ({Evidence.VISIT_RECORD, Evidence.OFFICIAL_LETTER}, True),
        (set(), False),
    ],
)
def test_the_floor_takes_one_strong_kind_or_two_others(kinds: set[Evidence], met: bool) -> None:
    assert meets_floor(frozenset(kinds), LUZHOU) is met


@pytest.mark.parametrize(
    ("amount", "division", "expected"),
    [
        (Amount(YI), "26", "accepted"),
        (Amount(YI - 1), "26", "below_threshold"),
        (Amount(3_000_000_000), "65", "accepted"),
        (Amount(2_999_999_999), "65", "below_threshold"),
        (Amount(1_000_000_000, Currency.USD), "26", "accepted"),
        (Amount(999_999_999, Currency.USD), "26", "below_threshold"),
    ],
)
def test_the_threshold_is_inclusive_and_each_currency_has_its_own(
    amount: Amount, division: str, expected: str
) -> None:
    assert refused(amount=amount, division=division) == expected


def test_a_policy_may_ask_for_fixed_assets_too() -> None:
    xuancheng = replace(LUZHOU, threshold_fixed_fen=6_000_000_000)  # A08
    assert refused(policy=xuancheng, fixed_fen=5_900_000_000) == "below_threshold(固投 6,000万)"
    assert refused(policy=xuancheng, fixed_fen=6_000_000_000) == "accepted"


def test_a_firm_of_the_city_goes_the_relocation_track() -> None:
    assert refused(origin="510504") == Reason.EXISTING_LOCAL_FIRM
    assert refused(origin="") == "accepted"
    provincial = replace(LUZHOU, scope_outside="51")
    assert refused(policy=provincial, origin="510302") == Reason.NOT_IN_SCOPE


def test_the_window_opens_with_the_talks_and_closes_with_the_contract() -> None:
    assert refused(today=on("05-05")) == Reason.WINDOW_NOT_OPEN  # A02
    signed = Surroundings(contract_on=on("05-20"))
    assert refused(signed, today=on("05-19")) == "accepted"
    assert refused(signed, today=on("05-20")) == Reason.WINDOW_CLOSED


def test_an_excluded_project_is_named() -> None:
    assert refused(exclusions=frozenset({Exclusion.REAL_ESTATE})) == "excluded(房地产)"
    lenient = replace(LUZHOU, exclusions=frozenset())
    assert refused(policy=lenient, exclusions=frozenset({Exclusion.REAL_ESTATE})) == "accepted"


@pytest.mark.parametrize(
    ("engagement", "expected"),
    [
        (Engagement("510503", False, on("03-06"), False), "already_in_talks"),
        (Engagement("510503", False, on("03-05"), False), "accepted"),  # two months over
        (Engagement("510503", False, None, False), "accepted"),
        (Engagement("510503", False, on("05-01"), True), "accepted"),  # its right has ended
        (Engagement("510503", True, None, True), "already_in_talks"),
    ],
)
def test_living_talks_of_another_unit_exclude_and_a_signing_always_does(
    engagement: Engagement, expected: str
) -> None:
    assert refused(Surroundings(engagements=(engagement,))) == expected


def test_talks_inside_the_family_never_exclude() -> None:
    around = Surroundings(engagements=(Engagement("changkai", True, None, False),))
    assert refused(around, unit="510504") == "accepted"
    assert refused(around, unit="510502") == "already_in_talks"


def test_the_former_holder_waits_and_a_barred_unit_too() -> None:
    ended = Surroundings(own_right_ended_on=on("04-06"))
    assert refused(ended, today=on("05-06")) == Reason.COOLDOWN
    assert refused(ended, today=on("05-07")) == "accepted"
    barred = Surroundings(barred_through=on("05-06"))
    assert refused(barred, today=on("05-06")) == Reason.BARRED
    assert refused(barred, today=on("05-07")) == "accepted"


def test_a_right_or_too_many_holds_stand_in_the_way() -> None:
    assert refused(Surroundings(right_granted=True)) == Reason.FIRST_TALK_TAKEN
    held = tuple(f"JY-FT-2026-{n:06}" for n in range(25))
    assert refused(Surroundings(holds=held[:24])) == "accepted"
    assert refused(Surroundings(holds=held)) == f"{Reason.HOLD_LIMIT}({'、'.join(held)})"
