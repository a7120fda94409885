"""Projects as callers see them: the names behind ids and codes, fetched once for many rows."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from app.clock import day_of
from app.districts import service as districts
from app.enterprises import service as enterprises
from app.kit.files import StoredFile
from app.kit.schemas import CodeLabel
from app.kit.work import Work
from app.leads.schemas import EnterpriseRef
from app.leads.stages import up_to
from app.parameters import service as parameters
from app.projects import lapses
from app.projects.commands import AMOUNTS
from app.projects.models import (
    Commitment,
    FactorNeed,
    Identifier,
    Indicator,
    Project,
    Scheme,
    StageChange,
)
from app.projects.schemas import (
    UNITS,
    CommitmentView,
    ContractView,
    DecisionsView,
    FactorNeedView,
    FrozenView,
    IdentifierView,
    ProjectLine,
    ProjectView,
    SharedProjectView,
    StageChangeView,
    StageDateView,
    WithheldView,
)

_DICTIONARIES = (
    "lead_source",
    "industry_division",
    "drop_reason",
    "project_category",
    "project_type",
    "enterprise_type",
    "source_region",
    "key_industry",
)


def lines(work: Work, rows: Iterable[Project]) -> list[ProjectLine]:
    """The rows as the list shows them."""
    rows = list(rows)
    names = _Names(work, rows)
    return [ProjectLine(**names.line(row)) for row in rows]


def view(work: Work, row: Project) -> ProjectView:
    """All that is known of one project."""
    names = _Names(work, [row])
    units = {unit.id: unit.name for unit in districts.units(work, row.district_id)}
    return ProjectView(
        **names.line(row),
        **_told(row),
        **names.coded(row),
        unit=_named(row.unit_id, units),
        withheld=[WithheldView(field=name, **told) for name, told in row.withheld.items()],
        agreement=ContractView(
            kind=row.agreement_kind,
            signed_on=row.agreement_signed_on,
            file=_file(work, row.agreement_file_id),
        ),
        decisions=DecisionsView(
            policy=row.decision_policy,
            investment=row.decision_investment,
            land=row.decision_land,
        ),
        frozen=FrozenView.model_validate(row.frozen) if row.frozen else None,
    )


def shared(work: Work, row: Project) -> SharedProjectView:
    """What a district sees of another's project that it has a part in."""
    return SharedProjectView(
        id=row.id,
        version=row.version,
        district=CodeLabel(
            code=row.district_id, label=districts.district(work, row.district_id).name
        ),
        stage=row.stage,
        stage_since=row.stage_since,
        dates=dates(work, row),
        commitments=commitments(work, row),
    )


def dates(work: Work, row: Project) -> list[StageDateView]:
    """When the project came, the last time, to each stage that it has behind it or is at."""
    reached = {
        change.to_stage: day_of(change.at)
        for change in log(work, row)
        if change.from_stage is not change.to_stage
    }
    behind = up_to(row.stage, row.track)
    return [StageDateView(stage=stage, on=reached[stage]) for stage in behind if stage in reached]


def log(work: Work, row: Project) -> list[StageChange]:
    """Every change of stage or status, the first first."""
    changes = select(StageChange).where(StageChange.project_id == row.id)
    return list(work.session.scalars(changes.order_by(StageChange.n)))


def changes(work: Work, row: Project, *, whole: bool) -> list[StageChangeView]:
    """The log, newest first; who, why and by which gate only when the reader sees the whole."""
    secret = frozenset() if whole else {"actor_name", "reason", "policy_version", "gate"}
    told = [name for name in StageChangeView.model_fields if name not in secret]
    return [
        StageChangeView(**{name: getattr(change, name) for name in told})
        for change in reversed(log(work, row))
    ]


def identifiers(work: Work, row: Project) -> list[IdentifierView]:
    """The identities of the project: by scheme, of one scheme the newest first."""
    found = select(Identifier).where(Identifier.project_id == row.id)
    rows = work.session.scalars(found.order_by(Identifier.reported_on.desc(), Identifier.id))
    schemes = list(Scheme)
    ordered = sorted(rows, key=lambda one: schemes.index(one.scheme))
    return [IdentifierView.model_validate(one) for one in ordered]


