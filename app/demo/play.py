"""The demo data (示范数据): eighteen months of work in three districts, acted out to the present.

Nothing is inserted. `seeds/demo/*.toml` are read as a script: each step is one use case, called by
the person whose part it is, in office hours of a working day so many days before today. The ticks
run every week, so time has done to the records what it would have done. All of it is one
transaction: the play is there as a whole or not at all.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.clock import SHANGHAI, WorkCalendar, day_of
from app.demo.acts import ACTS, Scene, Thread
from app.districts import passwords, sign_in
from app.districts import service as districts
from app.districts.schemas import CreateUser, GrantRoles
from app.first_talk import ledger
from app.kit.work import SYSTEM, Actor, Office, Work
from app.main import TICKS
from app.parameters import service as parameters
from app.settings import ROOT

FOLDER = ROOT / "seeds" / "demo"
SCRIPTS = ("leads", "rights", "projects")
FIRST_DAY = 550
"""How many days before today the accounts are made."""
TICKING, OPENING, OPEN_FOR = time(8, 30), time(9, 5), timedelta(hours=8)
PACE = timedelta(minutes=17)


def load(office: Office) -> bool:
    """Act the demo data out; False where there is some already, or a ledger in use."""
    with office.open() as work:
        if sign_in.demo_accounts(work) or ledger.public_entries(work, 0, 1):
            return False
        rehearsal = Rehearsal(office, work.session.connection())
        play = Play(rehearsal, parameters.work_calendar(work), work.today)
        play.cast(_script("people")["person"])
        play.perform(Thread(**thread) for name in SCRIPTS for thread in _script(name)["thread"])
    return True


def _script(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


class Rehearsal(Office):
    """An office inside one open transaction, whose clock stands where the play has come to."""

    def __init__(self, office: Office, connection: Connection) -> None:
        """The same key and folders as `office`."""
        super().__init__(office.engine, lambda: self.now, office.secret, office.services)
        self.now, self._connection = office.clock(), connection
        self._known: dict[object, Any] = {}

    @contextmanager
    def open(self, actor: Actor = SYSTEM, **options: Any) -> Iterator[Work]:
        """A Work in a savepoint; reference data, which no step changes, is read once a day."""
        with super().open(actor, **options) as work:
            work.known = self._known
            yield work

    def set_clock(self, day: date, at: time) -> None:
        """Move on to a time in Shanghai."""
        if day != day_of(self.now):
            self._known = {}
        self.now = datetime.combine(day, at, SHANGHAI).astimezone(UTC)

    def _session(self, *, reads: bool) -> Session:
        return Session(
            self._connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )


class Step(NamedTuple):
    """One line of the script: how many days ago, which act, with what."""

    thread: Thread
    ago: int
    act: str
    given: Mapping[str, Any] = MappingProxyType({})


class Play:
    """The script on its way through the days."""

    def __init__(self, office: Rehearsal, calendar: WorkCalendar, today: date) -> None:
        """`today` is the day after the last one that is played."""
        self.office, self.calendar, self.today = office, calendar, today
        self.firms: dict[str, Any] = _script("enterprises")
        self.actors: dict[str, Actor] = {}

    def cast(self, people: Iterable[Mapping[str, Any]]) -> None:
        """Make the demo accounts; no password opens them."""
        self.office.set_clock(self.day(FIRST_DAY), OPENING)
        with self.office.open() as work:
            for person in people:
                given = {key: value for key, value in person.items() if key != "roles"}
                command = CreateUser(**given)
                made = districts.create_user(work, command, passwords.nobodys_hash(), demo=True)
                districts.grant_roles(work, made.id, GrantRoles(roles=person["roles"]))
                self.actors[made.login] = sign_in.actor_of(work, made.login)

    def perform(self, threads: Iterable[Thread]) -> None:
        """The oldest steps first; the first day of every week begins with the ticks."""
        script = [Step(thread, *step) for thread in threads for step in thread.steps]
        script.sort(key=lambda step: -step.ago)
        week = 0
        for day, steps in groupby(script, key=lambda step: self.day(step.ago)):
            if day.isocalendar().week != week:
                self._tick(day)
            week = day.isocalendar().week
            self._act_all(day, list(steps))

    def day(self, ago: int) -> date:
        """The working day so many days ago, or the last one before it."""
        return self.calendar.nth_workday(self.today - timedelta(days=ago - 1), -1)

    def _tick(self, day: date) -> None:
        """What the time since the last day has done."""
        self.office.set_clock(day, TICKING)
        with self.office.open() as work:
            for tick in TICKS:
                tick.run(work)

    def _act_all(self, day: date, steps: list[Step]) -> None:
        """One after another through the office hours."""
        self.office.set_clock(day, OPENING)
        for step in steps:
            self._act(step)
            self.office.now += min(PACE, OPEN_FOR / len(steps))

    def _act(self, step: Step) -> None:
        part, act = ACTS[step.act]
        given = dict(step.given)
        login = given.pop("by", part if "." in part else f"{step.thread.district}.{part}")
        users = {login: actor.id for login, actor in self.actors.items()}
        firm = self.firms[step.thread.firm] if step.thread.firm else {}
        try:
            with self.office.open(self.actors[login]) as work:
                act(Scene(work, step.thread, self.day(step.ago), given, firm, users))
        except Exception as error:
            error.add_note(f"in the demo: {step.thread.firm} {step[1:]}")
            raise
