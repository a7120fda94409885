"""项目: the list, the project with its gate and rail, and every act on it as a form of its own."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.districts.access import LoggedPageWork, PageWork
from app.kit.filters import typed_yi
from app.kit.replay import Route
from app.kit.web import Form, attachment, bind, page, see_other
from app.kit.work import Work
from app.leads import service as leads
from app.money import Money
from app.projects import desk, listing, records, relocation_cases, service
from app.projects.commands import (
    AddFactorNeed,
    AddIdentifier,
    AnswerFactorNeed,
    CreateProject,
    EditProject,
    Entry,
    FillAndMove,
    Move,
    OpenProject,
    ProjectFilter,
    SetCommitment,
    SetStatus,
)
from app.projects.schemas import LogProgress, LogTalk, ProjectView, SharedProjectView, Stage, Status

router = APIRouter(route_class=Route, include_in_schema=False)


@router.get("/projects")
def projects(
    request: Request, work: PageWork, command: Annotated[ProjectFilter, Query()]
) -> Response:
    """The list, under the filters of its address."""
    return page(
        request,
        "projects/list.html",
        form=Form[ProjectFilter].initial(**dict(request.query_params)),
        projects=service.projects(work, command),
        totals=service.totals(work, command),
        filter=command,
        choices=desk.choices(work),
        today=work.today,
    )


@router.get("/projects/shared")
def shared(request: Request, work: PageWork) -> Response:
    """Other districts' projects that we have a part in."""
    return page(request, "projects/shared.html", projects=service.shared_with_us(work))


@router.get("/projects/quiet")
def quiet(request: Request, work: PageWork) -> Response:
    """待写进展: a block of the 工作台, and a page of its own."""
    return page(request, "projects/quiet.html", quiet=listing.quiet(work))


@router.get("/projects/new")
def new(request: Request, work: PageWork, entry: Entry = Entry.CANDIDATE) -> Response:
    """储备 or 补录."""
    form = Form[CreateProject].initial(
        entry=entry,
        stage=Stage.NEGOTIATING,
        owner=work.actor.id,
        candidate_year=work.today.year,
        planned_investment_currency="CNY",
    )
    return page(request, "projects/new.html", form=form, entry=entry, choices=desk.choices(work))


@router.post("/projects/new")
def create(
    request: Request, work: PageWork, form: Annotated[Form[CreateProject], bind(CreateProject)]
) -> Response:
    """Enter it."""
    entry = Entry.BACK_ENTRY if form.value("entry") == Entry.BACK_ENTRY else Entry.CANDIDATE
    with form.or_show(request, "projects/new.html", entry=entry, choices=desk.choices(work)):
        made = service.create(work, form.valid)
    return see_other(f"/projects/{made.id}")


@router.get("/leads/{id}/open-project")
def open_form(request: Request, work: PageWork, id: str) -> Response:
    """转为项目: what it will be called, and what the gate still asks for."""
    about = _opening(work, id)
    form = Form[OpenProject].initial(name=about["lead"].project_name or about["lead"].name)
    return page(request, "projects/open.html", form=form, **about)


@router.post("/leads/{id}/open-project")
def open_project(
    request: Request, work: PageWork, id: str, form: Annotated[Form[OpenProject], bind(OpenProject)]
) -> Response:
    """Open it."""
    with form.or_show(request, "projects/open.html", **_opening(work, id)):
        opened = service.open_from_lead(work, id, form.valid, form.version)
    return see_other(f"/projects/{opened.id}")


@router.get("/projects/{id}")
def project(request: Request, work: PageWork, id: str) -> Response:
    """The project, or its shared part."""
    found, relocation = desk.desk(work, id), relocation_cases.of_project(work, id)
    if isinstance(found, SharedProjectView):
        return page(request, "projects/shared_detail.html", project=found, relocation=relocation)
    return page(
        request,
        "projects/detail.html",
        desk=found,
        relocation=relocation,
        form=Form[LogProgress](),
        today=work.today,
    )


@router.get("/projects/{id}/edit")
def edit_form(request: Request, work: PageWork, id: str) -> Response:
    """The fields of the project."""
    found = service.whole_project(work, id)
    return page(request, "projects/edit.html", form=_fields(found), **_about(work, id, found))


@router.post("/projects/{id}/edit")
def edit(
    request: Request, work: PageWork, id: str, form: Annotated[Form[EditProject], bind(EditProject)]
) -> Response:
    """Save the fields."""
    with form.or_show(request, "projects/edit.html", **_about(work, id)):
        service.edit(work, id, form.valid, form.version)
    return see_other(f"/projects/{id}")


