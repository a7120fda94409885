"""Who asked about one's own rights (谁查过我): 盲查, filings and requests of other districts."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import func, select

from app.first_talk import views
from app.first_talk.models import QueryLog, Right
from app.first_talk.register_schemas import AskedView
from app.kit.work import Role, Work, use_case

READERS = (Role.OFFICER, Role.UNIT_HEAD)
_LATELY = timedelta(days=30)


@use_case("first_talk.asked", *READERS, reads=True)
def lately(work: Work) -> list[AskedView]:
    """The questions of the last thirty days about the district's own rights, the newest first."""
    names = views.district_names(work)
    own = work.rows(Right).where(Right.district_id == work.district_id).subquery()
    found = work.session.execute(
        select(QueryLog, own.c.application)
        .join(own, own.c.id == QueryLog.right_id)
        .where(QueryLog.district_id != own.c.district_id, QueryLog.at >= work.now - _LATELY)
        .order_by(QueryLog.at.desc(), QueryLog.id)
    )
    return [
        AskedView(
            right_id=one.right_id or "",
            enterprise_name=application["enterprise_name"],
            kind=one.kind,
            at=one.at,
            district=views.district_label(names, one.district_id),
            user_name=one.user_name,
        )
        for one, application in found
    ]


def questions(work: Work, ids: Iterable[str]) -> dict[str, int]:
    """How often others asked about each of one's own rows."""
    found = work.session.execute(
        select(QueryLog.right_id, func.count())
        .join(Right, Right.id == QueryLog.right_id)
        .where(
            QueryLog.right_id.in_(ids),
            Right.district_id == work.actor.district_id,
            QueryLog.district_id != Right.district_id,
        )
        .group_by(QueryLog.right_id)
    )
    return {id: number for id, number in found if id is not None}
