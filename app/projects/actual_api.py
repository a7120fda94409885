"""到位资金 and 首笔税收 for partner districts and their systems."""

from fastapi import APIRouter

from app.districts.access import ApiWork, IfMatch
from app.kit.replay import Route
from app.projects import actuals
from app.projects.actual_schemas import (
    ActualsView,
    CheckEntry,
    CorrectPaidIn,
    EnterFirstTax,
    EnterPaidIn,
)

router = APIRouter(prefix="/api/v1/projects", route_class=Route, tags=["到位资金"])


@router.get("/{id}/paid-in", summary="到位资金与首笔税收")
def paid_in(work: ApiWork, id: str) -> ActualsView:
    """What came in for a project, by whom entered and checked."""
    return actuals.actuals(work, id)


@router.post("/{id}/paid-in", status_code=201, summary="登记到位资金")
def enter_paid_in(work: ApiWork, id: str, command: EnterPaidIn) -> ActualsView:
    """Money came in; a second person of the district checks the voucher."""
    return actuals.enter_paid_in(work, id, command)


@router.post("/{id}/paid-in/{entry}:correct", status_code=201, summary="冲减到位资金")
def correct_paid_in(work: ApiWork, id: str, entry: str, command: CorrectPaidIn) -> ActualsView:
    """A negative row takes back what was entered too high."""
    return actuals.correct_paid_in(work, id, entry, command)


@router.post("/{id}/paid-in/{entry}:check", summary="核验到位资金")
def check_paid_in(
    work: ApiWork, id: str, entry: str, version: IfMatch, command: CheckEntry
) -> ActualsView:
    """By a second person, signed in."""
    return actuals.check_paid_in(work, id, entry, version, command)


@router.post("/{id}/first-tax", status_code=201, summary="登记首笔税收")
def enter_first_tax(work: ApiWork, id: str, command: EnterFirstTax) -> ActualsView:
    """The day on which the first tax of the project came into the treasury."""
    return actuals.enter_first_tax(work, id, command)


@router.post("/{id}/first-tax/{entry}:check", summary="核验首笔税收")
def check_first_tax(
    work: ApiWork, id: str, entry: str, version: IfMatch, command: CheckEntry
) -> ActualsView:
    """By a second person, signed in; the tax interest of the first talker begins."""
    return actuals.check_first_tax(work, id, entry, version, command)
