"""What a learner's events at a quiz need: the right to be there, the quiz as everybody meets it, and their answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.assessment.loading import require_own
from services.assessment.models import Attempt, AttemptAnswer, QuizVersion
from services.assessment.versions import public_questions
from services.courses import kept
from services.courses.models import Lesson, Quiz
from services.enrolment import Seat, seat_of, with_seat
from services.platform.actor import Actor
from services.platform.cache import Kept
from services.platform.database import table_of
from services.platform.errors import NotFound
from services.platform.ids import parse_id
from services.platform.permissions import Permission, require_person
from services.platform.richtext import render
from services.platform.statements import Asked, Changed, Found

Questions = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Content:
    """A quiz without anybody's attempt in it, and without its answers."""

    title: str
    introduction_html: str
    course_id: str
    lesson_id: str
    pass_percent: int
    attempts_allowed: int
    questions: Questions


_with_quiz = with_seat(
    sa.select(col(Quiz.id)).select_from(Quiz).join(Lesson, col(Lesson.id) == col(Quiz.lesson_id))
).where(col(Quiz.id) == sa.bindparam("wanted_id"))
_at_quiz = Asked(_with_quiz)
_at_attempt = Asked(
    with_seat(
        sa.select(col(Attempt.user_id), col(Attempt.status), col(Attempt.version_id))
        .select_from(Attempt)
        .join(Quiz, col(Quiz.id) == col(Attempt.quiz_id))
        .join(Lesson, col(Lesson.id) == col(Quiz.lesson_id))
    )
    .where(col(Attempt.id) == sa.bindparam("wanted_id"))
    .with_for_update(of=Attempt)
)
_attempts = Asked(
    sa.select(
        col(Attempt.id), col(Attempt.number), col(Attempt.status), col(Attempt.started_at), col(Attempt.submitted_at),
        col(Attempt.score), col(Attempt.max_score), col(Attempt.percent), col(Attempt.passed), col(Attempt.version_id),
    )
    .where(col(Attempt.quiz_id) == sa.bindparam("wanted_id"), col(Attempt.user_id) == sa.bindparam("user_id"))
    .order_by(col(Attempt.number).desc())
)  # fmt: skip
_answers = Asked(
    sa.select(col(AttemptAnswer.question_id), col(AttemptAnswer.answer), col(AttemptAnswer.saved_at)).where(
        col(AttemptAnswer.attempt_id) == sa.bindparam("wanted_id")
    )
)
_version = Asked(sa.select(col(QuizVersion.questions)).where(col(QuizVersion.id) == sa.bindparam("wanted_id")))
_answer_table = table_of(AttemptAnswer)
_change_answer = Changed(
    sa.update(_answer_table)
    .where(
        _answer_table.c.attempt_id == sa.bindparam("of_attempt"),
        _answer_table.c.question_id == sa.bindparam("to_question"),
    )
    .values(answer=sa.bindparam("answered"), saved_at=sa.bindparam("now"))
)
_first_answer = Changed(
    sa.insert(_answer_table).values(
        attempt_id=sa.bindparam("of_attempt"),
        question_id=sa.bindparam("to_question"),
        answer=sa.bindparam("answered"),
        saved_at=sa.bindparam("now"),
    )
)
_contents: Kept[Content] = Kept(500)
_versions: Kept[Questions] = Kept(500)


def quiz_seat(session: Session, actor: Actor, quiz_id: UUID) -> Seat:
    """Return the actor's place at a quiz whose lesson they may study."""
    return seat_of(actor, _at_quiz.first(session, wanted_id=quiz_id, user_id=actor.user_id))


def content(session: Session, seat: Seat, quiz_id: UUID) -> Content:
    """Return a quiz at which the caller has a place, as everybody meets it."""
    return kept(session, _contents, (seat.revision, quiz_id), lambda: _load(session, quiz_id))


def attempts(session: Session, quiz_id: UUID, user_id: UUID) -> Sequence[Found]:
    """Return a person's attempts at a quiz, the newest first: the columns that a list of them shows."""
    return _attempts.rows(session, wanted_id=quiz_id, user_id=user_id)


def questions_of(session: Session, version_id: UUID) -> Questions:
    """Return the questions of a version that an attempt of the caller's names; they never change."""
    return _versions.get(version_id, lambda: _version.rows(session, wanted_id=version_id)[0][0])


def answers(session: Session, attempt_id: UUID) -> dict[UUID, Found]:
    """Return what has been saved in an attempt, by question."""
    return {row[0]: row for row in _answers.rows(session, wanted_id=attempt_id)}


def own_attempt_seat(session: Session, actor: Actor, attempt_id: object) -> tuple[str, UUID]:
    """Return status and version of an attempt of one's own at a quiz one may study, locked to the transaction's end."""
    require_person(actor, Permission.learn)
    row = _at_attempt.first(session, wanted_id=parse_id(attempt_id), user_id=actor.user_id)
    if row is None:
        raise NotFound
    require_own(actor, row[0])
    seat_of(actor, row)
    return row[1], row[2]


def put_answer(
    session: Session, attempt_id: UUID, question_id: UUID, answer: dict[str, Any], now: datetime, *, first: bool
) -> None:
    """Write an answer in an attempt that the caller holds locked; ``first``: nothing was saved for it before."""
    change = _first_answer if first else _change_answer
    change.run(session, of_attempt=attempt_id, to_question=question_id, answered=answer, now=now)


def _load(session: Session, quiz_id: UUID) -> Content:
    quiz = session.scalars(sa.select(Quiz).where(col(Quiz.id) == quiz_id)).one()
    return Content(
        title=quiz.title,
        introduction_html=render(quiz.introduction),
        course_id=str(quiz.course_id),
        lesson_id=str(quiz.lesson_id),
        pass_percent=quiz.pass_percent,
        attempts_allowed=quiz.attempts_allowed,
        questions=public_questions(session, quiz),
    )
