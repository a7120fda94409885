"""今日必办: whom a right, a case or a letter calls, from when, until when, and what ends it."""

from collections.abc import Callable
from datetime import date

import pytest

from app.districts import reminders, sign_in
from app.districts import service as districts
from app.districts.schemas import Agenda, CallView, CreateUser, Finish, GrantRoles, PutOff
from app.errors import Conflict, Invalid
from app.first_talk import agenda, service
from app.first_talk.schemas import Extend, RightView
from app.kit.work import Actor, Office, Role
from app.money import Money
from tests.builders import CITY, FrozenClock, person
from tests.first_talk import acts, claims
from tests.first_talk.claims import at, on

Make = Callable[..., RightView]

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def calls(office: Office, reader: Actor) -> list[CallView]:
    with office.open(reader, reads=True) as work:
        return agenda.calls(work)


def today(office: Office, reader: Actor) -> list[tuple[str, date]]:
    """Kind and last day of today's calls."""
    return [(one.kind, one.due_on) for one in whole(office, reader).now]


def whole(office: Office, reader: Actor) -> Agenda:
    with office.open(reader, reads=True) as work:
        return reminders.agenda(work, sorted(agenda.calls(work), key=lambda one: one.due_on))


def the_call(office: Office, reader: Actor, kind: str) -> CallView:
    return next(one for one in calls(office, reader) if one.kind == kind)


