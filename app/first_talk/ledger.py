"""The ledger (台账): numbers, time, links and signatures, all under the lock of its head.

An entry's time is read from the clock while the head is locked, never before the entry before it:
stamps taken before the lock gave losers the earlier time. Locks go subject, ledger head, audit
head, so what an entry certifies is decided before its time is asked for.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.clock import day_of
from app.errors import ClockUntrusted
from app.first_talk import receipts
from app.first_talk.keys import KeyFolder, Keyring
from app.first_talk.ledger_models import LedgerHead, Receipt, ReceiptKind, SigningKey
from app.first_talk.receipts import AuditHead, BadEntry, Entry, Fault, Opened, Unsigned
from app.kit import trail
from app.kit.db import insert_unless_present
from app.kit.work import Work

BEHIND = timedelta(seconds=2)
_EPOCH = "1970-01-01T00:00:00+00:00"


@dataclass(frozen=True)
class NewEntry:
    """What is to be certified; `letters` are those of the unit's district."""

    kind: ReceiptKind
    district_id: str
    letters: str
    content: Mapping[str, object]
    lead_id: str | None = None
    right_id: str | None = None


def time_of(work: Work) -> datetime:
    """The ledger's time now, its head locked until the end of the transaction.

    ClockUntrusted when the clock is more than two seconds behind the newest entry.
    """
    head, now = _locked_head(work), work.clock()
    if now < head.at - BEHIND:
        raise ClockUntrusted("服务器时钟落后于台账，暂停登记，请联系管理员校时", retry_after=60)
    head.at = max(now, head.at)
    return head.at


def issue(work: Work, at: datetime, entry: NewEntry) -> Receipt:
    """Enter, link and sign; `at` is the `time_of` this transaction."""
    head, keyring = _locked_head(work), _keyring(work)
    number = _next_number(work, entry, day_of(at).year)
    opened = Opened({**entry.content, **_certified(entry, number)}, secrets.token_bytes(16))
    unsigned = Unsigned(
        seq=head.seq + 1,
        at=at,
        previous=head.digest,
        content_digest=receipts.content_digest(opened),
        audit_head=_audit_head(work),
        key_id=keyring.current_id,
    )
    signed = receipts.sign(unsigned, keyring.current)
    publish_key(work, keyring, at)
    receipt = Receipt(
        seq=signed.seq,
        number=number,
        kind=entry.kind.value,
        district_id=entry.district_id,
        right_id=entry.right_id,
        lead_id=entry.lead_id,
        at=at,
        content=receipts.canonical(opened.content).decode(),
        salt=opened.salt.hex(),
        content_digest=signed.content_digest,
        audit_number=signed.audit_head.number,
        audit_digest=signed.audit_head.digest,
        key_id=signed.key_id,
        previous=signed.previous,
        digest=signed.digest,
        signature=signed.signature,
    )
    work.add(receipt)
    head.seq, head.digest = receipt.seq, receipt.digest
    return receipt


def first_bad_entry(work: Work) -> BadEntry | None:
    """The first entry of the whole ledger that does not check, and why; None when all do."""
    keys = _keyring(work).publics
    rows = select(Receipt).order_by(Receipt.seq).execution_options(yield_per=1000)
    try:
        with work.session.scalars(rows) as found:
            bad = receipts.verify_chain(map(entry_of, found), keys)
    except ValueError:  # a time that is none: the rows are read one by one to find it
        bad = receipts.verify_chain(_entries_one_by_one(work), keys)
    return bad or _missing_tail(work)


def check_on(work: Work, through: int, most: int) -> tuple[int, BadEntry | None]:
    """Check up to so many entries behind one that was checked: how far it came, what is bad."""
    before = work.session.get(Receipt, through) if through else None
    if through and before is None:
        return through, BadEntry(through, Fault.GAP)
    rows = public_entries(work, through, most)
    known = entry_of(before) if before else None
    bad = receipts.verify_chain(map(entry_of, rows), _keyring(work).publics, known)
    if bad is None and len(rows) < most:
        bad = _missing_tail(work)
    return (rows[-1].seq if rows and bad is None else through), bad


def receipt_fault(work: Work, row: Receipt) -> Fault | None:
    """What is wrong with one entry by itself."""
    return receipts.verify(entry_of(row), _keyring(work).publics)


def public_entries(work: Work, after: int, limit: int) -> list[Receipt]:
    """The entries behind a number, in their order."""
    rows = work.session.scalars(
        select(Receipt).where(Receipt.seq > after).order_by(Receipt.seq).limit(limit)
    )
    return list(rows)


