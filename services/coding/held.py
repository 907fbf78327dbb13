"""Tells an import which exercises people have worked at, so that it deletes none of them."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.coding.models import Draft, Submission
from services.courses import Held, register_held


@register_held
def worked_exercises(session: Session, course_id: UUID) -> Held:
    """The exercises of a course at which somebody has a draft or a submission."""
    tried: set[UUID] = set()
    for table in (Submission, Draft):
        wanted = sa.select(col(table.exercise_id)).where(col(table.course_id) == course_id).distinct()
        tried.update(session.scalars(wanted))
    return Held(exercises=frozenset(tried))