@router.get("/projects/{id}/gates/{stage}")
def gate_form(request: Request, work: PageWork, id: str, stage: Stage) -> Response:
    """门槛: only what is missing, with its inputs."""
    found, gate = desk.gate_desk(work, id, stage)
    return page(
        request,
        "projects/gate.html",
        form=_fields(found),
        project=found,
        gate=gate,
        choices=desk.choices(work),
    )


@router.post("/projects/{id}/gates/{stage}")
def fill_gate(
    request: Request,
    work: PageWork,
    id: str,
    stage: Stage,
    form: Annotated[Form[FillAndMove], bind(FillAndMove)],
) -> Response:
    """Save what was filled in; pass when nothing is missing, else show what still is."""
    found, gate = desk.gate_desk(work, id, stage)
    choices = desk.choices(work)
    with form.or_show(request, "projects/gate.html", project=found, gate=gate, choices=choices):
        after = service.fill_gate(work, id, stage, form.valid, form.version)
    passed = after.stage is stage
    return see_other(f"/projects/{id}" if passed else f"/projects/{id}/gates/{stage}")


@router.get("/projects/{id}/move")
def move_form(request: Request, work: PageWork, id: str, to: Stage) -> Response:
    """Another stage: through its gate, or back with a reason."""
    return _act(request, work, id, "move", Form[Move].initial(to=to))


@router.post("/projects/{id}/move")
def move(
    request: Request, work: PageWork, id: str, form: Annotated[Form[Move], bind(Move)]
) -> Response:
    """Move it."""
    with form.or_show(request, "projects/act.html", act="move", **_about(work, id)):
        service.move(work, id, form.valid, form.version)
    return see_other(f"/projects/{id}")


@router.get("/projects/{id}/status")
def status_form(request: Request, work: PageWork, id: str, to: Status) -> Response:
    """Another status, with what it must say."""
    return _act(request, work, id, "status", Form[SetStatus].initial(status=to))


@router.post("/projects/{id}/status")
def set_status(
    request: Request, work: PageWork, id: str, form: Annotated[Form[SetStatus], bind(SetStatus)]
) -> Response:
    """Change it."""
    with form.or_show(request, "projects/act.html", act="status", **_about(work, id)):
        service.set_status(work, id, form.valid, form.version)
    return see_other(f"/projects/{id}")


@router.get("/projects/{id}/progress")
def progress_form(request: Request, work: PageWork, id: str) -> Response:
    """写进展: one line."""
    return _act(request, work, id, "progress", Form[LogProgress]())


@router.post("/projects/{id}/progress")
def progress(
    request: Request, work: PageWork, id: str, form: Annotated[Form[LogProgress], bind(LogProgress)]
) -> Response:
    """Log the line."""
    with form.or_show(request, "projects/act.html", act="progress", **_about(work, id)):
        service.log_progress(work, id, form.valid)
    return see_other(f"/projects/{id}")


@router.get("/projects/{id}/talk")
def talk_form(request: Request, work: PageWork, id: str, line: str = "") -> Response:
    """记洽谈: when, who, what was said; from a line of progress, to make it 实质进展."""
    told = desk.line_of(work, line) if line else None
    form = Form[LogTalk].initial(
        happened_on=told.happened_on if told else work.today,
        content=told.content if told else None,
        kind="talk",
        participants=work.actor.name,
    )
    about = _about(work, id) | {"line": line}
    return page(request, "projects/act.html", form=form, act="talk", **about)


@router.post("/projects/{id}/talk")
def talk(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[LogTalk], bind(LogTalk)],
    line: str = "",
) -> Response:
    """Log the talk, or tell a line of progress in full."""
    about = _about(work, id) | {"line": line}
    with form.or_show(request, "projects/act.html", act="talk", **about):
        if line:
            service.make_substantive(work, id, line, form.valid)
        else:
            service.log_talk(work, id, form.valid)
    return see_other(f"/projects/{id}")


@router.get("/projects/{id}/identifiers")
def identifier_form(request: Request, work: PageWork, id: str) -> Response:
    """登记编号: as it was reported there."""
    form = Form[AddIdentifier].initial(reported_on=work.today)
    return _act(request, work, id, "identifiers", form)


