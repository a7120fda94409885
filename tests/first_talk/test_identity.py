"""The same project under another name (A07): asked once, decided, remembered, seen by both."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.enterprises import service as enterprises
from app.enterprises.schemas import AddEnterprise
from app.errors import Conflict
from app.first_talk import service
from app.first_talk.policies import Level
from app.first_talk.rights import Move, Reason, State
from app.first_talk.schemas import Decide, RightView
from app.kit.work import Actor, Office
from app.money import Money
from tests.builders import FrozenClock
from tests.first_talk import acts, claims
from tests.first_talk.claims import JIA, YI, at

SUBSIDIARY = "91610131MA6TX8AB35"
Make = Callable[..., RightView]


@pytest.fixture
def group(office: Office, longmatan: Actor) -> dict[str, str]:
    """甲集团 and the subsidiary that it owns."""
    with office.open(longmatan) as work:
        made = [
            enterprises.add_enterprise(
                work, AddEnterprise(name=name, uscc=uscc, controller="甲集团", override=True)
            )
            for name, uscc in (("甲集团", JIA), ("甲集团四川新材料公司", SUBSIDIARY))
        ]
    return {"group": made[0].id, "subsidiary": made[1].id}


def decide(office: Office, registrar: Actor, id: str, **said: object) -> RightView:
    with office.open(registrar) as work:
        return service.decide(work, id, None, Decide(**said))


def other_line(office: Office, actor: Actor, company: str, **changes: object) -> RightView:
    """The subsidiary wants to make packaging, by a decision of its own board."""
    line = {"division": "22", "line": "酒类包装", "amount": Money(5 * YI)}
    return claims.file(office, actor, company, **(line | changes)).right


def test_a07b_another_decision_is_another_project_and_both_districts_see_the_link(
    office: Office, longmatan: Actor, naxi: Actor, registrar: Actor, group: dict[str, str]
):
    held = claims.file(office, longmatan, group["group"], amount=Money(5 * YI)).right
    # Of the same code in another 大类: reviewed.
    asked = other_line(office, naxi, group["group"])
    assert asked.state is State.IDENTITY_CHECK
    done = decide(office, registrar, asked.id, agree=True, reason="董事会另行决议")
    assert done.state is State.NOTICE
    for actor, id, other in ((longmatan, held.id, asked), (naxi, asked.id, held)):
        [link] = claims.page(office, actor, id).links
        assert (link.number, link.same, link.reason) == (other.number, False, "董事会另行决议")


def test_what_was_told_apart_is_not_asked_again_but_another_line_is(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    naxi: Actor,
    registrar: Actor,
    group: dict[str, str],
):
    claims.file(office, longmatan, group["group"], amount=Money(5 * YI))
    first = other_line(office, naxi, group["group"])
    decide(office, registrar, first.id, agree=True, reason="董事会另行决议")
    acts.release(office, naxi, first.id)
    again = other_line(office, jiangyang, group["group"])
    assert again.state is State.SUBMITTED
    acts.release(office, jiangyang, again.id)
    clock.set(at("04-10", "10:00:00"))
    third = other_line(office, naxi, group["group"], line="硝化棉")
    assert third.state is State.IDENTITY_CHECK


def test_a07a_the_same_project_is_taken_and_remembered_as_the_same(
    office: Office, longmatan: Actor, naxi: Actor, registrar: Actor, group: dict[str, str]
):
    held = claims.file(office, longmatan, group["group"], amount=Money(5 * YI)).right
    claim = claims.file(office, naxi, group["subsidiary"], amount=Money(55 * YI // 10)).right
    assert claim.state is State.IDENTITY_CHECK
    said = {"agree": False, "reason_code": "first_talk_taken", "reason": "同一投资决策"}
    rejected = decide(office, registrar, claim.id, **said)
    assert (rejected.state, rejected.reason) == (State.REJECTED, Reason.FIRST_TALK_TAKEN)
    [link] = claims.page(office, longmatan, held.id).links
    assert (link.district.label, link.same) == ("纳溪区", True)


def test_a_claim_that_moves_up_is_checked_for_identity_as_if_it_were_filed_then(
    office: Office,
    longmatan: Actor,
    jiangyang: Actor,
    naxi: Actor,
    group: dict[str, str],
):
    first = claims.file(office, jiangyang, group["subsidiary"]).right
    queued = claims.file(office, naxi, group["subsidiary"]).right
    claims.file(office, longmatan, group["group"])
    acts.release(office, jiangyang, first.id)
    moved = claims.read(office, naxi, queued.id)
    assert (moved.state, moved.first_reported_at) == (
        State.IDENTITY_CHECK,
        queued.first_reported_at,
    )
    moves = [one.move.code for one in claims.history(office, naxi, queued.id)]
    assert moves[:2] == [Move.CHECK_IDENTITY, Move.PROMOTE]


def test_a_project_that_the_group_signed_is_compared_for_the_months_of_the_rules(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    naxi: Actor,
    registrar: Actor,
    group: dict[str, str],
):
    right = claims.file(office, longmatan, group["group"]).right
    claims.agree(office, registrar, right.id)
    clock.set(at("03-16", "10:00:00"))
    assert acts.convert(office, longmatan, right).state is State.CONVERTED
    clock.set(at("12-01", "10:00:00"))
    alike = claims.file(office, naxi, group["subsidiary"]).right
    assert alike.state is State.IDENTITY_CHECK
    acts.release(office, naxi, alike.id)
    clock.set(at("03-17").replace(year=2028))
    assert claims.file(office, naxi, group["subsidiary"]).right.state is State.SUBMITTED


def test_a07d_a_raised_amount_is_the_same_right(
    office: Office, clock: FrozenClock, active: Make, longmatan: Actor
):
    right = active("03-09", amount=Money(5 * YI))
    with pytest.raises(Conflict, match="重复申报"):
        claims.file(office, longmatan, right.enterprise_id, amount=Money(8 * YI))
    clock.set(at("04-01", "10:00:00"))
    done = acts.convert(office, longmatan, right)
    assert (done.id, done.state, done.amount) == (right.id, State.CONVERTED, Money(5 * YI))


def test_a07e_an_unlinked_investor_takes_over_and_the_old_right_ends_as_enterprise_left(
    office: Office,
    clock: FrozenClock,
    active: Make,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
):
    right = active("03-09", amount=Money(5 * YI))
    clock.set(at("04-01", "10:00:00"))
    acts.verify_letter(office, registrar, acts.bring_letter(office, longmatan, right.id))
    assert claims.read(office, longmatan, right.id).state is State.ENTERPRISE_LEFT
    newcomer = claims.enterprise(office, "乙公司", SUBSIDIARY)
    claim = claims.file(office, jiangyang, newcomer, amount=Money(5 * YI)).right
    assert claim.state is State.SUBMITTED


@pytest.mark.parametrize(
    ("amount", "level"),
    [
        (5 * YI - 1, None),
        (5 * YI, Level.CITY_JOINS),
        (10 * YI, Level.TO_CITY),
        (50 * YI, Level.TASK_FORCE),
    ],
)
def test_the_amount_says_how_high_up_a_project_is_looked_after(
    office: Office, longmatan: Actor, amount: int, level: Level | None
):
    right = claims.file(office, longmatan, claims.enterprise(office), amount=Money(amount)).right
    assert right.level is level
    assert right.review_by == (at("03-09") if level else at("03-05")).date()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_overdue_review_is_shown_one_level_up_on_page_register_and_queue(
    office: Office,
    clock: FrozenClock,
    client: Callable[..., TestClient],
    longmatan: Actor,
    registrar: Actor,
):
    company = claims.enterprise(office)
    right = claims.file(office, longmatan, company, amount=Money(12 * YI)).right
    clock.set(at("03-09", "23:59:59"))
    assert not claims.read(office, registrar, right.id).escalated
    clock.set(at("03-10"))
    assert claims.read(office, registrar, right.id).escalated
    browser = client(registrar)
    for address in (f"/first-talk/{right.id}", "/first-talk"):
        page = browser.get(address).text
        assert ("报市" in page, "已提级" in page) == (True, True), address


def test_a_contract_before_the_grant_closes_the_window_and_converts_at_the_grant(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    naxi: Actor,
    registrar: Actor,
):
    company = claims.enterprise(office)
    held = claims.file(office, longmatan, company).right
    queued = claims.file(office, jiangyang, company).right
    clock.set(at("03-03", "10:00:00"))
    signed = acts.convert(office, longmatan, held)
    assert (signed.state, signed.signed_on) == (State.SUBMITTED, at("03-03").date())
    assert claims.file(office, naxi, company).right.reason is Reason.WINDOW_CLOSED
    claims.agree(office, registrar, held.id)
    clock.set(at("03-07"))
    done = claims.read(office, longmatan, held.id)
    assert (done.state, done.ended_at) == (State.CONVERTED, at("03-07"))
    assert claims.read(office, jiangyang, queued.id).reason is Reason.FIRST_TALK_TAKEN
    with office.open() as work:
        service.settle_due(work)
    assert claims.read(office, longmatan, held.id).state is State.CONVERTED
