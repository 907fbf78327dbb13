"""Checkers that hold an output against a text. They compare bytes, so that no odd character is taken for another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import zip_longest

from sandbox.checkers.messages import Say, said
from sandbox.checkers.rules import Difference, Rules

SPACE = b" \t\r\v\f"
_NUMBER = re.compile(rb"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|(inf(?:inity)?))", re.IGNORECASE)

RIGHT = Difference()


def lines_of(data: bytes) -> list[bytes]:
    """The lines of a text, without white space at their ends and without empty lines at the text's end."""
    lines = [line.rstrip(SPACE) for line in data.split(b"\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def exact(got: bytes, expected: bytes, _rules: Rules) -> Difference:
    """Byte for byte."""
    if got == expected:
        return RIGHT
    first = _first_line(lines_of(got), lines_of(expected))
    return Difference(first or said(Say.WHITE_SPACE), _same_words(got, expected))


def lines(got: bytes, expected: bytes, _rules: Rules) -> Difference:
    """White space at the ends of lines, and empty lines at the end, do not count."""
    first = _first_line(lines_of(got), lines_of(expected))
    return Difference(first, _same_words(got, expected)) if first else RIGHT


def _first_line(got: list[bytes], expected: list[bytes]) -> str:
    for number, (ours, theirs) in enumerate(zip_longest(got, expected), 1):
        if ours is None:
            return said(Say.LINE_MISSING, number=number)
        if theirs is None:
            return said(Say.LINE_EXTRA, number=number)
        if ours != theirs:
            return said(Say.LINE_DIFFERS, number=number)
    return ""


def _same_words(got: bytes, expected: bytes) -> bool:
    return got.split() == expected.split()


def tokens(got: bytes, expected: bytes, _rules: Rules) -> Difference:
    """The same words in the same order; how much white space is between them does not count."""
    return _words(got, expected, lambda ours, theirs: ours == theirs)


def floats(got: bytes, expected: bytes, rules: Rules) -> Difference:
    """As tokens, but words that are numbers may differ by a tolerance."""
    return _words(got, expected, lambda ours, theirs: near(ours, theirs, rules))


def near(got: bytes, expected: bytes, rules: Rules) -> bool:
    """Whether two words are equal, or are numbers close enough to each other."""
    if got == expected:
        return True
    ours, theirs = _number(got), _number(expected)
    return ours is not None and theirs is not None and rules.near(ours, theirs)


def _number(word: bytes) -> float | None:
    """The number a word stands for. NaN is none, and neither is one too large to be held: that would equal infinity."""
    found = _NUMBER.fullmatch(word)
    if not found:
        return None
    value = float(word)
    return None if abs(value) == float("inf") and not found[1] else value


def _words(got: bytes, expected: bytes, same: Callable[[bytes, bytes], bool]) -> Difference:
    ours, theirs = got.split(), expected.split()
    for number, (one, other) in enumerate(zip(ours, theirs, strict=False), 1):
        if not same(one, other):
            return Difference(said(Say.WORD_DIFFERS, number=number))
    if len(ours) != len(theirs):
        return Difference(said(Say.WORD_COUNT, expected=len(theirs), got=len(ours)))
    return RIGHT


def unordered(got: bytes, expected: bytes, _rules: Rules) -> Difference:
    """The same lines as often, in any order. Empty lines and white space at the ends of lines do not count."""
    ours, theirs = lines_of(got), lines_of(expected)
    extra, missing = leftover_lines(ours, theirs), leftover_lines(theirs, ours)
    if not extra and not missing:
        return RIGHT
    only_space = Counter(_split(ours)) == Counter(_split(theirs))
    if extra:
        return Difference(said(Say.LINE_EXTRA, number=extra[0] + 1), only_space)
    return Difference(said(Say.LINE_MISSING, number=missing[0] + 1), only_space)


def leftover_lines(these: list[bytes], those: list[bytes]) -> list[int]:
    """Which of these lines, from 0, have no counterpart among those; empty lines need none."""
    there = Counter(those)
    left = []
    for index, line in enumerate(these):
        if not line:
            continue
        if there[line] > 0:
            there[line] -= 1
        else:
            left.append(index)
    return left


def _split(lines: list[bytes]) -> list[tuple[bytes, ...]]:
    return [tuple(line.split()) for line in lines if line]
