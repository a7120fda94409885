"""今日必办 along a transfer and a dispute: at each step one side is called, until its day."""

from collections.abc import Callable
from datetime import date

import pytest

from app.first_talk import agenda
from app.first_talk.challenges import Effect
from app.first_talk.schemas import RightView
from app.kit.work import Actor, Office
from tests.builders import FrozenClock
from tests.first_talk import acts, claims
from tests.first_talk.claims import at, on

Make = Callable[..., RightView]

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
DISPUTES = {"答复异议", "协商", "裁定", "裁定逾期", "上诉期限", "复核上诉"}
TRANSFERS = {"推介流转", "可承接", "无人承接", "流转结果", "承接无进展"}


def called(office: Office, reader: Actor, kinds: set[str]) -> list[tuple[str, date]]:
    with office.open(reader, reads=True) as work:
        found = agenda.calls(work)
    return [(one.kind, one.due_on) for one in found if one.kind in kinds]


def test_a_transfer_calls_registrar_receivers_and_at_last_the_one_who_took_it(
    office: Office,
    clock: FrozenClock,
    longmatan: Actor,
    jiangyang: Actor,
    naxi: Actor,
    registrar: Actor,
    active: Make,
):
    right = active("03-09")
    clock.set(at("03-12", "10:00:00"))
    acts.declare(office, longmatan, right.id)
    assert called(office, registrar, TRANSFERS) == [("推介流转", on("03-17"))]
    assert called(office, naxi, TRANSFERS) == []
    clock.set(at("03-16", "10:00:00"))
    pooled = acts.offer(office, registrar, right.id)
    assert called(office, registrar, TRANSFERS) == []
    assert called(office, naxi, TRANSFERS) == [("可承接", on("03-23"))]
    assert called(office, jiangyang, TRANSFERS) == [("可承接", on("03-23"))]
    assert called(office, longmatan, TRANSFERS) == []
    clock.set(at("03-20", "10:00:00"))
    acts.accept(office, naxi, pooled)
    assert called(office, jiangyang, TRANSFERS) == []
    assert called(office, naxi, TRANSFERS) == [("流转结果", on("03-27"))]
    clock.set(at("04-21"))  # a month without progress ended on Monday 04-20
    assert ("承接无进展", on("04-20")) in called(office, registrar, TRANSFERS)


def test_a_pool_that_nobody_took_from_calls_the_registrar_until_it_closes(
    office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor, active: Make
):
    right = active("03-09")
    clock.set(at("03-12", "10:00:00"))
    acts.declare(office, longmatan, right.id)
    acts.offer(office, registrar, right.id)
    clock.set(at("03-20"))
    assert called(office, registrar, TRANSFERS) == [("无人承接", on("04-18"))]
    acts.close_pool(office, registrar, right.id)
    assert called(office, registrar, TRANSFERS) == []


def test_a_dispute_calls_holder_objector_and_arbiter_in_turn(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor, registrar: Actor
):
    company = claims.enterprise(office)
    held = claims.file(office, longmatan, company).right
    mine = claims.file(office, jiangyang, company, first_talked_on=on("02-18")).right
    clock.set(at("03-04", "10:00:00"))
    claims.agree(office, registrar, held.id)
    clock.set(at("03-05", "10:00:00"))
    acts.object_to(office, jiangyang, mine.id)  # talks to 03-12, decision to 03-26
    assert called(office, longmatan, DISPUTES) == [("答复异议", on("03-12"))]
    assert called(office, jiangyang, DISPUTES) == [("协商", on("03-12"))]
    assert called(office, registrar, DISPUTES) == []
    clock.set(at("03-13", "10:00:00"))
    assert called(office, registrar, DISPUTES) == [("裁定", on("03-26"))]
    clock.set(at("03-27", "10:00:00"))
    assert called(office, registrar, DISPUTES) == [("裁定逾期", on("04-10"))]
    with office.open(registrar, reads=True) as work:
        case = next(one for one in agenda.calls(work) if one.kind == "裁定逾期")
    acts.rule(office, registrar, case.occasion.partition("/")[0], Effect.UPHOLD)
    assert called(office, registrar, DISPUTES) == []
    assert called(office, jiangyang, DISPUTES) == [("上诉期限", on("04-13"))]
    assert called(office, longmatan, DISPUTES) == [("上诉期限", on("04-13"))]
