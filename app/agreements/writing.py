"""From the cards to scheme v1, and from the engine's findings back to the fields.

Each clause is written as it was typed; what cannot even be read as an amount or a number is an
issue of its own. `place_of` leads a pointer of the engine to the field that it came from.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from app.agreements.cards import BaselineCard, PartyRow, Sheet, Texts, title_of
from app.agreements.precedents import PLACEHOLDERS
from app.engine.reading import JsonError, load_json
from app.errors import Issue
from app.kit.schemas import Command, parse_amount

Document = dict[str, object]

UNREADABLE = False
"""Stands where a text could not be read: the engine refuses it there, under our own message."""


def _named(party: PartyRow, district_names: Mapping[str, str]) -> str:
    """The party's name; a chosen district stands for itself where no name or only a model's is."""
    district = district_names.get(party.district, "")
    return district if district and party.name in {"", *PLACEHOLDERS} else party.name


class Writer:
    """Writes one sheet; afterwards `issues` are (field, message), `fields` pointer to field."""

    def __init__(self, sheet: Sheet, district_names: Mapping[str, str]) -> None:
        """Take the cards, and what the districts are called."""
        self.sheet = sheet
        self.issues: list[tuple[str, str]] = []
        self.fields: dict[str, str] = {}
        self.names = {
            str(row): _named(party, district_names)
            for row, party in enumerate(sheet.parties)
            if party.name or party.district
        }

    def scheme(self) -> Document:
        """The scheme as far as it was typed."""
        sheet = self.sheet
        written: Document = {
            "parties": self._parties(),
            "base": self._base(),
            "calendar": self._calendar(),
            "term": self._term(),
            "negative": self._text("/scheme", "negative", "negative", sheet.negative),
            "baseline": self._baseline(sheet.baseline),
            "deduct": self._list("deduct", sheet.deduct, _DEDUCT),
            "recover": self._list("recover", sheet.recover, _RECOVER),
            "reserve": self._list("reserve", sheet.reserve, _RESERVE),
            "split": self._list("split", sheet.split, _STEP),
            "tiers": [{"upto": None, **tier} for tier in self._list("tiers", sheet.tiers, _TIER)],
            "guarantee": self._list("guarantee", sheet.guarantee, _GUARANTEE),
            "cap": self._list("cap", sheet.cap, _CAP),
            "funds": self._funds(),
            "cash": self._list("cash", sheet.cash, _CASH),
        }
        scheme = {key: value for key, value in written.items() if value not in (None, {}, [])}
        self._add_other(scheme)
        self._ask_for_essentials(scheme)
        return scheme

    def place_of(self, issue: Issue) -> tuple[str, str]:
        """The field that a finding belongs to, and its message under that field's name."""
        pointer, tail = issue.pointer, ""
        while pointer not in self.fields and pointer:
            pointer, _, token = pointer.rpartition("/")
            tail = token
        place = self.fields.get(pointer, "")
        absent = re.search(r"“(\w+)”", issue.message)
        if issue.code == "missing" and absent and place and pointer == issue.pointer:
            place = f"{place}.{_FIELD_OF_KEY.get(absent[1], absent[1])}"
            return place, f"请填写{title_of(place)}"
        if place == "facts.rows" and tail.isdecimal() and len(tail) == 4:
            return place, f"{tail} 年：{issue.message}"
        return place, f"{title_of(place)}：{issue.message}"

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

    def _parties(self) -> list[str]:
        self.fields["/scheme/parties"] = "parties"
        for place, row in enumerate(self.names):
            self.fields[f"/scheme/parties/{place}"] = f"parties.{row}.name"
        return list(self.names.values())

    def _text(self, at: str, key: str, place: str, text: str) -> str | None:
        self.fields[f"{at}/{key}"] = place
        return text or None

    def _base(self) -> Document:
        card = self.sheet.base
        self.fields["/scheme/base"] = "base"
        for key in ("taxes", "level", "kinds_out", "vat_credit_refund", "net_of_refunds"):
            self.fields[f"/scheme/base/{key}"] = f"base.{key}"
        kinds = {"none": list[str](), "some": list(card.kinds_out)}
        written: Document = {
            "taxes": list(card.taxes) or None,
            "level": card.level or None,
            "kinds_out": kinds.get(card.kinds),
            "net_of_refunds": _FLAGS.get(card.net_of_refunds),
            "vat_credit_refund": card.vat_credit_refund or None,
        }
        return {key: value for key, value in written.items() if value is not None}

    def _calendar(self) -> Document:
        card = self.sheet.calendar
        return self._clause("/scheme/calendar", "calendar", card, _CALENDAR)

    def _term(self) -> Document:
        card = self.sheet.term
        term = self._clause("/scheme/term", "term", card, _TERM)
        if card.extend:
            more = self.whole("term.extend", card.extend)
            self.fields["/scheme/term/extend"] = "term.extend"
            term["extend"] = {"if": "cap_not_reached", "years": more}
        return term

    def _baseline(self, card: BaselineCard) -> Document:
        at, place = "/scheme/baseline", "baseline"
        if card.form == "one":
            return self._clause(at, place, card, {"amount": "amount", "owner": "party"})
        if card.form != "each":
            return {}
        self.fields[at] = place
        amounts = {
            self.party(row): self.amount(f"{place}.amounts.{row}", text)
            for row, text in self._per_party(card.amounts, f"{at}/amounts", f"{place}.amounts")
        }
        scope = self._text(at, "scope", "baseline.scope", card.scope)
        written: Document = {"amounts": amounts, "owner": "each"}
        return written | ({"scope": scope} if scope else {})

    def _funds(self) -> list[str]:
        """Who holds cash without being a party."""
        holders = dict.fromkeys(row.to for row in self.sheet.cash if row.to)
        self.fields["/scheme/funds"] = "cash"
        return [name for name in holders if name not in self.names.values()]

    def _list(self, key: str, rows: Iterable[Command], kinds: Mapping[str, str]) -> list[Document]:
        self.fields[f"/scheme/{key}"] = key
        written: list[Document] = []
        for row, card in enumerate(rows):
            if any(card.model_dump().values()):
                at = f"/scheme/{key}/{len(written)}"
                written.append(self._clause(at, f"{key}.{row}", card, kinds))
        return written

    def _clause(self, at: str, place: str, card: Command, kinds: Mapping[str, str]) -> Document:
        """The fields of one card by what each holds; blank ones are left out."""
        self.fields[at] = place
        clause: Document = {}
        for key, kind in kinds.items():
            value = self._value(f"{at}/{key}", f"{place}.{key}", card, kind)
            if value is not None:
                clause[key] = value
        return clause

    def _value(self, at: str, place: str, card: Command, kind: str) -> object | None:
        if kind == "years":
            return self._years(at, place.rpartition(".")[0], card)
        self.fields[at] = place
        typed: object = getattr(card, place.rpartition(".")[2])
        if isinstance(typed, dict):
            return self._weights(at, place, typed)
        readers: dict[str, Callable[[str, str], object]] = {
            "amount": self.amount,
            "whole": self.whole,
            "series": self._series,
            "party": lambda _, text: self.party(text),
            "percent": lambda _, text: text.rstrip("%"),
            "flag": lambda _, text: _FLAGS.get(text, text),
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

    def _weights(self, at: str, place: str, texts: Texts) -> Document:
        found = self._per_party(texts, at, place)
        return {self.party(row): text.rstrip("%") for row, text in found}

    def _per_party(self, texts: Texts, at: str, place: str) -> list[tuple[str, str]]:
        self.fields[at] = place
        filled = [(row, given[-1].strip()) for row, given in texts.items() if any(given)]
        for row, _ in filled:
            self.fields[f"{at}/{self.party(row)}"] = f"{place}.{row}"
        return filled

    def _series(self, place: str, text: str) -> Document:
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

    def _add_other(self, scheme: Document) -> None:
        """The clauses that were given as JSON."""
        if not self.sheet.other:
            return
        try:
            found = load_json(self.sheet.other.encode())
        except JsonError as error:
            self.refuse("other", str(error))
            return
        if not isinstance(found, dict):
            self.refuse("other", '应为 JSON 对象，如 {"funds": ["滚动发展基金"]}')
            return
        for key, value in found.items():
            if key in scheme:
                self.refuse("other", f"“{title_of(key) or key}”已在卡片中填写")
            else:
                scheme[key] = value
                self.fields[f"/scheme/{key}"] = "other"

    def _ask_for_essentials(self, scheme: Document) -> None:
        """What everything else depends on, asked for in one sentence each."""
        if len(self.names) < 2:
            self.refuse("parties", "请填写至少两个参与方")
        if "split" not in scheme and "tiers" not in scheme:
            self.refuse("split", "请填写分享比例")
        elif "split" in scheme and "tiers" in scheme:
            self.refuse("tiers", "按年比例和分档比例只能用一种，请清空其中一种")


def cells_of(text: str) -> list[list[str]]:
    """The lines of a pasted table: cells apart by tabs or blanks; empty lines are left out."""
    lines = [re.split(r"\s*\t\s*|\s+", line.strip()) for line in text.splitlines()]
    return [cells for cells in lines if cells != [""]]


_FLAGS = {"true": True, "false": False}
_FIELD_OF_KEY = {"years": "first"}
_CALENDAR = {
    "rule": "text",
    "start_trigger": "text",
    "fiscal_year_one": "whole",
    "start": "text",
    "before": "party",
}
_TERM = {"years": "whole", "after": "party"}
_DEDUCT = {"name": "text", "to": "party", "series": "series", "carry": "flag"}
_RECOVER = {"party": "party", "amount": "amount"}
_RESERVE = {"to": "party", "pct": "percent", "years": "years"}
_STEP = {"years": "years", "weights": "weights"}
_TIER = {"upto": "amount", "weights": "weights"}
_GUARANTEE = {
    "party": "party",
    "per_year": "amount",
    "payer": "party",
    "source": "text",
    "from_year": "whole",
}
_CASH = {"of": "party", "to": "text", "pct": "percent"}
_CAP = {
    "party": "party",
    "cumulative": "amount",
    "annual": "amount",
    "overflow": "party",
    "scope": "text",
}
"""What each field of a card holds, by its key in the scheme."""
