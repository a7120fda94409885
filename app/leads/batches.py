"""The acts of a batch on leads, each by the use case that its own address calls."""

from collections.abc import Callable
from dataclasses import replace

from app.errors import Invalid
from app.kit.work import Work, use_case
from app.leads import service
from app.leads.batch_schemas import Act, Change
from app.leads.listing import WRITERS
from app.leads.schemas import LeadView

_ACTS: dict[str, Callable[..., LeadView | None]] = {
    "update": service.edit,
    "delete": service.delete,
    "claim": service.claim,
    "transition": service.move,
    "assess": service.assess,
    "assign": service.assign,
    "pool": service.pool,
    "drop": service.drop,
}
STATUS = {"create": 201, "delete": 204}
"""What an act that is done is answered with; else 200."""


@use_case("lead.batch", *WRITERS)
def admit(work: Work) -> None:
    """Refuse whoever may do none of the acts; each act asks for its own right besides."""


def perform(work: Work, act: Act, version: int | None) -> LeadView | None:
    """One act, on the version of the lead that the caller saw; pointers lead from the operation."""
    try:
        return _done(work, act, version)
    except Invalid as refusal:
        within = [replace(one, pointer=f"/body{one.pointer}") for one in refusal.issues]
        raise Invalid(refusal.message, *within, **refusal.members) from refusal


def _done(work: Work, act: Act, version: int | None) -> LeadView | None:
    if isinstance(act, Change):
        return _ACTS[act.op](work, act.id, act.body, version)
    return service.log_lead(work, act.body)
