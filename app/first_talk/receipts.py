"""What a receipt (凭证) proves and how anybody checks it offline: digests, links, signatures.

The ledger is one chain. An entry's public fields are given to everybody; its content only to those
who may read it, so the content enters by a salted digest and cannot be guessed:

    content_digest = SHA-256(salt ‖ canonical content)
    digest         = SHA-256(canonical public fields without digest and signature)
    signature      = Ed25519 over the digest; `previous` is the digest of the entry before

Canonical is UTF-8 JSON with sorted keys and no spaces; digests are lower-case hex.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.labels import LabelledEnum

SALT_BYTES = 16
FIRST_PREVIOUS = "0" * 64

PublicKeys = Mapping[str, Ed25519PublicKey]


class Fault(LabelledEnum):
    """What is wrong with the first bad entry."""

    GAP = "gap", "编号不连续"
    ORDER = "order", "时间早于上一条"
    CONTENT = "content", "内容与摘要不符"
    DIGEST = "digest", "摘要不符"
    LINK = "link", "与上一条不衔接"
    UNKNOWN_KEY = "unknown_key", "签名密钥未知"
    SIGNATURE = "signature", "签名无效"


@dataclass(frozen=True)
class AuditHead:
    """The newest committed entry of the trail (留痕) when the receipt was issued."""

    number: int
    digest: str


@dataclass(frozen=True)
class Opened:
    """What only those who may read the receipt are given."""

    content: Mapping[str, object]
    salt: bytes


@dataclass(frozen=True)
class Unsigned:
    """The public fields that the digest covers."""

    seq: int
    at: datetime
    previous: str
    content_digest: str
    audit_head: AuditHead
    key_id: str

    def computed_digest(self) -> str:
        """The digest that these fields have as they stand."""
        public = {
            "seq": self.seq,
            "at": stamp(self.at),
            "previous": self.previous,
            "content_digest": self.content_digest,
            "audit_head": asdict(self.audit_head),
            "key_id": self.key_id,
        }
        return sha256(canonical(public)).hexdigest()


@dataclass(frozen=True)
class Entry(Unsigned):
    """One entry of the ledger; `opened` where its reader may see the content."""

    digest: str
    signature: str
    opened: Opened | None = None


@dataclass(frozen=True)
class BadEntry:
    """The first entry that does not check, and why."""

    seq: int
    fault: Fault


def canonical(content: Mapping[str, object]) -> bytes:
    """UTF-8 JSON, sorted keys, no spaces; TypeError for what JSON has no form for."""
    text = json.dumps(
        content, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode()


def content_digest(opened: Opened) -> str:
    """The salted digest that stands for the content in public."""
    return sha256(opened.salt + canonical(opened.content)).hexdigest()


def stamp(at: datetime) -> str:
    """An instant as the ledger writes it: `2026-03-02T01:15:41.007000Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def key_id(public_key: Ed25519PublicKey) -> str:
    """The name of a key: the first 16 hex digits of the SHA-256 of its raw bytes."""
    return sha256(public_key.public_bytes_raw()).hexdigest()[:16]


def sign(unsigned: Unsigned, key: Ed25519PrivateKey, opened: Opened | None = None) -> Entry:
    """The entry with its digest and the signature over it."""
    digest = unsigned.computed_digest()
    signature = key.sign(bytes.fromhex(digest)).hex()
    return Entry(
        unsigned.seq,
        unsigned.at,
        unsigned.previous,
        unsigned.content_digest,
        unsigned.audit_head,
        unsigned.key_id,
        digest,
        signature,
        opened,
    )


def verify(entry: Entry, keys: PublicKeys) -> Fault | None:
    """What is wrong with one receipt, offline; its content is checked where it is open."""
    if entry.opened and content_digest(entry.opened) != entry.content_digest:
        return Fault.CONTENT
    if entry.computed_digest() != entry.digest:
        return Fault.DIGEST
    if entry.key_id not in keys:
        return Fault.UNKNOWN_KEY
    return None if _signed(entry, keys[entry.key_id]) else Fault.SIGNATURE


def _signed(entry: Entry, key: Ed25519PublicKey) -> bool:
    try:
        signature = bytes.fromhex(entry.signature)
        key.verify(signature, bytes.fromhex(entry.digest))
    except (InvalidSignature, ValueError):
        return False
    return signature.hex() == entry.signature  # fromhex forgives capitals and spaces


def verify_chain(
    entries: Iterable[Entry], keys: PublicKeys, before: Entry | None = None
) -> BadEntry | None:
    """The first bad entry of the whole ledger, from entry 1 on, and why; None when all check.

    With `before` of those that follow this one.
    """
    for place, entry in enumerate(entries, start=before.seq + 1 if before else 1):
        fault = _link_fault(entry, before, place) or verify(entry, keys)
        if fault:
            return BadEntry(place, fault)
        before = entry
    return None


def _link_fault(entry: Entry, before: Entry | None, place: int) -> Fault | None:
    if entry.seq != place:
        return Fault.GAP
    if entry.previous != (before.digest if before else FIRST_PREVIOUS):
        return Fault.LINK
    if before and entry.at < before.at:
        return Fault.ORDER
    return None


def short_digest(digest: str) -> str:
    """The first and last eight digits, as printed: `a1b2c3d4…0f1e2d3c`."""
    return f"{digest[:8]}…{digest[-8:]}"


def receipt_number(unit_letters: str, kind: str, year: int, running: int) -> str:
    """`LMT-FT-2026-000123`: unit letters, LD for a lead or FT for all of a right, year, number."""
    return f"{unit_letters}-{kind}-{year}-{running:06d}"
