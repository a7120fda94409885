"""One transaction per Work, row scope, row versions, and what outlives a refusal."""

import threading

import pytest
from sqlalchemy import select, text

from app.districts import service as districts
from app.districts.models import User
from app.errors import Forbidden, InsufficientScope, NotFound, VersionMismatch
from app.kit import files, jobs
from app.kit.files import StoredFile, Upload
from app.kit.work import Actor, Office, Role, Work, use_case
from tests.builders import JIANGYANG, LONGMATAN, FrozenClock, person

PDF = Upload("可研.pdf", b"%PDF-1.7 a report")


def stored(office: Office, actor: Actor) -> str:
    with office.open(actor) as work:
        return files.keep(work, PDF).id


def test_a_row_of_another_district_is_not_found(office: Office) -> None:
    mine = person(office, "zhou", Role.OFFICER, district=LONGMATAN)
    theirs = person(office, "jiang", Role.OFFICER, district=JIANGYANG)
    id = stored(office, mine)
    with office.open(mine, reads=True) as work:
        assert work.get(StoredFile, id).name == "可研.pdf"
    with pytest.raises(NotFound), office.open(theirs, reads=True) as work:
        work.get(StoredFile, id)


def test_a_share_opens_one_row_to_one_more_district(office: Office) -> None:
    mine = person(office, "zhou", Role.OFFICER, district=LONGMATAN)
    theirs = person(office, "jiang", Role.OFFICER, district=JIANGYANG)
    shared, other = stored(office, mine), stored(office, mine)
    with office.open(mine) as work:
        work.share(work.get(StoredFile, shared), JIANGYANG)
    with office.open(theirs, reads=True) as work:
        assert list(
            work.session.scalars(work.rows(StoredFile).with_only_columns(StoredFile.id))
        ) == [shared]
        with pytest.raises(NotFound):
            work.get(StoredFile, other)


def test_an_exception_rolls_everything_back(office: Office) -> None:
    actor = person(office, "zhou", Role.OFFICER)

    def fail_after_writing() -> None:
        with office.open(actor) as work:
            files.keep(work, PDF)
            raise RuntimeError("after the write")

    with pytest.raises(RuntimeError):
        fail_after_writing()
    with office.open(actor, reads=True) as work:
        assert work.session.scalars(work.rows(StoredFile)).all() == []


def test_a_stale_version_is_refused(office: Office) -> None:
    actor = person(office, "zhou", Role.OFFICER)
    with office.open() as work:
        version = districts.user(work, actor.id).version
        districts.set_active(work, actor.id, version, active=False)
    with pytest.raises(VersionMismatch), office.open() as work:
        districts.set_active(work, actor.id, version, active=True)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_two_writers_at_once_lose_no_update(office: Office) -> None:
    actor = person(office, "zhou", Role.OFFICER)
    both_read, outcomes = threading.Barrier(2), []

    def edit(name: str) -> None:
        try:
            with office.open() as work:
                user = work.session.get_one(User, actor.id)
                both_read.wait(timeout=10)
                user.name = name
            outcomes.append("written")
        except VersionMismatch:
            outcomes.append("refused")

    threads = [threading.Thread(target=edit, args=(name,)) for name in ("甲", "乙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "written"]


@use_case("lead.probe", Role.OFFICER, Role.PARTNER)
def probe(work: Work) -> str:
    return work.act


@use_case("lead.outer", Role.UNIT_HEAD)
def outer(work: Work) -> str:
    return probe(work)


def test_only_the_outermost_act_is_asked_and_named(office: Office) -> None:
    head = Actor("u1", "头", frozenset({Role.UNIT_HEAD}), LONGMATAN)
    with office.open(head) as work:
        assert outer(work) == "lead.outer"
    with pytest.raises(Forbidden, match="招商专员"), office.open(head) as work:
        probe(work)


@pytest.mark.parametrize(
    ("scopes", "admitted"), [({"lead:*"}, True), ({"lead:write"}, True), ({"lead:read"}, False)]
)
def test_a_key_needs_the_scope_of_the_act(office: Office, scopes: set[str], admitted: bool) -> None:
    key = Actor("k1", "伙伴", frozenset({Role.PARTNER}), JIANGYANG, scopes=frozenset(scopes))
    with office.open(key) as work:
        if admitted:
            assert probe(work) == "lead.probe"
        else:
            with pytest.raises(InsufficientScope) as refusal:
                probe(work)
            assert refusal.value.members == {"required_scope": "lead:write"}


def test_a_file_that_is_not_what_it_says_is_refused(office: Office) -> None:
    from app.errors import UnsupportedMedia

    actor = person(office, "zhou", Role.OFFICER)
    for upload in (Upload("x.pdf", b"MZ\x90"), Upload("x.exe", b"MZ"), Upload("x", b"")):
        with pytest.raises(UnsupportedMedia), office.open(actor) as work:
            files.keep(work, upload)


def test_a_path_in_a_file_name_goes_nowhere(office: Office) -> None:
    actor = person(office, "zhou", Role.OFFICER)
    with office.open(actor) as work:
        kept = files.keep(work, Upload("..\\..\\etc/passwd.pdf", PDF.data))
        assert kept.name == "passwd.pdf"
        assert files.content(work, kept) == PDF.data


def test_a_tick_belongs_to_one_worker_until_released(office: Office, clock: FrozenClock) -> None:
    assert jobs.claim(office, "settle")
    assert not jobs.claim(office, "settle")
    jobs.release(office, "settle")
    assert jobs.claim(office, "settle")
    clock.tick(minutes=6)
    assert jobs.claim(office, "settle")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_sqlite_commits_durably_on_a_pooled_connection(office: Office) -> None:
    for _ in range(2):
        with office.open() as work:
            pragma = {
                name: work.session.execute(text(f"PRAGMA {name}")).scalar_one()
                for name in ("synchronous", "foreign_keys", "journal_mode", "recursive_triggers")
            }
    assert pragma == {
        "synchronous": 2,
        "foreign_keys": 1,
        "journal_mode": "wal",
        "recursive_triggers": 1,
    }


def test_a_reading_work_sees_what_a_former_one_wrote(office: Office) -> None:
    person(office, "zhou", Role.OFFICER)
    with office.open(reads=True) as work:
        assert work.session.scalar(select(User.name).where(User.login == "zhou")) == "zhou"
