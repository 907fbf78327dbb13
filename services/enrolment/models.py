"""Tables of enrolment: who takes which course, and how far they are in each lesson."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.platform import clock
from services.platform.database import OrganisationRow, UtcDateTime

_TIME = cast(Any, UtcDateTime)


class Enrolment(OrganisationRow, table=True):
    """A person in a course. Leaving it clears ``active`` and keeps the rest, so that coming back loses nothing."""

    __tablename__ = "enrolment"
    __table_args__ = (sa.UniqueConstraint("user_id", "course_id"),)
    user_id: UUID = Field(foreign_key="user_account.id", ondelete="CASCADE", index=True)
    course_id: UUID = Field(foreign_key="course.id", index=True)
    active: bool = True
    last_lesson_id: UUID | None = Field(default=None, foreign_key="lesson.id", ondelete="SET NULL", index=True)
    last_active_at: datetime = Field(default_factory=clock.now, sa_type=_TIME)
    last_beat_at: datetime | None = Field(default=None, sa_type=_TIME, description="when time was counted last")
    completed_at: datetime | None = Field(default=None, sa_type=_TIME)


class LessonProgress(OrganisationRow, table=True):
    """How far a person is in a lesson. Its lesson cannot be deleted under it: an import keeps it as a draft."""

    __tablename__ = "lesson_progress"
    __table_args__ = (sa.UniqueConstraint("user_id", "lesson_id"),)
    user_id: UUID = Field(foreign_key="user_account.id", ondelete="CASCADE")
    course_id: UUID = Field(foreign_key="course.id", index=True)
    lesson_id: UUID = Field(foreign_key="lesson.id", index=True)
    block_key: str = Field(default="", max_length=80, description="where the learner was last")
    seconds: int = Field(default=0, description="time on task")
    passed: list[str] = Field(default_factory=list, sa_type=cast(Any, sa.JSON), description="exercises and quizzes")
    completed_at: datetime | None = Field(default=None, sa_type=_TIME)
