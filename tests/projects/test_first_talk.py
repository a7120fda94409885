"""Projects and the right of their lead: signed before it is one, and what counts as progress."""

import pytest

from app.enterprises.schemas import EditInteraction
from app.errors import Invalid
from app.first_talk import lead_rights
from app.first_talk import service as first_talk
from app.first_talk.rights import State
from app.first_talk.schemas import Decide, RightView
from app.kit.files import Upload
from app.kit.work import Actor, Office, Role
from app.leads.stages import Stage
from app.projects import lapses, service
from app.projects.commands import EditProject, Move, ProjectFilter
from app.projects.schemas import LogProgress
from tests.builders import CITY, JIANGYANG, FrozenClock, person
from tests.projects import support


@pytest.fixture
def registrar(office: Office) -> Actor:
    return person(office, "registrar", Role.COORDINATOR, district=CITY)


def right_of(office: Office, actor: Actor, lead_id: str | None) -> RightView:
    with office.open(actor, reads=True) as work:
        right = lead_rights.right_of_lead(work, lead_id or "")
    assert right is not None
    return right


def agree(office: Office, registrar: Actor, right: RightView) -> None:
    with office.open(registrar) as work:
        first_talk.decide(work, right.id, None, Decide(agree=True))


def test_a_project_signed_under_a_hold_says_so_and_converts_at_the_grant(
    office: Office, clock: FrozenClock, head: Actor, registrar: Actor
):
    made = support.ready_to_sign(office, head)
    with office.open(head) as work:
        contract = {"kind": "investment", "signed_on": work.today.isoformat()}
        service.edit(work, made.id, EditProject.model_validate({"agreement": contract}), None)
        signed_on = work.today
    with office.open(head) as work:
        service.move(work, made.id, Move(to=Stage.SIGNED), None)
    held = right_of(office, head, made.lead_id)
    assert (held.state, held.signed_on) == (State.SUBMITTED, signed_on)
    agree(office, registrar, held)
    clock.tick(days=10)
    assert right_of(office, head, made.lead_id).state is State.CONVERTED


def test_a_project_that_goes_back_before_signing_takes_its_contract_back(
    office: Office, clock: FrozenClock, head: Actor, registrar: Actor
):
    made = support.signed(office, head)
    rival = person(office, "rival", Role.UNIT_HEAD, district=JIANGYANG)
    with office.open(head) as work:
        service.move(work, made.id, Move(to=Stage.NEGOTIATING, reason="合同未生效"), None)
    held = right_of(office, head, made.lead_id)
    assert (held.state, held.signed_on) == (State.SUBMITTED, None)
    claim = right_of(office, rival, support.lead_at_gate(office, rival, if_taken="queue"))
    assert claim.state is State.QUEUED
    agree(office, registrar, held)
    clock.tick(days=10)
    assert right_of(office, head, made.lead_id).state is State.ACTIVE


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_contract_with_a_stranger_converts_no_right(office: Office, head: Actor):
    made = support.ready_to_sign(office, head)
    other = EditProject(enterprise_name="戊新材料有限公司", unregistered=True)
    with office.open(head) as work:
        service.edit(work, made.id, other, None)
    with pytest.raises(Invalid, match="签约主体"), office.open(head) as work:
        service.move(work, made.id, Move(to=Stage.SIGNED), None)
    assert right_of(office, head, made.lead_id).state is State.SUBMITTED


def test_a_line_of_a_project_made_substantive_counts_for_the_right_of_its_lead(
    office: Office, clock: FrozenClock, head: Actor, registrar: Actor
):
    made = support.opened(office, head)
    agree(office, registrar, right_of(office, head, made.lead_id))
    clock.tick(days=10)
    with office.open(head) as work:
        line = service.log_progress(work, made.id, LogProgress(line="企业来看了地"))
        day = work.today
    assert right_of(office, head, made.lead_id).last_event_on is None
    told = {"kind": "visit", "substantive_kind": "site_survey", "participants": "经外局"}
    with pytest.raises(Invalid, match="附上材料"), office.open(head) as work:
        service.edit_interaction(work, line.id, EditInteraction(**told), line.version)
    proof = EditInteraction(**told, files=[Upload("踏勘.txt", b"A")])
    with office.open(head) as work:
        service.edit_interaction(work, line.id, proof, line.version)
    assert right_of(office, head, made.lead_id).last_event_on == day


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_project_whose_right_lapsed_waits_to_be_taken_up_as_its_lead_would(
    office: Office, clock: FrozenClock, head: Actor, registrar: Actor
):
    made = support.opened(office, head)
    agree(office, registrar, right_of(office, head, made.lead_id))
    clock.tick(days=60)
    with office.open() as work:
        assert first_talk.notify_lapses(work) == 1
    clock.tick(days=14)
    assert right_of(office, head, made.lead_id).state is State.LAPSED

    def waiting() -> list[tuple[str, bool]]:
        with office.open(head, reads=True) as work:
            mine = service.projects(work, ProjectFilter(owner=[head.id])).items
            pooled = service.projects(work, ProjectFilter(pooled=True)).items
            return [(one.id, one.owner is None) for one in (*mine, *pooled)]

    assert waiting() == [(made.id, True)]  # as of its own time, swept or not
    with office.open() as work:
        assert (lapses.pool_lapsed(work), lapses.pool_lapsed(work)) == (1, 0)
    assert waiting() == [(made.id, True)]
    with office.open(head) as work:
        service.edit(work, made.id, EditProject(owner=head.id), None)
    assert waiting() == [(made.id, False)]
    with office.open() as work:
        assert lapses.pool_lapsed(work) == 0
