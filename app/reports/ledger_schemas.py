"""What is asked and shown of the three ledgers of figures."""

from datetime import date
from fractions import Fraction
from typing import Annotated, Self

from pydantic import Field, PlainSerializer, WithJsonSchema, model_validator

from app.first_talk.credits import Measure, RewardRefusal, Side
from app.kit.filters import decimal
from app.kit.schemas import Coded, CodeLabel, Command, MoneyField, RateField, View
from app.money import Money
from app.reports.balance import Ledger

AMOUNTS = frozenset(Measure) - {Measure.SIGNED_COUNT}


def _as_text(value: Money | Fraction) -> str:
    return value.yuan if isinstance(value, Money) else decimal(value)


Amount = Annotated[
    Money | Fraction,
    PlainSerializer(_as_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string"}),
]
"""Yuan with two decimals, or a number of projects, as a string."""


class LedgerFilter(Command):
    """Which ledger, of which days (this year so far by default); a unit and measure opened up."""

    ledger: Ledger = Field(default=Ledger.ASSESSMENT, title="口径")
    since: date | None = Field(default=None, title="起日")
    through: date | None = Field(default=None, title="止日")
    unit: str | None = Field(default=None, max_length=40, title="单位")
    measure: Measure = Field(default=Measure.PAID_IN, title="指标")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.through and self.through < self.since:
            raise ValueError("止日不能早于起日")
        return self


class UnitRow(View):
    """What a unit counts, in the order of the measures."""

    unit: CodeLabel
    values: list[Amount]


class Reconciliation(View):
    """How what the units count comes to the city's total, in the order of the measures."""

    sum_of_units: list[Amount]
    family_overlap: list[Amount]
    double_count: list[Amount]
    moved: list[Amount]
    city_total: list[Amount]
    difference: list[Amount]

    @property
    def is_even(self) -> bool:
        """Whether nothing is left unexplained."""
        return not any(one != type(one)(0) for one in self.difference)


class ProjectPart(View):
    """What a unit counts of one project; another district's project has no name here."""

    project_id: str
    project: str
    side: Coded[Side]
    whole: Amount
    part: Amount


class RewardView(View):
    """What a first talker gets by a rule set that gives rewards, or why it gets none."""

    project_id: str
    project: str
    unit: CodeLabel
    paid_in: MoneyField
    increase: MoneyField
    rate: RateField | None
    due: MoneyField
    refusal: Coded[RewardRefusal] | None


class LedgerView(View):
    """One ledger: its name, its days, what the units count, and how it comes to the city's total.

    A district is shown its own row without the reconciliation, which is the city's.
    """

    ledger: Coded[Ledger]
    since: date
    through: date
    measures: list[Coded[Measure]]
    rows: list[UnitRow]
    reconciliation: Reconciliation | None
    in_dollars: int
    unit: CodeLabel | None
    measure: Coded[Measure]
    parts: list[ProjectPart]
    rewards: list[RewardView]
