"""产值、固投归属争议 on pages: the cases, one case, what both sides and the office do with it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.districts.access import LoggedPageWork, PageWork
from app.kit.replay import Route
from app.kit.web import Form, attachment, bind, page, see_other
from app.kit.work import Work
from app.parameters import service as parameters
from app.projects import relocation_cases
from app.projects.relocation_schemas import (
    AcceptTerms,
    AnswerRelocation,
    AppealRelocation,
    ListRelocations,
    OpenRelocation,
    ProposeTerms,
    RuleRelocation,
    WithdrawRelocation,
)

router = APIRouter(prefix="/projects", route_class=Route, include_in_schema=False)
CASE, OPEN = "projects/relocation.html", "projects/relocation_open.html"


@router.get("/relocations")
def cases(
    request: Request, work: PageWork, command: Annotated[ListRelocations, Query()]
) -> Response:
    """One's own cases, and the published rulings."""
    found = relocation_cases.cases(work, command)
    return page(request, "projects/relocations.html", found=found)


@router.get("/relocations/{id}")
def case(request: Request, work: PageWork, id: str) -> Response:
    """One case."""
    return page(request, CASE, about=_about(work, id))


@router.get("/{id}/relocation")
def open_form(request: Request, work: PageWork, id: str) -> Response:
    """What may be disputed after the move."""
    return page(request, OPEN, found=relocation_cases.of_project(work, id))


@router.post("/{id}/relocation")
def open_case(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[OpenRelocation], bind(OpenRelocation)],
) -> Response:
    """Open the case."""
    with form.or_show(request, OPEN, found=relocation_cases.of_project(work, id)):
        opened = relocation_cases.open_case(work, id, form.valid)
    return see_other(f"/projects/relocations/{opened.id}")


@router.post("/relocations/{id}/answer")
def answer(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[AnswerRelocation], bind(AnswerRelocation)],
) -> Response:
    """The other side."""
    with form.or_show(request, CASE, about=_about(work, id)):
        relocation_cases.answer(work, id, form.version, form.valid)
    return see_other(f"/projects/relocations/{id}")


@router.post("/relocations/{id}/propose")
def propose(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[ProposeTerms], bind(ProposeTerms)],
) -> Response:
    """Offer terms."""
    with form.or_show(request, CASE, about=_about(work, id)):
        relocation_cases.propose(work, id, form.version, form.valid)
    return see_other(f"/projects/relocations/{id}")


@router.post("/relocations/{id}/accept")
def accept(
    request: Request, work: PageWork, id: str, form: Annotated[Form[AcceptTerms], bind(AcceptTerms)]
) -> Response:
    """Accept the other side's terms."""
    with form.or_show(request, CASE, about=_about(work, id)):
        relocation_cases.accept(work, id, form.version)
    return see_other(f"/projects/relocations/{id}")


@router.post("/relocations/{id}/withdraw")
def withdraw(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[WithdrawRelocation], bind(WithdrawRelocation)],
) -> Response:
    """Take the case back."""
    with form.or_show(request, CASE, about=_about(work, id)):
        relocation_cases.withdraw(work, id, form.version)
    return see_other(f"/projects/relocations/{id}")


@router.post("/relocations/{id}/rule")
def rule(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[RuleRelocation], bind(RuleRelocation)],
) -> Response:
    """The ruling."""
    with form.or_show(request, CASE, about=_about(work, id)):
        relocation_cases.rule(work, id, form.version, form.valid)
    return see_other(f"/projects/relocations/{id}")


@router.post("/relocations/{id}/appeal")
def appeal(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[AppealRelocation], bind(AppealRelocation)],
) -> Response:
    """One appeal."""
    with form.or_show(request, CASE, about=_about(work, id)):
        relocation_cases.appeal(work, id, form.version, form.valid)
    return see_other(f"/projects/relocations/{id}")


@router.get("/relocations/{id}/proofs/{proof_id}")
def proof(work: LoggedPageWork, id: str, proof_id: str) -> Response:
    """A file of the case, to save."""
    name, data, media_type = relocation_cases.proof(work, id, proof_id)
    return attachment(name, data, media_type)


def _about(work: Work, id: str) -> dict[str, Any]:
    return {
        "case": relocation_cases.case(work, id),
        "today": work.today,
        "soon": parameters.work_calendar(work).nth_workday(work.today, 3),
        "pending": parameters.pending(work),
    }
