"""A co-holder by consent (共引, §3 #8c): one side asks, the other agrees, before the contract.

A unit asks with its own claim on the subject: its 首谈时间 and evidence. A holder invites another
unit with its filing; that one brings a lead and evidence when it agrees. Either way the joiner has
a receipt of its own, and its claim, if it queues, is taken up in the right.
"""

from collections.abc import Sequence

from app.districts import service as districts
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.first_talk import cases, claims, consents, filing, pool, register, subjects, views
from app.first_talk.case_models import JoinRequest
from app.first_talk.claims import Proof
from app.first_talk.consents import JoinMove, JoinState
from app.first_talk.join_schemas import (
    AnswerJoin,
    AskToJoin,
    JoinActs,
    JoinProofView,
    JoinView,
    ListJoins,
)
from app.first_talk.models import JointHolder, Right
from app.first_talk.rights import Move, State
from app.first_talk.subjects import Docket
from app.kit.db import new_id
from app.kit.paging import keyset
from app.kit.schemas import CodeLabel, Page
from app.kit.work import Role, Work, use_case

JOINERS = (Role.OFFICER, Role.UNIT_HEAD, Role.PARTNER)


@use_case("first_talk.join", *JOINERS)
def ask(work: Work, id: str, command: AskToJoin) -> JoinView:
    """Ask whoever blocks the subject of a known row to hold it jointly."""
    row = work.session.scalars(register.shown(work).where(Right.id == id)).one_or_none()
    if row is None:
        raise NotFound("没有这项首谈，或您无权查看")
    docket = subjects.open_docket(work, row.enterprise_id, row.division)
    subjects.settle(docket)
    held, claim = cases.parties(docket, work.district_id)
    if held is None or held.district_id == work.district_id:
        raise Conflict("没有其他单位占有这一首谈，无需申请联合持有")
    if claim is None:
        raise Conflict("请先就同一企业和大类申报首谈，以申报的首谈时间和佐证申请联合持有")
    _refuse_bare(docket, claim)
    request = _request(docket, held, work.district_id, command.statement)
    request.claim_id, request.lead_id = claim.id, claim.lead_id
    _enter(docket, request)
    subjects.close(docket)
    return _view(work, request)


def invite(docket: Docket, row: Right, district_id: str) -> None:
    """Ask another unit to hold jointly what the actor has just filed (共引)."""
    statement = f"{docket.work.actor.district_name}申报时提出共同招引"
    _enter(docket, _request(docket, row, district_id, statement))


def check_invited(work: Work, district_id: str) -> None:
    """Refuse to invite a unit that is unknown, one's own, or holds jointly anyway."""
    if district_id not in {one.id for one in districts.districts(work)}:
        raise Invalid.at("/co_holder", "unknown", "请从列表中选择联合持有单位")
    if district_id in districts.family_of(work, work.district_id):
        raise Invalid.at("/co_holder", "family", "同属一体区域的单位申报即联合持有，无需另行征求")


@use_case("first_talk.answer_join", Role.OFFICER, Role.UNIT_HEAD, binding=True)
def answer(work: Work, id: str, version: int | None, command: AnswerJoin) -> JoinView:
    """The other side agrees or not; agreed, the joiner holds the right too from this moment."""
    proofs = claims.stored(work, command.evidence)
    request, docket, held = _opened(work, id, version)
    if work.district_id != _asked(request):
        raise Forbidden("由被征求的单位答复")
    move = JoinMove.AGREE if command.agree else JoinMove.REFUSE
    state = consents.after(_counts_as(docket, request), move)
    if command.agree:
        _join(docket, request, held, command, proofs)
    request.state, request.answer = state, command.answer
    request.answered_by_name, request.answered_at = work.actor.name, work.now
    subjects.close(docket)
    return _view(work, request)


@use_case("first_talk.withdraw_join", *JOINERS)
def withdraw(work: Work, id: str, version: int | None) -> JoinView:
    """Take one's request back while nobody has answered."""
    request, docket, _ = _opened(work, id, version)
    if not work.owns(request):
        raise Forbidden("由提出的单位收回")
    request.state = consents.after(_counts_as(docket, request), JoinMove.WITHDRAW)
    subjects.close(docket)
    return _view(work, request)


