"""The rows of 项目信息采集表: leads and projects that are new or changed in a stretch of time."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import InstrumentedAttribute

from app.districts import service as districts
from app.enterprises import service as enterprises
from app.enterprises.models import Contact, Interaction
from app.enterprises.schemas import EnterpriseView
from app.kit.trail import AuditEntry
from app.kit.work import Work
from app.labels import LabelledEnum
from app.leads.models import Lead
from app.leads.stages import LeadState
from app.parameters import service as parameters
from app.projects.commands import decimal_text
from app.projects.models import Project
from app.reports.schemas import WeeklyRow

NOTES = 3
"""How many lines of progress a row quotes, the newest."""


def of_week(work: Work, start: datetime, end: datetime, *, phones: bool) -> list[WeeklyRow]:
    """Projects, then leads that have become none; telephone numbers only when asked for."""
    found = _projects(work, start, end)
    leads = _leads(work, start, end)
    words = _Words(work, [*found, *leads], start, end, phones=phones)
    return [
        *(words.of_project(row, is_new=row.opened_at > start) for row in found),
        *(words.of_lead(row, is_new=row.logged_at > start) for row in leads),
    ]


def _projects(work: Work, start: datetime, end: datetime) -> list[Project]:
    query = work.rows(Project).where(
        Project.district_id == work.district_id,
        Project.updated_at > start,
        _changed("project", Project.id, start, end),
    )
    return list(work.session.scalars(query.order_by(Project.opened_at, Project.id)))


def _leads(work: Work, start: datetime, end: datetime) -> list[Lead]:
    query = work.rows(Lead).where(
        Lead.district_id == work.district_id,
        Lead.state != LeadState.OPENED,
        Lead.deleted_at.is_(None),
        Lead.updated_at > start,
        _changed("lead", Lead.id, start, end),
    )
    return list(work.session.scalars(query.order_by(Lead.logged_at, Lead.id)))


def _changed(
    kind: str, id: InstrumentedAttribute[str], start: datetime, end: datetime
) -> ColumnElement[bool]:
    """Whether the trail has a change of the row in the stretch."""
    return exists().where(
        AuditEntry.resource_kind == kind,
        AuditEntry.resource_id == id,
        AuditEntry.at > start,
        AuditEntry.at <= end,
    )


class _Words:
    """What the rows say, with everything they quote fetched once."""

    def __init__(
        self,
        work: Work,
        rows: list[Project | Lead],
        start: datetime,
        end: datetime,
        *,
        phones: bool,
    ) -> None:
        ids = {row.enterprise_id for row in rows if row.enterprise_id}
        self.phones = phones
        self.enterprises = enterprises.enterprises(work, ids)
        self.contacts = _contacts(work, ids)
        self.notes = _notes(work, rows, start, end)
        self.divisions = parameters.code_labels(work, "industry_division")
        self.industries = parameters.code_labels(work, "key_industry")
        self.places = {one.id: one.name for one in districts.districts(work)}

    def of_project(self, row: Project, *, is_new: bool) -> WeeklyRow:
        """A project's row; without a line of progress its stage and status."""
        withheld = "fixed_asset_investment" in row.withheld
        return WeeklyRow(
            kind="project",
            is_new=is_new,
            fixed_asset_investment=row.fixed_asset_investment,
            content=row.content or row.line,
            land="企业暂未提供" if "land" in row.withheld else _land(row),
            area=self.places.get(row.park_id or row.host_district_id or "", ""),
            progress=self._progress(
                {row.id, row.lead_id or row.id},
                f"{row.stage.label}，{row.status.label}"
                + ("；固定资产投资企业暂未提供" if withheld else ""),
            ),
            industry=self.industries.get(row.key_industry or "")
            or self.divisions.get(row.division or "", ""),
            **self._investor(row),
            name=row.name,
            conclusion=_label(row.conclusion),
        )

    def of_lead(self, row: Lead, *, is_new: bool) -> WeeklyRow:
        """A lead's row."""
        return WeeklyRow(
            kind="lead",
            is_new=is_new,
            fixed_asset_investment=None,
            content=row.note or row.line,
            land="",
            area="",
            progress=self._progress({row.id}, f"{row.stage.label}，{row.state.label}"),
            industry=self.divisions.get(row.division or "", ""),
            **self._investor(row),
            name=row.project_name or row.name,
            conclusion=_label(row.conclusion),
        )

    def _investor(self, row: Project | Lead) -> dict[str, str]:
        found = self.enterprises.get(row.enterprise_id or "")
        contact = self.contacts.get(row.enterprise_id or "")
        return {
            "id": row.id,
            "investor": found.name if found else "",
            "profile": _profile(found),
            "contact": contact.name if contact else "",
            "phone": (contact.phone or "") if contact and self.phones else "",
        }

    def _progress(self, ids: Iterable[str], otherwise: str) -> str:
        notes = sorted(
            (note for id in set(ids) for note in self.notes[id]),
            key=lambda note: note.happened_on,
            reverse=True,
        )
        lines = [f"{note.happened_on:%m-%d} {note.content}" for note in notes[:NOTES]]
        return "；".join(lines) or otherwise


def _contacts(work: Work, enterprise_ids: set[str]) -> dict[str, Contact]:
    """The newest contact of each enterprise that the district knows."""
    query = work.rows(Contact).where(Contact.enterprise_id.in_(enterprise_ids))
    return {
        row.enterprise_id: row for row in work.session.scalars(query.order_by(Contact.created_at))
    }


def _notes(
    work: Work, rows: list[Project | Lead], start: datetime, end: datetime
) -> dict[str, list[Interaction]]:
    about = {row.id for row in rows} | {
        row.lead_id for row in rows if isinstance(row, Project) and row.lead_id
    }
    query = work.rows(Interaction).where(
        Interaction.about_id.in_(about),
        Interaction.logged_at > start,
        Interaction.logged_at <= end,
    )
    found: dict[str, list[Interaction]] = defaultdict(list)
    for note in work.session.scalars(query):
        found[note.about_id or ""].append(note)
    return found


def _profile(found: EnterpriseView | None) -> str:
    if found is None:
        return ""
    parts = {"所属集团": found.group_name, "实际控制人": found.controller, "信用代码": found.uscc}
    return "；".join(f"{title} {value}" for title, value in parts.items() if value)


def _land(row: Project) -> str:
    mu = decimal_text(row.land_mu)
    return f"{mu} 亩" if mu else _label(row.land)


def _label(value: LabelledEnum | None) -> str:
    return value.label if value else ""
