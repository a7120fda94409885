"""The pipeline of leads and projects: stages, the table of moves, and what a gate still asks for.

    lead ─ assessing ─ negotiating ─ pre_signing ─ signed ─ registered ─┬─ landed … at_capacity
    └──── a lead ───┘  └────────────── a project ──────────────────────┘└─ opened … at_target

A stage is known by its name; what comes before what is said by `PATHS` alone, one per track.
`evaluate_gate` is the only judge of a gate, for lead and project, button, import and API alike.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Protocol

from app.errors import GateUnmet, IllegalTransition
from app.labels import LabelledEnum


class Stage(LabelledEnum):
    """How far a lead or project has come."""

    LEAD = "lead", "线索"
    ASSESSING = "assessing", "研判"
    NEGOTIATING = "negotiating", "在谈"
    PRE_SIGNING = "pre_signing", "拟签约"
    SIGNED = "signed", "签约"
    REGISTERED = "registered", "注册"
    LANDED = "landed", "落地"
    UNDER_CONSTRUCTION = "under_construction", "开工"
    OPENED = "opened", "开业"
    IN_PRODUCTION = "in_production", "投产"
    OPERATING = "operating", "运营"
    AT_CAPACITY = "at_capacity", "达产"
    AT_TARGET = "at_target", "达效"


class Track(LabelledEnum):
    """Which way a project goes after 签约."""

    CONSTRUCTION = "construction", "固投开工类"
    BUSINESS = "business", "开业营业类"


_COMMON = (
    Stage.LEAD,
    Stage.ASSESSING,
    Stage.NEGOTIATING,
    Stage.PRE_SIGNING,
    Stage.SIGNED,
    Stage.REGISTERED,
)

PATHS: dict[Track, tuple[Stage, ...]] = {
    Track.CONSTRUCTION: (
        *_COMMON,
        Stage.LANDED,
        Stage.UNDER_CONSTRUCTION,
        Stage.IN_PRODUCTION,
        Stage.AT_CAPACITY,
    ),
    Track.BUSINESS: (*_COMMON, Stage.OPENED, Stage.OPERATING, Stage.AT_TARGET),
}

LEAD_STAGES = (Stage.LEAD, Stage.ASSESSING)


class Direction(LabelledEnum):
    """What a move is called in the log."""

    FORWARD = "forward", "推进"
    BACK_ENTRY = "back_entry", "补录"
    BACK = "back", "退回"


def _moves(path: Sequence[Stage]) -> dict[tuple[Stage, Stage], Direction]:
    """Every move inside one life: a step forward, several at once, or back."""
    moves: dict[tuple[Stage, Stage], Direction] = {}
    for place, source in enumerate(path):
        for target in path[:place]:
            moves[source, target] = Direction.BACK
        for target in path[place + 1 :]:
            moves[source, target] = Direction.BACK_ENTRY
        for target in path[place + 1 : place + 2]:
            moves[source, target] = Direction.FORWARD
    return moves


LEAD_MOVES = _moves(LEAD_STAGES)
PROJECT_MOVES: dict[Track, dict[tuple[Stage, Stage], Direction]] = {
    track: _moves(path[len(LEAD_STAGES) :]) for track, path in PATHS.items()
}


class LeadState(LabelledEnum):
    """Whether somebody works on the lead, beside its stage."""

    OPEN = "open", "在办"
    POOLED = "pooled", "线索池"
    DROPPED = "dropped", "已终止"
    OPENED = "opened", "已转项目"


class LeadMove(LabelledEnum):
    """What happens to a lead beside its stage."""

    ASSIGN = "assign", "分派"
    POOL = "pool", "退回线索池"
    DROP = "drop", "终止"
    OPEN_PROJECT = "open_project", "转为项目"


STATE_MOVES: dict[tuple[LeadState, LeadMove], LeadState] = {
    (LeadState.OPEN, LeadMove.ASSIGN): LeadState.OPEN,
    (LeadState.POOLED, LeadMove.ASSIGN): LeadState.OPEN,
    (LeadState.OPEN, LeadMove.POOL): LeadState.POOLED,
    (LeadState.OPEN, LeadMove.DROP): LeadState.DROPPED,
    (LeadState.POOLED, LeadMove.DROP): LeadState.DROPPED,
    (LeadState.OPEN, LeadMove.OPEN_PROJECT): LeadState.OPENED,
}


def lead_state_after(state: LeadState, move: LeadMove) -> LeadState:
    """The state after a move; IllegalTransition when the table has none."""
    if (state, move) not in STATE_MOVES:
        allowed = [known for held, known in STATE_MOVES if held is state]
        raise IllegalTransition(
            f"“{state.label}”的线索不能“{move.label}”",
            **{"from": state, "to": move, "allowed": allowed},
        )
    return STATE_MOVES[state, move]


def direction(
    moves: Mapping[tuple[Stage, Stage], Direction], source: Stage, target: Stage
) -> Direction:
    """What the move from `source` to `target` is; IllegalTransition when the table has none."""
    if (source, target) not in moves:
        allowed = [known for held, known in moves if held is source]
        raise IllegalTransition(
            f"不能从“{source.label}”到“{target.label}”",
            **{"from": source, "to": target, "allowed": allowed},
        )
    return moves[source, target]


def up_to(target: Stage, track: Track | None = None) -> tuple[Stage, ...]:
    """The stages from the first to `target`, the target included."""
    paths = [PATHS[track]] if track else list(PATHS.values())
    path = next((path for path in paths if target in path), None)
    if path is None:
        raise ValueError(f"{target} is not on the track {track}")
    return path[: path.index(target) + 1]


class Rule(Protocol):
    """A row of the gate rules, as `parameters` gives it."""

    @property
    def rule_id(self) -> str:
        """Its name, `G2.talk`."""

    @property
    def track(self) -> str:
        """A track, or `*`."""

    @property
    def category(self) -> str:
        """A project category, or `*`."""

    @property
    def stage(self) -> str:
        """From which stage on it holds."""

    @property
    def field(self) -> str:
        """The field it is about, dotted."""

    @property
    def check(self) -> str:
        """`filled`, or the name of a check."""

    @property
    def sentence(self) -> str:
        """What is asked for, in Chinese."""

    @property
    def fixable_by(self) -> Sequence[str]:
        """The roles that can mend it."""

    @property
    def may_declare_unknown(self) -> bool:
        """Whether 企业暂未提供 satisfies it."""


@dataclass(frozen=True)
class Facts:
    """A lead or project as its gates see it.

    `values`: field → value, empty ones are not filled. `unknown`: fields that are 企业暂未提供.
    `checks`: how the named checks came out; one that nobody answers is not passed.
    """

    values: Mapping[str, object]
    checks: Mapping[str, bool]
    unknown: frozenset[str] = frozenset()
    track: Track | None = None
    categories: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Unmet:
    """One thing a gate still asks for."""

    rule: str
    pointer: str
    message: str
    fixable_by: tuple[str, ...]
    may_declare_unknown: bool


def pointer(rule: Rule) -> str:
    """The JSON pointer of the field that a rule is about."""
    return "/" + rule.field.replace(".", "/")


def asked(rules: Iterable[Rule], facts: Facts, target: Stage) -> list[Rule]:
    """The rules that `target` puts to these facts; those of the stages before hold on."""
    reached = up_to(target, facts.track)
    return [rule for rule in rules if rule.stage in reached and _applies(rule, facts)]


def evaluate_gate(rules: Iterable[Rule], facts: Facts, target: Stage) -> list[Unmet]:
    """What stands between these facts and `target`."""
    return [
        Unmet(
            rule=rule.rule_id,
            pointer=pointer(rule),
            message=rule.sentence,
            fixable_by=tuple(rule.fixable_by),
            may_declare_unknown=rule.may_declare_unknown,
        )
        for rule in asked(rules, facts, target)
        if not _met(rule, facts)
    ]


def require_gate(rules: Iterable[Rule], facts: Facts, target: Stage) -> None:
    """GateUnmet with everything that is missing, when something is."""
    unmet = evaluate_gate(rules, facts, target)
    if unmet:
        raise GateUnmet(
            f"进入“{target.label}”还缺 {len(unmet)} 项", unmet=[asdict(item) for item in unmet]
        )


def _applies(rule: Rule, facts: Facts) -> bool:
    return rule.track in ("*", facts.track) and (
        rule.category == "*" or rule.category in facts.categories
    )


def _met(rule: Rule, facts: Facts) -> bool:
    if rule.may_declare_unknown and rule.field in facts.unknown:
        return True
    if rule.check == "filled":
        return facts.values.get(rule.field) not in (None, "", (), [])
    return facts.checks.get(rule.check, False)
