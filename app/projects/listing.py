"""Projects by the page: filters as SQL, keyset paging, totals in one query, no query per row."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    or_,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute

from app.clock import SHANGHAI, day_of
from app.enterprises import service as enterprises
from app.enterprises.models import Interaction
from app.errors import BadFilter
from app.first_talk.policies import Currency
from app.first_talk.progress import first_kept
from app.kit.paging import keyset
from app.kit.work import Role, Work, use_case
from app.money import Money
from app.parameters import service as parameters
from app.projects import lapses
from app.projects.commands import ProjectFilter
from app.projects.lapses import TALKING
from app.projects.models import Project, StageChange
from app.projects.rows import WRITERS
from app.projects.schemas import ProjectPage, Quiet, QuietView, SharedProjectView, Totals
from app.projects.states import Status
from app.projects.views import lines, shared

SEARCH_LIMIT = 500
SHOWN = 8
"""How many rows a block of the 工作台 has."""
SHARED_LIMIT = 200
_FEN = type_coerce(Project.planned_investment, BigInteger)
_SORTS: dict[str, Any] = {
    "updated_at": Project.updated_at,
    "stage_since": Project.stage_since,
    "name": Project.name,
    "amount": func.coalesce(_FEN, -1),
}


def page(work: Work, command: ProjectFilter) -> ProjectPage:
    """One page of the projects that the filter names."""
    column = _SORTS.get(command.sort.removeprefix("-"))
    if column is None:
        raise BadFilter("不能按这一项排序", parameter="sort", allowed=sorted(_SORTS))
    down = command.sort.startswith("-")
    order = (column.desc(), Project.id.desc()) if down else (column, Project.id)
    query = _filtered(work, command).order_by(*order)
    found = keyset(work, query, command.limit, command.cursor)
    return ProjectPage(
        items=lines(work, found.rows),
        next_cursor=found.next_cursor,
        previous_cursor=found.previous_cursor,
        total=totals(work, command).count if command.count else None,
    )


def totals(work: Work, command: ProjectFilter) -> Totals:
    """How many the filter finds, and their investment: yuan, and apart from them dollars."""
    yuan = and_(_FEN.is_not(None), Project.planned_investment_currency == Currency.CNY)
    dollars = and_(_FEN.is_not(None), Project.planned_investment_currency == Currency.USD)
    query = _filtered(work, command).with_only_columns(
        func.count(), _sum(yuan), _count(_FEN.is_(None)), _sum(dollars), _count(dollars)
    )
    count, in_yuan, without, in_dollars, dollar_projects = work.session.execute(query).one()
    return Totals(
        count=count,
        investment=Money(in_yuan),
        without=without,
        dollars=Money(in_dollars),
        in_dollars=dollar_projects,
    )


def shared_with_us(work: Work) -> list[SharedProjectView]:
    """Other districts' projects that the actor's district has a part in, newest first."""
    query = work.rows(Project).where(Project.district_id != work.district_id)
    rows = work.session.scalars(query.order_by(Project.opened_at.desc()).limit(SHARED_LIMIT))
    return [shared(work, row) for row in rows]


@use_case("project.list", *WRITERS, reads=True)
def quiet(work: Work) -> QuietView:
    """待写进展: the own projects in talks whose progress falls due, the first of them."""
    found = quiet_rows(work, most=SHOWN)
    return QuietView(
        rows=[
            Quiet(project=line, due_on=due_on)
            for line, (_, due_on) in zip(lines(work, [row for row, _ in found]), found, strict=True)
        ],
        today=work.today,
        soon=parameters.work_calendar(work).nth_workday(work.today, 3),
    )


def quiet_rows(work: Work, most: int) -> list[tuple[Project, date]]:
    """The own projects in talks whose progress falls due within a week, or is overdue, and when.

    Progress is due again some days after the last, or after the stage began.
    """
    every = timedelta(days=parameters.general(work).progress_days)
    talked = (Project.progressed_on > Project.stage_since, Project.progressed_on)
    last = case(talked, else_=Project.stage_since)
    query = work.rows(Project).where(
        Project.district_id == work.district_id,
        Project.stage.in_(TALKING),
        Project.status == Status.ACTIVE,
        last <= work.today - every + timedelta(days=7),
    )
    return [
        (row, max(row.progressed_on or row.stage_since, row.stage_since) + every)
        for row in work.session.scalars(query.order_by(last, Project.id).limit(most))
    ]


def whole(work: Work) -> Select[Project]:
    """The projects that the actor sees as a whole: the own ones, or the city's coordinator all."""
    query = work.rows(Project)
    if work.actor.is_city and work.actor.has(Role.COORDINATOR):
        return query
    return query.where(Project.district_id == work.district_id)


