"""产值、固投归属争议: after a firm moved between two districts, whose figures are its figures.

    open ─ answer ─┬─ propose ⇄ accept ───────────────▶ agreed: the terms hold
                   └─ ruling by the registrar's office ─▶ ruled ─ one appeal ─▶ final

Either district opens it once the project has signed. It runs on the clocks of an objection
(`challenges`): the two talk, then the office decides, then it goes one level up. The firm has no
part in it, and nothing here touches first-talk rights or what counts as 招商.
"""

from app.enterprises import service as enterprises
from app.errors import Conflict, Forbidden, Invalid, Issue, NotFound
from app.first_talk import challenges, rulebook
from app.first_talk.challenges import CaseMove, CaseState
from app.kit import files
from app.kit.db import new_id
from app.kit.files import StoredFile, Upload
from app.kit.paging import keyset
from app.kit.schemas import Page
from app.kit.work import Role, Work, use_case
from app.parameters import service as parameters
from app.projects import relocation_views, relocations, rows
from app.projects.models import Project
from app.projects.relocation_models import (
    RelocationCase,
    RelocationEffect,
    RelocationFigure,
    RelocationProof,
)
from app.projects.relocation_schemas import (
    AnswerRelocation,
    AppealRelocation,
    ListRelocations,
    OpenRelocation,
    ProposeTerms,
    RelocationCaseView,
    RelocationView,
    RuleRelocation,
    Terms,
)
from app.projects.relocation_views import HEARD, SIDES

READERS = rows.READERS
_OPEN_AGAIN = (CaseState.CLOSED, CaseState.UNDECIDED)
"""How a case ended that leaves its figures undecided."""


@use_case("relocation.read", *READERS, reads=True, scope="project:read")
def cases(work: Work, command: ListRelocations) -> Page[RelocationCaseView]:
    """The cases of both sides, for the city all; of others the published rulings."""
    ordered = relocation_views.readable(work).order_by(
        RelocationCase.opened_at.desc(), RelocationCase.id.desc()
    )
    found = keyset(work, ordered, command.limit, command.cursor)
    shown = relocation_views.views(work, found.rows)
    return Page(items=shown, next_cursor=found.next_cursor)


@use_case("relocation.read", *READERS, reads=True, scope="project:read")
def case(work: Work, id: str) -> RelocationCaseView:
    """One case, or of others' its published ruling."""
    readable = relocation_views.readable(work).where(RelocationCase.id == id)
    row = work.session.scalars(readable).one_or_none()
    if row is None:
        raise NotFound("没有这个案件，或您无权查看")
    return relocation_views.view(work, row)


@use_case("relocation.read", *READERS, reads=True, scope="project:read")
def of_project(work: Work, id: str) -> RelocationView | None:
    """From where a signed project's investor moved, and the cases about it; None if it did not."""
    project = work.get(Project, id)
    origin = _origin(work, project)
    if origin is None or project.enterprise_id is None or not rows.is_signed(project.stage):
        return None
    landing = project.host_district_id or project.district_id
    found = _of_project(work, id)
    may = work.actor.district_id in (origin, landing) and work.actor.has(*SIDES)
    return RelocationView(
        project_id=id,
        enterprise_name=enterprises.enterprise(work, project.enterprise_id).name,
        origin=relocation_views.label(work, origin),
        landing=relocation_views.label(work, landing),
        cases=relocation_views.views(work, found),
        disputable=_disputable(work, found) if may else [],
    )


@use_case("relocation.open", *SIDES, scope="project:write")
def open_case(work: Work, project_id: str, command: OpenRelocation) -> RelocationCaseView:
    """One of the two districts disputes a figure; Conflict where there is nothing to dispute."""
    project = work.get(Project, project_id)
    work.session.execute(work.rows(Project).where(Project.id == project_id).with_for_update())
    origin = _origin(work, project)
    if origin is None or project.enterprise_id is None:
        raise Conflict("这个项目的投资方不是从本市其他区迁入的企业")
    if not rows.is_signed(project.stage):
        raise Conflict("签约以后才能就迁移企业的指标提出争议")
    landing = project.host_district_id or project.district_id
    if work.district_id not in (origin, landing):
        raise Forbidden("只有迁出方和迁入方可以提出")
    _check_undecided(work, _of_project(work, project_id), command.figures)
    policy = parameters.first_talk_policy(work)
    rules = rulebook.policies(work, [policy.version])[policy.version]
    opened = challenges.opened(rules, work.now, parameters.work_calendar(work))
    row = RelocationCase(
        id=new_id("rlc"),
        district_id=work.district_id,
        project_id=project_id,
        enterprise_id=project.enterprise_id,
        respondent_id=landing if work.district_id == origin else origin,
        origin_id=origin,
        officer_id=work.actor.id,
        figures=[one.value for one in command.figures],
        statement=command.statement,
        opened_at=work.now,
        policy_version=policy.version,
        state=opened.state,
        until=opened.until,
    )
    work.add(row)
    work.share(row, row.respondent_id)
    _bring(work, row, command.file)
    return relocation_views.view(work, row)


