"""The register (首谈台账) as each reader may see it: rows, one right, receipts.

Full rows are one's own, those shared with one's district, and for the registrar all. Of a
stranger's right a district is told number, 大类, holder and window, while it blocks and once its
own filing or check met it; during 公示 everybody is told the enterprise too.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlakeyset import select_page
from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.sql import ColumnElement

from app.clock import day_of
from app.districts import service as districts
from app.errors import BadCursor, NotFound
from app.first_talk import filing, progress, subjects
from app.first_talk.filing import Application
from app.first_talk.models import (
    EvidenceFile,
    Phase,
    QueryLog,
    Receipt,
    ReceiptKind,
    Right,
    RightMove,
)
from app.first_talk.policies import Amount, Evidence, Exclusion
from app.first_talk.progress import Colour, ExtensionRefusal
from app.first_talk.rights import GRANTED, HOLD, LIVE, Move, Standing, State
from app.first_talk.schemas import (
    ActsView,
    AuditHeadView,
    EntryView,
    EvidenceView,
    HolderView,
    JointView,
    MoveView,
    QueryView,
    ReceiptLine,
    ReceiptView,
    RegisterPage,
    RightFilter,
    RightPageView,
    RightView,
    RowView,
    Window,
)
from app.first_talk.subjects import Docket
from app.kit.files import StoredFile, content
from app.kit.schemas import CodeLabel
from app.kit.work import STAFF, Role, Work, use_case
from app.money import Money

READERS = STAFF
_INSTANT = timedelta(microseconds=1)


@use_case("first_talk.list", *READERS, reads=True)
def rights(work: Work, command: RightFilter) -> RegisterPage:
    """A page of the register, the newest filing first."""
    query = _filtered(work, command)
    ordered = query.order_by(Right.arrived_at.desc(), Right.id.desc())
    try:
        found = select_page(  # type: ignore[type-var]  # typed for rows of tuples
            work.session, ordered, per_page=command.limit, page=command.cursor or None
        )
    except ValueError as error:
        raise BadCursor("翻页位置无效，请从第一页看起", parameter="cursor") from error
    paging = found.paging
    return RegisterPage(
        items=_row_views(work, [row[0] for row in found]),
        next_cursor=paging.bookmark_next if paging.has_next else None,
        previous_cursor=paging.bookmark_previous if paging.has_previous else None,
        total=count(work, command) if command.count else None,
    )


def count(work: Work, command: RightFilter) -> int:
    """How many rows the filter finds."""
    counted = _filtered(work, command).with_only_columns(func.count())
    return work.session.scalar(counted) or 0


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
    return view(work, work.get(Right, id))


@use_case("first_talk.read", *READERS, reads=True)
def right_page(work: Work, id: str) -> RightPageView:
    """One claim or right with its history, proofs and askers."""
    row = work.get(Right, id)
    docket = subjects.dockets_of(work, {row.subject_key})[0]
    standing = docket.settled(work.now)[id]
    return RightPageView(
        right=view(work, row),
        moves=_moves(docket, row),
        evidence=_evidence(work, id),
        receipts=_receipt_lines(work, row),
        queries=_queries(work, id) if work.owns(row) else [],
        cooldown_days=standing.policy.cooldown_days,
        acts=_acts(docket, row, standing),
    )


def _acts(docket: Docket, row: Right, standing: Standing) -> ActsView:
    """What the reader may do with the row as it stands."""
    work, allowed = docket.work, standing.allowed()
    holds, decides = _holds(work, row), may_decide(work, row)
    refusal = extension_refusal(docket, standing)
    asks = holds and Move.ASK_EXTENSION in allowed and standing.effective_end is not None
    return ActsView(
        release=holds and Move.RELEASE in allowed,
        complete=holds and standing.state is State.INCOMPLETE,
        extend=asks and refusal is None,
        no_extension=refusal.label if asks and refusal else None,
        decide=decides and Move.APPROVE in allowed,
        decide_extension=decides and Move.GRANT_EXTENSION in allowed,
        suspend=decides and Move.SUSPEND in allowed,
        resume=decides and Move.RESUME in allowed,
    )


@use_case("first_talk.receipt", *READERS, reads=True)
def receipt(work: Work, number: str) -> ReceiptView:
    """A receipt with its content, for the district that it was given to and the registrar."""
    row = work.session.scalars(select(Receipt).where(Receipt.number == number)).one_or_none()
    if row is None or not _may_read(work, row):
        raise NotFound("没有这份凭证，或您无权查看")
    return receipt_view(row)


@use_case("first_talk.receipt", *READERS, reads=True)
def receipt_of_right(work: Work, id: str) -> ReceiptView:
    """The newest receipt of a right that the reader's district was given."""
    row = work.get(Right, id)
    found = [one for one in _receipts(work, row) if _may_read(work, one)]
    if not found:
        raise NotFound("这项申报尚未取得首谈凭证")
    return receipt_view(found[-1])


