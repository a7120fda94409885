"""The pool (流转池) as each reader may see it: what is offered until when, and the chain before it.

While a project is pooled every district reads the enterprise and why it cannot land; before and
after that only its holder, its receivers and the registrar.
"""

import json
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from app.errors import NotFound
from app.first_talk import chain, register, subjects, surroundings, views
from app.first_talk.chain import OfferRefusal
from app.first_talk.ledger_models import Receipt
from app.first_talk.models import Right
from app.first_talk.rights import Move, Standing, State
from app.first_talk.subjects import Docket
from app.first_talk.transfer_models import Interest, Transfer
from app.first_talk.transfer_schemas import GIVERS, StepView, TransferActs, TransferView
from app.kit.schemas import CodeLabel
from app.kit.work import Role, Work, use_case
from app.parameters import service as parameters
from app.parameters.policy import ConfirmParty


@use_case("first_talk.transfer", *register.READERS, reads=True)
def transfer(work: Work, id: str) -> TransferView:
    """How a right goes on, or how it came to its holder; NotFound for whom it is none of."""
    row = known(work, id)
    docket = subjects.dockets_of(work, {row.subject_key})[0]
    standing, names = docket.settled(work.now)[id], views.district_names(work)
    accepted, found = steps(work, docket), declaration(docket, row)
    before = chain.before(accepted, id)
    full = work.session.scalars(work.rows(Right).where(Right.id == id)).first() is not None
    stale = progress_by(docket, row, standing, accepted)
    pooled = standing.state is State.POOLED
    return TransferView(
        id=id,
        version=row.version,
        number=row.filed_number,
        enterprise_name=row.application["enterprise_name"],
        division=CodeLabel(code=row.division, label=row.application["division_label"]),
        holder=views.district_label(names, row.district_id),
        state=standing.state,
        full=full,
        obstacle=found.obstacle if found else None,
        reason=found.reason if found else "",
        declared_at=found.declared_at if found else None,
        pool_by=views.pool_by(standing),
        accept_by=_accept_by(standing),
        closes_on=views.last_day(standing.pool_until) if pooled else None,
        progress_by=stale,
        due_on=views.pool_by(standing) or _accept_by(standing) or stale,
        made=len(before),
        limit=standing.policy.max_transfers,
        steps=_step_views(docket, chain.around(accepted, id), names),
        signers=[CodeLabel(code=one.value, label=one.label) for one in signers(work, row)],
        leads=own_leads(work, row) if pooled else [],
        acts=_acts(docket, row, standing, stale, declared=found is not None),
    )


@use_case("first_talk.transfer", Role.COORDINATOR, reads=True)
def waiting(work: Work) -> list[TransferView]:
    """What is declared, pooled, or lies with a receiver without progress, for the registrar."""
    moving = work.rows(Transfer)
    found = work.session.scalars(
        work.rows(Right)
        .where(Right.counts_as(State.ACTIVE, State.POOLED, now=work.now))
        .where(
            or_(
                Right.id.in_(moving.with_only_columns(Transfer.right_id)),
                Right.id.in_(moving.with_only_columns(Transfer.received_id)),
            )
        )
        .order_by(Right.id)
    )
    shown = (transfer(work, row.id) for row in found)
    due = [one for one in shown if one.acts.offer or one.state is State.POOLED]
    return sorted(due, key=lambda one: one.due_on or date.max)


@use_case("first_talk.transfer", *register.READERS, reads=True)
def scheme(work: Work, transfer_id: str) -> dict[str, Any]:
    """The scheme v1 document that came with a transfer: what an agreement on it begins from."""
    row = work.get(Transfer, transfer_id)
    if row.scheme is None:
        raise NotFound("这次流转没有附分享方案")
    return row.scheme


def _accept_by(standing: Standing) -> date | None:
    return views.last_day(standing.accept_until) if standing.state is State.POOLED else None


def known(work: Work, id: str) -> Right:
    """A row whose transfer the reader may know of: its own, the registrar's, or pooled."""
    pooled = register.shown(work).where(Right.counts_as(State.POOLED, now=work.now))
    for query in (work.rows(Right), pooled):
        row = work.session.scalars(query.where(Right.id == id)).one_or_none()
        if row is not None:
            return row
    raise NotFound("没有这项流转，或您无权查看")


def steps(work: Work, docket: Docket) -> list[Transfer]:
    """The accepted transfers among the rows of a subject, in their order."""
    found = work.session.scalars(
        work.all_rows(Transfer, because="流转链")
        .where(Transfer.right_id.in_(docket.rows), Transfer.received_id.is_not(None))
        .order_by(Transfer.accepted_at, Transfer.id)
    )
    return list(found)


