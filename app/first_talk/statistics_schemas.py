"""首谈统计: its period, its figures, each with the list behind it."""

from datetime import date
from decimal import Decimal

from pydantic import Field, ValidationInfo, field_validator

from app.first_talk.schemas import Maybe
from app.kit.schemas import CodeLabel, Command, View


class Period(Command):
    """From which day to which; by default this year up to today."""

    first: Maybe[date] = Field(default=None, title="起")
    last: Maybe[date] = Field(default=None, title="止")

    @field_validator("last")
    @classmethod
    def _in_order(cls, last: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("first")
        if first and last and last < first:
            raise ValueError("止日早于起日")
        return last


class Figure(View):
    """A number and where its rows are listed."""

    code: str
    label: str
    number: int
    href: str


class StatisticsRow(View):
    """The figures of one district; of all, `district` is None."""

    district: CodeLabel | None
    figures: list[Figure]
    median_days: Decimal | None


class Statistics(View):
    """What became of rights in a period."""

    first: date
    last: date
    rows: list[StatisticsRow]
    total: StatisticsRow
