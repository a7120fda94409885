"""首谈利益: decided when a right goes on, on clocks of its own, whatever happens to the right."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest
from starlette.testclient import TestClient

from app.clock import day_of
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.first_talk import credits as crediting
from app.first_talk import interests, subjects
from app.first_talk.credits import Measure
from app.first_talk.interest_schemas import AgreeSplit, InterestView, VoidInterest
from app.first_talk.interests import Landing
from app.first_talk.schemas import RightView
from app.kit.files import Upload
from app.kit.work import Actor, Office, Role
from app.money import Money
from tests.builders import CITY, JIANGYANG, LONGMATAN, NAXI, FrozenClock, partner_key, person
from tests.first_talk import acts, claims
from tests.first_talk.claims import at, on

Browse = Callable[..., TestClient]
PARK = "510504-CKQ"
PROJECT = "prj_landed"
BEGUN, FIRST_TAX = date(2027, 3, 1), date(2028, 5, 20)
FILE = Upload("核查.pdf", b"%PDF-1.7 proof")


@pytest.fixture
def held(office: Office, clock: FrozenClock, jiangyang: Actor, registrar: Actor) -> RightView:
    """丁公司, held by 江阳区 from 2026-06-01."""
    company = claims.enterprise(office, "丁公司")
    clock.set(at("05-25", "10:00:00"))
    right = claims.file(office, jiangyang, company, first_talked_on=on("05-20")).right
    claims.agree(office, registrar, right.id)
    clock.set(at("06-01"))
    activate(office, right.id)
    return claims.read(office, jiangyang, right.id)


def activate(office: Office, id: str, through: date | None = None) -> None:
    """Start a right today, as a ruling would; `through` sets its end."""
    with office.open() as work:
        docket, row = subjects.open_for(work, id, None)
        standing = docket.standing(row)
        active = standing.active(work.now, docket.calendar)
        subjects.take(row, active.ending(through, docket.calendar) if through else active)
        if through:
            row.nominal_end = through
        subjects.close(docket)


def pass_on(office: Office, registrar: Actor, giver: Actor, taker: Actor, id: str) -> RightView:
    """Declared, offered and taken over at once."""
    acts.declare(office, giver, id)
    return acts.accept(office, taker, acts.offer(office, registrar, id))


def survey(office: Office, actor: Actor, right: RightView, clock: FrozenClock) -> None:
    """选址踏勘, a milestone of a right, today."""
    claims.reportable(office, actor, right.enterprise_id, right.lead_id)
    claims.tell(office, actor, right.lead_id, day_of(clock.now), "site_survey")


def land(office: Office, right: RightView, district: str) -> None:
    """The enterprise signs with the holder of a right."""
    with office.open() as work:
        interests.follow(work, Landing(PROJECT, district, right.lead_id, right.enterprise_id, "26"))


def begin(office: Office, construction: date | None = BEGUN, tax: date | None = None) -> None:
    with office.open() as work:
        interests.begin_credit(work, PROJECT, construction)
        if tax:
            interests.begin_tax(work, PROJECT, tax)


def seen(office: Office, actor: Actor, right_id: str) -> list[InterestView]:
    with office.open(actor, reads=True) as work:
        return interests.of_right(work, right_id)


def credited(office: Office, day: date, landing: str) -> dict[str, str]:
    """Who is credited with 120,000,000.00 that came in on a day."""
    with office.open(reads=True) as work:
        found = interests.claims_of(work, [PROJECT])[PROJECT]
    fen = Money.parse("120000000.00").fen
    parts = crediting.flow(fen, Measure.PAID_IN, day, found, landing).parts
    return {one.unit: Money(int(one.quantity)).yuan for one in parts}


def clocks(one: InterestView) -> list[tuple[str, date | None, date | None]]:
    return [(c.state.label, c.first_day, c.last_day) for c in (one.credit, one.tax)]


def test_a10_the_landing_place_changes_twice(
    office: Office,
    clock: FrozenClock,
    jiangyang: Actor,
    longmatan: Actor,
    naxi: Actor,
    registrar: Actor,
    held: RightView,
):
    clock.set(at("06-26", "10:00:00"))
    second = pass_on(office, registrar, jiangyang, longmatan, held.id)
    activate(office, second.id, on("12-31"))
    clock.set(at("07-10", "10:00:00"))
    survey(office, longmatan, second, clock)
    clock.set(at("10-12", "10:00:00"))
    third = pass_on(office, registrar, longmatan, naxi, second.id)

    first, middle = seen(office, naxi, third.id)
    assert [one.credit_share for one in (first, middle)] == [Fraction(1, 2), Fraction(1, 10)]
    assert [one.side.label for one in (first, middle)] == ["首谈方", "中间环节"]
    assert clocks(first) == [("待起算", None, None)] * 2
    assert (first.policy_version, first.status.label) == ("luzhou_default/1", "演示值")

    clock.set(at("11-20", "10:00:00"))
    land(office, third, NAXI)
    begin(office, tax=FIRST_TAX)
    assert credited(office, date(2027, 9, 30), NAXI) == {
        JIANGYANG: "60000000.00",
        LONGMATAN: "12000000.00",
        NAXI: "48000000.00",
    }
    first = seen(office, jiangyang, held.id)[0]
    assert clocks(first) == [
        ("分享中", BEGUN, date(2032, 2, 29)),
        ("分享中", FIRST_TAX, date(2033, 5, 19)),
    ]
    assert credited(office, date(2032, 6, 30), NAXI) == {NAXI: "120000000.00"}
    clock.set(clock.now.replace(year=2032, month=6, day=30))
    with office.open(jiangyang, reads=True) as work:
        mine = interests.interests(work)[0]
    assert [mine.credit.state.label, mine.tax.state.label] == ["已期满", "分享中"]


def test_a10_without_a_milestone_the_middle_one_keeps_nothing(
    office: Office,
    clock: FrozenClock,
    jiangyang: Actor,
    longmatan: Actor,
    naxi: Actor,
    registrar: Actor,
    held: RightView,
):
    second = pass_on(office, registrar, jiangyang, longmatan, held.id)
    clock.tick(days=1)
    third = pass_on(office, registrar, longmatan, naxi, second.id)
    land(office, third, NAXI)
    begin(office)
    assert credited(office, BEGUN, NAXI) == {JIANGYANG: "60000000.00", NAXI: "60000000.00"}
    assert seen(office, naxi, third.id)[1].credit.state.label == "不享有"


def test_a10_a_rule_set_that_leaves_the_first_day_out_ends_a_day_later(
    office: Office,
    jiangyang: Actor,
    naxi: Actor,
    registrar: Actor,
    held: RightView,
    rules: Callable[[str, object], None],
):
    rules("luzhou_default/term_counts_first_day", {"sharing": False, "deadlines": False})
    received = pass_on(office, registrar, jiangyang, naxi, held.id)
    land(office, received, NAXI)
    begin(office, tax=FIRST_TAX)
    first = seen(office, naxi, received.id)[0]
    assert [one[2] for one in clocks(first)] == [date(2032, 3, 1), date(2033, 5, 20)]


def test_the_rules_of_the_day_on_which_a_right_went_on_stay_with_its_interest(
    office: Office,
    clock: FrozenClock,
    jiangyang: Actor,
    naxi: Actor,
    registrar: Actor,
    held: RightView,
    rules: Callable[[str, object], None],
):
    received = pass_on(office, registrar, jiangyang, naxi, held.id)
    clock.tick(days=1)
    rules("luzhou_default/credit.chain", {"first": "0.3", "middle": "0.1"})
    kept = seen(office, naxi, received.id)[0]
    assert (kept.credit_share, kept.policy_version) == (Fraction(1, 2), "luzhou_default/1")


def test_going_back_before_construction_stops_the_credit_clock(
    office: Office, jiangyang: Actor, naxi: Actor, registrar: Actor, held: RightView
):
    received = pass_on(office, registrar, jiangyang, naxi, held.id)
    land(office, received, NAXI)
    begin(office)
    begin(office, construction=None)
    assert seen(office, naxi, received.id)[0].credit.state.label == "待起算"
    assert credited(office, date(2027, 9, 30), NAXI) == {NAXI: "120000000.00"}


def left(office: Office, registrar: Actor, right: RightView) -> None:
    """The enterprise writes that it chooses another place; another coordinator verifies it."""
    second = person(office, "second", Role.COORDINATOR, district=CITY)
    acts.verify_letter(office, second, acts.bring_letter(office, registrar, right.id))


def test_a12_after_two_events_the_first_talker_keeps_30_percent_for_a_year(
    office: Office, clock: FrozenClock, jiangyang: Actor, registrar: Actor, held: RightView
):
    for day in ("06-10", "06-20"):
        clock.set(at(day, "10:00:00"))
        survey(office, jiangyang, held, clock)
    left(office, registrar, held)
    signed = held.model_copy(update={"lead_id": "led_of_naxi"})
    land(office, signed, NAXI)
    begin(office, tax=FIRST_TAX)
    kept = seen(office, jiangyang, held.id)[0]
    assert (kept.side.label, kept.credit_share) == ("企业另选前的首谈方", Fraction(3, 10))
    assert clocks(kept)[0] == ("分享中", BEGUN, date(2028, 2, 29))
    assert kept.tax.state.label == "不享有"
    assert credited(office, date(2028, 2, 29), NAXI) == {
        JIANGYANG: "36000000.00",
        NAXI: "84000000.00",
    }
    assert credited(office, date(2028, 3, 1), NAXI) == {NAXI: "120000000.00"}


def test_a12_after_one_event_it_keeps_nothing(
    office: Office, clock: FrozenClock, jiangyang: Actor, registrar: Actor, held: RightView
):
    clock.set(at("06-10", "10:00:00"))
    survey(office, jiangyang, held, clock)
    left(office, registrar, held)
    assert seen(office, jiangyang, held.id) == []


def test_a_false_statement_on_transfer_voids_the_interest(
    office: Office, jiangyang: Actor, naxi: Actor, registrar: Actor, held: RightView
):
    received = pass_on(office, registrar, jiangyang, naxi, held.id)
    land(office, received, NAXI)
    begin(office)
    kept = seen(office, registrar, received.id)[0]
    command = VoidInterest(reason="隐瞒企业已列入失信名单", file=FILE)
    with office.open(jiangyang) as work, pytest.raises(Forbidden):
        interests.void(work, kept.id, None, command)
    with office.open(registrar) as work:
        gone = interests.void(work, kept.id, kept.version, command)
    assert (gone.void, gone.credit.state.label) == (True, "不享有")
    assert credited(office, date(2027, 9, 30), NAXI) == {NAXI: "120000000.00"}
    with office.open(registrar) as work, pytest.raises(Conflict):
        interests.void(work, kept.id, None, command)
    with office.open(jiangyang) as work:
        assert interests.proof(work, kept.id)[1] == FILE.data


@pytest.fixture
def joint(
    office: Office,
    longmatan: Actor,
    registrar: Actor,
    active: Callable[..., RightView],
) -> RightView:
    """A right that 龙马潭区 and its park hold together, handed on to 纳溪区."""
    right = active()
    park = person(office, "park_officer", Role.OFFICER, unit=f"{PARK}-ZSJ")
    claims.file(office, park, right.enterprise_id)
    taker = person(office, "taker", Role.OFFICER, district=NAXI)
    return pass_on(office, registrar, longmatan, taker, right.id)


def test_joint_holders_of_a_family_divide_the_first_part_equally_until_they_agree(
    office: Office, longmatan: Actor, registrar: Actor, joint: RightView
):
    land(office, joint, NAXI)
    begin(office)
    assert credited(office, BEGUN, NAXI) == {
        LONGMATAN: "30000000.00",
        PARK: "30000000.00",
        NAXI: "60000000.00",
    }
    kept = seen(office, registrar, joint.id)[0]
    assert [(one.district.label, one.share) for one in kept.family] == [
        ("龙马潭区", Fraction(1, 2)),
        ("长开区", Fraction(1, 2)),
    ]
    head = person(office, "head", Role.UNIT_HEAD)
    agreed = {
        "parts": [{"district": LONGMATAN, "share": "0.7"}, {"district": PARK, "share": "0.3"}],
        "reference": "龙长联席 2026 年第 1 号",
    }
    with office.open(longmatan) as work, pytest.raises(Forbidden):
        interests.agree_split(work, kept.id, None, AgreeSplit(**agreed))
    with office.open(head) as work:
        interests.agree_split(work, kept.id, kept.version, AgreeSplit(**agreed))
    assert credited(office, BEGUN, NAXI) == {
        LONGMATAN: "42000000.00",
        PARK: "18000000.00",
        NAXI: "60000000.00",
    }
    with office.open(person(office, "park_reader", Role.OFFICER, unit=f"{PARK}-ZSJ")) as work:
        assert [one.split_reference for one in interests.interests(work)] == [
            "龙长联席 2026 年第 1 号"
        ]


@pytest.mark.usefixtures("joint")
def test_a_division_is_among_the_holders_and_adds_up(office: Office):
    head = person(office, "head", Role.UNIT_HEAD)
    with office.open(head, reads=True) as work:
        kept = interests.interests(work)[0]
    with pytest.raises(ValueError, match="100%"):
        AgreeSplit(parts=[{"district": LONGMATAN, "share": "0.7"}] * 2, reference="依据")
    for districts in ((LONGMATAN, NAXI), (LONGMATAN, PARK, PARK)):
        shares = ["0.7", "0.3"] if len(districts) == 2 else ["0.4", "0.3", "0.3"]
        parts = [
            {"district": district, "share": share}
            for district, share in zip(districts, shares, strict=True)
        ]
        with pytest.raises(Invalid, match="每个联合持有单位"), office.open(head) as work:
            interests.agree_split(work, kept.id, None, AgreeSplit(parts=parts, reference="依据"))


def test_a_district_without_a_part_sees_no_interest(
    office: Office, jiangyang: Actor, naxi: Actor, longmatan: Actor, registrar: Actor, held
):
    received = pass_on(office, registrar, jiangyang, naxi, held.id)
    kept = seen(office, naxi, received.id)[0]
    with office.open(longmatan, reads=True) as work:
        assert interests.interests(work) == []
        with pytest.raises(NotFound):
            interests.interest(work, kept.id)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_pages_of_interests(
    office: Office,
    client: Browse,
    jiangyang: Actor,
    naxi: Actor,
    registrar: Actor,
    held: RightView,
):
    own, city = client(jiangyang), client(registrar)
    assert "还没有首谈利益" in own.get("/first-talk/interests").text
    received = pass_on(office, registrar, jiangyang, naxi, held.id)
    kept = seen(office, naxi, received.id)[0]
    path = f"/first-talk/interests/{kept.id}"
    listed = own.get("/first-talk/interests?limit=1").text
    assert ("50%，5 年" in listed, "待动建" in listed) == (True, True)
    assert "作废首谈利益" not in own.get(path).text
    assert "作废首谈利益" in city.get(path).text
    bare = city.post(f"{path}/void", data={"reason": "", "_version": kept.version})
    assert (bare.status_code, "请填写证明材料" in bare.text) == (422, True)
    data = {"reason": "隐瞒失信", "_version": kept.version}
    file = {"file": ("核查.pdf", b"%PDF-1.7")}
    assert city.post(f"{path}/void", data=data, files=file).status_code == 303
    assert "隐瞒失信" in own.get(path).text
    assert own.get(f"{path}/proof").content == b"%PDF-1.7"
    assert "首谈利益作废" in own.get(f"/first-talk/{held.id}/transfer").text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_partner_reads_the_interests_of_its_district(
    office: Office, client: Browse, jiangyang: Actor, naxi: Actor, registrar: Actor, held
):
    received = pass_on(office, registrar, jiangyang, naxi, held.id)
    api = client()
    key = partner_key(office, "first_talk:*", district=JIANGYANG)
    api.headers["Authorization"] = f"Bearer {key}"
    kept = api.get("/api/v1/first-talk-interests").json()[0]
    assert (kept["credit_share"], kept["credit"]["state"]["code"]) == ("1/2", "pending")
    assert api.get(f"/api/v1/first-talk-interests/{kept['id']}").json() == kept
    chain = api.get(f"/api/v1/first-talk-rights/{held.id}/interests").json()
    assert [one["id"] for one in chain] == [kept["id"]]
    assert api.get(f"/api/v1/first-talk-rights/{received.id}/interests").status_code == 404
