"""The ledger's own keys: one file each in the data folder, readable by its owner alone.

The newest file signs, all of them are trusted when the ledger is verified here: somebody who can
write the database still has no key. `first.key` is made by the first start, each rotation adds the
next number; a key is never taken away. Every process sees a new file at its next signature.
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.first_talk.receipts import key_id
from app.kit.key_files import KeyFiles


@dataclass(frozen=True)
class Keyring:
    """The key that signs now, and the public half of every key of this installation."""

    current: Ed25519PrivateKey
    publics: dict[str, Ed25519PublicKey]

    @property
    def current_id(self) -> str:
        """The name of the key that signs now."""
        return key_id(self.current.public_key())


class KeyFolder:
    """Where the keys are; the first one is made when there is none."""

    def __init__(self, folder: Path) -> None:
        self._files = KeyFiles(folder)
        if not self._files.paths():
            self._add()
        self._known = _opened(self._files.paths())

    def read(self) -> Keyring:
        """The keys as they are now, whoever added one."""
        files = self._files.paths()
        if len(files) != len(self._known.publics):
            self._known = _opened(files)
        return self._known

    def rotate(self) -> Keyring:
        """Add a key that signs from now on."""
        self._add()
        return self.read()

    def _add(self) -> None:
        self._files.add(Ed25519PrivateKey.generate().private_bytes_raw())


def _opened(files: list[Path]) -> Keyring:
    keys = [Ed25519PrivateKey.from_private_bytes(path.read_bytes()) for path in files]
    publics = {key_id(key.public_key()): key.public_key() for key in keys}
    return Keyring(keys[-1], publics)
