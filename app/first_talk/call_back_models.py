"""Tables of 抽查回访: what was drawn, which enterprise is called back, and what it said."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.first_talk.calling_back import Outcome
from app.kit.db import Base, Scoped, UtcDateTime, Versioned, append_only, coded
from app.kit.sealed import Sealed
from app.kit.trail import Audited
from app.kit.work import Role


class Draw(Scoped, Audited, Base):
    """A draw of the registrar: claims filed from one day to another, how many of how many.

    The ledger entry `receipt_number` names all that could be drawn and is the seed.
    """

    __tablename__ = "first_talk_draw"
    city_reads: ClassVar = frozenset({Role.COORDINATOR})

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    receipt_number: Mapped[str] = mapped_column(ForeignKey("receipt.number"), unique=True)
    first: Mapped[date]
    last: Mapped[date]
    asked: Mapped[int] = mapped_column(Integer)
    among: Mapped[int] = mapped_column(Integer)
    drawn_by_name: Mapped[str] = mapped_column(String(80))
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)


append_only(Draw)


class CallBack(Scoped, Versioned, Audited, Base):
    """A claim that was drawn, once and never again; its holder is let in by a share once told.

    `outcome` and `called_on` are those of the last record.
    """

    __tablename__ = "first_talk_call_back"
    city_reads: ClassVar = frozenset({Role.COORDINATOR})

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    draw_id: Mapped[str] = mapped_column(ForeignKey("first_talk_draw.id"), index=True)
    right_id: Mapped[str] = mapped_column(ForeignKey("first_talk_right.id"), unique=True)
    rank: Mapped[int] = mapped_column(Integer)
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[Outcome | None] = mapped_column(coded(Outcome))
    called_on: Mapped[date | None]


class CallBackRecord(Scoped, Audited, Base):
    """One call: the day, whom the registrar spoke with, what was said. A later one corrects it.

    Nothing changes it but a new sealing key, which is why the database does not forbid changes.
    """

    __tablename__ = "first_talk_call_back_record"
    city_reads: ClassVar = frozenset({Role.COORDINATOR})

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    call_back_id: Mapped[str] = mapped_column(ForeignKey("first_talk_call_back.id"), index=True)
    outcome: Mapped[Outcome] = mapped_column(coded(Outcome))
    called_on: Mapped[date]
    spoke_with: Mapped[str | None] = mapped_column(
        Sealed("first_talk_call_back_record.spoke_with"), info={"personal": True}
    )
    said: Mapped[str] = mapped_column(Text)
    recorded_by_name: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
