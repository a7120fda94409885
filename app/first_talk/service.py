"""First-talk rights as other capabilities and the pages use them: file, complete, decide, end.

Every act opens the docket of its subject: locks it, writes what time has done, makes its move,
lets the queue follow. Reading computes and writes nothing.
"""

from app.districts import service as districts
from app.enterprises import service as enterprises
from app.errors import FirstTalkRefused, Forbidden, IllegalTransition, Invalid
from app.first_talk import claims, identity, joining, register, rulebook, subjects, views
from app.first_talk.ledger_models import Receipt
from app.first_talk.models import QueryKind, Right
from app.first_talk.policies import Evidence
from app.first_talk.progress import Colour
from app.first_talk.receipt_schemas import LeadFacts, ReceiptView
from app.first_talk.rights import Move, Reason, State
from app.first_talk.schemas import (
    AddEvidence,
    Decide,
    EvidenceItem,
    Extend,
    FileClaim,
    Filed,
    HolderView,
    Resume,
    RightView,
    Suspend,
)
from app.first_talk.subjects import Docket
from app.kit.work import Role, Work, use_case

FILERS = (Role.OFFICER, Role.UNIT_HEAD, Role.PARTNER)
_SWEPT_AT_ONCE = 200


@use_case("first_talk.certify", *FILERS)
def receipt_for_lead(work: Work, facts: LeadFacts) -> ReceiptView:
    """The 登记回执 of a lead, issued once."""
    return views.receipt_view(claims.lead_receipt(work, facts))


@use_case("first_talk.file", *FILERS)
def file(work: Work, claim: FileClaim) -> Filed:
    """File a claim: provisional hold, queue, 待补正, joint holding or rejection, with a receipt.

    With `if_taken=refuse` FirstTalkConflict, FirstTalkRefused or RateLimited, nothing written but
    the query log.
    """
    policy = rulebook.policy_now(work)
    if claim.co_holder is not None:
        joining.check_invited(work, claim.co_holder)
    proofs = claims.stored(work, claim.evidence)
    docket = subjects.open_docket(work, claim.enterprise_id, claim.division or "")
    subjects.settle(docket)
    claims.refuse_second(docket)
    row = claims.draft(work, claim, docket.key, policy)
    judgement = claims.judge(docket, row, [item.kind for item, _ in proofs], policy)
    met = judgement.against.id if judgement.against else None
    log = claims.query(work, QueryKind.FILING, docket.key, met, judgement.talks)
    if claim.if_taken == "refuse":
        claims.meter(work, policy)
        refusal = claims.refusal_of(docket, judgement)
        if refusal is not None:
            work.keep(log)
            raise refusal
    work.add(log)
    if judgement.joins is not None:
        right, receipt = judgement.joins, claims.join(docket, row, judgement.joins, proofs)
    else:
        docket.admit(row, policy)
        claims.add_evidence(work, row.id, proofs)
        right, receipt = row, claims.enter(docket, row, judgement, proofs, policy)
        if claim.co_holder is not None and row.state in subjects.OPEN:
            joining.invite(docket, row, claim.co_holder)
    subjects.close(docket)
    return _filed(work, right, receipt)


@use_case("first_talk.complete", *FILERS)
def complete(work: Work, id: str, version: int | None, command: AddEvidence) -> Filed:
    """Add what was missing (补正); complete, the claim is filed, queued, joined or rejected."""
    proofs = claims.stored(work, command.evidence)
    docket, row = subjects.open_for(work, id, version, command.division or "")
    _own(work, row)
    if row.state is not State.INCOMPLETE:
        raise IllegalTransition(f"“{row.state.label}”的申报不能补正")
    policy = docket.policies[row.policy_version]
    _fill(work, row, command)
    claims.add_evidence(work, row.id, proofs)
    judgement = claims.judge(docket, row, views.evidence_kinds(work, row.id), policy)
    if judgement.talks is not None:
        work.add(claims.query(work, QueryKind.FILING, docket.key, None, judgement.talks))
    right, receipt = row, claims.lead_receipt(work, claims.facts(row))
    if judgement.joins is not None:
        subjects.move(docket, row, Move.RELEASE, work.now, reason="并入同属一体区域的联合持有")
        right, receipt = judgement.joins, claims.join(docket, row, judgement.joins, proofs)
    elif judgement.move is not Move.FILE_INCOMPLETE:
        receipt = claims.enter(docket, row, judgement, proofs, policy)
    subjects.close(docket)
    return _filed(work, right, receipt)


@use_case("first_talk.decide", Role.COORDINATOR, binding=True)
def decide(work: Work, id: str, version: int | None, command: Decide) -> RightView:
    """The registrar's word on a claim or an extension that was asked; never one of the parties."""
    docket, row = _registrars(work, id, version)
    in_doubt = row.state is State.IDENTITY_CHECK
    if row.state is State.EXTENSION_PENDING:
        move, code = (Move.GRANT_EXTENSION if command.agree else Move.REFUSE_EXTENSION), None
    elif command.agree:
        move, code = Move.APPROVE, None
    elif command.reason_code is None:
        raise Invalid.at("/reason_code", "missing", "不予登记须选择事由")
    else:
        move, code = Move.REJECT, command.reason_code
    if in_doubt and (command.agree or code is Reason.FIRST_TALK_TAKEN):
        policy = docket.policies[row.policy_version]
        identity.decide(work, row, policy, same=not command.agree, reason=command.reason)
    subjects.move(docket, row, move, work.now, reason=command.reason, code=code)
    subjects.close(docket)
    return views.right_view(work, row)


