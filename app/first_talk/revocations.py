"""Revocation (撤销) of a false filing: proof, hearing, ruling.

The registrar opens the case on its proof, the holder is heard (申辩), then `disputes.rule` says
whether the right is void. Until then it stands; even one that has ended may be revoked, since what
its holder keeps of it is void with it.
"""

from app.errors import Conflict, Forbidden
from app.first_talk import cases, challenges, claims, register, subjects
from app.first_talk.case_models import Case
from app.first_talk.case_schemas import CaseView
from app.first_talk.challenges import OPEN, Ground
from app.first_talk.policies import Evidence
from app.first_talk.rights import Move
from app.first_talk.schemas import EvidenceItem, Revoke
from app.kit.db import new_id
from app.kit.work import Role, Work, use_case


@use_case("first_talk.revoke", Role.COORDINATOR, binding=True)
def accuse(work: Work, id: str, version: int | None, command: Revoke) -> CaseView:
    """Say, with proof, that a filing was false; the holder reads both and is heard."""
    proofs = claims.stored(work, [EvidenceItem(kind=Evidence.OTHER, file=command.file)])
    docket, row = subjects.open_for(work, id, version)
    if not register.may_decide(work, row):
        raise Forbidden("申报单位的人员不能办理本单位的首谈")
    if Move.REVOKE not in docket.standing(row).allowed():
        raise Conflict("这项首谈已撤销")
    running = work.rows(Case).where(
        Case.right_id == id, Case.ground == Ground.FALSE_FILING, Case.state.in_(OPEN)
    )
    if work.session.scalars(running).first() is not None:
        raise Conflict("这项首谈的撤销案正在办理")
    for file in claims.add_evidence(work, id, proofs):
        work.share(file, row.district_id)
    opened = challenges.hearing(docket.policies[row.policy_version], work.now, docket.calendar)
    case = Case(
        id=new_id("cas"),
        district_id=work.district_id,
        right_id=id,
        holder_id=row.district_id,
        unit_id="",
        officer_name=work.actor.name,
        ground=Ground.FALSE_FILING,
        statement=command.reason,
        opened_at=work.now,
        policy_version=row.policy_version,
        state=opened.state,
        until=opened.until,
    )
    work.add(case)
    work.share(case, row.district_id)
    subjects.close(docket)
    return cases.view(work, case)
