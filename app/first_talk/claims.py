"""The making of a claim: what a filing meets, what it becomes, and the receipt in every case.

    judge → joint | refused | rejected | incomplete | queued | submitted → receipt → close

The time of a complete claim (首报时间) is the ledger's. Move and receipt stand in one savepoint: if
the unique index refuses the move, the number goes back, and the filing is judged again with the
winner in view.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import exc, func, select

from app.clock import SHANGHAI, until
from app.districts import service as districts
from app.enterprises import service as enterprises
from app.enterprises.schemas import EnterpriseView
from app.errors import (
    Conflict,
    DomainError,
    FirstTalkConflict,
    FirstTalkRefused,
    Invalid,
    RateLimited,
)
from app.first_talk import (
    certificates,
    challenges,
    filing,
    identity,
    ledger,
    subjects,
    surroundings,
    views,
)
from app.first_talk.filing import Refusal
from app.first_talk.ledger import NewEntry
from app.first_talk.ledger_models import Receipt, ReceiptKind
from app.first_talk.models import LIVE_RIGHT, EvidenceFile, JointHolder, QueryKind, QueryLog, Right
from app.first_talk.policies import Evidence, Policy
from app.first_talk.receipt_schemas import LeadFacts
from app.first_talk.receipts import stamp
from app.first_talk.rights import Move, Reason, State
from app.first_talk.schemas import EvidenceItem, FileClaim
from app.first_talk.subjects import Docket
from app.kit import files
from app.kit.db import new_id, violated
from app.kit.files import StoredFile
from app.kit.work import Work
from app.parameters import service as parameters

Proof = tuple[EvidenceItem, StoredFile]


@dataclass(frozen=True)
class Judgement:
    """What a filing becomes: why it is refused, what it joins, who else blocks the subject.

    `talks` is the lead or project of the unit whose talks keep it out: that one is told.
    """

    move: Move
    refusal: Refusal | None = None
    joins: Right | None = None
    against: Right | None = None
    talks: str | None = None


def draft(work: Work, claim: FileClaim, key: str, policy: Policy) -> Right:
    """The row of a claim, not yet entered; the application in it never changes once filed."""
    enterprise = enterprises.enterprise(work, claim.enterprise_id)
    actor, division = work.actor, claim.division or ""
    return Right(
        id=new_id("ftr"),
        district_id=work.district_id,
        unit_id=actor.unit_id or "",
        officer_id=actor.id,
        lead_id=claim.lead_id,
        enterprise_id=enterprise.id,
        subject_key=key,
        division=division,
        amount_minor=claim.amount.fen if claim.amount else None,
        currency=claim.currency,
        first_talked_on=claim.first_talked_on,
        contract_on=claim.contract_on,
        application={
            "lead_name": claim.lead_name,
            "line": claim.line,
            "fixed_fen": claim.fixed_amount.fen if claim.fixed_amount else None,
            "origin": claim.origin or _origin(enterprise),
            "exclusions": [one.value for one in claim.exclusions],
            "unregistered": claim.unregistered or enterprise.unregistered,
            "enterprise_name": enterprise.name,
            "uscc": enterprise.uscc,
            "division_label": division_label(work, division),
            "unit_name": actor.unit_name or actor.district_name,
            "officer_name": actor.name,
            "arrived_at": stamp(work.now),
        },
        arrived_at=work.now,
        policy_version=policy.version,
        state=State.DRAFT,
        extensions=0,
    )


def division_label(work: Work, division: str) -> str:
    """The name of a 大类, "" while none is given; Invalid for an unknown one."""
    label = parameters.code_labels(work, "industry_division").get(division, "")
    if division and not label:
        raise Invalid.at("/division", "unknown", f"没有行业大类 {division}")
    return label


def judge(docket: Docket, row: Right, kinds: Iterable[Evidence], policy: Policy) -> Judgement:
    """What a draft or incomplete row becomes among the settled rows of its subject."""
    application = views.application_of(row, kinds)
    blocking, lacking = docket.blocking(), filing.missing(application, policy)
    if blocking and policy.same_family(row.district_id, blocking.district_id):
        move = Move.FILE_INCOMPLETE if lacking else Move.JOIN
        return Judgement(move, joins=None if lacking else blocking)
    around = surroundings.of(docket, row, policy)
    if around.right_granted:
        return Judgement(Move.REFUSE, Refusal(Reason.FIRST_TALK_TAKEN), against=blocking)
    if docket.pooled() is not None:
        return Judgement(Move.REFUSE, Refusal(Reason.POOLED))
    if lacking:
        return Judgement(Move.FILE_INCOMPLETE, against=blocking)
    refusal = filing.refusal(application, around, policy, docket.work.today)
    if refusal:
        met = filing.kept_out_by(application, around, policy, docket.work.today)
        told = met.about_id if met and refusal.reason is Reason.ALREADY_IN_TALKS else None
        return Judgement(Move.REFUSE, refusal, against=blocking, talks=told)
    return Judgement(Move.QUEUE if blocking else Move.FILE, against=blocking)


def refusal_of(docket: Docket, judgement: Judgement) -> DomainError | None:
    """With `if_taken=refuse`: what is said instead of making a lesser claim."""
    if judgement.against is not None:
        return _conflict(docket, judgement.against)
    refusal = judgement.refusal
    if refusal is None:
        return None
    said = refusal.reason.label + (f"：{refusal.detail}" if refusal.detail else "")
    return FirstTalkRefused(said, reason=refusal.reason.value)


def _conflict(docket: Docket, blocking: Right) -> FirstTalkConflict:
    standing = docket.standing(blocking)
    holder = views.holder_of(docket, standing)
    held = "首谈权由{}持有，至 {}。" if holder.granted else "首谈由{}暂保护，本阶段至 {}。"
    until = holder.held_until
    return FirstTalkConflict(
        "您申报大类的" + held.format(holder.district.label, holder.last_day or "签约"),
        holder_district=holder.district.model_dump(),
        held_until=until.astimezone(SHANGHAI).isoformat() if until else None,
        can_challenge=bool(challenges.open_grounds(standing, docket.work.now)),
        can_request_cooperation=True,
    )


def refuse_second(docket: Docket) -> None:
    """One's own second filing is answered with one's own number."""
    own = docket.own(docket.work.district_id)
    if own is not None:
        number = own.number if isinstance(own, JointHolder) else own.filed_number
        raise Conflict(
            f"本单位已登记该企业和大类（{number or '待补正'}），不能重复申报", number=number
        )


def enter(
    docket: Docket, row: Right, judgement: Judgement, proofs: list[Proof], policy: Policy
) -> Receipt:
    """Make the move of a row that stands in the docket, and certify it."""
    work = docket.work
    try:
        with work.session.begin_nested():
            return _moved(docket, row, judgement, policy)
    except exc.IntegrityError as error:
        if not violated(error, LIVE_RIGHT):
            raise
    subjects.reread(docket)
    again = judge(docket, row, [item.kind for item, _ in proofs], policy)
    return enter(docket, row, again, proofs, policy)


def join(docket: Docket, row: Right, blocking: Right, proofs: list[Proof]) -> Receipt:
    """Make the filer a joint holder of the family's blocking row, with a receipt of its own."""
    joint = JointHolder(
        id=new_id("fth"),
        right_id=blocking.id,
        district_id=row.district_id,
        unit_id=row.unit_id,
        officer_id=row.officer_id,
        lead_id=row.lead_id,
        number="",
        joined_at=docket.work.now,
    )
    add_evidence(docket.work, blocking.id, proofs)
    return hold_jointly(docket, blocking, joint)


