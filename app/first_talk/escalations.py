"""What the registrar has not decided in time, told one level up: to the head of its office.

By unit and number alone, since the head decides nothing there.
"""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Select

from app.districts.schemas import CallView
from app.first_talk import call_views, call_wording, cases, subjects, views, warnings
from app.first_talk.call_views import Said
from app.first_talk.case_models import Case
from app.first_talk.challenges import OPEN, CaseState
from app.first_talk.models import Right
from app.first_talk.rights import State
from app.first_talk.warnings import Call, Kind, Side
from app.kit.work import Work

_TOLD = {
    Kind.TAKE_UP_OVERDUE: Kind.TAKE_UP_ESCALATED,
    Kind.REVIEW_OVERDUE: Kind.ESCALATED,
}
"""What is overdue with a registrar, and what its head is told of it."""


def calls(work: Work) -> Iterator[CallView]:
    """What is overdue with the office that decides, for its head: 受理, reviews and rulings."""
    if call_views.heads_registrar(work):
        yield from _claims(work)
        yield from _rulings(work)


def _claims(work: Work) -> Iterator[CallView]:
    """The claims that call the registrar too late, by the clock that ran out last."""
    rows = {row.id: row for row in work.session.scalars(_unreviewed(work))}
    for docket in subjects.dockets_of(work, {row.subject_key for row in rows.values()}):
        standings = docket.settled(work.now)
        for id in docket.rows.keys() & rows.keys():
            taken_up = id in docket.reviewers
            found = warnings.calls(
                standings[id], None, work.today, docket.calendar, taken_up=taken_up
            )
            for call in found:
                if call.kind in _TOLD:
                    yield _view(work, rows[id], id, replace(call, kind=_TOLD[call.kind]))


def _unreviewed(work: Work) -> Select[Right]:
    rows = work.all_rows(Right, because="受理、审核逾期上报")
    return rows.where(Right.counts_as(State.SUBMITTED, State.IDENTITY_CHECK, now=work.now))


def _rulings(work: Work) -> Iterator[CallView]:
    """The cases that count as overdue, whatever was written last."""
    rights = {row.id: row for row in work.session.scalars(_contested(work))}
    dockets = subjects.dockets_of(work, {row.subject_key for row in rights.values()})
    places = {id: docket for docket in dockets for id in docket.rows}
    for case in work.session.scalars(_undecided(work)):
        standing = cases.standing_now(work, case, places[case.right_id])
        due = views.last_day(standing.until)
        if standing.state is CaseState.ESCALATED and due is not None:
            call = Call(Kind.RULING_ESCALATED, Side.REGISTRAR, due, str(due))
            yield _view(work, rights[case.right_id], case.id, call)


def _undecided(work: Work) -> Select[Case]:
    return work.all_rows(Case, because="裁定逾期上报").where(Case.state.in_(OPEN))


def _contested(work: Work) -> Select[Right]:
    rows = work.all_rows(Right, because="裁定逾期上报")
    return rows.where(Right.id.in_(_undecided(work).with_only_columns(Case.right_id)))


def _view(work: Work, row: Right, id: str, call: Call) -> CallView:
    number = row.filed_number or ""
    title = f"{views.district_names(work)[row.district_id]} {number}"
    why = call_wording.of_case(call, work.today)
    button = call_wording.act(call.kind, may_act=True, id=id)
    return call_views.view(work, id, call, Said(title, number, why, *button))