def published_keys(work: Work) -> list[SigningKey]:
    """Every public key that ever signed, the oldest first."""
    return list(work.session.scalars(select(SigningKey).order_by(SigningKey.since)))


def key_folder(work: Work) -> KeyFolder:
    """Where this installation keeps its signing keys."""
    folder: KeyFolder = work.services["signing"]
    return folder


def publish_key(work: Work, keyring: Keyring, at: datetime) -> SigningKey:
    """Enter the key that signs now among the public ones; the head is locked."""
    known = work.session.get(SigningKey, keyring.current_id)
    if known is None:
        public = keyring.current.public_key().public_bytes_raw().hex()
        known = SigningKey(id=keyring.current_id, public_key=public, since=at)
        work.add(known)
    return known


def _keyring(work: Work) -> Keyring:
    return key_folder(work).read()


def _locked_head(work: Work) -> LedgerHead:
    first = {
        "id": 1,
        "seq": 0,
        "at": datetime.fromisoformat(_EPOCH),
        "digest": receipts.FIRST_PREVIOUS,
    }
    insert_unless_present(work.session, LedgerHead, first)
    return work.session.get_one(LedgerHead, 1, with_for_update=True)


def _next_number(work: Work, entry: NewEntry, year: int) -> str:
    """The next of its series; gapless, since a refused entry takes its number back with it."""
    series = "LD" if entry.kind is ReceiptKind.LEAD else "FT"
    prefix = receipts.receipt_number(entry.letters, series, year, 0)[:-6]
    last = work.session.scalar(
        select(func.max(Receipt.number)).where(Receipt.number.startswith(prefix, autoescape=True))
    )
    running = int(last[-6:]) + 1 if last else 1
    return receipts.receipt_number(entry.letters, series, year, running)


def _certified(entry: NewEntry, number: str) -> dict[str, object]:
    """What stands in columns too: in the content, a change of the column is found."""
    return {
        "number": number,
        "kind": entry.kind.value,
        "district": entry.district_id,
        "lead_id": entry.lead_id,
        "right_id": entry.right_id,
    }


def _audit_head(work: Work) -> AuditHead:
    row = work.session.execute(select(trail.AuditHead.number, trail.AuditHead.digest)).one_or_none()
    return AuditHead(row.number, row.digest) if row else AuditHead(0, trail.GENESIS)


def _entries_one_by_one(work: Work) -> Iterator[Entry]:
    """The entries up to one that cannot even be read; that one as an entry that cannot hold."""
    for seq in work.session.scalars(select(Receipt.seq).order_by(Receipt.seq)).all():
        try:
            yield entry_of(work.session.get_one(Receipt, seq))
        except ValueError:
            unreadable = datetime.fromisoformat(_EPOCH)
            yield Entry(seq, unreadable, "", "", AuditHead(0, ""), "", digest="", signature="")


def entry_of(row: Receipt) -> Entry:
    """The row as anybody checks it, its content opened."""
    return Entry(
        seq=row.seq,
        at=row.at,
        previous=row.previous,
        content_digest=row.content_digest,
        audit_head=AuditHead(row.audit_number, row.audit_digest),
        key_id=row.key_id,
        digest=row.digest,
        signature=row.signature,
        opened=_opened(row) or Opened({}, b""),
    )


def _opened(row: Receipt) -> Opened | None:
    """The content as stored; None when it is not written as we write it, or a column differs."""
    try:
        content, salt = json.loads(row.content), bytes.fromhex(row.salt)
        kind = ReceiptKind(row.kind)
    except ValueError:
        return None
    entry = NewEntry(kind, row.district_id, "", {}, row.lead_id, row.right_id)
    same = (
        isinstance(content, dict)
        and receipts.canonical(content).decode() == row.content
        and salt.hex() == row.salt
        and all(content.get(k) == v for k, v in _certified(entry, row.number).items())
    )
    return Opened(content, salt) if same else None


def _missing_tail(work: Work) -> BadEntry | None:
    """Whether the head knows of entries that are no longer there."""
    last = work.session.execute(
        select(Receipt.seq, Receipt.digest).order_by(Receipt.seq.desc()).limit(1)
    ).one_or_none()
    head = work.session.get(LedgerHead, 1)
    written = (last.seq, last.digest) if last else (0, receipts.FIRST_PREVIOUS)
    known = (head.seq, head.digest) if head else (0, receipts.FIRST_PREVIOUS)
    return None if written == known else BadEntry(written[0] + 1, Fault.GAP)
