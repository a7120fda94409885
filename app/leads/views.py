"""Leads as callers see them: the names behind ids and codes, fetched once for many rows."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from app.districts import service as districts
from app.enterprises import service as enterprises
from app.first_talk import lead_rights
from app.first_talk.policies import Exclusion
from app.kit import files
from app.kit.schemas import CodeLabel
from app.kit.work import Work
from app.leads import lapses
from app.leads.models import NO_CLOCK, Lead, LeadEvidence
from app.leads.schemas import EnterpriseRef, EvidenceView, LeadLine, LeadView, WithheldView
from app.leads.stages import LeadState, Stage
from app.parameters import service as parameters

CLOCKS = {Stage.LEAD: "首次响应", Stage.ASSESSING: "研判"}
"""What the clock of a lead at this stage is for."""


def lines(work: Work, rows: Iterable[Lead]) -> list[LeadLine]:
    """The rows as the list shows them."""
    rows = list(rows)
    names = _Names(work, rows)
    return [LeadLine(**names.line(row)) for row in rows]


def view(work: Work, row: Lead) -> LeadView:
    """All that is known of one lead."""
    names = _Names(work, [row])
    units = {unit.id: unit.name for unit in districts.units(work, row.district_id)}
    fallen_on = names.fallen.get(row.id)
    return LeadView(
        **names.line(row),
        unit=_named(row.unit_id, units),
        unregistered=row.unregistered,
        line=row.line,
        fixed_asset_investment=row.fixed_asset_investment,
        exclusions=[Exclusion(code) for code in row.exclusions or []],
        capital_origin=row.capital_origin,
        first_talked_on=row.first_talked_on,
        note=row.note,
        conclusion=row.conclusion,
        conclusion_reason=row.conclusion_reason,
        responded_at=row.responded_at,
        logged_by=names.people.get(row.logged_by, row.logged_by),
        reason=lapses.REASON if fallen_on else row.reason,
        pooled_on=fallen_on or row.pooled_on,
        former_owner=_named(row.owner_id if fallen_on else row.former_owner_id, names.people),
        drop_reason=_named(row.drop_reason, names.codes["drop_reason"]),
        project_id=row.project_id,
        deleted_at=row.deleted_at,
        evidence=evidence(work, row),
    )


def dictionary(work: Work, name: str) -> dict[str, str]:
    """The labels of one dictionary by code."""
    return {entry.code: entry.label for entry in parameters.codes(work, name)}


def proofs(work: Work, row: Lead) -> list[LeadEvidence]:
    """The rows of the proofs of a lead, oldest first."""
    query = select(LeadEvidence).where(LeadEvidence.lead_id == row.id)
    return list(work.session.scalars(query.order_by(LeadEvidence.added_at, LeadEvidence.file_id)))


def evidence(work: Work, row: Lead) -> list[EvidenceView]:
    """The proofs filed with a lead, oldest first."""
    linked = proofs(work, row)
    stored = {
        file.id: file.name
        for file in work.session.scalars(
            work.rows(files.StoredFile).where(
                files.StoredFile.id.in_([one.file_id for one in linked])
            )
        )
    }
    return [
        EvidenceView(
            file_id=one.file_id,
            name=stored[one.file_id],
            kind=one.kind,
            added_at=one.added_at,
        )
        for one in linked
    ]


class _Names:
    """The names behind the ids and codes of some leads."""

    def __init__(self, work: Work, rows: list[Lead]) -> None:
        people = [id for row in rows for id in _people(row)]
        self.people = districts.user_names(work, {id for id in people if id})
        self.codes = {
            name: dictionary(work, name)
            for name in ("lead_source", "industry_division", "drop_reason")
        }
        self.districts = {
            code: districts.district(work, code).name for code in {row.district_id for row in rows}
        }
        self.fallen = lapses.fallen(work)
        self.rights = lead_rights.rights_of_leads(work, {row.id for row in rows})
        self.enterprises = enterprises.enterprises(
            work, {row.enterprise_id for row in rows if row.enterprise_id}
        )

    def line(self, row: Lead) -> dict[str, Any]:
        """The fields of a `LeadLine`."""
        clocked = row.due_on != NO_CLOCK and row.id not in self.fallen
        return {
            "id": row.id,
            "version": row.version,
            "name": row.name,
            "project_name": row.project_name,
            "enterprise": self._enterprise(row),
            "district": _named(row.district_id, self.districts),
            "source": _named(row.source, self.codes["lead_source"]),
            "stage": row.stage,
            "state": LeadState.POOLED if row.id in self.fallen else row.state,
            "owner": None if row.id in self.fallen else _named(row.owner_id, self.people),
            "division": _named(row.division, self.codes["industry_division"]),
            "planned_investment": row.planned_investment,
            "planned_investment_currency": row.planned_investment_currency,
            "planned_investment_withheld": self._withheld(row),
            "due_on": row.due_on if clocked else None,
            "due_for": CLOCKS[row.stage] if clocked else "",
            "logged_at": row.logged_at,
            "updated_at": row.updated_at,
            "progressed_on": row.progressed_on,
            "right": self.rights.get(row.id),
        }

    def _enterprise(self, row: Lead) -> EnterpriseRef | None:
        found = self.enterprises.get(row.enterprise_id or "")
        return EnterpriseRef.model_validate(found) if found else None

    def _withheld(self, row: Lead) -> WithheldView | None:
        if row.withheld_on is None or row.withheld_by is None:
            return None
        return WithheldView(
            on=row.withheld_on, by=self.people.get(row.withheld_by, row.withheld_by)
        )


def _people(row: Lead) -> tuple[str | None, ...]:
    return row.owner_id, row.former_owner_id, row.withheld_by, row.logged_by


def _named(code: str | None, names: dict[str, str]) -> CodeLabel | None:
    return None if code is None else CodeLabel(code=code, label=names.get(code, code))
