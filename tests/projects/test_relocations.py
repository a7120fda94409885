"""产值、固投归属争议: two districts, a firm that moved between them, and whose figures count."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.clock import SHANGHAI
from app.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from app.first_talk.challenges import CaseState
from app.first_talk.credits import Measure
from app.kit.files import Upload
from app.kit.work import Actor, Office, Role
from app.leads.stages import Stage
from app.money import Money, rate
from app.projects import actuals, relocation_agenda, service
from app.projects import relocation_cases as cases
from app.projects.actual_schemas import CheckEntry, EnterPaidIn
from app.projects.commands import EditProject
from app.projects.models import Project
from app.projects.relocation_schemas import (
    AnswerRelocation,
    AppealRelocation,
    ListRelocations,
    OpenRelocation,
    ProposeTerms,
    RelocationCaseView,
    RuleRelocation,
)
from app.projects.schemas import ProjectView
from app.reports import ledgers
from app.reports.balance import Ledger
from app.reports.ledger_schemas import LedgerFilter
from tests.builders import CITY, JIANGYANG, NAXI, FrozenClock, partner_key, person
from tests.projects import support

LOCAL = {"enterprise_name": "丁酒业有限公司", "uscc": "91510502MA6AAAAA47", "unregistered": False}
PROOF = Upload("迁移登记.pdf", b"%PDF-1.7 moved")
BOTH = ("fixed_assets", "output")
ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class People:
    """The district that was left, the one that the firm moved to, a third, and the office."""

    def __init__(self, office: Office) -> None:
        self.origin = person(office, "jy", Role.UNIT_HEAD, district=JIANGYANG)
        self.landing = person(office, "nx", Role.UNIT_HEAD, district=NAXI)
        self.second = person(office, "nx2", Role.UNIT_HEAD, district=NAXI)
        self.stranger = person(office, "lmt", Role.UNIT_HEAD)
        self.city = person(office, "city", Role.COORDINATOR, district=CITY)
        self.other_city = person(office, "city2", Role.COORDINATOR, district=CITY)


@pytest.fixture
def people(office: Office) -> People:
    return People(office)


@pytest.fixture
def project(office: Office, people: People) -> ProjectView:
    """A firm of 江阳区 has signed with 纳溪区."""
    with office.open(people.landing) as work:
        return service.create(work, support.old(**LOCAL, **support.signable(), stage=Stage.SIGNED))


def opened(
    office: Office, actor: Actor, project: ProjectView, figures: tuple[str, ...] = BOTH
) -> RelocationCaseView:
    command = OpenRelocation(figures=figures, statement="产值仍在我区入统", file=PROOF)
    with office.open(actor) as work:
        return cases.open_case(work, project.id, command)


def read(office: Office, actor: Actor, id: str) -> RelocationCaseView:
    with office.open(actor, reads=True) as work:
        return cases.case(work, id)


def act(office: Office, actor: Actor, use_case: Callable[..., Any], id: str, *command: Any) -> Any:
    """A use case on a case as the actor sees it now."""
    version = read(office, actor, id).version
    with office.open(actor) as work:
        return use_case(work, id, version, *command)


def terms(**changes: Any) -> dict[str, Any]:
    given = {"fixed_assets": "0.4", "output": "1/3", "since": date(2026, 3, 1), "years": 5}
    return given | changes


def divided(reasons: str = "双方都有投入", **changes: Any) -> RuleRelocation:
    return RuleRelocation(effect="divide", reasons=reasons, **terms(**changes))


def at(clock: FrozenClock, day: str) -> None:
    clock.set(datetime.fromisoformat(f"{day} 09:00").replace(tzinfo=SHANGHAI))


def invested(office: Office, people: People, project: ProjectView, day: date) -> None:
    """100 元 of 固投 came in, which three parts cannot divide evenly, and were checked."""
    entry = EnterPaidIn(
        paid_on=day,
        amount=Money.parse("100.01"),
        kind="fixed_assets",
        source="outside_province",
        voucher_kind="bank_slip",
        voucher=PROOF,
    )
    with office.open(people.landing) as work:
        id = actuals.enter_paid_in(work, project.id, entry).rows[0].id
    with office.open(people.second) as work:
        actuals.check_paid_in(work, project.id, id, None, CheckEntry(agree=True))


def fixed_assets(
    office: Office, actor: Actor, ledger: Ledger = Ledger.ASSESSMENT
) -> tuple[dict[str, str], bool]:
    """What each unit counts of 固投, and whether the reconciliation is even."""
    with office.open(actor, reads=True) as work:
        found = ledgers.ledger(work, LedgerFilter(ledger=ledger))
    place = found.measures.index(Measure.FIXED_ASSETS)
    column = {row.unit.label: row.values[place].yuan for row in found.rows}
    return column, found.reconciliation is None or found.reconciliation.is_even


def test_a_case_runs_from_the_dispute_to_its_appeal_and_the_fixed_assets_follow(
    office: Office, people: People, project: ProjectView, clock: FrozenClock
):
    invested(office, people, project, date(2026, 3, 2))
    assert fixed_assets(office, people.city) == ({}, True)
    case = opened(office, people.origin, project)
    assert (case.state, case.last_day) == (CaseState.NEGOTIATING, date(2026, 3, 9))
    act(office, people.landing, cases.answer, case.id, AnswerRelocation(answer="投资在我区"))
    with pytest.raises(DomainError, match="协商中"):
        act(office, people.city, cases.rule, case.id, divided())
    at(clock, "2026-03-10")
    deciding = read(office, people.city, case.id)
    assert (deciding.state, deciding.last_day) == (CaseState.DECIDING, date(2026, 3, 23))
    ruled = act(office, people.city, cases.rule, case.id, divided())
    assert (ruled.state, ruled.last_day) == (CaseState.RULED, date(2026, 3, 24))
    shares = {"江阳区": "40.00", "纳溪区": "60.01"}
    assert fixed_assets(office, people.city) == (shares, True)
    assert fixed_assets(office, people.origin) == ({"江阳区": "40.00"}, True)
    whole = {"纳溪区": "100.01"}
    assert fixed_assets(office, people.city, Ledger.IN_PLACE) == (whole, True)

    appealed = AppealRelocation(statement="比例偏低")
    act(office, people.origin, cases.appeal, case.id, appealed)
    with pytest.raises(Forbidden, match="原裁定人以外"):
        act(office, people.city, cases.rule, case.id, divided())
    changed = divided("迁出方投入更多", fixed_assets="2/3")
    final = act(office, people.other_city, cases.rule, case.id, changed)
    assert final.state is CaseState.FINAL
    assert (final.former.fixed_assets, final.terms.fixed_assets) == (rate("0.4"), rate("2/3"))
    shares = {"江阳区": "66.67", "纳溪区": "33.34"}
    assert fixed_assets(office, people.city) == (shares, True)
    with pytest.raises(Conflict, match="固投、产值的归属已有结论"):
        opened(office, people.landing, project)


def test_what_the_two_agree_on_holds_while_its_term_runs(
    office: Office, people: People, project: ProjectView, clock: FrozenClock
):
    """Five years from 2026-03-01, that day counted, end on 2031-02-28."""
    case = opened(office, people.landing, project, ("fixed_assets",))
    offer = ProposeTerms(**terms(output=None))
    offered = act(office, people.landing, cases.propose, case.id, offer)
    assert not offered.acts.accept
    with pytest.raises(Conflict, match="对方还没有提出"):
        act(office, people.landing, cases.accept, case.id)
    agreed = act(office, people.origin, cases.accept, case.id)
    assert (agreed.state, agreed.effect.label) == (CaseState.AGREED, "按比例归属")
    assert agreed.terms.last_day == date(2031, 2, 28)
    at(clock, "2031-03-03")
    invested(office, people, project, date(2031, 2, 28))
    assert fixed_assets(office, people.city)[0] == {"江阳区": "40.00", "纳溪区": "60.01"}
    invested(office, people, project, date(2031, 3, 1))
    column, even = fixed_assets(office, people.city)
    assert (column, even) == ({"江阳区": "40.00", "纳溪区": "60.01"}, True)
    second = opened(office, people.origin, project, ("output",))
    assert second.figures == ["output"]


@ONE_DATABASE
def test_terms_that_were_changed_meanwhile_are_not_accepted(
    office: Office, people: People, project: ProjectView
):
    case = opened(office, people.origin, project)
    seen = act(office, people.origin, cases.propose, case.id, ProposeTerms(**terms()))
    worse = ProposeTerms(**terms(fixed_assets="0.9"))
    act(office, people.origin, cases.propose, case.id, worse)
    with pytest.raises(DomainError, match="已被他人修改"), office.open(people.landing) as work:
        cases.accept(work, case.id, seen.version)


@ONE_DATABASE
def test_without_a_ruling_the_case_ends_undecided_and_may_come_again(
    office: Office, people: People, project: ProjectView, clock: FrozenClock
):
    case = opened(office, people.origin, project)
    at(clock, "2026-03-24")
    assert read(office, people.city, case.id).state is CaseState.ESCALATED
    with pytest.raises(Conflict, match="正在办理"):
        opened(office, people.landing, project)
    head = person(office, "head", Role.UNIT_HEAD, unit=people.city.unit_id)
    with office.open(head, reads=True) as work:
        told = relocation_agenda.calls(work)
    assert [(call.title, call.kind) for call in told] == [
        ("江阳区提出的迁移归属争议", "裁定逾期上报")
    ]
    for other in (people.landing, people.stranger):
        with office.open(other, reads=True) as work:
            kinds = [call.kind for call in relocation_agenda.calls(work)]
        assert "裁定逾期上报" not in kinds
    at(clock, "2026-05-10")
    with office.open(head, reads=True) as work:
        assert relocation_agenda.calls(work) == []
    ended = read(office, people.origin, case.id)
    assert (ended.state, ended.acts.propose) == (CaseState.UNDECIDED, False)
    with pytest.raises(Conflict, match="逾期未裁定"):
        act(office, people.landing, cases.answer, case.id, AnswerRelocation(answer="晚了"))
    assert opened(office, people.landing, project).state is CaseState.NEGOTIATING


@ONE_DATABASE
def test_who_opened_a_case_takes_it_back_and_nothing_counts(
    office: Office, people: People, project: ProjectView
):
    case = opened(office, people.origin, project)
    with pytest.raises(Forbidden, match="争议双方"):
        act(office, people.landing, cases.withdraw, case.id)
    closed = act(office, people.origin, cases.withdraw, case.id)
    assert (closed.state, closed.terms) == (CaseState.CLOSED, None)


@ONE_DATABASE
def test_a_ruling_that_dismisses_changes_nothing_and_an_appeal_may_uphold_it(
    office: Office, people: People, project: ProjectView, clock: FrozenClock
):
    invested(office, people, project, date(2026, 3, 2))
    case = opened(office, people.origin, project)
    at(clock, "2026-03-10")
    dismissed = RuleRelocation(effect="dismiss", reasons="产值全部在纳溪")
    act(office, people.city, cases.rule, case.id, dismissed)
    act(office, people.origin, cases.appeal, case.id, AppealRelocation(statement="请再看"))
    upheld = RuleRelocation(effect="uphold", reasons="事实清楚")
    final = act(office, people.other_city, cases.rule, case.id, upheld)
    assert (final.state, final.effect, final.appeal_effect) == (
        CaseState.FINAL,
        "dismiss",
        "uphold",
    )
    assert fixed_assets(office, people.city) == ({}, True)


@ONE_DATABASE
@pytest.mark.parametrize(
    ("command", "pointers"),
    [
        ({"effect": "uphold"}, ["/effect"]),
        ({"effect": "divide"}, ["/since", "/years"]),
        ({"effect": "divide", **terms(output=None)}, ["/output"]),
        ({"effect": "dismiss", "years": 5}, ["/years"]),
    ],
)
def test_a_ruling_says_all_and_nothing_but_what_its_result_needs(
    office: Office,
    people: People,
    project: ProjectView,
    clock: FrozenClock,
    command: dict[str, Any],
    pointers: list[str],
):
    case = opened(office, people.origin, project)
    at(clock, "2026-03-10")
    with pytest.raises(Invalid) as caught:
        act(office, people.city, cases.rule, case.id, RuleRelocation(reasons="如题", **command))
    assert [issue.pointer for issue in caught.value.issues] == pointers
    assert read(office, people.city, case.id).state is CaseState.DECIDING


@ONE_DATABASE
def test_only_a_signed_move_inside_the_city_is_disputed_and_only_by_its_two_sides(
    office: Office, people: People, project: ProjectView
):
    with office.open(people.landing) as work:
        outside = service.create(work, support.old(**support.signable(), stage=Stage.SIGNED))
        talks = service.create(
            work, support.old(name="丁酒业二期", **LOCAL, distinct_reason="二期")
        )
        service.edit(work, talks.id, EditProject(origin_district=JIANGYANG), None)
    with pytest.raises(Conflict, match="不是从本市其他区迁入"):
        opened(office, people.landing, outside)
    with pytest.raises(Conflict, match="签约以后"):
        opened(office, people.origin, talks)
    with pytest.raises(NotFound):
        opened(office, people.stranger, project)
    with pytest.raises(Forbidden, match="迁出方和迁入方"):
        opened(office, onlooker(office, project), project)


def onlooker(office: Office, project: ProjectView) -> Actor:
    """A district that the project is shared with for another reason: it may only look."""
    with office.open() as work:
        work.share(work.get(Project, project.id), "510521")
    return person(office, "lx", Role.UNIT_HEAD, district="510521")


@ONE_DATABASE
def test_a_stranger_reads_the_ruling_alone_and_never_whose_firm_it_was(
    office: Office, people: People, project: ProjectView, clock: FrozenClock
):
    case = opened(office, people.origin, project)
    with pytest.raises(NotFound):
        read(office, people.stranger, case.id)
    at(clock, "2026-03-10")
    act(office, people.city, cases.rule, case.id, divided("依据投入比例"))
    seen = read(office, people.stranger, case.id)
    assert (seen.reasons, seen.terms.years) == ("依据投入比例", 5)
    hidden = (seen.enterprise_name, seen.project_id, seen.statement, seen.answer, seen.proofs)
    assert hidden == (None, None, None, None, [])
    with office.open(people.stranger, reads=True) as work:
        assert [one.id for one in cases.cases(work, ListRelocations()).items] == [case.id]
    proof = read(office, people.landing, case.id).proofs[0]
    with office.open(people.landing) as work:
        assert cases.proof(work, case.id, proof.id)[1] == PROOF.data
    with pytest.raises(NotFound), office.open(people.stranger) as work:
        cases.proof(work, case.id, proof.id)


@ONE_DATABASE
def test_a_partner_system_answers_and_offers_but_cannot_bind_its_district(
    client: Callable[..., TestClient], office: Office, people: People, project: ProjectView
):
    partner = client()
    headers = {
        "Authorization": f"Bearer {partner_key(office, 'project:read', 'project:write')}",
        "Idempotency-Key": "relocation-1",
    }
    moved = partner.get(f"/api/v1/projects/{project.id}/relocation", headers=headers).json()
    assert (moved["origin"]["label"], moved["landing"]["label"]) == ("江阳区", "纳溪区")
    assert [one["code"] for one in moved["disputable"]] == ["fixed_assets", "output"]
    case = opened(office, people.landing, project)
    at = f"/api/v1/relocation-cases/{case.id}"
    etag = partner.get(at, headers=headers).headers["ETag"]
    offer = {"fixed_assets": "1.5", "output": "0.5", "since": "2026-03-01", "years": 5}
    refused = partner.post(f"{at}:propose", headers=headers | {"If-Match": etag}, json=offer)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/fixed_assets"
    headers["Idempotency-Key"] = "relocation-2"
    offer["fixed_assets"] = "0.25"
    given = partner.post(f"{at}:propose", headers=headers | {"If-Match": etag}, json=offer)
    assert given.json()["proposal"]["last_day"] == "2031-02-28"
    headers["Idempotency-Key"] = "relocation-3"
    bound = partner.post(f"{at}:accept", headers=headers | {"If-Match": given.headers["ETag"]})
    assert bound.status_code == 403


@ONE_DATABASE
def test_both_sides_and_the_office_walk_a_case_on_pages(
    office: Office,
    client: Callable[..., TestClient],
    people: People,
    project: ProjectView,
    clock: FrozenClock,
):
    origin, landing = client(people.origin), client(people.landing)
    start = f"/projects/{project.id}/relocation"
    bare = origin.post(start, data={"statement": "产值仍在我区入统"})
    assert bare.status_code == 422
    assert "产值仍在我区入统" in bare.text
    files = {"file": ("迁移登记.pdf", PROOF.data, "application/pdf")}
    typed = {"figures": ["fixed_assets", "output"], "statement": "产值仍在我区入统"}
    path = origin.post(start, data=typed, files=files).headers["location"]

    def post(browser: TestClient, act: str, **typed: str) -> Any:
        id = path.rpartition("/")[2]
        version = read(office, people.city, id).version
        return browser.post(f"{path}/{act}", data={"_version": str(version), **typed})

    assert post(landing, "answer", answer="项目在我区建设").status_code == 303
    share = {"fixed_assets": "0.4", "output": "0.5", "since": "2026-03-01", "years": "5"}
    wrong = post(origin, "propose", **share | {"output": "1.5"})
    assert wrong.status_code == 422
    assert 'value="1.5"' in wrong.text
    assert post(origin, "propose", **share).status_code == 303
    assert post(origin, "accept").status_code == 409
    at(clock, "2026-03-12")
    city = client(people.city)
    ruling = {"effect": "divide", "reasons": "双方都有投入", **share}
    assert post(city, "rule", **ruling | {"reasons": ""}).status_code == 422
    assert post(city, "rule", **ruling).status_code == 303
    assert post(client(people.landing), "appeal", statement="比例偏高").status_code == 303
    assert post(city, "rule", effect="uphold", reasons="维持").status_code == 403
    last = post(client(people.other_city), "rule", effect="uphold", reasons="维持")
    assert last.status_code == 303
    assert "维持原裁定" in client(people.origin).get(path).text
    assert "双方都有投入" in client(people.stranger).get(path).text
    assert "丁酒业" not in client(people.stranger).get(path).text
