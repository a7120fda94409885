"""The keys of one scheme object, each read by its own small reader.

Keeps what could be read and which keys had findings, so that `checks.py` can speak of the rest.
Source: scheme v1, A3 and part B.
"""

from collections.abc import Callable
from typing import TypeVar

from app.engine import extensions, reading
from app.engine.clauses import ClauseReader
from app.engine.reading import Keys, Node
from app.engine.terms import Calendar, Negative, Scheme, Settle

SCHEME_KEYS = Keys(
    required=("parties",),
    optional=(
        *("id", "calendar", "term", "negative", "baseline", "deduct", "recover", "reserve"),
        *("split", "tiers", "guarantee", "cap", "base", "one_off", "funds", "cash"),
        *("indicators", "eligibility", "settle", "title", "notes"),
    ),
    later=("at_term_end",),
)

T = TypeVar("T")


class SchemeReader:
    """Reads one scheme object; `broken` are the top-level keys that had findings."""

    def __init__(self, node: Node) -> None:
        """Read every key; findings go to the node's collection."""
        self.node = node
        self.findings = node.findings
        self.found = reading.closed(node, SCHEME_KEYS)
        self.broken: set[str] = set()
        self.parties = self._take("parties", _parties)
        self.clauses = ClauseReader(self.parties)
        self._take("id", lambda member: reading.text(member, 80))
        self._take("title", reading.text)
        self.scheme = self._scheme()

    def node_of(self, key: str) -> Node:
        """The node of a top-level key, for a finding there, absent or not."""
        return self.found.get(key) or self.node.child(key, None)

    def sound(self, *keys: str) -> bool:
        """Whether none of the keys had findings of its own."""
        return self.broken.isdisjoint(keys)

    def _take(self, key: str, read: Callable[[Node], T]) -> T | None:
        member = self.found.get(key)
        if member is None:
            return None
        before = len(self.findings.issues)
        value = read(member)
        if len(self.findings.issues) > before:
            self.broken.add(key)
        return value

    def _list(self, key: str, read: Callable[[Node], T | None]) -> tuple[T, ...]:
        found = self._take(key, lambda member: [read(item) for item in reading.items(member)])
        return tuple(item for item in found or () if item is not None)

    def _optional_list(self, key: str, read: Callable[[Node], T | None]) -> tuple[T, ...] | None:
        return self._list(key, read) if key in self.found else None

    def _scheme(self) -> Scheme:
        """What could be read; the scheme only when nothing was found."""
        read = self.clauses
        seen: set[str] = set()
        funds = self._list("funds", lambda item: extensions.read_fund(read, item, seen))
        negative = self._take("negative", _negative)
        cash = extensions.CashReader(read, funds)
        return Scheme(
            parties=self.parties or (),
            calendar=self._take("calendar", read.calendar)
            or Calendar(at=f"{self.node.at}/calendar"),
            term=self._take("term", read.term),
            negative=negative or Negative.CARRY,
            baseline=self._take("baseline", read.baseline),
            deduct=self._list("deduct", read.deduction),
            recover=self._list("recover", read.recovery),
            reserve=self._list("reserve", read.reserve),
            ladder=self._list("split", read.step),
            tiers=self._list("tiers", read.tier),
            guarantee=self._list("guarantee", read.guarantee),
            cap=self._list("cap", read.cap),
            base=self._take("base", extensions.read_base),
            one_off=self._optional_list(
                "one_off", lambda item: extensions.read_one_off(read, item)
            ),
            funds=funds,
            cash=self._optional_list("cash", cash.read),
            indicators=self._optional_list(
                "indicators", lambda item: extensions.read_indicator(read, item)
            ),
            eligibility=self._take("eligibility", extensions.read_eligibility),
            settle=self._take("settle", extensions.read_settle) or Settle(),
            notes=self._take("notes", extensions.read_notes) or (),
            at=self.node.at,
        )


def _negative(node: Node) -> Negative | None:
    return reading.choice(node, Negative)


def _parties(node: Node) -> tuple[str, ...] | None:
    """The distinct names in order; None when one of them cannot be read."""
    names: dict[str, None] = {}
    items = reading.items(node)
    read = [reading.text(item, 40) for item in items]
    for item, name in zip(items, read, strict=True):
        if name == "*":
            item.refuse("value", "参与方不能叫“*”")
        elif name in names:
            item.refuse("duplicate", f"参与方“{name}”重复")
        elif name is not None:
            names[name] = None
    if isinstance(node.value, list) and not 2 <= len(items) <= 20:
        node.refuse("value", f"参与方应为 2 至 20 个，现为 {len(items)} 个")
    return None if None in read or not items else tuple(names)
