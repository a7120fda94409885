"""The forms of proposals before anything is typed: filled with what holds now, and their lists."""

import json
from collections.abc import Callable
from typing import Any

from app.errors import NotFound
from app.kit.work import STAFF, Role, Work, use_case
from app.parameters import service, views
from app.parameters.models import Notice, ProposalKind, SharingRow, Status
from app.parameters.schemas import DraftView, ProposeGate


@use_case("parameter.draft", Role.COORDINATOR, reads=True)
def draft(work: Work, kind: str, subject: str = "") -> DraftView:
    """The form of a proposal, filled with what holds now for `subject`."""
    if kind not in _DRAFTS:
        raise NotFound("没有这类建议")
    return DraftView(
        kind=ProposalKind(kind), values=_DRAFTS[kind](work, subject), options=_options(work, kind)
    )


def _draft_parameter(work: Work, key: str) -> dict[str, Any]:
    profile, _, name = key.rpartition("/")
    newest = service.newest_version(work, profile) if profile else None
    rows = service.general_rows(work, work.today)
    if newest is not None:
        rows = service.policy_rows(work, profile, newest.n)
    row = rows.get(name)
    value = json.dumps(row.value, ensure_ascii=False) if row is not None else ""
    return {"key": key, "value": value}


def _draft_sharing(work: Work, id: str) -> dict[str, Any]:
    row = work.session.get(SharingRow, id)
    if row is None:
        return {"of": "gross", "payer_class": "一般"}
    shares = "/".join((row.shares or {}).values())
    return {"of": row.of, "tax": row.tax, "payer_class": row.payer_class, "shares": shares}


def _draft_calendar(work: Work, year: str) -> dict[str, Any]:
    known = {str(row.year): row for row in views.view_calendar(work)}
    if year not in known:
        return {"year": year}
    row = known[year]
    return {
        "year": year,
        "notice": row.notice.value,
        "reference": row.reference,
        "off": " ".join(day.isoformat() for day in row.off),
        "working_weekends": " ".join(day.isoformat() for day in row.working_weekends),
    }


def _draft_gate(work: Work, rule_id: str) -> dict[str, Any]:
    rule = next((one for one in service.gate_rules(work) if one.rule_id == rule_id), None)
    if rule is None:
        return {"track": "*", "category": "*", "check": "filled"}
    return rule.model_dump(
        mode="json", include={*ProposeGate.model_fields} - {"effective_from", "reference", "status"}
    )


_DRAFTS: dict[str, Callable[[Work, str], dict[str, Any]]] = {
    ProposalKind.PARAMETER: _draft_parameter,
    ProposalKind.SHARING: _draft_sharing,
    ProposalKind.CALENDAR: _draft_calendar,
    ProposalKind.GATE: _draft_gate,
    ProposalKind.CODE: lambda _work, name: {"name": name},
}


def _options(work: Work, kind: str) -> dict[str, list[tuple[str, str]]]:
    """What the lists of the form offer, by field."""
    options = {"status": [(one.value, one.label) for one in Status]}
    match kind:
        case ProposalKind.PARAMETER:
            options["key"] = service.titled_keys(work)
        case ProposalKind.CALENDAR:
            options["notice"] = [(one.value, one.label) for one in Notice]
        case ProposalKind.GATE:
            options["fixable_by"] = [
                (role.value, role.label) for role in STAFF if role is not Role.PARTNER
            ]
        case ProposalKind.CODE:
            options["name"] = [(name, name) for name in service.dictionaries(work)]
    return options
