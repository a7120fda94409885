"""Agreements by the page, and those that wait for the reader's act."""

from sqlalchemy import or_
from sqlalchemy.orm import selectinload

from app.agreements import compliance, views
from app.agreements.models import Agreement, Version
from app.agreements.schemas import AgreementFilter, AgreementLine, AgreementPage
from app.agreements.states import State
from app.engine.legal_rules import Act
from app.kit.paging import keyset
from app.kit.work import Role, Work, use_case

WRITERS = (Role.NEGOTIATOR, Role.PARTNER)
READERS = (Role.NEGOTIATOR, Role.COORDINATOR, Role.PARTNER)


@use_case("agreement.list", *READERS, reads=True)
def agreements(work: Work, command: AgreementFilter) -> AgreementPage:
    """One page of the agreements that the reader may see, the last changed first."""
    query = work.rows(Agreement).options(
        selectinload(Agreement.parties),
        selectinload(Agreement.versions).selectinload(Version.terms),
        selectinload(Agreement.versions).selectinload(Version.approval),
    )
    if command.state is not None:
        query = query.where(Agreement.state == command.state)
    if command.q:
        like = f"%{command.q}%"
        query = query.where(or_(Agreement.title.like(like), Agreement.number.like(like)))
    order = (Agreement.updated_at.desc(), Agreement.id.desc())
    found = keyset(work, query.order_by(*order), command.limit, command.cursor)
    return AgreementPage(
        items=views.lines(work, found.rows),
        next_cursor=found.next_cursor,
        previous_cursor=found.previous_cursor,
    )


@use_case("agreement.list", *READERS, reads=True)
def waiting(work: Work) -> list[AgreementLine]:
    """What waits for the reader: an offer for the party's yes, an approval for the city.

    Where the legal rules forbid the approval, the parties' records are waited for.
    """
    found = work.session.scalars(
        work.rows(Agreement)
        .where(Agreement.versions.any(Version.state.in_((State.OFFERED, State.CONFIRMED))))
        .order_by(Agreement.updated_at, Agreement.id)
    )
    return views.lines(work, [row for row in found if _waits(work, row)])


def _waits(work: Work, row: Agreement) -> bool:
    """Whether the newest version asks for an act of the reader's."""
    newest, actor = row.versions[-1], work.actor
    if newest.state is State.OFFERED:
        given = {consent.district_id for consent in newest.consents}
        named = {party.district_id for party in row.parties}
        return actor.has(Role.NEGOTIATOR) and actor.district_id in named - given
    is_party = any(party.district_id == actor.district_id for party in row.parties)
    if is_party and newest.state is State.CONFIRMED:
        return actor.has(Role.NEGOTIATOR) and _lacks_a_record(work, row, newest)
    city = actor.is_city and actor.has(Role.COORDINATOR)
    return city and newest.state is State.CONFIRMED and not _entered_by(newest, actor.id)


def _lacks_a_record(work: Work, row: Agreement, version: Version) -> bool:
    """Whether the legal rules forbid the approval for now."""
    found = compliance.of_version(work, row, version, views.scheme_of(version))
    return any(each.act in (Act.CONFIRM, Act.APPROVE) for each in found)


def _entered_by(version: Version, user_id: str) -> bool:
    """Whether this person has entered the approval: the next act is somebody else's."""
    return version.approval is not None and version.approval.entered_by == user_id
