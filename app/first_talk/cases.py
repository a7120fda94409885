"""The cases (案件) as each reader may see them: both sides and the registrar all, others a ruling.

A case counts as its own clock says; one whose right is no longer contested is closed.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, or_

from app.clock import day_of
from app.errors import NotFound
from app.first_talk import challenges, register, rulebook, subjects, views
from app.first_talk.case_models import Case
from app.first_talk.case_schemas import (
    CaseActs,
    CaseFilter,
    CaseLine,
    CaseView,
    ContactView,
    DisputeView,
    SideEvidence,
)
from app.first_talk.challenges import (
    OBJECTIONS,
    OPEN,
    CaseMove,
    CaseStanding,
    CaseState,
    Ground,
    Objection,
)
from app.first_talk.models import Right
from app.first_talk.rights import Reason, Standing, State
from app.first_talk.schemas import RightEvidenceView
from app.first_talk.subjects import Docket
from app.kit.paging import keyset
from app.kit.schemas import CodeLabel, Page
from app.kit.work import Role, Work, use_case
from app.parameters import service as parameters
from app.parameters.policy import Sanction

SIDES = (Role.OFFICER, Role.UNIT_HEAD, Role.PARTNER)
ANSWERED = (*OPEN, CaseState.RECORDED)
"""The states in which the other side is still heard."""
PUBLISHED = (CaseState.RULED, CaseState.APPEALED, CaseState.FINAL)

_Proofs = dict[str, list[SideEvidence]]


@use_case("first_talk.cases", *register.READERS, reads=True)
def listed(work: Work, command: CaseFilter) -> Page[CaseView]:
    """The cases of both sides, for the registrar all; of others the published rulings."""
    query = _readable(work)
    if command.state:
        query = query.where(Case.id.in_(_counting_as(work, command.state)))
    ordered = query.order_by(Case.opened_at.desc(), Case.id.desc())
    found = keyset(work, ordered, command.limit, command.cursor)
    return Page(items=_views(work, found.rows), next_cursor=found.next_cursor)


@use_case("first_talk.cases", *register.READERS, reads=True)
def pending(work: Work) -> list[CaseView]:
    """The cases of the reader that are not over, by their next day."""
    found = work.session.scalars(
        work.rows(Case).where(Case.state.in_((*ANSWERED, CaseState.RULED, CaseState.APPEALED)))
    )
    shown = _views(work, found.all())
    running = [one for one in shown if one.last_day or one.state is CaseState.RECORDED]
    return sorted(running, key=lambda one: (one.last_day or date.max, one.id))


@use_case("first_talk.cases", *register.READERS, reads=True)
def case(work: Work, id: str) -> CaseView:
    """One case, or of others' its published ruling."""
    row = work.session.scalars(_readable(work).where(Case.id == id)).one_or_none()
    if row is None:
        raise NotFound("没有这个案件，或您无权查看")
    return view(work, row)


@use_case("first_talk.cases", *register.READERS, reads=True)
def of_right(work: Work, id: str) -> DisputeView:
    """The cases about a right or made with it, and the grounds that are open to the reader."""
    row, names = work.get(Right, id), views.district_names(work)
    found = work.session.scalars(
        work.rows(Case)
        .where(or_(Case.right_id == id, Case.claim_id == id))
        .order_by(Case.opened_at.desc())
    )
    docket = subjects.dockets_of(work, {row.subject_key})[0]
    lines = [
        CaseLine(
            id=one.id,
            ground=one.ground,
            state=standing_now(work, one, docket).state,
            objector=views.district_label(names, one.district_id),
            opened_at=one.opened_at,
        )
        for one in found
    ]
    may = work.owns(row) and work.actor.has(*SIDES)
    return DisputeView(cases=lines, grounds=_open_grounds(docket, row) if may else [])


def sides(work: Work, row: Case) -> tuple[Right, Right | None]:
    """The row that the case is about and an objector's claim, whoever reads the case."""
    rows = _rights(work, [row.right_id, row.claim_id or ""])
    return rows[row.right_id], rows.get(row.claim_id or "")


