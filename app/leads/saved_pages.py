"""视图: the filters of the list kept under a name."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.districts.access import PageWork
from app.kit.replay import Route
from app.kit.web import Form, bind, page, see_other
from app.leads import desk, saved_views
from app.leads.saved_views import DropView, SaveView

router = APIRouter(prefix="/leads/views", route_class=Route, include_in_schema=False)


@router.get("")
def views(request: Request, work: PageWork) -> Response:
    """The views that one may open."""
    return page(request, "leads/views.html", views=saved_views.visible(work))


@router.get("/new")
def new(request: Request, work: PageWork) -> Response:
    """Keep the filters of the address that led here."""
    form = Form[SaveView].initial(query=request.url.query, visibility="private")
    return page(request, "leads/save_view.html", form=form, choices=desk.choices(work))


@router.post("")
def save(
    request: Request, work: PageWork, form: Annotated[Form[SaveView], bind(SaveView)]
) -> Response:
    """Keep them, and go back to the list under them."""
    with form.or_show(request, "leads/save_view.html", choices=desk.choices(work)):
        query = saved_views.save(work, form.valid)
    return see_other(f"/leads?{query}")


@router.post("/{id}/delete")
def drop(work: PageWork, id: str, form: Annotated[Form[DropView], bind(DropView)]) -> Response:
    """Forget one."""
    saved_views.drop(work, id, form.version)
    return see_other("/leads/views")
