"""期限计算器: "从 2026-02-13 起 3 个工作日是哪天", by the calendar that every deadline uses."""

from datetime import date, timedelta

from pydantic import Field

from app.clock import LAST_YEAR
from app.errors import Invalid
from app.kit.schemas import Command, View
from app.kit.work import EVERYBODY, Work, use_case
from app.parameters import service
from app.parameters.policy import Unit


class Reckon(Command):
    """How many days from which day; calendar days roll past days off only if asked."""

    start: date = Field(title="起算日", ge=date(1990, 1, 1))
    n: int = Field(title="天数", ge=1, le=3660)
    unit: Unit = Field(default=Unit.WORKING, title="单位")
    roll: bool = Field(default=False, title="遇休息日顺延")


class Reckoned(View):
    """The last day, and how it came about: what was off, what weekend was worked on the way."""

    last_day: date
    nominal: date
    off: tuple[date, ...]
    working_weekends: tuple[date, ...]
    provisional: bool


@use_case("parameter.reckon", *EVERYBODY, reads=True, scope="")
def reckon(work: Work, command: Reckon) -> Reckoned:
    """The last day of a period; the day of the event does not count (民法典 §201)."""
    calendar, start = service.work_calendar(work), command.start
    if start.year + 20 > LAST_YEAR:
        raise Invalid.at("/start", "value", f"起算日不晚于 {LAST_YEAR - 20} 年")
    if command.unit is Unit.WORKING:
        nominal = last_day = calendar.nth_workday(start, command.n)
    else:
        nominal = start + timedelta(days=command.n)
        last_day = calendar.roll(nominal) if command.roll else nominal
    passed = [start + timedelta(days=n) for n in range(1, (last_day - start).days + 1)]
    return Reckoned(
        last_day=last_day,
        nominal=nominal,
        off=tuple(day for day in passed if not calendar.is_workday(day)),
        working_weekends=tuple(
            day for day in passed if day.isoweekday() > 5 and calendar.is_workday(day)
        ),
        provisional=any(calendar.is_provisional(day) for day in (start, last_day)),
    )
