"""流转 on pages: one transfer with its chain, and what each side does with it."""

import json
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.districts.access import PageWork
from app.first_talk import interests, pool, transfers
from app.first_talk.chain import DECLARABLE
from app.first_talk.transfer_schemas import Accept, ClosePool, Declare, Offer
from app.kit.replay import Route
from app.kit.web import Form, attachment, bind, page, see_other
from app.kit.work import Work
from app.parameters import service as parameters

router = APIRouter(prefix="/first-talk", route_class=Route, include_in_schema=False)


@router.get("/blocks/transfers")
def transfers_block(request: Request, work: PageWork) -> Response:
    """流转 of the registrar's 工作台."""
    return page(
        request,
        "first_talk/block_transfers.html",
        heading="流转",
        rows=pool.waiting(work),
        today=work.today,
        soon=parameters.work_calendar(work).nth_workday(work.today, 3),
    )


@router.get("/transfers/{id}/scheme")
def scheme(work: PageWork, id: str) -> Response:
    """The scheme v1 document of a transfer, to save; an agreement is drafted from it."""
    text = json.dumps(pool.scheme(work, id), ensure_ascii=False, indent=2)
    return attachment("分享方案.json", text.encode(), "application/json")


@router.get("/{id}/transfer")
def transfer(request: Request, work: PageWork, id: str) -> Response:
    """How a right goes on."""
    return page(request, "first_talk/transfer.html", about=_about(work, id))


@router.post("/{id}/declare")
def declare(
    request: Request, work: PageWork, id: str, form: Annotated[Form[Declare], bind(Declare)]
) -> Response:
    """The project cannot land here."""
    with form.or_show(request, "first_talk/transfer.html", about=_about(work, id)):
        transfers.declare(work, id, form.version, form.valid)
    return see_other(f"/first-talk/{id}/transfer")


@router.post("/{id}/offer")
def offer(
    request: Request, work: PageWork, id: str, form: Annotated[Form[Offer], bind(Offer)]
) -> Response:
    """Offer it to the other districts."""
    with form.or_show(request, "first_talk/transfer.html", about=_about(work, id)):
        transfers.offer(work, id, form.version, form.valid)
    return see_other(f"/first-talk/{id}/transfer")


@router.post("/{id}/close-pool")
def close_pool(
    request: Request, work: PageWork, id: str, form: Annotated[Form[ClosePool], bind(ClosePool)]
) -> Response:
    """Nobody takes it."""
    with form.or_show(request, "first_talk/transfer.html", about=_about(work, id)):
        transfers.close_pool(work, id, form.version, form.valid)
    return see_other(f"/first-talk/{id}/transfer")


@router.post("/{id}/accept")
def accept(
    request: Request, work: PageWork, id: str, form: Annotated[Form[Accept], bind(Accept)]
) -> Response:
    """Take it over."""
    with form.or_show(request, "first_talk/transfer.html", about=_about(work, id)):
        received = transfers.accept(work, id, form.version, form.valid)
    return see_other(f"/first-talk/{received.id}")


def _about(work: Work, id: str) -> dict[str, object]:
    found = pool.transfer(work, id)
    return {
        "transfer": found,
        "interests": interests.of_right(work, id),
        "obstacles": [(one.value, one.label) for one in DECLARABLE],
        "leads": [(one.code, one.label) for one in found.leads],
        "today": work.today,
        "soon": parameters.work_calendar(work).nth_workday(work.today, 3),
        "pending": parameters.pending(work),
    }