def hold_jointly(docket: Docket, blocking: Right, joint: JointHolder) -> Receipt:
    """Let a unit hold the right too: a move of the right, a receipt, and the sight of it."""
    work, at = docket.work, ledger.time_of(docket.work)
    name = districts.district(work, joint.district_id).name
    subjects.move(docket, blocking, Move.JOIN, at, reason=f"{name}联合持有")
    receipt = certificates.certify(work, blocking, ReceiptKind.JOINT, at, joint)
    joint.number, joint.joined_at = receipt.number, at
    work.add(joint)
    docket.joint.append(joint)
    work.share(blocking, joint.district_id)
    return receipt


def add_evidence(work: Work, right_id: str, proofs: list[Proof]) -> list[EvidenceFile]:
    """Link files of evidence to a right, for the actor's district."""
    added = [
        EvidenceFile(
            id=new_id("evd"),
            right_id=right_id,
            district_id=work.district_id,
            kind=item.kind,
            file_id=stored.id,
            name=stored.name,
            digest=stored.digest,
            dated_on=item.dated_on,
            participants=item.participants,
            added_at=work.now,
        )
        for item, stored in proofs
    ]
    for file in added:
        work.add(file)
    return added


def carry_over(work: Work, claim: Right, held: Right) -> None:
    """The evidence of a claim stands with the right too, into which it goes."""
    said = ("district_id", "kind", "file_id", "name", "digest", "dated_on", "participants")
    for file in views.all_evidence(work, {claim.id}):
        copied = {name: getattr(file, name) for name in said}
        work.add(EvidenceFile(id=new_id("evd"), right_id=held.id, added_at=work.now, **copied))


