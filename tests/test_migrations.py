"""The migrations on both databases: up and down again, no drift, append-only means it."""

import pytest
from alembic import command
from sqlalchemy import Connection, exc, inspect, text

from app import installation
from app.kit.db import Base

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
