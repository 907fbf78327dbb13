"""What must never be written down: secrets and answers, by the name they go under or the shape they have."""

import re

HIDDEN = "[hidden]"

_SECRET_NAMES = re.compile(
    r"pass(word|wd|phrase)|secret|token|cookie|authorization|api[_-]?key|credential|^answers?$|^session(_?id)?$"
    r"|^source$|^files$|^expected$|^otp$",
    re.IGNORECASE,
)
_NAMED_VALUE = re.compile(
    r"""(?P<name>["']?[\w-]*(?:pass(?:word|wd)|secret|token|cookie|authorization|api[_-]?key|lms_session|answers?)[\w-]*["']?)
        (?P<between>\s*(?:=>|=|:)\s*)
        (?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\{[^{}]*\}|\[[^\[\]]*\]|(?:Bearer\s+|Basic\s+)?[^\s,;&}\])]+)""",
    re.IGNORECASE | re.VERBOSE,
)
_COOKIES = re.compile(r"""(?P<name>cookie["']?\s*[:=]\s*["']?)[^"'\r\n]+""", re.IGNORECASE)
_BEARER = re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"(?P<scheme>\w[\w+.-]*://[^\s:/@]*):[^\s/@]+@")
_EVENT_QUERY = re.compile(r"(/_event/?)\?[^\s\"']*")
_LONG_KEY = re.compile(r"\b(?:sk-[\w-]{8,}|eyJ[\w-]{10,}\.[\w-]+\.[\w-]+)")


def is_secret_name(name: str) -> bool:
    """Whether a value under this name is one that must not be logged or kept in the audit."""
    return bool(_SECRET_NAMES.search(name))


def redact(text: str) -> str:
    """Return ``text`` without what looks like a secret: named values, bearer tokens, passwords in addresses."""
    text = _EVENT_QUERY.sub(r"\1", text)
    text = _URL_PASSWORD.sub(rf"\g<scheme>:{HIDDEN}@", text)
    text = _COOKIES.sub(rf"\g<name>{HIDDEN}", text)
    text = _BEARER.sub(rf"\1 {HIDDEN}", text)
    text = _LONG_KEY.sub(HIDDEN, text)
    return _NAMED_VALUE.sub(rf"\g<name>\g<between>{HIDDEN}", text)