@use_case("first_talk.joins", *register.READERS, reads=True)
def listed(work: Work, command: ListJoins) -> Page[JoinView]:
    """The requests that the reader's district made or was made, the newest first."""
    ordered = work.rows(JoinRequest).order_by(JoinRequest.asked_at.desc(), JoinRequest.id)
    found = keyset(work, ordered, command.limit, command.cursor)
    return Page(items=_views(work, found.rows), next_cursor=found.next_cursor)


@use_case("first_talk.joins", *register.READERS, reads=True)
def pending(work: Work) -> list[JoinView]:
    """The requests that wait for the reader's answer, the oldest first."""
    asked = work.rows(JoinRequest).where(JoinRequest.state == JoinState.ASKED)
    found = work.session.scalars(asked.order_by(JoinRequest.asked_at, JoinRequest.id)).all()
    return [one for one in _views(work, found) if one.acts.answer]


@use_case("first_talk.joins", *register.READERS, reads=True)
def joining(work: Work, id: str) -> JoinView:
    """One request."""
    return _view(work, work.get(JoinRequest, id))


@use_case("first_talk.joins", *register.READERS, reads=True)
def of_right(work: Work, id: str) -> tuple[list[JoinView], bool]:
    """The requests about a right or made with a claim; whether the reader can ask with it now."""
    row = work.get(Right, id)
    found = work.session.scalars(
        work.rows(JoinRequest)
        .where((JoinRequest.right_id == id) | (JoinRequest.claim_id == id))
        .order_by(JoinRequest.asked_at.desc())
    )
    shown = _views(work, found.all())
    docket = subjects.dockets_of(work, {row.subject_key})[0]
    held, claim = cases.parties(docket, row.district_id)
    asks = held is not None and claim is row and held.district_id != row.district_id
    waiting = any(one.state is JoinState.ASKED for one in shown)
    return shown, asks and not waiting and work.owns(row) and work.actor.has(*JOINERS)


def _refuse_bare(docket: Docket, claim: Right) -> None:
    """A unit joins with evidence alone: its claim must be complete."""
    kinds = views.evidence_kinds(docket.work, claim.id)
    policy = docket.policies[claim.policy_version]
    lacks = filing.missing(views.application_of(claim, kinds), policy)
    if lacks:
        named = "、".join(one.label for one in lacks)
        raise Conflict(f"本单位的申报还缺{named}，请在线索中补齐后重新申报，再申请联合持有")


def _request(docket: Docket, held: Right, joiner_id: str, statement: str) -> JoinRequest:
    work = docket.work
    return JoinRequest(
        id=new_id("joi"),
        district_id=work.district_id,
        right_id=held.id,
        holder_id=held.district_id,
        joiner_id=joiner_id,
        unit_id=work.actor.unit_id or "",
        officer_id=work.actor.id,
        officer_name=work.actor.name,
        statement=statement,
        asked_at=work.now,
        state=JoinState.ASKED,
    )


def _enter(docket: Docket, request: JoinRequest) -> None:
    work = docket.work
    open_ones = work.rows(JoinRequest).where(
        JoinRequest.right_id == request.right_id,
        JoinRequest.joiner_id == request.joiner_id,
        JoinRequest.state == JoinState.ASKED,
    )
    former = work.session.scalars(open_ones).first()
    if former is not None:
        former.state = _counts_as(docket, former)
        if former.state is JoinState.ASKED:
            raise Conflict("已有一件联合持有申请待对方答复")
        work.session.flush()
    work.add(request)
    work.share(request, _asked(request))


def _asked(request: JoinRequest) -> str:
    """The district whose consent is asked for."""
    invited = request.district_id == request.holder_id
    return request.joiner_id if invited else request.holder_id


def _opened(work: Work, id: str, version: int | None) -> tuple[JoinRequest, Docket, Right]:
    request = work.get(JoinRequest, id)
    held = _right(work, request)
    docket = subjects.open_docket(work, held.enterprise_id, held.division)
    subjects.settle(docket)
    work.session.refresh(request)
    work.expect(request, version)
    return request, docket, docket.rows[request.right_id]


def _counts_as(docket: Docket, request: JoinRequest) -> JoinState:
    """The request as it counts now."""
    standings = docket.settled(docket.work.now)
    claim = standings.get(request.claim_id or "")
    return consents.counts_as(
        request.state, standings[request.right_id].state, claim.state if claim else None
    )


def _right(work: Work, request: JoinRequest) -> Right:
    """The right that a request is about, whoever of the two reads it."""
    rows = work.all_rows(Right, because="联合持有双方")
    return work.session.scalars(rows.where(Right.id == request.right_id)).one()


