"""How a rule changes: a coordinator proposes a row, a second one lets it in or sends it back.

    proposed ── approve (another coordinator) ──▶ approved: the row is written
        └────── refuse (any coordinator) ───────▶ refused

Nothing is edited: an approved proposal adds a row, a correction the next revision of its day, a
first-talk key a new version of its rule set. That version needs its 公平竞争审查 number
(公平竞争审查条例 §14, §18) and never reaches back.
"""

from datetime import date
from typing import Any

from pydantic import ValidationError
from sqlalchemy import func, select

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.kit.schemas import issues
from app.kit.work import Role, Work, use_case
from app.parameters import service
from app.parameters.models import (
    CalendarYear,
    Code,
    GateRule,
    ParameterProposal,
    ParameterValue,
    PolicyVersion,
    ProposalKind,
    ProposalState,
    SharingRow,
)
from app.parameters.policy import ParameterSet, in_words
from app.parameters.schemas import (
    LEVELS,
    Decide,
    ProposalView,
    ProposeCalendar,
    ProposeCode,
    Proposed,
    ProposeGate,
    ProposeParameter,
    ProposeSharing,
)

_COMMANDS: dict[ProposalKind, type[Proposed]] = {
    ProposalKind.PARAMETER: ProposeParameter,
    ProposalKind.SHARING: ProposeSharing,
    ProposalKind.CALENDAR: ProposeCalendar,
    ProposalKind.GATE: ProposeGate,
    ProposalKind.CODE: ProposeCode,
}


@use_case("parameter.propose", Role.COORDINATOR, binding=True)
def propose(work: Work, command: Proposed) -> ProposalView:
    """Put a row up for the second person; Invalid when it could not be written."""
    proposal = ParameterProposal(
        kind=next(kind for kind, cls in _COMMANDS.items() if isinstance(command, cls)),
        body=command.model_dump(mode="json"),
        summary=_summary(work, command),
        reason=command.reason,
        proposed_by_id=work.actor.id,
        proposed_by_name=work.actor.name,
        proposed_at=work.now,
    )
    work.add(proposal)
    return ProposalView.model_validate(proposal)


@use_case("parameter.approve", Role.COORDINATOR, binding=True)
def approve(work: Work, id: str, command: Decide, version: int | None = None) -> ProposalView:
    """Write the proposed row, as a second person."""
    proposal = _open_proposal(work, id, version)
    if proposal.proposed_by_id == work.actor.id:
        raise Forbidden("须由另一位市级统筹复核，提出人不能自己通过")
    proposed = _COMMANDS[proposal.kind].model_validate(proposal.body)
    _summary(work, proposed)  # what could be written when proposed may no longer be
    _write(
        work, proposed, {"entered_by": proposal.proposed_by_name, "approved_by": work.actor.name}
    )
    return _decided(work, proposal, ProposalState.APPROVED, command)


@use_case("parameter.refuse", Role.COORDINATOR, binding=True)
def refuse(work: Work, id: str, command: Decide, version: int | None = None) -> ProposalView:
    """Send a proposal back with a reason; the proposer withdraws one's own the same way."""
    if not command.answer:
        raise Invalid.at("/answer", "missing", "请填写退回的理由")
    return _decided(work, _open_proposal(work, id, version), ProposalState.REFUSED, command)


@use_case("parameter.view_proposals", Role.COORDINATOR, reads=True)
def view_proposals(work: Work) -> list[ProposalView]:
    """All proposals, those that wait first, then the newest."""
    rows = work.session.scalars(
        select(ParameterProposal).order_by(
            ParameterProposal.state != ProposalState.PROPOSED,
            ParameterProposal.proposed_at.desc(),
            ParameterProposal.id,
        )
    )
    return [ProposalView.model_validate(row) for row in rows]


@use_case("parameter.view_proposal", Role.COORDINATOR, reads=True)
def view_proposal(work: Work, id: str) -> ProposalView:
    """One proposal; NotFound for an unknown id."""
    found = work.session.get(ParameterProposal, id)
    if found is None:
        raise NotFound("没有这条建议")
    return ProposalView.model_validate(found)


