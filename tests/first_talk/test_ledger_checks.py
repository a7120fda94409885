"""The mark of the ledger: checked on from the last good entry, and stopped at the first bad one."""

import pytest
from sqlalchemy import text

from app.first_talk import ledger_checks
from app.kit.work import Actor, Office
from tests.first_talk import claims


def check(office: Office) -> int:
    with office.open() as work:
        return ledger_checks.check_on(work)


def mark(office: Office) -> tuple[int, int | None]:
    with office.open(reads=True) as work:
        found = ledger_checks.mark(work)
    return found.through, found.bad_seq


def file(office: Office, actor: Actor, name: str) -> None:
    company = claims.enterprise(office, name, None)
    claims.file(office, actor, company, lead_id=f"led_{name}", unregistered=True)


def test_each_check_goes_on_from_the_last_and_twice_adds_nothing(office: Office, longmatan: Actor):
    with office.open(reads=True) as work:
        assert ledger_checks.mark(work) is None
    file(office, longmatan, "甲公司")
    file(office, longmatan, "乙公司")
    assert [check(office), check(office)] == [2, 0]
    file(office, longmatan, "丙公司")
    assert check(office) == 1
    assert mark(office) == (3, None)


def test_a_long_ledger_is_checked_in_pieces(
    office: Office, longmatan: Actor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ledger_checks, "AT_ONCE", 2)
    for name in ("甲公司", "乙公司", "丙公司"):
        file(office, longmatan, name)
    assert [check(office), check(office), check(office)] == [2, 1, 0]
    assert mark(office) == (3, None)


def change(office: Office, seq: int) -> None:
    """Change an entry past the program."""
    with office.engine.begin() as connection:
        names = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'receipt'")
        ).scalars()
        for name in names.all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("UPDATE receipt SET content = '{}' WHERE seq = :seq"), {"seq": seq})


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_changed_entry_behind_the_mark_is_named(office: Office, longmatan: Actor):
    file(office, longmatan, "甲公司")
    check(office)
    file(office, longmatan, "乙公司")
    file(office, longmatan, "丙公司")
    change(office, 2)
    assert seen(office, longmatan) == (1, 2)
    check(office)
    assert mark(office) == (1, 2)
    assert check(office) == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_changed_entry_before_the_mark_is_found_by_the_whole_walk(
    office: Office, longmatan: Actor
):
    for name in ("甲公司", "乙公司", "丙公司"):
        file(office, longmatan, name)
    check(office)
    change(office, 2)
    assert seen(office, longmatan) == (3, None)
    with office.open(longmatan) as work:
        found = ledger_checks.check_whole(work)
    assert (found.bad_seq, found.whole_through, found.whole_at) == (2, 1, found.at)
    assert seen(office, longmatan) == (1, 2)


def test_the_page_checks_what_was_entered_since_and_writes_nothing(
    office: Office, longmatan: Actor
):
    file(office, longmatan, "甲公司")
    check(office)
    file(office, longmatan, "乙公司")
    assert seen(office, longmatan) == (2, None)
    assert mark(office) == (1, None)


def seen(office: Office, reader: Actor) -> tuple[int, int | None]:
    """What the page says."""
    with office.open(reader, reads=True) as work:
        found = ledger_checks.checked_now(work)
    return found.through, found.bad_seq
