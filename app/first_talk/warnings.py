"""What a right asks of people (预警与待办): which clock calls whom, from when, until which day.

Pure. A standing, the record of its holder and the day go in, its calls come out; nothing is
stored, so a call whose ground is gone is gone too. Its `occasion` names what it is about: while
that stays, it is the same call, however often it is computed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.clock import WorkCalendar
from app.first_talk import chain, progress
from app.first_talk.clocks import last_day
from app.first_talk.progress import Record
from app.first_talk.rights import Standing, State
from app.labels import LabelledEnum

BEFORE_END = (30, 10, 3)
"""Days before the effective end on which its holder is warned (T−30, T−10, T−3)."""
BEFORE_REPORT = 3
_DAY = timedelta(days=1)


class Kind(LabelledEnum):
    """What a call is about, as the 工作台 names it."""

    FIX = "fix", "补正佐证"
    TAKE_UP = "take_up", "受理"
    TAKE_UP_OVERDUE = "take_up_overdue", "受理逾期"
    TAKE_UP_ESCALATED = "take_up_escalated", "受理逾期上报"
    REVIEW = "review", "审核"
    REVIEW_OVERDUE = "review_overdue", "审核逾期"
    ESCALATED = "escalated", "审核逾期上报"
    RULING_ESCALATED = "ruling_escalated", "裁定逾期上报"
    OBJECT = "object", "异议期限"
    REPORT = "report", "进展报告"
    REPORT_GRACE = "report_grace", "报告宽限"
    RESULT = "result", "流转结果"
    EXTEND = "extend", "续期申请"
    EXTENSION = "extension", "续期审核"
    ENDS = "ends", "首谈到期"
    YELLOW = "yellow", "预警黄"
    RED = "red", "预警红"
    LAPSE = "lapse", "失效预告"
    RESUMES = "resumes", "恢复计时"
    END_FIXED = "end_fixed", "截止日确定"
    POOL = "pool", "推介流转"
    TAKE = "take", "可承接"
    OFFER_AGAIN = "offer_again", "无人承接"
    RECLAIM = "reclaim", "承接无进展"
    LETTER = "letter", "核实来函"
    JOIN = "join", "联合持有"
    HEAR = "hear", "提交申辩"
    ANSWER = "answer", "答复异议"
    LATE_ANSWER = "late_answer", "补充答复"
    NEGOTIATE = "negotiate", "协商"
    RULE = "rule", "裁定"
    RULE_OVERDUE = "rule_overdue", "裁定逾期"
    APPEAL = "appeal", "上诉期限"
    RULE_ON_APPEAL = "rule_on_appeal", "复核上诉"


class Side(LabelledEnum):
    """Whom a call goes to."""

    HOLDER = "holder", "持有单位"
    RECEIVER = "receiver", "其他单位"
    REGISTRAR = "registrar", "登记机构"


NEWS = frozenset(
    {
        Kind.TAKE_UP_ESCALATED,
        Kind.ESCALATED,
        Kind.RULING_ESCALATED,
        Kind.ENDS,
        Kind.YELLOW,
        Kind.RED,
        Kind.RESUMES,
        Kind.END_FIXED,
        Kind.TAKE,
    }
)
"""What is told, and asks for nothing of its own: one may have done with it by reading."""


@dataclass(frozen=True)
class Call:
    """One call: its kind, whom it goes to, from when it is shown, its last day, what it is about.

    One without `since` is shown at once.
    """

    kind: Kind
    side: Side
    due_on: date
    occasion: str
    since: date = date.min


def calls(
    standing: Standing,
    record: Record | None,
    today: date,
    calendar: WorkCalendar,
    received_on: date | None = None,
    *,
    taken_up: bool = False,
) -> list[Call]:
    """The calls of one row as of today, those to come too.

    `received_on`: when a transfer was accepted; `taken_up`: whether somebody reviews the claim.
    """
    if standing.state is not State.ACTIVE:
        return list(_waiting(standing, today, taken_up=taken_up))
    if record is None:
        return []
    return [
        *_ending(standing, record, today, calendar),
        *_reports(standing, record, today, calendar),
        *_received(standing, record, today, calendar, received_on),
        *_silent(standing, record, today, calendar),
        *_declared(standing),
    ]


def _waiting(standing: Standing, today: date, *, taken_up: bool) -> Iterator[Call]:
    """What a claim, an extension, a standstill or a pooled right waits for."""
    match standing.state:
        case State.INCOMPLETE if standing.fix_until:
            yield _call(Kind.FIX, Side.HOLDER, last_day(standing.fix_until))
        case State.SUBMITTED | State.IDENTITY_CHECK if standing.review_until:
            due = last_day(standing.review_until)
            if today > due:
                yield _call(Kind.REVIEW_OVERDUE, Side.REGISTRAR, due)
            elif taken_up or standing.answer_until is None:
                yield _call(Kind.REVIEW, Side.REGISTRAR, due)
            else:
                answer_by = last_day(standing.answer_until)
                late = Kind.TAKE_UP_OVERDUE if today > answer_by else Kind.TAKE_UP
                yield _call(late, Side.REGISTRAR, answer_by)
        case State.EXTENSION_PENDING if standing.extension_until:
            yield _call(Kind.EXTENSION, Side.REGISTRAR, last_day(standing.extension_until))
        case State.SUSPENDED if standing.suspended_until:
            resumes_on = last_day(standing.suspended_until)
            yield _call(Kind.RESUMES, Side.HOLDER, resumes_on, days_before=3)
        case State.POOLED if standing.accept_until and standing.pool_until:
            accept_by = last_day(standing.accept_until)
            if today <= accept_by:
                yield _call(Kind.TAKE, Side.RECEIVER, accept_by)
            else:
                yield _call(Kind.OFFER_AGAIN, Side.REGISTRAR, last_day(standing.pool_until))


def _ending(
    standing: Standing, record: Record, today: date, calendar: WorkCalendar
) -> Iterator[Call]:
    """The effective end, step by step, and before it the last day to ask for an extension."""
    end = standing.effective_end
    if end is None:
        return
    reached = [step for step in BEFORE_END if today >= end - timedelta(days=step)]
    step = reached[-1] if reached else BEFORE_END[0]
    yield Call(Kind.ENDS, Side.HOLDER, end, f"{end}/{step}", end - timedelta(days=step))
    issued = calendar.issued_at(record.granted_at)
    ask_by = issued.nth_workday(end, -standing.policy.extend_before_workdays)
    refusal = progress.extension_refusal(
        end,
        standing.extensions,
        record.last_event_on(today),
        today,
        policy=standing.policy,
        calendar=issued,
    )
    if refusal is None:
        yield _call(Kind.EXTEND, Side.HOLDER, ask_by, days_before=3)


def _reports(
    standing: Standing, record: Record, today: date, calendar: WorkCalendar
) -> Iterator[Call]:
    """The next report, from three days before its day; once that is over, the end of its grace."""
    report = progress.next_report(record, today, standing.policy, calendar)
    if report is None:
        return
    if today <= report.due:
        yield _call(Kind.REPORT, Side.HOLDER, report.due, days_before=BEFORE_REPORT)
    else:
        yield _call(Kind.REPORT_GRACE, Side.HOLDER, report.grace)


def _received(
    standing: Standing,
    record: Record,
    today: date,
    calendar: WorkCalendar,
    received_on: date | None,
) -> Iterator[Call]:
    """What came of a transfer: the receiver's first report, and whether it goes on at all."""
    if received_on is None:
        return
    days = standing.policy.transfer_result_days
    if days is not None and all(filing.on < received_on for filing in record.filings):
        yield _call(Kind.RESULT, Side.HOLDER, received_on + timedelta(days=days))
    stale_on = chain.stale_through(record, standing, calendar, today)
    if stale_on is not None and stale_on < today:
        yield _call(Kind.RECLAIM, Side.REGISTRAR, stale_on)


def _silent(
    standing: Standing, record: Record, today: date, calendar: WorkCalendar
) -> Iterator[Call]:
    """The colour of a right without progress; the notice of its lapse takes its place."""
    if standing.lapse_until is not None:
        yield _call(Kind.LAPSE, Side.HOLDER, last_day(standing.lapse_until))
        return
    policy, quiet = standing.policy, progress.silence(record, today, standing.policy)
    missed = progress.red_by_reports_from(record, today, policy, calendar)
    red = min((day for day in (quiet.red_from, missed) if day is not None), default=None)
    if red is not None and red <= today:
        yield _call(Kind.RED, Side.HOLDER, standing.effective_end or red)
    elif quiet.yellow_from is not None and quiet.yellow_from <= today:
        yield _call(Kind.YELLOW, Side.HOLDER, red - _DAY if red else quiet.yellow_from)


def _declared(standing: Standing) -> Iterator[Call]:
    if standing.declared_until is not None:
        yield _call(Kind.POOL, Side.REGISTRAR, last_day(standing.declared_until))


def _call(kind: Kind, side: Side, due_on: date, days_before: int | None = None) -> Call:
    since = date.min if days_before is None else due_on - timedelta(days=days_before)
    return Call(kind, side, due_on, str(due_on), since)
