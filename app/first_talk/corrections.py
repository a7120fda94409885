"""更正: a further ledger entry that names an earlier one and says what in it was wrong.

Nothing written is touched. The correction repeats the entry that it corrects, so that it stands
alone, and is given to the same unit.
"""

import json

from pydantic import Field
from sqlalchemy import select

from app.districts import service as districts
from app.errors import Conflict
from app.first_talk import ledger, register, views
from app.first_talk.ledger import NewEntry
from app.first_talk.ledger_models import Receipt, ReceiptKind
from app.first_talk.receipt_schemas import ReceiptView
from app.kit.schemas import Command
from app.kit.work import Role, Work, use_case


class Correct(Command):
    """What stands wrong in an entry, what is right, and on what proof."""

    statement: str = Field(title="更正内容", min_length=1, max_length=1000)
    reason: str = Field(title="理由", min_length=1, max_length=1000)


@use_case("first_talk.correct", Role.COORDINATOR, binding=True)
def correct(work: Work, number: str, command: Correct) -> ReceiptView:
    """Enter a correction; Conflict for an entry that is corrected already.

    The correction itself can be corrected in its turn.
    """
    register.receipt(work, number)
    old = work.session.scalars(select(Receipt).where(Receipt.number == number)).one()
    at = ledger.time_of(work)
    if (later := correction_of(work, number)) is not None:
        raise Conflict(f"这份凭证已由 {later} 更正，请更正后一份")
    said = {"corrects": number, "correction": command.statement, "reason_text": command.reason}
    entry = NewEntry(
        ReceiptKind.CORRECTION,
        old.district_id,
        districts.district(work, old.district_id).letters,
        {**json.loads(old.content), **said, "registrar_name": work.actor.name},
        old.lead_id,
        old.right_id,
    )
    return views.receipt_view(ledger.issue(work, at, entry))


@use_case("first_talk.correct", Role.COORDINATOR, reads=True)
def to_correct(work: Work, number: str) -> ReceiptView:
    """The receipt beside the form of its correction."""
    return register.receipt(work, number)


def correction_of(work: Work, number: str) -> str | None:
    """The number of the entry that corrects this one."""
    named = f'"corrects":"{number}"'
    return work.session.scalar(
        select(Receipt.number).where(
            Receipt.kind == ReceiptKind.CORRECTION.value,
            Receipt.content.contains(named, autoescape=True),
        )
    )
