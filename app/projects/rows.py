"""Fetching a project to change it, taking over the fields that were sent, writing its log."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from app.districts import service as districts
from app.enterprises import service as enterprises
from app.enterprises.models import EngagementStatus
from app.enterprises.schemas import Engage, NamedEnterprise
from app.errors import Forbidden, Invalid, NotFound
from app.first_talk import interests
from app.kit import files
from app.kit.db import Share
from app.kit.work import Role, Work
from app.leads.stages import PATHS, PROJECT_MOVES, Direction, Stage, Track, up_to
from app.parameters import service as parameters
from app.projects import lapses, relocations
from app.projects.commands import WITHHOLDABLE, ProjectFields
from app.projects.models import Project, StageChange
from app.projects.states import Status

READERS = (
    Role.OFFICER,
    Role.UNIT_HEAD,
    Role.NEGOTIATOR,
    Role.FINANCE,
    Role.COORDINATOR,
    Role.PARTNER,
)
WRITERS = (Role.OFFICER, Role.UNIT_HEAD, Role.PARTNER)

_EITHER_TRACK = {pair: way for track in Track for pair, way in PROJECT_MOVES[track].items()}
"""The moves of a project that is on neither track yet; the gate of 签约 asks for one."""

TEXTS = ("content", "line", "distinct_reason", "park_fit_reason", "fair_competition_review")
VALUES = ("capital_origin", "track", "park_fit", "land_mu")
CODES = {
    "source": "lead_source",
    "division": "industry_division",
    "project_type": "project_type",
    "enterprise_type": "enterprise_type",
    "source_region": "source_region",
    "key_industry": "key_industry",
}
"""Fields that hold a code, each with its dictionary."""
DISTRICTS = {
    "origin_district": "origin_district_id",
    "host_district": "host_district_id",
    "park": "park_id",
}
FROZEN = {
    "enterprise_id": "/enterprise_name",
    "planned_investment": "/planned_investment",
    "fixed_asset_investment": "/fixed_asset_investment",
    "agreement_kind": "/agreement/kind",
    "agreement_signed_on": "/agreement/signed_on",
    "agreement_file_id": "/agreement/file",
}
"""What 签约 fixes on the project, by column, each with its input."""


def sees_all(work: Work, row: Project) -> bool:
    """Whether the whole project is shown: to its own district, and to the city's coordinator."""
    return work.owns(row) or (work.actor.is_city and work.actor.has(Role.COORDINATOR))


def found(work: Work, id: str) -> Project:
    """A project that the actor sees as a whole."""
    row = work.get(Project, id)
    if not sees_all(work, row):
        raise NotFound("没有这条记录，或您无权查看")
    return row


def to_change(work: Work, id: str, version: int | None) -> Project:
    """A project of one's own district, as the caller saw it."""
    row = work.get(Project, id, version)
    if not work.owns(row):
        raise Forbidden("这个项目由其他区办理，只能查看")
    row.updated_at = work.now
    lapses.settle(work, row)
    return row


def is_signed(stage: Stage) -> bool:
    """Whether the contract protects by now."""
    return Stage.SIGNED in up_to(stage)


def moves(row: Project) -> dict[tuple[Stage, Stage], Direction]:
    """The table of moves that holds for the project."""
    return PROJECT_MOVES[row.track] if row.track else _EITHER_TRACK


def may_move(work: Work, before: Stage, after: Stage) -> bool:
    """Whether the actor may make this move: into 在谈 and over 签约 the head of unit alone."""
    headed = before is Stage.LEAD or is_signed(before) is not is_signed(after)
    return work.actor.has(Role.UNIT_HEAD) if headed else work.actor.has(*WRITERS)


def take(work: Work, row: Project, command: ProjectFields) -> None:
    """Take over the fields that were sent; those that 签约 has fixed stay as they are."""
    before = {column: getattr(row, column) for column in FROZEN}
    sent = command.model_fields_set
    _take_name(row, command)
    _take_enterprise(work, row, command)
    for name in TEXTS:
        if name in sent:
            setattr(row, name, getattr(command, name) or "")
    for name in VALUES:
        if name in sent:
            setattr(row, name, getattr(command, name))
    if "no_factor_needs" in sent:
        row.no_factor_needs = bool(command.no_factor_needs)
    if "planned_investment_currency" in sent:
        row.planned_investment_currency = command.planned_investment_currency
    _take_codes(work, row, command)
    _take_withholdable(work, row, command)
    _take_people_and_places(work, row, command)
    _take_assessment(row, command)
    _take_contract(work, row, command)
    _take_decisions(row, command)
    _check_track(row)
    _check_frozen(row, before)


def log_change(
    work: Work,
    row: Project,
    before: tuple[Stage | None, Status | None],
    reason: str,
    *,
    direction: Direction | None = None,
    gate: list[dict[str, Any]] | None = None,
) -> None:
    """One more entry of the project's log."""
    taken = select(func.coalesce(func.max(StageChange.n), 0))
    last = work.session.scalar(taken.where(StageChange.project_id == row.id))
    work.add(
        StageChange(
            project_id=row.id,
            n=(last or 0) + 1,
            at=work.now,
            direction=direction,
            from_stage=before[0],
            to_stage=row.stage,
            from_status=before[1],
            to_status=row.status,
            actor_id=work.actor.id,
            actor_name=work.actor.name,
            reason=reason,
            policy_version=parameters.first_talk_policy(work).version,
            gate=gate or [],
        )
    )


def index(work: Work, row: Project) -> None:
    """Let the project be found by its name."""
    enterprises.index_name(work, row.id, row.name, row.enterprise_id, row.district_id)


