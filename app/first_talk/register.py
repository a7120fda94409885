"""The register (首谈台账) as each reader may see it: rows, one right, receipts.

Full rows are one's own, those shared with one's district, and for the registrar all. Of a
stranger's right a district is told number, 大类, holder and window, while it blocks and once its
own filing or check met it; during 公示 and in the pool everybody is told the enterprise too.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import Select, and_, func, or_, select

from app.clock import day_of
from app.errors import NotFound
from app.first_talk import asking, finding, identity, subjects, views
from app.first_talk.ledger_models import Receipt, ReceiptKind
from app.first_talk.models import EvidenceFile, QueryLog, Right, RightMove
from app.first_talk.receipt_schemas import ReceiptLine, ReceiptView
from app.first_talk.register_schemas import (
    ActsView,
    LinkView,
    MoveView,
    QueryView,
    RegisterPage,
    RightFilter,
    RightPageView,
    RowView,
    TwinView,
)
from app.first_talk.rights import GRANTED, LIVE, Move, Standing, State
from app.first_talk.schemas import RightEvidenceView, RightView
from app.first_talk.subjects import Docket
from app.kit.files import StoredFile, content
from app.kit.paging import keyset
from app.kit.schemas import CodeLabel
from app.kit.work import Role, Work, use_case

READERS = (
    Role.OFFICER,
    Role.UNIT_HEAD,
    Role.NEGOTIATOR,
    Role.FINANCE,
    Role.COORDINATOR,
    Role.PARTNER,
)
EVIDENCE_READERS = tuple(role for role in READERS if role is not Role.FINANCE)


@use_case("first_talk.list", *READERS, reads=True)
def rights(work: Work, command: RightFilter) -> RegisterPage:
    """A page of the register, the newest filing first."""
    query = _filtered(work, command)
    ordered = query.order_by(Right.arrived_at.desc(), Right.id.desc())
    found = keyset(work, ordered, command.limit, command.cursor)
    return RegisterPage(
        items=_row_views(work, found.rows),
        next_cursor=found.next_cursor,
        previous_cursor=found.previous_cursor,
        total=count(work, command) if command.count else None,
    )


def count(work: Work, command: RightFilter) -> int:
    """How many rows the filter finds."""
    counted = _filtered(work, command).with_only_columns(func.count())
    return work.session.scalar(counted) or 0


def count_by_district(work: Work, command: RightFilter) -> dict[str, int]:
    """How many rows the filter finds of each holder."""
    columns = (Right.district_id, func.count().label("number"))
    counted = _filtered(work, command).with_only_columns(*columns).group_by(Right.district_id)
    return {row.district_id: row.number for row in work.session.execute(counted)}


def days_to_contract(work: Work, command: RightFilter) -> dict[str, list[int]]:
    """How many days each converted right took from the grant to its contract, by holder."""
    columns = (Right.district_id, Right.active_on, Right.ended_at)
    found = work.session.execute(_filtered(work, command).with_only_columns(*columns))
    days: dict[str, list[int]] = {}
    for id, active_on, ended_at in found:
        if active_on is not None and ended_at is not None:
            days.setdefault(id, []).append((day_of(ended_at) - active_on).days)
    return days


def listed(work: Work, command: RightFilter, most: int) -> list[RowView]:
    """All rows that the filter finds, up to so many, the newest filing first."""
    ordered = _filtered(work, command).order_by(Right.arrived_at.desc(), Right.id.desc())
    return _row_views(work, list(work.session.scalars(ordered.limit(most))))


@use_case("first_talk.list", *READERS, reads=True)
def awaiting(work: Work, *states: State) -> list[RowView]:
    """The rows in one of these states that wait for the reader: its own, the registrar's all."""
    found = work.session.scalars(
        work.rows(Right).where(Right.counts_as(*states, now=work.now)).order_by(Right.id)
    )
    return sorted(_row_views(work, list(found)), key=_urgency)


@use_case("first_talk.read", *READERS, reads=True)
def right(work: Work, id: str) -> RightView:
    """One claim or right; NotFound for strangers."""
    return views.right_view(work, work.get(Right, id))


@use_case("first_talk.read", *READERS, reads=True)
def right_page(work: Work, id: str) -> RightPageView:
    """One claim or right with its history, proofs and askers."""
    row = work.get(Right, id)
    docket = subjects.dockets_of(work, {row.subject_key})[0]
    standing = docket.settled(work.now)[id]
    acts = _acts(docket, row, standing)
    return RightPageView(
        right=views.right_view(work, row),
        moves=_moves(docket, row),
        evidence=_evidence(work, id),
        receipts=_receipt_lines(work, row),
        queries=_queries(work, id) if work.owns(row) else [],
        cooldown_days=standing.policy.cooldown_days,
        bar_days=standing.policy.bar_days,
        twins=_twins(work, row, standing) if acts.decide else [],
        links=_links(work, row),
        acts=acts,
    )


