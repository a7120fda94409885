"""How values read on a page: amounts with their separators, instants and days in Shanghai."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from app.clock import SHANGHAI
from app.money import Money

_WEEKDAYS = "一二三四五六日"


def yuan(amount: Money | None) -> str:
    """`1,234.50`, or — when there is none."""
    return "—" if amount is None else str(amount).replace("-", "−")


def wan(amount: Money | None, places: int = 2) -> str:
    """The amount in 万元: `12,000.00`."""
    return _scaled(amount, 10**6, places)


def yi(amount: Money | None, places: int = 2) -> str:
    """The amount in 亿元: `1.20`."""
    return _scaled(amount, 10**10, places)


def _scaled(amount: Money | None, unit: int, places: int) -> str:
    if amount is None:
        return "—"
    return f"{Decimal(amount.fen) / unit:,.{places}f}".replace("-", "−")


def typed_yi(amount: Money | None) -> str:
    """The amount in 亿元 as one would type it, exact: `1.2`."""
    return "" if amount is None else f"{(Decimal(amount.fen) / 10**10).normalize():f}"


def percent(value: Fraction | None) -> str:
    """A ratio as `50%`, to four places where it is no round one: `33.3333%`."""
    if value is None:
        return "—"
    return f"{decimal(Fraction(value) * 100)}%"


def decimal(value: Fraction, places: int = 4) -> str:
    """A plain number without zeros at its end: `0.5`."""
    shown = f"{round(Decimal(value.numerator) / value.denominator, places):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def local(instant: datetime | None, pattern: str = "%Y-%m-%d %H:%M") -> str:
    """The instant in Shanghai: `2026-03-02 09:15`."""
    return "—" if instant is None else instant.astimezone(SHANGHAI).strftime(pattern)


def day(value: date | datetime | None) -> str:
    """The day in Shanghai: `2026-03-02`."""
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI).date()
    return "—" if value is None else value.isoformat()


def weekday(value: date | datetime | None) -> str:
    """The weekday in brackets: （一）."""
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI).date()
    return "" if value is None else f"（{_WEEKDAYS[value.weekday()]}）"


FILTERS = {
    "yuan": yuan,
    "wan": wan,
    "yi": yi,
    "percent": percent,
    "decimal": decimal,
    "local": local,
    "day": day,
    "weekday": weekday,
    "wide": typed_yi,
}
"""The filters of the templates by their names there."""
