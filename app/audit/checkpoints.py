"""The ledger verified, and both chains held against receipts that somebody outside has kept.

Who can write the database can recompute the trail or cut the end of either chain and reset its
head. The receipts in other hands still tell: each carries its own signed place in the ledger and
the newest entry that the trail had when it was issued.
"""

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, JsonValue
from sqlalchemy import func, select

from app.audit.schemas import Soundness
from app.errors import Invalid
from app.first_talk import ledger, receipts
from app.first_talk.ledger_models import Receipt
from app.first_talk.receipts import AuditHead, Entry, Opened
from app.kit.trail import AuditEntry
from app.kit.work import Role, Work, use_case


class HeldAuditHead(BaseModel):
    """The entry of the trail that a receipt points to."""

    number: int
    digest: str


class HeldReceipt(BaseModel):
    """A receipt as the API gave it; its content and salt where the holder has them."""

    model_config = ConfigDict(extra="ignore")

    seq: int
    number: str = ""
    at: datetime
    previous: str
    content_digest: str
    audit_head: HeldAuditHead
    key_id: str
    digest: str
    signature: str
    content: dict[str, JsonValue] | None = None
    salt: str = Field(default="", pattern="^([0-9a-f]{2})*$")

    def entry(self) -> Entry:
        """As an entry of the ledger; the methods before digests and signature go."""
        return Entry(
            seq=self.seq,
            at=self.at,
            previous=_bare(self.previous),
            content_digest=_bare(self.content_digest),
            audit_head=AuditHead(self.audit_head.number, _bare(self.audit_head.digest)),
            key_id=self.key_id,
            digest=_bare(self.digest),
            signature=_bare(self.signature),
            opened=None if self.content is None else Opened(self.content, bytes.fromhex(self.salt)),
        )


def read_receipt(path: Path) -> HeldReceipt:
    """A receipt from a file; Invalid when it is none."""
    try:
        return HeldReceipt.model_validate_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Invalid(f"{path} 不是凭证文件") from error


@use_case("trail.verify_ledger", Role.AUDITOR, Role.SYSTEM, reads=True)
def verify_ledger(work: Work) -> Soundness:
    """Follow the ledger of receipts and name the first entry that does not hold."""
    entries = work.session.scalar(select(func.count()).select_from(Receipt)) or 0
    bad = ledger.first_bad_entry(work)
    if bad is None:
        return Soundness(name="首谈台账", entries=entries)
    return Soundness(name="首谈台账", entries=entries, broken_at=bad.seq, reason=bad.fault.label)


@use_case("trail.verify_receipt", Role.AUDITOR, Role.SYSTEM, reads=True)
def disagreement(work: Work, held: HeldReceipt) -> str | None:
    """What a receipt in other hands shows to be wrong, in Chinese; None when all agrees."""
    entry = held.entry()
    fault = receipts.verify(entry, ledger.key_folder(work).read().publics)
    if fault is not None:
        return f"凭证本身不成立：{fault.label}"
    row = work.session.get(Receipt, entry.seq)
    if row is None or row.digest != entry.digest:
        return f"首谈台账第 {entry.seq} 条缺失或已被改写"
    head = entry.audit_head
    checkpoint = work.session.get(AuditEntry, head.number)
    if head.number and (checkpoint is None or checkpoint.digest != head.digest):
        return f"留痕第 {head.number} 条或其之前的内容缺失或已被改写"
    return None


def _bare(text: str) -> str:
    return text.rpartition(":")[2]