@use_case("relocation.answer", *SIDES, scope="project:write")
def answer(
    work: Work, id: str, version: int | None, command: AnswerRelocation
) -> RelocationCaseView:
    """The other side, heard before any ruling."""
    row = _open(work, id, version)
    _side(work, row.respondent_id)
    _still_heard(work, row)
    row.answer, row.answered_at = command.answer, work.now
    if command.file is not None:
        _bring(work, row, command.file)
    return relocation_views.view(work, row)


@use_case("relocation.propose", *SIDES, scope="project:write")
def propose(work: Work, id: str, version: int | None, command: ProposeTerms) -> RelocationCaseView:
    """Terms that the other side may accept; they replace what was offered before."""
    row = _open(work, id, version)
    _side(work, row.district_id, row.respondent_id)
    _still_heard(work, row)
    _check_figures(row, command)
    row.proposal, row.proposed_by = command.model_dump(mode="json"), work.district_id
    return relocation_views.view(work, row)


@use_case("relocation.accept", Role.OFFICER, Role.UNIT_HEAD, binding=True)
def accept(work: Work, id: str, version: int | None) -> RelocationCaseView:
    """The terms that the other side offers hold from now on."""
    row = _open(work, id, version)
    _side(work, row.district_id, row.respondent_id)
    _still_heard(work, row)
    if row.proposed_by != relocation_views.other_side(row, work.district_id):
        raise Conflict("对方还没有提出归属方案")
    _advance(work, row, CaseMove.AGREE)
    row.effect, row.terms = RelocationEffect.DIVIDE, row.proposal
    row.reasons, row.decided_at = "双方协商一致", work.now
    return relocation_views.view(work, row)


@use_case("relocation.withdraw", *SIDES, scope="project:write")
def withdraw(work: Work, id: str, version: int | None) -> RelocationCaseView:
    """Whoever opened the case takes it back; it may be opened anew."""
    row = _open(work, id, version)
    _side(work, row.district_id)
    _advance(work, row, CaseMove.CLOSE)
    return relocation_views.view(work, row)


@use_case("relocation.rule", Role.COORDINATOR, binding=True)
def rule(work: Work, id: str, version: int | None, command: RuleRelocation) -> RelocationCaseView:
    """The office's ruling with its reasons; on appeal the last word, by another person."""
    row = _open(work, id, version)
    if relocation_views.standing(work, row).state is CaseState.APPEALED:
        _rule_on_appeal(work, row, command)
    else:
        _rule(work, row, command)
    return relocation_views.view(work, row)


@use_case("relocation.appeal", *SIDES, scope="project:write")
def appeal(
    work: Work, id: str, version: int | None, command: AppealRelocation
) -> RelocationCaseView:
    """One appeal, by either side; what was ruled stands meanwhile."""
    row = _open(work, id, version)
    _side(work, row.district_id, row.respondent_id)
    _advance(work, row, CaseMove.APPEAL)
    row.appeal, row.appealed_by = command.statement, work.district_id
    return relocation_views.view(work, row)


@use_case("relocation.read", *READERS, reads=True, confidential=True, scope="project:read")
def proof(work: Work, id: str, proof_id: str) -> tuple[str, bytes, str]:
    """A file of a case: name, bytes and type, to both sides and the city; the read is logged."""
    row = work.get(RelocationProof, proof_id)
    if row.case_id != id:
        raise NotFound("没有这份佐证")
    file = work.get(StoredFile, row.file_id)
    return file.name, files.content(work, file), file.media_type


def _origin(work: Work, project: Project) -> str | None:
    return relocations.sites(work, [project])[project.id].origin


def _of_project(work: Work, id: str) -> list[RelocationCase]:
    """The cases about a project that its two districts and the city read, the newest first."""
    found = work.rows(RelocationCase).where(RelocationCase.project_id == id)
    return list(work.session.scalars(found.order_by(RelocationCase.opened_at.desc())))


def _disputable(work: Work, found: list[RelocationCase]) -> list[RelocationFigure]:
    """The figures that no case has decided or still runs about."""
    states = {row.id: relocation_views.standing(work, row).state for row in found}
    taken = {name for row in found if states[row.id] not in _OPEN_AGAIN for name in row.figures}
    running = any(state in challenges.OPEN for state in states.values())
    return [] if running else [one for one in RelocationFigure if one.value not in taken]