def _join(
    docket: Docket, request: JoinRequest, held: Right, command: AnswerJoin, proofs: list[Proof]
) -> None:
    """Make the joiner a holder, with its evidence and a receipt of its own."""
    if Move.JOIN not in docket.standing(held).allowed():
        raise Conflict(f"“{held.state.label}”的申报还不能联合持有，取得暂保护后再答复")
    if request.claim_id is None:
        _bring(docket, request, held, command, proofs)
    else:
        claim = docket.rows[request.claim_id]
        claims.carry_over(docket.work, claim, held)
        if claim.state is State.QUEUED:
            subjects.move(docket, claim, Move.RELEASE, docket.work.now, reason="并入联合持有")
    joint = JointHolder(
        id=new_id("fth"),
        right_id=held.id,
        district_id=request.joiner_id,
        unit_id=request.unit_id,
        officer_id=request.officer_id,
        lead_id=request.lead_id or "",
        number="",
        joined_at=docket.work.now,
    )
    claims.hold_jointly(docket, held, joint)


def _bring(
    docket: Docket, request: JoinRequest, held: Right, command: AnswerJoin, proofs: list[Proof]
) -> None:
    """What an invited unit brings: a lead of its own about the enterprise, and evidence."""
    work = docket.work
    if command.lead_id not in pool.own_lead_ids(work, held):
        raise Invalid.at("/lead_id", "unknown", "请选择本单位关于该企业的线索；没有的，先登记一条")
    if not proofs:
        raise Invalid.at("/evidence", "missing", "联合持有须有本单位的佐证，请上传")
    request.lead_id = command.lead_id
    request.unit_id, request.officer_id = work.actor.unit_id or "", work.actor.id
    claims.add_evidence(work, held.id, proofs)


def _view(work: Work, request: JoinRequest) -> JoinView:
    return _views(work, [request])[0]


def _views(work: Work, requests: Sequence[JoinRequest]) -> list[JoinView]:
    """The requests as they count now, at the same cost however many there are."""
    rows = work.all_rows(Right, because="联合持有双方")
    held = work.session.scalars(rows.where(Right.id.in_([one.right_id for one in requests])))
    dockets = subjects.dockets_of(work, {row.subject_key for row in held})
    places = {id: docket for docket in dockets for id in docket.rows}
    proofs: dict[str, list[JoinProofView]] = {}
    for file in views.all_evidence(work, {one.claim_id for one in requests if one.claim_id}):
        proof = JoinProofView(kind=file.kind, dated_on=file.dated_on)
        proofs.setdefault(file.right_id, []).append(proof)
    return [
        _shown(one, places[one.right_id], proofs.get(one.claim_id or "", [])) for one in requests
    ]


def _shown(request: JoinRequest, docket: Docket, proofs: list[JoinProofView]) -> JoinView:
    work, held = docket.work, docket.rows[request.right_id]
    names, state = views.district_names(work), _counts_as(docket, request)
    claim = docket.rows.get(request.claim_id or "")
    standing = docket.settled(work.now)[held.id]
    ends = state is JoinState.ASKED and standing.state is State.ACTIVE
    return JoinView(
        id=request.id,
        version=request.version,
        number=held.filed_number,
        division=CodeLabel(code=held.division, label=held.application["division_label"]),
        enterprise_name=held.application["enterprise_name"],
        holder=views.district_label(names, request.holder_id),
        joiner=views.district_label(names, request.joiner_id),
        invited=request.district_id == request.holder_id,
        officer_name=request.officer_name,
        statement=request.statement,
        asked_at=request.asked_at,
        last_day=views.last_day(standing.ends_at) if ends else None,
        talked_on=claim.first_talked_on if claim else None,
        evidence=proofs,
        state=state,
        answer=request.answer,
        answered_by_name=request.answered_by_name,
        answered_at=request.answered_at,
        acts=_acts(work, request, held, state),
    )


def _acts(work: Work, request: JoinRequest, held: Right, state: JoinState) -> JoinActs:
    actor = work.actor
    may = state is JoinState.ASKED and actor.has(*JOINERS)
    answers = may and actor.is_person and actor.district_id == _asked(request)
    invited = answers and request.claim_id is None
    return JoinActs(
        answer=answers,
        withdraw=may and work.owns(request),
        leads=pool.own_leads(work, held) if invited else [],
    )
