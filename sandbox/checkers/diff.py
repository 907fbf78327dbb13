"""A small difference for people: which lines, what was expected there, what came. Bounded, whatever the output is."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.checkers.text import leftover_lines, lines_of
from sandbox.types import DiffLine

MAX_LINES = 20
MAX_TEXT = 200
Same = Callable[[bytes, bytes], bool]


def line_diff(got: bytes, expected: bytes, same: Same) -> tuple[DiffLine, ...]:
    """The first lines that differ. A line put in or left out does not make all that follow differ."""
    ours, theirs = lines_of(got), lines_of(expected)
    shorter = min(len(ours), len(theirs))
    start = next((i for i in range(shorter) if not same(ours[i], theirs[i])), shorter)
    tail = 0
    while tail < shorter - start and same(ours[-1 - tail], theirs[-1 - tail]):
        tail += 1
    found: list[DiffLine] = []
    for index in range(start, max(len(ours), len(theirs)) - tail):
        mine = ours[index] if index < len(ours) - tail else None
        wanted = theirs[index] if index < len(theirs) - tail else None
        if mine is None or wanted is None or not same(mine, wanted):
            found.append(_pair(index, mine, index, wanted))
            if len(found) == MAX_LINES:
                break
    return tuple(found)


def unordered_diff(got: bytes, expected: bytes) -> tuple[DiffLine, ...]:
    """The first lines that are too many, then those that are missing."""
    ours, theirs = lines_of(got), lines_of(expected)
    return picked_diff(ours, leftover_lines(ours, theirs), theirs, leftover_lines(theirs, ours))


def picked_diff(got: list[bytes], extra: list[int], expected: list[bytes], missing: list[int]) -> tuple[DiffLine, ...]:
    """The same for lines, from 0, that somebody else has found to be too many or missing."""
    room = max(MAX_LINES - len(missing), MAX_LINES // 2)
    first = [_pair(i, got[i], 0, None) for i in extra[:room]]
    return tuple((first + [_pair(0, None, i, expected[i]) for i in missing[:MAX_LINES]])[:MAX_LINES])


def _pair(at: int, got: bytes | None, there: int, expected: bytes | None) -> DiffLine:
    start = _window(got, expected) if got is not None and expected is not None else 0
    return DiffLine(
        got_line=None if got is None else at + 1,
        expected_line=None if expected is None else there + 1,
        got=None if got is None else _shown(got, start),
        expected=None if expected is None else _shown(expected, start),
    )


def _window(got: bytes, expected: bytes) -> int:
    """Where to begin so that the first difference of two long lines is seen."""
    shorter = min(len(got), len(expected))
    first = next((i for i in range(shorter) if got[i] != expected[i]), shorter)
    return max(0, first - MAX_TEXT // 2) if first > MAX_TEXT // 2 else 0


def _shown(line: bytes, start: int) -> str:
    text = line[start : start + MAX_TEXT].decode("utf-8", "replace").replace("\0", "\ufffd")
    return ("…" if start else "") + text + ("…" if len(line) > start + MAX_TEXT else "")
