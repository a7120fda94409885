"""流转 from 不能落地 to the receiver's own right: who may, until when, what each side keeps."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.errors import (
    Conflict,
    FirstTalkRefused,
    Forbidden,
    IllegalTransition,
    Invalid,
    NotFound,
)
from app.first_talk import lead_rights, pool, register, service, subjects, transfers
from app.first_talk.receipt_schemas import LeadFacts
from app.first_talk.rights import Reason, State
from app.first_talk.schemas import RightView
from app.first_talk.transfer_schemas import Accept, ClosePool, Declare, Offer, TransferView
from app.kit.files import Upload
from app.kit.work import Actor, Office, Role
from tests.agreements.support import scheme
from tests.builders import JIANGYANG, LONGMATAN, FrozenClock, partner_key, person
from tests.first_talk import acts, claims
from tests.first_talk.claims import at, on

FORM = Upload("引荐确认表.txt", "三方签字".encode())
CONSENT = Upload("同意书.txt", "同意流转".encode())
SIGNED = {"first_talker": "张三", "receiver": "李四", "enterprise": "王五", "fits_zone": True}
Browse = Callable[..., TestClient]


@pytest.fixture
def held(office: Office, clock: FrozenClock, jiangyang: Actor, registrar: Actor) -> RightView:
    """丁公司, held by 江阳区 from 2026-06-01."""
    company = claims.enterprise(office, "丁公司")
    clock.set(at("05-25", "10:00:00"))
    right = claims.file(office, jiangyang, company, first_talked_on=on("05-20")).right
    claims.agree(office, registrar, right.id)
    clock.set(at("06-01"))
    with office.open() as work:
        docket, row = subjects.open_for(work, right.id, None)
        subjects.take(row, docket.standing(row).active(work.now, docket.calendar))
        subjects.close(docket)
    return claims.read(office, jiangyang, right.id)


@pytest.fixture
def pooled(
    office: Office, clock: FrozenClock, jiangyang: Actor, registrar: Actor, held: RightView
) -> RightView:
    """丁公司, declared on Mon 06-15 and pooled by the registrar on Thu 06-18."""
    clock.set(at("06-15", "10:00:00"))
    declare(office, jiangyang, held.id)
    clock.set(at("06-18", "10:00:00"))
    return offer(office, registrar, held.id)


def declare(office: Office, actor: Actor, id: str, **changes: object) -> RightView:
    values = {"obstacle": "land", "reason": "园区无成片工业用地", "truthful": True}
    with office.open(actor) as work:
        return transfers.declare(work, id, None, Declare(**(values | changes), consent=CONSENT))


def offer(office: Office, actor: Actor, id: str) -> RightView:
    with office.open(actor) as work:
        return transfers.offer(work, id, None, Offer(reason="推介"))


def close(office: Office, actor: Actor, id: str) -> RightView:
    with office.open(actor) as work:
        return transfers.close_pool(work, id, None, ClosePool(reason="无人承接"))


def accept(office: Office, actor: Actor, pooled: RightView, **changes: object) -> RightView:
    lead = f"led_take_{actor.name}"
    facts = LeadFacts(lead_id=lead, lead_name="丁项目", enterprise_id=pooled.enterprise_id)
    values = {"lead_id": lead, "confirmation": FORM, **SIGNED}
    with office.open(actor) as work:
        service.receipt_for_lead(work, facts)
    with office.open(actor) as work:
        return transfers.accept(work, pooled.id, None, Accept(**(values | changes)))


def seen(office: Office, actor: Actor, id: str) -> TransferView:
    with office.open(actor, reads=True) as work:
        return pool.transfer(work, id)


def kept(view: TransferView) -> list[tuple[str, str, bool]]:
    """Who gave to whom, and whether the giver keeps an interest."""
    return [(one.giver.label, one.receiver.label, one.keeps_interest) for one in view.steps]


def test_a09_declared_pooled_accepted_stale_and_offered_again(
    office: Office,
    clock: FrozenClock,
    jiangyang: Actor,
    naxi: Actor,
    longmatan: Actor,
    registrar: Actor,
    held: RightView,
):
    clock.set(at("06-15", "10:00:00"))
    declared = declare(office, jiangyang, held.id)
    assert (declared.state, declared.pool_by) == (State.ACTIVE, on("06-18"))
    with pytest.raises(NotFound):
        seen(office, naxi, held.id)
    clock.set(at("06-18", "10:00:00"))
    pooled = offer(office, registrar, held.id)
    assert (pooled.state, pooled.accept_by) == (State.POOLED, on("06-26"))
    told = seen(office, naxi, held.id)
    assert (told.enterprise_name, told.obstacle.value) == ("丁公司", "land")

    clock.set(at("06-26", "23:59:59"))
    received = accept(office, naxi, pooled)
    assert (received.state, received.district.label) == (State.ACTIVE, "纳溪区")
    assert (received.window.start, received.number) == (on("06-26"), "NX-FT-2026-000001")
    assert claims.read(office, jiangyang, held.id).state is State.TRANSFERRED
    assert kept(seen(office, jiangyang, held.id)) == [("江阳区", "纳溪区", True)]
    assert seen(office, naxi, received.id).progress_by == on("07-27")

    clock.set(at("07-27", "23:59:59"))
    with pytest.raises(FirstTalkRefused) as early:
        offer(office, registrar, received.id)
    assert early.value.members == {"reason": "not_stale"}
    clock.set(at("07-28"))
    again = offer(office, registrar, received.id)
    assert (again.state, again.accept_by) == (State.POOLED, on("08-04"))
    clock.set(at("07-29", "10:00:00"))
    third = accept(office, longmatan, again)
    assert kept(seen(office, longmatan, third.id)) == [
        ("江阳区", "纳溪区", True),
        ("纳溪区", "龙马潭区", False),
    ]


def test_the_registrar_is_shown_what_waits_for_an_offer_or_a_receiver(
    office: Office,
    clock: FrozenClock,
    naxi: Actor,
    registrar: Actor,
    jiangyang: Actor,
    held: RightView,
):
    def waiting() -> list[tuple[str, object]]:
        with office.open(registrar, reads=True) as work:
            return [(one.id, one.due_on) for one in pool.waiting(work)]

    assert waiting() == []
    clock.set(at("06-15", "10:00:00"))
    declare(office, jiangyang, held.id)
    assert waiting() == [(held.id, on("06-18"))]
    clock.set(at("06-18", "10:00:00"))
    pooled = offer(office, registrar, held.id)
    assert waiting() == [(held.id, on("06-26"))]
    clock.set(at("06-26", "10:00:00"))
    received = accept(office, naxi, pooled)
    assert waiting() == []
    clock.set(at("07-28"))
    assert waiting() == [(received.id, on("07-27"))]


def test_time_pools_a_declared_right_and_closes_a_pool_that_nobody_took(
    office: Office, clock: FrozenClock, jiangyang: Actor, naxi: Actor, held: RightView
):
    clock.set(at("06-15", "10:00:00"))
    declare(office, jiangyang, held.id)
    clock.set(at("06-18", "23:59:59"))
    assert claims.read(office, jiangyang, held.id).state is State.ACTIVE
    assert claims.listed(office, naxi) == []
    clock.set(at("06-19"))
    pooled = claims.read(office, jiangyang, held.id)
    assert (pooled.state, pooled.accept_by) == (State.POOLED, on("06-26"))
    assert pooled.pool_closes_on == on("07-26")
    assert claims.listed(office, naxi) == [("江阳区", "流转池")]
    clock.set(at("07-27"))
    assert claims.read(office, jiangyang, held.id).state is State.RELEASED
    assert claims.listed(office, naxi) == []


def test_after_the_time_to_accept_only_the_registrar_offers_again_or_closes(
    office: Office, clock: FrozenClock, naxi: Actor, registrar: Actor, pooled: RightView
):
    clock.set(at("06-26", "23:59:59"))
    for act in (offer, close):
        with pytest.raises(FirstTalkRefused) as early:
            act(office, registrar, pooled.id)
        assert early.value.members == {"reason": "still_open"}
    clock.set(at("06-27"))
    with pytest.raises(FirstTalkRefused) as late:
        accept(office, naxi, pooled)
    assert late.value.members["reason"] == "too_late"
    assert offer(office, registrar, pooled.id).accept_by == on("07-03")
    clock.set(at("07-06", "10:00:00"))
    assert close(office, registrar, pooled.id).state is State.RELEASED
    assert seen(office, registrar, pooled.id).steps == []


def test_a_confirmation_without_the_receivers_signature_changes_nothing(
    office: Office, naxi: Actor, jiangyang: Actor, pooled: RightView
):
    with pytest.raises(Invalid) as refused:
        accept(office, naxi, pooled, receiver="")
    assert [(one.pointer, one.code) for one in refused.value.issues] == [
        ("/receiver", "confirmation_missing")
    ]
    assert claims.read(office, jiangyang, pooled.id).state is State.POOLED


def test_a_receiver_takes_over_under_a_lead_of_its_own_about_the_same_enterprise(
    office: Office, naxi: Actor, pooled: RightView
):
    with pytest.raises(Invalid) as refused:
        accept(office, naxi, pooled, lead_id="led_jiangyang")
    assert refused.value.issues[0].pointer == "/lead_id"


def test_the_scheme_is_checked_by_the_engine_and_kept_with_the_transfer(
    office: Office, naxi: Actor, jiangyang: Actor, pooled: RightView
):
    with pytest.raises(Invalid) as refused:
        accept(office, naxi, pooled, scheme=scheme(split=None, negative="perhaps"))
    assert all(one.pointer.startswith("/scheme") for one in refused.value.issues)
    with pytest.raises(Invalid) as unread:
        accept(office, naxi, pooled, scheme=Upload("方案.json", b"{"))
    assert [(one.pointer, one.code) for one in unread.value.issues] == [("/scheme", "json")]
    accept(office, naxi, pooled, scheme=scheme())
    step = seen(office, jiangyang, pooled.id).steps[0]
    assert step.has_scheme
    for party in (jiangyang, naxi):
        with office.open(party, reads=True) as work:
            assert pool.scheme(work, step.id) == scheme()
    stranger = person(office, "stranger", Role.OFFICER)
    with office.open(stranger, reads=True) as work, pytest.raises(NotFound):
        pool.scheme(work, step.id)


def test_a10_a_second_transfer_keeps_both_interests_and_a_third_needs_a_council_number(
    office: Office,
    clock: FrozenClock,
    jiangyang: Actor,
    longmatan: Actor,
    naxi: Actor,
    registrar: Actor,
    pooled: RightView,
):
    clock.set(at("06-26", "10:00:00"))
    second = accept(office, longmatan, pooled)
    clock.set(at("07-20", "10:00:00"))
    with office.open(longmatan) as work:
        docket, row = subjects.open_for(work, second.id, None)
        row.nominal_end = on("12-31")
        subjects.take(row, docket.standing(row).ending(on("12-31"), docket.calendar))
        subjects.close(docket)
    clock.set(at("10-09", "10:00:00"))
    declare(office, longmatan, second.id, obstacle="energy", reason="能耗指标已用完")
    offer(office, registrar, second.id)
    clock.set(at("10-12", "10:00:00"))
    third = accept(office, naxi, second)
    assert kept(seen(office, naxi, third.id)) == [
        ("江阳区", "龙马潭区", True),
        ("龙马潭区", "纳溪区", True),
    ]
    declare(office, naxi, third.id)
    offer(office, registrar, third.id)
    with pytest.raises(FirstTalkRefused) as capped:
        accept(office, jiangyang, third)
    assert capped.value.members == {"reason": "max_transfers", "limit": 2}
    fourth = accept(office, jiangyang, third, council_number="三区联席 2026 第 9 号")
    view = seen(office, jiangyang, fourth.id)
    assert [one.keeps_interest for one in view.steps] == [True, True, True]
    assert view.steps[2].council_number == "三区联席 2026 第 9 号"


def test_only_the_holder_declares_only_a_registrar_offers_and_the_giver_does_not_accept(
    office: Office,
    jiangyang: Actor,
    longmatan: Actor,
    registrar: Actor,
    held: RightView,
):
    with pytest.raises(NotFound):
        declare(office, longmatan, held.id)
    with pytest.raises(Forbidden):
        declare(office, registrar, held.id)
    with pytest.raises(FirstTalkRefused) as undeclared:
        offer(office, registrar, held.id)
    assert undeclared.value.members == {"reason": "not_declared"}
    declare(office, jiangyang, held.id)
    with pytest.raises(Conflict):
        declare(office, jiangyang, held.id)
    with pytest.raises(Forbidden):
        offer(office, jiangyang, held.id)
    pooled = offer(office, registrar, held.id)
    with pytest.raises(Forbidden, match="以外的单位"):
        accept(office, jiangyang, pooled)
    with pytest.raises(IllegalTransition):
        declare(office, jiangyang, held.id)
    taken = accept(office, longmatan, pooled)
    with pytest.raises(IllegalTransition):
        offer(office, registrar, held.id)
    with pytest.raises(NotFound):
        seen(office, person(office, "late", Role.OFFICER, district="510503"), held.id)
    assert seen(office, longmatan, taken.id).full


@pytest.mark.parametrize(
    ("field", "value"), [("truthful", False), ("obstacle", "stale"), ("reason", "")]
)
def test_a_declaration_states_its_truth_and_a_reason_of_the_holder(field: str, value: object):
    given = {"obstacle": "land", "reason": "无用地", "truthful": True, "consent": CONSENT}
    with pytest.raises(ValueError, match=field):
        Declare(**(given | {field: value}))


def test_a_filing_while_pooled_is_led_to_acceptance_under_its_lead(
    office: Office, naxi: Actor, pooled: RightView
):
    with pytest.raises(FirstTalkRefused) as refused:
        claims.file(office, naxi, pooled.enterprise_id, if_taken="refuse")
    assert refused.value.members == {"reason": "pooled"}
    filed = claims.file(office, naxi, pooled.enterprise_id, first_talked_on=on("06-10"))
    assert (filed.right.state, filed.right.reason) == (State.REJECTED, Reason.POOLED)
    leads = seen(office, naxi, pooled.id).leads
    assert [one.code for one in leads] == ["led_naxi"]
    received = accept(office, naxi, pooled, lead_id="led_naxi")
    with office.open(naxi, reads=True) as work:
        assert lead_rights.right_of_lead(work, "led_naxi").id == received.id


def test_each_move_of_a_transfer_stands_in_the_ledger(
    office: Office, naxi: Actor, jiangyang: Actor, pooled: RightView
):
    received = accept(office, naxi, pooled)
    lines = claims.page(office, jiangyang, pooled.id).receipts
    kinds = [one.kind.label for one in lines]
    with office.open(jiangyang, reads=True) as work:
        given = [register.receipt(work, one.number).content for one in lines[-3:]]
    said = [(one["pool_by"], one["accept_by"]) for one in given]
    assert kinds[-3:] == ["首谈流转"] * 3  # declared, pooled, handed over
    assert said == [("2026-06-18", None), (None, "2026-06-26"), (None, None)]
    with office.open(naxi, reads=True) as work:
        own = register.receipt_of_right(work, received.id)
    assert (own.kind.label, own.number) == ("首谈保护凭证", received.number)
    form = claims.page(office, naxi, received.id).evidence[0]
    assert (own.content["evidence"], form.participants) == ([form.digest], "张三；李四；王五")
    with office.open(jiangyang, reads=True) as work:
        assert register.evidence_file(work, form.id)[1] == FORM.data


def test_a_false_filing_voids_the_interest_and_leaves_the_receiver_alone(
    office: Office, jiangyang: Actor, naxi: Actor, registrar: Actor, pooled: RightView
):
    received = accept(office, naxi, pooled)
    acts.revoke(office, registrar, jiangyang, pooled.id)
    assert [one.void for one in seen(office, naxi, received.id).steps] == [True]
    assert claims.read(office, naxi, received.id).state is State.ACTIVE


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_transfer_on_its_pages_from_declaration_to_acceptance(
    office: Office,
    clock: FrozenClock,
    client: Browse,
    jiangyang: Actor,
    naxi: Actor,
    registrar: Actor,
    held: RightView,
):
    clock.set(at("06-15", "10:00:00"))
    own, path = client(jiangyang), f"/first-talk/{held.id}"
    assert f"{path}/transfer" in own.get(path).text
    bare = own.post(f"{path}/declare", data={"obstacle": "land", "_version": held.version})
    assert (bare.status_code, "请填写情况说明" in bare.text) == (422, True)
    sent = own.post(
        f"{path}/declare",
        data={"obstacle": "land", "reason": "无地", "truthful": "true", "_version": held.version},
        files={"consent": ("同意书.txt", b"yes")},
    )
    assert sent.status_code == 303
    assert "2026-06-18（四） 24 时起自动进入流转池" in own.get(f"{path}/transfer").text
    assert "拟流转" in own.get("/first-talk").text
    city = client(registrar)
    assert f"{path}/transfer" in city.get("/first-talk/blocks/transfers").text
    version = claims.read(office, jiangyang, held.id).version
    assert city.post(f"{path}/offer", data={"_version": version}).status_code == 303

    taker = client(naxi)
    assert "丁公司" in taker.get("/first-talk?state=pooled").text
    assert "登记线索" in taker.get(f"{path}/transfer").text
    with office.open(naxi) as work:
        service.receipt_for_lead(
            work, LeadFacts(lead_id="led_n", lead_name="丁", enterprise_id=held.enterprise_id)
        )
    version = claims.read(office, jiangyang, held.id).version
    data = {"lead_id": "led_n", **SIGNED, "_version": version}
    form = {"confirmation": ("引荐确认表.txt", b"signed")}
    unsigned = taker.post(f"{path}/accept", data=data | {"receiver": ""}, files=form)
    assert (unsigned.status_code, "引荐确认表须有承接方签字" in unsigned.text) == (422, True)
    unfit = taker.post(f"{path}/accept", data=data | {"fits_zone": "false"}, files=form)
    assert (unfit.status_code, "须符合本区的产业分区" in unfit.text) == (422, True)
    unsaid = {name: value for name, value in data.items() if name != "fits_zone"}
    assert taker.post(f"{path}/accept", data=unsaid, files=form).status_code == 422
    done = taker.post(f"{path}/accept", data=data, files=form)
    assert done.status_code == 303
    shown = taker.get(done.headers["location"]).text
    assert "保护中" in shown
    assert "声明符合本区的产业分区" in shown
    assert "待动建" in taker.get(f"{done.headers['location']}/transfer").text
    assert "已流转，由承接单位取得首谈权" in own.get(f"{path}/transfer").text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_registrar_closes_a_pool_on_its_page(
    clock: FrozenClock, client: Browse, registrar: Actor, pooled: RightView
):
    path = f"/first-talk/{pooled.id}"
    assert "关闭流转" not in client(registrar).get(f"{path}/transfer").text
    clock.set(at("06-29", "10:00:00"))
    city = client(registrar)
    assert "关闭流转" in city.get(f"{path}/transfer").text
    data = {"reason": "无人承接", "_version": pooled.version}
    assert city.post(f"{path}/close-pool", data=data).status_code == 303
    assert "主动释放" in city.get(f"{path}/transfer").text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_partners_declare_and_accept_by_the_api_and_cannot_offer(
    office: Office, client: Browse, registrar: Actor, held: RightView
):
    def api(district: str) -> TestClient:
        made = client()
        key = partner_key(office, "first_talk:*", "lead:*", district=district)
        made.headers["Authorization"] = f"Bearer {key}"
        return made

    def asked(version: int, key: str) -> dict[str, str]:
        return {"If-Match": f'"v{version}"', "Idempotency-Key": key}

    def upload(api: TestClient) -> str:
        sent = api.post(
            "/api/v1/files",
            files={"file": ("签字.txt", b"yes")},
            headers={"Idempotency-Key": "upl-00001"},
        )
        return sent.json()["id"]

    giver, taker, path = api(JIANGYANG), api(LONGMATAN), f"/api/v1/first-talk-rights/{held.id}"
    fil = upload(giver)
    body = {"obstacle": "land", "reason": "无地", "truthful": True, "consent": fil}
    declared = giver.post(f"{path}:declare", json=body, headers=asked(held.version, "trf-00001"))
    assert (declared.status_code, declared.json()["pool_by"]) == (200, "2026-06-04")
    version = declared.json()["version"]
    again = giver.post(f"{path}:declare", json=body, headers=asked(held.version, "trf-00001"))
    assert again.headers["Idempotency-Replayed"] == "true"
    offered = giver.post(f"{path}:offer", json={}, headers=asked(version, "trf-00002"))
    assert offered.status_code == 403
    city = client(registrar)
    offered = city.post(f"{path}:offer", json={}, headers=asked(version, "trf-00003"))
    version = offered.json()["version"]
    with office.open(person(office, "lead", Role.OFFICER)) as work:
        service.receipt_for_lead(
            work, LeadFacts(lead_id="led_t", lead_name="丁", enterprise_id=held.enterprise_id)
        )
    fil = upload(taker)
    body = {"lead_id": "led_t", "confirmation": fil, **SIGNED, "scheme": scheme()}
    stale = taker.post(f"{path}:accept", json=body, headers=asked(99, "trf-00004"))
    assert stale.status_code == 412
    done = taker.post(f"{path}:accept", json=body, headers=asked(version, "trf-00005"))
    assert done.json()["state"]["code"] == "active"
    shown = taker.get(f"/api/v1/first-talk-rights/{done.json()['id']}/transfer").json()
    assert [one["has_scheme"] for one in shown["steps"]] == [True]
