"""A year's holidays are published: the ends issued without them are fixed, once (§8).

What was issued as provisional (待节假日安排公布) says its receipt, so it is the ledger that knows
which ends wait for a notice, and a further entry that fixes them. Nothing else that was issued
moves: a later edition of the same year finds no provisional end any more.
"""

from collections.abc import Iterable

from sqlalchemy import func, select

from app.first_talk import subjects
from app.first_talk.ledger_models import Receipt, ReceiptKind
from app.first_talk.models import Right
from app.first_talk.rights import Move, State
from app.kit.work import Work
from app.parameters import service as parameters

_RUNNING = (State.ACTIVE, State.EXTENSION_PENDING)
_PROVISIONAL = '"provisional":true'
_AT_ONCE = 200


def fix_ends(work: Work) -> int:
    """The tick: fix every provisional end that falls in a year now published; how many."""
    rows = [row for row in _running(work) if not _is_provisional(work, row)]
    waiting = _issued_provisional(work, [row.id for row in rows])
    keys = {row.subject_key for row in rows if row.id in waiting}
    subjects.lock(work, set(sorted(keys)[:_AT_ONCE]))
    fixed = 0
    for docket in subjects.dockets_of(work, set(sorted(keys)[:_AT_ONCE])):
        subjects.settle(docket)
        for row in docket.rows.values():
            if row.id in waiting and row.state in _RUNNING and not _is_provisional(work, row):
                year = row.effective_end.year if row.effective_end else 0
                reason = f"{year} 年节假日安排已公布，有效截止一次确定"
                subjects.move(docket, row, Move.FIX_END, work.now, reason=reason)
                fixed += 1
        subjects.close(docket)
    return fixed


def _running(work: Work) -> Iterable[Right]:
    return work.session.scalars(
        work.rows(Right).where(
            Right.counts_as(*_RUNNING, now=work.now), Right.effective_end >= work.today
        )
    )


def _is_provisional(work: Work, row: Right) -> bool:
    end = row.effective_end
    return end is not None and parameters.work_calendar(work).is_provisional(end)


def _issued_provisional(work: Work, ids: list[str]) -> set[str]:
    """The rights whose newest receipt of their own calls their end provisional."""
    newest = (
        select(func.max(Receipt.seq))
        .where(Receipt.right_id.in_(ids), Receipt.kind != ReceiptKind.JOINT.value)
        .group_by(Receipt.right_id)
    )
    found = work.session.scalars(
        select(Receipt.right_id).where(
            Receipt.seq.in_(newest), Receipt.content.contains(_PROVISIONAL, autoescape=True)
        )
    )
    return {id for id in found if id is not None}
