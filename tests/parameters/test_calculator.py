"""期限计算器: the same days as every deadline, and why."""

from collections.abc import Callable
from datetime import date

import pytest
from starlette.testclient import TestClient

from app.kit.work import Office, Role
from app.parameters import calculator
from app.parameters.calculator import Reckon, Reckoned
from tests.builders import person

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def reckoned(office: Office, start: str, n: int, **more: object) -> Reckoned:
    with office.open(reads=True) as work:
        command = Reckon(start=date.fromisoformat(start), n=n, **more)
        return calculator.reckon(work, command)


@pytest.mark.parametrize(
    ("start", "n", "last_day"),
    [
        ("2026-02-12", 2, "2026-02-14"),  # a worked Saturday
        ("2026-02-12", 3, "2026-02-24"),
        ("2026-09-28", 3, "2026-10-08"),
        ("2026-09-28", 5, "2026-10-10"),
    ],
)
def test_working_days_pass_holidays_and_count_worked_weekends(
    office: Office, start: str, n: int, last_day: str
):
    assert reckoned(office, start, n).last_day.isoformat() == last_day


def test_calendar_days_roll_only_if_asked(office: Office):
    plain = reckoned(office, "2026-04-03", 1, unit="calendar")
    rolled = reckoned(office, "2026-04-03", 1, unit="calendar", roll=True)
    assert (plain.last_day, rolled.last_day) == (date(2026, 4, 4), date(2026, 4, 7))
    assert rolled.nominal == date(2026, 4, 4)


def test_a_year_without_a_notice_is_said_to_be_provisional(office: Office):
    assert reckoned(office, "2026-12-30", 3).provisional
    assert not reckoned(office, "2026-02-13", 3).provisional


def test_the_page_answers_with_the_day_and_what_was_off(
    office: Office, client: Callable[..., TestClient]
):
    browser = client(person(office, "zhou", Role.OFFICER))
    assert "期限计算器" in browser.get("/parameters/calculator").text
    shown = browser.get("/parameters/calculator?start=2026-02-13&n=3&unit=working").text
    assert "2026-02-25（三）" in shown
    assert "02-14（六）" in shown
    assert "9 天：02-15（日）" in shown
    wrong = browser.get("/parameters/calculator?start=2026-02-13&n=0")
    assert wrong.status_code == 422
    assert "天数不小于 1" in wrong.text
