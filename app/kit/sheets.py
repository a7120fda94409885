"""Excel out: tables of figures as .xlsx; workbooks with formulas are in `workbooks.py`.

What people typed stays text: a cell that begins with `=`, `+`, `-` or `@` is never a formula, and
an address never a link. Amounts are numbers already in the unit that the head names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from app.money import Money

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LITERAL = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}

Cell = str | int | Decimal | date | None


@dataclass(frozen=True)
class Column:
    """A column: its head, and how many characters wide."""

    title: str
    width: int


@dataclass(frozen=True)
class Sheet:
    """A table for print: a title and lines across it, then the heads and the rows."""

    title: str
    lines: Sequence[str]
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


def xlsx(sheet: Sheet) -> bytes:
    """The sheet as a file: A4 across, one page wide, heads repeated."""
    out = BytesIO()
    book = Workbook(out, LITERAL)
    page = book.add_worksheet(sheet.title[:31])
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    _head(book, page, sheet)
    _body(book, page, sheet)
    book.close()
    return out.getvalue()


def _head(book: Workbook, page: Worksheet, sheet: Sheet) -> None:
    title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    plain = book.add_format({"text_wrap": True, "valign": "vcenter"})
    last = len(sheet.columns) - 1
    page.merge_range(0, 0, 0, last, sheet.title, title)
    for n, line in enumerate(sheet.lines, start=1):
        page.merge_range(n, 0, n, last, line, plain)


def _body(book: Workbook, page: Worksheet, sheet: Sheet) -> None:
    boxed = {"border": 1, "text_wrap": True, "valign": "vcenter"}
    head = book.add_format({**boxed, "bold": True, "align": "center"})
    cell, day = book.add_format(boxed), book.add_format({**boxed, "num_format": "yyyy-mm-dd"})
    top = 1 + len(sheet.lines)
    for n, column in enumerate(sheet.columns):
        page.set_column(n, n, column.width)
        page.write_string(top, n, column.title, head)
    for below, row in enumerate(sheet.rows, start=top + 1):
        for n, value in enumerate(row):
            page.write(below, n, value, day if isinstance(value, date) else cell)
    page.repeat_rows(top)
    page.freeze_panes(top + 1, 2)


def in_yi(amount: Money) -> Decimal:
    """An amount in 亿元, exact."""
    return Decimal(amount.fen) / 10**10
