"""Who a half-typed name, a code or a phone may mean (查重): same, of the same group, alike.

Only the public directory and the records that the actor may see are told; whether anybody holds a
first-talk right is not among them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Select, func, select

from app.enterprises import contacts, directory, names
from app.enterprises.matching import Canonical, Profile, likeness, unified, weigh
from app.enterprises.models import Alias, Enterprise, Named, NamedRecord
from app.enterprises.schemas import Candidate, MatchQuery, MatchView, RecordView
from app.enterprises.uscc import read_uscc
from app.kit.work import Role, Work

_ALIKE = 0.5
_ALMOST = 0.85
_SHOWN = 8
_RECORD_READERS = {
    "led_": contacts.READERS,
    "prj_": (*contacts.READERS, Role.FINANCE, Role.COORDINATOR),
}
_COMPARED = 16


@dataclass(frozen=True)
class _Asked:
    """What was typed, in the forms that are compared."""

    plain: str
    form: Canonical
    profile: Profile

    def names(self, named: Named) -> bool:
        """Whether this is the typed name, the legal form aside."""
        return bool(self.plain) and self.form.text == named.canonical

    def likeness(self, named: Named) -> float:
        """How like the name is; 1 when all that was typed stands in it."""
        inside = bool(self.plain) and self.plain in named.unified
        return 1.0 if inside else likeness(self.form.text, named.canonical)

    def is_like(self, named: Named) -> bool:
        """Whether the names are alike at large, or begin alike after the place (字号)."""
        brand = self.form.core[:2]
        return self.likeness(named) >= _ALIKE or (len(brand) == 2 and brand in named.canonical)


@dataclass(frozen=True)
class _Entry:
    """An entry of the directory with all its names."""

    row: Enterprise
    names: list[Named]
    has_phone: bool

    def profile(self, asked: _Asked) -> Profile:
        """Its side of the comparison."""
        return Profile(
            names=frozenset(named.canonical for named in self.names),
            uscc=self.row.uscc,
            controller=self.row.controller,
            phones=asked.profile.phones if self.has_phone else frozenset(),
        )

    def likeness(self, asked: _Asked) -> float:
        """That of its most alike name."""
        return max(asked.likeness(named) for named in self.names)

    def is_like(self, asked: _Asked) -> bool:
        """Whether one of its names is like the typed one."""
        return any(asked.is_like(named) for named in self.names)

    def is_almost(self, asked: _Asked) -> bool:
        """Whether one of its names as a whole is almost the typed one."""
        return any(likeness(asked.form.text, named.canonical) >= _ALMOST for named in self.names)

    def is_same(self, asked: _Asked) -> bool:
        """By code, or by the name with the legal form aside."""
        by_code = asked.profile.uscc is not None and asked.profile.uscc == self.row.uscc
        return by_code or any(asked.names(named) for named in self.names)


def match(work: Work, query: MatchQuery) -> MatchView:
    """The candidates in three groups, the most alike first."""
    asked = _asked(query)
    phoned = _phoned(work, query)
    entries = _entries(work, _possible(work, query, asked) | phoned, phoned)
    entries.sort(key=lambda entry: (-entry.likeness(asked), entry.row.name, entry.row.id))
    same = [entry for entry in entries if entry.is_same(asked)]
    group = _entries(work, _relative_ids(work, same), phoned)
    told = {entry.row.id for entry in [*same, *group]}
    alike = [entry for entry in entries if entry.has_phone or entry.is_like(asked)]
    similar = [entry for entry in alike if entry.row.id not in told][:_SHOWN]
    of_group = replace(asked, profile=replace(asked.profile, controller=_controller(same)))
    about = _records_about(work, [entry.row.id for entry in [*same, *group, *similar]])
    return MatchView(
        same=[_candidate(asked, entry, about) for entry in same],
        group=[_candidate(of_group, entry, about) for entry in group],
        similar=[
            *(_candidate(asked, entry, about) for entry in similar),
            *_alike_records(work, asked, {one.id for own in about.values() for one in own}),
        ],
    )


def meant_by(work: Work, query: MatchQuery) -> tuple[list[str], list[str]]:
    """Who bears this code or whole name, and who is of its group or named almost so, by id.

    No part of a name means anybody: almost is said of names as a whole.
    """
    asked = _asked(query)
    entries = _entries(work, _possible(work, query, asked), set())
    same = [entry for entry in entries if entry.is_same(asked)]
    near = [entry.row.id for entry in entries if entry.is_almost(asked)]
    ids = sorted(entry.row.id for entry in same)
    return ids, sorted({*near, *_relative_ids(work, same)} - {*ids})


def relatives(work: Work, rows: Iterable[Enterprise]) -> list[Enterprise]:
    """Other enterprises of the same group or the same controller, by name."""
    known = list(rows)
    groups = {row.group_name for row in known if row.group_name}
    controllers = {row.controller for row in known if row.controller}
    if not groups and not controllers:
        return []
    of_group, of_controller = (
        select(Enterprise.id).where(column.in_(values))
        for column, values in (
            (Enterprise.group_name, groups),
            (Enterprise.controller, controllers),
        )
    )
    found = select(Enterprise).where(
        Enterprise.id.in_(of_group.union(of_controller)),
        Enterprise.id.not_in([row.id for row in known]),
        Enterprise.merged_into_id.is_(None),
    )
    return list(work.session.scalars(found.order_by(Enterprise.name, Enterprise.id).limit(_SHOWN)))


def _asked(query: MatchQuery) -> _Asked:
    plain, form = unified(query.name), names.parsed(query.name)
    profile = Profile(
        names=frozenset({form.text} if plain else ()),
        uscc=_code(query.uscc),
        phones=frozenset({query.phone} if query.phone else ()),
    )
    return _Asked(plain, form, profile)


def _code(typed: str | None) -> str | None:
    """The code, once a whole one is typed."""
    try:
        return read_uscc(typed) if typed else None
    except ValueError:
        return None


def _phoned(work: Work, query: MatchQuery) -> set[str]:
    if not query.phone or not work.actor.has(*contacts.READERS):
        return set()
    return contacts.enterprises_with_phone(work, query.phone)


def _possible(work: Work, query: MatchQuery, asked: _Asked) -> set[str]:
    """The ids of entries that are worth a comparison."""
    found = {row.id for row in directory.called(work, query.name)} if asked.plain else set()
    by_code = directory.coded(work, asked.profile.uscc) if asked.profile.uscc else None
    if by_code is not None:
        found.add(by_code.id)
    if asked.plain:
        near = names.ranked(work, query.name, ("ent_",))
        found |= {owner for owner, _ in near[:_COMPARED]}
    return found


def _entries(work: Work, ids: Iterable[str], phoned: set[str]) -> list[_Entry]:
    """The entries of these ids with their names, those merged into another under the one left."""
    wanted = list(ids)
    if not wanted:
        return []
    rows = work.session.scalars(select(Enterprise).where(Enterprise.id.in_(wanted))).all()
    further = select(Alias).where(Alias.enterprise_id.in_(wanted)).order_by(Alias.name)
    entries: dict[str, _Entry] = {}
    owners = {row.id: directory.root_of(work, row) for row in rows}
    for row in rows:
        root = owners[row.id]
        entries.setdefault(root.id, _Entry(root, [], root.id in phoned)).names.append(row)
    for alias in work.session.scalars(further):
        entries[owners[alias.enterprise_id].id].names.append(alias)
    return list(entries.values())


def _relative_ids(work: Work, same: list[_Entry]) -> list[str]:
    return [row.id for row in relatives(work, [entry.row for entry in same])]


def _controller(same: list[_Entry]) -> str | None:
    return next((entry.row.controller for entry in same if entry.row.controller), None)


def _candidate(asked: _Asked, entry: _Entry, about: dict[str, list[RecordView]]) -> Candidate:
    hits = weigh(asked.profile, entry.profile(asked))
    former = [row.name for row in entry.names if isinstance(row, Alias) and asked.names(row)]
    row = entry.row
    return Candidate(
        id=row.id,
        kind="enterprise",
        name=row.name,
        uscc=row.uscc,
        unregistered=row.unregistered,
        score=sum(points for points, _ in hits),
        reasons=[*(reason for _, reason in hits), *(f"曾用名或别名 {name}" for name in former)],
        own=about.get(row.id, []),
    )


def _records_about(work: Work, ids: list[str]) -> dict[str, list[RecordView]]:
    """The visible leads and projects by the enterprise that they are about."""
    rows = records(work).where(NamedRecord.enterprise_id.in_(ids))
    about: dict[str, list[RecordView]] = defaultdict(list)
    for row in work.session.scalars(rows.order_by(NamedRecord.name, NamedRecord.id)):
        about[row.enterprise_id or ""].append(record_view(work, row))
    return about


def records(work: Work) -> Select[NamedRecord]:
    """The visible leads and projects by name, of the kinds that are the actor's business."""
    kinds = [kind for kind, roles in _RECORD_READERS.items() if work.actor.has(*roles)]
    return work.rows(NamedRecord).where(func.substr(NamedRecord.id, 1, 4).in_(kinds))


