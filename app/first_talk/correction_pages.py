"""更正: the form beside a receipt, for the registrar."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.districts.access import PageWork
from app.first_talk import corrections
from app.first_talk.corrections import Correct
from app.kit.replay import Route
from app.kit.web import Form, bind, page, see_other

router = APIRouter(prefix="/first-talk/receipts", route_class=Route, include_in_schema=False)


@router.get("/{number}/correct")
def correction_form(request: Request, work: PageWork, number: str) -> Response:
    """The form of a correction."""
    found = corrections.to_correct(work, number)
    return page(request, "first_talk/correct.html", receipt=found)


@router.post("/{number}/correct")
def correct(
    request: Request, work: PageWork, number: str, form: Annotated[Form[Correct], bind(Correct)]
) -> Response:
    """Enter a correction."""
    found = corrections.to_correct(work, number)
    with form.or_show(request, "first_talk/correct.html", receipt=found):
        made = corrections.correct(work, number, form.valid)
    return see_other(f"/first-talk/receipts/{made.number}")
