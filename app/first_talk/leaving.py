"""企业另选: the enterprise chooses another place; always open, never refused.

Whoever brings the letter files it: the holder, the unit that the enterprise chose, the registrar.
A second person of the registrar verifies it, and the right ends that moment.
"""

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.first_talk import interests, poaching, register, subjects, views
from app.first_talk.case_models import EnterpriseLetter
from app.first_talk.leaving_schemas import FileLetter, LeavingView, LetterView
from app.first_talk.models import Right
from app.first_talk.rights import Move
from app.first_talk.subjects import Docket
from app.kit import files
from app.kit.db import new_id
from app.kit.schemas import CodeLabel
from app.kit.work import Role, Work, use_case

BRINGERS = (Role.OFFICER, Role.UNIT_HEAD, Role.PARTNER, Role.COORDINATOR)


@use_case("first_talk.leave", *BRINGERS)
def file_letter(work: Work, id: str, command: FileLetter) -> LeavingView:
    """Bring the letter of an enterprise to a right that the register shows to the reader."""
    if command.written_on > work.today:
        raise Invalid.at("/written_on", "future", "来函日期晚于今天")
    stored = files.linkable(work, command.file)
    docket, row = _opened(work, id)
    if Move.ENTERPRISE_LEAVES not in docket.standing(row).allowed():
        raise Conflict(f"这项首谈已{row.state.label}，不阻止任何单位，无需登记企业另选")
    work.add(
        EnterpriseLetter(
            id=new_id("let"),
            right_id=id,
            district_id=work.district_id,
            file_id=stored.id,
            name=stored.name,
            digest=stored.digest,
            written_on=command.written_on,
            filed_by_id=work.actor.id,
            filed_by_name=work.actor.name,
            filed_at=work.now,
        )
    )
    subjects.close(docket)
    return leaving(work, id)


@use_case("first_talk.verify_letter", Role.COORDINATOR, binding=True)
def verify_letter(work: Work, letter_id: str) -> LeavingView:
    """The second person has spoken to the enterprise: the right ends now as 企业另选.

    Units that met the enterprise meanwhile are on record from then on (争抢).
    """
    letter = work.get(EnterpriseLetter, letter_id)
    if letter.filed_by_id == work.actor.id:
        raise Forbidden("来函须由第二人核实，登记人不能核实自己登记的来函")
    if letter.verified_at is not None:
        raise Conflict("这封来函已核实")
    docket, row = _opened(work, letter.right_id)
    letter.verified_at, letter.verified_by_name = work.now, work.actor.name
    reason = f"企业 {letter.written_on} 来函另选，{work.actor.name} 核实"
    interests.keep_on_leaving(docket, row)
    subjects.move(docket, row, Move.ENTERPRISE_LEAVES, work.now, reason=reason)
    poaching.record(docket, row)
    subjects.close(docket)
    return leaving(work, row.id)


@use_case("first_talk.leaving", *BRINGERS, reads=True)
def leaving(work: Work, id: str) -> LeavingView:
    """The right as whoever brings a letter sees it, with the letters that it may see."""
    row = _known(work, id)
    standing = subjects.dockets_of(work, {row.subject_key})[0].settled(work.now)[id]
    return LeavingView(
        id=id,
        number=row.filed_number,
        division=_division(row),
        holder=views.district_label(views.district_names(work), row.district_id),
        state=standing.state,
        letters=[_letter(work, letter, row) for letter in _letters(work, id)],
        may_verify=work.actor.has(Role.COORDINATOR),
    )


@use_case("first_talk.leaving", Role.COORDINATOR, reads=True)
def unverified(work: Work) -> list[LetterView]:
    """The letters that wait for a second person, the oldest first."""
    found = work.session.scalars(
        work.rows(EnterpriseLetter)
        .where(EnterpriseLetter.verified_at.is_(None))
        .order_by(EnterpriseLetter.filed_at)
    ).all()
    rights = {
        row.id: row
        for row in work.session.scalars(
            work.rows(Right).where(Right.id.in_([letter.right_id for letter in found]))
        )
    }
    return [_letter(work, letter, rights[letter.right_id]) for letter in found]


def _known(work: Work, id: str) -> Right:
    """A right that the register shows to the reader, in full or not."""
    row = work.session.scalars(register.shown(work).where(Right.id == id)).one_or_none()
    if row is None:
        raise NotFound("没有这项首谈，或您无权查看")
    return row


def _opened(work: Work, id: str) -> tuple[Docket, Right]:
    row = _known(work, id)
    docket = subjects.open_docket(work, row.enterprise_id, row.division)
    subjects.settle(docket)
    return docket, docket.rows[id]


def _letters(work: Work, id: str) -> list[EnterpriseLetter]:
    found = work.session.scalars(
        work.rows(EnterpriseLetter)
        .where(EnterpriseLetter.right_id == id)
        .order_by(EnterpriseLetter.filed_at)
    )
    return list(found)


def _letter(work: Work, letter: EnterpriseLetter, row: Right) -> LetterView:
    return LetterView(
        id=letter.id,
        right_id=row.id,
        number=row.filed_number,
        division=_division(row),
        holder=views.district_label(views.district_names(work), row.district_id),
        name=letter.name,
        digest=letter.digest,
        written_on=letter.written_on,
        filed_by_name=letter.filed_by_name,
        filed_at=letter.filed_at,
        verified_by_name=letter.verified_by_name,
        verified_at=letter.verified_at,
    )


def _division(row: Right) -> CodeLabel:
    return CodeLabel(code=row.division, label=row.application["division_label"])
