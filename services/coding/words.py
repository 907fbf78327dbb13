"""The short sentences of the judge, said in English by the sandbox, as messages with places for their numbers."""

import re

from services.platform.messages import N_

SAID = (
    N_("Line {number} is missing."),
    N_("Line {number} should not be there."),
    N_("Line {number} differs."),
    N_("Word {number} differs."),
    N_("Expected {expected} words, got {got}."),
    N_("The output differs in white space."),
)


def _pattern(message: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[0-9]+)", re.escape(message)))


_PATTERNS = {message: _pattern(message) for message in SAID}


def parted(sentence: str) -> tuple[str, dict[str, int]]:
    """Return the message a sentence of the judge was made of, and its numbers; any other text as it is, with none."""
    for message, pattern in _PATTERNS.items():
        if match := pattern.fullmatch(sentence):
            return message, {name: int(number) for name, number in match.groupdict().items()}
    return sentence, {}
