"""How far a person is: their home, a course's outline, and where to go on."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.courses import can_edit_courses, skeleton, syllabus
from services.courses.models import Course, Lesson, Module
from services.enrolment.access import CourseSeat, course_seat, require_place
from services.enrolment.models import Enrolment, LessonProgress
from services.enrolment.schemas import CourseProgress, Home, Outline, Place, Progress
from services.platform.actor import Actor
from services.platform.database import reading
from services.platform.errors import NotFound
from services.platform.permissions import require_person
from services.platform.statements import Asked


@dataclass(frozen=True, slots=True)
class _Line:
    """A published lesson with the person's progress in it."""

    id: UUID
    slug: str
    title: str
    minutes: int
    block_key: str
    done: bool


@dataclass(frozen=True, slots=True)
class _Sum:
    """What the lines of a course add up to."""

    lessons: int
    done: int
    percent: int
    minutes_left: int


def home(actor: Actor) -> Home:
    """Return the person's courses, the latest first, and where they stopped: three queries, however many courses."""
    user_id = require_person(actor)
    with reading(actor) as session:
        rows = session.execute(
            sa.select(Enrolment, Course)
            .join(Course, col(Course.id) == col(Enrolment.course_id))
            .where(col(Enrolment.user_id) == user_id, col(Enrolment.active), _in_sight(actor))
            .order_by(col(Enrolment.last_active_at).desc(), col(Enrolment.id).desc())
        ).all()
        lines = _lines(session, user_id, [course.id for _, course in rows])
        courses = [_course(enrolment, course, lines[course.id]) for enrolment, course in rows]
    unfinished = [course for course in courses if not course.completed and course.lesson_slug]
    return Home(resume=unfinished[0] if unfinished else None, courses=courses)


def my_courses(actor: Actor) -> list[CourseProgress]:
    """Return the person's courses, the latest first."""
    return home(actor).courses


def outline(actor: Actor, *, course: object) -> Outline:
    """Return modules and lessons with this person's progress, for anyone who may see the course."""
    with reading(actor) as session:
        seat = course_seat(session, actor, course)
        marks = _marks(session, actor.user_id, seat.revision.course_id)
        total = _sum(_placed(session, seat, marks))
        return Outline(
            course_id=str(seat.revision.course_id),
            course_slug=seat.slug,
            course_title=seat.title,
            modules=syllabus(
                session,
                seat.revision,
                drafts=can_edit_courses(actor),
                marks={lesson: "completed" if done else "started" for lesson, (_, done) in marks.items()},
            ),
            percent=total.percent,
            minutes_left=total.minutes_left,
            enrolled=seat.enrolment_id is not None,
            completed=seat.completed,
        )


def resume_place(actor: Actor, *, course_slug: object) -> Place:
    """Return where to go on in a course, for those who take it or teach."""
    with reading(actor) as session:
        seat = course_seat(session, actor, course_slug)
        require_place(actor, seat.enrolment_id)
        marks = _marks(session, actor.user_id, seat.revision.course_id)
        line = _next(_placed(session, seat, marks), seat.last_lesson_id)
        if line is None:
            raise NotFound("This course has no lessons yet.")
        return Place(seat.slug, line.slug, line.block_key)


def _placed(session: Session, seat: CourseSeat, marks: dict[UUID, tuple[str, bool]]) -> list[_Line]:
    """Return the published lessons of one course in reading order with the person's progress."""
    return [
        _Line(line.id, line.slug, line.title, line.minutes, *marks.get(line.id, ("", False)))
        for line in skeleton(session, seat.revision).shown(drafts=False)
    ]


def progress_of(session: Session, user_id: UUID | None, lesson: Lesson) -> Progress:
    """Return how far a person is in a lesson and its course."""
    lines = _lines(session, user_id, [lesson.course_id])[lesson.course_id]
    total = _sum(lines)
    finished = session.scalar(
        sa.select(col(Enrolment.completed_at)).where(
            col(Enrolment.user_id) == user_id, col(Enrolment.course_id) == lesson.course_id, col(Enrolment.active)
        )
    )
    return Progress(
        lesson_id=str(lesson.id),
        lesson_completed=any(line.done for line in lines if line.id == lesson.id),
        course_completed=finished is not None,
        percent=total.percent,
        minutes_left=total.minutes_left,
    )


def _in_sight(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.true() if can_edit_courses(actor) else col(Course.status) == "published"


def _lines(session: Session, user_id: UUID | None, course_ids: list[UUID]) -> dict[UUID, list[_Line]]:
    """Return the published lessons of courses in reading order with the person's progress: one query."""
    lines: dict[UUID, list[_Line]] = defaultdict(list)
    if not course_ids:
        return lines
    own = (col(LessonProgress.lesson_id) == col(Lesson.id)) & (col(LessonProgress.user_id) == user_id)
    found = session.execute(
        sa.select(
            col(Lesson.course_id), col(Lesson.id), col(Lesson.slug), col(Lesson.title), col(Lesson.minutes),
            col(LessonProgress.block_key), col(LessonProgress.completed_at),
        )
        .join(Module, col(Module.id) == col(Lesson.module_id))
        .outerjoin(LessonProgress, own)
        .where(col(Lesson.course_id).in_(course_ids), col(Lesson.status) == "published")
        .order_by(col(Module.position), col(Lesson.position), col(Lesson.id))
    )  # fmt: skip
    for course_id, identifier, slug, title, minutes, block_key, completed_at in found:
        lines[course_id].append(_Line(identifier, slug, title, minutes, block_key or "", completed_at is not None))
    return lines


_progress = Asked(
    sa.select(col(LessonProgress.lesson_id), col(LessonProgress.block_key), col(LessonProgress.completed_at)).where(
        col(LessonProgress.user_id) == sa.bindparam("user_id"),
        col(LessonProgress.course_id) == sa.bindparam("course_id"),
    )
)


def _marks(session: Session, user_id: UUID | None, course_id: UUID) -> dict[UUID, tuple[str, bool]]:
    """Return by lesson where the person was, and whether it is finished."""
    found = _progress.rows(session, user_id=user_id, course_id=course_id)
    return {lesson: (place, completed_at is not None) for lesson, place, completed_at in found}


def _sum(lines: list[_Line]) -> _Sum:
    done = sum(line.done for line in lines)
    left = sum(line.minutes for line in lines if not line.done)
    return _Sum(len(lines), done, done * 100 // len(lines) if lines else 0, left)


def _next(lines: list[_Line], last: UUID | None) -> _Line | None:
    """Return the lesson to go on with: where one was, else the next that is not finished, else the first of all."""
    if not lines:
        return None
    at = next((number for number, line in enumerate(lines) if line.id == last), 0)
    return next((line for line in (*lines[at:], *lines[:at]) if not line.done), lines[at] if last else lines[0])


def _course(enrolment: Enrolment, course: Course, lines: list[_Line]) -> CourseProgress:
    total, line = _sum(lines), _next(lines, enrolment.last_lesson_id)
    return CourseProgress(
        course_id=str(course.id),
        slug=course.slug,
        title=course.title,
        summary=course.summary,
        language=course.language,
        lessons=total.lessons,
        done=total.done,
        percent=total.percent,
        minutes_left=total.minutes_left,
        completed=enrolment.completed_at is not None,
        lesson_slug=line.slug if line else "",
        lesson_title=line.title if line else "",
        block_key=line.block_key if line else "",
        last_active_at=enrolment.last_active_at.isoformat(),
    )
