"""Strict reading of JSON: exact types, closed objects, and every finding with its pointer.

A `Node` is a value and the RFC 6901 pointer to it; the readers below give the value or record a
finding and give None, so one pass over a document names all that is wrong with it. Source: scheme
v1, A1 and A8.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from typing import TypeVar

from app.errors import Issue
from app.labels import LabelledEnum
from app.money import Money, rate

# The table of A8, then the codes of part B.
CODES = [
    *("unknown_key", "duplicate_key", "missing", "type", "amount", "ratio", "weights", "value"),
    *("party", "duplicate", "years", "ladder", "tiers", "exclusive", "calendar", "extend", "self"),
    *("overflow", "before_start", "before_opening", "date", "unsupported"),
    *("rates_overlap", "rates_sum", "no_rate", "formula"),
]

E = TypeVar("E", bound=LabelledEnum)

_FISCAL_YEAR = re.compile(r"[0-9]{4}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class JsonError(ValueError):
    """The text is not JSON; the message names line and column."""


class JsonObject(dict[str, object]):
    """A JSON object that remembers which of its keys were written twice."""

    repeated: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, object]]) -> JsonObject:
    read = JsonObject(pairs)
    if len(read) < len(pairs):
        keys = [key for key, _ in pairs]
        read.repeated = tuple(key for key in read if keys.count(key) > 1)
    return read


def _constant(name: str) -> object:
    raise JsonError(f"不是合法的 JSON：不允许 {name}")


class Unreadable:
    """A number longer than any that means something here: of no JSON type that a key takes."""


def _integer(digits: str) -> object:
    return int(digits) if len(digits) <= 40 else Unreadable()


def load_json(raw: bytes) -> object:
    """The JSON value in UTF-8 `raw` (a byte-order mark is accepted); JsonError otherwise."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        raise JsonError(f"第 {line} 行第 {column} 列：不是 UTF-8 文字") from error
    try:
        value: object = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer
        )
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        place = f"第 {error.lineno} 行第 {error.colno} 列"
        raise JsonError(f"{place}：不是合法的 JSON（{error.msg}）") from error
    except UnicodeEncodeError as error:
        raise JsonError("不是合法的 JSON：含有不成对的代理字符") from error
    except RecursionError as error:
        raise JsonError("不是合法的 JSON：嵌套过深") from error
    return value


