"""Which visible leads and projects are about enterprises of a list: exact, for many at once.

By code, by full or former name with the legal form aside, and by their own name. Strangers'
records are no part of it, and neither is whether anybody holds a right.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.enterprises import candidates, directory, names
from app.enterprises.models import Alias, Enterprise, NamedRecord
from app.enterprises.schemas import RecordView
from app.kit.work import Work

_AT_ONCE = 400


@dataclass(frozen=True)
class Meant:
    """What a row of the list names: a name, and a code where it has one."""

    name: str
    uscc: str | None


def key(name: str) -> str:
    """What two spellings of one name have in common."""
    return names.parsed(name).text


def records(work: Work, asked: Sequence[Meant]) -> list[list[RecordView]]:
    """The leads and projects that one may see about each, in the order asked."""
    keys = [key(one.name) for one in asked]
    codes = {one.uscc for one in asked if one.uscc}
    known = _enterprises(work, {*keys}, codes)
    about = _about(work, {id for ids in known.values() for id in ids})
    by_name = _called(work, {*keys})
    found: list[list[RecordView]] = []
    for one, plain in zip(asked, keys, strict=True):
        ids = known[one.uscc or ""] or known[plain]
        own = [record for id in sorted(ids) for record in about[id]]
        found.append(list({record.id: record for record in [*own, *by_name[plain]]}.values()))
    return found


def _enterprises(work: Work, keys: set[str], codes: set[str]) -> dict[str, set[str]]:
    """The roots by code and by name."""
    known: defaultdict[str, set[str]] = defaultdict(set)
    for part in _parts(codes):
        rows = work.session.scalars(select(Enterprise).where(Enterprise.uscc.in_(part)))
        for row in rows:
            known[row.uscc or ""].add(directory.root_of(work, row).id)
    for part in _parts(keys):
        rows = work.session.scalars(select(Enterprise).where(Enterprise.canonical.in_(part)))
        for row in rows:
            known[row.canonical].add(directory.root_of(work, row).id)
        former = select(Alias).where(Alias.canonical.in_(part))
        for alias in work.session.scalars(former):
            owner = directory.row_of(work, alias.enterprise_id)
            known[alias.canonical].add(directory.root_of(work, owner).id)
    return known


def _about(work: Work, roots: set[str]) -> dict[str, list[RecordView]]:
    about: defaultdict[str, list[RecordView]] = defaultdict(list)
    for part in _parts(roots):
        merged = directory.identities(work, part)
        root_of = {id: root for root, ids in merged.items() for id in ids}
        rows = candidates.records(work).where(NamedRecord.enterprise_id.in_([*root_of]))
        for row in work.session.scalars(rows.order_by(NamedRecord.name, NamedRecord.id)):
            about[root_of[row.enterprise_id or ""]].append(candidates.record_view(work, row))
    return about


def _called(work: Work, keys: set[str]) -> dict[str, list[RecordView]]:
    """Those that are themselves called so: leads that name a project only."""
    called: defaultdict[str, list[RecordView]] = defaultdict(list)
    for part in _parts(keys):
        rows = candidates.records(work).where(NamedRecord.canonical.in_(part))
        for row in work.session.scalars(rows.order_by(NamedRecord.name, NamedRecord.id)):
            called[row.canonical].append(candidates.record_view(work, row))
    return called


def _parts(values: Iterable[str]) -> Iterable[list[str]]:
    """The values in lists that a query takes."""
    known = sorted(value for value in values if value)
    for start in range(0, len(known), _AT_ONCE):
        yield known[start : start + _AT_ONCE]
