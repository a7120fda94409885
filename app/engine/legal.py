"""Legal warnings (合规提示) of an agreement, by rules that are data and can be replaced as a set.

A rule names its trigger (`legal_triggers.py`), its level, its legal basis and the days on which it
holds. Pure: the agreement is described by `Agreement`, the day is an argument. The rules stand in
`seeds/parameters/warnings.toml`; a lawyer reviews them.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.engine import reading
from app.engine.legal_rules import Act, Agreement, Level, Question, Rule, RuleSet
from app.engine.legal_triggers import TRIGGERS
from app.engine.reading import Findings, Keys, Node
from app.engine.scheme import refuse_findings
from app.engine.taxes import RateStatus
from app.engine.terms import Scheme

SET_KEYS = Keys(("set", "status", "warning"))
RULE_KEYS = Keys(
    ("id", "trigger", "level", "text", "basis", "valid_from"),
    ("act", "valid_to", "kinds", "phrases", "unless"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that is triggered, why, and the version of the set that says so."""

    id: str
    level: Level
    act: Act | None
    text: str
    basis: str
    reasons: tuple[str, ...]
    version: str


def findings(rules: RuleSet, scheme: Scheme, agreement: Agreement, on: date) -> tuple[Finding, ...]:
    """Every rule in force on the day that is triggered, in the order of the set."""
    found = []
    for rule in rules.rules:
        question = Question(rule, scheme, agreement, on, rules)
        reasons = TRIGGERS[rule.trigger](question) if rule.holds(on) else ()
        if reasons:
            found.append(
                Finding(
                    rule.id, rule.level, rule.act, rule.text, rule.basis, reasons, rules.version
                )
            )
    return tuple(found)


def forbidding(found: tuple[Finding, ...], act: Act) -> tuple[Finding, ...]:
    """Those findings that forbid an act."""
    return tuple(each for each in found if each.level is Level.BLOCK and each.act is act)


def load_rules(path: Path) -> RuleSet:
    """The rule set of a TOML file; Invalid when it is not one, as with an unknown trigger."""
    return read_rules(tomllib.loads(path.read_text(encoding="utf-8")))


def read_rules(document: Mapping[str, object]) -> RuleSet:
    """A rule set from its TOML document; Invalid with all findings."""
    noted = Findings()
    found = reading.closed(Node(document, "", noted), SET_KEYS)
    version = reading.text(found.get("set"))
    status = reading.choice(found.get("status"), RateStatus)
    rules = [_rule(node) for node in reading.items(found.get("warning"))]
    refuse_findings(noted, document)
    return RuleSet(
        version or "", status or RateStatus.DEMO, tuple(rule for rule in rules if rule is not None)
    )


def _rule(node: Node) -> Rule | None:
    found = reading.closed(node, RULE_KEYS)
    texts = [reading.text(found.get(key)) for key in ("id", "text", "basis")]
    trigger = reading.word(found.get("trigger"), tuple(TRIGGERS))
    level = reading.choice(found.get("level"), Level)
    act = reading.choice(found.get("act"), Act)
    valid_from, valid_to = _day(found.get("valid_from")), _day(found.get("valid_to"))
    kinds = [reading.text(item) for item in reading.items(found.get("kinds"))]
    phrases, unless = _patterns(found.get("phrases")), _patterns(found.get("unless"))
    if level is Level.BLOCK and "act" not in found:
        node.refuse("missing", "阻止的规则须写明所阻止的办理（act）")
    id, text, basis = texts
    if not (id and text and basis and trigger and level and valid_from):
        return None
    named = tuple(kind for kind in kinds if kind is not None)
    return Rule(id, trigger, level, act, text, basis, valid_from, valid_to, named, phrases, unless)


def _day(node: Node | None) -> date | None:
    """A TOML date."""
    if node is None:
        return None
    if not isinstance(node.value, date):
        node.refuse("date", "应为日期")
        return None
    return node.value


def _patterns(node: Node | None) -> tuple[re.Pattern[str], ...]:
    """Regular expressions."""
    compiled = []
    for item in reading.items(node):
        try:
            compiled.append(re.compile(reading.text(item) or ""))
        except re.error as error:
            item.refuse("value", f"不是正则表达式：{error}")
    return tuple(compiled)
