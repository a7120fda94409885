"""What is shown of projects: whole to their own district and the city, masked to the others."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from app.enterprises.schemas import InteractionView
from app.first_talk.policies import Currency
from app.kit.schemas import (
    Coded,
    CodeLabel,
    InvestmentField,
    Page,
    View,
)
from app.leads.models import CapitalOrigin, Conclusion
from app.leads.schemas import (
    EnterpriseRef,
    LogProgress,
    LogTalk,
    Totals,
)
from app.leads.stages import PATHS, Direction, Stage, Track
from app.money import Rate
from app.projects.commands import AMOUNTS, Quantity
from app.projects.models import (
    ContractKind,
    Indicator,
    LandUse,
    ParkFit,
    Scheme,
)
from app.projects.states import Status

__all__ = [
    "ContractKind",
    "InteractionView",
    "LandUse",
    "LogProgress",
    "LogTalk",
    "ParkFit",
    "Stage",
    "Status",
    "Totals",
]

UNITS = {Indicator.JOBS: "人", Indicator.LAND: "亩", Indicator.ENERGY: "吨标准煤"}
"""The measure of the indicators that are no amounts."""


class WithheldView(View):
    """企业暂未提供 as a value: which field, since when, and who was told so."""

    field: str
    on: date
    by: str


class ProjectLine(View):
    """A project as the list shows it."""

    id: str
    version: int
    name: str
    enterprise: EnterpriseRef | None
    district: CodeLabel
    stage: Coded[Stage]
    stage_since: date
    status: Coded[Status]
    owner: CodeLabel | None
    pooled_on: date | None
    division: CodeLabel | None
    planned_investment: InvestmentField | None
    planned_investment_currency: Currency
    planned_investment_withheld: bool
    progressed_on: date | None
    updated_at: datetime


class Quiet(View):
    """A project in talks, and by when somebody has to write what goes on."""

    project: ProjectLine
    due_on: date


class QuietView(View):
    """待写进展: the projects, and the days that their clocks are shown by."""

    rows: list[Quiet]
    today: date
    soon: date


class ProjectPage(Page[ProjectLine]):
    """A page of the list, with the way back."""

    previous_cursor: str | None = None


class ContractView(View):
    """The formal contract."""

    kind: Coded[ContractKind] | None
    signed_on: date | None
    file: CodeLabel | None


class DecisionsView(View):
    """References of the bodies that decided."""

    policy: str
    investment: str
    land: str


class FrozenView(View):
    """What was fixed at 签约."""

    on: date
    investor: str
    uscc: str | None
    group: str | None
    planned_investment: str | None
    fixed_asset_investment: str | None
    promised: list[str]
    agreements: list[str]


class ProjectView(ProjectLine):
    """A project with all that is known of it."""

    content: str
    lead_id: str | None
    unregistered: bool
    source: CodeLabel
    unit: CodeLabel | None
    line: str
    track: Coded[Track] | None
    categories: list[CodeLabel]
    capital_origin: Coded[CapitalOrigin] | None
    project_type: CodeLabel | None
    enterprise_type: CodeLabel | None
    source_region: CodeLabel | None
    key_industry: CodeLabel | None
    origin_district: CodeLabel | None
    host_district: CodeLabel | None
    fixed_asset_investment: InvestmentField | None
    filing_amount: InvestmentField | None
    withheld: list[WithheldView]
    conclusion: Coded[Conclusion] | None
    conclusion_reason: str
    distinct_reason: str
    park: CodeLabel | None
    park_fit: Coded[ParkFit] | None
    park_fit_reason: str
    land: Coded[LandUse] | None
    land_mu: Quantity | None
    no_factor_needs: bool
    agreement: ContractView
    decisions: DecisionsView
    fair_competition_review: str
    status_reason: str
    drop_reason: CodeLabel | None
    review_on: date | None
    candidate_year: int | None
    candidate_batch: str
    frozen: FrozenView | None
    construction_on: date | None
    opened_at: datetime
    opened_by: str

    def is_withheld(self, field: str) -> bool:
        """Whether the enterprise keeps this field to itself for now."""
        return any(one.field == field for one in self.withheld)


class CommitmentView(View):
    """Promised and actual of one indicator and year; amounts in yuan."""

    id: str
    indicator: Coded[Indicator]
    year: int
    unit: str
    promised: Quantity | None
    actual: Quantity | None

    @property
    def is_amount(self) -> bool:
        """Whether it is money, shown in 万元."""
        return self.indicator in AMOUNTS

    @property
    def shown_unit(self) -> str:
        """The measure that people read it in."""
        return "万元" if self.is_amount else self.unit

    def shown(self, value: Rate | None) -> str:
        """The value for people: 万元 for amounts."""
        if value is None:
            return "—"
        if self.is_amount:
            value = Rate(value / 10_000)
        return f"{Decimal(value.numerator) / value.denominator:,.{2 if self.is_amount else 0}f}"


class StageDateView(View):
    """When a project came to a stage."""

    stage: Coded[Stage]
    on: date


class SharedProjectView(View):
    """What a district sees of another's project that it has a part in: stage, dates, results."""

    id: str
    version: int
    district: CodeLabel
    stage: Coded[Stage]
    stage_since: date
    dates: list[StageDateView]
    commitments: list[CommitmentView]
    shared: Literal[True] = True


class IdentifierView(View):
    """How another system knows the project."""

    id: str
    scheme: Coded[Scheme]
    value: str
    name: str
    amount: InvestmentField | None
    reported_on: date


class FactorNeedView(View):
    """Something that the project needs."""

    id: str
    version: int
    kind: CodeLabel
    amount: str
    needed_on: date | None
    supplier: str
    answer: str


class StageChangeView(View):
    """One entry of the log; who, why and the gate are told to its own district and the city."""

    at: datetime
    direction: Coded[Direction] | None
    from_stage: Coded[Stage] | None
    to_stage: Coded[Stage]
    from_status: Coded[Status] | None
    to_status: Coded[Status]
    actor_name: str | None = None
    reason: str | None = None
    policy_version: str | None = None
    gate: list[dict[str, Any]] | None = None


class PassedView(View):
    """One thing a gate asks for and has."""

    rule: str
    title: str
    value: str


class UnmetView(View):
    """One thing a gate still asks for."""

    rule: str
    pointer: str
    message: str
    fixable_by: list[str]
    may_declare_unknown: bool


class GateView(View):
    """What stands between a project and a stage, and what is there already."""

    target: Coded[Stage]
    met: bool
    asked: int
    unmet: list[UnmetView]
    passed: list[PassedView]


class StageView(View):
    """A stage of the pipeline, and on which tracks it lies."""

    code: str
    label: str
    tracks: list[CodeLabel]

    @classmethod
    def of(cls, stage: Stage) -> "StageView":
        """A stage with its tracks."""
        tracks = [track for track, path in PATHS.items() if stage in path]
        return cls(
            code=stage.value,
            label=stage.label,
            tracks=[CodeLabel(code=track.value, label=track.label) for track in tracks],
        )
