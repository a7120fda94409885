"""Warnings of a run, and whether its facts are complete.

A run marked final needs `incomplete(...)` to be empty; all other warnings tell the reader what the
order of the terms did. Source: scheme v1, A9 and C2.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from app.engine.attribution import events_missing
from app.engine.pipeline import Evaluation
from app.engine.sentences import yuan
from app.engine.sheet import Outside, Sheet
from app.engine.trace import Working

INCOMPLETE = frozenset({"gap_year", "series_unreached", "event_missing"})


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning: a stable code and a Chinese sentence."""

    code: str
    message: str


def notices(evaluation: Evaluation, final_year: int | None = None) -> tuple[Notice, ...]:
    """All warnings of a run with its working, in the order of the years.

    `final_year` is the fiscal year that a final run is made for: gaps count up to it.
    """
    found: list[Notice] = []
    for sheet in evaluation.sheets:
        found += _of_sheet(sheet)
        if isinstance(sheet.record, Working):
            found += [Notice(*warning) for warning in sheet.record.warnings]
    found += _two_slices(evaluation)
    found += _cap_room_left(evaluation)
    found += _gap_years(evaluation, final_year)
    found += _series_unreached(evaluation)
    found += [
        Notice("event_missing", f"尚未起算：缺少“{event}”的日期")
        for event in events_missing(evaluation)
    ]
    return tuple(found)


def incomplete(found: tuple[Notice, ...]) -> tuple[Notice, ...]:
    """Those warnings that forbid a final run."""
    return tuple(notice for notice in found if notice.code in INCOMPLETE)


def _of_sheet(sheet: Sheet) -> Iterator[Notice]:
    year, base = sheet.slice.fiscal_year, sheet.slice.base
    if sheet.outside is not None:
        if sheet.outside is Outside.BEFORE and base:
            yield Notice("before_start", f"{year} 年度有 {yuan(base)} 入库早于起算，全部归约定方")
        return
    if sheet.extended:
        yield Notice(
            "extended", f"{year} 年度因封顶未满，分享期延长到合同第 {sheet.slice.contract_year} 年"
        )
    if sheet.carried_out and (any(sheet.due) or sheet.topup):
        yield Notice("negative_year_due", f"{year} 年度为负并结转，当年的兑现或保底照常计算")


def _two_slices(evaluation: Evaluation) -> list[Notice]:
    counted = Counter(sheet.slice.fiscal_year for sheet in evaluation.sheets)
    return [
        Notice("two_slices", f"{year} 年度跨两个合同年度，分别计算、分别取整到分")
        for year, count in sorted(counted.items())
        if count > 1
    ]


def _cap_room_left(evaluation: Evaluation) -> list[Notice]:
    if not evaluation.memory.ended:
        return []
    return [
        Notice("cap_room_left", f"分享期满，“{item.party}”的封顶还余 {yuan(room)}")
        for item, room in zip(evaluation.scheme.cap, evaluation.memory.rooms, strict=True)
        if room is not None and room > 0
    ]


def live_years(evaluation: Evaluation, fiscal_year: int, room: bool) -> tuple[int, ...]:
    """The live contract years a fiscal year touches, given whether a cap has room."""
    clock, term = evaluation.clock, evaluation.scheme.term
    if not clock.started or not evaluation.eligible:
        return ()
    recovering = evaluation.recovering
    last = None if term is None else term.longest if room else term.years
    return tuple(
        year
        for year in clock.within(fiscal_year)
        if (recovering or year >= 1) and (last is None or year <= last)
    )


def _gap_years(evaluation: Evaluation, final_year: int | None) -> Iterator[Notice]:
    """Fiscal years without a fact, in which a contract year would have been live."""
    present = {sheet.slice.fiscal_year: sheet for sheet in evaluation.sheets}
    first, last = _span(evaluation, final_year)
    room = any(fen > 0 for fen in evaluation.opening_rooms)
    for year in range(first, last + 1):
        if year in present:
            sheet = present[year]
            room = room if sheet.closed else sheet.room_for_extension
            continue
        live = live_years(evaluation, year, room)
        if live:
            yield Notice("gap_year", _gap_message(evaluation, year, live[-1]))


def _span(evaluation: Evaluation, final_year: int | None) -> tuple[int, int]:
    """The first and last fiscal year that must have facts."""
    present = [sheet.slice.fiscal_year for sheet in evaluation.sheets]
    opening, first = evaluation.facts.opening, evaluation.clock.first_year
    if opening is not None:
        first = opening.as_of
    elif first is None or evaluation.recovering:
        first = min(present, default=0)
    return first, max([*present, *([final_year] if final_year is not None else [])], default=-1)


def _gap_message(evaluation: Evaluation, year: int, contract_year: int) -> str:
    scheme = evaluation.scheme
    floors = [
        f"{item.party}保底 {yuan(item.per_year)}"
        for item in scheme.guarantee
        if contract_year >= item.from_year
    ]
    dues = [f"{item.name} {yuan(item.due_in(year))}" for item in scheme.deduct if item.due_in(year)]
    due = "、".join([*floors, *dues])
    settled = "；没有收入请填 0.00"
    return f"{year} 年度在分享期内而没有数据" + (f"，应计：{due}" if due else "") + settled


def _series_unreached(evaluation: Evaluation) -> Iterator[Notice]:
    """兑现 of a year that is past, or can never be live, and that no live slice reached."""
    reached = {sheet.slice.fiscal_year for sheet in evaluation.sheets if not sheet.closed}
    last = max((sheet.slice.fiscal_year for sheet in evaluation.sheets), default=-1)
    opening = evaluation.facts.opening
    for item in evaluation.scheme.deduct:
        for year, _ in item.series:
            if year in reached or (opening is not None and year < opening.as_of):
                continue
            never = evaluation.clock.started and not live_years(evaluation, year, room=True)
            if year <= last or never:
                yield Notice(
                    "series_unreached", f"“{item.name}”{year} 年的金额没有进入任何分享年度"
                )
