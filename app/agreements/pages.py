"""协议与分享: the list, one agreement with its versions, the editor of a draft."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.agreements import (
    approvals,
    differences,
    listing,
    openings,
    readings,
    reviews,
    service,
    sheets,
)
from app.agreements.cards import Sheet
from app.agreements.precedents import BY_ID
from app.agreements.schemas import (
    AddRecord,
    AgreementFilter,
    Amend,
    CompareVersions,
    Confirm,
    ConfirmApproval,
    EnterApproval,
    Terminate,
)
from app.agreements.sheet_pages import cards, filled, of_sheet, rearranged, trim
from app.districts.access import PageWork
from app.kit.replay import Route
from app.kit.web import Form, attachment, bind, page, query_form, see_other
from app.kit.work import Work

router = APIRouter(route_class=Route, include_in_schema=False)
DETAIL, EDITOR = "agreements/detail.html", "agreements/edit.html"


@router.get("/agreements")
def agreements(
    request: Request, work: PageWork, command: Annotated[AgreementFilter, Query()]
) -> Response:
    """协议库."""
    found = listing.agreements(work, command)
    return page(request, "agreements/list.html", agreements=found, filter=command)


@router.get("/agreements/blocks/waiting")
def waiting_block(request: Request, work: PageWork) -> Response:
    """待办协议 of the 工作台."""
    return page(request, "agreements/block_waiting.html", rows=listing.waiting(work))


@router.get("/agreements/templates")
def templates(request: Request, work: PageWork) -> Response:
    """The published schemes that a draft can start from."""
    return page(request, "agreements/templates.html", precedents=sheets.samples(work))


@router.get("/agreements/new")
def new(
    request: Request, work: PageWork, form: Annotated[Form[Sheet], query_form(Sheet)]
) -> Response:
    """A draft to fill in, from the bench, a template or a transfer (流转)."""
    if form.command is not None and form.command.is_blank and form.command.transfer:
        form = of_sheet(openings.of_transfer(work, form.command.transfer))
    form = filled(work, form)
    return page(request, EDITOR, form=form, **_editor(work, "/agreements", form))


@router.post("/agreements")
def draft(request: Request, work: PageWork, form: Annotated[Form[Sheet], bind(Sheet)]) -> Response:
    """Keep the draft of a new agreement."""
    trim(form)
    if rearranged(form):
        return page(request, EDITOR, form=form, **_editor(work, "/agreements", form))
    with form.or_show(request, EDITOR, **_editor(work, "/agreements", form)):
        transfer_id = form.valid.transfer or None
        made = service.draft(work, sheets.draft_of(work, form.valid), transfer_id)
    return see_other(f"/agreements/{made.id}")


@router.get("/agreements/{id}")
def agreement(request: Request, work: PageWork, id: str, n: int | None = None) -> Response:
    """One agreement: a version's terms, its consents and its way into force."""
    return page(request, DETAIL, **_detail(work, id, n))


@router.post("/agreements/{id}/versions")
def amend(work: PageWork, id: str, form: Annotated[Form[Amend], bind(Amend)]) -> Response:
    """Start a new version, and go on to edit it."""
    made = service.amend(work, id, form.valid, form.version)
    return see_other(f"/agreements/{id}/versions/{made.n}/edit")


@router.get("/agreements/{id}/diff")
def diff(
    request: Request, work: PageWork, id: str, command: Annotated[CompareVersions, Query()]
) -> Response:
    """Two versions side by side, changed clauses in words."""
    return page(
        request,
        "agreements/diff.html",
        agreement=service.agreement(work, id),
        diff=differences.diff(work, id, command),
    )


@router.get("/agreements/{id}/versions/{n}/edit")
def editor(
    request: Request,
    work: PageWork,
    id: str,
    n: int,
    form: Annotated[Form[Sheet], query_form(Sheet)],
) -> Response:
    """The cards of a draft, or what comes back from the bench."""
    version = service.editable(work, id, n)
    if form.command is not None and form.command.is_blank:
        form = of_sheet(sheets.of_version(work, id, n))
    trim(form)
    form.version = form.version or version.version
    return page(request, EDITOR, form=form, **_editor(work, _edit_path(id, n), form))


@router.post("/agreements/{id}/versions/{n}/edit")
def edit(
    request: Request, work: PageWork, id: str, n: int, form: Annotated[Form[Sheet], bind(Sheet)]
) -> Response:
    """Keep the draft."""
    trim(form)
    if rearranged(form):
        return page(request, EDITOR, form=form, **_editor(work, _edit_path(id, n), form))
    with form.or_show(request, EDITOR, **_editor(work, _edit_path(id, n), form)):
        service.edit(work, id, n, sheets.draft_of(work, form.valid), form.version)
    return see_other(f"/agreements/{id}?n={n}")


