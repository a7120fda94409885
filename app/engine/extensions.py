"""One reader per extension key of the scheme: base, one_off, cash, indicators, eligibility, settle.

Source: scheme v1, B1, B3, B5, B9, B14, B16.
"""

from fractions import Fraction

from app.engine import reading
from app.engine.clauses import ClauseReader
from app.engine.reading import Keys, Node
from app.engine.taxes import TaxKind
from app.engine.terms import (
    BaseRule,
    CashRule,
    Eligibility,
    Indicator,
    Level,
    OneOff,
    Settle,
    Term,
)

BASE_KEYS = Keys(("taxes", "level"), ("net_of_refunds", "kinds_out", "vat_credit_refund"))


def read_base(node: Node) -> BaseRule | None:
    """`base`: which taxes, kinds and level make the shared base; their order says nothing."""
    found = reading.closed(node, BASE_KEYS)
    taxes = [reading.text(item, 40) for item in reading.items(found.get("taxes"))]
    level = reading.choice(found.get("level"), Level)
    kinds = [reading.choice(item, TaxKind) for item in reading.items(found.get("kinds_out"))]
    credit = reading.word(found.get("vat_credit_refund"), ("booked", "after_equalisation"))
    net = reading.flag(found.get("net_of_refunds"), default=True)
    if level is None:
        return None
    return BaseRule(
        tuple(sorted({tax for tax in taxes if tax is not None})),
        level,
        net,
        tuple(kind for kind in TaxKind if kind in kinds),
        credit == "after_equalisation",
    )


def read_one_off(reader: ClauseReader, node: Node) -> OneOff | None:
    """One item of `one_off`."""
    found = reading.closed(node, Keys(("from", "to", "amount", "due", "reason")))
    payer, payee = reader.party(found.get("from")), reader.party(found.get("to"))
    amount, due = reading.amount(found.get("amount")), reading.day(found.get("due"))
    reason = reading.text(found.get("reason"))
    if payer is not None and payer == payee:
        found["to"].refuse("self", "付款方与收款方不能相同")
    if payer is None or payee is None or amount is None or due is None or reason is None:
        return None
    return OneOff(payer, payee, amount, due, reason)


def read_fund(reader: ClauseReader, node: Node, seen: set[str]) -> str | None:
    """One name of `funds`, distinct from the parties and from those before it."""
    name = reading.text(node, 40)
    if name is None:
        return None
    if name == "*":
        node.refuse("value", "资金专户不能叫“*”")
    elif name in seen or name in (reader.parties or ()):
        node.refuse("duplicate", f"“{name}”已是参与方或资金专户")
    seen.add(name)
    return name


class CashReader:
    """Reads the items of `cash`, adding up what is taken from each party."""

    def __init__(self, reader: ClauseReader, funds: tuple[str, ...]) -> None:
        """Take the reader of the clauses and the names of the funds."""
        self.reader = reader
        self.funds = funds
        self.moved: dict[str, Fraction] = {}

    def read(self, node: Node) -> CashRule | None:
        """One item; the percents over one party must not exceed 100 in sum."""
        found = reading.closed(node, Keys(("of", "to", "pct")))
        of = self.reader.party(found.get("of"), ("*",))
        to = self.reader.party(found.get("to"), self.funds)
        percent = reading.ratio(found.get("pct"), 100)
        if of is None or to is None or percent is None:
            return None
        payers = (self.reader.parties or ()) if of == "*" else (of,)
        for party in payers:
            self.moved[party] = self.moved.get(party, Fraction(0)) + percent.exact
        if any(self.moved[party] > 100 for party in payers):
            found["pct"].refuse("ratio", "同一方划出的百分比合计超过 100")
        return CashRule(of, to, percent.exact)


def read_indicator(reader: ClauseReader, node: Node) -> Indicator | None:
    """One item of `indicators`, on its own clock."""
    counted = isinstance(node.value, dict) and "double_count" in node.value
    how = "double_count" if counted else "weights"
    found = reading.closed(node, Keys(("name", "decimals", how), ("calendar", "term")))
    name = reading.text(found.get("name"), 40)
    decimals = reading.integer(found.get("decimals"), 0, 6)
    weights = None if counted else reader.weights(found.get("weights"))
    names = [reader.party(item) for item in reading.items(found.get("double_count"))]
    own = found.get("calendar")
    calendar = reader.calendar(own) if own is not None else None
    term = _own_term(reader, found.get("term"))
    if name is None or decimals is None:
        return None
    twice = tuple(party for party in names if party is not None)
    return Indicator(name, decimals, weights, twice, calendar, term)


def _own_term(reader: ClauseReader, node: Node | None) -> Term | None:
    found = reading.closed(node, Keys(("years", "after")))
    years, after = reading.integer(found.get("years"), 1), reader.party(found.get("after"))
    return None if years is None or after is None else Term(years, after)


def read_eligibility(node: Node) -> Eligibility:
    """`eligibility`: what the pre-move years must show."""
    found = reading.closed(node, Keys((), ("led_by", "avg_base", "base_last_year")))
    average = reading.closed(found.get("avg_base"), Keys(("years_before", "gte")))
    last = reading.closed(found.get("base_last_year"), Keys(("gte",)))
    return Eligibility(
        reading.text(found.get("led_by")),
        reading.integer(average.get("years_before"), 1),
        reading.amount(average.get("gte")),
        reading.amount(last.get("gte")),
    )


def read_settle(node: Node) -> Settle:
    """`settle`: an object of the drafter's own; three of its texts are said."""
    found = reading.members(node)
    said = [found[key].value if key in found else "" for key in ("when", "holder", "form")]
    return Settle(*(text if isinstance(text, str) else "" for text in said))


def read_notes(node: Node) -> tuple[str, ...]:
    """`notes`: anything; its texts are said."""
    reading.something(node)
    listed = node.value if isinstance(node.value, list) else [node.value]
    return tuple(text for text in listed if isinstance(text, str) and text)
