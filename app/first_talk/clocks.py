"""Every running clock of a claim or right: what starts it, shifts it, stands it still.

A clock is the first instant after its last day, as it is stored in a column. The states know
nothing of days and this file nothing of states: a move starts the clocks that follow from it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Self

from app.clock import WorkCalendar, day_of
from app.first_talk.policies import Amount, Period, Policy

_INSTANT = timedelta(microseconds=1)


def last_day(until: datetime) -> date:
    """The last day of what ends at the first instant after it."""
    return day_of(until - _INSTANT)


@dataclass(frozen=True)
class Clocks:
    """The clocks of one row, with the policy version and amount that set their lengths."""

    policy: Policy
    amount: Amount
    filed_at: datetime | None = None
    submitted_on: date | None = None
    active_on: date | None = None
    fix_until: datetime | None = None
    answer_until: datetime | None = None
    review_until: datetime | None = None
    hold_cap_until: datetime | None = None
    notice_until: datetime | None = None
    objection_until: datetime | None = None
    nominal_end: date | None = None
    effective_end: date | None = None
    ends_at: datetime | None = None
    extensions: int = 0
    extension_until: datetime | None = None
    lapse_until: datetime | None = None
    frozen_on: date | None = None
    ruling_until: datetime | None = None
    suspended_until: datetime | None = None
    declared_until: datetime | None = None
    signed: bool = False
    accept_until: datetime | None = None
    pool_until: datetime | None = None

    def filed(self, at: datetime, calendar: WorkCalendar) -> Self:
        """A complete filing behind a hold: its 首报时间, and no other clock."""
        return replace(self, filed_at=self.filed_at or at, fix_until=None)

    def incomplete(self, at: datetime, calendar: WorkCalendar) -> Self:
        """The time to complete what is missing."""
        return replace(self, fix_until=self._end(self.policy.fix, at, calendar))

    def submitted(self, at: datetime, calendar: WorkCalendar) -> Self:
        """The hold: answer, review and cap run from the day it becomes one."""
        review = self.policy.review_of(self.amount, identity_check=False)
        return replace(
            self.filed(at, calendar),
            submitted_on=day_of(at),
            answer_until=self._end(self.policy.answer, at, calendar),
            review_until=self._end(review, at, calendar),
            hold_cap_until=self._end(self.policy.hold_cap, at, calendar),
        )

    def in_doubt(self, at: datetime, calendar: WorkCalendar) -> Self:
        """The longer review of an identity check, still counted from the filing."""
        review = self.policy.review_of(self.amount, identity_check=True)
        start = self.submitted_on or day_of(at)
        return replace(self, review_until=self.policy.end_of(review, calendar, start))

    def noticed(self, at: datetime, calendar: WorkCalendar) -> Self:
        """公示 from this day; a policy without one is through with it at once."""
        return replace(
            self,
            notice_until=self._end(self.policy.notice, at, calendar) or at,
            objection_until=self._end(self.policy.objection, at, calendar),
            frozen_on=None,
        )

    def active(self, at: datetime, calendar: WorkCalendar) -> Self:
        """Protection from this day, as long as the policy gives."""
        begun = replace(self, active_on=day_of(at), filed_at=self.filed_at or at, frozen_on=None)
        days = self.policy.length_of(self.amount)
        if days is None:
            return begun
        return begun.ending(day_of(at) + timedelta(days=days), calendar)

    def ending(self, nominal: date, calendar: WorkCalendar) -> Self:
        """Another nominal end; the effective end rolls from it."""
        effective = calendar.roll(nominal)
        return replace(
            self,
            nominal_end=nominal,
            effective_end=effective,
            ends_at=self.policy.until(effective),
        )

    def fixed(self, at: datetime, calendar: WorkCalendar) -> Self:
        """The year of its end is published: rolled anew from the nominal end, never earlier."""
        if self.nominal_end is None or self.effective_end is None:
            return self
        effective = max(self.effective_end, calendar.roll(self.nominal_end))
        ends_at = self.policy.until(effective)
        asked = self.extension_until
        return replace(
            self,
            effective_end=effective,
            ends_at=ends_at,
            extension_until=None if asked is None else max(asked, ends_at),
        )

    def contested(self, at: datetime, calendar: WorkCalendar) -> Self:
        """Frozen until a ruling, at the latest for talks, the decision and the same again."""
        talks, decision, day = self.policy.negotiate, self.policy.decide, day_of(at)
        frozen = replace(self, frozen_on=day, ruling_until=None)
        if decision is None:
            return frozen
        for period in (talks, decision, decision):
            day = period.last_day(calendar, day) if period else day
        return replace(frozen, ruling_until=self.policy.until(day))

    def suspended(self, at: datetime, calendar: WorkCalendar) -> Self:
        """Frozen by a cause outside the holder, at most to the cap."""
        if self.policy.suspend_cap_days is None:
            return replace(self, frozen_on=day_of(at), suspended_until=None)
        last_day = day_of(at) + timedelta(days=self.policy.suspend_cap_days)
        return replace(self, frozen_on=day_of(at), suspended_until=self.policy.until(last_day))

    def thawed(self, at: datetime, calendar: WorkCalendar) -> Self:
        """Running again: the days frozen are added to every clock that stood still, then rolled."""
        if self.frozen_on is None:
            return self
        days = day_of(at) - self.frozen_on
        thawed = replace(
            self,
            answer_until=self._later(self.answer_until, days, calendar),
            review_until=self._later(self.review_until, days, calendar),
            hold_cap_until=self._later(self.hold_cap_until, days, calendar),
            notice_until=self._later(self.notice_until, days, calendar),
            objection_until=self._later(self.objection_until, days, calendar),
            lapse_until=self._later(self.lapse_until, days, calendar),
            declared_until=self._later(self.declared_until, days, calendar),
            frozen_on=None,
        )
        if self.nominal_end is None:
            return thawed
        return thawed.ending(self.nominal_end + days, calendar)

    def extension_asked(self, at: datetime, calendar: WorkCalendar) -> Self:
        """Undecided, the right stands to the later of its end and the review."""
        review = self.policy.review_of(self.amount, identity_check=False)
        decided = self._end(review, at, calendar)
        ends = [end for end in (self.ends_at, decided) if end is not None]
        return replace(self, extension_until=max(ends, default=None))

    def extended(self, at: datetime, calendar: WorkCalendar) -> Self:
        """Longer, counted from the nominal end."""
        granted = replace(self, extensions=self.extensions + 1, extension_until=None)
        if self.nominal_end is None:
            return granted
        return granted.ending(self.nominal_end + timedelta(days=self.policy.extend_days), calendar)

    def not_extended(self, at: datetime, calendar: WorkCalendar) -> Self:
        """The end stays what it was."""
        return replace(self, extension_until=None)

    def warned(self, at: datetime, calendar: WorkCalendar) -> Self:
        """The lapse notice is in the ledger: from its day the last time runs."""
        return replace(self, lapse_until=self._end(self.policy.lapse_notice, at, calendar))

    def progressed(self, at: datetime, calendar: WorkCalendar) -> Self:
        """A substantive event ends the threat of a lapse."""
        return replace(self, lapse_until=None)

    def contracted(self, at: datetime, calendar: WorkCalendar) -> Self:
        """Its project has signed before it is a right: it converts the moment it becomes one."""
        return replace(self, signed=True)

    def uncontracted(self, at: datetime, calendar: WorkCalendar) -> Self:
        """Its project went back to before the contract: it becomes a right like any other."""
        return replace(self, signed=False)

    def declared(self, at: datetime, calendar: WorkCalendar) -> Self:
        """拟流转: in the pool by time at the end of this period."""
        return replace(self, declared_until=self._end(self.policy.declare_to_pool, at, calendar))

    def pooled(self, at: datetime, calendar: WorkCalendar) -> Self:
        """Offered: the time to accept, and when the pool closes if nobody does."""
        if self.policy.accept is None:
            return self
        last_day = self.policy.accept.last_day(calendar, day_of(at))
        closes_on = last_day + timedelta(days=self.policy.pool_closes_days)
        return replace(
            self,
            accept_until=self.policy.until(last_day),
            pool_until=self.policy.until(closes_on),
        )

    def _end(self, period: Period | None, at: datetime, calendar: WorkCalendar) -> datetime | None:
        """The end of a period that starts now; one of no days (立即) is over at once."""
        if period is not None and period.n == 0:
            return at
        return self.policy.end_of(period, calendar, day_of(at))

    def _later(
        self, clock: datetime | None, days: timedelta, calendar: WorkCalendar
    ) -> datetime | None:
        if clock is None:
            return None
        return self.policy.until(calendar.roll(last_day(clock) + days))
