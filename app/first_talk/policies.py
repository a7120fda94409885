"""A policy version of the first-talk rules as one typed value, and the periods it sets.

Every number is data: nothing here has a default. What a policy does not state (`None`) it does not
do: no period means no timer, no length means protection until the contract.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.clock import WorkCalendar, until
from app.labels import LabelledEnum


class Evidence(LabelledEnum):
    """The kinds of evidence that the floor is judged from; `other` never counts."""

    INVESTOR_LETTER = "investor_letter", "投资方来函或授权"
    SIGNED_INTENT = "signed_intent", "已签意向书或备忘录"
    SIGNED_MINUTES = "signed_minutes", "双方签字的会议纪要"
    RECEPTION_RECORD = "reception_record", "接待记录"
    VISIT_RECORD = "visit_record", "拜访记录及照片"
    OFFICIAL_LETTER = "official_letter", "往来函件"
    BUSINESS_PLAN = "business_plan", "商业计划书"
    OTHER = "other", "其他材料"


class Exclusion(LabelledEnum):
    """Projects that no first-talk right is given for."""

    INFRASTRUCTURE = "infrastructure", "基础设施"
    REAL_ESTATE = "real_estate", "房地产"
    STATE_FUNDED = "state_funded", "政府投资"
    OUTLET = "outlet", "分支网点"
    CAPITAL_ONLY = "capital_only", "仅注册资本金实缴"
    EXPANSION = "expansion", "技改扩建"


class Currency(LabelledEnum):
    """The two currencies an investment is planned in; they are never converted."""

    CNY = "CNY", "人民币"
    USD = "USD", "美元"


class Level(LabelledEnum):
    """How high up a project is looked after, by its amount."""

    CITY_JOINS = "city_joins", "市级参与"
    TO_CITY = "to_city", "报市"
    TASK_FORCE = "task_force", "成立专班"


@dataclass(frozen=True)
class Amount:
    """A planned investment: fen of yuan, or US cents."""

    minor: int
    currency: Currency = Currency.CNY

    def reaches_yuan(self, fen: int) -> bool:
        """Whether it is a yuan amount of at least `fen` (以上, inclusive)."""
        return self.currency is Currency.CNY and self.minor >= fen


@dataclass(frozen=True)
class Period:
    """A period in working days, or in calendar days that roll only if set."""

    n: int
    working: bool = True
    rolls: bool = False

    def last_day(self, calendar: WorkCalendar, start: date) -> date:
        """The last day of the period; the day of the event does not count."""
        if self.working:
            return calendar.nth_workday(start, self.n)
        nominal = start + timedelta(days=self.n)
        return calendar.roll(nominal) if self.rolls else nominal


@dataclass(frozen=True)
class Policy:
    """The parameters of one policy version that have effect; amounts in fen and US cents."""

    version: str
    city: str  # prefix of the division codes of the city; an investor there is a relocation
    scope_outside: str | None  # prefix of the codes that an investor must come from outside of
    exclusions: frozenset[Exclusion]
    excludes_in_talks: bool  # another unit is in talks with the enterprise
    excludes_signed: bool  # another unit has signed with it
    window_opens: bool  # with the first formal talks
    window_closes: bool  # with a formal contract, anybody's
    threshold_lead_fen: int
    threshold_fen: int
    threshold_usd_cents: int | None
    threshold_services_fen: int | None
    service_divisions: frozenset[str]
    threshold_fixed_fen: int | None
    evidence_one_of: frozenset[Evidence]
    evidence_two_of: frozenset[Evidence]
    same_score_review: int | None
    same_months: int | None
    answer: Period | None
    review: Period | None
    review_large: Period | None
    review_large_fen: int
    escalate_fen: int | None
    task_force_fen: int | None
    hold_cap: Period | None
    fix: Period | None
    notice: Period | None
    objection: Period | None
    length_days: int | None
    length_large_days: int | None
    length_large_fen: int
    extend_days: int
    extend_max: int
    extend_before_workdays: int
    report_every_days: int | None
    report_lead_days: int | None  # while the lead is no project yet (台账)
    report_month_days: tuple[int, ...]  # or on these days of each month
    report_grace_workdays: int
    early_report_days: int
    stale_explain_days: int | None
    stale_yellow_months: int | None
    stale_red_months: int | None
    drop_months: int | None
    missed_reports_red: int | None
    lapse_notice: Period | None
    declare_to_pool: Period | None
    accept: Period | None
    pool_closes_days: int
    transfer_result_days: int | None
    transfer_stale_months: int | None
    max_transfers: int | None
    negotiate: Period | None
    decide: Period | None
    appeal: Period | None
    hearing: Period
    late_objection_days: int
    cooldown_days: int
    bar_days: int
    suspend_cap_days: int | None
    hold_limit: int
    check_limit: int
    cutoff: time | None
    families: tuple[frozenset[str], ...]  # units that are one in contests (政区一体)

    def until(self, last_day: date) -> datetime:
        """The first instant after a last day: midnight, or the cutoff of this policy."""
        return until(last_day, self.cutoff)

    def end_of(self, period: Period | None, calendar: WorkCalendar, day: date) -> datetime | None:
        """The first instant after a period that the event of `day` starts; None: no timer."""
        return None if period is None else self.until(period.last_day(calendar, day))

    def review_of(self, amount: Amount, *, identity_check: bool) -> Period | None:
        """How long the registrar has: longer for large amounts and doubts of identity."""
        large = identity_check or amount.reaches_yuan(self.review_large_fen)
        return self.review_large if large else self.review

    def level_of(self, amount: Amount) -> Level | None:
        """How high up a project of this amount is looked after (市级参与、报市、专班)."""
        levels = {
            Level.TASK_FORCE: self.task_force_fen,
            Level.TO_CITY: self.escalate_fen,
            Level.CITY_JOINS: self.review_large_fen,
        }
        reached = (level for level, fen in levels.items() if fen and amount.reaches_yuan(fen))
        return next(reached, None)

    def length_of(self, amount: Amount) -> int | None:
        """Days of protection (保护期); None: until the contract."""
        large = amount.reaches_yuan(self.length_large_fen)
        return self.length_large_days if large else self.length_days

    def same_family(self, unit: str, other: str) -> bool:
        """Whether two units are one in contests: no case, no conflict, joint holders."""
        return unit == other or any({unit, other} <= family for family in self.families)
