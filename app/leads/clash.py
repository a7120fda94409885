"""Two people saved the same lead: every field as it was opened, as it is now, as one wants it.

What only one of them changed is merged; where both changed the same field, somebody must choose.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from app.enterprises import service as enterprises
from app.kit.schemas import View
from app.kit.work import Work, use_case
from app.leads import history, rows
from app.leads.listing import READERS
from app.leads.models import Lead
from app.leads.schemas import WITHHELD, EditLead


class ClashField(View):
    """A field that somebody changed meanwhile, or that one wants to change oneself."""

    name: str
    title: str
    base: str
    theirs: str
    mine: str
    result: Literal["ask", "theirs", "mine"]
    words: dict[str, str]


class Clash(View):
    """What a save would overwrite: who saved meanwhile, and every field from three sides."""

    who: str
    at: datetime
    version: int
    fields: list[ClashField]


_PLAIN = (
    "project_name",
    "source",
    "division",
    "line",
    "planned_investment_currency",
    "capital_origin",
    "first_talked_on",
    "unregistered",
    "note",
)
"""The fields that are columns as they stand."""


@use_case("lead.read", *READERS, reads=True)
def of_lead(work: Work, id: str, version: int | None, command: EditLead | None) -> Clash | None:
    """What saving would overwrite, when somebody saved since `version`."""
    row = rows.found(work, id)
    if command is None or version is None or row.version == version:
        return None
    return between(work, row, version, command)


def between(work: Work, row: Lead, version: int, command: EditLead) -> Clash | None:
    """Base, theirs and mine of every field on which the three are not one."""
    entry = history.last_saved(work, row, version)
    if entry is None:
        return None
    theirs = {column.key: getattr(row, column.key) for column in Lead.__table__.columns}
    sides = {
        "base": _typed(work, {**theirs, **history.as_of(work, row, version)}),
        "theirs": _typed(work, theirs),
        "mine": _wanted(command),
    }
    words = history.Words(work, [])
    fields = [
        _field(name, {side: values[name] for side, values in sides.items()}, words)
        for name in sides["mine"]
        if len({values[name] for values in sides.values()}) > 1
    ]
    return Clash(who=entry.actor_name, at=entry.at, version=row.version, fields=fields)


def _field(name: str, sides: dict[str, str], words: history.Words) -> ClashField:
    base, theirs, mine = sides["base"], sides["theirs"], sides["mine"]
    return ClashField(
        name=name,
        title=EditLead.model_fields[name].title or name,
        result=_result(base, theirs, mine),
        words={side: words.word(name, value) for side, value in sides.items()},
        **sides,
    )


def _result(base: str, theirs: str, mine: str) -> Literal["ask", "theirs", "mine"]:
    if mine in (base, theirs):
        return "theirs"
    return "mine" if theirs == base else "ask"


def _typed(work: Work, columns: Mapping[str, object]) -> dict[str, str]:
    """Stored columns, of the row or of the trail, as one would type them."""
    id = columns["enterprise_id"]
    enterprise = enterprises.enterprise(work, str(id)) if id else None
    amount = columns["planned_investment"]
    return {
        **{name: _text(columns[name]) for name in _PLAIN},
        "enterprise_name": enterprise.name if enterprise else "",
        "uscc": (enterprise.uscc if enterprise else None) or "",
        "planned_investment": WITHHELD if columns["withheld_on"] else _amount(amount),
    }


def _wanted(command: EditLead) -> dict[str, str]:
    """The fields that were sent, as typed."""
    sent = command.model_fields_set
    wanted = {name: _text(getattr(command, name)) for name in sent if name in _PLAIN}
    for name in sent & {"enterprise_name", "uscc"}:
        wanted[name] = _text(getattr(command, name))
    if sent & {"planned_investment", "planned_investment_withheld"}:
        withheld = command.planned_investment_withheld
        wanted["planned_investment"] = WITHHELD if withheld else _amount(command.planned_investment)
    return {name: wanted[name] for name in EditLead.model_fields if name in wanted}


def _amount(amount: object) -> str:
    return f"{getattr(amount, 'yuan', amount)}元" if amount else ""


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
