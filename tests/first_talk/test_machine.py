"""Anything in any order: districts file, act and wait at random; the register must stay whole.

A step is one act of somebody, allowed or not, or time that passes, with the ticks run or not.
After each step the read view, the list, the count and SQL say the same of every row, now and in
the future; nobody shares a subject; ledger and receipts have no gap and check.

    python3 -m pytest tests/first_talk/test_machine.py        a few short courses, always the same
    MACHINE_COURSES=500 MACHINE_SEED=7 python3 -m pytest tests/first_talk/test_machine.py -s
                                                              many of 60 steps; prints how many
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from app.enterprises import service as enterprises
from app.enterprises.schemas import NamedEnterprise
from app.errors import DomainError
from app.first_talk import ledger, register, service, subjects, views
from app.first_talk.case_models import Case
from app.first_talk.challenges import OBJECTIONS, OPEN, CaseState, Effect, Ground
from app.first_talk.ledger_models import Receipt
from app.first_talk.models import Right, RightMove
from app.first_talk.register_schemas import RightFilter
from app.first_talk.rights import ENDINGS, HOLD, LIVE, State
from app.first_talk.schemas import RightView
from app.kit.work import Actor, Office, Role, Work
from app.main import make_office
from app.money import Money
from app.settings import Settings
from tests.builders import CITY, JIANGYANG, NAXI, FrozenClock, person
from tests.first_talk import acts, claims
from tests.first_talk.claims import LETTER, VISIT, YI

COURSES = int(os.environ.get("MACHINE_COURSES", "0"))
SEED = int(os.environ.get("MACHINE_SEED", "0"))
ANY = st.integers(0, 59)
PAUSES = st.sampled_from([1, 5, 24, 50, 24 * 4, 24 * 8, 24 * 15, 24 * 40])
FUTURE = (timedelta(days=3), timedelta(days=45), timedelta(days=400))


@dataclass(frozen=True)
class Scene:
    """The people and companies of every course, in a file that each course copies."""

    file: Path
    holders: dict[str, Actor]
    registrars: list[Actor]
    head: Actor
    companies: list[str]

    def opened(self) -> tuple[Office, FrozenClock]:
        """A copy of its own, and its clock."""
        clock, data = FrozenClock(), self.file.parent
        address = f"sqlite:///{shutil.copy(self.file, data / 'course.db')}"
        return make_office(Settings(data=data, database_url=address, demo=False), clock), clock


@pytest.fixture(scope="module")
def scene(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Four districts, two of them a family, two registrars, two companies."""
    file = tmp_path_factory.mktemp("machine") / "scene.db"
    shutil.copy(sqlite_template, file)
    given = Settings(data=file.parent, database_url=f"sqlite:///{file}", demo=False)
    office = make_office(given, FrozenClock())
    people = [
        person(office, "longmatan", Role.OFFICER),
        person(office, "park", Role.OFFICER, unit="510504-CKQ-ZSJ"),
        person(office, "jiangyang", Role.OFFICER, district=JIANGYANG),
        person(office, "naxi", Role.OFFICER, district=NAXI),
    ]
    registrars = [person(office, name, Role.COORDINATOR, district=CITY) for name in ("one", "two")]
    head = person(office, "head", Role.UNIT_HEAD)
    companies = [claims.enterprise(office), _own_entry(office, head)]
    office.engine.dispose()
    return Scene(file, {one.district_id: one for one in people}, registrars, head, companies)


def _own_entry(office: Office, head: Actor) -> str:
    """An unregistered investor, entered by the one who may merge it with another."""
    with office.open(head) as work:
        entry = NamedEnterprise(name="乙公司", unregistered=True)
        return enterprises.find_or_add(work, entry).id


