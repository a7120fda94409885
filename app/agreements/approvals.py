"""市政府同意: entered by one coordinator of the city, confirmed by another, then in force."""

from app.agreements import compliance, service, views
from app.agreements.listing import READERS
from app.agreements.models import Agreement, Approval, Version
from app.agreements.schemas import ConfirmApproval, EnterApproval, VersionView
from app.agreements.states import Move, after
from app.engine.legal_rules import Act
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.kit import files
from app.kit.files import StoredFile
from app.kit.work import Role, Work, use_case


@use_case("agreement.approve", Role.COORDINATOR, binding=True)
def enter(
    work: Work, id: str, n: int, command: EnterApproval, version: int | None = None
) -> VersionView:
    """Enter number, date and file; until it is confirmed it may be entered again."""
    row, found = _waiting(work, id, n, version)
    rules = _judged(work, row, found)
    if command.approved_on > work.today:
        raise Invalid.at("/approved_on", "future", "批准日期不能晚于今天")
    file = files.linkable(work, command.file)
    for party in row.parties:
        if party.district_id:
            work.share(file, party.district_id)
    approval = found.approval or Approval()
    approval.number, approval.approved_on = command.number, command.approved_on
    approval.file_id, approval.entered_by = file.id, work.actor.id
    approval.entered_at, approval.rules = work.now, rules
    found.approval = approval
    service.touch(work, row)
    return views.version_view(work, row, found)


@use_case("agreement.approve", Role.COORDINATOR, binding=True)
def confirm(
    work: Work, id: str, n: int, command: ConfirmApproval, version: int | None = None
) -> VersionView:
    """Confirm the entry as the second person, typing the number again; it is in force."""
    row, found = _waiting(work, id, n, version)
    approval = found.approval
    if approval is None:
        raise Conflict("还没有录入批准文号")
    if approval.entered_by == work.actor.id:
        raise Forbidden("批准文号由另一位市级统筹复核")
    if command.number != approval.number:
        raise Invalid.at("/number", "differs", "与录入的文号不一致，请核对原件")
    approval.rules = _judged(work, row, found)
    approval.confirmed_by, approval.confirmed_at = work.actor.id, work.now
    service.enter_force(work, row, found)
    service.touch(work, row)
    return views.version_view(work, row, found)


@use_case("agreement.read", *READERS, reads=True)
def file(work: Work, id: str, n: int) -> tuple[StoredFile, bytes]:
    """The file of the approval, for whoever sees the version."""
    approval = views.seen(work, work.get(Agreement, id), n).approval
    if approval is None:
        raise NotFound("没有批准文件")
    stored = work.get(StoredFile, approval.file_id)
    return stored, files.content(work, stored)


def _judged(work: Work, row: Agreement, found: Version) -> str:
    """The set of legal rules that lets the approval pass; what forbids a yes forbids it too."""
    document = views.scheme_of(found)
    return compliance.forbid(work, row, found, document, Act.CONFIRM, Act.APPROVE)


def _waiting(work: Work, id: str, n: int, version: int | None) -> tuple[Agreement, Version]:
    """A confirmed version that 市政府 must approve, for the city's coordinator."""
    if not work.actor.is_city:
        raise Forbidden("批准文号由市级统筹录入")
    row, found = service.locked(work, id, n, version)
    after(found.state, Move.ENTER_FORCE)
    return row, found
