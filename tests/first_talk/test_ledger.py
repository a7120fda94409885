"""The ledger: gapless, in order, signed; whatever is changed behind its back is named."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count, islice

import pytest
from sqlalchemy import Engine, text

from app.errors import ClockUntrusted, FirstTalkConflict
from app.first_talk import ledger, receipts, service
from app.first_talk.keys import KeyFolder
from app.first_talk.ledger_models import Receipt
from app.first_talk.receipt_schemas import LeadFacts, ReceiptView
from app.first_talk.receipts import Fault
from app.kit.work import Actor, Office
from tests.builders import FrozenClock
from tests.first_talk import claims
from tests.first_talk.claims import at

Filled = Callable[[int], list[ReceiptView]]


@pytest.fixture
def entries(office: Office, clock: FrozenClock, longmatan: Actor) -> Filled:
    """Enter so many receipts of leads, one a minute."""

    leads = count()

    def fill(number: int) -> list[ReceiptView]:
        made = []
        for n in islice(leads, number):
            clock.tick(minutes=1)
            with office.open(longmatan) as work:
                facts = LeadFacts(lead_id=f"led_{n}", lead_name=f"项目{n}")
                made.append(service.receipt_for_lead(work, facts))
        return made

    return fill


def behind_its_back(engine: Engine, *statements: str) -> None:
    """Change the database as somebody who may write it, past the triggers."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE receipt DISABLE TRIGGER ALL"))
        else:
            for event in ("update", "delete", "replace"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS receipt_no_{event}"))
        for statement in statements:
            connection.execute(text(statement))


def first_bad(office: Office) -> tuple[int, Fault] | None:
    with office.open(reads=True) as work:
        bad = ledger.first_bad_entry(work)
    return (bad.seq, bad.fault) if bad else None


def test_numbers_are_gapless_per_series_and_entries_follow_each_other(
    office: Office, longmatan: Actor, jiangyang: Actor, entries: Filled
):
    made = entries(3)
    company = claims.enterprise(office)
    made.append(claims.file(office, longmatan, company).receipt)
    with pytest.raises(FirstTalkConflict):
        claims.file(office, jiangyang, company, if_taken="refuse")
    made.append(claims.file(office, jiangyang, company).receipt)
    assert [one.number for one in made] == [
        "LMT-LD-2026-000001",
        "LMT-LD-2026-000002",
        "LMT-LD-2026-000003",
        "LMT-FT-2026-000001",
        "JY-FT-2026-000001",
    ]
    assert [one.seq for one in made] == [1, 2, 3, 4, 5]
    assert [one.previous for one in made[1:]] == [one.digest for one in made[:-1]]
    assert first_bad(office) is None


def test_numbers_begin_again_with_the_year_of_shanghai(
    office: Office, clock: FrozenClock, longmatan: Actor
):
    numbers = []
    for moment in (at("12-31", "23:59:59"), at("12-31", "23:59:59") + timedelta(seconds=1)):
        clock.set(moment)
        with office.open(longmatan) as work:
            facts = LeadFacts(lead_id=f"led_{moment:%Y}", lead_name="项目")
            numbers.append(service.receipt_for_lead(work, facts).number)
    assert numbers == ["LMT-LD-2026-000001", "LMT-LD-2027-000001"]


def test_a_lead_has_one_receipt_however_often_it_is_asked_for(office: Office, longmatan: Actor):
    facts = LeadFacts(lead_id="led_1", lead_name="项目")
    with office.open(longmatan) as work:
        first = service.receipt_for_lead(work, facts)
        assert service.receipt_for_lead(work, facts) == first


def test_time_never_falls_and_a_clock_far_behind_registers_nothing(
    office: Office, clock: FrozenClock, longmatan: Actor, entries: Filled
):
    last = entries(1)[0]
    clock.tick(seconds=-2)
    with office.open(longmatan) as work:
        late = service.receipt_for_lead(work, LeadFacts(lead_id="led_late", lead_name="项目"))
    assert late.at == last.at
    clock.tick(milliseconds=-1)
    with pytest.raises(ClockUntrusted), office.open(longmatan) as work:
        service.receipt_for_lead(work, LeadFacts(lead_id="led_later", lead_name="项目"))
    assert entries(1)[0].seq == 3


def test_a_receipt_is_checked_offline_by_anybody_who_has_it(office: Office, entries: Filled):
    made = entries(1)[0]
    with office.open(reads=True) as work:
        row = work.session.get_one(Receipt, made.seq)
        entry = ledger.entry_of(row)
        keys = work.services["signing"].read().publics
    assert receipts.verify(entry, keys) is None


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("content = replace(content, '项目1', '项目7')", Fault.CONTENT),
        ("content = content || ' '", Fault.CONTENT),
        ("salt = upper(salt)", Fault.CONTENT),
        ("number = 'LMT-LD-2026-000009'", Fault.CONTENT),
        ("kind = 'claim'", Fault.CONTENT),
        ("kind = 'lezd'", Fault.CONTENT),
        ("district_id = '510502'", Fault.CONTENT),
        ("lead_id = 'led_0'", Fault.CONTENT),
        ("right_id = 'ftr_x'", Fault.CONTENT),
        ("audit_number = audit_number + 1", Fault.DIGEST),
        ("audit_digest = upper(audit_digest)", Fault.DIGEST),
        ("content_digest = upper(content_digest)", Fault.CONTENT),
        ("previous = upper(previous)", Fault.LINK),
        ("digest = upper(digest)", Fault.DIGEST),
        ("signature = upper(signature)", Fault.SIGNATURE),
        ("key_id = 'another'", Fault.DIGEST),
        ("at = '2026-03-02 01:00:30.000000'", Fault.ORDER),
    ],
)
def test_a_flipped_byte_in_any_column_names_the_entry(
    office: Office, entries: Filled, change: str, fault: Fault
):
    entries(3)
    assert first_bad(office) is None
    behind_its_back(office.engine, f"UPDATE receipt SET {change} WHERE seq = 2")
    assert first_bad(office) == (2, fault)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_entry_that_cannot_even_be_read_is_named(office: Office, entries: Filled):
    entries(3)
    behind_its_back(office.engine, "UPDATE receipt SET at = 'x' || substr(at, 2) WHERE seq = 2")
    assert first_bad(office)[0] == 2


