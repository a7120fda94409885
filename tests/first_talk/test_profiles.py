"""The eight rule sets of other places, each run; what one does not state it does not do."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest

from app.errors import Invalid
from app.first_talk import lead_rights, progress, rulebook, subjects
from app.first_talk.challenges import CaseState, Effect
from app.first_talk.models import Right
from app.first_talk.policies import Currency, Evidence, Policy
from app.first_talk.progress import Colour
from app.first_talk.rights import State
from app.first_talk.schemas import RightView
from app.kit.work import Actor, Office
from app.money import Money
from app.parameters import service as parameters
from app.parameters.policy import FirstTalkPolicy
from tests.builders import LONGMATAN, FrozenClock
from tests.first_talk import acts, claims
from tests.first_talk.acts import refused
from tests.first_talk.claims import LETTER, MINUTES, YI, at, on, proof

Rules = Callable[[str, object], None]

SILENT = (
    "henan_2025",
    "chongqing_trial",
    "guangzhou_2004",
    "kunming_enclave",
    "jiangmen_2024",
    "xuancheng_2024",
    "handan_2024",
    "wuhan_zone",
)
LARGE = {"amount": Money(12 * YI), "fixed_amount": Money(12 * YI)}


def granted(office: Office, actor: Actor, registrar: Actor) -> RightView:
    """A right under rules without 公示: the registrar's word makes it at once."""
    right = claims.file(office, actor, claims.enterprise(office), **LARGE).right
    claims.agree(office, registrar, right.id)
    return claims.read(office, actor, right.id)


