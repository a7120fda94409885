"""首谈利益 for partner districts and their systems."""

from fastapi import APIRouter

from app.districts.access import ApiWork, IfMatch
from app.first_talk import interests
from app.first_talk.interest_schemas import AgreeSplit, InterestView, VoidInterest
from app.kit.replay import Route

router = APIRouter(prefix="/api/v1", route_class=Route, tags=["首谈利益"])


@router.get("/first-talk-interests", summary="首谈利益")
def interest_list(work: ApiWork) -> list[InterestView]:
    """What the caller's district keeps, and what others keep of projects that came to it."""
    return interests.interests(work)


@router.get("/first-talk-rights/{id}/interests", summary="一项首谈沿途的利益")
def of_right(work: ApiWork, id: str) -> list[InterestView]:
    """The interests along the chain of a right."""
    return interests.of_right(work, id)


@router.get("/first-talk-interests/{id}", summary="一项首谈利益")
def interest(work: ApiWork, id: str) -> InterestView:
    """Its shares, clocks and rules."""
    return interests.interest(work, id)


@router.post("/first-talk-interests/{id}:split", summary="登记联合持有单位的分配")
def agree_split(work: ApiWork, id: str, version: IfMatch, command: AgreeSplit) -> InterestView:
    """How the holders of one right divide its interest; parts add up to 1."""
    return interests.agree_split(work, id, version, command)


@router.post("/first-talk-interests/{id}:void", summary="作废首谈利益")
def void(work: ApiWork, id: str, version: IfMatch, command: VoidInterest) -> InterestView:
    """The statement of truth was false; with its proof."""
    return interests.void(work, id, version, command)
