"""Ticks: what the passing of time makes visible, done by one worker at a time.

A tick first claims its `Lease` row by one UPDATE; another worker, or the same tick a moment later,
finds nothing to claim. A tick has no effect that a reading of the clock would not have.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, update
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, UtcDateTime, insert_unless_present
from app.kit.logs import log
from app.kit.work import Office, Work

LEASE = timedelta(minutes=5)
_LONG_AGO = timedelta(days=36500)


class Lease(Base):
    """Until when a tick belongs to the worker that claimed it."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    lease_until: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Tick:
    """A named piece of periodic work: done in one Work of the system, every so many seconds."""

    name: str
    run: Callable[[Work], int]
    seconds: int


def run_tick(office: Office, tick: Tick) -> int:
    """Do the tick if no other worker has it; how many things it changed."""
    if not claim(office, tick.name):
        return 0
    try:
        with office.open() as work:
            changed = tick.run(work)
    finally:
        release(office, tick.name)
    if changed:
        log.info("tick", name=tick.name, changed=changed)
    return changed


def claim(office: Office, name: str) -> bool:
    """Take the tick for a few minutes; False when another worker has it."""
    with office.open() as work:
        long_ago = work.now - _LONG_AGO
        insert_unless_present(work.session, Lease, {"name": name, "lease_until": long_ago})
        taken = work.session.execute(
            update(Lease)
            .where(Lease.name == name, Lease.lease_until <= work.now)
            .values(lease_until=work.now + LEASE)
        )
        return bool(taken.rowcount == 1)  # type: ignore[attr-defined]  # CursorResult


def release(office: Office, name: str) -> None:
    """Give the tick back at its end."""
    with office.open() as work:
        work.session.execute(update(Lease).where(Lease.name == name).values(lease_until=work.now))
