"""抽查回访: the registrar draws claims at random and asks the enterprises whether they are true.

Nobody chooses who is called (`calling_back`): the ledger entry of the draw names all that could be
drawn, and its own digest is the seed. A right is drawn once. Until the enterprise has answered the
holder does not know. The call verifies what was filed, never what the enterprise will choose; what
is not true leads to 撤销 (`revocations`).
"""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy import Select, or_, select

from app.clock import until
from app.districts import service as districts
from app.errors import Conflict, Forbidden, Invalid, Issue
from app.first_talk import calling_back, ledger, register, views
from app.first_talk.call_back_models import CallBack, CallBackRecord, Draw
from app.first_talk.call_back_schemas import (
    CallBackLine,
    CallBackRecordView,
    CallBackView,
    DrawCallBacks,
    DrawView,
    ListCallBacks,
    ListDraws,
    RecordCallBack,
    ToldView,
)
from app.first_talk.calling_back import TOLD, Outcome
from app.first_talk.ledger import NewEntry
from app.first_talk.ledger_models import Receipt, ReceiptKind
from app.first_talk.models import JointHolder, Right
from app.first_talk.rights import LIVE
from app.first_talk.schemas import RightEvidenceView
from app.kit.db import new_id
from app.kit.paging import keyset
from app.kit.schemas import CodeLabel, Page
from app.kit.work import Role, Work, use_case


@use_case("first_talk.draw", Role.COORDINATOR, binding=True)
def draw(work: Work, command: DrawCallBacks) -> DrawView:
    """Draw among the claims that block others now, were never drawn and are not of one's own unit.

    The head of the ledger is locked first, so draws come one after another.
    """
    if command.last < command.first:
        raise Invalid.at("/last", "order", "首报时间止早于首报时间起")
    if command.last > work.today:
        raise Invalid.at("/last", "future", "首报时间止晚于今天")
    at = ledger.time_of(work)
    rights = {
        right.filed_number or "": right for right in work.session.scalars(_among(work, command))
    }
    if not rights:
        raise Conflict("这段时间首次完整申报、仍在保护且未抽查过的首谈一项也没有")
    receipt = ledger.issue(work, at, _entry(work, command, sorted(rights)))
    drawn = Draw(
        id=new_id("drw"),
        district_id=work.district_id,
        receipt_number=receipt.number,
        first=command.first,
        last=command.last,
        asked=command.number,
        among=len(rights),
        drawn_by_name=work.actor.name,
        drawn_at=at,
    )
    work.add(drawn)
    picked = calling_back.picked(receipt.digest, rights, command.number)
    for rank, number in enumerate(picked, start=1):
        work.add(
            CallBack(
                id=new_id("cbk"),
                district_id=work.district_id,
                draw_id=drawn.id,
                right_id=rights[number].id,
                rank=rank,
                drawn_at=at,
            )
        )
    return _draw_views(work, [drawn])[0]


@use_case("first_talk.record_call_back", Role.COORDINATOR, binding=True)
def record(work: Work, id: str, version: int | None, command: RecordCallBack) -> CallBackView:
    """Record a call; from an outcome on the holder sees it and its day. A later record corrects."""
    row = work.get(CallBack, id, version)
    right = work.get(Right, row.right_id)
    if not register.may_decide(work, right):
        raise Forbidden("申报单位的人员不能回访本单位的首谈")
    lacks = list(_lacks(work, row, command))
    if lacks:
        raise Invalid("请核对回访记录", *lacks)
    work.add(
        CallBackRecord(
            id=new_id("cbr"),
            district_id=row.district_id,
            call_back_id=row.id,
            outcome=command.outcome,
            called_on=command.called_on,
            spoke_with=command.spoke_with or None,
            said=command.said,
            recorded_by_name=work.actor.name,
            recorded_at=work.now,
        )
    )
    row.outcome, row.called_on = command.outcome, command.called_on
    if command.outcome in TOLD:
        for holder in _holders(work, right):
            work.share(row, holder)
    work.session.flush()
    return _view(work, row)


@use_case("first_talk.call_backs", Role.COORDINATOR, reads=True)
def listed(work: Work, command: ListCallBacks) -> Page[CallBackLine]:
    """The call-backs, the newest draw first; `done` only those with an outcome, or without."""
    query = work.rows(CallBack).order_by(CallBack.drawn_at.desc(), CallBack.id)
    if command.done is not None:
        told = CallBack.outcome.in_(TOLD)
        query = query.where(told if command.done else or_(CallBack.outcome.is_(None), ~told))
    found = keyset(work, query, command.limit, command.cursor)
    return Page(items=_lines(work, found.rows), next_cursor=found.next_cursor)


@use_case("first_talk.call_backs", Role.COORDINATOR, reads=True)
def call_back(work: Work, id: str) -> CallBackView:
    """One call-back."""
    return _view(work, work.get(CallBack, id))


@use_case("first_talk.call_backs", Role.COORDINATOR, reads=True)
def one_draw(work: Work, id: str) -> DrawView:
    """One draw."""
    return _draw_views(work, [work.get(Draw, id)])[0]


@use_case("first_talk.call_backs", Role.COORDINATOR, reads=True)
def drawn(work: Work, command: ListDraws) -> Page[DrawView]:
    """The draws, the newest first."""
    query = work.rows(Draw).order_by(Draw.drawn_at.desc(), Draw.id)
    found = keyset(work, query, command.limit, command.cursor)
    return Page(items=_draw_views(work, found.rows), next_cursor=found.next_cursor)


