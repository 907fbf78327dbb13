"""Names that are made from titles, and the forms that names must have."""

import re
import unicodedata

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
KEY = re.compile(r"[\w-]+")
LONGEST = 80


def slugify(title: str) -> str:
    """Return ``title`` as a name for an address; letters of every script stay letters, accents go."""
    plain = unicodedata.normalize("NFKD", title)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return re.sub(r"[\W_]+", "-", plain).strip("-")[: LONGEST - 10].strip("-")


def is_slug(text: str) -> bool:
    """Whether ``text`` can be the name of a course, module, lesson, exercise or quiz."""
    return len(text) <= LONGEST and SLUG.fullmatch(text) is not None


def is_key(text: str) -> bool:
    """Whether ``text`` can be the key of a block, a question or a choice."""
    return len(text) <= LONGEST and KEY.fullmatch(text) is not None


def free(wanted: str, taken: set[str]) -> str:
    """Return ``wanted``, or the first of ``wanted-2``, ``wanted-3``, … that is not taken."""
    name, n = wanted, 1
    while name in taken:
        n += 1
        name = f"{wanted}-{n}"
    return name
