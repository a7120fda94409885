"""A comparison as a workbook with live formulas: inputs, the working of each scheme, the results.

Every figure leads back to the coloured cells by formulas in whole fen; beside it stands what the
engine found when the file was made, and the difference. What makes the shape of a working (parties,
term, start, clauses) is text.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.agreements import views
from app.agreements.schemas import SentenceView
from app.engine.cases import Case
from app.engine.cell_division import Division
from app.engine.cells import Cell, Input
from app.engine.redoing import Rows
from app.engine.redone import Redone, redo
from app.kit.workbooks import Content, Formula, Look, Page, address, workbook

NAMES = "甲乙丙丁戊己庚辛壬癸"
GUIDE = (
    "试算：数为计算结果，不能出具结算。",
    "只改“输入”页上蓝底的数：收入、分享比例、条款里的金额和比例。其余单元格是公式或文字。",
    "参与方、期限、起算和条款的增减决定算式的结构，不能在本文件里改；要改请回测算台重新导出。",
    "核算按分（整数）进行，比例分配用最大余额法，尾差归余数大的一方，相同时归排在前面的一方。",
    "比例和百分比填到十位小数为止，分档比例四位：再细就超出电子表格能精确计算的范围，"
    "折成整数时四舍五入。",
    "准入条件、指标分算和追溯调整也是公式：改迁移前收入、门槛、指标或已结算的数，结果随之改变。",
    "“导出时”是本系统导出时的结果，“差”是公式现在的结果减去它；没有改过数时全部为零。",
)
_WORKING = (
    "年度",
    "条款",
    "项目",
    "分",
    "元",
    "导出时（元）",
    "差（分）",
    "说明",
    "整数部分",
    "余数",
    "余数怎样求得",
)
_WIDTHS = (10, 22, 32, 18, 18, 18, 10, 80, 14, 14, *(14 for _ in range(5)))
HELPERS_FROM = 8
"""The column in which what a division needs on its way begins."""
_HOLDS, _BROKEN = "成立", "已不成立，请回测算台重新导出"
_TOO_FINE = (
    "有比例折成整数后之和超过三万亿（分母太大或小数位太多），电子表格的双精度数放不下，"
    "这些比例的公式可能差一分，以“导出时”一列为准。"
)
_NOTE = "只改蓝底的数；金额单位元，可到分"
_INPUTS = ("项目", "可改的数", "单位", "折成整数", "导出时", "差")

Deferred = Callable[[], Content]
Line = list[tuple[Content | Deferred, Look] | None]


@dataclass(frozen=True)
class Scheme:
    """One scheme of the comparison, or one ledger of it: its name, its working, its clauses."""

    name: str
    redone: Redone
    sentences: Sequence[SentenceView]
    ledger: str = ""


def schemes_of(name: str, case: Case) -> list[Scheme]:
    """The scheme of a case; with ledgers one of each, since nothing crosses."""
    return [
        Scheme(
            f"{name}，账册“{part.ledger}”" if part.ledger else name,
            redo(part.scheme, part.facts),
            views.sentences_of(part.scheme),
            part.ledger or "",
        )
        for part in case.parts
    ]


def comparison(title: str, notices: Sequence[str], schemes: Sequence[Scheme]) -> bytes:
    """The workbook of schemes on the same receipts; of each ledger, where they have several."""
    return workbook(Comparison(title, notices, schemes).pages())


class Comparison:
    """Lays out the pages; a cell's place is known before any formula is written out."""

    def __init__(self, title: str, notices: Sequence[str], schemes: Sequence[Scheme]) -> None:
        """Take what is compared."""
        self.title, self.notices, self.schemes = title, notices, schemes
        self.places: dict[Cell | Input, str] = {}
        self.known: dict[str, str] = {}
        self.used: dict[str, int] = {}
        self.inputs_used = 2

    def pages(self) -> list[Page]:
        """All pages; formulas are written when every cell has its place."""
        inputs = self._inputs()
        workings = [self._working(letter, each) for letter, each in self._lettered()]
        counts = [
            self._indicators(letter, each)
            for letter, each in self._lettered()
            if each.redone.counted
        ]
        falls = [
            self._waterfall(letter, each)
            for letter, each in self._lettered()
            if each.redone.receipts.rows
        ]
        results = self._results()
        laid = [
            ("说明", (100,), self._guide(), 0),
            ("结果", (14, 8, 20, *(20 for _ in range(8)), 14), results, 0),
            ("输入", (40, 18, 6, 18, 18, 12), inputs, 0),
            *((f"核算{letter}", _WIDTHS, rows, 1) for letter, rows in workings),
            *((f"指标{letter}", _WIDTHS, rows, 1) for letter, rows in counts),
            *((f"收入{letter}", _WIDTHS, rows, 1) for letter, rows in falls),
        ]
        return [
            Page(title, widths, [_settled(line) for line in rows], frozen)
            for title, widths, rows, frozen in laid
        ]

    def _lettered(self) -> Iterable[tuple[str, Scheme]]:
        for number, scheme in enumerate(self.schemes):
            again, place = divmod(number, len(NAMES))
            yield f"{NAMES[place]}{again or ''}", scheme

    def _guide(self) -> list[Line]:
        """What the file is, what stands against it, and the clauses of every scheme."""
        lines: list[Line] = [[(self.title, Look.TITLE)]]
        lines += [[(line, Look.TEXT)] for line in GUIDE]
        lines += [[(line, Look.WARNING)] for line in self.notices]
        lines += [
            [(f"方案{letter}：{_TOO_FINE}", Look.WARNING)]
            for letter, scheme in self._lettered()
            if any(not cell.value for _, cell in scheme.redone.checks)
        ]
        for letter, scheme in self._lettered():
            lines += [[], [(f"方案{letter}：{scheme.name}", Look.SECTION)]]
            lines += [[(f"{each.title}：{each.text}", Look.TEXT)] for each in scheme.sentences]
        return lines

    def _inputs(self) -> list[Line]:
        """The receipts and the rates once, the numbers of each scheme under its name."""
        lines: list[Line] = [[("输入", Look.TITLE)], [(_NOTE, Look.NOTE)]]
        rates = [rate for each in self.schemes for rate in each.redone.receipts.rates]
        for ledger in dict.fromkeys(each.ledger for each in self.schemes):
            own = [each.redone for each in self.schemes if each.ledger == ledger]
            title = f"收入，账册“{ledger}”" if ledger else "收入"
            lines += self._section(title, [i for each in own for i in each.receipts.inputs])
            facts = [i for each in own for i in each.beside.facts]
            lines += self._section("迁移前收入、指标和已结算的数", facts)
        lines += self._section("收入分享比例", [c for rate in rates for c in _with_sum(rate)])
        for letter, scheme in self._lettered():
            listed = [*scheme.redone.terms.listed, *scheme.redone.beside.terms]
            lines += self._section(f"方案{letter}：{scheme.name}", listed)
        return lines

    def _section(self, title: str, cells: Iterable[Cell | Input]) -> list[Line]:
        """A heading and a row for each number that has no place yet."""
        listed = list(cells)
        if not listed:
            return []
        rows: list[Line] = [[], [(title, Look.SECTION)], [(head, Look.HEAD) for head in _INPUTS]]
        top = self.inputs_used
        for cell in listed:
            key = _key(cell)
            if key and key in self.known:
                self.places[cell] = self.known[key]
                continue
            self.places[cell] = address("输入", top + len(rows), 3)
            if key:
                self.known[key] = self.places[cell]
            rows.append(self._input(cell, top + len(rows)))
        self.inputs_used += len(rows)
        return rows

    def _input(self, cell: Cell | Input, row: int) -> Line:
        here = self.places[cell]
        difference = Formula(f"{here}-{address('输入', row, 4)}", 0)
        whole: Content | Deferred
        if isinstance(cell, Input):
            typed = address("输入", row, 1)
            whole = Formula(f"ROUND({typed}*{cell.scale},0)", cell.value)
            head: Line = [(cell.title, Look.TEXT), (cell.typed, Look.INPUT), (cell.unit, Look.NOTE)]
        else:
            whole = self._formula(cell)
            head = [(cell.title, Look.TEXT), None, None]
        return [*head, (whole, Look.WHOLE), (cell.value, Look.WHOLE), (difference, Look.CHECK)]

    def _working(self, letter: str, scheme: Scheme) -> tuple[str, list[Line]]:
        """Every slice: its rows, then what follows from all slices."""
        page = f"核算{letter}"
        lines = _heads()
        redone = scheme.redone
        if redone.eligible is not None:
            lines += self._rows(page, "", [("准入条件", redone.eligible)], len(lines))
        for key, record in zip(redone.keys, redone.slices, strict=True):
            lines += self._rows(page, key, record.rows, len(lines))
        adjusted = [
            (f"追溯调整 {k}", c) for k, row in redone.adjusted.items() for c in row.values()
        ]
        for rows in (redone.after, adjusted, redone.checks):
            lines += self._rows(page, "", rows, len(lines))
        return letter, lines

    def _indicators(self, letter: str, scheme: Scheme) -> tuple[str, list[Line]]:
        """Each indicator by year: whole numbers of its last decimal, and the number."""
        heads = {"分": "整数", "元": "数", "导出时（元）": "导出时", "差（分）": "差"}
        lines: list[Line] = [[(heads.get(head, head), Look.HEAD) for head in _WORKING]]
        for (name, year), parties in scheme.redone.counted.items():
            rows = [(f"指标“{name}”", cell) for cell in parties.values()]
            lines += self._rows(f"指标{letter}", str(year), rows, len(lines))
        return letter, lines

    def _waterfall(self, letter: str, scheme: Scheme) -> tuple[str, list[Line]]:
        """Each receipt of gross tax by level."""
        lines = _heads()
        lines += self._rows(f"收入{letter}", "", scheme.redone.receipts.rows, 1)
        return letter, lines

    def _rows(self, page: str, key: str, rows: Rows, top: int) -> list[Line]:
        lines: list[Line] = []
        for clause, cell in rows:
            row = top + len(lines)
            self.places[cell] = address(page, row, 3)
            for place, helper in enumerate(cell.helpers):
                self.places[helper] = address(page, row, HELPERS_FROM + place)
            self.used[page] = row
            lines.append(self._row(page, row, key, clause, cell))
        return lines

    def _row(self, page: str, row: int, key: str, clause: str, cell: Cell) -> Line:
        here, found = self.places[cell], address(page, row, 5)
        shown = {1: Look.WHOLE, 100: Look.YUAN}.get(cell.scale, Look.NUMBER)
        value = _in_units(cell)
        helpers: Line = [(self._formula(each), Look.WHOLE) for each in cell.helpers]
        return [
            (key, Look.TEXT),
            (clause, Look.TEXT),
            (cell.title, Look.TEXT),
            (self._formula(cell), Look.WHOLE),
            (Formula(f"{here}/{cell.scale}", value), shown),
            (value, shown),
            (Formula(f"{here}-ROUND({found}*{cell.scale},0)", 0), Look.CHECK),
            (cell.note, Look.NOTE),
            *helpers,
        ]

    def _formula(self, cell: Cell) -> Deferred:
        def written() -> Formula:
            parts = [part if isinstance(part, str) else self.places[part] for part in cell.formula]
            return Formula("".join(parts), cell.value)

        return written

    def _results(self) -> list[Line]:
        """By scheme: every year's shares, the totals, and whether all agrees."""
        lines: list[Line] = [[(self.title, Look.TITLE)], [("金额单位：元", Look.NOTE)]]
        for letter, scheme in self._lettered():
            lines += self._result(letter, scheme, len(lines))
        return lines

    def _result(self, letter: str, scheme: Scheme, top: int) -> list[Line]:
        redone = scheme.redone
        parties = redone.scheme.parties
        heads = ("年度", "合同年", "可分享收入", *parties, "核对（分）")
        lines: list[Line] = [
            [],
            [(f"方案{letter}：{scheme.name}", Look.SECTION)],
            [(head, Look.HEAD) for head in heads],
        ]
        first = top + len(lines)
        for key, sheet, record in zip(
            redone.keys, redone.evaluation.sheets, redone.slices, strict=True
        ):
            cells = [record.base, *(record.shares[party] for party in parties)]
            lines.append(
                [
                    (key, Look.TEXT),
                    (sheet.slice.contract_year, Look.WHOLE),
                    *((self._shown(cell), Look.YUAN) for cell in cells),
                    (Formula(self.places[record.balance], record.balance.value), Look.CHECK),
                ]
            )
        lines.append(_totals(redone, first, top + len(lines) - 1))
        lines += self._beside_money(redone)
        lines += self._agreement(letter, redone)
        return lines

    def _beside_money(self, redone: Redone) -> list[Line]:
        """Whether the scheme applies, what earlier settlements lack, and the indicators."""
        lines: list[Line] = []
        if redone.eligible is not None:
            met = "符合" if redone.eligible.value else "不符合，收入全部归期外归属方"
            text = f'IF({self.places[redone.eligible]}>0,"符合","不符合，收入全部归期外归属方")'
            lines.append([("准入条件", Look.TEXT), None, (Formula(text, met), Look.TEXT)])
        lines += [self._of_parties("追溯调整", key, row) for key, row in redone.adjusted.items()]
        lines += [
            self._of_parties(name, str(year), row) for (name, year), row in redone.counted.items()
        ]
        return lines

    def _of_parties(self, title: str, key: str, row: Mapping[str, Cell]) -> Line:
        """A line of the results below the money."""
        cells: Line = [
            (self._shown(cell), Look.YUAN if cell.scale == 100 else Look.NUMBER)
            for cell in row.values()
        ]
        return [(title, Look.TEXT), None, (key, Look.TEXT), *cells]

    def _shown(self, cell: Cell) -> Formula:
        return Formula(f"{self.places[cell]}/{cell.scale}", _in_units(cell))

    def _agreement(self, letter: str, redone: Redone) -> list[Line]:
        """Whether the formulas still give what the engine found, in the shape it found."""
        page = f"核算{letter}"
        first, last = address(page, 1, 6), address(page, self.used[page], 6)
        moved = Formula(f"SUMPRODUCT(ABS({first}:{last}))", 0)
        lines: list[Line] = [
            [("与导出时之差（各行分的绝对值之和）", Look.NOTE), None, (moved, Look.CHECK)]
        ]
        if redone.checks:
            least = ",".join(self.places[cell] for _, cell in redone.checks)
            text = f'IF(MIN({least})=1,"{_HOLDS}","{_BROKEN}")'
            holds = all(cell.value for _, cell in redone.checks)
            found = Formula(text, _HOLDS if holds else _BROKEN)
            lines.append([("延长、起算和比例位数", Look.NOTE), None, (found, Look.WARNING)])
        return lines


