"""A real browser on a real server: uvicorn in a thread over a scratch installation on SQLite.

The browser is `TEST_CHROMIUM`, else the system's `chromium`. Without one the journeys are reported
as not run, in one line; under CI=1 that is a failure. A browser lives as long as this folder's
tests run: its event loop must not stand in the way of others.
"""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, expect, sync_playwright

from app.kit.work import Office, Role
from app.main import create_app
from app.settings import Settings
from tests.browser.visitor import Visitor
from tests.builders import CITY, JIANGYANG, LONGMATAN, NAXI, FrozenClock, person

PEOPLE = {
    "zhou": (LONGMATAN, Role.OFFICER),
    "liu": (LONGMATAN, Role.UNIT_HEAD, Role.OFFICER),
    "wang": (JIANGYANG, Role.OFFICER),
    "luo": (NAXI, Role.OFFICER),
    "tan": (LONGMATAN, Role.NEGOTIATOR),
    "hao": (NAXI, Role.NEGOTIATOR),
    "lian": (CITY, Role.COORDINATOR),
    "heng": (CITY, Role.COORDINATOR),
}

expect.set_options(timeout=20_000)  # a machine under load takes its time


BINARY = os.environ.get("TEST_CHROMIUM") or shutil.which("chromium")
MISSING = "浏览器测试没有运行：没有找到 chromium，请安装或用 TEST_CHROMIUM 指定"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser the first journey is reported as not run, for all of them."""
    if BINARY or os.environ.get("CI") == "1":
        return
    journeys = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in journeys[:1]:
        item.add_marker(pytest.mark.skip(reason=MISSING))
    config.hook.pytest_deselected(items=journeys[1:])
    items[:] = [item for item in items if item not in journeys[1:]]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser of all journeys."""
    if not BINARY:
        pytest.fail(MISSING)
    with sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=BINARY, args=sandbox)
        yield browser
        browser.close()


@pytest.fixture(params=[1440, 360])
def width(request: pytest.FixtureRequest) -> int:
    """A desk and a small phone."""
    width: int = request.param
    return width


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite alone: what differs between the databases is tested below the pages."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'test.db')}"


@pytest.fixture
def app_settings(database: str, tmp_path: Path) -> Settings:
    """The settings of a demo site: one signs in by a button."""
    return Settings(data=tmp_path, database_url=database, demo=True)


@pytest.fixture
def site(app_settings: Settings, clock: FrozenClock, office: Office) -> Iterator[str]:
    """The address of a running site with its people."""
    for login, (district, *roles) in PEOPLE.items():
        person(office, login, *roles, district=district)
    with socket.create_server(("127.0.0.1", 0)) as door:
        config = uvicorn.Config(create_app(app_settings, clock), log_level="error")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([door],))
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def visit(
    chromium: Browser, site: str, width: int, tmp_path: Path
) -> Iterator[Callable[..., Visitor]]:
    """`visit("zhou")` is a signed-in person's window; in the end no page may have complained."""
    visitors: list[Visitor] = []

    def make(login: str = "", *, javascript: bool = True) -> Visitor:
        visitor = Visitor(chromium, site, width, tmp_path, javascript=javascript)
        visitors.append(visitor)
        return visitor.sign_in(login) if login else visitor

    yield make
    for visitor in visitors:
        visitor.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """A file to attach."""
    file = tmp_path / "投资方来函.pdf"
    file.write_bytes(b"%PDF-1.4 letter")
    return file
