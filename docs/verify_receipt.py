"""Verify receipts (首谈凭证) of 同招 and its ledger offline; needs Python 3.11 and `cryptography`.

    python3 verify_receipt.py KEYS.json FILE.json ...

KEYS is the site's /.well-known/first-talk-keys.json. A FILE is a receipt as it was downloaded, or
a page of /api/v1/ledger/entries?after=0; the pages, in their order, are followed as one chain.
"""

import json
import sys
from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def digest(value: dict, salt: bytes = b"") -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + sha256(salt + text.encode()).hexdigest()


def public(entry: dict) -> dict:
    """What the digest covers: digests without their method, the time in UTC to the microsecond."""
    at = datetime.fromisoformat(entry["at"]).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    head = {**entry["audit_head"], "digest": entry["audit_head"]["digest"][7:]}
    plain = {name: entry[name][7:] for name in ("previous", "content_digest")}
    return {"seq": entry["seq"], "key_id": entry["key_id"], "at": at, "audit_head": head, **plain}


def fault(entry: dict, keys: dict) -> str | None:
    """Why an entry does not hold by itself; its content is checked where it is given."""
    salt = bytes.fromhex(entry.get("salt", ""))
    if "content" in entry and digest(entry["content"], salt) != entry["content_digest"]:
        return "the content is not what was certified"
    if digest(public(entry)) != entry["digest"]:
        return "the digest is wrong"
    if entry["key_id"] not in keys:
        return "signed with a key that is not published"
    try:
        signature = bytes.fromhex(entry["signature"].removeprefix("ed25519:"))
        keys[entry["key_id"]].verify(signature, bytes.fromhex(entry["digest"][7:]))
    except (InvalidSignature, ValueError):
        return "the signature is wrong"
    return None


keys, chain = {}, ["sha256:" + "0" * 64]
for key in json.loads(Path(sys.argv[1]).read_bytes()):
    keys[key["id"]] = Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(key["public_key"] + "="))
for name in sys.argv[2:]:
    file = json.loads(Path(name).read_bytes())
    for entry in file.get("items", [file]):
        why, seq = fault(entry, keys), entry["seq"]
        if "items" in file and (seq, entry["previous"]) != (len(chain), chain[-1]):
            why = "it does not follow the entry before it"
        chain += [entry["digest"]] if "items" in file else []
        if why or (seq < len(chain) and chain[seq] != entry["digest"]):
            sys.exit(f"{name}: entry {seq}: {why or 'the ledger has another in its place'}")
    sys.stdout.write(f"{name}: {len(file.get('items', [file]))} verified\n")
