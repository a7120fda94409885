"""What a filing meets (§3, #1 and #21): rights, contracts and talks of others, one's own past."""

from datetime import date, timedelta

from sqlalchemy import func

from app.clock import day_of
from app.enterprises import service as enterprises
from app.enterprises.models import EngagementStatus
from app.first_talk.filing import Engagement, Surroundings
from app.first_talk.models import Right
from app.first_talk.policies import Policy
from app.first_talk.rights import ENDINGS, HOLD, State
from app.first_talk.subjects import Docket
from app.kit.work import Work

_UNHELD_ENDINGS = (State.ENTERPRISE_LEFT, State.REJECTED)


def of(docket: Docket, row: Right, policy: Policy) -> Surroundings:
    """All that the guards of a claim need to know beside its own words."""
    work, unit = docket.work, row.district_id
    blocking = docket.blocking()
    others = [one for one in docket.rows.values() if one.id != row.id]
    contracts = [one.contract_on for one in [*others, row] if one.contract_on]
    own_ends = [
        day_of(one.ended_at)
        for one in others
        if one.district_id == unit and _was_held(one) and one.ended_at
    ]
    return Surroundings(
        right_granted=blocking is not None and docket.standing(blocking).granted,
        contract_on=min(contracts, default=None),
        engagements=_engagements(docket, row),
        own_right_ended_on=max(own_ends, default=None),
        barred_through=barred_through(work, unit, policy),
        holds=_holds(work, unit),
    )


def barred_through(work: Work, unit: str, policy: Policy) -> date | None:
    """Until when a unit files no more, since a filing of its was revoked as false."""
    revoked = work.session.scalar(
        work.rows(Right)
        .where(Right.district_id == unit, Right.state == State.REVOKED)
        .with_only_columns(func.max(Right.ended_at))
    )
    if not (revoked and policy.bar_days):
        return None
    return day_of(revoked) + timedelta(days=policy.bar_days)


def _was_held(row: Right) -> bool:
    """Whether others were kept out by it before it ended."""
    return (
        row.state in ENDINGS and row.state not in _UNHELD_ENDINGS and row.submitted_on is not None
    )


def _holds(work: Work, unit: str) -> tuple[str, ...]:
    """The numbers of the provisional holds of the district, in the order of the ledger."""
    held = (
        work.all_rows(Right, because="暂保护上限")
        .where(Right.district_id == unit, Right.counts_as(*HOLD, now=work.now))
        .order_by(Right.place)
        .with_only_columns(Right.filed_number)
    )
    return tuple(number or "" for number in work.session.scalars(held))


def _engagements(docket: Docket, row: Right) -> tuple[Engagement, ...]:
    """Other units' dealings on the subject; those who claim it themselves are judged as claims."""
    claiming = {one.district_id for one in docket.rows.values() if one.state not in ENDINGS}
    ended = {one.district_id for one in docket.rows.values() if _was_held(one)}
    same = enterprises.same_as(docket.work, row.enterprise_id)
    found = enterprises.engagements(docket.work, same)
    return tuple(
        Engagement(
            unit=one.unit,
            signed=one.status is EngagementStatus.SIGNED,
            last_talk_on=one.talked_on,
            had_right_that_ended=one.unit in ended,
            about_id=one.about_id,
        )
        for one in found
        if one.division == row.division and one.until is None and one.unit not in claiming
    )
