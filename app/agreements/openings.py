"""The cards with which a draft on a first-talk transfer (流转) opens."""

from app.agreements import filling, transfers
from app.agreements.cards import Sheet
from app.agreements.clause_cards import PartyRow
from app.agreements.listing import WRITERS
from app.districts import service as districts
from app.kit.work import Work, use_case

KIND = "first_talk_benefit"


@use_case("agreement.read", *WRITERS, reads=True)
def of_transfer(work: Work, id: str) -> Sheet:
    """Giver and receiver on the document that came with it; without one, the two alone.

    A name in the document that is no district's is left for the drafter to place.
    """
    row = transfers.free(work, id)
    right = transfers.right_of(work, row)
    company = right.application["enterprise_name"] if right else ""
    names = {one.id: one.name for one in districts.districts(work)}
    frame = {"title": f"{company}首谈利益分享协议", "kind": KIND, "transfer": id}
    if row.scheme is not None:
        return filling.sheet_of(row.scheme, None, {name: id for id, name in names.items()}, **frame)
    ends = (row.district_id, row.receiver_id or "")
    parties = [PartyRow(name=names[end], district=end) for end in ends]
    return Sheet(parties=parties, **frame)
