"""盲查: whatever the answer, the same work is done, metered and logged."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError
from sqlalchemy import event, select

from app.enterprises import directory
from app.errors import Conflict, RateLimited
from app.first_talk import checks, register, service
from app.first_talk.check_schemas import Check, CheckView
from app.first_talk.models import QueryLog
from app.kit.work import Actor, Office
from tests.builders import FrozenClock
from tests.first_talk import claims
from tests.first_talk.claims import VISIT, at

Ask = Callable[..., CheckView]


@pytest.fixture
def ask(office: Office, jiangyang: Actor) -> Ask:
    """A blind check of 江阳区."""

    def check(identity: str, division: str = "26") -> CheckView:
        with office.open(jiangyang) as work:
            return checks.check(work, Check(identity=identity, division=division))

    return check


def statements(office: Office, act: Callable[[], object]) -> list[str]:
    """The SQL of an act, the conditions aside: an empty list of values is written otherwise."""
    made: list[str] = []

    def hear(*heard: object) -> None:
        made.append(str(heard[2]).partition("WHERE")[0])

    event.listen(office.engine, "before_cursor_execute", hear)
    try:
        act()
    finally:
        event.remove(office.engine, "before_cursor_execute", hear)
    return made


def logged(office: Office) -> list[tuple[str, str | None]]:
    with office.open(reads=True) as work:
        rows = work.session.scalars(select(QueryLog).order_by(QueryLog.at, QueryLog.kind))
        return [(row.kind.value, row.right_id) for row in rows]


def test_every_answer_costs_the_same_statements(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor, ask: Ask
):
    """Pairs of like-named enterprises, alike in the directory and unlike in the register alone."""
    names = (
        "金川铸造机械",
        "蓝桥食品饮料",
        "沱江精密轴承",
        "玉蟾包装材料",
        "方山医药化工",
        "神仙桥电子",
    )
    nobody, filing, hold, held, near, over = names
    company = {name: claims.enterprise(office, f"{name}有限公司", None) for name in names}
    twin = {name: claims.enterprise(office, f"{name}厂", None) for name in names}

    def file(enterprise_id: str, lead: str, **changes: object) -> str:
        changes = {"lead_id": lead, **changes}
        return claims.file(office, longmatan, enterprise_id, **changes).right.id

    expired = file(company[over], "led_1")
    granted = file(company[held], "led_2")
    for id in (expired, granted):
        claims.agree(office, registrar, id)
    with office.open(longmatan) as work:
        service.release(work, expired, None, "企业暂缓")
    file(company[filing], "led_3", evidence=[VISIT])
    clock.set(at("03-09"))
    file(company[hold], "led_4")
    file(twin[near], "led_5")

    answers, cost = {}, {}
    for name in names:
        cost[name] = statements(
            office,
            lambda: answers.update({name: ask(f"{name}有限公司")}),  # noqa: B023 - at once
        )
    assert {name: answer.answer.value for name, answer in answers.items()} == {
        nobody: "free",
        filing: "free",
        hold: "held",
        held: "held",
        near: "similar",
        over: "free",
    }
    assert [name for name, answer in answers.items() if answer.someone_filing] == [filing]
    for name in names:
        assert cost[name] == cost[nobody]


def test_a_check_is_one_batch_however_many_like_names_there_are(office: Office, ask: Ask):
    for n in "甲乙":
        claims.enterprise(office, f"川南精密材料{n}厂", None)
    few = statements(office, lambda: ask("川南精密材料厂"))
    for n in "丙丁戊己庚辛":
        claims.enterprise(office, f"川南精密材料{n}厂", None)
    many = statements(office, lambda: ask("川南精密材料厂"))
    assert len(many) == len(few)


def test_a_right_under_a_former_identity_of_the_enterprise_is_met(
    office: Office, longmatan: Actor, ask: Ask
):
    old = claims.enterprise(office, "旧名公司", None)
    claims.file(office, longmatan, old)
    new = claims.enterprise(office, "新名公司")
    with office.open() as work:
        directory.row_of(work, old).merged_into_id = new
    assert ask("新名公司").answer.value == "held"
    assert ask(claims.JIA).answer.value == "held"


def test_no_beginning_of_a_name_or_code_finds_what_is_held(
    office: Office, longmatan: Actor, ask: Ask
):
    held = claims.enterprise(office, "岷江青禾包装有限公司", None)
    claims.file(office, longmatan, held)
    claims.file(office, longmatan, claims.enterprise(office), lead_id="led_2")
    assert ask("岷江青禾包装有限公司").answer.value == "held"
    for part in ("岷江", "岷江青禾", "青禾包装", "包装有限公司"):
        assert ask(part).answer.value == "free"
    for length in (4, 12):
        assert ask(claims.JIA[:length]).answer.value == "free"
    for length in (15, 17):
        with pytest.raises(ValidationError):
            ask(claims.JIA[:length])


def test_an_invalid_code_is_refused_before_anything_is_asked_or_counted(office: Office, ask: Ask):
    with pytest.raises(ValidationError, match="校验位"):
        ask(claims.JIA[:-1] + "3")
    with pytest.raises(ValidationError, match="企业全称"):
        ask("（）、。")
    assert logged(office) == []


def test_a_refused_filing_and_a_refused_request_for_cooperation_are_logged_too(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor
):
    company = claims.enterprise(office)
    held = claims.file(office, longmatan, company).right
    free = Check(identity="无人知晓公司", division="26")
    clock.tick(minutes=1)
    with pytest.raises(Conflict):
        claims.file(office, jiangyang, company, if_taken="refuse")
    clock.tick(minutes=1)
    with pytest.raises(Conflict), office.open(jiangyang) as work:
        checks.request_cooperation(work, free)
    assert logged(office) == [("filing", None), ("filing", held.id), ("cooperation", None)]
    with office.open(longmatan, reads=True) as work:
        seen = register.right_page(work, held.id).queries
    assert [(one.kind.value, one.district.label, one.user_name) for one in seen] == [
        ("filing", "江阳区", "jiangyang")
    ]


def test_requests_for_cooperation_count_on_the_meter_of_checks(
    office: Office, longmatan: Actor, jiangyang: Actor, ask: Ask
):
    company = claims.enterprise(office)
    claims.file(office, longmatan, company)
    asked = Check(identity="甲公司", division="26")
    for _ in range(30):
        with office.open(jiangyang) as work:
            checks.request_cooperation(work, asked)
    with pytest.raises(RateLimited):
        ask("甲公司")
    with pytest.raises(RateLimited), office.open(jiangyang) as work:
        checks.request_cooperation(work, asked)
    with pytest.raises(RateLimited):
        claims.file(office, jiangyang, company, if_taken="refuse")
    assert claims.file(office, jiangyang, company).right.state.value == "queued"
