"""The three ledgers for partner districts and their systems."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.districts.access import ApiWork
from app.kit.replay import Route
from app.reports import ledgers
from app.reports.ledger_schemas import LedgerFilter, LedgerView

router = APIRouter(prefix="/api/v1/reports", route_class=Route, tags=["报表"])


@router.get("/ledgers", summary="在地统计、考核口径、园区口径")
def ledger(work: ApiWork, command: Annotated[LedgerFilter, Query()]) -> LedgerView:
    """One ledger: what the units count, and for the city how it comes to the total."""
    return ledgers.ledger(work, command)
