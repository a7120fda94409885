"""How far the ledger is known to hold: checked on and on from the last good entry (台账校验).

Walking the whole chain takes as long as it is; the tick and the page check only what was entered
since, the tick writes down how far it came. An old entry that was changed is found by the whole
walk alone: by the button of the page (从头校验), by `verify`, by the API.
"""

from app.first_talk import ledger, verification
from app.first_talk.ledger_models import LedgerCheck
from app.first_talk.receipts import BadEntry
from app.first_talk.register_schemas import LedgerMark
from app.kit.db import insert_unless_present
from app.kit.work import STAFF, Role, Work, use_case

AT_ONCE = 1000


def check_on(work: Work) -> int:
    """The tick: check the entries since the last check; how many they were.

    Once an entry is found bad, the mark stays there until the whole is walked by hand.
    """
    row = _row(work)
    if row.bad_seq is not None:
        return 0
    before = row.through
    newest, bad = ledger.check_on(work, before, AT_ONCE)
    _write(work, row, newest, bad)
    return newest - before


def mark(work: Work) -> LedgerMark | None:
    """How far the ledger was checked, and with what result; None before the first check."""
    last = work.session.get(LedgerCheck, 1)
    return None if last is None else LedgerMark.model_validate(last)


@use_case("first_talk.verify", *STAFF, Role.AUDITOR, reads=True, scope="")
def checked_now(work: Work) -> LedgerMark:
    """The mark with what was entered since, checked on the spot."""
    last = mark(work) or LedgerMark(at=work.now, through=0)
    if last.bad_seq is not None:
        return last
    newest, bad = ledger.check_on(work, last.through, AT_ONCE)
    found = {"bad_seq": bad.seq, "why": bad.fault.label} if bad else {}
    return last.model_copy(update={"at": work.now, "through": newest, **found})


@use_case("first_talk.verify_whole", *STAFF, Role.AUDITOR, binding=True)
def check_whole(work: Work) -> LedgerMark:
    """Walk the ledger from its first entry (从头校验), and write down when and how far it holds."""
    bad = ledger.first_bad_entry(work)
    row, newest = _row(work), verification.head(work).seq
    _write(work, row, bad.seq - 1 if bad else newest, bad)
    row.whole_at, row.whole_through = work.now, row.through
    return LedgerMark.model_validate(row)


def _row(work: Work) -> LedgerCheck:
    """The one row, locked."""
    first = {"id": 1, "at": work.now, "through": 0, "why": ""}
    insert_unless_present(work.session, LedgerCheck, first)
    return work.session.get_one(LedgerCheck, 1, with_for_update=True)


def _write(work: Work, row: LedgerCheck, through: int, bad: BadEntry | None) -> None:
    row.at, row.through = work.now, through
    row.bad_seq, row.why = (bad.seq, bad.fault.label) if bad else (None, "")
