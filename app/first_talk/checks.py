"""The blind check (盲查): whether a subject is free, held or in doubt, and nothing else.

Every answer has the same fields, counts on the district's meter, is logged, and the holder sees
who asked. An invalid code is refused before anything is looked up.
"""

import re
from dataclasses import dataclass

from app.enterprises import service as enterprises
from app.enterprises.schemas import MatchQuery
from app.enterprises.uscc import read_uscc
from app.errors import Conflict, Invalid
from app.first_talk import claims, rulebook, subjects, views
from app.first_talk.check_schemas import Answer, Check, CheckView, MeterView
from app.first_talk.models import QueryKind
from app.first_talk.rights import State
from app.first_talk.schemas import HolderView
from app.kit.work import Role, Work, use_case

CHECKERS = (Role.OFFICER, Role.UNIT_HEAD, Role.PARTNER)
_CODE = re.compile(r"[0-9A-Za-z]{15,20}", re.ASCII)


@dataclass(frozen=True)
class _Met:
    """What the check met: the subject, who blocks it, whether somebody is filing."""

    key: str
    right_id: str | None = None
    holder: HolderView | None = None
    similar: bool = False
    someone_filing: bool = False


@use_case("first_talk.check", *CHECKERS, scope="first_talk:check")
def check(work: Work, command: Check) -> CheckView:
    """Ask whether others keep the district out; RateLimited over the day's meter."""
    asked = _asked(command.identity)
    claims.division_label(work, command.division)
    claims.meter(work, rulebook.policy_now(work))
    met = _meet(work, asked, command)
    work.add(claims.query(work, QueryKind.CHECK, met.key, met.right_id))
    answer = Answer.HELD if met.holder else Answer.SIMILAR if met.similar else Answer.FREE
    return CheckView(
        answer=answer,
        holder=met.holder.district if met.holder else None,
        last_day=met.holder.last_day if met.holder else None,
        someone_filing=met.someone_filing and answer is Answer.FREE,
    )


@use_case("first_talk.request_cooperation", *CHECKERS, scope="first_talk:check")
def request_cooperation(work: Work, command: Check) -> CheckView:
    """Ask the holder to work together on it: it sees who asked; Conflict when nobody else holds."""
    met = _meet(work, _asked(command.identity), command)
    if met.holder is None or met.holder.district.code == work.district_id:
        raise Conflict("没有其他单位持有这一首谈，无需请求协作")
    work.add(claims.query(work, QueryKind.COOPERATION, met.key, met.right_id))
    return CheckView(
        answer=Answer.HELD,
        holder=met.holder.district,
        last_day=met.holder.last_day,
        someone_filing=False,
    )


@use_case("first_talk.meter", *CHECKERS, reads=True, scope="first_talk:check")
def meter(work: Work) -> MeterView:
    """How many questions the district has asked today, and may ask."""
    limit = rulebook.policy_now(work).check_limit
    return MeterView(used=claims.used_today(work), limit=limit)


def _asked(identity: str) -> MatchQuery:
    """A code when it looks like one, else a full name."""
    if not _CODE.fullmatch(identity.replace(" ", "")):
        return MatchQuery(name=identity)
    try:
        return MatchQuery(uscc=read_uscc(identity))
    except ValueError as error:
        raise Invalid.at("/identity", "uscc", str(error)) from error


def _meet(work: Work, asked: MatchQuery, command: Check) -> _Met:
    found = enterprises.match(work, asked)
    met = _Met(key=f"{command.identity[:56]}/{command.division}")
    for candidate in found.same:
        met = _met_at(work, candidate.id, command.division)
        if met.holder is not None:
            return met
    near = (one.id for one in [*found.group, *found.similar] if one.kind == "enterprise")
    similar = any(_met_at(work, id, command.division).holder for id in near)
    return _Met(met.key, similar=similar, someone_filing=met.someone_filing)


def _met_at(work: Work, enterprise_id: str, division: str) -> _Met:
    docket = subjects.read_docket(work, enterprise_id, division)
    standings = docket.settled(work.now)
    filing = {id for id, one in standings.items() if one.state is State.INCOMPLETE}
    return _Met(
        key=docket.key,
        right_id=next((id for id, one in standings.items() if one.blocks), None),
        holder=views.holder(docket, standings),
        someone_filing=any(not work.owns(docket.rows[id]) for id in filing),
    )
