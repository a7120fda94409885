"""Who wins when many file at once: the lock, the index behind it, the same rule as SQL."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import text

from app.errors import Conflict, DomainError
from app.first_talk import claims as making
from app.first_talk import ledger, rulebook, service, subjects
from app.first_talk.models import Right
from app.first_talk.rights import LIVE, State
from app.kit.work import Actor, Office, Role
from app.main import make_office
from app.settings import Settings
from tests.builders import CITY, FrozenClock, person
from tests.first_talk import claims
from tests.first_talk.claims import MINUTES, VISIT


@pytest.mark.parametrize("if_taken", ["refuse", "queue"])
def test_of_many_that_file_at_once_exactly_one_leads(
    office: Office, longmatan: Actor, jiangyang: Actor, naxi: Actor, if_taken: str
):
    company = claims.enterprise(office)

    def file(actor: Actor) -> str:
        try:
            filed = claims.file(office, actor, company, if_taken=if_taken)
        except DomainError as refusal:
            return refusal.code
        return filed.right.state.value

    with ThreadPoolExecutor(6) as pool:
        outcomes = Counter(pool.map(file, [longmatan, jiangyang, naxi] * 2))
    # One's own second filing is a conflict with one's own number.
    losers = {"first-talk-conflict", "conflict"} if if_taken == "refuse" else {"queued", "conflict"}
    assert outcomes["submitted"] == 1
    assert set(outcomes) <= {"submitted", *losers}
    assert sum(outcomes.values()) == 6
    assert claims.states(office)[State.SUBMITTED] == 1
    with office.open(reads=True) as work:
        assert ledger.first_bad_entry(work) is None


def past_the_lock(
    office: Office, settings: Settings, first: Actor, second: Actor, company: str
) -> str:
    """File for `first` while `second` writes a hold without asking for the lock; what came of it.

    The intruder commits at the last moment: when the ledger's time is read for the filing.
    """
    clock = FrozenClock()
    intruder = make_office(settings, clock)
    readings = iter((clock.now, None))

    def interrupted() -> datetime:
        if next(readings, clock.now) is None:
            with intruder.open(second) as work:
                claim = claims.claim(company, second)
                row = making.draft(work, claim, f"{claims.JIA}/26", rulebook.policy_now(work))
                row.state = State.SUBMITTED
                work.add(row)
        return clock.now

    office.clock = interrupted
    filed = claims.file(office, first, company)
    intruder.engine.dispose()
    return filed.right.state.value


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_hold_written_past_the_lock_still_wins_by_the_index(
    office: Office, app_settings: Settings, longmatan: Actor, jiangyang: Actor
):
    company = claims.enterprise(office)
    outcome = past_the_lock(office, app_settings, longmatan, jiangyang, company)
    assert outcome == "queued"
    assert claims.states(office) == {State.SUBMITTED: 1, State.QUEUED: 1}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_without_the_index_the_same_race_has_two_winners(
    office: Office, app_settings: Settings, longmatan: Actor, jiangyang: Actor
):
    with office.engine.begin() as connection:
        connection.execute(text("DROP INDEX uq_first_talk_right_live"))
    company = claims.enterprise(office)
    outcome = past_the_lock(office, app_settings, longmatan, jiangyang, company)
    assert outcome == "submitted"
    assert claims.states(office) == {State.SUBMITTED: 2}


@pytest.mark.parametrize("state", list(State))
def test_the_index_holds_one_row_in_every_blocking_state_and_any_number_in_the_others(
    office: Office, longmatan: Actor, state: State
):
    company = claims.enterprise(office)

    def insert(into: State) -> None:
        with office.open(longmatan) as work:
            claim = claims.claim(company, longmatan)
            row = making.draft(work, claim, "key/26", rulebook.policy_now(work))
            row.state = into
            work.add(row)

    insert(State.ACTIVE)
    if state in LIVE:
        with pytest.raises(Exception, match=r"(?i)unique"):
            insert(state)
    else:
        insert(state)
        insert(state)


def test_the_sql_predicate_is_the_pure_rule_at_every_instant(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor, naxi: Actor
):
    """Three districts file on four subjects and end it at random; random instants are asked."""
    chance = random.Random(20260302)  # noqa: S311 - a repeatable course of events, no secret
    registrar = person(office, "registrar", Role.COORDINATOR, district=CITY)
    companies = [claims.enterprise(office, f"{name}公司", None) for name in "甲乙丙丁"]
    rights: list[tuple[Actor, str]] = []
    for step in range(24):
        clock.tick(hours=chance.randrange(1, 90))
        actor = chance.choice([longmatan, jiangyang, naxi])
        evidence = chance.choice([[VISIT], [MINUTES]])
        try:
            filed = claims.file(
                office, actor, chance.choice(companies), evidence=evidence, lead_id=f"led_{step}"
            )
            rights.append((actor, filed.right.id))
            holder, id = chance.choice(rights)
            act = chance.choice(["agree", "reject", "release", "wait", "wait"])
            if act == "agree":
                claims.agree(office, registrar, id)
            elif act == "reject":
                claims.reject(office, registrar, id)
            elif act == "release":
                with office.open(holder) as work:
                    service.release(work, id, None, "不谈了")
        except (Conflict, DomainError):
            continue
    met: set[State] = set()
    for _ in range(40):
        clock.tick(hours=chance.randrange(1, 120))
        with office.open(reads=True) as work:
            keys = set(work.session.scalars(work.rows(Right).with_only_columns(Right.subject_key)))
            pure = {
                id: standing.state
                for docket in subjects.dockets_of(work, keys)
                for id, standing in docket.settled(work.now).items()
            }
            counted = [
                (id, state)
                for state in State
                for id in work.session.scalars(
                    work.rows(Right)
                    .where(Right.counts_as(state, now=work.now))
                    .with_only_columns(Right.id)
                )
            ]
        assert sorted(counted) == sorted(pure.items())
        met |= set(pure.values())
    assert {State.ACTIVE, State.EXPIRED, State.REJECTED, State.RELEASED} <= met