def _totals(redone: Redone, first: int, last: int) -> Line:
    """The sums over all years, of the receipts and of every party."""
    sheets = redone.evaluation.sheets
    values = [sum(sheet.slice.base for sheet in sheets)]
    values += [sum(sheet.shares[party] for sheet in sheets) for party in redone.scheme.parties]
    sums: Line = [("合计", Look.TOTAL), None]
    for place, value in enumerate(values):
        span = f"{address('结果', first, 2 + place)}:{address('结果', last, 2 + place)}"
        sums.append((Formula(f"SUM({span})", _yuan(value)), Look.TOTAL))
    return sums


def _heads() -> list[Line]:
    return [[(head, Look.HEAD) for head in _WORKING]]


def _with_sum(rate: Division) -> list[Cell | Input]:
    return [*rate.weights.values(), rate.whole]


def _key(cell: Cell | Input) -> str:
    """What makes two inputs the same: receipts and rates stand once, whatever scheme uses them."""
    return cell.key


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def _in_units(cell: Cell) -> Decimal | int:
    """A cell as people count."""
    return cell.value if cell.scale == 1 else Decimal(cell.value) / cell.scale


def _settled(line: Line) -> list[tuple[Content, Look] | None]:
    """The line with its formulas written out."""
    return [cell and (cell[0]() if callable(cell[0]) else cell[0], cell[1]) for cell in line]
