"""到位资金 and 首笔税收: entered with a voucher by one person, checked by a second, never edited.

    enter ──▶ pending ──▶ checked: it counts, in the year of its day
                  └─────▶ refused, with the reason: entered again
    a checked row that was too high is taken back by a negative row of its own (冲减)

The yearly actual of 到位资金 is the sum of the checked rows; the first tax, once checked, starts
the tax clock of the first talker's interest.
"""

from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.first_talk import interests
from app.kit import files
from app.kit.db import new_id
from app.kit.files import StoredFile, Upload
from app.kit.schemas import Page
from app.kit.work import Work, use_case
from app.money import Rate
from app.parameters import service as parameters
from app.projects import actual_views, rows
from app.projects.actual_schemas import (
    ActualsView,
    CheckEntry,
    CorrectPaidIn,
    EnterFirstTax,
    EnterPaidIn,
    PaidInView,
    UncheckedView,
)
from app.projects.actual_views import CHECKERS, TAX_WRITERS
from app.projects.models import Commitment, FirstTax, Indicator, PaidIn, Project

READERS, WRITERS = rows.READERS, rows.WRITERS


@use_case("project.read", *READERS, reads=True)
def actuals(work: Work, id: str) -> ActualsView:
    """What came in, by whom entered and checked."""
    return actual_views.view(work, rows.found(work, id))


@use_case("project.read", *READERS, reads=True)
def entries(work: Work, id: str, cursor: str | None) -> Page[PaidInView]:
    """A page of the rows of 到位资金."""
    return actual_views.page(work, rows.found(work, id), cursor)


@use_case("project.enter_paid_in", *WRITERS)
def enter_paid_in(work: Work, id: str, command: EnterPaidIn) -> ActualsView:
    """Money came in; it counts once a second person has checked the voucher."""
    row = rows.to_change(work, id, None)
    _not_in_future(work, "/paid_on", command.paid_on)
    given = dict(command)
    voucher, proof = given.pop("voucher"), given.pop("division_proof")
    work.add(
        PaidIn(
            id=new_id("pay"),
            project_id=row.id,
            division_proof_id=_kept(work, proof) if proof else None,
            **given,
            **_entered(work, voucher),
        )
    )
    return actual_views.view(work, row)


@use_case("project.enter_paid_in", *WRITERS)
def correct_paid_in(work: Work, id: str, entry_id: str, command: CorrectPaidIn) -> ActualsView:
    """A checked row was too high: a negative one takes the difference back."""
    row = rows.to_change(work, id, None)
    wrong = _paid_in(work, row, entry_id)
    _not_in_future(work, "/paid_on", command.paid_on)
    if not actual_views.counts(wrong) or wrong.corrects_id is not None:
        raise Conflict("只能冲减已核验的到位资金")
    if command.amount > actual_views.left(work, wrong):
        raise Invalid.at("/amount", "too_much", "冲减金额超过原记录的余额")
    work.add(
        PaidIn(
            id=new_id("pay"),
            project_id=row.id,
            corrects_id=wrong.id,
            paid_on=command.paid_on,
            amount=-command.amount,
            kind=wrong.kind,
            source=wrong.source,
            is_increase=wrong.is_increase,
            voucher_kind=wrong.voucher_kind,
            note=command.note,
            **_entered(work, command.voucher),
        )
    )
    return actual_views.view(work, row)


@use_case("project.check", *CHECKERS, binding=True)
def check_paid_in(
    work: Work, id: str, entry_id: str, version: int | None, command: CheckEntry
) -> ActualsView:
    """The second person has seen the voucher of money that came in."""
    row = rows.to_change(work, id, None)
    entry = _paid_in(work, row, entry_id)
    _check(work, entry, version, command)
    if command.agree:
        _sum_up(work, row, entry.paid_on.year)
    return actual_views.view(work, row)


@use_case("project.enter_tax", *TAX_WRITERS)
def enter_first_tax(work: Work, id: str, command: EnterFirstTax) -> ActualsView:
    """The first tax came in; it counts once a second person has checked the voucher."""
    row = rows.to_change(work, id, None)
    _not_in_future(work, "/collected_on", command.collected_on)
    if any(not one.refusal for one in actual_views.first_taxes(work, row)):
        raise Conflict("首笔税收已登记，不能重复登记")
    work.add(
        FirstTax(
            id=new_id("tax"),
            project_id=row.id,
            collected_on=command.collected_on,
            **_entered(work, command.voucher),
        )
    )
    return actual_views.view(work, row)


