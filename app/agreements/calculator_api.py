"""Calculators for partner systems: try a ratio, keep it, read what was kept."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.agreements import calculators
from app.agreements.calculator_schemas import (
    CalculationFilter,
    CalculationPage,
    CalculationView,
    ResultView,
)
from app.agreements.input_rules import Kind
from app.districts.access import ApiWork, RawBody
from app.kit.replay import Route

router = APIRouter(prefix="/api/v1", route_class=Route, tags=["协议与分享"])
BODY = {
    "requestBody": {
        "required": True,
        "description": "kind 决定其余字段：按股、要素折算、优先覆盖、夏普利值",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["kind"],
                    "properties": {"kind": {"type": "string", "enum": [one.value for one in Kind]}},
                }
            }
        },
    }
}


@router.get("/calculations", summary="分成比例测算列表")
def calculations(work: ApiWork, command: Annotated[CalculationFilter, Query()]) -> CalculationPage:
    """What the caller's district has kept."""
    return calculators.calculations(work, command)


@router.post("/calculations", status_code=201, summary="保存分成比例测算", openapi_extra=BODY)
def keep(work: ApiWork, body: RawBody) -> CalculationView:
    """Keep inputs, result and reasons for the caller's district alone."""
    return calculators.keep(work, calculators.read(body))


@router.post(
    "/calculations:evaluate",
    summary="测算分成比例",
    openapi_extra={"x-read-only": True, **BODY},
)
def evaluate(work: ApiWork, body: RawBody) -> ResultView:
    """What the calculator proposes; nothing is stored."""
    return calculators.evaluate(work, calculators.read(body))


@router.get("/calculations/{id}", summary="分成比例测算")
def calculation(work: ApiWork, id: str) -> CalculationView:
    """One kept calculation, exactly as it was."""
    return calculators.calculation(work, id)