def commitments(work: Work, row: Project) -> list[CommitmentView]:
    """Promised and actual, by year and indicator."""
    found = select(Commitment).where(Commitment.project_id == row.id)
    indicators = list(Indicator)
    rows = sorted(
        work.session.scalars(found),
        key=lambda one: (one.year, indicators.index(one.indicator)),
    )
    return [
        CommitmentView(
            id=one.id,
            indicator=one.indicator,
            year=one.year,
            unit="元" if one.indicator in AMOUNTS else UNITS[one.indicator],
            promised=one.promised,
            actual=one.actual,
        )
        for one in rows
    ]


def factor_needs(work: Work, row: Project) -> list[FactorNeedView]:
    """What the project needs, in the order it was entered."""
    kinds = {entry.code: entry.label for entry in parameters.codes(work, "factor_kind")}
    found = select(FactorNeed).where(FactorNeed.project_id == row.id).order_by(FactorNeed.id)
    return [
        FactorNeedView(
            id=one.id,
            version=one.version,
            kind=CodeLabel(code=one.kind, label=kinds.get(one.kind, one.kind)),
            amount=one.amount,
            needed_on=one.needed_on,
            supplier=one.supplier,
            answer=one.answer,
        )
        for one in work.session.scalars(found)
    ]


def _told(row: Project) -> dict[str, Any]:
    """The fields that are shown as they stand."""
    names = (
        "content",
        "lead_id",
        "unregistered",
        "line",
        "track",
        "capital_origin",
        "fixed_asset_investment",
        "filing_amount",
        "conclusion",
        "conclusion_reason",
        "distinct_reason",
        "park_fit",
        "park_fit_reason",
        "land",
        "land_mu",
        "no_factor_needs",
        "fair_competition_review",
        "status_reason",
        "review_on",
        "candidate_year",
        "candidate_batch",
        "construction_on",
        "opened_at",
        "opened_by",
    )
    return {name: getattr(row, name) for name in names}


def _file(work: Work, id: str | None) -> CodeLabel | None:
    if id is None:
        return None
    file = work.session.scalars(work.rows(StoredFile).where(StoredFile.id == id)).one_or_none()
    return CodeLabel(code=id, label=file.name if file else "已上传")


class _Names:
    """The names behind the ids and codes of some projects."""

    def __init__(self, work: Work, rows: list[Project]) -> None:
        self.people = districts.user_names(work, {row.owner_id for row in rows if row.owner_id})
        self.codes = {
            name: {entry.code: entry.label for entry in parameters.codes(work, name)}
            for name in _DICTIONARIES
        }
        self.districts = {one.id: one.name for one in districts.districts(work)}
        self.fallen = lapses.fallen(work)
        self.enterprises = enterprises.enterprises(
            work, {row.enterprise_id for row in rows if row.enterprise_id}
        )

    def line(self, row: Project) -> dict[str, Any]:
        """The fields of a `ProjectLine`."""
        enterprise = self.enterprises.get(row.enterprise_id or "")
        return {
            "id": row.id,
            "version": row.version,
            "name": row.name,
            "enterprise": EnterpriseRef.model_validate(enterprise) if enterprise else None,
            "district": _named(row.district_id, self.districts),
            "stage": row.stage,
            "stage_since": row.stage_since,
            "status": row.status,
            "owner": None if row.id in self.fallen else _named(row.owner_id, self.people),
            "pooled_on": self.fallen.get(row.id) or row.pooled_on,
            "division": _named(row.division, self.codes["industry_division"]),
            "planned_investment": row.planned_investment,
            "planned_investment_currency": row.planned_investment_currency,
            "planned_investment_withheld": "planned_investment" in row.withheld,
            "progressed_on": row.progressed_on,
            "updated_at": row.updated_at,
        }

    def coded(self, row: Project) -> dict[str, Any]:
        """The further fields of a `ProjectView` that are codes or places."""
        categories = self.codes["project_category"]
        return {
            "source": _named(row.source, self.codes["lead_source"]),
            "drop_reason": _named(row.drop_reason, self.codes["drop_reason"]),
            "categories": [_named(code, categories) for code in row.categories],
            "project_type": _named(row.project_type, self.codes["project_type"]),
            "enterprise_type": _named(row.enterprise_type, self.codes["enterprise_type"]),
            "source_region": _named(row.source_region, self.codes["source_region"]),
            "key_industry": _named(row.key_industry, self.codes["key_industry"]),
            "origin_district": _named(row.origin_district_id, self.districts),
            "host_district": _named(row.host_district_id, self.districts),
            "park": _named(row.park_id, self.districts),
        }


def _named(code: str | None, names: dict[str, str]) -> CodeLabel | None:
    return None if code is None else CodeLabel(code=code, label=names.get(code, code))
