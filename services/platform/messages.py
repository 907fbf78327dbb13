"""Texts of the server (errors, mails, exports) in the reader's language, from the same catalogues as the pages."""

from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

LANGUAGES = ("en", "ar", "so")
DEFAULT_LANGUAGE = "en"
RIGHT_TO_LEFT = frozenset({"ar"})

_LOCALES = Path(__file__).parents[2] / "locales"


def N_(message: str) -> str:
    """Mark a text for the catalogues where it is not yet translated: a constant, or one that an error will carry."""
    return message


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> Catalog | None:
    """The messages of one language from all .po files of its folder (one per feature); None for English.

    English has no file: its messages are the keys.
    """
    if language not in LANGUAGES or language == DEFAULT_LANGUAGE:
        return None
    merged = Catalog(locale=language)
    for path in sorted((_LOCALES / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language, abort_invalid=True):
                if message.id:
                    merged[message.id] = message
    return merged


def translate(language: str, message: str, /, *, context: str | None = None, **params: object) -> str:
    """The message in the language, its `{names}` filled; in English where there is no translation."""
    messages = catalogue(language)
    found = messages.get(message, context) if messages is not None else None
    text = found.string if found is not None and isinstance(found.string, str) and found.string else message
    return _fill(text, params)


def translate_plural(language: str, singular: str, plural: str, n: int, /, **params: object) -> str:
    """The form of the message that the language uses for `n`."""
    messages = catalogue(language)
    found = messages.get((singular, plural)) if messages is not None else None
    text = singular if n == 1 else plural
    if messages is not None and found is not None and isinstance(found.string, tuple | list):
        text = found.string[plural_index(language, n)] or text
    return _fill(text, {"n": n, **params})


def plural_index(language: str, n: int) -> int:
    """Which of the language's plural forms belongs to `n`, in the order of its catalogue."""
    if language != "ar":
        return 0 if n == 1 else 1
    if 0 <= n <= 2:
        return n
    rest = n % 100
    if 3 <= rest <= 10:
        return 3
    return 4 if rest >= 11 else 5


def _fill(text: str, params: dict[str, object]) -> str:
    """Put values in place of `{names}`; not str.format, which would let a value's own braces and attributes act."""
    for name, value in params.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def choose_language(cookie: str | None, accept_language: str | None) -> str:
    """The language to answer in: the reader's own choice, else the first one of the browser's that there is."""
    if cookie in LANGUAGES:
        return cookie
    wanted: list[tuple[float, str]] = []
    for part in (accept_language or "")[:500].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((float(weight or 1), tag.split("-")[0].lower()))
        except ValueError:
            continue
    for share, tag in sorted(wanted, key=lambda item: -item[0]):
        if tag in LANGUAGES and share > 0:
            return tag
    return DEFAULT_LANGUAGE
