"""更正: a further entry names the earlier one, says what was wrong, and takes its place."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.errors import Conflict
from app.first_talk import corrections, ledger, service, verification
from app.first_talk.corrections import Correct
from app.first_talk.receipt_schemas import LeadFacts, ReceiptView
from app.kit.work import Actor, Office
from tests.first_talk import claims

STATED = {"statement": "登记单位原记载为经外局，应为经济合作外事局", "reason": "单位来函"}


def correct(office: Office, registrar: Actor, number: str) -> ReceiptView:
    with office.open(registrar) as work:
        return corrections.correct(work, number, Correct(**STATED))


def verdict(office: Office, receipt: ReceiptView) -> str:
    with office.open(reads=True) as work:
        prefix = receipt.digest.removeprefix("sha256:")[:16]
        return verification.check_printed(work, receipt.number, prefix).verdict.label


def test_a_correction_repeats_the_entry_names_it_and_leaves_it_as_it_was(
    office: Office, longmatan: Actor, registrar: Actor
):
    old = claims.file(office, longmatan, claims.enterprise(office)).receipt
    made = correct(office, registrar, old.number)
    assert (made.kind.label, made.number) == ("更正", "LMT-FT-2026-000002")
    assert made.content["corrects"] == old.number
    assert made.content["correction"] == STATED["statement"]
    assert made.content["enterprise"] == old.content["enterprise"]
    assert made.content["district"] == "510504"
    assert verdict(office, old) == "已被后续记录更新"
    assert verdict(office, made) == "有效"
    with office.open(reads=True) as work:
        assert ledger.first_bad_entry(work) is None


def test_an_entry_is_corrected_once_its_correction_in_its_turn(
    office: Office, longmatan: Actor, registrar: Actor
):
    old = claims.file(office, longmatan, claims.enterprise(office)).receipt
    made = correct(office, registrar, old.number)
    with pytest.raises(Conflict, match=made.number):
        correct(office, registrar, old.number)
    assert correct(office, registrar, made.number).content["corrects"] == made.number


def test_the_receipt_of_a_lead_is_superseded_by_its_correction(
    office: Office, longmatan: Actor, registrar: Actor
):
    company = claims.enterprise(office)
    facts = LeadFacts(lead_id="led_x", lead_name="硝化棉项目", enterprise_id=company)
    with office.open(longmatan) as work:
        old = service.receipt_for_lead(work, facts)
    assert verdict(office, old) == "有效"
    correct(office, registrar, old.number)
    assert verdict(office, old) == "已被后续记录更新"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_registrar_corrects_on_the_page_and_the_unit_reads_it(
    office: Office, client: Callable[..., TestClient], longmatan: Actor, registrar: Actor
):
    old = claims.file(office, longmatan, claims.enterprise(office)).receipt
    browser, address = client(registrar), f"/first-talk/receipts/{old.number}/correct"
    assert address in browser.get(f"/first-talk/receipts/{old.number}").text
    refused = browser.post(address, data={"reason": "单位来函"})
    assert refused.status_code == 422
    assert "请填写更正内容" in refused.text
    done = browser.post(address, data=STATED)
    assert done.status_code == 303
    officer = client(longmatan)
    read = officer.get(done.headers["location"]).text
    assert STATED["statement"] in read
    assert f"更正凭证 {old.number}" in read
    assert address not in officer.get(f"/first-talk/receipts/{old.number}").text
    assert officer.get(address).status_code == 403
    assert officer.post(address, data=STATED).status_code == 403
