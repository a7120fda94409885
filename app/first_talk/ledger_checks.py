"""How far the ledger is known to hold: checked on and on from the last good entry (台账校验).

Walking the whole chain takes as long as it is; the tick checks only what was entered since, and
writes down how far it came. The whole is walked on demand: by the page, `verify` and the API.
"""

from app.first_talk import ledger
from app.first_talk.ledger_models import LedgerCheck
from app.first_talk.register_schemas import LedgerMark
from app.kit.work import Work

AT_ONCE = 1000


def check_on(work: Work) -> int:
    """The tick: check the entries since the last check; how many they were.

    Once an entry is found bad, the mark stays there until the whole is walked by hand.
    """
    last = work.session.get(LedgerCheck, 1)
    if last is not None and last.bad_seq is not None:
        return 0
    through = last.through if last else 0
    newest, bad = ledger.check_on(work, through, AT_ONCE)
    if last is None:
        last = LedgerCheck(id=1)
        work.session.add(last)
    last.at, last.through = work.now, newest
    last.bad_seq, last.why = (bad.seq, bad.fault.label) if bad else (None, "")
    return newest - through


def mark(work: Work) -> LedgerMark | None:
    """How far the ledger was checked, and with what result; None before the first check."""
    last = work.session.get(LedgerCheck, 1)
    return None if last is None else LedgerMark.model_validate(last)
