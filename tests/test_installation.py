"""An installation on disk: who may hold it, which databases it takes, backup and restore."""

import shutil
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app import installation
from app.districts.models import User
from app.errors import Conflict
from app.kit.files import Upload, content, keep
from app.kit.vault import Vault
from app.kit.work import Role
from app.main import make_office
from app.settings import Settings
from tests.builders import person

only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
only_postgres = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


SECOND_FACTOR = "JBSWY3DPEHPK3PXP"
UNCOMMITTED = "SELECT count(*) FROM audit_entry WHERE resource_kind = 'backup'"


def at(folder: Path) -> Settings:
    return Settings(data=folder, database_url="")


def test_the_data_folder_is_made_for_its_owner_alone(tmp_path):
    installation.prepare_folder(at(tmp_path / "a" / "data"))
    assert stat.S_IMODE((tmp_path / "a" / "data").stat().st_mode) == 0o700


def test_a_folder_that_others_can_read_is_refused_and_left_as_it_is(tmp_path):
    (tmp_path / "somebody else's").touch()
    tmp_path.chmod(0o755)
    with pytest.raises(Conflict, match="对其他用户开放"):
        installation.prepare_folder(at(tmp_path))
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(Conflict, match="不可写"):
        installation.prepare_folder(at(tmp_path / "file" / "data"))


def test_one_process_holds_a_sqlite_installation_and_lets_go(tmp_path):
    settings = at(tmp_path / "data")
    with (
        installation.held(settings),
        pytest.raises(Conflict, match="正在使用"),
        installation.held(settings),
    ):
        pass
    with installation.held(settings):
        pass


def test_a_database_of_another_program_is_refused_untouched(tmp_path):
    settings = at(tmp_path)
    with sqlite3.connect(installation.database_file(settings)) as other:
        other.execute("CREATE TABLE theirs (id INTEGER)")
    other.close()
    before = installation.database_file(settings).read_bytes()
    with pytest.raises(Conflict, match="别的程序"):
        installation.migrate(settings)
    assert installation.database_file(settings).read_bytes() == before


def test_a_file_that_is_no_database_is_refused(tmp_path):
    installation.database_file(at(tmp_path)).write_text("not a database, but long enough" * 100)
    with pytest.raises(Conflict, match="不是同招的数据库"):
        installation.migrate(at(tmp_path))


def test_a_database_that_does_not_answer_is_refused(tmp_path):
    nowhere = Settings(data=tmp_path, database_url=f"postgresql://me:secret@/x?host={tmp_path}")
    with pytest.raises(Conflict, match="打不开数据库") as refusal:
        installation.migrate(nowhere)
    assert "secret" not in refusal.value.message


def test_a_database_of_a_newer_release_is_refused(app_settings, office):
    with office.open() as work:
        work.session.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))
    for command in (installation.migrate, installation.require_current):
        with pytest.raises(Conflict, match="from_the_future 比本程序新"):
            command(app_settings)


def test_a_database_that_was_never_migrated_is_not_current(tmp_path):
    with pytest.raises(Conflict, match="app migrate"):
        installation.require_current(at(tmp_path))


def test_migrating_and_loading_again_change_nothing(app_settings, office):
    def counts() -> list[int]:
        tables = ("district", "unit", "parameter_value", "code", "audit_entry")
        with office.open() as work:
            return [work.session.scalar(text(f"SELECT count(*) FROM {t}")) for t in tables]

    before = counts()
    installation.migrate(app_settings)
    installation.load_seeds(office)
    assert counts() == before
    assert min(before[:4]) > 0


