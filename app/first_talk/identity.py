"""What looks like the same project under another name (同一性核查): a score, and who decides.

Compared are the claims and rights that block other subjects of the same enterprise, its group or
its controller. From `same_score_review` points on the registrar looks at both.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, or_

from app.clock import months
from app.enterprises import matching, names
from app.enterprises import service as enterprises
from app.enterprises.matching import Profile
from app.enterprises.schemas import EnterpriseView
from app.first_talk.case_models import IdentityDecision
from app.first_talk.models import Right
from app.first_talk.policies import Currency, Policy
from app.first_talk.rights import LIVE, State
from app.kit.db import new_id
from app.kit.work import Work
from app.money import Money


@dataclass(frozen=True)
class Twin:
    """Another claim or right that may be the same project, with the points and why."""

    row: Right
    points: int
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        """`95 分：同一实际控制人、产品相同`; it does not say whose the other one is."""
        return f"{self.points} 分：{'、'.join(self.reasons)}"


def twins(work: Work, row: Right, policy: Policy) -> list[Twin]:
    """The others that score enough for a review, the most alike first; none without that rule."""
    review_at = policy.same_score_review
    if review_at is None:
        return []
    related = {one.id for one in enterprises.relations(work, row.enterprise_id)}
    known = enterprises.enterprises(work, related | enterprises.same_as(work, row.enterprise_id))
    others = work.session.scalars(
        work.all_rows(Right, because="同一性核查").where(
            Right.enterprise_id.in_(known),
            Right.subject_key != row.subject_key,
            or_(Right.counts_as(*LIVE, now=work.now), _signed_lately(work, policy)),
        )
    )
    own, apart = _profile(row, known[row.enterprise_id]), _told_apart(work, row)
    found = [
        _twin(own, other, known[other.enterprise_id], review_at)
        for other in others
        if _project(other) not in apart
    ]
    alike = (twin for twin in found if twin.points >= review_at)
    return sorted(alike, key=lambda twin: (-twin.points, twin.row.id))


def decide(work: Work, row: Right, policy: Policy, *, same: bool, reason: str) -> None:
    """Remember the registrar's word on every twin of the claim, so that it is not asked again."""
    for twin in twins(work, row, policy):
        decision = IdentityDecision(
            id=new_id("idd"),
            district_id=row.district_id,
            right_id=row.id,
            other_id=twin.row.id,
            same=same,
            points=twin.points,
            reason=reason,
            decided_by_name=work.actor.name,
            decided_at=work.now,
        )
        work.add(decision)
        work.share(decision, twin.row.district_id)


def decisions(work: Work, row: Right) -> list[tuple[IdentityDecision, Right]]:
    """What was found of a claim and others, each with the other one, the newest first."""
    about = or_(IdentityDecision.right_id == row.id, IdentityDecision.other_id == row.id)
    found = work.session.scalars(
        work.rows(IdentityDecision).where(about).order_by(IdentityDecision.decided_at.desc())
    ).all()
    ids = {id for one in found for id in (one.right_id, one.other_id)} - {row.id}
    claims = work.all_rows(Right, because="同一性核查").where(Right.id.in_(ids))
    others = {one.id: one for one in work.session.scalars(claims)}
    return [
        (one, others[one.other_id if one.right_id == row.id else one.right_id]) for one in found
    ]


def _signed_lately(work: Work, policy: Policy) -> ColumnElement[bool]:
    """Whether a right converted within `same_months`: its project is still the same one."""
    if policy.same_months is None:
        return false()
    since = months(work.today, -policy.same_months)
    return and_(Right.counts_as(State.CONVERTED, now=work.now), Right.contract_on >= since)


def _told_apart(work: Work, row: Right) -> set[tuple[str, str]]:
    """The projects that the registrar has already found to be other ones than this."""
    claims = work.all_rows(Right, because="同一性核查")
    of_subject = work.session.scalars(claims.where(Right.subject_key == row.subject_key))
    ids = {one.id for one in of_subject if _project(one) == _project(row)}
    decided = work.session.scalars(
        work.all_rows(IdentityDecision, because="同一性核查").where(
            IdentityDecision.same.is_(False),
            or_(IdentityDecision.right_id.in_(ids), IdentityDecision.other_id.in_(ids)),
        )
    )
    others = {id for one in decided for id in (one.right_id, one.other_id)} - ids
    return {_project(one) for one in work.session.scalars(claims.where(Right.id.in_(others)))}


def _project(row: Right) -> tuple[str, str]:
    """What a claim is about, finer than its subject: the product or line too."""
    return row.subject_key, row.application["line"]


def _twin(own: Profile, other: Right, enterprise: EnterpriseView, review_at: int) -> Twin:
    score = matching.score(own, _profile(other, enterprise), review_at)
    return Twin(other, score.points, score.reasons)


def _profile(row: Right, enterprise: EnterpriseView) -> Profile:
    in_yuan = row.amount_minor is not None and row.currency is Currency.CNY
    return Profile(
        names=frozenset(names.parsed(name).text for name in [enterprise.name, *enterprise.aliases]),
        root=enterprise.root_id,
        uscc=enterprise.uscc,
        controller=enterprise.controller or enterprise.group_name,
        division=row.division,
        line=row.application["line"],
        amount=Money(row.amount_minor or 0) if in_yuan else None,
    )
