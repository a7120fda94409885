"""到位资金 and 首笔税收 as their readers see them, and which of them count."""

from collections import defaultdict
from typing import Any

from sqlalchemy import select

from app.kit.files import StoredFile
from app.kit.paging import keyset
from app.kit.schemas import CodeLabel, Page
from app.kit.work import Role, Work
from app.money import ZERO, Money
from app.projects import rows
from app.projects.actual_schemas import (
    ActualsView,
    CheckState,
    FirstTaxView,
    FundKind,
    PaidInView,
)
from app.projects.models import FirstTax, PaidIn, Project

CHECKERS = (Role.UNIT_HEAD, Role.FINANCE)
"""Who checks a voucher as the second person."""
TAX_WRITERS = (*rows.WRITERS, Role.FINANCE)
"""Who enters the first tax."""
AT_ONCE = 50
"""How many rows a page has."""


def paid_ins(work: Work, row: Project) -> list[PaidIn]:
    """The rows of 到位资金, by day."""
    found = select(PaidIn).where(PaidIn.project_id == row.id)
    return list(work.session.scalars(found.order_by(PaidIn.paid_on, PaidIn.entered_at, PaidIn.id)))


def page(work: Work, row: Project, cursor: str | None) -> Page[PaidInView]:
    """A page of the rows of 到位资金, the newest first."""
    newest = (PaidIn.paid_on.desc(), PaidIn.entered_at.desc(), PaidIn.id.desc())
    found = keyset(
        work, select(PaidIn).where(PaidIn.project_id == row.id).order_by(*newest), AT_ONCE, cursor
    )
    names = _file_names(work, file_ids(work, row))
    items = [_paid_in(work, row, one, names) for one in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)


def first_taxes(work: Work, row: Project) -> list[FirstTax]:
    """The entries of 首笔税收: at most one that was not sent back."""
    found = select(FirstTax).where(FirstTax.project_id == row.id)
    return list(work.session.scalars(found.order_by(FirstTax.entered_at)))


def file_ids(work: Work, row: Project) -> set[str]:
    """Every file that an entry of the project links."""
    paid = paid_ins(work, row)
    proofs = {one.division_proof_id for one in paid if one.division_proof_id}
    return (
        proofs
        | {one.voucher_id for one in paid}
        | {one.voucher_id for one in first_taxes(work, row)}
    )


def state(entry: PaidIn | FirstTax) -> CheckState:
    """Where an entry stands with its second person."""
    if entry.checked_at is None:
        return CheckState.PENDING
    return CheckState.REFUSED if entry.refusal else CheckState.CHECKED


def counts(entry: PaidIn | FirstTax) -> bool:
    """Whether an entry counts: a second person has checked it."""
    return state(entry) is CheckState.CHECKED


def left(work: Work, wrong: PaidIn) -> Money:
    """What can still be taken back of a row: corrections that wait count already."""
    found = select(PaidIn).where(PaidIn.corrects_id == wrong.id)
    taken = (one.amount for one in work.session.scalars(found) if not one.refusal)
    return sum(taken, start=wrong.amount)


def view(work: Work, row: Project) -> ActualsView:
    """Everything that came in for a project."""
    paid, taxes = paid_ins(work, row), first_taxes(work, row)
    names = _file_names(work, file_ids(work, row))
    own = work.owns(row)
    by_kind: dict[FundKind, Money] = defaultdict(lambda: ZERO)
    for one in paid:
        if counts(one):
            by_kind[one.kind] += one.amount
    return ActualsView(
        project_id=row.id,
        project_name=row.name,
        rows=[_paid_in(work, row, one, names) for one in reversed(paid)],
        total=sum(by_kind.values(), start=ZERO),
        pending=sum((o.amount for o in paid if state(o) is CheckState.PENDING), start=ZERO),
        by_kind=[(kind.label, by_kind[kind]) for kind in FundKind],
        first_tax=[
            FirstTaxView(**_entry(work, row, one, names), collected_on=one.collected_on)
            for one in reversed(taxes)
        ],
        may_enter=own and work.actor.has(*rows.WRITERS),
        may_enter_tax=own and work.actor.has(*TAX_WRITERS) and all(one.refusal for one in taxes),
    )


def _paid_in(work: Work, row: Project, one: PaidIn, names: dict[str, str]) -> PaidInView:
    proof = one.division_proof_id
    told = ("paid_on", "amount", "kind", "source", "is_increase", "voucher_kind", "note")
    plain = one.corrects_id is None and counts(one)
    return PaidInView(
        **_entry(work, row, one, names),
        **{name: getattr(one, name) for name in told},
        division_proof=CodeLabel(code=proof, label=names[proof]) if proof else None,
        corrects=one.corrects_id,
        may_correct=plain
        and work.owns(row)
        and work.actor.has(*rows.WRITERS)
        and left(work, one) > ZERO,
    )


def _entry(
    work: Work, row: Project, entry: PaidIn | FirstTax, names: dict[str, str]
) -> dict[str, Any]:
    where = state(entry)
    second = entry.entered_by != work.actor.id and work.actor.has(*CHECKERS)
    return {
        "id": entry.id,
        "version": entry.version,
        "state": where,
        "voucher": CodeLabel(code=entry.voucher_id, label=names[entry.voucher_id]),
        "entered_by": entry.entered_by_name,
        "entered_at": entry.entered_at,
        "checked_by": entry.checked_by_name,
        "checked_at": entry.checked_at,
        "refusal": entry.refusal,
        "may_check": where is CheckState.PENDING and work.owns(row) and second,
    }


def _file_names(work: Work, ids: set[str]) -> dict[str, str]:
    """What the files are called; one that the reader may not open has no name for it."""
    seen = work.session.scalars(work.rows(StoredFile).where(StoredFile.id.in_(ids)))
    return dict.fromkeys(ids, "已上传") | {file.id: file.name for file in seen}
