"""A person at a browser: signs in, reads pages, and complains of whatever no page may do.

Every page is watched: no sideways scroll, no message on the console (a breach of the content
security policy is one), no failed script. `Visitor.complaints` must be empty at the end.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

# The complaints of a page reach us by its console; a browser without JavaScript is asked instead.
WATCH = """
const wide = () => document.documentElement.scrollWidth > window.innerWidth;
const look = () => wide() && console.error(
  `sideways scroll: ${document.documentElement.scrollWidth} > ${window.innerWidth}`);
addEventListener("load", look);
addEventListener("toggle", look, true);
addEventListener("htmx:afterSettle", look);
"""
WIDE = "root => root.scrollWidth > window.innerWidth"
# The browser notes each 4xx answer; refusals of a form are what these journeys ask for.
REFUSAL = re.compile(r"the server responded with a status of 4(01|09|12|22)|Status Error Code 401")


class Visitor:
    """One browser window of one person at one width."""

    def __init__(
        self, browser: Browser, base: str, width: int, pictures: Path, *, javascript: bool = True
    ) -> None:
        self.context = browser.new_context(
            base_url=base,
            viewport={"width": width, "height": 900 if width > 760 else 740},
            locale="zh-CN",
            java_script_enabled=javascript,
            has_touch=width < 761,
        )
        self.context.set_default_timeout(10_000)
        self.javascript, self.width, self.pictures = javascript, width, pictures
        self.complaints: list[str] = []
        self.context.add_init_script(WATCH)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not REFUSAL.search(message.text):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def sign_in(self, login: str) -> "Visitor":
        """By the demo button of the account."""
        self.open("/sign-in")
        self.page.get_by_role("button", name=login, exact=True).click()
        expect(self.heading("工作台")).to_be_visible()
        self.page.wait_for_load_state()
        return self

    def open(self, path: str) -> None:
        """Go to an address by hand."""
        self.page.goto(path)
        self.look()

    def look(self) -> None:
        """See whether the page stays inside the window."""
        self.page.wait_for_load_state()
        if not self.javascript and self.page.locator("html").evaluate(WIDE):
            self.complaints.append(f"{self.page.url}: sideways scroll")

    def picture(self, name: str) -> None:
        """Keep the whole page as it looks now, beside the test's other files."""
        self.page.screenshot(path=self.pictures / f"{name}-{self.width}.png", full_page=True)

    def press(self, button: str) -> None:
        """Press the button of that name, and look at what comes."""
        self.page.get_by_role("button", name=re.compile(f"^{button}")).first.click()
        self.look()

    def unfold(self, label: str) -> None:
        """Open what is folded behind the label: a dialog, a card."""
        self.page.locator("summary", has_text=label).first.click()
        self.look()

    def press_in_dialog(self, button: str) -> None:
        """Press the button of that name in the open dialog."""
        self.page.locator("details.dialog[open] button", has_text=button).first.click()
        self.look()

    def follow(self, link: str) -> None:
        """Follow the first link of that name in the page."""
        self.page.locator("main").get_by_role("link", name=link).first.click()
        self.look()

    def heading(self, title: str) -> Locator:
        """The title of a page, in the frame or in the drawer."""
        return self.page.get_by_role("heading", level=1, name=title)

    def says(self, text: str) -> None:
        """The page shows the text."""
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()

    def fill(self, **values: str) -> None:
        """Type into the fields of these names; `__` stands for the dot of a group."""
        for name, value in values.items():
            self.page.locator(f'form [name="{name.replace("__", ".")}"]').first.fill(value)

    def choose(self, name: str, label: str) -> None:
        """Take one of a row of choices, by its word."""
        self.page.locator(f'label:has([name="{name}"])', has_text=label).first.click()

    def attach(self, name: str, file: Path) -> None:
        """Choose a file for the field."""
        self.page.locator(f'form [name="{name}"]').first.set_input_files(file)

    def wrong(self, name: str, message: str) -> None:
        """The message stands beside the field, and the summary links to it."""
        field = self.page.locator(".field--error").filter(has=self.page.locator(f'[name="{name}"]'))
        beside = field.locator(".field__error").filter(visible=True)
        expect(beside).to_contain_text(message)
        expect(self.page.locator(".errors__list")).to_contain_text(message)

    @contextmanager
    def keeping(self, **values: str) -> Iterator[None]:
        """What stands in these fields must stand there after the block."""
        self.fill(**values)
        yield
        for name, value in values.items():
            box = self.page.locator(f'form [name="{name.replace("__", ".")}"]').first
            expect(box).to_have_value(value)
