"""Tables of course content. What a taker must not see (answers, hidden tests) has tables of its own."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.platform import clock
from services.platform.database import OrganisationRow, UtcDateTime

_TIME = cast(Any, UtcDateTime)
JSON = cast(Any, sa.JSON)


class Course(OrganisationRow, table=True):
    """A course; ``slug`` is its address and the name of its package."""

    __tablename__ = "course"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "slug"),)
    slug: str = Field(max_length=80)
    title: str = Field(max_length=200)
    summary: str = Field(default="", max_length=500)
    description: str = ""
    language: str = Field(default="en", max_length=8)
    level: str = Field(default="beginner", max_length=20, description="beginner, intermediate or advanced")
    category: str = Field(default="", max_length=80)
    tags: list[str] = Field(default_factory=list, sa_type=JSON)
    outcomes: list[str] = Field(default_factory=list, sa_type=JSON)
    prerequisites: list[str] = Field(default_factory=list, sa_type=JSON)
    authors: list[str] = Field(default_factory=list, sa_type=JSON)
    licence: str = Field(default="", max_length=200)
    status: str = Field(default="published", max_length=20, description="draft, published or archived")
    search: str = Field(default="", description="title, summary, tags and outcomes, folded for look-up")
    updated_at: datetime = Field(default_factory=clock.now, sa_type=_TIME)


class CourseFile(OrganisationRow, table=True):
    """A file of the package: source text as its author wrote it, or a picture or film kept in storage."""

    __tablename__ = "course_file"
    __table_args__ = (sa.UniqueConstraint("course_id", "path"),)
    course_id: UUID = Field(foreign_key="course.id", ondelete="CASCADE", index=True)
    path: str = Field(max_length=300)
    media_type: str = Field(max_length=100)
    size: int = 0
    sha256: str = Field(max_length=64)
    text: str | None = None
    storage_key: str | None = Field(default=None, max_length=200)


class Module(OrganisationRow, table=True):
    """A part of a course."""

    __tablename__ = "course_module"
    __table_args__ = (sa.UniqueConstraint("course_id", "slug"),)
    course_id: UUID = Field(foreign_key="course.id", ondelete="CASCADE", index=True)
    position: int
    slug: str = Field(max_length=80)
    title: str = Field(max_length=200)
    summary: str = Field(default="", max_length=500)


class Lesson(OrganisationRow, table=True):
    """A lesson; its slug is unique in the course, for its address is /learn/<course>/<lesson>."""

    __tablename__ = "lesson"
    __table_args__ = (sa.UniqueConstraint("course_id", "slug"),)
    course_id: UUID = Field(foreign_key="course.id", ondelete="CASCADE", index=True)
    module_id: UUID = Field(foreign_key="course_module.id", ondelete="CASCADE", index=True)
    position: int
    slug: str = Field(max_length=80)
    title: str = Field(max_length=200)
    minutes: int = 5
    completion: str = Field(default="viewed", max_length=20, description="viewed, manual, quiz, exercise or time")
    status: str = Field(default="published", max_length=20, description="draft or published")
    retired: bool = Field(default=False, description="gone from the package, kept (as a draft) for learners' work")


class Block(OrganisationRow, table=True):
    """A content block of a lesson. ``key`` is its stable name in the lesson, used in links and citations."""

    __tablename__ = "block"
    __table_args__ = (sa.UniqueConstraint("lesson_id", "key"),)
    course_id: UUID = Field(foreign_key="course.id", ondelete="CASCADE", index=True)
    lesson_id: UUID = Field(foreign_key="lesson.id", ondelete="CASCADE", index=True)
    position: int
    key: str = Field(max_length=80)
    kind: str = Field(max_length=20, description="text, image, video, code, exercise, quiz or prompt")
    title: str = Field(default="", max_length=200)
    text: str = Field(default="", description="Markdown of a text, source of a code sample, words of a prompt")
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON, description="the rest, by kind; public")
    search: str = Field(default="", description="plain words of the block, folded for look-up")
    retired: bool = Field(default=False, description="gone from the package, kept unseen for learners' work")


class Exercise(OrganisationRow, table=True):
    """A code exercise, standing at one block."""

    __tablename__ = "exercise"
    __table_args__ = (sa.UniqueConstraint("course_id", "slug"),)
    course_id: UUID = Field(foreign_key="course.id", ondelete="CASCADE", index=True)
    lesson_id: UUID = Field(foreign_key="lesson.id", ondelete="CASCADE", index=True)
    block_id: UUID = Field(foreign_key="block.id", ondelete="CASCADE", unique=True)
    slug: str = Field(max_length=80)
    title: str = Field(max_length=200)
    language: str = Field(default="python", max_length=30)
    difficulty: int = Field(default=1, description="1 to 10")
    topics: list[str] = Field(default_factory=list, sa_type=JSON, description="what it practises")
    instructions: str = ""
    hints: list[str] = Field(default_factory=list, sa_type=JSON, description="Markdown, from gentle to telling")
    starter: dict[str, str] = Field(default_factory=dict, sa_type=JSON, description="path to text, in order")
    entry: str = Field(default="", max_length=120, description="the file that Run starts")
    limits: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    public_cases: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON, description="name, stdin, expected")


class ExerciseKey(OrganisationRow, table=True):
    """What the learner of an exercise must never receive: hidden cases, unit tests, the reference solution."""

    __tablename__ = "exercise_key"
    exercise_id: UUID = Field(foreign_key="exercise.id", ondelete="CASCADE", unique=True)
    mode: str = Field(default="cases", max_length=20, description="cases or unit_tests")
    checker: str = Field(default="tokens", max_length=20)
    hidden_cases: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    tests: dict[str, str] = Field(default_factory=dict, sa_type=JSON, description="path to text of unit tests")
    support: dict[str, str] = Field(default_factory=dict, sa_type=JSON, description="other files the tests need")
    reference: dict[str, str] = Field(default_factory=dict, sa_type=JSON, description="path to text; solves it")
    judging: dict[str, Any] | None = Field(
        default=None, sa_type=JSON, description="rules, groups, programs and schema that judge it; see judging_rows.py"
    )


class Quiz(OrganisationRow, table=True):
    """A quiz, standing at one block."""

    __tablename__ = "quiz"
    __table_args__ = (sa.UniqueConstraint("course_id", "slug"),)
    course_id: UUID = Field(foreign_key="course.id", ondelete="CASCADE", index=True)
    lesson_id: UUID = Field(foreign_key="lesson.id", ondelete="CASCADE", index=True)
    block_id: UUID = Field(foreign_key="block.id", ondelete="CASCADE", unique=True)
    slug: str = Field(max_length=80)
    title: str = Field(max_length=200)
    introduction: str = ""
    pass_percent: int = 60
    attempts_allowed: int = Field(default=0, description="0: as many as one likes")


class Question(OrganisationRow, table=True):
    """A question of a quiz, without its answer."""

    __tablename__ = "question"
    __table_args__ = (sa.UniqueConstraint("quiz_id", "key"),)
    quiz_id: UUID = Field(foreign_key="quiz.id", ondelete="CASCADE", index=True)
    position: int
    key: str = Field(max_length=80)
    kind: str = Field(max_length=20, description="single, multiple, truefalse, short or numeric")
    text: str
    choices: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON, description="key and text, in order")
    points: int = 1


class QuestionKey(OrganisationRow, table=True):
    """The answer of a question, read only by the grader and by teachers."""

    __tablename__ = "question_key"
    question_id: UUID = Field(foreign_key="question.id", ondelete="CASCADE", unique=True)
    answer: dict[str, Any] = Field(
        sa_type=JSON,
        description="choices: [key…]; value: true or false; accept: [text…], case: bool; number and tolerance",
    )
    explanation: str = ""
    taught_in: str = Field(default="", max_length=80, description="key of the block that taught it")
