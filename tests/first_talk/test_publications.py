"""The holidays of a year are published: provisional ends are fixed once, later, never earlier."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select

from app.first_talk import agenda, ledger, progress, publications, service, subjects
from app.first_talk.ledger_models import Receipt
from app.first_talk.models import Right
from app.first_talk.rights import State
from app.first_talk.schemas import RightView
from app.kit.db import new_id
from app.kit.jobs import Tick, run_tick
from app.kit.work import Actor, Office, Role
from app.parameters import proposals, views
from app.parameters.models import Notice, Status
from app.parameters.schemas import Decide, ProposeCalendar, Proposed, ProposeParameter
from tests.builders import CITY, FrozenClock, person
from tests.first_talk import claims
from tests.first_talk.claims import at

Make = Callable[..., RightView]
STATUTORY = date(2027, 2, 11)  # nominal Sunday 02-07, off by law until 02-10


def spring(first: int, last: int) -> tuple[date, ...]:
    return tuple(date(2027, 2, day) for day in range(first, last + 1))


def publish(office: Office, *off: date) -> None:
    """The notice of the State Council for 2027."""
    notice = ProposeCalendar(
        year=2027, notice=Notice.PUBLISHED, reference="国办发明电", off=off, reason="通知已发布"
    )
    approved(office, notice)


def approved(office: Office, command: Proposed) -> None:
    """One coordinator proposes it, a second one lets it in."""
    tag = new_id("c")
    first, second = (
        person(office, f"{name}-{tag}", Role.COORDINATOR, district=CITY)
        for name in ("first", "second")
    )
    with office.open(first) as work:
        made = proposals.propose(work, command)
    with office.open(second) as work:
        proposals.approve(work, made.id, Decide(), made.version)


def fix(office: Office) -> int:
    with office.open() as work:
        return publications.fix_ends(work)


def receipts_of(office: Office, id: str) -> list[str]:
    with office.open(reads=True) as work:
        rows = select(Receipt.kind).where(Receipt.right_id == id).order_by(Receipt.seq)
        return list(work.session.scalars(rows))


def end_of(office: Office, actor: Actor, right: RightView) -> tuple[date, bool]:
    window = claims.read(office, actor, right.id).window
    return window.effective_end, window.provisional


def test_an_end_in_a_year_without_a_notice_is_provisional_and_nothing_fixes_it(
    office: Office, longmatan: Actor, active: Make
):
    right = active("11-09")
    assert end_of(office, longmatan, right) == (STATUTORY, True)
    assert fix(office) == 0
    assert end_of(office, longmatan, right) == (STATUTORY, True)


def test_on_publication_the_end_is_fixed_later_by_an_entry_and_told_its_holder(
    office: Office, clock: FrozenClock, longmatan: Actor, active: Make
):
    right = active("11-09")
    clock.set(at("11-20"))
    publish(office, *spring(5, 13))
    assert fix(office) == 1
    assert end_of(office, longmatan, right) == (date(2027, 2, 15), False)
    assert receipts_of(office, right.id)[-1] == "calendar"
    assert claims.history(office, longmatan, right.id)[0].move.code == "fix_end"
    with office.open(longmatan, reads=True) as work:
        news = [one for one in agenda.calls(work) if one.kind == "截止日确定"]
        assert ledger.first_bad_entry(work) is None
    assert [one.due_on for one in news] == [date(2027, 2, 15)]
    assert news[0].why == "节假日安排已公布，有效截止定为 2027-02-15（一），不再变动"


def test_an_end_is_never_fixed_earlier(office: Office, longmatan: Actor, active: Make):
    right = active("11-09")
    publish(office, *spring(5, 7))  # by this notice 02-08 would be worked
    assert fix(office) == 1
    assert end_of(office, longmatan, right) == (STATUTORY, False)


def test_an_end_is_fixed_once_and_a_later_edition_of_the_year_moves_nothing(
    office: Office, longmatan: Actor, active: Make
):
    right = active("11-09")
    publish(office, *spring(5, 13))
    assert [fix(office), fix(office)] == [1, 0]
    publish(office, *spring(5, 20))
    assert fix(office) == 0
    assert end_of(office, longmatan, right) == (date(2027, 2, 15), False)


def correct(office: Office, *off: date) -> None:
    """The calendar of the running year is corrected: these days are off too."""
    with office.open(reads=True) as work:
        [known] = [one.off for one in views.view_calendar(work) if one.year == 2026]
    notice = ProposeCalendar(
        year=2026, notice=Notice.PUBLISHED, reference="更正", off=(*known, *off), reason="更正"
    )
    approved(office, notice)


def issued(office: Office, actor: Actor, right: RightView) -> list[object]:
    """Every date that a right shows, its reports to the next spring one by one, its calls."""
    with office.open(actor, reads=True) as work:
        row = work.session.get_one(Right, right.id)
        docket = subjects.dockets_of(work, {row.subject_key})[0]
        policy, record = docket.policies[row.policy_version], docket.record(docket.standing(row))
        through = (date(2027, 2, 10), policy, docket.calendar)
        dues = [one.due for one in progress.report_dues(record, *through)] if record else []
        calls = [(one.kind, one.due_on) for one in agenda.calls(work)]
    shown = claims.read(office, actor, right.id).model_dump(exclude={"version"})
    return [shown, dues, calls]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("swept", [True, False])
def test_a_calendar_that_is_corrected_moves_no_date_issued_before(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    registrar: Actor,
    active: Make,
    swept: bool,
):
    right = active("03-09")
    other = claims.enterprise(office, "乙公司", None)
    held = claims.file(office, longmatan, other, lead_id="led_held").right
    third = claims.enterprise(office, "丙公司", None)
    noticed = claims.file(office, longmatan, third, lead_id="led_noticed").right
    claims.agree(office, registrar, noticed.id)
    clock.set(at("03-20", "10:00:00"))  # 公示 has ended, the report of 03-23 is called for
    if swept:
        with office.open() as work:
            service.settle_due(work)
    before = [issued(office, longmatan, one) for one in (right, held, noticed)]
    assert claims.read(office, longmatan, noticed.id).state is State.ACTIVE
    days = ("03-10", "03-11", "03-23", "03-24", "03-26", "04-07", "05-25", "05-26", "06-08")
    correct(office, *(at(day).date() for day in days))
    assert fix(office) == 0
    assert [issued(office, longmatan, one) for one in (right, held, noticed)] == before


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_reports_of_a_year_published_meanwhile_fall_due_later_and_never_earlier(
    office: Office, clock: FrozenClock, longmatan: Actor, active: Make
):
    right = active("11-13")
    _, before, _ = issued(office, longmatan, right)
    clock.set(at("11-20"))
    publish(office, date(2027, 1, 22), *spring(1, 4))  # by law the 5th to the 10th are off
    _, after, _ = issued(office, longmatan, right)
    assert before[-3:] == [date(2027, 1, 8), date(2027, 1, 22), STATUTORY]
    assert after == [*before[:-2], date(2027, 1, 25), STATUTORY]
    clock.set(at("11-21"))
    publish(office, *spring(1, 20))
    assert issued(office, longmatan, right)[1] == after


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_four_workers_at_once_fix_each_end_once(office: Office, clock: FrozenClock, active: Make):
    right = active("11-09")
    publish(office, *spring(5, 13))
    tick = Tick("first_talk.fix_ends", publications.fix_ends, seconds=600)
    with ThreadPoolExecutor(4) as pool:
        fixed = list(pool.map(lambda _: run_tick(office, tick), range(4)))
    clock.tick(seconds=1)
    assert sum(fixed) + run_tick(office, tick) == 1
    assert receipts_of(office, right.id).count("calendar") == 1


def test_rules_that_change_move_no_end_issued_before(
    office: Office, clock: FrozenClock, longmatan: Actor, active: Make
):
    right = active("03-09")
    clock.set(at("03-20"))
    shorter = ProposeParameter(
        key="luzhou_default/length",
        value={"days": 30},
        effective_from=date(2026, 3, 20),
        reference="泸联席办 2026 年第 2 号",
        status=Status.DEMO,
        reason="试行",
        review_number="审查 2026-2",
    )
    approved(office, shorter)
    assert fix(office) == 0
    now = claims.read(office, longmatan, right.id)
    assert (now.ends_at, now.policy_version) == (right.ends_at, right.policy_version)
    other = claims.enterprise(office, "乙公司", None)
    fresh = claims.file(office, longmatan, other, lead_id="led_new", unregistered=True).right
    assert fresh.policy_version == "luzhou_default/2"
