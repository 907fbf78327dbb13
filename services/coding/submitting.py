"""Handing code in, having it judged, and reading the judgement."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.accounts.models import User
from services.coding import judging
from services.coding.files import Files, digest_of, parse_files
from services.coding.judging import Judgement, Task
from services.coding.loading import (
    key_of,
    readable_submission,
    studied_exercise,
    whole_task,
    with_starter,
)
from services.coding.models import Submission
from services.coding.schemas import SubmissionRow, SubmissionView
from services.coding.views import ROW_COLUMNS, submission_row, submission_view
from services.courses.models import Exercise
from services.enrolment import exercise_passed
from services.platform import audit, clock, jobs
from services.platform.actor import Actor, Role
from services.platform.database import reading, unit_of_work
from services.platform.errors import Forbidden, LimitReached, NotFound, Unavailable
from services.platform.ids import new_id, parse_id
from services.platform.messages import N_
from services.platform.permissions import Permission, require_person

JOB = "coding.judge"
_MOST_WAITING = 3
_SAME_CLICK = timedelta(seconds=3)
_ROWS_LISTED = 50
_OPEN = ("queued", "running")


def submit(actor: Actor, *, exercise_id: object, files: object) -> SubmissionView:
    """Hand files in: a row, and the promise to judge it, in one transaction. A double click hands in once."""
    user_id = require_person(actor, Permission.learn)
    parsed = parse_files(files)
    digest = digest_of(parsed)
    with unit_of_work(actor) as session:
        exercise = studied_exercise(session, actor, exercise_id)
        # One person's submissions follow each other, so that a double click finds the first one.
        session.scalars(sa.select(User).where(col(User.id) == user_id).with_for_update(key_share=True)).one()
        last = _last(session, exercise, user_id)
        if last is not None and last.digest == digest and _same_click(last):
            return submission_view(last)
        _refuse_too_many(session, user_id)
        submission = Submission(
            organisation_id=actor.organisation_id,
            course_id=exercise.course_id,
            exercise_id=exercise.id,
            user_id=user_id,
            number=last.number + 1 if last else 1,
            files=parsed,
            digest=digest,
        )
        session.add(submission)
        session.flush()
        jobs.enqueue(session, actor, JOB, {"submission_id": str(submission.id)}, key=f"{JOB}:{submission.id}")
        audit.record(session, actor, "submission.create", submission, number=submission.number)
    return submission_view(submission)


def _last(session: Session, exercise: Exercise, user_id: UUID) -> Submission | None:
    return session.scalar(
        sa.select(Submission)
        .where(col(Submission.exercise_id) == exercise.id, col(Submission.user_id) == user_id)
        .order_by(col(Submission.number).desc())
        .limit(1)
    )


def _same_click(last: Submission) -> bool:
    just_now = clock.now() - last.created_at < _SAME_CLICK
    return last.status in _OPEN or (just_now and last.status == "done")


def _refuse_too_many(session: Session, user_id: UUID) -> None:
    waiting = session.scalar(
        sa.select(sa.func.count(col(Submission.id))).where(
            col(Submission.user_id) == user_id, col(Submission.status).in_(_OPEN)
        )
    )
    if (waiting or 0) >= _MOST_WAITING:
        raise LimitReached(
            "{count} of your submissions are waiting for the judge.", retry_after=10, count=_MOST_WAITING
        )


def submission(actor: Actor, *, submission_id: object) -> SubmissionView:
    """A submission with its judgement: one's own, or a learner's for those who teach."""
    with reading(actor) as session:
        return submission_view(readable_submission(session, actor, submission_id))


def submissions(actor: Actor, *, exercise_id: object) -> list[SubmissionRow]:
    """One's own submissions at an exercise, the newest first."""
    user_id = require_person(actor, Permission.learn)
    with reading(actor) as session:
        exercise = studied_exercise(session, actor, exercise_id)
        rows: Sequence[sa.Row[tuple[object, ...]]] = session.execute(
            sa.select(*(getattr(Submission, name) for name in ROW_COLUMNS))
            .where(col(Submission.exercise_id) == exercise.id, col(Submission.user_id) == user_id)
            .order_by(col(Submission.number).desc())
            .limit(_ROWS_LISTED)
        ).all()
    return [submission_row(row) for row in rows]


def judge_pending(actor: Actor, *, submission_id: object) -> None:
    """Judge a submission that waits, outside any transaction. Running it again does no harm: it is judged once.

    Whoever claims it last may write the result; a claim whose worker died is simply followed by another.
    """
    if actor.role is not Role.system:
        raise Forbidden("You may not do this.")
    claimed = _claim(actor, submission_id)
    if claimed is None:
        return
    claim, task, files = claimed
    try:
        judgement = judging.judge_files(task, files)
    except (Unavailable, LimitReached) as error:
        _wait(actor, submission_id, claim, error.message)
        raise
    _finish(actor, submission_id, claim, judgement)


def give_up(actor: Actor, *, submission_id: object) -> None:
    """Say that a submission will not be judged any more; it can be handed in again."""
    if actor.role is not Role.system:
        raise Forbidden("You may not do this.")
    with unit_of_work(actor) as session:
        found = _locked(session, submission_id)
        if found.status in _OPEN:
            found.status, found.finished_at, found.claim = "failed", clock.now(), None
            found.message = found.message or N_("The judge could not judge this. Hand it in again.")


def _locked(session: Session, submission_id: object) -> Submission:
    found = session.scalar(sa.select(Submission).where(col(Submission.id) == parse_id(submission_id)).with_for_update())
    if found is None:
        raise NotFound
    return found


def _claim(actor: Actor, submission_id: object) -> tuple[UUID, Task, Files] | None:
    with unit_of_work(actor) as session:
        found = _locked(session, submission_id)
        if found.status not in _OPEN:
            return None
        found.status, found.claim, found.message = "running", new_id(), ""
        exercise = session.scalars(sa.select(Exercise).where(col(Exercise.id) == found.exercise_id)).one()
        task = whole_task(exercise, key_of(session, exercise.id))
        return found.claim, task, with_starter(exercise, found.files)


def _wait(actor: Actor, submission_id: object, claim: UUID, message: str) -> None:
    with unit_of_work(actor) as session:
        found = _locked(session, submission_id)
        if found.claim == claim and found.status == "running":
            found.status, found.message = "queued", message


def _finish(actor: Actor, submission_id: object, claim: UUID, judgement: Judgement) -> None:
    with unit_of_work(actor) as session:
        found = _locked(session, submission_id)
        if found.claim != claim or found.status != "running":
            return
        found.status, found.finished_at, found.claim = "done", clock.now(), None
        found.verdict, found.score = judgement.verdict, judgement.score
        found.passed, found.total = judgement.passed, judgement.total
        found.result = judgement.result
        if judgement.verdict == "accepted":
            exercise = session.scalars(sa.select(Exercise).where(col(Exercise.id) == found.exercise_id)).one()
            exercise_passed(session, _owner(session, found), exercise)


def _owner(session: Session, found: Submission) -> Actor:
    """Whose progress it is; the judge acts for them."""
    user = session.scalars(sa.select(User).where(col(User.id) == found.user_id)).one()
    return Actor(
        organisation_id=user.organisation_id,
        role=Role(user.role),
        user_id=user.id,
        name=user.name,
        language=user.language,
    )
