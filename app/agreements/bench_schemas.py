"""Commands on what-ifs: run, value, vary, compare, keep."""

from typing import Annotated, Any

from pydantic import Field, field_validator

from app.kit.schemas import Command, MoneyField, RateField
from app.money import ZERO, Rate

Document = dict[str, Any]
Year = Annotated[str, Field(pattern=r"^[0-9]{4}$")]
TermYears = Annotated[int, Field(ge=1, le=100)]


class SaveScenario(Command):
    """Keep a what-if under a name."""

    name: str = Field(title="情景名称", min_length=1, max_length=120)
    scheme: Document = Field(title="分享方案")
    facts: Document = Field(title="收入数据")
    agreement: str | None = Field(default=None, title="协议", max_length=40)


class Valuation(Command):
    """A case, the party whose ratio is varied, and how money is valued."""

    scheme: Document = Field(title="分享方案")
    facts: Document = Field(title="收入数据")
    rates: list[Document] | None = Field(default=None, title="收入分享比例")
    party: str = Field(title="参与方", max_length=40)
    rate: RateField = Field(title="折现率")
    year_zero: int = Field(title="基准年", ge=1, le=9999)
    outlays: dict[str, dict[Year, MoneyField]] = Field(default_factory=dict, title="先期投入")


class Grid(Valuation):
    """Ratios by terms."""

    ratios: list[RateField] = Field(title="比例", min_length=1, max_length=40)
    years: list[TermYears] = Field(title="年限", min_length=1, max_length=40)

    @field_validator("ratios")
    @classmethod
    def _parts(cls, ratios: list[Rate]) -> list[Rate]:
        if any(ratio > 1 for ratio in ratios):
            raise ValueError("比例不大于 1，如 0.6")
        return ratios


class Goal(Valuation):
    """The term, and what it is to be worth to the party."""

    years: TermYears = Field(title="年限")
    target: MoneyField = Field(default=ZERO, title="目标净现值")


class CompareSchemes(Command):
    """Two schemes that need not be stored."""

    before: Document = Field(title="原方案")
    after: Document = Field(title="新方案")
    facts: Document | None = Field(default=None, title="收入数据")
    rates: list[Document] | None = Field(default=None, title="收入分享比例")