class Register(RuleBasedStateMachine):
    """One course of events on a database of its own."""

    steps = 0
    met: Counter[State] = Counter()

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self.scene = scene
        self.holders = list(scene.holders.values())
        self.office, self.clock = scene.opened()
        self.rows: list[RightView] = []
        self.cases: list[tuple[str, CaseState, str, str]] = []
        self.ended: dict[str, tuple[State, datetime]] = {}
        self.filed = 0

    def teardown(self) -> None:
        Register.met.update({row.state for row in self.rows})
        self.office.engine.dispose()

    def attempt(self, act: Callable[..., object], *arguments: object, **named: object) -> None:
        """Make an act; a refusal is an answer like any other."""
        try:
            act(self.office, *arguments, **named)
        except DomainError:
            return

    def one(self, n: int, *states: State) -> RightView:
        """A row in one of these states if there is one; now and then any row."""
        fitting = [row for row in self.rows if row.state in states] if n % 8 else []
        rows = fitting or self.rows
        return rows[n % len(rows)]

    def holder(self, row: RightView, n: int = 1) -> Actor:
        """Whose row it is; now and then somebody else."""
        return self.scene.holders[row.district.code] if n % 8 else self.holders[n % 4]

    def registrar(self, n: int = 0) -> Actor:
        return self.scene.registrars[n % 2]

    @rule(who=ANY, company=ANY, complete=st.booleans(), refuse=st.booleans(), talked=ANY)
    def file(self, who: int, company: int, complete: bool, refuse: bool, talked: int) -> None:
        actor = self.holders[who % 4]
        chosen = self.scene.companies[company % 2]
        self.filed += 1
        lead = f"led_{self.filed}"
        claims.reportable(self.office, actor, chosen, lead)
        self.attempt(
            claims.file,
            actor,
            chosen,
            lead_id=lead,
            amount=Money((12 if talked % 9 == 0 else 3) * YI),
            first_talked_on=self.clock.now.date() - timedelta(days=talked),
            evidence=[LETTER] if complete else [VISIT],
            if_taken="refuse" if refuse else "queue",
        )

    @precondition(lambda self: self.rows)
    @rule(n=ANY)
    def complete(self, n: int) -> None:
        row = self.one(n, State.INCOMPLETE)
        self.attempt(claims.complete, self.holder(row, n), row, LETTER)

    @precondition(lambda self: self.rows)
    @rule(n=ANY, agree=st.booleans())
    def review(self, n: int, agree: bool) -> None:
        word = claims.agree if agree or n % 2 else claims.reject
        self.attempt(word, self.registrar(), self.one(n, *HOLD).id)

    @precondition(lambda self: self.rows)
    @rule(n=ANY, substantive=st.booleans())
    def report(self, n: int, substantive: bool) -> None:
        row = self.one(n, State.ACTIVE, State.EXTENSION_PENDING)
        kind = "site_survey" if substantive else ""
        self.attempt(claims.tell, self.holder(row), row.lead_id, self.clock.now.date(), kind)

    @precondition(lambda self: self.rows)
    @rule(n=ANY, agree=st.booleans())
    def extend(self, n: int, agree: bool) -> None:
        row = self.one(n, State.ACTIVE, State.EXTENSION_PENDING)
        if row.state is State.EXTENSION_PENDING:
            self.attempt(acts.decide, self.registrar(), row.id, agree=agree)
        else:
            self.attempt(acts.extend, self.holder(row, n), row.id)

    @precondition(lambda self: self.rows)
    @rule(n=ANY)
    def suspend_or_resume(self, n: int) -> None:
        row = self.one(n, State.SUSPENDED, State.ACTIVE)
        act = acts.resume if row.state is State.SUSPENDED else acts.suspend
        self.attempt(act, self.registrar(), row.id)

    @precondition(lambda self: self.rows)
    @rule(n=ANY, how=ANY)
    def end(self, n: int, how: int) -> None:
        row = self.one(n, *LIVE, State.QUEUED)
        if how < 20:
            self.attempt(acts.release, self.holder(row, n), row.id)
        elif how < 30:
            self.attempt(acts.convert, self.holder(row), row)
        elif how < 40:
            self.leave(row, n)
        elif how == 59:
            self.attempt(acts.revoke, self.registrar(), self.holder(row), row.id)

    def leave(self, row: RightView, n: int) -> None:
        """A letter, brought by anybody who knows the row, and now and then verified."""
        try:
            brought = acts.bring_letter(self.office, self.holders[n % 4], row.id)
        except DomainError:
            return
        self.attempt(acts.verify_letter, self.registrar(), brought)

    @precondition(lambda self: self.rows)
    @rule(n=ANY, who=ANY)
    def hand_on(self, n: int, who: int) -> None:
        row = self.one(n, State.ACTIVE, State.POOLED)
        taker = self.holders[who % 4]
        if row.state is State.POOLED and who % 3:
            self.attempt(acts.accept, taker, row)
        elif row.state is State.POOLED:
            self.attempt(acts.close_pool, self.registrar(), row.id)
        elif row.pool_by is None:
            self.attempt(acts.declare, self.holder(row, n), row.id)
        self.attempt(acts.offer, self.registrar(), row.id)

    @precondition(lambda self: self.rows)
    @rule(n=ANY, ground=st.sampled_from(OBJECTIONS))
    def object(self, n: int, ground: Ground) -> None:
        row = self.one(n, State.QUEUED, State.REJECTED)
        self.attempt(acts.object_to, self.holder(row, n), row.id, ground)

    @precondition(lambda self: self.rows)
    @rule(n=ANY, agree=st.booleans())
    def hold_jointly(self, n: int, agree: bool) -> None:
        row = self.one(n, State.QUEUED, State.ACTIVE)
        self.attempt(acts.join_by_consent, self.holder(row, n), self.holders[n % 4], row.id, agree)

    @precondition(lambda self: self.cases)
    @rule(n=ANY, effect=st.sampled_from([*Effect, None]))
    def settle_case(self, n: int, effect: Effect | None) -> None:
        id, state, *sides = self.cases[n % len(self.cases)]
        side = self.scene.holders[sides[n % 2]]
        if state is CaseState.RULED:
            self.attempt(acts.appeal, side, id)
        elif state is CaseState.APPEALED:
            self.attempt(acts.rule_on_appeal, self.registrar(n), id, reverse=n % 2 == 0)
        elif effect is None:
            self.attempt(acts.agree, side, id)
        else:
            soon = self.clock.now.date() + timedelta(days=1)
            more = {
                Effect.SHORTEN: {"ends_on": soon},
                Effect.SPLIT_BENEFIT: {"benefit": "五五分享"},
            }
            self.attempt(acts.rule, self.registrar(), id, effect, **more.get(effect, {}))

    @rule(how=ANY)
    def merge_or_part(self, how: int) -> None:
        known, new = self.scene.companies
        if how < 12:
            self.attempt(acts.merge, self.scene.head, new, known)
        elif how < 16:
            self.attempt(acts.part, self.scene.head, new)

    @rule(hours=PAUSES, ticks=st.booleans())
    def wait(self, hours: int, ticks: bool) -> None:
        self.clock.tick(hours=hours)
        if ticks:
            for tick in (service.settle_due, service.notify_lapses):
                with self.office.open() as work:
                    tick(work)

    @invariant()
    def everybody_is_told_the_same(self) -> None:
        Register.steps += 1
        with self.office.open(self.registrar(), reads=True) as work:
            found = list(work.session.scalars(work.rows(Right)))
            dockets = subjects.dockets_of(work, {row.subject_key for row in found})
            pure = _settled(dockets, work.now)
            subject = {
                row.id: (enterprises.root(work, row.enterprise_id), row.division) for row in found
            }
            self.rows = list(views.right_views(work, found).values())
            assert {row.id: row.state for row in self.rows} == pure
            listed = register.rights(work, RightFilter(limit=200))
            assert {row.id: row.state for row in listed.items} == pure
            blocking = RightFilter(state=[*LIVE])
            assert register.count(work, blocking) == sum(one in LIVE for one in pure.values())
            for moment in (work.now, *(work.now + later for later in FUTURE)):
                told = _settled(dockets, moment)
                assert _counted(work, moment) == sorted(told.items())
                blocked = [subject[id] for id, state in told.items() if state in LIVE]
                assert len(blocked) == len(set(blocked))
            self.cases = _open_cases(work)

    @invariant()
    def the_ledger_has_no_gap_and_no_step_back(self) -> None:
        with self.office.open(reads=True) as work:
            entries = list(work.session.scalars(select(Receipt).order_by(Receipt.seq)))
            assert ledger.first_bad_entry(work) is None
        assert [one.seq for one in entries] == [*range(1, len(entries) + 1)]
        assert [one.at for one in entries] == sorted(one.at for one in entries)
        series: dict[str, list[int]] = {}
        for one in entries:
            name, _, running = one.number.rpartition("-")
            series.setdefault(name, []).append(int(running))
        for numbers in series.values():
            assert numbers == [*range(1, len(numbers) + 1)]

    @invariant()
    def what_has_ended_stays_ended(self) -> None:
        for row in self.rows:
            if row.id in self.ended and row.state is not State.REVOKED:
                assert (row.state, row.ended_at) == self.ended[row.id]
            if row.state in ENDINGS:
                self.ended[row.id] = (row.state, row.ended_at)
        with self.office.open(reads=True) as work:
            moves = list(
                work.session.scalars(select(RightMove).order_by(RightMove.right_id, RightMove.n))
            )
        for before, after in pairwise(moves):
            assert before.right_id != after.right_id or before.at <= after.at


