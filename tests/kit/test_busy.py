"""Busy is what passes by itself: a lock, a full disk, a lost connection; all else is a bug."""

import pytest
from sqlalchemy import exc, text

from app.districts.models import District
from app.errors import Busy
from app.kit.db import make_engine
from app.kit.work import Office
from tests.builders import LONGMATAN

sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def send(office: Office, statement: str) -> None:
    with office.open() as work:
        work.session.execute(text(statement))


@pytest.mark.parametrize(
    "statement", ["SELECT no_such_column FROM district", "SELECT id FROM no_such_table", "SELEC 1"]
)
def test_a_statement_that_is_wrong_is_a_bug_not_a_busy_database(office: Office, statement: str):
    with pytest.raises(exc.DBAPIError, match=r"no_such|SELEC"):
        send(office, statement)


@sqlite
def test_a_locked_file_is_busy(office: Office, database: str):
    send(office, "PRAGMA busy_timeout=0")
    other = make_engine(database)
    with other.begin(), pytest.raises(Busy):
        send(office, "SELECT 1")
    other.dispose()
    send(office, "SELECT 1")


@sqlite
def test_a_full_disk_is_busy(office: Office):
    send(office, "PRAGMA max_page_count=1")  # SQLite takes the present size for the least
    with pytest.raises(Busy):
        send(office, "CREATE TABLE filler AS SELECT randomblob(8000000)")


@postgresql
def test_a_row_that_another_one_keeps_is_busy(office: Office):
    with office.open() as first:
        first.session.get_one(District, LONGMATAN, with_for_update=True)
        with pytest.raises(Busy):
            send(office, "SET LOCAL lock_timeout='20ms'; UPDATE district SET name = name")


@postgresql
def test_a_lost_connection_is_busy(office: Office):
    with pytest.raises(Busy):
        send(office, "SELECT pg_terminate_backend(pg_backend_pid())")
    send(office, "SELECT 1")