@use_case("first_talk.read", *register.READERS, reads=True)
def of_right(work: Work, id: str) -> ToldView | None:
    """The call-back about a right: to the registrar at once, to holders once it has an outcome."""
    work.get(Right, id)
    row = work.session.scalars(work.rows(CallBack).where(CallBack.right_id == id)).one_or_none()
    if row is None or (row.outcome not in TOLD and not work.actor.has(Role.COORDINATOR)):
        return None
    return ToldView.model_validate(row)


def _among(work: Work, command: DrawCallBacks) -> Select[Right]:
    """The claims that can be drawn."""
    actor = work.actor
    return work.rows(Right).where(
        Right.filed_at >= until(command.first - timedelta(days=1)),
        Right.filed_at < until(command.last),
        Right.filed_number.is_not(None),
        Right.counts_as(*LIVE, now=work.now),
        Right.unit_id != actor.unit_id,
        Right.officer_id != actor.id,
        Right.id.not_in(work.rows(CallBack).with_only_columns(CallBack.right_id)),
    )


def _entry(work: Work, command: DrawCallBacks, numbers: list[str]) -> NewEntry:
    district, actor = districts.district(work, work.district_id), work.actor
    content = {
        "district_name": district.name,
        "unit": actor.unit_name,
        "officer": actor.name,
        "first": command.first.isoformat(),
        "last": command.last.isoformat(),
        "asked": command.number,
        "among": numbers,
    }
    return NewEntry(ReceiptKind.DRAW, district.id, district.letters, content)


def _lacks(work: Work, row: CallBack, command: RecordCallBack) -> Iterator[Issue]:
    """What is wrong with a record, each at its field."""
    told, reached = row.outcome in TOLD, command.outcome in TOLD
    if command.called_on > work.today:
        yield Issue("/called_on", "future", "回访日期晚于今天")
    if until(command.called_on) <= row.drawn_at:
        yield Issue("/called_on", "before", "回访日期早于抽签")
    if told and not reached:
        yield Issue("/outcome", "told", "已有结论，只能更正为属实或不属实")
    if reached and not command.spoke_with:
        yield Issue("/spoke_with", "missing", "请填写受访人及职务")
    if reached and not command.said and (told or command.outcome is Outcome.DENIED):
        yield Issue("/said", "missing", "不属实或更正结论的，请写明核实情况")


def _holders(work: Work, right: Right) -> set[str]:
    joint = work.all_rows(JointHolder, because="联合持有单位同样知悉回访结果")
    found = work.session.scalars(joint.where(JointHolder.right_id == right.id))
    return {right.district_id, *(one.district_id for one in found)}


def _lines(work: Work, rows: Sequence[CallBack]) -> list[CallBackLine]:
    names = views.district_names(work)
    query = work.rows(Right).where(Right.id.in_([row.right_id for row in rows]))
    rights = {right.id: right for right in work.session.scalars(query)}
    return [_line(names, row, rights[row.right_id]) for row in rows]


def _line(names: dict[str, str], row: CallBack, right: Right) -> CallBackLine:
    filed = right.application
    return CallBackLine(
        id=row.id,
        right_id=right.id,
        number=right.filed_number,
        enterprise_name=filed["enterprise_name"],
        division=CodeLabel(code=right.division, label=filed["division_label"]),
        holder=views.district_label(names, right.district_id),
        unit_name=filed["unit_name"],
        drawn_at=row.drawn_at,
        outcome=row.outcome,
        called_on=row.called_on,
    )


def _view(work: Work, row: CallBack) -> CallBackView:
    right = work.get(Right, row.right_id)
    records = work.session.scalars(
        work.rows(CallBackRecord)
        .where(CallBackRecord.call_back_id == row.id)
        .order_by(CallBackRecord.recorded_at.desc(), CallBackRecord.id)
    )
    evidence = views.evidence_rows(work, right.id)
    return CallBackView(
        **dict(_line(views.district_names(work), row, right)),
        version=row.version,
        receipt_number=work.get(Draw, row.draw_id).receipt_number,
        rank=row.rank,
        uscc=right.application["uscc"],
        officer_name=right.application["officer_name"],
        first_talked_on=right.first_talked_on,
        evidence=[RightEvidenceView.model_validate(file) for file in evidence],
        records=[CallBackRecordView.model_validate(one) for one in records],
        may_record=register.may_decide(work, right),
    )


def _draw_views(work: Work, rows: Sequence[Draw]) -> list[DrawView]:
    """The draws, each computed again from its ledger entry."""
    numbers = [row.receipt_number for row in rows]
    entries = work.session.scalars(select(Receipt).where(Receipt.number.in_(numbers)))
    entry_of = {entry.number: entry for entry in entries}
    picked = _picked(work, [row.id for row in rows])
    return [
        DrawView(
            **{name: getattr(row, name) for name in DrawView.model_fields if name != "recomputed"},
            recomputed=_recomputes(row, entry_of[row.receipt_number], picked.get(row.id, [])),
        )
        for row in rows
    ]


def _picked(work: Work, ids: list[str]) -> dict[str, list[str]]:
    """The numbers that each draw has picked, by rank."""
    query = (
        work.rows(CallBack)
        .join(Right, Right.id == CallBack.right_id)
        .where(CallBack.draw_id.in_(ids))
        .order_by(CallBack.rank)
        .with_only_columns(CallBack.draw_id, Right.filed_number)
    )
    found: dict[str, list[str]] = {}
    for draw_id, number in work.session.execute(query):
        found.setdefault(draw_id, []).append(number or "")
    return found


def _recomputes(row: Draw, entry: Receipt, picked: list[str]) -> bool:
    among = json.loads(entry.content)["among"]
    return calling_back.picked(entry.digest, among, row.asked) == picked and len(among) == row.among
