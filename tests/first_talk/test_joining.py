"""Joint holding by consent (共引): who asks, who agrees, on what evidence, until when."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound
from app.first_talk import joining, lead_rights, register, service
from app.first_talk.consents import JOIN_MOVES, JoinMove, JoinState, after, counts_as
from app.first_talk.join_schemas import AnswerJoin, AskToJoin, JoinView, ListJoins
from app.first_talk.receipt_schemas import LeadFacts
from app.first_talk.rights import ENDINGS, State
from app.first_talk.schemas import RightView
from app.kit.work import Actor, Office
from tests.builders import JIANGYANG, LONGMATAN, partner_key
from tests.first_talk import acts, claims
from tests.first_talk.claims import LETTER, MINUTES, VISIT, on

Browse = Callable[..., TestClient]


@pytest.mark.parametrize("move", list(JoinMove))
@pytest.mark.parametrize("state", list(JoinState))
def test_a_request_allows_the_moves_of_the_table_and_no_other(
    state: JoinState, move: JoinMove
) -> None:
    expected = {"agree": "agreed", "refuse": "refused", "withdraw": "withdrawn"}
    if state is JoinState.ASKED:
        assert after(state, move) == expected[move] == JOIN_MOVES[state, move]
        return
    with pytest.raises(IllegalTransition):
        after(state, move)


@pytest.mark.parametrize("right", list(State))
def test_what_is_asked_about_an_ended_or_pooled_right_is_void(right: State) -> None:
    over = right in ENDINGS or right is State.POOLED
    assert counts_as(JoinState.ASKED, right, None) == ("void" if over else "asked")
    assert counts_as(JoinState.AGREED, right, None) is JoinState.AGREED


def test_what_is_asked_on_a_claim_that_was_given_up_is_void() -> None:
    asked = [counts_as(JoinState.ASKED, State.ACTIVE, claim) for claim in (*State, None)]
    assert asked.count(JoinState.VOID) == 1
    assert counts_as(JoinState.ASKED, State.ACTIVE, State.RELEASED) is JoinState.VOID


@pytest.fixture
def queued(office: Office, longmatan: Actor, jiangyang: Actor) -> tuple[RightView, RightView]:
    """龙马潭's hold, and 江阳's claim behind it, earlier talked."""
    company = claims.enterprise(office)
    held = claims.file(office, longmatan, company).right
    return held, claims.file(office, jiangyang, company, first_talked_on=on("02-25")).right


def test_a_request_says_until_when_once_the_right_runs_to_a_day(
    office: Office, active: Callable[..., RightView], jiangyang: Actor, longmatan: Actor
):
    held = active()
    behind = claims.file(office, jiangyang, held.enterprise_id).right
    asked = ask(office, jiangyang, behind.id)
    assert asked.last_day == held.window.effective_end
    with office.open(longmatan) as work:
        joining.answer(work, asked.id, None, AnswerJoin(agree=False))
    with office.open(jiangyang, reads=True) as work:
        assert joining.joining(work, asked.id).last_day is None


def test_while_the_claim_is_under_review_no_day_is_named(
    office: Office, queued: tuple[RightView, RightView], jiangyang: Actor
):
    assert ask(office, jiangyang, queued[1].id).last_day is None


def ask(office: Office, actor: Actor, id: str) -> JoinView:
    with office.open(actor) as work:
        return joining.ask(work, id, AskToJoin(statement="两区在同一次招商活动中共同接洽"))


def answer(office: Office, actor: Actor, id: str, **said: object) -> JoinView:
    with office.open(actor) as work:
        return joining.answer(work, id, None, AnswerJoin(**({"agree": True} | said)))


def read(office: Office, actor: Actor, id: str) -> JoinView:
    with office.open(actor, reads=True) as work:
        return joining.joining(work, id)


def test_a_unit_outside_the_family_joins_with_its_claim_once_the_holder_agrees(
    office: Office,
    longmatan: Actor,
    jiangyang: Actor,
    naxi: Actor,
    queued: tuple[RightView, RightView],
):
    held, claim = queued
    asked = ask(office, jiangyang, claim.id)
    assert (asked.holder.label, asked.joiner.label) == ("龙马潭区", "江阳区")
    assert [one.kind.value for one in asked.evidence] == ["investor_letter"]
    with office.open(naxi, reads=True) as work, pytest.raises(NotFound):
        joining.joining(work, asked.id)
    with pytest.raises(Forbidden, match="被征求"):
        answer(office, jiangyang, asked.id)

    assert answer(office, longmatan, asked.id).state is JoinState.AGREED
    both = claims.read(office, jiangyang, held.id)
    assert [one.district.code for one in both.joint_holders] == [JIANGYANG]
    assert both.state is State.SUBMITTED
    assert claims.read(office, jiangyang, claim.id).state is State.RELEASED
    page = claims.page(office, jiangyang, held.id)
    assert [line.kind.label for line in page.receipts] == ["联合持有凭证"]
    assert [proof.kind.value for proof in page.evidence] == ["investor_letter"]
    with pytest.raises(Conflict, match="重复申报"):
        claims.file(office, jiangyang, held.enterprise_id)
    with office.open(jiangyang, reads=True) as work:
        assert lead_rights.right_of_lead(work, claim.lead_id).id == held.id


def test_a_holder_refuses_and_the_claim_stays_in_the_queue(
    office: Office, longmatan: Actor, jiangyang: Actor, queued: tuple[RightView, RightView]
):
    held, claim = queued
    asked = ask(office, jiangyang, claim.id)
    with pytest.raises(Conflict, match="待对方答复"):
        ask(office, jiangyang, held.id)
    refused = answer(office, longmatan, asked.id, agree=False, answer="各自接洽")
    assert (refused.state, refused.answer) == (JoinState.REFUSED, "各自接洽")
    assert claims.read(office, jiangyang, claim.id).state is State.QUEUED
    assert claims.read(office, longmatan, held.id).joint_holders == []
    with pytest.raises(IllegalTransition):
        answer(office, longmatan, asked.id)
    again = ask(office, jiangyang, claim.id)
    with office.open(jiangyang) as work:
        assert joining.withdraw(work, again.id, again.version).state is JoinState.WITHDRAWN


def test_a_request_on_a_claim_that_was_given_up_does_not_hinder_the_next(
    office: Office, jiangyang: Actor, queued: tuple[RightView, RightView]
):
    held, claim = queued
    former = ask(office, jiangyang, claim.id)
    with office.open(jiangyang) as work:
        service.release(work, claim.id, None, "重新整理材料")
    assert read(office, jiangyang, former.id).state is JoinState.VOID
    anew = claims.file(office, jiangyang, held.enterprise_id).right
    assert ask(office, jiangyang, anew.id).state is JoinState.ASKED
    assert read(office, jiangyang, former.id).state is JoinState.VOID


def test_a_claim_that_came_too_late_for_the_queue_can_still_ask_to_join_the_right(
    office: Office, active: Callable[..., RightView], longmatan: Actor, jiangyang: Actor
):
    right = active()
    late = claims.file(office, jiangyang, right.enterprise_id).right
    assert late.state is State.REJECTED
    asked = ask(office, jiangyang, late.id)
    answer(office, longmatan, asked.id)
    joined = claims.read(office, jiangyang, right.id)
    assert (joined.state, len(joined.joint_holders)) == (State.ACTIVE, 1)


def test_nobody_joins_without_evidence_of_its_own(
    office: Office, active: Callable[..., RightView], jiangyang: Actor, naxi: Actor
):
    right = active()
    bare = claims.file(office, jiangyang, right.enterprise_id, evidence=[VISIT]).right
    with pytest.raises(Conflict, match="还缺符合要求的首谈证据"):
        ask(office, jiangyang, bare.id)
    with office.open(naxi) as work, pytest.raises(NotFound):
        joining.ask(work, right.id, AskToJoin(statement="未申报"))


def test_after_the_contract_nobody_joins_any_more(
    office: Office,
    active: Callable[..., RightView],
    longmatan: Actor,
    jiangyang: Actor,
):
    right = active()
    late = claims.file(office, jiangyang, right.enterprise_id).right
    asked = ask(office, jiangyang, late.id)
    acts.convert(office, longmatan, right)
    assert read(office, jiangyang, asked.id).state is JoinState.VOID
    with pytest.raises(IllegalTransition):
        answer(office, longmatan, asked.id)
    with pytest.raises(Conflict, match="没有其他单位占有"):
        ask(office, jiangyang, late.id)


def invited(office: Office, longmatan: Actor, **changes: object) -> tuple[RightView, JoinView]:
    """A filing of 龙马潭 that names 江阳 as its co-holder."""
    company = claims.enterprise(office)
    right = claims.file(office, longmatan, company, co_holder=JIANGYANG, **changes).right
    with office.open(longmatan, reads=True) as work:
        return right, joining.listed(work, ListJoins()).items[0]


def test_a_filing_names_a_co_holder_who_agrees_with_a_lead_and_evidence(
    office: Office, longmatan: Actor, jiangyang: Actor
):
    right, asked = invited(office, longmatan)
    assert claims.listed(office, jiangyang) == []
    with office.open(jiangyang, reads=True) as work:
        assert [one.id for one in joining.pending(work)] == [asked.id]
    with pytest.raises(Invalid, match="先登记一条"):
        answer(office, jiangyang, asked.id, evidence=[LETTER])
    facts = LeadFacts(lead_id="led_ours", lead_name="我方线索", enterprise_id=right.enterprise_id)
    with office.open(jiangyang) as work:
        service.receipt_for_lead(work, facts)
    with pytest.raises(Invalid, match="须有本单位的佐证"):
        answer(office, jiangyang, asked.id, lead_id="led_ours")
    answer(office, jiangyang, asked.id, lead_id="led_ours", evidence=[MINUTES])
    joined = claims.read(office, jiangyang, right.id)
    assert [one.number for one in joined.joint_holders] == ["JY-FT-2026-000001"]
    with office.open(jiangyang, reads=True) as work:
        assert register.receipt(work, "JY-FT-2026-000001").content["unit"] == "经济合作外事局"


def test_an_incomplete_filing_is_joined_only_once_it_holds(
    office: Office, longmatan: Actor, jiangyang: Actor
):
    right, asked = invited(office, longmatan, evidence=[VISIT])
    facts = LeadFacts(lead_id="led_ours", lead_name="我方线索", enterprise_id=right.enterprise_id)
    with office.open(jiangyang) as work:
        service.receipt_for_lead(work, facts)
    said = {"lead_id": "led_ours", "evidence": [MINUTES]}
    with pytest.raises(Conflict, match="待补正"):
        answer(office, jiangyang, asked.id, **said)
    claims.complete(office, longmatan, right, MINUTES)
    assert answer(office, jiangyang, asked.id, **said).state is JoinState.AGREED


@pytest.mark.parametrize(("named", "why"), [("000000", "请从列表中"), (LONGMATAN, "一体区域")])
def test_one_invites_neither_a_stranger_nor_oneself(
    office: Office, longmatan: Actor, named: str, why: str
):
    company = claims.enterprise(office)
    with pytest.raises(Invalid, match=why):
        claims.file(office, longmatan, company, co_holder=named)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_joining_on_its_pages_from_the_claim_to_the_consent(
    client: Browse,
    longmatan: Actor,
    jiangyang: Actor,
    queued: tuple[RightView, RightView],
):
    held, claim = queued
    browser = client(jiangyang)
    assert "申请联合持有" in browser.get(f"/first-talk/{claim.id}").text
    refused = browser.post(f"/first-talk/{claim.id}/join", data={})
    assert (refused.status_code, "请填写" in refused.text) == (422, True)
    sent = browser.post(f"/first-talk/{claim.id}/join", data={"statement": "共同接洽"})
    address = sent.headers["location"]
    assert "待对方同意" in browser.get(address).text

    browser = client(longmatan)
    assert "江阳区申请加入" in browser.get("/first-talk/blocks/joins").text
    done = browser.post(f"{address}/answer", data={"agree": "true", "answer": "同意"})
    assert done.status_code == 303
    assert "江阳区" in browser.get(f"/first-talk/{held.id}").text
    assert "已联合持有" in browser.get("/first-talk/joins").text


def test_a_partner_asks_by_the_api_and_a_person_consents(
    office: Office, client: Browse, queued: tuple[RightView, RightView]
):
    held, claim = queued
    key = partner_key(office, "first_talk:*")
    api: TestClient = client()
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "join-0001"}
    asked = api.post(
        f"/api/v1/first-talk-rights/{claim.id}:join",
        json={"statement": "共同接洽"},
        headers=headers,
    )
    assert asked.status_code == 201
    body = asked.json()
    assert (body["state"]["code"], body["number"]) == ("asked", held.number)
    denied = api.post(
        f"/api/v1/first-talk-joins/{body['id']}:answer",
        json={"agree": True},
        headers={**headers, "Idempotency-Key": "join-0002", "If-Match": '"v1"'},
    )
    assert denied.status_code == 403
    listed = api.get("/api/v1/first-talk-joins", headers=headers).json()
    assert [one["id"] for one in listed["items"]] == [body["id"]]


def test_a_joint_holder_whose_lead_is_deleted_holds_and_sees_it_no_more(
    office: Office, longmatan: Actor, jiangyang: Actor, queued: tuple[RightView, RightView]
):
    held, claim = queued
    answer(office, longmatan, ask(office, jiangyang, claim.id).id)
    with office.open(jiangyang) as work:
        lead_rights.release_of_lead(work, claim.lead_id, "线索已删除")
    assert claims.read(office, longmatan, held.id).joint_holders == []
    assert claims.read(office, longmatan, held.id).state is State.SUBMITTED
    with pytest.raises(NotFound):
        claims.read(office, jiangyang, held.id)
