"""From scheme v1 and facts to the cards, so that a stored version can be edited and tried.

A clause that the cards cannot say exactly goes to `other` as JSON: each key is written back and
compared, so nothing of a scheme is ever lost by opening it.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ValidationError

from app.agreements.cards import BALANCES, Sheet
from app.agreements.clause_writing import ABSENT, FIELDS, Document
from app.agreements.writing import Writer
from app.money import Money

_PLAIN = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,2})?", re.ASCII)


def sheet_of(
    scheme: Mapping[str, Any],
    facts: Mapping[str, Any] | None = None,
    districts: Mapping[str, str] | None = None,
    **rest: str,
) -> Sheet:
    """The cards that say this scheme; `districts` are the parties' districts by name."""
    rows = {name: str(row) for row, name in enumerate(scheme["parties"])}
    values = _Reader(scheme, rows).values()
    parties = [{"name": name, "district": (districts or {}).get(name, "")} for name in rows]
    whole = {"parties": parties, **rest, **({"facts": _facts(facts, rows)} if facts else {})}
    said: Document = {}
    other: Document = {}
    for group in (*CARDS, *((key,) for key in scheme if key not in _IN_CARDS)):
        written = {key: scheme[key] for key in group if key in scheme}
        filled = {key: values[key] for key in group if key in values}
        if filled and _says(whole | filled, group, written):
            said |= filled
        else:
            other |= written
    text = json.dumps(other, ensure_ascii=False, indent=1) if other else ""
    return Sheet.model_validate(whole | said | {"other": text})


def typed(sheet: Sheet) -> dict[str, object]:
    """The values of the sheet by the names of its fields, for a form."""
    return dict(_flat("", sheet))


def _flat(prefix: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _flat(f"{prefix}.{name}".lstrip("."), getattr(value, name))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield f"{prefix}.{name}", item
    elif isinstance(value, list) and value and isinstance(value[0], BaseModel):
        for row, item in enumerate(value):
            yield from _flat(f"{prefix}.{row}", item)
    elif value not in ("", []):
        yield prefix, value


def _says(sheet: dict[str, object], group: tuple[str, ...], clauses: Document) -> bool:
    """Whether the cards, written back, give the same clauses."""
    try:
        writer = Writer(Sheet.model_validate(sheet), {})
    except ValidationError:
        return False
    back = writer.scheme()
    return _same({key: back[key] for key in group if key in back}, clauses)


def _same(one: object, other: object) -> bool:
    """Equal but for the spelling of numbers: `"12"` and `"12.00"` are the same amount."""
    if isinstance(one, dict) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, str) and isinstance(other, str):
        plain = _PLAIN.fullmatch(one) and _PLAIN.fullmatch(other)
        return Decimal(one) == Decimal(other) if plain else one == other
    return type(one) is type(other) and one == other


class _Reader:
    """Reads the clauses of one scheme into the values of cards; what fits no card is left out."""

    def __init__(self, scheme: Mapping[str, Any], rows: Mapping[str, str]) -> None:
        self.scheme = scheme
        self.rows = rows

    def values(self) -> Document:
        """The values of every card that can be read, by key."""
        readers: dict[str, Callable[[Any], object]] = {
            "base": self._base,
            "calendar": self._clause,
            "term": self._term,
            "negative": str,
            "eligibility": self._eligibility,
            "baseline": self._baseline,
            **dict.fromkeys(("deduct", "recover", "reserve", "guarantee", "cap"), self._clauses),
            **dict.fromkeys(("split", "tiers"), self._clauses),
            "cash": self._cash,
            "one_off": self._clauses,
            "indicators": self._indicators,
            "settle": self._clause,
            "notes": str,
        }
        return {key: read(self.scheme[key]) for key, read in readers.items() if key in self.scheme}

    def _clauses(self, items: object) -> list[Document]:
        return [self._clause(item) for item in items] if isinstance(items, list) else []

    def _cash(self, items: object) -> list[Document]:
        """Holders of cash stand by name: a fund is no row of the parties."""
        rules = items if isinstance(items, list) else []
        return [
            {**self._clause(rule), "to": rule.get("to", "")}
            for rule in rules
            if isinstance(rule, Mapping)
        ]

    def _clause(self, clause: object) -> Document:
        """One clause: amounts in 万元, parties by row, years apart, all as one would type them."""
        values: Document = {}
        for key, value in clause.items() if isinstance(clause, Mapping) else ():
            if key == "years" and isinstance(value, list) and len(value) == 2:
                values["first"], values["last"] = map(_text, value)
            elif key in ("weights", "amounts") and isinstance(value, Mapping):
                values[key] = self._per_party(value, amounts=key == "amounts")
            elif key == "formula" and isinstance(value, Mapping):
                values[key] = self._formula(value)
            elif key == "basis" and isinstance(value, Mapping):
                values[key] = _text(value.get("说明"))
            elif key == "series" and isinstance(value, Mapping):
                values[key] = "\n".join(f"{year} {wan(each)}" for year, each in value.items())
            elif key in _PARTIES:
                values[FIELDS.get(str(key), str(key))] = self.rows.get(str(value), str(value))
            elif key in _AMOUNTS:
                values[key] = "" if value is None else wan(value)
            else:
                values[key] = _text(value)
        return values

    def _per_party(self, value: Mapping[str, Any], *, amounts: bool) -> dict[str, list[str]]:
        return {
            self.rows.get(name, name): [wan(each) if amounts else _text(each)]
            for name, each in value.items()
        }

    def _formula(self, formula: Mapping[str, Any]) -> Document:
        """A formula as its card: a line per factor, a line per coalition."""
        alpha, inputs = formula.get("alpha", {}), formula.get("inputs", {})
        factors = [
            (factor, weight, *(inputs.get(name, {}).get(factor, ABSENT) for name in self.rows))
            for factor, weight in alpha.items()
        ]
        return {
            "type": formula.get("type", ""),
            "stakes": self._per_party(formula.get("stakes", {}), amounts=False),
            "factors": _table(factors),
            "value": _table(formula.get("value", {}).items()),
        }

    def _indicators(self, items: object) -> list[Document]:
        """Each with its clock and its term on the card."""
        return [
            self._clause({key: value for key, value in item.items() if key in _PLAIN_INDICATOR})
            | {
                "how": "double_count" if "double_count" in item else "weights",
                "double_count": [
                    self.rows.get(name, name) for name in item.get("double_count", ())
                ],
                "calendar": self._clause(item.get("calendar", {})),
            }
            | self._clause(item.get("term", {}))
            for item in (items if isinstance(items, list) else [])
            if isinstance(item, Mapping)
        ]

    def _eligibility(self, rule: Mapping[str, Any]) -> Document:
        average, last = rule.get("avg_base", {}), rule.get("base_last_year", {})
        return {
            "led_by": _text(rule.get("led_by")),
            "years_before": _text(average.get("years_before")),
            "average": wan(average["gte"]) if "gte" in average else "",
            "last_year": wan(last["gte"]) if "gte" in last else "",
        }

    def _base(self, base: Mapping[str, Any]) -> Document:
        kinds = base.get("kinds_out")
        return {key: _text(value) for key, value in base.items() if key in _WORDS_OF_BASE} | {
            "taxes": base.get("taxes", []),
            "kinds": "" if kinds is None else "some" if kinds else "none",
            "kinds_out": kinds or [],
        }

    def _term(self, term: Mapping[str, Any]) -> Document:
        more = term.get("extend", {}).get("years")
        plain = self._clause({key: value for key, value in term.items() if key != "extend"})
        return plain | {"extend": _text(more)}

    def _baseline(self, baseline: Mapping[str, Any]) -> Document:
        form = "each" if "amounts" in baseline else "one"
        values = self._clause({k: v for k, v in baseline.items() if v != "each"})
        return values | {"form": form}


