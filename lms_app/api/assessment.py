"""Taking a quiz by the API. Nothing that is right leaves before an attempt is submitted."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from lms_app.api.actor import CurrentActor
from services import assessment

router = APIRouter(tags=["quizzes"])


class Answers(BaseModel):
    """Answers by question id: a choice's key, a list of keys, true or false, a text, a number; null takes one back."""

    answers: dict[str, Any] = Field(min_length=1, max_length=500)


@router.get("/quizzes/{quiz_id}")
def quiz(quiz_id: str, actor: CurrentActor) -> assessment.QuizView:
    """Return a quiz with its questions, the open attempt and what was saved in it."""
    return assessment.quiz_view(actor, quiz_id=quiz_id)


@router.post("/quizzes/{quiz_id}/attempts", status_code=201)
def start(quiz_id: str, actor: CurrentActor) -> assessment.AttemptView:
    """Start an attempt, or return the open one."""
    return assessment.start_attempt(actor, quiz_id=quiz_id)


@router.put("/attempts/{attempt_id}/answers")
def save(attempt_id: str, answers: Answers, actor: CurrentActor) -> assessment.SavedAnswers:
    """Save answers of an open attempt: all of them, or none when one is refused."""
    return assessment.save_answers(actor, attempt_id=attempt_id, answers=answers.answers)


@router.post("/attempts/{attempt_id}/submit")
def submit(attempt_id: str, actor: CurrentActor) -> assessment.AttemptResult:
    """Hand an attempt in and return it graded; again, and the result is the same."""
    return assessment.submit_attempt(actor, attempt_id=attempt_id)


@router.get("/attempts/{attempt_id}")
def result(attempt_id: str, actor: CurrentActor) -> assessment.AttemptResult:
    """Return a submitted attempt with right answers and explanations."""
    return assessment.attempt_result(actor, attempt_id=attempt_id)
