"""流转: declare, offer, accept, close; what each does to the rights, the interests, the ledger.

The holder keeps an interest (首谈利益) when its declared right is taken over; a receiver whose
right is taken back for want of progress keeps nothing. Earlier interests stay as they are.
"""

from typing import Any

from app.engine.reading import JsonError, load_json
from app.engine.scheme import read_scheme
from app.errors import (
    Conflict,
    FirstTalkRefused,
    Forbidden,
    IllegalTransition,
    Invalid,
    Issue,
)
from app.first_talk import chain, claims, interests, pool, register, rulebook, subjects, views
from app.first_talk.chain import Obstacle, OfferRefusal
from app.first_talk.models import Right
from app.first_talk.policies import Evidence
from app.first_talk.receipts import stamp
from app.first_talk.rights import Move, State
from app.first_talk.schemas import EvidenceItem, RightView
from app.first_talk.subjects import Docket
from app.first_talk.transfer_models import Transfer
from app.first_talk.transfer_schemas import GIVERS, Accept, ClosePool, Declare, Offer
from app.kit.db import new_id
from app.kit.files import Upload
from app.kit.work import Role, Work, use_case

TAKEN_OVER = "承接 {}，声明符合本区的产业分区"


@use_case("first_talk.declare", *GIVERS)
def declare(work: Work, id: str, version: int | None, command: Declare) -> RightView:
    """The holder cannot let the project land: 拟流转, pooled by the registrar or by time."""
    proofs = claims.stored(work, [EvidenceItem(kind=Evidence.OTHER, file=command.consent)])
    docket, row = subjects.open_for(work, id, version)
    if not work.owns(row):
        raise Forbidden("该操作由首谈单位办理")
    if row.state is State.ACTIVE and pool.declaration(docket, row) is not None:
        raise Conflict("已申明不能落地，等待进入流转池")
    claims.add_evidence(work, id, proofs)
    subjects.move(docket, row, Move.DECLARE, work.now, reason=command.obstacle.label)
    _enter(docket, row, command.obstacle, command.reason)
    subjects.close(docket)
    return views.right_view(work, row)


@use_case("first_talk.offer", Role.COORDINATOR, binding=True)
def offer(work: Work, id: str, version: int | None, command: Offer) -> RightView:
    """The registrar pools what is declared, offers again, or takes it back from a stale receiver.

    FirstTalkRefused while none of the three is due.
    """
    docket, row = _registrars(work, id, version)
    move = _offer_move(docket, row)
    if move is Move.RECLAIM:
        _enter(docket, row, Obstacle.STALE, command.reason or Obstacle.STALE.label)
    subjects.move(docket, row, move, work.now, reason=command.reason)
    subjects.close(docket)
    return views.right_view(work, row)


@use_case("first_talk.offer", Role.COORDINATOR, binding=True)
def close_pool(work: Work, id: str, version: int | None, command: ClosePool) -> RightView:
    """Nobody took it in time: the registrar closes the pool and the right ends as released."""
    docket, row = _registrars(work, id, version)
    if row.state is State.POOLED:
        _offer_move(docket, row)
    subjects.move(docket, row, Move.CLOSE_POOL, work.now, reason=command.reason)
    subjects.close(docket)
    return views.right_view(work, row)


@use_case("first_talk.accept", *GIVERS)
def accept(work: Work, id: str, version: int | None, command: Accept) -> RightView:
    """A district takes a pooled project over, in a right of its own that is active at once."""
    scheme = _scheme(command.scheme)
    docket, row = _pooled(work, id, version)
    _check(docket, row, command)
    _check_signatures(work, row, command)
    transfer, earlier = _transfer(docket, row), pool.steps(work, docket)
    subjects.move(docket, row, Move.HAND_OVER, work.now, reason=f"{work.actor.district_name}承接")
    received = _received(docket, row, command)
    transfer.receiver_id, transfer.received_id = work.district_id, received.id
    transfer.accepted_at, transfer.scheme = work.now, scheme
    transfer.parties = _signatures(command)
    transfer.council_number = command.council_number
    made = chain.before(earlier, id)
    if transfer.obstacle is not Obstacle.STALE:
        interests.keep(docket, row, made, work.district_id)
    for step in [*made, transfer]:
        work.share(step, work.district_id)
    for file in views.all_evidence(work, {received.id}):
        work.share(file, row.district_id)
    subjects.move(
        docket, received, Move.TAKE_OVER, work.now, reason=TAKEN_OVER.format(row.filed_number)
    )
    subjects.close(docket)
    return views.right_view(work, received)


def _registrars(work: Work, id: str, version: int | None) -> tuple[Docket, Right]:
    docket, row = subjects.open_for(work, id, version)
    if not register.may_decide(work, row):
        raise Forbidden("首谈单位的人员不能办理本单位的流转")
    return docket, row


