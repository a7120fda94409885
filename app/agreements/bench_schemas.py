"""Commands on what-ifs: run, value, vary, compare, keep."""

from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, field_validator

from app.kit.schemas import Command, MoneyField, RateField
from app.money import Rate, rate

Document = dict[str, Any]
Year = Annotated[str, Field(pattern=r"^[0-9]{4}$")]
TermYears = Annotated[int, Field(ge=1, le=100)]


def _read_number(value: object) -> Fraction:
    """A count, an amount or a percent, as schemes write them."""
    try:
        return rate(str(value))
    except ValueError as error:
        raise ValueError("应为不小于零的数，如 10 或 38.5") from error


NumberField = Annotated[
    Fraction,
    BeforeValidator(_read_number),
    PlainSerializer(str, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string"}),
]


class SaveScenario(Command):
    """Keep a what-if under a name."""

    name: str = Field(title="情景名称", min_length=1, max_length=120)
    scheme: Document = Field(title="分享方案")
    facts: Document = Field(title="收入数据")
    agreement: str | None = Field(default=None, title="协议", max_length=40)


class EditScenario(Command):
    """What of a what-if changes."""

    name: str | None = Field(default=None, title="情景名称", min_length=1, max_length=120)
    scheme: Document | None = Field(default=None, title="分享方案")
    facts: Document | None = Field(default=None, title="收入数据")


class Varied(Command):
    """A case of which something is varied, and the party it is varied for."""

    scheme: Document = Field(title="分享方案")
    facts: Document = Field(title="收入数据")
    rates: list[Document] | None = Field(default=None, title="收入分享比例")
    party: str = Field(title="参与方", max_length=40)


class Valuation(Command):
    """How money is valued: the discount rate, of all or of one, the year 0, and what is paid in."""

    rate: RateField = Field(title="折现率")
    party_rates: dict[str, RateField] = Field(default_factory=dict, title="各方折现率")
    year_zero: int = Field(title="基准年", ge=1, le=9999)
    outlays: dict[str, dict[Year, MoneyField]] = Field(default_factory=dict, title="先期投入")


class Grid(Varied, Valuation):
    """Ratios by terms."""

    ratios: list[RateField] = Field(title="比例", min_length=1, max_length=40)
    years: list[TermYears] = Field(title="年限", min_length=1, max_length=40)

    @field_validator("ratios")
    @classmethod
    def _parts(cls, ratios: list[Rate]) -> list[Rate]:
        if any(ratio > 1 for ratio in ratios):
            raise ValueError("比例不大于 1，如 0.6")
        return ratios


class Goal(Varied):
    """One number of the scheme that may change, and what it is to bring the party.

    `at` points to it (`/scheme/cap/0/cumulative`, `/scheme/split/0/weights/甲`). Amounts count
    yuan, weights percent. With a `basis` the target is a net present value, else the sum of all
    years.
    """

    at: str = Field(title="求解的条款", max_length=200)
    lowest: NumberField = Field(title="下限")
    highest: NumberField = Field(title="上限")
    step: NumberField = Field(title="步长")
    target: MoneyField = Field(title="目标金额")
    basis: Valuation | None = Field(default=None, title="估值口径")


class CompareSchemes(Command):
    """Two schemes that need not be stored."""

    before: Document = Field(title="原方案")
    after: Document = Field(title="新方案")
    facts: Document | None = Field(default=None, title="收入数据")
    rates: list[Document] | None = Field(default=None, title="收入分享比例")
