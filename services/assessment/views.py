"""From rows to what a taker sees before submission. Nothing here has seen an answer key."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.assessment.answers import is_answered
from services.assessment.models import Attempt, AttemptAnswer
from services.assessment.schemas import AttemptRow, AttemptView, ChoiceView, QuestionView
from services.platform.richtext import render
from services.platform.statements import Found

Saved = AttemptAnswer | Found
"""An answer that was saved, whole or the columns that are shown of it."""


def question_views(questions: Sequence[Mapping[str, Any]], answers: Mapping[UUID, Saved]) -> list[QuestionView]:
    """The questions in order, each with what has been saved for it."""
    return [
        _question(number, question, answers.get(UUID(question["id"]))) for number, question in enumerate(questions, 1)
    ]


def _question(number: int, question: Mapping[str, Any], saved: Saved | None) -> QuestionView:
    stored = saved.answer if saved else {}
    text = str(stored.get("text", ""))
    chosen = [text] if question["kind"] == "truefalse" and text else list(stored.get("choices", []))
    return QuestionView(
        id=question["id"],
        key=question["key"],
        number=number,
        kind=question["kind"],
        html=render(question["text"]),
        choices=[ChoiceView(choice["key"], render(choice["text"])) for choice in question["choices"]],
        points=question["points"],
        saved_choices=chosen,
        saved_text="" if question["kind"] == "truefalse" else text,
        answered=is_answered(stored),
        saved_at=saved.saved_at.isoformat() if saved else "",
    )


def attempt_row(attempt: Attempt | Found) -> AttemptRow:
    """A line of the list of attempts."""
    return AttemptRow(
        id=str(attempt.id),
        number=attempt.number,
        status=attempt.status,
        started_at=attempt.started_at.isoformat(),
        submitted_at=attempt.submitted_at.isoformat() if attempt.submitted_at else "",
        score=attempt.score,
        max_score=attempt.max_score,
        percent=attempt.percent,
        passed=attempt.passed,
    )


def attempt_view(
    attempt: Attempt | Found, quiz_id: UUID, questions: Sequence[Mapping[str, Any]], answers: Mapping[UUID, Saved]
) -> AttemptView:
    """An open attempt with its questions."""
    return AttemptView(
        id=str(attempt.id),
        quiz_id=str(quiz_id),
        number=attempt.number,
        status=attempt.status,
        started_at=attempt.started_at.isoformat(),
        questions=question_views(questions, answers),
    )
