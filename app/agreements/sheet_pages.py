"""The cards of a scheme as a form: one sheet serves the bench and the editor of a draft."""

from typing import Any

from app.agreements import bench, filling, sheets
from app.agreements.cards import Sheet
from app.agreements.precedents import PRECEDENTS
from app.kit.web import Form
from app.kit.work import Work


def filled(work: Work, form: Form[Sheet]) -> Form[Sheet]:
    """The form as it opens: what was typed, else what its source holds."""
    trim(form)
    rearranged(form)
    if form.command is None:
        return form
    sheet = bench.opened(work, form.command)
    if sheet.is_blank:
        form.values_typed.setdefault("parties.0.district", [work.district_id])
    return form if sheet is form.command else of_sheet(sheet)


def of_sheet(sheet: Sheet) -> Form[Sheet]:
    """The form that a sheet fills."""
    form = Form[Sheet].initial(**filling.typed(sheet))
    form.command = sheet
    return form


def trim(form: Form[Sheet]) -> None:
    """Forget blank fields, so that each group offers one empty row and no more."""
    form.values_typed = {name: given for name, given in form.values_typed.items() if any(given)}


def rearranged(form: Form[Sheet]) -> bool:
    """Do what the button of a row asked, `drop deduct.1` or `add deduct`; whether one was pressed.

    A row to add stands below the filled ones anyway.
    """
    asked = form.values_typed.pop("rows", [""])[0]
    if asked and form.command is not None:
        act, _, place = asked.partition(" ")
        sheet = form.command.without(place) if act == "drop" else form.command
        form.command, form.values_typed = sheet, of_sheet(sheet).values_typed
        form.values_typed.pop("rows", None)
    return bool(asked)


def cards(work: Work, form: Form[Sheet]) -> dict[str, Any]:
    """What the cards choose from, and what they say so far."""
    sheet = form.command or Sheet()
    unfolded = {"unfolded": sheet.rows.rpartition(" ")[2].partition(".")[0]}
    options = sheets.options(work) | sheets.said(work, sheet) | unfolded
    return {"options": options, "precedents": PRECEDENTS}
