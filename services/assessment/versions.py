"""A quiz's questions frozen for an attempt. With ``results`` the only place that reads answers: here to freeze them."""

import hashlib
import json
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col

from services.assessment.models import QuizVersion, QuizVersionKey
from services.courses import Revision
from services.courses.models import Question, QuestionKey, Quiz
from services.platform.cache import Kept
from services.platform.errors import Conflict

_current: Kept[UUID] = Kept(1000)


def public_questions(session: Session, quiz: Quiz) -> list[dict[str, Any]]:
    """The quiz's present questions, without answers, as a version keeps them."""
    found = session.scalars(
        sa.select(Question).where(col(Question.quiz_id) == quiz.id).order_by(col(Question.position), col(Question.id))
    )
    return [
        {
            "id": str(question.id),
            "key": question.key,
            "kind": question.kind,
            "text": question.text,
            "choices": [{"key": choice["key"], "text": choice["text"]} for choice in question.choices],
            "points": question.points,
        }
        for question in found
    ]


def current_version(session: Session, revision: Revision, quiz_id: UUID) -> UUID:
    """The id of the version that has the quiz's present content; made when nobody has started this content before."""
    key = (revision, quiz_id)
    if known := _current.find(key):
        return known
    quiz = session.scalars(sa.select(Quiz).where(col(Quiz.id) == quiz_id)).one()
    found, made = _find_or_make(session, quiz)
    if not made:  # what this transaction has made may still be undone
        _current.put(key, found.id)
    return found.id


def _find_or_make(session: Session, quiz: Quiz) -> tuple[QuizVersion, bool]:
    questions = public_questions(session, quiz)
    if not questions:
        raise Conflict("This quiz has no questions yet.")
    keys = _keys(session, quiz)
    if keys.keys() != {question["id"] for question in questions}:
        raise Conflict("A question of this quiz has no answer yet.")
    digest = hashlib.sha256(json.dumps([questions, keys], sort_keys=True).encode()).hexdigest()
    wanted = sa.select(QuizVersion).where(col(QuizVersion.quiz_id) == quiz.id, col(QuizVersion.digest) == digest)
    if found := session.scalar(wanted):
        return found, False
    version = QuizVersion(
        organisation_id=quiz.organisation_id,
        quiz_id=quiz.id,
        digest=digest,
        questions=questions,
    )
    try:
        with session.begin_nested():
            session.add(version)
            session.flush()
            session.add(QuizVersionKey(organisation_id=quiz.organisation_id, version_id=version.id, keys=keys))
    except IntegrityError:
        # Somebody else started the same content between our look and our write.
        return session.scalars(wanted).one(), False
    return version, True


def _keys(session: Session, quiz: Quiz) -> dict[str, dict[str, Any]]:
    found = session.scalars(
        sa.select(QuestionKey)
        .join(Question, col(Question.id) == col(QuestionKey.question_id))
        .where(col(Question.quiz_id) == quiz.id)
    )
    return {
        str(key.question_id): {"answer": key.answer, "explanation": key.explanation, "taught_in": key.taught_in}
        for key in found
    }