def _check_undecided(
    work: Work, found: list[RelocationCase], figures: tuple[RelocationFigure, ...]
) -> None:
    """Conflict while a case runs, or once one has decided on a figure."""
    for row in found:
        _settle(work, row)
        if row.state in challenges.OPEN:
            raise Conflict("这个项目的归属争议正在办理", number=row.id)
        twice = [one.label for one in figures if one.value in row.figures]
        if twice and row.state not in _OPEN_AGAIN:
            raise Conflict(f"{'、'.join(twice)}的归属已有结论", number=row.id)


def _settle(work: Work, row: RelocationCase) -> None:
    """Write down what time has done."""
    now = relocation_views.standing(work, row)
    row.state, row.until = now.state, now.until
    work.session.flush()


def _open(work: Work, id: str, version: int | None) -> RelocationCase:
    """The case, once it is this act's turn, as its reader saw it."""
    locked = work.rows(RelocationCase).where(RelocationCase.id == id).with_for_update()
    work.session.execute(locked.execution_options(populate_existing=True))
    return work.get(RelocationCase, id, version)


def _advance(work: Work, row: RelocationCase, move: CaseMove) -> None:
    calendar = parameters.work_calendar(work)
    after = relocation_views.standing(work, row).after(move, work.now, calendar)
    row.state, row.until = after.state, after.until


def _still_heard(work: Work, row: RelocationCase) -> None:
    state = relocation_views.standing(work, row).state
    if state not in HEARD:
        raise Conflict(f"案件{state.label}，不再收取答复和方案")


def _side(work: Work, *districts: str) -> None:
    if work.district_id not in districts:
        raise Forbidden("该操作由争议双方办理")


def _bring(work: Work, row: RelocationCase, given: Upload | str) -> None:
    """A proof of one side, open to the other and the city."""
    file = files.linkable(work, given)
    proof = RelocationProof(
        id=new_id("rlp"),
        district_id=work.district_id,
        case_id=row.id,
        file_id=file.id,
        name=file.name,
        digest=file.digest,
        added_at=work.now,
    )
    work.add(proof)
    other = relocation_views.other_side(row, work.district_id)
    work.share(proof, other)
    for place in (other, parameters.general(work).city_code):
        work.share(file, place)


def _rule(work: Work, row: RelocationCase, said: RuleRelocation) -> None:
    if said.effect is RelocationEffect.UPHOLD:
        raise Invalid.at("/effect", "impossible", "维持原裁定只用于上诉裁定")
    terms = _ruled(row, said)
    _advance(work, row, CaseMove.RULE)
    row.effect, row.terms, row.reasons = said.effect, terms, said.reasons
    row.ruled_by_id, row.decided_at = work.actor.id, work.now


def _rule_on_appeal(work: Work, row: RelocationCase, said: RuleRelocation) -> None:
    if row.ruled_by_id == work.actor.id:
        raise Forbidden("上诉由原裁定人以外的人员裁定")
    terms = _ruled(row, said)
    _advance(work, row, CaseMove.RULE_ON_APPEAL)
    row.appeal_effect, row.appeal_reasons = said.effect, said.reasons
    if said.effect is not RelocationEffect.UPHOLD:
        row.former, row.terms = row.terms, terms


def _ruled(row: RelocationCase, said: RuleRelocation) -> dict[str, object] | None:
    """The terms of a ruling that divides; Invalid where they are missing, or have no place."""
    given = said.model_dump(include={"fixed_assets", "output", "since", "years"}, exclude_none=True)
    if said.effect is not RelocationEffect.DIVIDE:
        if given:
            name = next(iter(given))
            raise Invalid.at(f"/{name}", "unfit", "只有按比例归属时才填写比例、起算日和年限")
        return None
    missing = [name for name in ("since", "years") if name not in given]
    if missing:
        issues = [Issue(f"/{name}", "missing", "请填写") for name in missing]
        raise Invalid("按比例归属须写明起算日和年限", *issues)
    terms = Terms.model_validate(given)
    _check_figures(row, terms)
    return terms.model_dump(mode="json")


def _check_figures(row: RelocationCase, terms: Terms) -> None:
    """A part for each figure in dispute, and for no other."""
    issues = []
    for figure in RelocationFigure:
        given, asked = getattr(terms, figure.value) is not None, figure.value in row.figures
        if asked and not given:
            issues.append(Issue(f"/{figure.value}", "missing", f"请填写{figure.label}的比例"))
        elif given and not asked:
            issues.append(Issue(f"/{figure.value}", "unfit", f"{figure.label}不在本案争议范围"))
    if issues:
        raise Invalid("；".join(issue.message for issue in issues), *issues)
