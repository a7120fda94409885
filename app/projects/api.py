"""Projects for partner districts and their systems."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.districts.access import ApiWork, IfMatch
from app.enterprises.schemas import EditInteraction, InteractionView, LogInteraction
from app.kit.replay import Route
from app.projects import records, service
from app.projects.commands import (
    CreateProject,
    EditProject,
    Move,
    OpenProject,
    ProjectFilter,
    SetStatus,
)
from app.projects.schemas import (
    CommitmentView,
    FactorNeedView,
    GateView,
    IdentifierView,
    ProjectPage,
    ProjectView,
    SharedProjectView,
    Stage,
    StageChangeView,
    StageView,
)

router = APIRouter(prefix="/api/v1", route_class=Route, tags=["项目"])


@router.get("/projects", summary="项目列表")
def projects(work: ApiWork, command: Annotated[ProjectFilter, Query()]) -> ProjectPage:
    """A page of the projects of the caller's district."""
    return service.projects(work, command)


@router.post("/projects", status_code=201, summary="登记储备项目或补录项目")
def create(work: ApiWork, command: CreateProject) -> ProjectView:
    """A candidate, or an old project; every other project opens from a lead."""
    return service.create(work, command)


@router.get("/projects/shared", summary="本区参与的他区项目")
def shared(work: ApiWork) -> list[SharedProjectView]:
    """Other districts' projects that the caller's has a part in: stage, dates, results."""
    return service.shared_with_us(work)


@router.get("/projects/{id}", summary="项目")
def project(work: ApiWork, id: str) -> ProjectView | SharedProjectView:
    """One project; of another district's only stage, dates, promised and actual."""
    return service.project(work, id)


@router.patch("/projects/{id}", summary="修改项目")
def edit(work: ApiWork, id: str, version: IfMatch, command: EditProject) -> ProjectView:
    """Change the fields that were sent."""
    return service.edit(work, id, command, version)


@router.get("/projects/{id}/gates/{stage}", summary="到某阶段还缺什么")
def gate(work: ApiWork, id: str, stage: Stage) -> GateView:
    """A dry run of the move to a stage."""
    return service.gate(work, id, stage)


@router.post("/projects/{id}:transition", summary="推进或退回阶段")
def move(work: ApiWork, id: str, version: IfMatch, command: Move) -> ProjectView:
    """To another stage; `signed` converts the first-talk right."""
    return service.move(work, id, command, version)


@router.post("/projects/{id}:set-status", summary="改变状态")
def set_status(work: ApiWork, id: str, version: IfMatch, command: SetStatus) -> ProjectView:
    """Hold, resume, drop, hand over; dropping releases a blocking right."""
    return service.set_status(work, id, command, version)


@router.get("/projects/{id}/stage-log", summary="阶段与状态变更记录")
def stage_log(work: ApiWork, id: str) -> list[StageChangeView]:
    """Every change, newest first."""
    return service.stage_log(work, id)


@router.get("/projects/{id}/identifiers", summary="各系统编号")
def identifiers(work: ApiWork, id: str) -> list[IdentifierView]:
    """How other systems know the project, as reported there."""
    return records.identifiers(work, id)


@router.get("/projects/{id}/commitments", summary="承诺与实际")
def commitments(work: ApiWork, id: str) -> list[CommitmentView]:
    """Promised and actual by year and indicator."""
    return records.commitments(work, id)


@router.get("/projects/{id}/factor-needs", summary="要素需求")
def factor_needs(work: ApiWork, id: str) -> list[FactorNeedView]:
    """What the project needs."""
    return records.factor_needs(work, id)


@router.post("/leads/{id}:open-project", summary="线索转为项目")
def open_project(work: ApiWork, id: str, version: IfMatch, command: OpenProject) -> ProjectView:
    """The lead passes the gate of 在谈 and goes on as a project."""
    return service.open_from_lead(work, id, command, version)


@router.post("/interactions", status_code=201, summary="记录洽谈、走访或一句进展")
def log_interaction(work: ApiWork, command: LogInteraction) -> InteractionView:
    """About a lead or project it counts as a report on the first-talk right too."""
    return service.log_interaction(work, command)


@router.patch("/interactions/{id}", summary="修改洽谈或走访")
def edit_interaction(
    work: ApiWork, id: str, version: IfMatch, command: EditInteraction
) -> InteractionView:
    """Change the given fields; made substantive, it counts for the first-talk right from now on."""
    return service.edit_interaction(work, id, command, version)


@router.get("/stages", summary="阶段")
def stages(work: ApiWork) -> list[StageView]:
    """The stages of the pipeline, with the tracks they lie on."""
    return service.stages(work)
