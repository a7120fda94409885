"""First-talk rights and the ledger for partner systems; the ledger is open to everybody."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from app.districts.access import ApiWork, IfMatch, VisitorWork
from app.first_talk import (
    checks,
    corrections,
    leaving,
    pool,
    register,
    revocations,
    service,
    statistics,
    taking_up,
    transfers,
    verification,
)
from app.first_talk.case_schemas import CaseView
from app.first_talk.check_schemas import Check, CheckView
from app.first_talk.corrections import Correct
from app.first_talk.leaving_schemas import FileLetter, LeavingView, LetterView
from app.first_talk.receipt_schemas import (
    EntryView,
    KeyView,
    LedgerCheckView,
    LedgerHeadView,
    ListEntries,
    ReceiptView,
)
from app.first_talk.register_schemas import RegisterPage, RightFilter, RightPageView
from app.first_talk.schemas import (
    Decide,
    Extend,
    Release,
    Resume,
    Revoke,
    RightView,
    Suspend,
)
from app.first_talk.statistics_schemas import Period, Statistics
from app.first_talk.transfer_schemas import Accept, ClosePool, Declare, Offer, TransferView
from app.kit.replay import Route
from app.kit.schemas import Page
from app.kit.web import attachment

router = APIRouter(prefix="/api/v1", route_class=Route, tags=["首谈"])
public = APIRouter(route_class=Route, tags=["台账"])
READ_ONLY = {"x-read-only": True}


@router.get("/first-talk-rights", summary="首谈台账")
def rights(work: ApiWork, command: Annotated[RightFilter, Query()]) -> RegisterPage:
    """The rows that the filters name and the caller may see, a page at a time."""
    return register.rights(work, command)


@router.get("/first-talk-statistics", summary="首谈统计")
def outcomes(work: ApiWork, command: Annotated[Period, Query()]) -> Statistics:
    """What became of rights in a period, by district, of the rows that the caller may see."""
    return statistics.statistics(work, command)


@router.post("/first-talk-rights:check", summary="盲查", openapi_extra=READ_ONLY)
def check(work: ApiWork, command: Check) -> CheckView:
    """Whether a subject is free, held or in doubt; metered, logged, shown to the holder."""
    return checks.check(work, command)


@router.post("/first-talk-rights:request-cooperation", summary="请求协作")
def request_cooperation(work: ApiWork, command: Check) -> CheckView:
    """Ask the holder of a subject to work together."""
    return checks.request_cooperation(work, command)


@router.get("/first-talk-rights/{id}", summary="一项首谈")
def right(work: ApiWork, id: str) -> RightView:
    """One claim or right as it counts now."""
    return register.right(work, id)


@router.get("/first-talk-rights/{id}/history", summary="一项首谈的经过")
def history(work: ApiWork, id: str) -> RightPageView:
    """The same with its moves, evidence, receipts, who asked, and what the caller may do."""
    return register.right_page(work, id)


@router.get("/first-talk-evidence/{id}", summary="一件佐证")
def evidence(work: ApiWork, id: str) -> Response:
    """The file itself."""
    return attachment(*register.evidence_file(work, id))


@router.get("/first-talk-rights/{id}/receipt", summary="首谈凭证")
def receipt(work: ApiWork, id: str) -> ReceiptView:
    """Its newest receipt, with content and salt."""
    return register.receipt_of_right(work, id)


@router.post("/first-talk-rights/{id}:take-up", summary="受理")
def take_up(work: ApiWork, id: str, version: IfMatch) -> RightView:
    """The registrar who calls reviews the claim from now on; a person's session only."""
    return taking_up.take_up(work, id, version)


@router.post("/first-talk-rights/{id}:decide", summary="审核")
def decide(work: ApiWork, id: str, version: IfMatch, command: Decide) -> RightView:
    """The registrar's word on a claim; a person's session only."""
    return service.decide(work, id, version, command)


@router.post("/first-talk-rights/{id}:release", summary="释放")
def release(work: ApiWork, id: str, version: IfMatch, command: Release) -> RightView:
    """Give the claim or right up."""
    return service.release(work, id, version, command.reason)


@router.post("/first-talk-rights/{id}:extend", summary="申请续期")
def extend(work: ApiWork, id: str, version: IfMatch, command: Extend) -> RightView:
    """Ask for an extension."""
    return service.extend(work, id, version, command)


@router.post("/first-talk-rights/{id}:suspend", summary="中止")
def suspend(work: ApiWork, id: str, version: IfMatch, command: Suspend) -> RightView:
    """Stop the clock; a person's session only."""
    return service.suspend(work, id, version, command)


