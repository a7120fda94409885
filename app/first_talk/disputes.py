"""Disputes (异议与裁定): object, answer, agree, rule, appeal; what each does to the rights.

An objection stands on the objector's own claim of the subject. It freezes the holder's row until
the units agree, the registrar rules, or time is over; the case counts as its own clock says. How
the other cases open is in `revocations` and `poaching`; they are answered and ruled on here.
"""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from app.errors import Conflict, FirstTalkRefused, Forbidden, Invalid, Issue, NotFound
from app.first_talk import cases, challenges, interests, register, subjects, views
from app.first_talk.case_models import Case
from app.first_talk.case_schemas import (
    AnswerCase,
    Appeal,
    CaseView,
    Challenge,
    Rule,
    RuleOnAppeal,
)
from app.first_talk.challenges import (
    OBJECTIONS,
    CaseMove,
    CaseStanding,
    CaseState,
    Effect,
    Ground,
)
from app.first_talk.models import Right
from app.first_talk.rights import Move, Standing, State
from app.first_talk.subjects import Docket
from app.kit.db import new_id
from app.kit.work import Role, Work, use_case
from app.money import Rate


@dataclass(frozen=True)
class _Opened:
    """A case with the locked docket of its subject, as both count now."""

    case: Case
    docket: Docket
    held: Right
    claim: Right | None
    standing: CaseStanding


@use_case("first_talk.challenge", *cases.SIDES)
def challenge(work: Work, id: str, command: Challenge) -> CaseView:
    """Object to whoever blocks the subject of a known row; FirstTalkRefused when it is not taken.

    The objector's own claim on the subject, queued or rejected, brings 首谈时间 and evidence.
    """
    row = work.session.scalars(register.shown(work).where(Right.id == id)).one_or_none()
    if row is None:
        raise NotFound("没有这项首谈，或您无权查看")
    if command.ground not in OBJECTIONS:
        raise Invalid.at("/ground", "unfit", "虚假申报和争抢由登记机构立案，不能作为异议事由")
    docket = subjects.open_docket(work, row.enterprise_id, row.division)
    subjects.settle(docket)
    held, claim = cases.parties(docket, work.district_id)
    if held is None or held.district_id == work.district_id:
        raise Conflict("没有其他单位占有这一首谈，无需提出异议")
    if claim is None:
        raise Conflict("请先就同一企业和大类申报首谈，以申报的首谈时间和佐证提出异议")
    refusal = cases.objection_refusal(docket, held, claim, command.ground)
    if refusal is not None:
        raise FirstTalkRefused(refusal.label, reason=refusal.value)
    case = open_case(docket, held, claim, command.ground, command.statement)
    subjects.close(docket)
    return cases.view(work, case)


def open_case(docket: Docket, held: Right, claim: Right, ground: Ground, statement: str) -> Case:
    """Freeze the holder's row and let both sides read the case and each other's evidence."""
    work = docket.work
    subjects.move(docket, held, Move.OBJECT, work.now, reason=ground.label)
    opened = challenges.opened(docket.policies[held.policy_version], work.now, docket.calendar)
    case = Case(
        id=new_id("cas"),
        district_id=claim.district_id,
        right_id=held.id,
        claim_id=claim.id,
        holder_id=held.district_id,
        unit_id=claim.unit_id,
        officer_name=work.actor.name,
        ground=ground,
        statement=statement,
        opened_at=work.now,
        policy_version=held.policy_version,
        state=opened.state,
        until=opened.until,
    )
    work.add(case)
    work.share(case, held.district_id)
    for file in views.all_evidence(work, {held.id, claim.id}):
        work.share(file, case.holder_id if file.right_id == claim.id else case.district_id)
    return case


@use_case("first_talk.answer", *cases.SIDES)
def answer(work: Work, id: str, version: int | None, command: AnswerCase) -> CaseView:
    """The other side, heard before any ruling."""
    opened = _open(work, id, version)
    _side(work, cases.respondent(opened.case))
    if opened.standing.state not in cases.ANSWERED:
        raise Conflict(f"案件{opened.standing.state.label}，不再收取答复")
    if opened.standing.state is CaseState.HEARING:
        _advance(work, opened, CaseMove.HEAR)
    opened.case.answer, opened.case.answered_at = command.answer, work.now
    return cases.view(work, opened.case)


