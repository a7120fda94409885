"""Tenants and the caller, for partner systems."""

from fastapi import APIRouter

from app.districts import service
from app.districts.access import ApiWork
from app.districts.models import DistrictKind
from app.districts.schemas import DistrictView, MeView
from app.kit.replay import Route

router = APIRouter(prefix="/api/v1", route_class=Route, tags=["参考"])


@router.get("/me", summary="当前调用者及其有效权限")
def me(work: ApiWork) -> MeView:
    """Who the caller is and what it may do."""
    return service.me(work)


@router.get("/districts", summary="市、区、县")
def districts(work: ApiWork) -> list[DistrictView]:
    """The tenants that are no park."""
    return [one for one in service.districts(work) if one.kind is not DistrictKind.PARK]


@router.get("/parks", summary="园区")
def parks(work: ApiWork) -> list[DistrictView]:
    """The parks."""
    return [one for one in service.districts(work) if one.kind is DistrictKind.PARK]
