"""Saved views of the list (视图): filters and order under a name, for oneself or for others too.

A view is an address, checked as the list checks it; whoever opens it sees one's own rows.
"""

from urllib.parse import parse_qsl, urlencode

from pydantic import Field, ValidationError
from sqlalchemy import or_

from app.districts import service as districts
from app.errors import Forbidden, Invalid
from app.kit.db import new_id
from app.kit.schemas import Coded, Command, View
from app.kit.work import Role, Work, use_case
from app.leads.listing import READERS, WRITERS
from app.leads.models import SavedView, Visibility
from app.leads.schemas import LeadFilter

_PAGING = ("cursor", "limit", "count")


class SaveView(Command):
    """The filters of an address, under a name."""

    name: str = Field(title="视图名称", min_length=1, max_length=20)
    query: str = Field(default="", title="条件", max_length=1000)
    visibility: Visibility = Field(default=Visibility.PRIVATE, title="谁看得到")


class DropView(Command):
    """Forget a view."""


class SavedViewView(View):
    """A view that one may open; `may_drop` for who saved it, and the head of a shared one."""

    id: str
    version: int
    name: str
    query: str
    visibility: Coded[Visibility]
    owner: str
    may_drop: bool


@use_case("lead.list", *READERS, reads=True)
def visible(work: Work) -> list[SavedViewView]:
    """One's own views, those of one's unit and of one's district, by name."""
    mine = SavedView.owner_id == work.actor.id
    unit = (SavedView.visibility == Visibility.UNIT) & (SavedView.unit_id == work.actor.unit_id)
    rows = work.rows(SavedView).where(
        SavedView.district_id == work.district_id,
        or_(mine, unit, SavedView.visibility == Visibility.DISTRICT),
    )
    found = work.session.scalars(rows.order_by(SavedView.name, SavedView.id)).all()
    names = districts.user_names(work, {row.owner_id for row in found})
    return [
        SavedViewView(
            id=row.id,
            version=row.version,
            name=row.name,
            query=row.query,
            visibility=row.visibility,
            owner=names.get(row.owner_id, row.owner_id),
            may_drop=_may_drop(work, row),
        )
        for row in found
    ]


@use_case("lead.save_view", *WRITERS)
def save(work: Work, command: SaveView) -> str:
    """Keep the filters under the name, in place of one's own view of that name; the address."""
    query = _checked(command.query)
    own = work.rows(SavedView).where(
        SavedView.owner_id == work.actor.id, SavedView.name == command.name
    )
    row = work.session.scalars(own).one_or_none()
    if row is None:
        row = SavedView(id=new_id("viw"), district_id=work.district_id, owner_id=work.actor.id)
        row.name = command.name
    row.query, row.visibility = query, command.visibility
    row.unit_id, row.saved_at = work.actor.unit_id, work.now
    work.add(row)
    return query


@use_case("lead.drop_view", *WRITERS)
def drop(work: Work, id: str, version: int | None) -> None:
    """Forget a view."""
    row = work.get(SavedView, id, version)
    if not _may_drop(work, row):
        raise Forbidden("视图由保存的人删除，共享的也可由单位负责人删除")
    work.session.delete(row)


def _may_drop(work: Work, row: SavedView) -> bool:
    shared = row.visibility is not Visibility.PRIVATE
    return row.owner_id == work.actor.id or (shared and work.actor.has(Role.UNIT_HEAD))


def _checked(query: str) -> str:
    """The filters as the list takes them, without the place in it."""
    pairs = [pair for pair in parse_qsl(query.lstrip("?")) if pair[0] not in _PAGING]
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    several = ("stage", "state", "owner", "source", "division")
    fields = {name: values if name in several else values[-1] for name, values in given.items()}
    try:
        LeadFilter.model_validate(fields)
    except ValidationError as error:
        raise Invalid.at("/query", "filter", "这些条件已不能用，请重新筛选后再保存") from error
    if not pairs:
        raise Invalid.at("/query", "missing", "没有条件可存，请先筛选或排序")
    return urlencode(pairs)
