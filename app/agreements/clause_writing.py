"""One card of a clause to one object of scheme v1, with the way back for the engine's findings.

`KINDS` says what each field of a card holds, by its key in the scheme. What cannot even be read as
an amount or a number is an issue of its own; `fields` leads a pointer to the field it came from.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from app.agreements.cards import title_of
from app.agreements.clause_cards import FormulaCard, Texts
from app.kit.schemas import Command, parse_amount

Document = dict[str, object]

Row = TypeVar("Row", bound=Command)

UNREADABLE = False
"""Stands where a text could not be read: the engine refuses it there, under our own message."""
FLAGS = {"true": True, "false": False}
ABSENT = "-"
"""In a table of factors: this party has none of it."""
FIELDS = {"from": "payer"}
"""The field of a key that has another name."""
CALENDAR = {
    "rule": "text",
    "start_trigger": "text",
    "fiscal_year_one": "whole",
    "start": "text",
    "before": "party",
}
TERM = {"years": "whole", "after": "party"}
SETTLE = {"form": "text", "when": "text", "holder": "text"}
KINDS: dict[str, dict[str, str]] = {
    "deduct": {"name": "text", "to": "party", "series": "series", "carry": "flag"},
    "recover": {"party": "party", "amount": "amount"},
    "reserve": {"to": "party", "pct": "percent", "years": "years"},
    "split": {"years": "years", "weights": "weights", "formula": "formula"},
    "tiers": {"upto": "amount", "weights": "weights", "formula": "formula"},
    "guarantee": {
        "party": "party",
        "per_year": "amount",
        "payer": "party",
        "source": "text",
        "from_year": "whole",
    },
    "cap": {
        "party": "party",
        "cumulative": "amount",
        "annual": "amount",
        "overflow": "party",
        "scope": "text",
        "basis": "basis",
    },
    "cash": {"of": "party", "to": "text", "pct": "percent"},
    "one_off": {
        "from": "party",
        "to": "party",
        "amount": "amount",
        "due": "text",
        "reason": "text",
    },
    "indicators": {"name": "text", "decimals": "whole"},
}


class ClauseWriter:
    """Writes single cards; afterwards `issues` are (field, message), `fields` pointer to field."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """Take what the parties are called, by row."""
        self.names = names
        self.issues: list[tuple[str, str]] = []
        self.fields: dict[str, str] = {}

    def refuse(self, place: str, message: str) -> None:
        """Note something that the engine cannot see."""
        self.issues.append((place, message))

    def amount(self, place: str, text: str) -> str | bool:
        """Yuan for what was typed in 万元."""
        try:
            return parse_amount(text, "万元").yuan
        except ValueError as error:
            self.refuse(place, f"{title_of(place)}：{error}")
            return UNREADABLE

    def whole(self, place: str, text: str) -> int | bool:
        """A whole number."""
        if re.fullmatch(r"[0-9]{1,6}", text, re.ASCII):
            return int(text)
        self.refuse(place, f"{title_of(place)}应为整数")
        return UNREADABLE

    def party(self, text: str) -> str:
        """The name of the party in a row; the text itself when there is no such row."""
        return self.names.get(text, text)

    def series(self, place: str, text: str) -> Document:
        """Lines of year and amount."""
        series: Document = {}
        for number, cells in enumerate(cells_of(text), start=1):
            year = re.fullmatch(r"([0-9]{4})年?", cells[0], re.ASCII)
            if year is None or len(cells) != 2:
                self.refuse(place, f"第 {number} 行应为 年度 和 金额，如 2027 80")
            elif year[1] in series:
                self.refuse(place, f"第 {number} 行的年度 {year[1]} 重复")
            else:
                series[year[1]] = self.amount(place, cells[1])
        return series

    def listed(self, key: str, rows: Iterable[Command]) -> list[Document]:
        """The rows of one list, blank ones left out."""
        self.fields[f"/scheme/{key}"] = key
        return [
            self.clause(f"/scheme/{key}/{place}", f"{key}.{row}", card, KINDS[key])
            for place, (row, card) in enumerate(self.filled(rows))
        ]

    @staticmethod
    def filled(rows: Iterable[Row]) -> list[tuple[int, Row]]:
        """The rows in which anything stands, by their places on the sheet."""
        return [(row, card) for row, card in enumerate(rows) if _filled(card.model_dump())]

    def clause(self, at: str, place: str, card: Command, kinds: Mapping[str, str]) -> Document:
        """The fields of one card by what each holds; blank ones are left out."""
        self.fields[at] = place
        clause: Document = {}
        for key, kind in kinds.items():
            value = self._value(f"{at}/{key}", f"{place}.{FIELDS.get(key, key)}", card, kind)
            if value is not None:
                clause[key] = value
        return clause

    def text(self, at: str, key: str, place: str, text: str) -> str | None:
        """A text as it is, none when blank."""
        self.fields[f"{at}/{key}"] = place
        return text or None

    def per_party(self, texts: Texts, at: str, place: str) -> list[tuple[str, str]]:
        """Row and text of each party that has one."""
        self.fields[at] = place
        filled = [(row, given[-1].strip()) for row, given in texts.items() if any(given)]
        for row, _ in filled:
            self.fields[f"{at}/{self.party(row)}"] = f"{place}.{row}"
        return filled

    def weights(self, at: str, place: str, texts: Texts) -> Document:
        """Ratios by party."""
        found = self.per_party(texts, at, place)
        return {self.party(row): text.rstrip("%") for row, text in found}

    def _value(self, at: str, place: str, card: Command, kind: str) -> object | None:
        if kind == "years":
            return self._years(at, place.rpartition(".")[0], card)
        self.fields[at] = place
        typed: object = getattr(card, place.rpartition(".")[2])
        if isinstance(typed, FormulaCard):
            return self._formula(at, place, typed)
        if isinstance(typed, dict):
            return self.weights(at, place, typed) or None
        readers: dict[str, Callable[[str, str], object]] = {
            "amount": self.amount,
            "whole": self.whole,
            "series": self.series,
            "party": lambda _, text: self.party(text),
            "percent": lambda _, text: text.rstrip("%"),
            "flag": lambda _, text: FLAGS.get(text, text),
            "basis": lambda _, text: {"说明": text},
            "text": lambda _, text: text,
        }
        return readers[kind](place, str(typed)) if typed else None

    def _years(self, at: str, place: str, card: Command) -> list[object] | None:
        first, last = str(getattr(card, "first", "")), str(getattr(card, "last", ""))
        self.fields[at] = f"{place}.first"
        if not first:
            self.refuse(f"{place}.first", "请填写起始年（合同第几年）")
            return None
        return [
            self.whole(f"{place}.first", first),
            self.whole(f"{place}.last", last) if last else None,
        ]

    def _formula(self, at: str, place: str, card: FormulaCard) -> Document | None:
        """The formula of a step or tier; without a type there is none."""
        if not card.type:
            return None
        self.fields[at] = self.fields[f"{at}/type"] = f"{place}.type"
        written: Document = {"type": card.type}
        match card.type:
            case "equity":
                stakes = self.per_party(card.stakes, f"{at}/stakes", f"{place}.stakes")
                written["stakes"] = {self.party(row): text for row, text in stakes}
            case "factor_weights":
                written |= self._factors(at, f"{place}.factors", card.factors)
            case _:
                written["value"] = self._coalitions(at, f"{place}.value", card.value)
        return written

    def _factors(self, at: str, place: str, text: str) -> Document:
        """Lines of factor, weight, and what each party brings of it."""
        self.fields[at] = self.fields[f"{at}/alpha"] = self.fields[f"{at}/inputs"] = place
        names = list(self.names.values())
        alpha: Document = {}
        inputs: dict[str, Document] = {}
        for number, cells in enumerate(cells_of(text), start=1):
            if len(cells) != len(names) + 2 or cells[0] in alpha:
                listed = " ".join(names)
                self.refuse(place, f"第 {number} 行应为 要素 权重 {listed}，要素不重复")
                continue
            alpha[cells[0]] = cells[1]
            for name, cell in zip(names, cells[2:], strict=True):
                if cell != ABSENT:
                    inputs.setdefault(name, {})[cells[0]] = cell
        return {"alpha": alpha, "inputs": inputs}

    def _coalitions(self, at: str, place: str, text: str) -> Document:
        """Lines of a coalition (`甲+乙`) and what it gains."""
        self.fields[at] = self.fields[f"{at}/value"] = place
        value: Document = {}
        for number, cells in enumerate(cells_of(text), start=1):
            if len(cells) != 2 or cells[0] in value:
                self.refuse(place, f"第 {number} 行应为 联盟 和 收益，如 甲+乙 40，联盟不重复")
            else:
                value[cells[0]] = cells[1]
        return value


def cells_of(text: str) -> list[list[str]]:
    """The lines of a pasted table: cells apart by tabs or blanks; empty lines are left out."""
    lines = [re.split(r"\s*\t\s*|\s+", line.strip()) for line in text.splitlines()]
    return [cells for cells in lines if cells != [""]]


def _filled(value: object) -> bool:
    """Whether anything stands in a card."""
    if isinstance(value, dict):
        return any(map(_filled, value.values()))
    return bool(value)