def engage(work: Work, row: Project) -> None:
    """Write down for the first talk that this district is at work with the enterprise, or not."""
    if row.status not in (Status.ACTIVE, Status.ON_HOLD):
        enterprises.disengage(work, row.id, work.today)
    elif row.enterprise_id is not None and row.division is not None:
        signed = is_signed(row.stage)
        enterprises.engage(
            work,
            Engage(
                about_id=row.id,
                enterprise_id=row.enterprise_id,
                division=row.division,
                unit=row.district_id,
                status=EngagementStatus.SIGNED if signed else EngagementStatus.NEGOTIATING,
                since=(signed and row.agreement_signed_on) or row.stage_since,
            ),
        )


def _take_name(row: Project, command: ProjectFields) -> None:
    if "name" in command.model_fields_set:
        if not command.name:
            raise Invalid.at("/name", "missing", "请填写项目名称")
        row.name = command.name


def _take_enterprise(work: Work, row: Project, command: ProjectFields) -> None:
    if command.enterprise_name:
        named = NamedEnterprise(
            name=command.enterprise_name, uscc=command.uscc, unregistered=command.unregistered
        )
        row.enterprise_id = enterprises.find_or_add(work, named).id
        row.unregistered = command.unregistered
    elif command.uscc:
        raise Invalid.at("/enterprise_name", "missing", "请填写投资方名称，再填信用代码")


def _take_codes(work: Work, row: Project, command: ProjectFields) -> None:
    for name, dictionary in CODES.items():
        if name in command.model_fields_set:
            _check_codes(work, dictionary, [getattr(command, name)], name)
            setattr(row, name, getattr(command, name))
    if "categories" in command.model_fields_set:
        _check_codes(work, "project_category", command.categories, "categories")
        row.categories = sorted(set(command.categories))


def _check_codes(work: Work, dictionary: str, codes: Sequence[str | None], field: str) -> None:
    known = {entry.code for entry in parameters.codes(work, dictionary)}
    if not {code for code in codes if code is not None} <= known:
        raise Invalid.at(f"/{field}", "unknown", "请从列表中选择")


def _take_withholdable(work: Work, row: Project, command: ProjectFields) -> None:
    """A value, or 企业暂未提供 with day and person; sending one takes the other back."""
    kept = dict(row.withheld)
    for name in WITHHOLDABLE:
        withheld = getattr(command, f"{name}_withheld")
        if not withheld and name not in command.model_fields_set:
            continue
        setattr(row, name, getattr(command, name))
        if not withheld:
            kept.pop(name, None)
        elif name not in kept:
            kept[name] = {"on": work.today.isoformat(), "by": work.actor.name}
    row.withheld = kept


def _take_people_and_places(work: Work, row: Project, command: ProjectFields) -> None:
    sent = command.model_fields_set
    if "owner" in sent and command.owner != row.owner_id:
        people = {one.id: one for one in districts.colleagues(work)}
        if command.owner is not None and command.owner not in people:
            raise Invalid.at("/owner", "unknown", "请从列表中选择责任人")
        row.owner_id, row.pooled_on = command.owner, None
        row.unit_id = people[command.owner].unit_id if command.owner else None
    known = {one.id for one in districts.districts(work)}
    for name, column in DISTRICTS.items():
        if name in sent:
            if getattr(command, name) not in {None, *known}:
                raise Invalid.at(f"/{name}", "unknown", "请从列表中选择")
            setattr(row, column, getattr(command, name))


def share_with_parties(work: Work, row: Project) -> None:
    """Open the project to the districts that have a part in it, and to no others.

    Once it has signed, one of them is the district that its investor moves from.
    """
    places = {row.origin_district_id, row.host_district_id}
    if is_signed(row.stage):
        places.add(relocations.sites(work, [row])[row.id].origin)
    wanted = (places | interests.holders(work, row.id)) - {None, row.district_id}
    for share in work.session.scalars(select(Share).where(Share.resource_id == row.id)):
        if share.district_id not in wanted:
            work.session.delete(share)
    for district_id in wanted:
        work.share(row, str(district_id))


def _take_assessment(row: Project, command: ProjectFields) -> None:
    given = command.assessment
    if given is None:
        return
    if "conclusion" in given.model_fields_set:
        row.conclusion = given.conclusion
    if "reason" in given.model_fields_set:
        row.conclusion_reason = given.reason or ""


def _take_contract(work: Work, row: Project, command: ProjectFields) -> None:
    given = command.agreement
    if given is None:
        return
    if given.signed_on is not None and given.signed_on > work.today:
        raise Invalid.at("/agreement/signed_on", "future", "协议签订日期不能晚于今天")
    if "kind" in given.model_fields_set:
        row.agreement_kind = given.kind
    if "signed_on" in given.model_fields_set:
        row.agreement_signed_on = given.signed_on
    if given.file is not None:
        file = files.linkable(work, given.file)
        work.share(file, parameters.general(work).city_code)
        row.agreement_file_id = file.id


def _take_decisions(row: Project, command: ProjectFields) -> None:
    given = command.decisions
    for name in given.model_fields_set if given else ():
        setattr(row, f"decision_{name}", getattr(given, name) or "")


def _check_track(row: Project) -> None:
    """A project stays on the track that its stage lies on."""
    if row.track is None and is_signed(row.stage):
        raise Invalid.at("/track", "needed", "签约后的项目须有推进类型")
    if row.track is not None and row.stage not in PATHS[row.track]:
        raise Invalid.at("/track", "stage", f"该类型没有“{row.stage.label}”阶段，请先退回阶段")


def _check_frozen(row: Project, before: dict[str, object]) -> None:
    if row.frozen is None:
        return
    for column, pointer in FROZEN.items():
        if getattr(row, column) != before[column]:
            message = "签约时已定格，退回到签约前的阶段后才能修改"
            raise Invalid.at(pointer, "frozen", message)