def stored(work: Work, evidence: list[EvidenceItem]) -> list[Proof]:
    """The files of the evidence, stored before any lock is taken."""
    return [(item, files.linkable(work, item.file)) for item in evidence]


def query(
    work: Work, kind: QueryKind, key: str, right_id: str | None, about_id: str | None = None
) -> QueryLog:
    """The log of a question about a subject: the row that it met, or the talks."""
    return QueryLog(
        id=new_id("qry"),
        kind=kind,
        at=work.now,
        asked_on=work.today,
        district_id=work.district_id,
        user_id=work.actor.id,
        user_name=work.actor.name,
        subject_key=key,
        right_id=right_id,
        about_id=about_id,
    )


def used_today(work: Work) -> int:
    """How many questions the actor's district has asked today."""
    counted = (
        select(func.count())
        .select_from(QueryLog)
        .where(
            QueryLog.district_id == work.district_id,
            QueryLog.asked_on == work.today,
        )
    )
    return work.session.scalar(counted) or 0


def meter(work: Work, policy: Policy) -> None:
    """RateLimited when the district's questions of the day are used up."""
    if used_today(work) >= policy.check_limit:
        seconds = int((until(work.today) - work.now).total_seconds()) + 1
        raise RateLimited(
            f"本区今日查询已满 {policy.check_limit} 次，明日 00:00 起可再查", retry_after=seconds
        )


def lead_receipt(work: Work, facts: LeadFacts) -> Receipt:
    """The 登记回执 of a lead: one, whatever becomes of its claims."""
    known = work.session.scalars(
        select(Receipt).where(
            Receipt.lead_id == facts.lead_id, Receipt.kind == ReceiptKind.LEAD.value
        )
    ).one_or_none()
    if known is not None:
        return known
    district = districts.district(work, work.district_id)
    enterprise = enterprises.enterprise(work, facts.enterprise_id) if facts.enterprise_id else None
    content = {
        "lead_name": facts.lead_name,
        "enterprise": enterprise.name if enterprise else None,
        "uscc": enterprise.uscc if enterprise else None,
        "district_name": district.name,
        "unit": work.actor.unit_name or work.actor.district_name,
        "officer": work.actor.name,
        "arrived_at": stamp(work.now),
        "basis": certificates.BASIS,
    }
    entry = NewEntry(ReceiptKind.LEAD, district.id, district.letters, content, facts.lead_id)
    return ledger.issue(work, ledger.time_of(work), entry)


def facts(row: Right) -> LeadFacts:
    """What the receipt of the claim's lead certifies."""
    return LeadFacts(
        lead_id=row.lead_id,
        lead_name=row.application["lead_name"],
        enterprise_id=row.enterprise_id,
    )


def _moved(docket: Docket, row: Right, judgement: Judgement, policy: Policy) -> Receipt:
    """The move at the ledger's time; a complete claim gets its 首谈登记凭证, others the lead's."""
    work, refusal = docket.work, judgement.refusal
    at = ledger.time_of(work)
    reason, code = (refusal.detail, refusal.reason) if refusal else ("", None)
    subjects.move(docket, row, judgement.move, at, reason=reason, code=code)
    if judgement.move not in (Move.FILE, Move.QUEUE):
        return lead_receipt(work, facts(row))
    receipt = certificates.certify(work, row, ReceiptKind.CLAIM, at)
    row.place, row.filed_number = receipt.seq, receipt.number
    alike = identity.twins(work, row, policy) if judgement.move is Move.FILE else []
    if alike:
        subjects.move(docket, row, Move.CHECK_IDENTITY, at, reason=str(alike[0]))
    return receipt


def _origin(enterprise: EnterpriseView) -> str:
    """来源地: the division code inside the USCC; "" abroad or unknown."""
    return enterprise.uscc[2:8] if enterprise.uscc else ""
