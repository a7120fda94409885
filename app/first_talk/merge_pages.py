"""合并企业 on pages: what it may be the same as, the merge, and the way back."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.districts.access import PageWork
from app.first_talk import merging
from app.first_talk.merge_schemas import MergeInto, Part
from app.kit.replay import Route
from app.kit.web import Form, bind, page, see_other

router = APIRouter(prefix="/enterprises", route_class=Route, include_in_schema=False)


@router.get("/{id}/merge")
def merge_form(request: Request, work: PageWork, id: str, into: str = "") -> Response:
    """What the entry may be the same as, and the two side by side once one is chosen."""
    return page(request, "first_talk/merge.html", shown=merging.merge_page(work, id, into))


@router.post("/{id}/merge")
def merge(
    request: Request, work: PageWork, id: str, form: Annotated[Form[MergeInto], bind(MergeInto)]
) -> Response:
    """Merge it into the chosen one."""
    into = form.value("into_id")
    with form.or_show(request, "first_talk/merge.html", shown=merging.merge_page(work, id, into)):
        stays = merging.merge(work, id, form.version, form.valid)
    return see_other(f"/enterprises/{stays.id}")


@router.post("/{id}/part")
def part(
    request: Request, work: PageWork, id: str, form: Annotated[Form[Part], bind(Part)]
) -> Response:
    """Undo the merge."""
    with form.or_show(request, "first_talk/merge.html", shown=merging.merge_page(work, id, "")):
        merging.part(work, id, form.version)
    return see_other(f"/enterprises/{id}")
