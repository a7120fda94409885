"""The default policy of the rules (§6) as plain values, and short ways to write days."""

from datetime import date, datetime, time
from pathlib import Path

from app.clock import SHANGHAI, load_calendar
from app.first_talk.policies import Amount, Evidence, Exclusion, Period, Policy

CALENDAR = load_calendar(Path(__file__).parents[2] / "seeds" / "calendar")
YI = 10_000_000_000  # 1亿 in fen

LUZHOU = Policy(
    version="luzhou_default/1",
    city="5105",
    scope_outside="5105",
    exclusions=frozenset(Exclusion),
    excludes_in_talks=True,
    excludes_signed=True,
    window_opens=True,
    window_closes=True,
    threshold_lead_fen=0,
    threshold_fen=YI,
    threshold_usd_cents=1_000_000_000,
    threshold_services_fen=3_000_000_000,
    service_divisions=frozenset({"65"}),
    threshold_fixed_fen=None,
    evidence_one_of=frozenset(
        {Evidence.INVESTOR_LETTER, Evidence.SIGNED_INTENT, Evidence.SIGNED_MINUTES}
    ),
    evidence_two_of=frozenset(
        {
            Evidence.RECEPTION_RECORD,
            Evidence.VISIT_RECORD,
            Evidence.OFFICIAL_LETTER,
            Evidence.BUSINESS_PLAN,
        }
    ),
    same_score_review=60,
    same_months=24,
    answer=Period(1),
    review=Period(3),
    review_large=Period(5),
    review_large_fen=5 * YI,
    escalate_fen=10 * YI,
    task_force_fen=50 * YI,
    hold_cap=Period(15),
    fix=Period(5),
    notice=Period(3),
    objection=Period(3),
    length_days=90,
    length_large_days=180,
    length_large_fen=10 * YI,
    extend_days=90,
    extend_max=1,
    extend_before_workdays=10,
    report_every_days=14,
    report_lead_days=None,
    report_month_days=(),
    report_grace_workdays=3,
    early_report_days=7,
    stale_explain_days=30,
    stale_yellow_months=2,
    stale_red_months=3,
    drop_months=6,
    missed_reports_red=2,
    lapse_notice=Period(5),
    declare_to_pool=Period(3),
    accept=Period(5),
    pool_closes_days=30,
    transfer_result_days=7,
    transfer_stale_months=1,
    max_transfers=2,
    negotiate=Period(5),
    decide=Period(10),
    appeal=Period(10),
    hearing=Period(5),
    late_objection_days=0,
    cooldown_days=30,
    bar_days=365,
    suspend_cap_days=90,
    hold_limit=25,
    check_limit=30,
    cutoff=None,
    families=(frozenset({"510504", "changkai", "hangkong"}),),
)

SMALL = Amount(3 * YI)


def on(text: str) -> date:
    """A day of 2026: `"03-02"`."""
    return date.fromisoformat(f"2026-{text}")


def at(text: str, clock: str = "00:00:00") -> datetime:
    """An instant in Shanghai in 2026."""
    return datetime.combine(on(text), time.fromisoformat(clock), SHANGHAI)
