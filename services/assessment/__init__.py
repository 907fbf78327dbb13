"""Quizzes: taken, saved, graded and explained."""

from services.assessment import held as _held  # noqa: F401  (registers itself with courses)
from services.assessment.schemas import (
    AttemptResult,
    AttemptRow,
    AttemptView,
    ChoiceResult,
    ChoiceView,
    QuestionResult,
    QuestionView,
    QuizView,
    SavedAnswers,
)
from services.assessment.service import attempt_result, quiz_view, save_answers, start_attempt, submit_attempt

__all__ = [
    "AttemptResult",
    "AttemptRow",
    "AttemptView",
    "ChoiceResult",
    "ChoiceView",
    "QuestionResult",
    "QuestionView",
    "QuizView",
    "SavedAnswers",
    "attempt_result",
    "quiz_view",
    "save_answers",
    "start_attempt",
    "submit_attempt",
]
