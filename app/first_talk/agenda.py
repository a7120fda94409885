"""今日必办 of first talk: the calls of rights, cases, requests and letters that go to the reader.

officer       the rights that are one's own, and those whose officer has left
unit_head     all of the district; both take up what another district pooled
negotiator    the district's ends and colours, to read
coordinator   what waits for the registrar, never of one's own unit; a review that was taken up
              calls who did, until it is overdue: then all, and its head is told
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from app.districts.schemas import CallView
from app.first_talk import (
    agenda_others,
    call_views,
    call_wording,
    cases,
    challenges,
    desk,
    escalations,
    progress,
    register,
    views,
    warnings,
)
from app.first_talk.call_views import Said
from app.first_talk.call_wording import Facts
from app.first_talk.challenges import Ground
from app.first_talk.desk import Desk, Place
from app.first_talk.rights import Move, State
from app.first_talk.warnings import Call, Kind, Side
from app.kit.work import Role, Work, use_case

READERS = (Role.OFFICER, Role.UNIT_HEAD, Role.NEGOTIATOR, Role.COORDINATOR)
_NEWS_LASTS = timedelta(days=14)
_TO_READ = frozenset({Kind.ENDS, Kind.YELLOW, Kind.RED, Kind.LAPSE, Kind.END_FIXED})


@use_case("first_talk.agenda", *READERS, reads=True)
def calls(work: Work) -> list[CallView]:
    """Every call that goes to the reader, those to come too."""
    laid = desk.read(work)
    return [*_of_rights(work, laid), *agenda_others.calls(work, laid), *escalations.calls(work)]


def _of_rights(work: Work, laid: Desk) -> Iterator[CallView]:
    for id in laid.calling:
        place = laid.places[id]
        yield from _to_reader(work, place, _of_row(work, laid, place))


def _of_row(work: Work, laid: Desk, place: Place) -> Iterator[Call]:
    """What the clocks of one row ask for, and the news about it."""
    standing, calendar, id = place.standing, place.docket.calendar, place.row.id
    if standing.state is State.QUEUED:
        yield from _objection(place)
        return
    record = place.docket.record(standing)
    taken_on = laid.moved_on.get((id, Move.TAKE_OVER))
    taken_up = id in place.docket.reviewers
    yield from warnings.calls(standing, record, work.today, calendar, taken_on, taken_up=taken_up)
    yield from _fixed(place, laid.moved_on.get((id, Move.FIX_END)), work.today)


def _fixed(place: Place, fixed_on: date | None, today: date) -> Iterator[Call]:
    """The news that a provisional end is fixed, for two weeks."""
    end = place.standing.effective_end
    if fixed_on is not None and end is not None and today <= fixed_on + _NEWS_LASTS:
        yield Call(Kind.END_FIXED, Side.HOLDER, end, str(end))


def _objection(place: Place) -> Iterator[Call]:
    """Until when the unit that waits behind a 公示 may object to it."""
    docket, row = place.docket, place.row
    held, claim = cases.parties(docket, row.district_id)
    if held is None or claim is not row:
        return
    closes = challenges.objection_closes(Ground.EARLIER_CONTACT, place.standings[held.id])
    refusal = cases.objection_refusal(docket, held, claim, Ground.EARLIER_CONTACT)
    if closes is not None and refusal is None:
        due = views.last_day(closes) or docket.work.today
        yield Call(Kind.OBJECT, Side.HOLDER, due, str(due))


def _to_reader(work: Work, place: Place, found: Iterable[Call]) -> Iterator[CallView]:
    mine = [call for call in found if _goes_to_reader(work, place, call)]
    facts = _facts(work, place) if mine else None
    for call in mine:
        if facts is not None:
            yield _view(work, place, call, facts)


def _facts(work: Work, place: Place) -> Facts:
    standing = place.standing
    record = place.docket.record(standing)
    explain = record and progress.silence(record, work.today, standing.policy).explain_from
    return Facts(
        standing,
        views.district_names(work).get(place.row.district_id, ""),
        record.last_event_on(work.today) if record else None,
        bool(explain and explain <= work.today),
        work.today,
    )


def _goes_to_reader(work: Work, place: Place, call: Call) -> bool:
    match call.side:
        case Side.REGISTRAR:
            return register.may_decide(work, place.row) and _is_reviewers(work, place, call)
        case Side.RECEIVER:
            others = not work.owns(place.row) and not work.actor.is_city
            return others and work.actor.has(Role.OFFICER, Role.UNIT_HEAD)
    holder = call_views.part_of(work, place)
    if holder is None:
        return False
    reads = work.actor.has(Role.NEGOTIATOR) and call.kind in _TO_READ
    return reads or call_views.is_for(work, holder.officer_id)


def _is_reviewers(work: Work, place: Place, call: Call) -> bool:
    """Whether a review calls the reader: who took it up, or anybody if nobody has or they left."""
    taken_up = place.docket.reviewers.get(place.row.id)
    if call.kind is not Kind.REVIEW or taken_up is None:
        return True
    return taken_up.actor_id == work.actor.id or call_views.has_left(work, taken_up.actor_id)


def _view(work: Work, place: Place, call: Call, facts: Facts) -> CallView:
    row, part = place.row, call_views.part_of(work, place)
    may_act = call.side is not Side.HOLDER or work.actor.has(Role.OFFICER, Role.UNIT_HEAD)
    lead_id = part.lead_id if part else row.lead_id
    button = call_wording.act(call.kind, may_act=may_act, id=row.id, lead_id=lead_id)
    why = call_wording.of_right(call, facts)
    said = Said(row.application["enterprise_name"], row.filed_number or "", why, *button)
    return call_views.view(work, row.id, call, said)