def _settled(dockets: list[subjects.Docket], moment: datetime) -> dict[str, State]:
    """Every row as the pure rules have it at an instant."""
    return {
        id: standing.state for docket in dockets for id, standing in docket.settled(moment).items()
    }


def _counted(work: Work, moment: datetime) -> list[tuple[str, State]]:
    """The same by SQL; a row that counts twice stands there twice."""
    counted = (
        (id, state)
        for state in State
        for id in work.session.scalars(
            work.rows(Right).where(Right.counts_as(state, now=moment)).with_only_columns(Right.id)
        )
    )
    return sorted(counted)


def _open_cases(work: Work) -> list[tuple[str, CaseState, str, str]]:
    """The objections that something can still be done about, with both sides."""
    going = (*OPEN, CaseState.RULED, CaseState.APPEALED)
    rows = work.session.scalars(
        work.rows(Case).where(Case.state.in_(going), Case.ground.in_(OBJECTIONS)).order_by(Case.id)
    )
    return [(row.id, row.state, row.district_id, row.holder_id) for row in rows]


def test_no_course_of_events_breaks_the_register(scene: Scene, capsys: pytest.CaptureFixture[str]):
    def course() -> Register:
        return Register(scene)

    bounds = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}
    if not COURSES:
        short = settings(
            max_examples=8,
            stateful_step_count=30,
            derandomize=True,
            phases=[Phase.generate],
            **bounds,
        )
        run_state_machine_as_test(course, settings=short)
        return
    long = settings(max_examples=COURSES, stateful_step_count=60, **bounds)
    run_state_machine_as_test(seed(SEED)(course), settings=long)
    with capsys.disabled():
        print(f"\n{Register.steps} steps in {COURSES} courses, seed {SEED}: {Register.met}")  # noqa: T201 - the figures of a long run are wanted
