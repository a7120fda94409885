"""What agreements tell a project: its gate to 签约 opens when they bind and are approved."""

from app.agreements import service
from app.agreements.states import State
from app.kit.work import Actor, Office, Role
from app.leads.stages import Stage
from app.projects import service as projects
from app.projects.commands import EditProject
from tests.agreements import support
from tests.builders import LONGMATAN, NAXI, person
from tests.projects import support as project_support


def unmet(office: Office, head: Actor, id: str) -> set[str]:
    with office.open(head, reads=True) as work:
        gate = projects.gate(work, id, Stage.SIGNED)
        return {item.rule for item in gate.unmet if item.rule.startswith("G3.sharing")}


def test_the_gate_to_signing_opens_with_the_agreement(
    office: Office, ours: Actor, theirs: Actor, first: Actor, second: Actor
):
    head = person(office, "head", Role.UNIT_HEAD, district=LONGMATAN)
    with office.open(head) as work:
        project = projects.create(work, project_support.old(host_district=NAXI))
        projects.edit(work, project.id, EditProject(**project_support.signable()), None)
    version = support.offered(office, ours, project=project.id)
    support.record(office, ours, version)
    support.confirm(office, ours, version)
    assert unmet(office, head, project.id) == {"G3.sharing_agreement"}
    support.confirm(office, theirs, version)
    assert unmet(office, head, project.id) == {"G3.sharing_approval"}
    support.enter(office, first, version, "1号")
    assert unmet(office, head, project.id) == {"G3.sharing_approval"}
    support.approve(office, second, version, "1号")
    assert unmet(office, head, project.id) == set()
    support.terminate(office, first, version)
    assert unmet(office, head, project.id) == {"G3.sharing_agreement"}


def test_a_project_is_named_to_its_own_district_alone(office: Office, ours: Actor, theirs: Actor):
    head = person(office, "head", Role.UNIT_HEAD, district=LONGMATAN)
    with office.open(head) as work:
        project = projects.create(work, project_support.old(host_district=NAXI))
    version = support.offered(office, ours, project=project.id)
    for actor, name in ((ours, "乙酒业包材项目"), (theirs, None)):
        with office.open(actor, reads=True) as work:
            seen = service.agreement(work, version.agreement_id).project
        assert (seen.name if seen else None) == name


def test_a_party_without_a_part_in_the_project_confirms_too(
    office: Office, ours: Actor, theirs: Actor
):
    head = person(office, "head", Role.UNIT_HEAD, district=LONGMATAN)
    with office.open(head) as work:
        project = projects.create(work, project_support.old())
    version = support.confirmed(office, ours, theirs, project=project.id)
    assert version.state is State.CONFIRMED
