"""The directory, its duplicate check and interactions, for partner systems."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.districts.access import ApiWork, IfMatch
from app.enterprises import service
from app.enterprises.schemas import (
    AddAlias,
    AddEnterprise,
    EditEnterprise,
    EnterpriseFilter,
    EnterpriseView,
    InteractionFilter,
    InteractionView,
    MatchQuery,
    MatchView,
)
from app.kit.replay import Route
from app.kit.schemas import Page

router = APIRouter(prefix="/api/v1", route_class=Route, tags=["企业"])


@router.get("/enterprises", summary="企业库")
def browse(work: ApiWork, command: Annotated[EnterpriseFilter, Query()]) -> Page[EnterpriseView]:
    """The public directory by name, or what fits `q`."""
    return service.browse(work, command)


@router.post("/enterprises", status_code=201, summary="新增企业")
def add(work: ApiWork, command: AddEnterprise) -> EnterpriseView:
    """A new entry; 409 with candidates when it seems to be there already."""
    return service.add_enterprise(work, command)


@router.post("/enterprises:match", summary="查重", openapi_extra={"x-read-only": True})
def match(work: ApiWork, query: MatchQuery) -> MatchView:
    """What a name, code or phone may mean; never tells whether a subject is held."""
    return service.match(work, query)


@router.get("/enterprises/{id}", summary="一家企业")
def enterprise(work: ApiWork, id: str) -> EnterpriseView:
    """One entry of the directory."""
    return service.enterprise(work, id)


@router.get("/enterprises/{id}/relations", summary="同一集团或实际控制人的企业")
def relations(work: ApiWork, id: str) -> list[EnterpriseView]:
    """Other enterprises of the same group or controller."""
    return service.relations(work, id)


@router.patch("/enterprises/{id}", summary="修改企业")
def edit(work: ApiWork, id: str, version: IfMatch, command: EditEnterprise) -> EnterpriseView:
    """Change the given fields of one's own entry."""
    return service.edit_enterprise(work, id, command, version)


@router.post("/enterprises/{id}/aliases", status_code=201, summary="添加曾用名或别名")
def add_alias(work: ApiWork, id: str, command: AddAlias) -> EnterpriseView:
    """A former or other name of one's own entry."""
    return service.add_alias(work, id, command)


@router.get("/interactions", summary="洽谈与走访")
def interactions(
    work: ApiWork, command: Annotated[InteractionFilter, Query()]
) -> Page[InteractionView]:
    """The district's own interactions, newest first."""
    return service.list_interactions(work, command)


@router.get("/interactions/{id}", summary="一次洽谈或走访")
def interaction(work: ApiWork, id: str) -> InteractionView:
    """One interaction."""
    return service.interaction(work, id)
