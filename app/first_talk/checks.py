"""The blind check (盲查): whether a subject is free, held or in doubt, and nothing else.

Every answer has the same fields, counts on the district's meter, is logged, and the holder sees
who asked. An invalid code is no question at all. What is read of the register is the same for
every answer: the rows of all whom the directory knows by this name or nearly so; time tells no
more than the answer does.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.enterprises import service as enterprises
from app.enterprises.schemas import MatchQuery
from app.errors import Conflict
from app.first_talk import claims, rulebook, subjects, views
from app.first_talk.check_schemas import Answer, Check, CheckView, MeterView
from app.first_talk.models import QueryKind, QueryLog
from app.first_talk.rights import State
from app.first_talk.subjects import Docket
from app.kit.work import Role, Work, use_case

CHECKERS = (Role.OFFICER, Role.UNIT_HEAD, Role.PARTNER)


@dataclass(frozen=True)
class _Met:
    """What the check met at one subject: the row that blocks it, whether others are filing."""

    key: str
    right_id: str | None = None
    district_id: str | None = None
    last_day: date | None = None
    someone_filing: bool = False


@use_case("first_talk.check", *CHECKERS, scope="first_talk:check")
def check(work: Work, command: Check) -> CheckView:
    """Ask whether others keep the district out; RateLimited over the day's meter."""
    met, answer = _meet(work, command)
    work.add(claims.query(work, QueryKind.CHECK, met.key, met.right_id))
    return _view(work, met, answer)


@use_case("first_talk.request_cooperation", *CHECKERS, scope="first_talk:check")
def request_cooperation(work: Work, command: Check) -> CheckView:
    """Ask the holder, or whose talks kept one's filing out, to work together: it sees who asked.

    A request tells what a check tells, so it counts on the meter, also when it is refused: Conflict
    when nobody else holds it and no talks were met.
    """
    met, answer = _meet(work, command)
    talks = _talks_met(work, met.key)
    asked = claims.query(work, QueryKind.COOPERATION, met.key, met.right_id, talks)
    held = answer is Answer.HELD and met.district_id != work.district_id
    if not held and talks is None:
        work.keep(asked)
        raise Conflict("没有其他单位持有这一首谈，无需请求协作")
    work.add(asked)
    return _view(work, met, answer)


@use_case("first_talk.meter", *CHECKERS, reads=True, scope="first_talk:check")
def meter(work: Work) -> MeterView:
    """How many questions the district has asked today, and may ask."""
    limit = rulebook.policy_now(work).check_limit
    return MeterView(used=claims.used_today(work), limit=limit)


def _talks_met(work: Work, key: str) -> str | None:
    """The lead or project in talks that last kept the district's own filing on a subject out."""
    met = (
        select(QueryLog.about_id)
        .where(
            QueryLog.district_id == work.district_id,
            QueryLog.subject_key == key,
            QueryLog.about_id.is_not(None),
        )
        .order_by(QueryLog.at.desc())
        .limit(1)
    )
    return work.session.scalar(met)


def _view(work: Work, met: _Met, answer: Answer) -> CheckView:
    names = views.district_names(work)
    holder = views.district_label(names, met.district_id) if met.district_id else None
    return CheckView(
        answer=answer, holder=holder, last_day=met.last_day, someone_filing=met.someone_filing
    )


def _meet(work: Work, command: Check) -> tuple[_Met, Answer]:
    """What holds the subject, else what somebody is filing; near names only make it doubtful."""
    identity = command.identity
    asked = MatchQuery(uscc=identity) if command.by_code else MatchQuery(name=identity)
    claims.division_label(work, command.division)
    policy = rulebook.policy_now(work)
    claims.meter(work, policy)
    rulebook.policies(work, {policy.version})
    same, near = enterprises.meant_by(work, asked)
    read = subjects.read_dockets(work, [*same, *near], command.division)
    met = [_met_at(work, docket) for docket in read]
    exact, alike = met[: len(same)], met[len(same) :]
    for one in exact:
        if one.right_id is not None:
            return one, Answer.HELD
    unknown = _Met(f"{command.identity[:56]}/{command.division}")
    unheld = next((one for one in exact if one.someone_filing), [*exact, unknown][0])
    if any(one.right_id is not None for one in alike):
        return _Met(unheld.key), Answer.SIMILAR
    return unheld, Answer.FREE


def _met_at(work: Work, docket: Docket) -> _Met:
    standings = docket.settled(work.now)
    blocking = next((one for one in standings.values() if one.blocks), None)
    filing = {id for id, one in standings.items() if one.state is State.INCOMPLETE}
    if blocking is not None:
        holder = docket.rows[blocking.right_id].district_id
        return _Met(docket.key, blocking.right_id, holder, views.last_day(blocking.held_until))
    return _Met(docket.key, someone_filing=any(not work.owns(docket.rows[id]) for id in filing))
