"""合并企业 by JSON: the merge, and the way back."""

from fastapi import APIRouter

from app.districts.access import ApiWork, IfMatch
from app.enterprises.schemas import EnterpriseView
from app.first_talk import merging
from app.first_talk.merge_schemas import MergeInto
from app.kit.replay import Route

router = APIRouter(prefix="/api/v1", route_class=Route, tags=["企业"])


@router.post("/enterprises/{id}:merge", summary="合并企业")
def merge(work: ApiWork, id: str, version: IfMatch, command: MergeInto) -> EnterpriseView:
    """Merge the entry into another one, which stays; a person's session only."""
    return merging.merge(work, id, version, command)


@router.post("/enterprises/{id}:part", summary="撤销合并")
def part(work: ApiWork, id: str, version: IfMatch) -> EnterpriseView:
    """It was another one after all; a person's session only."""
    return merging.part(work, id, version)
