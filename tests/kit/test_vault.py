"""The vault: nothing opens without its key, nowhere but at its place; keys change under way."""

import hashlib
import hmac
import stat
from pathlib import Path

import pytest

from app.kit.vault import Unsealable, Vault, key_id

PHONE = "13987654321"
PLACE = "contact.phone"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return made(tmp_path / "sealing")


def made(folder: Path) -> Vault:
    vault = Vault(folder)
    vault.make_first()
    return vault


def test_the_first_key_is_made_once_for_its_owner_alone(tmp_path: Path):
    first, again = made(tmp_path / "sealing"), made(tmp_path / "sealing")
    assert first.key_ids() == again.key_ids()
    (file,) = (tmp_path / "sealing").iterdir()
    assert (stat.S_IMODE(file.stat().st_mode), len(file.read_bytes())) == (0o600, 32)


def test_a_vault_that_is_only_looked_at_makes_no_key(tmp_path: Path):
    assert Vault(tmp_path / "sealing").key_ids() == []
    assert list(tmp_path.iterdir()) == []


def test_a_seal_opens_again_and_no_two_are_alike(vault: Vault):
    one, two = vault.seal(PLACE, PHONE.encode()), vault.seal(PLACE, PHONE.encode())
    assert one != two
    assert PHONE not in one
    assert vault.open(PLACE, one) == vault.open(PLACE, two) == PHONE.encode()


def test_a_seal_opens_at_its_own_place_only(vault: Vault):
    with pytest.raises(Unsealable, match=r"contact\.email was changed, or moved"):
        vault.open("contact.email", vault.seal(PLACE, PHONE.encode()))


@pytest.mark.parametrize("at", [-3, 20])
def test_a_changed_seal_does_not_open(vault: Vault, at: int):
    seal = [*vault.seal(PLACE, PHONE.encode())]
    seal[at] = "A" if seal[at] != "A" else "B"
    with pytest.raises(Unsealable, match="was changed"):
        vault.open(PLACE, "".join(seal))


def test_the_key_of_another_installation_opens_nothing(vault: Vault, tmp_path: Path):
    with pytest.raises(Unsealable, match="which is not here"):
        made(tmp_path / "other").open(PLACE, vault.seal(PLACE, PHONE.encode()))


def test_a_new_key_seals_at_once_in_every_process_and_older_seals_still_open(tmp_path: Path):
    here, elsewhere = made(tmp_path / "sealing"), made(tmp_path / "sealing")
    older = here.seal(PLACE, PHONE.encode())
    newest = elsewhere.rotate()
    newer = here.seal(PLACE, PHONE.encode())
    assert (key_id(newer), here.key_ids()) == (newest, [key_id(older), newest])
    assert elsewhere.open(PLACE, older) == elsewhere.open(PLACE, newer) == PHONE.encode()


def test_a_fingerprint_needs_the_key(vault: Vault, tmp_path: Path):
    (print_,) = vault.fingerprints(PLACE, PHONE)
    guesses = {hashlib.sha256(text.encode()).hexdigest() for text in (PHONE, f"{PLACE} {PHONE}")}
    guesses.add(hmac.new(PLACE.encode(), PHONE.encode(), hashlib.sha256).hexdigest())
    assert print_ not in guesses
    assert made(tmp_path / "other").fingerprints(PLACE, PHONE) != [print_]
    assert made(tmp_path / "sealing").fingerprints(PLACE, PHONE) == [print_]
    assert vault.fingerprints("contact.email", PHONE) != [print_]


def test_fingerprints_of_older_keys_are_still_looked_for(vault: Vault):
    before = vault.fingerprints(PLACE, PHONE)
    vault.rotate()
    after = vault.fingerprints(PLACE, PHONE)
    assert (after[1:], after[0] in before) == (before, False)
