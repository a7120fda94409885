"""How a project gets from one stage to another, and what 签约 does on the way.

forward   every gate up to the target is met      signing        the right converts, the numbers
back      a reason; the clocks start again                       are fixed, interests follow
                                                  construction   (动建) credit begins to run
"""

from datetime import date
from typing import Any

from app.clock import day_of
from app.enterprises import service as enterprises
from app.errors import Conflict, Forbidden, Invalid
from app.first_talk import interests, lead_rights
from app.first_talk.interests import Landing
from app.first_talk.rights import ENDINGS
from app.kit.work import Work
from app.leads.stages import Direction, Stage, direction, up_to
from app.projects import gates, rows, signings, views
from app.projects.models import Project
from app.projects.states import Status

BUILDING = frozenset({Stage.UNDER_CONSTRUCTION, Stage.OPENED})
"""The stages that begin with 动建, or for services with 开业."""


def begun(work: Work, stage: Stage, status: Status) -> dict[str, Any]:
    """The columns of a project that begins now."""
    return {
        "stage": stage,
        "stage_since": work.today,
        "status": status,
        "withheld": {},
        "categories": [],
        "opened_by": work.actor.name,
        "opened_at": work.now,
        "updated_at": work.now,
    }


def check_mover(work: Work, before: Stage, after: Stage) -> None:
    """Forbidden when somebody else has to make this move."""
    if not rows.may_move(work, before, after):
        raise Forbidden(f"推进到“{after.label}”由单位负责人办理")


def go(
    work: Work, row: Project, target: Stage, reason: str, happened_on: date | None = None
) -> None:
    """Make a move of the table, with its gate or its reason."""
    if row.status is not Status.ACTIVE:
        raise Conflict(f"“{row.status.label}”的项目不能改变阶段，请先恢复推进")
    way = direction(rows.moves(row), row.stage, target)
    if way is Direction.BACK and len(reason) < 2:
        raise Invalid.at("/reason", "missing", "退回须写明理由")
    before = (row.stage, row.status)
    enter(work, row, target, way, before=before, reason=reason, happened_on=happened_on)


def enter(
    work: Work,
    row: Project,
    target: Stage,
    way: Direction,
    *,
    before: tuple[Stage | None, Status | None],
    reason: str = "",
    happened_on: date | None = None,
) -> None:
    """Come to a stage: through its gate unless back, with all that follows from it.

    `happened_on` is the day on which construction began; today, unless told.
    """
    gate = [] if way is Direction.BACK else gates.require(work, row, target)
    was_signed = rows.is_signed(row.stage)
    row.stage, row.stage_since = target, work.today
    if rows.is_signed(target) and not was_signed:
        _sign(work, row)
    elif was_signed and not rows.is_signed(target):
        row.frozen = None
        if row.lead_id is not None:
            lead_rights.take_back_contract(work, row.lead_id, reason)
    _begin_construction(work, row, happened_on)
    rows.engage(work, row)
    rows.log_change(work, row, before, reason, direction=way, gate=gate)


def _sign(work: Work, row: Project) -> None:
    """正式合同: the first-talk right converts, and what was promised is fixed."""
    signed_on = row.agreement_signed_on or work.today
    right = lead_rights.right_of_lead(work, row.lead_id) if row.lead_id else None
    reported = right.first_reported_at if right else None
    if reported is not None and signed_on < day_of(reported):
        raise Invalid.at("/agreement/signed_on", "too_early", "协议签订日期早于首报时间，请核对")
    if right is not None and right.state not in ENDINGS:
        _check_party(work, row, right.enterprise_id)
    if row.lead_id is not None:
        lead_rights.convert(work, row.lead_id, signed_on)
    row.frozen = _fixed(work, row)
    signings.record(work, row)
    if row.enterprise_id and row.division:
        place = Landing(row.id, row.district_id, row.lead_id, row.enterprise_id, row.division)
        interests.follow(work, place)
        rows.share_with_parties(work, row)


def _check_party(work: Work, row: Project, enterprise_id: str) -> None:
    """The contract is with the enterprise of the right, or with a company of its group."""
    relatives = {one.id for one in enterprises.relations(work, enterprise_id)}
    if row.enterprise_id not in enterprises.same_as(work, enterprise_id) | relatives:
        message = "签约主体不是首谈企业或其项目公司：先更正投资方，或先登记企业另选"
        raise Invalid.at("/enterprise_name", "other_party", message)


def _begin_construction(work: Work, row: Project, happened_on: date | None) -> None:
    """动建 or 开业: the day is kept as it was first told; going back before it takes it back."""
    has_begun = not BUILDING.isdisjoint(up_to(row.stage, row.track))
    if has_begun is (row.construction_on is not None):
        return
    day = (happened_on or work.today) if has_begun else None
    if day is not None and day > work.today:
        raise Invalid.at("/happened_on", "future", "动建日期不能晚于今天")
    if day is not None and row.agreement_signed_on and day < row.agreement_signed_on:
        raise Invalid.at("/happened_on", "too_early", "动建日期早于协议签订日期，请核对")
    row.construction_on = day
    interests.begin_credit(work, row.id, day)


def _fixed(work: Work, row: Project) -> dict[str, Any]:
    """Investor, group, promised numbers and agreements, as they stand now."""
    found = enterprises.enterprises(work, {row.enterprise_id} if row.enterprise_id else set())
    investor = found.get(row.enterprise_id or "")
    planned, fixed = row.planned_investment, row.fixed_asset_investment
    return {
        "on": work.today.isoformat(),
        "investor": investor.name if investor else row.name,
        "uscc": investor.uscc if investor else None,
        "group": investor.group_name if investor else None,
        "planned_investment": planned.yuan if planned else None,
        "fixed_asset_investment": fixed.yuan if fixed else None,
        "promised": [
            f"{one.year} 年{one.indicator.label} {one.shown(one.promised)} {one.shown_unit}"
            for one in views.commitments(work, row)
            if one.promised is not None
        ],
        "agreements": [one.number for one in gates.binding_agreements(work, row)],
    }