@use_case("first_talk.agree", Role.OFFICER, Role.UNIT_HEAD, binding=True)
def agree(work: Work, id: str, version: int | None) -> CaseView:
    """The units agree: the objector withdraws, or the holder leaves the right to it."""
    opened = _open(work, id, version)
    case = opened.case
    effect = Effect.UPHOLD if case.district_id == work.district_id else Effect.TRANSFER
    _side(work, case.district_id, case.holder_id)
    _advance(work, opened, CaseMove.AGREE)
    case.effect, case.ruled_at = effect, work.now
    case.reasons = "异议方撤回" if effect is Effect.UPHOLD else "首谈方同意由异议方取得"
    _apply(opened, effect, Rule(effect=effect, reasons=case.reasons))
    subjects.close(opened.docket)
    return cases.view(work, case)


@use_case("first_talk.rule", Role.COORDINATOR, binding=True)
def rule(work: Work, id: str, version: int | None, command: Rule) -> CaseView:
    """The arbiter rules, with reasons, once the other side was heard; never as a party."""
    opened = _open(work, id, version)
    case, held = opened.case, opened.held
    _arbiter(work, opened)
    standing = opened.docket.standing(held)
    possible = challenges.possible_effects(case.ground, standing)
    if command.effect not in possible:
        names = "、".join(effect.label for effect in possible)
        raise Invalid.at("/effect", "impossible", f"这一案件可以裁定：{names}")
    _check_terms(command, case.ground, standing)
    _advance(work, opened, cases.ruling_move(case.ground))
    case.effect, case.reasons, case.benefit = command.effect, command.reasons, command.benefit
    case.council_number, case.credit = command.council_number, command.credit
    case.ruled_by_id, case.ruled_at = work.actor.id, work.now
    case.former_end = standing.nominal_end
    _apply(opened, command.effect, command)
    subjects.close(opened.docket)
    return cases.view(work, case)


@use_case("first_talk.appeal", *cases.SIDES)
def appeal(work: Work, id: str, version: int | None, command: Appeal) -> CaseView:
    """One appeal, by either side; what was ruled stands meanwhile."""
    opened = _open(work, id, version)
    _side(work, opened.case.district_id, opened.case.holder_id)
    _advance(work, opened, CaseMove.APPEAL)
    opened.case.appeal, opened.case.appealed_by = command.statement, work.district_id
    return cases.view(work, opened.case)


@use_case("first_talk.rule", Role.COORDINATOR, binding=True)
def rule_on_appeal(work: Work, id: str, version: int | None, command: RuleOnAppeal) -> CaseView:
    """The last word, by another person than the first: the ruling stands or is reversed."""
    opened = _open(work, id, version)
    case = opened.case
    _arbiter(work, opened)
    if case.ruled_by_id == work.actor.id:
        raise Forbidden("上诉由原裁定人以外的人员裁定")
    _advance(work, opened, CaseMove.RULE_ON_APPEAL)
    case.reversed, case.appeal_reasons = command.reverse, command.reasons
    case.appeal_ruled_at = work.now
    if command.reverse:
        _reverse(opened, command.reasons)
    subjects.close(opened.docket)
    return cases.view(work, case)


def _open(work: Work, id: str, version: int | None) -> _Opened:
    """The case, its subject locked and settled."""
    row = work.get(Case, id)
    held, _ = cases.sides(work, row)
    docket = subjects.open_docket(work, held.enterprise_id, held.division)
    subjects.settle(docket)
    work.session.refresh(row)
    work.expect(row, version)
    standing = cases.standing_now(work, row, docket)
    claim = docket.rows[row.claim_id] if row.claim_id else None
    return _Opened(row, docket, docket.rows[row.right_id], claim, standing)


def _advance(work: Work, opened: _Opened, move: CaseMove) -> None:
    after = opened.standing.after(move, work.now, opened.docket.calendar)
    opened.case.state, opened.case.until = after.state, after.until