def _links(work: Work, row: Right) -> list[LinkView]:
    """What the registrar found when the claim was compared with others: both sides see it."""
    names = views.district_names(work)
    return [
        LinkView(
            number=other.filed_number,
            district=views.district_label(names, other.district_id),
            division=CodeLabel(code=other.division, label=other.application["division_label"]),
            same=decision.same,
            reason=decision.reason,
            decided_at=decision.decided_at,
        )
        for decision, other in identity.decisions(work, row)
    ]


def _twins(work: Work, row: Right, standing: Standing) -> list[TwinView]:
    names = views.district_names(work)
    return [
        TwinView(
            id=twin.row.id,
            number=twin.row.filed_number,
            district=views.district_label(names, twin.row.district_id),
            enterprise_name=twin.row.application["enterprise_name"],
            points=twin.points,
            reasons=list(twin.reasons),
        )
        for twin in identity.twins(work, row, standing.policy)
    ]


def _acts(docket: Docket, row: Right, standing: Standing) -> ActsView:
    """What the reader may do with the row as it stands."""
    work, allowed = docket.work, standing.allowed()
    holds, decides = _holds(work, row), may_decide(work, row)
    refusal = views.extension_refusal(docket, standing)
    asks = holds and Move.ASK_EXTENSION in allowed and standing.effective_end is not None
    return ActsView(
        release=holds and Move.RELEASE in allowed,
        complete=holds and standing.state is State.INCOMPLETE,
        extend=asks and refusal is None,
        no_extension=refusal.label if asks and refusal else None,
        take_up=decides and Move.TAKE_UP in allowed and not reviews(docket, row),
        decide=decides and Move.APPROVE in allowed,
        decide_extension=decides and Move.GRANT_EXTENSION in allowed,
        suspend=decides and Move.SUSPEND in allowed,
        resume=decides and Move.RESUME in allowed,
        revoke=decides and Move.REVOKE in allowed,
        leave=(holds or decides) and Move.ENTERPRISE_LEAVES in allowed,
        transfer=Move.DECLARE in allowed or standing.state in (State.POOLED, State.TRANSFERRED),
    )


@use_case("first_talk.receipt", *READERS, reads=True)
def receipt(work: Work, number: str) -> ReceiptView:
    """A receipt with its content, for the district that it was given to and the registrar."""
    row = work.session.scalars(select(Receipt).where(Receipt.number == number)).one_or_none()
    if row is None or not _may_read(work, row):
        raise NotFound("没有这份凭证，或您无权查看")
    return views.receipt_view(row)


@use_case("first_talk.receipt", *READERS, reads=True)
def receipt_of_right(work: Work, id: str) -> ReceiptView:
    """The newest receipt of a right that the reader's district was given."""
    row = work.get(Right, id)
    found = [one for one in _receipts(work, row) if _may_read(work, one)]
    if not found:
        raise NotFound("这项申报尚未取得首谈凭证")
    return views.receipt_view(found[-1])


@use_case("first_talk.evidence", *EVIDENCE_READERS, reads=True)
def evidence_file(work: Work, id: str) -> tuple[str, bytes, str]:
    """Name, bytes and type of a file of evidence."""
    link = work.get(EvidenceFile, id)
    stored = work.session.scalars(
        work.all_rows(StoredFile, because="附件随佐证记录可见").where(StoredFile.id == link.file_id)
    ).one()
    return stored.name, content(work, stored), stored.media_type


def reviews(docket: Docket, row: Right) -> bool:
    """Whether the actor is the one who took the claim up."""
    taken_up = docket.reviewers.get(row.id)
    return taken_up is not None and taken_up.actor_id == docket.work.actor.id


def may_decide(work: Work, row: Right) -> bool:
    """Whether the actor is a registrar and no party: neither the unit nor the officer filed it."""
    actor = work.actor
    party = actor.unit_id == row.unit_id or actor.id == row.officer_id
    return actor.has(Role.COORDINATOR) and actor.is_person and not party


def shown(work: Work) -> Select[Right]:
    """The rows that the reader may know of: in full, in 公示, pooled, or met while they block."""
    met = select(QueryLog.right_id).where(
        QueryLog.district_id == work.actor.district_id, QueryLog.right_id.is_not(None)
    )
    now = work.now
    return work.all_rows(Right, because="首谈台账").where(
        or_(
            Right.id.in_(_full(work)),
            Right.counts_as(State.NOTICE, State.POOLED, now=now),
            and_(Right.id.in_(met), Right.counts_as(*LIVE, now=now)),
        )
    )


def _full(work: Work) -> Select[str]:
    return work.rows(Right).with_only_columns(Right.id)


