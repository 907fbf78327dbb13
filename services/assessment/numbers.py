"""Numbers as people write them: 1.5, 1,5, ٣٫٥, 1 234,5, 6.02e23. Read by a pattern, never evaluated."""

import re
import unicodedata
from decimal import Decimal

MAX_LENGTH = 60
"""Characters of an answer that are read at all; the longest sensible number is far below."""

_EXPONENT_DIGITS = 3
_SIGNS = str.maketrans({"−": "-", "–": "-", "－": "-", "＋": "+", "．": ".", "，": ",", "ｅ": "e", "Ｅ": "E"})
# The Arabic decimal sign and group sign mean one thing each; so do spaces and apostrophes between groups.
_GROUP_SIGNS = str.maketrans({"٬": "'", "’": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " "})

# No part can match what its neighbour can, so that no text makes the search go back and forth.
_SHAPE = re.compile(
    rf"(?P<sign>[+-]?)(?P<body>[0-9.,'٫ ]*[0-9][.,٫]?)(?:[eE](?P<exponent>[+-]?[0-9]{{1,{_EXPONENT_DIGITS}}}))?",
    re.ASCII,
)
_GROUPED = re.compile(r"[0-9]{1,3}(?:(?P<sign>[.,' ])[0-9]{3})(?:(?P=sign)[0-9]{3})*", re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)


def readings(text: str) -> tuple[Decimal, ...]:
    """What number a text can mean: none, one, or two.

    - Digits of any script count (Arabic-Indic, Persian, Devanagari …), and − for -.
    - Dot, comma and ٫ are decimal signs; the rightmost sign is the decimal one where two different signs stand
      (``1.234,5`` and ``1,234.5`` are 1234.5), and the other must then stand between groups of three.
    - A sign that stands more than once groups by three (``1.234.567``), as do space, apostrophe and ٬.
    - A single dot or comma before exactly three digits (``1,234``) can be either, depending on where one went to
      school: both 1.234 and 1234 are returned, and an answer is right when one of them is.
    - Scientific notation with e or E, exponents of up to three digits.
    - Everything else is no number: NaN, infinity, fractions, formulas, units, a bare sign.
    """
    plain = _plain(text)
    found = _SHAPE.fullmatch(plain) if plain is not None else None
    if found is None:
        return ()
    exponent = int(found["exponent"] or 0)
    sign = -1 if found["sign"] == "-" else 1
    return tuple(sign * number.scaleb(exponent) for number in _bodies(found["body"]))


def _plain(text: str) -> str | None:
    """The text with ASCII digits and signs; None when it is too long. A superscript is no digit: 10² is not 102."""
    if len(text) > MAX_LENGTH:
        return None
    visible = (c for c in text.translate(_SIGNS).translate(_GROUP_SIGNS) if unicodedata.category(c) != "Cf")
    return "".join(str(unicodedata.decimal(c, c)) for c in visible).strip()


def _bodies(body: str) -> list[Decimal]:
    """The numbers a text of digits and signs can mean, without sign and exponent."""
    at = max(body.rfind("."), body.rfind(","), body.rfind("٫"))
    whole, decimal_sign, fraction = (body[:at], body[at], body[at + 1 :]) if at >= 0 else (body, "", "")
    found: list[Decimal] = []
    if decimal_sign not in whole or not decimal_sign:
        ungrouped = _ungrouped(whole)
        if ungrouped is not None and (not fraction or _DIGITS.fullmatch(fraction)) and (ungrouped or fraction):
            found.append(Decimal(f"{ungrouped or '0'}.{fraction or '0'}"))
    if decimal_sign in (".", ",") and _GROUPED.fullmatch(body) and not body.startswith("0"):
        found.append(Decimal(re.sub(r"[.,' ]", "", body)))
    return found


def _ungrouped(whole: str) -> str | None:
    """The digits of a whole part, written plainly or in groups of three; None when it is neither. Empty stays empty."""
    if whole == "" or _DIGITS.fullmatch(whole):
        return whole
    return re.sub(r"[.,' ]", "", whole) if _GROUPED.fullmatch(whole) else None
