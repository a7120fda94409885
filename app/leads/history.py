"""The life of a lead, read back from the trail: in words, and as of an older version."""

import json
from collections.abc import Iterator, Mapping

from sqlalchemy import select

from app.districts import service as districts
from app.enterprises import service as enterprises
from app.enterprises.models import InteractionKind
from app.enterprises.schemas import InteractionView
from app.first_talk.register_schemas import MoveView
from app.kit.trail import AuditEntry
from app.kit.work import Work
from app.leads.models import Lead
from app.leads.schemas import (
    WITHHELD,
    CapitalOrigin,
    ChangeView,
    Conclusion,
    Currency,
    EventView,
)
from app.leads.stages import LeadState, Stage
from app.money import Money
from app.parameters import service as parameters

TITLES = {
    "name": "名称",
    "project_name": "项目名称",
    "enterprise_id": "企业",
    "source": "来源",
    "stage": "阶段",
    "state": "状态",
    "unit_id": "主办单位",
    "owner_id": "责任人",
    "division": "行业大类",
    "line": "产品或产线",
    "planned_investment": "计划投资总额",
    "planned_investment_currency": "币种",
    "fixed_asset_investment": "固定资产投资",
    "withheld_on": "企业暂未提供",
    "capital_origin": "内外资",
    "first_talked_on": "首谈时间",
    "note": "备注",
    "conclusion": "研判结论",
    "conclusion_reason": "研判理由",
    "drop_reason": "终止原因",
    "reason": "理由",
    "deleted_at": "移入回收站",
}
"""The columns that the timeline speaks of, and what they are called."""

ACTS = {
    "lead.log": "登记线索",
    "lead.edit": "修改",
    "lead.claim": "申报首谈",
    "lead.move": "改变阶段",
    "lead.assess": "研判",
    "lead.assign": "分派",
    "lead.hand_over": "移交",
    "lead.pool": "退回线索池",
    "lead.drop": "终止",
    "lead.delete": "移入回收站",
    "lead.import": "批量录入",
    "lead.undo_import": "撤销批量录入",
    "lead.restore": "从回收站恢复",
}

_DICTIONARIES = {
    "source": "lead_source",
    "division": "industry_division",
    "drop_reason": "drop_reason",
}

_LABELS: dict[str, Mapping[str, str]] = {
    "stage": {member.value: member.label for member in Stage},
    "state": {member.value: member.label for member in LeadState},
    "planned_investment_currency": {member.value: member.label for member in Currency},
    "capital_origin": {member.value: member.label for member in CapitalOrigin},
    "conclusion": {member.value: member.label for member in Conclusion},
}


def changed_since(work: Work, row: Lead, version: int) -> dict[str, object]:
    """Who changed which fields after a version: the members of a version clash."""
    entries = _entries(work, row, version)
    fields = {column for entry in entries for column in json.loads(entry.changes)}
    return {
        "changed_fields": sorted(fields & set(TITLES)),
        "changed_by": entries[-1].actor_name if entries else "",
    }


def as_of(work: Work, row: Lead, version: int) -> dict[str, object]:
    """The columns that were changed after a version, as they stood at it."""
    before: dict[str, object] = {}
    for entry in _entries(work, row, version):
        for column, (former, _) in json.loads(entry.changes).items():
            before.setdefault(column, former)
    return before


def last_saved(work: Work, row: Lead, version: int) -> AuditEntry | None:
    """The newest change after a version."""
    entries = _entries(work, row, version)
    return entries[-1] if entries else None


def events(work: Work, row: Lead) -> list[EventView]:
    """Every change of the lead in words, oldest first."""
    entries = _entries(work, row, 0)
    words = Words(work, entries)
    found = []
    for number, entry in enumerate(entries):
        changes = list(words.changes(entry)) if number else []
        if changes or not number:
            found.append(
                EventView(
                    at=entry.at,
                    title=ACTS.get(entry.act, "修改"),
                    who=entry.actor_name,
                    kind="system",
                    changes=changes,
                )
            )
    return found


def of_interaction(one: InteractionView) -> EventView:
    """A talk, visit or line of progress on the timeline."""
    substantive = one.substantive_kind
    people = "；".join(part for part in (one.participants, one.counterparts) if part)
    return EventView(
        at=one.logged_at,
        title=substantive.label if substantive else one.kind.label,
        who=one.logged_by,
        kind="real" if substantive else "plain",
        day=one.happened_on,
        text=one.content,
        people=people,
        next_step=one.next_step or "",
        interaction_id=one.id,
        is_line=one.kind is InteractionKind.NOTE,
        files=one.files,
    )


def of_move(one: MoveView) -> EventView:
    """What happened to the claim or right, on the timeline."""
    return EventView(
        at=one.at,
        title=f"首谈{one.move.label}",
        who="按时限" if one.timed else one.actor_name,
        kind="system",
        text=one.reason,
    )


def _entries(work: Work, row: Lead, after_version: int) -> list[AuditEntry]:
    query = select(AuditEntry).where(
        AuditEntry.resource_kind == Lead.__tablename__,
        AuditEntry.resource_id == row.id,
        AuditEntry.resource_version > after_version,
    )
    return list(work.session.scalars(query.order_by(AuditEntry.number)))


class Words:
    """Stored values as people read them."""

    def __init__(self, work: Work, entries: list[AuditEntry]) -> None:
        """Fetch the names behind the ids and codes that the entries mention."""
        changes = [json.loads(entry.changes) for entry in entries]
        people = _values(changes, "owner_id")
        self.labels: dict[str, Mapping[str, str]] = {
            **_LABELS,
            "owner_id": districts.user_names(work, people),
            "enterprise_id": {
                id: one.name
                for id, one in enterprises.enterprises(
                    work, _values(changes, "enterprise_id")
                ).items()
            },
            "unit_id": {unit.id: unit.name for unit in districts.units(work, work.district_id)},
            **{
                column: {code.code: code.label for code in parameters.codes(work, name)}
                for column, name in _DICTIONARIES.items()
            },
        }

    def changes(self, entry: AuditEntry) -> Iterator[ChangeView]:
        """The changes that an entry made, those of bookkeeping left out."""
        for column, (before, after) in json.loads(entry.changes).items():
            if column in TITLES:
                yield ChangeView(
                    title=TITLES[column],
                    before=self.word(column, before),
                    after=self.word(column, after),
                )

    def word(self, column: str, value: object) -> str:
        """One value."""
        if value in (None, "", "false"):
            return "—"
        if column in ("planned_investment", "fixed_asset_investment") and value != WITHHELD:
            return f"{Money.parse(str(value).removesuffix('元'))} 元"
        if column == "deleted_at" or value == "true":
            return "是"
        return self.labels.get(column, {}).get(str(value), str(value))


def _values(changes: list[dict[str, list[object]]], column: str) -> set[str]:
    return {str(value) for change in changes for value in change.get(column, []) if value}
