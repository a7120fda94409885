"""Three ledgers of the same figures, each with its reconciliation; never mixed.

    在地统计    where it lands, whole, once
    考核口径    credited by the interests of first talkers (首谈利益)
    园区口径    a park as a unit; a park of a district's family stands in the district too

    sum of units − family overlap − 双核算扣除 + 辖区内迁移 = city total

A firm of the city that moves between districts (合理迁移) is no 招商: it stands in 在地统计 where
it lands, and in 考核口径 in nobody's count, but on a line of its own. Only its 固投 counts there
once the two districts agree on it or a ruling divides it, as long as the term runs.

What is counted twice is told by whoever counts it; the city total is added up apart. If the two
do not meet, the difference is shown, not absorbed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.first_talk import credits as crediting
from app.first_talk.credits import Claim, Measure, OriginShare, Part, Quantity, Side
from app.labels import LabelledEnum


class Ledger(LabelledEnum):
    """Which ledger a table is of."""

    IN_PLACE = "in_place", "在地统计"
    ASSESSMENT = "assessment", "考核口径"
    PARK = "park", "园区口径"


@dataclass(frozen=True)
class Place:
    """Where a project lands: the unit that has it, the district around it, the park it is in.

    `moved`: its investor is a firm of the city that comes from another of its districts, which
    keeps `origin_share` of its 固投.
    """

    unit: str
    territory: str
    park: str | None = None
    moved: bool = False
    origin_share: OriginShare | None = None


@dataclass(frozen=True)
class Figure:
    """A number of a project; `credit_on` is the day by which it is credited."""

    project_id: str
    measure: Measure
    credit_on: date
    quantity: Quantity


@dataclass(frozen=True)
class Entry:
    """A figure with what each unit counts of it, what is counted twice, and what by nobody."""

    figure: Figure
    parts: tuple[Part, ...]
    overlap: Quantity = 0
    doubled: Quantity = 0
    moved: Quantity = 0


@dataclass(frozen=True)
class Share:
    """What a unit counts of one project: the whole, its part, and as what."""

    project_id: str
    side: Side
    whole: Quantity
    part: Quantity


@dataclass(frozen=True)
class Balance:
    """One measure of a ledger: what each unit counts, and how that comes to the city's total."""

    by_unit: dict[str, Quantity]
    overlap: Quantity
    doubled: Quantity
    moved: Quantity
    total: Quantity

    @property
    def sum_of_units(self) -> Quantity:
        """What the units count, doubles included."""
        return sum(self.by_unit.values(), start=Fraction(0))

    @property
    def difference(self) -> Quantity:
        """What nothing explains; nought when the ledger is right."""
        return self.sum_of_units - self.overlap - self.doubled + self.moved - self.total


SameFamily = Callable[[str, str], bool]


def entry(
    ledger: Ledger, figure: Figure, place: Place, claims: Sequence[Claim], same_family: SameFamily
) -> Entry:
    """A figure as it stands in a ledger."""
    match ledger:
        case Ledger.IN_PLACE:
            return Entry(figure, (_whole(place.territory, figure, place),))
        case Ledger.PARK:
            return _by_park(figure, place, same_family)
    return _assessed(figure, place, claims, same_family)


def balance(entries: Iterable[Entry], units: Iterable[str], total: Quantity) -> Balance:
    """The entries of one measure, by the units of the city; parts of no unit stay outside."""
    by_unit: dict[str, Quantity] = dict.fromkeys(units, 0)
    overlap: Quantity = 0
    doubled: Quantity = 0
    moved: Quantity = 0
    for one in entries:
        overlap, doubled = overlap + one.overlap, doubled + one.doubled
        moved += one.moved
        for part in one.parts:
            if part.unit in by_unit:
                by_unit[part.unit] += part.quantity
    return Balance(by_unit, overlap, doubled, moved, total)


def of_unit(entries: Iterable[Entry], unit: str) -> list[Share]:
    """Where a unit's count comes from, the largest part first."""
    whole: dict[str, Quantity] = defaultdict(int)
    part: dict[str, Quantity] = defaultdict(int)
    sides: dict[str, Side] = {}
    for one in entries:
        id = one.figure.project_id
        whole[id] += one.figure.quantity
        for its in one.parts:
            if its.unit == unit:
                part[id] += its.quantity
                sides[id] = its.side
    found = [Share(id, side, whole[id], part[id]) for id, side in sides.items()]
    return sorted(found, key=lambda one: (-one.part, one.project_id))


def _whole(unit: str, figure: Figure, place: Place) -> Part:
    return Part(unit, Side.MOVED if place.moved else Side.LANDING, figure.quantity)


def _by_park(figure: Figure, place: Place, same_family: SameFamily) -> Entry:
    if place.park is None:
        return Entry(figure, (_whole(place.territory, figure, place),))
    park = _whole(place.park, figure, place)
    if not same_family(place.park, place.territory):
        return Entry(figure, (park,))
    return Entry(figure, (park, _whole(place.territory, figure, place)), overlap=figure.quantity)


def _assessed(
    figure: Figure, place: Place, claims: Sequence[Claim], same_family: SameFamily
) -> Entry:
    told = (figure.quantity, figure.measure)
    if place.moved:
        kept = crediting.moved(*told, figure.credit_on, place.origin_share, place.unit)
        if kept is None:
            return Entry(figure, (Part(place.unit, Side.MOVED, 0),), moved=figure.quantity)
        return Entry(figure, kept.parts)
    if figure.measure in (Measure.SIGNED_COUNT, Measure.SIGNED_AMOUNT):
        found = crediting.event(*told, claims, place.unit)
    else:
        found = crediting.flow(*told, figure.credit_on, claims, place.unit)
    if found.between is not None and same_family(*found.between):
        return Entry(figure, found.parts, overlap=found.doubled)
    return Entry(figure, found.parts, doubled=found.doubled)
