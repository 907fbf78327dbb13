"""What a browser or API client sends as an answer, turned into what is stored, or refused beside its question."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.assessment import numbers
from services.assessment.grading import CHOICE_KINDS
from services.platform.errors import Invalid, NotFound
from services.platform.ids import parse_id
from services.platform.messages import N_

LONGEST_TEXT = 1000
_MOST_ANSWERS = 500

Stored = dict[str, Any]


class _Wrong(Exception):
    """An answer of the wrong type or content; the message stands beside its question."""


def parse_answers(sent: object, questions: Sequence[Mapping[str, Any]]) -> dict[UUID, Stored]:
    """Check answers by question id against the questions of the attempt; all of them are right or none is taken.

    An answer is a choice's key (single), a list of keys (multiple), true or false (truefalse), a text (short), a text
    or number (numeric); None takes an answer back.
    """
    if not isinstance(sent, Mapping) or not sent or len(sent) > _MOST_ANSWERS:
        raise Invalid("Answers are sent by question.")
    known = {UUID(question["id"]): question for question in questions}
    parsed: dict[UUID, Stored] = {}
    fields: dict[str, str] = {}
    for name, value in sent.items():
        try:
            question_id = parse_id(name)
            parsed[question_id] = _parse(known[question_id], value)
        except (NotFound, KeyError):
            fields[str(name)[:40]] = N_("This question is not part of the attempt.")
        except _Wrong as wrong:
            fields[str(name)[:40]] = str(wrong)
    if fields:
        raise Invalid("An answer cannot be saved.", fields=fields)
    return parsed


def is_answered(stored: Stored) -> bool:
    """Whether there is anything in it; an answer that was taken back is an empty one."""
    return bool(stored.get("choices") or str(stored.get("text", "")).strip())


def _parse(question: Mapping[str, Any], value: object) -> Stored:
    kind = question["kind"]
    if kind in CHOICE_KINDS:
        return {"choices": _chosen(question, value)}
    if value is None:
        return {"text": ""}
    if kind == "truefalse":
        if not isinstance(value, bool):
            raise _Wrong(N_("Choose true or false."))
        return {"text": "true" if value else "false"}
    return {"text": _number(value) if kind == "numeric" else _text(value)}


def _chosen(question: Mapping[str, Any], value: object) -> list[str]:
    if value is None:
        return []
    single = question["kind"] == "single"
    chosen = [value] if single else value
    keys = [choice["key"] for choice in question["choices"]]
    if not isinstance(chosen, list) or not all(isinstance(key, str) for key in chosen):
        raise _Wrong(N_("Choose one of the choices.") if single else N_("Choose among the choices."))
    if any(key not in keys for key in chosen):
        raise _Wrong(N_("This choice does not belong to the question."))
    return [key for key in keys if key in chosen]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Wrong(N_("Write your answer as text."))
    if len(value) > LONGEST_TEXT:
        raise _Wrong(N_("This answer is too long."))
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise _Wrong(N_("This answer has a character that cannot be stored."))
    return value


def _number(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        # The bounds first: Python refuses to write out a whole number of thousands of digits. NaN is within none.
        text = repr(value) if -1e300 < value < 1e300 else "too large"
    else:
        text = _text(value)
    if text.strip() and not numbers.readings(text):
        raise _Wrong(N_("Write a number, such as 12.5."))
    return text
