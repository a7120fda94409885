"""Who asked about one's own rights (谁查过我): 盲查, filings and requests of other districts."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import func, select

from app.enterprises import service as enterprises
from app.first_talk import views
from app.first_talk.models import QueryLog, Right
from app.first_talk.register_schemas import AskedView
from app.kit.work import Role, Work, use_case

READERS = (Role.OFFICER, Role.UNIT_HEAD)
_LATELY = timedelta(days=30)


@use_case("first_talk.asked", *READERS, reads=True)
def lately(work: Work) -> list[AskedView]:
    """The questions of thirty days that met the district's own rights or talks, newest first."""
    names = views.district_names(work)
    own = work.rows(Right).where(Right.district_id == work.district_id).subquery()
    found = work.session.execute(
        select(QueryLog, own.c.application)
        .join(own, own.c.id == QueryLog.right_id)
        .where(QueryLog.district_id != own.c.district_id, QueryLog.at >= work.now - _LATELY)
        .order_by(QueryLog.at.desc(), QueryLog.id)
    )
    about_rights = [(one, application["enterprise_name"]) for one, application in found]
    met = [*about_rights, *_about_talks(work)]
    return [
        AskedView(
            right_id=one.right_id,
            about_id=one.about_id,
            enterprise_name=name,
            kind=one.kind,
            at=one.at,
            district=views.district_label(names, one.district_id),
            user_name=one.user_name,
        )
        for one, name in sorted(met, key=lambda pair: pair[0].at, reverse=True)
    ]


def _about_talks(work: Work) -> list[tuple[QueryLog, str]]:
    """The filings that one's own talks have kept out, with the name of one's lead or project."""
    found = work.session.scalars(
        select(QueryLog)
        .where(QueryLog.about_id.is_not(None), QueryLog.at >= work.now - _LATELY)
        .order_by(QueryLog.at.desc(), QueryLog.id)
    ).all()
    names = enterprises.own_names(work, {one.about_id for one in found if one.about_id})
    return [(one, names[one.about_id]) for one in found if one.about_id in names]


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
