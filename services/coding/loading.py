"""Loading is checking: each function returns rows this actor may have, or raises."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.coding import judging
from services.coding.judging import Task
from services.coding.models import Submission
from services.courses import editable_course
from services.courses.models import Exercise, ExerciseKey
from services.enrolment import studied_lesson
from services.platform.actor import Actor
from services.platform.errors import NotFound
from services.platform.ids import parse_id
from services.platform.permissions import Permission, allowed, require_person


def studied_exercise(session: Session, actor: Actor, exercise_id: object) -> Exercise:
    """The exercise, when this person may study its lesson."""
    exercise = session.scalar(sa.select(Exercise).where(col(Exercise.id) == parse_id(exercise_id)))
    if exercise is None:
        raise NotFound
    studied_lesson(session, actor, exercise.lesson_id)
    return exercise


def readable_submission(session: Session, actor: Actor, submission_id: object) -> Submission:
    """A submission of one's own, or anybody's in the organisation for those who teach there."""
    user_id = require_person(actor, Permission.learn)
    found = session.scalar(sa.select(Submission).where(col(Submission.id) == parse_id(submission_id)))
    if found is None or not (found.user_id == user_id or allowed(actor, Permission.see_learners)):
        raise NotFound
    return found


def own_submission(session: Session, actor: Actor, submission_id: object, *, lock: bool = False) -> Submission:
    """A submission of one's own; another's does not exist, also to those who teach."""
    user_id = require_person(actor, Permission.learn)
    wanted = sa.select(Submission).where(
        col(Submission.id) == parse_id(submission_id), col(Submission.user_id) == user_id
    )
    found = session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise NotFound
    return found


def editable_exercise(session: Session, actor: Actor, exercise_id: object, *, lock: bool = False) -> Exercise:
    """An exercise of a course that the actor may write."""
    wanted = sa.select(Exercise).where(col(Exercise.id) == parse_id(exercise_id))
    found = session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise NotFound
    editable_course(session, actor, found.course_id)
    return found


def public_task(session: Session, exercise: Exercise) -> Task:
    """What a run against the public cases needs; no hidden case and no unit test is even read."""
    mode, checker, rules = session.execute(
        sa.select(col(ExerciseKey.mode), col(ExerciseKey.checker), col(ExerciseKey.judging)).where(
            col(ExerciseKey.exercise_id) == exercise.id
        )
    ).one_or_none() or ("cases", "tokens", None)
    return Task(
        language=exercise.language,
        entry=exercise.entry,
        mode="cases",
        checker=judging.checker_named(checker),
        public_cases=exercise.public_cases,
        hidden_cases=(),
        tests={},
        support={},
        limits=judging.exercise_limits(exercise, mode=mode),
        judging=rules or {},
        runs=bool(exercise.public_cases) or mode == "cases" or not judging.only_with_tests(exercise.language),
    )


def whole_task(exercise: Exercise, key: ExerciseKey) -> Task:
    """What the judgement of a submission needs; for the judge's own functions."""
    return Task(
        language=exercise.language,
        entry=exercise.entry,
        mode="unit_tests" if key.mode == "unit_tests" else "cases",
        checker=judging.checker_named(key.checker),
        public_cases=exercise.public_cases,
        hidden_cases=key.hidden_cases,
        tests=key.tests,
        support=key.support,
        limits=judging.exercise_limits(exercise, mode=key.mode),
        judging=key.judging or {},
    )


def key_of(session: Session, exercise_id: UUID) -> ExerciseKey:
    """The hidden part of an exercise."""
    return session.scalars(sa.select(ExerciseKey).where(col(ExerciseKey.exercise_id) == exercise_id)).one()


def with_starter(exercise: Exercise, files: dict[str, str]) -> dict[str, str]:
    """The files sent, and those of the starter that were not: an API client may send only what it changed."""
    return {**exercise.starter, **files}
