"""One installation: its data folder and lock, the state of its database, backup and restore.

SQLite has one process that serves or changes things at large; a lock beside the database file
says which. Everything else in the data folder (files, keys) is written by the services.
"""

import fcntl
import getpass
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, NullPool, create_engine, exc, inspect, make_url

from app.demo import play
from app.districts import service as districts
from app.errors import Conflict
from app.kit.sealed import key_ids_in_use, reseal, sealed_tables
from app.kit.vault import Vault
from app.kit.work import SYSTEM, Office, Role, Work, use_case
from app.main import make_office
from app.parameters import importing as parameters
from app.settings import ROOT, Settings


def prepare_folder(settings: Settings) -> None:
    """Make the data folder, for its owner alone; Conflict when it cannot hold our data safely."""
    folder = settings.data
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not any(folder.iterdir()):
            folder.chmod(0o700)
        (folder / ".writable").touch()
        (folder / ".writable").unlink()
    except OSError as error:
        raise Conflict(
            f"数据目录 {folder} 不可写（{error.strerror}）；可用 TONGZHAO_DATA 另行指定"
        ) from error
    if folder.stat().st_mode & 0o077:
        raise Conflict(f"数据目录 {folder} 对其他用户开放，请先执行 chmod 700 {folder}")


@contextmanager
def held(settings: Settings) -> Iterator[None]:
    """Prepare the data folder and, on SQLite, keep it to this process; Conflict when taken."""
    prepare_folder(settings)
    if not settings.is_sqlite:
        yield
        return
    database = database_file(settings)
    with database.with_name(f"{database.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(f"另一个同招进程正在使用 {database}，请先停止它") from error
        yield


def database_file(settings: Settings) -> Path:
    """The SQLite file."""
    return Path(make_url(settings.database).database or "")


def migrate(settings: Settings) -> None:
    """Bring the schema up to this program; Conflict when the database is not ours or is newer."""
    config = alembic_config(settings)
    scripts = ScriptDirectory.from_config(config)
    before = _revision(settings, scripts)
    command.upgrade(config, "head")
    if settings.is_sqlite and before not in {None, scripts.get_current_head()}:
        _forget_rewritten(settings)


def require_current(settings: Settings) -> None:
    """Conflict unless the schema is the one of this program."""
    scripts = ScriptDirectory.from_config(alembic_config(settings))
    if _revision(settings, scripts) != scripts.get_current_head():
        raise Conflict("数据库还不是本程序的版本，请先启动一次或执行 python3 -m app migrate")


def refuse_drift(settings: Settings) -> None:
    """Conflict when the migrated schema differs from the mapped tables."""
    try:
        command.check(alembic_config(settings))
    except CommandError as error:
        raise Conflict(f"迁移与表结构不一致：{error}") from error


def load(settings: Settings) -> None:
    """Enter what is not there yet: the reference data, and in demo mode the demo data."""
    office = open_office(settings)
    load_seeds(office)
    if settings.demo:
        play.load(office)
    office.engine.dispose()


def open_office(settings: Settings) -> Office:
    """The office of this installation; Conflict when a key that its database needs is missing."""
    with _connected(settings) as connection:
        missing = key_ids_in_use(connection) - {*Vault(settings.sealing).key_ids()}
    if missing:
        raise Conflict(
            f"数据库中的个人信息已用封存密钥 {'、'.join(sorted(missing))} 封存，"
            f"而 {settings.sealing} 中没有它；请把另行保存的密钥文件放回后再启动"
        )
    return make_office(settings)


def load_seeds(office: Office) -> None:
    """Enter the reference data that is not there yet: districts, rules, calendar, codes."""
    with office.open() as work:
        _enter_seeds(work)


@use_case("seed.load", Role.SYSTEM)
def _enter_seeds(work: Work) -> None:
    districts.load_seeds(work, ROOT / "seeds" / "districts.toml")
    parameters.load_seeds(work, ROOT / "seeds")


@contextmanager
def as_system(settings: Settings, *, reads: bool = False) -> Iterator[Work]:
    """A Work of the system with the operating system's user noted; it waits its turn."""
    require_current(settings)
    office = open_office(settings)
    actor = replace(SYSTEM, name=f"系统（{getpass.getuser()}）")
    try:
        with office.open(actor, reads=reads) as work:
            yield work
    finally:
        office.engine.dispose()


def alembic_config(settings: Settings) -> Config:
    """Alembic on this installation's database; what it prints goes to standard error."""
    return Config(ROOT / "alembic.ini", stdout=sys.stderr, attributes={"settings": settings})


def _revision(settings: Settings, scripts: ScriptDirectory) -> str | None:
    """The revision that the database is at, None when it is empty; Conflict when not ours."""
    name = make_url(settings.database).render_as_string()
    try:
        with _connected(settings) as connection:
            found = MigrationContext.configure(connection).get_current_revision()
            tables = inspect(connection).get_table_names()
    except exc.OperationalError as error:
        raise Conflict(f"打不开数据库 {name}：{error.orig}") from error
    except exc.DatabaseError as error:
        raise Conflict(f"{name} 不是同招的数据库：{error.orig}") from error
    if tables and found is None:
        raise Conflict(f"{name} 里是别的程序的表，不是同招的数据库")
    if found not in {None, *(script.revision for script in scripts.walk_revisions())}:
        raise Conflict(f"数据库 {name} 的版本 {found} 比本程序新，请先升级程序")
    return found


@contextmanager
def _connected(settings: Settings) -> Iterator[Connection]:
    """A look at the database as it is, whatever is in it."""
    with create_engine(settings.database, poolclass=NullPool).connect() as connection:
        yield connection


def _forget_rewritten(settings: Settings) -> None:
    """Leave no page in the files that keeps what a migration rewrote."""
    with _connected(settings) as connection:
        at_once = connection.execution_options(isolation_level="AUTOCOMMIT")
        at_once.exec_driver_sql("VACUUM")
        at_once.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def rotate_sealing_key(settings: Settings) -> str:
    """Put all that is sealed under a new key, in bounded transactions; the key's id.

    What an interrupted one left under an older key stays readable; the next takes it along.
    """
    with as_system(settings) as work:
        key_id = _add_sealing_key(work)
    office = open_office(settings)
    for table in sealed_tables():
        last: tuple[object, ...] | None = ()
        while last is not None:
            with office.open() as work:
                last = reseal(work.session, table, last)
    office.engine.dispose()
    return key_id


@use_case("sealing_key.rotate", Role.SYSTEM)
def _add_sealing_key(work: Work) -> str:
    key_id: str = work.services["vault"].rotate()
    work.note("sealing_key", key_id)
    return key_id


def back_up(settings: Settings, folder: Path) -> None:
    """Copy a SQLite installation to a new folder, also under load; not what is kept apart.

    Whoever finds a backup shall not read the personal data in it. The database is copied first:
    files are only ever added, so those that it names are copied after it.
    """
    if not settings.is_sqlite:
        raise Conflict("PostgreSQL 请用 pg_dump、pgbackrest 或 barman 备份，并另行复制数据目录")
    source = database_file(settings)
    if not source.is_file():
        raise Conflict(f"没有数据库 {source}")
    partial = folder.with_name(folder.name + ".partial")
    if folder.exists() or partial.exists() or settings.data.resolve() in folder.resolve().parents:
        raise Conflict(f"{folder} 已存在或在数据目录之内，请另指定一个新文件夹")
    partial.mkdir(mode=0o700, parents=True)
    _copy_database(source, partial / source.name)
    apart = [secret.name for secret in settings.kept_apart]
    left_out = shutil.ignore_patterns(f"{source.name}*", *apart)
    shutil.copytree(settings.data, partial, ignore=left_out, dirs_exist_ok=True)
    partial.rename(folder)


def restore(settings: Settings, backup: Path) -> None:
    """Put a backup into a data folder that holds no database yet."""
    target = database_file(settings)
    if not (backup / target.name).is_file():
        raise Conflict(f"{backup} 里没有 {target.name}，不是同招的备份")
    there_first = {f"{target.name}.lock", *(secret.name for secret in settings.kept_apart)}
    if any(path.name not in there_first for path in settings.data.iterdir()):
        raise Conflict(f"{settings.data} 不是空的；请用 TONGZHAO_DATA 指定一个新文件夹")
    shutil.copytree(backup, settings.data, dirs_exist_ok=True)


def _copy_database(source: Path, target: Path) -> None:
    engines = [create_engine(f"sqlite:///{path}", poolclass=NullPool) for path in (source, target)]
    reading, writing = (engine.raw_connection() for engine in engines)
    try:
        reading.driver_connection.backup(writing.driver_connection)  # type: ignore[union-attr]  # both open
    finally:
        reading.close()
        writing.close()
