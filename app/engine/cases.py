"""A case file (scheme, facts, rates) to values, or all findings; one part per ledger.

Source: scheme v1, B4 and C1. Agreements and settlements hand in the same object they store:
`read_case({"scheme": ..., "facts": ..., "rates": ...})`.
"""

from dataclasses import dataclass

from app.engine import reading
from app.engine.facts import Facts
from app.engine.facts_checks import check_facts
from app.engine.facts_reading import FactsReader
from app.engine.gross import read_rates
from app.engine.reading import Findings, Keys, Node
from app.engine.scheme import checked_reader, refuse_findings
from app.engine.taxes import RateTable
from app.engine.terms import Scheme

CASE_KEYS = Keys(
    ("scheme", "facts"),
    ("rates", "id", "title", "trace", "status", "expect", "notes", "steps"),
)
LEDGERS = Keys(("ledgers",))


@dataclass(frozen=True, slots=True)
class Part:
    """One scheme and its facts; `ledger` is its name, None where the case has no ledgers."""

    ledger: str | None
    scheme: Scheme
    facts: Facts


@dataclass(frozen=True, slots=True)
class Case:
    """All parts of a case file, in their order."""

    parts: tuple[Part, ...]


def read_case(document: object) -> Case:
    """The case of a JSON object; Invalid with all findings, pointers from the root."""
    findings = Findings()
    root = Node(document, "", findings)
    found = reading.closed(root, CASE_KEYS)
    for key in ("id", "title", "trace", "status"):
        reading.text(found.get(key))
    reading.members(found.get("expect"))
    parts = _parts(root, found, _rates(found.get("rates")))
    refuse_findings(findings, document)
    return Case(parts)


def _parts(root: Node, found: dict[str, Node], rates: RateTable | None) -> tuple[Part, ...]:
    scheme, facts = found.get("scheme"), found.get("facts")
    if scheme is None:
        return ()
    if not isinstance(scheme.value, dict) or "ledgers" not in scheme.value:
        return (_part(None, scheme, facts, root, rates),)
    schemes = reading.members(reading.closed(scheme, LEDGERS).get("ledgers"))
    if not schemes:
        scheme.refuse("missing", "没有任何账册")
    own = reading.closed(facts, LEDGERS).get("ledgers")
    ledgers = reading.members(own)
    for name, member in ledgers.items():
        if name not in schemes:
            member.refuse("unknown_key", f"方案里没有账册“{name}”")
    for name in schemes:
        if own is not None and name not in ledgers:
            own.refuse("missing", f"缺少账册“{name}”的事实")
    return tuple(
        _part(name, member, ledgers.get(name), root, rates) for name, member in schemes.items()
    )


def _rates(node: Node | None) -> RateTable | None:
    """The rate table, None when there is none that can be read."""
    if node is None:
        return None
    before = len(node.findings.issues)
    table = read_rates(node)
    return table if len(node.findings.issues) == before else None


def _part(
    ledger: str | None, scheme: Node, facts: Node | None, root: Node, rates: RateTable | None
) -> Part:
    reader = checked_reader(scheme)
    if facts is None:
        return Part(ledger, reader.scheme, Facts(()))
    gross = isinstance(facts.value, dict) and "gross" in facts.value
    if gross and isinstance(root.value, dict) and "rates" not in root.value:
        root.refuse("missing", "按税收入库计算须有“rates”（收入分享比例）")
    facts_reader = FactsReader(facts, reader, rates)
    read = facts_reader.read()
    check_facts(facts_reader, read)
    return Part(ledger, reader.scheme, read)