def _open_proposal(work: Work, id: str, version: int | None) -> ParameterProposal:
    """The proposal, still open; decisions take turns, so that revisions never collide."""
    waiting = work.session.scalars(
        select(ParameterProposal)
        .where(ParameterProposal.state == ProposalState.PROPOSED)
        .order_by(ParameterProposal.id)
        .with_for_update()
    )
    found = next((row for row in waiting if row.id == id), None)
    if found is None:
        raise Conflict(f"这条建议已经办结：{view_proposal(work, id).state.label}")
    work.expect(found, version)
    return found


def _decided(
    work: Work, proposal: ParameterProposal, state: ProposalState, command: Decide
) -> ProposalView:
    proposal.state = state
    proposal.answer = command.answer
    proposal.decided_by_name = work.actor.name
    proposal.decided_at = work.now
    work.session.flush()
    return ProposalView.model_validate(proposal)


def _summary(work: Work, command: Proposed) -> str:
    """What the proposal would write, in a sentence; Invalid when it could not be written."""
    match command:
        case ProposeParameter():
            return _parameter_summary(work, command)
        case ProposeSharing():
            shares = zip(LEVELS[command.of], command.shares, strict=False)
            text = (
                "停征" if command.ended else "、".join(f"{level} {part}%" for level, part in shares)
            )
            return f"{command.tax}（{command.payer_class}）：{text}，{_authority(command)}"
        case ProposeCalendar():
            return (
                f"{command.year} 年（{command.notice.label}）：放假 {_days(command.off)}；"
                f"调休上班 {_days(command.working_weekends)}，{command.reference or '无文号'}"
            )
        case ProposeGate():
            text = "停用" if command.ended else command.sentence
            return f"{command.rule_id}（{command.stage}）：{text}，{_authority(command)}"
        case ProposeCode():
            _check_code(work, command)
            return f"字典 {command.name} 增加 {command.code} {command.label}"
    raise TypeError(type(command).__name__)


def _authority(command: Any) -> str:
    return f"自 {command.effective_from} 起，{command.reference}（{command.status.label}）"


def _days(days: tuple[date, ...]) -> str:
    return "、".join(f"{day:%m-%d}" for day in sorted(days)) or "无"


def _parameter_summary(work: Work, command: ProposeParameter) -> str:
    profile, _, key = command.key.rpartition("/")
    before = _parameters(work, command, profile)
    field = next((name for name, one in type(before).model_fields.items() if one.alias == key), "")
    if not field:
        raise Invalid.at("/key", "unknown", f"没有参数 {command.key}")
    after = _changed(before, key, command.value)
    if key == "first_talk.profile":
        service.version_on(work, str(command.value), command.effective_from)
    title = type(before).model_fields[field].title
    labels = service.labels_in_parameters(work)
    old, new = (in_words(getattr(one, field), labels) for one in (before, after))
    return f"{title}（{command.key}）：{old} → {new}，{_authority(command)}"


def _parameters(work: Work, command: ProposeParameter, profile: str) -> ParameterSet:
    """The set that the parameter belongs to, as it would stand without the proposal."""
    if not profile:
        return service.general(work, command.effective_from)
    newest = service.newest_version(work, profile)
    if newest is None:
        raise Invalid.at("/key", "unknown", f"没有首谈规则集 {profile}")
    if command.effective_from < max(newest.effective_from, work.today):
        raise Invalid.at(
            "/effective_from", "past", "首谈规则不溯及既往，生效日期不能早于今天和现有最新版本"
        )
    if not command.review_number:
        raise Invalid.at(
            "/review_number", "missing", "请填写公平竞争审查编号，首谈规则集凭该编号生效"
        )
    return service.policy_version(work, f"{profile}/{newest.n}")


