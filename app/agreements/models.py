"""Tables of sharing agreements (利益分享协议).

Agreement ─┬─ Party       who shares; one with a district confirms, a fund does not
           └─ Version     1, 2, …: a draft, then its state on the way into force and out
                ├─ Terms      append-only: scheme v1, its Chinese text and the digest of both
                ├─ Consent    append-only: a party's negotiator and the digest that was seen
                ├─ Record     append-only: what cures a legal finding; the last of a kind counts
                └─ Approval   市政府's number, date and file; a second coordinator confirms
Scenario: a what-if that one district keeps for itself.
Calculation: append-only, a ratio that one district worked out, with its inputs and reasons.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.agreements.cures import RecordKind
from app.agreements.input_rules import Kind
from app.agreements.states import State
from app.kit.db import (
    Base,
    Scoped,
    UtcDateTime,
    Versioned,
    append_only,
    coded,
    unique_while,
)
from app.kit.trail import Audited


class Agreement(Scoped, Versioned, Audited, Base):
    """What two or more districts agree on sharing; its money terms are those of its versions.

    `state` is that of the version in force, else of the newest one; `enterprise` the name of the
    project's, for the legal rules. `transfer_id` is the first-talk transfer (流转) that it settles.
    """

    __tablename__ = "agreement"
    __table_args__ = (Index("ix_agreement_listed", "district_id", "updated_at", "id"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    project_id: Mapped[str | None] = mapped_column(ForeignKey("project.id"), index=True)
    transfer_id: Mapped[str | None] = mapped_column(String(40), index=True)
    enterprise: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[State] = mapped_column(coded(State))
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    parties: Mapped[list["Party"]] = relationship(
        order_by="Party.position", cascade="all, delete-orphan"
    )
    versions: Mapped[list["Version"]] = relationship(order_by="Version.n")


class Party(Audited, Base):
    """One who shares, in the order that decides rounding ties; without a district it is a fund."""

    __tablename__ = "agreement_party"
    __table_args__ = (
        UniqueConstraint("agreement_id", "name"),
        UniqueConstraint("agreement_id", "district_id"),
    )

    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(40))
    district_id: Mapped[str | None] = mapped_column(ForeignKey("district.id"))


class Version(Versioned, Audited, Base):
    """One version: `draft` is scheme v1 as JSON until it is offered, then `terms` hold it."""

    __tablename__ = "agreement_version"

    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[State] = mapped_column(coded(State))
    draft: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str] = mapped_column(String(400), default="")
    reason: Mapped[str] = mapped_column(String(400), default="")
    consented: Mapped[int] = mapped_column(default=0)
    confirmed_on: Mapped[date | None]
    in_force_on: Mapped[date | None]
    ended_on: Mapped[date | None]

    terms: Mapped["Terms | None"] = relationship(uselist=False)
    consents: Mapped[list["Consent"]] = relationship(order_by="Consent.position")
    records: Mapped[list["Record"]] = relationship(order_by="Record.recorded_at, Record.id")
    approval: Mapped["Approval | None"] = relationship(uselist=False)


unique_while(
    "uq_agreement_version_draft", Version.agreement_id, condition=Version.state == State.DRAFT
)
unique_while(
    "uq_agreement_version_in_force",
    Version.agreement_id,
    condition=Version.state == State.IN_FORCE,
)


def _of_version() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["agreement_id", "n"], ["agreement_version.agreement_id", "agreement_version.n"]
    )


class Terms(Base):
    """What the parties were offered: fixed for ever, its digest over parties, scheme and text."""

    __tablename__ = "agreement_terms"
    __table_args__ = (_of_version(),)

    agreement_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    parties: Mapped[str] = mapped_column(Text)
    scheme: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    offered_by: Mapped[str] = mapped_column(String(80))
    offered_by_name: Mapped[str] = mapped_column(String(60))
    offered_at: Mapped[datetime] = mapped_column(UtcDateTime)


append_only(Terms)


class Consent(Audited, Base):
    """A party's yes: who gave it, when, to which digest, judged by which set of legal rules."""

    __tablename__ = "agreement_consent"
    __table_args__ = (_of_version(),)

    agreement_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    district_id: Mapped[str] = mapped_column(ForeignKey("district.id"))
    digest: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    user_name: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    rules: Mapped[str] = mapped_column(String(80), default="")


append_only(Consent)


class Record(Audited, Base):
    """What a party has put on record; `about` names the deduction that a legal basis is for."""

    __tablename__ = "agreement_record"
    __table_args__ = (_of_version(), Index("ix_agreement_record_version", "agreement_id", "n"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    agreement_id: Mapped[str] = mapped_column(String(40))
    n: Mapped[int]
    kind: Mapped[RecordKind] = mapped_column(coded(RecordKind))
    about: Mapped[str] = mapped_column(String(80), default="")
    reference: Mapped[str] = mapped_column(String(200))
    dated_on: Mapped[date | None]
    file_id: Mapped[str | None] = mapped_column(ForeignKey("stored_file.id"))
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_by_name: Mapped[str] = mapped_column(String(60))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


append_only(Record)


class Approval(Versioned, Audited, Base):
    """市政府's approval as one coordinator entered it and another confirmed it.

    `rules` is the set of legal rules that the last of the two acts was judged by.
    """

    __tablename__ = "agreement_approval"
    __table_args__ = (_of_version(),)

    agreement_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(String(100))
    approved_on: Mapped[date]
    file_id: Mapped[str] = mapped_column(ForeignKey("stored_file.id"))
    entered_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rules: Mapped[str] = mapped_column(String(80), default="")


class Scenario(Scoped, Versioned, Audited, Base):
    """A what-if kept by one district: a scheme and the facts it is tried on."""

    __tablename__ = "scenario"
    __table_args__ = (Index("ix_scenario_listed", "district_id", "updated_at", "id"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    agreement_id: Mapped[str | None] = mapped_column(ForeignKey("agreement.id"), index=True)
    scheme: Mapped[str] = mapped_column(Text)
    facts: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(String(80))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Calculation(Scoped, Audited, Base):
    """A proposed ratio as one district kept it: inputs and result are the JSON they were."""

    __tablename__ = "calculation"
    __table_args__ = (Index("ix_calculation_listed", "district_id", "created_at", "id"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[Kind] = mapped_column(coded(Kind))
    title: Mapped[str] = mapped_column(String(120))
    agreement_id: Mapped[str | None] = mapped_column(ForeignKey("agreement.id"), index=True)
    inputs: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(Text)
    reasons: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(String(80))
    created_by_name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


append_only(Calculation)