def policy(office: Office, name: str) -> Policy:
    with office.open(reads=True) as work:
        return rulebook.policies(work, [f"{name}/1"])[f"{name}/1"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", SILENT)
def test_a_rule_set_runs_and_nothing_ends_what_it_set_no_time_for(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    registrar: Actor,
    rules: Rules,
    name: str,
):
    rules("first_talk.profile", name)
    right = granted(office, longmatan, registrar)
    assert (right.state, right.policy_version) == (State.ACTIVE, f"{name}/1")
    assert (right.window, right.notice_through) == (None, on("03-02"))
    clock.set(at("12-31"))
    silent = claims.read(office, longmatan, right.id)
    assert (silent.state, silent.ended_at) == (State.ACTIVE, None)
    assert refused(acts.extend, office, longmatan, right.id) == "extend_max"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", SILENT)
def test_a_hold_that_no_rule_ends_stands_until_the_registrar_speaks(
    office: Office, clock: FrozenClock, longmatan: Actor, rules: Rules, name: str
):
    rules("first_talk.profile", name)
    company = claims.enterprise(office)
    right = claims.file(office, longmatan, company, **LARGE, evidence=[]).right
    clock.set(at("12-31"))
    assert claims.read(office, longmatan, right.id).state is State.SUBMITTED


def test_without_a_floor_no_evidence_is_asked_and_without_a_cooldown_nobody_waits(
    office: Office, longmatan: Actor, rules: Rules
):
    rules("first_talk.profile", "wuhan_zone")
    company = claims.enterprise(office)
    first = claims.file(office, longmatan, company, evidence=[]).right
    assert first.state is State.SUBMITTED
    acts.release(office, longmatan, first.id)
    assert claims.file(office, longmatan, company, evidence=[]).right.state is State.SUBMITTED


def test_without_a_cap_a_suspension_waits_for_the_registrar(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor, rules: Rules
):
    rules("first_talk.profile", "henan_2025")
    right = granted(office, longmatan, registrar)
    acts.suspend(office, registrar, right.id)
    clock.set(at("12-31"))
    assert claims.read(office, longmatan, right.id).state is State.SUSPENDED
    assert acts.resume(office, registrar, right.id).state is State.ACTIVE


def test_without_times_for_talks_and_ruling_a_case_waits_for_the_ruling(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
    rules: Rules,
):
    rules("first_talk.profile", "henan_2025")
    company = claims.enterprise(office)
    held = claims.file(office, longmatan, company, **LARGE).right
    later = LARGE | {"first_talked_on": on("02-10")}
    own = claims.file(office, jiangyang, company, **later).right
    case = acts.object_to(office, jiangyang, own.id)
    assert (case.state, case.last_day) == (CaseState.DECIDING, None)
    clock.set(at("12-31"))
    assert claims.read(office, longmatan, held.id).state is State.CONTESTED
    ruled = acts.rule(office, registrar, case.id, Effect.TRANSFER)
    assert (ruled.state, ruled.last_day) == (CaseState.RULED, None)
    assert claims.read(office, jiangyang, own.id).state is State.ACTIVE


@pytest.mark.parametrize(
    ("amount", "currency", "outcome"),
    [
        ("1000000000.00", Currency.CNY, State.SUBMITTED),
        ("999999999.99", Currency.CNY, State.REJECTED),
        ("10000000.00", Currency.USD, State.SUBMITTED),
        ("9999999.99", Currency.USD, State.REJECTED),
    ],
)
def test_a02_chongqing_takes_a_billion_yuan_or_ten_million_dollars(
    office: Office,
    longmatan: Actor,
    rules: Rules,
    amount: str,
    currency: Currency,
    outcome: State,
):
    rules("first_talk.profile", "chongqing_trial")
    company = claims.enterprise(office)
    filed = claims.file(
        office, longmatan, company, amount=Money.parse(amount), currency=currency
    ).right
    assert filed.state is outcome
    reason = filed.reason and filed.reason.value
    assert reason == (None if outcome is State.SUBMITTED else "below_threshold")


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        ("05-05", "window_not_open"),
        ("05-06", "submitted"),
        ("05-13", "submitted"),
        ("05-20", "window_closed"),
        ("05-21", "window_closed"),
    ],
)
def test_a02_in_henan_the_window_is_open_from_talks_to_contract(
    office: Office, clock: FrozenClock, longmatan: Actor, rules: Rules, day: str, outcome: str
):
    rules("first_talk.profile", "henan_2025")
    clock.set(at(day, "10:00:00"))
    framework = proof(Evidence.SIGNED_INTENT, "2026-05-12 框架协议")
    asked = {"first_talked_on": on("05-06"), "contract_on": on("05-20"), "evidence": [framework]}
    company = claims.enterprise(office)
    filed = claims.file(office, longmatan, company, amount=Money(10 * YI), **asked).right
    assert (filed.reason.value if filed.reason else filed.state.value) == outcome


def test_a02_a_contract_of_another_unit_closes_the_window_the_same_day(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
    rules: Rules,
):
    rules("first_talk.profile", "henan_2025")
    right = granted(office, jiangyang, registrar)
    clock.set(at("05-20", "10:00:00"))
    acts.convert(office, jiangyang, right)
    asked = LARGE | {"if_taken": "refuse"}
    late = refused(claims.file, office, longmatan, right.enterprise_id, **asked)
    assert late == "window_closed"


def test_a03_in_jiangmen_a_day_is_a_calendar_day_and_rolls_only_if_set(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor, rules: Rules
):
    rules("first_talk.profile", "jiangmen_2024")
    clock.set(at("04-03", "10:00:00"))
    company = claims.enterprise(office)
    as_published = claims.file(office, longmatan, company).right
    assert (as_published.answer_by, as_published.review_by) == (on("04-04"), on("04-06"))
    rules("jiangmen_2024/answer", {"n": 1, "unit": "calendar", "roll": True})
    other = claims.enterprise(office, "乙公司", None)
    assert claims.file(office, jiangyang, other).right.answer_by == on("04-07")


def test_in_jiangmen_a_claim_counts_from_the_amount_of_a_lead_on(
    office: Office, longmatan: Actor, rules: Rules
):
    rules("first_talk.profile", "jiangmen_2024")
    company = claims.enterprise(office)
    below = {"amount": Money(YI - 1), "if_taken": "refuse"}
    assert refused(claims.file, office, longmatan, company, **below) == "below_threshold"
    assert claims.file(office, longmatan, company, amount=Money(YI)).right.state is State.SUBMITTED


