"""The right of a lead: what becomes of it as its lead or project goes on, and how it stands.

A lead has the newest of what it claims itself and what it holds jointly with others. Looking up
writes nothing: what time has done since is counted in, written down or not.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple, Protocol, TypeVar

from sqlalchemy import Select, or_
from sqlalchemy.orm import Mapped

from app.clock import day_of
from app.enterprises.schemas import InteractionView
from app.errors import Invalid
from app.first_talk import subjects, views
from app.first_talk.models import JointHolder, Report, Right, Substantiation
from app.first_talk.rights import ENDINGS, GRANTED, Move, State
from app.first_talk.schemas import RightView
from app.kit.db import new_id
from app.kit.work import Work

_INSTANT = timedelta(microseconds=1)


class Lapse(NamedTuple):
    """A right that lapsed (失效), and the day after its last: whoever had it loses it from then."""

    right_id: str
    day: date


class _Follower(Protocol):
    """A lead or a project: it goes the way of a right, and knows which lapse it went by already."""

    @property
    def lapsed_right_id(self) -> str | None:
        """The right whose lapse has counted already."""


_Row = TypeVar("_Row", bound=_Follower)


def right_of_lead(work: Work, lead_id: str) -> RightView | None:
    """The claim or right of a lead, as it counts now."""
    return rights_of_leads(work, {lead_id}).get(lead_id)


def rights_of_leads(work: Work, ids: Iterable[str]) -> dict[str, RightView]:
    """The newest claim or right of each lead, its own or held jointly, as it counts now."""
    rows = _newest(work, set(ids))
    shown = views.right_views(work, rows.values())
    return {lead_id: shown[row.id] for lead_id, row in rows.items()}


def lapsed(
    work: Work, query: Select[_Row], lead: Mapped[str] | Mapped[str | None]
) -> list[tuple[_Row, Lapse]]:
    """Which of these rows lose their right by a lapse that they do not know of, swept or not.

    `lead` is the column with the lead of a row. A lapse counts from the day after the right's last.
    """
    rights = work.rows(Right).where(Right.counts_as(State.LAPSED, now=work.now))
    own = rights.with_only_columns(Right.lead_id)
    joint = work.rows(JointHolder).where(
        JointHolder.right_id.in_(rights.with_only_columns(Right.id))
    )
    held = or_(lead.in_(own), lead.in_(joint.with_only_columns(JointHolder.lead_id)))
    candidates = query.where(held).add_columns(lead)
    rows = {lead_id: row for row, lead_id in work.session.execute(candidates)}
    return [
        (rows[lead_id], Lapse(right.id, day))
        for lead_id, right in rights_of_leads(work, rows).items()
        if right.id != rows[lead_id].lapsed_right_id
        and (day := _lost_on(right)) is not None
        and day <= work.today
    ]


def opened(work: Work, lead_id: str) -> None:
    """The lead goes on as a project, its right with it."""
    row = _right_of(work, lead_id)
    if row is not None:
        row.opened_on = work.today


def convert(work: Work, lead_id: str, contract_on: date) -> RightView | None:
    """正式合同: the right of the lead ends as 已签约; None when the lead has no claim.

    A claim that is no right yet goes on, closes the window to others, and ends as 已签约 the moment
    it becomes one.
    """
    row = _right_of(work, lead_id)
    if row is None:
        return None
    docket, row = subjects.open_for(work, row.id, None)
    if row.state not in (State.POOLED, *ENDINGS):
        if row.filed_at is not None and contract_on < day_of(row.filed_at):
            raise Invalid.at("/contract_on", "too_early", "正式合同日期早于首报时间，请核对")
        row.contract_on = contract_on
        move = Move.CONVERT if row.state in GRANTED else Move.SIGN
        subjects.move(docket, row, move, work.now, reason=f"正式合同 {contract_on}")
        subjects.close(docket)
    return views.right_view(work, row)


def take_back_contract(work: Work, lead_id: str, reason: str) -> None:
    """The project goes back to before 签约: the window opens again, no claim converts by it.

    A right that has converted stays ended.
    """
    row = _right_of(work, lead_id)
    if row is None or row.contract_on is None:
        return
    docket, row = subjects.open_for(work, row.id, None)
    row.contract_on = None
    if row.signed and row.state not in ENDINGS:
        subjects.move(docket, row, Move.UNSIGN, work.now, reason=reason)
    subjects.close(docket)


def release_of_lead(work: Work, lead_id: str, reason: str) -> None:
    """End whatever the lead holds or waits for, since it is deleted or its project dropped."""
    for id in [row.id for row in _rows_of(work, {lead_id})]:
        docket, row = subjects.open_for(work, id, None)
        if row.state in subjects.OPEN:
            subjects.move(docket, row, Move.RELEASE, work.now, reason=reason)
            subjects.close(docket)
    for joint in _joint_of(work, {lead_id}):
        work.session.delete(joint)
        work.unshare(joint.right_id, joint.district_id)


def hand_over(work: Work, lead_id: str, officer_id: str) -> None:
    """Whose the open rights of a lead are from now on: reminders and reports go there."""
    own = work.session.scalars(
        work.rows(Right).where(Right.lead_id == lead_id, Right.ended_at.is_(None))
    )
    joint = work.session.scalars(work.rows(JointHolder).where(JointHolder.lead_id == lead_id))
    for row in (*own, *joint):
        row.officer_id = officer_id


def note_report(work: Work, lead_id: str, interaction: InteractionView) -> None:
    """Count a talk, visit or line of progress as a report; substantive progress resets silence."""
    row = _right_of(work, lead_id)
    if row is None:
        return
    docket, row = subjects.open_for(work, row.id, None)
    substantive = interaction.substantive_kind is not None
    move = Move.PROGRESS if substantive else Move.REPORT
    if move in docket.standing(row).allowed():
        work.add(
            Report(
                id=new_id("rep"),
                right_id=row.id,
                interaction_id=interaction.id,
                reported_at=work.now,
                happened_on=interaction.happened_on,
                substantive=substantive,
            )
        )
        subjects.move(
            docket,
            row,
            move,
            work.now,
            reason=(interaction.substantive_kind or interaction.kind).label,
        )
        subjects.close(docket)


def note_substance(work: Work, lead_id: str, interaction: InteractionView) -> None:
    """A line of news was made substantive progress (改为实质进展): it counts from now on."""
    row = _right_of(work, lead_id)
    kind = interaction.substantive_kind
    if row is None or kind is None:
        return
    docket, row = subjects.open_for(work, row.id, None)
    if Move.PROGRESS in docket.standing(row).allowed():
        work.add(
            Substantiation(
                id=new_id("sub"),
                right_id=row.id,
                interaction_id=interaction.id,
                told_at=work.now,
                happened_on=interaction.happened_on,
            )
        )
        subjects.move(docket, row, Move.PROGRESS, work.now, reason=kind.label)
        subjects.close(docket)


def _lost_on(right: RightView) -> date | None:
    """The day after the last one of a lapsed right; None for all others."""
    if right.state is not State.LAPSED or right.ended_at is None:
        return None
    return day_of(right.ended_at - _INSTANT) + timedelta(days=1)


def _rows_of(work: Work, lead_ids: set[str]) -> list[Right]:
    """The visible claims of these leads, oldest first, of two filed at once the open one last."""
    found = work.session.scalars(
        work.rows(Right)
        .where(Right.lead_id.in_(lead_ids))
        .order_by(Right.arrived_at, Right.ended_at.is_(None), Right.id)
    )
    return list(found)


def _joint_of(work: Work, lead_ids: set[str]) -> list[JointHolder]:
    """What these leads hold jointly with others, the oldest first."""
    found = work.session.scalars(
        work.rows(JointHolder)
        .where(JointHolder.lead_id.in_(lead_ids))
        .order_by(JointHolder.joined_at, JointHolder.id)
    )
    return list(found)


def _newest(work: Work, lead_ids: set[str]) -> dict[str, Right]:
    """The newest claim of each lead, or what it holds jointly since."""
    rows = {row.lead_id: row for row in _rows_of(work, lead_ids)}
    joint = _joint_of(work, lead_ids)
    shared = work.rows(Right).where(Right.id.in_([one.right_id for one in joint]))
    held = {row.id: row for row in work.session.scalars(shared)}
    for one in joint:
        own = rows.get(one.lead_id)
        if one.right_id in held and (own is None or own.arrived_at <= one.joined_at):
            rows[one.lead_id] = held[one.right_id]
    return rows


def _right_of(work: Work, lead_id: str) -> Right | None:
    return _newest(work, {lead_id}).get(lead_id)
