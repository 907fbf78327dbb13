"""Words as they are looked up: without accents, capitals and Markdown, the same on every database."""

import re
import unicodedata
from html import escape

_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]:[ \t]+\S.*$", re.MULTILINE)
_FENCE_LINE = re.compile(r"^ {0,3}(?:`{3,}|~{3,}|:{3,})[^\n]*$", re.MULTILINE)
_LINK = re.compile(r"!?\[((?:[^\[\]\n]|\[[^\[\]\n]*\])*)\](?:\([^)\n]*\)|\[[^\]\n]*\])")
_LINE_MARK = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+)+(?:\[!\w+\][ \t]*)?", re.MULTILINE)
_MARK = re.compile(r"[`*]+|(?<!\w)_+|_+(?!\w)|<br ?/?>")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MOST_TERMS = 8


def plain(markdown: str) -> str:
    """Return the words of Markdown on one line, without its marks and addresses."""
    text = _DEFINITION.sub("", _FENCE_LINE.sub("", markdown))
    text = _MARK.sub("", _LINE_MARK.sub("", _LINK.sub(r"\1", text)))
    return " ".join(text.split())


def fold(text: str) -> str:
    """Return ``text`` as it is compared: compatibility forms resolved, no accents, no capitals."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def storable(text: object, longest: int) -> bool:
    """Whether this is a text that a database can be asked for: no NUL, no half characters, not too long."""
    return isinstance(text, str) and len(text) <= longest and not _UNSTORABLE.search(text)


def terms(query: object) -> list[str]:
    """Return the folded words of what a person typed; all of them must be found."""
    if not isinstance(query, str):
        return []
    return list(dict.fromkeys(fold(_UNSTORABLE.sub(" ", query[:200])).split()))[:_MOST_TERMS]


def like(term: str) -> str:
    r"""Return the pattern for LIKE … ESCAPE '\' that finds ``term`` anywhere."""
    escaped = term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def excerpt(text: str, wanted: list[str], *, around: int = 80) -> str:
    """Return escaped HTML: the surroundings of the first hit in plain ``text``, every hit in <mark>; "" if none."""
    folded, origin = _fold_with_origin(text)
    first = min((at for term in wanted if (at := folded.find(term)) >= 0), default=-1)
    if first < 0:
        return ""
    start = max(0, origin[first] - around)
    end = min(len(text), origin[first] + around * 2)
    start = 0 if start == 0 else text.find(" ", start, origin[first]) + 1 or start
    marked = _marked(folded, origin, wanted, len(text))
    parts = _runs(text, marked, start, end)
    words = "".join(f"<mark>{escape(part)}</mark>" if hit else escape(part) for part, hit in parts)
    return ("…" if start else "") + words + ("…" if end < len(text) else "")


def hits(text: str, wanted: list[str]) -> list[tuple[str, bool]]:
    """Return ``text`` cut into pieces, each with whether it is a hit."""
    return _runs(text, _marked(*_fold_with_origin(text), wanted, len(text)), 0, len(text)) if text else []


def _marked(folded: str, origin: list[int], wanted: list[str], length: int) -> bytearray:
    """Return for each character of the text whether it belongs to a hit."""
    marked = bytearray(length + 1)
    for term in wanted:
        at = folded.find(term)
        while at >= 0:
            begin, stop = origin[at], origin[at + len(term) - 1] + 1
            marked[begin:stop] = b"\x01" * (stop - begin)
            at = folded.find(term, at + len(term))
    return marked


def _runs(text: str, marked: bytearray, start: int, end: int) -> list[tuple[str, bool]]:
    """Cut the text from ``start`` to ``end`` where hits begin and end."""
    found: list[tuple[str, bool]] = []
    at = start
    while at < end:
        hit, stop = marked[at], at
        while stop < end and marked[stop] == hit:
            stop += 1
        found.append((text[at:stop], bool(hit)))
        at = stop
    return found


def _fold_with_origin(text: str) -> tuple[str, list[int]]:
    """Return the folded text and, for each of its characters, where it came from."""
    folded: list[str] = []
    origin: list[int] = []
    for at, character in enumerate(text):
        for part in fold(character):
            folded.append(part)
            origin.append(at)
    return "".join(folded), origin
