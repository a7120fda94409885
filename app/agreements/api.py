"""Agreements and their versions for partner systems; what binds needs a person's session."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.agreements import approvals, differences, listing, readings, reviews, service
from app.agreements.schemas import (
    AddRecord,
    AgreementFilter,
    AgreementPage,
    AgreementView,
    Amend,
    CompareVersions,
    Confirm,
    ConfirmApproval,
    DiffView,
    DraftAgreement,
    EnterApproval,
    NewAgreement,
    Terminate,
    VersionLine,
    VersionView,
)
from app.agreements.trials import ReadingsView
from app.districts.access import ApiWork, IfMatch
from app.kit.replay import Route

router = APIRouter(prefix="/api/v1", route_class=Route, tags=["协议与分享"])


@router.get("/agreements", summary="协议列表")
def agreements(work: ApiWork, command: Annotated[AgreementFilter, Query()]) -> AgreementPage:
    """The agreements that the caller may see."""
    return listing.agreements(work, command)


@router.post("/agreements", status_code=201, summary="起草协议")
def draft(work: ApiWork, command: NewAgreement) -> AgreementView:
    """A new agreement with the draft of its first version, on a transfer where it settles one."""
    return service.draft(work, command, command.transfer_id)


@router.get("/agreements/{id}", summary="协议")
def agreement(work: ApiWork, id: str) -> AgreementView:
    """One agreement with its versions."""
    return service.agreement(work, id)


@router.get("/agreements/{id}/versions", summary="协议的各版本")
def versions(work: ApiWork, id: str) -> list[VersionLine]:
    """The versions that the caller may see."""
    return service.agreement(work, id).versions


@router.post("/agreements/{id}/versions", status_code=201, summary="起草新版本")
def amend(work: ApiWork, id: str, command: Amend) -> VersionView:
    """A new version, drafted from the one in force, else from the newest."""
    return service.amend(work, id, command)


@router.get("/agreements/{id}/versions:diff", summary="两个版本的条款差异")
def diff(work: ApiWork, id: str, command: Annotated[CompareVersions, Query()]) -> DiffView:
    """The clauses that differ, in words and in money on the caller's own forecast."""
    return differences.diff(work, id, command)


@router.get("/agreements/{id}/versions/{n}", summary="协议的一个版本")
def version(work: ApiWork, id: str, n: int) -> VersionView:
    """One version with its terms, consents and approval."""
    return service.version(work, id, n)


@router.get("/agreements/{id}/versions/{n}/choices", summary="十项选定及其移动的钱")
def choices(work: ApiWork, id: str, n: int) -> ReadingsView:
    """What the version answers, and what other answers move on the caller's own forecast."""
    return readings.of_version(work, id, n)


@router.patch("/agreements/{id}/versions/{n}", summary="修改草稿")
def edit(work: ApiWork, id: str, n: int, version: IfMatch, command: DraftAgreement) -> VersionView:
    """Change a draft; 409 `immutable-version` once it was offered."""
    return service.edit(work, id, n, command, version)


@router.post("/agreements/{id}/versions/{n}:offer", summary="提交各方确认")
def offer(work: ApiWork, id: str, n: int, version: IfMatch) -> VersionView:
    """Fix the terms and open them to the parties."""
    return service.offer(work, id, n, version)


@router.post("/agreements/{id}/versions/{n}:confirm", summary="确认所见摘要")
def confirm(work: ApiWork, id: str, n: int, version: IfMatch, command: Confirm) -> VersionView:
    """A party's yes; needs a person's session."""
    return service.confirm(work, id, n, command, version)


@router.post("/agreements/{id}/versions/{n}:record", summary="补充合规记录")
def record(work: ApiWork, id: str, n: int, version: IfMatch, command: AddRecord) -> VersionView:
    """公平竞争审查结论, the legal basis of a 兑现 item, or evidence that a government led."""
    return reviews.add(work, id, n, command, version)


@router.post("/agreements/{id}/versions/{n}:approve", summary="录入市政府批准文号")
def approve(
    work: ApiWork, id: str, n: int, version: IfMatch, command: EnterApproval
) -> VersionView:
    """The city's coordinator enters number, date and file; needs a person's session."""
    return approvals.enter(work, id, n, command, version)


@router.post("/agreements/{id}/versions/{n}:confirm-approval", summary="复核市政府批准文号")
def confirm_approval(
    work: ApiWork, id: str, n: int, version: IfMatch, command: ConfirmApproval
) -> VersionView:
    """A second coordinator confirms the entry; needs a person's session."""
    return approvals.confirm(work, id, n, command, version)


@router.post("/agreements/{id}/versions/{n}:terminate", summary="撤回、不同意或终止")
def terminate(work: ApiWork, id: str, n: int, version: IfMatch, command: Terminate) -> VersionView:
    """End a version; needs a person's session."""
    return service.terminate(work, id, n, command, version)
