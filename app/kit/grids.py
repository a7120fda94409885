"""Tables in: an .xlsx or .csv file, or what was pasted from Excel, as rows of plain texts.

What a file is, its bytes say, not its name. Texts may be UTF-8 with or without its mark, UTF-16 as
Excel saves it, or GB18030.
"""

import csv
from collections.abc import Iterable
from io import StringIO

from app.errors import Invalid
from app.kit import xlsx
from app.kit.files import Upload
from app.kit.xlsx import MAX_COLUMNS, MAX_LETTERS, MAX_ROWS, Row

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
_UNPRINTABLE = frozenset(map(chr, range(32))) - set("\t\r\n\x0b\x0c")


def read(file: Upload) -> list[Row]:
    """The rows of a file that hold something; Invalid, in Chinese, for what cannot be read."""
    if file.data.startswith(_OLE):
        raise Invalid.at(
            "/file",
            "kind",
            "这是旧版 .xls 或加了密码的文件，请在 Excel 或 WPS 中另存为 .xlsx 后再上传",
        )
    if file.data.startswith(_ZIP):
        return _bounded(xlsx.rows(file.data), "/file")
    return _separated(_decoded(file.data), "/file")


def pasted(text: str) -> list[Row]:
    """The rows of a piece of a sheet: cells parted by tabs."""
    return _separated(text, "/pasted")


def _decoded(data: bytes) -> str:
    encodings = [name for mark, name in _MARKS.items() if data.startswith(mark)]
    for encoding in [*encodings, "utf-8", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _UNPRINTABLE.isdisjoint(text):
            return text
    raise Invalid.at("/file", "kind", "不是能读的表格；可上传 .xlsx，或 UTF-8、GB18030 编码的 .csv")


def _separated(text: str, pointer: str) -> list[Row]:
    if not _UNPRINTABLE.isdisjoint(text):
        raise Invalid.at(pointer, "kind", "内容里有不能显示的字符，请从 Excel 或 WPS 中重新复制")
    first = text.lstrip("\r\n").partition("\n")[0]
    parted_by = max("\t,;", key=first.count) if pointer == "/file" else "\t"
    lines = csv.reader(StringIO(text, newline=""), delimiter=parted_by)
    try:
        return _bounded(_numbered(lines), pointer)
    except csv.Error as error:
        raise Invalid.at(pointer, "kind", "单元格过长或引号不成对，请核对后再试") from error


def _numbered(lines: Iterable[list[str]]) -> Iterable[Row]:
    for number, cells in enumerate(lines, 1):
        kept = [cell[: MAX_LETTERS + 1].strip() for cell in cells]
        while kept and not kept[-1]:
            kept.pop()
        if kept:
            yield number, kept


def _bounded(rows: Iterable[Row], pointer: str) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        if len(found) == MAX_ROWS:
            raise Invalid.at(pointer, "rows", f"一次最多 {MAX_ROWS} 行，请拆成几次导入")
        if len(row[1]) > MAX_COLUMNS:
            raise Invalid.at(pointer, "columns", f"最多读 {MAX_COLUMNS} 列，请删去多余的列")
        found.append(row)
    if not found:
        raise Invalid.at(pointer, "empty", "没有读到内容")
    return found
