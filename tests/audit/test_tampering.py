"""Twelve tamperings by someone who can write the database but has no key: each is found.

The attacker switches the triggers off first. Reset heads and recomputed chains satisfy the chains
themselves; a receipt in other hands finds them.
"""

import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from app.audit import checkpoints
from app.audit import service as audit
from app.first_talk import ledger, receipts, views
from app.first_talk.ledger import NewEntry
from app.first_talk.ledger_models import LedgerHead, Receipt, ReceiptKind
from app.first_talk.receipts import AuditHead, Opened, Unsigned
from app.kit.trail import AuditEntry, entry_digest
from app.kit.trail import AuditHead as TrailHead
from app.kit.work import Office, Role
from tests.builders import JIANGYANG, FrozenClock, person

RECEIPTS = 4
RENUMBER = "UPDATE audit_entry SET number = :new WHERE number = :old"
NEW_KEY = "UPDATE signing_key SET id = :id, public_key = :key"


@pytest.fixture
def held(office: Office, clock: FrozenClock) -> checkpoints.HeldReceipt:
    """A trail of some length, a ledger of four receipts, and the third of them in other hands."""
    issued = []
    for number in range(RECEIPTS):
        clock.tick(minutes=1)
        person(office, f"officer-{number}", Role.OFFICER)
        with office.open() as work:
            entry = NewEntry(ReceiptKind.LEAD, JIANGYANG, "JY", {"enterprise": f"企业{number}"})
            issued.append(views.receipt_view(ledger.issue(work, ledger.time_of(work), entry)))
    return checkpoints.HeldReceipt.model_validate_json(issued[2].model_dump_json())


def found(office: Office, held: checkpoints.HeldReceipt) -> dict[str, object]:
    """What the verification says: the first bad entry of each chain, and of the receipt."""
    with office.open(reads=True) as work:
        return {
            "trail": audit.verify_trail(work).broken_at,
            "ledger": checkpoints.verify_ledger(work).broken_at,
            "held": checkpoints.disagreement(work, held),
        }


def attack(office: Office, *changes: str | Callable[[Session], None]) -> None:
    """Write past the application, the triggers off."""
    with office.engine.begin() as connection:
        _triggers_off(connection)
        with Session(connection) as session:
            for change in changes:
                if callable(change):
                    change(session)
                    session.flush()
                else:
                    session.execute(text(change))


def _triggers_off(connection: Connection) -> None:
    for table in ("audit_entry", "receipt", "signing_key"):
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            continue
        triggers = f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"
        for name in connection.scalars(text(triggers)).all():
            connection.execute(text(f"DROP TRIGGER {name}"))


def last(office: Office, table: str, column: str) -> int:
    with office.open(reads=True) as work:
        return work.session.scalar(text(f"SELECT max({column}) FROM {table}"))


def swap(table: str, column: str, one: int, other: int) -> tuple[str, ...]:
    """Two rows that change places."""
    step = "UPDATE {0} SET {1} = {2} WHERE {1} = {3}".format
    return (
        step(table, column, -1, one),
        step(table, column, one, other),
        step(table, column, other, -1),
    )


def test_nothing_is_wrong_before_anybody_tampers(office, held):
    assert found(office, held) == {"trail": None, "ledger": None, "held": None}


def test_an_edited_row_of_the_trail_is_named(office, held):
    attack(office, "UPDATE audit_entry SET actor_name = '别人' WHERE number = 5")
    assert found(office, held)["trail"] == 5


def test_a_deleted_row_of_the_trail_is_named(office, held):
    attack(office, "DELETE FROM audit_entry WHERE number = 5")
    assert found(office, held)["trail"] == 5


def test_a_row_inserted_back_dated_into_the_trail_is_named(office, held):
    end = last(office, "audit_entry", "number")

    def insert(session: Session) -> None:
        copied = [column.key for column in AuditEntry.__table__.columns if column.key != "number"]
        names = ", ".join(copied)
        copy = f"INSERT INTO audit_entry (number, {names}) SELECT 5, {names} FROM audit_entry"
        for number in range(end, 4, -1):
            session.execute(text(RENUMBER), {"old": number, "new": number + 1})
        session.execute(text(f"{copy} WHERE number = 6"))
        session.execute(text("UPDATE audit_entry SET act = 'lead.log' WHERE number = 5"))
        session.execute(text("UPDATE audit_head SET number = number + 1"))

    attack(office, insert)
    assert found(office, held)["trail"] == 5


