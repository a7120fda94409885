"""Calculators for partner systems: try a ratio, keep it, read what was kept."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ValidationError

from app.agreements import calculators
from app.agreements.calculator_schemas import (
    COMMANDS,
    AnyCalculation,
    CalculationFilter,
    CalculationPage,
    CalculationView,
    ResultView,
)
from app.agreements.input_rules import Kind
from app.districts.access import ApiWork
from app.engine.reading import JsonError, load_json
from app.errors import Invalid, MalformedJson
from app.kit import schemas
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


async def raw_body(request: Request) -> bytes:
    """The body as it came; `kind` says which command it is."""
    return await request.body()


RawBody = Annotated[bytes, Depends(raw_body)]


@router.get("/calculations", summary="分成比例测算列表")
def calculations(work: ApiWork, command: Annotated[CalculationFilter, Query()]) -> CalculationPage:
    """What the caller's district has kept."""
    return calculators.calculations(work, command)


@router.post("/calculations", status_code=201, summary="保存分成比例测算", openapi_extra=BODY)
def keep(work: ApiWork, body: RawBody) -> CalculationView:
    """Keep inputs, result and reasons for the caller's district alone."""
    return calculators.keep(work, _command(body))


@router.post(
    "/calculations:evaluate",
    summary="测算分成比例",
    openapi_extra={"x-read-only": True, **BODY},
)
def evaluate(work: ApiWork, body: RawBody) -> ResultView:
    """What the calculator proposes; nothing is stored."""
    return calculators.evaluate(work, _command(body))


@router.get("/calculations/{id}", summary="分成比例测算")
def calculation(work: ApiWork, id: str) -> CalculationView:
    """One kept calculation, exactly as it was."""
    return calculators.calculation(work, id)


def _command(body: bytes) -> AnyCalculation:
    """The command of the body's kind; Invalid with a pointer per field."""
    try:
        document = load_json(body)
    except JsonError as error:
        raise MalformedJson(str(error)) from error
    kind = document.get("kind") if isinstance(document, dict) else None
    model = next((model for known, model in COMMANDS.items() if known == kind), None)
    if model is None:
        raise Invalid.at("/kind", "enum", "请从列表中选择测算方法")
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise Invalid("请求内容有误", *schemas.issues(error.errors(), model)) from error
