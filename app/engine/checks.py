"""Rules of validation that tie several keys of a scheme together.

Each check speaks only of keys that could be read: a value broken in type is not examined further.
Source: scheme v1, A4-A8, B2, B7, B9, B14.
"""

from collections.abc import Iterable

from app.engine.scheme_reader import SchemeReader
from app.engine.terms import Calendar, Negative, Rule, Stocks, Trigger

YEAR_COUNTED = (Trigger.DATE, Trigger.RECOVERED)


def check_scheme(reader: SchemeReader) -> None:
    """Every check of one scheme."""
    if not isinstance(reader.node.value, dict):
        return
    _one_of_split_and_tiers(reader)
    _ladder(reader)
    _tiers(reader)
    _duplicates(reader)
    _overflows(reader)
    _calendar(reader)
    _indicator_calendars(reader)
    _extension(reader)
    _stocks(reader)
    _eligibility(reader)


def _one_of_split_and_tiers(reader: SchemeReader) -> None:
    if ("split" in reader.found) == ("tiers" in reader.found):
        reader.node.refuse("exclusive", "“split”与“tiers”须写其一，且只写其一")


def _ladder(reader: SchemeReader) -> None:
    node = reader.found.get("split")
    if node is None or not isinstance(node.value, list):
        return
    if not node.value:
        node.refuse("ladder", "分享比例为空")
        return
    spans = reader.clauses.spans
    due: int | None = 1
    for place, (at, span) in enumerate(spans):
        later = place + 1 < len(spans)
        if span is None:
            due = None
            continue
        first, last = span
        if due is not None and first != due:
            reader.findings.add(at, "ladder", f"应从第 {due} 年起，现从第 {first} 年起")
        elif not later:
            _ladder_reaches_the_end(reader, at, last)
        if last is None and later:
            reader.findings.add(f"{at}/years", "years", "不设终期的一档之后不能再有别的档")
        due = None if last is None else last + 1


def _ladder_reaches_the_end(reader: SchemeReader, at: str, last: int | None) -> None:
    term = reader.scheme.term
    if last is None or not reader.sound("term"):
        return
    if term is None:
        reader.findings.add(at, "ladder", "没有分享期，最后一档的止年应为 null")
    elif last < term.longest:
        reader.findings.add(
            at, "ladder", f"最后一档止于第 {last} 年，分享期最长到第 {term.longest} 年"
        )


def _tiers(reader: SchemeReader) -> None:
    node = reader.found.get("tiers")
    if node is None or not isinstance(node.value, list):
        return
    if not node.value:
        node.refuse("tiers", "分档为空")
        return
    reached = 0
    limits = reader.clauses.limits
    for place, (upto, limit) in enumerate(limits):
        if upto is None or (limit is None and upto.value is not None):
            continue
        last = place + 1 == len(limits)
        if last != (limit is None):
            upto.refuse("tiers", "只有最后一档、且最后一档须写 null（不设上限）")
        elif limit is not None and limit <= reached:
            upto.refuse("tiers", "各档上限须大于零并逐档升高")
        reached = limit if limit is not None else reached


def _duplicates(reader: SchemeReader) -> None:
    scheme = reader.scheme
    named: list[tuple[str, list[tuple[str, str]]]] = [
        ("party", [(item.party, item.clause.at) for item in scheme.recover]),
        ("name", [(item.name, item.clause.at) for item in scheme.deduct]),
        ("party", [(item.party, item.clause.at) for item in scheme.cap]),
    ]
    for key, rows in named:
        _repeated(reader, key, rows)
    _repeated(
        reader,
        "name",
        [
            (item.name, f"{scheme.at}/indicators/{place}")
            for place, item in enumerate(scheme.indicators or ())
        ],
    )


def _repeated(reader: SchemeReader, key: str, rows: Iterable[tuple[str, str]]) -> None:
    seen: set[str] = set()
    for name, at in rows:
        if name in seen:
            reader.findings.add(f"{at}/{key}", "duplicate", f"“{name}”重复")
        seen.add(name)