@only_sqlite
def test_a_backup_under_load_restores_database_and_files(app_settings, office, tmp_path, clock):
    officer = person(office, "wang", Role.OFFICER)
    with office.open(officer) as work:
        file = keep(work, Upload("批文.txt", "同意".encode()))
    source = installation.database_file(app_settings)
    with office.open() as busy:
        busy.note("backup", "open", transaction="not yet committed")
        busy.session.flush()
        installation.back_up(app_settings, tmp_path.parent / f"{tmp_path.name}-backup")
    backup = tmp_path.parent / f"{tmp_path.name}-backup"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o700
    assert not list(backup.glob(f"{source.name}-*"))

    new = Settings(data=tmp_path / "new", database_url=f"sqlite:///{tmp_path}/new/{source.name}")
    installation.prepare_folder(new)
    installation.restore(new, backup)
    restored = make_office(new, clock)
    with restored.open(officer) as work:
        assert content(work, file) == "同意".encode()
        assert work.session.scalar(text(UNCOMMITTED)) == 0
    restored.engine.dispose()


@only_sqlite
@pytest.mark.usefixtures("office")
def test_a_restore_never_overwrites(app_settings, tmp_path):
    backup = tmp_path.parent / f"{tmp_path.name}-backup"
    installation.back_up(app_settings, backup)
    with pytest.raises(Conflict, match="不是空的"):
        installation.restore(app_settings, backup)
    with pytest.raises(Conflict, match="已存在"):
        installation.back_up(app_settings, backup)
    with pytest.raises(Conflict, match="不是同招的备份"):
        installation.restore(app_settings, tmp_path / "files")


@only_postgres
def test_a_backup_of_postgresql_is_left_to_its_own_tools(app_settings, tmp_path):
    with pytest.raises(Conflict, match="pg_dump"):
        installation.back_up(app_settings, tmp_path / "backup")


@pytest.fixture
def sealed(office, app_settings) -> Settings:
    """An installation with something sealed in it: a second factor."""
    account = person(office, "wang", Role.SYSTEM_ADMIN)
    with office.open() as work:
        work.session.get_one(User, account.id).totp_secret = SECOND_FACTOR
    office.engine.dispose()
    return app_settings


def second_factors(settings: Settings) -> list[str | None]:
    with installation.as_system(settings, reads=True) as work:
        return list(work.session.scalars(select(User.totp_secret)))


def test_a_start_without_the_sealing_key_is_refused_in_one_line_and_makes_none(sealed):
    keys = sealed.sealing.rename(sealed.data / "elsewhere")
    for start in (installation.load, second_factors):
        with pytest.raises(Conflict, match="放回后再启动") as refusal:
            start(sealed)
        assert "\n" not in refusal.value.message
    assert not sealed.sealing.exists()
    keys.rename(sealed.sealing)
    assert second_factors(sealed) == [SECOND_FACTOR]


@only_sqlite
def test_a_start_with_another_sealing_key_is_refused(sealed):
    sealed.sealing.rename(sealed.data / "elsewhere")
    Vault(sealed.sealing).make_first()
    with pytest.raises(Conflict, match="已用封存密钥"):
        installation.load(sealed)


@only_sqlite
def test_a_start_with_keys_from_before_a_rotation_is_refused(sealed):
    newest = installation.rotate_sealing_key(sealed)
    (sealed.sealing / "0002.key").unlink()
    with pytest.raises(Conflict, match=newest):
        installation.load(sealed)


@only_sqlite
def test_a_backup_holds_no_key_to_personal_data_and_needs_it_to_start(sealed, office, tmp_path):
    backup = tmp_path.parent / f"{tmp_path.name}-sealed"
    installation.back_up(sealed, backup)
    held = b"".join(path.read_bytes() for path in backup.rglob("*") if path.is_file())
    keys = [path.read_bytes() for path in (*sealed.sealing.iterdir(), sealed.trail_key)]
    assert [secret in held for secret in (*keys, SECOND_FACTOR.encode())] == [False] * 3
    new = Settings(data=tmp_path / "new", database_url=f"sqlite:///{tmp_path}/new/test.db")
    installation.prepare_folder(new)
    shutil.copytree(sealed.sealing, new.sealing)
    shutil.copy(sealed.trail_key, new.trail_key)
    installation.restore(new, backup)
    assert second_factors(new) == [SECOND_FACTOR]
    restored = make_office(new)
    assert restored.secret == office.secret
    restored.engine.dispose()
