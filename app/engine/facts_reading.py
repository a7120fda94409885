"""Facts from JSON, checked against the scheme they belong to.

Source: scheme v1, A4, A8, and B1, B2, B7, B9, B14, B15, B18.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from app.engine import reading
from app.engine.base import gross_facts, waterfall
from app.engine.facts import Entry, Facts, Opening
from app.engine.gross import read_gross_entry
from app.engine.reading import Keys, Node
from app.engine.scheme_reader import SchemeReader
from app.engine.taxes import RateTable
from app.engine.terms import Indicator

SOURCES = ("annual", "entries", "gross", "collected")
FACT_KEYS = Keys(
    optional=(*SOURCES, "opening", "settled", "events", "indicators", "pre_move"),
)
EVENTS = Keys(optional=("投产", "达产", "登记", "开工"))
OPENING_KEYS = Keys(("as_of",), ("carried", "deduct", "recover", "cap"))

_YEAR_KEY = re.compile(r"[0-9]{4}(/y(0|-?[1-9][0-9]{0,4}))?", re.ASCII)


class FactsReader:
    """Reads one facts object; what it says must fit the scheme read before it."""

    def __init__(self, node: Node, reader: SchemeReader, rates: RateTable | None) -> None:
        """Take the facts, the scheme they belong to, and the rate rows (None: not readable)."""
        self.node = node
        self.reader = reader
        self.scheme = reader.scheme
        self.rates = rates
        self.found = reading.closed(node, FACT_KEYS)

    def read(self) -> Facts:
        """The facts, as far as they could be read."""
        given = [key for key in SOURCES if key in self.found]
        if len(given) != 1 and isinstance(self.node.value, dict):
            self.node.refuse("exclusive", f"“{'”“'.join(SOURCES)}”须写其一，且只写其一")
        sources = {
            "annual": self._annual,
            "entries": self._entries,
            "gross": self._gross,
            "collected": self._collected,
        }
        facts = Facts((), at=self.node.at)
        for key in given:
            _refuse_empty(self.found[key])
            facts = sources[key](self.found[key])
        return replace(
            facts,
            events=self._events(),
            pre_move=reading.amounts_by_year(self.found.get("pre_move"), signed=True),
            indicators=self._indicators(),
            settled=self._settled(),
            opening=self._opening(),
        )

    def _annual(self, node: Node) -> Facts:
        amounts = reading.amounts_by_year(node, signed=True)
        return Facts(
            tuple(Entry(year, None, fen, f"{node.at}/{year:04d}") for year, fen in amounts.items()),
            at=node.at,
        )

    def _entries(self, node: Node) -> Facts:
        read = [_entry(item) for item in reading.items(node)]
        entries = tuple(entry for entry in read if entry is not None)
        days = [entry.on for entry in entries if entry.on is not None and entry.fen > 0]
        return Facts(entries, at=node.at, first_tax=min(days, default=None))

    def _collected(self, node: Node) -> Facts:
        collected = {
            year: self.reader.clauses.by_party(member, signed=True)
            for year, member in reading.by_fiscal_year(node).items()
        }
        entries = tuple(
            Entry(year, None, sum(parts.values()), f"{node.at}/{year:04d}")
            for year, parts in collected.items()
        )
        return Facts(entries, at=node.at, collected=collected)

    def _gross(self, node: Node) -> Facts:
        if "base" not in self.reader.found and isinstance(self.reader.node.value, dict):
            self.reader.node.refuse("missing", "按税收入库计算须有“base”（基数口径）")
        read = [read_gross_entry(item, self.reader) for item in reading.items(node)]
        receipts = [entry for entry in read if entry is not None]
        rule, rates = self.scheme.base, self.rates
        if rule is None or rates is None:
            return Facts((), at=node.at)
        rows, without_rate = waterfall(receipts, rule, rates)
        for entry, message in without_rate:
            self.node.findings.add(entry.at, "no_rate", message)
        return gross_facts(receipts, rows, rule, node.at)

    def _events(self) -> dict[str, date]:
        found = reading.closed(self.found.get("events"), EVENTS)
        days = {name: reading.day(member) for name, member in found.items()}
        return {name: on for name, on in days.items() if on is not None}

    def _indicators(self) -> dict[str, dict[int, int]]:
        listed = {item.name: item for item in self.scheme.indicators or ()}
        values: dict[str, dict[int, int]] = {}
        for name, member in reading.members(self.found.get("indicators")).items():
            if name in listed:
                values[name] = _values(member, listed[name])
            elif self.reader.sound("indicators"):
                member.refuse("unknown_key", f"方案里没有指标“{name}”")
        return values

    def _settled(self) -> dict[str, dict[str, int]] | None:
        if "settled" not in self.found:
            return None
        settled: dict[str, dict[str, int]] = {}
        for key, member in reading.members(self.found["settled"]).items():
            if _YEAR_KEY.fullmatch(key):
                settled[key] = self.reader.clauses.by_party(member, signed=True)
            else:
                member.refuse("value", f"“{key}”不是结算年度")
        return settled

    def _opening(self) -> Opening | None:
        node = self.found.get("opening")
        found = reading.closed(node, OPENING_KEYS)
        as_of = reading.integer(found.get("as_of"), 0, 9999)
        carried = reading.amount(found.get("carried"), signed=True) or 0
        if carried > 0:
            found["carried"].refuse("amount", "结转的负数不能大于零")
        scheme, sound = self.scheme, self.reader.sound
        kept = {item.name for item in scheme.deduct if item.carry} if sound("deduct") else None
        recovering = {item.party for item in scheme.recover} if sound("recover") else None
        capped = {item.party for item in scheme.cap if item.cumulative is not None}
        balances = (
            _balances(found.get("deduct"), kept, "value", "没有这一项结转的扣除"),
            _balances(found.get("recover"), recovering, "party", "没有这一方的投入回收"),
            _balances(
                found.get("cap"), capped if sound("cap") else None, "party", "没有这一方的累计封顶"
            ),
        )
        return None if as_of is None else Opening(as_of, carried, *balances)


def _refuse_empty(node: Node) -> None:
    if node.value in ({}, []):
        node.refuse("missing", "没有任何事实")


def _entry(node: Node) -> Entry | None:
    if not isinstance(node.value, list) or len(node.value) != 2:
        node.refuse("type", "每笔应为 [日期, 金额]")
        return None
    on = reading.day(node.child(0, node.value[0]))
    fen = reading.amount(node.child(1, node.value[1]), signed=True)
    return None if on is None or fen is None else Entry(on.year, on, fen, node.at)


def _values(node: Node, item: Indicator) -> dict[int, int]:
    """Fiscal year to the value in units of the indicator's last decimal."""
    tail = rf"(\.[0-9]{{1,{item.decimals}}})?" if item.decimals else ""
    values: dict[int, int] = {}
    for year, member in reading.by_fiscal_year(node).items():
        written = reading.text(member)
        if written is None:
            continue
        if not re.fullmatch(rf"-?[0-9]{{1,13}}{tail}", written, re.ASCII):
            member.refuse("amount", f"应为最多 {item.decimals} 位小数的数字字符串")
            continue
        whole, _, decimals = written.partition(".")
        values[year] = int(whole + decimals.ljust(item.decimals, "0"))
    return values


def _balances(
    node: Node | None, names: set[str] | None, code: str, message: str
) -> Mapping[str, int]:
    balances: dict[str, int] = {}
    for name, member in reading.members(node).items():
        if names is not None and name not in names:
            member.refuse(code, f"“{name}”：{message}")
        fen = reading.amount(member)
        if fen is not None:
            balances[name] = fen
    return balances