def test_a_review_calls_the_registrar_and_overdue_it_goes_up(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    assert today(office, registrar) == [("受理", on("03-03"))]
    acts.take_up(office, registrar, right.id)
    assert today(office, registrar) == [("审核", on("03-05"))]
    clock.set(at("03-06"))
    assert today(office, registrar) == [("审核逾期", on("03-05"))]
    assert "已逾期上报；03-23（一）仍无结论" in the_call(office, registrar, "审核逾期").why
    claims.agree(office, registrar, right.id)
    assert calls(office, registrar) == []


def test_an_overdue_review_is_told_to_the_head_of_the_registrar_by_number_alone(
    office: Office, clock: FrozenClock, longmatan: Actor
):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    with office.open() as work:
        command = CreateUser(login="director", name="director", unit_id="510500-LXB")
        account = districts.create_user(work, command, "no password fits", demo=True)
        districts.grant_roles(work, account.id, GrantRoles(roles=[Role.UNIT_HEAD]))
        head = sign_in.actor_of(work, "director")
    other = person(office, "other", Role.UNIT_HEAD, district=CITY)
    assert calls(office, head) == []
    clock.set(at("03-06"))
    assert [(one.kind, one.title) for one in calls(office, head)] == [
        ("审核逾期上报", f"龙马潭区 {right.number}")
    ]
    assert calls(office, other) == []


def test_the_registrar_is_not_called_to_decide_the_claims_of_its_own_unit(office: Office):
    both = person(office, "both", Role.COORDINATOR, Role.OFFICER, district=CITY)
    claims.file(office, both, claims.enterprise(office))
    assert calls(office, both) == []


def test_a_report_calls_three_days_before_its_day_and_through_its_grace(
    office: Office, clock: FrozenClock, longmatan: Actor, active: Make
):
    active("03-09")  # reports due 03-23, 04-06 → 04-07, …
    clock.set(at("03-19"))
    assert today(office, longmatan) == []
    clock.set(at("03-20"))
    assert today(office, longmatan) == [("进展报告", on("03-23"))]
    clock.set(at("03-24"))
    assert today(office, longmatan) == [("报告宽限", on("03-26"))]
    claims.report(office, clock, longmatan, "03-24")
    assert today(office, longmatan) == []
    assert the_call(office, longmatan, "进展报告").due_on == on("04-07")


def test_the_end_is_told_thirty_ten_and_three_days_before_and_each_is_read_once(
    office: Office, clock: FrozenClock, longmatan: Actor, active: Make
):
    active("03-09")  # 90 days: nominal 06-07, effective 06-08
    for day, left in [("05-09", 30), ("05-29", 10), ("06-05", 3)]:
        clock.set(at(day))
        ends = next(one for one in whole(office, longmatan).now if one.kind == "首谈到期")
        assert ends.due_on == on("06-08")
        assert f"还有 {left} 天" in ends.why
        with office.open(longmatan) as work:
            reminders.finish(work, agenda.calls(work), Finish(occasion=ends.occasion))
        assert "首谈到期" not in [kind for kind, _ in today(office, longmatan)]
    clock.set(at("05-08"))
    assert "首谈到期" not in [kind for kind, _ in today(office, longmatan)]


def test_an_extension_calls_only_while_the_rules_would_let_it_be_asked(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor, active: Make
):
    right = active("03-09")
    clock.set(at("05-23"))
    assert "续期申请" not in dict(today(office, longmatan))
    claims.report(office, clock, longmatan, "05-08", "site_survey")
    clock.set(at("05-22"))
    assert dict(today(office, longmatan))["续期申请"] == on("05-25")
    with office.open(longmatan) as work:
        service.extend(work, right.id, None, Extend(reason="用地手续在办"))
    assert "续期申请" not in dict(today(office, longmatan))
    assert today(office, registrar) == [("续期审核", on("06-08"))]


def test_silence_turns_yellow_then_red_and_the_lapse_notice_takes_its_place(
    office: Office, clock: FrozenClock, longmatan: Actor, active: Make
):
    active("03-09", amount=Money(12 * claims.YI))
    for day in ("03-23", "04-03", "04-20", "05-04"):
        claims.report(office, clock, longmatan, day)
    clock.set(at("05-10"))
    assert dict(today(office, longmatan))["预警黄"] == on("06-09")
    for day in ("05-18", "06-01"):
        claims.report(office, clock, longmatan, day)
    clock.set(at("06-10"))
    assert "预警红" in dict(today(office, longmatan))
    with office.open() as work:
        assert service.notify_lapses(work) == 1
    assert dict(today(office, longmatan))["失效预告"] == on("06-17")
    assert "预警红" not in dict(today(office, longmatan))
    claims.report(office, clock, longmatan, "06-12", "site_survey")
    assert "失效预告" not in dict(today(office, longmatan))


def test_an_overdue_right_calls_nobody_swept_or_not(
    office: Office, clock: FrozenClock, longmatan: Actor, active: Make
):
    active("03-09")
    clock.set(at("06-08", "23:59:59"))
    assert ("首谈到期", on("06-08")) in today(office, longmatan)
    clock.set(at("06-09"))
    assert calls(office, longmatan) == []


def test_officers_are_called_for_their_own_rights_heads_for_all_readers_only_told(
    office: Office, clock: FrozenClock, longmatan: Actor, active: Make
):
    active("03-09")
    colleague = person(office, "colleague", Role.OFFICER)
    head = person(office, "head", Role.UNIT_HEAD)
    negotiator = person(office, "negotiator", Role.NEGOTIATOR)
    clock.set(at("06-05"))
    kinds = {kind for kind, _ in today(office, head)}
    assert kinds == {kind for kind, _ in today(office, longmatan)} > {"首谈到期"}
    assert today(office, colleague) == []
    told = whole(office, negotiator).now
    assert {one.kind for one in told} <= {"首谈到期", "预警黄", "预警红", "失效预告"}
    assert {one.act for one in told} == {"查看"}


def test_the_rights_of_an_officer_who_left_call_the_others(
    office: Office, clock: FrozenClock, longmatan: Actor, active: Make
):
    active("03-09")
    colleague = person(office, "colleague", Role.OFFICER)
    clock.set(at("03-20"))
    with office.open() as work:
        districts.set_active(work, longmatan.id, active=False)
    assert today(office, colleague) == [("进展报告", on("03-23"))]


def test_a_call_put_off_rests_until_its_day_at_the_latest_its_last(
    office: Office, clock: FrozenClock, longmatan: Actor, active: Make
):
    active("03-09")
    clock.set(at("03-20", "09:00:00"))
    put_off(office, longmatan, "进展报告", on("03-30"))
    assert today(office, longmatan) == []
    assert whole(office, longmatan).put_off == 1
    clock.set(at("03-23"))
    assert today(office, longmatan) == [("进展报告", on("03-23"))]
    put_off(office, longmatan, "进展报告", on("03-24"))
    assert today(office, longmatan) == []
    clock.set(at("03-24"))
    assert today(office, longmatan) == [("报告宽限", on("03-26"))]


def test_a_call_is_put_off_by_a_day_to_come_and_done_with_only_if_it_is_news(
    office: Office, clock: FrozenClock, longmatan: Actor, active: Make
):
    active("03-09")
    clock.set(at("03-20"))
    for day in ("03-20", "04-20"):
        with pytest.raises(Invalid):
            put_off(office, longmatan, "进展报告", on(day))
    report = the_call(office, longmatan, "进展报告")
    with pytest.raises(Conflict), office.open(longmatan) as work:
        reminders.finish(work, agenda.calls(work), Finish(occasion=report.occasion))
    with pytest.raises(Conflict), office.open(longmatan) as work:
        reminders.finish(work, agenda.calls(work), Finish(occasion="ftr_x/report/2026-03-23"))


def test_putting_off_is_one_persons_own(
    office: Office, clock: FrozenClock, longmatan: Actor, active: Make
):
    active("03-09")
    head = person(office, "head", Role.UNIT_HEAD)
    clock.set(at("03-20"))
    put_off(office, longmatan, "进展报告", on("03-22"))
    assert today(office, longmatan) == []
    assert today(office, head) == [("进展报告", on("03-23"))]


def put_off(office: Office, actor: Actor, kind: str, day: date) -> None:
    call = the_call(office, actor, kind)
    command = PutOff(occasion=call.occasion, remind_on=day, reason="对方出差")
    with office.open(actor) as work:
        reminders.put_off(work, agenda.calls(work), command)
