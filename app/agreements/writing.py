"""From the cards to scheme v1, and from the engine's findings back to the fields.

Each clause is written as it was typed (`clause_writing`). `place_of` leads a pointer of the engine
to the field that it came from.
"""

import re
from collections.abc import Mapping

from app.agreements.cards import Sheet, title_of
from app.agreements.clause_cards import BaselineCard, IndicatorRow, PartyRow
from app.agreements.clause_writing import (
    CALENDAR,
    FIELDS,
    FLAGS,
    KINDS,
    SETTLE,
    TERM,
    ClauseWriter,
    Document,
)
from app.agreements.precedents import PLACEHOLDERS
from app.engine.reading import JsonError, load_json
from app.errors import Issue


def _named(party: PartyRow, district_names: Mapping[str, str]) -> str:
    """The party's name; a chosen district stands for itself where no name or only a model's is."""
    district = district_names.get(party.district, "")
    return district if district and party.name in {"", *PLACEHOLDERS} else party.name


class Writer(ClauseWriter):
    """Writes one sheet."""

    def __init__(self, sheet: Sheet, district_names: Mapping[str, str]) -> None:
        """Take the cards, and what the districts are called."""
        super().__init__(
            {
                str(row): _named(party, district_names)
                for row, party in enumerate(sheet.parties)
                if party.name or party.district
            }
        )
        self.sheet = sheet

    def scheme(self) -> Document:
        """The scheme as far as it was typed."""
        sheet = self.sheet
        written: Document = {
            "parties": self._parties(),
            "base": self._base(),
            "calendar": self._calendar(),
            "term": self._term(),
            "eligibility": self._eligibility(),
            "negative": self.text("/scheme", "negative", "negative", sheet.negative),
            "baseline": self._baseline(sheet.baseline),
            "deduct": self.listed("deduct", sheet.deduct),
            "recover": self.listed("recover", sheet.recover),
            "reserve": self.listed("reserve", sheet.reserve),
            "split": self.listed("split", sheet.split),
            "tiers": [{"upto": None, **tier} for tier in self.listed("tiers", sheet.tiers)],
            "guarantee": self.listed("guarantee", sheet.guarantee),
            "cap": self.listed("cap", sheet.cap),
            "funds": self._funds(),
            "cash": self.listed("cash", sheet.cash),
            "one_off": self.listed("one_off", sheet.one_off),
            "indicators": self._indicators(),
            "settle": self.clause("/scheme/settle", "settle", sheet.settle, SETTLE),
            "notes": self.text("/scheme", "notes", "notes", sheet.notes),
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

    def _parties(self) -> list[str]:
        self.fields["/scheme/parties"] = "parties"
        for place, row in enumerate(self.names):
            self.fields[f"/scheme/parties/{place}"] = f"parties.{row}.name"
        return list(self.names.values())

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
            "net_of_refunds": FLAGS.get(card.net_of_refunds),
            "vat_credit_refund": card.vat_credit_refund or None,
        }
        return {key: value for key, value in written.items() if value is not None}

    def _calendar(self) -> Document:
        card = self.sheet.calendar
        return self.clause("/scheme/calendar", "calendar", card, CALENDAR)

    def _term(self) -> Document:
        card = self.sheet.term
        term = self.clause("/scheme/term", "term", card, TERM)
        if card.extend:
            more = self.whole("term.extend", card.extend)
            self.fields["/scheme/term/extend"] = "term.extend"
            term["extend"] = {"if": "cap_not_reached", "years": more}
        return term

    def _baseline(self, card: BaselineCard) -> Document:
        at, place = "/scheme/baseline", "baseline"
        if card.form == "one":
            return self.clause(at, place, card, {"amount": "amount", "owner": "party"})
        if card.form != "each":
            return {}
        self.fields[at] = place
        amounts = {
            self.party(row): self.amount(f"{place}.amounts.{row}", text)
            for row, text in self.per_party(card.amounts, f"{at}/amounts", f"{place}.amounts")
        }
        scope = self.text(at, "scope", "baseline.scope", card.scope)
        written: Document = {"amounts": amounts, "owner": "each"}
        return written | ({"scope": scope} if scope else {})

    def _funds(self) -> list[str]:
        """Who holds cash without being a party."""
        holders = dict.fromkeys(row.to for row in self.sheet.cash if row.to)
        self.fields["/scheme/funds"] = "cash"
        return [name for name in holders if name not in self.names.values()]

    def _eligibility(self) -> Document:
        at, place, card = "/scheme/eligibility", "eligibility", self.sheet.eligibility
        self.fields[at] = place
        written: Document = {}
        if card.led_by:
            self.fields[f"{at}/led_by"] = f"{place}.led_by"
            written["led_by"] = card.led_by
        if card.years_before or card.average:
            self.fields[f"{at}/avg_base"] = f"{place}.average"
            self.fields[f"{at}/avg_base/years_before"] = f"{place}.years_before"
            written["avg_base"] = {
                "years_before": self.whole(f"{place}.years_before", card.years_before),
                "gte": self.amount(f"{place}.average", card.average),
            }
        if card.last_year:
            self.fields[f"{at}/base_last_year"] = f"{place}.last_year"
            written["base_last_year"] = {"gte": self.amount(f"{place}.last_year", card.last_year)}
        return written

    def _indicators(self) -> list[Document]:
        """Each with its ratio or its list, and its own clock and term where it has them."""
        self.fields["/scheme/indicators"] = "indicators"
        rows = self.filled(self.sheet.indicators)
        return [
            self._indicator(f"/scheme/indicators/{place}", f"indicators.{row}", card)
            for place, (row, card) in enumerate(rows)
        ]

    def _indicator(self, at: str, place: str, card: IndicatorRow) -> Document:
        clause = self.clause(at, place, card, KINDS["indicators"])
        if card.how == "double_count":
            self.fields[f"{at}/double_count"] = f"{place}.double_count"
            clause["double_count"] = [self.party(row) for row in card.double_count]
        else:
            clause["weights"] = self.weights(f"{at}/weights", f"{place}.weights", card.weights)
        calendar = self.clause(f"{at}/calendar", f"{place}.calendar", card.calendar, CALENDAR)
        term = self.clause(f"{at}/term", place, card, TERM)
        return clause | {k: v for k, v in (("calendar", calendar), ("term", term)) if v}

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


_FIELD_OF_KEY = {"years": "first", **FIELDS}
