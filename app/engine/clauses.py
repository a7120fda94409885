"""One small reader per clause of part A: a JSON node to a frozen term, or findings.

Source: scheme v1, A3-A8, with what B2, B6, B7 and B8 add to the same keys.
"""

from fractions import Fraction

from app.engine import reading
from app.engine.formulas import read_formula
from app.engine.reading import Keys, Node
from app.engine.terms import (
    Baseline,
    Calendar,
    Cap,
    Clause,
    Deduction,
    Guarantee,
    Recovery,
    Reserve,
    Rule,
    Scope,
    Source,
    Step,
    Stocks,
    Term,
    Tier,
    Trigger,
    Weights,
)

CALENDAR_KEYS = Keys(
    optional=("rule", "fiscal_year_one", "start", "start_trigger", "before"),
)


Span = tuple[int, int | None]


class ClauseReader:
    """Reads clauses against the parties; while these are unknown, names go unchecked."""

    def __init__(self, parties: tuple[str, ...] | None) -> None:
        """Take the parties in their order, None while that list is broken."""
        self.parties = parties
        self.spans: list[tuple[str, Span | None]] = []
        self.limits: list[tuple[Node | None, int | None]] = []

    def party(self, node: Node | None, also: tuple[str, ...] = ()) -> str | None:
        """One of the parties (or of `also`); unchecked while the list itself is broken."""
        name = reading.text(node)
        if node is None or name is None or self.parties is None:
            return name
        if name not in self.parties and name not in also:
            node.refuse("party", f'未知参与方"{name}"')
            return None
        return name

    def _party_key(self, name: str, node: Node) -> str | None:
        return self.party(Node(name, node.at, node.findings))

    def calendar(self, node: Node) -> Calendar:
        """`calendar`, of the scheme or of an indicator."""
        found = reading.closed(node, CALENDAR_KEYS)
        return Calendar(
            rule=reading.choice(found.get("rule"), Rule, ("day_count",)) or Rule.FISCAL_YEAR,
            fiscal_year_one=reading.integer(found.get("fiscal_year_one"), 0, 9999),
            start=reading.day(found.get("start")),
            trigger=reading.choice(found.get("start_trigger"), Trigger) or Trigger.DATE,
            before=self.party(found.get("before")),
            at=node.at,
        )

    def term(self, node: Node) -> Term | None:
        """`term`, with its extension."""
        found = reading.closed(node, Keys(("years", "after"), ("extend",)))
        years = reading.integer(found.get("years"), 1)
        after = self.party(found.get("after"))
        extra: int | None = 0
        if "extend" in found:
            more = reading.closed(found["extend"], Keys(("if", "years")))
            reading.word(more.get("if"), ("cap_not_reached",))
            extra = reading.integer(more.get("years"), 1)
        if years is None or after is None:
            return None
        return Term(years, after, extra or 0, node.at)

    def baseline(self, node: Node) -> Baseline | Stocks | None:
        """`baseline`: of one owner, or of each territory (B2)."""
        clause = Clause(node.at, "baseline", "存量基数")
        if isinstance(node.value, dict) and "amounts" in node.value:
            found = reading.closed(node, Keys(("amounts", "owner", "scope")))
            amounts = self.by_party(found.get("amounts"))
            reading.word(found.get("owner"), ("each",))
            scope = reading.word(found.get("scope"), ("pooled", "per_territory"))
            order = [name for name in self.parties or () if name in amounts]
            return Stocks(tuple((name, amounts[name]) for name in order), scope == "pooled", clause)
        found = reading.closed(node, Keys(("amount", "owner")))
        amount, owner = reading.amount(found.get("amount")), self.party(found.get("owner"))
        return None if amount is None or owner is None else Baseline(amount, owner, clause)

    def by_party(self, node: Node | None, *, signed: bool = False) -> dict[str, int]:
        """Party to fen, from an object keyed by party."""
        read: dict[str, int] = {}
        for name, member in reading.members(node).items():
            fen = reading.amount(member, signed=signed)
            if self._party_key(name, member) is not None and fen is not None:
                read[name] = fen
        return read

    def deduction(self, node: Node) -> Deduction | None:
        """One item of `deduct`."""
        found = reading.closed(node, Keys(("name", "to", "series"), ("carry",)))
        name, to = reading.text(found.get("name")), self.party(found.get("to"))
        series = reading.amounts_by_year(found.get("series"))
        carry = reading.flag(found.get("carry"), default=False)
        if name is None or to is None:
            return None
        clause = Clause(node.at, f"deduct/{name}", name)
        return Deduction(name, to, tuple(sorted(series.items())), carry, clause)

    def recovery(self, node: Node) -> Recovery | None:
        """One item of `recover`."""
        found = reading.closed(node, Keys(("party", "amount"), later=("interest",)))
        party, amount = self.party(found.get("party")), reading.amount(found.get("amount"))
        if party is None or amount is None:
            return None
        return Recovery(party, amount, Clause(node.at, f"recover/{party}", f"{party}投入优先覆盖"))

    def reserve(self, node: Node) -> Reserve | None:
        """One item of `reserve`."""
        found = reading.closed(node, Keys(("to", "pct", "years")))
        to, percent = self.party(found.get("to")), reading.ratio(found.get("pct"), 100)
        years = span(found.get("years"))
        if to is None or percent is None or years is None:
            return None
        place = node.at.rpartition("/")[2]
        clause = Clause(node.at, f"reserve/{place}", f"{to}滚动发展")
        return Reserve(to, percent.exact, *years, clause)

    def weights(self, node: Node | None) -> Weights | None:
        """A `weights` object: known parties, exact ratios, one positive at least."""
        before = len(node.findings.issues) if node else 0
        read = {
            name: (reading.ratio(member), member) for name, member in reading.members(node).items()
        }
        for name, (_, member) in read.items():
            self._party_key(name, member)
        if node is None or not isinstance(node.value, dict):
            return None
        if len(node.findings.issues) > before:
            return None
        exact = {name: share.exact for name, (share, _) in read.items() if share is not None}
        if not any(exact.values()):
            node.refuse("weights", "至少要有一方的权重大于零")
            return None
        written = {name: share.text for name, (share, _) in read.items() if share is not None}
        return self._weights_of(exact, written)

    def _weights_of(
        self, exact: dict[str, Fraction], written: dict[str, str] | None, formula: str = ""
    ) -> Weights | None:
        """In the order of `parties`; None while that order is not known."""
        return Weights.of(exact, self.parties, written, formula) if self.parties else None

    def _divided(self, node: Node, key: str) -> tuple[dict[str, Node], Weights | None]:
        """A ladder step or tier: its own `key` and either `weights` or `formula`."""
        written = node.value if isinstance(node.value, dict) else {}
        if "formula" not in written:
            found = reading.closed(node, Keys((key, "weights")))
            return found, self.weights(found.get("weights"))
        found = reading.closed(node, Keys((key, "formula")))
        formula = read_formula(found["formula"], self.parties or ())
        return found, self._weights_of(formula[0], None, formula[1]) if formula else None

    def step(self, node: Node) -> Step | None:
        """One step of `split`."""
        found, weights = self._divided(node, "years")
        years = span(found.get("years"))
        self.spans.append((node.at, years))
        if weights is None or years is None:
            return None
        return Step(*years, weights, Clause(node.at, "split", "分享比例"))

    def tier(self, node: Node) -> Tier | None:
        """One tier of `tiers`."""
        found, weights = self._divided(node, "upto")
        upto = found.get("upto")
        limit = None if upto is None or upto.value is None else reading.amount(upto)
        self.limits.append((upto, limit))
        return None if weights is None else Tier(limit, weights)

    def guarantee(self, node: Node) -> Guarantee | None:
        """One item of `guarantee`."""
        found = reading.closed(
            node, Keys(("party", "per_year", "payer", "source"), ("from_year",), ("from_date",))
        )
        per_year = found.get("per_year")
        if per_year is not None and isinstance(per_year.value, dict):
            per_year.refuse("unsupported", "按公式确定的保底额尚不支持计算")
            amount = None
        else:
            amount = reading.amount(per_year)
        party, payer = self.party(found.get("party")), self.party(found.get("payer"))
        source = reading.choice(found.get("source"), Source)
        from_year = reading.integer(found.get("from_year"), 1) or 1
        if party is not None and party == payer:
            found["payer"].refuse("self", "补足方不能是被保底方自己")
        if amount is None or party is None or payer is None or source is None:
            return None
        place = node.at.rpartition("/")[2]
        clause = Clause(node.at, f"guarantee/{place}", f"{party}保底")
        return Guarantee(party, amount, payer, source, from_year, clause)

    def cap(self, node: Node) -> Cap | None:
        """One item of `cap`."""
        found = reading.closed(
            node, Keys(("party", "overflow"), ("cumulative", "annual", "scope", "basis"))
        )
        if found and "cumulative" not in found and "annual" not in found:
            node.refuse("missing", "缺少“cumulative”或“annual”")
        party, overflow = self.party(found.get("party")), self.party(found.get("overflow"))
        cumulative = reading.amount(found.get("cumulative"))
        annual = reading.amount(found.get("annual"))
        scope = reading.choice(found.get("scope"), Scope) or Scope.TOTAL
        reading.members(found.get("basis"))
        if party is not None and party == overflow:
            found["overflow"].refuse("self", "超出部分不能仍归被封顶方")
        if party is None or overflow is None:
            return None
        place = node.at.rpartition("/")[2]
        clause = Clause(node.at, f"cap/{place}", f"{party}封顶")
        return Cap(party, overflow, cumulative, annual, scope, clause)


def span(node: Node | None) -> Span | None:
    """`years`: [a, b] with 1 ≤ a ≤ b, b may be null for no end."""
    if node is None:
        return None
    if not isinstance(node.value, list):
        node.wrong_type("列表")
        return None
    if len(node.value) != 2:
        node.refuse("years", "年份区间应为 [起, 止] 两个整数")
        return None
    first, last = node.value
    if type(first) is not int or first < 1 or not _is_last(last):
        node.refuse("years", "年份应为不小于 1 的整数，止年可为 null（不设终期）")
        return None
    if last is not None and last < first:
        node.refuse("years", f"年份区间颠倒：{first} 至 {last}")
        return None
    return first, last


def _is_last(value: object) -> bool:
    return value is None or (type(value) is int and value >= 1)
