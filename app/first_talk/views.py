"""What a reader is shown of a claim, a right, a receipt: rows as they count now, never as stored.

What a stranger may not know is left out here, when the view is made.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from app.districts import service as districts
from app.first_talk import clocks, filing, progress, subjects
from app.first_talk.filing import Application
from app.first_talk.ledger_models import Receipt, ReceiptKind
from app.first_talk.models import EvidenceFile, Right
from app.first_talk.policies import Amount, Evidence, Exclusion
from app.first_talk.progress import ExtensionRefusal
from app.first_talk.receipt_schemas import AuditHeadView, EntryView, ReceiptView
from app.first_talk.register_schemas import RowView
from app.first_talk.rights import HOLD, Standing, State
from app.first_talk.schemas import HolderView, JointView, RightView, Window
from app.first_talk.subjects import Docket
from app.kit.schemas import CodeLabel
from app.kit.work import Work, once
from app.money import Money


def right_view(work: Work, row: Right) -> RightView:
    """The row as it counts now, for those who see all of it."""
    return right_views(work, [row])[row.id]


def right_views(work: Work, rows: Iterable[Right]) -> dict[str, RightView]:
    """The rows as they count now, by id."""
    found = list(rows)
    names = district_names(work)
    made: dict[str, RightView] = {}
    for docket in subjects.dockets_of(work, {row.subject_key for row in found}):
        standings = docket.settled(work.now)
        for row in found:
            if row.id in docket.rows:
                made[row.id] = _shown(work, docket, row, standings, names)
    return made


def row_view(
    docket: Docket, row: Right, standing: Standing, names: dict[str, str], *, full: bool
) -> RowView:
    told = full or standing.state in (State.NOTICE, State.POOLED)
    filed, pooled = row.application, standing.state is State.POOLED
    return RowView(
        id=row.id,
        version=row.version,
        number=row.filed_number,
        district=district_label(names, row.district_id),
        division=CodeLabel(code=row.division, label=filed["division_label"]),
        state=standing.state,
        window=_window(docket, standing),
        last_day=last_day(standing.accept_until if pooled else standing.held_until),
        fix_by=last_day(standing.fix_until) if full else None,
        review_by=last_day(standing.review_until) if full else None,
        pool_by=pool_by(standing) if full else None,
        colour=docket.colour(standing) if full else None,
        dropped_on=docket.dropped_on(standing) if full else None,
        level=standing.policy.level_of(standing.amount) if full else None,
        escalated=full and _is_overdue(docket, standing),
        enterprise_name=filed["enterprise_name"] if told else None,
        line=filed["line"] if full else None,
        amount=_amount(row) if full else None,
        currency=row.currency,
        first_reported_at=standing.filed_at if told else None,
        questions=0,
        full=full,
        own=docket.work.owns(row),
    )


def holder(docket: Docket, standings: dict[str, Standing]) -> HolderView | None:
    """Who blocks the subject now."""
    blocking = next((one for one in standings.values() if one.blocks), None)
    return None if blocking is None else holder_of(docket, blocking)


def holder_of(docket: Docket, blocking: Standing) -> HolderView:
    """What a stranger is told of the row that blocks."""
    district_id = docket.rows[blocking.right_id].district_id
    return HolderView(
        district=district_label(district_names(docket.work), district_id),
        held_until=blocking.held_until,
        last_day=last_day(blocking.held_until),
        granted=blocking.granted,
    )


def pool_by(standing: Standing) -> date | None:
    """The last day of 拟流转, before time puts the right into the pool."""
    return last_day(standing.declared_until) if standing.state is State.ACTIVE else None


def last_day(until: datetime | None) -> date | None:
    """The last day of a clock, if it runs."""
    return None if until is None else clocks.last_day(until)


@once
def district_names(work: Work) -> dict[str, str]:
    return {one.id: one.name for one in districts.districts(work)}


def district_label(names: dict[str, str], id: str) -> CodeLabel:
    return CodeLabel(code=id, label=names.get(id, id))


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
    return frozenset(file.kind for file in evidence_rows(work, id))


def all_evidence(work: Work, ids: set[str]) -> list[EvidenceFile]:
    """The evidence of both sides of a case, to be opened to the other."""
    found = work.session.scalars(
        work.all_rows(EvidenceFile, because="案件双方互阅佐证").where(
            EvidenceFile.right_id.in_(ids)
        )
    )
    return list(found)


def evidence_rows(work: Work, *ids: str) -> list[EvidenceFile]:
    """The evidence of these rows that the reader may open, as it came."""
    found = work.session.scalars(
        work.rows(EvidenceFile)
        .where(EvidenceFile.right_id.in_(ids))
        .order_by(EvidenceFile.added_at, EvidenceFile.id)
    )
    return list(found)


def extension_refusal(docket: Docket, standing: Standing) -> ExtensionRefusal | None:
    """Why an extension cannot even be asked for today."""
    if standing.effective_end is None:
        return ExtensionRefusal.EXTEND_MAX
    return progress.extension_refusal(
        standing.effective_end,
        standing.extensions,
        last_event(docket, standing),
        docket.work.today,
        policy=standing.policy,
        calendar=docket.issued(standing),
    )


def _shown(
    work: Work,
    docket: Docket,
    row: Right,
    standings: dict[str, Standing],
    names: dict[str, str],
) -> RightView:
    standing = standings[row.id]
    filed: dict[str, Any] = row.application
    queued, pooled = standing.state is State.QUEUED, standing.state is State.POOLED
    review = docket.reviewers.get(row.id)
    return RightView(
        id=row.id,
        version=row.version,
        number=row.filed_number,
        district=district_label(names, row.district_id),
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
        reviewer=review.actor_name if review else None,
        taken_up_at=review.at if review else None,
        review_by=last_day(standing.review_until),
        hold_until=standing.hold_cap_until if standing.state in HOLD else None,
        last_day=last_day(standing.held_until),
        notice_through=last_day(standing.notice_until),
        window=_window(docket, standing),
        ends_at=standing.ends_at,
        extensions=standing.extensions,
        extension_by=last_day(standing.extension_until),
        suspended_through=last_day(standing.suspended_until),
        last_event_on=last_event(docket, standing),
        next_report_by=_next_report(docket, standing),
        lapse_by=last_day(standing.lapse_until) if standing.state is State.ACTIVE else None,
        pool_by=pool_by(standing),
        accept_by=last_day(standing.accept_until) if pooled else None,
        pool_closes_on=last_day(standing.pool_until) if pooled else None,
        colour=docket.colour(standing),
        dropped_on=docket.dropped_on(standing),
        level=standing.policy.level_of(standing.amount),
        escalated=_is_overdue(docket, standing),
        signed_on=row.contract_on if standing.signed else None,
        ahead=holder(docket, standings) if queued else None,
        joint_holders=_joint(docket, row.id, names),
    )


def _is_overdue(docket: Docket, standing: Standing) -> bool:
    """Whether nobody decided within the review: it has gone one level up."""
    if standing.state not in (State.SUBMITTED, State.IDENTITY_CHECK):
        return False
    return standing.review_until is not None and standing.review_until <= docket.work.now


def _window(docket: Docket, standing: Standing) -> Window | None:
    start, nominal, effective = standing.active_on, standing.nominal_end, standing.effective_end
    if start is None or nominal is None or effective is None:
        return None
    policy = standing.policy
    ask_by = docket.issued(standing).nth_workday(effective, -policy.extend_before_workdays)
    askable = standing.state is State.ACTIVE and standing.extensions < policy.extend_max
    return Window(
        start=start,
        nominal_end=nominal,
        effective_end=effective,
        ask_by=ask_by if askable and ask_by >= docket.work.today else None,
        provisional=docket.calendar.is_provisional(effective),
    )


def last_event(docket: Docket, standing: Standing) -> date | None:
    """The day of the newest substantive event of a right, None before the first."""
    record = docket.record(standing)
    return record.last_event_on(docket.work.today) if record else None


def _next_report(docket: Docket, standing: Standing) -> date | None:
    """The day of the oldest report that is neither filed nor missed; in its grace, the last day."""
    record, today = docket.record(standing), docket.work.today
    if standing.state is not State.ACTIVE or record is None:
        return None
    report = progress.next_report(record, today, standing.policy, docket.calendar)
    if report is None:
        return None
    return report.due if report.due >= today else report.grace


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
            district=district_label(names, one.district_id),
            number=one.number,
            joined_at=one.joined_at,
        )
        for one in docket.joint
        if one.right_id == id
    ]
