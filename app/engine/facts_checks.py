"""Rules of validation that tie the facts to the scheme.

Source: scheme v1, A4, A5, A8, B2, B7, B14, B18.
"""

from app.engine.contract_years import clock_of
from app.engine.facts import Facts
from app.engine.facts_reading import FactsReader
from app.engine.terms import Rule, Stocks, Trigger

WHOLE_YEARS = ("annual", "collected")
DATED = ("entries", "gross")


def check_facts(reader: FactsReader, facts: Facts) -> None:
    """Every check of facts against their scheme."""
    if not isinstance(reader.node.value, dict):
        return
    if reader.reader.sound("calendar"):
        before = len(reader.node.findings.issues)
        _calendar(reader)
        if len(reader.node.findings.issues) == before:
            _before_start(reader, facts)
        _opening_calendar(reader, facts)
    _before_opening(reader, facts)
    _collected(reader, facts)
    _pre_move(reader, facts)


def _calendar(reader: FactsReader) -> None:
    calendar = reader.scheme.calendar
    for key in WHOLE_YEARS:
        if key not in reader.found:
            continue
        if calendar.rule is Rule.ENTRY_DATE:
            reader.found[key].refuse("calendar", "按入库日期计算须有逐笔的入库日期")
        elif calendar.trigger is Trigger.FIRST_TAX:
            reader.found[key].refuse("calendar", "以首笔税收起算须有逐笔的入库日期")
    undated = (
        calendar.rule is Rule.FISCAL_YEAR
        and calendar.trigger is Trigger.DATE
        and calendar.fiscal_year_one is None
    )
    if undated and any(key in reader.found for key in DATED):
        reader.node.findings.add(calendar.at, "calendar", "逐笔入库须写明“fiscal_year_one”")


def _opening_calendar(reader: FactsReader, facts: Facts) -> None:
    calendar = reader.scheme.calendar
    if facts.opening is None:
        return
    findings = reader.node.findings
    if calendar.trigger is not Trigger.DATE:
        findings.add(f"{calendar.at}/start_trigger", "calendar", "有期初余额时须写明已确定的起算日")
    elif calendar.fiscal_year_one is None and calendar.start is None:
        findings.add(calendar.at, "calendar", "有期初余额时须写明“fiscal_year_one”或“start”")


def _before_start(reader: FactsReader, facts: Facts) -> None:
    """Money dated before the start needs somebody named to receive it."""
    scheme = reader.scheme
    if scheme.before_start is not None or not reader.reader.sound("term"):
        return
    clock = clock_of(scheme.calendar, facts)
    for entry in facts.entries if clock.started else ():
        if clock.of(entry) < 1:
            reader.node.findings.add(
                entry.at, "before_start", "起算前的款项：没有分享期，未写明归谁"
            )


def _before_opening(reader: FactsReader, facts: Facts) -> None:
    for entry in facts.entries:
        if facts.opening is not None and entry.fiscal_year < facts.opening.as_of:
            reader.node.findings.add(
                entry.at, "before_opening", f"早于期初年度 {facts.opening.as_of}"
            )


def _collected(reader: FactsReader, facts: Facts) -> None:
    """Stocks of each territory need what each territory collected."""
    if not isinstance(reader.scheme.baseline, Stocks) or facts.collected is not None:
        return
    gross = reader.found.get("gross")
    if gross is None:
        reader.node.refuse("missing", "分地存量须有各地入库数“collected”")
        return
    for place, item in enumerate(gross.value if isinstance(gross.value, list) else ()):
        if isinstance(item, dict) and "territory" not in item:
            gross.child(place, item).refuse("missing", "分地存量须逐笔写明“territory”")


def _pre_move(reader: FactsReader, facts: Facts) -> None:
    """Eligibility is tested on the years up to the last one before the move."""
    rule = reader.scheme.eligibility
    if rule is None or (rule.years_before is None and rule.last_year_gte is None):
        return
    node = reader.found.get("pre_move")
    if node is None:
        reader.node.refuse("missing", "准入条件须有迁移前各年数“pre_move”")
        return
    last = max(facts.pre_move, default=0)
    needed = range(last - (rule.years_before or 1) + 1, last + 1)
    absent = [str(year) for year in needed if year not in facts.pre_move]
    if absent and isinstance(node.value, dict):
        node.refuse("missing", f"缺少迁移前年度：{'、'.join(absent)}")
