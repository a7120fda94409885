"""How a project that cannot land goes on (流转): why, when it may be offered, who may take it.

A right that its holder declares undeliverable is pooled; a receiver takes it over in a row of its
own, which may be pooled in turn. The rows so linked are one chain, the first holder its head.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol, TypeVar

from app.clock import WorkCalendar, months
from app.first_talk.progress import Record
from app.first_talk.rights import Move, Standing, State
from app.labels import LabelledEnum


class Obstacle(LabelledEnum):
    """Why the project cannot land where it is; the last is the registrar's finding, not declared.

    Whoever is found stale keeps nothing; every other holder keeps an interest (首谈利益).
    """

    LAND = "land", "用地不能保障"
    ENVIRONMENT = "environment", "环评不能通过"
    ENERGY = "energy", "能耗指标不足"
    ZONING = "zoning", "不符合产业分区"
    POLICY = "policy", "政策不支持"
    STALE = "stale", "承接后无实质进展"


class Step(Protocol):
    """An accepted transfer: the row that was given, and the receiver's own."""

    @property
    def right_id(self) -> str:
        """The giver's row."""

    @property
    def received_id(self) -> str | None:
        """The receiver's row."""


S = TypeVar("S", bound=Step)

DECLARABLE = tuple(one for one in Obstacle if one is not Obstacle.STALE)


class OfferRefusal(LabelledEnum):
    """Why the registrar cannot offer the project now."""

    NOT_DECLARED = "not_declared", "首谈单位未申明不能落地"
    STILL_OPEN = "still_open", "承接期未满，期满无人承接才能再次推介或关闭"
    NOT_STALE = "not_stale", "承接单位的进展期限未满"


class AcceptRefusal(LabelledEnum):
    """Why a unit cannot take the project over now."""

    TOO_LATE = "too_late", "承接期已满，登记机构再次推介后才能承接"
    MAX_TRANSFERS = "max_transfers", "流转次数已达上限，须填会商文号"
    BARRED = "barred", "禁止申报期内"


def stale_through(
    record: Record, standing: Standing, calendar: WorkCalendar, today: date
) -> date | None:
    """The last day on which a receiver without progress keeps the project; None: no such rule."""
    if standing.policy.transfer_stale_months is None:
        return None
    issued = calendar.issued_at(record.granted_at)
    return issued.roll(months(record.silent_since(today), standing.policy.transfer_stale_months))


def offer_move(
    standing: Standing, stale_on: date | None, now: datetime, today: date, *, declared: bool
) -> Move | OfferRefusal:
    """What an offer would be now: pooled by hand, offered again, or taken back from a receiver.

    `stale_on` is the last day of a receiver; None for a right that was not received.
    """
    if standing.state is State.POOLED:
        waits = standing.accept_until is not None and is_open(standing, now)
        return OfferRefusal.STILL_OPEN if waits else Move.OFFER_AGAIN
    if declared:
        return Move.POOL
    if stale_on is None:
        return OfferRefusal.NOT_DECLARED
    return Move.RECLAIM if today > stale_on else OfferRefusal.NOT_STALE


def accept_refusal(
    standing: Standing, made: int, barred_through: date | None, now: datetime, today: date
) -> AcceptRefusal | None:
    """Why a pooled project cannot be taken over now; `made` transfers lead to it."""
    if not is_open(standing, now):
        return AcceptRefusal.TOO_LATE
    if barred_through is not None and today <= barred_through:
        return AcceptRefusal.BARRED
    limit = standing.policy.max_transfers
    return AcceptRefusal.MAX_TRANSFERS if limit is not None and made >= limit else None


def is_open(standing: Standing, now: datetime) -> bool:
    """Whether the time to accept still runs; a policy without one never ends it."""
    return standing.accept_until is None or now < standing.accept_until


def before(accepted: Sequence[S], id: str) -> list[S]:
    """The transfers that led to a row, the first talker's first."""
    by_received = {step.received_id: step for step in accepted}
    made: list[S] = []
    while id in by_received:
        made.insert(0, by_received[id])
        id = by_received[id].right_id
    return made


def around(accepted: Sequence[S], id: str) -> list[S]:
    """The whole chain that a row belongs to."""
    by_given = {step.right_id: step for step in accepted}
    made, given = before(accepted, id), id
    while (step := by_given.get(given)) is not None and step.received_id is not None:
        made.append(step)
        given = step.received_id
    return made
