"""A workbook in: the first visible sheet of an .xlsx file as rows of plain texts.

The file is not trusted. It is read as a stream with an end to everything: bytes unpacked, rows,
columns, letters in a cell. Macros, encrypted files and document type declarations are refused,
formulas are never calculated: what counts is the result that was stored with them.

A number is what Excel shows of it (15 digits), a date cell is yyyy-mm-dd. A formula without a
result stays its own text, an error value too (`#N/A`): whoever reads the text says what is wrong.
"""

import re
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation, localcontext
from io import BytesIO
from posixpath import normpath
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from app.errors import Invalid

MAX_ROWS = 2000
MAX_COLUMNS = 60
MAX_LETTERS = 5000
MAX_UNPACKED = 40 * 1024 * 1024
_MAX_PARTS = 2000
_CHUNK = 64 * 1024
_DIGITS = 15
_LOST = Decimal(10) ** _DIGITS
_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_DATE_LETTERS = re.compile(r"[yd年日]", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")

Row = tuple[int, list[str]]
"""The number of the row in the sheet, and its cells."""


def rows(data: bytes) -> list[Row]:
    """The rows of the first visible sheet that hold something; Invalid for what is no .xlsx."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            package = _Package(archive)
            return _Sheet(package, _Book(package)).rows
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise _refused(
            "damaged", "文件已损坏或加密，请在 Excel 或 WPS 中另存为 .xlsx 后再上传"
        ) from error
    except (expat.ExpatError, UnicodeError, ValueError, IndexError) as error:
        raise _refused(
            "damaged", "文件内容不是有效的 Excel 工作表，请另存为 .xlsx 后再上传"
        ) from error


def _refused(code: str, message: str) -> Invalid:
    return Invalid.at("/file", code, message)


class _Package:
    """The parts of the file, unpacked up to a limit in all."""

    def __init__(self, archive: ZipFile) -> None:
        self.archive = archive
        self.left = MAX_UNPACKED
        self.names = {part.filename for part in archive.infolist()}
        if len(archive.infolist()) > _MAX_PARTS:
            raise _refused("bomb", "文件内部的部件过多，请另存为 .xlsx 后再上传")
        if any(name.lower().endswith("vbaproject.bin") for name in self.names):
            raise _refused("macros", "文件含有宏，请另存为不带宏的 .xlsx 后再上传")
        if "xl/workbook.xml" not in self.names:
            raise _refused("kind", "不是 .xlsx 工作簿，请在 Excel 或 WPS 中另存为 .xlsx 后再上传")

    def chunks(self, name: str) -> Iterator[bytes]:
        """One part, piece by piece; nothing when it is not there."""
        if name not in self.names:
            return
        with self.archive.open(name) as part:
            while chunk := part.read(_CHUNK):
                self.left -= len(chunk)
                if self.left < 0:
                    raise _refused("bomb", "文件解压后过大，请删去多余的行、列和工作表后再上传")
                yield chunk


class _Reader:
    """A part read as a stream: subclasses have `start_x` and `end_x` for elements x."""

    def __init__(self, package: _Package, name: str) -> None:
        self.text: list[str] = []
        self.letters = 0
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._no_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._letters
        for chunk in package.chunks(name):
            parser.Parse(chunk, False)
        if name in package.names:
            parser.Parse(b"", True)

    def taken(self) -> str:
        """The text since the last call."""
        text = "".join(self.text)
        self.text.clear()
        self.letters = 0
        return text

    def _no_doctype(self, *_declared: object) -> None:
        raise _refused("doctype", "文件含有不允许的声明，请在 Excel 或 WPS 中另存为 .xlsx 后再上传")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        act = getattr(self, f"start_{name.rpartition(':')[2]}", None)
        if act is not None:
            act(attributes)

    def _end(self, name: str) -> None:
        act = getattr(self, f"end_{name.rpartition(':')[2]}", None)
        if act is not None:
            act()

    def _letters(self, text: str) -> None:
        """A cell that is longer than any field stays too long, but no longer than that."""
        if self.letters <= MAX_LETTERS:
            self.text.append(text[: MAX_LETTERS + 1])
            self.letters += len(text)


class _Links(_Reader):
    """The relations of the workbook: which part is meant by which id."""

    def __init__(self, package: _Package) -> None:
        self.targets: dict[str, str] = {}
        super().__init__(package, "xl/_rels/workbook.xml.rels")

    def start_Relationship(self, given: dict[str, str]) -> None:  # noqa: N802 - the element's name
        target = given.get("Target", "")
        place = target[1:] if target.startswith("/") else normpath(f"xl/{target}")
        self.targets[given.get("Id", "")] = place


class _Strings(_Reader):
    """The texts that cells share, without the phonetic guides beside them."""

    def __init__(self, package: _Package) -> None:
        self.all: list[str] = []
        self.guide = False
        self.parts: list[str] = []
        super().__init__(package, "xl/sharedStrings.xml")

    def start_si(self, _given: dict[str, str]) -> None:
        self.parts = []

    def end_si(self) -> None:
        self.all.append("".join(self.parts)[: MAX_LETTERS + 1])

    def start_rPh(self, _given: dict[str, str]) -> None:  # noqa: N802 - the element's name
        self.guide = True

    def end_rPh(self) -> None:  # noqa: N802 - the element's name
        self.guide = False

    def start_t(self, _given: dict[str, str]) -> None:
        self.taken()

    def end_t(self) -> None:
        text = self.taken()
        if not self.guide:
            self.parts.append(text)


class _Styles(_Reader):
    """Which styles show a date."""

    def __init__(self, package: _Package) -> None:
        self.dated_formats = set(_BUILT_IN_DATES)
        self.in_cells = False
        self.dated: list[bool] = []
        super().__init__(package, "xl/styles.xml")

    def start_numFmt(self, given: dict[str, str]) -> None:  # noqa: N802 - the element's name
        shown = _QUOTED.sub("", given.get("formatCode", ""))
        if _DATE_LETTERS.search(shown):
            self.dated_formats.add(int(given.get("numFmtId", "0")))

    def start_cellXfs(self, _given: dict[str, str]) -> None:  # noqa: N802 - the element's name
        self.in_cells = True

    def end_cellXfs(self) -> None:  # noqa: N802 - the element's name
        self.in_cells = False

    def start_xf(self, given: dict[str, str]) -> None:
        if self.in_cells:
            self.dated.append(int(given.get("numFmtId", "0")) in self.dated_formats)


class _Book(_Reader):
    """The workbook: its first visible sheet, and the day from which it counts."""

    def __init__(self, package: _Package) -> None:
        self.targets = _Links(package).targets
        self.since_1904 = False
        self.sheet = ""
        super().__init__(package, "xl/workbook.xml")
        if self.sheet not in package.names:
            raise _refused("empty", "工作簿里没有可见的工作表")

    def start_workbookPr(self, given: dict[str, str]) -> None:  # noqa: N802 - the element's name
        self.since_1904 = given.get("date1904") in ("1", "true")

    def start_sheet(self, given: dict[str, str]) -> None:
        if not self.sheet and given.get("state", "visible") == "visible":
            id = next((value for name, value in given.items() if name.endswith(":id")), "")
            self.sheet = self.targets.get(id, "")


class _Sheet(_Reader):
    """The rows of one sheet."""

    def __init__(self, package: _Package, book: _Book) -> None:
        self.rows: list[Row] = []
        self.strings, self.dated = _Strings(package).all, _Styles(package).dated
        self.epoch = _EPOCHS[book.since_1904]
        self.number, self.cells = 0, [""] * 0
        self.column, self.kind, self.style = 0, "", 0
        self.value, self.formula = "", ""
        super().__init__(package, book.sheet)

    def start_row(self, given: dict[str, str]) -> None:
        self.number = int(given.get("r") or self.number + 1)
        self.cells, self.column = [], 0

    def end_row(self) -> None:
        while self.cells and not self.cells[-1].strip():
            self.cells.pop()
        if self.cells:
            self.rows.append((self.number, self.cells))
        if len(self.rows) > MAX_ROWS:
            raise _refused("rows", f"一次最多 {MAX_ROWS} 行，请拆成几次导入")

    def start_c(self, given: dict[str, str]) -> None:
        place = _REFERENCE.fullmatch(given.get("r", ""))
        self.column = _column(place[1]) if place else self.column + 1
        self.kind, self.style = given.get("t", "n"), int(given.get("s") or 0)
        self.value = self.formula = ""

    def start_v(self, _given: dict[str, str]) -> None:
        self.taken()

    def end_v(self) -> None:
        self.value = self.taken()

    def start_f(self, _given: dict[str, str]) -> None:
        self.taken()

    def end_f(self) -> None:
        self.formula = self.taken() or "…"

    def start_t(self, _given: dict[str, str]) -> None:
        self.taken()

    def end_t(self) -> None:
        self.value += self.taken()

    def end_c(self) -> None:
        text = self._shown()
        if text and self.column > MAX_COLUMNS:
            raise _refused("columns", f"最多读 {MAX_COLUMNS} 列，请删去多余的列后再上传")
        if text:
            self.cells += [""] * (self.column - len(self.cells))
            self.cells[self.column - 1] = text

    def _shown(self) -> str:
        if not self.value:
            return f"={self.formula}" if self.formula else ""
        if self.kind == "s":
            return self.strings[int(self.value)]
        if self.kind != "n":
            return self.value
        dated = self.style < len(self.dated) and self.dated[self.style]
        return _number(self.value, self.epoch if dated else None)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _number(text: str, epoch: date | None) -> str:
    """A stored number as Excel shows it; one too long to be whole keeps its power of ten."""
    try:
        with localcontext(prec=_DIGITS):
            value = +Decimal(text)
    except InvalidOperation:
        return text
    if not value.is_finite() or abs(value) >= _LOST or value.adjusted() < -_DIGITS:
        return text
    if epoch is not None and 1 <= value < 2_900_000:
        return (epoch + timedelta(days=int(value))).isoformat()
    return f"{value.normalize():f}"
