"""All rows of one subject, locked, settled, moved and written together.

A queue moves with its hold, so nothing about one row is decided without the others:

    open_docket → settle (what time has done) → move … (acts) → close (the queue, the future)

Locks are taken here, in the order of the keys, before the ledger's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime

from sqlalchemy import delete, func, select

from app.clock import IssuedCalendar, WorkCalendar
from app.enterprises import service as enterprises
from app.first_talk import certificates, identity, ledger, progress, records, rights, rulebook
from app.first_talk.clocks import Clocks
from app.first_talk.ledger_models import ReceiptKind
from app.first_talk.models import JointHolder, Phase, Right, RightMove, Subject
from app.first_talk.policies import Amount, Policy
from app.first_talk.progress import Colour, Filing, Record, Span
from app.first_talk.records import Station
from app.first_talk.rights import ENDINGS, GRANTED, Change, Move, Reason, Standing, State
from app.kit.db import insert_unless_present
from app.kit.work import Work
from app.parameters import service as parameters

FOREVER = datetime.max.replace(tzinfo=UTC)
TIME = ("system", "期限届满")
"""Who makes a timed move."""

_CLOCKS = tuple(field.name for field in fields(Clocks) if field.name not in ("policy", "amount"))
CERTIFIED = {
    Move.NOTICE_ENDS: ReceiptKind.GRANT,
    Move.AWARD: ReceiptKind.GRANT,
    Move.TAKE_OVER: ReceiptKind.GRANT,
    Move.GRANT_EXTENSION: ReceiptKind.EXTENSION,
    Move.UPHOLD: ReceiptKind.RULING,
    Move.UPHOLD_TO_NOTICE: ReceiptKind.RULING,
    Move.SHORTEN: ReceiptKind.RULING,
    **dict.fromkeys(
        (Move.DECLARE, Move.POOL, Move.RECLAIM, Move.OFFER_AGAIN, Move.HAND_OVER),
        ReceiptKind.TRANSFER,
    ),
    Move.NOTIFY_LAPSE: ReceiptKind.LAPSE_NOTICE,
    Move.SUSPEND: ReceiptKind.SUSPENSION,
    Move.RESUME: ReceiptKind.RESUMPTION,
    Move.FIX_END: ReceiptKind.CALENDAR,
}
OPEN = (*rights.LIVE, State.QUEUED, State.INCOMPLETE)


@dataclass
class Docket:
    """The rows of one subject by id, with what is needed to judge them."""

    work: Work
    key: str
    rows: dict[str, Right]
    joint: list[JointHolder]
    calendar: WorkCalendar
    policies: dict[str, Policy]
    filings: dict[str, list[Filing]] = field(default_factory=dict)
    frozen: dict[str, list[Span]] = field(default_factory=dict)
    granted: dict[str, datetime] = field(default_factory=dict)
    reviewers: dict[str, Station] = field(default_factory=dict)

    def record(self, standing: Standing) -> Record | None:
        """What the holder of a right has done since it became one."""
        if standing.active_on is None:
            return None
        id = standing.right_id
        return Record(
            standing.active_on,
            self.filings.get(id, []),
            self.frozen.get(id, []),
            granted_at=self.granted.get(id),
            opened_on=self.rows[id].opened_on,
        )

    def colour(self, standing: Standing) -> Colour | None:
        """The warning that a right shows today; None when it is none."""
        record = self.record(standing)
        if standing.state not in GRANTED or record is None:
            return None
        return progress.colour(record, self.work.today, standing.policy, self.calendar)

    def dropped_on(self, standing: Standing) -> date | None:
        """Since when the right is out of the 在谈 base by its silence; None while it is in it."""
        record = self.record(standing)
        if standing.state not in GRANTED or record is None:
            return None
        day = progress.silence(record, self.work.today, standing.policy).drop_from
        return day if day is not None and day <= self.work.today else None

    def issued(self, standing: Standing) -> IssuedCalendar:
        """The calendar of the dates that were issued with a right."""
        return self.calendar.issued_at(self.granted.get(standing.right_id))

    def admit(self, row: Right, policy: Policy) -> None:
        """Put a new row in."""
        self.work.add(row)
        self.rows[row.id] = row
        self.policies[policy.version] = policy

    def standing(self, row: Right) -> Standing:
        """The row as it was last written."""
        return standing_of(row, self.policies[row.policy_version])

    def due(self, now: datetime) -> list[Change]:
        """What time has done, or will have done by then, since the rows were written."""
        standings = [self.standing(row) for row in self.rows.values()]
        return rights.settle(standings, now, self.calendar)

    def settled(self, now: datetime) -> dict[str, Standing]:
        """Every row as it counts now."""
        standings = {row.id: self.standing(row) for row in self.rows.values()}
        return standings | {one.standing.right_id: one.standing for one in self.due(now)}

    def blocking(self) -> Right | None:
        """The row that keeps others out."""
        return next((row for row in self.rows.values() if row.state in rights.LIVE), None)

    def pooled(self) -> Right | None:
        """The row that waits for a receiver."""
        return next((row for row in self.rows.values() if row.state is State.POOLED), None)

    def own(self, district_id: str) -> Right | JointHolder | None:
        """What the district already has: an open row of its own, or a part in another's."""
        for row in self.rows.values():
            if row.district_id == district_id and row.state in OPEN:
                return row
        open_ids = {row.id for row in self.rows.values() if row.state in rights.LIVE}
        mine = (one for one in self.joint if one.district_id == district_id)
        return next((one for one in mine if one.right_id in open_ids), None)


