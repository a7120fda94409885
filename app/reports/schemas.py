"""What the reports ask for and show."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from app.kit.schemas import Command, InvestmentField, View


class Week(Command):
    """Which weekly sheet: any day of its week; the next one due when none is given."""

    week: date | None = Field(default=None, title="周")


class Period(View):
    """The week of a sheet: what changed after `start`, up to the hour it is due."""

    friday: date
    start: datetime
    due: datetime
    previous: date
    following: date | None


class WeeklyRow(View):
    """One lead or project that is new or has changed."""

    kind: Literal["lead", "project"]
    id: str
    is_new: bool
    name: str
    investor: str
    fixed_asset_investment: InvestmentField | None
    profile: str
    content: str
    land: str
    contact: str
    phone: str
    area: str
    progress: str
    industry: str
    conclusion: str


class Count(View):
    """How many of a kind are 在谈, new among them, and no longer: silent too long (移出在谈)."""

    label: str
    total: int
    new: int
    dropped: int


class Stale(View):
    """A project in talks that has not changed for a month: the sheet has to say why."""

    id: str
    name: str
    since: date


class WeeklySheet(View):
    """项目信息采集表: its head, its rows, and what has to be explained first."""

    period: Period
    unit: str
    filler: str
    counts: list[Count]
    rows: list[WeeklyRow]
    stale: list[Stale]

    @property
    def total(self) -> int:
        """All that are 在谈."""
        return sum(one.total for one in self.counts)

    @property
    def new(self) -> int:
        """Those that came in during the week."""
        return sum(one.new for one in self.counts)

    @property
    def dropped(self) -> int:
        """Those that have left 在谈 by their silence."""
        return sum(one.dropped for one in self.counts)


class CitySheet(View):
    """What the city sees of the week: counts by district."""

    period: Period
    counts: list[Count]


class FoundView(View):
    """One thing found: its name, what tells it apart, and where it is."""

    name: str
    note: str
    href: str


class SearchView(View):
    """What a typed text may mean, by kind; only what the reader may see."""

    text: str
    receipts: list[FoundView] = []
    enterprises: list[FoundView] = []
    leads: list[FoundView] = []
    projects: list[FoundView] = []
