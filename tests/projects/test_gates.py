"""The gates of a project: every rule, met and unmet, before its stage and after it."""

from collections.abc import Callable
from typing import Any

import pytest

from app.enterprises import service as enterprises
from app.enterprises.models import Interaction, InteractionKind
from app.kit.work import Actor, Office, Role, Work
from app.leads import service as leads
from app.leads.models import Conclusion
from app.leads.schemas import LogLead, Scope
from app.leads.stages import Stage, up_to
from app.parameters import service as parameters
from app.projects import gates, service
from app.projects.commands import EditProject
from app.projects.models import ParkFit, Project
from tests.builders import JIANGYANG, person
from tests.projects import support

Breaker = Callable[[Work, Project], object]


def setting(**changes: Any) -> Breaker:
    def change(_work: Work, row: Project) -> None:
        for column, value in changes.items():
            setattr(row, column, value)

    return change


def without_talk(work: Work, row: Project) -> None:
    for talk in work.session.scalars(work.rows(Interaction).where(Interaction.about_id == row.id)):
        talk.kind = InteractionKind.NOTE


def with_a_twin(work: Work, row: Project) -> None:
    named = enterprises.enterprise(work, row.enterprise_id or "").name
    service.create(work, support.candidate(enterprise_name=named, division=row.division))


def sharing(*recorded: tuple[str, str | None]) -> Breaker:
    def change(work: Work, row: Project) -> None:
        row.host_district_id = JIANGYANG
        for n, (state, approval) in enumerate(recorded):
            service.record_sharing(work, row.id, f"XY-{n}", state, approval)

    return change


BREAKERS: dict[str, Breaker] = {
    "G0.name": setting(name=""),
    "G0.source": setting(source=""),
    "G1.enterprise": setting(unregistered=False),
    "G1.industry": setting(division=None),
    "G1.investment": setting(planned_investment=None),
    "G1.duplicates": with_a_twin,
    "G2.conclusion": setting(conclusion=Conclusion.WAIT),
    "G2.reason": setting(conclusion_reason=""),
    "G2.unit": setting(unit_id=None),
    "G2.owner": setting(owner_id=None),
    "G2.capital_origin": setting(capital_origin=None),
    "G2.talk": without_talk,
    "G3.track": setting(track=None),
    "G3.fixed_asset_investment": setting(fixed_asset_investment=None),
    "G3.filing_amount": setting(filing_amount=None),
    "G3.agreement_kind": setting(agreement_kind=None),
    "G3.agreement_date": setting(agreement_signed_on=None),
    "G3.agreement_file": setting(agreement_file_id=None),
    "G3.park": setting(park_id=None),
    "G3.park_fit": setting(park_fit=None),
    "G3.land": setting(land=None),
    "G3.factor_needs": setting(no_factor_needs=False),
    "G3.policy_decision": setting(categories=["policy"], fair_competition_review="号"),
    "G3.fair_competition": setting(categories=["policy"], decision_policy="号"),
    "G3.investment_decision": setting(categories=["investment"]),
    "G3.land_decision": setting(categories=["land"]),
    "G3.sharing_agreement": sharing(("draft", None), ("terminated", "旧批复")),
    "G3.sharing_approval": sharing(("confirmed", None)),
}
ELSEWHERE = {"G2.first_talk"}
"""Tested on its own below: another district has to come first."""


@pytest.fixture
def ready(office: Office, head: Actor) -> str:
    """An old project that lacks nothing for 签约; its id."""
    with office.open(head) as work:
        made = service.create(work, support.old())
        service.edit(work, made.id, EditProject(**support.signable()), None)
        return made.id


def unmet(office: Office, head: Actor, id: str, target: Stage) -> set[str]:
    with office.open(head, reads=True) as work:
        return {item.rule for item in service.gate(work, id, target).unmet}


def test_the_rules_walked_here_are_all_that_there_are(office: Office):
    with office.open() as work:
        assert {rule.rule_id for rule in parameters.gate_rules(work)} == {*BREAKERS, *ELSEWHERE}


