"""Everybody at every address of one world: who was answered how, and what the answers told."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.agreements.models import Version
from app.districts import access, sign_in
from app.districts.models import District
from app.enterprises.models import Enterprise, NamedRecord
from app.first_talk.ledger_models import Receipt
from app.first_talk.models import EvidenceFile, QueryLog
from app.kit.db import Scoped, Share, Versioned
from app.kit.filters import wan
from app.kit.work import ADMINISTRATORS, NOBODY
from app.main import create_app
from app.money import Money
from app.settings import Settings
from tests import conftest
from tests import permission_requests as requests
from tests import permission_table as table
from tests.builders import CITY, LONGMATAN, FrozenClock
from tests.permission_requests import OLD, REFUSED_AFTER_ALL, Answer, is_api
from tests.permission_table import Verb
from tests.permission_world import PHONE, SECRET, Reader, World, build

_DONE = (200, 201, 204, 303)
_ID = re.compile(
    r"(led|prj|ftr|evd|fil|int|ctc|agr|scn|fth|fac|cas|let|fti|pay|tax|cbk|drw|cbr)_[a-z2-7]{20}"
)
_DIGEST = re.compile(r"[0-9a-f]{64}")


@contextmanager
def opened(request: pytest.FixtureRequest, folder: Path, kind: str) -> Iterator["Visits"]:
    """A world on a fresh database of this kind, with the application over it."""
    if kind == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        database = f"sqlite:///{shutil.copy(template, folder / 'test.db')}"
    else:
        template = request.getfixturevalue("postgres_template")
        conftest._administer(f"CREATE DATABASE permissions TEMPLATE {template}")
        database = conftest._address("permissions")
    clock = FrozenClock()
    application = create_app(Settings(data=folder, database_url=database, demo=False), clock)
    with conftest.browser(application) as browser:
        yield Visits(browser, build(application.state.office, clock))
    if kind != "sqlite":
        conftest._administer("DROP DATABASE permissions WITH (FORCE)")


@dataclass(frozen=True)
class Secret:
    """A value that gives its column away, and who may be told it."""

    place: str
    value: str
    record: str
    parts: tuple[str, ...]
    relations: frozenset[str]


class Visits:
    """The answers of all readers, each asked for once and kept."""

    def __init__(self, browser: TestClient, world: World) -> None:
        self.browser, self.world = browser, world
        self.kept: dict[str, list[Answer]] = {}
        self.closed: dict[str, dict[str, Secret]] = {}
        self.browsers: dict[str, TestClient] = {}
        with world.office.open() as work:
            evidence = select(EvidenceFile.id).where(EvidenceFile.right_id == world.ids["right"])
            own = evidence.where(EvidenceFile.name == "zz-letter-own.pdf")
            world.ids["evidence"] = work.session.scalars(own).one()
            shared = select(Share.resource_id, Share.district_id)
            self.shares = set(work.session.execute(shared))
            met = select(QueryLog.right_id, QueryLog.district_id)
            self.met = set(work.session.execute(met))
            self.owners = dict(_owners(work.session))
            self.versioned = dict(_versioned(work.session))
            self.secrets = list(_secrets(work.session))

    def answers(self, route: str) -> list[Answer]:
        """What everybody worth asking gets from a route."""
        if route not in self.kept:
            readers = [one for one in self.world.readers if self._is_telling(route, one)]
            self.kept[route] = [self._visit(route, reader) for reader in readers]
        return self.kept[route]

    def surprises(self, route: str) -> list[str]:
        """The answers that the table does not expect."""
        return [
            f"{answer.reader.name}: {answer.status}, not {wanted}"
            for answer in self.answers(route)
            if answer.status not in (wanted := self._wanted(route, answer.reader))
        ]

    def leaks(self, route: str) -> list[str]:
        """What answers told that the table does not open to their readers.

        Names of people count on reads only: by then nobody else has acted on the records.
        """
        return [
            f"{answer.reader.name} ({answer.status}) is told {secret.place}: {secret.value}"
            for answer in self.answers(route)
            for value, secret in self._closed_to(answer.reader).items()
            if value in answer.text and value not in answer.sent
            if route.startswith("GET") or value not in self.world.names
        ]

    def is_told(self, place: str, routes: list[str]) -> bool:
        """Whether somebody is told a secret of this column by one of the routes."""
        values = {secret.value for secret in self.secrets if secret.place == place}
        texts = (answer.text for route in routes for answer in self.answers(route))
        return any(value in text for text in texts for value in values)

    def _relation(self, reader: Reader, id: str) -> str:
        """How a reader stands to a record, or to the district that it belongs to."""
        owner, city_reads = self.owners.get(id, ("", False))
        if not owner:
            return ""
        if reader.district == owner:
            return "own"
        shared = (id, reader.district) in self.shares
        if reader.district == CITY and (shared or city_reads):
            return "city"
        if shared:
            return "shared"
        return "met" if (id, reader.district) in self.met else "other"

    def _wanted(self, route: str, reader: Reader) -> tuple[int, ...]:
        verbs, role = table.verbs_of(route), reader.role
        relation = self._relation(reader, requests.subject(self.world, route))
        if reader.is_nobody or (reader.is_key and not is_api(route)):
            return (401,)
        if any(verb.anybody for verb in verbs):
            return _let_in(route)
        named = [verb for verb in verbs if role in verb.named and _in_scope(verb, reader)]
        if not named:
            return (403,) if relation in ("", "own") else (403, 404)
        if any(verb.admits(role, relation) for verb in named):
            return _let_in(route)
        return (403, 404) if table.reading(named[0].resource).admits(role, relation) else (404,)

    def _is_telling(self, route: str, reader: Reader) -> bool:
        """Whether a visit could tell something: who is named nowhere is tried at home only."""
        verbs = table.verbs_of(route)
        if not verbs or reader.is_nobody or reader.district in (LONGMATAN, CITY):
            return True
        return any(reader.role in verb.named for verb in verbs)

    def _visit(self, route: str, reader: Reader) -> Answer:
        let_in = self._wanted(route, reader) == _let_in(route) if table.verbs_of(route) else True
        version = OLD if let_in else self._version(requests.subject(self.world, route))
        answer = requests.send(self._browser(reader), self.world, route, reader, version)
        if any(verb.anybody for verb in table.verbs_of(route)):
            self.browsers.pop(reader.name, None)
        return answer

    def _browser(self, reader: Reader) -> TestClient:
        """The reader's own browser, signed in."""
        if reader.name not in self.browsers:
            made = conftest.browser(self.browser.app)
            made.portal = self.browser.portal
            if reader.actor is not None:
                with self.world.office.open(NOBODY) as work:
                    token, _ = sign_in.sign_in_demo(work, reader.actor.name, "", "", demo_site=True)
                made.cookies.set(access.COOKIE, token)
            self.browsers[reader.name] = made
        return self.browsers[reader.name]

    def _version(self, id: str) -> int:
        """The row version of a record as it is now; of an agreement that of its first version."""
        with self.world.office.open(reads=True) as work:
            if id == self.world.ids["agreement"]:
                return work.session.get_one(Version, (id, 1)).version
            cls = self.versioned.get(id)
            return OLD if cls is None else int(work.session.get_one(cls, id).version)

    def _closed_to(self, reader: Reader) -> dict[str, Secret]:
        """By its value, a secret that no column opens to this reader."""
        if reader.name not in self.closed:
            told = {one.value for one in self.secrets if self._is_open(one, reader)}
            told |= {name for name in self.world.names if _knows(reader, name)}
            self.closed[reader.name] = {
                one.value: one for one in self.secrets if one.value not in told
            }
        return self.closed[reader.name]

    def _is_open(self, secret: Secret, reader: Reader) -> bool:
        if "everybody" in secret.relations:
            return True
        relation = self._relation(reader, secret.record)
        ways = {relation, "city"} if reader.district == CITY else {relation}
        return relation in secret.relations and any(
            table.sees(part, reader.role, way) for part in secret.parts for way in ways
        )


