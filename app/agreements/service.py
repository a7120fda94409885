"""Sharing agreements: drafted by one district, confirmed by each, changed only by a new version.

A draft is scheme v1 that the engine reads; offering it fixes its terms for ever and opens it to
the parties. Each party's negotiator confirms the digest that was seen. `approvals` brings it into
force where 市政府 must approve; else the last confirmation does.
"""

import json
from datetime import date
from typing import Any

from sqlalchemy import select

from app.agreements import compliance, sealing, transfers, views
from app.agreements.listing import READERS, WRITERS
from app.agreements.models import Agreement, Consent, Party, Terms, Version
from app.agreements.schemas import (
    AgreementView,
    Amend,
    Confirm,
    DraftAgreement,
    NamedParty,
    ProjectRef,
    Terminate,
    VersionView,
)
from app.agreements.states import BINDING, ENDED, Move, State, after
from app.districts import service as districts
from app.districts.models import District
from app.engine import choices, wording
from app.engine.legal_rules import Act
from app.engine.scheme import read_scheme
from app.enterprises import service as enterprises
from app.errors import Conflict, Forbidden, ImmutableVersion, Invalid, Issue
from app.kit.db import new_id
from app.kit.work import Role, Work, use_case
from app.parameters import service as parameters
from app.projects import service as projects
from app.projects.models import Project

Document = dict[str, Any]


@use_case("agreement.read", *READERS, reads=True)
def agreement(work: Work, id: str) -> AgreementView:
    """One agreement with its versions."""
    return views.agreement_view(work, work.get(Agreement, id))


@use_case("agreement.read", *READERS, reads=True)
def version(work: Work, id: str, n: int) -> VersionView:
    """One version with its terms, consents and approval."""
    row = work.get(Agreement, id)
    return views.version_view(work, row, views.seen(work, row, n))


@use_case("agreement.read", *READERS, reads=True)
def sealed(work: Work, id: str, n: int) -> bytes:
    """The bytes that the digest of a version is taken of."""
    row = work.get(Agreement, id)
    terms = views.seen(work, row, n).terms
    if terms is None:
        raise Conflict("草稿还没有摘要，提交各方确认时才定稿")
    return sealing.canonical(json.loads(terms.parties), json.loads(terms.scheme), terms.text)


def in_force(work: Work, id: str, day: date) -> Version | None:
    """The version in force on a day, for settlements; an ending day is the first one outside."""
    return next(
        (
            one
            for one in work.get(Agreement, id).versions
            if one.in_force_on is not None
            and one.in_force_on <= day
            and (one.ended_on is None or day < one.ended_on)
        ),
        None,
    )


@use_case("agreement.read", *WRITERS, reads=True)
def own_projects(work: Work) -> list[ProjectRef]:
    """The projects of the drafting district, to choose from."""
    found = work.session.scalars(
        work.rows(Project)
        .where(Project.district_id == work.district_id)
        .order_by(Project.updated_at.desc())
        .limit(200)
    )
    return [ProjectRef(id=row.id, name=row.name) for row in found]


@use_case("agreement.draft", *WRITERS)
def draft(work: Work, command: DraftAgreement, transfer_id: str | None = None) -> AgreementView:
    """A new agreement of the actor's district with the draft of its first version.

    On a transfer (流转) NotFound for whom has no part in it, Conflict while another is in the way.
    """
    if transfer_id is not None:
        transfers.locked(work, transfer_id)
    row = Agreement(
        id=new_id("agr"),
        district_id=work.district_id,
        number=_next_number(work),
        state=State.DRAFT,
        transfer_id=transfer_id,
        created_by=work.actor.id,
        created_at=work.now,
        updated_at=work.now,
    )
    _take_frame(work, row, command)
    row.versions = [Version(n=1, state=State.DRAFT, draft=_readable(command), note=command.note)]
    work.add(row)
    return views.agreement_view(work, row)


@use_case("agreement.edit", *WRITERS)
def edit(
    work: Work, id: str, n: int, command: DraftAgreement, version: int | None = None
) -> VersionView:
    """Change a draft; ImmutableVersion once it was offered."""
    row = _own(work, id)
    found = _draft(views.seen(work, row, n))
    work.expect(found, version)
    if any(one.terms for one in row.versions):
        _check_frame(row, command)
    else:
        _take_frame(work, row, command)
    found.draft, found.note = _readable(command), command.note
    row.updated_at = work.now
    work.session.flush()
    return views.version_view(work, row, found)


@use_case("agreement.edit", *WRITERS, reads=True)
def editable(work: Work, id: str, n: int) -> VersionView:
    """A version that may still be edited; ImmutableVersion else."""
    row = _own(work, id)
    return views.version_view(work, row, _draft(views.seen(work, row, n)))