def test_a_deleted_entry_a_swapped_pair_and_a_cut_tail_are_named(office: Office, entries: Filled):
    entries(4)
    behind_its_back(office.engine, "DELETE FROM receipt WHERE seq = 4")
    assert first_bad(office) == (4, Fault.GAP)
    behind_its_back(
        office.engine,
        "UPDATE receipt SET seq = 9 WHERE seq = 1",
        "UPDATE receipt SET seq = 1 WHERE seq = 2",
        "UPDATE receipt SET seq = 2 WHERE seq = 9",
    )
    assert first_bad(office) == (1, Fault.LINK)
    behind_its_back(office.engine, "DELETE FROM receipt WHERE seq = 1")
    assert first_bad(office) == (1, Fault.GAP)


def test_a_ledger_signed_anew_with_another_key_is_found(office: Office, entries: Filled, tmp_path):
    entries(2)
    forger = KeyFolder(tmp_path / "forger").read()
    with office.open(reads=True) as work:
        rows = [ledger.entry_of(work.session.get_one(Receipt, seq)) for seq in (1, 2)]
    forged, previous = [], receipts.FIRST_PREVIOUS
    for entry in rows:
        unsigned = receipts.Unsigned(
            entry.seq,
            entry.at,
            previous,
            entry.content_digest,
            entry.audit_head,
            forger.current_id,
        )
        forged.append(receipts.sign(unsigned, forger.current, entry.opened))
        previous = forged[-1].digest
    behind_its_back(
        office.engine,
        *(
            f"UPDATE receipt SET previous = '{one.previous}', digest = '{one.digest}', "
            f"signature = '{one.signature}', key_id = '{one.key_id}' WHERE seq = {one.seq}"
            for one in forged
        ),
        f"UPDATE ledger_head SET digest = '{previous}'",
    )
    assert first_bad(office) == (1, Fault.UNKNOWN_KEY)


def test_the_database_itself_refuses_to_change_or_replace_an_entry(office: Office, entries: Filled):
    entries(1)
    for statement in (
        "UPDATE receipt SET number = 'x'",
        "DELETE FROM receipt",
    ):
        with pytest.raises(Exception, match="append-only"), office.engine.begin() as connection:
            connection.execute(text(statement))
