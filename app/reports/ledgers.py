"""在地统计, 考核口径, 园区口径: one table each, opened up to projects, as a page and as a file."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial

from app.districts import service as districts
from app.districts.schemas import DistrictView
from app.errors import Forbidden, Invalid
from app.first_talk import interests
from app.first_talk.credits import Measure, Quantity, reward
from app.kit import sheets
from app.kit.schemas import CodeLabel
from app.kit.sheets import Column, Sheet
from app.kit.work import Role, Work, use_case
from app.money import Money
from app.projects import rows as project_rows
from app.projects.models import Project
from app.reports import balance, figures
from app.reports.balance import Balance, Entry, Ledger
from app.reports.figures import Days
from app.reports.ledger_schemas import (
    AMOUNTS,
    Amount,
    LedgerFilter,
    LedgerView,
    ProjectPart,
    Reconciliation,
    RewardView,
    UnitRow,
)

READERS = (Role.OFFICER, Role.UNIT_HEAD, Role.NEGOTIATOR, Role.COORDINATOR, Role.PARTNER)
MEASURES = tuple(Measure)


@dataclass(frozen=True)
class Known:
    """What a ledger is made from: its days, its entries by measure, projects and units."""

    days: Days
    entries: dict[Measure, list[Entry]]
    projects: dict[str, Project]
    units: dict[str, DistrictView]


@use_case("report.ledger", *READERS, reads=True, scope="project:read")
def ledger(work: Work, command: LedgerFilter) -> LedgerView:
    """One ledger of a stretch of days: the city's with its reconciliation, else the own row."""
    days = _days(work, command)
    known = _known(work, command.ledger, days)
    balances = {
        measure: balance.balance(
            known.entries[measure], known.units, figures.total(work, days, measure)
        )
        for measure in MEASURES
    }
    whole = sees_the_city(work)
    unit = _opened(work, command.unit, known)
    return LedgerView(
        ledger=command.ledger,
        since=days.first,
        through=days.last,
        measures=list(MEASURES),
        rows=_rows(balances, known, None if whole else work.district_id),
        reconciliation=_reconciled(balances) if whole else None,
        in_dollars=figures.in_dollars(work, days),
        unit=_label(known.units[unit]) if unit else None,
        measure=command.measure,
        parts=_parts(work, known, command.measure, unit) if unit else [],
        rewards=_rewards(work, known) if command.ledger is Ledger.ASSESSMENT else [],
    )


@use_case("report.export_ledger", *READERS, reads=True, confidential=True, scope="project:read")
def ledger_file(work: Work, command: LedgerFilter) -> tuple[str, bytes]:
    """The ledger as .xlsx: name and bytes; the export is logged."""
    found = ledger(work, command)
    name = f"{found.ledger.label}-{found.since.isoformat()}-{found.through.isoformat()}.xlsx"
    return name, sheets.xlsx(_laid_out(work, found))


def sees_the_city(work: Work) -> bool:
    """Whether the reader is shown every unit, and how they come to the city's total."""
    return work.actor.is_city and work.actor.has(Role.COORDINATOR)


def _days(work: Work, command: LedgerFilter) -> Days:
    last = command.through or work.today
    first = command.since or last.replace(month=1, day=1)
    if last < first:
        raise Invalid.at("/through", "order", "止日不能早于起日")
    return Days(first, last)


def _known(work: Work, which: Ledger, days: Days) -> Known:
    units = {one.id: one for one in districts.districts(work)}
    found = figures.read(work, days)
    projects = figures.projects(work, {one.project_id for one in found})
    places = figures.places(work, projects)
    claims = interests.claims_of(work, projects) if which is Ledger.ASSESSMENT else {}
    entries: dict[Measure, list[Entry]] = defaultdict(list)
    for figure in found:
        id = figure.project_id
        same_family = partial(_same_family, units)
        made = balance.entry(which, figure, places[id], claims.get(id, []), same_family)
        entries[figure.measure].append(made)
    return Known(days, entries, projects, units)


def _same_family(units: dict[str, DistrictView], one: str, other: str) -> bool:
    known = one in units and other in units
    return known and units[one].family == units[other].family


