"""What must hold in the database after any drill."""

import re
from collections import Counter
from collections.abc import Iterator

from sqlalchemy import func, select

from app.first_talk import ledger
from app.first_talk.ledger_models import Receipt
from app.first_talk.models import Phase, Right
from app.first_talk.rights import LIVE, State
from app.kit import trail
from app.kit.work import Office, Work
from app.leads.models import Lead


def faults(office: Office) -> list[str]:
    """Everything that is wrong, in words."""
    with office.open(reads=True) as work:
        return [*_chains(work), *_numbers(work), *_subjects(work), *_wholes(work)]


def _chains(work: Work) -> Iterator[str]:
    bad = ledger.first_bad_entry(work)
    if bad is not None:
        yield f"ledger entry {bad.seq}: {bad.fault.value}"
    broken = trail.broken_entry(work.session)
    if broken is not None:
        yield f"trail entry {broken[0]}: {broken[1]}"


def _numbers(work: Work) -> Iterator[str]:
    """Numbers without a gap, times that never fall."""
    rows = work.session.execute(select(Receipt.seq, Receipt.number, Receipt.at))
    found = sorted(tuple(row) for row in rows)
    if [seq for seq, _, _ in found] != list(range(1, len(found) + 1)):
        yield "the ledger's own numbers have a gap"
    if [at for _, _, at in found] != sorted(at for _, _, at in found):
        yield "the ledger's time falls"
    series: dict[str, list[int]] = {}
    for _, number, _ in found:
        head, running = re.fullmatch(r"(.+-)(\d{6})", number).groups()
        series.setdefault(head, []).append(int(running))
    for head, running in series.items():
        if running != list(range(1, len(running) + 1)):
            yield f"the numbers of {head} have a gap or stand out of order"


def _subjects(work: Work) -> Iterator[str]:
    """One holder each, and none in the queue before it."""
    rows = work.session.scalars(select(Right).where(Right.state.in_((*LIVE, State.QUEUED)))).all()
    holders: dict[str, list[Right]] = {}
    for row in rows:
        if row.state in LIVE:
            holders.setdefault(row.subject_key, []).append(row)
    for key, found in holders.items():
        if len(found) > 1:
            yield f"{key} has {len(found)} holders"
    for row in rows:
        first = holders.get(row.subject_key, [None])[0]
        if row.state is not State.QUEUED:
            continue
        if first is None or (row.filed_at, row.place) < (first.filed_at, first.place):
            yield f"{row.subject_key}: a queued claim stands before the holder's"


def _wholes(work: Work) -> Iterator[str]:
    """No half of anything: lead and receipt, claim and receipt, what it will be, the trail."""
    receipts = work.session.scalars(select(Receipt)).all()
    by_lead = Counter(row.lead_id for row in receipts if row.kind in ("lead", "claim"))
    leads = set(work.session.scalars(select(Lead.id)))
    for id in leads ^ by_lead.keys():
        yield f"{id}: a lead without a receipt, or a receipt without its lead"
    numbers = {row.number: row.right_id for row in receipts}
    phased = set(work.session.scalars(select(Phase.right_id).distinct()))
    for row in work.session.scalars(select(Right)):
        if row.filed_number is not None and numbers.get(row.filed_number) != row.id:
            yield f"{row.id}: its number is not in the ledger"
        if row.id not in phased or row.lead_id not in leads:
            yield f"{row.id}: its future or its lead is not written"
    entries = work.session.scalar(select(func.count()).select_from(trail.AuditEntry)) or 0
    head = work.session.scalar(select(trail.AuditHead.number)) or 0
    if entries != head:
        yield f"the trail has {entries} entries, its head says {head}"