def _apply(opened: _Opened, effect: Effect, said: Rule) -> None:
    """What the ruling does to the row ruled on, and on a transfer to the objector's."""
    docket, held, at = opened.docket, opened.held, opened.docket.work.now
    if said.credit is not None:
        interests.set_credit(docket, held, said.credit)
    move = challenges.move_of_holder(effect, opened.case.ground, docket.standing(held))
    if move is not None:
        subjects.move(docket, held, move, at, reason=said.reasons, nominal_end=said.ends_on)
    if effect is Effect.TRANSFER and opened.claim is not None:
        opened.case.awarded_id = _award(docket, opened.claim, at, said.reasons).id


def _reverse(opened: _Opened, reasons: str) -> None:
    """The other side gets what the first ruling gave; a shortened end is given back."""
    case, docket, at = opened.case, opened.docket, opened.docket.work.now
    if case.effect is Effect.SHORTEN:
        end = case.former_end
        subjects.move(docket, opened.held, Move.SHORTEN, at, reason=reasons, nominal_end=end)
        return
    if case.credit is not None:
        interests.set_credit(docket, opened.held, Rate(Fraction(0)))
    loser = docket.rows[case.awarded_id] if case.awarded_id else opened.held
    winner = opened.held if case.awarded_id else docket.rows[case.claim_id or ""]
    subjects.move(docket, loser, Move.LOSE_RIGHT, at, reason=reasons)
    case.awarded_id = _award(docket, winner, at, reasons).id


def _award(docket: Docket, claim: Right, at: datetime, reasons: str) -> Right:
    """The claim becomes the right; one that has ended is filed anew with its old 首报时间."""
    row = claim
    if claim.state is not State.QUEUED:
        row = _anew(claim)
        docket.admit(row, docket.policies[claim.policy_version])
    subjects.move(docket, row, Move.AWARD, at, reason=reasons)
    return row


def _anew(claim: Right) -> Right:
    kept = (
        *("district_id", "unit_id", "officer_id", "lead_id", "enterprise_id", "subject_key"),
        *("division", "amount_minor", "currency", "first_talked_on", "contract_on"),
        *("application", "arrived_at", "policy_version", "filed_at"),
    )
    values = {name: getattr(claim, name) for name in kept}
    return Right(id=new_id("ftr"), state=State.DRAFT, extensions=0, **values)


def _check_terms(command: Rule, ground: Ground, held: Standing) -> None:
    """What a ruling must say, and what it cannot: credit is stated where a right is taken over."""
    takes_over = challenges.move_of_holder(command.effect, ground, held) is Move.LOSE_RIGHT
    if command.credit is not None and not (takes_over or command.effect is Effect.ADJUST_CREDIT):
        raise Invalid.at("/credit", "unfit", "只有首谈权改由异议方取得或调整考核计分时才填写")
    if command.effect is Effect.SPLIT_BENEFIT and not command.benefit:
        raise Invalid.at("/benefit", "missing", "请填写利益分享意见")
    if command.effect is Effect.ADJUST_CREDIT:
        _check_council(command)
    if command.effect is not Effect.SHORTEN:
        if command.ends_on is not None:
            raise Invalid.at("/ends_on", "unfit", "只有缩短保护期才填写截止日期")
        return
    if command.ends_on is None:
        raise Invalid.at("/ends_on", "missing", "请填写缩短后的名义截止")
    if held.nominal_end is not None and command.ends_on >= held.nominal_end:
        raise Invalid.at("/ends_on", "not_shorter", f"应早于原名义截止 {held.nominal_end}")


def _check_council(command: Rule) -> None:
    lacking = {
        "council_number": "调整考核计分须有联席会议的会商编号",
        "credit": "请填写首谈方的考核计分比例",
    }
    missing = [
        Issue(f"/{name}", "missing", message)
        for name, message in lacking.items()
        if getattr(command, name) is None
    ]
    if missing:
        raise Invalid("；".join(issue.message for issue in missing), *missing)


def _side(work: Work, *districts: str) -> None:
    if work.district_id not in districts:
        raise Forbidden("该操作由案件当事单位办理")


def _arbiter(work: Work, opened: _Opened) -> None:
    parties = {opened.case.unit_id, opened.held.unit_id}
    if work.actor.unit_id in parties:
        raise Forbidden("裁定人不能是案件当事单位的人员")