def test_in_jiangmen_a_right_reports_every_week_until_its_lead_is_a_project(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor, rules: Rules
):
    rules("first_talk.profile", "jiangmen_2024")
    right = granted(office, longmatan, registrar)
    assert claims.read(office, longmatan, right.id).next_report_by == on("03-09")
    clock.set(at("03-04", "10:00:00"))
    with office.open(longmatan) as work:
        lead_rights.opened(work, right.lead_id)
    assert claims.read(office, longmatan, right.id).next_report_by == on("03-18")


def test_what_no_rule_set_says_of_a_window_neither_opens_nor_closes_it(
    office: Office, longmatan: Actor, rules: Rules
):
    rules("first_talk.profile", "wuhan_zone")
    signed = {"first_talked_on": on("03-09"), "contract_on": on("02-01"), "evidence": []}
    filed = claims.file(office, longmatan, claims.enterprise(office), **signed).right
    assert filed.state is State.SUBMITTED


def test_objections_stay_open_as_long_as_the_rules_say_whatever_the_notice(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
    rules: Rules,
):
    rules("luzhou_default/objection_workdays", 5)
    company = claims.enterprise(office)
    right = claims.file(office, longmatan, company).right
    own = claims.file(office, jiangyang, company, first_talked_on=on("02-10")).right
    claims.agree(office, registrar, right.id)
    clock.set(at("03-09", "10:00:00"))  # 公示 ended on 03-05, the fifth working day is 03-09
    assert claims.read(office, longmatan, right.id).state is State.ACTIVE
    case = acts.object_to(office, jiangyang, own.id)
    assert claims.read(office, longmatan, right.id).state is State.CONTESTED
    acts.agree(office, jiangyang, case.id)
    clock.set(at("03-10"))
    assert refused(acts.object_to, office, jiangyang, own.id) == "too_late"


READ_APART = {
    "registrar": "the certificate names it, its head is told what is overdue",
    "priority": "there is one order of filings, that of the ledger",
    "confirm_parties": "transfers ask for the signatures",
    "credit_assessment": "interests",
    "credit_chain": "interests",
    "credit_statistics": "there is one place of statistics, where it lands",
    "tax": "interests",
    "reward": "interests",
    "poaching_sanction": "cases of poaching",
    "term_counts_first_day": "interests",
    "interest_on_enterprise_left": "interests",
}
"""The parameters that the guards and clocks do not read, and who does."""


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_parameter_that_a_rule_set_states_has_a_reader(office: Office):
    """Left out of the richest rule set, each one changes what the rules are."""
    keys = [name for name, one in FirstTalkPolicy.model_fields.items() if one.alias]
    with office.open(reads=True) as work:
        given = parameters.policy_version(work, "luzhou_default/1")
        more = {"cutoff": time(18), "threshold_lead": Money(YI), "late_objection_days": 2}
        stated = given.model_copy(update=more)
        whole = rulebook.read(work, stated)
        idle = []
        for name in keys:
            without = {name: FirstTalkPolicy.model_fields[name].default}
            if rulebook.read(work, stated.model_copy(update=without)) == whole:
                idle.append(name)
    assert idle == [name for name in keys if name in READ_APART]