@use_case("agreement.amend", *WRITERS)
def amend(work: Work, id: str, command: Amend, version: int | None = None) -> VersionView:
    """Start a new version from the one in force, else from the newest."""
    row = _own(work, id)
    work.expect(row, version)
    newest = row.versions[-1]
    if newest.state not in ENDED and newest.state is not State.IN_FORCE:
        raise Conflict(f"第 {newest.n} 版（{newest.state.label}）还没有结果，办结后才能起草新版本")
    if row.transfer_id is not None:
        transfers.locked(work, row.transfer_id, row.id)
    scheme = sealing.canonical_json(views.scheme_of(views.leading(row.versions)))
    added = Version(n=newest.n + 1, state=State.DRAFT, draft=scheme, note=command.note)
    row.versions.append(added)
    touch(work, row)
    return views.version_view(work, row, added)


@use_case("agreement.offer", *WRITERS)
def offer(work: Work, id: str, n: int, version: int | None = None) -> VersionView:
    """Fix the terms of a draft and open it to the parties; nothing may be left to choose.

    Of two sides that draft on one transfer (流转) the first to offer is ahead; the other: Conflict.
    """
    row = _own(work, id)
    if row.transfer_id is not None:
        transfers.locked(work, row.transfer_id, row.id)
    found = views.seen(work, row, n)
    work.expect(found, version)
    state = after(found.state, Move.OFFER)
    document = views.scheme_of(found)
    open_ones = choices.open_choices(document)
    if open_ones:
        issues = [Issue(f"/scheme/{one.key}", "open_choice", one.question) for one in open_ones]
        titles = "、".join(one.title for one in open_ones)
        raise Invalid(f"提交前还要选定：{titles}", *issues)
    parties, text = views.named_parties(row.parties), wording.text(read_scheme(document))
    found.terms = Terms(
        parties=sealing.canonical_json(parties),
        scheme=sealing.canonical_json(document),
        text=text,
        digest=sealing.digest(parties, document, text),
        offered_by=work.actor.id,
        offered_by_name=work.actor.name,
        offered_at=work.now,
    )
    found.state, found.draft = state, None
    for party in row.parties:
        if party.district_id:
            work.share(row, party.district_id)
    touch(work, row)
    return views.version_view(work, row, found)


@use_case("agreement.confirm", Role.NEGOTIATOR, binding=True)
def confirm(
    work: Work, id: str, n: int, command: Confirm, version: int | None = None
) -> VersionView:
    """A party's negotiator says yes to the digest that was seen; the last yes confirms it."""
    row, found = locked(work, id, n, version)
    if found.terms is None or found.state is not State.OFFERED:
        after(found.state, Move.COMPLETE)
        raise ImmutableVersion(f"第 {n} 版已由各方确认，不能再改", n=n)
    party = party_of(work, row)
    if any(consent.position == party.position for consent in found.consents):
        raise Conflict(f"{party.name}已确认过第 {n} 版")
    if command.digest != found.terms.digest:
        raise Invalid.at("/digest", "digest", "所见内容与定稿不一致，请重新打开后核对")
    document = views.scheme_of(found)
    rules = compliance.forbid(work, row, found, document, Act.CONFIRM)
    found.consents.append(
        Consent(
            position=party.position,
            district_id=work.district_id,
            digest=command.digest,
            user_id=work.actor.id,
            user_name=work.actor.name,
            at=work.now,
            rules=rules,
        )
    )
    found.consented += 1
    if found.consented == sum(1 for one in row.parties if one.district_id):
        _complete(work, row, found)
    touch(work, row)
    return views.version_view(work, row, found)


@use_case("agreement.terminate", Role.NEGOTIATOR, Role.COORDINATOR, binding=True)
def terminate(
    work: Work, id: str, n: int, command: Terminate, version: int | None = None
) -> VersionView:
    """Withdraw or refuse an offer as a party; end a confirmed version as the city's coordinator."""
    row, found = locked(work, id, n, version)
    state = after(found.state, Move.TERMINATE)
    if found.state in BINDING:
        if not (work.actor.is_city and work.actor.has(Role.COORDINATOR)):
            raise Forbidden("各方确认后，由市级统筹终止")
    else:
        party_of(work, row)
    found.state, found.reason, found.ended_on = state, command.reason, work.today
    touch(work, row)
    return views.version_view(work, row, found)


def locked(work: Work, id: str, n: int, version: int | None) -> tuple[Agreement, Version]:
    """A version and its agreement, read once it is this act's turn.

    Two last confirmations must see each other: the second waits here, then reads what the first
    has written.
    """
    key = (Version.agreement_id == id, Version.n == n)
    work.session.execute(select(Version.n).where(*key).with_for_update())
    row = work.get(Agreement, id)
    found = views.seen(work, row, n)
    work.expect(found, version)
    return row, found


def enter_force(work: Work, row: Agreement, found: Version) -> None:
    """Put a confirmed version into force; the one before it is superseded."""
    state = after(found.state, Move.ENTER_FORCE)
    for former in row.versions:
        if former.state is State.IN_FORCE:
            former.state = after(former.state, Move.SUPERSEDE)
            former.ended_on = work.today
    work.session.flush()
    found.state, found.in_force_on = state, work.today


