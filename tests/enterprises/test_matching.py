"""Names and scores: what is the same in spite of how it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.enterprises import names
from app.enterprises.matching import (
    Profile,
    Verdict,
    canonical,
    grams,
    initials,
    score,
    unified,
)
from app.enterprises.uscc import read_uscc
from app.money import Money

PLACES = names.places()
YI = 10**10


def full_width(text: str) -> str:
    """The text as a Chinese keyboard writes it."""
    return "".join(chr(ord(letter) + 0xFEE0) if letter > " " else letter for letter in text)


@pytest.mark.parametrize(
    ("name", "place", "core"),
    [
        ("四川省泸州市龙马潭区秦泽机械有限公司", "龙马潭", "秦泽机械"),
        ("秦泽機械（龍馬潭）有限公司", "龙马潭", "秦泽机械"),
        ("秦泽机械　(龙马潭区)　有限责任公司", "龙马潭", "秦泽机械"),
        ("成都秦泽科技有限公司泸州分公司", "成都", "秦泽科技"),
        ("秦泽科技泸州有限公司", "泸州", "秦泽科技"),
        ("恩施土家族苗族自治州大山茶业", "恩施", "大山茶业"),
        ("内蒙古自治区草原乳业股份公司", "内蒙古", "草原乳业"),
        ("蓝海（有限合伙）", "", "蓝海"),
        (full_width("ABC Co., Ltd"), "", "abc"),
        ("泸州老窖（集团）有限责任公司", "泸州", "老窖集团"),
        ("泸州有限公司", "泸州", ""),
        ("有限公司", "", "有限公司"),
        ("泸县酒业", "泸县", "酒业"),
    ],
)
def test_a_name_is_its_place_in_short_and_its_core(name: str, place: str, core: str):
    found = canonical(name, PLACES)
    assert (found.place, found.core) == (place, core)


NAMES = st.text(
    st.sampled_from(
        "泸州市龙馬潭区四川省成都县县苗族自治州秦泽科技有限责任公司分总（）()集团a1 ·ﬁİ㈱"
    ),
    max_size=30,
)


@given(st.one_of(NAMES, st.text(max_size=40)))
def test_the_canonical_form_of_a_canonical_text_is_itself(name: str):
    once = canonical(name, PLACES)
    assert canonical(once.text, PLACES) == once


@given(st.text(max_size=40))
def test_the_unified_form_of_a_unified_name_is_itself(name: str):
    assert unified(unified(name)) == unified(name)


@given(NAMES)
def test_a_name_that_says_something_can_be_found(name: str):
    assert bool(grams(canonical(name, PLACES))) == bool(unified(name))


def test_initials_leave_letters_as_they_are():
    assert initials("泸州老窖") == "lzlj"
    assert initials("tcl王牌") == "tclwp"


QINZE = frozenset({"西安秦泽航空零部件"})


@pytest.mark.parametrize(
    ("one", "other", "points", "verdict"),
    [
        (Profile(uscc="A", division="22"), Profile(uscc="A", division="22"), 120, Verdict.SAME),
        (Profile(uscc="A", division="22"), Profile(uscc="A", division="15"), 100, Verdict.REVIEW),
        (Profile(root="ent_a"), Profile(root="ent_a"), 100, Verdict.SAME),
        (Profile(root="ent_a", uscc="A"), Profile(root="ent_a", uscc="A"), 100, Verdict.SAME),
        (
            Profile(controller="秦某", division="22", line="酒类纸制品包装"),
            Profile(controller="秦某", division="22", line="纸制品包装"),
            85,
            Verdict.REVIEW,
        ),
        (
            Profile(controller="秦某", division="22", line="酒类包装"),
            Profile(controller="秦某", division="15", line="锻造件"),
            45,
            Verdict.DIFFERENT,
        ),
        (Profile(names=QINZE), Profile(names=QINZE), 30, Verdict.SIMILAR),
        (Profile(phones=frozenset("1")), Profile(phones=frozenset("1")), 20, Verdict.DIFFERENT),
        (
            Profile(mail_domains=frozenset({"qq.com"})),
            Profile(mail_domains=frozenset({"qq.com"})),
            0,
            Verdict.DIFFERENT,
        ),
        (
            Profile(mail_domains=frozenset({"qinze.cn"})),
            Profile(mail_domains=frozenset({"qinze.cn", "qq.com"})),
            20,
            Verdict.DIFFERENT,
        ),
        (Profile(amount=Money(7 * YI)), Profile(amount=Money(10 * YI)), 10, Verdict.DIFFERENT),
        (Profile(amount=Money(7 * YI - 1)), Profile(amount=Money(10 * YI)), 0, Verdict.DIFFERENT),
        (Profile(), Profile(), 0, Verdict.DIFFERENT),
    ],
)
def test_points_add_up_to_a_verdict(one: Profile, other: Profile, points: int, verdict: Verdict):
    found = score(one, other, review_at=60)
    assert (found.points, found.verdict) == (points, verdict)
    assert score(other, one, review_at=60) == found


def test_the_review_threshold_is_the_parameters():
    one = Profile(controller="秦某", division="22")
    assert score(one, one, review_at=65).verdict == Verdict.REVIEW
    assert score(one, one, review_at=66).verdict == Verdict.DIFFERENT


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("91610131MA6TX8AB35", "91610131MA6TX8AB35"),
        (" 91610131-ma6tx8ab35 ", "91610131MA6TX8AB35"),
        (full_width("91610131MA6TX8AB35"), "91610131MA6TX8AB35"),
        ("N2510504MF1234567H", "N2510504MF1234567H"),
        ("Y1510504MF1234567C", "Y1510504MF1234567C"),
    ],
)
def test_a_code_is_read_however_it_is_written(typed: str, code: str):
    assert read_uscc(typed) == code


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("000000000000000000", "组成"),
        ("91610131MA6TX8AB36", "校验位"),
        ("91610131MA6TX8AB3", "现为 17 位"),
        ("91610131MA6TX8ABI5", "不含 I"),
        ("B1610131MA6TX8AB35", "组成"),
        ("", "现为 0 位"),
    ],
)
def test_what_is_no_code_is_refused_with_the_reason(typed: str, message: str):
    with pytest.raises(ValueError, match=message):
        read_uscc(typed)
