"""A dispute over the figures of a moved firm as it counts now, and as each reader may see it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, or_

from app.districts import service as districts
from app.enterprises import service as enterprises
from app.first_talk import clocks, rulebook
from app.first_talk.challenges import CaseMove, CaseStanding, CaseState
from app.kit.schemas import CodeLabel
from app.kit.work import Role, Work, once
from app.parameters import service as parameters
from app.projects import relocations
from app.projects.relocation_models import RelocationCase, RelocationEffect, RelocationProof
from app.projects.relocation_schemas import (
    ProofView,
    RelocationActs,
    RelocationCaseView,
    Terms,
    TermsView,
)

SIDES = (Role.OFFICER, Role.UNIT_HEAD, Role.PARTNER)
HEARD = (CaseState.NEGOTIATING, CaseState.DECIDING, CaseState.ESCALATED)
"""The states in which both sides may still speak, bring proof and come to terms."""
PUBLISHED = (CaseState.RULED, CaseState.APPEALED, CaseState.FINAL)
_RULINGS = [RelocationEffect.DIVIDE, RelocationEffect.DISMISS]


def readable(work: Work) -> Select[RelocationCase]:
    """One's own cases, the city's all, and the published rulings of others."""
    mine = work.rows(RelocationCase).with_only_columns(RelocationCase.id)
    return work.all_rows(RelocationCase, because="已公布的裁定").where(
        or_(RelocationCase.id.in_(mine), RelocationCase.state.in_(PUBLISHED))
    )


def standing(work: Work, row: RelocationCase) -> CaseStanding:
    """The case as it counts now, whatever was written last."""
    policy = rulebook.policies(work, [row.policy_version])[row.policy_version]
    written = CaseStanding(row.state, policy, row.until)
    return written.at(work.now, parameters.work_calendar(work))


def other_side(row: RelocationCase, district_id: str) -> str:
    """Whom a side faces."""
    return row.respondent_id if district_id == row.district_id else row.district_id


def is_side(work: Work, row: RelocationCase) -> bool:
    """Whether the actor's district is one of the two."""
    return work.actor.district_id in (row.district_id, row.respondent_id)


def view(work: Work, row: RelocationCase) -> RelocationCaseView:
    """One case as the reader may see it."""
    return views(work, [row])[0]


def views(work: Work, rows: Iterable[RelocationCase]) -> list[RelocationCaseView]:
    """Cases as the reader may see them, read together."""
    cases = list(rows)
    city = work.actor.is_city and work.actor.has(Role.COORDINATOR)
    whole = {row.id: row.enterprise_id for row in cases if city or is_side(work, row)}
    firms = enterprises.enterprises(work, set(whole.values()))
    proofs = _proofs(work, whole)
    return [
        _view(
            work,
            row,
            firm=firms[row.enterprise_id].name if row.id in whole else None,
            proofs=proofs[row.id],
        )
        for row in cases
    ]


def _view(
    work: Work, row: RelocationCase, *, firm: str | None, proofs: list[ProofView]
) -> RelocationCaseView:
    """All of it when the firm is given; else who, what about, and the ruling."""
    now, full = standing(work, row), firm is not None
    return RelocationCaseView(
        id=row.id,
        version=row.version,
        project_id=row.project_id if full else None,
        enterprise_name=firm,
        opener=label(work, row.district_id),
        origin=label(work, row.origin_id),
        landing=label(work, other_side(row, row.origin_id)),
        figures=row.figures,
        state=now.state,
        opened_at=row.opened_at,
        last_day=None if now.until is None else clocks.last_day(now.until),
        statement=row.statement if full else None,
        answer=row.answer or None if full else None,
        answered_at=row.answered_at if full else None,
        proposal=_terms(work, row, row.proposal) if full and now.state in HEARD else None,
        proposed_by=label(work, row.proposed_by) if full and row.proposed_by else None,
        effect=row.effect,
        terms=_terms(work, row, row.terms),
        reasons=row.reasons,
        decided_at=row.decided_at,
        appeal=row.appeal or None if full else None,
        appeal_effect=row.appeal_effect,
        former=_terms(work, row, row.former),
        appeal_reasons=row.appeal_reasons,
        proofs=proofs,
        acts=acts(work, row, now),
    )


def acts(work: Work, row: RelocationCase, now: CaseStanding) -> RelocationActs:
    """What the reader may do with a case as it counts now."""
    actor, allowed = work.actor, now.allowed()
    side = is_side(work, row) and actor.has(*SIDES)
    person = side and actor.is_person
    talks = now.state in HEARD
    return RelocationActs(
        answer=side and talks and actor.district_id == row.respondent_id,
        propose=side and talks,
        accept=person and talks and row.proposed_by == other_side(row, actor.district_id or ""),
        withdraw=side and talks and actor.district_id == row.district_id,
        effects=_possible(work, row, allowed),
        appeal=side and CaseMove.APPEAL in allowed,
    )


def _possible(work: Work, row: RelocationCase, allowed: list[CaseMove]) -> list[RelocationEffect]:
    """The rulings that the reader may make: on appeal only one who did not make the first."""
    if not (work.actor.has(Role.COORDINATOR) and work.actor.is_person):
        return []
    if CaseMove.RULE in allowed:
        return _RULINGS
    again = CaseMove.RULE_ON_APPEAL in allowed and row.ruled_by_id != work.actor.id
    return [RelocationEffect.UPHOLD, *_RULINGS] if again else []


def label(work: Work, district_id: str) -> CodeLabel:
    """A district by code and name."""
    return CodeLabel(code=district_id, label=_names(work)[district_id])


@once
def _names(work: Work) -> dict[str, str]:
    return {one.id: one.name for one in districts.districts(work)}


def _terms(work: Work, row: RelocationCase, written: Mapping[str, Any] | None) -> TermsView | None:
    if written is None:
        return None
    terms = Terms.model_validate(written)
    days = relocations.term(work, terms, row.policy_version)
    return TermsView(**dict(terms), first_day=days.first_day, last_day=days.last_day)


def _proofs(work: Work, ids: Iterable[str]) -> defaultdict[str, list[ProofView]]:
    """The files of the cases, the first first."""
    found: defaultdict[str, list[ProofView]] = defaultdict(list)
    rows = work.rows(RelocationProof).where(RelocationProof.case_id.in_(list(ids)))
    for row in work.session.scalars(rows.order_by(RelocationProof.added_at, RelocationProof.id)):
        found[row.case_id].append(
            ProofView(
                id=row.id,
                side=label(work, row.district_id),
                name=row.name,
                digest=row.digest,
                added_at=row.added_at,
            )
        )
    return found
