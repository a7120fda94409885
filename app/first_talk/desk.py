"""What lies on a reader's desk: the rights, cases, requests and letters that may ask for an act.

All of it is read together, in as many statements whatever lies there; each subject is settled once.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select

from app.clock import day_of
from app.first_talk import cases, register, subjects
from app.first_talk.case_models import Case, EnterpriseLetter, JoinRequest
from app.first_talk.challenges import CaseState
from app.first_talk.consents import JoinState
from app.first_talk.models import Right, RightMove
from app.first_talk.rights import LIVE, Move, Standing, State
from app.first_talk.subjects import Docket
from app.kit.work import Role, Work

_OPEN = (*LIVE, State.INCOMPLETE, State.QUEUED, State.POOLED)
_WAITING = (State.SUBMITTED, State.IDENTITY_CHECK, State.EXTENSION_PENDING, State.POOLED)
_UNDECIDED = (*cases.ANSWERED, CaseState.RULED, CaseState.APPEALED)


@dataclass(frozen=True)
class Place:
    """A row among the others of its subject, all as they count now."""

    docket: Docket
    row: Right
    standings: dict[str, Standing]

    @property
    def standing(self) -> Standing:
        """How the row itself counts."""
        return self.standings[self.row.id]


@dataclass(frozen=True)
class Desk:
    """What may ask something of the reader, and the place of every row that it is about.

    `calling` are the rows whose own clocks may call; `moved_on` says when such a row was taken over
    from another unit, and when its provisional end was fixed.
    """

    places: dict[str, Place]
    calling: Collection[str]
    cases: list[Case]
    requests: list[JoinRequest]
    letters: list[EnterpriseLetter]
    moved_on: dict[tuple[str, Move], date]


def is_registrar(work: Work) -> bool:
    """Whether the reader decides for the city."""
    return work.actor.is_city and work.actor.has(Role.COORDINATOR)


def read(work: Work) -> Desk:
    """The reader's desk now."""
    undecided = list(work.session.scalars(work.rows(Case).where(Case.state.in_(_UNDECIDED))))
    requests = list(
        work.session.scalars(work.rows(JoinRequest).where(JoinRequest.state == JoinState.ASKED))
    )
    letters = _letters(work) if is_registrar(work) else []
    calling = _calling(work)
    about = {case.right_id for case in undecided} | {one.right_id for one in requests}
    about |= {letter.right_id for letter in letters}
    keys = {*calling.values(), *_keys(work, about - calling.keys())}
    return Desk(
        places={place.row.id: place for place in _places(work, keys)},
        calling=calling.keys(),
        cases=undecided,
        requests=requests,
        letters=letters,
        moved_on=_moved_on(work, calling.keys()),
    )


def _letters(work: Work) -> list[EnterpriseLetter]:
    """The letters that nobody has verified yet."""
    unverified = EnterpriseLetter.verified_at.is_(None)
    return list(work.session.scalars(work.rows(EnterpriseLetter).where(unverified)))


def _calling(work: Work) -> dict[str, str]:
    """Row and subject of the district's open rights, the registrar's work, and the whole pool."""
    now = work.now
    own = work.rows(Right).where(Right.counts_as(*_OPEN, now=now))
    if is_registrar(work):
        taken = select(RightMove.right_id).where(RightMove.move == Move.TAKE_OVER)
        declared = and_(Right.declared_until.is_not(None), Right.counts_as(State.ACTIVE, now=now))
        waiting = Right.counts_as(*_WAITING, now=now)
        mine = Right.district_id == work.actor.district_id
        own = own.where(or_(mine, waiting, declared, Right.id.in_(taken)))
    found = work.session.execute(
        register.shown(work)
        .where(
            or_(
                Right.id.in_(own.with_only_columns(Right.id)),
                Right.counts_as(State.POOLED, now=now),
            )
        )
        .with_only_columns(Right.id, Right.subject_key)
    )
    return {row.id: row.subject_key for row in found}


def _keys(work: Work, ids: Collection[str]) -> set[str]:
    """The subjects that cases, requests and letters are about, of whichever side."""
    if not ids:
        return set()
    rows = work.all_rows(Right, because="案件、申请和来函所涉首谈")
    return set(
        work.session.scalars(rows.where(Right.id.in_(ids)).with_only_columns(Right.subject_key))
    )


def _places(work: Work, keys: set[str]) -> Iterable[Place]:
    for docket in subjects.dockets_of(work, keys) if keys else []:
        standings = docket.settled(work.now)
        yield from (Place(docket, row, standings) for row in docket.rows.values())


def _moved_on(work: Work, ids: Collection[str]) -> dict[tuple[str, Move], date]:
    """When each right last was taken over, and last had its end fixed, of those that were."""
    if not ids:
        return {}
    found = work.session.execute(
        select(RightMove.right_id, RightMove.move, RightMove.at)
        .where(RightMove.move.in_((Move.TAKE_OVER, Move.FIX_END)), RightMove.right_id.in_(ids))
        .order_by(RightMove.n)
    )
    return {(id, move): day_of(at) for id, move, at in found}
