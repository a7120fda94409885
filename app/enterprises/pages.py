"""企业库: the directory, one enterprise from all sides, the hint under a name box."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.districts.access import LoggedPageWork, PageWork
from app.enterprises import service
from app.enterprises.schemas import (
    KIND_CHOICES,
    SUBSTANTIVE_CHOICES,
    AddAlias,
    AddEnterprise,
    EditEnterprise,
    EditInteraction,
    EnterpriseFilter,
    EnterpriseView,
    Hint,
    InteractionView,
    LogInteraction,
    SaveContact,
)
from app.kit.replay import Route
from app.kit.web import Form, attachment, bind, page, see_other
from app.kit.work import Work

router = APIRouter(route_class=Route, include_in_schema=False)


@router.get("/enterprises")
def browse(
    request: Request, work: PageWork, command: Annotated[EnterpriseFilter, Query()]
) -> Response:
    """The directory."""
    found = service.browse(work, command.model_copy(update={"count": "exact"}))
    form = Form[EnterpriseFilter].initial(q=command.q)
    may_add = work.actor.has(*service.EDITORS)
    return page(
        request, "enterprises/list.html", found=found, filter=command, form=form, may_add=may_add
    )


@router.get("/enterprises/hint")
def hint(request: Request, work: PageWork, command: Annotated[Hint, Query()]) -> Response:
    """What the name being typed may mean: a fragment for under the name box."""
    found = service.hint(work, command)
    return page(request, "enterprises/_hint.html", found=found, typed=command.name.strip())


@router.get("/enterprises/new")
def new(request: Request, work: PageWork, name: str = "", uscc: str = "") -> Response:
    """The form of a new entry."""
    service.may_add(work)
    form = Form[AddEnterprise].initial(name=name, uscc=uscc, unregistered="false")
    return page(request, "enterprises/new.html", form=form)


@router.post("/enterprises")
def add(
    request: Request, work: PageWork, form: Annotated[Form[AddEnterprise], bind(AddEnterprise)]
) -> Response:
    """Add it, unless it seems to be there already."""
    with form.or_show(request, "enterprises/new.html"):
        entry = service.add_enterprise(work, form.valid)
    return see_other(f"/enterprises/{entry.id}")


@router.get("/enterprises/{id}")
def detail(request: Request, work: PageWork, id: str) -> Response:
    """One enterprise from all sides."""
    return page(request, "enterprises/detail.html", shown=_shown(request, work, id))


@router.get("/enterprises/{id}/edit")
def edit_form(request: Request, work: PageWork, id: str) -> Response:
    """The form of an entry, filled with what holds now."""
    entry = service.editable(work, id)
    form = Form[EditEnterprise].initial(
        name=entry.name,
        uscc=entry.uscc,
        unregistered="true" if entry.unregistered else "false",
        group_name=entry.group_name,
        controller=entry.controller,
    )
    form.version = entry.version
    return page(request, "enterprises/edit.html", form=form, enterprise=entry)


@router.post("/enterprises/{id}/edit")
def edit(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[EditEnterprise], bind(EditEnterprise)],
) -> Response:
    """Save it, or show what somebody else saved meanwhile."""
    entry = service.editable(work, id)
    clash = service.clash(work, id, form.version, form.command)
    with form.or_show(request, "enterprises/edit.html", enterprise=entry, clash=clash):
        service.edit_enterprise(work, id, form.valid, form.version)
    return see_other(f"/enterprises/{id}")


@router.post("/enterprises/{id}/aliases")
def add_alias(
    request: Request, work: PageWork, id: str, form: Annotated[Form[AddAlias], bind(AddAlias)]
) -> Response:
    """Add a former or other name."""
    shown = _shown(request, work, id, opened="alias")
    with form.or_show(request, "enterprises/detail.html", shown=shown):
        service.add_alias(work, id, form.valid)
    return see_other(f"/enterprises/{id}")


@router.post("/enterprises/{id}/contacts")
def add_contact(
    request: Request, work: PageWork, id: str, form: Annotated[Form[SaveContact], bind(SaveContact)]
) -> Response:
    """Add a contact."""
    shown = _shown(request, work, id, opened="contact")
    with form.or_show(request, "enterprises/detail.html", shown=shown):
        service.add_contact(work, id, form.valid)
    return see_other(f"/enterprises/{id}")


@router.get("/contacts/{id}")
def contact(request: Request, work: LoggedPageWork, id: str) -> Response:
    """A contact in full, to read and to change; the read is logged."""
    found = service.show_contact(work, id)
    form = Form[SaveContact].initial(
        name=found.name, post=found.post, phone=found.phone, email=found.email
    )
    form.version = found.version
    may_write = work.actor.has(*service.WRITERS)
    return page(request, "enterprises/contact.html", form=form, contact=found, may_write=may_write)


@router.post("/contacts/{id}")
def edit_contact(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[SaveContact], bind(SaveContact)],
) -> Response:
    """Save the contact."""
    found = service.contact(work, id)
    with form.or_show(request, "enterprises/contact.html", contact=found, may_write=True):
        service.edit_contact(work, id, form.valid, form.version)
    return see_other(f"/enterprises/{found.enterprise_id}")


@router.get("/enterprises/{id}/interactions/new")
def new_interaction(request: Request, work: PageWork, id: str) -> Response:
    """The form of a talk or visit."""
    form = Form[LogInteraction].initial(kind="visit", happened_on=work.today)
    return page(request, "enterprises/interaction.html", form=form, talk=_new_talk(work, id))


@router.post("/enterprises/{id}/interactions")
def log(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[LogInteraction], bind(LogInteraction)],
) -> Response:
    """Log a talk or visit about the enterprise."""
    with form.or_show(request, "enterprises/interaction.html", talk=_new_talk(work, id)):
        service.log_interaction(work, form.valid)
    return see_other(f"/enterprises/{id}")


@router.get("/interactions/{id}")
def interaction(request: Request, work: PageWork, id: str) -> Response:
    """The form of a talk or visit about an enterprise, filled with what was logged."""
    logged = service.talk(work, id)
    form = Form[EditInteraction].initial(
        **logged.model_dump(include=set(EditInteraction.model_fields) - {"files"})
    )
    form.version = logged.version
    return page(request, "enterprises/interaction.html", form=form, talk=_old_talk(work, logged))


@router.post("/interactions/{id}")
def edit_interaction(
    request: Request,
    work: PageWork,
    id: str,
    form: Annotated[Form[EditInteraction], bind(EditInteraction)],
) -> Response:
    """Save it."""
    logged = service.talk(work, id)
    with form.or_show(request, "enterprises/interaction.html", talk=_old_talk(work, logged)):
        service.edit_interaction(work, id, form.valid, form.version)
    return see_other(f"/enterprises/{logged.enterprise_id}")


@router.get("/interactions/{id}/files/{file_id}")
def file(work: PageWork, id: str, file_id: str) -> Response:
    """A file of an interaction, to save."""
    found, data = service.attachment(work, id, file_id)
    return attachment(found.name, data, found.media_type)


def _shown(request: Request, work: Work, id: str, opened: str = "") -> dict[str, object]:
    blocks = [
        {"title": block.title, "href": block.href.format(id=id)}
        for block in request.app.state.enterprise_blocks
        if work.actor.has(*block.roles)
    ]
    overview = service.overview(work, id)
    return {"overview": overview, "blocks": blocks, "blank": Form[AddAlias](), "opened": opened}


def _new_talk(work: Work, id: str) -> dict[str, object]:
    enterprise = service.interaction_form(work, id)
    return _talk("记洽谈走访", enterprise, f"/enterprises/{id}/interactions", f"talk-{id}")


def _old_talk(work: Work, logged: InteractionView) -> dict[str, object]:
    enterprise = service.interaction_form(work, logged.enterprise_id or "")
    return _talk("修改洽谈走访", enterprise, f"/interactions/{logged.id}", logged.id)


def _talk(title: str, enterprise: EnterpriseView, action: str, draft: str) -> dict[str, object]:
    return {
        "title": title,
        "enterprise": enterprise,
        "home": f"/enterprises/{enterprise.id}",
        "action": action,
        "draft": draft,
        "kinds": KIND_CHOICES,
        "substantive_kinds": SUBSTANTIVE_CHOICES,
    }