@use_case(
    "first_talk.evidence",
    Role.OFFICER,
    Role.UNIT_HEAD,
    Role.NEGOTIATOR,
    Role.COORDINATOR,
    reads=True,
)
def evidence_file(work: Work, id: str) -> tuple[str, bytes, str]:
    """Name, bytes and type of a file of evidence."""
    link = work.get(EvidenceFile, id)
    stored = work.session.scalars(
        work.all_rows(StoredFile, because="附件随佐证记录可见").where(StoredFile.id == link.file_id)
    ).one()
    return stored.name, content(work, stored), stored.media_type


def may_decide(work: Work, row: Right) -> bool:
    """Whether the actor is a registrar and no party: neither the unit nor the officer filed it."""
    actor = work.actor
    party = actor.unit_id == row.unit_id or actor.id == row.officer_id
    return actor.has(Role.COORDINATOR) and actor.is_person and not party


def view(work: Work, row: Right) -> RightView:
    """The row as it counts now, for those who see all of it."""
    return views(work, [row])[row.id]


def views(work: Work, rows: Iterable[Right]) -> dict[str, RightView]:
    """The rows as they count now, by id."""
    found = list(rows)
    names = _names(work)
    made: dict[str, RightView] = {}
    for docket in subjects.dockets_of(work, {row.subject_key for row in found}):
        standings = docket.settled(work.now)
        for row in found:
            if row.id in docket.rows:
                made[row.id] = _right_view(work, docket, row, standings, names)
    return made


def holder(work: Work, docket: Docket, standings: dict[str, Standing]) -> HolderView | None:
    """Who blocks the subject now."""
    blocking = next((one for one in standings.values() if one.blocks), None)
    if blocking is None:
        return None
    return HolderView(
        district=_district(_names(work), docket.rows[blocking.right_id].district_id),
        held_until=blocking.held_until,
        last_day=last_day(blocking.held_until),
        granted=blocking.granted,
    )


def last_day(until: datetime | None) -> date | None:
    """The last day of what ends at the first instant after it."""
    return None if until is None else day_of(until - _INSTANT)


def receipt_view(row: Receipt) -> ReceiptView:
    """The receipt with its content."""
    return ReceiptView(
        **dict(entry_view(row)),
        number=row.number,
        kind=ReceiptKind(row.kind),
        content=json.loads(row.content),
        salt=row.salt,
    )


def entry_view(row: Receipt) -> EntryView:
    """The public fields."""
    return EntryView(
        seq=row.seq,
        at=row.at,
        previous=f"sha256:{row.previous}",
        content_digest=f"sha256:{row.content_digest}",
        audit_head=AuditHeadView(number=row.audit_number, digest=f"sha256:{row.audit_digest}"),
        key_id=row.key_id,
        digest=f"sha256:{row.digest}",
        signature=f"ed25519:{row.signature}",
    )


def application_of(row: Right, kinds: Iterable[Evidence]) -> Application:
    """What the row claims, as the guards read it."""
    filed: dict[str, Any] = row.application
    amount = None if row.amount_minor is None else Amount(row.amount_minor, row.currency)
    return Application(
        unit=row.district_id,
        identified=bool(filed["uscc"]) or filed["unregistered"],
        origin=filed["origin"],
        division=row.division or None,
        amount=amount,
        fixed_fen=filed["fixed_fen"],
        first_talked_on=row.first_talked_on,
        evidence=frozenset(kinds),
        exclusions=frozenset(Exclusion(code) for code in filed["exclusions"]),
    )


def evidence_kinds(work: Work, id: str) -> frozenset[Evidence]:
    """The kinds of evidence that a claim has so far."""
    return frozenset(file.kind for file in _evidence_rows(work, id))


def _filtered(work: Work, command: RightFilter) -> Select[Right]:
    full = work.rows(Right).with_only_columns(Right.id)
    met = select(QueryLog.right_id).where(
        QueryLog.district_id == work.actor.district_id, QueryLog.right_id.is_not(None)
    )
    now = work.now
    known: list[ColumnElement[bool]] = [
        Right.id.in_(full),
        Right.counts_as(State.NOTICE, now=now),
        and_(Right.id.in_(met), Right.counts_as(*LIVE, now=now)),
    ]
    query = work.all_rows(Right, because="首谈台账").where(or_(*known))
    if command.state:
        query = query.where(Right.counts_as(*command.state, now=now))
    if command.district:
        query = query.where(Right.district_id.in_(command.district))
    if command.ends_within is not None:
        query = query.where(_ends_by(now, now + timedelta(days=command.ends_within)))
    if command.lead:
        query = query.where(Right.id.in_(full), Right.lead_id == command.lead)
    if command.enterprise:
        query = query.where(Right.id.in_(full), Right.enterprise_id == command.enterprise)
    return query


