"""The table of moves and the gates, walked in full."""

from dataclasses import dataclass
from itertools import product

import pytest

from app.errors import GateUnmet, IllegalTransition
from app.leads.stages import (
    LEAD_MOVES,
    PROJECT_MOVES,
    Direction,
    Facts,
    LeadMove,
    LeadState,
    Stage,
    Track,
    direction,
    evaluate_gate,
    lead_state_after,
    require_gate,
    up_to,
)

CONSTRUCTION = [
    "negotiating",
    "pre_signing",
    "signed",
    "registered",
    "landed",
    "under_construction",
    "in_production",
    "at_capacity",
]
BUSINESS = [*CONSTRUCTION[:4], "opened", "operating", "at_target"]
LIVES = [
    (LEAD_MOVES, ["lead", "assessing"]),
    (PROJECT_MOVES[Track.CONSTRUCTION], CONSTRUCTION),
    (PROJECT_MOVES[Track.BUSINESS], BUSINESS),
]


@dataclass(frozen=True)
class Row:
    """A rule as a parameter row gives it."""

    rule_id: str = "G1.industry"
    track: str = "*"
    category: str = "*"
    stage: str = "assessing"
    field: str = "division"
    check: str = "filled"
    sentence: str = "请选择行业大类"
    fixable_by: tuple[str, ...] = ("officer",)
    may_declare_unknown: bool = False


@pytest.mark.parametrize(("source", "target"), list(product(Stage, Stage)))
@pytest.mark.parametrize(("moves", "path"), LIVES, ids=["lead", "construction", "business"])
def test_every_stage_to_every_stage(moves, path, source, target):
    inside = source in path and target in path and source != target
    if not inside:
        with pytest.raises(IllegalTransition):
            direction(moves, source, target)
        return
    steps = path.index(target) - path.index(source)
    wanted = (
        Direction.BACK if steps < 0 else Direction.FORWARD if steps == 1 else Direction.BACK_ENTRY
    )
    assert direction(moves, source, target) is wanted


@pytest.mark.parametrize(("state", "move"), list(product(LeadState, LeadMove)))
def test_every_state_of_a_lead_with_every_move(state, move):
    wanted = {
        ("open", "assign"): "open",
        ("open", "pool"): "pooled",
        ("open", "drop"): "dropped",
        ("open", "open_project"): "opened",
        ("pooled", "assign"): "open",
        ("pooled", "drop"): "dropped",
    }.get((state.value, move.value))
    if wanted is None:
        with pytest.raises(IllegalTransition):
            lead_state_after(state, move)
    else:
        assert lead_state_after(state, move).value == wanted


def test_a_refused_move_names_those_that_the_table_has():
    with pytest.raises(IllegalTransition) as refused:
        direction(LEAD_MOVES, Stage.LEAD, Stage.SIGNED)
    assert refused.value.members == {
        "from": Stage.LEAD,
        "to": Stage.SIGNED,
        "allowed": [Stage.ASSESSING],
    }


def test_the_way_to_a_stage_differs_by_track():
    assert Stage.LANDED in up_to(Stage.AT_CAPACITY, Track.CONSTRUCTION)
    assert Stage.LANDED not in up_to(Stage.AT_TARGET, Track.BUSINESS)
    with pytest.raises(ValueError, match="not on the track"):
        up_to(Stage.OPENED, Track.CONSTRUCTION)


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("target", list(Stage))
def test_a_rule_holds_from_its_stage_onwards(stage, target):
    track = next(track for track in Track if target in up_to_end(track))
    rule = Row(stage=stage.value)
    unmet = evaluate_gate([rule], Facts(values={}, checks={}, track=track), target)
    path = up_to_end(track)
    holds = stage in path and path.index(stage) <= path.index(target)
    assert [item.rule for item in unmet] == ([rule.rule_id] if holds else [])


def up_to_end(track):
    return up_to(Stage.AT_CAPACITY if track is Track.CONSTRUCTION else Stage.AT_TARGET, track)


@pytest.mark.parametrize(
    ("row", "facts", "met"),
    [
        (Row(), Facts({"division": "22"}, {}), True),
        (Row(), Facts({"division": ""}, {}), False),
        (Row(), Facts({"division": None}, {}), False),
        (Row(), Facts({}, {}, unknown=frozenset({"division"})), False),
        (Row(may_declare_unknown=True), Facts({}, {}, unknown=frozenset({"division"})), True),
        (Row(may_declare_unknown=True), Facts({}, {}), False),
        (Row(check="has_dated_talk"), Facts({}, {"has_dated_talk": True}), True),
        (Row(check="has_dated_talk"), Facts({"division": "22"}, {"has_dated_talk": False}), False),
        (Row(check="nobody_answers_this"), Facts({"division": "22"}, {}), False),
        (Row(track="business"), Facts({}, {}, track=Track.CONSTRUCTION), True),
        (Row(track="business"), Facts({}, {}, track=Track.BUSINESS), False),
        (Row(category="land"), Facts({}, {}, categories=frozenset({"policy"})), True),
        (Row(category="land"), Facts({}, {}, categories=frozenset({"policy", "land"})), False),
    ],
)
def test_a_rule_is_met_by_what_it_asks_for(row, facts, met):
    assert (evaluate_gate([row], facts, Stage.ASSESSING) == []) is met


def test_a_closed_gate_lists_everything_at_once_and_who_can_mend_it():
    rules = [Row(), Row(rule_id="G1.x", field="assessment.reason", fixable_by=("unit_head",))]
    with pytest.raises(GateUnmet) as refused:
        require_gate(rules, Facts({}, {}), Stage.ASSESSING)
    assert refused.value.message == "进入“研判”还缺 2 项"
    assert [item["pointer"] for item in refused.value.members["unmet"]] == [
        "/division",
        "/assessment/reason",
    ]
    assert refused.value.members["unmet"][1]["fixable_by"] == ("unit_head",)
