"""Agreements as callers see them: drafts to their own district, the rest to the parties.

The city sees a version once every party has confirmed it.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from app.agreements import compliance, transfers
from app.agreements.models import Agreement, Approval, Party, Record, Version
from app.agreements.schemas import (
    AgreementLine,
    AgreementView,
    ApprovalView,
    ChangesView,
    ChangeView,
    ChoiceView,
    ConsentView,
    PartyView,
    ProjectRef,
    RecordView,
    SentenceView,
    VersionLine,
    VersionView,
)
from app.agreements.states import State
from app.districts import service as districts
from app.engine import choices, wording
from app.engine.scheme import read_scheme
from app.engine.taxes import RateStatus
from app.engine.terms import Scheme
from app.errors import NotFound
from app.kit.files import StoredFile
from app.kit.schemas import CodeLabel
from app.kit.work import Work
from app.parameters import service as parameters
from app.projects.models import Project

Document = dict[str, Any]


def visible(work: Work, agreement: Agreement) -> list[Version]:
    """The versions that the reader may see, the oldest first."""
    if work.owns(agreement):
        return list(agreement.versions)
    is_party = any(party.district_id == work.actor.district_id for party in agreement.parties)
    return [
        version
        for version in agreement.versions
        if (version.terms is not None if is_party else version.confirmed_on is not None)
    ]


def seen(work: Work, agreement: Agreement, n: int) -> Version:
    """One version that the reader may see; NotFound else."""
    found = next((one for one in visible(work, agreement) if one.n == n), None)
    if found is None:
        raise NotFound("没有这个版本，或您无权查看")
    return found


def leading(versions: Iterable[Version]) -> Version:
    """The version in force, else the newest."""
    listed = list(versions)
    in_force = [version for version in listed if version.state is State.IN_FORCE]
    return (in_force or listed)[-1]


def scheme_of(version: Version) -> Document:
    """Scheme v1 of a draft or of fixed terms."""
    scheme: Document = json.loads(version.terms.scheme if version.terms else version.draft or "{}")
    return scheme


def lines(work: Work, rows: Iterable[Agreement]) -> list[AgreementLine]:
    """The rows as the list shows them."""
    rows = list(rows)
    names = _Names(work, rows)
    return [AgreementLine(**names.line(row)) for row in rows]


def agreement_view(work: Work, row: Agreement) -> AgreementView:
    """An agreement with its versions."""
    names = _Names(work, [row])
    return AgreementView(
        **names.line(row),
        version=row.version,
        district=CodeLabel(code=row.district_id, label=names.districts[row.district_id]),
        own=work.owns(row),
        transfer=transfers.of_agreement(work, row, names.districts),
        versions=[_version_line(version) for version in visible(work, row)],
    )


def version_view(work: Work, row: Agreement, version: Version) -> VersionView:
    """A version with its terms."""
    names = _Names(work, [row])
    document = scheme_of(version)
    given = {consent.position for consent in version.consents}
    by_position = {party.position: party.name for party in row.parties}
    return VersionView(
        **dict(_version_line(version)),
        agreement_id=row.id,
        version=version.version,
        reason=version.reason,
        parties=names.parties(row),
        scheme=document,
        term=term_in_words(document),
        sentences=sentences(document),
        departures=_departures(work, row, document),
        text=version.terms.text if version.terms else wording.text(read_scheme(document)),
        rates=_rates(work, document),
        choices=choice_views(document),
        findings=compliance.of_version(work, row, version, document),
        records=[_record(work, each) for each in version.records],
        consents=[
            ConsentView(
                party=by_position[consent.position],
                name=consent.user_name,
                at=consent.at,
                digest=consent.digest,
                rules=consent.rules,
            )
            for consent in version.consents
        ],
        awaited=[
            party.name for party in row.parties if party.district_id and party.position not in given
        ],
        approval_required=compliance.approval_required(work, row.kind),
        approval=_approval(work, version.approval) if version.approval else None,
        offered_by_name=version.terms.offered_by_name if version.terms else None,
        offered_at=version.terms.offered_at if version.terms else None,
    )


def _departures(work: Work, row: Agreement, document: Document) -> list[ChangeView]:
    """Where a version says something else than the document that came with its transfer."""
    promised = transfers.scheme(work, row)
    return changes(promised, document).changes if promised else []


def _rates(work: Work, document: Document) -> RateStatus | None:
    """The worst status of the rows that a computation of today would use for these taxes."""
    taxes = {*document.get("base", {}).get("taxes", ()), "*"}
    today = work.today.isoformat()
    used = {
        RateStatus(row["status"])
        for row in parameters.tax_sharing(work)
        if row["tax"] in taxes and row["from"] <= today and (row["to"] or today) >= today
    }
    return next((status for status in reversed(RateStatus) if status in used), None)


def sentences(document: Document) -> list[SentenceView]:
    """Every clause in words."""
    return sentences_of(read_scheme(document))


def sentences_of(scheme: Scheme) -> list[SentenceView]:
    """Every clause in words."""
    return [
        SentenceView(at=each.at, title=each.title, text=each.text)
        for each in wording.clauses(scheme)
    ]


def choice_views(document: Document) -> list[ChoiceView]:
    """The ten readings as this scheme answers them."""
    return [
        ChoiceView(
            number=choice.number,
            title=choice.title,
            question=choice.question,
            answer=choice.answer(document),
            settled=choice.settled(document),
        )
        for choice in choices.CHOICES
    ]


def changes(before: Document, after: Document) -> ChangesView:
    """The clauses that differ between two schemes."""
    return ChangesView(
        changes=[
            ChangeView(title=change.title, before=change.before, after=change.after)
            for change in wording.differences(read_scheme(before), read_scheme(after))
        ]
    )


def named_parties(parties: Iterable[Party]) -> list[dict[str, str | None]]:
    """The parties as the digest covers them."""
    return [{"name": party.name, "district": party.district_id} for party in parties]


def term_in_words(document: Mapping[str, Any]) -> str:
    """`12 年`, with what an extension may add."""
    term = document.get("term")
    if not isinstance(term, Mapping):
        return "不设期限"
    more = term.get("extend")
    extra = f"，可延 {more['years']} 年" if isinstance(more, Mapping) else ""
    return f"{term['years']} 年{extra}"


def _version_line(version: Version) -> VersionLine:
    return VersionLine(
        n=version.n,
        state=version.state,
        note=version.note,
        digest=version.terms.digest if version.terms else None,
        confirmed_on=version.confirmed_on,
        in_force_on=version.in_force_on,
        ended_on=version.ended_on,
    )


def _approval(work: Work, approval: Approval) -> ApprovalView:
    people = {approval.entered_by, approval.confirmed_by or approval.entered_by}
    names = districts.user_names(work, people)
    return ApprovalView(
        version=approval.version,
        number=approval.number,
        approved_on=approval.approved_on,
        file_name=work.get(StoredFile, approval.file_id).name,
        entered_by=approval.entered_by,
        entered_by_name=names[approval.entered_by],
        entered_at=approval.entered_at,
        confirmed_by_name=names[approval.confirmed_by] if approval.confirmed_by else None,
        confirmed_at=approval.confirmed_at,
        rules=approval.rules,
    )


def _record(work: Work, record: Record) -> RecordView:
    return RecordView(
        id=record.id,
        kind=record.kind,
        about=record.about,
        reference=record.reference,
        dated_on=record.dated_on,
        file_name=work.get(StoredFile, record.file_id).name if record.file_id else None,
        recorded_by_name=record.recorded_by_name,
        recorded_at=record.recorded_at,
    )


class _Names:
    """The names behind the ids and codes of some agreements, fetched once."""

    def __init__(self, work: Work, rows: list[Agreement]) -> None:
        self.work = work
        self.districts = {one.id: one.name for one in districts.districts(work)}
        self.kinds = parameters.code_labels(work, "agreement_kind")
        ids = {row.project_id for row in rows if row.project_id and work.owns(row)}
        found = work.session.scalars(work.rows(Project).where(Project.id.in_(ids)))
        self.projects = {row.id: ProjectRef(id=row.id, name=row.name) for row in found}

    def parties(self, row: Agreement) -> list[PartyView]:
        return [
            PartyView(name=party.name, district=self._district(party.district_id))
            for party in row.parties
        ]

    def _district(self, id: str | None) -> CodeLabel | None:
        return CodeLabel(code=id, label=self.districts[id]) if id else None

    def line(self, row: Agreement) -> Document:
        version = leading(visible(self.work, row))
        approval = version.approval
        return {
            "id": row.id,
            "number": row.number,
            "title": row.title,
            "kind": CodeLabel(code=row.kind, label=self.kinds.get(row.kind, row.kind)),
            "state": version.state,
            "n": version.n,
            "term": term_in_words(scheme_of(version)),
            "parties": self.parties(row),
            "project": self.projects.get(row.project_id or ""),
            "approval_number": approval.number if approval and approval.confirmed_at else None,
            "updated_at": row.updated_at,
        }
