"""The command `deadlines` (期限计算): the dates of the first-talk rules, without a database.

A file names cases, each with a `kind` of `periods.py`, a `start` and `params`. Everything wrong
with a file is found before anything is computed, and named by its JSON pointer.
"""

import json
import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO, TextIO, TypeVar

from app.clock import LAST_YEAR, WorkCalendar, day_of
from app.errors import Issue
from app.first_talk.periods import (
    OTHER_KINDS,
    PERIOD_UNITS,
    PERIODS,
    CalendarPeriod,
    Kind,
    Result,
    WorkingPeriod,
)

T = TypeVar("T")

OK, INVALID, UNREADABLE = 0, 2, 3

_FIRST_START = date(1990, 1, 1)
_MOST = 3660
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CUTOFF = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


class BadValue(ValueError):
    """A value that a field does not take."""

    def __init__(self, code: str, message: str) -> None:
        """Keep the code beside the Chinese sentence."""
        super().__init__(message)
        self.code = code


def _day(value: object) -> date:
    if not isinstance(value, str):
        raise BadValue("type", "应为字符串 YYYY-MM-DD")
    if not _ISO_DAY.fullmatch(value):
        raise BadValue("date", "应为 YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadValue("date", f"没有这一天：{value}") from None


def _start(value: object) -> date:
    if (day := _day(value)) < _FIRST_START:
        raise BadValue("value", "起算日不得早于 1990-01-01")
    return day


def _count(value: object) -> int:
    if type(value) is not int:
        raise BadValue("type", "应为整数")
    if not 1 <= value <= _MOST:
        raise BadValue("value", "应在 1 至 3660 之间")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise BadValue("type", "应为 true 或 false")
    return value


def _cutoff(value: object) -> time:
    if not isinstance(value, str):
        raise BadValue("type", "应为字符串 HH:MM")
    if not _CUTOFF.fullmatch(value):
        raise BadValue("value", "应为 HH:MM")
    return time.fromisoformat(value)


def _unit(value: object) -> str:
    if not isinstance(value, str):
        raise BadValue("type", "应为字符串")
    if value not in PERIOD_UNITS:
        raise BadValue("value", "应为 working 或 calendar")
    return value


_READERS: dict[Any, Callable[[object], Any]] = {
    int: _count,
    bool: _flag,
    str: _unit,
    time | None: _cutoff,
}


class _Object(dict[str, object]):
    """A JSON object that remembers which keys were written twice."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        names = [name for name, _ in pairs]
        self.twice = {name for name in names if names.count(name) > 1}


@dataclass(frozen=True)
class Case:
    """One case of a file, read and found good."""

    pointer: str
    kind: Kind
    start: date


class Reading:
    """What is read of one file, and all that is wrong with it, in document order."""

    def __init__(self, calendar: WorkCalendar) -> None:
        """Begin with the calendar that holds unless the file brings its own."""
        self.calendar = calendar
        self.cases: list[Case] = []
        self.issues: list[Issue] = []

    def file(self, content: object) -> None:
        """Read the whole content; `calendar`, `cases` and `issues` are then complete."""
        root = self._object(content, "", {"cases"}, {"calendar", "version", "timezone"})
        for name in root:
            if name == "calendar":
                self._calendar(root[name])
            elif name == "cases":
                for pointer, entry in self._list(root[name], "/cases"):
                    self._case(entry, pointer)

    def _calendar(self, content: object) -> None:
        days: dict[str, list[date]] = {"off": [], "working_weekends": []}
        for name, given in self._object(content, "/calendar", set(), set(days)).items():
            for pointer, entry in self._list(given, f"/calendar/{name}"):
                day = self._value(_day, entry, pointer)
                days[name] += [] if day is None else [day]
        self.calendar = self.calendar.with_days(**days)

    def _case(self, content: object, pointer: str) -> None:
        known = len(self.issues)
        case = self._object(content, pointer, {"kind", "start", "params"}, {"scenario", "expect"})
        start, kind = None, None
        for name in case:
            if name == "start":
                start = self._value(_start, case[name], f"{pointer}/start")
            elif name == "params":
                kind = self._kind(case.get("kind"), case[name], f"{pointer}/params")
            elif name == "kind" and case[name] not in [*PERIODS, *OTHER_KINDS]:
                self._add(f"{pointer}/kind", "value", "未知的期限种类")
        if len(self.issues) == known and start and kind:
            self.cases.append(Case(pointer, kind, start))

    def _kind(self, name: object, params: object, pointer: str) -> Kind | None:
        if not isinstance(name, str) or name not in PERIODS | OTHER_KINDS.keys():
            return None
        unit = params.get("unit") if isinstance(params, dict) else None
        form = OTHER_KINDS.get(name) or (CalendarPeriod if unit == "calendar" else WorkingPeriod)
        readers = {field.name: _READERS[field.type] for field in fields(form)}
        required = {field.name for field in fields(form) if field.default is MISSING}
        given = self._object(params, pointer, required, readers.keys() - required)
        values = {
            name: self._value(readers[name], value, f"{pointer}/{name}")
            for name, value in given.items()
        }
        return None if required - given.keys() else form(**values)

    def _object(
        self, value: object, pointer: str, required: AbstractSet[str], optional: AbstractSet[str]
    ) -> dict[str, object]:
        """The known members of an object; what is unknown, doubled or missing is an issue."""
        if not isinstance(value, _Object):
            self._add(pointer, "type", "应为对象")
            return {}
        for name in sorted(required - value.keys()):
            self._add(pointer, "missing", f"缺少 {name}")
        for name in value:
            if name not in required | optional:
                self._add(f"{pointer}/{_escaped(name)}", "unknown_key", f"未知的键：{name}")
            elif name in value.twice:
                self._add(f"{pointer}/{name}", "duplicate_key", f"键重复：{name}")
        return {name: value[name] for name in value if name in required | optional}

    def _list(self, value: object, pointer: str) -> list[tuple[str, object]]:
        if not isinstance(value, list):
            self._add(pointer, "type", "应为列表")
            return []
        return [(f"{pointer}/{place}", entry) for place, entry in enumerate(value)]

    def _value(self, read: Callable[[object], T], value: object, pointer: str) -> T | None:
        try:
            return read(value)
        except BadValue as bad:
            self._add(pointer, bad.code, str(bad))
            return None

    def _add(self, pointer: str, code: str, message: str) -> None:
        self.issues.append(Issue(pointer, code, message))


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def compute(content: object, calendar: WorkCalendar) -> tuple[list[Result], list[Issue]]:
    """The result of each case of a file, and all that is wrong: one of the two is empty."""
    reading = Reading(calendar)
    reading.file(content)
    results = []
    for case in reading.cases:
        try:
            results.append(_marked(case.kind.dates(reading.calendar, case.start), reading.calendar))
        except OverflowError:
            message = f"日期超出可推算的范围（{LAST_YEAR} 年）"
            reading.issues.append(Issue(f"{case.pointer}/params", "value", message))
    return ([], reading.issues) if reading.issues else (results, [])


def _marked(result: Result, calendar: WorkCalendar) -> Result:
    """The result as JSON, marked where a day falls in a year without a published notice."""
    if "reports" in result:
        return {"reports": [_marked(row, calendar) for row in result["reports"]]}
    days = [
        day_of(value) if isinstance(value, datetime) else value
        for name, value in result.items()
        if name != "until"
    ]
    marks = {"provisional": True} if any(map(calendar.is_provisional, days)) else {}
    return {name: value.isoformat() for name, value in result.items()} | marks


def run(
    files: Sequence[str], stdin: BinaryIO, stdout: TextIO, stderr: TextIO, calendar: WorkCalendar
) -> int:
    """Print the results of the files as `split` does, and return its exit code.

    0 computed; 2 a file is invalid or none was given; 3 a file cannot be read or is not JSON. One
    file prints its list, several one object keyed by file name; `-` is standard input.
    """
    answers: dict[str, object] = {}
    codes = {OK if files else INVALID}
    for name in dict.fromkeys(files):
        results, issues, code = _answer(name, stdin, calendar)
        answers[name] = {"errors": [asdict(issue) for issue in issues]} if issues else results
        codes.add(code)
        for issue in issues:
            print(f"{name}: {issue.pointer}: {issue.message} [{issue.code}]", file=stderr)
    if not files:
        print("请给出文件名（- 为标准输入）", file=stderr)
    elif len(files) > 1 or codes == {OK}:
        answer = answers if len(files) > 1 else answers[files[0]]
        print(json.dumps(answer, ensure_ascii=False, indent=2), file=stdout)
    return max(codes)


def _answer(
    name: str, stdin: BinaryIO, calendar: WorkCalendar
) -> tuple[list[Result], list[Issue], int]:
    try:
        raw = stdin.read() if name == "-" else Path(name).read_bytes()
        content = json.loads(
            raw.decode("utf-8-sig"), object_pairs_hook=_Object, parse_constant=_refuse_constant
        )
    except OSError as error:
        return [], [Issue("", "file", f"无法读取：{error.strerror}")], UNREADABLE
    except json.JSONDecodeError as error:
        message = f"不是 JSON：第 {error.lineno} 行第 {error.colno} 列"
        return [], [Issue("", "json", message)], UNREADABLE
    except (ValueError, RecursionError):
        return [], [Issue("", "json", "不是 JSON：编码、数值或嵌套层次有误")], UNREADABLE
    results, issues = compute(content, calendar)
    return results, issues, INVALID if issues else OK


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
