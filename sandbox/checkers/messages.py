"""The closed list of sentences a learner may hear from a checker, so that whoever shows them can translate them."""

from __future__ import annotations

from enum import StrEnum


class Say(StrEnum):
    """One sentence, with places for whole numbers only: nothing of the expected output fits into it."""

    LINE_MISSING = "Line {number} is missing."
    LINE_EXTRA = "Line {number} should not be there."
    LINE_DIFFERS = "Line {number} differs."
    WORD_DIFFERS = "Word {number} differs."
    WORD_COUNT = "Expected {expected} words, got {got}."
    WHITE_SPACE = "The output differs in white space."
    PATTERN = "The output does not have the expected form."
    NO_TABLE = "The output is not a table."
    COLUMN_NAMES = "The names of the columns differ."
    COLUMN_COUNT = "Expected {expected} columns, got {got}."
    ROW_MISSING = "Row {number} is missing."
    ROW_EXTRA = "Row {number} should not be there."
    ROW_DIFFERS = "Row {number} differs."


def said(sentence: Say, **numbers: int) -> str:
    """A sentence with its numbers in place."""
    return sentence.format(**numbers)
