"""Ways to hold a program's output against the expected one. They run outside the cage, on text."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import zip_longest

from sandbox.types import CheckerName

Checker = Callable[[str, str, float], str]
"""(got, expected, tolerance) to a short message on the first difference; empty when the output is right."""


def check(checker: CheckerName, got: str, expected: str, tolerance: float = 1e-6) -> str:
    """The first difference between output and expectation in one line, or an empty string when there is none."""
    return _CHECKERS[checker](got, expected, tolerance)


def _exact(got: str, expected: str, _tolerance: float) -> str:
    if got == expected:
        return ""
    return _lines(got, expected, _tolerance) or "The output differs in white space."


def _lines(got: str, expected: str, _tolerance: float) -> str:
    """White space at the ends of lines, and empty lines at the end, do not count."""
    ours = [line.rstrip() for line in got.rstrip().splitlines()]
    theirs = [line.rstrip() for line in expected.rstrip().splitlines()]
    for number, (a, b) in enumerate(zip_longest(ours, theirs), 1):
        if a is None:
            return f"Line {number} is missing."
        if b is None:
            return f"Line {number} should not be there."
        if a != b:
            return f"Line {number} differs."
    return ""


def _tokens(got: str, expected: str, _tolerance: float) -> str:
    return _compare_words(got, expected, lambda a, b: a == b)


def _floats(got: str, expected: str, tolerance: float) -> str:
    """Words that are numbers may differ by the tolerance, absolute or relative; other words must be equal."""

    def same(a: str, b: str) -> bool:
        if a == b:
            return True
        left, right = _number(a), _number(b)
        if left is None or right is None:
            return False
        return math.isclose(left, right, rel_tol=tolerance, abs_tol=tolerance)

    return _compare_words(got, expected, same)


def _compare_words(got: str, expected: str, same: Callable[[str, str], bool]) -> str:
    ours, theirs = got.split(), expected.split()
    for number, (a, b) in enumerate(zip(ours, theirs, strict=False), 1):
        if not same(a, b):
            return f"Word {number} differs."
    if len(ours) != len(theirs):
        return f"Expected {len(theirs)} words, got {len(ours)}."
    return ""


def _number(word: str) -> float | None:
    """The number a word stands for; NaN is none, since it equals nothing."""
    try:
        value = float(word)
    except ValueError:
        return None
    return None if math.isnan(value) or "_" in word else value


_CHECKERS: dict[CheckerName, Checker] = {"exact": _exact, "lines": _lines, "tokens": _tokens, "floats": _floats}
