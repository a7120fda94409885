"""Legal warnings (合规提示) of an agreement, by rules that are data and can be replaced as a set.

A rule names its trigger (`legal_triggers.py`), its level, its legal basis and the days on which it
holds. Pure: the agreement is described by `Agreement`, the day is an argument. The sets are a
parameter with a day of its own (`legal.warnings`); a lawyer reviews them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.engine import reading
from app.engine.legal_rules import Act, Agreement, Level, Question, Rule, RuleSet
from app.engine.legal_triggers import TRIGGERS
from app.engine.reading import Findings, Keys, Node
from app.engine.scheme import refuse_findings
from app.engine.taxes import RateStatus
from app.engine.terms import Scheme

SET_KEYS = Keys(("set", "status", "warning"))
RULE_KEYS = Keys(
    ("id", "trigger", "level", "text", "basis", "cure", "valid_from"),
    ("act", "valid_to", "kinds", "phrases", "unless"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that is triggered, why, what cures it, and the set that says so with its status."""

    id: str
    level: Level
    act: Act | None
    text: str
    basis: str
    cure: str
    reasons: tuple[str, ...]
    version: str
    status: RateStatus


def findings(rules: RuleSet, scheme: Scheme, agreement: Agreement, on: date) -> tuple[Finding, ...]:
    """Every rule in force on the day that is triggered, in the order of the set."""
    found = []
    for rule in rules.rules:
        question = Question(rule, scheme, agreement, on, rules)
        reasons = TRIGGERS[rule.trigger](question) if rule.holds(on) else ()
        if reasons:
            said = (rule.id, rule.level, rule.act, rule.text, rule.basis, rule.cure)
            found.append(Finding(*said, reasons, rules.version, rules.status))
    return tuple(found)


def forbidding(found: tuple[Finding, ...], act: Act) -> tuple[Finding, ...]:
    """Those findings that forbid an act."""
    return tuple(each for each in found if each.level is Level.BLOCK and each.act is act)


def read_rules(document: Mapping[str, object]) -> RuleSet:
    """A rule set from its document; Invalid with all findings, as with an unknown trigger."""
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
    texts = [reading.text(found.get(key)) for key in ("id", "text", "basis", "cure")]
    trigger = reading.word(found.get("trigger"), tuple(TRIGGERS))
    level = reading.choice(found.get("level"), Level)
    act = reading.choice(found.get("act"), Act)
    valid_from, valid_to = (reading.day(found.get(key)) for key in ("valid_from", "valid_to"))
    kinds = [reading.text(item) for item in reading.items(found.get("kinds"))]
    phrases, unless = _patterns(found.get("phrases")), _patterns(found.get("unless"))
    if level is Level.BLOCK and "act" not in found:
        node.refuse("missing", "阻止的规则须写明所阻止的办理（act）")
    id, text, basis, cure = texts
    if not (id and text and basis and cure and trigger and level and valid_from):
        return None
    named = tuple(kind for kind in kinds if kind is not None)
    said = (id, trigger, level, act, text, basis, cure)
    return Rule(*said, valid_from, valid_to, named, phrases, unless)


def _patterns(node: Node | None) -> tuple[re.Pattern[str], ...]:
    """Regular expressions."""
    compiled = []
    for item in reading.items(node):
        try:
            compiled.append(re.compile(reading.text(item) or ""))
        except re.error as error:
            item.refuse("value", f"不是正则表达式：{error}")
    return tuple(compiled)
