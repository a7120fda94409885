"""Entries of the public directory: found by code or full name, added once, shown as one may see.

A merge sets `merged_into_id` and moves nothing: `root_of` follows it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from sqlalchemy import Select, select

from app.enterprises import names
from app.enterprises.matching import unified
from app.enterprises.models import AddingTurn, Alias, Enterprise
from app.enterprises.schemas import (
    AddEnterprise,
    EnterpriseFilter,
    EnterpriseView,
    InteractionFilter,
    NamedEnterprise,
)
from app.errors import Invalid, NotFound
from app.kit.db import Base, insert_unless_present, new_id
from app.kit.paging import keyset
from app.kit.schemas import Page
from app.kit.work import Work

Row = TypeVar("Row", bound=Base)
Item = TypeVar("Item")


def row_of(work: Work, id: str, version: int | None = None) -> Enterprise:
    """The entry, checked against the version that the caller saw; NotFound for none."""
    row = work.session.get(Enterprise, id)
    if row is None:
        raise NotFound("企业库中没有这家企业")
    work.expect(row, version)
    return row


def root_of(work: Work, row: Enterprise) -> Enterprise:
    """The entry that stays after merges."""
    while row.merged_into_id is not None:
        row = work.session.get_one(Enterprise, row.merged_into_id)
    return row


def merged_with(work: Work, id: str) -> frozenset[str]:
    """All ids of one enterprise: its root and everything merged into it."""
    return merged_below(work, root_of(work, row_of(work, id)).id)


def merged_below(work: Work, id: str) -> frozenset[str]:
    """An entry and everything merged into it."""
    found = newest = {id}
    while newest:
        merged = select(Enterprise.id).where(Enterprise.merged_into_id.in_(newest))
        newest = set(work.session.scalars(merged))
        found = found | newest
    return frozenset(found)


def identities(work: Work, ids: Iterable[str]) -> dict[str, list[str]]:
    """By root the codes and ids that it and all merged into it go by, the one that counts first."""
    tree = select(Enterprise.id.label("root_id"), Enterprise.id.label("id")).where(
        Enterprise.id.in_(set(ids))
    )
    merged = tree.cte(recursive=True)
    merged = merged.union_all(
        select(merged.c.root_id, Enterprise.id).where(Enterprise.merged_into_id == merged.c.id)
    )
    rows = work.session.execute(
        select(merged.c.root_id, Enterprise.id, Enterprise.uscc)
        .join(Enterprise, Enterprise.id == merged.c.id)
        .order_by(Enterprise.id != merged.c.root_id)
    )
    known: dict[str, list[str]] = {}
    for root_id, id, uscc in rows:
        known.setdefault(root_id, []).extend([uscc, id] if uscc else [id])
    return known


def coded(work: Work, uscc: str) -> Enterprise | None:
    """The entry with this code."""
    return work.session.scalars(select(Enterprise).where(Enterprise.uscc == uscc)).one_or_none()


def called(work: Work, name: str) -> list[Enterprise]:
    """The entries with this full or former name, whatever its script, width and punctuation."""
    plain = unified(name)
    former = select(Alias.enterprise_id).where(Alias.unified == plain)
    present = work.session.scalars(select(Enterprise).where(Enterprise.unified == plain))
    once = work.session.scalars(select(Enterprise).where(Enterprise.id.in_(former)))
    return list(dict.fromkeys([*present, *once]))


def resolve(work: Work, command: NamedEnterprise) -> Enterprise | None:
    """The entry by code, else by name; one that had no code yet is given it."""
    by_code = coded(work, command.uscc) if command.uscc is not None else None
    if by_code is not None:
        return root_of(work, by_code)
    namesakes = {root_of(work, row).id: root_of(work, row) for row in called(work, command.name)}
    if command.uscc is not None:
        namesakes = {id: row for id, row in namesakes.items() if row.uscc is None}
    if len(namesakes) > 1:
        raise Invalid.at(
            "/uscc",
            "ambiguous",
            f"企业库中有 {len(namesakes)} 家企业用这个名称，请填写统一社会信用代码",
        )
    row = next(iter(namesakes.values()), None)
    if row is not None and command.uscc is not None:
        row.uscc, row.unregistered = command.uscc, False
    return row


def take_turn(work: Work, command: NamedEnterprise) -> None:
    """Wait for a twin that is adding the same enterprise at this moment."""
    for identity in (command.uscc, f"name:{unified(command.name)}"):
        if identity is not None:
            insert_unless_present(work.session, AddingTurn, {"identity": identity})


def add(work: Work, command: AddEnterprise) -> Enterprise:
    """A new entry, with its name in the index."""
    row = Enterprise(
        id=new_id("ent"),
        **names.forms(command.name),
        uscc=command.uscc,
        unregistered=command.unregistered,
        group_name=command.group_name,
        controller=command.controller,
        district_id=work.actor.district_id,
        entered_by=work.actor.name,
        entered_at=work.now,
    )
    work.add(row)
    names.enter(work.session, row.id, [row.name])
    return row


def rename(work: Work, row: Enterprise, name: str) -> None:
    """Give the entry another name, in the index too."""
    for column, value in names.forms(name).items():
        setattr(row, column, value)
    names.enter(work.session, row.id, [name, *aliases(work, [row.id])[row.id]])


def add_alias(work: Work, row: Enterprise, name: str) -> None:
    """A further name of the entry; Invalid when it has it already."""
    if row in called(work, name):
        raise Invalid.at("/name", "taken", "这家企业已有这个名称")
    alias = Alias(id=new_id("als"), enterprise_id=row.id, **names.forms(name))
    work.add(alias)
    names.enter(work.session, row.id, [row.name, *aliases(work, [row.id])[row.id]])


def aliases(work: Work, ids: Iterable[str]) -> dict[str, list[str]]:
    """The former and other names by enterprise; none is an empty list."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = select(Alias).where(Alias.enterprise_id.in_(list(ids))).order_by(Alias.name, Alias.id)
    for row in work.session.scalars(rows):
        found[row.enterprise_id].append(row.name)
    return found


def views(work: Work, rows: Sequence[Enterprise]) -> list[EnterpriseView]:
    """The entries as the actor may see them."""
    further = aliases(work, [row.id for row in rows])
    return [_view(work, row, further[row.id]) for row in rows]


def owns(work: Work, row: Enterprise) -> bool:
    """Whether the actor's district entered it."""
    return row.district_id is not None and row.district_id == work.actor.district_id


def _view(work: Work, row: Enterprise, further: list[str]) -> EnterpriseView:
    own = owns(work, row)
    return EnterpriseView(
        id=row.id,
        version=row.version,
        root_id=root_of(work, row).id,
        name=row.name,
        uscc=row.uscc,
        unregistered=row.unregistered,
        group_name=row.group_name,
        controller=row.controller,
        aliases=further,
        own=own,
        entered_by=row.entered_by if own else None,
        entered_at=row.entered_at if own else None,
    )


def paged(
    work: Work,
    query: Select[Row],
    command: EnterpriseFilter | InteractionFilter,
    shown: Callable[[Work, Sequence[Row]], list[Item]],
) -> Page[Item]:
    """One keyset page of a sorted query; BadCursor when the place is not one of ours."""
    found = keyset(work, query, command.limit, command.cursor)
    return Page(items=shown(work, found.rows), next_cursor=found.next_cursor)
