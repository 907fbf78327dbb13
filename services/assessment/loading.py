"""Loading is checking: each function returns rows this actor may have, or raises."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.assessment.models import Attempt, AttemptAnswer, QuizVersion
from services.courses.models import Quiz
from services.enrolment import studied_lesson
from services.platform.actor import Actor
from services.platform.errors import Forbidden, NotFound
from services.platform.ids import parse_id
from services.platform.permissions import Permission, allowed, require_person


def studied_quiz(session: Session, actor: Actor, quiz_id: object) -> Quiz:
    """The quiz, when this person may study its lesson."""
    quiz = session.scalar(sa.select(Quiz).where(col(Quiz.id) == parse_id(quiz_id)))
    if quiz is None:
        raise NotFound
    studied_lesson(session, actor, quiz.lesson_id)
    return quiz


def readable_attempt(session: Session, actor: Actor, attempt_id: object) -> Attempt:
    """An attempt of one's own, or anybody's in the organisation for those who teach there."""
    user_id = require_person(actor, Permission.learn)
    attempt = session.scalar(sa.select(Attempt).where(col(Attempt.id) == parse_id(attempt_id)))
    if attempt is None or not (attempt.user_id == user_id or allowed(actor, Permission.see_learners)):
        raise NotFound
    return attempt


def own_attempt(session: Session, actor: Actor, attempt_id: object) -> Attempt:
    """An attempt of one's own, locked to the end of the transaction: saving and submitting follow each other."""
    require_person(actor, Permission.learn)
    attempt = session.scalar(sa.select(Attempt).where(col(Attempt.id) == parse_id(attempt_id)).with_for_update())
    if attempt is None:
        raise NotFound
    require_own(actor, attempt.user_id)
    return attempt


def require_own(actor: Actor, owner_id: UUID) -> None:
    """Raise unless the attempt is the actor's: those who teach hear that it is another's, others that there is none."""
    if owner_id == actor.user_id:
        return
    if allowed(actor, Permission.see_learners):
        raise Forbidden("Only the person who takes the quiz can do this.")
    raise NotFound


def version_of(session: Session, attempt: Attempt) -> QuizVersion:
    """The questions the attempt was started with."""
    return session.scalars(sa.select(QuizVersion).where(col(QuizVersion.id) == attempt.version_id)).one()


def answers_of(session: Session, attempt: Attempt) -> dict[UUID, AttemptAnswer]:
    """What has been saved in the attempt, by question."""
    found = session.scalars(sa.select(AttemptAnswer).where(col(AttemptAnswer.attempt_id) == attempt.id))
    return {answer.question_id: answer for answer in found}
