"""What-ifs for partner systems: runs, grids, goal seek, differences, and the kept ones."""

from typing import Any

from fastapi import APIRouter

from app.agreements import bench, scenarios
from app.agreements.bench_schemas import CompareSchemes, EditScenario, Goal, Grid, SaveScenario
from app.agreements.schemas import ChangesView
from app.agreements.trials import GoalView, GridView, ScenarioView
from app.districts.access import ApiWork, IfMatch, RawBody
from app.kit.replay import Route

router = APIRouter(prefix="/api/v1", route_class=Route, tags=["协议与分享"])
READ_ONLY = {"x-read-only": True}
CASE = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["scheme", "facts"],
                    "properties": {
                        "scheme": {"type": "object"},
                        "facts": {"type": "object"},
                        "rates": {"type": "array", "items": {"type": "object"}},
                    },
                }
            }
        },
    }
}


@router.post("/agreements/{id}/scenarios", status_code=201, summary="保存协议的测算情景")
def save_scenario(work: ApiWork, id: str, command: SaveScenario) -> ScenarioView:
    """Keep a what-if of an agreement for the caller's district alone."""
    return scenarios.save(work, command.model_copy(update={"agreement": id}))


@router.get("/scenarios", summary="本区保存的测算情景")
def kept(work: ApiWork) -> list[ScenarioView]:
    """The what-ifs of the caller's district, the newest first, fifty at most."""
    return scenarios.scenarios(work)


@router.get("/scenarios/{id}", summary="一个测算情景")
def scenario(work: ApiWork, id: str) -> ScenarioView:
    """One what-if of the caller's district."""
    return scenarios.scenario(work, id)


@router.patch("/scenarios/{id}", summary="修改测算情景")
def edit(work: ApiWork, id: str, version: IfMatch, command: EditScenario) -> ScenarioView:
    """Rename it, or change its scheme or its receipts."""
    return scenarios.edit(work, id, command, version)


@router.delete("/scenarios/{id}", status_code=204, summary="删除测算情景")
def delete(work: ApiWork, id: str, version: IfMatch) -> None:
    """Delete it; agreements are not touched."""
    scenarios.delete(work, id, version)


@router.post("/scenarios:evaluate", summary="试算", openapi_extra=READ_ONLY | CASE)
def evaluate(work: ApiWork, body: RawBody) -> dict[str, Any]:
    """What the command `split` prints for the case; nothing is stored."""
    return bench.evaluate(work, body)


@router.post("/scenarios:grid", summary="比例与年限的净现值表", openapi_extra=READ_ONLY)
def grid(work: ApiWork, command: Grid) -> GridView:
    """Every party's net present value for each ratio with each term."""
    return bench.grid(work, command)


@router.post("/scenarios:goal-seek", summary="目标求解", openapi_extra=READ_ONLY)
def goal_seek(work: ApiWork, command: Goal) -> GoalView:
    """The least value of one number of the scheme that brings a party its target."""
    return bench.goal_seek(work, command)


@router.post("/scenarios:diff", summary="两个方案的条款差异", openapi_extra=READ_ONLY)
def compare(work: ApiWork, command: CompareSchemes) -> ChangesView:
    """The clauses that differ, in words."""
    return bench.compare(work, command)
