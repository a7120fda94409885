"""今日必办, clock by clock: at each moment of a story one kind of call reaches these people alone.

Every kind of call stands in one of the stories but 截止日确定, which follows a publication.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pytest

from app.districts import calendars, sign_in
from app.districts import service as districts
from app.districts.schemas import CallView, CreateUser, GrantRoles
from app.first_talk import agenda, cases, joining, service
from app.first_talk.challenges import Effect
from app.first_talk.join_schemas import AskToJoin
from app.first_talk.schemas import RightView
from app.first_talk.warnings import Kind
from app.kit.work import Actor, Office, Role
from app.money import Money
from tests.builders import CITY, JIANGYANG, FrozenClock, person
from tests.first_talk import acts, claims
from tests.first_talk.claims import MINUTES, VISIT, YI, at, on

Make = Callable[..., RightView]


@dataclass
class World:
    """Everybody whom a call may reach, and what the steps of a story have made."""

    office: Office
    clock: FrozenClock
    people: dict[str, Actor]
    active: Make
    right: RightView | None = None
    claim: RightView | None = None
    made: dict[str, object] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Actor:
        return self.people[name]

    def file(self, **changes: object) -> None:
        """The officer of 龙马潭区 files."""
        company = claims.enterprise(self.office)
        self.right = claims.file(self.office, self["officer"], company, **changes).right

    def follow(self) -> None:
        """江阳区 files behind, its first talk earlier."""
        company = claims.enterprise(self.office)
        changes = {"first_talked_on": on("02-18")}
        self.claim = claims.file(self.office, self["rival"], company, **changes).right

    def start(self, **changes: object) -> None:
        """A right of 龙马潭区 from 03-09."""
        self.right = self.active("03-09", **changes)

    def report(self, *days: str, kind: str = "") -> None:
        for day in days:
            claims.report(self.office, self.clock, self["officer"], day, kind)

    def case(self) -> str:
        """The one case that is not over."""
        with self.office.open(self["registrar"], reads=True) as work:
            return cases.pending(work)[0].id


@pytest.fixture
def world(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    naxi: Actor,
    registrar: Actor,
    active: Make,
) -> World:
    people = {
        "officer": longmatan,
        "colleague": person(office, "colleague", Role.OFFICER),
        "head": person(office, "head", Role.UNIT_HEAD),
        "negotiator": person(office, "negotiator", Role.NEGOTIATOR),
        "rival": jiangyang,
        "third": naxi,
        "registrar": registrar,
        "second": person(office, "second", Role.COORDINATOR, district=CITY),
        "director": director(office),
    }
    return World(office, clock, people, active)


def director(office: Office) -> Actor:
    """The head of the office that decides."""
    with office.open() as work:
        command = CreateUser(login="director", name="director", unit_id="510500-LXB")
        account = districts.create_user(work, command, "no password fits", demo=True)
        districts.grant_roles(work, account.id, GrantRoles(roles=[Role.UNIT_HEAD]))
        return sign_in.actor_of(work, "director")


def nothing(world: World) -> None:
    """Time alone."""


def notify(office: Office) -> None:
    with office.open() as work:
        service.notify_lapses(work)


def ask_to_join(world: World) -> None:
    with world.office.open(world["rival"]) as work:
        joining.ask(work, world.claim.id, AskToJoin(statement="两区共同接洽"))


HOLDERS = "officer head"
READERS = "officer head negotiator"
DECIDERS = "registrar second"

Step = tuple[str, Callable[[World], object], dict[Kind, tuple[str, str]]]

STORIES: dict[str, list[Step]] = {
    "a claim": [
        ("03-02", lambda w: w.file(evidence=[VISIT]), {Kind.FIX: ("03-09", HOLDERS)}),
        (
            "03-02",
            lambda w: claims.complete(w.office, w["officer"], w.right, MINUTES),
            {Kind.TAKE_UP: ("03-03", DECIDERS)},
        ),
        (
            "03-02",
            lambda w: acts.take_up(w.office, w["second"], w.right.id),
            {Kind.TAKE_UP: ("03-03", ""), Kind.REVIEW: ("03-05", "second")},
        ),
        (
            "03-06",
            nothing,
            {Kind.REVIEW_OVERDUE: ("03-05", DECIDERS), Kind.ESCALATED: ("03-05", "director")},
        ),
    ],
    "a claim that nobody takes up": [
        ("03-02", World.file, {Kind.TAKE_UP: ("03-03", DECIDERS)}),
        (
            "03-04",
            nothing,
            {
                Kind.TAKE_UP: ("03-03", ""),
                Kind.TAKE_UP_OVERDUE: ("03-03", DECIDERS),
                Kind.TAKE_UP_ESCALATED: ("03-03", "director"),
            },
        ),
        (
            "03-04",
            lambda w: acts.take_up(w.office, w["second"], w.right.id),
            {Kind.TAKE_UP_ESCALATED: ("03-03", ""), Kind.REVIEW: ("03-05", "second")},
        ),
    ],
    "a right": [
        ("03-09", World.start, {Kind.REPORT: ("03-23", HOLDERS)}),
        ("03-24", nothing, {Kind.REPORT_GRACE: ("03-26", HOLDERS)}),
        ("04-17", nothing, {Kind.RED: ("06-08", READERS)}),
        (
            "05-22",
            lambda w: w.report("05-08", kind="site_survey"),
            {Kind.EXTEND: ("05-25", HOLDERS), Kind.ENDS: ("06-08", READERS)},
        ),
        (
            "05-22",
            lambda w: acts.extend(w.office, w["officer"], w.right.id),
            {Kind.EXTENSION: ("06-08", DECIDERS)},
        ),
    ],
    "a silent holder": [
        ("03-09", lambda w: w.start(amount=Money(12 * YI)), {}),
        (
            "05-10",
            lambda w: w.report("03-23", "04-03", "04-20", "05-04"),
            {Kind.YELLOW: ("06-09", READERS)},
        ),
        ("06-10", lambda w: w.report("05-18", "06-01"), {}),
        ("06-10", lambda w: notify(w.office), {Kind.LAPSE: ("06-17", READERS)}),
    ],
    "a standstill": [
        ("03-09", World.start, {}),
        (
            "03-12",
            lambda w: acts.suspend(w.office, w["registrar"], w.right.id),
            {Kind.RESUMES: ("06-10", HOLDERS)},
        ),
    ],
    "a letter": [
        ("03-09", World.start, {}),
        (
            "03-12",
            lambda w: acts.bring_letter(w.office, w["registrar"], w.right.id),
            {Kind.LETTER: ("03-12", "second")},
        ),
        ("06-09", nothing, {Kind.LETTER: ("03-12", "")}),
    ],
    "a dispute": [
        ("03-02", World.file, {}),
        ("03-02", World.follow, {}),
        (
            "03-04",
            lambda w: claims.agree(w.office, w["registrar"], w.right.id),
            {Kind.OBJECT: ("03-09", "rival")},
        ),
        (
            "03-05",
            lambda w: acts.object_to(w.office, w["rival"], w.claim.id),
            {Kind.ANSWER: ("03-12", HOLDERS), Kind.NEGOTIATE: ("03-12", "rival")},
        ),
        (
            "03-13",
            nothing,
            {Kind.RULE: ("03-26", DECIDERS), Kind.LATE_ANSWER: ("03-26", HOLDERS)},
        ),
        (
            "03-27",
            nothing,
            {
                Kind.RULE_OVERDUE: ("04-10", DECIDERS),
                Kind.RULING_ESCALATED: ("04-10", "director"),
            },
        ),
        (
            "03-27",
            lambda w: acts.rule(w.office, w["registrar"], w.case(), Effect.UPHOLD),
            {Kind.APPEAL: ("04-13", f"{HOLDERS} rival")},
        ),
        (
            "03-30",
            lambda w: acts.appeal(w.office, w["rival"], w.case()),
            {Kind.RULE_ON_APPEAL: ("04-14", "second")},
        ),
    ],
    "a hearing": [
        ("03-09", World.start, {}),
        (
            "03-10",
            lambda w: acts.accuse(w.office, w["registrar"], w.right.id),
            {Kind.HEAR: ("03-17", HOLDERS)},
        ),
    ],
    "a request to hold jointly": [
        ("03-02", World.file, {}),
        ("03-02", World.follow, {}),
        ("03-02", ask_to_join, {Kind.JOIN: ("03-23", HOLDERS)}),
    ],
    "an invitation": [
        ("03-02", lambda w: w.file(co_holder=JIANGYANG), {Kind.JOIN: ("03-23", "rival")}),
        (
            "03-03",
            lambda w: acts.release(w.office, w["officer"], w.right.id),
            {Kind.JOIN: ("03-23", "")},
        ),
    ],
    "a transfer": [
        ("03-09", World.start, {}),
        (
            "03-12",
            lambda w: acts.declare(w.office, w["officer"], w.right.id),
            {Kind.POOL: ("03-17", DECIDERS)},
        ),
        (
            "03-16",
            lambda w: acts.offer(w.office, w["registrar"], w.right.id),
            {Kind.TAKE: ("03-23", "rival third")},
        ),
        (
            "03-20",
            lambda w: acts.accept(w.office, w["third"], w.right),
            {Kind.RESULT: ("03-27", "third")},
        ),
        ("04-21", nothing, {Kind.RECLAIM: ("04-20", DECIDERS)}),
    ],
    "a pool that nobody takes from": [
        ("03-09", World.start, {}),
        ("03-12", lambda w: acts.declare(w.office, w["officer"], w.right.id), {}),
        ("03-12", lambda w: acts.offer(w.office, w["registrar"], w.right.id), {}),
        ("03-20", nothing, {Kind.OFFER_AGAIN: ("04-18", DECIDERS)}),
        (
            "03-20",
            lambda w: acts.close_pool(w.office, w["registrar"], w.right.id),
            {Kind.OFFER_AGAIN: ("04-18", "")},
        ),
    ],
}


def reached(world: World, kind: Kind) -> dict[str, list[CallView]]:
    """Whom a kind of call reaches, on the 工作台 and in the calendar alike."""
    found: dict[str, list[CallView]] = {}
    for name, actor in world.people.items():
        with world.office.open(actor, reads=True) as work:
            mine = [one for one in agenda.calls(work) if one.kind == kind.label]
            told = calendars.ics(work, mine).decode()
        assert told.count("BEGIN:VEVENT") == len(mine)
        for one in mine:
            assert f"DTSTART;VALUE=DATE:{one.due_on:%Y%m%d}" in told
            found.setdefault(name, []).append(one)
    return found


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("story", STORIES)
def test_each_clock_calls_those_who_must_act_and_nobody_else(world: World, story: str):
    for day, act, expected in STORIES[story]:
        world.clock.set(at(day, "09:00:00"))
        act(world)
        world.clock.set(at(day, "10:00:00"))
        for kind, (due, names) in expected.items():
            called = {
                name: [one.due_on for one in found] for name, found in reached(world, kind).items()
            }
            days: list[date] = [on(due)]
            assert called == dict.fromkeys(names.split(), days), (story, day, kind)


def test_every_kind_of_call_has_its_place_in_a_story():
    told = {kind for steps in STORIES.values() for _, _, calls in steps for kind in calls}
    assert set(Kind) - told == {Kind.END_FIXED}
