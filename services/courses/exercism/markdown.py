"""Exercism's documents made to stand alone: no references to elsewhere in the file, links that lead into the course."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(?:.|\n)+?(?<!`)\1(?!`)")
_DEFINITION = re.compile(r"^ {0,3}\[(?:[^\[\]\\]|\\.)+\]:[ \t]*\S.*\n?", re.MULTILINE)
_INNER = r"(?:[^\[\]`\\]|\\.|`[^`\n]*`|\[(?:[^\[\]`]|`[^`\n]*`)*\])+"
_REFERENCE = re.compile(rf"(!?)\[({_INNER})\](?:\[([^\[\]]*)\])?(?![\[(])")
_INLINE = re.compile(r"(\]\(\s*<?)([^\s)>]+)")
_TAG = re.compile(r"</?(?:table|thead|tbody|tr|td|th|img|p|div|span)(?:\s[^<>]*)?>|<br\s*/?>", re.IGNORECASE)
_TOP = re.compile(r"\A\s*#[ \t]+\S.*(?:\n|\Z)")

LinkMap = Callable[[str], str]


def standalone(source: str, link: LinkMap, *, outer: Mapping[str, Any] | None = None) -> str:
    """Return the text with its reference links written out, raw HTML gone and each address passed through ``link``."""
    text = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    environment: dict[str, Any] = {}
    _parser().parse(text, environment)
    known = {**(outer or {}), **environment.get("references", {})}
    parts = []
    for code, piece in _pieces(text):
        if not code:
            parts.append(_prose(piece, known, link))
        elif piece.lstrip().startswith("~") and "exercism/" in piece.split("\n", 1)[0]:
            first, _, rest = piece.partition("\n")
            body, _, last = rest.rstrip("\n").rpartition("\n")
            parts.append(f"{first}\n{standalone(body, link, outer=known)}\n{last}\n")  # a callout: prose in a fence
        else:
            parts.append(piece)
    return re.sub(r"\n{4,}", "\n\n\n", "".join(parts)).strip("\n").rstrip()


def without_top_heading(text: str) -> str:
    """Return the text without its first heading, which the title of the lesson or exercise repeats."""
    return _TOP.sub("", text, count=1).strip("\n")


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the text in turn as prose and as fenced code."""
    prose: list[str] = []
    code: list[str] = []
    marks = ""
    for line in text.splitlines(keepends=True):
        fence = _FENCE.match(line)
        if marks:
            code.append(line)
            if fence and fence[1].startswith(marks) and not fence[2].strip():
                yield True, "".join(code)
                code, marks = [], ""
        elif fence and not (fence[1][0] == "`" and "`" in fence[2]):
            yield False, "".join(prose)
            prose, code, marks = [], [line], fence[1]
        else:
            prose.append(line)
    yield bool(code), "".join(code or prose)


def _prose(text: str, known: Mapping[str, Any], link: LinkMap) -> str:
    text = _DEFINITION.sub("", text)
    text = _outside_code(text, lambda part: _TAG.sub(lambda tag: " " if "br" in tag[0].lower() else "", part))
    text = _REFERENCE.sub(lambda match: _written_out(match, known), _guarded(text))
    return _outside_code(_unguarded(text), lambda part: _INLINE.sub(lambda match: match[1] + link(match[2]), part))


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    """Change what stands outside code spans."""
    parts, at = [], 0
    for match in _CODE.finditer(text):
        parts += [change(text[at : match.start()]), match[0]]
        at = match.end()
    return "".join([*parts, change(text[at:])])


def _guarded(text: str) -> str:
    """Hide square brackets inside code spans, so that they are not taken for those of a link."""
    return _CODE.sub(lambda match: match[0].replace("[", "\ue000").replace("]", "\ue001"), text)


def _unguarded(text: str) -> str:
    return text.replace("\ue000", "[").replace("\ue001", "]")


def _written_out(match: re.Match[str], known: Mapping[str, Any]) -> str:
    image, text, label = match[1], match[2], match[3]
    found = known.get(normalizeReference(_unguarded(label or text)))
    if found is None:
        return match[0]
    address = str(found["href"])
    if re.search(r"[\s()<>]", address):
        address = "<" + address.replace("<", "%3C").replace(">", "%3E") + ">"
    title = str(found.get("title") or "").replace('"', "&quot;")
    return f'{image}[{text}]({address} "{title}")' if title else f"{image}[{text}]({address})"
