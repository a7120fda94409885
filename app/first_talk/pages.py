"""首谈: the register, one right, 盲查, blocks of the 工作台."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.districts.access import PageWork
from app.first_talk import (
    call_backs,
    cases,
    checks,
    disputes,
    interests,
    joining,
    leaving,
    register,
    revocations,
    service,
    taking_up,
)
from app.first_talk.case_schemas import (
    Challenge,
)
from app.first_talk.check_schemas import Check
from app.first_talk.join_schemas import AskToJoin
from app.first_talk.leaving_schemas import FileLetter
from app.first_talk.policies import Evidence
from app.first_talk.rights import Reason
from app.first_talk.schemas import (
    Complete,
    Decide,
    Extend,
    Release,
    Resume,
    Revoke,
    Suspend,
    TakeUp,
)
from app.kit.replay import Route
from app.kit.web import Form, attachment, bind, page, see_other
from app.kit.work import Work
from app.parameters import service as parameters

router = APIRouter(prefix="/first-talk", route_class=Route, include_in_schema=False)

REASONS = (
    Reason.EVIDENCE_UNTRUE,
    Reason.NOT_IN_SCOPE,
    Reason.EXISTING_LOCAL_FIRM,
    Reason.EXCLUDED,
    Reason.BELOW_THRESHOLD,
    Reason.WINDOW_CLOSED,
    Reason.ALREADY_IN_TALKS,
    Reason.FIRST_TALK_TAKEN,
)


@router.get("/check")
def check_form(request: Request, work: PageWork) -> Response:
    """盲查."""
    return page(request, "first_talk/check.html", about=_about_checks(work))


@router.post("/check")
def check(request: Request, work: PageWork, form: Annotated[Form[Check], bind(Check)]) -> Response:
    """Ask, and show the answer above the form."""
    with form.or_show(request, "first_talk/check.html", about=_about_checks(work)):
        answer = checks.check(work, form.valid)
    about = _about_checks(work)
    return page(request, "first_talk/check.html", about=about, form=form, answer=answer)


@router.post("/check/cooperation")
def request_cooperation(
    request: Request, work: PageWork, form: Annotated[Form[Check], bind(Check)]
) -> Response:
    """Ask the holder to work together."""
    with form.or_show(request, "first_talk/check.html", about=_about_checks(work)):
        answer = checks.request_cooperation(work, form.valid)
    about = _about_checks(work)
    return page(
        request, "first_talk/check.html", about=about, form=form, answer=answer, requested=True
    )


def _about_checks(work: Work) -> dict[str, object]:
    divisions = [one for one in parameters.codes(work, "industry_division") if one.parent]
    return {
        "meter": checks.meter(work),
        "divisions": [(one.code, f"{one.code} {one.label}") for one in divisions],
    }


@router.get("/evidence/{id}")
def evidence(work: PageWork, id: str) -> Response:
    """A file of evidence."""
    return attachment(*register.evidence_file(work, id))


@router.get("/{id}")
def right(request: Request, work: PageWork, id: str) -> Response:
    """One claim or right."""
    return page(request, "first_talk/right.html", about=_about(work, id))


@router.post("/{id}/evidence")
def complete(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[Complete], bind(Complete)],
) -> Response:
    """Add what is missing."""
    with form.or_show(request, "first_talk/right.html", about=_about(work, id)):
        service.complete(work, id, form.version, form.valid)
    return see_other(f"/first-talk/{id}")


@router.post("/{id}/take-up")
def take_up(
    request: Request, work: PageWork, id: str, form: Annotated[Form[TakeUp], bind(TakeUp)]
) -> Response:
    """The registrar reviews it."""
    with form.or_show(request, "first_talk/right.html", about=_about(work, id)):
        taking_up.take_up(work, id, form.version)
    return see_other(f"/first-talk/{id}")


@router.post("/{id}/decide")
def decide(
    request: Request, work: PageWork, id: str, form: Annotated[Form[Decide], bind(Decide)]
) -> Response:
    """The registrar's word."""
    with form.or_show(request, "first_talk/right.html", about=_about(work, id)):
        service.decide(work, id, form.version, form.valid)
    return see_other(f"/first-talk/{id}")


