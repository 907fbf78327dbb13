"""Tables of quizzes being taken. The versions' answers have a table of their own, which only the grader reads."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.platform import clock
from services.platform.database import OrganisationRow, UtcDateTime

_TIME = cast(Any, UtcDateTime)
_JSON = cast(Any, sa.JSON)


class QuizVersion(OrganisationRow, table=True):
    """A quiz's questions as they stood when somebody started it. An attempt keeps its version to the end, whatever
    the author changes meanwhile; one row per content, not per attempt.
    """

    __tablename__ = "quiz_version"
    __table_args__ = (sa.UniqueConstraint("quiz_id", "digest"),)
    quiz_id: UUID = Field(foreign_key="quiz.id", ondelete="CASCADE", index=True)
    digest: str = Field(max_length=64, description="SHA-256 over questions and answers")
    questions: list[dict[str, Any]] = Field(
        sa_type=_JSON, description="id, key, kind, text, choices and points, in order"
    )


class QuizVersionKey(OrganisationRow, table=True):
    """The answers that belong to a version; like QuestionKey, read only by the grader."""

    __tablename__ = "quiz_version_key"
    version_id: UUID = Field(foreign_key="quiz_version.id", ondelete="CASCADE", unique=True)
    keys: dict[str, dict[str, Any]] = Field(
        sa_type=_JSON, description="question id to answer, explanation and taught_in"
    )


class Attempt(OrganisationRow, table=True):
    """One person's go at a quiz."""

    __tablename__ = "attempt"
    __table_args__ = (
        sa.UniqueConstraint("quiz_id", "user_id", "number"),
        # Whatever the code above does, nobody has two open attempts at one quiz.
        sa.Index(
            "attempt_one_open",
            "quiz_id",
            "user_id",
            unique=True,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        ),
    )
    quiz_id: UUID = Field(foreign_key="quiz.id", ondelete="CASCADE", index=True)
    course_id: UUID = Field(foreign_key="course.id", ondelete="CASCADE", index=True)
    user_id: UUID = Field(foreign_key="user_account.id", ondelete="CASCADE", index=True)
    version_id: UUID = Field(foreign_key="quiz_version.id", ondelete="CASCADE", index=True)
    number: int = Field(description="from 1, per person and quiz")
    status: str = Field(default="open", max_length=20, description="open or submitted")
    started_at: datetime = Field(default_factory=clock.now, sa_type=_TIME)
    submitted_at: datetime | None = Field(default=None, sa_type=_TIME)
    score: float = Field(default=0, description="points reached")
    max_score: int = Field(default=0, description="points there were")
    percent: int = Field(default=0, description="of max_score, rounded down")
    passed: bool = False


class AttemptAnswer(OrganisationRow, table=True):
    """What was answered to one question; written when it is saved, graded when the attempt is submitted."""

    __tablename__ = "attempt_answer"
    __table_args__ = (sa.UniqueConstraint("attempt_id", "question_id"),)
    attempt_id: UUID = Field(foreign_key="attempt.id", ondelete="CASCADE", index=True)
    # Of the attempt's version; no foreign key, for the author may remove the question while the answer stays.
    question_id: UUID
    answer: dict[str, Any] = Field(sa_type=_JSON, description="choices: [key…], or text")
    saved_at: datetime = Field(default_factory=clock.now, sa_type=_TIME)
    outcome: str = Field(default="", max_length=20, description="right, partly or wrong; empty until submission")
    points: float = Field(default=0, description="reached, of the question's points")