@pytest.mark.parametrize("rule", BREAKERS)
def test_a_rule_asks_for_its_own_from_its_stage_on(
    office: Office, head: Actor, ready: str, rule: str
):
    assert unmet(office, head, ready, Stage.SIGNED) == set()
    with office.open(head) as work:
        BREAKERS[rule](work, work.get(Project, ready))
    with office.open(head, reads=True) as work:
        holds_from = next(one.stage for one in parameters.gate_rules(work) if one.rule_id == rule)
    for target in (Stage.NEGOTIATING, Stage.PRE_SIGNING, Stage.SIGNED, Stage.REGISTERED):
        expected = {rule} if holds_from in up_to(target) else set()
        assert unmet(office, head, ready, target) == expected


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("planned_investment", "G1.investment"),
        ("fixed_asset_investment", "G3.fixed_asset_investment"),
        ("filing_amount", "G3.filing_amount"),
        ("land", "G3.land"),
    ],
)
def test_where_the_rule_allows_it_a_refusal_of_the_enterprise_is_a_value(
    office: Office, head: Actor, ready: str, field: str, rule: str
):
    with office.open(head) as work:
        setattr(work.get(Project, ready), field, None)
    assert unmet(office, head, ready, Stage.SIGNED) == {rule}
    with office.open(head) as work:
        edited = service.edit(work, ready, EditProject(**{f"{field}_withheld": True}), None)
    assert unmet(office, head, ready, Stage.SIGNED) == set()
    assert [(one.field, one.on, one.by) for one in edited.withheld] == [
        (field, edited.opened_at.date(), "head")
    ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_refusal_counts_for_nothing_where_the_rule_does_not_allow_it(
    office: Office, head: Actor, ready: str
):
    with office.open(head) as work:
        row = work.get(Project, ready)
        row.division, row.withheld = None, {"division": {"on": "2026-03-02", "by": "head"}}
    assert unmet(office, head, ready, Stage.SIGNED) == {"G1.industry"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (sharing(("confirmed", "泸市府函 2026 年 1 号")), set()),
        (sharing(("in_force", "泸市府函 2026 年 1 号")), set()),
        (sharing(("offered", None)), {"G3.sharing_agreement"}),
        (setting(host_district_id="510504-CKQ"), set()),
        (setting(park_fit=ParkFit.RESTRICTED), {"G3.park_fit"}),
        (setting(park_fit=ParkFit.RESTRICTED, park_fit_reason="园区已有配套"), set()),
        (
            setting(categories=["policy", "land", "investment"]),
            {
                "G3.policy_decision",
                "G3.fair_competition",
                "G3.investment_decision",
                "G3.land_decision",
            },
        ),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_a_special_case_needs(
    office: Office, head: Actor, ready: str, change: Breaker, expected: set[str]
):
    with office.open(head) as work:
        change(work, work.get(Project, ready))
    assert unmet(office, head, ready, Stage.SIGNED) == expected


def test_an_agreement_that_needs_no_approval_is_enough(office: Office, head: Actor, ready: str):
    with office.open(head) as work:
        work.get(Project, ready).host_district_id = JIANGYANG
        service.record_sharing(work, ready, "XY-1", "confirmed", None, approval_required=False)
    assert unmet(office, head, ready, Stage.SIGNED) == set()


def test_twins_told_apart_are_no_duplicates(office: Office, head: Actor, ready: str):
    with office.open(head) as work:
        with_a_twin(work, work.get(Project, ready))
        service.edit(work, ready, EditProject(distinct_reason="一期与二期"), None)
    assert unmet(office, head, ready, Stage.SIGNED) == set()


def test_another_units_right_blocks(office: Office, head: Actor):
    rival = person(office, "rival", Role.OFFICER, district=JIANGYANG)
    with office.open(rival) as work:
        claim = LogLead(
            name="甲包装有限公司",
            source="expo",
            uscc=support.JIA,
            planned_investment="300000000.00",
            first_talked_on=work.today,
            scope=Scope(division="22"),
            evidence=[support.LETTER],
        )
        held = leads.log_lead(work, claim)
        assert held.right is not None
    with office.open(head) as work:
        made = service.create(
            work,
            support.candidate(enterprise_name="甲包装有限公司", uscc=support.JIA, division="22"),
        )
        row = work.get(Project, made.id)
        rules = {item.rule for item in gates.gate(work, row, Stage.NEGOTIATING).unmet}
    assert "G2.first_talk" in rules
