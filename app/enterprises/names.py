"""The index of names: who has a name like this one, at a million names in milliseconds.

Every owner (enterprise, lead, project) is entered under the grams of its names. A search reads the
rarest grams first up to a budget of postings, weighs the owners by the rarity of what they share,
and leaves the best to a closer comparison.
"""

import csv
import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache

from sqlalchemy import ColumnElement, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from app.enterprises.matching import (
    Canonical,
    Places,
    canonical,
    grams,
    initials,
    likeness,
    unified,
)
from app.enterprises.models import (
    Alias,
    Enterprise,
    GramCount,
    Named,
    NamedRecord,
    NameGram,
)
from app.kit.db import insert_unless_present
from app.kit.work import Work
from app.settings import ROOT

BUDGET = 2000
BEST = 100
_LIKE = 0.5
Rank = tuple[bool, float]
"""Whether all that was typed stands in a name, and how like the two are."""
_OWNERS = 10_000_000
"""More owners than there will be, so that every gram weighs something."""


@cache
def places() -> Places:
    """The administrative divisions of the seeds, fixed with the program as the index is."""
    path = ROOT / "seeds" / "codes" / "region.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return Places((row["code"], row["label"]) for row in csv.DictReader(file))


def parsed(name: str) -> Canonical:
    """The canonical form of a name."""
    return canonical(name, places())


def forms(name: str) -> dict[str, str]:
    """The columns of a `Named` row."""
    form, plain = parsed(name), unified(name)
    return {
        "name": name,
        "unified": plain,
        "canonical": form.text,
        "initials": initials(plain)[:200],
        "core_initials": initials(form.core)[:200],
    }


def enter(session: Session, owner_id: str, names: Iterable[str]) -> None:
    """Let the owner be found by these names, and by no others any more."""
    wanted = {gram for name in names for gram in grams(parsed(name))}
    had = set(session.scalars(select(NameGram.gram).where(NameGram.owner_id == owner_id)))
    added, dropped = sorted(wanted - had), sorted(had - wanted)
    if dropped:
        session.execute(
            delete(NameGram).where(NameGram.owner_id == owner_id, NameGram.gram.in_(dropped))
        )
        _count(session, dropped, -1)
    if added:
        session.execute(insert(NameGram), [{"gram": gram, "owner_id": owner_id} for gram in added])
        _count(session, added, 1)


def _count(session: Session, changed: list[str], by: int) -> None:
    """Keep the counts near enough: one that another transaction is changing is left out.

    Waiting would serialise all who log a 科技 company, and two names could deadlock.
    """
    known = set(session.scalars(select(GramCount.gram).where(GramCount.gram.in_(changed))))
    for gram in changed:
        if gram not in known:
            insert_unless_present(session, GramCount, {"gram": gram, "n": 0})
    free = session.scalars(
        select(GramCount.gram).where(GramCount.gram.in_(changed)).with_for_update(skip_locked=True)
    ).all()
    session.execute(
        update(GramCount)
        .where(GramCount.gram.in_(free))
        .values(n=GramCount.n + by)
        .execution_options(synchronize_session=False)
    )


def nearest(session: Session, name: Canonical, kinds: tuple[str, ...]) -> list[str]:
    """The owners (ids with one of the prefixes) that share most with a name, best first."""
    asked = grams(name)
    rows = session.execute(select(GramCount.gram, GramCount.n).where(GramCount.gram.in_(asked)))
    counts = {row.gram: max(row.n, 1) for row in rows}
    weights: defaultdict[str, float] = defaultdict(float)
    for gram, owner in _postings(session, _within_budget(counts), kinds):
        weights[owner] += math.log(_OWNERS / counts[gram])
    return sorted(weights, key=lambda owner: (-weights[owner], owner))[:BEST]


def _within_budget(counts: dict[str, int]) -> list[str]:
    """The rarest grams whose postings can be read, the rarest in any case."""
    chosen: list[str] = []
    left = BUDGET
    for gram in sorted(counts, key=lambda gram: (counts[gram], gram)):
        if chosen and counts[gram] > left:
            break
        chosen.append(gram)
        left -= counts[gram]
    return chosen


