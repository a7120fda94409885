"""Leads by the page: filters as SQL, keyset paging, totals in one query, no query per row."""

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
    func,
    or_,
    type_coerce,
)

from app.clock import SHANGHAI
from app.districts import service as districts
from app.enterprises import service as enterprises
from app.errors import BadFilter
from app.first_talk.policies import Currency
from app.kit.paging import keyset
from app.kit.work import Role, Work, use_case
from app.leads import lapses
from app.leads.models import Lead
from app.leads.schemas import LeadFilter, LeadLine, LeadPage, TabCounts, Totals
from app.leads.stages import LeadState
from app.leads.views import lines
from app.money import Money

READERS = (Role.OFFICER, Role.UNIT_HEAD, Role.NEGOTIATOR, Role.PARTNER)
WRITERS = (Role.OFFICER, Role.UNIT_HEAD, Role.PARTNER)
SEARCH_LIMIT = 500

_FEN = type_coerce(Lead.planned_investment, BigInteger)
_SORTS: dict[str, Any] = {
    "due_on": Lead.due_on,
    "logged_at": Lead.logged_at,
    "updated_at": Lead.updated_at,
    "name": Lead.name,
    "amount": func.coalesce(_FEN, -1),
}


def page(work: Work, command: LeadFilter) -> LeadPage:
    """One page of the leads that the filter names."""
    query = _filtered(work, command)
    column = _SORTS.get(command.sort.removeprefix("-"))
    if column is None:
        raise BadFilter("不能按这一项排序", parameter="sort", allowed=sorted(_SORTS))
    down = command.sort.startswith("-")
    order = (column.desc(), Lead.id.desc()) if down else (column, Lead.id)
    found = keyset(work, query.order_by(*order), command.limit, command.cursor)
    return LeadPage(
        items=lines(work, found.rows),
        next_cursor=found.next_cursor,
        previous_cursor=found.previous_cursor,
        total=totals(work, command).count if command.count else None,
    )


@use_case("lead.list", *READERS, reads=True)
def totals(work: Work, command: LeadFilter) -> Totals:
    """How many the filter finds, and their investment: yuan, and apart from them dollars."""
    yuan = and_(_FEN.is_not(None), Lead.planned_investment_currency == Currency.CNY)
    dollars = and_(_FEN.is_not(None), Lead.planned_investment_currency == Currency.USD)
    query = _filtered(work, command).with_only_columns(
        func.count(), _sum(yuan), _count(_FEN.is_(None)), _sum(dollars), _count(dollars)
    )
    count, in_yuan, without, in_dollars, dollar_leads = work.session.execute(query).one()
    return Totals(
        count=count,
        investment=Money(in_yuan),
        without=without,
        dollars=Money(in_dollars),
        in_dollars=dollar_leads,
    )


@use_case("lead.list", *READERS, reads=True)
def tab_counts(work: Work) -> TabCounts:
    """The numbers on the tabs of the list."""
    is_open, mine = counts_as(work, LeadState.OPEN), Lead.owner_id == work.actor.id
    waiting = and_(is_open, Lead.responded_at.is_(None))
    query = present(work).with_only_columns(
        _count(and_(is_open, mine)),
        _count(is_open),
        _count(waiting),
        _count(counts_as(work, LeadState.POOLED)),
    )
    own, everybody, unanswered, pooled = work.session.execute(query).one()
    return TabCounts(mine=own, open=everybody, waiting=unanswered, pooled=pooled)


def present(work: Work) -> Select[Lead]:
    """The leads of the actor's district that are not in the recycle bin.

    Naming the district lets both databases walk an index in the order of the list.
    """
    own = Lead.district_id == work.district_id
    return work.rows(Lead).where(own, Lead.deleted_at.is_(None))


def counts_as(work: Work, *states: LeadState) -> ColumnElement[bool]:
    """Whether a lead counts as one of these now: one whose right has lapsed stands in the pool."""
    fallen = lapses.fallen(work)
    condition = Lead.state.in_(states)
    if not fallen:
        return condition
    written = and_(condition, Lead.id.not_in(fallen))
    return or_(written, Lead.id.in_(fallen)) if LeadState.POOLED in states else written


@use_case("lead.list", *READERS, reads=True)
def awaiting(work: Work, limit: int = 8) -> list[LeadLine]:
    """The open leads that nobody has answered yet, the most urgent first."""
    query = present(work).where(counts_as(work, LeadState.OPEN), Lead.responded_at.is_(None))
    rows = work.session.scalars(query.order_by(Lead.due_on, Lead.id).limit(limit))
    return lines(work, rows)


