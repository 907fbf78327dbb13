"""Loading is checking: comparisons are for those who teach, and say nothing to anybody else."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.coding.models import Submission
from services.coding.similarity.models import SimilarityReport, SimilarPair
from services.courses import visible_lesson
from services.courses.models import Course, Exercise, Lesson
from services.enrolment.models import Enrolment
from services.platform.actor import Actor
from services.platform.errors import NotFound
from services.platform.ids import parse_id
from services.platform.permissions import Permission, require


def taught_exercise(
    session: Session, actor: Actor, exercise_id: object, *, lock: bool = False
) -> tuple[Exercise, Lesson, Course]:
    """An exercise whose learners' work the actor may see; a learner is refused, a stranger finds nothing."""
    wanted = sa.select(Exercise).where(col(Exercise.id) == parse_id(exercise_id))
    exercise = session.scalar(wanted.with_for_update() if lock else wanted)
    if exercise is None:
        raise NotFound
    lesson, course = visible_lesson(session, actor, exercise.lesson_id)
    require(actor, Permission.see_learners)
    return exercise, lesson, course


def report_of(session: Session, exercise_id: UUID, *, lock: bool = False) -> SimilarityReport | None:
    """The report of an exercise that the caller has loaded, which is checking."""
    wanted = sa.select(SimilarityReport).where(col(SimilarityReport.exercise_id) == exercise_id)
    return session.scalar(wanted.with_for_update() if lock else wanted)


def taught_pair(
    session: Session, actor: Actor, pair_id: object, *, lock: bool = False
) -> tuple[SimilarPair, SimilarityReport]:
    """A pair of an exercise whose learners' work the actor may see."""
    wanted = sa.select(SimilarPair).where(col(SimilarPair.id) == parse_id(pair_id))
    pair = session.scalar(wanted.with_for_update() if lock else wanted)
    if pair is None:
        raise NotFound
    report = session.get_one(SimilarityReport, pair.report_id)
    taught_exercise(session, actor, report.exercise_id)
    return pair, report


def best_submissions(session: Session, exercise: Exercise) -> dict[UUID, UUID]:
    """The submission of each person who takes the course, or took it: the best they have, the last of equal ones.

    What those who teach try out in the lesson is nobody's work. Returns submissions with whose they are.
    """
    best_first = (col(Submission.score).desc(), col(Submission.number).desc())
    ranked = (
        sa.select(
            col(Submission.id).label("id"),
            col(Submission.user_id).label("user_id"),
            sa.func.row_number().over(partition_by=col(Submission.user_id), order_by=best_first).label("place"),
        )
        .join(
            Enrolment,
            (col(Enrolment.user_id) == col(Submission.user_id))
            & (col(Enrolment.course_id) == col(Submission.course_id)),
        )
        .where(col(Submission.exercise_id) == exercise.id, col(Submission.status) == "done")
        .subquery()
    )
    rows = session.execute(sa.select(ranked.c.id, ranked.c.user_id).where(ranked.c.place == 1).order_by(ranked.c.id))
    return {row.id: row.user_id for row in rows}