def _changed(before: ParameterSet, key: str, value: object) -> ParameterSet:
    fields = type(before).model_fields
    given = {fields[name].alias or name: getattr(before, name) for name in before.model_fields_set}
    try:
        return type(before).model_validate({**given, key: value})
    except ValidationError as error:
        message = "；".join(issue.message for issue in issues(error.errors(), type(before)))
        raise Invalid.at("/value", "value", f"新值不合要求：{message}") from error


def _check_code(work: Work, command: ProposeCode) -> None:
    if command.name not in service.dictionaries(work):
        raise Invalid.at("/name", "unknown", f"没有字典 {command.name}")
    known = service.code_labels(work, command.name)
    if command.code in known:
        raise Invalid.at("/code", "taken", f"代码 {command.code} 已是{known[command.code]}")
    if command.parent and command.parent not in known:
        raise Invalid.at("/parent", "unknown", f"没有上级代码 {command.parent}")


def _write(work: Work, command: Proposed, people: dict[str, str]) -> None:
    """Add the row that was proposed."""
    match command:
        case ProposeParameter():
            _write_parameter(work, command, people)
        case ProposeSharing():
            _write_sharing(work, command, people)
        case ProposeCalendar():
            _write_calendar(work, command)
        case ProposeGate():
            _write_gate(work, command, people)
        case ProposeCode():
            _write_code(work, command)
    work.known.clear()


def _dated(command: Any) -> dict[str, Any]:
    return {
        "effective_from": command.effective_from,
        "reference": command.reference,
        "status": command.status,
    }


def _revision(work: Work, table: Any, **key: object) -> int:
    """The next revision of a row with this key."""
    newest = work.session.scalar(select(func.max(table.revision)).filter_by(**key))
    return (newest or 0) + 1


def _write_parameter(work: Work, command: ProposeParameter, people: dict[str, str]) -> None:
    profile = command.key.rpartition("/")[0]
    version = None
    if profile:
        newest = service.newest_version(work, profile)
        version = PolicyVersion(
            profile=profile,
            n=newest.n + 1 if newest else 1,
            review_number=command.review_number,
            **_dated(command),
        )
        work.add(version)
    day = command.effective_from
    work.add(
        ParameterValue(
            key=command.key,
            value=command.value,
            revision=_revision(work, ParameterValue, key=command.key, effective_from=day),
            policy_version_id=version.id if version else None,
            **_dated(command),
            **people,
        )
    )


def _write_sharing(work: Work, command: ProposeSharing, people: dict[str, str]) -> None:
    key = {"of": command.of, "tax": command.tax, "payer_class": command.payer_class}
    levels = zip(LEVELS[command.of], command.shares, strict=False)
    work.add(
        SharingRow(
            **key,
            revision=_revision(work, SharingRow, **key, effective_from=command.effective_from),
            shares=None if command.ended else {level: f"{part:f}" for level, part in levels},
            url=command.url,
            note=command.note,
            **_dated(command),
            **people,
        )
    )


def _write_calendar(work: Work, command: ProposeCalendar) -> None:
    edition = CalendarYear(
        year=command.year,
        revision=_revision(work, CalendarYear, year=command.year),
        notice=command.notice,
        reference=command.reference,
        known_from=work.now,
    )
    service.add_calendar_year(work, edition, command.off, command.working_weekends)


def _write_gate(work: Work, command: ProposeGate, people: dict[str, str]) -> None:
    known = select(GateRule.position).where(GateRule.rule_id == command.rule_id)
    last = select(func.max(GateRule.position) + 1)
    position = work.session.scalar(known) or work.session.scalar(last) or 1
    work.add(
        GateRule(
            **command.model_dump(mode="json", exclude={"reason", *_dated(command)}),
            **_dated(command),
            **people,
            revision=_revision(
                work, GateRule, rule_id=command.rule_id, effective_from=command.effective_from
            ),
            position=position,
        )
    )


def _write_code(work: Work, command: ProposeCode) -> None:
    last = work.session.scalar(select(func.max(Code.position)).where(Code.name == command.name))
    work.add(Code(**command.model_dump(exclude={"reason"}), position=(last or 0) + 1))
