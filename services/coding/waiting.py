"""The queue of the judge as people meet it: how many may wait, for how long, and where somebody stands."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.coding import machine
from services.coding.models import Submission
from services.platform import clock, jobs, lanes
from services.platform.actor import Actor
from services.platform.config import settings
from services.platform.errors import LimitReached
from services.platform.messages import N_

JOB = "coding.judge"
OPEN = ("queued", "running")
WAITED_TOO_LONG = N_("It waited too long for the judge and was not judged. Your code is kept: hand it in again.")
QUEUE = jobs.queue_of(JOB)
_SECONDS_EACH = 0.5  # what a submission takes, roughly; only to say when to come back
_SHORTEST_WAIT, _LONGEST_WAIT = 10, 300  # seconds


def promise(session: Session, actor: Actor, submission: Submission) -> None:
    """Have a submission judged when it is its owner's turn, as part of this transaction."""
    jobs.enqueue(
        session,
        actor,
        JOB,
        {"submission_id": str(submission.id)},
        key=_key(submission.id),
        lane=str(submission.user_id),
    )


def withdraw(session: Session, actor: Actor, submission: Submission) -> None:
    """Give a submission's turn back, as part of this transaction."""
    jobs.withdraw(session, actor, _key(submission.id))


def place(session: Session, submission: Submission) -> int:
    """Return where a submission stands in the queue, from 1; 0 when it does not."""
    if submission.status != "queued" or expired(submission.created_at):
        return 0
    return lanes.place(session, submission.organisation_id, _key(submission.id))


def expired(handed_in: datetime) -> bool:
    """Whether what was handed in then and is not judged yet waits no longer."""
    return clock.now() - handed_in >= timedelta(minutes=settings().judge_wait_minutes)


def refuse_too_many(session: Session, user_id: UUID) -> None:
    """Raise ``LimitReached``, with when to come back, where this person or everybody has too many waiting."""
    since = clock.now() - timedelta(minutes=settings().judge_wait_minutes)
    own = session.scalar(
        sa.select(sa.func.count(col(Submission.id))).where(
            col(Submission.user_id) == user_id, col(Submission.status).in_(OPEN), col(Submission.created_at) > since
        )
    )
    most = settings().judge_waiting_each
    if (own or 0) >= most:
        raise LimitReached("{count} of your submissions are waiting for the judge.", retry_after=10, count=most)
    waiting = lanes.waiting(session, QUEUE)
    if waiting >= settings().judge_waiting:
        seconds = round(min(_LONGEST_WAIT, max(_SHORTEST_WAIT, waiting * _SECONDS_EACH / machine.slots())))
        raise LimitReached(
            "Very many programs are waiting for the judge, so yours was not handed in. It is kept in the editor. "
            "Hand it in again in {seconds} seconds.",
            retry_after=seconds,
            seconds=seconds,
        )


def _key(submission_id: UUID) -> str:
    return f"{JOB}:{submission_id}"
