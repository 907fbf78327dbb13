"""What courses are told of enrolment: which courses a person takes, and which lessons an import must keep."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.courses import Held, register_held, register_membership
from services.enrolment.models import Enrolment, LessonProgress


@register_held
def begun_lessons(session: Session, course_id: UUID) -> Held:
    """Return the lessons of a course that somebody has begun."""
    begun = sa.select(col(LessonProgress.lesson_id)).where(col(LessonProgress.course_id) == course_id).distinct()
    return Held(lessons=frozenset(session.scalars(begun)))


@register_membership
def taken(session: Session, user_id: UUID, course_ids: list[UUID]) -> Iterable[UUID]:
    """Return which of the courses the person takes."""
    return session.scalars(
        sa.select(col(Enrolment.course_id)).where(
            col(Enrolment.user_id) == user_id, col(Enrolment.course_id).in_(course_ids), col(Enrolment.active)
        )
    )
