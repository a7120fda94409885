"""Runs the migrations on either database, in one transaction each.

The settings come from `config.attributes["settings"]`; on the command line of alembic itself,
from the environment. A migration that seals or opens rows finds `vault` and `trail_key` in its
options. On SQLite foreign keys are off while tables are rebuilt and checked before the commit: a
batch rebuild under `foreign_keys=ON` deletes child rows silently.
"""

import importlib
import pkgutil
from typing import Any

import sqlalchemy as sa
from alembic import context
from sqlalchemy import NullPool, create_engine, event

import app
from app.kit.db import Base
from app.kit.vault import Vault
from app.settings import Settings

for module in pkgutil.walk_packages(app.__path__, "app."):
    if module.name.endswith("models") or module.name.startswith("app.kit."):
        importlib.import_module(module.name)

PLAIN = {
    "UtcDateTime": "sa.DateTime(timezone=True)",
    "MoneyInFen": "sa.BigInteger()",
    "Sealed": "sa.Text()",
    "SealedBytes": "sa.LargeBinary()",
}


def render_item(kind: str, item: Any, _autogen: Any) -> str | bool:
    """Write our column types as plain ones: a migration imports nothing of the application."""
    if kind != "type":
        return False
    if type(item).__name__ in PLAIN:
        return PLAIN[type(item).__name__]
    if type(item).__name__ == "RateText":
        return "sa.String(length=40)"
    if isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


def run() -> None:
    """Migrate the configured database."""
    settings = context.config.attributes.get("settings") or Settings()
    engine = create_engine(settings.database, poolclass=NullPool)
    if settings.is_sqlite:
        event.listen(engine, "connect", _sqlite_connection)
        event.listen(
            engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE")
        )
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
            transactional_ddl=True,
            vault=Vault(settings.sealing),
            trail_key=settings.trail_key,
        )
        with context.begin_transaction():
            context.run_migrations()
            if settings.is_sqlite:
                _check_foreign_keys(connection)
    engine.dispose()


def _sqlite_connection(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA secure_delete=ON")


def _check_foreign_keys(connection: sa.Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"migration left rows without their parents: {broken[:3]}")


run()
