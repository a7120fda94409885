"""Personal data, second factors and stored answers are sealed at rest; digests of bodies are keyed.

The way back opens what was sealed. The digests stay keyed: a request that is repeated across the
way back is refused or done as a new one.
"""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

CONTACT = sa.table("contact", *map(sa.column, ("id", "name", "phone", "phone_seal", "email")))
INTERACTION = sa.table("interaction", *map(sa.column, ("id", "counterparts")))
ACCOUNT = sa.table("user_account", *map(sa.column, ("id", "totp_secret")))
ANSWER = sa.table("stored_answer", *map(sa.column, ("caller", "key", "body_digest", "body")))


def upgrade() -> None:
    vault().make_first()
    change(CONTACT, ("id",), sealed_contact)
    change(INTERACTION, ("id",), lambda row: texts(row, "interaction", seal, "counterparts"))
    change(ACCOUNT, ("id",), lambda row: texts(row, "user_account", seal, "totp_secret"))
    change(ANSWER, ("caller", "key"), sealed_answer)


def downgrade() -> None:
    change(ANSWER, ("caller", "key"), opened_answer)
    change(ACCOUNT, ("id",), lambda row: texts(row, "user_account", unseal, "totp_secret"))
    change(INTERACTION, ("id",), lambda row: texts(row, "interaction", unseal, "counterparts"))
    change(CONTACT, ("id",), opened_contact)


def sealed_contact(row: sa.RowMapping) -> dict[str, Any]:
    phone = row["phone"]
    found_by = vault().fingerprints("contact.phone", digits(phone))[0] if phone else None
    return {**texts(row, "contact", seal, "name", "phone", "email"), "phone_seal": found_by}


def opened_contact(row: sa.RowMapping) -> dict[str, Any]:
    values = texts(row, "contact", unseal, "name", "phone", "email")
    phone = values["phone"]
    return {**values, "phone_seal": keyed(digits(phone)) if phone else None}


def sealed_answer(row: sa.RowMapping) -> dict[str, Any]:
    """The key of a form carries the digest of its body."""
    digest = keyed(row["body_digest"])
    return {
        "key": row["key"].replace(row["body_digest"], digest),
        "body_digest": digest,
        "body": vault().seal("stored_answer.body", row["body"]).encode(),
    }


def opened_answer(row: sa.RowMapping) -> dict[str, Any]:
    return {"body": vault().open("stored_answer.body", row["body"].decode())}


def texts(
    row: sa.RowMapping, table: str, made: Callable[[str, str], str], *columns: str
) -> dict[str, Any]:
    return {
        name: None if row[name] is None else made(f"{table}.{name}", row[name]) for name in columns
    }


def seal(place: str, value: str) -> str:
    return vault().seal(place, value.encode())


def unseal(place: str, value: str) -> str:
    return vault().open(place, value).decode()


def vault() -> Any:
    return op.get_context().opts["vault"]


def keyed(text: str) -> str:
    secret = op.get_context().opts["trail_key"].read_bytes()
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def digits(phone: str) -> str:
    return "".join(filter(str.isdigit, phone)).removeprefix("86")


def change(
    table: sa.TableClause, keys: tuple[str, ...], made: Callable[[sa.RowMapping], dict[str, Any]]
) -> None:
    """Change the rows of a table one by one; `made` says what of a row becomes what."""
    connection = op.get_bind()
    for key in connection.execute(sa.select(*(table.c[name] for name in keys))).all():
        here = sa.and_(*(table.c[name] == value for name, value in zip(keys, key, strict=True)))
        row = connection.execute(sa.select(table).where(here)).mappings().one()
        connection.execute(table.update().where(here).values(made(row)))
