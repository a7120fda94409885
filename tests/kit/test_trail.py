"""The audit trail: every change enters, nothing leaves, and a broken link is named."""

import json

import pytest
from sqlalchemy import exc, select, text

from app.districts import service as districts
from app.districts.schemas import GrantRoles
from app.errors import Forbidden
from app.kit import trail
from app.kit.trail import AuditEntry
from app.kit.work import Office, Role
from tests.builders import person


def entries(office: Office, act: str) -> list[AuditEntry]:
    with office.open(reads=True) as work:
        query = select(AuditEntry).where(AuditEntry.act == act).order_by(AuditEntry.number)
        return list(work.session.scalars(query))


def test_a_change_enters_with_before_and_after_under_the_outer_act(office: Office) -> None:
    actor = person(office, "zhou", Role.OFFICER)
    with office.open() as work:
        districts.grant_roles(work, actor.id, GrantRoles(roles=[Role.OFFICER, Role.UNIT_HEAD]))
    last = entries(office, "user.grant")[-1]
    assert last.resource_id == actor.id
    assert json.loads(last.changes)["roles"] == [["officer"], ["officer", "unit_head"]]


def test_personal_columns_enter_sealed(office: Office) -> None:
    person(office, "zhou", Role.OFFICER)
    created = entries(office, "user.create")[-1]
    assert "no password fits" not in created.changes
    assert json.loads(created.changes)["password_hash"][0] == "已变更"


def test_numbers_are_gapless_and_the_chain_holds(office: Office) -> None:
    for login in ("zhou", "qian", "sun"):
        person(office, login, Role.OFFICER)
    with office.open(reads=True) as work:
        numbers = list(work.session.scalars(select(AuditEntry.number).order_by(AuditEntry.number)))
        assert numbers == list(range(1, len(numbers) + 1))
        assert trail.broken_entry(work.session) is None


def test_a_refused_act_leaves_no_change_but_a_refusal(office: Office) -> None:
    actor = person(office, "zhou", Role.OFFICER)
    with pytest.raises(Forbidden), office.open(actor) as work:
        districts.grant_roles(work, actor.id, GrantRoles(roles=[Role.COORDINATOR]))
    refusal = entries(office, "user.grant")[-1]
    assert (refusal.result, refusal.actor_id) == ("refused", actor.id)
    with office.open(reads=True) as work:
        assert districts.user(work, actor.id).roles == ["officer"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor_name = 'x' WHERE number = 2",
        "DELETE FROM audit_entry WHERE number = 2",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry(office: Office, statement: str) -> None:
    person(office, "zhou", Role.OFFICER)
    with pytest.raises(exc.DBAPIError, match="append-only"), office.engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_sqlite_refuses_to_replace_an_entry(office: Office) -> None:
    person(office, "zhou", Role.OFFICER)
    replace = "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE number = 2"
    with pytest.raises(exc.DBAPIError, match="append-only"), office.engine.begin() as connection:
        connection.execute(text(replace))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_postgresql_refuses_to_truncate_the_trail(office: Office) -> None:
    with pytest.raises(exc.DBAPIError, match="append-only"), office.engine.begin() as connection:
        connection.execute(text("TRUNCATE audit_entry"))


TAMPERINGS = {
    "a row edited": "UPDATE audit_entry SET actor_name = 'x' WHERE number = 3",
    "a row deleted": "DELETE FROM audit_entry WHERE number = 3",
    "two rows swapped": "UPDATE audit_entry SET number = 7 - number WHERE number IN (3, 4)",
}


@pytest.mark.parametrize("statement", TAMPERINGS.values(), ids=TAMPERINGS.keys())
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_verification_names_the_first_bad_entry(office: Office, statement: str) -> None:
    for login in ("zhou", "qian", "sun"):
        person(office, login, Role.OFFICER)
    with office.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_entry_no_update"))
        connection.execute(text("DROP TRIGGER audit_entry_no_delete"))
        if "7 - number" in statement:
            connection.execute(text("UPDATE audit_entry SET number = 900 WHERE number = 3"))
            connection.execute(text("UPDATE audit_entry SET number = 3 WHERE number = 4"))
            connection.execute(text("UPDATE audit_entry SET number = 4 WHERE number = 900"))
        else:
            connection.execute(text(statement))
    with office.open(reads=True) as work:
        found = trail.broken_entry(work.session)
    assert found is not None
    assert found[0] == 3


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_cut_tail_is_found_by_the_head(office: Office) -> None:
    person(office, "zhou", Role.OFFICER)
    with office.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_entry_no_delete"))
        last = connection.execute(text("SELECT max(number) FROM audit_entry")).scalar_one()
        connection.execute(text(f"DELETE FROM audit_entry WHERE number = {last}"))
    with office.open(reads=True) as work:
        assert trail.broken_entry(work.session) == (last, "尾部缺失：链头记录的末条不在链上")


def test_a_bulk_change_of_an_audited_class_is_refused(office: Office) -> None:
    from sqlalchemy import update

    from app.districts.models import User

    with pytest.raises(RuntimeError, match="skips the trail"), office.open() as work:
        work.session.execute(update(User).values(active=False))
