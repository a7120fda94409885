"""Acceptance scenarios of the rules (§14) about who and what is the same: A07, A11, A12.

The index of all scenarios is in test_scenarios.py.
"""

from app.enterprises import service as enterprises
from app.enterprises.schemas import AddEnterprise, EditEnterprise, NamedEnterprise
from app.first_talk import service
from app.first_talk.rights import Reason, State
from app.first_talk.schemas import Decide
from app.kit.work import Actor, Office, Work
from app.money import Money
from tests.first_talk import acts, claims
from tests.first_talk.claims import YI, on


def add_to_group(work: Work, name: str, uscc: str) -> str:
    """A company controlled by 甲集团, entered into the directory."""
    entry = AddEnterprise(name=name, uscc=uscc, controller="甲集团", override=True)
    return enterprises.add_enterprise(work, entry).id


def test_a07_a_company_of_the_same_controller_with_the_same_product_goes_to_review(
    office: Office, longmatan: Actor, jiangyang: Actor, naxi: Actor, registrar: Actor
):
    with office.open(longmatan) as work:
        parent = add_to_group(work, "甲集团有限公司", claims.JIA)
        child = add_to_group(work, "四川新材料有限公司", "91440300MA7K2X9D2M")
    held = claims.file(office, longmatan, parent, amount=Money(5 * YI)).right
    alike = claims.file(office, naxi, child, amount=Money(11 * YI // 2)).right
    assert alike.state is State.IDENTITY_CHECK
    assert alike.review_by == on("03-09")
    told = claims.history(office, naxi, alike.id)[0].reason
    assert told == "95 分：同一实际控制人、同一行业大类、产品相同、金额相差不超过 30%"
    twins = claims.page(office, registrar, alike.id).twins
    assert [(one.id, one.points) for one in twins] == [(held.id, 95)]
    assert claims.page(office, naxi, alike.id).twins == []
    with office.open(registrar) as work:
        same = Decide(agree=False, reason_code="first_talk_taken", reason="同一项目")
        ended = service.decide(work, alike.id, None, same)
    assert (ended.state, ended.reason) == (State.REJECTED, Reason.FIRST_TALK_TAKEN)

    other = {"division": "22", "line": "酒类包装", "amount": Money(YI)}
    assert claims.file(office, jiangyang, child, **other).right.state is State.SUBMITTED


def test_a07_the_same_code_in_another_division_goes_to_review(
    office: Office, longmatan: Actor, jiangyang: Actor
):
    company = claims.enterprise(office)
    claims.file(office, longmatan, company)
    again = claims.file(office, jiangyang, company, division="22", line="酒类包装").right
    assert again.state is State.IDENTITY_CHECK


def test_a07_a_company_that_was_renamed_is_the_same_without_a_review(
    office: Office, longmatan: Actor, jiangyang: Actor
):
    with office.open(longmatan) as work:
        own = NamedEnterprise(name="甲集团有限公司", uscc=claims.JIA)
        company = enterprises.find_or_add(work, own).id
    held = claims.file(office, longmatan, company).right
    with office.open(longmatan) as work:
        renamed = EditEnterprise(name="甲控股集团有限公司")
        enterprises.edit_enterprise(work, company, renamed)
    again = claims.enterprise(office, "甲控股集团有限公司")
    queued = claims.file(office, jiangyang, again).right
    assert (queued.state, queued.ahead.district.label) == (State.QUEUED, "龙马潭区")
    assert claims.read(office, longmatan, held.id).state is State.SUBMITTED


def test_a11_a_park_of_the_family_objects_to_nothing_since_it_holds_the_right_too(
    office: Office, longmatan: Actor, park: Actor, registrar: Actor
):
    company = claims.enterprise(office)
    held = claims.file(office, longmatan, company).right
    joint = claims.file(office, park, company).right
    assert joint.id == held.id
    assert acts.refused(acts.object_to, office, park, held.id) == "conflict"
    assert [one.district.label for one in joint.joint_holders] == ["长开区"]
    assert claims.agree(office, registrar, held.id).state is State.NOTICE


def test_a12_a_firm_of_the_city_that_moves_takes_the_relocation_track(
    office: Office, longmatan: Actor
):
    local = claims.enterprise(office, "江阳某厂", "91510502MA62UXQT16")
    kept = claims.file(office, longmatan, local).right
    assert (kept.state, kept.reason) == (State.REJECTED, Reason.EXISTING_LOCAL_FIRM)