def _ends_by(now: datetime, limit: datetime) -> ColumnElement[bool]:
    """Whether the protection that runs now ends by then."""
    return exists().where(
        Phase.right_id == Right.id,
        Phase.state.in_(GRANTED),
        or_(Phase.n == 0, Phase.starts_at <= now),
        Phase.ends_at > now,
        Phase.ends_at <= limit,
    )


def _row_views(work: Work, rows: list[Right]) -> list[RowView]:
    full = set(work.session.scalars(work.rows(Right).with_only_columns(Right.id)))
    names = _names(work)
    made: dict[str, RowView] = {}
    for docket in subjects.dockets_of(work, {row.subject_key for row in rows}):
        standings = docket.settled(work.now)
        for row in rows:
            if row.id in docket.rows:
                standing = standings[row.id]
                shown = _row_view(docket, row, standing, names, full=row.id in full)
                made[row.id] = shown
    return [made[row.id] for row in rows]


def _urgency(row: RowView) -> tuple[date, str]:
    due = {State.INCOMPLETE: row.fix_by, State.SUBMITTED: row.review_by}
    return (due.get(row.state, row.last_day) or date.max, row.id)


def _row_view(
    docket: Docket, row: Right, standing: Standing, names: dict[str, str], *, full: bool
) -> RowView:
    told = full or standing.state is State.NOTICE
    filed: dict[str, Any] = row.application
    return RowView(
        id=row.id,
        version=row.version,
        number=row.filed_number,
        district=_district(names, row.district_id),
        division=CodeLabel(code=row.division, label=filed["division_label"]),
        state=standing.state,
        window=_window(docket, standing),
        last_day=last_day(standing.held_until),
        fix_by=last_day(standing.fix_until) if full else None,
        review_by=last_day(standing.review_until) if full else None,
        colour=_colour(docket, standing) if full else None,
        enterprise_name=filed["enterprise_name"] if told else None,
        line=filed["line"] if full else None,
        amount=_amount(row) if full else None,
        currency=row.currency,
        first_reported_at=standing.filed_at if told else None,
        full=full,
        own=docket.work.owns(row),
    )


def _right_view(
    work: Work,
    docket: Docket,
    row: Right,
    standings: dict[str, Standing],
    names: dict[str, str],
) -> RightView:
    standing = standings[row.id]
    filed: dict[str, Any] = row.application
    queued = standing.state is State.QUEUED
    return RightView(
        id=row.id,
        version=row.version,
        number=row.filed_number,
        district=_district(names, row.district_id),
        division=CodeLabel(code=row.division, label=filed["division_label"]),
        state=standing.state,
        own=work.owns(row),
        lead_id=row.lead_id,
        lead_name=filed["lead_name"],
        unit_name=filed["unit_name"],
        officer_name=filed["officer_name"],
        enterprise_id=row.enterprise_id,
        enterprise_name=filed["enterprise_name"],
        uscc=filed["uscc"],
        line=filed["line"],
        amount=_amount(row),
        currency=row.currency,
        first_talked_on=row.first_talked_on,
        arrived_at=row.arrived_at,
        first_reported_at=standing.filed_at,
        policy_version=row.policy_version,
        missing=_missing(work, row, standing),
        reason=standing.reason,
        reason_text=row.reason_text,
        ended_at=standing.ended_at,
        fix_by=last_day(standing.fix_until),
        answer_by=last_day(standing.answer_until),
        review_by=last_day(standing.review_until),
        hold_until=standing.hold_cap_until if standing.state in HOLD else None,
        last_day=last_day(standing.held_until),
        notice_through=last_day(standing.notice_until),
        window=_window(docket, standing),
        ends_at=standing.ends_at,
        extensions=standing.extensions,
        extension_by=last_day(standing.extension_until),
        suspended_through=last_day(standing.suspended_until),
        last_event_on=_last_event(docket, standing),
        next_report_by=_next_report(docket, standing),
        colour=_colour(docket, standing),
        ahead=holder(work, docket, standings) if queued else None,
        joint_holders=_joint(docket, row.id, names),
    )


def _window(docket: Docket, standing: Standing) -> Window | None:
    start, nominal, effective = standing.active_on, standing.nominal_end, standing.effective_end
    if start is None or nominal is None or effective is None:
        return None
    policy = standing.policy
    ask_by = docket.calendar.nth_workday(effective, -policy.extend_before_workdays)
    askable = standing.state is State.ACTIVE and standing.extensions < policy.extend_max
    return Window(
        start=start,
        nominal_end=nominal,
        effective_end=effective,
        ask_by=ask_by if askable and ask_by >= docket.work.today else None,
        provisional=docket.calendar.is_provisional(effective),
    )


