"""Handing code in, taking it back, and reading what became of it."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.accounts.models import User
from services.coding import machine, waiting
from services.coding.drafts import save_draft
from services.coding.files import Files, digest_of, parse_files
from services.coding.loading import own_submission, readable_submission, studied_exercise
from services.coding.models import Submission
from services.coding.schemas import SubmissionView
from services.coding.seats import content, exercise_seat
from services.coding.views import submission_view
from services.courses.models import Exercise
from services.platform import audit, clock
from services.platform.actor import Actor
from services.platform.database import reading, unit_of_work
from services.platform.errors import Conflict, Invalid, LimitReached, Unavailable
from services.platform.ids import parse_id
from services.platform.messages import N_
from services.platform.permissions import Permission, require_person
from services.platform.rate import limiter

_PER_MINUTE = 60  # of one person: what the judge says of a program is not to be asked for each byte of a hidden test
_SAME_CLICK = timedelta(seconds=3)
_LONGEST_KEY = 80


def submit(actor: Actor, *, exercise_id: object, files: object, request_key: object = None) -> SubmissionView:
    """Hand files in: a row, and the promise to judge it, in one transaction. A double click hands in once.

    With a ``request_key`` that the sender made up, the same request sent again is the first one, however much later.
    What is refused because too many wait, or because this server cannot run its language, is kept as the draft.
    """
    user_id = require_person(actor, Permission.learn)
    parsed, key = parse_files(files), _parse_key(request_key)
    limiter.take(f"submit:{user_id}", _PER_MINUTE, 60)
    try:
        machine.require_language(_language_of(actor, exercise_id))
        return _store(actor, user_id, exercise_id, parsed, key)
    except (LimitReached, Unavailable):
        save_draft(actor, exercise_id=exercise_id, files=parsed, known={})
        raise


def submit_again(actor: Actor, *, submission_id: object) -> SubmissionView:
    """Hand in the code of one of one's own submissions once more."""
    require_person(actor, Permission.learn)
    with reading(actor) as session:
        earlier = own_submission(session, actor, submission_id)
    return submit(actor, exercise_id=earlier.exercise_id, files=earlier.files)


def _language_of(actor: Actor, exercise_id: object) -> str:
    """Asked in a transaction of its own: whether it can be run may take a cell to find out."""
    wanted = parse_id(exercise_id)
    with reading(actor) as session:
        return content(session, exercise_seat(session, actor, wanted), wanted).view.language


def _store(actor: Actor, user_id: UUID, exercise_id: object, files: Files, key: str | None) -> SubmissionView:
    digest = digest_of(files)
    with unit_of_work(actor) as session:
        exercise = studied_exercise(session, actor, exercise_id)
        # One person's submissions follow each other, so that a double click finds the first one.
        session.scalars(sa.select(User).where(col(User.id) == user_id).with_for_update(key_share=True)).one()
        last = _last(session, exercise, user_id)
        same = _same_request(session, exercise, user_id, key, digest) if key else _same_click(last, digest)
        if same is not None:
            return submission_view(same, waiting.place(session, same))
        waiting.refuse_too_many(session, user_id)
        submission = Submission(
            organisation_id=actor.organisation_id,
            course_id=exercise.course_id,
            exercise_id=exercise.id,
            user_id=user_id,
            number=last.number + 1 if last else 1,
            files=files,
            digest=digest,
            request_key=key,
        )
        session.add(submission)
        session.flush()
        waiting.promise(session, actor, submission)
        audit.record(session, actor, "submission.create", submission, number=submission.number)
        return submission_view(submission, waiting.place(session, submission))


def _parse_key(key: object) -> str | None:
    if key is None or key == "":
        return None
    if not isinstance(key, str) or len(key) > _LONGEST_KEY or not key.isascii() or not key.isprintable():
        problem = N_("A request's key has at most 80 letters, digits and signs.")
        raise Invalid(problem, fields={"Idempotency-Key": problem})
    return key


def _last(session: Session, exercise: Exercise, user_id: UUID) -> Submission | None:
    return session.scalar(
        sa.select(Submission)
        .where(col(Submission.exercise_id) == exercise.id, col(Submission.user_id) == user_id)
        .order_by(col(Submission.number).desc())
        .limit(1)
    )


def _same_request(session: Session, exercise: Exercise, user_id: UUID, key: str, digest: str) -> Submission | None:
    wanted = sa.select(Submission).where(col(Submission.user_id) == user_id, col(Submission.request_key) == key)
    found = session.scalar(wanted)
    if found is not None and (found.exercise_id != exercise.id or found.digest != digest):
        problem = N_("This key was used for another request.")
        raise Invalid(problem, fields={"Idempotency-Key": problem})
    return found


def _same_click(last: Submission | None, digest: str) -> Submission | None:
    if last is None or last.digest != digest:
        return None
    just_now = clock.now() - last.created_at < _SAME_CLICK
    waits = last.status in waiting.OPEN and not waiting.expired(last.created_at)
    return last if waits or (just_now and last.status == "done") else None


def submission(actor: Actor, *, submission_id: object) -> SubmissionView:
    """A submission with its judgement: one's own, or a learner's for those who teach."""
    with reading(actor) as session:
        found = readable_submission(session, actor, submission_id)
        return submission_view(found, waiting.place(session, found))


def cancel(actor: Actor, *, submission_id: object) -> SubmissionView:
    """Take a submission back that still waits for the judge; what has ended stays as it is."""
    with unit_of_work(actor) as session:
        found = own_submission(session, actor, submission_id, lock=True)
        if found.status == "running":
            raise Conflict("This is being judged already, and cannot be taken back any more.")
        if found.status == "queued":
            found.status, found.finished_at, found.message = "cancelled", clock.now(), ""
            waiting.withdraw(session, actor, found)
            audit.record(session, actor, "submission.cancel", found, number=found.number)
    return submission_view(found)