def _overflows(reader: SchemeReader) -> None:
    capped: set[str] = set()
    for item in reader.scheme.cap:
        if item.overflow in capped and item.overflow != item.party:
            reader.findings.add(
                f"{item.clause.at}/overflow",
                "overflow",
                f"“{item.overflow}”自己的封顶写在前面，溢出给它会超过其封顶",
            )
        capped.add(item.party)


def _calendar(reader: SchemeReader) -> None:
    scheme, calendar = reader.scheme, reader.scheme.calendar
    if not reader.sound("calendar"):
        return
    misplaced = _misplaced(calendar)
    for key in misplaced:
        reader.findings.add(f"{calendar.at}/{key}", "calendar", f"此处不能写“{key}”")
    by_date = calendar.rule is Rule.ENTRY_DATE
    if by_date and calendar.trigger is Trigger.DATE and calendar.start is None:
        reader.findings.add(calendar.at, "calendar", "按入库日期计算须写明起算日“start”")
    if by_date:
        for key in ("baseline", "guarantee", "tiers"):
            member = reader.found.get(key)
            if member is not None and member.value:
                member.refuse("calendar", "按入库日期计算时没有约定的“每年”，不能用此条款")
    _trigger(reader)
    if (
        calendar.trigger not in YEAR_COUNTED
        and scheme.before_start is None
        and reader.sound("term")
    ):
        reader.findings.add(
            calendar.at, "missing", "须写明起算前的款项归谁：“before”或“term.after”"
        )


def _misplaced(calendar: Calendar) -> list[str]:
    """Keys of the calendar that its rule or trigger does not allow."""
    dated = calendar.trigger is Trigger.DATE
    keys = []
    if calendar.fiscal_year_one is not None and (calendar.rule is Rule.ENTRY_DATE or not dated):
        keys.append("fiscal_year_one")
    if calendar.start is not None and (calendar.rule is Rule.FISCAL_YEAR or not dated):
        keys.append("start")
    return keys


def _trigger(reader: SchemeReader) -> None:
    calendar = reader.scheme.calendar
    if calendar.trigger is not Trigger.RECOVERED:
        return
    if calendar.rule is Rule.ENTRY_DATE:
        reader.findings.add(
            f"{calendar.at}/start_trigger", "calendar", "以投入收回起算只能按财政年度计算"
        )
    if not reader.scheme.recover and reader.sound("recover"):
        reader.node.refuse("missing", "以投入收回起算须有“recover”")


def _indicator_calendars(reader: SchemeReader) -> None:
    main = reader.scheme.calendar
    for place, item in enumerate(reader.scheme.indicators or ()):
        at = f"{reader.node.at}/indicators/{place}"
        calendar = item.calendar or main
        if not reader.sound("calendar", "indicators") or item.term is None:
            continue
        if calendar.rule is Rule.ENTRY_DATE or calendar.trigger is Trigger.RECOVERED:
            reader.findings.add(
                f"{at}/calendar", "calendar", "指标按财政年度填报，须另写按财政年度的日历"
            )
        elif item.calendar is not None:
            for key in _misplaced(item.calendar):
                reader.findings.add(f"{at}/calendar/{key}", "calendar", f"此处不能写“{key}”")
            if item.calendar.trigger is Trigger.DATE and item.calendar.fiscal_year_one is None:
                reader.findings.add(f"{at}/calendar", "calendar", "须写明“fiscal_year_one”")


def _extension(reader: SchemeReader) -> None:
    term = reader.found.get("term")
    if term is None or not isinstance(term.value, dict) or "extend" not in term.value:
        return
    cap = reader.found.get("cap")
    if cap is None or cap.value == []:
        term.child("extend", None).refuse("extend", "以未封顶为条件的延长须有“cap”")


def _stocks(reader: SchemeReader) -> None:
    scheme = reader.scheme
    if not isinstance(scheme.baseline, Stocks) or not reader.sound("negative"):
        return
    if scheme.negative is not Negative.SHARE:
        reader.node_of("negative").refuse("value", "分地存量须写“negative”为“share”")


def _eligibility(reader: SchemeReader) -> None:
    if reader.scheme.eligibility is not None and "term" not in reader.found:
        reader.node.refuse("missing", "有准入条件“eligibility”须有“term”")