def declaration(docket: Docket, row: Right) -> Transfer | None:
    """Why a row goes on, if it was declared or taken back."""
    work = docket.work
    return work.session.scalars(
        work.all_rows(Transfer, because="流转池公开事由").where(Transfer.right_id == row.id)
    ).one_or_none()


def progress_by(
    docket: Docket, row: Right, standing: Standing, accepted: list[Transfer]
) -> date | None:
    """The last day on which a receiver must have made progress; None for whom did not receive."""
    record = docket.record(standing)
    received = any(one.received_id == row.id for one in accepted)
    if not received or record is None or standing.state is not State.ACTIVE:
        return None
    return chain.stale_through(record, standing, docket.calendar, docket.work.today)


def signers(work: Work, row: Right) -> tuple[ConfirmParty, ...]:
    """Who must sign the 引荐确认表, by the rules of the row."""
    return parameters.policy_version(work, row.policy_version).confirm_parties


def barred_through(docket: Docket, standing: Standing) -> date | None:
    """Until when the reader's district takes nothing over."""
    return surroundings.barred_through(docket.work, docket.work.district_id, standing.policy)


def _acts(
    docket: Docket, row: Right, standing: Standing, stale_on: date | None, *, declared: bool
) -> TransferActs:
    work, allowed = docket.work, standing.allowed()
    holds = work.owns(row) and work.actor.has(*GIVERS)
    decides = register.may_decide(work, row)
    offers = decides and standing.state in (State.ACTIVE, State.POOLED)
    move = None
    if offers:
        move = chain.offer_move(standing, stale_on, work.now, work.today, declared=declared)
    return TransferActs(
        declare=holds and Move.DECLARE in allowed and not declared,
        offer=move.label if isinstance(move, Move) else None,
        why_not=move.label if isinstance(move, OfferRefusal) else None,
        close=decides and move is Move.OFFER_AGAIN,
        accept=work.actor.has(*GIVERS)
        and not work.owns(row)
        and standing.state is State.POOLED
        and chain.is_open(standing, work.now),
    )


def _step_views(docket: Docket, made: list[Transfer], names: dict[str, str]) -> list[StepView]:
    work = docket.work
    interests, standings = _interests(work, made), docket.settled(work.now)
    own = work.rows(Transfer).where(Transfer.id.in_([one.id for one in made]))
    open_ids = set(work.session.scalars(own.with_only_columns(Transfer.id)))
    return [
        StepView(
            id=one.id if one.id in open_ids else None,
            giver=views.district_label(names, one.district_id),
            receiver=views.district_label(names, one.receiver_id or ""),
            obstacle=one.obstacle,
            accepted_at=one.accepted_at,
            signed_by=list((one.parties or {}).values()),
            council_number=one.council_number,
            has_scheme=one.scheme is not None,
            keeps_interest=(kept := interests.get(one.right_id)) is not None,
            void=standings[one.right_id].state is State.REVOKED
            or (kept is not None and kept.voided_at is not None),
            credit_since=kept.credit_since if kept else None,
            tax_since=kept.tax_since if kept else None,
        )
        for one in made
    ]


def _interests(work: Work, made: list[Transfer]) -> dict[str, Interest]:
    """The interest of each giver; of several phases the one whose credit began first."""
    found = work.session.scalars(
        work.all_rows(Interest, because="流转链").where(
            Interest.right_id.in_([step.right_id for step in made])
        )
    )
    by_credit = sorted(found, key=lambda one: one.credit_since or date.max, reverse=True)
    return {one.right_id: one for one in by_credit}


def own_leads(work: Work, row: Right) -> list[CodeLabel]:
    """The leads of the reader's district whose receipts name the enterprise."""
    filed = row.application
    named = [("enterprise", filed["enterprise_name"]), ("uscc", filed["uscc"])]
    says = [
        Receipt.content.contains(f'"{key}":{json.dumps(value, ensure_ascii=False)}')
        for key, value in named
        if value
    ]
    found = work.session.scalars(
        select(Receipt)
        .where(Receipt.district_id == work.district_id, Receipt.lead_id.is_not(None), or_(*says))
        .order_by(Receipt.seq)
    )
    leads = {one.lead_id: one for one in found if one.lead_id}
    return [
        CodeLabel(code=id, label=f"{one.number}　{json.loads(one.content).get('lead_name', '')}")
        for id, one in leads.items()
    ][::-1]


def own_lead_ids(work: Work, row: Right) -> set[str]:
    """Under which leads the reader's district can take the project over."""
    return {one.code for one in own_leads(work, row)}