def wan(amount: object) -> str:
    """Yuan as one would type it in 万元, exact: `0.000001` is a fen; what is no amount stays."""
    try:
        fen = Money.parse(str(amount)).fen
    except ValueError:
        return str(amount)
    return f"{(Decimal(fen) / 10**6).normalize():f}"


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _facts(facts: Mapping[str, Any], rows: Mapping[str, str]) -> Document:
    """The facts as the lines that one would paste."""
    form = next((key for key in ("annual", "entries", "gross", "collected") if key in facts), "")
    found: Any = facts.get(form, {})
    lines: list[tuple[str, ...]]
    match form:
        case "annual":
            lines = [(year, wan(amount)) for year, amount in sorted(found.items())]
        case "entries":
            lines = [(day, wan(amount)) for day, amount in found]
        case "gross":
            lines = [(e["date"], e["tax"], wan(e["amount"]), e.get("kind", "")) for e in found]
        case _:
            lines = [
                (year, *(wan(parts.get(name, "0")) for name in rows))
                for year, parts in sorted(found.items())
            ]
    events = {name: [str(on)] for name, on in facts.get("events", {}).items()}
    return {
        "form": form or "annual",
        "rows": _table(lines),
        "events": events,
        "pre_move": _table((y, wan(each)) for y, each in sorted(facts.get("pre_move", {}).items())),
        "indicators": _table(
            (name, year, str(value))
            for name, years in facts.get("indicators", {}).items()
            for year, value in years.items()
        ),
        "opening": _opening(facts.get("opening", {})),
    }


def _opening(opening: Mapping[str, Any]) -> Document:
    return {
        "as_of": _text(opening.get("as_of")),
        "carried": wan(opening["carried"]) if "carried" in opening else "",
        "balances": _table(
            (kind, name, wan(amount))
            for kind, key in BALANCES.items()
            for name, amount in opening.get(key, {}).items()
        ),
    }


def _table(lines: Iterable[tuple[str, ...]]) -> str:
    """Lines as one would paste them from a sheet."""
    return "\n".join("\t".join(cells).rstrip() for cells in lines)


CARDS = (
    *(("base",), ("calendar",), ("term",), ("negative",), ("baseline",), ("deduct",)),
    *(("recover",), ("reserve",), ("split",), ("tiers",), ("guarantee",), ("cap",)),
    *(("funds", "cash"), ("one_off",), ("indicators",), ("eligibility",), ("settle",), ("notes",)),
)
"""The keys that each card says."""
_IN_CARDS = {"parties", *(key for group in CARDS for key in group)}
_PARTIES = frozenset({"party", "of", "to", "payer", "overflow", "owner", "after", "before", "from"})
_AMOUNTS = frozenset({"amount", "per_year", "cumulative", "annual", "upto"})
_PLAIN_INDICATOR = frozenset({"name", "decimals", "weights"})
_WORDS_OF_BASE = frozenset({"level", "net_of_refunds", "vat_credit_refund"})
