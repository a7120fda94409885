"""Columns that are sealed at rest: text and bytes to the program, a vault's seals in the database.

Use cases do not notice. A sealed column cannot be compared or sorted by; beside one that is matched
stands a column of fingerprints, named like it with `_seal`.
"""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    LargeBinary,
    Row,
    Select,
    Table,
    Text,
    TypeDecorator,
    asc,
    bindparam,
    desc,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql import ColumnElement, operators

from app.kit.db import Base
from app.kit.vault import Vault, key_id

BATCH = 500
"""Rows that one transaction puts under another key."""


class Sealed(TypeDecorator[str]):
    """Sealed text of one place, `table.column`; `form` is what of it is matched, if it is."""

    impl = Text
    cache_ok = True

    class comparator_factory(TypeDecorator.Comparator[str]):  # noqa: N801 - SQLAlchemy's name
        """Refuses what would silently find nothing."""

        def operate(self, op: Any, *other: Any, **options: Any) -> ColumnElement[Any]:
            """Only whether there is a value can be asked."""
            if op not in {operators.is_, operators.is_not}:
                raise TypeError("a sealed column cannot be compared; see `matching`")
            return super().operate(op, *other, **options)

    def __init__(self, place: str, form: Callable[[str], str] | None = None) -> None:
        super().__init__()
        self.place = place
        self.form = form

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Seal."""
        return None if value is None else _vault(dialect).seal(self.place, value.encode())

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        """Open."""
        return None if value is None else _vault(dialect).open(self.place, value).decode()


class SealedBytes(TypeDecorator[bytes]):
    """Sealed bytes of one place, `table.column`."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: bytes | None, dialect: Any) -> bytes | None:
        """Seal."""
        return None if value is None else _vault(dialect).seal(self.place, value).encode()

    def process_result_value(self, value: bytes | None, dialect: Any) -> bytes | None:
        """Open."""
        return None if value is None else _vault(dialect).open(self.place, value.decode())


def use_vault(engine: Engine, vault: Vault) -> None:
    """Let the sealed columns of this engine use this vault."""
    engine.dialect.vault = vault  # type: ignore[attr-defined]  # what a type sees of its engine


def fingerprint(session: Session, column: InstrumentedAttribute[str | None], value: str) -> str:
    """What stands beside a sealed value to be matched."""
    return _fingerprints(session, column, value)[0]


def matching(
    session: Session, column: InstrumentedAttribute[str | None], value: str
) -> ColumnElement[bool]:
    """Whether the sealed column has this value, in the form that is matched."""
    beside = _beside(column.property.columns[0])
    return beside.in_(_fingerprints(session, column, value))


def sealed_tables() -> list[Table]:
    """The tables that have sealed columns."""
    return [table for table in Base.metadata.sorted_tables if _sealed(table)]


def key_ids_in_use(connection: Connection) -> set[str]:
    """The keys of the first and the last seal of each column.

    Those are all keys in use: a rotation goes from the first row to the last.
    """
    return {
        key_id(seal if isinstance(seal, str) else seal.decode())
        for table in sealed_tables()
        for column in _sealed(table)
        for seal in _ends(connection, column)
    }


def reseal(session: Session, table: Table, after: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """Put the rows after one (by primary key; the first ones for `()`) under the newest key.

    Returns the last of them, None when there was none. No change of the rows for anybody who reads.
    """
    key, sealed = list(table.primary_key.columns), _sealed(table)
    rows = select(*key, *sealed).order_by(*key).limit(BATCH).with_for_update()
    if after:
        rows = rows.where(tuple_(*key) > tuple_(*after))
    found = session.execute(rows).all()
    if not found:
        return None
    vault = _vault(session.get_bind().dialect)
    one = table.update().where(*(column == bindparam(f"at_{column.name}") for column in key))
    changes = [
        {f"at_{column.name}": row._mapping[column] for column in key}
        | {name: value for column in sealed for name, value in _again(vault, column, row)}
        for row in found
    ]
    session.execute(one, changes)
    return tuple(found[-1][: len(key)])


def _again(vault: Vault, column: Column[Any], row: Row[Any]) -> Iterator[tuple[str, Any]]:
    """A sealed column of a row, to be sealed again, and the fingerprint beside it."""
    value = row._mapping[column]
    yield column.name, value
    if isinstance(column.type, Sealed) and column.type.form is not None and value is not None:
        form = column.type.form(value)
        yield _beside(column).name, vault.fingerprints(column.type.place, form)[0]


def _sealed(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if isinstance(column.type, Sealed | SealedBytes)]


def _ends(connection: Connection, column: Column[Any]) -> Iterator[Any]:
    """The first and the last seal of a column, as they are stored."""
    kept: Text | LargeBinary = Text() if isinstance(column.type, Sealed) else LargeBinary()
    seals: Select[Any] = select(type_coerce(column, kept)).where(column.is_not(None)).limit(1)
    for direction in (asc, desc):
        order = [direction(each) for each in column.table.primary_key.columns]
        yield from connection.scalars(seals.order_by(*order)).all()


def _fingerprints(
    session: Session, column: InstrumentedAttribute[str | None], value: str
) -> list[str]:
    kind: Any = column.property.columns[0].type
    return _vault(session.get_bind().dialect).fingerprints(kind.place, kind.form(value))


def _beside(column: Column[Any]) -> Column[Any]:
    """The column of fingerprints that belongs to a sealed one."""
    beside: Column[Any] = column.table.columns[f"{column.name}_seal"]
    return beside


def _vault(dialect: Any) -> Vault:
    vault: Vault = dialect.vault
    return vault
