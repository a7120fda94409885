"""Tables and the two databases: every difference between SQLite and PostgreSQL is in this file.

`Base` gives names to constraints, the column types keep money whole and instants aware,
`Scoped` and `Share` carry the row scope, `Versioned` the row version that guards every change.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    DateTime,
    Engine,
    Enum,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    create_engine,
    event,
    exc,
    inspect,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import (
    DeclarativeBase,
    InstrumentedAttribute,
    Mapped,
    Session,
    declared_attr,
    mapped_column,
)
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql import ColumnElement

from app.errors import Busy, Invalid, VersionMismatch
from app.money import Money, Rate, rate

LOCK_TIMEOUT_SECONDS = 5
_PASSING_NAMES = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL")
_PASSING_STATES = ("08", "40", "53", "55P03", "57")
"""On PostgreSQL: connection, deadlock, resources, lock not had in time, stopped by an operator."""
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def new_id(prefix: str) -> str:
    """An opaque id: the prefix and 20 random base32 characters (100 bits)."""
    return f"{prefix}_" + "".join(secrets.choice(_ALPHABET) for _ in range(20))


class Base(DeclarativeBase):
    """All tables; constraint names are derived, so both databases and the migrations agree."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC; SQLite forgets the zone and gets it put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuse a naive instant: nobody knows what it means."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class MoneyInFen(TypeDecorator[Money]):
    """`Money` as whole fen in a BIGINT; a float never gets in."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Any) -> int | None:
        """Only Money is stored."""
        if value is None:
            return None
        if not isinstance(value, Money):
            raise TypeError(f"expected Money, got {type(value).__name__}")
        return value.fen

    def process_result_value(self, value: int | None, dialect: Any) -> Money | None:
        """Whole fen back into Money."""
        return None if value is None else Money(value)


class RateText(TypeDecorator[Rate]):
    """An exact ratio as text, `"6/25"`."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: Any) -> str | None:
        """Numerator and denominator, nothing lost."""
        return None if value is None else f"{value.numerator}/{value.denominator}"

    def process_result_value(self, value: str | None, dialect: Any) -> Rate | None:
        """The fraction back."""
        return None if value is None else rate(value)


def coded(enum: type[StrEnum]) -> Enum:
    """The column type of a vocabulary: its codes in a VARCHAR, no database enum."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


class Versioned:
    """A row version: every change raises it, and a change to an older one finds no row."""

    version: Mapped[int] = mapped_column(Integer, nullable=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - a class method by declared_attr
        return {"version_id_col": cls.version}


class Scoped:
    """A table whose rows belong to a district; `work.rows` and `work.get` filter by it.

    `city_reads` names the roles that read every district's rows when held in the city itself.
    """

    id: Mapped[str]
    city_reads: ClassVar[frozenset[str]] = frozenset()

    @declared_attr
    def district_id(cls) -> Mapped[str]:
        return mapped_column(ForeignKey("district.id"), index=True)


class Share(Base):
    """One record opened to one more district; written by the owner's acts alone."""

    __tablename__ = "share"

    resource_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    district_id: Mapped[str] = mapped_column(
        ForeignKey("district.id"), primary_key=True, index=True
    )


def unique_while(
    name: str, *columns: InstrumentedAttribute[Any], condition: ColumnElement[bool]
) -> Index:
    """A unique index over the rows that meet `condition`: a partial index on both databases.

    Give mapped columns, not names: an index over names attaches to no table, silently.
    """
    return Index(name, *columns, unique=True, sqlite_where=condition, postgresql_where=condition)


def append_only(table: Any) -> None:
    """Mark a mapped class append-only: its migration adds triggers that refuse any change."""
    sheet: Table = table.__table__
    sheet.info["append_only"] = True


def violated(error: exc.IntegrityError, index: Index) -> bool:
    """Whether an insert broke this unique index (PostgreSQL names it, SQLite its columns)."""
    diagnostic = getattr(error.orig, "diag", None)
    if diagnostic is not None:
        return bool(diagnostic.constraint_name == index.name)
    columns = ", ".join(f"{column.table.name}.{column.name}" for column in index.columns)
    return str(error.orig) == f"UNIQUE constraint failed: {columns}"


def insert_unless_present(session: Session, cls: type[Base], values: dict[str, Any]) -> bool:
    """Insert a row unless its key is there; True when it was inserted.

    A concurrent twin waits for the first to end on both databases. Asked by RETURNING: the row
    count of such an insert is not to be had on PostgreSQL.
    """
    kind = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    key = inspect(cls).primary_key
    statement = kind.insert(cls).values(values).on_conflict_do_nothing().returning(*key)
    return session.execute(statement).first() is not None


def make_engine(url: str) -> Engine:
    """An engine set up for our rules: durable commits, foreign keys, bounded lock waits."""
    if url.startswith("sqlite"):
        return _sqlite_engine(url)
    return create_engine(
        url,
        pool_size=8,
        max_overflow=8,
        pool_timeout=LOCK_TIMEOUT_SECONDS,
        pool_pre_ping=True,
        connect_args={
            "options": f"-c lock_timeout={LOCK_TIMEOUT_SECONDS}s -c timezone=UTC",
        },
    )


def _sqlite_engine(url: str) -> Engine:
    """One connection, requests take turns on it; BEGIN is ours, so that writers start as such."""
    engine = create_engine(
        url,
        pool_size=1,
        max_overflow=0,
        pool_timeout=LOCK_TIMEOUT_SECONDS,
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={LOCK_TIMEOUT_SECONDS * 1000}",
            "recursive_triggers=ON",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("writes", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def check_answers(engine: Engine) -> None:
    """Ask the database for a one; raises while it does not answer."""
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))


@contextmanager
def speaking_errors() -> Iterator[None]:
    """Turn what the database says under load or in a race into refusals a caller understands."""
    try:
        yield
    except StaleDataError as error:
        raise VersionMismatch("这条记录已被他人修改，请核对后再保存") from error
    except exc.DataError as error:
        raise Invalid("内容里有数据库不能保存的字符或数值") from error
    except (exc.TimeoutError, exc.DBAPIError) as error:
        if isinstance(error, exc.DBAPIError) and not _passes(error):
            raise
        raise Busy("系统繁忙，未写入任何内容，请稍后再试", retry_after=1) from error


def _passes(error: exc.DBAPIError) -> bool:
    """Whether it is no fault of the statement: a lock, a full disk, a lost connection.

    SQLite calls most errors operational, a missing column too; its code tells them apart.
    """
    if error.connection_invalidated:
        return True
    if not isinstance(error, exc.OperationalError):
        return False
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        return str(name).startswith(_PASSING_NAMES)
    state = getattr(error.orig, "sqlstate", "")
    return state is None or str(state).startswith(_PASSING_STATES)