def _opened(work: Work, unit: str | None, known: Known) -> str | None:
    """Which unit is opened up to projects: a district's own, for the city the one it names."""
    if not sees_the_city(work):
        if unit not in (None, work.district_id):
            raise Forbidden("其他单位的明细由市级统筹查看")
        return work.district_id
    if unit is not None and unit not in known.units:
        raise Invalid.at("/unit", "unknown", "没有这个单位")
    return unit


def _rows(balances: dict[Measure, Balance], known: Known, only: str | None) -> list[UnitRow]:
    """The units that count something; of a district its own row, empty or not."""
    return [
        UnitRow(
            unit=_label(unit),
            values=[_amount(one, balances[one].by_unit[id]) for one in MEASURES],
        )
        for id, unit in known.units.items()
        if (only is None and any(balances[one].by_unit[id] for one in MEASURES)) or id == only
    ]


def _reconciled(balances: dict[Measure, Balance]) -> Reconciliation:
    def line(name: str) -> list[Amount]:
        return [_amount(one, getattr(balances[one], name)) for one in MEASURES]

    return Reconciliation(
        sum_of_units=line("sum_of_units"),
        family_overlap=line("overlap"),
        double_count=line("doubled"),
        moved=line("moved"),
        city_total=line("total"),
        difference=line("difference"),
    )


def _amount(measure: Measure, quantity: Quantity) -> Amount:
    return Money(int(quantity)) if measure in AMOUNTS else Fraction(quantity)


def _parts(work: Work, known: Known, measure: Measure, unit: str) -> list[ProjectPart]:
    """What a unit counts, project by project."""
    return [
        ProjectPart(
            project_id=one.project_id,
            project=_named(work, known, one.project_id),
            side=one.side,
            whole=_amount(measure, one.whole),
            part=_amount(measure, one.part),
        )
        for one in balance.of_unit(known.entries[measure], unit)
    ]


def _rewards(work: Work, known: Known) -> list[RewardView]:
    """Rewards of first talkers, where the rule set gives any; for the city, or one's own."""
    paid = figures.foreign(work, known.days)
    found = []
    for terms in interests.rewards(work, paid):
        if not sees_the_city(work) and terms.unit != work.district_id:
            continue
        whole, increase = paid[terms.project_id]
        due, refusal = reward(whole, increase, terms.rate, terms.unsigned)
        found.append(
            RewardView(
                project_id=terms.project_id,
                project=_named(work, known, terms.project_id),
                unit=_label(known.units[terms.unit]),
                paid_in=whole,
                increase=increase,
                rate=terms.rate,
                due=due,
                refusal=refusal,
            )
        )
    return found


def _named(work: Work, known: Known, id: str) -> str:
    """The project's name; of one that is only shared the district alone."""
    row = known.projects[id]
    if project_rows.sees_all(work, row):
        return row.name
    return f"{known.units[row.district_id].name}项目"


def _label(unit: DistrictView) -> CodeLabel:
    return CodeLabel(code=unit.id, label=unit.name)


def _laid_out(work: Work, found: LedgerView) -> Sheet:
    columns = [Column("单位", 28)]
    columns += [
        Column(f"{one.label}（{'万元' if one in AMOUNTS else '个'}）", 18) for one in found.measures
    ]
    lines = [
        f"口径：{found.ledger.label}    期间：{found.since} 至 {found.through}    "
        f"填报：{work.actor.district_name}{work.actor.unit_name}",
    ]
    if found.in_dollars:
        lines.append(f"另有美元签约 {found.in_dollars} 个，签约额不折算、不计入")
    rows: list[list[sheets.Cell]] = [
        [row.unit.label, *map(_cell, row.values)] for row in found.rows
    ]
    if found.reconciliation is not None:
        rows += [[name, *map(_cell, values)] for name, values in footers(found.reconciliation)]
    return Sheet(found.ledger.label, lines, columns, rows)


def footers(found: Reconciliation) -> list[tuple[str, list[Amount]]]:
    """The lines below the units, each with its name."""
    return [
        ("各单位合计", found.sum_of_units),
        ("减：同一家族重复", found.family_overlap),
        ("减：双核算扣除", found.double_count),
        ("加：辖区内迁移（不计考核）", found.moved),
        ("全市合计", found.city_total),
        ("未解释差额", found.difference),
    ]


def _cell(value: Amount) -> Decimal:
    if isinstance(value, Money):
        return Decimal(value.fen) / 10**6
    return Decimal(value.numerator) / value.denominator
