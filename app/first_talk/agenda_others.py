"""The calls of what others decide about a right: a case, a request to hold jointly, a letter."""

from collections.abc import Iterator

from app.clock import day_of
from app.districts.schemas import CallView
from app.first_talk import call_views, call_wording, cases, consents, views
from app.first_talk.call_views import Said
from app.first_talk.case_models import Case, EnterpriseLetter, JoinRequest
from app.first_talk.case_schemas import CaseActs
from app.first_talk.challenges import OBJECTIONS, CaseState
from app.first_talk.consents import JoinState
from app.first_talk.desk import Desk, Place
from app.first_talk.models import Right
from app.first_talk.rights import Move
from app.first_talk.warnings import Call, Kind, Side
from app.kit.work import Role, Work

_THEN = "恢复原状态"
_THEN_FALSE = "按未裁定结束，首谈照常"


def calls(work: Work, laid: Desk) -> Iterator[CallView]:
    """What cases, requests and letters ask of the reader."""
    for case in laid.cases:
        yield from _of_case(work, case, laid.places)
    for request in laid.requests:
        yield from _of_request(work, request, laid.places)
    for letter in laid.letters:
        yield from _of_letter(work, letter, laid.places[letter.right_id])


def _of_case(work: Work, case: Case, places: dict[str, Place]) -> Iterator[CallView]:
    place = places[case.right_id]
    standing = cases.standing_now(work, case, place.docket)
    kind = _kind(case, standing.state, cases.acts(work, case, standing, place.standing))
    due = views.last_day(standing.until)
    if kind is None or due is None or not _is_asked(work, case, places):
        return
    names = views.district_names(work)
    call = Call(kind, Side.HOLDER, due, str(due))
    why = call_wording.of_case(
        call,
        work.today,
        objector=names[case.district_id],
        holder=names[case.holder_id],
        ground=case.ground.label,
        then=_THEN if case.ground in OBJECTIONS else _THEN_FALSE,
    )
    yield _view(work, case.id, call, place.row, why)


def _kind(case: Case, state: CaseState, acts: CaseActs) -> Kind | None:
    """What a case asks of the reader."""
    if acts.rule_on_appeal:
        return Kind.RULE_ON_APPEAL
    if acts.effects:
        return Kind.RULE_OVERDUE if state is CaseState.ESCALATED else Kind.RULE
    if acts.answer and case.answered_at is None:
        return _ANSWERS.get(state)
    if state is CaseState.NEGOTIATING and (acts.withdraw or acts.concede):
        return Kind.NEGOTIATE
    return Kind.APPEAL if acts.appeal else None


_ANSWERS = {
    CaseState.NEGOTIATING: Kind.ANSWER,
    CaseState.HEARING: Kind.HEAR,
    CaseState.DECIDING: Kind.LATE_ANSWER,
    CaseState.ESCALATED: Kind.LATE_ANSWER,
}


def _is_asked(work: Work, case: Case, places: dict[str, Place]) -> bool:
    """Whether a case calls the reader: the arbiter, else whoever looks after the own row in it."""
    if work.actor.has(Role.COORDINATOR):
        return True
    mine = case.right_id if work.actor.district_id == case.holder_id else case.claim_id
    place = places.get(mine or "")
    return call_views.is_for(work, place.row.officer_id if place else None)


def _of_request(work: Work, request: JoinRequest, places: dict[str, Place]) -> Iterator[CallView]:
    """A request that waits for the reader's consent, as long as the right's present stage lasts."""
    place = places[request.right_id]
    due = views.last_day(place.standing.held_until)
    invited = request.district_id == request.holder_id
    asked = request.joiner_id if invited else request.holder_id
    if due is None or work.actor.district_id != asked or _is_void(request, places):
        return
    if not call_views.is_for(work, None if invited else place.row.officer_id):
        return
    names = views.district_names(work)
    asks = f"{names[request.district_id]}{'邀请共同招引' if invited else '申请联合持有'}"
    call = Call(Kind.JOIN, Side.HOLDER, due, str(due))
    why = call_wording.of_case(call, work.today, asks=asks)
    yield _view(work, request.id, call, place.row, why)


def _is_void(request: JoinRequest, places: dict[str, Place]) -> bool:
    """Whether there is nothing left to hold jointly."""
    claim = places.get(request.claim_id or "")
    held = places[request.right_id].standing.state
    state = consents.counts_as(request.state, held, claim.standing.state if claim else None)
    return state is not JoinState.ASKED


def _of_letter(work: Work, letter: EnterpriseLetter, place: Place) -> Iterator[CallView]:
    """A letter that waits for a second person, the same day, while the right still runs."""
    if letter.filed_by_id == work.actor.id:
        return
    if Move.ENTERPRISE_LEAVES not in place.standing.allowed():
        return
    due = day_of(letter.filed_at)
    call = Call(Kind.LETTER, Side.REGISTRAR, due, str(due))
    why = call_wording.of_case(call, work.today)
    yield _view(work, letter.id, call, place.row, why)


def _view(work: Work, id: str, call: Call, row: Right, why: str) -> CallView:
    """The call about a case, request or letter; a letter is verified on the page of its right."""
    place = row.id if call.kind is Kind.LETTER else id
    button = call_wording.act(call.kind, may_act=True, id=place)
    said = Said(row.application["enterprise_name"], row.filed_number or "", why, *button)
    return call_views.view(work, id, call, said)
