"""The ledger as the public sees it: its public fields, its keys, and whether it all holds."""

from base64 import urlsafe_b64encode

from sqlalchemy import func, select

from app.first_talk import corrections, ledger, receipts, views
from app.first_talk.ledger_models import LedgerHead, Receipt, ReceiptKind, SigningKey
from app.first_talk.models import Right
from app.first_talk.receipt_schemas import (
    EntryView,
    KeyView,
    LedgerCheckView,
    LedgerHeadView,
    ListEntries,
    ReceiptCheck,
    Verdict,
)
from app.first_talk.rights import ENDINGS
from app.kit.schemas import Page
from app.kit.work import EVERYBODY, STAFF, Role, Work, use_case

ANYBODY = (*EVERYBODY, Role.VISITOR)
MIN_PREFIX = 8


@use_case("first_talk.entries", *ANYBODY, reads=True, scope="")
def entries(work: Work, command: ListEntries) -> Page[EntryView]:
    """The public fields of the entries behind a number, in their order."""
    found = ledger.public_entries(work, command.after, command.limit)
    full = len(found) == command.limit
    return Page(
        items=[views.entry_view(row) for row in found],
        next_cursor=str(found[-1].seq) if full else None,
    )


@use_case("first_talk.head", *ANYBODY, reads=True, scope="")
def head(work: Work) -> LedgerHeadView:
    """The newest entry's number, time and digest."""
    row = work.session.get(LedgerHead, 1)
    if row is None:
        return LedgerHeadView(seq=0, at=None, digest=f"sha256:{receipts.FIRST_PREVIOUS}")
    return LedgerHeadView(seq=row.seq, at=row.at, digest=f"sha256:{row.digest}")


@use_case("first_talk.keys", *ANYBODY, reads=True, scope="")
def keys(work: Work) -> list[KeyView]:
    """Every public key that ever signed."""
    return [_key_view(row) for row in ledger.published_keys(work)]


@use_case("first_talk.rotate_key", Role.SYSTEM)
def rotate_key(work: Work) -> KeyView:
    """A new key signs from now on and is published at once; the former ones stay."""
    at = ledger.time_of(work)
    row = ledger.publish_key(work, ledger.key_folder(work).rotate(), at)
    work.note("signing_key", row.id)
    return _key_view(row)


def _key_view(row: SigningKey) -> KeyView:
    return KeyView(
        id=row.id,
        algorithm="Ed25519",
        public_key=urlsafe_b64encode(bytes.fromhex(row.public_key)).decode().rstrip("="),
        since=row.since,
    )


@use_case("first_talk.verify", *STAFF, Role.AUDITOR, Role.SYSTEM, reads=True, scope="")
def verify_ledger(work: Work) -> LedgerCheckView:
    """Check every entry from the first on; names the first bad one and why."""
    number = work.session.scalar(select(func.count()).select_from(Receipt)) or 0
    bad = ledger.first_bad_entry(work)
    return LedgerCheckView(
        entries=number,
        good=bad is None,
        bad_seq=bad.seq if bad else None,
        why=bad.fault.label if bad else None,
    )


@use_case("first_talk.check_receipt", *ANYBODY, reads=True, scope="")
def check_printed(work: Work, number: str, prefix: str) -> ReceiptCheck:
    """The printed receipt: 有效, 已被后续记录更新 or 校验失败; nothing else is told."""
    row = work.session.scalars(select(Receipt).where(Receipt.number == number)).one_or_none()
    verdict = Verdict.FAILED
    if row is not None and len(prefix) >= MIN_PREFIX and row.digest.startswith(prefix):
        verdict = _verdict(work, row)
    return ReceiptCheck(number=number, verdict=verdict)


def _verdict(work: Work, row: Receipt) -> Verdict:
    if ledger.receipt_fault(work, row) is not None:
        return Verdict.FAILED
    return Verdict.SUPERSEDED if _superseded(work, row) else Verdict.VALID


def _superseded(work: Work, row: Receipt) -> bool:
    """Whether a later entry speaks of the same right, or time has ended it since."""
    if corrections.correction_of(work, row.number) is not None:
        return True
    if row.right_id is None:
        return False
    later = select(Receipt.seq).where(
        Receipt.right_id == row.right_id,
        Receipt.seq > row.seq,
        Receipt.kind != ReceiptKind.JOINT.value,
    )
    if work.session.scalar(later.limit(1)) is not None:
        return True
    ended = (
        work.all_rows(Right, because="核验凭证")
        .where(
            Right.id == row.right_id,
            Right.state.not_in(ENDINGS),
            Right.counts_as(*ENDINGS, now=work.now),
        )
        .with_only_columns(func.count())
    )
    return bool(work.session.scalar(ended))
