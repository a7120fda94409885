"""What legal warnings are made of: the rules of a set, and the agreement they are asked about."""

import re
from dataclasses import dataclass
from datetime import date

from app.engine.taxes import RateStatus
from app.engine.terms import Scheme
from app.labels import LabelledEnum


class Level(LabelledEnum):
    """What a finding does."""

    BLOCK = "block", "阻止"
    WARN = "warn", "提醒"
    TASK = "task", "交办复核"


class Act(LabelledEnum):
    """What a blocking finding forbids."""

    CONFIRM = "confirm", "确认"
    APPROVE = "approve", "报批"
    SETTLE = "settle", "结算"


class Through(LabelledEnum):
    """How the money moves between the districts."""

    CITY = "city", "市财政体制结算"
    DIRECT = "direct", "区与区直接支付"
    OTHER = "other", "其他方式"


def through(form: str) -> Through:
    """The way that a scheme's `settle.form` names; a scheme that names none goes the lawful one."""
    if not form or "体制结算" in form:
        return Through.CITY
    return Through.DIRECT if "直接" in form else Through.OTHER


@dataclass(frozen=True, slots=True)
class Text:
    """A free text of the agreement and where it stands; `item` names a deduction of the scheme."""

    where: str
    words: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the rules ask of an agreement beside its scheme.

    `led_by`, `approval` and `review` (公平竞争审查) are references, empty while there is no record;
    `based` names the deductions whose legal basis is recorded, "" for all other texts. `ends_on`
    None = open-ended. `changes` are the days on which rules or rates are known to change. `rates`
    is the worst status used by the run, None without one.
    """

    kind: str = ""
    led_by: str = ""
    approval_required: bool = True
    approval: str = ""
    review: str = ""
    based: frozenset[str] = frozenset()
    enterprises: tuple[str, ...] = ()
    texts: tuple[Text, ...] = ()
    through: Through = Through.CITY
    final: bool = False
    rates: RateStatus | None = None
    ends_on: date | None = None
    changes: tuple[tuple[date, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One legal warning as data."""

    id: str
    trigger: str
    level: Level
    act: Act | None
    text: str
    basis: str
    cure: str
    valid_from: date
    valid_to: date | None
    kinds: tuple[str, ...]
    phrases: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]

    def holds(self, on: date) -> bool:
        """Whether the rule applies on a day; first and last day inside."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules with the version of the set and how well they are checked."""

    version: str
    status: RateStatus
    rules: tuple[Rule, ...]

    def __str__(self) -> str:
        """The set as the page of the parameters reads it aloud."""
        listed = (
            f"{rule.id} {rule.level.label}{rule.act.label if rule.act else ''}：{rule.text}"
            for rule in self.rules
        )
        return f"{self.version}（{self.status.label}）；{'；'.join(listed)}"


@dataclass(frozen=True, slots=True)
class Question:
    """What a trigger is asked."""

    rule: Rule
    scheme: Scheme
    agreement: Agreement
    on: date
    rules: RuleSet
