"""异议与裁定 on pages: the cases, one case, and what both sides and the arbiter do with it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.districts.access import PageWork
from app.first_talk import cases, disputes
from app.first_talk.case_schemas import (
    Agree,
    AnswerCase,
    Appeal,
    CaseFilter,
    Rule,
    RuleOnAppeal,
)
from app.kit.replay import Route
from app.kit.web import Form, bind, page, see_other
from app.kit.work import Work
from app.parameters import service as parameters

router = APIRouter(prefix="/first-talk/cases", route_class=Route, include_in_schema=False)


@router.get("")
def case_list(
    request: Request, work: PageWork, command: Annotated[CaseFilter, Query()]
) -> Response:
    """异议与裁定: one's own cases, and the published rulings."""
    found = cases.listed(work, command)
    return page(request, "first_talk/cases.html", found=found, asked=command)


@router.get("/{id}")
def case(request: Request, work: PageWork, id: str) -> Response:
    """One case."""
    return page(request, "first_talk/case.html", about=_about_case(work, id))


@router.post("/{id}/answer")
def answer(
    request: Request, work: PageWork, id: str, form: Annotated[Form[AnswerCase], bind(AnswerCase)]
) -> Response:
    """The holder's side."""
    with form.or_show(request, "first_talk/case.html", about=_about_case(work, id)):
        disputes.answer(work, id, form.version, form.valid)
    return see_other(f"/first-talk/cases/{id}")


@router.post("/{id}/agree")
def agree(
    request: Request, work: PageWork, id: str, form: Annotated[Form[Agree], bind(Agree)]
) -> Response:
    """Withdraw, or leave the right to the other side."""
    with form.or_show(request, "first_talk/case.html", about=_about_case(work, id)):
        disputes.agree(work, id, form.version)
    return see_other(f"/first-talk/cases/{id}")


@router.post("/{id}/rule")
def rule(
    request: Request, work: PageWork, id: str, form: Annotated[Form[Rule], bind(Rule)]
) -> Response:
    """The arbiter's ruling."""
    with form.or_show(request, "first_talk/case.html", about=_about_case(work, id)):
        disputes.rule(work, id, form.version, form.valid)
    return see_other(f"/first-talk/cases/{id}")


@router.post("/{id}/appeal")
def appeal(
    request: Request, work: PageWork, id: str, form: Annotated[Form[Appeal], bind(Appeal)]
) -> Response:
    """One appeal."""
    with form.or_show(request, "first_talk/case.html", about=_about_case(work, id)):
        disputes.appeal(work, id, form.version, form.valid)
    return see_other(f"/first-talk/cases/{id}")


@router.post("/{id}/rule-on-appeal")
def rule_on_appeal(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[RuleOnAppeal], bind(RuleOnAppeal)],
) -> Response:
    """The last word."""
    with form.or_show(request, "first_talk/case.html", about=_about_case(work, id)):
        disputes.rule_on_appeal(work, id, form.version, form.valid)
    return see_other(f"/first-talk/cases/{id}")


def _about_case(work: Work, id: str) -> dict[str, object]:
    found = cases.case(work, id)
    return {
        "case": found,
        "effects": [(effect.value, effect.label) for effect in found.acts.effects],
        "today": work.today,
        "soon": parameters.work_calendar(work).nth_workday(work.today, 3),
        "pending": parameters.pending(work),
    }