def test_two_swapped_rows_of_the_trail_are_named(office, held):
    attack(office, *swap("audit_entry", "number", 5, 6))
    assert found(office, held)["trail"] == 5


def test_a_cut_tail_of_the_trail_is_named(office, held):
    end = last(office, "audit_entry", "number")
    attack(office, f"DELETE FROM audit_entry WHERE number > {end - 3}")
    assert found(office, held)["trail"] == end - 2


def test_a_cut_tail_of_the_trail_with_its_head_reset_is_found_by_a_receipt(office, held):
    cut = held.audit_head.number

    def reset(session: Session) -> None:
        session.execute(text(f"DELETE FROM audit_entry WHERE number >= {cut}"))
        before = session.get_one(AuditEntry, cut - 1)
        head = session.get_one(TrailHead, 1)
        head.number, head.digest = before.number, before.digest

    attack(office, reset)
    seen = found(office, held)
    assert seen["trail"] is None
    assert seen["held"] == f"留痕第 {cut} 条或其之前的内容缺失或已被改写"


def test_a_trail_recomputed_after_an_edit_is_found_by_a_receipt(office, held):
    def recompute(session: Session) -> None:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
        previous = rows[4].previous
        rows[4].actor_name = "别人"
        for entry in rows[4:]:
            entry.previous = previous
            entry.digest = previous = entry_digest(entry)
        session.get_one(TrailHead, 1).digest = previous

    attack(office, recompute)
    seen = found(office, held)
    assert seen["trail"] is None
    assert str(seen["held"]).startswith("留痕第")


def test_an_edited_receipt_is_named(office, held):
    attack(office, "UPDATE receipt SET content = replace(content, '企业1', '企业9') WHERE seq = 2")
    assert found(office, held)["ledger"] == 2


def test_a_deleted_receipt_is_named(office, held):
    attack(office, "DELETE FROM receipt WHERE seq = 2")
    assert found(office, held)["ledger"] == 2


def test_two_swapped_receipts_are_named(office, held):
    attack(office, *swap("receipt", "seq", 2, 3))
    assert found(office, held)["ledger"] == 2


def test_a_cut_ledger_with_its_head_reset_is_found_by_a_receipt(office, held):
    def reset(session: Session) -> None:
        session.execute(text("DELETE FROM receipt WHERE seq >= 3"))
        before = session.get_one(Receipt, 2)
        head = session.get_one(LedgerHead, 1)
        head.seq, head.digest = before.seq, before.digest

    attack(office, reset)
    seen = found(office, held)
    assert seen["ledger"] is None
    assert seen["held"] == "首谈台账第 3 条缺失或已被改写"


def test_a_ledger_signed_again_with_another_key_is_named(office, held):
    stranger = Ed25519PrivateKey.generate()
    name = receipts.key_id(stranger.public_key())

    def sign_again(session: Session) -> None:
        public = stranger.public_key().public_bytes_raw().hex()
        session.execute(text(NEW_KEY), {"id": name, "key": public})
        previous = receipts.FIRST_PREVIOUS
        for row in session.scalars(select(Receipt).order_by(Receipt.seq)).all():
            content = json.loads(row.content)
            content["enterprise"] = "别的企业"
            opened = Opened(content, bytes.fromhex(row.salt))
            unsigned = Unsigned(
                row.seq, row.at, previous, receipts.content_digest(opened),
                AuditHead(row.audit_number, row.audit_digest), name,
            )  # fmt: skip
            signed = receipts.sign(unsigned, stranger)
            row.content = receipts.canonical(content).decode()
            row.content_digest, row.key_id, row.previous = signed.content_digest, name, previous
            row.digest, row.signature = signed.digest, signed.signature
            previous = signed.digest
        session.get_one(LedgerHead, 1).digest = previous

    attack(office, sign_again)
    seen = found(office, held)
    assert seen["ledger"] == 1
    assert seen["held"] == "首谈台账第 3 条缺失或已被改写"


def test_a_forged_receipt_does_not_stand_by_itself(office, held):
    forged = held.model_copy(update={"content": {**held.content, "enterprise": "别的企业"}})
    assert found(office, forged)["held"] == "凭证本身不成立：内容与摘要不符"
