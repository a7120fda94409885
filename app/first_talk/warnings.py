"""What a right asks of people today (预警与待办): which clock calls whom, until which day.

Pure. A standing, the record of its holder and the day go in, the open calls come out; nothing is
stored, so a call whose ground is gone is gone too. Its `occasion` names what it is about: while
that stays, it is the same call, however often it is computed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.clock import WorkCalendar
from app.first_talk import progress
from app.first_talk.clocks import last_day
from app.first_talk.progress import Record, ReportDue
from app.first_talk.rights import HOLD, Standing, State
from app.labels import LabelledEnum

BEFORE_END = (30, 10, 3)
"""Days before the effective end on which its holder is warned (T−30, T−10, T−3)."""
BEFORE_REPORT = 3
BEFORE_ASKING = 3
_DAY = timedelta(days=1)


class Kind(LabelledEnum):
    """What a call is about, as the 工作台 names it."""

    FIX = "fix", "补正佐证"
    REVIEW = "review", "审核"
    REVIEW_OVERDUE = "review_overdue", "审核逾期"
    OBJECT = "object", "异议期限"
    REPORT = "report", "进展报告"
    RESULT = "result", "流转结果"
    EXTEND = "extend", "续期申请"
    EXTENSION = "extension", "续期审核"
    ENDS = "ends", "首谈到期"
    YELLOW = "yellow", "预警黄"
    RED = "red", "预警红"
    LAPSE = "lapse", "失效预告"
    RESUMES = "resumes", "恢复计时"
    POOL = "pool", "推介流转"
    TAKE = "take", "可承接"
    OFFER_AGAIN = "offer_again", "无人承接"
    RECLAIM = "reclaim", "承接无进展"
    LETTER = "letter", "核实来函"
    ANSWER = "answer", "答复异议"
    NEGOTIATE = "negotiate", "协商"
    RULE = "rule", "裁定"
    RULE_OVERDUE = "rule_overdue", "裁定逾期"
    APPEAL = "appeal", "上诉期限"
    RULE_ON_APPEAL = "rule_on_appeal", "复核上诉"


class Side(LabelledEnum):
    """Whom a call goes to."""

    HOLDER = "holder", "持有单位"
    REGISTRAR = "registrar", "登记机构"


NEWS = frozenset({Kind.ENDS, Kind.YELLOW, Kind.RED, Kind.RESUMES, Kind.TAKE})
"""What is told, and asks for nothing of its own: one may have done with it by reading."""
ESCALATED = frozenset({Kind.REVIEW_OVERDUE, Kind.RULE_OVERDUE})
"""What has gone one level up, since nobody decided in time."""


@dataclass(frozen=True)
class Call:
    """One call: its kind, whom it goes to, its last day, and what it is about."""

    kind: Kind
    side: Side
    due_on: date
    occasion: str


def calls(
    standing: Standing,
    record: Record | None,
    today: date,
    calendar: WorkCalendar,
    received_on: date | None = None,
) -> list[Call]:
    """The calls of one row that are open today; `received_on` is the day of an acceptance."""
    if standing.state in (*HOLD, State.INCOMPLETE, State.EXTENSION_PENDING, State.POOLED):
        return list(_waiting(standing, today))
    if standing.state is State.SUSPENDED:
        return list(_resumes(standing, today))
    if standing.state is not State.ACTIVE or record is None:
        return []
    return [
        *_ending(standing, record, today, calendar),
        *_reports(standing, record, today, calendar, received_on),
        *_silent(standing, record, today, calendar),
        *_declared(standing),
    ]


def _waiting(standing: Standing, today: date) -> Iterator[Call]:
    """What a claim, an extension or a pooled right waits for."""
    match standing.state:
        case State.INCOMPLETE if standing.fix_until:
            yield _call(Kind.FIX, Side.HOLDER, last_day(standing.fix_until))
        case State.SUBMITTED | State.IDENTITY_CHECK if standing.review_until:
            due = last_day(standing.review_until)
            overdue = due < today
            yield _call(Kind.REVIEW_OVERDUE if overdue else Kind.REVIEW, Side.REGISTRAR, due)
        case State.EXTENSION_PENDING if standing.extension_until:
            yield _call(Kind.EXTENSION, Side.REGISTRAR, last_day(standing.extension_until))
        case State.POOLED if standing.accept_until and standing.pool_until:
            accept_by = last_day(standing.accept_until)
            if today <= accept_by:
                yield _call(Kind.TAKE, Side.HOLDER, accept_by)
            else:
                yield _call(Kind.OFFER_AGAIN, Side.REGISTRAR, last_day(standing.pool_until))


def _resumes(standing: Standing, today: date) -> Iterator[Call]:
    if standing.suspended_until is None:
        return
    resumes_on = last_day(standing.suspended_until)
    if today >= resumes_on - timedelta(days=BEFORE_REPORT):
        yield _call(Kind.RESUMES, Side.HOLDER, resumes_on)


def _ending(
    standing: Standing, record: Record, today: date, calendar: WorkCalendar
) -> Iterator[Call]:
    """The step before the end that today is in, and the last day to ask for an extension."""
    end = standing.effective_end
    if end is None:
        return
    steps = [step for step in BEFORE_END if today >= end - timedelta(days=step)]
    if steps:
        yield Call(Kind.ENDS, Side.HOLDER, end, f"{end}/{steps[-1]}")
    ask_by = calendar.nth_workday(end, -standing.policy.extend_before_workdays)
    if ask_by - timedelta(days=BEFORE_ASKING) <= today <= ask_by:
        event = record.last_event_on(today)
        refusal = progress.extension_refusal(
            end, standing.extensions, event, today, policy=standing.policy, calendar=calendar
        )
        if refusal is None:
            yield _call(Kind.EXTEND, Side.HOLDER, ask_by)


def next_report(
    standing: Standing, record: Record, today: date, calendar: WorkCalendar
) -> ReportDue | None:
    """The oldest report that is neither filed nor missed."""
    policy = standing.policy
    if policy.report_every_days is None:
        return None
    through = today + timedelta(days=policy.report_every_days + policy.early_report_days)
    dues = progress.report_dues(record, through, policy, calendar)
    return next((one for one in dues if one.met_on is None and one.grace >= today), None)


def _reports(
    standing: Standing,
    record: Record,
    today: date,
    calendar: WorkCalendar,
    received_on: date | None,
) -> Iterator[Call]:
    """The report from three days before its day to the end of its grace, and the first result."""
    report = next_report(standing, record, today, calendar)
    if report is not None and today >= report.due - timedelta(days=BEFORE_REPORT):
        due = report.due if today <= report.due else report.grace
        yield Call(Kind.REPORT, Side.HOLDER, due, str(report.nominal))
    days = standing.policy.transfer_result_days
    told = any(filing.on >= received_on for filing in record.filings) if received_on else True
    if days is not None and received_on and not told:
        yield _call(Kind.RESULT, Side.HOLDER, received_on + timedelta(days=days))


def _silent(
    standing: Standing, record: Record, today: date, calendar: WorkCalendar
) -> Iterator[Call]:
    """The colour of a right without progress; the notice of its lapse takes its place."""
    if standing.lapse_until is not None:
        yield _call(Kind.LAPSE, Side.HOLDER, last_day(standing.lapse_until))
        return
    policy = standing.policy
    quiet = progress.silence(record, today, policy)
    missed = progress.red_by_reports_from(record, today, policy, calendar)
    red = min((day for day in (quiet.red_from, missed) if day is not None), default=None)
    if red is not None and red <= today:
        yield _call(Kind.RED, Side.HOLDER, standing.effective_end or red)
    elif quiet.yellow_from is not None and quiet.yellow_from <= today:
        yield _call(Kind.YELLOW, Side.HOLDER, red - _DAY if red else quiet.yellow_from)


def _declared(standing: Standing) -> Iterator[Call]:
    if standing.declared_until is not None:
        yield _call(Kind.POOL, Side.REGISTRAR, last_day(standing.declared_until))


def received(standing: Standing, stale_on: date | None, today: date) -> list[Call]:
    """What a receiver without progress calls for once its time is over."""
    if standing.state is not State.ACTIVE or stale_on is None or today <= stale_on:
        return []
    return [_call(Kind.RECLAIM, Side.REGISTRAR, stale_on)]


def _call(kind: Kind, side: Side, due_on: date) -> Call:
    return Call(kind, side, due_on, str(due_on))
