"""Tells an import which quizzes have been taken, so that it deletes none of them."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.assessment.models import Attempt
from services.courses import Held, register_held


@register_held
def taken_quizzes(session: Session, course_id: UUID) -> Held:
    """The quizzes of a course at which somebody has an attempt."""
    taken = session.scalars(sa.select(col(Attempt.quiz_id)).where(col(Attempt.course_id) == course_id).distinct())
    return Held(quizzes=frozenset(taken))
