"""Digests, links and signatures of the ledger: one flipped byte anywhere is found and named."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from app.first_talk.receipts import (
    FIRST_PREVIOUS,
    AuditHead,
    BadEntry,
    Entry,
    Fault,
    Opened,
    Unsigned,
    canonical,
    content_digest,
    key_id,
    receipt_number,
    short_digest,
    sign,
    verify,
    verify_chain,
)
from tests.first_talk.policies import at

KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
KEYS = {key_id(key.public_key()): key.public_key() for key in (KEY, OTHER_KEY)}
START = datetime(2026, 3, 2, 1, 15, 41, 7000, tzinfo=UTC)


def signed(seq: int, previous: str, key: Ed25519PrivateKey = KEY) -> Entry:
    opened = Opened(
        {"number": receipt_number("LMT", "FT", 2026, seq), "unit": "龙马潭区"}, b"s" * 16
    )
    name = key_id(key.public_key())
    head = AuditHead(seq * 10, "ab" * 32)
    instant = START + timedelta(seconds=seq)
    unsigned = Unsigned(seq, instant, previous, content_digest(opened), head, name)
    return sign(unsigned, key, opened)


def chain(length: int = 4) -> list[Entry]:
    entries: list[Entry] = []
    for seq in range(1, length + 1):
        previous = entries[-1].digest if entries else FIRST_PREVIOUS
        entries.append(signed(seq, previous, KEY if seq % 2 else OTHER_KEY))
    return entries


def test_canonical_bytes_are_sorted_utf8_without_spaces() -> None:
    assert (
        canonical({"b": 1, "a": {"丁": [True, None]}}) == '{"a":{"丁":[true,null]},"b":1}'.encode()
    )


def test_the_digest_is_that_of_the_public_fields_written_out_by_hand() -> None:
    entry = signed(1, FIRST_PREVIOUS)
    written = (
        f'{{"at":"2026-03-02T01:15:42.007000Z","audit_head":{{"digest":"{"ab" * 32}","number":10}},'
        f'"content_digest":"{entry.content_digest}","key_id":"{entry.key_id}",'
        f'"previous":"{FIRST_PREVIOUS}","seq":1}}'
    )
    assert entry.digest == sha256(written.encode()).hexdigest()


def test_the_content_digest_depends_on_the_salt() -> None:
    content = {"enterprise": "甲公司"}
    assert content_digest(Opened(content, b"a" * 16)) != content_digest(Opened(content, b"b" * 16))
    assert content_digest(Opened(content, b"a" * 16)) == (
        sha256(b"a" * 16 + '{"enterprise":"甲公司"}'.encode()).hexdigest()
    )


def test_the_same_instant_in_another_zone_has_the_same_digest() -> None:
    entry = signed(1, FIRST_PREVIOUS)
    in_shanghai = replace(entry, at=entry.at.astimezone(at("03-02").tzinfo))
    assert verify(in_shanghai, KEYS) is None


def test_a_good_chain_checks_with_open_and_with_closed_content_and_across_keys() -> None:
    assert verify_chain(chain(), KEYS) is None
    assert verify_chain([replace(entry, opened=None) for entry in chain()], KEYS) is None
    assert verify_chain([], KEYS) is None


def test_one_receipt_is_verified_alone() -> None:
    third = chain()[2]
    assert verify(third, KEYS) is None
    assert verify(third, {}) is Fault.UNKNOWN_KEY
    changed = replace(third, opened=Opened({**third.opened.content, "unit": "江阳区"}, b"s" * 16))
    assert verify(changed, KEYS) is Fault.CONTENT
    assert verify(replace(third, signature=chain()[0].signature), KEYS) is Fault.SIGNATURE


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        (lambda rows: rows.pop(1), BadEntry(2, Fault.GAP)),
        (lambda rows: rows.insert(2, rows[1]), BadEntry(3, Fault.GAP)),
        (lambda rows: rows.pop(0), BadEntry(1, Fault.GAP)),
        (
            lambda rows: rows.__setitem__(2, signed(3, rows[0].digest)),
            BadEntry(3, Fault.LINK),
        ),
        (
            lambda rows: rows.__setitem__(
                1, replace(rows[1], content_digest="0" * 64, opened=None)
            ),
            BadEntry(2, Fault.DIGEST),
        ),
        (
            lambda rows: rows.__setitem__(3, replace(rows[3], signature="zz")),
            BadEntry(4, Fault.SIGNATURE),
        ),
        (
            lambda rows: rows.__setitem__(3, replace(rows[3], signature=rows[3].signature.upper())),
            BadEntry(4, Fault.SIGNATURE),
        ),
    ],
)
def test_the_first_bad_entry_is_named_with_its_fault(broken, expected: BadEntry) -> None:
    rows = chain()
    broken(rows)
    assert verify_chain(rows, KEYS) == expected


def test_time_never_falls_along_the_ledger() -> None:
    first = signed(1, FIRST_PREVIOUS)
    earlier = Unsigned(2, START, first.digest, first.content_digest, first.audit_head, first.key_id)
    assert verify_chain([first, sign(earlier, KEY)], KEYS) == BadEntry(2, Fault.ORDER)


TEXT_FIELDS = ("previous", "content_digest", "key_id", "digest", "signature")


@given(
    place=st.integers(0, 3),
    field=st.sampled_from(TEXT_FIELDS),
    byte=st.integers(0, 127),
    bit=st.integers(0, 6),
)
def test_one_flipped_bit_in_any_row_is_found_in_that_row(
    place: int, field: str, byte: int, bit: int
) -> None:
    rows = chain()
    text = bytearray(getattr(rows[place], field).encode())
    text[byte % len(text)] ^= 1 << bit
    rows[place] = replace(rows[place], **{field: text.decode()})
    bad = verify_chain(rows, KEYS)
    assert bad is not None
    assert bad.seq == place + 1


def test_a_receipt_survives_being_carried_as_json() -> None:
    entry = signed(1, FIRST_PREVIOUS)
    carried = json.loads(json.dumps(entry.opened.content))
    assert verify(replace(entry, opened=Opened(carried, b"s" * 16)), KEYS) is None


def test_numbers_and_digests_are_printed_short() -> None:
    assert receipt_number("LMT", "FT", 2026, 123) == "LMT-FT-2026-000123"
    assert short_digest("a1b2c3d4" + "0" * 48 + "0f1e2d3c") == "a1b2c3d4…0f1e2d3c"
