"""首谈利益: what a first talker keeps, from the moment its right goes on to the end of its terms.

    hand over ─┐                  签约                  动建                    last day
               ├─▶ kept ──▶ follows a project ──▶ credit runs ──────────────▶ ended
    企业另选 ───┘                                └──▶ first tax: tax runs ───▶ ended

Shares are decided when the right goes on, by the rules of that day, and stay. `projects` writes
down where the enterprise signed and when the clocks begin; nothing here asks it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import ColumnElement, select

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.first_talk import chain, interest_views, pool, register, subjects
from app.first_talk.credits import Chain, Claim, Side, equal_split
from app.first_talk.interest_schemas import AgreeSplit, InterestFilter, InterestView, VoidInterest
from app.first_talk.models import Right
from app.first_talk.rights import Reason, State
from app.first_talk.subjects import Docket
from app.first_talk.transfer_models import Interest, Transfer
from app.kit import files
from app.kit.db import Share, new_id
from app.kit.files import StoredFile
from app.kit.paging import keyset
from app.kit.schemas import Page
from app.kit.work import Role, Work, use_case
from app.money import Rate
from app.parameters import service as parameters
from app.parameters.policy import FirstTalkPolicy

READERS = register.READERS


@dataclass(frozen=True)
class Landing:
    """Where the enterprise signed: the project, its district, and what it is about."""

    project_id: str
    district_id: str
    lead_id: str | None
    enterprise_id: str
    division: str


@dataclass(frozen=True)
class RewardTerms:
    """On what terms a first talker is rewarded; no rate while rewards are off."""

    project_id: str
    unit: str
    rate: Rate | None
    unsigned: list[str]


def keep(docket: Docket, row: Right, before: Sequence[Transfer], receiver_id: str) -> None:
    """The giver of an accepted transfer keeps an interest, by the rules of today.

    `before` are the transfers that led to it; the receiver sees what their givers keep too.
    """
    work = docket.work
    policy = parameters.first_talk_policy(work)
    credit, given = policy.credit_assessment, policy.credit_chain
    bringer = (credit and credit.bringer) or Rate(Fraction(0))
    shares = Chain(given.first, given.middle) if given else Chain(bringer)
    share = shares.share(is_first=not before, has_milestone=_events(docket, row) > 0)
    tax = policy.tax.bringer if policy.tax and not before else None
    interest = _enter(docket, row, policy, Rate(share), tax)
    earlier = _interests(work, Interest.right_id.in_([step.right_id for step in before]))
    for one in [*earlier, interest]:
        work.share(one, receiver_id)


def keep_on_leaving(docket: Docket, row: Right) -> None:
    """What the holder of a right keeps when the enterprise chooses another place; often nothing."""
    policy = parameters.first_talk_policy(docket.work)
    left = policy.interest_on_enterprise_left
    if left is None or row.active_on is None:
        return
    credit = left.credit if _events(docket, row) >= left.min_events else Rate(Fraction(0))
    if credit or left.tax:
        _enter(docket, row, policy, credit, left.tax)


def set_credit(docket: Docket, row: Right, credit: Rate) -> None:
    """The council (联席会议) says what the holder of an ended right gets of the credit."""
    work = docket.work
    kept = _interests(work, Interest.right_id == row.id)
    for interest in kept:
        interest.credit_share = credit
    if not kept:
        _enter(docket, row, parameters.first_talk_policy(work), credit, None)


def follow(work: Work, landing: Landing) -> None:
    """签约: what the chain that led here keeps, and whom the enterprise or a ruling took it from.

    Each phase of a framework agreement is a project, and all of them have one right.
    """
    docket = subjects.read_docket(work, landing.enterprise_id, landing.division)
    accepted, rows = pool.steps(work, docket), docket.rows.values()
    here = [row for row in rows if row.lead_id == landing.lead_id]
    phases = here or [row for row in rows if row.district_id == landing.district_id]
    led = {step.right_id for row in phases for step in chain.before(accepted, row.id)}
    left = {
        row.id
        for row in rows
        if row.state is State.ENTERPRISE_LEFT or row.reason is Reason.RULING
        if row.district_id != landing.district_id
    }
    kept: dict[str, list[Interest]] = defaultdict(list)
    for interest in _interests(work, Interest.right_id.in_(led | left)):
        kept[interest.right_id].append(interest)
    for of_right in kept.values():
        _follow(work, of_right, landing)


def _follow(work: Work, of_right: list[Interest], landing: Landing) -> None:
    """Let an interest follow one more project, in a row of its own from the second on."""
    id = landing.project_id
    if any(one.project_id == id for one in of_right):
        return
    free = next((one for one in of_right if one.project_id is None), None)
    interest = free or _again(work, of_right[0])
    interest.project_id = id
    work.share(interest, landing.district_id)


def _again(work: Work, first: Interest) -> Interest:
    """The same interest once more, for those who see it, before any clock of its own."""
    same = (
        *("district_id", "right_id", "created_at", "policy_version", "credit_share", "tax_share"),
        *("split", "split_reference", "void_reason", "void_proof_id", "voided_at"),
    )
    interest = Interest(id=new_id("fti"), **{name: getattr(first, name) for name in same})
    work.add(interest)
    seen_by = select(Share.district_id).where(Share.resource_id == first.id)
    for unit in work.session.scalars(seen_by).all():
        work.share(interest, unit)
    return interest


def begin_credit(work: Work, project_id: str, construction_on: date | None) -> None:
    """动建: credit runs from this day; None takes it back."""
    for interest in _interests(work, Interest.project_id == project_id):
        interest.credit_since = construction_on


def begin_tax(work: Work, project_id: str, collected_on: date) -> None:
    """首笔税收入库: the tax interest runs from this day."""
    for interest in _interests(work, Interest.project_id == project_id):
        interest.tax_since = collected_on


def holders(work: Work, project_id: str) -> set[str]:
    """The districts that have a part in an interest of the project."""
    found = _interests(work, Interest.project_id == project_id)
    return {unit for one in found for unit in (one.district_id, *(one.split or {}))}


def claims_of(work: Work, project_ids: Iterable[str]) -> dict[str, list[Claim]]:
    """What counts for the credit of each project, in the order of its chain; void ones do not."""
    found: dict[str, list[Claim]] = defaultdict(list)
    kept = interest_views.kept(work, _interests(work, Interest.project_id.in_(list(project_ids))))
    for one in kept:
        if one.interest.project_id and not one.is_void:
            found[one.interest.project_id].append(one.claim())
    return found


def rewards(work: Work, project_ids: Iterable[str]) -> list[RewardTerms]:
    """On what terms first talkers are rewarded, where their rule set gives rewards at all.

    Rewards stay off until the rules have passed 公平竞争审查.
    """
    found = interest_views.kept(work, _interests(work, Interest.project_id.in_(list(project_ids))))
    due = [
        (one, one.policy.reward)
        for one in found
        if one.side is Side.FIRST and not one.is_void and one.policy.reward
    ]
    signed = _signatures(work, [one.right.id for one, _ in due])
    return [
        RewardTerms(
            project_id=one.interest.project_id or "",
            unit=one.right.district_id,
            rate=given.rate if one.policy.review_number else None,
            unsigned=[
                party.label
                for party in one.policy.confirm_parties
                if party.value not in signed.get(one.right.id, {})
            ],
        )
        for one, given in due
        if given.enabled
    ]


def _signatures(work: Work, right_ids: list[str]) -> dict[str, dict[str, str]]:
    """Who signed the 引荐确认表 under which each right went on."""
    query = work.all_rows(Transfer, because="首谈利益的来由")
    found = work.session.scalars(query.where(Transfer.right_id.in_(right_ids)))
    return {one.right_id: one.parties or {} for one in found}


@use_case("first_talk.interest", *READERS, reads=True)
def interests(work: Work) -> list[InterestView]:
    """The interests that the reader's district has or sees, the newest first."""
    found = work.session.scalars(
        work.rows(Interest).order_by(Interest.created_at.desc(), Interest.id)
    )
    return [interest_views.view(work, one) for one in interest_views.kept(work, list(found))]


