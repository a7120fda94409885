"""More time (续期) and no time (中止): who may ask, when, and what it does to the ends."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.errors import FirstTalkRefused, Forbidden, IllegalTransition, Invalid
from app.first_talk import register, service
from app.first_talk.progress import Colour
from app.first_talk.rights import State
from app.first_talk.schemas import Decide, Extend, Resume, RightView, Suspend
from app.kit.files import Upload
from app.kit.work import Actor, Office
from app.money import Money
from tests.builders import FrozenClock
from tests.first_talk import acts, claims
from tests.first_talk.claims import YI, at, on


def ask(office: Office, actor: Actor, id: str) -> RightView:
    with office.open(actor) as work:
        return service.extend(work, id, None, Extend(reason="环评批复在即"))


def decide(office: Office, registrar: Actor, id: str, *, agree: bool) -> RightView:
    with office.open(registrar) as work:
        return service.decide(
            work, id, None, Decide(agree=agree, reason="" if agree else "进展不足")
        )


def test_a06_reports_missed_reports_and_an_extension_asked_on_the_last_day(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    registrar: Actor,
    active: Callable[..., RightView],
):
    right = active()
    clock.set(at("03-09", "09:00:00"))
    begun = claims.read(office, longmatan, right.id)
    assert (begun.window.start, begun.window.nominal_end) == (on("03-09"), on("06-07"))
    assert (begun.window.effective_end, begun.window.ask_by) == (on("06-08"), on("05-25"))
    assert begun.next_report_by == on("03-23")

    assert claims.report(office, clock, longmatan, "03-20").next_report_by == on("04-07")
    clock.set(at("04-11"))
    missed = claims.read(office, longmatan, right.id)
    assert (missed.colour, missed.next_report_by) == (Colour.GREEN, on("04-20"))
    met = claims.report(office, clock, longmatan, "04-17", "site_survey")
    assert (met.colour, met.next_report_by) == (Colour.GREEN, on("05-06"))
    assert claims.report(office, clock, longmatan, "05-08", "review").next_report_by == on("05-18")
    claims.report(office, clock, longmatan, "05-18")

    clock.set(at("05-26", "00:00:00"))
    with pytest.raises(FirstTalkRefused) as late:
        ask(office, longmatan, right.id)
    assert late.value.members == {"reason": "too_late"}
    clock.set(at("05-25", "23:59:59"))
    asked = ask(office, longmatan, right.id)
    assert (asked.state, asked.extension_by) == (State.EXTENSION_PENDING, on("06-08"))
    with office.open(registrar, reads=True) as work:
        told = [move.reason for move in register.right_page(work, right.id).moves]
    assert "环评批复在即（引据 2026-05-08 的实质进展）" in told
    granted = decide(office, registrar, right.id, agree=True)
    assert (granted.state, granted.extensions) == (State.ACTIVE, 1)
    assert (granted.window.nominal_end, granted.window.effective_end) == (on("09-05"), on("09-07"))
    assert granted.window.ask_by is None
    with pytest.raises(FirstTalkRefused) as second:
        ask(office, longmatan, right.id)
    assert second.value.members == {"reason": "extend_max"}


def test_a06_without_the_last_event_there_is_no_recent_progress(
    office: Office, clock: FrozenClock, longmatan: Actor, active: Callable[..., RightView]
):
    right = active()
    claims.report(office, clock, longmatan, "04-17", "site_survey")
    clock.set(at("05-25", "10:00:00"))
    with pytest.raises(FirstTalkRefused) as refused:
        ask(office, longmatan, right.id)
    assert refused.value.members == {"reason": "no_recent_progress"}


def test_a_refused_extension_leaves_the_end_and_an_undecided_one_ends_with_the_review(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
    active: Callable[..., RightView],
):
    right = active()
    claims.report(office, clock, longmatan, "05-08", "review")
    clock.set(at("05-20", "10:00:00"))
    ask(office, longmatan, right.id)
    refused = decide(office, registrar, right.id, agree=False)
    assert (refused.state, refused.window.effective_end) == (State.ACTIVE, on("06-08"))
    ask(office, longmatan, right.id)
    clock.set(at("06-09"))
    assert claims.read(office, longmatan, right.id).state is State.EXPIRED
    taken = claims.file(office, jiangyang, right.enterprise_id).right
    assert taken.state is State.SUBMITTED


def test_a_suspended_right_still_blocks_and_its_days_are_added_to_the_nominal_end(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    registrar: Actor,
    active: Callable[..., RightView],
):
    right = active()
    clock.set(at("03-16", "10:00:00"))
    proof = Upload("通知.txt", "用地政策调整".encode())
    command = Suspend(reason="用地政策调整", file=proof)
    with office.open(longmatan) as work, pytest.raises(Forbidden):
        service.suspend(work, right.id, None, command)
    with office.open(registrar) as work:
        stopped = service.suspend(work, right.id, None, command)
    assert (stopped.state, stopped.suspended_through) == (State.SUSPENDED, on("06-14"))
    assert stopped.next_report_by is None
    clock.set(at("04-15", "10:00:00"))
    late = claims.file(office, jiangyang, right.enterprise_id)
    assert late.right.reason.value == "first_talk_taken"
    with office.open(longmatan) as work, pytest.raises(IllegalTransition):
        service.extend(work, right.id, None, Extend(reason="续期"))
    with office.open(registrar) as work:
        running = service.resume(work, right.id, None, Resume(reason="政策已明确"))
    assert (running.state, running.colour) == (State.ACTIVE, Colour.GREEN)
    # 30 days from 03-16 to 04-15 are added to 06-07.
    assert running.window.nominal_end == on("07-07")
    kinds = [line.kind.label for line in claims.page(office, longmatan, right.id).receipts]
    assert kinds[-2:] == ["首谈中止", "首谈恢复"]


def test_a_talk_held_during_a_suspension_counts_once_the_clock_runs_again(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    registrar: Actor,
    active: Callable[..., RightView],
):
    """Stopped 03-16 to 06-10, 选址踏勘 on 06-01: silence runs from there."""
    right = active()
    claims.reportable(office, longmatan, right.enterprise_id)
    clock.set(at("03-16", "10:00:00"))
    acts.suspend(office, registrar, right.id)
    claims.report(office, clock, longmatan, "05-20")  # a line of news is no report: none is due
    surveyed = claims.report(office, clock, longmatan, "06-01", "site_survey")
    assert (surveyed.state, surveyed.last_event_on) == (State.SUSPENDED, on("06-01"))
    clock.set(at("06-10", "10:00:00"))
    assert acts.resume(office, registrar, right.id).last_event_on == on("06-01")


def test_time_starts_a_suspended_clock_again_at_the_cap(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    registrar: Actor,
    active: Callable[..., RightView],
):
    right = active()
    clock.set(at("03-16", "10:00:00"))
    command = Suspend(reason="企业要求", file=Upload("函.txt", "企业来函".encode()))
    with office.open(registrar) as work:
        service.suspend(work, right.id, None, command)
    clock.set(at("06-15"))
    running = claims.read(office, longmatan, right.id)
    assert running.state is State.ACTIVE
    # Stopped for 91 days, 03-16 to 06-15: from 06-07 to 09-06, a Sunday.
    assert (running.window.nominal_end, running.window.effective_end) == (on("09-06"), on("09-07"))
    assert claims.listed(office, longmatan, state=["active"]) == [("龙马潭区", "保护中")]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_extension_and_suspension_on_their_pages(
    office: Office,
    clock: FrozenClock,
    client: Callable[..., TestClient],
    longmatan: Actor,
    registrar: Actor,
    active: Callable[..., RightView],
):
    right = active(amount=Money(12 * YI))
    page = f"/first-talk/{right.id}"
    clock.set(at("03-10", "10:00:00"))
    assert "不能申请：近期没有实质进展" in client(longmatan).get(page).text
    told = claims.report(office, clock, longmatan, "03-16", "site_survey")
    asked = client(longmatan).post(
        f"{page}/extend", data={"reason": "尚需环评", "_version": told.version}
    )
    assert asked.status_code == 303
    pending = claims.read(office, longmatan, right.id)
    assert "续期审核" in client(registrar).get(page).text
    done = client(registrar).post(
        f"{page}/decide", data={"agree": "true", "_version": pending.version}
    )
    assert done.status_code == 303
    granted = claims.read(office, longmatan, right.id)
    assert "已续期" in client(longmatan).get(page).text
    bare = client(registrar).post(
        f"{page}/suspend", data={"reason": "灾害", "_version": granted.version}
    )
    assert (bare.status_code, "请填写证明材料" in bare.text) == (422, True)
    stopped = client(registrar).post(
        f"{page}/suspend",
        data={"reason": "灾害", "_version": granted.version},
        files={"file": ("通知.pdf", b"%PDF-1.7 notice")},
    )
    assert stopped.status_code == 303
    assert "中止，不计时" in client(longmatan).get(page).text
    now = claims.read(office, registrar, right.id)
    again = client(registrar).post(
        f"{page}/resume", data={"reason": "已恢复", "_version": now.version}
    )
    assert again.status_code == 303
    assert claims.read(office, longmatan, right.id).state is State.ACTIVE


def test_a_refusal_of_a_claim_names_its_ground(office: Office, longmatan: Actor, registrar: Actor):
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    with office.open(registrar) as work, pytest.raises(Invalid, match="选择事由"):
        service.decide(work, right.id, None, Decide(agree=False, reason="不实"))
