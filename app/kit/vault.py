"""The vault: what is sealed here is read by whoever holds a key file, and by nobody else.

    key file ─HKDF→ a key that seals (AES-256-GCM)
             └HKDF→ a key that matches (HMAC-SHA256)

A sealed value names its key, so that keys can be changed under way, and is bound to its place, so
that it opens nowhere else. Two seals of one value differ; where equal values have to be found,
their fingerprints are compared, which nobody without the key can make.
"""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.kit.key_files import KeyFiles

_NONCE = 12


class Unsealable(Exception):
    """No key of the vault opens this: its key is missing, or somebody changed or moved it."""


@dataclass(frozen=True)
class Key:
    """One key file, ready for use."""

    id: str
    cipher: AESGCM
    matching: bytes


class Vault:
    """The keys of one folder; the newest seals, all of them open. Other processes may add some."""

    def __init__(self, folder: Path) -> None:
        self._files = KeyFiles(folder)
        self._keys: dict[str, Key] = {}

    def make_first(self) -> None:
        """Make the first key of a new installation."""
        if not self._files.paths():
            self._files.add(secrets.token_bytes(32))

    def rotate(self) -> str:
        """Add a key that seals from now on; its id."""
        self._files.add(secrets.token_bytes(32))
        return self.key_ids()[-1]

    def key_ids(self) -> list[str]:
        """The oldest first."""
        return list(self._read())

    def seal(self, place: str, value: bytes) -> str:
        """The value under the newest key, for this place only."""
        key = self._newest_first()[0]
        nonce = secrets.token_bytes(_NONCE)
        closed = key.cipher.encrypt(nonce, value, place.encode())
        return f"{key.id}.{b64encode(nonce + closed).decode()}"

    def open(self, place: str, sealed: str) -> bytes:
        """The value that was sealed for this place; Unsealable."""
        id = key_id(sealed)
        key = self._keys.get(id) or self._read().get(id)
        if key is None:
            raise Unsealable(f"{place} is sealed under the key {id}, which is not here")
        closed = b64decode(sealed.partition(".")[2])
        try:
            return key.cipher.decrypt(closed[:_NONCE], closed[_NONCE:], place.encode())
        except InvalidTag as error:
            raise Unsealable(f"{place} was changed, or moved from elsewhere") from error

    def fingerprints(self, place: str, form: str) -> list[str]:
        """What equal values of a place have in common: under the newest key, then the others."""
        message = f"{place} {form}".encode()
        return [
            hmac.new(key.matching, message, hashlib.sha256).hexdigest()
            for key in self._newest_first()
        ]

    def _newest_first(self) -> list[Key]:
        return [*self._read().values()][::-1]

    def _read(self) -> dict[str, Key]:
        """The keys as they are now, whoever added one."""
        paths = self._files.paths()
        if len(paths) != len(self._keys):
            self._keys = {key.id: key for key in (_key(path.read_bytes()) for path in paths)}
        return self._keys


def key_id(sealed: str) -> str:
    """The key that a sealed value names."""
    return sealed.partition(".")[0]


def _key(secret: bytes) -> Key:
    id, sealing, matching = (
        HKDF(SHA256(), 32, salt=None, info=f"tongzhao {use}".encode()).derive(secret)
        for use in ("key id", "sealing", "matching")
    )
    return Key(id.hex()[:12], AESGCM(sealing), matching)