def in_talks(
    work: Work,
    by: InstrumentedAttribute[Any],
    until: datetime,
    since: datetime | None = None,
    *,
    dropped: bool = False,
) -> dict[str, int]:
    """How many projects were 在谈 and worked on at an instant, by a column ("" where empty).

    With `since` only those that first came in after it. Read from the log, so that it stays true.
    What was silent for longer than the rules allow (`drop`) is no longer in it, but `dropped`.
    """
    talking = and_(StageChange.to_stage.in_(TALKING), StageChange.to_status == Status.ACTIVE)
    last = (
        whole(work)
        .join(StageChange, StageChange.project_id == Project.id)
        .where(StageChange.at <= until)
        .with_only_columns(
            StageChange.project_id,
            func.max(StageChange.n).label("n"),
            func.min(case((talking, StageChange.at))).label("came_at"),
        )
        .group_by(StageChange.project_id)
        .subquery()
    )
    here = and_(StageChange.project_id == Project.id, StageChange.n == last.c.n)
    query = (
        whole(work)
        .join(last, last.c.project_id == Project.id)
        .join(StageChange, here)
        .where(talking)
    )
    if since is not None:
        query = query.where(last.c.came_at > since)
    silent = _is_silent(work, until)
    query = query.where(silent if dropped else ~silent)
    found = work.session.execute(query.with_only_columns(by, func.count()).group_by(by))
    return {code or "": count for code, count in found}


def _is_silent(work: Work, until: datetime) -> ColumnElement[bool]:
    """Whether neither a move nor substantive progress is recent enough for the 在谈 base."""
    months = parameters.first_talk_policy(work, day_of(until)).drop
    if months is None:
        return false()
    day = first_kept(day_of(until), months)
    events = work.all_rows(Interaction, because="在谈口径").where(
        Interaction.about_id.in_([Project.id, Project.lead_id]),
        Interaction.substantive_kind.is_not(None),
        Interaction.happened_on >= day,
        Interaction.logged_at <= until,
    )
    moved = StageChange.at >= datetime.combine(day, time.min, SHANGHAI)
    return ~or_(moved, events.exists())


def _filtered(work: Work, command: ProjectFilter) -> Select[Project]:
    query = whole(work)
    several = {
        Project.stage: command.stage,
        Project.status: command.status,
        Project.owner_id: command.owner,
        Project.district_id: command.district,
        Project.division: command.division,
        Project.project_type: command.project_type,
        Project.enterprise_type: command.enterprise_type,
        Project.source_region: command.source_region,
        Project.key_industry: command.key_industry,
    }
    for column, wanted in several.items():
        if wanted:
            query = query.where(column.in_(wanted))
    return query.where(*_held(work, command), *_bounds(command), *_search(work, command.q))


def _held(work: Work, command: ProjectFilter) -> Iterator[ColumnElement[bool]]:
    """With an owner, or waiting for one: as it counts now."""
    if command.owner:
        yield Project.id.not_in(lapses.fallen(work))
    if command.pooled:
        yield or_(Project.pooled_on.is_not(None), Project.id.in_(lapses.fallen(work)))


def _bounds(command: ProjectFilter) -> Iterator[ColumnElement[bool]]:
    if command.amount_from is not None:
        yield Project.planned_investment >= command.amount_from
    if command.amount_to is not None:
        yield Project.planned_investment <= command.amount_to
    if command.updated_after is not None:
        yield Project.updated_at > command.updated_after


def _search(work: Work, text: str) -> Iterator[ColumnElement[bool]]:
    """By name, USCC or pinyin initials of the project or its enterprise."""
    if text:
        found = enterprises.search_names(work, text, ("prj_", "ent_"), SEARCH_LIMIT)
        yield or_(Project.id.in_(found), Project.enterprise_id.in_(found))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """The sum of the amounts that meet a condition, in fen; PostgreSQL would give a NUMERIC."""
    return cast(func.coalesce(func.sum(case((condition, _FEN))), 0), BigInteger)