def _colour(docket: Docket, standing: Standing) -> Colour | None:
    record = docket.record(standing)
    if standing.state not in GRANTED or record is None:
        return None
    return progress.colour(record, docket.work.today, standing.policy, docket.calendar)


def _last_event(docket: Docket, standing: Standing) -> date | None:
    record = docket.record(standing)
    return record.last_event_on(docket.work.today) if record else None


def _next_report(docket: Docket, standing: Standing) -> date | None:
    """The last day of the oldest report that is neither filed nor missed."""
    record, policy, today = docket.record(standing), standing.policy, docket.work.today
    if standing.state is not State.ACTIVE or record is None or policy.report_every_days is None:
        return None
    through = today + timedelta(days=policy.report_every_days + policy.early_report_days)
    dues = progress.report_dues(record, through, policy, docket.calendar)
    open_dues = (one for one in dues if one.met_on is None and one.grace >= today)
    return next((one.due for one in open_dues), None)


def extension_refusal(docket: Docket, standing: Standing) -> ExtensionRefusal | None:
    """Why an extension cannot even be asked for today."""
    if standing.effective_end is None:
        return None
    return progress.extension_refusal(
        standing.effective_end,
        standing.extensions,
        _last_event(docket, standing),
        docket.work.today,
        policy=standing.policy,
        calendar=docket.calendar,
    )


def _missing(work: Work, row: Right, standing: Standing) -> list[CodeLabel]:
    if standing.state is not State.INCOMPLETE:
        return []
    lacks = filing.missing(application_of(row, evidence_kinds(work, row.id)), standing.policy)
    return [CodeLabel(code=one.value, label=one.label) for one in lacks]


def _amount(row: Right) -> Money | None:
    return None if row.amount_minor is None else Money(row.amount_minor)


def _joint(docket: Docket, id: str, names: dict[str, str]) -> list[JointView]:
    return [
        JointView(
            district=_district(names, one.district_id), number=one.number, joined_at=one.joined_at
        )
        for one in docket.joint
        if one.right_id == id
    ]


def _moves(docket: Docket, row: Right) -> list[MoveView]:
    """What happened, the newest first: what was written, and what time has done since."""
    work = docket.work
    written = work.session.scalars(
        select(RightMove).where(RightMove.right_id == row.id).order_by(RightMove.n)
    )
    moves = [
        MoveView(
            move=one.move,
            state=one.state,
            at=one.at,
            written_at=one.written_at,
            actor_name=one.actor_name,
            reason=one.reason,
            policy_version=one.policy_version,
            timed=one.actor_id == subjects.TIME[0],
        )
        for one in written
    ]
    return [*moves, *_due_moves(docket, row)][::-1]


def _due_moves(docket: Docket, row: Right) -> list[MoveView]:
    return [
        MoveView(
            move=change.move,
            state=change.standing.state,
            at=change.at,
            written_at=None,
            actor_name=subjects.TIME[1],
            reason="",
            policy_version=row.policy_version,
            timed=True,
        )
        for change in docket.due(docket.work.now)
        if change.standing.right_id == row.id
    ]


def _evidence_rows(work: Work, id: str) -> list[EvidenceFile]:
    found = work.session.scalars(
        work.rows(EvidenceFile)
        .where(EvidenceFile.right_id == id)
        .order_by(EvidenceFile.added_at, EvidenceFile.id)
    )
    return list(found)


def _evidence(work: Work, id: str) -> list[EvidenceView]:
    return [EvidenceView.model_validate(row) for row in _evidence_rows(work, id)]


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
    names = _names(work)
    found = work.session.scalars(
        select(QueryLog)
        .where(QueryLog.right_id == id, QueryLog.district_id != work.actor.district_id)
        .order_by(QueryLog.at.desc())
    )
    return [
        QueryView(
            kind=one.kind,
            at=one.at,
            district=_district(names, one.district_id),
            user_name=one.user_name,
        )
        for one in found
    ]


def _may_read(work: Work, row: Receipt) -> bool:
    registrar = work.actor.is_city and work.actor.has(Role.COORDINATOR)
    return registrar or row.district_id == work.actor.district_id


def _holds(work: Work, row: Right) -> bool:
    return work.owns(row) and work.actor.has(Role.OFFICER, Role.UNIT_HEAD, Role.PARTNER)


def _names(work: Work) -> dict[str, str]:
    return {one.id: one.name for one in districts.districts(work)}


def _district(names: dict[str, str], id: str) -> CodeLabel:
    return CodeLabel(code=id, label=names.get(id, id))
