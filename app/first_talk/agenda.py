"""今日必办 of first talk: the calls of rights, cases and letters that go to the reader.

officer       the rights that are one's own, and those whose officer has left
unit_head     all of the district; both take up what is pooled
negotiator    the district's ends and colours, to read
coordinator   what waits for the registrar, never of one's own unit; overdue: its head is told
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, or_, select

from app.clock import day_of
from app.districts import service as districts
from app.districts.schemas import CallView
from app.first_talk import (
    call_wording,
    cases,
    challenges,
    leaving,
    progress,
    register,
    subjects,
    views,
    warnings,
)
from app.first_talk.call_wording import Facts
from app.first_talk.case_schemas import CaseView
from app.first_talk.challenges import CaseState, Ground
from app.first_talk.models import JointHolder, Right, RightMove
from app.first_talk.rights import LIVE, Move, Standing, State
from app.first_talk.subjects import Docket
from app.first_talk.warnings import NEWS, Call, Kind, Side
from app.kit.work import Role, Work, once, use_case
from app.parameters import service as parameters

READERS = (Role.OFFICER, Role.UNIT_HEAD, Role.NEGOTIATOR, Role.COORDINATOR)
_OPEN = (*LIVE, State.INCOMPLETE, State.QUEUED, State.POOLED)
_WAITING = (State.SUBMITTED, State.IDENTITY_CHECK, State.EXTENSION_PENDING, State.POOLED)
_NEWS_LASTS = timedelta(days=14)
_TO_READ = frozenset({Kind.ENDS, Kind.YELLOW, Kind.RED, Kind.LAPSE, Kind.END_FIXED})


@dataclass(frozen=True)
class _Said:
    """What a call tells: of whom, why, and the button."""

    title: str
    number: str
    why: str
    act: str
    href: str


@use_case("first_talk.agenda", *READERS, reads=True)
def calls(work: Work) -> list[CallView]:
    """Every call that goes to the reader, those to come too."""
    found = [*_of_rights(work), *_of_cases(work)]
    if _is_registrar(work):
        return [*found, *_of_letters(work)]
    return [*found, *_escalated(work)] if _leads_registrar(work) else found


def _is_registrar(work: Work) -> bool:
    return work.actor.is_city and work.actor.has(Role.COORDINATOR)


def _leads_registrar(work: Work) -> bool:
    """Whether the actor heads the office that decides, without deciding there."""
    registrar = parameters.first_talk_policy(work).registrar
    return work.actor.has(Role.UNIT_HEAD) and work.actor.unit_id == registrar


def _escalated(work: Work) -> Iterator[CallView]:
    """What its office has not decided in time, told to its head by unit and number alone."""
    overdue = work.session.scalars(
        work.all_rows(Right, because="审核逾期上报").where(
            Right.counts_as(State.SUBMITTED, State.IDENTITY_CHECK, now=work.now),
            Right.review_until <= work.now,
        )
    )
    names = views.district_names(work)
    for row in overdue:
        due = views.last_day(row.review_until) or work.today
        call = Call(Kind.ESCALATED, Side.REGISTRAR, due, str(due))
        button = call_wording.act(call.kind, may_act=True, id=row.id)
        title = f"{names[row.district_id]} {row.filed_number or ''}"
        said = _Said(title, row.filed_number or "", call_wording.of_case(call, work.today), *button)
        yield _view(work, row.id, call, said)


def _of_rights(work: Work) -> Iterator[CallView]:
    rows = {row.id: row for row in _candidates(work)}
    taken, fixed = (_days_of(work, rows, move) for move in (Move.TAKE_OVER, Move.FIX_END))
    for docket in subjects.dockets_of(work, {row.subject_key for row in rows.values()}):
        standings = docket.settled(work.now)
        for row in docket.rows.values():
            if row.id in rows:
                found = _of_row(docket, row, standings, taken.get(row.id))
                news = _fixed(standings[row.id], fixed.get(row.id), work.today)
                yield from _to_reader(docket, row, standings[row.id], [*found, *news])


def _candidates(work: Work) -> Iterable[Right]:
    """The rows that may call the reader: the district's open ones, what is pooled anywhere."""
    now, mine = work.now, work.actor.district_id
    query = work.rows(Right).where(Right.counts_as(*_OPEN, now=now))
    if _is_registrar(work):
        taken = select(RightMove.right_id).where(RightMove.move == Move.TAKE_OVER)
        declared = and_(Right.declared_until.is_not(None), Right.counts_as(State.ACTIVE, now=now))
        waiting = Right.counts_as(*_WAITING, now=now)
        query = query.where(or_(Right.district_id == mine, waiting, declared, Right.id.in_(taken)))
    pooled = register.shown(work).where(Right.counts_as(State.POOLED, now=now))
    return [*work.session.scalars(query), *work.session.scalars(pooled)]


def _days_of(work: Work, ids: Iterable[str], move: Move) -> dict[str, date]:
    """When each right last made a move, of those that did."""
    found = work.session.execute(
        select(RightMove.right_id, RightMove.at)
        .where(RightMove.move == move, RightMove.right_id.in_(ids))
        .order_by(RightMove.n)
    )
    return {id: day_of(at) for id, at in found}


def _of_row(
    docket: Docket, row: Right, standings: dict[str, Standing], taken_on: date | None
) -> list[Call]:
    standing = standings[row.id]
    if standing.state is State.QUEUED:
        return _objection(docket, row, standings)
    record = docket.record(standing)
    return warnings.calls(standing, record, docket.work.today, docket.calendar, taken_on)


