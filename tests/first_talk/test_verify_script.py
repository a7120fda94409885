"""The script of `docs/` that verifies receipts and ledger offline, run on what the site gives."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.first_talk.receipts import FIRST_PREVIOUS, AuditHead, Unsigned, sign
from app.kit.work import Actor, Office
from app.settings import ROOT
from tests.first_talk import claims

SCRIPT = ROOT / "docs" / "verify_receipt.py"


@pytest.fixture
def downloads(
    office: Office, longmatan: Actor, jiangyang: Actor, client: Callable[..., TestClient], tmp_path
) -> Path:
    """Keys, two pages of the ledger and a receipt, as anybody and its owner download them."""
    company = claims.enterprise(office)
    receipt = claims.file(office, longmatan, company).receipt
    claims.file(office, jiangyang, company)
    claims.file(office, jiangyang, company, division="22", lead_id="led_other")
    visitor = client()
    folder = tmp_path / "downloads"
    folder.mkdir()
    for name, address in {
        "keys": "/.well-known/first-talk-keys.json",
        "page-1": "/api/v1/ledger/entries?limit=2",
        "page-2": "/api/v1/ledger/entries?after=2",
    }.items():
        (folder / f"{name}.json").write_bytes(visitor.get(address).content)
    proof = client(longmatan).get(f"/first-talk/receipts/{receipt.number}/proof")
    assert proof.headers["Content-Disposition"].endswith(f"{receipt.number}.json")
    (folder / "receipt.json").write_bytes(proof.content)
    return folder


def verified(folder: Path, *names: str) -> tuple[int, str]:
    """Exit code and what the script says, run from elsewhere and without the project."""
    command = [sys.executable, "-I", SCRIPT, "keys.json", *names]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def change(file: Path, edit: Callable[[dict], None]) -> None:
    content = json.loads(file.read_bytes())
    edit(content)
    file.write_text(json.dumps(content))


def test_receipt_and_chain_are_verified_offline(downloads: Path):
    code, said = verified(downloads, "page-1.json", "page-2.json", "receipt.json")
    assert (code, said) == (
        0,
        "page-1.json: 2 verified\npage-2.json: 1 verified\nreceipt.json: 1 verified\n",
    )


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (lambda it: it["content"].update(enterprise="别的公司"), "the content is not"),
        (lambda it: it.update(salt="00" * 16), "the content is not"),
        (lambda it: it.update(at="2026-03-01T01:00:00Z"), "the digest is wrong"),
        (lambda it: it["audit_head"].update(number=1), "the digest is wrong"),
        (lambda it: it.update(signature="ed25519:" + "0" * 128), "the signature is wrong"),
        (lambda it: it.update(signature="ed25519:none"), "the signature is wrong"),
    ],
)
def test_a_changed_receipt_is_refused_with_the_reason(downloads: Path, edit, why: str):
    change(downloads / "receipt.json", edit)
    code, said = verified(downloads, "receipt.json")
    assert code == 1
    assert f"receipt.json: entry 1: {why}" in said


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_key_that_is_not_published_is_refused(downloads: Path):
    (downloads / "keys.json").write_text("[]")
    code, said = verified(downloads, "receipt.json")
    assert (code, said.strip()) == (
        1,
        "receipt.json: entry 1: signed with a key that is not published",
    )


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("edit", "first_bad"),
    [
        (lambda it: it["items"].pop(0), "entry 2: it does not follow"),
        (lambda it: it["items"].reverse(), "entry 2: it does not follow"),
        (lambda it: it["items"][1].update(content_digest="sha256:" + "0" * 64), "entry 2: the dig"),
    ],
)
def test_a_changed_ledger_names_its_first_bad_entry(downloads: Path, edit, first_bad: str):
    change(downloads / "page-1.json", edit)
    code, said = verified(downloads, "page-1.json", "page-2.json")
    assert code == 1
    assert f"page-1.json: {first_bad}" in said


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_receipt_finds_a_ledger_that_was_written_anew_with_the_same_key(
    downloads: Path, office: Office
):
    keyring, at = office.services["signing"].read(), datetime(2026, 3, 2, tzinfo=UTC)
    head = AuditHead(1, "ab" * 32)
    unsigned = Unsigned(1, at, FIRST_PREVIOUS, "cd" * 32, head, keyring.current_id)
    anew = sign(unsigned, keyring.current)
    entry = {
        **asdict(unsigned),
        "at": at.isoformat(),
        "previous": f"sha256:{anew.previous}",
        "content_digest": f"sha256:{anew.content_digest}",
        "audit_head": {"number": 1, "digest": f"sha256:{head.digest}"},
        "digest": f"sha256:{anew.digest}",
        "signature": f"ed25519:{anew.signature}",
    }
    (downloads / "page-1.json").write_text(json.dumps({"items": [entry]}))
    assert verified(downloads, "page-1.json", "receipt.json") == (
        1,
        "page-1.json: 1 verified\nreceipt.json: entry 1: the ledger has another in its place\n",
    )