@use_case("first_talk.interest", *READERS, reads=True)
def listed(work: Work, command: InterestFilter) -> Page[InterestView]:
    """A page of them, the newest first."""
    ordered = work.rows(Interest).order_by(Interest.created_at.desc(), Interest.id)
    found = keyset(work, ordered, command.limit, command.cursor)
    return Page(
        items=[interest_views.view(work, one) for one in interest_views.kept(work, found.rows)],
        next_cursor=found.next_cursor,
    )


@use_case("first_talk.interest", *READERS, reads=True)
def interest(work: Work, id: str) -> InterestView:
    """One interest that the reader's district has or sees."""
    return _view(work, work.get(Interest, id))


@use_case("first_talk.interest", *READERS, reads=True)
def of_right(work: Work, id: str) -> list[InterestView]:
    """The interests along the chain of a right, as far as the reader has a part in them."""
    row = pool.known(work, id)
    docket = subjects.dockets_of(work, {row.subject_key})[0]
    chained = [step.right_id for step in chain.around(pool.steps(work, docket), id)]
    found = work.session.scalars(
        work.rows(Interest)
        .where(Interest.right_id.in_([*chained, id]))
        .order_by(Interest.created_at, Interest.id)
    )
    return [interest_views.view(work, one) for one in interest_views.kept(work, list(found))]


