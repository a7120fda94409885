"""规则与口径: what holds on which day, by whose authority, and how two coordinators change it."""

from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.districts.access import PageWork
from app.kit.replay import Route
from app.kit.web import Form, bind, page, query_form, see_other
from app.kit.work import Work
from app.parameters import calculator as calculating
from app.parameters import drafts, proposals, views
from app.parameters.calculator import Reckon
from app.parameters.policy import Unit
from app.parameters.schemas import (
    Decide,
    ListCodes,
    PolicyAt,
    ProposeCalendar,
    ProposeCode,
    Proposed,
    ProposeGate,
    ProposeParameter,
    ProposeSharing,
)

Row = TypeVar("Row", bound=Proposed)

router = APIRouter(prefix="/parameters", route_class=Route, include_in_schema=False)


@router.get("")
def policy(request: Request, work: PageWork, command: Annotated[PolicyAt, Query()]) -> Response:
    """All parameters in force on a day."""
    view = views.view_policy(work, command)
    return page(request, "parameters/policy.html", policy=view)


@router.get("/gates")
def gates(request: Request, work: PageWork) -> Response:
    """The gate rules."""
    rules = views.view_gates(work)
    categories = views.view_codes(work, "project_category", ListCodes())
    labels = {one.code: one.label for one in categories}
    return page(request, "parameters/gates.html", rules=rules, categories=labels)


@router.get("/sharing")
def sharing(request: Request, work: PageWork) -> Response:
    """The 收入分享表."""
    return page(request, "parameters/sharing.html", rows=views.view_sharing(work))


@router.get("/calendar")
def calendar(request: Request, work: PageWork) -> Response:
    """Holidays and working weekends, by year."""
    return page(request, "parameters/calendar.html", years=views.view_calendar(work))


@router.get("/calculator")
def calculator(
    request: Request, work: PageWork, form: Annotated[Form[Reckon], query_form(Reckon)]
) -> Response:
    """期限计算器; before anything is asked, three working days from today."""
    if not request.url.query:
        form = Form[Reckon].initial(start=work.today, n=3, unit=Unit.WORKING)
        form.command = Reckon(start=work.today, n=3)
    with form.or_show(request, "parameters/calculator.html", found=None):
        found = calculating.reckon(work, form.valid)
    return page(request, "parameters/calculator.html", form=form, found=found)


@router.get("/codes")
def dictionaries(request: Request, work: PageWork) -> Response:
    """All dictionaries."""
    found = views.view_dictionaries(work)
    return page(request, "parameters/dictionaries.html", dictionaries=found)


@router.get("/codes/{name}")
def dictionary(
    request: Request, work: PageWork, name: str, command: Annotated[ListCodes, Query()]
) -> Response:
    """One dictionary: its top entries, or those under one."""
    parent = command.parent or ""
    entries = views.view_codes(work, name, ListCodes(parent=parent))
    known = {one.name: one for one in views.view_dictionaries(work)}
    return page(
        request,
        "parameters/codes.html",
        dictionary=known[name],
        parents=known[name].parents,
        entries=entries,
        parent=parent,
    )


@router.get("/proposals")
def proposal_list(request: Request, work: PageWork) -> Response:
    """What waits for a second person, and what was decided."""
    return page(request, "parameters/proposals.html", proposals=proposals.view_proposals(work))


@router.get("/proposals/new/{kind}")
def new_proposal(request: Request, work: PageWork, kind: str, subject: str = "") -> Response:
    """The form of a proposal, filled with what holds now."""
    draft = drafts.draft(work, kind, subject)
    form = Form[Proposed].initial(**draft.values)
    return page(request, "parameters/new.html", draft=draft, form=form)


@router.post("/proposals/new/parameter")
def propose_parameter(
    request: Request,
    work: PageWork,
    form: Annotated[Form[ProposeParameter], bind(ProposeParameter)],
) -> Response:
    """Propose another value."""
    return _propose(request, work, "parameter", form)


@router.post("/proposals/new/sharing")
def propose_sharing(
    request: Request, work: PageWork, form: Annotated[Form[ProposeSharing], bind(ProposeSharing)]
) -> Response:
    """Propose another row of the 收入分享表."""
    return _propose(request, work, "sharing", form)


@router.post("/proposals/new/calendar")
def propose_calendar(
    request: Request, work: PageWork, form: Annotated[Form[ProposeCalendar], bind(ProposeCalendar)]
) -> Response:
    """Propose the holidays of a year."""
    return _propose(request, work, "calendar", form)


@router.post("/proposals/new/gate")
def propose_gate(
    request: Request, work: PageWork, form: Annotated[Form[ProposeGate], bind(ProposeGate)]
) -> Response:
    """Propose a gate rule."""
    return _propose(request, work, "gate", form)


@router.post("/proposals/new/code")
def propose_code(
    request: Request, work: PageWork, form: Annotated[Form[ProposeCode], bind(ProposeCode)]
) -> Response:
    """Propose an entry of a dictionary."""
    return _propose(request, work, "code", form)


def _propose(request: Request, work: Work, kind: str, form: Form[Row]) -> Response:
    with form.or_show(request, "parameters/new.html", draft=drafts.draft(work, kind)):
        proposals.propose(work, form.valid)
    return see_other("/parameters/proposals")


@router.get("/proposals/{id}")
def proposal(request: Request, work: PageWork, id: str) -> Response:
    """One proposal, and the form of its decision."""
    found = proposals.view_proposal(work, id)
    return page(request, "parameters/proposal.html", proposal=found)


@router.post("/proposals/{id}/approve")
def approve(
    request: Request, work: PageWork, id: str, form: Annotated[Form[Decide], bind(Decide)]
) -> Response:
    """Let the row in, as the second person."""
    found = proposals.view_proposal(work, id)
    with form.or_show(request, "parameters/proposal.html", proposal=found):
        proposals.approve(work, id, form.valid, form.version)
    return see_other("/parameters/proposals")


@router.post("/proposals/{id}/refuse")
def refuse(
    request: Request, work: PageWork, id: str, form: Annotated[Form[Decide], bind(Decide)]
) -> Response:
    """Send the proposal back, or withdraw one's own."""
    found = proposals.view_proposal(work, id)
    with form.or_show(request, "parameters/proposal.html", proposal=found):
        proposals.refuse(work, id, form.valid, form.version)
    return see_other("/parameters/proposals")
