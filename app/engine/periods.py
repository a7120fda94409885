"""Contract years as days: from which to which day a clause holds.

Source: scheme v1, A4: anniversaries; a start on 29 February opens its common years on 1 March.
"""

from datetime import date, timedelta

from app.engine.terms import Calendar, Rule, Trigger


def period(calendar: Calendar, first: int, last: int | None) -> str:
    """`第 1 至 5 年（2026 年 1 月 1 日至 …）`; no days while they are not known."""
    years = f"第 {first} 年起" if last is None else f"第 {first} 至 {last} 年"
    if last == first:
        years = f"第 {first} 年"
    days = days_of(calendar, first, last)
    if days is None:
        return years
    opening, closing = days
    if closing is None:
        return f"{years}（自 {chinese_day(opening)}）"
    return f"{years}（{chinese_day(opening)}至 {chinese_day(closing)}）"


def days_of(calendar: Calendar, first: int, last: int | None) -> tuple[date, date | None] | None:
    """The first and last day of some contract years; None when the start is an event."""
    try:
        opening = _opening(calendar, first)
        following = None if last is None else _opening(calendar, last + 1)
    except (ValueError, OverflowError):
        return None
    if opening is None:
        return None
    return opening, None if following is None else following - timedelta(days=1)


def _opening(calendar: Calendar, year: int) -> date | None:
    """The day on which a contract year opens."""
    if calendar.trigger is not Trigger.DATE:
        return None
    if calendar.rule is Rule.FISCAL_YEAR:
        one = calendar.fiscal_year_one
        return None if one is None else date(one + year - 1, 1, 1)
    if calendar.start is None:
        return None
    return anniversary(calendar.start, year - 1)


def anniversary(start: date, years: int) -> date:
    """The same day so many years later; 1 March for 29 February in a common year."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)


def chinese_day(day: date) -> str:
    """`2026 年 1 月 1 日`."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
