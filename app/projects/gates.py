"""A project as its gates see it: what is known, what the named checks say, what is still missing.

Button, page, API and log all ask here, and here `evaluate_gate` alone decides.
"""

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.districts import service as districts
from app.enterprises import service as enterprises
from app.errors import GateUnmet
from app.first_talk import service as first_talk
from app.kit.work import Work
from app.labels import LabelledEnum
from app.leads.models import Conclusion
from app.leads.stages import Facts, Stage, asked, evaluate_gate, pointer
from app.money import Money
from app.parameters import service as parameters
from app.projects.commands import WITHHOLDABLE
from app.projects.models import FactorNeed, ParkFit, Project, Sharing, SharingState
from app.projects.schemas import GateView, PassedView, UnmetView
from app.projects.states import Status

BINDING = (SharingState.CONFIRMED, SharingState.IN_FORCE)
"""An agreement on sharing that all parties have confirmed."""

_TITLES = {
    "name": "名称",
    "source": "来源",
    "uscc": "企业已明确",
    "division": "行业大类",
    "planned_investment": "计划投资总额",
    "duplicates": "无未认定的重复",
    "assessment.conclusion": "研判结论",
    "assessment.reason": "研判理由",
    "unit": "主办单位",
    "owner": "责任人",
    "capital_origin": "内外资",
    "right": "首谈权无冲突",
    "interactions": "有日期的洽谈",
    "track": "推进类型",
    "fixed_asset_investment": "固定资产投资",
    "filing_amount": "备案金额",
    "agreement.kind": "协议类型",
    "agreement.signed_on": "协议签订日期",
    "agreement.file": "协议文件",
    "park": "落地园区",
    "land": "用地情况",
    "factor_needs": "要素保障清单",
    "decisions.policy": "政策类决策",
    "decisions.investment": "投资类决策",
    "decisions.land": "供地类决策",
    "fair_competition_review": "公平竞争审查",
    "sharing": "分享协议",
}
"""What a field of a rule is called once it is there."""

_SPOKEN = frozenset({"unit", "owner", "park", "source", "division", "agreement.file", "name"})
"""Fields whose value is an id or a code, or stands on the page anyway: named without it."""


def gate(work: Work, row: Project, target: Stage) -> GateView:
    """What stands between a project and a stage, and what it asks for that is there.

    A field that one rule still asks about is not shown as there for another's sake.
    """
    rules, known = parameters.gate_rules(work), facts(work, row)
    unmet, every = evaluate_gate(rules, known, target), asked(rules, known, target)
    open_pointers = {item.pointer for item in unmet}
    return GateView(
        target=target,
        met=not unmet,
        asked=len(every),
        unmet=[UnmetView.model_validate(item) for item in unmet],
        passed=[
            PassedView(
                rule=rule.rule_id,
                title=_TITLES.get(rule.field, rule.field),
                value=_in_words(known, rule.field),
            )
            for rule in every
            if pointer(rule) not in open_pointers
        ],
    )


def require(work: Work, row: Project, target: Stage) -> list[dict[str, Any]]:
    """What the gate asked for and by which values it was met; GateUnmet when it was not."""
    found = gate(work, row, target)
    if not found.met:
        raise GateUnmet(
            f"进入“{target.label}”还缺 {len(found.unmet)} 项",
            unmet=[item.model_dump(mode="json") for item in found.unmet],
        )
    return snapshot(found)


def snapshot(found: GateView) -> list[dict[str, Any]]:
    """What a gate asked for and by which values it was met, as the log keeps it."""
    return [item.model_dump(mode="json") for item in found.passed]


def facts(work: Work, row: Project) -> Facts:
    """The fields and checks that the rules of a project ask for."""
    enterprise = enterprises.enterprise(work, row.enterprise_id) if row.enterprise_id else None
    return Facts(
        values=_values(row) | {"uscc": enterprise and enterprise.uscc},
        checks={
            "enterprise_or_project_named": bool(row.name),
            "enterprise_identified": enterprise is not None
            and (enterprise.uscc is not None or row.unregistered),
            "duplicates_resolved": _told_apart(work, row),
            "assessed_as_promising": row.conclusion is Conclusion.PROCEED,
            "no_other_unit_blocks": _free(work, row),
            "has_dated_talk": _talked(work, row),
            "fits_park_industry": _fits(row),
            "factor_needs_listed": row.no_factor_needs or _lists_needs(work, row),
            **_sharing(work, row),
        },
        unknown=frozenset(row.withheld),
        track=row.track,
        categories=frozenset(row.categories),
    )


