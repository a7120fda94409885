"""Without a mouse: N, /, J K, P, Enter, Esc; a session that ends while somebody types."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from app.kit.work import Office, Role
from tests.browser.visitor import Visitor
from tests.builders import LONGMATAN, FrozenClock

Visit = Callable[..., Visitor]
PASSWORD = "Correct-Horse-7"


def focused(visitor: Visitor) -> Locator:
    return visitor.page.locator("*:focus")


def tab_to(visitor: Visitor, words: str, most: int = 12) -> None:
    """Tab on until the thing with these words has the focus, which must be seen each time."""
    for _ in range(most):
        visitor.page.keyboard.press("Tab")
        assert visitor.page.evaluate(SEEN), focused(visitor).evaluate("e => e.outerHTML")
        if words in (focused(visitor).text_content() or ""):
            return
    pytest.fail(f"{words} was not reached in {most} tabs")


# A ring, or the border that inputs get, or the face of a choice whose input is hidden.
SEEN = """() => {
  const at = document.activeElement;
  const shown = at.matches(".segmented__input") ? at.nextElementSibling : at;
  const style = getComputedStyle(shown);
  return style.outlineStyle !== "none" || style.boxShadow !== "none"
    || style.borderColor === "rgb(22, 88, 211)";
}"""


@pytest.fixture(autouse=True)
def account(site: str, office: Office) -> None:
    """An account that signs in by typing."""
    with office.open() as work:
        command = CreateUser(login="mei", name="梅晓", unit_id=f"{LONGMATAN}-JWJ")
        made = districts.create_user(work, command, hash_of(PASSWORD), demo=True)
        districts.grant_roles(work, made.id, GrantRoles(roles=[Role.OFFICER]))


def type_in(visitor: Visitor, password: str = PASSWORD) -> None:
    """Sign in with the keys alone: the first box has the focus."""
    keys = visitor.page.keyboard
    expect(visitor.page.locator('[name="login"]')).to_be_focused()
    keys.type("mei")
    keys.press("Tab")
    keys.type(password)
    keys.press("Enter")


def test_a_day_without_a_mouse(visit: Visit):
    mei = visit()
    keys = mei.page.keyboard
    mei.open("/")
    type_in(mei, "not my password")
    mei.says("账号或密码不对")
    mei.page.locator('[name="login"]').focus()
    type_in(mei)
    mei.says("先修改密码")
