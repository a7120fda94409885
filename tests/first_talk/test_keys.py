"""The keys of the ledger: changed under way, by any process, and old receipts still hold."""

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from app.first_talk import ledger, service, verification
from app.first_talk.keys import KeyFolder
from app.first_talk.receipt_schemas import LeadFacts, ListEntries, ReceiptView
from app.kit.work import Actor, Office
from app.main import make_office
from app.settings import Settings
from tests.builders import FrozenClock

_leads = count(1)


@pytest.fixture
def other(app_settings: Settings, clock: FrozenClock) -> Iterator[Office]:
    """Another process of the same installation: its own connections, its own view of the keys."""
    office = make_office(app_settings, clock)
    yield office
    office.engine.dispose()


def receipt(office: Office, actor: Actor) -> ReceiptView:
    with office.open(actor) as work:
        facts = LeadFacts(lead_id=f"led_{next(_leads)}", lead_name="项目")
        return service.receipt_for_lead(work, facts)


def rotate(office: Office) -> str:
    with office.open() as work:
        return verification.rotate_key(work).id


def published(office: Office) -> list[str]:
    with office.open(reads=True) as work:
        return [key.id for key in verification.keys(work)]


def holds(office: Office) -> bool:
    with office.open(reads=True) as work:
        return verification.verify_ledger(work).good and ledger.first_bad_entry(work) is None


def test_the_first_key_is_made_once_and_readable_by_its_owner_alone(tmp_path):
    first = KeyFolder(tmp_path / "signing").read()
    again = KeyFolder(tmp_path / "signing").read()
    assert again.current_id == first.current_id
    file = tmp_path / "signing" / "first.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_newest_of_many_keys_signs_whatever_the_times_of_the_files(tmp_path):
    folder = KeyFolder(tmp_path / "signing")
    names = [folder.read().current_id, *(folder.rotate().current_id for _ in range(11))]
    assert KeyFolder(tmp_path / "signing").read().current_id == names[-1]
    assert list(folder.read().publics) == names


def test_receipts_before_and_after_a_rotation_hold_and_every_key_stays_published(
    office: Office, longmatan: Actor
):
    before = receipt(office, longmatan)
    name = rotate(office)
    assert published(office) == [before.key_id, name]
    after = receipt(office, longmatan)
    assert (after.key_id, after.key_id != before.key_id) == (name, True)
    assert holds(office)


def test_a_key_that_is_rotated_before_its_first_receipt_is_published_too(
    office: Office, longmatan: Actor
):
    name = rotate(office)
    assert receipt(office, longmatan).key_id == name
    assert published(office) == [name]


def test_another_process_signs_with_the_new_key_at_once(
    office: Office, other: Office, longmatan: Actor
):
    receipt(office, longmatan)
    name = rotate(other)
    assert receipt(office, longmatan).key_id == name
    assert receipt(other, longmatan).key_id == name
    assert holds(office)
    assert holds(other)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_rotations_among_receipts_of_two_processes_leave_one_good_chain(
    office: Office, other: Office, longmatan: Actor
):
    def issue(n: int) -> None:
        at = (office, other)[n % 2]
        if n % 6 == 5:
            rotate(at)
        receipt(at, longmatan)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(issue, range(24)))
    with office.open(reads=True) as work:
        entries = verification.entries(work, ListEntries(limit=200)).items
    assert [entry.seq for entry in entries] == list(range(1, 25))
    used = list(dict.fromkeys(entry.key_id for entry in entries))
    order = published(office)
    assert used == [name for name in order if name in used]
    assert len(order) >= 5
    assert holds(other)
