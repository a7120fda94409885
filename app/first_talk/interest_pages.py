"""首谈利益 on pages: what our district keeps, and one interest with what is decided about it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.districts.access import LoggedPageWork, PageWork
from app.first_talk import interests
from app.first_talk.interest_schemas import AgreeSplit, InterestFilter, InterestView, VoidInterest
from app.kit.replay import Route
from app.kit.web import Form, attachment, bind, page, see_other

router = APIRouter(prefix="/first-talk/interests", route_class=Route, include_in_schema=False)


@router.get("")
def interest_list(
    request: Request, work: PageWork, command: Annotated[InterestFilter, Query()]
) -> Response:
    """What our district keeps, and what others keep of projects that came to us."""
    return page(request, "first_talk/interests.html", found=interests.listed(work, command))


@router.get("/{id}")
def interest(request: Request, work: PageWork, id: str) -> Response:
    """One interest."""
    found = interests.interest(work, id)
    return page(request, "first_talk/interest.html", interest=found, form=_as_split(found))


@router.post("/{id}/split")
def agree_split(
    request: Request, work: PageWork, id: str, form: Annotated[Form[AgreeSplit], bind(AgreeSplit)]
) -> Response:
    """The holders of one right have agreed how to divide it."""
    found = interests.interest(work, id)
    with form.or_show(request, "first_talk/interest.html", interest=found):
        interests.agree_split(work, id, form.version, form.valid)
    return see_other(f"/first-talk/interests/{id}")


@router.post("/{id}/void")
def void(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[VoidInterest], bind(VoidInterest)],
) -> Response:
    """The statement of truth was false."""
    found = interests.interest(work, id)
    with form.or_show(request, "first_talk/interest.html", interest=found):
        interests.void(work, id, form.version, form.valid)
    return see_other(f"/first-talk/interests/{id}")


@router.get("/{id}/proof")
def proof(work: LoggedPageWork, id: str) -> Response:
    """Why it is void, to save."""
    name, data, media_type = interests.proof(work, id)
    return attachment(name, data, media_type)


def _as_split(found: InterestView) -> Form[Any]:
    """The division in force, to be changed."""
    values: dict[str, object] = {"reference": ""}
    for n, part in enumerate(found.family):
        values[f"parts.{n}.share"] = str(part.share)
    return Form[AgreeSplit].initial(**values)
