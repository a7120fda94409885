"""The bell is on every page: what it and the lists cost does not grow with what lies there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from app.districts import reminders
from app.first_talk import cases, joining
from app.first_talk.case_schemas import CaseFilter
from app.first_talk.challenges import CaseState
from app.first_talk.join_schemas import AskToJoin, ListJoins
from app.kit.work import Actor, Office, Role, Work
from app.main import AGENDA
from tests.builders import LONGMATAN, FrozenClock, person
from tests.first_talk import acts, claims
from tests.first_talk.claims import VISIT, at, on

MOST = 21


@contextmanager
def statements(office: Office) -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    sent: list[str] = []

    def note(*args: object) -> None:
        if str(args[2]).startswith("SELECT"):
            sent.append(str(args[2]))

    event.listen(office.engine, "before_cursor_execute", note)
    yield sent
    event.remove(office.engine, "before_cursor_execute", note)


def bell(office: Office, reader: Actor) -> tuple[int, int]:
    """How many calls the reader has, and how many statements it took to find them."""
    with statements(office) as sent, office.open(reader, reads=True) as work:
        found = reminders.agenda(work, reminders.calls(work, AGENDA))
    return len(found.now) + len(found.later), len(sent)


Lay = Callable[[int], None]


@pytest.fixture
def lay(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor, registrar: Actor
) -> Lay:
    """`lay(n)`: the n-th of each: an incomplete claim, a right, a case, a request, a letter."""

    def company(name: str) -> str:
        return claims.enterprise(office, name, None)

    def file(actor: Actor, name: str, **changes: object) -> str:
        lead = {"lead_id": f"led_{name}_{actor.name}", "unregistered": True}
        return claims.file(office, actor, company(name), **(lead | changes)).right.id

    def make(n: int) -> None:
        clock.set(at("03-02", "10:00:00"))
        file(longmatan, f"补正{n}公司", evidence=[VISIT])
        right = file(longmatan, f"保护{n}公司")
        claims.agree(office, registrar, right)
        acts.bring_letter(office, longmatan, right)
        for name in (f"争议{n}公司", f"联合{n}公司"):
            file(longmatan, name)
            behind = file(jiangyang, name, first_talked_on=on("02-18"))
            if name.startswith("争议"):
                acts.object_to(office, jiangyang, behind)
            else:
                with office.open(jiangyang) as work:
                    joining.ask(work, behind, AskToJoin(statement="共同接洽"))
        clock.set(at("03-06", "10:00:00"))

    return make


def test_more_on_the_desk_takes_no_more_statements(
    office: Office, longmatan: Actor, jiangyang: Actor, registrar: Actor, lay: Lay
):
    head = person(office, "head", Role.UNIT_HEAD, Role.NEGOTIATOR, district=LONGMATAN)
    readers = (longmatan, head, jiangyang, registrar)
    lay(1)
    first = {one.name: bell(office, one) for one in readers}
    lay(2)
    lay(3)
    for reader in readers:
        calls, taken = first[reader.name]
        assert bell(office, reader) == (3 * calls, taken)
        assert calls
        assert taken <= MOST


LISTS: dict[str, Callable[[Work], list[Any]]] = {
    "cases": lambda work: cases.listed(work, CaseFilter()).items,
    "negotiated": lambda work: cases.listed(work, CaseFilter(state=(CaseState.NEGOTIATING,))).items,
    "pending": cases.pending,
    "joins": lambda work: joining.listed(work, ListJoins()).items,
    "asked": joining.pending,
}


@pytest.mark.parametrize("name", LISTS)
def test_longer_lists_take_no_more_statements(
    office: Office, longmatan: Actor, lay: Lay, name: str
):
    taken = []
    for n in (1, 2, 3):
        lay(n)
        with statements(office) as sent, office.open(longmatan, reads=True) as work:
            assert len(LISTS[name](work)) == n
        taken.append(len(sent))
    assert len(set(taken)) == 1