def touch(work: Work, row: Agreement) -> None:
    """Bring the agreement's own state up to date, and tell the project where it stands."""
    lead = views.leading(row.versions)
    row.state, row.updated_at = lead.state, work.now
    work.session.flush()
    if row.project_id is not None:
        approval = lead.approval
        projects.record_sharing(
            work,
            row.project_id,
            row.number,
            row.state.value,
            approval.number if approval and approval.confirmed_at else None,
            approval_required=compliance.approval_required(work, row.kind),
        )


def _complete(work: Work, row: Agreement, found: Version) -> None:
    """Every party has said yes: the city sees it; without need of approval it is in force."""
    found.state, found.confirmed_on = after(found.state, Move.COMPLETE), work.today
    work.share(row, parameters.general(work).city_code)
    if not compliance.approval_required(work, row.kind):
        enter_force(work, row, found)


def _own(work: Work, id: str) -> Agreement:
    """An agreement that the actor's district drafts."""
    row = work.get(Agreement, id)
    if not work.owns(row):
        raise Forbidden("这份协议由对方起草，只能确认或不同意")
    return row


def _draft(found: Version) -> Version:
    if found.terms is not None:
        raise ImmutableVersion(f"第 {found.n} 版已定稿，不能修改；请起草新版本", n=found.n)
    return found


def party_of(work: Work, row: Agreement) -> Party:
    """The party that the actor acts for; Forbidden to others."""
    mine = [party for party in row.parties if party.district_id == work.district_id]
    if not mine:
        raise Forbidden("本单位不是这份协议的参与方")
    return mine[0]


def _next_number(work: Work) -> str:
    """`LMT-XY-2026-003`: by district and year, one drafter at a time."""
    district = work.session.get_one(District, work.district_id, with_for_update=True)
    prefix = f"{district.letters}-XY-{work.today.year}-"
    last = work.session.scalars(
        work.rows(Agreement)
        .where(Agreement.number.startswith(prefix))
        .order_by(Agreement.number.desc())
        .limit(1)
    ).one_or_none()
    taken = int(last.number.removeprefix(prefix)) if last else 0
    return f"{prefix}{taken + 1:03d}"


def _readable(command: DraftAgreement) -> str:
    """The scheme as it is kept, when the engine reads it and its parties are those named."""
    read_scheme(command.scheme)
    if command.scheme["parties"] != [party.name for party in command.parties]:
        raise Invalid.at("/scheme/parties", "parties", "方案的参与方与协议的参与方不一致")
    return sealing.canonical_json(command.scheme)


def _take_frame(work: Work, row: Agreement, command: DraftAgreement) -> None:
    """Title, kind, project and parties."""
    known = {one.code for one in parameters.codes(work, "agreement_kind")}
    if command.kind not in known:
        raise Invalid.at("/kind", "unknown", "请从列表中选择协议类型")
    if work.district_id not in {party.district for party in command.parties}:
        raise Invalid.at("/parties", "own", "起草的区须是参与方之一")
    if row.transfer_id is not None:
        transfers.check_parties(work, row.transfer_id, command.parties)
    row.title, row.kind = command.title, command.kind
    project = _own_project(work, command.project)
    row.project_id = project.id if project else None
    row.enterprise = _enterprise_name(work, project)
    wanted = [_party(work, place, party) for place, party in enumerate(command.parties)]
    if [(one.name, one.district_id) for one in row.parties] != [
        (one.name, one.district_id) for one in wanted
    ]:
        row.parties = []
        work.session.flush()
        row.parties = wanted


def _party(work: Work, place: int, party: NamedParty) -> Party:
    known = {one.id for one in districts.districts(work)}
    if party.district is not None and party.district not in known:
        raise Invalid.at(f"/parties/{place}/district", "unknown", "请从列表中选择所属区")
    return Party(position=place, name=party.name, district_id=party.district)


def _own_project(work: Work, id: str | None) -> Project | None:
    if id is None:
        return None
    row = work.get(Project, id)
    if not work.owns(row):
        raise Invalid.at("/project", "own", "只能为本区的项目起草协议")
    return row


def _enterprise_name(work: Work, project: Project | None) -> str:
    """The name of the project's enterprise, where it has one."""
    if project is None or project.enterprise_id is None:
        return ""
    return enterprises.enterprise(work, project.enterprise_id).name


def _check_frame(row: Agreement, command: DraftAgreement) -> None:
    """Once offered, title, kind, project and parties are settled."""
    given = [(party.name, party.district) for party in command.parties]
    if given != [(party.name, party.district_id) for party in row.parties]:
        raise Invalid.at("/parties", "settled", "首次提交后参与方不能再改，请另立协议")
    if (command.title, command.kind, command.project) != (row.title, row.kind, row.project_id):
        raise Invalid.at("/title", "settled", "首次提交后名称、类型和项目不能再改，请另立协议")
