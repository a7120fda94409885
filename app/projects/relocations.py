"""合理迁移: where an existing firm of the city comes from, and in whose count its figures stand.

A firm that moves between districts of the city is no 招商. What the two agree on, or a ruling
divides, is its 固投 and 产值 alone; 在地统计 stays whole where it lands.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.districts import service as districts
from app.districts.models import DistrictKind
from app.enterprises import service as enterprises
from app.first_talk.credits import OriginShare, Term
from app.kit.work import Work, once
from app.parameters import service as parameters
from app.projects.models import Project
from app.projects.relocation_models import RelocationCase
from app.projects.relocation_schemas import Terms


@dataclass(frozen=True)
class Site:
    """Where a project lands: the unit that has it, the district around it, the park it is in.

    `origin` is the other district of the city that its investor moves from, if it does.
    """

    unit: str
    territory: str
    park: str | None
    origin: str | None


def sites(work: Work, rows: Iterable[Project]) -> dict[str, Site]:
    """Where each project lands and comes from, by its id."""
    projects = list(rows)
    ids = {row.enterprise_id for row in projects if row.enterprise_id}
    investors = enterprises.enterprises(work, ids) if ids else {}
    found = {}
    for row in projects:
        unit = row.host_district_id or row.district_id
        territory = _territory(work, unit)
        park = unit if unit in _parks(work) else row.park_id
        investor = investors.get(row.enterprise_id or "")
        came_from = _comes_from(work, row, investor.uscc if investor else None)
        origin = came_from if came_from != territory else None
        found[row.id] = Site(unit, territory, park if park in _parks(work) else None, origin)
    return found


def origin_shares(work: Work, ids: Iterable[str]) -> dict[str, OriginShare]:
    """What of the 固投 stays with the districts that were left, agreed or ruled, by project."""
    decided = work.rows(RelocationCase).where(
        RelocationCase.project_id.in_(list(ids)), RelocationCase.terms.is_not(None)
    )
    found = {}
    for case in work.session.scalars(decided.order_by(RelocationCase.opened_at)):
        terms = Terms.model_validate(case.terms)
        if terms.fixed_assets is not None:
            days = term(work, terms, case.policy_version)
            found[case.project_id] = OriginShare(case.origin_id, terms.fixed_assets, days)
    return found


def term(work: Work, terms: Terms, policy_version: str) -> Term:
    """The days on which terms hold; whether the first counts is a rule of the case (首日计入)."""
    counted = parameters.policy_version(work, policy_version).term_counts_first_day
    return Term(terms.since, terms.years, counts_first_day=counted is not None and counted.sharing)


def _territory(work: Work, unit: str) -> str:
    return unit.partition("-")[0] if unit in _parks(work) else unit


@once
def _parks(work: Work) -> frozenset[str]:
    return frozenset(one.id for one in districts.districts(work) if one.kind is DistrictKind.PARK)


def _comes_from(work: Work, row: Project, uscc: str | None) -> str | None:
    """From which district of the city an existing firm comes; None: it is none, or not known.

    It is what the project says (迁出地), else where the USCC was registered.
    """
    city = parameters.general(work).city_code[:4]
    if uscc is None or not uscc[2:].startswith(city):
        return None
    if row.origin_district_id is not None:
        return row.origin_district_id.partition("-")[0]
    return None if uscc[2:].startswith(f"{city}00") else uscc[2:8]
