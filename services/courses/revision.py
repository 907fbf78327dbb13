"""The revision of a course is ``updated_at``: it grows with every change to anything in the course.

So what was made of a course (its order, a lesson's HTML) can be kept under its revision: who asks reads the revision
in the same transaction as the right to see it, and a change, by whatever process, is found under another key.
"""

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from services.courses.models import Block, Course, Exercise, ExerciseKey, Lesson, Module, Question, QuestionKey, Quiz
from services.platform import clock
from services.platform.cache import Kept
from services.platform.database import OrganisationRow

V = TypeVar("V")
R = TypeVar("R", bound=OrganisationRow)

# Not the course's own row: what is kept holds nothing of it.
CONTENT = (Module, Lesson, Block, Exercise, ExerciseKey, Quiz, Question, QuestionKey)
_TOUCHED = "courses_touched"
_LEAST = timedelta(microseconds=1)


class Revision(NamedTuple):
    """Which course, and how it stood."""

    course_id: UUID
    updated_at: datetime


def revision_of(course: Course) -> Revision:
    """Return the revision of a course that is loaded."""
    return Revision(course.id, course.updated_at)


def kept(session: Session, values: Kept[V], key: Hashable, make: Callable[[], V]) -> V:
    """Return what ``make`` makes of the content that ``key`` names: by a revision, and by a row of its course."""
    # Whoever is changing content sees what may never be committed.
    return make() if session.info.get(_TOUCHED) else values.get(key, make)


def touch(session: Session, course: Course) -> None:
    """Give the course its next revision, once in a transaction. Changes through objects do it by themselves."""
    touched: set[UUID] = session.info.setdefault(_TOUCHED, set())
    if course.id not in touched:
        touched.add(course.id)
        # Later than the last one also where this machine's clock is behind another's.
        course.updated_at = max(clock.now(), course.updated_at + _LEAST)


@event.listens_for(Session, "before_flush")
def _touch_changed(session: Session, _context: object, _instances: object) -> None:
    changed: list[Any] = [row for row in (*session.new, *session.dirty, *session.deleted) if isinstance(row, CONTENT)]
    if changed:
        with session.no_autoflush:
            for course in {course.id: course for row in changed if (course := _course_of(session, row))}.values():
                touch(session, course)
        session.info.setdefault(_TOUCHED, set())


@event.listens_for(Session, "do_orm_execute")
def _touch_all(execution: ORMExecuteState) -> None:
    """A change in bulk does not say which courses it changes: where none was touched before it, it may be any."""
    if not (execution.is_update or execution.is_delete or execution.is_insert) or execution.session.info.get(_TOUCHED):
        return
    if execution.bind_mapper is not None and execution.bind_mapper.class_ in CONTENT:
        for course in execution.session.scalars(sa.select(Course)):
            touch(execution.session, course)


def _course_of(session: Session, row: Any) -> Course | None:
    if isinstance(row, ExerciseKey):
        row = _found(session, Exercise, row.exercise_id)
    elif isinstance(row, Question):
        row = _found(session, Quiz, row.quiz_id)
    elif isinstance(row, QuestionKey):
        question = _found(session, Question, row.question_id)
        row = _found(session, Quiz, question.quiz_id) if question else None
    return _found(session, Course, row.course_id) if row is not None else None


def _found(session: Session, table: type[R], identifier: UUID) -> R | None:
    waiting = (row for row in session.new if isinstance(row, table) and row.id == identifier)
    return next(waiting, None) or session.get(table, identifier)
