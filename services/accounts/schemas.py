"""What accounts give out, frozen; and what they accept, parsed."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime

from services.platform.actor import Actor
from services.platform.errors import Invalid
from services.platform.messages import DEFAULT_LANGUAGE, LANGUAGES, N_

_HALF = re.compile("[\ud800-\udfff]")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@(?:[^\s@<>()\[\],;:\\\".]{1,63}\.)+[^\s@<>()\[\],;:\\\".]{2,63}")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session of a browser; ``token`` goes into the cookie and is known nowhere else."""

    actor: Actor
    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Tokens:
    """What an API client holds: a short-lived access token and a refresh token that works once."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    token_type: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class Me:
    """The person as they see themselves."""

    id: str
    name: str
    email: str
    role: str
    language: str
    organisation: str
    permissions: list[str]


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demo, shown on the page that signs in."""

    email: str
    role: str


@dataclass(frozen=True, slots=True)
class DemoAccounts:
    """The accounts of the demo, none where this is no demo; the password only when it is the public one."""

    accounts: list[DemoAccount]
    password: str


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """One open sign-in of a person."""

    id: str
    kind: str
    user_agent: str
    last_seen_at: str
    current: bool


def storable(text: object) -> bool:
    """Whether it is a text that every database and browser can hold: no NUL, no half of a surrogate pair."""
    return isinstance(text, str) and "\x00" not in text and (text.isascii() or not _HALF.search(text))


def parse_email(value: object) -> tuple[str, str]:
    """Return the address as written, and its key for look-up; raise ``Invalid`` naming the field."""
    if isinstance(value, str) and storable(value) and len(value) <= 300:
        written = unicodedata.normalize("NFC", value.strip())
        key = unicodedata.normalize("NFKC", written).casefold()
        if max(len(written), len(key)) <= 254 and _EMAIL.fullmatch(key) and key.isprintable():
            return written, key
    message = N_("Write an e-mail address, such as name@example.org.")
    raise Invalid(message, fields={"email": message})


def parse_name(value: object) -> str:
    """Return a person's name in one line."""
    if isinstance(value, str) and storable(value):
        name = " ".join(unicodedata.normalize("NFC", value).split())
        if 1 <= len(name) <= 120 and all(unicodedata.category(c) not in ("Cc", "Cn", "Co") for c in name):
            return name
    message = N_("Write your name, at most 120 characters.")
    raise Invalid(message, fields={"name": message})


def parse_language(value: object) -> str:
    """Return one of the languages there are."""
    return value if isinstance(value, str) and value in LANGUAGES else DEFAULT_LANGUAGE


def local_path(value: object, otherwise: str = "/home") -> str:
    """Return a path of this site to go on to; anything that could lead to another site becomes ``otherwise``."""
    if not isinstance(value, str) or not 1 <= len(value) <= 500 or not value.isascii() or not value.isprintable():
        return otherwise
    if not value.startswith("/") or value.startswith("//") or "\\" in value:
        return otherwise
    return value
