"""Two districts, their people, and a scheme that they can agree on."""

from typing import Any

from app.agreements import approvals, reviews, service
from app.agreements.schemas import (
    AddRecord,
    AgreementView,
    Amend,
    Confirm,
    ConfirmApproval,
    DraftAgreement,
    EnterApproval,
    Terminate,
    VersionView,
)
from app.kit.files import Upload
from app.kit.work import Actor, Office
from tests.builders import LONGMATAN, NAXI

OUT, IN = "龙马潭区", "纳溪区"
PDF = Upload("泸市府函.pdf", b"%PDF-1.4 approval")


def scheme(**changes: Any) -> dict[str, Any]:
    """A scheme that leaves none of the ten readings open; `changes` replace its keys."""
    settled = {
        "parties": [OUT, IN],
        "base": {
            "taxes": ["增值税", "企业所得税"],
            "level": "district",
            "kinds_out": ["滞纳金", "罚款"],
            "vat_credit_refund": "booked",
        },
        "calendar": {"rule": "fiscal_year", "fiscal_year_one": 2028},
        "term": {"years": 10, "after": IN},
        "negative": "carry",
        "split": [
            {"years": [1, 5], "weights": {OUT: "6", IN: "4"}},
            {"years": [6, None], "weights": {OUT: "4", IN: "6"}},
        ],
    }
    return {key: value for key, value in (settled | changes).items() if value is not None}


def command(**changes: Any) -> DraftAgreement:
    """The draft of an agreement between two districts."""
    named = [{"name": OUT, "district": LONGMATAN}, {"name": IN, "district": NAXI}]
    given = {
        "title": "封测基地利益分享",
        "kind": "enclave",
        "parties": named,
        "scheme": scheme(),
    }
    return DraftAgreement.model_validate(given | changes)


def drafted(office: Office, actor: Actor, **changes: Any) -> AgreementView:
    with office.open(actor) as work:
        return service.draft(work, command(**changes))


def offered(office: Office, actor: Actor, **changes: Any) -> VersionView:
    """The first version of a new agreement, offered to both."""
    made = drafted(office, actor, **changes)
    with office.open(actor) as work:
        return service.offer(work, made.id, 1)


def confirm(office: Office, actor: Actor, version: VersionView) -> VersionView:
    with office.open(actor) as work:
        return service.confirm(
            work, version.agreement_id, version.n, Confirm(digest=version.digest)
        )


def confirmed(office: Office, *actors: Actor, **changes: Any) -> VersionView:
    """An agreement that every party has confirmed; the first actor drafts it."""
    version = offered(office, actors[0], **changes)
    record(office, actors[0], version)
    for actor in actors:
        version = confirm(office, actor, version)
    return version


def record(office: Office, actor: Actor, version: VersionView, **changes: Any) -> VersionView:
    """A review on record; `changes` make it another record."""
    review = {
        "kind": "review",
        "reference": "公平竞争审查2026年第1号",
        "dated_on": "2026-03-01",
        "file": PDF,
    }
    command = AddRecord.model_validate(review | changes)
    with office.open(actor) as work:
        return reviews.add(work, version.agreement_id, version.n, command)


def enter(office: Office, actor: Actor, version: VersionView, number: str) -> VersionView:
    entry = EnterApproval(number=number, approved_on="2026-03-01", file=PDF)
    with office.open(actor) as work:
        return approvals.enter(work, version.agreement_id, version.n, entry)


def approve(office: Office, actor: Actor, version: VersionView, number: str) -> VersionView:
    with office.open(actor) as work:
        return approvals.confirm(
            work, version.agreement_id, version.n, ConfirmApproval(number=number)
        )


def terminate(office: Office, actor: Actor, version: VersionView) -> VersionView:
    with office.open(actor) as work:
        return service.terminate(
            work, version.agreement_id, version.n, Terminate(reason="双方另议")
        )


def amend(office: Office, actor: Actor, id: str) -> VersionView:
    with office.open(actor) as work:
        return service.amend(work, id, Amend(note="比例调整"))
