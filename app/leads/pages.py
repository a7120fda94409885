"""线索: the list, 记一条线索 with its receipt, the lead with gate and timeline, acts on it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.districts.access import LoggedPageWork, PageWork
from app.kit.filters import typed_yi
from app.kit.replay import Route
from app.kit.web import Form, attachment, bind, page, see_other
from app.kit.work import Work
from app.leads import clash, desk, listing, saved_views, service
from app.leads.schemas import (
    AssessLead,
    AssignLead,
    ClaimLead,
    DeleteLead,
    Distinguish,
    DropLead,
    EditLead,
    LeadFilter,
    LeadView,
    LogLead,
    LogProgress,
    LogTalk,
    MoveLead,
    PoolLead,
    Stage,
)
from app.money import Money

router = APIRouter(prefix="/leads", route_class=Route, include_in_schema=False)


@router.get("")
def leads(request: Request, work: PageWork, command: Annotated[LeadFilter, Query()]) -> Response:
    """The list, under the filters of its address."""
    return page(
        request,
        "leads/list.html",
        form=_filter_form(request),
        leads=service.leads(work, command),
        totals=listing.totals(work, command),
        tabs=listing.tab_counts(work),
        views=saved_views.visible(work),
        filter=command,
        choices=desk.choices(work),
        days=desk.days(work),
    )


@router.get("/new")
def new(request: Request, work: PageWork, name: str = "") -> Response:
    """记一条线索: two fields, the rest folded."""
    form = Form[LogLead].initial(
        name=name,
        named="enterprise",
        source=listing.last_source(work),
        planned_investment_currency="CNY",
        owner_id=work.actor.id,
    )
    return page(request, "leads/new.html", form=form, **_entry(work))


@router.post("")
def log(
    request: Request, work: PageWork, form: Annotated[Form[LogLead], bind(LogLead)]
) -> Response:
    """Save, and go on to the receipt."""
    with form.or_show(request, "leads/new.html", **_entry(work)):
        lead = service.log_lead(work, form.valid)
    return see_other(f"/leads/{lead.id}/logged?receipt={lead.receipt.number}")


@router.get("/new-leads")
def awaiting(request: Request, work: PageWork) -> Response:
    """新线索: a block of the 工作台, the leads that wait for their first response."""
    return page(
        request,
        "leads/block.html",
        leads=listing.awaiting(work),
        tabs=listing.tab_counts(work),
        days=desk.days(work),
    )


@router.get("/bin")
def recycle_bin(request: Request, work: PageWork) -> Response:
    """回收站."""
    return page(request, "leads/bin.html", leads=listing.deleted(work))


@router.get("/{id}")
def lead(request: Request, work: PageWork, id: str) -> Response:
    """The lead: what is known, what happened, what comes next and until when."""
    return page(request, "leads/detail.html", desk=desk.desk(work, id), days=desk.days(work))


@router.get("/{id}/logged")
def logged(request: Request, work: PageWork, id: str, receipt: str) -> Response:
    """The receipt, and what the claim still lacks, with the inputs right there."""
    shown = desk.logged(work, id, receipt)
    return page(
        request,
        "leads/logged.html",
        form=_claim_form(shown.lead),
        shown=shown,
        choices=desk.choices(work),
        days=desk.days(work),
    )


@router.get("/{id}/edit")
def edit_form(request: Request, work: PageWork, id: str) -> Response:
    """The fields of the lead."""
    found = service.lead(work, id)
    return page(
        request,
        "leads/edit.html",
        form=_edit_form(found),
        lead=found,
        clash=None,
        choices=desk.choices(work),
    )


@router.post("/{id}/edit")
def edit(
    request: Request, work: PageWork, id: str, form: Annotated[Form[EditLead], bind(EditLead)]
) -> Response:
    """Save the fields; when somebody saved meanwhile, show all three sides of it."""
    shown = {
        "lead": service.lead(work, id),
        "clash": clash.of_lead(work, id, form.version, form.command),
        "choices": desk.choices(work),
    }
    with form.or_show(request, "leads/edit.html", **shown):
        service.edit(work, id, form.valid, form.version)
    return see_other(f"/leads/{id}")


@router.get("/{id}/claim")
def claim_form(request: Request, work: PageWork, id: str) -> Response:
    """申报首谈: what the claim needs, filled as far as it is known."""
    shown = desk.claimable(work, id)
    form = _claim_form(shown.lead)
    return page(request, "leads/claim.html", form=form, shown=shown, choices=desk.choices(work))


@router.post("/{id}/claim")
def claim(
    request: Request, work: PageWork, id: str, form: Annotated[Form[ClaimLead], bind(ClaimLead)]
) -> Response:
    """File the claim, and go on to its receipt."""
    shown = {"shown": desk.claimable(work, id), "choices": desk.choices(work)}
    with form.or_show(request, "leads/claim.html", **shown):
        claimed = service.claim(work, id, form.valid, form.version)
    return see_other(f"/leads/{id}/logged?receipt={claimed.receipt.number}")


@router.get("/{id}/evidence/{file_id}")
def evidence(work: LoggedPageWork, id: str, file_id: str) -> Response:
    """A filed proof, to save."""
    name, data, media_type = service.evidence_file(work, id, file_id)
    return attachment(name, data, media_type)


@router.get("/{id}/progress")
def progress_form(request: Request, work: PageWork, id: str) -> Response:
    """写进展: one line."""
    return _act(request, work, id, "progress")


@router.post("/{id}/progress")
def progress(
    request: Request, work: PageWork, id: str, form: Annotated[Form[LogProgress], bind(LogProgress)]
) -> Response:
    """Log the line."""
    with form.or_show(request, "leads/act.html", **_about(work, id, "progress")):
        service.log_progress(work, id, form.valid)
    return see_other(f"/leads/{id}")


@router.get("/{id}/talk")
def talk_form(request: Request, work: PageWork, id: str, line: str = "") -> Response:
    """记洽谈: when, who, what was said; from a line of progress, to make it 实质进展."""
    told = desk.line_of(work, line) if line else None
    form = Form[LogTalk].initial(
        happened_on=told.happened_on if told else work.today,
        content=told.content if told else None,
        kind="talk",
        participants=work.actor.name,
    )
    return _act(request, work, id, "talk", form, line=line)


@router.post("/{id}/talk")
def talk(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[LogTalk], bind(LogTalk)],
    line: str = "",
) -> Response:
    """Log the talk, or tell a line of progress in full."""
    with form.or_show(request, "leads/act.html", line=line, **_about(work, id, "talk")):
        if line:
            service.make_substantive(work, id, line, form.valid)
        else:
            service.log_talk(work, id, form.valid)
    return see_other(f"/leads/{id}")


@router.get("/{id}/move")
def move_form(request: Request, work: PageWork, id: str, to: Stage) -> Response:
    """Another stage: its gate, or the reason to go back."""
    return _act(request, work, id, "move", Form[MoveLead].initial(to=to.value))


@router.post("/{id}/move")
def move(
    request: Request, work: PageWork, id: str, form: Annotated[Form[MoveLead], bind(MoveLead)]
) -> Response:
    """Move the lead."""
    with form.or_show(request, "leads/act.html", **_about(work, id, "move")):
        service.move(work, id, form.valid, form.version)
    return see_other(f"/leads/{id}")


@router.get("/{id}/assess")
def assess_form(request: Request, work: PageWork, id: str) -> Response:
    """研判单, with what is known of it."""
    found = service.lead(work, id)
    form = Form[AssessLead].initial(
        conclusion=found.conclusion and found.conclusion.value,
        reason=found.conclusion_reason,
        capital_origin=found.capital_origin and found.capital_origin.value,
    )
    return _act(request, work, id, "assess", form)


@router.post("/{id}/assess")
def assess(
    request: Request, work: PageWork, id: str, form: Annotated[Form[AssessLead], bind(AssessLead)]
) -> Response:
    """Enter the conclusion."""
    with form.or_show(request, "leads/act.html", **_about(work, id, "assess")):
        service.assess(work, id, form.valid, form.version)
    return see_other(f"/leads/{id}")


@router.post("/{id}/distinguish")
def distinguish(
    work: PageWork, id: str, form: Annotated[Form[Distinguish], bind(Distinguish)]
) -> Response:
    """Not the same project as another lead on the enterprise."""
    service.distinguish(work, id, form.valid, form.version)
    return see_other(f"/leads/{id}")


@router.get("/{id}/assign")
def assign_form(request: Request, work: PageWork, id: str) -> Response:
    """Who looks after it from now on."""
    return _act(request, work, id, "assign", Form[AssignLead].initial(owner_id=work.actor.id))


@router.post("/{id}/assign")
def assign(
    request: Request, work: PageWork, id: str, form: Annotated[Form[AssignLead], bind(AssignLead)]
) -> Response:
    """Assign it, or pick it up."""
    with form.or_show(request, "leads/act.html", **_about(work, id, "assign")):
        service.assign(work, id, form.valid, form.version)
    return see_other(f"/leads/{id}")


@router.get("/{id}/pool")
def pool_form(request: Request, work: PageWork, id: str) -> Response:
    """Back into the pool, with the reason."""
    return _act(request, work, id, "pool")


@router.post("/{id}/pool")
def pool(
    request: Request, work: PageWork, id: str, form: Annotated[Form[PoolLead], bind(PoolLead)]
) -> Response:
    """Put it into the pool."""
    with form.or_show(request, "leads/act.html", **_about(work, id, "pool")):
        service.pool(work, id, form.valid, form.version)
    return see_other(f"/leads/{id}")


@router.get("/{id}/drop")
def drop_form(request: Request, work: PageWork, id: str) -> Response:
    """End it, with the reason and the effect."""
    return _act(request, work, id, "drop")


@router.post("/{id}/drop")
def drop(
    request: Request, work: PageWork, id: str, form: Annotated[Form[DropLead], bind(DropLead)]
) -> Response:
    """End the lead."""
    with form.or_show(request, "leads/act.html", **_about(work, id, "drop")):
        service.drop(work, id, form.valid, form.version)
    return see_other(f"/leads/{id}")


@router.get("/{id}/delete")
def delete_form(request: Request, work: PageWork, id: str) -> Response:
    """Into the recycle bin, with the reason and the effect."""
    return _act(request, work, id, "delete")


@router.post("/{id}/delete")
def delete(
    request: Request, work: PageWork, id: str, form: Annotated[Form[DeleteLead], bind(DeleteLead)]
) -> Response:
    """Delete the lead."""
    with form.or_show(request, "leads/act.html", **_about(work, id, "delete")):
        service.delete(work, id, form.valid, form.version)
    return see_other("/leads/bin")


@router.post("/{id}/restore")
def restore(work: PageWork, id: str) -> Response:
    """Take it out of the recycle bin."""
    service.restore(work, id)
    return see_other(f"/leads/{id}")


def _entry(work: Work) -> dict[str, Any]:
    """What 记一条线索 shows beside its fields."""
    return {
        "choices": desk.choices(work),
        "recent": listing.recent(work),
        "today": work.today,
    }


def _filter_form(request: Request) -> Form[LeadFilter]:
    return Form[LeadFilter].initial(**dict(request.query_params))


def _act(
    request: Request,
    work: Work,
    id: str,
    act: str,
    form: Form[Any] | None = None,
    **more: object,
) -> Response:
    about = _about(work, id, act) | more
    return page(request, "leads/act.html", form=form or Form[Any](), **about)


def _about(work: Work, id: str, act: str) -> dict[str, Any]:
    """What the page of an act shows beside its fields."""
    found = service.lead(work, id)
    return {"act": act, "lead": found, "choices": desk.choices(work), "today": work.today}


def _claim_form(lead: LeadView) -> Form[ClaimLead]:
    return Form[ClaimLead].initial(
        **{"scope.division": lead.division and lead.division.code, "scope.line": lead.line},
        planned_investment=_typed(lead.planned_investment),
        planned_investment_currency=lead.planned_investment_currency.value,
        fixed_asset_investment=_typed(lead.fixed_asset_investment),
        exclusions=[one.value for one in lead.exclusions],
        first_talked_on=lead.first_talked_on,
        unregistered=lead.unregistered,
    )


def _edit_form(lead: LeadView) -> Form[EditLead]:
    enterprise = lead.enterprise
    return Form[EditLead].initial(
        enterprise_name=enterprise and enterprise.name,
        uscc=enterprise and enterprise.uscc,
        unregistered=lead.unregistered,
        project_name=lead.project_name,
        source=lead.source.code,
        division=lead.division and lead.division.code,
        line=lead.line,
        planned_investment=_typed(lead.planned_investment),
        planned_investment_currency=lead.planned_investment_currency.value,
        planned_investment_withheld=lead.planned_investment_withheld is not None,
        capital_origin=lead.capital_origin and lead.capital_origin.value,
        first_talked_on=lead.first_talked_on,
        note=lead.note,
    )


def _typed(amount: Money | None) -> str | None:
    """An amount as one would type it, exact."""
    return None if amount is None else typed_yi(amount)
