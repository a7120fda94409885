"""Receipts (凭证) on screen, on paper and to take away; the ledger and the public check."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.clock import day_of
from app.districts.access import PageWork, VisitorWork
from app.first_talk import ledger_checks, register, verification, wording
from app.first_talk.receipt_schemas import CheckPrinted, ReceiptView
from app.first_talk.receipts import short_digest
from app.kit import documents
from app.kit.filters import local
from app.kit.replay import Route
from app.kit.web import Form, attachment, page, query_form, see_other

router = APIRouter(prefix="/first-talk", route_class=Route, include_in_schema=False)
public = APIRouter(route_class=Route, include_in_schema=False)


@router.get("/ledger")
def ledger(request: Request, work: PageWork) -> Response:
    """Whether the ledger holds, as far as it was checked."""
    return page(
        request,
        "first_talk/ledger.html",
        head=verification.head(work),
        mark=ledger_checks.checked_now(work),
        keys=verification.keys(work),
    )


@router.post("/ledger/verify")
def verify_whole(work: PageWork) -> Response:
    """Walk it from the first entry to the last."""
    ledger_checks.check_whole(work)
    return see_other("/first-talk/ledger")


@router.get("/receipts/{number}")
def receipt(request: Request, work: PageWork, number: str) -> Response:
    """A receipt with all that proves it."""
    shown = register.receipt(work, number)
    return page(request, "first_talk/receipt.html", receipt=shown, proof=_proof(request, shown))


@router.get("/receipts/{number}/print")
def print_sheet(request: Request, work: PageWork, number: str) -> Response:
    """The receipt as an A4 sheet."""
    shown = register.receipt(work, number)
    proof = _proof(request, shown)
    return page(
        request,
        "first_talk/receipt_print.html",
        receipt=shown,
        proof=proof,
        qr=documents.qr_svg(str(proof["address"])),
        printed_at=work.now,
    )


@router.get("/receipts/{number}/word")
def word_sheet(request: Request, work: PageWork, number: str) -> Response:
    """The same sheet as a Word document."""
    shown = register.receipt(work, number)
    proof = _proof(request, shown)
    made = documents.word(
        "receipt.docx",
        str(proof["address"]),
        receipt=shown,
        proof=proof,
        printed_at=local(work.now),
        demo=request.app.state.settings.demo,
    )
    return attachment(f"{number}.docx", made, documents.WORD)


@router.get("/receipts/{number}/proof")
def proof_file(work: PageWork, number: str) -> Response:
    """Content, salt, digest and signature: what it takes to verify the receipt offline."""
    shown = register.receipt(work, number)
    data = shown.model_dump_json(indent=2).encode()
    return attachment(f"{number}.json", data, "application/json")


def _proof(request: Request, shown: ReceiptView) -> dict[str, object]:
    digest = shown.digest.removeprefix("sha256:")
    title, number_label = wording.heading(shown.content)
    return {
        "title": title,
        "number_label": number_label,
        "lines": wording.stated(shown.content, str(shown.content["district"]), shown.at),
        "day": wording.chinese_day(day_of(shown.at)),
        "address": f"{request.base_url}verify/{shown.number}?d={digest[:16]}",
        "digest": short_digest(digest),
        "previous": short_digest(shown.previous.removeprefix("sha256:")),
    }


@public.get("/verify")
def verify(
    request: Request,
    work: VisitorWork,
    form: Annotated[Form[CheckPrinted], query_form(CheckPrinted)],
) -> Response:
    """The check of a printed receipt by hand: its number and the digest as printed."""
    if not request.query_params:
        return page(request, "first_talk/verify.html")
    with form.or_show(request, "first_talk/verify.html"):
        asked = form.valid
        checked = verification.check_printed(work, asked.number.upper(), asked.d.lower())
    return page(request, "first_talk/verify.html", form=form, checked=checked)


@public.get("/verify/{number}")
def verify_scanned(request: Request, work: VisitorWork, number: str, d: str = "") -> Response:
    """What the QR code of a printed receipt leads to."""
    checked = verification.check_printed(work, number, d)
    return page(request, "first_talk/verify.html", checked=checked)
