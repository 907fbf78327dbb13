"""Grading: pure functions from a question, its key and an answer to points. No database, no clock, no chance.

Every kind yields a fraction of the question's points, from 0 to 1, and ``points = fraction x points of the question``.

- **single**: 1 when the one right choice is chosen, else 0.
- **multiple**: with r right choices, of which the answer holds h, and w wrong choices in it:
  ``fraction = max(0, h - w) / r``; so choosing everything is worth nothing more than it should be, and nothing falls
  below 0. With ``partial: false`` in the key: 1 when exactly the right choices are chosen, else 0.
- **truefalse**: 1 when the value is the key's, else 0.
- **short**: 1 when the text equals one of the accepted texts after both are made alike (see ``comparable``), else 0.
- **numeric**: 1 when ``|answer - number| <= tolerance`` for one of the answer's readings (see ``numbers``), else 0.
  The tolerance is absolute, in the unit of the number; the comparison is decimal and exact, not binary.

An attempt: ``score = sum of points`` (rounded to 2 decimals), ``percent = floor(100 x score / max score)`` from the
exact score, and it passes when ``percent >= pass percent``. A quiz whose questions are worth no points at all is for
practice: handing it in is 100 percent.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from math import floor
from typing import Any

from services.assessment import numbers

CHOICE_KINDS = ("single", "multiple")

_EXACT = Context(prec=200)
_SURROUNDING = "\"'`“”„‘’‚«»‹›"
_FINAL = ".。۔"


@dataclass(frozen=True, slots=True)
class Grade:
    """What one answer is worth: ``fraction`` of the question's points, exact."""

    fraction: Fraction

    @property
    def outcome(self) -> str:
        """Right, partly or wrong."""
        return "right" if self.fraction == 1 else "partly" if self.fraction else "wrong"


@dataclass(frozen=True, slots=True)
class Total:
    """What an attempt is worth."""

    score: float
    max_score: int
    percent: int
    passed: bool


def grade(kind: str, key: Mapping[str, Any], answer: Mapping[str, Any]) -> Grade:
    """Grade one answer, ``{"choices": [key…]}`` or ``{"text": …}``, against its question's key."""
    if kind in CHOICE_KINDS:
        return Grade(_choices(key, answer.get("choices") or (), all_or_nothing=kind == "single"))
    text = str(answer.get("text", ""))
    if kind == "truefalse":
        return _whole(text == ("true" if key["value"] else "false"))
    if kind == "short":
        return _whole(_short(text, key))
    if kind == "numeric":
        return _whole(_numeric(text, key))
    raise ValueError(f"no way to grade a question of kind {kind!r}")


def total(parts: Iterable[tuple[Fraction, int]], pass_percent: int) -> Total:
    """Add up ``(fraction, points)`` of every question of the quiz, answered or not."""
    listed = list(parts)
    score = sum((fraction * points for fraction, points in listed), Fraction(0))
    max_score = sum(points for _fraction, points in listed)
    percent = floor(100 * score / max_score) if max_score else 100
    return Total(round(float(score), 2), max_score, percent, percent >= pass_percent)


def comparable(text: str, *, exact_case: bool) -> str:
    """A short answer as it is compared.

    Unicode NFKC (full-width and presentation forms count as their plain letters; look-alikes of another alphabet do
    not), invisible direction marks and joiners removed, white space collapsed, upper and lower case made alike; then
    quotation marks around it and a full stop at the end are dropped where something remains.
    With ``exact_case`` neither case nor those marks are touched: for answers that are code.
    """
    visible = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    collapsed = " ".join(visible.split())
    if exact_case:
        return collapsed
    # Folding can undo the normal form (ΐ folds to three characters), hence once more.
    folded = unicodedata.normalize("NFKC", collapsed.casefold())
    return folded.rstrip(_FINAL).strip(_SURROUNDING).rstrip(_FINAL).strip() or folded


def _whole(right: bool) -> Grade:
    return Grade(Fraction(int(right)))


def _choices(key: Mapping[str, Any], chosen: Iterable[str], *, all_or_nothing: bool) -> Fraction:
    right, given = set(key["choices"]), set(chosen)
    if all_or_nothing or not key.get("partial", True):
        return Fraction(int(given == right))
    return Fraction(max(0, len(given & right) - len(given - right)), len(right))


def _short(text: str, key: Mapping[str, Any]) -> bool:
    exact_case = bool(key.get("case", False))
    given = comparable(text, exact_case=exact_case)
    return given != "" and any(given == comparable(str(accepted), exact_case=exact_case) for accepted in key["accept"])


def _numeric(text: str, key: Mapping[str, Any]) -> bool:
    number, tolerance = Decimal(str(key["number"])), Decimal(str(key.get("tolerance", 0)))
    return any(abs(_EXACT.subtract(reading, number)) <= tolerance for reading in numbers.readings(text))
