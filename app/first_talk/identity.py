"""What looks like the same project under another name (同一性核查): a score, and who decides.

Compared are the claims and rights that block other subjects of the same enterprise, its group or
its controller. From `same_score_review` points on the registrar looks at both.
"""

from dataclasses import dataclass

from app.enterprises import matching, names
from app.enterprises import service as enterprises
from app.enterprises.matching import Profile
from app.enterprises.schemas import EnterpriseView
from app.first_talk.models import Right
from app.first_talk.policies import Currency, Policy
from app.first_talk.rights import LIVE
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
            Right.counts_as(*LIVE, now=work.now),
        )
    )
    own = _profile(row, known[row.enterprise_id])
    found = [_twin(own, other, known[other.enterprise_id], review_at) for other in others]
    alike = (twin for twin in found if twin.points >= review_at)
    return sorted(alike, key=lambda twin: (-twin.points, twin.row.id))


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
