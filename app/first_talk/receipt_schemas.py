"""Receipts and the ledger as they are shown: to those who may read one, and to everybody."""

from datetime import datetime
from typing import Literal

from pydantic import Field, JsonValue

from app.first_talk.ledger_models import ReceiptKind
from app.kit.schemas import Coded, Command, SerialNumber, View
from app.labels import LabelledEnum


class Verdict(LabelledEnum):
    """What the check of a printed receipt tells."""

    VALID = "valid", "有效"
    SUPERSEDED = "superseded", "已被后续记录更新"
    FAILED = "failed", "校验失败"


class LeadFacts(Command):
    """What the 登记回执 of a lead certifies."""

    lead_id: str = Field(max_length=40)
    lead_name: str = Field(max_length=200)
    enterprise_id: str | None = Field(default=None, max_length=40)


class ListEntries(Command):
    """Which entries of the ledger are asked for."""

    after: SerialNumber = Field(default=0, title="台账序号")
    limit: int = Field(default=100, ge=1, le=200, title="条数")


class AuditHeadView(View):
    """The checkpoint of the trail that a receipt carries."""

    number: int
    digest: str


class EntryView(View):
    """The public fields of a ledger entry; digests and signature carry their method."""

    seq: int
    at: datetime
    previous: str
    content_digest: str
    audit_head: AuditHeadView
    key_id: str
    digest: str
    signature: str


class ReceiptView(EntryView):
    """A receipt for those who may read it: its content, and the salt that opens the digest."""

    number: str
    kind: Coded[ReceiptKind]
    content: dict[str, JsonValue]
    salt: str


class ReceiptLine(View):
    """A receipt in a list."""

    seq: int
    number: str
    kind: Coded[ReceiptKind]
    at: datetime


class LedgerHeadView(View):
    """The newest entry; number 0 while there is none."""

    seq: int
    at: datetime | None
    digest: str


class LedgerCheckView(View):
    """Whether the whole ledger checks; else its first bad entry and why."""

    entries: int
    good: bool
    bad_seq: int | None
    why: str | None


class KeyView(View):
    """A public key of the ledger."""

    id: str
    algorithm: Literal["Ed25519"]
    public_key: str
    since: datetime


class CheckPrinted(Command):
    """The check of a printed receipt: its number, and the digest as far as it is printed."""

    number: str = Field(min_length=1, max_length=40, title="凭证号")
    d: str = Field(min_length=8, max_length=64, title="数字摘要")


class ReceiptCheck(View):
    """The public check of a printed receipt: 有效, 已被后续记录更新 or 校验失败, nothing else."""

    number: str
    verdict: Coded[Verdict]
