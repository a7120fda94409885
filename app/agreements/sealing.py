"""What the parties' yes is given to: the canonical bytes of {parties, scheme, text}, by SHA-256.

Keys sorted, no blanks, UTF-8: whoever has the file finds the digest with `sha256sum`.
"""

import hashlib
import json


def canonical(parties: object, scheme: object, text: str) -> bytes:
    """The bytes that the digest is taken of."""
    return canonical_json({"parties": parties, "scheme": scheme, "text": text}).encode()


def canonical_json(value: object) -> str:
    """JSON with sorted keys and nothing between them."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(parties: object, scheme: object, text: str) -> str:
    """SHA-256 (hex) of the canonical bytes."""
    return hashlib.sha256(canonical(parties, scheme, text)).hexdigest()