@use_case("first_talk.split", Role.UNIT_HEAD, binding=True)
def agree_split(work: Work, id: str, version: int | None, command: AgreeSplit) -> InterestView:
    """The holders of a right have agreed how to divide its interest; the first enters it."""
    interest = work.get(Interest, id, version)
    if not work.owns(interest):
        raise Forbidden("由首谈单位登记各联合持有单位的分配")
    if sorted(one.district for one in command.parts) != sorted(interest.split or {}):
        raise Invalid.at("/parts", "holders", "请为每个联合持有单位各填一个比例，不能多也不能少")
    for one in _interests(work, Interest.right_id == interest.right_id):
        one.split = {part.district: str(part.share) for part in command.parts}
        one.split_reference = command.reference
    work.session.flush()
    return _view(work, interest)


@use_case("first_talk.void", Role.COORDINATOR, binding=True)
def void(work: Work, id: str, version: int | None, command: VoidInterest) -> InterestView:
    """The project was handed on by a false statement: its giver keeps nothing."""
    interest = work.get(Interest, id, version)
    found = interest_views.kept(work, [interest])[0]
    if not register.may_decide(work, found.right):
        raise Forbidden("首谈单位的人员不能认定本单位的利益")
    if found.is_void:
        raise Conflict("这项首谈利益已作废")
    proof = files.linkable(work, command.file)
    for one in _interests(work, Interest.right_id == interest.right_id):
        one.void_reason, one.voided_at = command.reason, work.now
        one.void_proof_id = proof.id
    seen_by = select(Share.district_id).where(Share.resource_id == id)
    for unit in (interest.district_id, *work.session.scalars(seen_by)):
        work.share(proof, unit)
    work.session.flush()
    return interest_views.view(work, found)


@use_case("first_talk.interest_proof", *READERS, reads=True, confidential=True)
def proof(work: Work, id: str) -> tuple[str, bytes, str]:
    """Why an interest is void: name, bytes and type; the read is logged."""
    interest = work.get(Interest, id)
    if interest.void_proof_id is None:
        raise NotFound("这项首谈利益没有作废材料")
    file = work.get(StoredFile, interest.void_proof_id)
    return file.name, files.content(work, file), file.media_type


def _view(work: Work, interest: Interest) -> InterestView:
    return interest_views.view(work, interest_views.kept(work, [interest])[0])


def _enter(
    docket: Docket, row: Right, policy: FirstTalkPolicy, credit: Rate, tax: Rate | None
) -> Interest:
    work = docket.work
    joint = [one.district_id for one in docket.joint if one.right_id == row.id]
    equal = equal_split([row.district_id, *joint]) if joint else {}
    interest = Interest(
        id=new_id("fti"),
        district_id=row.district_id,
        right_id=row.id,
        created_at=work.now,
        policy_version=policy.version,
        credit_share=credit,
        tax_share=tax,
        split={unit: str(part) for unit, part in equal.items()} or None,
        split_reference="默认均分" if equal else None,
    )
    work.add(interest)
    for unit in joint:
        work.share(interest, unit)
    return interest


def _events(docket: Docket, row: Right) -> int:
    """How many milestones (实质进展) the holder of a row has reported."""
    record = docket.record(docket.standing(row))
    return sum(filing.substantive for filing in record.filings) if record else 0


def _interests(work: Work, condition: ColumnElement[bool]) -> list[Interest]:
    query = work.all_rows(Interest, because="首谈利益随项目走")
    return list(
        work.session.scalars(query.where(condition).order_by(Interest.created_at, Interest.id))
    )