def test_a05_in_handan_silence_is_yellow_red_and_out_and_nothing_else(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor, rules: Rules
):
    clock.set(at("02-09", "10:00:00"))
    rules("first_talk.profile", "handan_2024")
    company = claims.enterprise(office)
    right = claims.file(office, longmatan, company, first_talked_on=on("01-15")).right
    claims.agree(office, registrar, right.id)
    claims.reportable(office, longmatan, company)
    claims.report(office, clock, longmatan, "03-10", "site_survey")
    colours = {}
    for day in ("05-10", "05-11", "06-10", "06-11", "12-31"):
        clock.set(at(day))
        colours[day] = claims.read(office, longmatan, right.id).colour
    assert list(colours.values()) == [
        Colour.GREEN,
        Colour.YELLOW,
        Colour.YELLOW,
        Colour.RED,
        Colour.RED,
    ]
    with office.open(reads=True) as work:
        row = work.session.get_one(Right, right.id)
        docket = subjects.dockets_of(work, {row.subject_key})[0]
        standing = docket.settled(work.now)[right.id]
        quiet = progress.silence(docket.record(standing), work.today, standing.policy)
    assert (quiet.drop_from, quiet.explain_from) == (on("09-11"), None)
    dropped = {}
    for day in ("09-10", "09-11"):
        clock.set(at(day))
        dropped[day] = claims.read(office, longmatan, right.id).dropped_on
    assert dropped == {"09-10": None, "09-11": on("09-11")}


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"fixed_amount": Money.parse("59000000.00")}, "below_threshold：固投 6,000万"),
        ({"fixed_amount": Money.parse("60000000.00")}, "submitted"),
        ({"amount": Money(YI - 1)}, "below_threshold"),
        ({"exclusions": ["expansion"]}, "excluded：技改扩建"),
        ({"exclusions": ["real_estate"]}, "excluded：房地产"),
        ({"exclusions": ["outlet"]}, "submitted"),
    ],
)
def test_a08_xuancheng_asks_for_fixed_assets_and_excludes_what_it_names(
    office: Office,
    longmatan: Actor,
    rules: Rules,
    changes: dict[str, object],
    outcome: str,
):
    rules("first_talk.profile", "xuancheng_2024")
    asked = {"amount": Money(YI), "fixed_amount": Money.parse("60000000.00")} | changes
    filed = claims.file(office, longmatan, claims.enterprise(office), **asked).right
    told = filed.state.value
    if filed.reason:
        told = "：".join(part for part in (filed.reason.value, filed.reason_text) if part)
    assert told == outcome


def test_in_guangzhou_reports_fall_due_on_the_first_and_the_fifteenth(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor, rules: Rules
):
    rules("first_talk.profile", "guangzhou_2004")
    right = granted(office, longmatan, registrar)
    dues = {}
    for day in ("03-02", "03-16", "03-17", "04-02", "04-16"):
        clock.set(at(day, "10:00:00"))
        dues[day] = claims.read(office, longmatan, right.id).next_report_by
    assert list(dues.values()) == [  # the 15th of March is a Sunday, 1 May a holiday to the 5th
        on("03-16"),
        on("03-16"),
        on("04-01"),
        on("04-15"),
        on("05-06"),
    ]


def test_a09_in_guangzhou_a_declared_project_is_pooled_at_once_and_two_sign(
    office: Office,
    clock: FrozenClock,
    jiangyang: Actor,
    naxi: Actor,
    registrar: Actor,
    rules: Rules,
):
    rules("first_talk.profile", "guangzhou_2004")
    right = granted(office, jiangyang, registrar)
    clock.set(at("06-15", "10:00:00"))
    pooled = acts.declare(office, jiangyang, right.id)
    assert (pooled.state, pooled.accept_by, pooled.pool_closes_on) == (State.POOLED, None, None)
    with pytest.raises(Invalid, match="承接方"):
        acts.accept(office, naxi, pooled, receiver="", enterprise="")
    clock.set(at("06-26", "10:00:00"))
    received = acts.accept(office, naxi, pooled, enterprise="")
    assert (received.state, received.district.label) == (State.ACTIVE, "纳溪区")
    assert refused(acts.offer, office, registrar, received.id) == "not_stale"
    clock.set(at("07-28"))
    assert acts.offer(office, registrar, received.id).state is State.POOLED


