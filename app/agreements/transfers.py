"""The transfer (流转) that an agreement settles: who may draft on it, and what came with it."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import or_

from app.agreements.models import Agreement
from app.agreements.schemas import NamedParty, TransferRef
from app.agreements.states import ENDED, State
from app.districts import service as districts
from app.errors import Conflict, Invalid, NotFound
from app.first_talk.models import Right
from app.first_talk.transfer_models import Transfer
from app.kit.schemas import CodeLabel
from app.kit.work import Work


def locked(work: Work, id: str, agreement_id: str = "") -> Transfer:
    """The same as `free`, read once it is this act's turn: two who offer must see each other."""
    work.session.execute(work.rows(Transfer).where(Transfer.id == id).with_for_update())
    return free(work, id, agreement_id)


def free(work: Work, id: str, agreement_id: str = "") -> Transfer:
    """An accepted transfer between the actor's district and another one.

    NotFound to others; Conflict while another agreement on it is open, by whoever offered it. A
    draft that one side alone knows holds up that side alone.
    """
    row = work.get(Transfer, id)
    if row.receiver_id is None or work.district_id not in (row.district_id, row.receiver_id):
        raise NotFound("没有这次流转，或本区不是流转的一方")
    _refuse_second(work, id, agreement_id)
    return row


def check_parties(work: Work, id: str, parties: Iterable[NamedParty]) -> None:
    """Invalid unless giver and receiver are both parties."""
    row = work.get(Transfer, id)
    if not {row.district_id, row.receiver_id} <= {party.district for party in parties}:
        raise Invalid.at("/parties", "transfer", "流转的双方都须是参与方")


def scheme(work: Work, agreement: Agreement) -> dict[str, Any] | None:
    """The document that came with an agreement's transfer, where the reader may see it."""
    row = _seen(work, agreement)
    return row.scheme if row else None


def of_agreement(work: Work, agreement: Agreement, names: Mapping[str, str]) -> TransferRef | None:
    """An agreement's transfer and the right that leads the reader to it; `names` by district."""
    row = _seen(work, agreement)
    if row is None or row.receiver_id is None:
        return None
    right = right_of(work, row)
    return TransferRef(
        id=row.id,
        giver=CodeLabel(code=row.district_id, label=names[row.district_id]),
        receiver=CodeLabel(code=row.receiver_id, label=names[row.receiver_id]),
        right_id=right.id if right else None,
        number=right.filed_number if right else None,
        has_scheme=row.scheme is not None,
    )


def right_of(work: Work, row: Transfer) -> Right | None:
    """The right by which the reader sees a transfer: the giver's, else the receiver's."""
    found = work.session.scalars(
        work.rows(Right).where(Right.id.in_((row.right_id, row.received_id)))
    )
    return min(found, key=lambda right: right.id != row.right_id, default=None)


def _seen(work: Work, agreement: Agreement) -> Transfer | None:
    if agreement.transfer_id is None:
        return None
    query = work.rows(Transfer).where(Transfer.id == agreement.transfer_id)
    return work.session.scalars(query).one_or_none()


def _refuse_second(work: Work, id: str, agreement_id: str) -> None:
    told = or_(Agreement.state != State.DRAFT, Agreement.district_id == work.district_id)
    other = work.session.scalars(
        work.all_rows(Agreement, because="一次流转只有一份在办协议")
        .where(
            Agreement.transfer_id == id,
            Agreement.id != agreement_id,
            Agreement.state.not_in(ENDED),
            told,
        )
        .order_by(Agreement.state == State.DRAFT)
    ).first()
    if other is not None:
        who = districts.district(work, other.district_id).name
        did = "起草" if other.state is State.DRAFT else "提交"
        said = f"{who}已就这次流转{did}协议 {other.number}（{other.state.label}），不能另立"
        raise Conflict(said, number=other.number)