@router.post("/projects/{id}/identifiers")
def add_identifier(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[AddIdentifier], bind(AddIdentifier)],
) -> Response:
    """Add it beside the others."""
    with form.or_show(request, "projects/act.html", act="identifiers", **_about(work, id)):
        records.add_identifier(work, id, form.valid)
    return see_other(f"/projects/{id}")


@router.get("/projects/{id}/commitments")
def commitment_form(request: Request, work: PageWork, id: str) -> Response:
    """承诺与实际: one indicator of one year."""
    form = Form[SetCommitment].initial(year=work.today.year)
    return _act(request, work, id, "commitments", form)


@router.post("/projects/{id}/commitments")
def set_commitment(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[SetCommitment], bind(SetCommitment)],
) -> Response:
    """Save it."""
    with form.or_show(request, "projects/act.html", act="commitments", **_about(work, id)):
        records.set_commitment(work, id, form.valid)
    return see_other(f"/projects/{id}")


@router.get("/projects/{id}/needs")
def need_form(request: Request, work: PageWork, id: str) -> Response:
    """要素需求."""
    return _act(request, work, id, "needs", Form[AddFactorNeed]())


@router.post("/projects/{id}/needs")
def add_need(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[AddFactorNeed], bind(AddFactorNeed)],
) -> Response:
    """Put it on the list."""
    with form.or_show(request, "projects/act.html", act="needs", **_about(work, id)):
        records.add_factor_need(work, id, form.valid)
    return see_other(f"/projects/{id}")


@router.get("/projects/{id}/needs/{need}")
def answer_form(request: Request, work: PageWork, id: str, need: str) -> Response:
    """答复要素需求."""
    return _act(request, work, id, "needs/" + need, Form[AnswerFactorNeed]())


@router.post("/projects/{id}/needs/{need}")
def answer_need(
    request: Request,
    work: PageWork,
    id: str,
    need: str,
    form: Annotated[Form[AnswerFactorNeed], bind(AnswerFactorNeed)],
) -> Response:
    """Write the answer down."""
    with form.or_show(request, "projects/act.html", act="needs/" + need, **_about(work, id)):
        records.answer_factor_need(work, id, need, form.valid, None)
    return see_other(f"/projects/{id}")


@router.get("/projects/{id}/contract")
def contract(work: LoggedPageWork, id: str) -> Response:
    """The signed contract, to save."""
    name, data, media_type = records.contract_file(work, id)
    return attachment(name, data, media_type)


def _act(request: Request, work: Work, id: str, act: str, form: Form[Any]) -> Response:
    return page(request, "projects/act.html", form=form, act=act, **_about(work, id))


def _about(work: Work, id: str, found: ProjectView | None = None) -> dict[str, Any]:
    """What the page of an act shows beside its fields."""
    return {
        "project": found or service.whole_project(work, id),
        "choices": desk.choices(work),
        "today": work.today,
        "line": "",
    }


def _opening(work: Work, lead_id: str) -> dict[str, Any]:
    return {
        "lead": leads.lead(work, lead_id),
        "gate": leads.gate(work, lead_id, Stage.NEGOTIATING),
    }


def _fields(project: ProjectView) -> Form[EditProject]:
    """The edit form as the project stands."""
    enterprise = project.enterprise
    plain = (
        "name content line planned_investment_currency track capital_origin conclusion land "
        "distinct_reason park_fit park_fit_reason fair_competition_review no_factor_needs "
        "unregistered"
    )
    coded = (
        "source owner origin_district host_district division project_type enterprise_type "
        "source_region key_industry park"
    )
    amounts = "planned_investment fixed_asset_investment filing_amount"
    values: dict[str, object] = {
        **{name: getattr(project, name) for name in plain.split()},
        **{name: (code := getattr(project, name)) and code.code for name in coded.split()},
        **{name: _typed(getattr(project, name)) for name in amounts.split()},
        **{f"{one.field}_withheld": True for one in project.withheld},
        **{f"decisions.{name}": value for name, value in project.decisions},
        "enterprise_name": enterprise and enterprise.name,
        "uscc": enterprise and enterprise.uscc,
        "categories": [one.code for one in project.categories],
        "assessment.conclusion": project.conclusion,
        "assessment.reason": project.conclusion_reason,
        "agreement.kind": project.agreement.kind,
        "agreement.signed_on": project.agreement.signed_on,
        "land_mu": project.model_dump(mode="json")["land_mu"],
    }
    return Form[EditProject].initial(**values)


def _typed(amount: Money | None) -> str | None:
    """An amount as it could be typed: exact, with its unit."""
    return None if amount is None else f"{typed_yi(amount)}亿"
