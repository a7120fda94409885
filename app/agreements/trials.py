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
    """One part of a number; `detail` says what it is made of, `opens` is its own address."""

    title: str
    amount: MoneyField
    detail: str = ""
    opens: str = ""


class WorkingView(View):
    """How one number comes about: the parts that add up to it, and the engine's own lines.

    `figure` stands in place of an amount; `cell` is the ratio and years that may be taken over.
    """

    title: str
    amount: MoneyField | None = None
    figure: str = ""
    parts: list[PartView]
    lines: list[LineView]
    note: str = ""
    cell: str = ""


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
    """What each party gains or loses by a clause; `run` is where the bench finds it again."""

    title: str
    run: str
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


class CountedView(View):
    """An indicator of a year, counted for every party: decimal strings, no money."""

    year: str
    whole: str
    parts: list[str]


class IndicatorView(View):
    """An indicator (指标分算): its rule, and its years."""

    name: str
    rule: str
    years: list[CountedView]


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


class BreakView(View):
    """A warning, and the least fall of the forecast in percent at which it is given."""

    percent: int
    code: str
    message: str


class AppraisalView(View):
    """What a run is worth: net present values, when the outlay is back, ratio by years.

    `fixed` says why the ratios are not varied where they are locked.
    """

    party: str
    rates: list[str]
    year_zero: int
    outlay: MoneyField
    values: list[MoneyField]
    back_in: int | None
    back_in_discounted: int | None
    paths: list[PathView]
    breaks: list[BreakView]
    chart: dict[str, Any]
    terms: list[int]
    rows: list[HeatRow]
    equals: list[EqualView]
    fixed: str = ""


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


class SoughtSide(View):
    """A value beside a crossing, and what it brings; null where no scheme has it."""

    value: str
    reaches: bool
    amount: MoneyField | None
    apply: str


class SoughtCrossing(View):
    """Two neighbouring values, one of which reaches the target; that one may be taken over."""

    sides: list[SoughtSide]
    value: str
    apply: str


class SoughtView(View):
    """A goal seek in words; `apply` is what the button of a value sends to take it over.

    `opens` is the number of a run that the target is about, such as `npv.0`.
    """

    term: str
    wish: str
    opens: str
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
    indicators: list[IndicatorView]
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
