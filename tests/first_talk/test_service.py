"""What a filing meets and becomes: races, guards, families, queues, endings, and who sees it."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from app.districts import service as districts
from app.districts import sign_in
from app.districts.schemas import CreateUser, GrantRoles
from app.enterprises import service as enterprises
from app.enterprises.schemas import EditEnterprise, Engage, LogInteraction, NamedEnterprise
from app.errors import (
    Conflict,
    DomainError,
    FirstTalkConflict,
    FirstTalkRefused,
    Forbidden,
    IllegalTransition,
    Invalid,
    NotFound,
    RateLimited,
    VersionMismatch,
)
from app.first_talk import checks, ledger, register, rulebook, service, subjects
from app.first_talk import claims as making
from app.first_talk.check_schemas import Check
from app.first_talk.models import Right
from app.first_talk.progress import Colour
from app.first_talk.rights import LIVE, Reason, State
from app.first_talk.schemas import AddEvidence
from app.kit.files import Upload
from app.kit.work import Actor, Office, Role
from app.main import make_office
from app.money import Money
from app.settings import Settings
from tests.builders import CITY, JIANGYANG, LONGMATAN, FrozenClock, person
from tests.first_talk import acts, claims
from tests.first_talk.claims import MINUTES, VISIT, YI, at, on


def states(office: Office) -> Counter[State]:
    with office.open(reads=True) as work:
        return Counter(row.state for row in work.session.scalars(work.rows(Right)))


@pytest.mark.parametrize("if_taken", ["refuse", "queue"])
def test_of_many_that_file_at_once_exactly_one_leads(
    office: Office, longmatan: Actor, jiangyang: Actor, naxi: Actor, if_taken: str
):
    company = claims.enterprise(office)

    def file(actor: Actor) -> str:
        try:
            filed = claims.file(office, actor, company, if_taken=if_taken)
        except DomainError as refusal:
            return refusal.code
        return filed.right.state.value

    with ThreadPoolExecutor(6) as pool:
        outcomes = Counter(pool.map(file, [longmatan, jiangyang, naxi] * 2))
    # One's own second filing is a conflict with one's own number.
    losers = {"first-talk-conflict", "conflict"} if if_taken == "refuse" else {"queued", "conflict"}
    assert outcomes["submitted"] == 1
    assert set(outcomes) <= {"submitted", *losers}
    assert sum(outcomes.values()) == 6
    assert states(office)[State.SUBMITTED] == 1
    with office.open(reads=True) as work:
        assert ledger.first_bad_entry(work) is None


def past_the_lock(
    office: Office, settings: Settings, first: Actor, second: Actor, company: str
) -> str:
    """File for `first` while `second` writes a hold without asking for the lock; what came of it.

    The intruder commits at the last moment: when the ledger's time is read for the filing.
    """
    clock = FrozenClock()
    intruder = make_office(settings, clock)
    readings = iter((clock.now, None))

    def interrupted() -> datetime:
        if next(readings, clock.now) is None:
            with intruder.open(second) as work:
                claim = claims.claim(company, second)
                row = making.draft(work, claim, f"{claims.JIA}/26", rulebook.policy_now(work))
                row.state = State.SUBMITTED
                work.add(row)
        return clock.now

    office.clock = interrupted
    filed = claims.file(office, first, company)
    intruder.engine.dispose()
    return filed.right.state.value


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_hold_written_past_the_lock_still_wins_by_the_index(
    office: Office, app_settings: Settings, longmatan: Actor, jiangyang: Actor
):
    company = claims.enterprise(office)
    outcome = past_the_lock(office, app_settings, longmatan, jiangyang, company)
    assert outcome == "queued"
    assert states(office) == {State.SUBMITTED: 1, State.QUEUED: 1}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_without_the_index_the_same_race_has_two_winners(
    office: Office, app_settings: Settings, longmatan: Actor, jiangyang: Actor
):
    with office.engine.begin() as connection:
        connection.execute(text("DROP INDEX uq_first_talk_right_live"))
    company = claims.enterprise(office)
    outcome = past_the_lock(office, app_settings, longmatan, jiangyang, company)
    assert outcome == "submitted"
    assert states(office) == {State.SUBMITTED: 2}


@pytest.mark.parametrize("state", list(State))
def test_the_index_holds_one_row_in_every_blocking_state_and_any_number_in_the_others(
    office: Office, longmatan: Actor, state: State
):
    company = claims.enterprise(office)

    def insert(into: State) -> None:
        with office.open(longmatan) as work:
            claim = claims.claim(company, longmatan)
            row = making.draft(work, claim, "key/26", rulebook.policy_now(work))
            row.state = into
            work.add(row)

    insert(State.ACTIVE)
    if state in LIVE:
        with pytest.raises(Exception, match=r"(?i)unique"):
            insert(state)
    else:
        insert(state)
        insert(state)


def test_the_sql_predicate_is_the_pure_rule_at_every_instant(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor, naxi: Actor
):
    """Three districts file on four subjects and end it at random; random instants are asked."""
    chance = random.Random(20260302)  # noqa: S311 - a repeatable course of events, no secret
    registrar = person(office, "registrar", Role.COORDINATOR, district=CITY)
    companies = [claims.enterprise(office, f"{name}公司", None) for name in "甲乙丙丁"]
    rights: list[tuple[Actor, str]] = []
    for step in range(24):
        clock.tick(hours=chance.randrange(1, 90))
        actor = chance.choice([longmatan, jiangyang, naxi])
        evidence = chance.choice([[VISIT], [MINUTES]])
        try:
            filed = claims.file(
                office, actor, chance.choice(companies), evidence=evidence, lead_id=f"led_{step}"
            )
            rights.append((actor, filed.right.id))
            holder, id = chance.choice(rights)
            act = chance.choice(["agree", "reject", "release", "wait", "wait"])
            if act == "agree":
                claims.agree(office, registrar, id)
            elif act == "reject":
                claims.reject(office, registrar, id)
            elif act == "release":
                with office.open(holder) as work:
                    service.release(work, id, None, "不谈了")
        except (Conflict, DomainError):
            continue
    met: set[State] = set()
    for _ in range(40):
        clock.tick(hours=chance.randrange(1, 120))
        with office.open(reads=True) as work:
            keys = set(work.session.scalars(work.rows(Right).with_only_columns(Right.subject_key)))
            pure = {
                id: standing.state
                for docket in subjects.dockets_of(work, keys)
                for id, standing in docket.settled(work.now).items()
            }
            counted = [
                (id, state)
                for state in State
                for id in work.session.scalars(
                    work.rows(Right)
                    .where(Right.counts_as(state, now=work.now))
                    .with_only_columns(Right.id)
                )
            ]
        assert sorted(counted) == sorted(pure.items())
        met |= set(pure.values())
    assert {State.ACTIVE, State.EXPIRED, State.REJECTED, State.RELEASED} <= met


def test_the_tick_writes_what_time_has_done_once(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    claims.agree(office, registrar, right.id)
    clock.set(at("07-01"))
    for changes in (2, 0):
        with office.open() as work:
            assert service.settle_due(work) == changes
    assert states(office) == {State.EXPIRED: 1}
    with office.open(longmatan, reads=True) as work:
        page = register.right_page(work, right.id)
    assert [line.kind.label for line in page.receipts] == [
        "首谈登记凭证",
        "首谈保护凭证",
        "首谈终结",
    ]


def test_an_incomplete_claim_ends_when_it_is_not_completed_in_time(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor
):
    company = claims.enterprise(office)
    right = claims.file(office, jiangyang, company, evidence=[VISIT]).right
    assert right.fix_by == on("03-09")
    assert claims.file(office, longmatan, company).right.state is State.SUBMITTED
    clock.set(at("03-10"))
    ended = claims.read(office, jiangyang, right.id)
    assert (ended.state, ended.reason) == (State.REJECTED, Reason.INCOMPLETE)
    with pytest.raises(IllegalTransition):
        claims.complete(office, jiangyang, right, MINUTES)


def test_a_claim_that_lacks_division_amount_and_day_takes_its_place_once_they_are_given(
    office: Office, longmatan: Actor, jiangyang: Actor
):
    company = claims.enterprise(office)
    bare = {"division": None, "amount": None, "first_talked_on": None}
    right = claims.file(office, longmatan, company, **bare).right
    assert [one.label for one in right.missing] == ["行业大类", "计划投资总额", "首谈时间"]
    claims.file(office, jiangyang, company)
    given = AddEvidence(division="26", amount=Money(2 * YI), first_talked_on=on("02-01"))
    with office.open(longmatan) as work:
        filed = service.complete(work, right.id, right.version, given)
    assert (filed.right.state, filed.right.ahead.district.label) == (State.QUEUED, "江阳区")


def test_inside_a_family_a_second_filing_makes_joint_holders(
    office: Office, longmatan: Actor, jiangyang: Actor
):
    park = person_of_park(office)
    company = claims.enterprise(office)
    first = claims.file(office, longmatan, company)
    joint = claims.file(office, park, company, if_taken="refuse")
    assert joint.right.id == first.right.id
    assert joint.receipt.number == "CKQ-FT-2026-000001"
    assert [one.district.label for one in joint.right.joint_holders] == ["长开区"]
    assert states(office) == {State.SUBMITTED: 1}
    assert claims.listed(office, park) == [("龙马潭区", "待审核")]
    with pytest.raises(Conflict, match="CKQ-FT-2026-000001"):
        claims.file(office, park, company)
    assert claims.file(office, jiangyang, company).right.state is State.QUEUED
    with office.open(park, reads=True) as work:
        assert service.right_of_lead(work, "led_park").id == first.right.id
        page = register.right_page(work, first.right.id)
    assert [line.number for line in page.receipts] == ["CKQ-FT-2026-000001"]
    assert (len(page.evidence), page.acts.release) == (1, False)


def test_an_incomplete_claim_completed_inside_a_family_joins_its_right(
    office: Office, longmatan: Actor
):
    park = person_of_park(office)
    company = claims.enterprise(office)
    first = claims.file(office, longmatan, company)
    lacking = claims.file(office, park, company, evidence=[VISIT], if_taken="refuse").right
    done = claims.complete(office, park, lacking, MINUTES)
    assert done.right.id == first.right.id
    assert states(office) == {State.SUBMITTED: 1, State.RELEASED: 1}


def person_of_park(office: Office) -> Actor:
    """An officer of 长开区, whose promotion office is called ZSJ."""
    command = CreateUser(login="park", name="park", unit_id="510504-CKQ-ZSJ")
    with office.open() as work:
        account = districts.create_user(work, command, "no password fits", demo=True)
        districts.grant_roles(work, account.id, GrantRoles(roles=[Role.OFFICER]))
        return sign_in.actor_of(work, "park")


def test_ones_own_second_filing_is_answered_with_ones_own_number(office: Office, longmatan: Actor):
    company = claims.enterprise(office)
    claims.file(office, longmatan, company)
    with pytest.raises(Conflict) as conflict:
        claims.file(office, longmatan, company, lead_id="led_two")
    assert conflict.value.members == {"number": "LMT-FT-2026-000001"}


def test_an_unknown_division_is_an_error_of_the_field(office: Office, longmatan: Actor):
    company = claims.enterprise(office)
    with pytest.raises(Invalid, match="没有行业大类 00") as wrong:
        claims.file(office, longmatan, company, division="00")
    assert wrong.value.issues[0].pointer == "/division"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount": Money(YI - 1)}, "below_threshold"),
        ({"first_talked_on": on("03-03")}, "window_not_open"),
        ({"contract_on": on("03-02")}, "window_closed"),
        ({"exclusions": ["real_estate"]}, "excluded"),
        ({"origin": "510502"}, "existing_local_firm"),
    ],
)
def test_a_guard_refuses_the_call_or_keeps_lead_and_receipt(
    office: Office, longmatan: Actor, changes: dict[str, object], reason: str
):
    company = claims.enterprise(office)
    with pytest.raises(FirstTalkRefused) as refused:
        claims.file(office, longmatan, company, if_taken="refuse", **changes)
    assert refused.value.members == {"reason": reason}
    assert states(office) == {}
    kept = claims.file(office, longmatan, company, **changes)
    assert (kept.right.state, kept.right.reason.value) == (State.REJECTED, reason)
    assert kept.receipt.number == "LMT-LD-2026-000001"


def test_the_origin_is_taken_from_the_code_of_the_enterprise(office: Office, longmatan: Actor):
    local = claims.enterprise(office, "本地公司", "91510504MA62UXQT13")
    filed = claims.file(office, longmatan, local)
    assert filed.right.reason is Reason.EXISTING_LOCAL_FIRM


def test_another_units_live_talks_keep_out_until_they_go_stale(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor
):
    company = claims.enterprise(office)
    engaged = Engage(
        about_id="led_theirs",
        enterprise_id=company,
        division="26",
        unit=JIANGYANG,
        status="negotiating",
        since=on("03-02"),
    )
    talk = LogInteraction(
        about_id="led_theirs",
        enterprise_id=company,
        kind="talk",
        happened_on=on("03-02"),
        content="谈了用地",
    )
    with office.open(jiangyang) as work:
        enterprises.index_name(work, "led_theirs", "在谈项目", company)
        enterprises.engage(work, engaged)
        enterprises.log_interaction(work, talk)
    clock.set(at("05-02", "10:00:00"))
    with pytest.raises(FirstTalkRefused, match="该企业已有单位在谈，可申请协作"):
        claims.file(office, longmatan, company, if_taken="refuse")
    clock.set(at("05-03", "10:00:00"))
    assert claims.file(office, longmatan, company).right.state is State.SUBMITTED


def test_after_its_end_the_former_holder_waits_and_another_does_not(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor
):
    company = claims.enterprise(office)
    right = claims.file(office, longmatan, company).right
    with office.open(longmatan) as work:
        ended = service.release(work, right.id, right.version, "企业暂缓")
    assert (ended.state, ended.reason_text) == (State.RELEASED, "企业暂缓")
    for day in ("03-02", "04-01"):
        clock.set(at(day, "23:00:00"))
        with pytest.raises(FirstTalkRefused, match="冷却期"):
            claims.file(office, longmatan, company, if_taken="refuse")
    other = claims.file(office, jiangyang, company).right
    with office.open(jiangyang) as work:
        service.release(work, other.id, None, "让出")
    clock.set(at("04-02"))
    assert claims.file(office, longmatan, company).right.state is State.SUBMITTED


def test_a_false_filing_is_revoked_and_its_unit_barred_everywhere(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor, registrar: Actor
):
    company = claims.enterprise(office)
    right = claims.file(office, longmatan, company).right
    acts.revoke(office, registrar, longmatan, right.id)
    assert claims.read(office, longmatan, right.id).state is State.REVOKED
    other = claims.enterprise(office, "乙公司", None)
    clock.set(at("03-02", "23:00:00") + timedelta(days=365))
    with pytest.raises(FirstTalkRefused) as barred:
        claims.file(office, longmatan, other, if_taken="refuse")
    assert barred.value.members == {"reason": "barred"}
    assert claims.file(office, jiangyang, other).right.state is State.SUBMITTED
    clock.set(at("03-03") + timedelta(days=365))
    assert claims.file(office, longmatan, company).right.state is State.SUBMITTED


def test_a_district_holds_no_more_than_the_limit_at_once(office: Office, longmatan: Actor):
    for n in range(25):
        company = claims.enterprise(office, f"第{n}公司", None)
        assert claims.file(office, longmatan, company).right.state is State.SUBMITTED
    company = claims.enterprise(office, "再一公司", None)
    refused = claims.file(office, longmatan, company).right
    assert (refused.reason, refused.reason_text.count("LMT-FT-2026-")) == (Reason.HOLD_LIMIT, 25)


def test_only_a_registrar_who_is_no_party_decides_and_never_a_key(
    office: Office, longmatan: Actor, registrar: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    with pytest.raises(Forbidden):
        claims.agree(office, longmatan, right.id)
    both = person(office, "both", Role.COORDINATOR, Role.OFFICER, district=CITY)
    own = claims.file(office, both, claims.enterprise(office, "乙公司", None)).right
    with pytest.raises(Forbidden, match="本单位"):
        claims.agree(office, registrar, own.id)
    assert claims.agree(office, registrar, right.id).state is State.NOTICE


def test_a_decision_on_an_older_version_is_refused(
    office: Office, longmatan: Actor, registrar: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    claims.agree(office, registrar, right.id)
    with office.open(longmatan) as work, pytest.raises(VersionMismatch):
        service.release(work, right.id, right.version, "晚了")


def test_a_contract_converts_a_right_but_not_before_it_was_filed(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    claims.agree(office, registrar, right.id)
    clock.set(at("04-01", "10:00:00"))
    with office.open(longmatan) as work, pytest.raises(Invalid, match="早于首报时间"):
        service.convert(work, "led_longmatan", on("03-01"))
    with office.open(longmatan) as work:
        done = service.convert(work, "led_longmatan", on("04-01"))
        assert service.convert(work, "led_none", on("04-01")) is None
    assert (done.state, done.ended_at) == (State.CONVERTED, at("04-01", "10:00:00"))


def test_reports_count_and_only_substantive_progress_ends_the_silence(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor
):
    company = claims.enterprise(office)
    right = claims.file(office, longmatan, company).right
    claims.agree(office, registrar, right.id)
    with office.open(longmatan) as work:
        enterprises.index_name(work, "led_longmatan", "硝化棉项目", company)

    def report(day: str, **more: object) -> Colour:
        clock.set(at(day, "10:00:00"))
        values = {"about_id": "led_longmatan", "enterprise_id": company, "content": "联系"}
        with office.open(longmatan) as work:
            told = enterprises.log_interaction(
                work, LogInteraction(**values, happened_on=on(day), **{"kind": "note", **more})
            )
            service.note_report(work, "led_longmatan", told)
            return service.right_of_lead(work, "led_longmatan").colour

    # Active from 03-06: reports fall due every 14 days, silence is yellow after two months.
    for day in ("03-20", "04-03", "04-17", "05-06"):
        assert report(day) is Colour.GREEN
    assert report("05-15") is Colour.YELLOW
    survey = {
        "kind": "visit",
        "substantive_kind": "site_survey",
        "participants": "经外局",
        "counterparts": "企业总经理",
        "files": [Upload("踏勘记录.txt", "地块 A".encode())],
    }
    assert report("05-16", **survey) is Colour.GREEN


def test_blocks_others_tells_the_gate_who_holds_but_not_ones_own_family(
    office: Office, longmatan: Actor, jiangyang: Actor
):
    park = person_of_park(office)
    company = claims.enterprise(office)
    claims.file(office, longmatan, company)
    for actor, holder in ((jiangyang, "龙马潭区"), (longmatan, None), (park, None)):
        with office.open(actor, reads=True) as work:
            found = service.blocks_others(work, company, "26")
        assert (found and found.district.label) == holder
    with office.open(jiangyang, reads=True) as work:
        assert service.blocks_others(work, company, "22") is None


def test_a_claim_of_an_unregistered_investor_keeps_its_place_when_the_code_comes(
    office: Office, longmatan: Actor, jiangyang: Actor
):
    with office.open(longmatan) as work:
        new = enterprises.find_or_add(work, NamedEnterprise(name="新设公司", unregistered=True))
        company = new.id
    first = claims.file(office, longmatan, company).right
    with office.open(longmatan) as work:
        enterprises.edit_enterprise(
            work, company, EditEnterprise(uscc=claims.JIA, unregistered=False)
        )
    second = claims.file(office, jiangyang, company).right
    assert second.ahead.district.code == LONGMATAN
    assert claims.read(office, longmatan, first.id).first_reported_at == first.first_reported_at


def test_a_stranger_cannot_read_a_right_its_receipt_or_its_evidence(
    office: Office, longmatan: Actor, jiangyang: Actor
):
    filed = claims.file(office, longmatan, claims.enterprise(office))
    with office.open(longmatan, reads=True) as work:
        proof = register.right_page(work, filed.right.id).evidence[0]
        assert register.evidence_file(work, proof.id)[0] == proof.name
    with office.open(jiangyang, reads=True) as work:
        for ask, what in (
            (register.right, filed.right.id),
            (register.right_page, filed.right.id),
            (register.receipt, filed.receipt.number),
            (register.receipt_of_right, filed.right.id),
            (register.evidence_file, proof.id),
        ):
            with pytest.raises(NotFound):
                ask(work, what)


def test_a_district_meets_the_row_that_its_filing_met_while_it_blocks(
    office: Office, longmatan: Actor, jiangyang: Actor, naxi: Actor
):
    company = claims.enterprise(office)
    right = claims.file(office, longmatan, company).right
    with pytest.raises(FirstTalkConflict):
        claims.file(office, jiangyang, company, if_taken="refuse")
    assert claims.listed(office, jiangyang) == [("龙马潭区", "待审核")]
    assert claims.listed(office, naxi) == []
    with office.open(longmatan) as work:
        service.release(work, right.id, None, "让出")
    assert claims.listed(office, jiangyang) == []


def test_checks_answer_alike_count_on_one_meter_and_stop_at_the_limit(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor
):
    company = claims.enterprise(office)
    claims.file(office, longmatan, company)
    claims.file(office, longmatan, claims.enterprise(office, "丙公司", None), evidence=[VISIT])

    def check(identity: str, division: str = "26") -> tuple[object, ...]:
        with office.open(jiangyang) as work:
            found = checks.check(work, Check(identity=identity, division=division))
        holder = found.holder.label if found.holder else None
        return found.answer.value, holder, found.last_day, found.someone_filing

    assert check(claims.JIA) == ("held", "龙马潭区", on("03-23"), False)
    assert check("甲公司") == ("held", "龙马潭区", on("03-23"), False)
    assert check("甲公司", "22") == ("free", None, None, False)
    assert check("丙公司") == ("free", None, None, True)
    assert check("无人知晓公司") == ("free", None, None, False)
    with pytest.raises(Invalid, match="校验位"):
        check(claims.JIA[:-1] + "3")
    for _ in range(25):
        check("无人知晓公司")
    for ask in (
        lambda: check(claims.JIA),
        lambda: claims.file(office, jiangyang, company, if_taken="refuse"),
    ):
        with pytest.raises(RateLimited) as limited:
            ask()
        assert limited.value.members == {"retry_after": 15 * 3600 + 1}
    assert claims.file(office, jiangyang, company).right.state is State.QUEUED
    clock.set(at("03-03"))
    assert check(claims.JIA)[0] == "held"


def test_a_similar_name_that_is_held_is_told_as_similar_and_nothing_more(
    office: Office, longmatan: Actor, jiangyang: Actor
):
    claims.file(office, longmatan, claims.enterprise(office, "四川新材料科技有限公司", None))
    with office.open(jiangyang) as work:
        found = checks.check(work, Check(identity="四川新材料科技集团有限公司", division="26"))
    assert found.model_dump() == {
        "answer": "similar",
        "holder": None,
        "last_day": None,
        "someone_filing": False,
    }


def test_every_seeded_rule_set_is_one_the_rules_can_read(office: Office):
    with office.open(reads=True) as work:
        names = [f"{name}/1" for name in PROFILES]
        found = rulebook.policies(work, names)
    assert found["henan_2025/1"].length_days is None
    assert found["jiangmen_2024/1"].answer.working is False
    assert set(found) == set(names)


PROFILES = (
    *("luzhou_default", "henan_2025", "chongqing_trial", "guangzhou_2004", "kunming_enclave"),
    *("jiangmen_2024", "xuancheng_2024", "handan_2024", "wuhan_zone"),
)