def _postings(
    session: Session, chosen: list[str], kinds: tuple[str, ...]
) -> Iterable[tuple[str, str]]:
    of_kind = or_(*(NameGram.owner_id.startswith(kind, autoescape=True) for kind in kinds))
    rows = session.execute(
        select(NameGram.gram, NameGram.owner_id)
        .where(NameGram.gram.in_(chosen), of_kind)
        .limit(BUDGET)
    )
    return [(row.gram, row.owner_id) for row in rows]


def ranked(work: Work, text: str, kinds: tuple[str, ...]) -> list[tuple[str, Rank]]:
    """The visible owners that share most with a text, the most alike first."""
    form, plain = parsed(text), unified(text)
    ranks: dict[str, Rank] = {}
    for owner, whole, canonical_name in _visible(work, nearest(work.session, form, kinds)):
        rank = (plain in whole, likeness(form.text, canonical_name))
        ranks[owner] = max(rank, ranks.get(owner, rank))
    return sorted(ranks.items(), key=lambda found: (found[1], found[0]), reverse=True)


def _visible(work: Work, owners: list[str]) -> list[tuple[str, str, str]]:
    """Owner, unified and canonical form of each name; of records those that the actor may see."""
    entries = [id for id in owners if id.startswith("ent_")]
    records = [id for id in owners if not id.startswith("ent_")]
    queries = []
    if entries:
        for table, owner in ((Enterprise, Enterprise.id), (Alias, Alias.enterprise_id)):
            rows = select(owner, table.unified, table.canonical)
            queries.append(rows.where(owner.in_(entries)))
    if records:
        columns = (NamedRecord.id, NamedRecord.unified, NamedRecord.canonical)
        seen = work.rows(NamedRecord).where(NamedRecord.id.in_(records))
        queries.append(seen.with_only_columns(*columns))
    return [(row[0], row[1], row[2]) for query in queries for row in work.session.execute(query)]


def search(work: Work, text: str, kinds: tuple[str, ...]) -> list[str]:
    """The visible owners whose name, initials or code fit what was typed, best first."""
    plain = unified(text)
    if plain.isascii():
        found = _by_letters(work, plain) if plain else []
    elif len(plain) == 1:
        found = _beginning(work, lambda named: named.unified.startswith(plain))
    else:
        found = _by_words(work, text, kinds)
    return [owner for owner in dict.fromkeys(found) if owner.startswith(kinds)]


def _by_letters(work: Work, plain: str) -> list[str]:
    """Owners whose initials, with or without the place, or whose code begin so."""
    end = plain + "z" * 8
    named = _beginning(
        work,
        lambda named: or_(
            named.initials.between(plain, end), named.core_initials.between(plain, end)
        ),
    )
    if len(plain) < 4:
        return named
    coded = select(Enterprise.id).where(Enterprise.uscc.startswith(plain.upper())).limit(BEST)
    return [*work.session.scalars(coded), *named]


def _beginning(work: Work, condition: Callable[[type[Named]], ColumnElement[bool]]) -> list[str]:
    """The owners of the names that meet a condition, by name."""
    rows = (
        select(Enterprise.name, Enterprise.id).where(condition(Enterprise)),
        select(Alias.name, Alias.enterprise_id).where(condition(Alias)),
        work.rows(NamedRecord)
        .with_only_columns(NamedRecord.name, NamedRecord.id)
        .where(condition(NamedRecord)),
    )
    found = [tuple(row) for query in rows for row in work.session.execute(query.limit(BEST))]
    return [owner for _, owner in sorted(found)]


def _by_words(work: Work, text: str, kinds: tuple[str, ...]) -> list[str]:
    """Owners with the words in their name first, then those whose name is like the text."""
    found = ranked(work, text, kinds)
    return [owner for owner, (inside, like) in found if inside or like >= _LIKE]