def child_pointer(pointer: str, key: str | int) -> str:
    """The pointer to `key` below `pointer`, escaped as RFC 6901 asks."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


@dataclass(slots=True)
class Findings:
    """All that is wrong with one document."""

    issues: list[Issue] = field(default_factory=list)

    def add(self, pointer: str, code: str, message: str) -> None:
        """Record one finding."""
        self.issues.append(Issue(pointer, code, message))

    def in_order(self, document: object) -> tuple[Issue, ...]:
        """In document order; several at one place in the order of the table of codes."""
        return tuple(
            sorted(
                self.issues,
                key=lambda issue: (_place(document, issue.pointer), CODES.index(issue.code)),
            )
        )


def _place(document: object, pointer: str) -> tuple[int, ...]:
    """Where a pointer leads, as positions from the root; it ends at the nearest ancestor."""
    place: list[int] = []
    for escaped in pointer.split("/")[1:]:
        key = escaped.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict) and key in document:
            place.append(list(document).index(key))
            document = document[key]
        elif isinstance(document, list) and key.isdigit() and int(key) < len(document):
            place.append(int(key))
            document = document[int(key)]
        else:
            break
    return tuple(place)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys an object may have; `later` are those of the document not computed here."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ratio:
    """An exact ratio and how it was written."""

    exact: Fraction
    text: str


class Node:
    """One value of the document; its pointer is put together only when somebody asks.

    A plain class with slots: tens of thousands of tax entries are read in one settlement.
    """

    __slots__ = ("_key", "_parent", "findings", "value")

    def __init__(
        self, value: object, key: str | int, findings: Findings, parent: "Node | None" = None
    ) -> None:
        """The member `key` of `parent`; without a parent, `key` is the whole pointer."""
        self.value = value
        self.findings = findings
        self._key = key
        self._parent = parent

    @property
    def at(self) -> str:
        """The RFC 6901 pointer to the value."""
        if self._parent is None:
            return str(self._key)
        return child_pointer(self._parent.at, self._key)

    def refuse(self, code: str, message: str) -> None:
        """Record a finding at this value."""
        self.findings.add(self.at, code, message)

    def child(self, key: str | int, value: object) -> "Node":
        """The node of one member or item."""
        return Node(value, key, self.findings, self)

    def wrong_type(self, expected: str) -> None:
        """Record that another JSON type was due."""
        self.refuse("type", f"应为{expected}，不是 {json_type(self.value)}")


def json_type(value: object) -> str:
    """What JSON calls the type of a value, in words for people."""
    names = {bool: "布尔值", int: "数字", float: "数字", str: "字符串", list: "列表"}
    return "null" if value is None else names.get(type(value), "对象")


def members(node: Node | None) -> dict[str, Node]:
    """An object with free keys (parties, years, names), in document order."""
    if node is None:
        return {}
    if not isinstance(node.value, dict):
        node.wrong_type("对象")
        return {}
    for key in getattr(node.value, "repeated", ()):
        node.child(key, None).refuse("duplicate_key", f"键“{key}”写了两次")
    findings = node.findings
    return {key: Node(value, key, findings, node) for key, value in node.value.items()}


def closed(node: Node | None, keys: Keys) -> dict[str, Node]:
    """An object with fixed keys: unknown, missing and not yet computed ones are findings."""
    found = members(node)
    known: dict[str, Node] = {}
    for key, value in found.items():
        if key in keys.later:
            value.refuse("unsupported", f"“{key}”尚不支持计算")
        elif key in keys.required or key in keys.optional:
            known[key] = value
        else:
            value.refuse("unknown_key", f"没有“{key}”这个键")
    if node is not None and isinstance(node.value, dict):
        for key in keys.required:
            if key not in found:
                node.refuse("missing", f"缺少“{key}”")
    return known


def items(node: Node | None) -> list[Node]:
    """The items of a list."""
    if node is None:
        return []
    if not isinstance(node.value, list):
        node.wrong_type("列表")
        return []
    return [node.child(place, value) for place, value in enumerate(node.value)]


def text(node: Node | None, longest: int | None = None) -> str | None:
    """A string; with `longest`, of 1 to so many characters."""
    if node is None:
        return None
    if not isinstance(node.value, str):
        node.wrong_type("字符串")
        return None
    if longest is not None and not 1 <= len(node.value) <= longest:
        node.refuse("value", f"应为 1 至 {longest} 个字")
        return None
    return node.value


def something(node: Node) -> None:
    """Any value but null: what is stored for the reader and not computed."""
    if node.value is None:
        node.wrong_type("文字")


def word(node: Node | None, allowed: Iterable[str], later: Iterable[str] = ()) -> str | None:
    """One of the listed words."""
    written = text(node)
    if node is None or written is None:
        return None
    if written in later:
        node.refuse("unsupported", f"“{written}”尚不支持计算")
        return None
    if written not in allowed:
        node.refuse("value", f"“{written}”不在可选值内：{'、'.join(allowed)}")
        return None
    return written


def choice(node: Node | None, words: type[E], later: Iterable[str] = ()) -> E | None:
    """One of the words of an enum, as its member."""
    codes = _codes(words)
    written = word(node, codes, later)
    return None if written is None else codes[written]


@cache
def _codes(words: type[E]) -> dict[str, E]:
    return {member.value: member for member in words}


def integer(node: Node | None, least: int | None = None, most: int | None = None) -> int | None:
    """A JSON integer: no string, no `1.0`, no `true`."""
    if node is None:
        return None
    if type(node.value) is not int:
        node.wrong_type("整数")
        return None
    if (least is not None and node.value < least) or (most is not None and node.value > most):
        limits = f"不小于 {least}" if most is None else f"在 {least} 至 {most} 之间"
        node.refuse("value", f"整数应{limits}，现为 {node.value}")
        return None
    return node.value


def flag(node: Node | None, default: bool) -> bool:
    """True or false, the default when the key is absent."""
    if node is None:
        return default
    if not isinstance(node.value, bool):
        node.wrong_type("true 或 false")
        return default
    return node.value


def amount(node: Node | None, *, signed: bool = False) -> int | None:
    """An amount in whole fen; below zero only where `signed` (a refund in the facts)."""
    written = text(node)
    if node is None or written is None:
        return None
    try:
        fen = Money.parse(written).fen
    except ValueError:
        node.refuse("amount", f"“{written}”不是金额：应为以元为单位的字符串，最多两位小数")
        return None
    if fen < 0 and not signed:
        node.refuse("amount", f"金额不能为负：{written}")
        return None
    return fen


def ratio(node: Node | None, most: int | None = None) -> Ratio | None:
    """An exact ratio, not above `most`."""
    written = text(node)
    if node is None or written is None:
        return None
    try:
        exact = rate(written)
    except ValueError:
        node.refuse("ratio", f"“{written}”不是比例：应为小数或分数字符串，如 0.4 或 1/3")
        return None
    if most is not None and exact > most:
        node.refuse("ratio", f"百分比应在 0 至 {most} 之间，现为 {written}")
        return None
    return Ratio(exact, written)


def day(node: Node | None) -> date | None:
    """A real ISO day."""
    written = text(node)
    if node is None or written is None:
        return None
    try:
        if _DAY.fullmatch(written):
            return date.fromisoformat(written)
    except ValueError:
        pass
    node.refuse("date", f"“{written}”不是日期：应为真实的 YYYY-MM-DD")
    return None


def by_fiscal_year(node: Node | None) -> dict[int, Node]:
    """An object keyed by fiscal year, four digits each."""
    years: dict[int, Node] = {}
    for key, value in members(node).items():
        if _FISCAL_YEAR.fullmatch(key):
            years[int(key)] = value
        else:
            value.refuse("value", f"“{key}”不是四位数的年度")
    return years


def amounts_by_year(node: Node | None, *, signed: bool = False) -> dict[int, int]:
    """Fiscal year to fen."""
    read = {year: amount(value, signed=signed) for year, value in by_fiscal_year(node).items()}
    return {year: fen for year, fen in read.items() if fen is not None}
