"""Lists as Excel and WPS write them, built part by part so that each may be wrong."""

import random
from collections.abc import Sequence
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

TABLE = "企业名称,投资额\n甲包装有限公司,1.2亿\n"
BOOK = """<workbook xmlns:r="r"><workbookPr/><sheets>
<sheet name="隐藏" sheetId="1" state="hidden" r:id="rId9"/>
<sheet name="线索" sheetId="2" r:id="rId1"/>
</sheets></workbook>"""
LINKS = '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'
STYLES = """<styleSheet><numFmts>
<numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>
</numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="176"/></cellXfs>
</styleSheet>"""


def cell(place: str, text: str) -> str:
    """A cell with a text of its own."""
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def sheet(rows: Sequence[Sequence[str]]) -> str:
    """A sheet of texts; a cell that begins with `<` is put in as it is."""
    lines = []
    for n, row in enumerate(rows, 1):
        cells = [
            text if text.startswith("<") else cell(f"{chr(65 + at)}{n}", text)
            for at, text in enumerate(row)
            if text
        ]
        lines.append(f'<row r="{n}">{"".join(cells)}</row>')
    return f"<worksheet><sheetData>{''.join(lines)}</sheetData></worksheet>"


def workbook(sheet1: str, strings: str = "", **more: str | bytes) -> bytes:
    """A workbook of one visible sheet; `more` are further parts by name."""
    parts: dict[str, str | bytes] = {
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": LINKS,
        "xl/styles.xml": STYLES,
        "xl/worksheets/sheet1.xml": sheet1,
        "xl/sharedStrings.xml": f"<sst>{strings}</sst>",
        **more,
    }
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def damaged(chance: random.Random) -> bytes:
    """A file that was right before some of it was changed, as a whole or inside."""
    inner = sheet([["企业名称", "投资额"], ["甲", "1"]]) + "<row><c s='1'><v>46082</v></c></row>"
    parts = {"s": inner, "t": "<si><t>甲</t></si>"}
    for name, part in parts.items():
        text = list(part)
        for _ in range(chance.randrange(4)):
            text[chance.randrange(len(text))] = chance.choice("<>&\"'/ 1-9E.sv\x00甲=[]")
        parts[name] = "".join(text)
    data = bytearray(workbook(parts["s"], parts["t"]))
    if chance.random() < 0.5:
        data = bytearray(TABLE.encode(chance.choice(["utf-8", "gb18030", "utf-16"])))
    for _ in range(chance.randrange(6)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data[: chance.randrange(len(data) // 2, len(data) + 1)])