def _rights(work: Work, ids: Sequence[str]) -> dict[str, Right]:
    rows = work.all_rows(Right, because="案件双方的申报").where(Right.id.in_(ids))
    return {row.id: row for row in work.session.scalars(rows)}


def respondent(row: Case) -> str:
    """The district that answers: the holder, but in a case of poaching who talked."""
    return row.district_id if row.ground is Ground.POACHING else row.holder_id


def _counting_as(work: Work, states: tuple[CaseState, ...]) -> list[str]:
    """The readable cases that count as one of these now, whatever was written last."""
    found = work.session.scalars(_readable(work)).all()
    _, places = _places(work, found)
    return [
        row.id for row in found if standing_now(work, row, places[row.right_id]).state in states
    ]


def _readable(work: Work) -> Select[Case]:
    """One's own cases, the registrar's all, and the published rulings of others."""
    mine = work.rows(Case).with_only_columns(Case.id)
    return work.all_rows(Case, because="已公布的裁定").where(
        or_(Case.id.in_(mine), Case.state.in_(PUBLISHED))
    )


def view(work: Work, row: Case) -> CaseView:
    """The case as it counts now and as the reader may see it."""
    return _views(work, [row])[0]


def _views(work: Work, rows: Sequence[Case]) -> list[CaseView]:
    """The cases as they count now, at the same cost however many there are."""
    claims, places = _places(work, rows)
    proofs = _proofs(work, [row for row in rows if _is_full(work, row)])
    return [
        _shown(row, places[row.right_id], claims.get(row.claim_id or ""), proofs) for row in rows
    ]


def _places(work: Work, rows: Sequence[Case]) -> tuple[dict[str, Right], dict[str, Docket]]:
    """Every row that the cases are about or were made with, and the docket of each one ruled on."""
    rights = _rights(work, [id for row in rows for id in (row.right_id, row.claim_id) if id])
    keys = {rights[row.right_id].subject_key for row in rows}
    dockets = subjects.dockets_of(work, keys)
    return rights, {id: docket for docket in dockets for id in docket.rows}


def _shown(row: Case, docket: Docket, claim: Right | None, proofs: _Proofs) -> CaseView:
    work, held = docket.work, docket.rows[row.right_id]
    names, full = views.district_names(work), _is_full(work, row)
    standing = standing_now(work, row, docket)
    evidence = [*proofs.get(row.claim_id or "", []), *proofs.get(row.right_id, [])]
    return CaseView(
        id=row.id,
        version=row.version,
        right_id=row.right_id if full else None,
        claim_id=row.claim_id if full else None,
        enterprise_name=held.application["enterprise_name"] if full else None,
        number=held.filed_number if full else None,
        division=CodeLabel(code=held.division, label=held.application["division_label"]),
        ground=row.ground,
        objector=views.district_label(names, row.district_id),
        holder=views.district_label(names, row.holder_id),
        state=standing.state,
        opened_at=row.opened_at,
        last_day=views.last_day(standing.until),
        statement=row.statement if full else None,
        objector_talked_on=claim.first_talked_on if full and claim else None,
        holder_talked_on=held.first_talked_on if full else None,
        answer=row.answer or None if full else None,
        answered_at=row.answered_at if full else None,
        effect=row.effect,
        reasons=row.reasons,
        benefit=row.benefit,
        ruled_at=row.ruled_at,
        appeal=row.appeal or None if full else None,
        reversed=row.reversed,
        appeal_reasons=row.appeal_reasons,
        contacts=[ContactView.model_validate(one) for one in row.contacts or []] if full else [],
        sanction=_sanction(work, row),
        council_number=row.council_number,
        credit=row.credit,
        evidence=evidence if full else [],
        full=full,
        acts=acts(work, row, standing, docket.settled(work.now)[held.id]),
    )


def _sanction(work: Work, row: Case) -> Sanction | None:
    """What the rules of the case call poaching."""
    if row.ground is not Ground.POACHING:
        return None
    return parameters.policy_version(work, row.policy_version).poaching_sanction


