"""首谈统计: what became of rights, by district, over any period; each number is a filtered list.

A right counts in the period in which it was granted or ended, as time has it, written or not; the
median is of the days from the grant to the contract. The rows are those that the reader sees in
full: one's own and shared ones, for the city's coordinator all.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from statistics import median
from urllib.parse import urlencode

from app.districts import service as districts
from app.first_talk import register
from app.first_talk.register_schemas import RightFilter
from app.first_talk.rights import State
from app.first_talk.statistics_schemas import Figure, Period, Statistics, StatisticsRow
from app.kit import sheets
from app.kit.filters import local
from app.kit.schemas import CodeLabel
from app.kit.sheets import Cell, Column, Sheet
from app.kit.work import Work, use_case

TITLE = "首谈统计"
NOTE = "未谈而终：到期或失效，保护期内没有一次实质进展。中位天数：取得首谈权到正式合同。"
LABELS = {
    "granted": "取得",
    "held": "期末保护中",
    "converted": "已签约",
    "expired": "到期",
    "lapsed": "失效",
    "without_talks": "未谈而终",
    "otherwise": "其他结束",
}
_OTHERWISE = (State.RELEASED, State.ENTERPRISE_LEFT, State.TRANSFERRED, State.REVOKED)

Conditions = dict[str, str]


@use_case("first_talk.statistics", *register.READERS, reads=True)
def statistics(work: Work, command: Period) -> Statistics:
    """A row per district that has any figure, and all together."""
    first, last = command.first or date(work.today.year, 1, 1), command.last or work.today
    asked = _conditions(first, last)
    found = {
        code: register.count_by_district(work, RightFilter.model_validate(one))
        for code, one in asked.items()
    }
    days = register.days_to_contract(work, RightFilter.model_validate(asked["converted"]))
    present = {id for counted in found.values() for id in counted}
    return Statistics(
        first=first,
        last=last,
        rows=[
            StatisticsRow(
                district=CodeLabel(code=one.id, label=one.name),
                figures=_figures(found, asked, one.id),
                median_days=_median(days.get(one.id, [])),
            )
            for one in districts.districts(work)
            if one.id in present
        ],
        total=StatisticsRow(
            district=None,
            figures=_figures(found, asked),
            median_days=_median([one for some in days.values() for one in some]),
        ),
    )


@use_case("first_talk.export_statistics", *register.READERS, reads=True, confidential=True)
def file(work: Work, command: Period) -> tuple[str, bytes]:
    """The same as .xlsx: name and bytes; the export is logged and says who made it."""
    found = statistics(work, command)
    period = f"{found.first} 至 {found.last}"
    sheet = Sheet(
        TITLE,
        [f"{period}　{exported(work)}", NOTE],
        [Column("单位", 16), *(Column(one, 10) for one in (*LABELS.values(), "中位天数"))],
        [_cells(row) for row in (*found.rows, found.total)],
    )
    return f"{TITLE}-{found.first}-{found.last}.xlsx", sheets.xlsx(sheet)


def exported(work: Work) -> str:
    """Who made an export, and when: its watermark."""
    return f"{work.actor.district_name} {work.actor.name} {local(work.now)} 导出"


def _conditions(first: date, last: date) -> dict[str, Conditions]:
    """What each figure counts, as the register is asked for it."""
    ended = {"ended_from": first.isoformat(), "ended_to": last.isoformat()}
    return {
        "granted": {"granted_from": first.isoformat(), "granted_to": last.isoformat()},
        "held": {"held_on": last.isoformat()},
        "converted": {"state": State.CONVERTED.value, **ended},
        "expired": {"state": State.EXPIRED.value, **ended},
        "lapsed": {"state": State.LAPSED.value, **ended},
        "without_talks": {"without_talks": "true", **ended},
        "otherwise": {"state": ",".join(one.value for one in _OTHERWISE), **ended},
    }


def _figures(
    found: Mapping[str, Mapping[str, int]], asked: Mapping[str, Conditions], district_id: str = ""
) -> list[Figure]:
    """The figures of a district, or of all."""
    return [
        Figure(
            code=code,
            label=label,
            number=found[code].get(district_id, 0) if district_id else sum(found[code].values()),
            href="/first-talk?" + urlencode(asked[code] | _of(district_id)),
        )
        for code, label in LABELS.items()
    ]


def _of(district_id: str) -> Conditions:
    return {"district": district_id} if district_id else {}


def _median(days: list[int]) -> Decimal | None:
    return Decimal(median(days)) if days else None


def _cells(row: StatisticsRow) -> list[Cell]:
    name = row.district.label if row.district else "合计"
    return [name, *(figure.number for figure in row.figures), row.median_days]
