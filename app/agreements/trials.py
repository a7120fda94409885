"""What a what-if shows: every side's take by year, its working, and the money that clauses move."""

from typing import Any

from app.agreements.schemas import ChoiceView, FindingView, SentenceView
from app.kit.schemas import MoneyField, View
from app.money import Money


class LineView(View):
    """One line of the working."""

    title: str
    text: str


class OriginView(View):
    """What one clause gave a party in a year."""

    title: str
    amount: MoneyField


class PartView(View):
    """One part of a number; `detail` says what it is made of itself."""

    title: str
    amount: MoneyField
    detail: str = ""


class WorkingView(View):
    """How one number comes about: the parts that add up to it, and the engine's own lines."""

    title: str
    amount: MoneyField
    parts: list[PartView]
    lines: list[LineView]
    note: str = ""


class YearView(View):
    """One slice: what there was to share, and each party's share with where it comes from."""

    key: str
    fiscal_year: int
    contract_year: int
    base: MoneyField
    shares: list[MoneyField]
    origins: list[list[OriginView]]
    lines: list[LineView]


class MoveView(View):
    """What each party gains or loses by a clause, or by another answer to a choice."""

    title: str
    deltas: list[MoneyField]


class OptionView(View):
    """An answer, and what it moves against the present one; null where it cannot be computed."""

    title: str
    deltas: list[MoneyField] | None


class ChoiceTrial(ChoiceView):
    """A reading with the money that each answer moves against the present one."""

    options: list[OptionView]


class ReadingsView(View):
    """The ten choices of a scheme on a forecast, and the four readings that are fixed."""

    forecast: str
    parties: list[str]
    settled: int
    choices: list[ChoiceTrial]
    fixed: list[str]


class RateView(View):
    """A row of the 收入分享表 that was used."""

    tax: str
    of: str
    starts_on: str
    status: str
    reference: str


class PaymentView(View):
    """What one party pays another, net, through the city treasury."""

    year: int
    payer: str
    payee: str
    amount: MoneyField


class HoldersView(View):
    """Who holds the cash of a year: every party, then the funds."""

    year: str
    amounts: list[MoneyField]


class ColumnView(View):
    """Another scheme on the same facts, side by side; `problem` where it cannot be run.

    `values` are present values, where the value card is filled.
    """

    id: str
    name: str
    totals: list[Money | None]
    values: list[Money | None] = []
    back_in: int | None = None
    back_in_discounted: int | None = None
    problem: str = ""


class HeatCell(View):
    """A present value, how far it lies above or below zero, and the ratio and years of the cell."""

    value: MoneyField
    tone: str
    cell: str


class HeatRow(View):
    """One ratio over every term."""

    ratio: str
    cells: list[HeatCell]


class EqualView(View):
    """A point of the iso-value line: ratio by years, and when the outlay is back there."""

    title: str
    cell: str
    back_in: int | None
    back_in_discounted: int | None


class PathView(View):
    """What one course of things leaves to every party: in all, and as present values."""

    title: str
    totals: list[MoneyField]
    values: list[MoneyField]


class AppraisalView(View):
    """What a run is worth: net present values, when the outlay is back, ratio by years."""

    party: str
    rates: list[str]
    year_zero: int
    outlay: MoneyField
    values: list[MoneyField]
    back_in: int | None
    back_in_discounted: int | None
    paths: list[PathView]
    breaks: list[str]
    chart: dict[str, Any]
    terms: list[int]
    rows: list[HeatRow]
    equals: list[EqualView]


class CellView(View):
    """One ratio over one term: every party's net present value."""

    ratio: str
    years: int
    values: dict[str, MoneyField]


class GridView(View):
    """Every ratio with every term."""

    cells: list[CellView]


class CrossingView(View):
    """The first value on the other side of the target, coming from below."""

    value: str
    reaches: bool


class GoalView(View):
    """The least value that reaches the target, all crossings, and the case file with the value.

    `value` and `case` are null where nothing in the range reaches the target.
    """

    value: str | None
    crossings: list[CrossingView]
    case: dict[str, Any] | None


class SoughtCrossing(View):
    """A crossing in words, and the value beside it that reaches the target."""

    text: str
    value: str
    apply: str


class SoughtView(View):
    """A goal seek in words; `apply` is what the button of a value sends to take it over."""

    term: str
    wish: str
    value: str
    apply: str
    step: str
    totals: list[MoneyField]
    crossings: list[SoughtCrossing]


class TrialView(View):
    """One run of a scheme on facts."""

    parties: list[str]
    years: list[YearView]
    base: MoneyField
    totals: list[MoneyField]
    sentences: list[SentenceView]
    choices: list[ChoiceTrial]
    moves: dict[str, MoveView]
    warnings: list[str]
    complete: bool
    rates: list[RateView]
    payments: list[PaymentView]
    holders: list[str]
    cash: list[HoldersView]
    eligible: bool
    columns: list[ColumnView]
    chart: dict[str, Any]
    legal: list[FindingView] = []
    appraisal: AppraisalView | None = None
    sought: SoughtView | None = None
    working: WorkingView | None = None

    @property
    def open_choices(self) -> int:
        """How many readings are still to be settled."""
        return sum(1 for choice in self.choices if not choice.settled)


class ScenarioView(View):
    """A kept what-if."""

    id: str
    version: int
    name: str
    agreement_id: str | None
    scheme: dict[str, Any]
    facts: dict[str, Any]
