"""Passwords: argon2id, and what is too easy to guess."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from footfall.errors import BadInput

__all__ = ["checked_password", "hash_password", "is_outdated", "is_right"]

SHORTEST, LONGEST = 10, 200
COMMON = frozenset(
    """
    1234567890 12345678910 123456789a 0123456789 0987654321 9876543210 1111111111 0000000000 1212121212 123123123123 1q2w3e4r5t 1qaz2wsx3edc
    1q2w3e4r5t6y q1w2e3r4t5 q1w2e3r4t5y6 qwertyuiop qwerty1234 qwerty12345 qwerty123456 qwertyuiop123 asdfghjkl1 asdfghjkl123 zxcvbnm123
    password01 password11 password12 password123 password1234 password12345 passw0rd123 p@ssw0rd123 p@ssword123 mypassword mypassword1
    administrator admin12345 admin123456 adminadmin administrator1 changeme123 changemenow letmein123 letmein1234 welcome123 welcome1234
    iloveyou12 iloveyou123 sunshine123 princess123 football123 baseball123 superman123 michael123 dragon1234 monkey1234 master1234
    abcdefghij abcdefghijk abc1234567 abcd123456 a123456789 aa12345678 google1234 internet123 computer123 whatever123 trustno1234 secret1234
    йцукенгшщз йцукенгшщзхъ фывапролдж пароль1234 пароль123456 парольпароль administrator123 footfall123 footfall1234 statistics
    """.split()
)
"""Of at least SHORTEST characters; the shorter ones are refused anyway."""


def checked_password(password: str, *known: str) -> str:
    """The password, unless it is easy to guess; ``known`` are words an attacker has: e-mail, name.

    Raises:
        BadInput: says what is wrong, never the password.
    """
    if len(password) < SHORTEST:
        raise BadInput("The password is too short. Valid: at least {fewest} characters; a few words make a good one.", fewest=SHORTEST)
    if len(password) > LONGEST:
        raise BadInput("The password is too long. Valid: up to {most} characters.", most=LONGEST)
    plain = password.lower()
    guessable = {part for word in known for part in (word.lower(), word.lower().partition("@")[0])}
    if plain in COMMON or plain in guessable or len(set(plain)) < 4:
        raise BadInput("The password is among the first that anybody would try. Valid: one that nobody would guess.")
    return password


def hash_password(password: str) -> str:
    """Argon2id in the library's own parameters (RFC 9106, low memory: 64 MiB, about a tenth of a second)."""
    return _hasher().hash(_composed(password))


def is_right(hashed: str, password: str) -> bool:
    """Whether the password is the hashed one. With no hash it takes as long and is wrong."""
    try:
        return _hasher().verify(hashed or _nobodys(), _composed(password)) and bool(hashed)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(hashed: str) -> bool:
    """Whether parameters changed since it was hashed."""
    return _hasher().check_needs_rehash(hashed)


def _composed(password: str) -> str:
    """One keyboard sends é as a letter, another as e and an accent: the same password (RFC 8265, NFC)."""
    return unicodedata.normalize("NFC", password)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys() -> str:
    """A hash that takes as long to refuse as anybody's. Made once."""
    return _hasher().hash("nobody's password")