def test_guangzhou_hands_a_project_on_any_number_of_times_and_closes_a_pool_by_hand(
    office: Office,
    clock: FrozenClock,
    jiangyang: Actor,
    naxi: Actor,
    registrar: Actor,
    rules: Rules,
):
    rules("first_talk.profile", "guangzhou_2004")
    right, takers = granted(office, jiangyang, registrar), [naxi, jiangyang] * 2
    for giver, taker in zip([jiangyang, *takers], takers, strict=False):
        clock.tick(days=1)
        right = acts.accept(office, taker, acts.declare(office, giver, right.id))
    acts.declare(office, takers[-1], right.id)
    assert acts.close_pool(office, registrar, right.id).state is State.RELEASED


def test_a10_in_the_zone_of_wuhan_there_is_one_transfer(
    office: Office,
    jiangyang: Actor,
    longmatan: Actor,
    naxi: Actor,
    registrar: Actor,
    rules: Rules,
):
    rules("first_talk.profile", "wuhan_zone")
    right = granted(office, jiangyang, registrar)
    declared = acts.declare(office, jiangyang, right.id)
    assert (declared.state, declared.pool_by) == (State.ACTIVE, None)
    unsigned = {"first_talker": "", "receiver": "", "enterprise": ""}
    pooled = acts.offer(office, registrar, right.id)
    second = acts.accept(office, longmatan, pooled, **unsigned)
    acts.declare(office, longmatan, second.id)
    acts.offer(office, registrar, second.id)
    assert refused(acts.accept, office, naxi, second, **unsigned) == "max_transfers"


def test_kunming_states_credits_and_nothing_of_the_filing(office: Office):
    kunming, default = policy(office, "kunming_enclave"), policy(office, "luzhou_default")
    assert (kunming.threshold_fen, default.threshold_fen) == (0, YI)
    assert (kunming.notice, kunming.cooldown_days, kunming.max_transfers) == (None, 0, None)


def test_what_no_rule_set_says_of_another_unit_in_talks_keeps_nobody_out(
    office: Office, longmatan: Actor, jiangyang: Actor, rules: Rules
):
    company = claims.enterprise(office)
    claims.engaged(office, jiangyang, company, on("03-02"))
    asked = {"if_taken": "refuse", "amount": Money(10 * YI), "evidence": [LETTER, MINUTES]}
    assert refused(claims.file, office, longmatan, company, **asked) == "already_in_talks"
    rules("first_talk.profile", "henan_2025")
    assert claims.file(office, longmatan, company, **asked).right.state is State.SUBMITTED


def test_two_working_days_before_a_working_saturday_end_on_it(
    office: Office, clock: FrozenClock, longmatan: Actor, rules: Rules
):
    clock.set(at("02-12", "10:00:00"))
    rules("luzhou_default/answer", {"n": 2, "unit": "working"})
    company = claims.enterprise(office)
    filed = claims.file(office, longmatan, company, first_talked_on=on("01-15")).right
    assert filed.answer_by == on("02-14")


def test_a_change_of_the_rules_moves_no_deadline_that_was_issued(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor, rules: Rules
):
    company = claims.enterprise(office)
    before = claims.file(office, longmatan, company).right
    clock.tick(hours=1)
    rules("luzhou_default/review", {"n": 9, "unit": "working"})
    rules("luzhou_default/length", {"days": 10})
    after = claims.read(office, longmatan, before.id)
    assert after.review_by == before.review_by
    claims.agree(office, registrar, before.id)
    clock.tick(days=7)
    window = claims.read(office, longmatan, before.id).window
    assert window.nominal_end - window.start == timedelta(days=90)


def test_an_unknown_parameter_or_rule_set_is_an_error(rules: Rules):
    for key, value in (
        ("luzhou_default/patience", 3),
        ("luzhou_default/length", {"days": 90, "weeks": 2}),
        ("nowhere/length", {"days": 90}),
    ):
        with pytest.raises(Invalid):
            rules(key, value)


def test_the_family_is_that_of_the_districts_and_not_of_the_rule_set(office: Office):
    for name in SILENT:
        assert policy(office, name).same_family(LONGMATAN, "510504-CKQ") is True