def _let_in(route: str) -> tuple[int, ...]:
    return (200,) if route.startswith("GET") else (*_DONE, *REFUSED_AFTER_ALL)


def _in_scope(verb: Verb, reader: Reader) -> bool:
    """Whether a key carries the scope of the section; the one with few scopes has this only."""
    return not reader.is_key or len(reader.scopes) > 1 or verb.scope in ("", *reader.scopes)


def _knows(reader: Reader, name: str) -> bool:
    """Whether a name is no secret: a colleague's, the city's that signs, to an administrator."""
    return reader.role in ADMINISTRATORS or any(f".{at}." in name for at in (reader.district, CITY))


def _owners(session: Session) -> Iterator[tuple[str, tuple[str, bool]]]:
    """Every record: its district, and whether the city reads all of its kind."""
    for cls in table.mapped():
        if issubclass(cls, Scoped | Enterprise) and cls is not NamedRecord:
            city_reads = bool(getattr(cls, "city_reads", ()))
            for id, district in session.execute(select(cls.id, cls.district_id)):
                yield id, (district or "", city_reads)
    for number, district in session.execute(select(Receipt.number, Receipt.district_id)):
        yield number, (district, True)
    yield from ((id, (id, True)) for id in session.scalars(select(District.id)))


def _versioned(session: Session) -> Iterator[tuple[str, Any]]:
    """Every record that has a row version, and its class."""
    for cls in table.mapped():
        if issubclass(cls, Versioned) and hasattr(cls, "id"):
            yield from ((id, cls) for id in session.scalars(select(cls.id)))


def _secrets(session: Session) -> Iterator[Secret]:
    """Every telling value of every table, with its record and its readers."""
    for cls in table.mapped():
        if cls.__name__ not in table.TABLES:
            continue
        entry = table.TABLES[cls.__name__]
        for row in session.scalars(select(cls)):
            record = getattr(row, entry.get("row", "id"))
            parts = tuple(entry["of"].split())
            if cls is NamedRecord:
                parts = ("lead",) if record.startswith("led_") else ("project",)
            for key, names in table.columns(cls.__name__).items():
                for name in names:
                    for value in _told(name, getattr(row, name)):
                        place = f"{cls.__name__}.{name}"
                        yield Secret(place, value, record, parts, frozenset(key.split()))


def _told(name: str, value: Any) -> Iterator[str]:
    """The telling texts in a value: as it is, and as pages write it."""
    if isinstance(value, Enum) or value is None:
        return
    if name == "amount_minor":
        value = Money(value)
    if isinstance(value, Money) and value.fen % 10**7:
        yield from (value.yuan, str(value), wan(value))
    elif isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        for part in parts:
            yield from _told("", part)
    elif isinstance(value, str) and value.startswith("{"):
        yield from _told("", json.loads(value))
    elif isinstance(value, str) and _is_telling(value):
        yield value
        if value.endswith(".pdf"):
            yield f"zz-bytes-of-{value.removeprefix('zz-').removesuffix('.pdf')}."


def _is_telling(value: str) -> bool:
    return bool(
        SECRET in value or value == PHONE or _ID.fullmatch(value) or _DIGEST.fullmatch(value)
    )