def record_view(work: Work, row: NamedRecord) -> RecordView:
    """A visible lead or project by its name."""
    kind = "lead" if row.id.startswith("led_") else "project"
    return RecordView(id=row.id, kind=kind, name=row.name, own=work.owns(row))


def _alike_records(work: Work, asked: _Asked, told: set[str]) -> list[Candidate]:
    """Visible leads and projects whose own name is like the typed one."""
    if not asked.plain:
        return []
    near = [owner for owner, _ in names.ranked(work, asked.plain, ("led_", "prj_"))]
    shown = [owner for owner in near if owner not in told][:_SHOWN]
    rows = work.session.scalars(records(work).where(NamedRecord.id.in_(shown)))
    alike = [row for row in rows if asked.is_like(row)]
    alike.sort(key=lambda row: (-asked.likeness(row), row.name, row.id))
    return [_record_candidate(work, asked, row) for row in alike]


def _record_candidate(work: Work, asked: _Asked, row: NamedRecord) -> Candidate:
    hits = weigh(asked.profile, Profile(names=frozenset({row.canonical})))
    record = record_view(work, row)
    return Candidate(
        id=row.id,
        kind=record.kind,
        name=row.name,
        uscc=None,
        unregistered=False,
        score=sum(points for points, _ in hits),
        reasons=[reason for _, reason in hits],
        own=[record],
    )
