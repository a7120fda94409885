"""Reports made from what was logged; nobody writes anything twice.

项目信息采集表 (周报) is due on Friday at 10:00, rolled to a working day: it holds what is new or
has changed since the one before, read from the trail, and counts the projects in 在谈 from the
log of stages. A sheet of weeks ago therefore comes out as it was due, with today's values.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from app.clock import SHANGHAI, WorkCalendar, months
from app.districts import service as districts
from app.kit import sheets
from app.kit.sheets import Column, Sheet
from app.kit.work import Role, Work, use_case
from app.parameters import service as parameters
from app.projects import listing as projects
from app.projects.lapses import TALKING
from app.projects.models import Project
from app.projects.states import Status
from app.reports import rows
from app.reports.schemas import CitySheet, Count, Period, Stale, Week, WeeklyRow, WeeklySheet

TITLE = "项目信息采集表"
DUE_AT = time(10)
UNTYPED = "未分类"
COLUMNS = (
    Column("序号", 6),
    Column("项目名称", 24),
    Column("投资方", 24),
    Column("固定资产投资（亿元）", 12),
    Column("投资方简介", 24),
    Column("项目内容", 32),
    Column("需用土地", 12),
    Column("企业联系人", 12),
    Column("联系方式", 16),
    Column("片区", 14),
    Column("进度/备注", 40),
    Column("产业类型", 16),
    Column("研判结果", 10),
)

READERS = (Role.OFFICER, Role.UNIT_HEAD, Role.NEGOTIATOR)


@use_case("report.weekly", *READERS, reads=True)
def weekly(work: Work, command: Week) -> WeeklySheet:
    """The sheet of a week, without telephone numbers."""
    return _sheet(work, period(work, command), phones=False)


@use_case("report.export_weekly", *READERS, reads=True, confidential=True)
def weekly_file(work: Work, command: Week) -> tuple[str, bytes]:
    """The sheet as .xlsx, with the telephone numbers: name and bytes; the export is logged."""
    sheet = _sheet(work, period(work, command), phones=True)
    name = f"{TITLE}-{work.actor.district_name}-{sheet.period.friday.isoformat()}.xlsx"
    return name, sheets.xlsx(_laid_out(sheet))


@use_case("report.city", Role.COORDINATOR, reads=True)
def city(work: Work, command: Week) -> CitySheet:
    """How many projects each district has in talks, and how many came in during the week."""
    week = period(work, command)
    names = {one.id: one.name for one in districts.districts(work)}
    return CitySheet(
        period=week,
        counts=_counts(work, week, Project.district_id, names),
    )


def period(work: Work, command: Week) -> Period:
    """The week of a day; by default the next one due."""
    calendar = parameters.work_calendar(work)
    friday = _friday(command.week or work.today)
    if command.week is None and _due(calendar, friday) < work.now:
        friday += timedelta(days=7)
    due = _due(calendar, friday)
    return Period(
        friday=friday,
        start=_due(calendar, friday - timedelta(days=7)),
        due=due,
        previous=friday - timedelta(days=7),
        following=friday + timedelta(days=7) if due <= work.now else None,
    )


def _friday(day: date) -> date:
    return day + timedelta(days=4 - day.weekday())


def _due(calendar: WorkCalendar, friday: date) -> datetime:
    """By the calendar as it was known a week before, when the sheet began."""
    begun = datetime.combine(friday - timedelta(days=7), DUE_AT, SHANGHAI)
    return datetime.combine(calendar.known_at(begun).roll(friday), DUE_AT, SHANGHAI)


def _sheet(work: Work, week: Period, *, phones: bool) -> WeeklySheet:
    types = {entry.code: entry.label for entry in parameters.codes(work, "project_type")}
    return WeeklySheet(
        period=week,
        unit=f"{work.actor.district_name}{work.actor.unit_name}",
        filler=work.actor.name,
        counts=_counts(work, week, Project.project_type, types),
        rows=rows.of_week(work, week.start, week.due, phones=phones),
        stale=_stale(work),
    )


def _counts(
    work: Work, week: Period, by: InstrumentedAttribute[Any], names: dict[str, str]
) -> list[Count]:
    """The 在谈 base by a column, in the order of its names, what has none at the end."""
    total = projects.in_talks(work, by, week.due)
    new = projects.in_talks(work, by, week.due, week.start)
    dropped = projects.in_talks(work, by, week.due, dropped=True)
    return [
        Count(
            label=label,
            total=total.get(code, 0),
            new=new.get(code, 0),
            dropped=dropped.get(code, 0),
        )
        for code, label in [*names.items(), ("", UNTYPED)]
        if code in total or code in dropped
    ]


def _stale(work: Work) -> list[Stale]:
    """The projects in talks that have not changed for a month."""
    month_ago = datetime.combine(months(work.today, -1), time.min, SHANGHAI)
    query = projects.whole(work).where(
        Project.stage.in_(TALKING),
        Project.status == Status.ACTIVE,
        Project.updated_at < month_ago,
    )
    found = work.session.scalars(query.order_by(Project.updated_at, Project.id))
    return [
        Stale(id=row.id, name=row.name, since=row.updated_at.astimezone(SHANGHAI).date())
        for row in found
    ]


def _laid_out(sheet: WeeklySheet) -> Sheet:
    """The sheet in the layout that is handed in."""
    by_type = "，".join(f"{one.label} {one.total} 个" for one in sheet.counts)
    new = "，".join(f"{one.label} {one.new} 个" for one in sheet.counts if one.new)
    due = sheet.period.due.astimezone(SHANGHAI)
    return Sheet(
        title=TITLE,
        lines=[
            f"填报单位：{sheet.unit}    填报人：{sheet.filler}    填报时间：{due:%Y-%m-%d %H:%M}",
            f"在谈项目 {sheet.total} 个"
            + (f"（{by_type}）" if by_type else "")
            + (f"；长期无实质进展已移出在谈 {sheet.dropped} 个" if sheet.dropped else ""),
            f"本周新增 {sheet.new} 个" + (f"（{new}）" if new else ""),
        ],
        columns=COLUMNS,
        rows=[_line(n, row) for n, row in enumerate(sheet.rows, start=1)],
    )


def _line(n: int, row: WeeklyRow) -> list[sheets.Cell]:
    fixed = row.fixed_asset_investment
    return [
        n,
        row.name,
        row.investor,
        None if fixed is None else sheets.in_yi(fixed),
        row.profile,
        row.content,
        row.land,
        row.contact,
        row.phone,
        row.area,
        f"{'新增：' if row.is_new else ''}{row.progress}",
        row.industry,
        row.conclusion,
    ]
