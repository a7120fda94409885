"""What belongs to a project beside its course: identities, promises, factor needs, the contract."""

from sqlalchemy import select

from app.errors import Invalid, NotFound
from app.kit import files
from app.kit.db import new_id
from app.kit.files import StoredFile
from app.kit.work import Work, use_case
from app.parameters import service as parameters
from app.projects import rows, views
from app.projects.commands import AddFactorNeed, AddIdentifier, AnswerFactorNeed, SetCommitment
from app.projects.models import Commitment, FactorNeed, Identifier, Indicator, Project
from app.projects.schemas import CommitmentView, FactorNeedView, IdentifierView

READERS, WRITERS = rows.READERS, rows.WRITERS


@use_case("project.read", *READERS, reads=True)
def identifiers(work: Work, id: str) -> list[IdentifierView]:
    """How other systems know the project."""
    return views.identifiers(work, rows.found(work, id))


@use_case("project.read", *READERS, reads=True)
def commitments(work: Work, id: str) -> list[CommitmentView]:
    """What was promised, and what came of it."""
    return views.commitments(work, work.get(Project, id))


@use_case("project.read", *READERS, reads=True)
def factor_needs(work: Work, id: str) -> list[FactorNeedView]:
    """What the project needs."""
    return views.factor_needs(work, rows.found(work, id))


@use_case("project.read_contract", *READERS, reads=True, confidential=True)
def contract_file(work: Work, id: str) -> tuple[str, bytes, str]:
    """The signed contract: name, bytes and type; the read is logged."""
    row = rows.found(work, id)
    if row.agreement_file_id is None:
        raise NotFound("还没有上传协议文件")
    file = work.get(StoredFile, row.agreement_file_id)
    return file.name, files.content(work, file), file.media_type


@use_case("project.identify", *WRITERS)
def add_identifier(work: Work, id: str, command: AddIdentifier) -> list[IdentifierView]:
    """One more identity; those that are there stay as they were reported."""
    row = rows.to_change(work, id, None)
    work.add(
        Identifier(
            id=new_id("idn"),
            project_id=row.id,
            entered_by=work.actor.id,
            entered_at=work.now,
            **dict(command),
        )
    )
    return views.identifiers(work, row)


@use_case("project.commit", *WRITERS)
def set_commitment(work: Work, id: str, command: SetCommitment) -> list[CommitmentView]:
    """Promised or actual of one indicator and year; 签约 has fixed what was promised."""
    row = rows.to_change(work, id, None)
    found = work.session.scalars(
        select(Commitment).where(
            Commitment.project_id == row.id,
            Commitment.indicator == command.indicator,
            Commitment.year == command.year,
        )
    ).one_or_none()
    one = found or Commitment(
        id=new_id("cmt"), project_id=row.id, indicator=command.indicator, year=command.year
    )
    if command.promised is not None and command.promised != one.promised:
        if row.frozen is not None:
            raise Invalid.at("/promised", "frozen", "签约时的承诺已定格，不能再改")
        one.promised = command.promised
    if command.actual is not None and command.indicator is Indicator.PAID_IN:
        raise Invalid.at(
            "/actual", "summed", "实际到位资金由已核验的到位资金记录汇总，请在那里登记"
        )
    if command.actual is not None:
        one.actual = command.actual
    work.add(one)
    return views.commitments(work, row)


@use_case("project.need", *WRITERS)
def add_factor_need(work: Work, id: str, command: AddFactorNeed) -> list[FactorNeedView]:
    """Something that the project needs."""
    row = rows.to_change(work, id, None)
    if command.kind not in {entry.code for entry in parameters.codes(work, "factor_kind")}:
        raise Invalid.at("/kind", "unknown", "请从列表中选择要素")
    work.add(FactorNeed(id=new_id("fac"), project_id=row.id, **dict(command)))
    row.no_factor_needs = False
    return views.factor_needs(work, row)


@use_case("project.answer_need", *WRITERS)
def answer_factor_need(
    work: Work, id: str, need_id: str, command: AnswerFactorNeed, version: int | None
) -> list[FactorNeedView]:
    """What the supplier says to a need."""
    row = rows.to_change(work, id, None)
    need = work.session.get(FactorNeed, need_id)
    if need is None or need.project_id != row.id:
        raise NotFound("没有这条要素需求")
    work.expect(need, version)
    need.answer = command.answer
    work.session.flush()
    return views.factor_needs(work, row)
