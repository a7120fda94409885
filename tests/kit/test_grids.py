"""Tables in: the encodings and spellings that people have, and files that are meant to hurt."""

import random
from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest

from app.errors import Invalid
from app.kit import grids, xlsx
from app.kit.files import Upload
from app.kit.sheets import Column, Sheet
from app.kit.sheets import xlsx as written
from tests.workbooks import LINKS, TABLE, cell, damaged, sheet, workbook

ROWS = [(1, ["企业名称", "投资额"]), (2, ["甲包装有限公司", "1.2亿"])]


def read(data: bytes, name: str = "表.xlsx") -> list[tuple[int, list[str]]]:
    return grids.read(Upload(name, data))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_text_file_is_read_whatever_its_encoding(encoding: str):
    assert read(TABLE.encode(encoding), "表.csv") == ROWS


@pytest.mark.parametrize("mark", ["\t", ";", ","])
def test_cells_may_be_parted_by_tabs_commas_or_semicolons(mark: str):
    assert read(TABLE.replace(",", mark).encode(), "表.csv") == ROWS


def test_a_pasted_cell_may_have_lines_of_its_own():
    assert grids.pasted('名称\t备注\n甲\t"一\n二，""三"""\n\n\t\n') == [
        (1, ["名称", "备注"]),
        (2, ["甲", '一\n二，"三"']),
    ]


def test_a_workbook_is_read_as_excel_shows_it():
    strings = "<si><t>甲</t></si><si><r><t>乙</t></r><r><t>丙</t></r><rPh><t>yi</t></rPh></si>"
    cells = [
        '<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>',
        '<c r="A2"><v>0.28999999999999998</v></c><c r="C2"><v>13800000000</v></c>',
        '<c r="A3" s="1"><v>46082</v></c><c r="B3" s="2"><v>46082.5</v></c>',
        '<c r="A4"><v>5.1050419820101101E+17</v></c><c r="B4"><v>1E-99999</v></c>',
        '<c r="A5" t="e"><v>#N/A</v></c><c r="B5"><f>SUM(A1)</f></c>',
        '<c r="A6"><f>1+1</f><v>2</v></c><c t="str"><f>A1</f><v>丁</v></c><c t="b"><v>1</v></c>',
        "",
        cell("D8", "戊"),
    ]
    lines = "".join(f'<row r="{n}">{one}</row>' for n, one in enumerate(cells, 1))
    assert read(workbook(f"<worksheet>{lines}</worksheet>", strings)) == [
        (1, ["甲", "乙丙"]),
        (2, ["0.29", "", "13800000000"]),
        (3, ["2026-03-01", "2026-03-01"]),
        (4, ["5.1050419820101101E+17", "1E-99999"]),
        (5, ["#N/A", "=SUM(A1)"]),
        (6, ["2", "丁", "1"]),
        (8, ["", "", "", "戊"]),
    ]


def test_what_we_write_we_read():
    data = written(
        Sheet("标题", ["说明"], [Column("企业名称", 9), Column("额", 9)], [["甲", "=1"]])
    )
    assert read(data) == [(1, ["标题"]), (2, ["说明"]), (3, ["企业名称", "额"]), (4, ["甲", "=1"])]


def long(n: int) -> bytes:
    return workbook(sheet([["甲"]] * n))


def package(**parts: str) -> bytes:
    """A right workbook but for these parts, `/` written as `__`."""
    right = sheet([["甲"]])
    return workbook(right, **{name.replace("__", "/"): text for name, text in parts.items()})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: b"", "没有读到内容"),
        (lambda: b"\n\n,,\n", "没有读到内容"),
        (lambda: b"\xd0\xcf\x11\xe0old or sealed", "旧版 .xls"),
        (lambda: b"\x89PNG\r\n\x1a\n\x00\x00", "不是能读的表格"),
        (lambda: b"PK\x03\x04 not a zip", "已损坏或加密"),
        (lambda: package()[:-40], "已损坏或加密"),
        (lambda: workbook("<worksheet><row><c>"), "不是有效的 Excel"),
        (lambda: workbook('<x><row><c t="s"><v>9</v></c></row></x>'), "不是有效的 Excel"),
        (lambda: workbook("<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"), "不允许的声明"),
        (lambda: package(**{"xl/vbaProject.bin": "x"}), "含有宏"),
        (lambda: package(**{f"x__{n}": "" for n in range(2001)}), "部件过多"),
        (lambda: workbook("<x>" + " " * (xlsx.MAX_UNPACKED + 1)), "解压后过大"),
        (lambda: workbook("<x/>", "<si><t>" + "甲" * 14_000_000), "解压后过大"),
        (lambda: workbook(sheet([["甲"]] * (xlsx.MAX_ROWS + 1))), "一次最多 2000 行"),
        (lambda: b"x\n" * (xlsx.MAX_ROWS + 1), "一次最多 2000 行"),
        (lambda: workbook(f"<x><row>{cell('XFD1', '甲')}</row></x>"), "最多读 60 列"),
        (lambda: b"," * 60 + b"x", "最多读 60 列"),
        (lambda: b"x" * 200_000, "单元格过长"),
        (lambda: package(**{"xl/_rels/workbook.xml.rels": "<x/>"}), "没有可见的工作表"),
        (
            lambda: package(**{"xl/_rels/workbook.xml.rels": LINKS.replace("sheet1", "../../x")}),
            "可见",
        ),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(make: Callable[[], bytes], message: str):
    with pytest.raises(Invalid, match=message):
        read(make())


def test_a_cell_of_twenty_megabytes_stays_too_long_and_no_longer():
    data = workbook(f"<worksheet><row>{cell('A1', 'x' * 20_000_000)}</row></worksheet>")
    assert [len(one) for _, row in read(data) for one in row] == [xlsx.MAX_LETTERS + 1]


def test_a_damaged_file_is_read_or_refused():
    """400 of them; whatever else were raised would be a 500."""
    chance = random.Random(20260302)  # noqa: S311 - a seed, not a secret
    outcomes = set()
    for _ in range(400):
        try:
            outcomes.add(bool(read(damaged(chance))))
        except Invalid as refusal:
            outcomes.add(refusal.issues[0].code)
    assert {True, "kind", "damaged"} <= outcomes


def test_a_part_that_lies_about_its_size_is_stopped_at_the_limit():
    data = bytearray(workbook("<worksheet>" + " " * 60_000_000))
    with ZipFile(BytesIO(bytes(data))) as archive:
        told = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    data = bytearray(bytes(data).replace(told.to_bytes(4, "little"), (900).to_bytes(4, "little")))
    with pytest.raises(Invalid):
        read(bytes(data))