@router.post("/agreements/{id}/versions/{n}/offer")
def offer(request: Request, work: PageWork, id: str, n: int) -> Response:
    """Fix the terms and open them to the parties."""
    form = Form[Sheet](command=Sheet())
    with form.or_show(request, DETAIL, **_detail(work, id, n)):
        service.offer(work, id, n)
    return see_other(f"/agreements/{id}?n={n}")


@router.post("/agreements/{id}/versions/{n}/confirm")
def confirm(
    request: Request, work: PageWork, id: str, n: int, form: Annotated[Form[Confirm], bind(Confirm)]
) -> Response:
    """A party's yes to the digest on the page."""
    with form.or_show(request, DETAIL, **_detail(work, id, n)):
        service.confirm(work, id, n, form.valid)
    return see_other(f"/agreements/{id}?n={n}")


@router.post("/agreements/{id}/versions/{n}/terminate")
def terminate(
    request: Request,
    work: PageWork,
    id: str,
    n: int,
    form: Annotated[Form[Terminate], bind(Terminate)],
) -> Response:
    """Withdraw, refuse or end the version, with a reason."""
    with form.or_show(request, DETAIL, **_detail(work, id, n)):
        service.terminate(work, id, n, form.valid, form.version)
    return see_other(f"/agreements/{id}?n={n}")


@router.post("/agreements/{id}/versions/{n}/records")
def add_record(
    request: Request,
    work: PageWork,
    id: str,
    n: int,
    form: Annotated[Form[AddRecord], bind(AddRecord)],
) -> Response:
    """What cures a legal finding."""
    with form.or_show(request, DETAIL, **_detail(work, id, n)):
        reviews.add(work, id, n, form.valid, form.version)
    return see_other(f"/agreements/{id}?n={n}#records")


@router.get("/agreements/{id}/versions/{n}/records/{record}/file")
def record_file(work: PageWork, id: str, n: int, record: str) -> Response:
    """The file of a record."""
    file, data = reviews.file(work, id, n, record)
    return attachment(file.name, data, file.media_type)


@router.post("/agreements/{id}/versions/{n}/approval")
def enter_approval(
    request: Request,
    work: PageWork,
    id: str,
    n: int,
    form: Annotated[Form[EnterApproval], bind(EnterApproval)],
) -> Response:
    """市政府's number, date and file."""
    with form.or_show(request, DETAIL, **_detail(work, id, n)):
        approvals.enter(work, id, n, form.valid, form.version)
    return see_other(f"/agreements/{id}?n={n}")


@router.post("/agreements/{id}/versions/{n}/approval/confirm")
def confirm_approval(
    request: Request,
    work: PageWork,
    id: str,
    n: int,
    form: Annotated[Form[ConfirmApproval], bind(ConfirmApproval)],
) -> Response:
    """The second coordinator's word."""
    with form.or_show(request, DETAIL, **_detail(work, id, n)):
        approvals.confirm(work, id, n, form.valid, form.version)
    return see_other(f"/agreements/{id}?n={n}")


@router.get("/agreements/{id}/versions/{n}/approval/file")
def approval_file(work: PageWork, id: str, n: int) -> Response:
    """The approval's file."""
    file, data = approvals.file(work, id, n)
    return attachment(file.name, data, file.media_type)


@router.get("/agreements/{id}/versions/{n}/print")
def print_version(request: Request, work: PageWork, id: str, n: int) -> Response:
    """The text on A4, with its digest and who has said yes."""
    context = _detail(work, id, n) | {"printed_at": work.now}
    return page(request, "agreements/print.html", **context)


@router.get("/agreements/{id}/versions/{n}/terms.json")
def terms(work: PageWork, id: str, n: int) -> Response:
    """The very bytes that the digest is taken of."""
    data = service.sealed(work, id, n)
    return attachment(f"{id}-v{n}.json", data, "application/json")


def _editor(work: Work, action: str, form: Form[Sheet]) -> dict[str, Any]:
    return {
        "action": action,
        "sample": BY_ID.get(form.value("template")),
        "projects": [(one.id, one.name) for one in service.own_projects(work)],
        "readings": readings.of_sheet(work, form.command) if form.command else None,
        "findings": sheets.findings(work, form.command) if form.command else [],
        **cards(work, form),
    }


def _edit_path(id: str, n: int) -> str:
    return f"/agreements/{id}/versions/{n}/edit"


def _detail(work: Work, id: str, n: int | None) -> dict[str, Any]:
    found = service.agreement(work, id)
    return {
        "agreement": found,
        "version_shown": service.version(work, id, n or found.n),
        "readings": readings.of_version(work, id, n or found.n),
        "mine": work.actor.district_id,
    }
