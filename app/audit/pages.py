"""审计: the trail searched, and both chains verified, by the auditor."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.audit import checkpoints, service
from app.audit.schemas import EntryView, TrailFilter
from app.districts.access import PageWork
from app.kit.replay import Route
from app.kit.web import Form, page, query_form

router = APIRouter(prefix="/audit", route_class=Route, include_in_schema=False)


@router.get("")
def trail(
    request: Request, work: PageWork, form: Annotated[Form[TrailFilter], query_form(TrailFilter)]
) -> Response:
    """The entries that match, newest first."""
    asked = form.command or TrailFilter()
    entries = service.search(work, asked)
    status = 200 if form.command is not None else 422
    shown: dict[str, Any] = {"entries": entries, "older": _older(asked, entries)}
    return page(request, "audit/trail.html", status=status, form=form, **shown)


@router.post("/verify")
def verify(request: Request, work: PageWork) -> Response:
    """Follow the chains now."""
    entries = service.search(work, TrailFilter())
    shown: dict[str, Any] = {
        "entries": entries,
        "older": _older(TrailFilter(), entries),
        "chains": [service.verify_trail(work), checkpoints.verify_ledger(work)],
    }
    return page(request, "audit/trail.html", **shown)


def _older(asked: TrailFilter, entries: list[EntryView]) -> str | None:
    """The address of the page before these entries, with the same filter."""
    if len(entries) < service.PAGE:
        return None
    given = {**asked.model_dump(exclude_none=True), "before": entries[-1].number}
    return f"/audit?{urlencode(given)}"
