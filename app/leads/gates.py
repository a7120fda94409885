"""A lead as its gates see it: what is known, what the named checks say, what is still missing."""

from datetime import datetime

from app.enterprises import service as enterprises
from app.enterprises.models import InteractionKind
from app.enterprises.schemas import EnterpriseView
from app.errors import NotFound
from app.first_talk import service as first_talk
from app.kit.schemas import Coded, View
from app.kit.work import Work
from app.leads.models import Conclusion, Lead
from app.leads.stages import Facts, LeadState, Stage, asked, evaluate_gate, require_gate
from app.parameters import service as parameters


class DuplicateView(View):
    """Another lead at work on the same enterprise."""

    id: str
    name: str
    project_name: str
    stage: Coded[Stage]
    state: Coded[LeadState]
    logged_at: datetime


class UnmetView(View):
    """One thing a gate still asks for."""

    rule: str
    pointer: str
    message: str
    fixable_by: list[str]
    may_declare_unknown: bool


class GateView(View):
    """What stands between a lead and a stage."""

    target: Coded[Stage]
    met: bool
    asked: int
    unmet: list[UnmetView]


TARGETS = (Stage.LEAD, Stage.ASSESSING, Stage.NEGOTIATING)
"""The stages that a lead can ask about; from 在谈 on it is a project."""

_TALKS = (InteractionKind.TALK, InteractionKind.VISIT)


def gate(work: Work, row: Lead, target: Stage) -> GateView:
    """What stands between a lead and a stage."""
    if target not in TARGETS:
        raise NotFound(f"线索没有“{target.label}”这个关口，由项目办理")
    rules, known = parameters.gate_rules(work), facts(work, row)
    unmet = evaluate_gate(rules, known, target)
    return GateView(
        target=target,
        met=not unmet,
        asked=len(asked(rules, known, target)),
        unmet=[UnmetView.model_validate(item) for item in unmet],
    )


def require(work: Work, row: Lead, target: Stage) -> None:
    """GateUnmet with everything that is missing, when something is."""
    require_gate(parameters.gate_rules(work), facts(work, row), target)


def facts(work: Work, row: Lead) -> Facts:
    """The fields and checks that the rules of a lead ask for."""
    enterprise = enterprises.enterprise(work, row.enterprise_id) if row.enterprise_id else None
    return Facts(
        values={
            "name": row.name,
            "source": row.source,
            "uscc": enterprise and enterprise.uscc,
            "division": row.division,
            "planned_investment": row.planned_investment,
            "assessment.conclusion": row.conclusion,
            "assessment.reason": row.conclusion_reason,
            "unit": row.unit_id,
            "owner": row.owner_id,
            "capital_origin": row.capital_origin,
        },
        checks={
            "enterprise_or_project_named": bool(row.name),
            "enterprise_identified": identified(row, enterprise),
            "duplicates_resolved": not duplicates(work, row),
            "assessed_as_promising": row.conclusion is Conclusion.PROCEED,
            "no_other_unit_blocks": _free(work, row),
            "has_dated_talk": _talked(work, row),
        },
        unknown=frozenset({"planned_investment"} if row.withheld_on else ()),
    )


def duplicates(work: Work, row: Lead) -> list[DuplicateView]:
    """The other leads at work on the same enterprise that nobody has told apart from this one."""
    if row.enterprise_id is None:
        return []
    query = work.rows(Lead).where(
        Lead.enterprise_id.in_(enterprises.same_as(work, row.enterprise_id)),
        Lead.id != row.id,
        Lead.state.in_((LeadState.OPEN, LeadState.POOLED)),
        Lead.deleted_at.is_(None),
    )
    return [
        DuplicateView.model_validate(other)
        for other in work.session.scalars(query.order_by(Lead.logged_at))
        if other.id not in row.distinct_from and row.id not in other.distinct_from
    ]


def identified(row: Lead, enterprise: EnterpriseView | None) -> bool:
    """Whether it is known who invests: by USCC, or marked 境外/未注册."""
    if enterprise is None:
        return False
    return enterprise.uscc is not None or enterprise.unregistered or row.unregistered


def _free(work: Work, row: Lead) -> bool:
    if row.enterprise_id is None or row.division is None:
        return True
    return first_talk.blocks_others(work, row.enterprise_id, row.division) is None


def _talked(work: Work, row: Lead) -> bool:
    return any(one.kind in _TALKS for one in enterprises.interactions(work, {row.id}))
