"""Without a mouse: N, J K, P, Enter, Esc; and a session that ends while somebody types."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from app.districts import service as districts
from app.districts.passwords import hash_of
from app.districts.schemas import CreateUser, GrantRoles
from app.kit.work import Office, Role
from tests.browser.visitor import Visitor
from tests.builders import LONGMATAN, FrozenClock

Visit = Callable[..., Visitor]
FIRST, SECOND = "成都鸿升精密机械有限公司", "宜宾天澜新材料有限公司"
PASSWORD = "Correct-Horse-7"

# A ring, the border that inputs get, or the same on the face of a choice whose input is hidden.
SEEN = """() => {
  const at = document.activeElement;
  const style = getComputedStyle(at.matches(".segmented__input") ? at.nextElementSibling : at);
  return at !== document.body && style.outlineStyle !== "none";
}"""


@pytest.fixture(autouse=True)
def _account(office: Office) -> None:
    """An account that signs in by typing."""
    with office.open() as work:
        command = CreateUser(login="mei", name="梅晓", unit_id=f"{LONGMATAN}-JWJ")
        made = districts.create_user(work, command, hash_of(PASSWORD), demo=True)
        districts.grant_roles(work, made.id, GrantRoles(roles=[Role.OFFICER]))


def focused(visitor: Visitor) -> Locator:
    return visitor.page.locator("*:focus")


def login_box(visitor: Visitor) -> Locator:
    return visitor.page.locator('input.input[name="login"]')


def type_in(visitor: Visitor, password: str = PASSWORD) -> None:
    """Sign in with the keys alone: the first box has the focus."""
    keys = visitor.page.keyboard
    expect(login_box(visitor)).to_be_focused()
    keys.type("mei")
    keys.press("Tab")
    keys.type(password)
    keys.press("Enter")


def tabbed(visitor: Visitor, steps: int) -> list[str]:
    """The names of the fields and buttons that Tab reaches one after the other, each in sight."""
    found = []
    for _ in range(steps):
        visitor.page.keyboard.press("Tab")
        assert visitor.page.evaluate(SEEN), focused(visitor).evaluate("at => at.outerHTML")
        found.append(focused(visitor).evaluate("at => at.name || at.innerText.split('\\n')[0]"))
    return [name.strip() for name in found]


def enter(visitor: Visitor, name: str) -> None:
    """N, the name, the source by an arrow, Enter."""
    keys = visitor.page.keyboard
    keys.press("n")
    box = visitor.page.locator('form[data-draft="lead"] [name="name"]')
    expect(box).to_be_focused()
    keys.type(name)
    assert tabbed(visitor, 2) == ["named", "source"]
    keys.press("Space")
    keys.press("Enter")
    visitor.says("已登记，登记回执已出")


@pytest.mark.parametrize("width", [1440], indirect=True)
def test_a_day_without_a_mouse(visit: Visit):
    mei = visit()
    keys = mei.page.keyboard
    mei.open("/")
    type_in(mei, "not my password")
    mei.says("账号或密码不对")
    assert login_box(mei).input_value() == "mei"
    login_box(mei).fill("")
    type_in(mei)
    expect(mei.heading("工作台")).to_be_visible()
    assert tabbed(mei, 1) == ["跳到正文"]

    enter(mei, FIRST)
    mei.open("/leads")
    enter(mei, SECOND)
    mei.open("/leads")
    mei.picture("list")
    rows = mei.page.locator("[data-row]")
    for key, row in (("j", 0), ("j", 1), ("j", 1), ("k", 0)):
        keys.press(key)
        expect(rows.nth(row)).to_be_focused()
    mei.picture("current-row")

    keys.press("p")
    line = mei.page.locator('[name="line"]')
    expect(line).to_be_focused()
    keys.type("通")
    keys.press("Enter")
    mei.wrong("line", "进展至少 2 个字")
    expect(line).to_have_value("通")
    mei.picture("progress-error")
    line.focus()
    keys.press("End")
    keys.type("过一次电话，要求看地")
    keys.press("Enter")
    mei.says("通过一次电话，要求看地")

    mei.open("/leads")
    keys.press("j")
    name = rows.nth(0).locator(".lines__title").inner_text()
    keys.press("Enter")
    expect(mei.heading(name)).to_be_visible()


@pytest.mark.parametrize("width", [1440], indirect=True)
def test_a_hint_that_arrives_late_leaves_the_focus_where_it_is(visit: Visit):
    zhou = visit("zhou")
    keys = zhou.page.keyboard
    keys.press("n")
    expect(zhou.page.locator('[name="name"]')).to_be_focused()
    keys.type(FIRST)
    assert tabbed(zhou, 2) == ["named", "source"]
    zhou.says("没有相近的名称")
    expect(focused(zhou)).to_have_attribute("name", "source")


@pytest.mark.parametrize("width", [1440], indirect=True)
def test_esc_folds_the_panel_and_keeps_the_draft(visit: Visit):
    zhou = visit("zhou")
    keys = zhou.page.keyboard
    keys.press("n")
    box = zhou.page.locator('[name="name"]')
    expect(box).to_be_focused()
    keys.type(FIRST)
    zhou.says("已存草稿")
    keys.press("Escape")
    expect(box).to_be_hidden()
    expect(zhou.page.locator('a[data-key="n"]').first).to_be_focused()
    keys.press("n")
    expect(box).to_have_value(FIRST)
    zhou.says("已恢复")
    zhou.picture("draft")


def test_a_session_that_ends_in_a_form_loses_nothing(visit: Visit, clock: FrozenClock):
    mei = visit()
    keys = mei.page.keyboard
    mei.open("/leads/new")
    type_in(mei)
    expect(mei.heading("记一条线索")).to_be_visible()
    mei.fill(name=FIRST)
    mei.choose("source", "企业来访")
    clock.tick(minutes=31)
    mei.page.locator('[name="name"]').focus()
    keys.press("Enter")
    mei.says("登录已结束，刚才填写的内容还在")
    mei.picture("ended")
    type_in(mei, "not my password")
    mei.says("账号或密码不对")
    login_box(mei).fill("")
    type_in(mei)
    mei.says("已登记，登记回执已出")
    mei.says(FIRST)


@pytest.mark.parametrize("width", [1440], indirect=True)
def test_the_panel_hands_a_form_of_an_ended_session_on_too(visit: Visit, clock: FrozenClock):
    mei = visit("梅晓")
    keys = mei.page.keyboard
    keys.press("n")
    expect(mei.page.locator('[name="name"]')).to_be_focused()
    keys.type(FIRST)
    mei.choose("source", "企业来访")
    clock.tick(minutes=31)
    mei.page.locator('[name="name"]').focus()
    keys.press("Enter")
    mei.says("登录已结束，刚才填写的内容还在")
    login_box(mei).focus()
    type_in(mei)
    mei.says("已登记，登记回执已出")
