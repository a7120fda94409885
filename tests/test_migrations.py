"""The migrations on both databases: up and down again, no drift, append-only means it."""

import hashlib
import hmac

import pytest
from alembic import command
from sqlalchemy import Connection, exc, inspect, text

from app import installation
from app.enterprises import service as enterprises
from app.enterprises.schemas import MatchQuery, SaveContact
from app.kit.db import Base
from app.kit.work import Role
from tests.builders import LONGMATAN, partner_key, person

CHANGES = {
    "sqlite": (
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
    ),
    "postgresql": (
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
        "TRUNCATE {table} CASCADE",
    ),
}


def append_only_tables() -> list[str]:
    return [table.name for table in Base.metadata.sorted_tables if table.info.get("append_only")]


def protected_tables(connection: Connection) -> set[str]:
    """The tables whose triggers are all there, and on PostgreSQL fire for everybody."""
    if connection.dialect.name == "sqlite":
        found = (
            "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' "
            "GROUP BY 1 HAVING count(*) = 3"
        )
    else:
        found = (
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND tgenabled = 'A' GROUP BY 1 HAVING count(*) = 2"
        )
    return set(connection.scalars(text(found)))


def test_the_mapped_tables_are_those_of_the_migrations(app_settings):
    installation.refuse_drift(app_settings)


def test_every_migration_goes_down_with_data_and_up_again(app_settings, office):
    config = installation.alembic_config(app_settings)
    before = set(inspect(office.engine).get_table_names())
    office.engine.dispose()
    command.downgrade(config, "base")
    assert inspect(office.engine).get_table_names() == ["alembic_version"]
    office.engine.dispose()
    command.upgrade(config, "head")
    assert set(inspect(office.engine).get_table_names()) == before
    installation.load_seeds(office)
    installation.refuse_drift(app_settings)


def test_what_was_stored_in_clear_is_sealed_by_the_upgrade_and_opened_by_the_way_back(
    app_settings, office, client, tmp_path
):
    partner, body = client(), {"name": "泸州沁泽科技有限公司"}
    key = partner_key(office, "enterprise:*", district=LONGMATAN)
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "before-the-upgrade"}
    added = partner.post("/api/v1/enterprises", json=body, headers=headers)
    assert added.status_code == 201, added.text
    officer = person(office, "zhou", Role.OFFICER)
    with office.open(officer) as work:
        contact = SaveContact(name="李航", phone="138-1234-5678", email="li@qinze.cn")
        made = enterprises.add_contact(work, added.json()["id"], contact)
    sealed = contact_rows(office)

    config = installation.alembic_config(app_settings)
    office.engine.dispose()
    command.downgrade(config, "0003")
    secret = app_settings.trail_key.read_bytes()
    matched = hmac.new(secret, b"13812345678", hashlib.sha256).hexdigest()
    assert contact_rows(office) == [("李航", "138-1234-5678", matched, "li@qinze.cn")]
    with office.engine.begin() as connection:
        plain = {"digest": hashlib.sha256(added.request.content).hexdigest()}
        assert connection.scalar(text("SELECT body FROM stored_answer")) == added.content
        connection.execute(text("UPDATE stored_answer SET body_digest = :digest"), plain)

    office.engine.dispose()
    installation.migrate(app_settings)
    (again_sealed,) = contact_rows(office)
    assert not {*again_sealed} & {"李航", "138-1234-5678", "li@qinze.cn", matched}
    assert again_sealed[2] == sealed[0][2]
    with office.open(officer) as work:
        assert enterprises.show_contact(work, made.id).phone == contact.phone
        (found,) = enterprises.match(work, MatchQuery(phone="13812345678")).similar
    assert found.id == added.json()["id"]
    again = partner.post("/api/v1/enterprises", json=body, headers=headers)
    assert (again.headers["Idempotency-Replayed"], again.json()) == ("true", added.json())
    if app_settings.is_sqlite:
        assert b"138-1234-5678" not in b"".join(p.read_bytes() for p in tmp_path.glob("test.db*"))


def contact_rows(office) -> list[tuple[str, ...]]:
    with office.engine.connect() as connection:
        found = connection.execute(text("SELECT name, phone, phone_seal, email FROM contact"))
        return [tuple(row) for row in found]


def test_every_append_only_table_is_protected(office):
    with office.engine.connect() as connection:
        assert protected_tables(connection) == set(append_only_tables())


def test_no_row_of_an_append_only_table_can_be_changed_or_removed(office):
    kind = office.engine.dialect.name
    filled = [table for table in append_only_tables() if _count(office, table)]
    assert "audit_entry" in filled
    for table in filled:
        column = Base.metadata.tables[table].primary_key.columns.keys()[0]
        for change in CHANGES[kind]:
            with pytest.raises(exc.DBAPIError, match="append-only"), office.open() as work:
                work.session.execute(text(change.format(table=table, column=column)))


def _count(office, table: str) -> int:
    with office.open(reads=True) as work:
        return work.session.scalar(text(f"SELECT count(*) FROM {table}"))
