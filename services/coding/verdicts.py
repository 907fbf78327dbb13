"""Judging what was handed in: claimed, judged outside any transaction, and written once."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.accounts.models import User
from services.coding import judging, waiting
from services.coding.files import Files
from services.coding.judging import BrokenTests, Judgement, Task
from services.coding.loading import key_of, whole_task, with_starter
from services.coding.models import Submission
from services.coding.progress import Progress
from services.courses.models import Exercise
from services.enrolment import exercise_passed
from services.platform import clock
from services.platform.actor import Actor, Role
from services.platform.database import unit_of_work
from services.platform.errors import Forbidden, LimitReached, NotFound, Unavailable
from services.platform.ids import new_id, parse_id
from services.platform.messages import N_

OURS = N_("The judge failed, not your program. This does not count as a try. Hand it in again.")


def judge_pending(actor: Actor, *, submission_id: object) -> None:
    """Judge a submission that waits, outside any transaction. Running it again does no harm: it is judged once.

    Whoever claims it last may write the result. A claim whose worker died is followed by one other; a second time it
    may be the submission that kills workers, and it ends as the judge's failure.
    """
    require_system(actor)
    claimed = _claim(actor, submission_id)
    if claimed is None:
        return
    claim, task, files = claimed
    try:
        judgement = judging.judge_files(task, files, Progress(actor, parse_id(submission_id), claim))
    except (Unavailable, LimitReached) as error:
        _wait(actor, submission_id, claim, error.message)
        raise
    except BrokenTests as error:
        _end(actor, submission_id, claim, error.message)
        return
    _finish(actor, submission_id, claim, judgement)


def give_up(actor: Actor, *, submission_id: object) -> None:
    """Say that a submission will not be judged any more; it can be handed in again."""
    require_system(actor)
    with unit_of_work(actor) as session:
        found = locked(session, submission_id)
        if found.status in waiting.OPEN:
            _fail(found, found.message or OURS)


def require_system(actor: Actor) -> None:
    """Refuse everybody but the system itself: only a job judges."""
    if actor.role is not Role.system:
        raise Forbidden("You may not do this.")


def locked(session: Session, submission_id: object) -> Submission:
    """The submission, which nobody else changes until this transaction ends; for the judge's own functions."""
    found = session.scalar(sa.select(Submission).where(col(Submission.id) == parse_id(submission_id)).with_for_update())
    if found is None:
        raise NotFound
    return found


def write(session: Session, found: Submission, judgement: Judgement) -> None:
    """Give a submission its verdict, and its owner the progress that it means."""
    found.verdict, found.score = judgement.verdict, judgement.score
    found.passed, found.total = judgement.passed, judgement.total
    found.result = judgement.result
    if judgement.verdict == "accepted":
        exercise = session.scalars(sa.select(Exercise).where(col(Exercise.id) == found.exercise_id)).one()
        exercise_passed(session, _owner(session, found), exercise)


def task_of(session: Session, found: Submission) -> tuple[Task, Files]:
    """What the judge needs to judge a submission, by the exercise's tests as they are now."""
    exercise = session.scalars(sa.select(Exercise).where(col(Exercise.id) == found.exercise_id)).one()
    return whole_task(exercise, key_of(session, exercise.id)), with_starter(exercise, found.files)


def _claim(actor: Actor, submission_id: object) -> tuple[UUID, Task, Files] | None:
    with unit_of_work(actor) as session:
        found = locked(session, submission_id)
        if found.status not in waiting.OPEN:
            return None
        if waiting.expired(found.created_at):
            _fail(found, found.message or waiting.WAITED_TOO_LONG)
            return None
        if found.status == "running":
            if found.died_at is not None:
                _fail(found, OURS)
                return None
            found.died_at = clock.now()
        found.status, found.claim, found.message = "running", new_id(), ""
        found.cases_done = found.cases_total = 0
        return found.claim, *task_of(session, found)


def _fail(found: Submission, message: str) -> None:
    found.status, found.finished_at, found.claim = "failed", clock.now(), None
    found.verdict, found.message = "internal_error", message


def _wait(actor: Actor, submission_id: object, claim: UUID, message: str) -> None:
    with unit_of_work(actor) as session:
        found = locked(session, submission_id)
        if found.claim == claim and found.status == "running":
            found.status, found.message = "queued", message


def _end(actor: Actor, submission_id: object, claim: UUID, message: str) -> None:
    with unit_of_work(actor) as session:
        found = locked(session, submission_id)
        if found.claim == claim and found.status == "running":
            _fail(found, message)


def _finish(actor: Actor, submission_id: object, claim: UUID, judgement: Judgement) -> None:
    with unit_of_work(actor) as session:
        found = locked(session, submission_id)
        if found.claim != claim or found.status != "running":
            return
        found.status, found.finished_at, found.claim = "done", clock.now(), None
        write(session, found, judgement)


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
