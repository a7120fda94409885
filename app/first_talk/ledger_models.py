"""Tables of the receipt ledger: its entries in one signed chain, its keys, and its last check."""

from datetime import datetime

from sqlalchemy import BigInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, UtcDateTime, append_only
from app.labels import LabelledEnum


class ReceiptKind(LabelledEnum):
    """What a ledger entry certifies."""

    LEAD = "lead", "登记回执"
    CLAIM = "claim", "首谈登记凭证"
    GRANT = "grant", "首谈保护凭证"
    JOINT = "joint", "联合持有凭证"
    EXTENSION = "extension", "首谈续期凭证"
    LAPSE_NOTICE = "lapse_notice", "失效预告"
    SUSPENSION = "suspension", "首谈中止"
    RESUMPTION = "resumption", "首谈恢复"
    RULING = "ruling", "首谈裁定"
    TRANSFER = "transfer", "首谈流转"
    ENDING = "ending", "首谈终结"
    CALENDAR = "calendar", "截止日确定"
    CORRECTION = "correction", "更正"
    DRAW = "draw", "抽查抽签"


class Receipt(Base):
    """A ledger entry: public fields linked and signed, content salted and for its readers alone."""

    __tablename__ = "receipt"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    district_id: Mapped[str] = mapped_column(String(40))
    right_id: Mapped[str | None] = mapped_column(String(40), index=True)
    lead_id: Mapped[str | None] = mapped_column(String(40), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    content: Mapped[str] = mapped_column(Text)
    salt: Mapped[str] = mapped_column(String(32))
    content_digest: Mapped[str] = mapped_column(String(64))
    audit_number: Mapped[int] = mapped_column(BigInteger)
    audit_digest: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[str] = mapped_column(String(20))
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))


append_only(Receipt)


class SigningKey(Base):
    """A public key of the ledger, and from when it signs; old ones stay."""

    __tablename__ = "signing_key"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    public_key: Mapped[str] = mapped_column(String(64), unique=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


append_only(SigningKey)


class LedgerHead(Base):
    """The newest entry's number, time and digest: one row, locked while a link is added."""

    __tablename__ = "ledger_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    digest: Mapped[str] = mapped_column(String(64))


class LedgerCheck(Base):
    """How far the ledger was last checked, and the first bad entry: one row.

    `whole_at` is when it was last walked from its first entry, `whole_through` up to which number.
    """

    __tablename__ = "ledger_check"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    through: Mapped[int] = mapped_column(BigInteger)
    bad_seq: Mapped[int | None] = mapped_column(BigInteger)
    why: Mapped[str] = mapped_column(String(100))
    whole_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    whole_through: Mapped[int | None] = mapped_column(BigInteger)