def _filtered(work: Work, command: RightFilter) -> Select[Right]:
    full = _full(work)
    found = finding.conditions(command, work.now, full, work.actor.district_id)
    query = shown(work).where(*found)
    if command.colour:
        query = query.where(Right.id.in_(finding.coloured(work, set(command.colour))))
    return query


def _row_views(work: Work, rows: list[Right]) -> list[RowView]:
    full = set(work.session.scalars(_full(work)))
    names, asked = views.district_names(work), asking.questions(work, [row.id for row in rows])
    made: dict[str, RowView] = {}
    for docket in subjects.dockets_of(work, {row.subject_key for row in rows}):
        standings = docket.settled(work.now)
        for row in rows:
            if row.id in docket.rows:
                standing = standings[row.id]
                shown = views.row_view(docket, row, standing, names, full=row.id in full)
                made[row.id] = shown.model_copy(update={"questions": asked.get(row.id, 0)})
    return [made[row.id] for row in rows]


def _urgency(row: RowView) -> tuple[date, str]:
    due = {State.INCOMPLETE: row.fix_by, State.SUBMITTED: row.review_by}
    return (due.get(row.state, row.last_day) or date.max, row.id)


def _moves(docket: Docket, row: Right) -> list[MoveView]:
    """What happened, the newest first: what was written, and what time has done since."""
    work = docket.work
    written = work.session.scalars(
        select(RightMove).where(RightMove.right_id == row.id).order_by(RightMove.n)
    ).all()
    moves = [
        MoveView(
            move=_move_label(one.move),
            state=one.state,
            at=one.at,
            written_at=one.written_at,
            actor_name=one.actor_name,
            reason=one.reason,
            policy_version=one.policy_version,
            timed=one.actor_id == subjects.TIME[0],
            ends_on=ends_on,
        )
        for one, ends_on in zip(written, _new_ends(work, row, written), strict=True)
    ]
    return [*moves, *_due_moves(docket, row)][::-1]


def _new_ends(work: Work, row: Right, written: Sequence[RightMove]) -> Iterator[date | None]:
    """The end that each move gave the right, where it is another than before, by its receipts."""
    certified: dict[str, list[str]] = {}
    for one in _receipts(work, row):
        if one.right_id == row.id and one.district_id == row.district_id:
            certified.setdefault(one.kind, []).append(one.content)
    last = None
    for move in written:
        kind = subjects.CERTIFIED.get(move.move)
        found = certified.get(kind.value, []) if kind else []
        end = json.loads(found.pop(0)).get("effective_end") if found else None
        yield date.fromisoformat(end) if end and end != last and move.state in GRANTED else None
        last = end or last


def _due_moves(docket: Docket, row: Right) -> list[MoveView]:
    return [
        MoveView(
            move=_move_label(change.move),
            state=change.standing.state,
            at=change.at,
            written_at=None,
            actor_name=subjects.TIME[1],
            reason="",
            policy_version=row.policy_version,
            timed=True,
            ends_on=change.standing.effective_end if change.move is Move.NOTICE_ENDS else None,
        )
        for change in docket.due(docket.work.now)
        if change.standing.right_id == row.id
    ]


def _move_label(move: Move) -> CodeLabel:
    return CodeLabel(code=move.value, label=move.label)


def _evidence(work: Work, id: str) -> list[RightEvidenceView]:
    if not work.actor.has(*EVIDENCE_READERS):
        return []
    return [RightEvidenceView.model_validate(row) for row in views.evidence_rows(work, id)]


def _receipts(work: Work, row: Right) -> list[Receipt]:
    found = work.session.scalars(
        select(Receipt)
        .where(or_(Receipt.right_id == row.id, Receipt.lead_id == row.lead_id))
        .order_by(Receipt.seq)
    )
    return list(found)


def _receipt_lines(work: Work, row: Right) -> list[ReceiptLine]:
    return [
        ReceiptLine(seq=one.seq, number=one.number, kind=ReceiptKind(one.kind), at=one.at)
        for one in _receipts(work, row)
        if _may_read(work, one)
    ]


def _queries(work: Work, id: str) -> list[QueryView]:
    names = views.district_names(work)
    found = work.session.scalars(
        select(QueryLog)
        .where(QueryLog.right_id == id, QueryLog.district_id != work.actor.district_id)
        .order_by(QueryLog.at.desc())
    )
    return [
        QueryView(
            kind=one.kind,
            at=one.at,
            district=views.district_label(names, one.district_id),
            user_name=one.user_name,
        )
        for one in found
    ]


def _may_read(work: Work, row: Receipt) -> bool:
    registrar = work.actor.is_city and work.actor.has(Role.COORDINATOR)
    return registrar or row.district_id == work.actor.district_id


def _holds(work: Work, row: Right) -> bool:
    return work.owns(row) and work.actor.has(Role.OFFICER, Role.UNIT_HEAD, Role.PARTNER)
