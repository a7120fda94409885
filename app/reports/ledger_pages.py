"""报表：三种口径 on a page: one table each with its reconciliation, opened up to projects."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.districts.access import LoggedPageWork, PageWork
from app.kit.replay import Route
from app.kit.sheets import XLSX
from app.kit.web import attachment, page
from app.reports import ledgers
from app.reports.balance import Ledger
from app.reports.ledger_schemas import LedgerFilter

router = APIRouter(prefix="/reports/ledgers", route_class=Route, include_in_schema=False)


@router.get("")
def ledger(request: Request, work: PageWork, command: Annotated[LedgerFilter, Query()]) -> Response:
    """One of the three ledgers."""
    found = ledgers.ledger(work, command)
    footers = ledgers.footers(found.reconciliation) if found.reconciliation else []
    return page(request, "reports/ledgers.html", found=found, footers=footers, ledgers=list(Ledger))


@router.get(".xlsx")
def download(work: LoggedPageWork, command: Annotated[LedgerFilter, Query()]) -> Response:
    """The ledger as a file."""
    name, data = ledgers.ledger_file(work, command)
    return attachment(name, data, XLSX)