@use_case("first_talk.extend", *FILERS)
def extend(work: Work, id: str, version: int | None, command: Extend) -> RightView:
    """The holder asks for an extension; FirstTalkRefused when the rules rule it out."""
    docket, row = subjects.open_for(work, id, version)
    _own(work, row)
    standing = docket.standing(row)
    refusal = views.extension_refusal(docket, standing)
    if row.state is State.ACTIVE and refusal is not None:
        raise FirstTalkRefused(refusal.label, reason=refusal.value)
    event_on = views.last_event(docket, standing)
    cited = f"（引据 {event_on} 的实质进展）" if event_on else ""
    subjects.move(docket, row, Move.ASK_EXTENSION, work.now, reason=command.reason + cited)
    subjects.close(docket)
    return views.right_view(work, row)


@use_case("first_talk.suspend", Role.COORDINATOR, binding=True)
def suspend(work: Work, id: str, version: int | None, command: Suspend) -> RightView:
    """The registrar stops the clock for a cause outside the holder; time starts it again."""
    proofs = claims.stored(work, [EvidenceItem(kind=Evidence.OTHER, file=command.file)])
    docket, row = _registrars(work, id, version)
    claims.add_evidence(work, row.id, proofs)
    subjects.move(docket, row, Move.SUSPEND, work.now, reason=command.reason)
    subjects.close(docket)
    return views.right_view(work, row)


@use_case("first_talk.resume", Role.COORDINATOR, binding=True)
def resume(work: Work, id: str, version: int | None, command: Resume) -> RightView:
    """The registrar starts the clock again; the days it stood are added to the nominal end."""
    docket, row = _registrars(work, id, version)
    subjects.move(docket, row, Move.RESUME, work.now, reason=command.reason)
    subjects.close(docket)
    return views.right_view(work, row)


@use_case("first_talk.release", *FILERS)
def release(work: Work, id: str, version: int | None, reason: str) -> RightView:
    """The holder gives its claim or right up; the first in the queue moves up."""
    docket, row = subjects.open_for(work, id, version)
    _own(work, row)
    subjects.move(docket, row, Move.RELEASE, work.now, reason=reason)
    subjects.close(docket)
    return views.right_view(work, row)


def blocks_others(work: Work, enterprise_id: str, division: str) -> HolderView | None:
    """Who keeps the actor's district out of a subject now; None when nobody outside its family."""
    docket = subjects.read_docket(work, enterprise_id, division)
    holder = views.holder(docket, docket.settled(work.now))
    if holder is None or holder.district.code in districts.family_of(work, work.district_id):
        return None
    return holder


def settle_due(work: Work) -> int:
    """The tick: write down what time has done, so that receipts and reminders go out."""
    due = work.session.scalars(
        work.rows(Right)
        .where(Right.due_at <= work.now)
        .order_by(Right.due_at)
        .limit(_SWEPT_AT_ONCE)
    )
    keys = {row.subject_key for row in due}
    subjects.lock(work, keys)
    moved = 0
    for docket in subjects.dockets_of(work, keys):
        moved += subjects.settle(docket)
        subjects.close(docket)
    return moved


def notify_lapses(work: Work) -> int:
    """The tick with legal effect: the ledger tells each red right that it is about to lapse."""
    unwarned = work.rows(Right).where(
        Right.counts_as(State.ACTIVE, now=work.now), Right.lapse_until.is_(None)
    )
    dockets = subjects.dockets_of(work, {row.subject_key for row in work.session.scalars(unwarned)})
    keys = {docket.key for docket in dockets if _to_warn(docket)}
    subjects.lock(work, keys)
    warned = 0
    for docket in subjects.dockets_of(work, keys):
        subjects.settle(docket)
        for row in _to_warn(docket):
            subjects.move(docket, row, Move.NOTIFY_LAPSE, work.now)
            warned += 1
        subjects.close(docket)
    return warned


def _to_warn(docket: Docket) -> list[Right]:
    """The red rights without a notice, where the rules have one."""
    settled = docket.settled(docket.work.now)
    return [
        row
        for row in docket.rows.values()
        if (standing := settled[row.id]).state is State.ACTIVE
        and standing.lapse_until is None
        and standing.policy.lapse_notice is not None
        and docket.colour(standing) is Colour.RED
    ]


def _filed(work: Work, right: Right, receipt: Receipt) -> Filed:
    return Filed(right=views.right_view(work, right), receipt=views.receipt_view(receipt))


def _registrars(work: Work, id: str, version: int | None) -> tuple[Docket, Right]:
    docket, row = subjects.open_for(work, id, version)
    if not register.may_decide(work, row):
        raise Forbidden("申报单位的人员不能办理本单位的首谈")
    return docket, row


def _own(work: Work, row: Right) -> None:
    if not work.owns(row):
        raise Forbidden("该操作由申报单位办理")


def _fill(work: Work, row: Right, command: AddEvidence) -> None:
    if command.division:
        row.division = command.division
    if command.amount is not None:
        row.amount_minor = command.amount.fen
    if command.first_talked_on is not None:
        row.first_talked_on = command.first_talked_on
    enterprise = enterprises.enterprise(work, row.enterprise_id)
    fixed, matters = command.fixed_amount, [one.value for one in command.exclusions]
    row.application = row.application | {
        "fixed_fen": fixed.fen if fixed else row.application["fixed_fen"],
        "exclusions": matters or row.application["exclusions"],
        "division_label": claims.division_label(work, row.division),
        "uscc": enterprise.uscc,
        "unregistered": command.unregistered or row.application["unregistered"],
    }
