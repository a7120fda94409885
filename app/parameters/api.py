"""Dictionaries and rules, for partner systems."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.districts.access import ApiWork
from app.kit.replay import Route
from app.parameters import views
from app.parameters.schemas import CodeView, ListCodes, PolicyAt, PolicyView

router = APIRouter(prefix="/api/v1", route_class=Route, tags=["参考"])


@router.get("/codes/{name}", summary="字典")
def codes(work: ApiWork, name: str, command: Annotated[ListCodes, Query()]) -> list[CodeView]:
    """The entries of a dictionary, all or those under one."""
    return list(views.view_codes(work, name, command))


@router.get("/policies", summary="某日生效的规则与口径")
def policies(work: ApiWork, command: Annotated[PolicyAt, Query()]) -> PolicyView:
    """The first-talk rule set and the general parameters in force on a day (today)."""
    return views.view_policy(work, command)
