"""Workbooks whose formulas live on: pages of cells, each with the look of what it is.

Only a `Formula` is ever a formula; text stays text whatever it begins with. A formula carries the
value it had when it was written, for programs that do not calculate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from app.kit.sheets import LITERAL


class Look(Enum):
    """What a cell is, and so how it looks."""

    TITLE = {"bold": True, "font_size": 16}
    HEAD = {
        "bold": True,
        "border": 1,
        "align": "center",
        "valign": "vcenter",
        "bg_color": "#F8F9FB",
    }
    SECTION = {"bold": True, "font_size": 12, "top": 1}
    TEXT = {"valign": "vcenter", "text_wrap": True}
    NOTE = {"font_color": "#636D7E", "valign": "vcenter"}
    WARNING = {"font_color": "#8A5000", "bg_color": "#FFF4E0", "text_wrap": True}
    WHOLE = {"valign": "vcenter", "num_format": "0;-0;0"}
    YUAN = {"valign": "vcenter", "num_format": "#,##0.00;-#,##0.00;0.00"}
    NUMBER = {"valign": "vcenter", "num_format": "#,##0.######"}
    TOTAL = {"valign": "vcenter", "num_format": "#,##0.00;-#,##0.00;0.00", "bold": True, "top": 1}
    INPUT = {
        "num_format": "#,##0.00########",
        "bg_color": "#EAF1FD",
        "border": 1,
        "border_color": "#868F9F",
    }
    CHECK = {"valign": "vcenter", "num_format": '0;[Red]-0;"—"', "font_color": "#636D7E"}


@dataclass(frozen=True)
class Formula:
    """A formula without its equals sign, and the value that it has now."""

    text: str
    value: int | Decimal | str


Content = str | int | Decimal | Formula
Row = Sequence[tuple[Content, Look] | None]


@dataclass(frozen=True)
class Page:
    """One sheet: how wide its columns are, its rows, and how many of them stay in sight."""

    title: str
    widths: Sequence[int]
    rows: Sequence[Row]
    frozen: int = 0


def address(page: str, row: int, column: int) -> str:
    """Where a cell stands, from any page of the workbook."""
    return f"'{page}'!{xl_rowcol_to_cell(row, column, True, True)}"


def workbook(pages: Sequence[Page]) -> bytes:
    """The pages as a file."""
    out = BytesIO()
    book = Workbook(out, LITERAL)
    formats = {look: book.add_format(look.value) for look in Look}
    for page in pages:
        _write(book.add_worksheet(page.title), page, formats)
    book.close()
    return out.getvalue()


def _write(sheet: Worksheet, page: Page, formats: dict[Look, Format]) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    for column, width in enumerate(page.widths):
        sheet.set_column(column, column, width)
    if page.frozen:
        sheet.freeze_panes(page.frozen, 0)
    for row, cells in enumerate(page.rows):
        for column, cell in enumerate(cells):
            if cell is not None:
                _put(sheet, row, column, cell[0], formats[cell[1]])


def _put(sheet: Worksheet, row: int, column: int, content: Content, look: Format) -> None:
    if isinstance(content, Formula):
        sheet.write_formula(row, column, f"={content.text}", look, content.value)
    elif isinstance(content, str):
        sheet.write_string(row, column, content, look)
    else:
        sheet.write_number(row, column, content, look)
