"""When a lesson is finished, and with it a course. Called inside the transaction of what caused it."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.courses.models import Block, Course, Exercise, Lesson, Quiz
from services.enrolment.access import enrolment_of, progress_row
from services.enrolment.models import Enrolment, LessonProgress
from services.platform import clock
from services.platform.actor import Actor


def exercise_passed(session: Session, actor: Actor, exercise: Exercise) -> None:
    """Record that the learner solved an exercise, and finish its lesson where that is its rule."""
    _passed(session, actor, exercise)


def quiz_passed(session: Session, actor: Actor, quiz: Quiz) -> None:
    """Record that the learner passed a quiz, and finish its lesson where that is its rule."""
    _passed(session, actor, quiz)


def _passed(session: Session, actor: Actor, thing: Exercise | Quiz) -> None:
    enrolment = enrolment_of(session, actor, thing.course_id, lock=True)
    lesson = session.get(Lesson, thing.lesson_id)
    if enrolment is None or lesson is None or lesson.status != "published":
        return
    progress = progress_row(session, enrolment, lesson)
    if str(thing.id) not in progress.passed:
        progress.passed = [*progress.passed, str(thing.id)]
    apply_rule(session, enrolment, lesson, progress)


def apply_rule(session: Session, enrolment: Enrolment, lesson: Lesson, progress: LessonProgress) -> bool:
    """Finish the lesson if its own rule says so; returns whether it was finished by this."""
    if progress.completed_at is not None or not _fulfilled(session, lesson, progress):
        return False
    finish(session, enrolment, progress)
    return True


def _fulfilled(session: Session, lesson: Lesson, progress: LessonProgress) -> bool:
    if lesson.completion == "time":
        return progress.seconds >= lesson.minutes * 60
    if lesson.completion not in ("exercise", "quiz"):
        return False  # by being read to its end, or by the learner's own word
    table: type[Exercise | Quiz] = Exercise if lesson.completion == "exercise" else Quiz
    wanted = session.scalars(
        sa.select(col(table.id))
        .join(Block, col(Block.id) == col(table.block_id))
        .where(col(table.lesson_id) == lesson.id, col(Block.retired).is_(False))
    )
    return {str(identifier) for identifier in wanted} <= set(progress.passed)


def finish(session: Session, enrolment: Enrolment, progress: LessonProgress) -> None:
    """Finish the lesson, and the course when it was the last one."""
    progress.completed_at = clock.now()
    session.flush()
    if enrolment.completed_at is None and not _left(session, enrolment.user_id, enrolment.course_id):
        enrolment.completed_at = clock.now()


def _left(session: Session, user_id: UUID, course_id: UUID) -> int:
    done = sa.select(col(LessonProgress.lesson_id)).where(
        col(LessonProgress.user_id) == user_id,
        col(LessonProgress.course_id) == course_id,
        col(LessonProgress.completed_at).is_not(None),
    )
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Lesson)
            .join(Course, col(Course.id) == col(Lesson.course_id))
            .where(
                col(Lesson.course_id) == course_id,
                col(Lesson.status) == "published",
                col(Lesson.id).not_in(done),
            )
        )
        or 0
    )