@use_case("lead.list", *WRITERS, reads=True)
def recent(work: Work, limit: int = 5) -> list[LeadLine]:
    """The open leads that the actor touched last, to log a talk with at once."""
    query = present(work).where(Lead.owner_id == work.actor.id, counts_as(work, LeadState.OPEN))
    return lines(work, work.session.scalars(query.order_by(Lead.updated_at.desc()).limit(limit)))


@use_case("lead.list", Role.UNIT_HEAD, reads=True)
def of_owner(work: Work, owner_id: str) -> list[LeadLine]:
    """Every open lead of one person in the actor's district, for handing over."""
    query = present(work).where(
        Lead.owner_id == owner_id,
        counts_as(work, LeadState.OPEN),
    )
    return lines(work, work.session.scalars(query.order_by(Lead.due_on, Lead.id)))


@use_case("lead.list", Role.UNIT_HEAD, reads=True)
def owners(work: Work) -> dict[str, str]:
    """Everybody who looks after an open lead of the actor's district, by id."""
    query = present(work).where(
        counts_as(work, LeadState.OPEN),
        Lead.owner_id.is_not(None),
    )
    ids = work.session.scalars(query.with_only_columns(Lead.owner_id).distinct())
    return districts.user_names(work, {id for id in ids if id})


@use_case("lead.list", *WRITERS, reads=True)
def deleted(work: Work) -> list[LeadLine]:
    """The recycle bin of the actor's district, newest first."""
    query = work.rows(Lead).where(
        Lead.district_id == work.district_id, Lead.deleted_at.is_not(None)
    )
    return lines(work, work.session.scalars(query.order_by(Lead.deleted_at.desc()).limit(200)))


def open_count(work: Work, owner_id: str) -> int:
    """How many open leads somebody looks after."""
    query = present(work).where(Lead.owner_id == owner_id, counts_as(work, LeadState.OPEN))
    return work.session.scalar(query.with_only_columns(func.count())) or 0


@use_case("lead.list", *WRITERS, reads=True)
def last_source(work: Work) -> str | None:
    """The source that the actor chose last: the preset of the form."""
    query = work.rows(Lead).where(Lead.logged_by == work.actor.id)
    newest = query.order_by(Lead.logged_at.desc(), Lead.id.desc()).limit(1)
    return work.session.scalar(newest.with_only_columns(Lead.source))


def _filtered(work: Work, command: LeadFilter) -> Select[Lead]:
    query = present(work)
    several = {
        Lead.stage: command.stage,
        Lead.owner_id: command.owner,
        Lead.source: command.source,
        Lead.division: command.division,
    }
    for column, wanted in several.items():
        if wanted:
            query = query.where(column.in_(wanted))
    if command.state:
        query = query.where(counts_as(work, *command.state))
    return query.where(*_bounds(command), *_search(work, command.q))


def _bounds(command: LeadFilter) -> Iterator[ColumnElement[bool]]:
    if command.responded is not None:
        yield Lead.responded_at.is_not(None) if command.responded else Lead.responded_at.is_(None)
    if command.amount_from is not None:
        yield Lead.planned_investment >= command.amount_from
    if command.amount_to is not None:
        yield Lead.planned_investment <= command.amount_to
    if command.logged_from is not None:
        yield Lead.logged_at >= _midnight(command.logged_from)
    if command.logged_to is not None:
        yield Lead.logged_at < _midnight(command.logged_to + timedelta(days=1))
    if command.due_to is not None:
        yield Lead.due_on <= command.due_to
    if command.updated_after is not None:
        yield Lead.updated_at > command.updated_after


def _search(work: Work, text: str) -> Iterator[ColumnElement[bool]]:
    """By name, USCC or pinyin initials of the lead, its project or its enterprise.

    The ids are fetched first: an OR over two columns would walk the whole list.
    """
    if text:
        found = enterprises.search_names(work, text, ("led_", "ent_"), SEARCH_LIMIT)
        query = present(work).where(Lead.enterprise_id.in_(found)).limit(SEARCH_LIMIT)
        about = work.session.scalars(query.with_only_columns(Lead.id))
        yield Lead.id.in_([*found, *about])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """The sum of the amounts that meet a condition, in fen; PostgreSQL would give a NUMERIC."""
    return cast(func.coalesce(func.sum(case((condition, _FEN))), 0), BigInteger)
