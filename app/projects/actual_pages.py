"""到位资金 and 首笔税收 on pages: what came in, and what waits for a second person."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.districts.access import LoggedPageWork, PageWork
from app.kit.replay import Route
from app.kit.web import Form, attachment, bind, page, see_other
from app.kit.work import Work
from app.projects import actuals
from app.projects.actual_schemas import (
    CheckEntry,
    CorrectPaidIn,
    EnterFirstTax,
    EnterPaidIn,
    FundKind,
    FundSource,
    VoucherKind,
)

router = APIRouter(prefix="/projects", route_class=Route, include_in_schema=False)
TEMPLATE = "projects/actuals.html"


@router.get("/unchecked")
def unchecked(request: Request, work: PageWork) -> Response:
    """待核验: a block of the 工作台, and a page of its own."""
    return page(request, "projects/unchecked.html", rows=actuals.unchecked(work))


@router.get("/{id}/paid-in")
def paid_in(request: Request, work: PageWork, id: str) -> Response:
    """What came in for the project."""
    return page(request, TEMPLATE, **_about(request, work, id))


@router.post("/{id}/paid-in")
def enter_paid_in(
    request: Request, work: PageWork, id: str, form: Annotated[Form[EnterPaidIn], bind(EnterPaidIn)]
) -> Response:
    """Money came in."""
    with form.or_show(request, TEMPLATE, **_about(request, work, id, "paid-in")):
        actuals.enter_paid_in(work, id, form.valid)
    return see_other(f"/projects/{id}/paid-in")


@router.post("/{id}/paid-in/{entry}/correct")
def correct_paid_in(
    request: Request,
    work: PageWork,
    id: str,
    entry: str,
    form: Annotated[Form[CorrectPaidIn], bind(CorrectPaidIn)],
) -> Response:
    """It was less."""
    with form.or_show(request, TEMPLATE, **_about(request, work, id, entry)):
        actuals.correct_paid_in(work, id, entry, form.valid)
    return see_other(f"/projects/{id}/paid-in")


@router.post("/{id}/paid-in/{entry}/check")
def check_paid_in(
    request: Request,
    work: PageWork,
    id: str,
    entry: str,
    form: Annotated[Form[CheckEntry], bind(CheckEntry)],
) -> Response:
    """The second person has seen the voucher."""
    with form.or_show(request, TEMPLATE, **_about(request, work, id, entry)):
        actuals.check_paid_in(work, id, entry, form.version, form.valid)
    return see_other(f"/projects/{id}/paid-in")


@router.post("/{id}/first-tax")
def enter_first_tax(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[EnterFirstTax], bind(EnterFirstTax)],
) -> Response:
    """The first tax came in."""
    with form.or_show(request, TEMPLATE, **_about(request, work, id, "first-tax")):
        actuals.enter_first_tax(work, id, form.valid)
    return see_other(f"/projects/{id}/paid-in")


@router.post("/{id}/first-tax/{entry}/check")
def check_first_tax(
    request: Request,
    work: PageWork,
    id: str,
    entry: str,
    form: Annotated[Form[CheckEntry], bind(CheckEntry)],
) -> Response:
    """The second person has seen its voucher."""
    with form.or_show(request, TEMPLATE, **_about(request, work, id, entry)):
        actuals.check_first_tax(work, id, entry, form.version, form.valid)
    return see_other(f"/projects/{id}/paid-in")


@router.get("/{id}/vouchers/{file_id}")
def voucher(work: LoggedPageWork, id: str, file_id: str) -> Response:
    """A voucher, to save."""
    name, data, media_type = actuals.voucher(work, id, file_id)
    return attachment(name, data, media_type)


def _about(request: Request, work: Work, id: str, refused: str = "") -> dict[str, Any]:
    """What the page shows beside a form; `refused` names the one that comes back filled in."""
    return {
        "found": actuals.actuals(work, id),
        "entries": actuals.entries(work, id, request.query_params.get("cursor")),
        "refused": refused,
        "blank": Form[EnterPaidIn].initial(paid_on=work.today, collected_on=work.today),
        "kinds": [(one.value, one.label) for one in FundKind],
        "sources": [(one.value, one.label) for one in FundSource],
        "voucher_kinds": [(one.value, one.label) for one in VoucherKind],
    }
