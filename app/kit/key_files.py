"""Secrets of an installation as files in its data folder, readable by their owner alone.

A file is written whole or not at all and never replaced, so processes that make one at once agree
on it. In a folder of keys the newest is in use and the older ones stay, for what they were used on.
"""

import os
import secrets
from pathlib import Path

FIRST = "first.key"


def write_once(place: Path, secret: bytes) -> None:
    """Write a secret, durably; one that is there already stays as it is."""
    draft = place.with_name(f"draft-{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    with draft.open("wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, place)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


class KeyFiles:
    """The keys of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def paths(self) -> list[Path]:
        """The oldest first."""
        return sorted(self._folder.glob("*.key"), key=lambda path: (path.name != FIRST, path.name))

    def add(self, key: bytes) -> None:
        """Add a key that is in use from now on."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        known = len(self.paths())
        write_once(self._folder / (f"{known + 1:04d}.key" if known else FIRST), key)
