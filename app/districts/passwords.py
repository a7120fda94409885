"""What a password must be, and its hash: argon2id, never fast enough to guess."""

import secrets
import string
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

HISTORY = 5
HASHER = PasswordHash((Argon2Hasher(),))
"""At the costs that RFC 9106 recommends: an eighth of a second of a core, 64 MiB."""
_WORDS = ["password", "admin", "qwerty", "welcome", "abc", "aa", "woaini", "luzhou", "passw0rd"]
_TAILS = ["", "1", "123", "1234", "12345", "123456", "1234567", "12345678", "123456789", "888888"]
_COMMON = {word + tail for word in _WORDS for tail in _TAILS} | {
    "123456789a",
    "1234567890",
    "0123456789",
    "qwertyuiop",
    "1q2w3e4r5t",
    "qazwsxedc123",
    "zaq12wsx3e",
}
_ONE_TIME = string.ascii_letters.translate(str.maketrans("", "", "lIO")) + "23456789"


def weakness(password: str, login: str) -> str | None:
    """What is wrong with a new password, in Chinese; None when it will do."""
    plain = password.lower().rstrip("!@#$%.")
    if plain in _COMMON or login.lower() in plain:
        return "密码过于常见或包含账号名，请换一个"
    if len(password) >= 16:
        return None
    if len(password) < 10:
        return "密码至少 10 位"
    classes = (str.islower, str.isupper, str.isdigit, lambda character: not character.isalnum())
    if sum(any(kind(character) for character in password) for kind in classes) < 3:
        return "密码应含大写、小写、数字、符号中的三种；16 位以上不限"
    return None


def hash_of(password: str) -> str:
    """The argon2id hash, salt and cost included."""
    return HASHER.hash(password)


def fits(password: str, stored: str) -> bool:
    """Whether the password has this hash."""
    return HASHER.verify(password, stored)


def one_time() -> str:
    """A first password to hand over, to be changed at the first sign-in."""
    return "-".join("".join(secrets.choice(_ONE_TIME) for _ in range(5)) for _ in range(4))


@cache
def nobodys_hash() -> str:
    """A hash that nothing fits, checked for an unknown account: the answer takes the same time."""
    return hash_of(secrets.token_urlsafe(24))
