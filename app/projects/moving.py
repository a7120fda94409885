"""How a project gets from one stage to another, and what 签约 does on the way.

forward   every gate up to the target is met      signing   the right converts, the
back      a reason; the clocks start again                  numbers are fixed
"""

from typing import Any

from app.clock import day_of
from app.enterprises import service as enterprises
from app.errors import Conflict, Forbidden, Invalid
from app.first_talk import service as first_talk
from app.kit.work import Work
from app.leads.stages import Direction, Stage, direction
from app.projects import gates, rows, views
from app.projects.models import Project
from app.projects.states import Status


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


def go(work: Work, row: Project, target: Stage, reason: str) -> None:
    """Make a move of the table, with its gate or its reason."""
    if row.status is not Status.ACTIVE:
        raise Conflict(f"“{row.status.label}”的项目不能改变阶段，请先恢复推进")
    way = direction(rows.moves(row), row.stage, target)
    if way is Direction.BACK and len(reason) < 2:
        raise Invalid.at("/reason", "missing", "退回须写明理由")
    enter(work, row, target, way, before=(row.stage, row.status), reason=reason)


def enter(
    work: Work,
    row: Project,
    target: Stage,
    way: Direction,
    *,
    before: tuple[Stage | None, Status | None],
    reason: str = "",
) -> None:
    """Come to a stage: through its gate unless back, with all that follows from it."""
    gate = [] if way is Direction.BACK else gates.require(work, row, target)
    was_signed = rows.is_signed(row.stage)
    row.stage, row.stage_since = target, work.today
    if rows.is_signed(target) and not was_signed:
        _sign(work, row)
    elif was_signed and not rows.is_signed(target):
        row.frozen = None
    rows.engage(work, row)
    rows.log_change(work, row, before, reason, direction=way, gate=gate)


def _sign(work: Work, row: Project) -> None:
    """正式合同: the first-talk right converts, and what was promised is fixed."""
    signed_on = row.agreement_signed_on or work.today
    right = first_talk.right_of_lead(work, row.lead_id) if row.lead_id else None
    reported = right.first_reported_at if right else None
    if reported is not None and signed_on < day_of(reported):
        raise Invalid.at("/agreement/signed_on", "too_early", "协议签订日期早于首报时间，请核对")
    if row.lead_id is not None:
        first_talk.convert(work, row.lead_id, signed_on)
    row.frozen = _fixed(work, row)


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