@use_case("project.check", *CHECKERS, binding=True)
def check_first_tax(
    work: Work, id: str, entry_id: str, version: int | None, command: CheckEntry
) -> ActualsView:
    """The second person has seen the voucher of the first tax: the tax interest begins."""
    row = rows.to_change(work, id, None)
    entry = next((one for one in actual_views.first_taxes(work, row) if one.id == entry_id), None)
    if entry is None:
        raise NotFound("没有这条首笔税收记录")
    _check(work, entry, version, command)
    if command.agree:
        interests.begin_tax(work, row.id, entry.collected_on)
    return actual_views.view(work, row)


@use_case("project.read_voucher", *READERS, reads=True, confidential=True)
def voucher(work: Work, id: str, file_id: str) -> tuple[str, bytes, str]:
    """A voucher or 分割证明 of the project: name, bytes and type; the read is logged."""
    row = rows.found(work, id)
    if file_id not in actual_views.file_ids(work, row):
        raise NotFound("没有这份凭证")
    file = work.get(StoredFile, file_id)
    return file.name, files.content(work, file), file.media_type


@use_case("project.unchecked", *CHECKERS, reads=True)
def unchecked(work: Work) -> list[UncheckedView]:
    """What waits for the reader as the second person, the oldest first."""
    own = work.rows(Project).where(Project.district_id == work.district_id)
    here, me = own.with_only_columns(Project.id), work.actor.id
    paid = select(PaidIn).where(PaidIn.project_id.in_(here), PaidIn.checked_at.is_(None))
    taxes = select(FirstTax).where(FirstTax.project_id.in_(here), FirstTax.checked_at.is_(None))
    waiting: list[tuple[str, PaidIn | FirstTax]] = [
        *(("到位资金", one) for one in work.session.scalars(paid.where(PaidIn.entered_by != me))),
        *(
            ("首笔税收", one)
            for one in work.session.scalars(taxes.where(FirstTax.entered_by != me))
        ),
    ]
    ids = {entry.project_id for _, entry in waiting}
    names = {row.id: row.name for row in work.session.scalars(own.where(Project.id.in_(ids)))}
    return [
        UncheckedView(
            project_id=entry.project_id,
            project_name=names[entry.project_id],
            what=what,
            entered_by=entry.entered_by_name,
            entered_at=entry.entered_at,
        )
        for what, entry in sorted(waiting, key=lambda one: one[1].entered_at)
    ]


def _entered(work: Work, voucher: Upload | str) -> dict[str, Any]:
    """The columns of an entry that its person and its voucher give."""
    return {
        "voucher_id": _kept(work, voucher),
        "entered_by": work.actor.id,
        "entered_by_name": work.actor.name,
        "entered_at": work.now,
        "checked_by_name": "",
        "refusal": "",
    }


def _kept(work: Work, given: Upload | str) -> str:
    """The id of a stored voucher, open to the city too."""
    file = files.linkable(work, given)
    work.share(file, parameters.general(work).city_code)
    return file.id


def _not_in_future(work: Work, pointer: str, day: date) -> None:
    if day > work.today:
        raise Invalid.at(pointer, "future", "日期不能晚于今天")


def _paid_in(work: Work, row: Project, id: str) -> PaidIn:
    entry = work.session.get(PaidIn, id)
    if entry is None or entry.project_id != row.id:
        raise NotFound("没有这条到位资金记录")
    return entry


def _check(work: Work, entry: PaidIn | FirstTax, version: int | None, command: CheckEntry) -> None:
    work.expect(entry, version)
    if entry.entered_by == work.actor.id:
        raise Forbidden("须由第二人核验，登记人不能核验自己登记的记录")
    if entry.checked_at is not None:
        raise Conflict("这条记录已核验或已退回")
    entry.checked_at, entry.checked_by_name = work.now, work.actor.name
    entry.refusal = "" if command.agree else command.reason
    work.session.flush()


def _sum_up(work: Work, row: Project, year: int) -> None:
    """The yearly actual of 到位资金 is what is checked."""
    total = sum(
        one.amount.fen
        for one in actual_views.paid_ins(work, row)
        if actual_views.counts(one) and one.paid_on.year == year
    )
    where = (Commitment.project_id == row.id, Commitment.indicator == Indicator.PAID_IN)
    found = select(Commitment).where(*where, Commitment.year == year)
    one = work.session.scalars(found).one_or_none() or Commitment(
        id=new_id("cmt"), project_id=row.id, indicator=Indicator.PAID_IN, year=year
    )
    one.actual = Rate(Fraction(total, 100))
    work.add(one)
