"""移交: a leaver's open leads, listed first, then handed over in one act."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.districts.access import PageWork
from app.kit.replay import Route
from app.kit.web import Form, bind, page, see_other
from app.kit.work import Work
from app.leads import desk, listing, service
from app.leads.schemas import HandOver

router = APIRouter(prefix="/leads/hand-over", route_class=Route, include_in_schema=False)


@router.get("")
def hand_over_form(request: Request, work: PageWork, owner: str = "") -> Response:
    """移交: first the list of what would go, then to whom."""
    form = Form[HandOver].initial(from_owner_id=owner)
    return page(request, "leads/hand_over.html", form=form, **_hand_over(work, owner))


@router.post("")
def hand_over(
    request: Request, work: PageWork, form: Annotated[Form[HandOver], bind(HandOver)]
) -> Response:
    """Hand the listed leads over in one act."""
    shown = _hand_over(work, form.value("from_owner_id"))
    with form.or_show(request, "leads/hand_over.html", **shown):
        service.hand_over(work, form.valid)
    return see_other(f"/leads?owner={form.valid.to_owner_id}&state=open")


def _hand_over(work: Work, owner: str) -> dict[str, Any]:
    return {
        "owners": listing.owners(work),
        "owner": owner,
        "leads": listing.of_owner(work, owner) if owner else [],
        "choices": desk.choices(work),
    }
