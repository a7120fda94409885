"""What 抽查回访 goes by: who is drawn, and what an enterprise may say.

Who is called follows from a digest that nobody knew beforehand.
"""

from collections.abc import Iterable
from hashlib import sha256

from app.labels import LabelledEnum


class Outcome(LabelledEnum):
    """What the enterprise says of the claim."""

    CONFIRMED = "confirmed", "属实"
    DENIED = "denied", "不属实"
    UNREACHED = "unreached", "未联系上"


TOLD = (Outcome.CONFIRMED, Outcome.DENIED)
"""The outcomes that close a call-back and are told to the holder."""


def picked(seed: str, numbers: Iterable[str], size: int) -> list[str]:
    """The `size` 凭证号 that rank first, by SHA-256 of seed and number, least first.

    All of them if there are fewer. `seed` is the hex digest of the ledger entry that names the
    numbers: its salt is fresh, so nobody can pick the moment, and whoever reads it can recompute.
    """
    return sorted(numbers, key=lambda number: _rank(seed, number))[:size]


def _rank(seed: str, number: str) -> str:
    return sha256(f"{seed}{number}".encode()).hexdigest()