def standing_of(row: Right, policy: Policy) -> Standing:
    """State and clocks of a row, as the rules read them."""
    return Standing(
        policy=policy,
        amount=Amount(row.amount_minor or 0, row.currency),
        right_id=row.id,
        state=row.state,
        place=row.place,
        ended_at=row.ended_at,
        reason=row.reason,
        interrupted=row.interrupted,
        **{name: getattr(row, name) for name in _CLOCKS},
    )


def open_docket(work: Work, enterprise_id: str, division: str) -> Docket:
    """Lock the subject and read its rows, ready for a new one."""
    key, others = _keys(work, enterprise_id, division)
    lock(work, {key, *others})
    return _present(work, key, others)


def open_for(work: Work, id: str, version: int | None, division: str = "") -> tuple[Docket, Right]:
    """The docket of one visible row, locked and settled, and the row as the caller saw it.

    With `division` the docket of that one, which the row is about to move to.
    """
    row = work.get(Right, id)
    key, others = _keys(work, row.enterprise_id, division or row.division)
    lock(work, {key, *others, row.subject_key})
    work.session.refresh(row)
    work.expect(row, version)
    row.subject_key = key if division else row.subject_key
    docket = _present(work, key, others)
    settle(docket)
    return docket, row


def key_of(work: Work, enterprise_id: str, division: str) -> str:
    """The present key of a subject."""
    return _keys(work, enterprise_id, division)[0]


def read_docket(work: Work, enterprise_id: str, division: str) -> Docket:
    """The rows of a subject, for reading."""
    key, others = _keys(work, enterprise_id, division)
    return docket_of(work, key, _rows(work, {key, *others}))


def read_dockets(work: Work, enterprise_ids: Sequence[str], division: str) -> list[Docket]:
    """The rows of several enterprises' subjects, for reading, at the same cost whatever is there.

    The enterprises are roots; one without a row has an empty docket.
    """
    keys = {
        id: [f"{name}/{division}" for name in names]
        for id, names in enterprises.identities(work, enterprise_ids).items()
    }
    everything = docket_of(work, "", _rows(work, {key for each in keys.values() for key in each}))
    found = everything.rows.values()
    return [
        _part(everything, keys[id][0], [row for row in found if row.subject_key in keys[id]])
        for id in enterprise_ids
    ]


def _present(work: Work, key: str, others: set[str]) -> Docket:
    """The rows; those of another identity of the enterprise (merged, or registered since) too."""
    found = _rows(work, {key, *others})
    live = [row.subject_key for row in found if row.state in rights.LIVE]
    for row in found:
        if row.subject_key != key and (row.state not in rights.LIVE or key not in live):
            row.subject_key = key
    return docket_of(work, key, found)


def reread(docket: Docket) -> None:
    """Read the rows again, since somebody wrote past the lock."""
    found = docket_of(docket.work, docket.key, _rows(docket.work, {docket.key}))
    docket.rows, docket.joint = found.rows, found.joint
    docket.policies.update(found.policies)


def docket_of(work: Work, key: str, rows: Iterable[Right]) -> Docket:
    """The rows with their joint holders, rules and calendar."""
    found = {row.id: row for row in rows}
    joint = work.session.scalars(
        work.all_rows(JointHolder, because="首谈登记").where(JointHolder.right_id.in_(found))
    )
    docket = Docket(
        work,
        key,
        found,
        list(joint),
        parameters.work_calendar(work),
        rulebook.policies(work, {row.policy_version for row in found.values()}),
    )
    docket.filings = records.filings(work, found)
    stations = records.stations(work, found, docket.due(work.now))
    docket.frozen = records.frozen(stations, work.today)
    docket.granted = records.granted(stations)
    docket.reviewers = records.reviewers(stations)
    return docket


def dockets_of(work: Work, keys: set[str]) -> list[Docket]:
    """The dockets of several subjects, for reading."""
    by_key: dict[str, list[Right]] = {}
    for row in _rows(work, keys):
        by_key.setdefault(row.subject_key, []).append(row)
    everything = docket_of(work, "", [row for rows in by_key.values() for row in rows])
    return [_part(everything, key, rows) for key, rows in by_key.items()]


def _part(everything: Docket, key: str, rows: list[Right]) -> Docket:
    ids = {row.id for row in rows}
    joint = [one for one in everything.joint if one.right_id in ids]
    return replace(everything, key=key, rows={row.id: row for row in rows}, joint=joint)


