"""The text of an answer while it grows: paragraphs that are finished, and the citations in it."""

import re
from collections.abc import Sequence

from services.ai.schemas import CitationView

_LIST_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])(?:\s|$)")
_MAYBE_LIST_ITEM = re.compile(r"(?:[-*+]+|\d{1,9}[.)]?)$")
_FENCE = re.compile(r"\s*(`{3,}|~{3,}|\$\$)")


def frozen_blocks(text: str) -> tuple[list[str], str]:
    """Split Markdown into the blocks that no further text can change, and the tail that still grows.

    A block ends at an empty line, but never inside a code fence, a formula or a list. As the text grows, blocks are
    only added: those that were there stay as they were, so that a page draws each of them once.
    """
    lines = text.split("\n")
    unfinished = lines.pop()  # has no line end yet; empty when the text ends with one
    blocks: list[str] = []
    block: list[str] = []
    fence = ""
    is_list = blank = False
    for line in lines:
        if fence:
            block.append(line)
            fence = "" if _closes(fence, line) else fence
            continue
        if not line.strip():
            if block and is_list:
                blank = True
                block.append(line)
            elif block:
                blocks.append("\n".join(block))
                block = []
            continue
        if blank and not _continues_list(line):
            blocks.append("\n".join(block).rstrip())
            block, is_list = [], False
        blank = False
        is_list = is_list or (not block and _LIST_ITEM.match(line) is not None)
        block.append(line)
        opened = _FENCE.match(line)
        if opened and not _closed_on_the_same_line(opened.group(1), line):
            fence = opened.group(1)
    if blank and unfinished.strip() and not _may_continue_list(unfinished):
        blocks.append("\n".join(block).rstrip())
        block = []
    return blocks, "\n".join([*block, unfinished])


def _closes(fence: str, line: str) -> bool:
    stripped = line.strip()
    if fence == "$$":
        return stripped.endswith("$$")
    return len(stripped) >= len(fence) and set(stripped) == {fence[0]}


def _closed_on_the_same_line(fence: str, line: str) -> bool:
    """``$$ x $$`` is whole, and a line with backticks after its own is a code span, not a fence."""
    rest = line.strip()[len(fence) :]
    return rest.endswith("$$") if fence == "$$" else fence[0] == "`" and "`" in rest


def _continues_list(line: str) -> bool:
    return line[0] in " \t" or _LIST_ITEM.match(line) is not None


def _may_continue_list(start: str) -> bool:
    return _continues_list(start) or _MAYBE_LIST_ITEM.match(start) is not None


_MARKER = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\](?!\()")
_MARKER_BEGUN = re.compile(r"\[[\d,\s]{0,24}\]?$")
_FENCE_LINE = re.compile(r"\s*(`{3,}|~{3,})")


class CitationWriter:
    """Takes an answer in pieces and gives it on with its citations put right.

    A marker [n] of a passage that exists gets its number by first use; one that names no passage is dropped; code is
    left alone, where ``items[1]`` is no citation. ``cited`` has the passages used, in the order of their new numbers.
    """

    def __init__(self, passages: int) -> None:
        self.cited: list[int] = []
        self._passages = passages
        self._held = ""
        self._line = ""
        self._fence = ""

    def feed(self, piece: str) -> str:
        """Return what of the text so far can be shown; a marker that is only begun is held back."""
        self._held += piece
        out: list[str] = []
        while (end := self._held.find("\n")) >= 0:
            out.append(self._take(end) + "\n")
            self._held = self._held[1:]
            self._end_line()
        if not self._line and not self._fence and self._held.lstrip()[:1] in ("`", "~"):
            return "".join(out)  # the line may open a fence: wait for all of it
        begun = _MARKER_BEGUN.search(self._held)
        out.append(self._take(begun.start() if begun else len(self._held)))
        return "".join(out)

    def finish(self) -> str:
        """Return what was held back when nothing more comes."""
        return self._take(len(self._held))

    def _take(self, length: int) -> str:
        raw, self._held = self._held[:length], self._held[length:]
        before, self._line = self._line, self._line + raw
        if self._fence or (not before and _FENCE_LINE.match(raw)):
            return raw
        parts = raw.split("`")
        in_code = before.count("`") % 2 == 1
        for place, part in enumerate(parts):
            if in_code == (place % 2 == 1):
                previous = parts[place - 1][-1:] if place else before[-1:]
                parts[place] = self._renumber(part, previous if not place else "`")
        return "`".join(parts)

    def _renumber(self, text: str, previous: str) -> str:
        def put(match: re.Match[str]) -> str:
            left = text[match.start() - 1] if match.start() else previous
            if left.isalnum() or (left and left in "_`\\"):
                return match.group()  # items[1] is an index, \\[1] is text
            numbers = [int(number) for number in match.group(1).split(",")]
            if 0 in numbers:
                return match.group()  # never a citation
            good = [self._number(number) for number in numbers if 1 <= number <= self._passages]
            return "".join(f"[{number}]" for number in dict.fromkeys(good))

        return _MARKER.sub(put, text)

    def _number(self, passage: int) -> int:
        if passage not in self.cited:
            self.cited.append(passage)
        return self.cited.index(passage) + 1

    def _end_line(self) -> None:
        fence = _FENCE_LINE.match(self._line)
        if self._fence:
            self._fence = "" if _closes(self._fence, self._line) else self._fence
        elif fence and not _closed_on_the_same_line(fence.group(1), self._line):
            self._fence = fence.group(1)
        self._line = ""


def linked(block: str, citations: Sequence[CitationView]) -> str:
    """Return a finished block with each [n] as a Markdown link to the place it cites."""
    places = {citation.number: citation.href for citation in citations}
    lines = block.split("\n")
    fence = ""
    for at, line in enumerate(lines):
        opened = _FENCE_LINE.match(line)
        if fence:
            fence = "" if _closes(fence, line) else fence
        elif opened and not _closed_on_the_same_line(opened.group(1), line):
            fence = opened.group(1)
        else:
            lines[at] = _link_line(line, places)
    return "\n".join(lines)


def _link_line(line: str, places: dict[int, str]) -> str:
    def put(match: re.Match[str]) -> str:
        left = line[match.start() - 1] if match.start() else ""
        href = places.get(int(match.group(1)))
        if href is None or left.isalnum() or (left and left in "_`\\") or line[: match.start()].count("`") % 2:
            return match.group()
        return f"[\\[{match.group(1)}\\]]({href})"

    return re.sub(r"\[(\d{1,3})\](?!\()", put, line)


def plain(text: str) -> str:
    """Return an answer without its citation markers, as context for the next question."""
    return re.sub(r"\s?(?<![\w`])\[\d{1,3}\]", "", text)
