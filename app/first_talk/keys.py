"""The ledger's own keys: one file each in the data folder, readable by its owner alone.

The newest file signs, all of them are trusted when the ledger is verified here: somebody who can
write the database still has no key. A key is changed by putting a new file beside the old ones.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.first_talk.receipts import key_id


@dataclass(frozen=True)
class Keyring:
    """The key that signs now, and the public half of every key of this installation."""

    current: Ed25519PrivateKey
    publics: dict[str, Ed25519PublicKey]

    @property
    def current_id(self) -> str:
        """The name of the key that signs now."""
        return key_id(self.current.public_key())


def open_keyring(folder: Path) -> Keyring:
    """The keys in the folder; the first one is made when there is none."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not any(folder.glob("*.key")):
        _make_first(folder)
    files = sorted(folder.glob("*.key"), key=lambda path: path.stat().st_mtime_ns)
    keys = [Ed25519PrivateKey.from_private_bytes(path.read_bytes()) for path in files]
    publics = {key_id(key.public_key()): key.public_key() for key in keys}
    return Keyring(keys[-1], publics)


def _make_first(folder: Path) -> None:
    """Write the file complete or not at all: workers that start together agree on one."""
    draft = folder / f"draft-{secrets.token_hex(8)}"
    draft.touch(mode=0o600)
    draft.write_bytes(Ed25519PrivateKey.generate().private_bytes_raw())
    try:
        os.link(draft, folder / "first.key")
    except FileExistsError:
        pass
    finally:
        draft.unlink()
