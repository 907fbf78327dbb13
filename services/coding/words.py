"""What the judge and programs say, as people read it: sentences as messages, output without a terminal's signs."""

import re

from services.platform.messages import N_

SAID = (
    N_("Line {number} is missing."),
    N_("Line {number} should not be there."),
    N_("Line {number} differs."),
    N_("Word {number} differs."),
    N_("Expected {expected} words, got {got}."),
    N_("The output differs in white space."),
    N_("The output does not have the expected form."),
    N_("The output is not a table."),
    N_("The names of the columns differ."),
    N_("Expected {expected} columns, got {got}."),
    N_("Row {number} is missing."),
    N_("Row {number} should not be there."),
    N_("Row {number} differs."),
)
SAID_OF_PAGES = (
    N_("There is no such element."),
    N_("The element is there, but not as asked for."),
    N_("Elements that are not as asked for: {wrong} of {found}."),
    N_("Expected {expected}, found {found}."),
    N_("Expected at least {expected}, found {found}."),
    N_("Expected at most {expected}, found {found}."),
    N_("The elements are not in this order."),
    N_("The file does not have what is asked for."),
    N_("The page has no title."),
    N_("The page does not say its language."),
    N_("The page does not begin with <!doctype html>."),
    N_("The page has no viewport for phones."),
    N_("Pictures without an alternative text: {number}."),
    N_("Fields without a label: {number}."),
    N_("Ids that are given twice: {number}."),
    N_("The headings leave out a level."),
    N_("The page has no heading."),
)

_TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")


def shown(text: str) -> str:
    """Return what a program printed without the signs that colour a terminal or move its cursor."""
    return _TERMINAL.sub("", text)


def visible(text: str) -> str:
    """Return what is held against expected output: there such a sign makes the difference, so it is seen."""
    return text.replace("\x1b", "\N{SYMBOL FOR ESCAPE}")


def _pattern(message: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[0-9]+)", re.escape(message)))


_PATTERNS = {message: _pattern(message) for message in (*SAID, *SAID_OF_PAGES)}


def parted(sentence: str) -> tuple[str, dict[str, int]]:
    """Return the message a sentence of the judge was made of, and its numbers; any other text as it is, with none."""
    for message, pattern in _PATTERNS.items():
        if match := pattern.fullmatch(sentence):
            return message, {name: int(number) for name, number in match.groupdict().items()}
    return sentence, {}
