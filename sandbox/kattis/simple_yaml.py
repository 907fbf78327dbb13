"""As much of YAML as problem packages use: mappings and lists by indentation, scalars, quotes, comments, short lists.

The sandbox is standard library only, and a whole YAML reader takes in far more than a few settings need. What is not
understood (anchors, tags, block scalars, documents) is refused rather than guessed at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

Value = None | bool | int | float | str | list["Value"] | dict[str, "Value"]

_MAX_DEPTH = 20
_KEY = re.compile(r"""(?:"([^"\\]*)"|'([^']*)'|([^\s"'#&*!|>%@`{}\[\],:-][^:#]*?|[A-Za-z_][^:#]*?))\s*:(?:\s+(.*))?$""")
_INT = re.compile(r"[+-]?[0-9]{1,18}")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?:\.[0-9]*)?[eE][+-]?[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(slots=True)
class _Lines:
    """The lines that say something, as (indentation, text, number), and how far they have been read."""

    items: list[tuple[int, str, int]]
    at: int = 0
    depth: int = field(default=0)

    def peek(self) -> tuple[int, str, int] | None:
        return self.items[self.at] if self.at < len(self.items) else None


def load(text: str) -> dict[str, Value]:
    """The mapping a text stands for. ValueError with the number of the line that is not understood."""
    items: list[tuple[int, str, int]] = []
    for number, raw in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        line = _without_comment(raw).rstrip()
        body = line.lstrip(" ")
        if not body or (body == "---" and not items):
            continue
        if body.startswith("\t"):
            raise ValueError(f"line {number}: tabs may not indent")
        items.append((len(line) - len(body), body, number))
    lines = _Lines(items)
    if not items:
        return {}
    value = _block(lines, items[0][0])
    left = lines.peek()
    if left is not None:
        raise ValueError(f"line {left[2]}: not understood")
    if not isinstance(value, dict):
        raise ValueError("line 1: a mapping is needed")
    return value


def _without_comment(line: str) -> str:
    quote = ""
    for index, char in enumerate(line):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and (index == 0 or line[index - 1] in " \t[,:{-"):
            quote = char
        elif char == "#" and (index == 0 or line[index - 1] in " \t"):
            return line[:index]
    return line


def _block(lines: _Lines, indent: int) -> Value:
    first = lines.peek()
    lines.depth += 1
    if first is None or lines.depth > _MAX_DEPTH:
        raise ValueError(f"line {first[2] if first else 0}: nested too deep")
    is_list = first[1] == "-" or first[1].startswith("- ")
    value: Value = _list(lines, indent) if is_list else _mapping(lines, indent)
    lines.depth -= 1
    return value


def _list(lines: _Lines, indent: int) -> list[Value]:
    found: list[Value] = []
    while (line := lines.peek()) and line[0] == indent and (line[1] == "-" or line[1].startswith("- ")):
        rest = line[1][1:].lstrip()
        if not rest:
            lines.at += 1
            found.append(_below(lines, indent))
        elif _KEY.fullmatch(rest):
            # A mapping that begins on the line of its dash: read on as if the dash were white space.
            inner = indent + len(line[1]) - len(rest)
            lines.items[lines.at] = (inner, rest, line[2])
            found.append(_block(lines, inner))
        else:
            lines.at += 1
            found.append(_scalar(rest, line[2]))
    return found


def _mapping(lines: _Lines, indent: int) -> dict[str, Value]:
    found: dict[str, Value] = {}
    while (line := lines.peek()) and line[0] == indent:
        match = _KEY.fullmatch(line[1])
        if match is None:
            raise ValueError(f"line {line[2]}: not understood")
        key = next(part for part in match.groups()[:3] if part is not None)
        if key in found:
            raise ValueError(f"line {line[2]}: {key[:40]!r} is there twice")
        lines.at += 1
        rest = match[4]
        found[key] = _scalar(rest, line[2]) if rest else _below(lines, indent)
    return found


def _below(lines: _Lines, indent: int) -> Value:
    """What stands under a key or dash; nothing is null. A list under a key may have the key's own indentation."""
    line = lines.peek()
    if line is None or line[0] < indent:
        return None
    if line[0] > indent or line[1].startswith("- "):
        return _block(lines, line[0]) if line[0] > indent else _list_under(lines, indent)
    return None


def _list_under(lines: _Lines, indent: int) -> Value:
    before = lines.items[lines.at - 1]
    return None if before[1].startswith("-") else _block(lines, indent)


def _scalar(text: str, number: int) -> Value:
    text = text.strip()
    if text[:1] in ("&", "*", "!", "|", ">", "%", "@", "`"):
        raise ValueError(f"line {number}: this kind of YAML is not understood")
    if text.startswith(("[", "{")):
        return _flow(text, number)
    if text[:1] in ("'", '"'):
        if len(text) < 2 or text[-1] != text[0]:
            raise ValueError(f"line {number}: a quote is not closed")
        inner = text[1:-1]
        return inner.replace("''", "'") if text[0] == "'" else inner.replace('\\"', '"').replace("\\\\", "\\")
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _flow(text: str, number: int) -> Value:
    """A list or mapping of scalars on one line."""
    closing = "]" if text[0] == "[" else "}"
    inner = text[1:-1].strip()
    if text[-1] != closing or any(char in inner for char in "[]{}"):
        raise ValueError(f"line {number}: this kind of YAML is not understood")
    parts = [part.strip() for part in inner.split(",")] if inner else []
    if closing == "]":
        return [_scalar(part, number) for part in parts]
    pairs = [part.partition(":") for part in parts]
    return {key.strip().strip("\"'"): _scalar(value, number) for key, _, value in pairs}
