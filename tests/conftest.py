"""The frame of every test: both databases with the seeds in them, a frozen clock, clients.

A database is copied from a template that was migrated and filled once per process: a file on
SQLite, `CREATE DATABASE … TEMPLATE` on PostgreSQL, since append-only tables cannot be emptied.
To run a test on one database only, parametrise `database` indirectly with its name.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest
from fastapi import FastAPI
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import NullPool, create_engine, make_url, text
from starlette.testclient import TestClient

from app import installation
from app.districts import access, passwords, sign_in
from app.kit.work import NOBODY, Actor, Office
from app.main import create_app, make_office
from app.settings import Settings
from tests.builders import FrozenClock
from tests.pgtmp import running_postgres

SERVER = "TONGZHAO_TEST_SERVER"
_numbers = count(1)


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL once per run: in xdist's controller, whose workers inherit the address."""
    if hasattr(config, "workerinput"):
        return
    stack = ExitStack()
    config.add_cleanup(stack.close)
    address = stack.enter_context(running_postgres())
    if address is None:
        pytest.exit("没有找到 PostgreSQL：请安装 postgresql，或用 TEST_PG_BIN 指定", returncode=1)
    os.environ[SERVER] = address


@pytest.fixture(scope="session", autouse=True)
def true_hasher() -> Iterator[PasswordHash]:
    """The program's hasher of passwords, in whose place all tests work with a quick one."""
    true, quick = passwords.HASHER, Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", PasswordHash((quick,)))
        yield true


@pytest.fixture
def clock() -> FrozenClock:
    """Monday morning, 2 March 2026, until a test moves on."""
    return FrozenClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with the seeds."""
    folder = tmp_path_factory.mktemp("template")
    _fill(Settings(data=folder, database_url=""))
    return folder / "tongzhao.db"


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated PostgreSQL database with the seeds."""
    name = f"template_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    _administer(f"CREATE DATABASE {name}")
    _fill(Settings(data=tmp_path_factory.mktemp("keys"), database_url=_address(name)))
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database of either kind, migrated and seeded."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        yield f"sqlite:///{shutil.copy(template, tmp_path / 'test.db')}"
        return
    template = request.getfixturevalue("postgres_template")
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{next(_numbers)}"
    _administer(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _address(name)
    _administer(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def app_settings(database: str, tmp_path: Path) -> Settings:
    """The settings of an installation over `database`, without demo data."""
    return Settings(data=tmp_path, database_url=database, demo=False)


@pytest.fixture
def office(app_settings: Settings, clock: FrozenClock) -> Iterator[Office]:
    """An office to open Works on, as the command line and the ticks do."""
    office = make_office(app_settings, clock)
    yield office
    office.engine.dispose()


@pytest.fixture
def client(app_settings: Settings, clock: FrozenClock) -> Iterator[Callable[..., TestClient]]:
    """`client()` is a browser on the running application, `client(actor)` one signed in.

    Each has its own cookies. A session ends after 30 idle minutes of the frozen clock.
    """
    application = create_app(app_settings, clock)
    with browser(application) as first:

        def make(actor: Actor | None = None) -> TestClient:
            made = browser(application)
            made.portal = first.portal
            if actor is not None:
                made.cookies.set(access.COOKIE, _session(application.state.office, actor))
            return made

        yield make


def browser(application: FastAPI) -> TestClient:
    """A test client that says where its requests come from, as browsers do."""
    origin = {"Origin": "http://testserver"}
    return TestClient(application, follow_redirects=False, headers=origin)


def _session(office: Office, actor: Actor) -> str:
    with office.open(NOBODY) as work:
        token, _ = sign_in.sign_in_demo(work, actor.name, "", "", demo_site=True)
    return token


def _fill(settings: Settings) -> None:
    installation.migrate(settings)
    office = make_office(settings, FrozenClock())
    installation.load_seeds(office)
    office.engine.dispose()


def _address(name: str) -> str:
    return make_url(os.environ[SERVER]).set(database=name).render_as_string(hide_password=False)


def _administer(statement: str) -> None:
    """Run a statement that PostgreSQL takes outside transactions only."""
    engine = create_engine(os.environ[SERVER], isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))
