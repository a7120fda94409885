"""今日必办 of 迁移归属争议: what a case asks of its two districts and of the deciding office."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.clock import day_of
from app.districts.schemas import CallView
from app.first_talk import call_views, call_wording, clocks
from app.first_talk.call_views import Said
from app.first_talk.call_wording import spoken
from app.first_talk.challenges import OPEN, CaseState
from app.first_talk.warnings import Call, Kind, Side
from app.kit.work import Role, Work, use_case
from app.parameters import service as parameters
from app.projects import relocation_views
from app.projects.relocation_models import RelocationCase
from app.projects.relocation_schemas import RelocationCaseView

READERS = (Role.OFFICER, Role.UNIT_HEAD, Role.COORDINATOR)


@dataclass(frozen=True)
class _Asked:
    """What is asked: its name, the sentence around the last day, the button."""

    kind: str
    why: str
    act: str


_ACCEPT = _Asked("归属方案", "{other}提出归属方案；{due}前可接受或另提方案", "看方案")
_ANSWER = _Asked(
    "答复争议", "{other}提出{figures}归属争议；{due}前答复、协商，未一致的提交裁定", "答复"
)
_LATE_ANSWER = _Asked(
    "补充答复", "{other}提出{figures}归属争议；{due}前裁定，裁定前仍可答复", "答复"
)
_NEGOTIATE = _Asked("协商", "与{other}协商{figures}归属至{due}，未一致的提交裁定", "查看")
_APPEAL = _Asked("上诉期限", "{figures}归属已裁定；不服的{due}前可上诉一次，逾期裁定生效", "查看")
_RULE = {
    CaseState.DECIDING: _Asked("裁定", "{figures}归属争议，{due}前裁定；逾期上报", "裁定"),
    CaseState.ESCALATED: _Asked(
        "裁定逾期", "{figures}归属争议，逾期已上报；{due}仍未裁定，按未裁定结束", "裁定"
    ),
    CaseState.APPEALED: _Asked(
        "复核上诉", "{figures}归属裁定被上诉；由另一人{due}前复核，逾期维持裁定", "复核"
    ),
}


@use_case("relocation.agenda", *READERS, reads=True)
def calls(work: Work) -> list[CallView]:
    """The calls of the cases that are not over to the reader."""
    running = (*OPEN, CaseState.RULED, CaseState.APPEALED)
    found = work.session.scalars(work.rows(RelocationCase).where(RelocationCase.state.in_(running)))
    rows = [row for row in found if _is_asked(work, row)]
    views = relocation_views.views(work, rows) if rows else []
    asked = [call for row, case in zip(rows, views, strict=True) for call in _of(work, row, case)]
    return [*asked, *(_overdue(work) if call_views.heads_registrar(work) else ())]


def _overdue(work: Work) -> Iterator[CallView]:
    """What the deciding office has not ruled in time, told to its head, who decides nothing."""
    rows = work.all_rows(RelocationCase, because="归属争议裁定逾期上报")
    for row in work.session.scalars(rows.where(RelocationCase.state.in_(OPEN))):
        now = relocation_views.standing(work, row)
        if now.state is CaseState.ESCALATED and now.until is not None:
            due = clocks.last_day(now.until)
            call = Call(Kind.RULING_ESCALATED, Side.REGISTRAR, due, str(due))
            title = f"{relocation_views.label(work, row.district_id).label}提出的迁移归属争议"
            why = call_wording.of_case(call, work.today)
            button = call_wording.act(call.kind, may_act=True, id=row.id)
            yield call_views.view(work, row.id, call, Said(title, "", why, *button))


def _is_asked(work: Work, row: RelocationCase) -> bool:
    """Whether a case calls the reader: the office; a side's head, or who looks after it there."""
    if work.actor.has(Role.COORDINATOR):
        return True
    if not relocation_views.is_side(work, row):
        return False
    return call_views.is_for(work, row.officer_id if work.owns(row) else None)


def _of(work: Work, row: RelocationCase, case: RelocationCaseView) -> Iterator[CallView]:
    asked = _asked(case)
    if asked is None or case.last_day is None:
        return
    due, calendar = case.last_day, parameters.work_calendar(work)
    why = asked.why.format(
        due=spoken(due, work.today),
        figures="、".join(figure.label for figure in case.figures),
        other=case.landing.label if work.actor.district_id == row.origin_id else case.origin.label,
    )
    yield CallView(
        occasion=f"{case.id}/{asked.kind}/{due}",
        kind=asked.kind,
        title=case.enterprise_name or "",
        number="",
        why=why,
        since=day_of(case.opened_at),
        due_on=due,
        soon=due <= calendar.nth_workday(work.today, 3),
        provisional=calendar.is_provisional(due),
        href=f"/projects/relocations/{case.id}",
        act=asked.act,
        news=False,
    )


def _asked(case: RelocationCaseView) -> _Asked | None:
    acts = case.acts
    if acts.effects:
        return _RULE[case.state]
    if acts.accept:
        return _ACCEPT
    if acts.answer and case.answered_at is None:
        return _ANSWER if case.state is CaseState.NEGOTIATING else _LATE_ANSWER
    if acts.propose and case.state is CaseState.NEGOTIATING:
        return _NEGOTIATE
    return _APPEAL if acts.appeal else None
