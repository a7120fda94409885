"""Tenants and the caller, for partner systems."""

from fastapi import APIRouter

from app.districts import service
from app.districts.access import ApiWork, Uploaded
from app.districts.schemas import DistrictKind, DistrictView, MeView
from app.kit import files
from app.kit.files import FileView
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


@router.post(
    "/files",
    status_code=201,
    summary="上传文件，供随后的登记引用；一天内未被引用即清除",
    tags=["文件"],
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["file"],
                        "properties": {"file": {"type": "string", "format": "binary"}},
                    }
                }
            },
        }
    },
)
def upload(work: ApiWork, file: Uploaded) -> FileView:
    """One file for the caller's district."""
    return files.upload(work, file)
