"""The only reader of the clock, and the calendar arithmetic of deadlines (Asia/Shanghai).

Below the faces time is an argument: `create_app(settings, clock)` gets a `Clock`, each request
reads it once. Days are days in Shanghai; instants are aware and stored in UTC.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def day_of(instant: datetime) -> date:
    """The calendar day in Shanghai on which an instant falls."""
    return instant.astimezone(SHANGHAI).date()