@router.post("/{id}/release")
def release(
    request: Request, work: PageWork, id: str, form: Annotated[Form[Release], bind(Release)]
) -> Response:
    """Give it up."""
    with form.or_show(request, "first_talk/right.html", about=_about(work, id)):
        service.release(work, id, form.version, form.valid.reason)
    return see_other(f"/first-talk/{id}")


@router.post("/{id}/challenge")
def challenge(
    request: Request, work: PageWork, id: str, form: Annotated[Form[Challenge], bind(Challenge)]
) -> Response:
    """Object to whoever holds the subject."""
    with form.or_show(request, "first_talk/right.html", about=_about(work, id)):
        made = disputes.challenge(work, id, form.valid)
    return see_other(f"/first-talk/cases/{made.id}")


@router.post("/{id}/join")
def join(
    request: Request, work: PageWork, id: str, form: Annotated[Form[AskToJoin], bind(AskToJoin)]
) -> Response:
    """Ask whoever holds the subject to hold it jointly."""
    with form.or_show(request, "first_talk/right.html", about=_about(work, id)):
        asked = joining.ask(work, id, form.valid)
    return see_other(f"/first-talk/joins/{asked.id}")


@router.post("/{id}/extend")
def extend(
    request: Request, work: PageWork, id: str, form: Annotated[Form[Extend], bind(Extend)]
) -> Response:
    """Ask for an extension."""
    with form.or_show(request, "first_talk/right.html", about=_about(work, id)):
        service.extend(work, id, form.version, form.valid)
    return see_other(f"/first-talk/{id}")


@router.post("/{id}/suspend")
def suspend(
    request: Request, work: PageWork, id: str, form: Annotated[Form[Suspend], bind(Suspend)]
) -> Response:
    """Stop the clock."""
    with form.or_show(request, "first_talk/right.html", about=_about(work, id)):
        service.suspend(work, id, form.version, form.valid)
    return see_other(f"/first-talk/{id}")


@router.post("/{id}/revoke")
def revoke(
    request: Request, work: PageWork, id: str, form: Annotated[Form[Revoke], bind(Revoke)]
) -> Response:
    """A filing is said to be false."""
    with form.or_show(request, "first_talk/right.html", about=_about(work, id)):
        opened = revocations.accuse(work, id, form.version, form.valid)
    return see_other(f"/first-talk/cases/{opened.id}")


@router.post("/{id}/resume")
def resume(
    request: Request, work: PageWork, id: str, form: Annotated[Form[Resume], bind(Resume)]
) -> Response:
    """Start the clock again."""
    with form.or_show(request, "first_talk/right.html", about=_about(work, id)):
        service.resume(work, id, form.version, form.valid)
    return see_other(f"/first-talk/{id}")


@router.get("/{id}/enterprise-left")
def leaving_form(request: Request, work: PageWork, id: str) -> Response:
    """企业另选: the letter, and whether it is verified."""
    return page(request, "first_talk/leaving.html", leaving=leaving.leaving(work, id))


@router.post("/{id}/enterprise-left")
def file_letter(
    request: Request, work: PageWork, id: str, form: Annotated[Form[FileLetter], bind(FileLetter)]
) -> Response:
    """Bring a letter."""
    with form.or_show(request, "first_talk/leaving.html", leaving=leaving.leaving(work, id)):
        leaving.file_letter(work, id, form.valid)
    return see_other(f"/first-talk/{id}/enterprise-left")


@router.post("/letters/{id}/verify")
def verify_letter(work: PageWork, id: str) -> Response:
    """Verify a letter, as the second person."""
    done = leaving.verify_letter(work, id)
    return see_other(f"/first-talk/{done.id}/enterprise-left")


def _about(work: Work, id: str) -> dict[str, object]:
    dispute = cases.of_right(work, id)
    joins, may_join = joining.of_right(work, id)
    return {
        "shown": register.right_page(work, id),
        "today": work.today,
        "soon": parameters.work_calendar(work).nth_workday(work.today, 3),
        "pending": parameters.pending(work),
        "dispute": dispute,
        "joins": joins,
        "may_join": may_join,
        "interests": interests.of_right(work, id),
        "call_back": call_backs.of_right(work, id),
        "grounds": [(ground.value, ground.label) for ground in dispute.grounds],
        "kinds": [(kind.value, kind.label) for kind in Evidence],
        "reasons": [(reason.value, reason.label) for reason in REASONS],
    }
