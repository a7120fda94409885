"""The event feed, and the description of the whole API, for partner systems."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from app.districts import service as districts
from app.districts.access import ApiWork
from app.exchange import service
from app.exchange.schemas import FeedView
from app.kit import openapi
from app.kit.replay import Route

router = APIRouter(route_class=Route)
RETRY_AFTER_SECONDS = 30


@router.get("/api/v1/events", summary="事件流", tags=["事件"], response_model=FeedView)
def events(
    work: ApiWork,
    after: Annotated[str, Query(description="上次应答的 next_cursor；从头读用 0")] = "0",
    types: Annotated[str, Query(description="只要这些类型，逗号分隔")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> Response:
    """Events after the cursor in commit order; an empty answer says when to ask again."""
    wanted = [kind for kind in types.split(",") if kind]
    view = service.feed(work, after, wanted, limit)
    headers = {"Cache-Control": "no-store"}
    if not view.events:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return Response(view.model_dump_json(), headers=headers, media_type="application/json")


@router.get("/openapi.json", include_in_schema=False)
def description(request: Request, work: ApiWork) -> Response:
    """The whole API as OpenAPI, to any signed-in caller."""
    districts.me(work)
    return JSONResponse(openapi.document(request.app))
