"""Contacts of an enterprise: a district's own, masked until asked for, sealed at rest."""

from app.enterprises import directory
from app.enterprises.models import Contact
from app.enterprises.schemas import ContactView, SaveContact
from app.kit.db import new_id
from app.kit.sealed import fingerprint, matching
from app.kit.work import Role, Work

READERS = (Role.OFFICER, Role.UNIT_HEAD, Role.NEGOTIATOR, Role.PARTNER)
"""Who reads a district's own contacts and interactions."""


def of_enterprise(work: Work, ids: frozenset[str]) -> list[ContactView]:
    """The contacts of one enterprise (all its merged ids), masked."""
    rows = work.rows(Contact).where(Contact.enterprise_id.in_(ids))
    found = work.session.scalars(rows.order_by(Contact.created_at, Contact.id))
    return [_view(row, masked=True) for row in found]


def one(work: Work, id: str, *, masked: bool = True) -> ContactView:
    """One contact, in full when somebody asks for it."""
    return _view(work.get(Contact, id), masked=masked)


def add_contact(work: Work, enterprise_id: str, command: SaveContact) -> ContactView:
    """A new contact of the actor's district."""
    row = Contact(
        id=new_id("ctc"),
        district_id=work.district_id,
        enterprise_id=directory.row_of(work, enterprise_id).id,
        created_at=work.now,
    )
    _fill(work, row, command)
    work.add(row)
    return _view(row, masked=True)


def edit_contact(work: Work, id: str, command: SaveContact, version: int | None) -> ContactView:
    """The contact as it shall be."""
    row = work.get(Contact, id, version)
    _fill(work, row, command)
    work.session.flush()
    return _view(row, masked=True)


def enterprises_with_phone(work: Work, phone: str) -> set[str]:
    """The enterprises at which the actor's district knows this phone."""
    rows = work.rows(Contact).where(matching(work.session, Contact.phone, phone))
    return set(work.session.scalars(rows.with_only_columns(Contact.enterprise_id)))


def _fill(work: Work, row: Contact, command: SaveContact) -> None:
    row.name, row.post = command.name, command.post
    row.phone, row.email = command.phone, command.email
    phone = command.phone
    row.phone_seal = fingerprint(work.session, Contact.phone, phone) if phone else None


def _view(row: Contact, *, masked: bool) -> ContactView:
    return ContactView(
        id=row.id,
        version=row.version,
        enterprise_id=row.enterprise_id,
        name=row.name,
        post=row.post,
        phone=_masked(row.phone) if masked else row.phone,
        email=_masked(row.email) if masked else row.email,
    )


def _masked(value: str | None) -> str | None:
    """`138****5678`: enough to tell two apart."""
    if value is None:
        return None
    kept = 3 if len(value) > 8 else 1
    return f"{value[:kept]}****{value[-kept - 1 :]}"