@router.post("/first-talk-rights/{id}:revoke", status_code=201, summary="撤销立案")
def revoke(work: ApiWork, id: str, version: IfMatch, command: Revoke) -> CaseView:
    """A filing is said to be false: its holder is heard before the ruling; a person only."""
    return revocations.accuse(work, id, version, command)


@router.post("/first-talk-rights/{id}:resume", summary="恢复")
def resume(work: ApiWork, id: str, version: IfMatch, command: Resume) -> RightView:
    """Start the clock again; a person's session only."""
    return service.resume(work, id, version, command)


@router.get("/first-talk-transfers/{id}/scheme", summary="流转所附的分享方案")
def scheme(work: ApiWork, id: str) -> dict[str, Any]:
    """The scheme v1 document that came with a transfer; an agreement is drafted from it."""
    return pool.scheme(work, id)


@router.get("/first-talk-rights/{id}/transfer", summary="一项首谈的流转")
def transfer(work: ApiWork, id: str) -> TransferView:
    """Why it goes on, until when it is open, and the chain so far."""
    return pool.transfer(work, id)


@router.post("/first-talk-rights/{id}:declare", summary="申明不能落地")
def declare(work: ApiWork, id: str, version: IfMatch, command: Declare) -> RightView:
    """The project cannot land with its holder: 拟流转."""
    return transfers.declare(work, id, version, command)


@router.post("/first-talk-rights/{id}:offer", summary="推介流转")
def offer(work: ApiWork, id: str, version: IfMatch, command: Offer) -> RightView:
    """Pool it, offer it again, or take it back; a person's session only."""
    return transfers.offer(work, id, version, command)


@router.post("/first-talk-rights/{id}:close-pool", summary="关闭流转")
def close_pool(work: ApiWork, id: str, version: IfMatch, command: ClosePool) -> RightView:
    """Nobody takes it; a person's session only."""
    return transfers.close_pool(work, id, version, command)


@router.post("/first-talk-rights/{id}:accept", summary="承接流转")
def accept(work: ApiWork, id: str, version: IfMatch, command: Accept) -> RightView:
    """Take a pooled project over; the answer is the receiver's own right."""
    return transfers.accept(work, id, version, command)


@router.post("/first-talk-rights/{id}:enterprise-left", summary="登记企业另选")
def enterprise_left(work: ApiWork, id: str, command: FileLetter) -> LeavingView:
    """Bring the letter in which the enterprise chooses another place; a second person verifies."""
    return leaving.file_letter(work, id, command)


@router.get("/first-talk-rights/{id}/enterprise-left", summary="企业另选的来函")
def leaving_of(work: ApiWork, id: str) -> LeavingView:
    """The letters that the caller may see, and whether they are verified."""
    return leaving.leaving(work, id)


@router.get("/first-talk-letters", summary="待核实的来函")
def letters(work: ApiWork) -> Page[LetterView]:
    """The letters that wait for a second person of the registrar, the oldest first."""
    return Page(items=leaving.unverified(work), next_cursor=None)


@router.post("/first-talk-letters/{id}:verify", summary="核实来函")
def verify_letter(work: ApiWork, id: str) -> LeavingView:
    """The second person has asked the enterprise: the right ends; a person's session only."""
    return leaving.verify_letter(work, id)


@router.get("/first-talk-receipts/{number}", summary="一份凭证")
def receipt_by_number(work: ApiWork, number: str) -> ReceiptView:
    """A receipt with content and salt, for whom it was given to."""
    return register.receipt(work, number)


@router.post("/first-talk-receipts/{number}:correct", status_code=201, summary="更正凭证")
def correct(work: ApiWork, number: str, command: Correct) -> ReceiptView:
    """A further entry that says what was wrong; a person's session only."""
    return corrections.correct(work, number, command)


@router.post("/ledger:verify", summary="校验台账", openapi_extra=READ_ONLY)
def verify(work: ApiWork) -> LedgerCheckView:
    """Check the whole ledger; the first bad entry and why."""
    return verification.verify_ledger(work)


@public.get("/api/v1/ledger/entries", summary="台账公开字段")
def entries(work: VisitorWork, command: Annotated[ListEntries, Query()]) -> Page[EntryView]:
    """The public fields of the entries behind a number."""
    return verification.entries(work, command)


@public.get("/api/v1/ledger/head", summary="台账末条")
def head(work: VisitorWork) -> LedgerHeadView:
    """The newest entry."""
    return verification.head(work)


@public.get("/.well-known/first-talk-keys.json", summary="台账公钥")
def keys(work: VisitorWork) -> list[KeyView]:
    """Every public key that ever signed."""
    return verification.keys(work)
