"""Ticks run by several workers at once do each thing once."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy import select

from app.first_talk import ledger
from app.first_talk.ledger_models import Receipt
from app.first_talk.models import RightMove
from app.first_talk.rights import Move
from app.first_talk.schemas import RightView
from app.kit.jobs import run_tick
from app.kit.work import Actor, Office
from app.main import TICKS, make_office
from app.settings import Settings
from tests.builders import FrozenClock
from tests.first_talk import claims
from tests.first_talk.claims import at

WORKERS = 4


@contextmanager
def workers(settings: Settings, clock: FrozenClock) -> Iterator[list[Office]]:
    """Four processes of one installation, as far as the database can tell."""
    with ExitStack() as stack:
        offices = [make_office(settings, clock) for _ in range(WORKERS)]
        for office in offices:
            stack.callback(office.engine.dispose)
        yield offices


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_four_workers_that_tick_together_through_a_day_do_each_thing_once(
    office: Office,
    app_settings: Settings,
    clock: FrozenClock,
    longmatan: Actor,
    registrar: Actor,
    active: Callable[..., RightView],
):
    """At one midnight a right turns red, three claims leave 公示, and one was never completed."""
    silent = active("03-09")
    clock.set(at("04-02", "10:00:00"))
    late = claims.enterprise(office, "迟到机械厂", None)
    claims.file(office, longmatan, late, lead_id="led_late", division="30", evidence=[])
    clock.set(at("04-07", "10:00:00"))
    for name in ("金川铸造厂", "蓝桥饮品厂", "沱江轴承厂"):
        company = claims.enterprise(office, name, None)
        right = claims.file(office, longmatan, company, lead_id=name, division="30").right
        claims.agree(office, registrar, right.id)
    clock.set(at("04-10", "12:30:00"))
    with workers(app_settings, clock) as offices, ThreadPoolExecutor(WORKERS) as threads:
        for _ in range(24):
            for tick in TICKS:
                list(threads.map(lambda each, tick=tick: run_tick(each, tick), offices))
            clock.tick(hours=1)
    with office.open(reads=True) as work:
        written = select(RightMove).where(RightMove.written_at > at("04-10"))
        moves = [(one.move, one.right_id) for one in work.session.scalars(written)]
        issued = select(Receipt.kind).where(Receipt.at > at("04-10"))
        receipts = Counter(work.session.scalars(issued))
        assert ledger.first_bad_entry(work) is None
    assert Counter(move for move, _ in moves) == {
        Move.NOTICE_ENDS: 3,
        Move.FIX_ENDS: 1,
        Move.NOTIFY_LAPSE: 1,
    }
    assert (Move.NOTIFY_LAPSE, silent.id) in moves
    assert receipts == {"grant": 3, "lapse_notice": 1}