def lock(work: Work, keys: set[str]) -> None:
    """Take the subjects, in their order, until the end of the transaction."""
    for key in sorted(keys):
        insert_unless_present(work.session, Subject, {"key": key})
        work.session.scalars(select(Subject).where(Subject.key == key).with_for_update()).one()


def settle(docket: Docket) -> int:
    """Write every move that is due; how many there were."""
    changes = docket.due(docket.work.now)
    for n, change in enumerate(changes, 1):
        _write(docket, change, TIME)
        if change.move is Move.PROMOTE and _check_identity(docket, change):
            return n + 1 + settle(docket)
    return len(changes)


def move(
    docket: Docket,
    row: Right,
    move: Move,
    at: datetime,
    *,
    reason: str = "",
    code: Reason | None = None,
    nominal_end: date | None = None,
) -> None:
    """Make one move by the actor, with another end when given; IllegalTransition when none fits."""
    standing = docket.standing(row).after(move, at, docket.calendar, code)
    if nominal_end is not None:
        standing = standing.ending(nominal_end, docket.calendar)
    actor = docket.work.actor
    row.reason_text = reason
    _write(docket, Change(move, at, standing), (actor.id, actor.name), reason)


def close(docket: Docket) -> None:
    """Let the queue follow what was done, and write down what time will do."""
    settle(docket)
    work = docket.work
    phases: dict[str, list[Phase]] = {
        row.id: [Phase(right_id=row.id, n=0, state=row.state, starts_at=work.now)]
        for row in docket.rows.values()
    }
    for change in docket.due(FOREVER):
        future = phases[change.standing.right_id]
        future[-1].ends_at = change.at
        future.append(
            Phase(
                right_id=change.standing.right_id,
                n=len(future),
                state=change.standing.state,
                starts_at=change.at,
            )
        )
    for row in docket.rows.values():
        row.due_at = phases[row.id][0].ends_at
    work.session.execute(delete(Phase).where(Phase.right_id.in_(docket.rows)))
    work.session.add_all(phase for future in phases.values() for phase in future)
    work.session.flush()


def _check_identity(docket: Docket, change: Change) -> bool:
    """Whether a promoted claim may be somebody else's project: then it goes to that check (#3)."""
    row = docket.rows[change.standing.right_id]
    alike = identity.twins(docket.work, row, docket.policies[row.policy_version])
    if alike:
        doubtful = change.standing.after(Move.CHECK_IDENTITY, change.at, docket.calendar)
        _write(docket, Change(Move.CHECK_IDENTITY, change.at, doubtful), TIME, str(alike[0]))
    return bool(alike)


def take(row: Right, standing: Standing) -> None:
    """Store a standing in the row's columns."""
    for name in ("state", "place", "ended_at", "reason", "interrupted", *_CLOCKS):
        setattr(row, name, getattr(standing, name))


def _record(work: Work, row: Right, change: Change, actor: tuple[str, str], reason: str) -> None:
    made = work.session.scalar(
        select(func.count()).select_from(RightMove).where(RightMove.right_id == row.id)
    )
    work.session.add(
        RightMove(
            right_id=row.id,
            n=(made or 0) + 1,
            move=change.move,
            state=change.standing.state,
            at=change.at,
            written_at=work.now,
            actor_id=actor[0],
            actor_name=actor[1],
            reason=reason,
            policy_version=row.policy_version,
        )
    )


def _write(docket: Docket, change: Change, actor: tuple[str, str], reason: str = "") -> None:
    """Store a move, enter it into the history, certify what it grants or ends."""
    work, row = docket.work, docket.rows[change.standing.right_id]
    take(row, change.standing)
    work.session.flush()
    _record(work, row, change, actor, reason)
    kind = CERTIFIED.get(change.move)
    if kind is None and row.state in ENDINGS and row.place is not None:
        kind = ReceiptKind.ENDING
    if kind is not None:
        receipt = certificates.certify(work, row, kind, ledger.time_of(work))
        if row.filed_number is None:
            row.place, row.filed_number = receipt.seq, receipt.number


def _rows(work: Work, keys: set[str]) -> list[Right]:
    found = work.session.scalars(
        work.all_rows(Right, because="首谈登记")
        .where(Right.subject_key.in_(keys))
        .order_by(Right.place, Right.id)
        .execution_options(populate_existing=True)
    )
    return list(found)


def _keys(work: Work, enterprise_id: str, division: str) -> tuple[str, set[str]]:
    """The present key of the subject, and those of the same enterprise before."""
    known = enterprises.enterprises(work, set(enterprises.same_as(work, enterprise_id)))
    root = known[enterprises.root(work, enterprise_id)]
    names = {one.id for one in known.values()} | {one.uscc for one in known.values() if one.uscc}
    key = f"{root.uscc or root.id}/{division}"
    return key, {f"{name}/{division}" for name in names} - {key}
