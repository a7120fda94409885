"""Poaching (争抢): another unit talked with the enterprise while somebody's right ran.

When the right has ended, each such unit's talks and visits between grant and end are on record as
a case, at once when the enterprise has left, else by the tick; without any there is none. A case
binds units, never the enterprise, and changes nothing but the credit of the first talker, by a
decision of the council (联席会议). Off until the rule set has passed its 公平竞争审查.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from app.clock import day_of
from app.enterprises import service as enterprises
from app.enterprises.schemas import MeetingView
from app.first_talk import challenges, subjects
from app.first_talk.case_models import Case
from app.first_talk.challenges import Ground
from app.first_talk.models import Right
from app.first_talk.rights import State
from app.first_talk.subjects import Docket
from app.kit.db import new_id
from app.kit.work import Work
from app.parameters import service as parameters

_ENDED = (
    State.CONVERTED,
    State.EXPIRED,
    State.LAPSED,
    State.RELEASED,
    State.ENTERPRISE_LEFT,
)
_LATELY = timedelta(days=30)
_INSTANT = timedelta(microseconds=1)


def record_ended(work: Work) -> int:
    """The tick: enter the cases of the rights that ended lately; how many there were."""
    ended = work.rows(Right).where(
        Right.state.in_(_ENDED), Right.ended_at >= work.now - _LATELY, Right.active_on.is_not(None)
    )
    rows = {row.id for row in work.session.scalars(ended) if row.accept_until is None}
    keys = {row.subject_key for row in work.session.scalars(ended) if row.id in rows}
    return sum(
        record(docket, row)
        for docket in subjects.dockets_of(work, keys)
        for row in docket.rows.values()
        if row.id in rows
    )


def record(docket: Docket, row: Right) -> int:
    """Enter a case against each unit that met the enterprise during a right that has ended."""
    work, policy = docket.work, docket.policies[row.policy_version]
    rules = parameters.policy_version(work, row.policy_version)
    if rules.poaching_sanction is None or not rules.review_number:
        return 0
    met: dict[str, list[MeetingView]] = defaultdict(list)
    known = _on_record(work, row)
    for meeting in _meetings(docket, row):
        if policy.same_family(row.district_id, meeting.district_id):
            continue
        if meeting.district_id not in known:
            met[meeting.district_id].append(meeting)
    opened = challenges.recorded(policy)
    for district_id, meetings in met.items():
        case = Case(
            id=new_id("cas"),
            district_id=district_id,
            right_id=row.id,
            holder_id=row.district_id,
            unit_id="",
            officer_name="",
            ground=Ground.POACHING,
            statement=f"首谈权有效期间与企业洽谈、走访 {len(meetings)} 次",
            opened_at=work.now,
            policy_version=row.policy_version,
            state=opened.state,
            until=opened.until,
            contacts=[{"on": one.on.isoformat(), "kind": one.kind} for one in meetings],
        )
        work.add(case)
        work.share(case, row.district_id)
    return len(met)


def _on_record(work: Work, row: Right) -> set[str]:
    """The units that have a case about this right already."""
    cases = work.all_rows(Case, because="争抢记录").where(
        Case.right_id == row.id, Case.ground == Ground.POACHING
    )
    return set(work.session.scalars(cases.with_only_columns(Case.district_id)))


def _meetings(docket: Docket, row: Right) -> Iterator[MeetingView]:
    """The talks and visits of units that do not hold the right, about its subject, while it ran."""
    work = docket.work
    if row.active_on is None or row.ended_at is None:
        return
    same = enterprises.same_as(work, row.enterprise_id)
    last = day_of(row.ended_at - _INSTANT)
    found = enterprises.meetings(work, same, row.active_on, last)
    divisions = {one.about_id: one.division for one in enterprises.engagements(work, same)}
    filed = work.all_rows(Right, because="争抢记录").where(
        Right.lead_id.in_([one.about_id for one in found if one.about_id])
    )
    divisions |= {one.lead_id: one.division for one in work.session.scalars(filed)}
    holders = {one.district_id for one in docket.joint if one.right_id == row.id}
    for meeting in found:
        about = divisions.get(meeting.about_id or "", row.division)
        if about == row.division and meeting.district_id not in holders | {row.district_id}:
            yield meeting
