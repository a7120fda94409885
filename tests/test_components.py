"""The macros that decide something: what a clock says, where a bar stands, what a form keeps."""

import re
from datetime import date

import pytest
from jinja2 import Environment

from app.first_talk.rights import State
from app.kit.web import Form, templates
from app.money import Money

TODAY = date(2026, 11, 24)
SOON = date(2026, 11, 27)


@pytest.fixture(scope="module")
def environment() -> Environment:
    return templates().env


def shown(environment: Environment, macro: str, call: str, **values: object) -> str:
    """The HTML of one call of a macro of templates/components."""
    source = f'{{% import "components/{macro}.html" as it %}}{{{{ it.{call} }}}}'
    return environment.from_string(source).render(**values)


def words(html: str) -> str:
    """What stands on the page."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.mark.parametrize(
    ("due", "text", "tone"),
    [
        (date(2026, 11, 22), "超期 2 天", "over"),
        (TODAY, "今天 24:00", "today"),
        (date(2026, 11, 25), "剩 1 天", "soon"),
        (SOON, "剩 3 天", "soon"),
        (date(2026, 11, 28), "11-28（六）", None),
        (date(2027, 1, 18), "2027-01-18（一）", None),
    ],
)
def test_a_clock_says_how_long_until_the_last_day(
    environment: Environment, due: date, text: str, tone: str | None
) -> None:
    html = shown(
        environment, "countdown", "countdown(due, today, soon)", due=due, today=TODAY, soon=SOON
    )
    assert words(html) == text
    assert re.findall(r"clock--(\w+)", html) == ([tone] if tone else [])


def test_a_date_without_holiday_notice_says_so(environment: Environment) -> None:
    call = "countdown(due, today, soon, pending=true)"
    html = shown(environment, "countdown", call, due=date(2027, 2, 1), today=TODAY, soon=SOON)
    assert words(html) == "2027-02-01（一） 待节假日安排公布"


@pytest.mark.parametrize(
    ("end", "tone"),
    [
        (date(2026, 12, 4), "red"),
        (date(2026, 12, 5), "amber"),
        (date(2026, 12, 24), "amber"),
        (date(2026, 12, 25), "plain"),
    ],
)
def test_a_window_is_red_to_ten_days_and_amber_to_thirty(
    environment: Environment, end: date, tone: str
) -> None:
    html = shown(
        environment,
        "window",
        "window_bar(start, end, today)",
        start=date(2026, 9, 1),
        end=end,
        today=TODAY,
    )
    assert f"window--{tone}" in html


def test_a_window_puts_today_the_diamond_and_the_hatching_where_they_belong(
    environment: Environment,
) -> None:
    html = shown(
        environment,
        "window",
        "window_bar(start, end, today, nominal, ask_by)",
        start=date(2026, 11, 14),
        end=date(2026, 12, 4),
        today=TODAY,
        nominal=date(2026, 12, 2),
        ask_by=date(2026, 11, 29),
    )
    assert 'width="50.0%"' in html
    assert '<svg x="75.0%" overflow="visible"><path class="window__diamond"' in html
    assert '<svg x="90.0%" width="10.0%" height="14"><path class="window__hatch"' in html
    assert "最晚 2026-11-29 申请续期，有效截止 2026-12-04，剩 10 天" in html


def test_a_window_without_extension_or_shift_shows_neither_diamond_nor_hatching(
    environment: Environment,
) -> None:
    end = date(2026, 12, 4)
    html = shown(
        environment,
        "window",
        "window_bar(start, end, today, end)",
        start=date(2026, 11, 14),
        end=end,
        today=date(2026, 12, 20),
    )
    assert "diamond" not in html
    assert "hatch" not in html
    assert 'width="100' in html


def test_every_state_of_a_right_has_its_word(environment: Environment) -> None:
    tones = {
        state: re.findall(
            r"badge--(\w+)", shown(environment, "badge", 'badge("right", it_is)', it_is=state)
        )
        for state in State
    }
    assert tones[State.ACTIVE] == ["green"]
    assert tones[State.NOTICE] == ["blue"]
    assert tones[State.CONTESTED] == ["red"]
    assert tones[State.EXPIRED] == ["grey"]
    assert all(len(found) == 1 for found in tones.values())


def test_a_badge_with_days_takes_the_colour_of_the_clock(environment: Environment) -> None:
    html = shown(environment, "badge", 'badge("right", state, days=6)', state=State.ACTIVE)
    assert words(html) == "保护中 6 天"
    assert "badge--red" in html


def test_a_missing_amount_a_refused_one_and_zero_are_three_things(environment: Environment) -> None:
    assert words(shown(environment, "money", "yi(none)")) == "—"
    assert words(shown(environment, "money", "yi(none, withheld=true)")) == "企业暂未提供"
    assert words(shown(environment, "money", "yi(amount)", amount=Money(0))) == "0.00 亿元"


def test_an_amount_hovers_in_yuan(environment: Environment) -> None:
    html = shown(environment, "money", "yi(amount)", amount=Money(126_000_000_012))
    assert words(html) == "12.60 亿元"
    assert 'title="1,260,000,000.12 元"' in html


def test_a_refused_form_keeps_what_was_typed_and_links_to_each_place(
    environment: Environment,
) -> None:
    form = Form(
        values_typed={"contacts.0.phone": ['12"3'], "source": ["expo"]},
        errors=[("contacts.0.phone", "请核对 电话"), ("source", "请选择 来源"), ("", "没有保存")],
    )
    summary = shown(environment, "form", "error_summary(form)", form=form)
    phone = shown(environment, "form", 'field(form, "contacts.0.phone", "电话")', form=form)
    source = shown(
        environment, "form", 'segmented(form, "source", "来源", [("expo", "展会")])', form=form
    )
    assert "有 3 处需要修改" in words(summary)
    assert re.findall(r'href="#([^"]+)"', summary) == ["f-contacts-0-phone", "f-source"]
    assert 'id="f-contacts-0-phone"' in phone
    assert 'value="12&#34;3"' in phone
    assert "请核对 电话" in words(phone)
    assert source.count('id="f-source"') == 1
    assert "checked" in source


def test_a_password_is_never_sent_back(environment: Environment) -> None:
    form = Form(values_typed={"password": ["secret"]})
    html = shown(environment, "form", 'field(form, "password", "密码", type="password")', form=form)
    assert "secret" not in html


def test_only_a_form_that_posts_carries_the_hidden_key(environment: Environment) -> None:
    form = Form(key="k1")
    assert 'name="_key" value="k1"' in shown(
        environment, "form", 'form_start(form, "/x")', form=form
    )
    assert "_key" not in shown(
        environment, "form", 'form_start(form, "/x", method="get")', form=form
    )


def test_a_row_version_names_the_version_that_was_read(environment: Environment) -> None:
    html = shown(environment, "form", "hidden_row_version(7)")
    assert html == '<input type="hidden" name="_version" value="7">'


def test_a_conflict_asks_for_collisions_and_carries_the_rest(environment: Environment) -> None:
    fields = [
        {
            "name": "area",
            "label": "用地",
            "base": "84",
            "theirs": "86",
            "mine": "84",
            "result": "theirs",
        },
        {
            "name": "next",
            "label": "下一步",
            "base": "",
            "theirs": "甲",
            "mine": "乙",
            "result": "ask",
        },
    ]
    source = (
        '{% import "components/conflict.html" as it %}'
        '{% call it.conflict(fields, "/x", 5, "王磊", "10:31", "/y") %}{% endcall %}'
    )
    html = environment.from_string(source).render(fields=fields)
    assert '<input type="hidden" name="area" value="86">' in html
    assert re.findall(r'type="radio" name="next" value="(.)"( checked)?', html) == [
        ("甲", ""),
        ("乙", " checked"),
    ]
    assert 'name="_version" value="5"' in html
