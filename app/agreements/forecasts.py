"""The money a scheme is tried on: what is pasted from a sheet, to the facts of scheme v1.

`FORMS` says the columns of each form; amounts count 万元, dates may be written as people do.
"""

import re
from collections.abc import Callable

from app.agreements.cards import BALANCES, FactsCard
from app.agreements.clause_writing import UNREADABLE, Document, cells_of
from app.agreements.writing import Writer
from app.errors import Issue
from app.kit.schemas import parse_amount

FORMS = {
    "annual": "按年度：年度 金额",
    "entries": "按入库日期：日期 金额",
    "gross": "按税种：日期 税种 金额 种类（可省）",
    "collected": "分地入库：年度 各方金额（按参与方顺序）",
}
PLACE = "facts.rows"

_YEAR = re.compile(r"([0-9]{4})年?", re.ASCII)
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", re.ASCII)


class FactsWriter:
    """Reads the lines of one card; findings go to the writer of the scheme."""

    def __init__(self, card: FactsCard, writer: Writer) -> None:
        """Take the card, and the writer that knows the parties."""
        self.card = card
        self.writer = writer

    def facts(self) -> Document:
        """The facts as far as they could be read."""
        form = self.card.form if self.card.form in FORMS else "annual"
        self.writer.fields["/facts"] = PLACE
        self.writer.fields[f"/facts/{form}"] = PLACE
        lines = [cells for cells in cells_of(self.card.rows) if any(map(_has_digit, cells))]
        if not lines:
            self.writer.refuse(PLACE, "请填写或粘贴各年收入数据")
        facts: Document = {form: self._read(form, lines)}
        events = {name: days[-1] for name, days in self.card.events.items() if any(days)}
        for name in events:
            self.writer.fields[f"/facts/events/{name}"] = f"facts.events.{name}"
        more = {
            "events": events,
            "indicators": self._indicators(),
            "pre_move": self._pre_move(),
            "opening": self._opening(),
        }
        return facts | {key: value for key, value in more.items() if value}

    def _indicators(self) -> Document:
        """Lines of indicator, year, number."""
        place = "facts.indicators"
        self.writer.fields["/facts/indicators"] = place
        found: dict[str, Document] = {}
        for n, cells in enumerate(cells_of(self.card.indicators), start=1):
            year = _YEAR.fullmatch(cells[1]) if len(cells) == 3 else None
            if year is None:
                self.writer.refuse(place, f"第 {n} 行应为 指标 年度 数值，如 产值 2028 1200")
            else:
                own = found.setdefault(cells[0], {})
                own[year[1]] = cells[2].replace(",", "").replace("，", "")
        return dict(found)

    def _pre_move(self) -> Document:
        """Lines of year and amount."""
        self.writer.fields["/facts/pre_move"] = "facts.pre_move"
        return self.writer.series("facts.pre_move", self.card.pre_move)

    def _opening(self) -> Document:
        """The balances, where a year is named from which they hold."""
        card, place = self.card.opening, "facts.opening"
        self.writer.fields["/facts/opening"] = place
        opening: Document = {}
        if card.as_of:
            self.writer.fields["/facts/opening/as_of"] = f"{place}.as_of"
            opening["as_of"] = self.writer.whole(f"{place}.as_of", card.as_of)
        elif card.carried or card.balances:
            self.writer.refuse(f"{place}.as_of", "请填写起算财政年度，如 2030")
        if card.carried:
            self.writer.fields["/facts/opening/carried"] = f"{place}.carried"
            opening["carried"] = self.writer.amount(f"{place}.carried", card.carried)
        return opening | self._balances(f"{place}.balances")

    def _balances(self, place: str) -> Document:
        """Lines of kind, name, amount in 万元."""
        found: dict[str, Document] = {}
        for key in BALANCES.values():
            self.writer.fields[f"/facts/opening/{key}"] = place
        for n, cells in enumerate(cells_of(self.card.opening.balances), start=1):
            if len(cells) != 3 or cells[0] not in BALANCES:
                self.writer.refuse(
                    place, f"第 {n} 行应为 类别 名称 金额，如 投入 {self._example()} 800"
                )
                continue
            found.setdefault(BALANCES[cells[0]], {})[cells[1]] = self.writer.amount(place, cells[2])
        return dict(found)

    def _example(self) -> str:
        return next(iter(self.writer.names.values()), "龙马潭区")

    def _read(self, form: str, lines: list[list[str]]) -> object:
        if form in ("annual", "collected"):
            read = self._collected if form == "collected" else self._sum
            years: Document = {}
            for number, cells in enumerate(lines, start=1):
                year = _YEAR.fullmatch(cells[0])
                if year is None or year[1] in years:
                    self._refuse(number, "第一列应为各不相同的年度，如 2027")
                else:
                    years[year[1]] = read(number, cells[1:])
            return years
        readers: dict[str, Callable[[int, list[str]], object]] = {
            "entries": self._entry,
            "gross": self._tax,
        }
        return [readers[form](number, cells) for number, cells in enumerate(lines, start=1)]

    def _refuse(self, number: int, message: str) -> None:
        self.writer.refuse(PLACE, f"第 {number} 行{message}")

    def _sum(self, number: int, cells: list[str]) -> object:
        if len(cells) == 1:
            return self._amount(number, cells[0])
        self._refuse(number, "应为 年度 和 金额 两列")
        return None

    def _collected(self, number: int, cells: list[str]) -> object:
        names = list(self.writer.names.values())
        if len(cells) != len(names):
            self._refuse(number, f"应有年度和 {len(names)} 个参与方的金额")
            return None
        return {name: self._amount(number, cell) for name, cell in zip(names, cells, strict=True)}

    def _entry(self, number: int, cells: list[str]) -> object:
        if len(cells) == 2:
            return [self._day(cells[0]), self._amount(number, cells[1])]
        self._refuse(number, "应为 日期 和 金额 两列")
        return None

    def _tax(self, number: int, cells: list[str]) -> object:
        if len(cells) not in (3, 4):
            self._refuse(number, "应为 日期、税种、金额，可加种类")
            return None
        entry: Document = {
            "date": self._day(cells[0]),
            "tax": cells[1],
            "amount": self._amount(number, cells[2]),
        }
        return entry | ({"kind": cells[3]} if len(cells) == 4 else {})

    def _day(self, text: str) -> str:
        """ISO for a day as people write it; anything else goes to the engine as it is."""
        found = _DAY.fullmatch(text)
        return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}" if found else text

    def _amount(self, number: int, text: str) -> object:
        try:
            return parse_amount(text, "万元").yuan
        except ValueError as error:
            self._refuse(number, f"：{error}")
            return UNREADABLE


def numbered(issue: Issue) -> Issue:
    """A finding in a list of lines, said with the line's number."""
    found = re.match(r"/facts/(entries|gross)/([0-9]+)", issue.pointer, re.ASCII)
    if found is None:
        return issue
    return Issue(f"/facts/{found[1]}", issue.code, f"第 {int(found[2]) + 1} 行：{issue.message}")


def _has_digit(text: str) -> bool:
    return any(letter.isdigit() for letter in text)
