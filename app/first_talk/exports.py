"""首谈台账 as .xlsx: the rows that the reader may see, as the register shows them; logged."""

from datetime import date

from app.first_talk import register
from app.first_talk.register_schemas import RightFilter, RowView
from app.first_talk.rights import GRANTED
from app.kit import sheets
from app.kit.filters import local
from app.kit.sheets import Cell, Column, Sheet
from app.kit.work import Work, use_case

TITLE = "首谈台账"
MOST = 5000
COLUMNS = (
    Column("凭证号", 22),
    Column("企业", 28),
    Column("大类", 22),
    Column("首谈单位", 12),
    Column("状态", 10),
    Column("预警", 8),
    Column("首报时间", 18),
    Column("保护起始", 12),
    Column("名义截止", 12),
    Column("有效截止", 12),
    Column("备注", 18),
    Column("剩余（天）", 8),
    Column("投资（亿元）", 12),
    Column("被查询（次）", 8),
)


@use_case("first_talk.export", *register.READERS, reads=True, confidential=True)
def file(work: Work, command: RightFilter) -> tuple[str, bytes]:
    """Name and bytes; the sheet says who made it, when, and what it leaves out."""
    rows, total = register.listed(work, command, MOST), register.count(work, command)
    left_out = f"，只列前 {MOST} 项" if total > MOST else ""
    lines = [
        f"{work.actor.district_name} {work.actor.name} {local(work.now)} 导出",
        f"当前筛选 {total} 项{left_out}；他区首谈只列编号、大类、单位和期限",
    ]
    sheet = Sheet(TITLE, lines, COLUMNS, [_cells(row, work.today) for row in rows])
    return f"{TITLE}-{work.actor.district_name}-{work.today}.xlsx", sheets.xlsx(sheet)


def _cells(row: RowView, today: date) -> list[Cell]:
    window = row.window if row.state in GRANTED else None
    yuan = row.amount if row.currency == "CNY" else None
    return [
        row.number,
        row.enterprise_name or "他区首谈",
        f"{row.division.code} {row.division.label}",
        row.district.label,
        row.state.label,
        row.colour.label if row.colour else None,
        local(row.first_reported_at) if row.first_reported_at else None,
        window.start if window else None,
        window.nominal_end if window else None,
        window.effective_end if window else None,
        "待节假日安排公布" if window and window.provisional else None,
        (window.effective_end - today).days if window else None,
        sheets.in_yi(yuan) if yuan is not None else None,
        row.questions or None,
    ]
