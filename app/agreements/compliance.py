"""The legal rules of the day on an agreement (合规提示): what they find, and what they forbid.

The rules are a parameter with a day of its own; what cures a finding is on record with the version.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.agreements.cures import RecordKind
from app.agreements.models import Agreement, Version
from app.agreements.schemas import FindingView
from app.agreements.states import BINDING
from app.engine.legal import Finding, findings, forbidding
from app.engine.legal_rules import Act, Text, through
from app.engine.legal_rules import Agreement as Described
from app.engine.periods import days_of
from app.engine.scheme import read_scheme
from app.engine.terms import Scheme
from app.errors import LegallyBlocked
from app.kit.work import Work
from app.parameters import service as parameters

Document = dict[str, Any]


def approval_required(work: Work, kind: str) -> bool:
    """Whether 市政府 must approve this kind of agreement; a kind that is not listed must be."""
    return parameters.general(work).approval_required.get(kind, True)


def of_version(
    work: Work, row: Agreement, version: Version, document: Document
) -> list[FindingView]:
    """What the rules of today find on a version; settlements are spoken of once it binds."""
    scheme = read_scheme(document)
    found = _found(work, scheme, _described(work, row, version, scheme))
    binds = version.state in BINDING
    return [_view(each) for each in found if binds or each.act is not Act.SETTLE]


def of_draft(
    work: Work, document: Document, kind: str, texts: Mapping[str, str]
) -> list[FindingView]:
    """What they find on terms and words before anything is stored or due for approval."""
    scheme = read_scheme(document)
    written = tuple(Text(*each) for each in texts.items())
    described = Described(kind, texts=written, through=through(scheme.settle.form))
    found = _found(work, scheme, described)
    return [_view(each) for each in found if each.act in (None, Act.CONFIRM)]


def forbid(work: Work, row: Agreement, version: Version, document: Document, *acts: Act) -> str:
    """LegallyBlocked where the rules of today forbid one of the acts; else the set judged by."""
    scheme = read_scheme(document)
    found = _found(work, scheme, _described(work, row, version, scheme))
    blocking = [each for act in acts for each in forbidding(found, act)]
    if blocking:
        raise LegallyBlocked(
            f"合规规则不允许{acts[-1].label}：" + "；".join(each.text for each in blocking),
            act=acts[-1].value,
            findings=[_view(each).model_dump(mode="json") for each in blocking],
        )
    return parameters.general(work).legal_rules.version


def _found(work: Work, scheme: Scheme, described: Described) -> tuple[Finding, ...]:
    return findings(parameters.general(work).legal_rules, scheme, described, work.today)


def _described(work: Work, row: Agreement, version: Version, scheme: Scheme) -> Described:
    """A version as the rules ask about it."""
    last = {(each.kind, each.about): each.reference for each in version.records}
    approval = version.approval
    return Described(
        kind=row.kind,
        led_by=last.get((RecordKind.LED_BY, ""), ""),
        approval_required=approval_required(work, row.kind),
        approval=approval.number if approval and approval.confirmed_at else "",
        review=last.get((RecordKind.REVIEW, ""), ""),
        based=frozenset(about for kind, about in last if kind is RecordKind.BASIS),
        enterprises=(row.enterprise,) if row.enterprise else (),
        texts=(Text("协议名称", row.title), Text("版本说明", version.note)),
        through=through(scheme.settle.form),
        ends_on=_last_day(scheme),
        changes=tuple(_changes(work)),
    )


def _last_day(scheme: Scheme) -> date | None:
    days = days_of(scheme.calendar, 1, scheme.term.longest) if scheme.term else None
    return days[1] if days else None


def _changes(work: Work) -> list[tuple[date, str]]:
    """The days still to come on which a row of the 收入分享表 begins."""
    days = {(date.fromisoformat(row["from"]), row["tax"]) for row in parameters.tax_sharing(work)}
    return [
        (day, f"{'全部税种' if tax == '*' else tax}的收入分享比例改变")
        for day, tax in sorted(days)
        if day > work.today
    ]


def _view(found: Finding) -> FindingView:
    return FindingView(
        id=found.id,
        level=found.level,
        act=found.act,
        text=found.text,
        basis=found.basis,
        cure=found.cure,
        reasons=list(found.reasons),
        version=found.version,
        status=found.status,
    )