def _open_grounds(docket: Docket, row: Right) -> list[Ground]:
    """The grounds on which the district of a row can object now."""
    held, claim = parties(docket, row.district_id)
    if held is None or claim is not row or held.district_id == row.district_id:
        return []
    return [
        ground for ground in OBJECTIONS if objection_refusal(docket, held, claim, ground) is None
    ]


def parties(docket: Docket, district_id: str) -> tuple[Right | None, Right | None]:
    """Who blocks the subject now, and the claim that a district can object with.

    That is its newest claim that is queued, or was rejected since another holds the right.
    """
    now = docket.settled(docket.work.now)
    held = next((docket.rows[id] for id, one in now.items() if one.blocks), None)
    fitting = [
        docket.rows[id]
        for id, one in now.items()
        if docket.rows[id].district_id == district_id
        and (one.state is State.QUEUED or one.reason is Reason.FIRST_TALK_TAKEN)
    ]
    return held, max(fitting, key=lambda row: row.arrived_at, default=None)


def _proofs(work: Work, rows: Sequence[Case]) -> _Proofs:
    """The proofs of both sides that the reader may open, by the row that they were filed with."""
    if not work.actor.has(*register.EVIDENCE_READERS):
        return {}
    ids = [id for row in rows for id in (row.right_id, row.claim_id) if id]
    names, found = views.district_names(work), dict[str, list[SideEvidence]]()
    for file in views.evidence_rows(work, *ids):
        side = views.district_label(names, file.district_id)
        shown = SideEvidence(side=side, **dict(RightEvidenceView.model_validate(file)))
        found.setdefault(file.right_id, []).append(shown)
    return found


def ruling_move(ground: Ground) -> CaseMove:
    """What a ruling does to a case: on an objection one may appeal, the others are concluded."""
    return CaseMove.RULE if ground in OBJECTIONS else CaseMove.CONCLUDE


def acts(work: Work, row: Case, standing: CaseStanding, held: Standing) -> CaseActs:
    """What the reader may do with a case, as it and the row ruled on count now."""
    actor, allowed = work.actor, standing.allowed()
    side = actor.has(*SIDES) and actor.is_person
    objector = side and actor.district_id == row.district_id
    holder = side and actor.district_id == row.holder_id
    arbiter = actor.has(Role.COORDINATOR) and actor.is_person
    rules = arbiter and (ruling_move(row.ground) in allowed)
    return CaseActs(
        answer=side and actor.district_id == respondent(row) and standing.state in ANSWERED,
        withdraw=objector and CaseMove.AGREE in allowed,
        concede=holder and CaseMove.AGREE in allowed,
        effects=challenges.possible_effects(row.ground, held) if rules else [],
        appeal=(objector or holder) and CaseMove.APPEAL in allowed,
        rule_on_appeal=arbiter
        and CaseMove.RULE_ON_APPEAL in allowed
        and row.ruled_by_id != actor.id,
    )


def standing_now(work: Work, row: Case, docket: Docket) -> CaseStanding:
    """The case as it counts now; one whose right is no longer contested is closed."""
    policy = rulebook.policies(work, [row.policy_version])[row.policy_version]
    standing = CaseStanding(row.state, policy, row.until).at(work.now, docket.calendar)
    held = docket.settled(work.now)[row.right_id]
    contested = held.state is State.CONTESTED
    if row.ground in OBJECTIONS and standing.state in OPEN and not contested:
        return CaseStanding(CaseState.CLOSED, policy, None)
    return standing


def objection_refusal(
    docket: Docket, held: Right, claim: Right, ground: Ground
) -> challenges.ObjectionRefusal | None:
    objection = Objection(claim.district_id, ground, claim.first_talked_on)
    talked_on = held.first_talked_on or day_of(held.arrived_at)
    standing = docket.settled(docket.work.now)[held.id]
    return challenges.objection_refusal(
        objection, standing, held.district_id, talked_on, docket.work.now
    )


def _is_full(work: Work, row: Case) -> bool:
    registrar = work.actor.is_city and work.actor.has(Role.COORDINATOR)
    return registrar or work.actor.district_id in (row.district_id, row.holder_id)
