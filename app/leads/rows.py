"""Fetching a lead to change it, and what every change keeps right: version, clock, dictionary."""

from datetime import date, timedelta

from app.districts import service as districts
from app.districts.schemas import UserView
from app.errors import Forbidden, Invalid, NotFound, VersionMismatch
from app.first_talk.policies import Currency
from app.kit.work import Role, Work
from app.leads import history, lapses
from app.leads.models import NO_CLOCK, Lead
from app.leads.stages import LeadState, Stage
from app.parameters import service as parameters
from app.parameters.policy import Period, Unit


def found(work: Work, id: str) -> Lead:
    """A visible lead that is not in the recycle bin."""
    row = work.get(Lead, id)
    if row.deleted_at is not None:
        raise NotFound("这条线索在回收站里，恢复后才能查看")
    return row


def to_change(work: Work, id: str, version: int | None) -> Lead:
    """A lead of one's own district, as the caller saw it."""
    row = found(work, id)
    if not work.owns(row):
        raise Forbidden("这条线索由其他区办理，只能查看")
    if version is not None and row.version != version:
        raise VersionMismatch(
            "这条线索已被他人修改，请核对后再保存",
            current_etag=f'"v{row.version}"',
            **history.changed_since(work, row, version),
        )
    row.updated_at = work.now
    lapses.settle(work, row)
    return row


def check_code(work: Work, name: str, code: str | None, pointer: str) -> None:
    """Refuse a code that the dictionary does not have."""
    if code is not None and code not in {entry.code for entry in parameters.codes(work, name)}:
        raise Invalid.at(pointer, "unknown", "请从列表中选择")


def start_clock(work: Work, row: Lead) -> None:
    """Fix the last day of what the lead waits for now, counted from today."""
    row.due_on = _due_on(work, row)


def respond(work: Work, row: Lead, day: date) -> None:
    """Something happened with the investor: the first time it is the first response."""
    row.progressed_on = max(day, row.progressed_on or day)
    if row.responded_at is None:
        row.responded_at = work.now
        start_clock(work, row)


def _due_on(work: Work, row: Lead) -> date:
    if row.state is not LeadState.OPEN:
        return NO_CLOCK
    rules = parameters.general(work)
    if row.stage is Stage.LEAD and row.responded_at is None:
        return _last_day(work, rules.first_response, long=False)
    if row.stage is Stage.ASSESSING and row.conclusion is None:
        amount, least = row.planned_investment, rules.assess.long_from
        in_yuan = row.planned_investment_currency is Currency.CNY
        large = in_yuan and amount is not None and amount >= least
        return _last_day(work, rules.assess, long=large)
    return NO_CLOCK


def _last_day(work: Work, period: Period, *, long: bool) -> date:
    n = period.long if long and period.long is not None else period.n
    if period.unit is Unit.CALENDAR:
        return work.today + timedelta(days=n)
    return parameters.work_calendar(work).nth_workday(work.today, n)


def assignee(work: Work, owner_id: str, pointer: str) -> UserView:
    """A colleague who may look after leads; officers choose only themselves."""
    if owner_id != work.actor.id and not work.actor.has(Role.UNIT_HEAD, Role.PARTNER):
        raise Forbidden("招商专员只能自己认领，分派给他人由单位负责人办理")
    able = {one.id: one for one in districts.colleagues(work, Role.OFFICER, Role.UNIT_HEAD)}
    if owner_id not in able:
        raise Invalid.at(pointer, "unknown", "请从本区在岗的招商人员中选择")
    return able[owner_id]