def _fixed(standing: Standing, fixed_on: date | None, today: date) -> list[Call]:
    """The news that a provisional end is fixed, for two weeks."""
    end = standing.effective_end
    if fixed_on is None or end is None or today > fixed_on + _NEWS_LASTS:
        return []
    return [Call(Kind.END_FIXED, Side.HOLDER, end, str(end))]


def _to_reader(
    docket: Docket, row: Right, standing: Standing, found: Iterable[Call]
) -> Iterator[CallView]:
    work, today, record = docket.work, docket.work.today, docket.record(standing)
    explain = record and progress.silence(record, today, standing.policy).explain_from
    facts = Facts(
        standing,
        views.district_names(work).get(row.district_id, ""),
        record.last_event_on(today) if record else None,
        bool(explain and explain <= today),
        today,
    )
    for call in found:
        if _goes_to_reader(docket, row, call):
            yield _right_call(docket, row, call, facts)


def _objection(docket: Docket, row: Right, standings: dict[str, Standing]) -> list[Call]:
    """Until when the unit that waits behind a 公示 may object to it."""
    held, claim = cases.parties(docket, row.district_id)
    if held is None or claim is not row:
        return []
    closes = challenges.objection_closes(Ground.EARLIER_CONTACT, standings[held.id])
    refusal = cases.objection_refusal(docket, held, claim, Ground.EARLIER_CONTACT)
    if closes is None or refusal is not None:
        return []
    due = views.last_day(closes) or docket.work.today
    return [Call(Kind.OBJECT, Side.HOLDER, due, str(due))]


def _goes_to_reader(docket: Docket, row: Right, call: Call) -> bool:
    work, actor = docket.work, docket.work.actor
    match call.side:
        case Side.REGISTRAR:
            return register.may_decide(work, row)
        case Side.RECEIVER:
            return not work.owns(row) and actor.has(Role.OFFICER, Role.UNIT_HEAD)
    holder = row if work.owns(row) else _own_part(docket, row)
    if holder is None:
        return False
    if actor.has(Role.UNIT_HEAD) or (actor.has(Role.NEGOTIATOR) and call.kind in _TO_READ):
        return True
    gone = holder.officer_id not in _colleagues(work)
    return actor.has(Role.OFFICER) and (holder.officer_id == actor.id or gone)


@once
def _colleagues(work: Work) -> frozenset[str]:
    return frozenset(one.id for one in districts.colleagues(work))


def _own_part(docket: Docket, row: Right) -> JointHolder | None:
    mine = docket.work.actor.district_id
    parts = (one for one in docket.joint if one.right_id == row.id and one.district_id == mine)
    return next(parts, None)


def _right_call(docket: Docket, row: Right, call: Call, facts: Facts) -> CallView:
    work = docket.work
    part = None if work.owns(row) else _own_part(docket, row)
    may_act = call.side is not Side.HOLDER or work.actor.has(Role.OFFICER, Role.UNIT_HEAD)
    lead_id = part.lead_id if part else row.lead_id
    button = call_wording.act(call.kind, may_act=may_act, id=row.id, lead_id=lead_id)
    said = _Said(
        row.application["enterprise_name"],
        row.filed_number or "",
        call_wording.of_right(call, facts),
        *button,
    )
    return _view(work, row.id, call, said)


def _of_cases(work: Work) -> Iterator[CallView]:
    for case in cases.pending(work):
        kind = _case_kind(case)
        if kind is None or case.last_day is None:
            continue
        call = Call(kind, Side.HOLDER, case.last_day, str(case.last_day))
        why = call_wording.of_case(
            call,
            work.today,
            objector=case.objector.label,
            holder=case.holder.label,
            ground=case.ground.label,
        )
        button = call_wording.act(kind, may_act=True, id=case.id)
        said = _Said(case.enterprise_name or "", case.number or "", why, *button)
        yield _view(work, case.id, call, said)


def _case_kind(case: CaseView) -> Kind | None:
    """What a case asks of the reader."""
    acts = case.acts
    if acts.rule_on_appeal:
        return Kind.RULE_ON_APPEAL
    if acts.effects:
        return Kind.RULE_OVERDUE if case.state is CaseState.ESCALATED else Kind.RULE
    if acts.answer and case.answered_at is None:
        return Kind.ANSWER
    if case.state is CaseState.NEGOTIATING and (acts.withdraw or acts.concede):
        return Kind.NEGOTIATE
    return Kind.APPEAL if acts.appeal else None


def _of_letters(work: Work) -> Iterator[CallView]:
    """The letters of enterprises that wait for a second person: verified the same day."""
    for letter in leaving.unverified(work):
        if letter.filed_by_name != work.actor.name:
            due = day_of(letter.filed_at)
            call = Call(Kind.LETTER, Side.REGISTRAR, due, str(due))
            button = call_wording.act(call.kind, may_act=True, id=letter.right_id)
            title = f"{letter.holder.label} {letter.division.label}"
            said = _Said(
                title, letter.number or "", call_wording.of_case(call, work.today), *button
            )
            yield _view(work, letter.id, call, said)


def _view(work: Work, id: str, call: Call, said: _Said) -> CallView:
    calendar = parameters.work_calendar(work)
    return CallView(
        occasion=f"{id}/{call.kind.value}/{call.occasion}",
        kind=call.kind.label,
        title=said.title,
        number=said.number,
        why=said.why,
        since=call.since,
        due_on=call.due_on,
        soon=call.due_on <= calendar.nth_workday(work.today, 3),
        provisional=calendar.is_provisional(call.due_on),
        href=said.href,
        act=said.act,
        news=call.kind in NEWS,
    )
