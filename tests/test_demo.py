"""The demo data: everything that a visitor shall find, made by the use cases, alive on any day."""

import shutil
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.agreements import listing as agreement_list
from app.agreements import service as agreements
from app.agreements.schemas import AgreementFilter
from app.agreements.states import State as AgreementState
from app.audit import service as audit
from app.clock import SHANGHAI, load_calendar
from app.demo import play
from app.demo.acts import ACTS
from app.districts import service as districts
from app.districts import sign_in
from app.districts.schemas import CreateUser, GrantRoles
from app.enterprises.uscc import read_uscc
from app.first_talk import ledger, register
from app.first_talk.models import QueryKind
from app.first_talk.progress import Colour
from app.first_talk.register_schemas import RightFilter
from app.first_talk.rights import State
from app.kit.trail import AuditEntry
from app.kit.work import SYSTEM, Office, Role
from app.leads import service as leads
from app.leads.schemas import LeadFilter, LogLead
from app.leads.stages import LeadState, Stage
from app.main import make_office
from app.projects import service as projects
from app.projects.commands import ProjectFilter
from app.projects.states import Status
from app.settings import ROOT, Settings
from tests.builders import FrozenClock

TODAY = datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI)
DISTRICTS = ("lmt", "jy", "nx", "ckq")
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11714: how the check digit inside a credit code is found."""


@pytest.fixture(scope="module")
def demo(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An installation with the demo data, as it stands on a Tuesday in November."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(sqlite_template, folder / "tongzhao.db")
    office = make_office(Settings(data=folder, database_url=""), FrozenClock(TODAY))
    assert play.load(office)
    yield office
    office.engine.dispose()


def reading(office: Office, login: str):
    """A reading Work of a demo account."""
    with office.open(reads=True) as work:
        actor = sign_in.actor_of(work, login)
    return office.open(actor, reads=True)


def all_leads(office: Office) -> list:
    found = []
    for district in DISTRICTS:
        with reading(office, f"{district}.officer") as work:
            found += leads.leads(work, LeadFilter(limit=200)).items
    return found


def all_rights(office: Office) -> list:
    with reading(office, "lz.coordinator") as work:
        return register.rights(work, RightFilter(limit=200)).items


def all_agreements(office: Office) -> dict:
    """Every agreement once, as its own district sees it."""
    found = {}
    for district in DISTRICTS[:3]:
        with reading(office, f"{district}.negotiator") as work:
            for line in agreement_list.agreements(work, AgreementFilter()).items:
                found[line.number] = agreements.agreement(work, line.id)
    return found


def states_of_rights(office: Office) -> Counter:
    return Counter(right.state for right in all_rights(office))


def colours_of_active_rights(office: Office) -> Counter:
    return Counter(right.colour for right in all_rights(office) if right.state is State.ACTIVE)


EVERY_STATE = set(State) - {State.DRAFT, State.POOLED}
"""A draft is never stored; what the demo has in the pool is taken over."""


def test_there_are_leads_in_every_state_and_with_nothing_but_a_projects_name(demo: Office):
    found = all_leads(demo)
    assert len(found) >= 60
    assert {lead.state for lead in found} == set(LeadState)
    assert {lead.stage for lead in found} == {Stage.LEAD, Stage.ASSESSING}
    assert sum(lead.enterprise is None for lead in found) >= 8
    assert min(lead.logged_at for lead in found) < TODAY - timedelta(days=500)
    assert any(lead.due_on == TODAY.date() for lead in found)


def test_first_talk_rights_stand_in_every_state_and_colour(demo: Office):
    assert set(states_of_rights(demo)) == EVERY_STATE
    assert set(colours_of_active_rights(demo)) == set(Colour)


def test_a_right_ends_within_days_and_a_notice_runs_today(demo: Office):
    found = all_rights(demo)
    ends = [right.last_day for right in found if right.state is State.ACTIVE]
    assert any(TODAY.date() <= day <= TODAY.date() + timedelta(days=7) for day in ends)
    notices = [right.last_day for right in found if right.state is State.NOTICE]
    assert notices
    assert all(day > TODAY.date() for day in notices)


def test_a_park_holds_a_right_jointly_with_the_district_of_its_family(demo: Office):
    with reading(demo, "ckq.officer") as work:
        shared = [right for right in register.rights(work, RightFilter()).items if right.full]
        joint = [register.right(work, right.id).joint_holders for right in shared]
    assert [holder.district.label for holders in joint for holder in holders] == ["长开区"]


def test_the_holder_sees_who_asked_and_who_wants_to_cooperate(demo: Office):
    with reading(demo, "lmt.officer") as work:
        asked = [
            (query.kind, query.district.label)
            for right in register.rights(work, RightFilter()).items
            if right.own
            for query in register.right_page(work, right.id).queries
        ]
    assert set(asked) >= {(QueryKind.CHECK, "江阳区"), (QueryKind.COOPERATION, "江阳区")}


def test_projects_have_gone_every_way(demo: Office):
    with reading(demo, "lz.coordinator") as work:
        found = projects.projects(work, ProjectFilter(limit=200)).items
    assert len(found) >= 12
    assert {project.status for project in found} == set(Status)
    assert {project.stage for project in found} >= {
        Stage.NEGOTIATING,
        Stage.PRE_SIGNING,
        Stage.UNDER_CONSTRUCTION,
        Stage.IN_PRODUCTION,
        Stage.OPERATING,
    }


def test_agreements_wait_for_each_kind_of_next_step(demo: Office):
    found = all_agreements(demo)
    by_state = {one.state: one for one in found.values()}
    assert set(by_state) == {
        AgreementState.DRAFT,
        AgreementState.OFFERED,
        AgreementState.CONFIRMED,
        AgreementState.IN_FORCE,
    }
    assert {one.kind.code for one in found.values()} >= {"enclave", "joint_project"}
    with reading(demo, "nx.negotiator") as work:
        offered = agreements.version(work, by_state[AgreementState.OFFERED].id, 1)
    assert (len(offered.consents), len(offered.awaited)) == (1, 1)
    with reading(demo, "lz.coordinator2") as work:
        confirmed = agreements.version(work, by_state[AgreementState.CONFIRMED].id, 1)
    assert confirmed.approval is not None
    assert confirmed.approval.confirmed_by_name is None


def test_every_role_has_an_account_and_every_account_is_marked(demo: Office):
    with demo.open(SYSTEM, reads=True) as work:
        accounts = districts.users(work)
        shown = sign_in.demo_accounts(work)
    assert all(account.demo for account in accounts)
    held = Counter(role for account in accounts for role in account.roles)
    assert set(held) == set(Role) - {Role.PARTNER, Role.SYSTEM, Role.VISITOR}
    assert held[Role.COORDINATOR] == 2
    assert len(shown) == len(accounts)


def test_people_worked_in_office_hours_of_working_days_and_never_in_the_future(demo: Office):
    calendar = load_calendar(ROOT / "seeds" / "calendar")
    with demo.open(reads=True) as work:
        entries = work.session.execute(select(AuditEntry.at).where(AuditEntry.act != "seed.load"))
        instants = [at.astimezone(SHANGHAI) for (at,) in entries]
    assert max(instants) < TODAY
    assert all(calendar.is_workday(at.date()) for at in instants)
    assert all(8 <= at.hour < 18 for at in instants)


def test_trail_and_ledger_are_sound(demo: Office):
    with demo.open(SYSTEM, reads=True) as work:
        assert audit.verify_trail(work).broken_at is None
        assert ledger.first_bad_entry(work) is None
        assert len(ledger.public_entries(work, 0, 1000)) >= 100


def test_demo_data_come_once(demo: Office):
    before = len(all_leads(demo))
    assert not play.load(demo)
    assert len(all_leads(demo)) == before


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_installation_whose_ledger_is_in_use_gets_none(office: Office):
    account = CreateUser(login="real", name="在岗人员", unit_id="510504-JWJ")
    with office.open() as work:
        made = districts.create_user(work, account, "no password fits")
        districts.grant_roles(work, made.id, GrantRoles(roles=[Role.OFFICER]))
        actor = sign_in.actor_of(work, "real")
    with office.open(actor) as work:
        leads.log_lead(work, LogLead(name="某项目", named="project", source="other"))
    assert not play.load(office)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_step_that_is_refused_is_named_and_leaves_nothing(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shutil.copytree(play.FOLDER, tmp_path / "demo")
    with (tmp_path / "demo" / "leads.toml").open("a", encoding="utf-8") as script:
        script.write(
            '[[thread]]\ndistrict = "nx"\nsteps = [[549, "log", { name = "某项目", source = "x" }]]'
        )
    monkeypatch.setattr(play, "FOLDER", tmp_path / "demo")
    with pytest.raises(Exception, match="请从列表中选择") as refused:
        play.load(office)
    assert "某项目" in refused.value.__notes__[0]
    with office.open(reads=True) as work:
        assert sign_in.demo_accounts(work) == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_first_talk_is_alive_after_the_spring_festival_and_on_postgresql(
    office: Office, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
):
    clock.set(datetime(2026, 2, 25, 9, 0, tzinfo=SHANGHAI))
    monkeypatch.setattr(play, "SCRIPTS", ("rights",))
    assert play.load(office)
    with_projects = {State.CONVERTED, State.EXTENSION_PENDING, State.TRANSFERRED}
    assert set(states_of_rights(office)) == EVERY_STATE - with_projects
    assert set(colours_of_active_rights(office)) == set(Colour)
    with office.open(SYSTEM, reads=True) as work:
        assert audit.verify_trail(work).broken_at is None
        assert ledger.first_bad_entry(work) is None


def test_every_act_has_its_step_and_no_step_is_after_yesterday():
    scripts = [
        tomllib.loads((play.FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
        for name in play.SCRIPTS
    ]
    steps = [step for script in scripts for thread in script["thread"] for step in thread["steps"]]
    assert {step[1] for step in steps} == set(ACTS)
    assert all(1 <= step[0] < play.FIRST_DAY for step in steps)


def test_no_enterprise_of_the_demo_can_be_a_real_one():
    script = (play.FOLDER / "enterprises.toml").read_text(encoding="utf-8")
    firms = tomllib.loads(script)
    codes = [firm["uscc"] for firm in firms.values() if "uscc" in firm]
    assert len(set(codes)) == len(codes) >= 40
    assert [read_uscc(code) for code in codes] == codes
    assert all(code[16] != organisation_check_digit(code[8:16]) for code in codes)
    assert all(firm["contact"]["phone"].startswith("120") for firm in firms.values())
    assert all("有限公司" in firm["name"] for firm in firms.values())


def organisation_check_digit(body: str) -> str:
    values = (int(character, 36) for character in body)
    weighted = zip(values, ORGANISATION_WEIGHTS, strict=True)
    rest = 11 - sum(value * weight for value, weight in weighted) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))
