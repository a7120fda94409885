"""Sealed columns: every personal one is, under its own name; a rotation reaches every row."""

import pytest
from sqlalchemy import Column, insert, text

from app import installation
from app.enterprises import service as enterprises
from app.enterprises.models import Contact, phone_digits
from app.enterprises.schemas import AddEnterprise, ContactView, MatchQuery
from app.kit.db import Base
from app.kit.sealed import BATCH, Sealed, SealedBytes, fingerprint, key_ids_in_use, reseal
from app.kit.vault import key_id
from app.kit.work import Actor, Office, Role
from app.settings import Settings
from tests.builders import person
from tests.test_architecture import import_everything

CANNOT_BE_TURNED_BACK = ("_hash", "_hashes", "_seal")
"""The endings of columns that hold a hash or a fingerprint."""


@pytest.fixture
def officer(office: Office) -> Actor:
    return person(office, "zhou", Role.OFFICER)


@pytest.fixture
def enterprise(office: Office, officer: Actor) -> str:
    """An enterprise with more contacts than one transaction reseals."""
    with office.open(officer) as work:
        named = AddEnterprise(name="泸州沁泽科技有限公司", unregistered=True)
        id = enterprises.add_enterprise(work, named).id
        rows = [
            {
                "id": f"ctc_{n:04d}",
                "district_id": officer.district_id,
                "enterprise_id": id,
                "name": f"联系人{n}",
                "phone": f"1390000{n:04d}",
                "phone_seal": fingerprint(work.session, Contact.phone, f"1390000{n:04d}"),
                "version": 1,
                "created_at": work.now,
            }
            for n in range(BATCH + 2)
        ]
        work.session.execute(insert(Contact.__table__), rows)
    return id


def columns() -> list[Column]:
    import_everything()
    return [column for table in Base.metadata.sorted_tables for column in table.columns]


def stored(office: Office) -> list[tuple[str, str]]:
    with office.engine.connect() as connection:
        return list(connection.execute(text("SELECT phone, phone_seal FROM contact ORDER BY id")))


def read(office: Office, officer: Actor, enterprise: str) -> list[ContactView]:
    with office.open(officer, reads=True) as work:
        return enterprises.overview(work, enterprise).contacts


def test_every_personal_column_is_sealed_or_cannot_be_turned_back():
    personal = [column for column in columns() if column.info.get("personal")]
    clear = [
        str(column)
        for column in personal
        if not isinstance(column.type, Sealed) and not column.name.endswith(CANNOT_BE_TURNED_BACK)
    ]
    assert (len(personal) > 5, clear) == (True, [])


def test_every_sealed_column_is_bound_to_its_own_place():
    sealed = [column for column in columns() if isinstance(column.type, Sealed | SealedBytes)]
    assert [column.type.place for column in sealed] == [str(column) for column in sealed]


def test_a_sealed_column_cannot_be_compared():
    with pytest.raises(TypeError, match="cannot be compared"):
        Contact.phone == "13987654321"  # noqa: B015 - the comparison itself is refused


@pytest.mark.parametrize("written", ["13987654321", "+86 139-8765-4321", "86(139)87654321"])
def test_a_phone_is_the_same_however_it_is_written(written: str):
    assert phone_digits(written) == "13987654321"


def test_a_rotation_reaches_every_row_and_nobody_who_reads_notices(
    app_settings: Settings, office: Office, officer: Actor, enterprise: str
):
    old, shown = stored(office), read(office, officer, enterprise)
    newest = installation.rotate_sealing_key(app_settings)
    new = stored(office)
    assert {key_id(phone) for phone, _ in new} == {newest}
    assert len(new) == BATCH + 2
    assert not {print_ for _, print_ in new} & {print_ for _, print_ in old}
    assert read(office, officer, enterprise) == shown
    with office.open(officer, reads=True) as work:
        (found,) = enterprises.match(work, MatchQuery(phone="139 0000 0501")).similar
    assert (found.id, found.score) == (enterprise, 20)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_under_an_interrupted_rotation_both_keys_are_in_use_and_phones_are_found(
    office: Office, officer: Actor, enterprise: str
):
    (old,) = office.services["vault"].key_ids()
    newest = office.services["vault"].rotate()
    with office.open() as work:
        assert reseal(work.session, Contact.__table__, ()) == (f"ctc_{BATCH - 1:04d}",)
    with office.engine.connect() as connection:
        assert key_ids_in_use(connection) == {old, newest}
    with office.open(officer, reads=True) as work:
        for phone in ("13900000000", "13900000501"):
            (found,) = enterprises.match(work, MatchQuery(phone=phone)).similar
            assert found.id == enterprise
