"""The grader: reads the answers of an attempt's version, after the attempt is handed in, and tells what was right."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.assessment import grading
from services.assessment.answers import is_answered
from services.assessment.loading import answers_of, version_of
from services.assessment.models import Attempt, AttemptAnswer, QuizVersionKey
from services.assessment.schemas import AttemptResult, ChoiceResult, QuestionResult
from services.courses.models import Block, Course, Lesson, Quiz
from services.platform import clock
from services.platform.errors import Conflict
from services.platform.richtext import render


def grade_attempt(session: Session, quiz: Quiz, attempt: Attempt) -> None:
    """Grade the attempt as it stands and close it."""
    keys = _keys_of(session, attempt)
    answers = answers_of(session, attempt)
    parts: list[tuple[Fraction, int]] = []
    for question in version_of(session, attempt).questions:
        fraction = Fraction(0)
        answer = answers.get(UUID(question["id"]))
        if answer is not None and is_answered(answer.answer):
            grade = grading.grade(question["kind"], keys[question["id"]]["answer"], answer.answer)
            fraction = grade.fraction
            answer.outcome = grade.outcome
            answer.points = round(float(fraction * question["points"]), 2)
        parts.append((fraction, question["points"]))
    total = grading.total(parts, quiz.pass_percent)
    attempt.score, attempt.max_score = total.score, total.max_score
    attempt.percent, attempt.passed = total.percent, total.passed
    attempt.status, attempt.submitted_at = "submitted", clock.now()


def result_of(session: Session, attempt: Attempt) -> AttemptResult:
    """What the attempt's owner, and whoever teaches them, may see once it is submitted: everything."""
    if attempt.status != "submitted" or attempt.submitted_at is None:
        raise Conflict("This attempt has not been submitted yet.")
    quiz = session.scalars(sa.select(Quiz).where(col(Quiz.id) == attempt.quiz_id)).one()
    keys = _keys_of(session, attempt)
    answers = answers_of(session, attempt)
    places = _places(session, quiz, {key["taught_in"] for key in keys.values()})
    return AttemptResult(
        id=str(attempt.id),
        quiz_id=str(quiz.id),
        quiz_title=quiz.title,
        number=attempt.number,
        started_at=attempt.started_at.isoformat(),
        submitted_at=attempt.submitted_at.isoformat(),
        score=attempt.score,
        max_score=attempt.max_score,
        percent=attempt.percent,
        pass_percent=quiz.pass_percent,
        passed=attempt.passed,
        questions=[
            _question(number, question, keys[question["id"]], answers.get(UUID(question["id"])), places)
            for number, question in enumerate(version_of(session, attempt).questions, 1)
        ],
    )


def _keys_of(session: Session, attempt: Attempt) -> dict[str, dict[str, Any]]:
    return (
        session.scalars(sa.select(QuizVersionKey).where(col(QuizVersionKey.version_id) == attempt.version_id))
        .one()
        .keys
    )


def _question(
    number: int,
    question: dict[str, Any],
    key: dict[str, Any],
    answer: AttemptAnswer | None,
    places: Mapping[str, tuple[str, str]],
) -> QuestionResult:
    chosen = answer.answer.get("choices", []) if answer else []
    right = key["answer"].get("choices", [])
    lesson_title, href = places.get(key["taught_in"], ("", ""))
    return QuestionResult(
        id=question["id"],
        number=number,
        kind=question["kind"],
        html=render(question["text"]),
        outcome=(answer.outcome if answer else "") or "unanswered",
        points=answer.points if answer else 0,
        max_points=question["points"],
        choices=[
            ChoiceResult(
                key=choice["key"],
                html=render(choice["text"]),
                chosen=choice["key"] in chosen,
                right=choice["key"] in right,
            )
            for choice in question["choices"]
        ],
        your_answer=str(answer.answer.get("text", "")) if answer else "",
        right_answer=_right_text(question["kind"], key["answer"]),
        explanation_html=render(key["explanation"]),
        taught_in_lesson=lesson_title,
        taught_in_href=href,
    )


def _right_text(kind: str, key: Mapping[str, Any]) -> str:
    if kind == "truefalse":
        return "true" if key["value"] else "false"
    if kind == "short":
        return str(key["accept"][0])
    if kind == "numeric":
        return f"{key['number']} ± {key['tolerance']}" if key.get("tolerance") else str(key["number"])
    return ""


def _places(session: Session, quiz: Quiz, block_keys: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Lesson title and address by block key. A key is unique in its lesson only, so the quiz's own lesson wins."""
    wanted = {key for key in block_keys if key}
    if not wanted:
        return {}
    rows = session.execute(
        sa.select(col(Block.key), col(Lesson.id), col(Lesson.slug), col(Lesson.title), col(Course.slug))
        .join(Lesson, col(Lesson.id) == col(Block.lesson_id))
        .join(Course, col(Course.id) == col(Block.course_id))
        .where(col(Block.course_id) == quiz.course_id, col(Block.key).in_(wanted))
    ).all()
    own_last = sorted(rows, key=lambda row: (row[1] == quiz.lesson_id, row[2]))
    return {key: (title, f"/learn/{course}/{slug}#{key}") for key, _id, slug, title, course in own_last}