def _pooled(work: Work, id: str, version: int | None) -> tuple[Docket, Right]:
    """The docket of a row that the pool shows to the reader, locked and settled."""
    seen = pool.known(work, id)
    docket = subjects.open_docket(work, seen.enterprise_id, seen.division)
    subjects.settle(docket)
    row = docket.rows[id]
    work.expect(row, version)
    if work.owns(row):
        raise Forbidden("由首谈单位以外的单位承接")
    return docket, row


def _offer_move(docket: Docket, row: Right) -> Move:
    work, standing = docket.work, docket.standing(row)
    if row.state not in (State.ACTIVE, State.POOLED):
        raise IllegalTransition(f"“{row.state.label}”的首谈不能推介流转")
    stale_on = pool.progress_by(docket, row, standing, pool.steps(work, docket))
    declared = pool.declaration(docket, row) is not None
    move = chain.offer_move(standing, stale_on, work.now, work.today, declared=declared)
    if isinstance(move, OfferRefusal):
        raise FirstTalkRefused(move.label, reason=move.value)
    return move


def _enter(docket: Docket, row: Right, obstacle: Obstacle, reason: str) -> None:
    work = docket.work
    work.add(
        Transfer(
            id=new_id("trf"),
            district_id=row.district_id,
            right_id=row.id,
            obstacle=obstacle,
            reason=reason,
            declared_at=work.now,
            declared_by_name=work.actor.name,
        )
    )


def _transfer(docket: Docket, row: Right) -> Transfer:
    found = pool.declaration(docket, row)
    if found is None:
        raise Conflict("这项首谈没有流转申明")
    return found


def _check(docket: Docket, row: Right, command: Accept) -> None:
    """The guards of the rules; a 会商文号 lifts the cap on transfers."""
    work, standing = docket.work, docket.standing(row)
    if row.state is not State.POOLED:
        raise IllegalTransition(f"“{row.state.label}”的首谈不能承接")
    made = 0 if command.council_number else len(chain.before(pool.steps(work, docket), row.id))
    barred = pool.barred_through(docket, standing)
    refusal = chain.accept_refusal(standing, made, barred, work.now, work.today)
    if refusal is not None:
        raise FirstTalkRefused(
            refusal.label, reason=refusal.value, limit=standing.policy.max_transfers
        )
    if command.lead_id not in pool.own_lead_ids(work, row):
        raise Invalid.at("/lead_id", "unfit", "请选择本区登记的、同一企业的线索")


def _check_signatures(work: Work, row: Right, command: Accept) -> None:
    """Every party of the rule set has signed the 引荐确认表."""
    missing = [party for party in pool.signers(work, row) if not getattr(command, party.value)]
    if missing:
        issues = [
            Issue(f"/{party.value}", "confirmation_missing", f"引荐确认表须有{party.label}签字")
            for party in missing
        ]
        raise Invalid(f"引荐确认表缺少{'、'.join(one.label for one in missing)}签字", *issues)


def _signatures(command: Accept) -> dict[str, str]:
    """Who signed, by party."""
    named = ("first_talker", "receiver", "enterprise")
    return {party: name for party in named if (name := getattr(command, party))}


def _received(docket: Docket, row: Right, command: Accept) -> Right:
    """The receiver's own row on the same project, with the 引荐确认表 among its evidence."""
    work, policy = docket.work, rulebook.policy_now(docket.work)
    signed = "；".join(_signatures(command).values())
    item = EvidenceItem(kind=Evidence.OTHER, file=command.confirmation, participants=signed)
    proofs = claims.stored(work, [item])
    kept = ("enterprise_id", "subject_key", "division", "amount_minor", "currency")
    received = Right(
        **{name: getattr(row, name) for name in kept},
        id=new_id("ftr"),
        district_id=work.district_id,
        unit_id=work.actor.unit_id or "",
        officer_id=work.actor.id,
        lead_id=command.lead_id,
        application=row.application
        | {
            "unit_name": work.actor.unit_name or work.actor.district_name,
            "officer_name": work.actor.name,
            "arrived_at": stamp(work.now),
        },
        arrived_at=work.now,
        policy_version=policy.version,
        state=State.DRAFT,
        extensions=0,
    )
    docket.admit(received, policy)
    claims.add_evidence(work, received.id, proofs)
    return received


def _scheme(given: Upload | dict[str, Any] | None) -> dict[str, Any] | None:
    """The scheme v1 document as it is stored; Invalid with all findings of the engine."""
    if given is None:
        return None
    try:
        document = load_json(given.data) if isinstance(given, Upload) else given
    except JsonError as error:
        raise Invalid.at("/scheme", "json", str(error)) from error
    read_scheme(document)
    return dict(document) if isinstance(document, dict) else None
