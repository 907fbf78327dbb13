"""Passwords: what may be one, and how it is kept (Argon2id)."""

import os
import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.accounts.schemas import storable
from services.platform.errors import Invalid
from services.platform.messages import N_

SHORTEST = 10
LONGEST = 200

# The commonest passwords of ten characters or more in public lists of leaked ones.
_COMMONEST = frozenset(
    """1234567890 12345678910 123456789a 0123456789 0987654321 1234567891 12345678901 123456789012 1111111111
    0000000000 9999999999 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4t5 q1w2e3r4t5y6 1qaz2wsx3edc qwertyuiop qwerty12345
    qwerty123456 qwertyuiop123 asdfghjkl123 asdfghjklqwerty zxcvbnm123 password12 password123 password1234
    password12345 passw0rd123
    passwordpassword mypassword123 administrator admin12345 admin123456 letmein123 welcome123 welcome1234 iloveyou123
    iloveyou12 sunshine123 princess123 football123 baseball123 basketball superman123 pokemon123 michael123 charlie123
    abcdefghij abcdefghijk abc1234567 abcd123456 a123456789 aa123456789 aaaaaaaaaa q123456789 changeme123 liverpool1
    1234512345 1122334455 9876543210 123123123123 1231231231 123321123321 computer123 internet123 unknown123""".split()  # noqa: SIM905  (a list would be ten times as long)
)


@cache
def _hasher() -> PasswordHasher:
    # OWASP's parameters for Argon2id: 19 MiB and two passes; a hash made with others is renewed at sign-in.
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _at_once() -> threading.Semaphore:
    # A hash takes 19 MiB and a core: as many at once as there are cores, whoever sends how many tries.
    return threading.Semaphore(os.cpu_count() or 1)


@cache
def _dummy() -> str:
    return _hasher().hash("nobody has this password")


def parse_password(value: object, *, email_key: str) -> str:
    """Return a password that may be used for a new account; raise ``Invalid`` naming the field."""
    if not isinstance(value, str) or not storable(value) or not SHORTEST <= len(value) <= LONGEST:
        message = N_("Choose a password of 10 to 200 characters.")
        raise Invalid(message, fields={"password": message})
    plain = _normal(value).casefold()
    if plain in (email_key, email_key.partition("@")[0]):
        message = N_("Choose a password that is not your e-mail address.")
        raise Invalid(message, fields={"password": message})
    if plain in _COMMONEST or len(set(plain)) <= 2:
        message = N_("This password is one of the first that people guess. Choose another.")
        raise Invalid(message, fields={"password": message})
    return value


def hash_password(password: str) -> str:
    """Return what is stored instead of the password."""
    with _at_once():
        return _hasher().hash(_normal(password))


def verify(stored: str | None, password: object) -> bool:
    """Whether the password is right. Costs the same when there is no account (``stored`` is None)."""
    usable = isinstance(password, str) and storable(password) and len(password) <= LONGEST
    try:
        with _at_once():
            _hasher().verify(stored or _dummy(), _normal(str(password)) if usable else "-")
    except (VerificationError, InvalidHashError):
        return False
    return bool(stored) and usable


def outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(stored)


def _normal(password: str) -> str:
    # The same letters typed on another keyboard may come composed in another way.
    return unicodedata.normalize("NFC", password)
