"""Loading is checking: the lessons and rows of progress that this person may use."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col

from services.courses import Revision, in_sight, visible_lesson
from services.courses.folding import storable
from services.courses.models import Course, Lesson
from services.enrolment.models import Enrolment, LessonProgress
from services.platform.actor import Actor
from services.platform.errors import Forbidden, NotFound
from services.platform.ids import parse_id
from services.platform.messages import N_
from services.platform.permissions import Permission, allowed, require_person
from services.platform.statements import Asked, Select

ENROL_FIRST = N_("Enrol in this course first.")

_own_enrolment = (
    (col(Enrolment.course_id) == col(Course.id))
    & (col(Enrolment.user_id) == sa.bindparam("user_id"))
    & col(Enrolment.active)
)


@dataclass(frozen=True, slots=True)
class Seat:
    """The actor's place at a lesson they may study: what nearly every event of a learner has to know, and no more."""

    lesson_id: UUID
    revision: Revision
    published: bool
    enrolment_id: UUID | None


@dataclass(frozen=True, slots=True)
class CourseSeat:
    """A course in the actor's sight, and their own enrolment in it."""

    revision: Revision
    slug: str
    title: str
    language: str
    enrolment_id: UUID | None
    last_lesson_id: UUID | None
    completed: bool


_SEAT = (
    col(Lesson.id), col(Lesson.course_id), col(Course.updated_at), col(Lesson.status), col(Course.status),
    col(Enrolment.id),
)  # fmt: skip


def with_seat(statement: Select) -> Select:
    """Add to a question about something in a lesson (joined already) what ``seat_of`` reads; it needs ``user_id``."""
    joined = statement.add_columns(*_SEAT).join(Course, col(Course.id) == col(Lesson.course_id))
    return joined.outerjoin(Enrolment, _own_enrolment)


def seat_of(actor: Actor, row: Sequence[Any] | None) -> Seat:
    """Read the end of a row that ``with_seat`` asked for, and refuse who may not study the lesson."""
    if row is None:
        raise NotFound
    lesson_id, course_id, updated_at, status, course_status, enrolment_id = row[-len(_SEAT) :]
    if not in_sight(actor, status, course_status):
        raise NotFound
    require_place(actor, enrolment_id)
    return Seat(lesson_id, Revision(course_id, updated_at), status == "published", enrolment_id)


def require_place(actor: Actor, enrolment: object) -> None:
    """Raise unless the actor has an enrolment in the course, or teaches."""
    if enrolment is None and not teaches(actor):
        require_person(actor)
        raise Forbidden(ENROL_FIRST)


_COURSE = (
    sa.select(
        col(Course.id), col(Course.updated_at), col(Course.status), col(Course.slug), col(Course.title),
        col(Course.language), col(Enrolment.id), col(Enrolment.last_lesson_id), col(Enrolment.completed_at),
    )
    .select_from(Course)
    .outerjoin(Enrolment, _own_enrolment)
)  # fmt: skip
_course_by_slug = Asked(_COURSE.where(col(Course.slug) == sa.bindparam("slug")))
_course_by_id = Asked(_COURSE.where(col(Course.id) == sa.bindparam("course_id")))


@dataclass(frozen=True, slots=True)
class OpenCourse:
    """A course whose lessons the actor may study, as far as they are in sight."""

    revision: Revision
    slug: str
    title: str


_OPEN = sa.select(
    col(Course.id), col(Course.updated_at), col(Course.status), col(Course.slug), col(Course.title)
).order_by(col(Course.id))
_all_courses = Asked(_OPEN)
_own_courses = Asked(_OPEN.join(Enrolment, _own_enrolment))


def open_courses(session: Session, actor: Actor) -> list[OpenCourse]:
    """Return the courses that the actor takes, or all where they teach, without those out of their sight: one query."""
    rows = _all_courses.rows(session) if teaches(actor) else _own_courses.rows(session, user_id=actor.user_id)
    return [
        OpenCourse(Revision(course_id, updated_at), slug, title)
        for course_id, updated_at, status, slug, title in rows
        if in_sight(actor, status)
    ]


def course_seat(session: Session, actor: Actor, slug_or_id: object) -> CourseSeat:
    """Return a course that the actor may see, by its address or id, with their enrolment if they have one."""
    row = None
    if isinstance(slug_or_id, str) and storable(slug_or_id, 80):
        row = _course_by_slug.first(session, slug=slug_or_id, user_id=actor.user_id)
    if row is None:
        row = _course_by_id.first(session, course_id=parse_id(slug_or_id), user_id=actor.user_id)
    if row is None or not in_sight(actor, row[2]):
        raise NotFound
    course_id, updated_at, _status, slug, title, language, enrolment_id, last, completed = row
    return CourseSeat(Revision(course_id, updated_at), slug, title, language, enrolment_id, last, completed is not None)


def teaches(actor: Actor) -> bool:
    """Whether the actor reads lessons without being enrolled."""
    return allowed(actor, Permission.see_learners)


def enrolment_of(session: Session, actor: Actor, course_id: UUID, *, lock: bool = False) -> Enrolment | None:
    """Return the actor's own active enrolment."""
    if actor.user_id is None:
        return None
    wanted = sa.select(Enrolment).where(
        col(Enrolment.user_id) == actor.user_id, col(Enrolment.course_id) == course_id, col(Enrolment.active)
    )
    return session.scalar(wanted.with_for_update() if lock else wanted)


def studied_lesson(session: Session, actor: Actor, lesson_id: object) -> Lesson:
    """Return a lesson that the actor may study: published and of a course they take, or any that they teach."""
    return studied(session, actor, *visible_lesson(session, actor, lesson_id))[0]


def studied(session: Session, actor: Actor, lesson: Lesson, course: Course) -> tuple[Lesson, Enrolment | None]:
    """Return a lesson already loaded with the actor's enrolment, or say what is missing."""
    enrolment = enrolment_of(session, actor, course.id)
    require_place(actor, enrolment)
    return lesson, enrolment


def learnt_lesson(session: Session, actor: Actor, lesson_id: object) -> tuple[Lesson, Enrolment | None]:
    """Return a lesson for counting progress, its enrolment locked; None to those who only look in on it."""
    lesson, course = visible_lesson(session, actor, lesson_id)
    enrolment = enrolment_of(session, actor, course.id, lock=True)
    require_place(actor, enrolment)
    return lesson, enrolment if lesson.status == "published" else None


def progress_row(session: Session, enrolment: Enrolment, lesson: Lesson) -> LessonProgress:
    """Return the row of progress in the lesson, locked; begun now if there is none."""
    found = _progress(session, enrolment.user_id, lesson.id)
    if found is not None:
        return found
    made = LessonProgress(
        organisation_id=enrolment.organisation_id,
        user_id=enrolment.user_id,
        course_id=lesson.course_id,
        lesson_id=lesson.id,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # another tab of the same person was first
        other = _progress(session, enrolment.user_id, lesson.id)
        if other is None:
            raise
        return other
    return made


def _progress(session: Session, user_id: UUID, lesson_id: UUID) -> LessonProgress | None:
    return session.scalar(
        sa.select(LessonProgress)
        .where(col(LessonProgress.user_id) == user_id, col(LessonProgress.lesson_id) == lesson_id)
        .with_for_update()
    )