def parties(work: Work, row: Project) -> frozenset[str]:
    """The families of districts that have a part in the project; inside one, nothing is shared."""
    ids = {row.district_id, row.origin_district_id, row.host_district_id} - {None}
    return frozenset(districts.district(work, str(id)).family for id in ids)


def _values(row: Project) -> dict[str, object]:
    return {
        "name": row.name,
        "source": row.source,
        "division": row.division,
        "assessment.conclusion": row.conclusion,
        "assessment.reason": row.conclusion_reason,
        "unit": row.unit_id,
        "owner": row.owner_id,
        "capital_origin": row.capital_origin,
        "track": row.track,
        **{name: getattr(row, name) for name in WITHHOLDABLE},
        "agreement.kind": row.agreement_kind,
        "agreement.signed_on": row.agreement_signed_on,
        "agreement.file": row.agreement_file_id,
        "park": row.park_id,
        "decisions.policy": row.decision_policy,
        "decisions.investment": row.decision_investment,
        "decisions.land": row.decision_land,
        "fair_competition_review": row.fair_competition_review,
    }


def _told_apart(work: Work, row: Project) -> bool:
    """No other project at work on the same enterprise and division, or told how it differs.

    A lead was told apart before it became a project.
    """
    if row.lead_id or row.distinct_reason or row.enterprise_id is None:
        return True
    twins = work.rows(Project).where(
        Project.id != row.id,
        Project.district_id == row.district_id,
        Project.enterprise_id.in_(enterprises.same_as(work, row.enterprise_id)),
        Project.division == row.division,
        Project.status.in_((Status.CANDIDATE, Status.ACTIVE, Status.ON_HOLD)),
    )
    return work.session.scalars(twins.limit(1)).first() is None


def _free(work: Work, row: Project) -> bool:
    if row.enterprise_id is None or row.division is None:
        return True
    return first_talk.blocks_others(work, row.enterprise_id, row.division) is None


def _talked(work: Work, row: Project) -> bool:
    return bool(enterprises.last_talks(work, {row.id, row.lead_id or row.id}))


def _fits(row: Project) -> bool:
    """The unit has placed the industry in the park's zones; a misfit gives its reason."""
    return row.park_fit is not None and (
        row.park_fit is not ParkFit.RESTRICTED or bool(row.park_fit_reason)
    )


def _lists_needs(work: Work, row: Project) -> bool:
    needs = select(FactorNeed.id).where(FactorNeed.project_id == row.id).limit(1)
    return work.session.scalars(needs).first() is not None


def binding_agreements(work: Work, row: Project) -> list[Sharing]:
    """The agreements on sharing that all parties have confirmed."""
    found = select(Sharing).where(Sharing.project_id == row.id, Sharing.state.in_(BINDING))
    return list(work.session.scalars(found.order_by(Sharing.number)))


def _sharing(work: Work, row: Project) -> dict[str, bool]:
    """Alone, a district shares with nobody; else an agreement binds, approved where it must be."""
    if len(parties(work, row)) < 2:
        return {"sharing_confirmed": True, "sharing_approved": True}
    binding = binding_agreements(work, row)
    return {
        "sharing_confirmed": bool(binding),
        "sharing_approved": all(one.approval or not one.approval_required for one in binding),
    }


def _in_words(known: Facts, field: str) -> str:
    if field in known.unknown:
        return "企业暂未提供"
    value = known.values.get(field)
    if value is None or field in _SPOKEN:
        return ""
    if isinstance(value, LabelledEnum):
        return value.label
    if isinstance(value, Money):
        return f"{(Decimal(value.fen) / 10**10).normalize():f} 亿元"
    return str(value)
