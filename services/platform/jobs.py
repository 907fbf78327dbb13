"""Work that is done later and must not be lost.

A job is a row written in the same transaction as its cause (an outbox). A message with nothing but the job's id goes
through the queue (``queues.py``) right after the commit; whoever receives it claims the row for as long as a lease
lasts, renews the lease while working, and marks the row when done. What lost its message or its worker is sent again by
``sweep``. So a handler runs at least once; to make its effect happen exactly once, it either checks the rows it works
on, or calls ``complete`` in the transaction that writes the effect.
"""

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col

from services.platform import clock, lanes, leases, metrics
from services.platform.actor import Actor, system
from services.platform.database import across_organisations
from services.platform.errors import Conflict, LimitReached, ServiceError, Unavailable
from services.platform.leases import Claim, LeaseLost
from services.platform.models import Job, JobStatus
from services.platform.redaction import redact
from services.platform.request import request

RESEND_SECONDS = 60.0
LONGEST_BACKOFF_SECONDS = 300.0
_PENDING = "jobs_to_send"

Handler = Callable[[Actor, dict[str, Any]], None]
GaveUp = Callable[[Actor, dict[str, Any], str], None]
Send = Callable[[str, UUID], None]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Kind:
    run: Handler
    gave_up: GaveUp | None
    max_attempts: int


_kinds: dict[str, _Kind] = {}
_current: ContextVar[Claim | None] = ContextVar("current_job", default=None)
_send: Send | None = None


def handler(kind: str, *, max_attempts: int = 5, gave_up: GaveUp | None = None) -> Callable[[Handler], Handler]:
    """Declare the function that does jobs of ``kind`` ("coding.judge": the feature's name chooses the queue).

    It gets the system's actor in the job's organisation and the payload. A ``ServiceError`` ends the job as failed
    (waiting would not change it), except ``Unavailable``, ``LimitReached`` and ``Conflict``; those and every other
    error are tried again later, ``max_attempts`` times in all. ``gave_up`` is called once when it will not be tried
    again, so that the feature can tell the person who waits.
    """

    def declare(function: Handler) -> Handler:
        if "." not in kind:
            raise ValueError(f"a job's kind starts with its feature, as in coding.judge; not {kind!r}")
        _kinds[kind] = _Kind(function, gave_up, max_attempts)
        return function

    return declare


def queue_of(kind: str) -> str:
    """Return the queue of a kind: its feature. Each has workers of its own, so that none starves another."""
    return kind.partition(".")[0]


def known_queues() -> list[str]:
    """Return the queues that the handlers declared so far need."""
    return sorted({queue_of(kind) for kind in _kinds})


def enqueue(
    session: Session,
    actor: Actor,
    kind: str,
    payload: dict[str, Any],
    key: str | None = None,
    *,
    delay_seconds: float = 0,
    lane: str | None = None,
) -> UUID:
    """Promise a job as part of this transaction and return its id; it starts right after the commit.

    ``payload`` holds ids, not contents. With a ``key``, a second promise with the same key is the first one again.
    With a ``lane`` (whose job it is) it is taken in turn with those of others in its queue: see ``lanes.py``.
    """
    if key is not None and (found := _with_key(session, actor, key)):
        return found
    declared = _kinds.get(kind)
    now = clock.now()
    job = Job(
        organisation_id=actor.organisation_id,
        kind=kind,
        payload=payload,
        key=key,
        max_attempts=declared.max_attempts if declared else 5,
        line=queue_of(kind) if lane else None,
        lane=lane,
        turn=lanes.next_turn(session, queue_of(kind), lane) if lane else None,
        run_at=now + timedelta(seconds=delay_seconds),
        sent_at=None if delay_seconds else now,
    )
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:
        # Somebody promised it between our look and our write.
        if key is not None and (found := _with_key(session, actor, key)):
            return found
        raise
    if not delay_seconds:
        session.info.setdefault(_PENDING, []).append((kind, job.id))
    return job.id


def _with_key(session: Session, actor: Actor, key: str) -> UUID | None:
    return session.scalar(
        sa.select(col(Job.id)).where(col(Job.organisation_id) == actor.organisation_id, col(Job.key) == key)
    )


def withdraw(session: Session, actor: Actor, key: str) -> bool:
    """Take a promise back as part of this transaction; False when it is being kept already, or was."""
    waits = (
        col(Job.organisation_id) == actor.organisation_id,
        col(Job.key) == key,
        col(Job.status) == JobStatus.queued,
    )
    changed = session.execute(
        sa.update(Job)
        .where(*waits)
        .values(status=JobStatus.done, finished_at=clock.now(), last_error="withdrawn")
        .execution_options(synchronize_session=False)
    )
    return bool(getattr(changed, "rowcount", 0))


def use_queue(send: Send | None) -> None:
    """Set how a message is sent; ``queues.py`` does so when it is first needed."""
    global _send
    _send = send


@event.listens_for(Session, "after_commit")
def _wake(session: Session) -> None:
    if session.in_nested_transaction():
        return  # a savepoint was released; the transaction itself may still be rolled back
    for kind, job_id in session.info.pop(_PENDING, []):
        _send_quietly(kind, job_id)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_PENDING, None)


def _send_quietly(kind: str, job_id: UUID) -> None:
    global _send
    if _send is None:
        from services.platform import queues  # on first use: it opens the queue, and needs this module

        _send = queues.send
    try:
        _send(queue_of(kind), job_id)
    except Exception:
        log.warning("The queue did not take job %s; the sweep will send it again.", job_id, exc_info=True)


def complete(session: Session) -> None:
    """Mark the running job done in this transaction, so that its effect and its end are one.

    Raises ``LeaseLost`` when another worker has taken the job over meanwhile.
    """
    claim = _current.get()
    if claim is None:
        raise RuntimeError("complete is for job handlers")
    if not leases.mark(session, claim, status=JobStatus.done, finished_at=clock.now(), lease_until=None, last_error=""):
        raise LeaseLost(str(claim.id))


def run(job_id: UUID) -> bool:
    """Do one job if it is waiting and due; False when somebody else has it or it is finished.

    Where jobs are taken in turn, it is the one whose turn it is, and ``job_id`` only the occasion.
    """
    claim = leases.take(job_id)
    if claim is None:
        return False
    started = time.monotonic()
    with request(f"job-{claim.id.hex[-12:]}"):
        token = _current.set(claim)
        try:
            outcome = _attempt(claim)
        finally:
            _current.reset(token)
            leases.let_go(claim)
            metrics.job_seconds.labels(claim.kind).observe(time.monotonic() - started)
    metrics.jobs_finished.labels(claim.kind, outcome).inc()
    return True


def _attempt(claim: Claim) -> str:
    declared = _kinds.get(claim.kind)
    try:
        if declared is None:
            raise LookupError(f"no handler for {claim.kind}")
        declared.run(system(claim.organisation_id), claim.payload)
    except LeaseLost:
        log.warning("Job %s (%s) went on elsewhere.", claim.id, claim.kind)
        return "lost"
    except Exception as error:
        return _not_done(claim, error)
    with across_organisations() as session:
        # A handler that called complete() has ended the job already; then this finds nothing to change.
        leases.mark(session, claim, status=JobStatus.done, finished_at=clock.now(), lease_until=None, last_error="")
    return "done"


def _not_done(claim: Claim, error: Exception) -> str:
    refused = isinstance(error, ServiceError) and not isinstance(error, Unavailable | LimitReached | Conflict)
    text = redact(f"{type(error).__name__}: {error}")[:500]
    if refused or claim.attempt >= claim.max_attempts:
        status = JobStatus.failed if refused else JobStatus.dead
        log.error("Job %s (%s) is %s: %s", claim.id, claim.kind, status, text, exc_info=not refused)
        with across_organisations() as session:
            mine = leases.mark(
                session, claim, status=status, finished_at=clock.now(), lease_until=None, last_error=text
            )
        if mine:
            _tell(claim, text)
        return str(status)
    wait = _wait_before(claim.attempt + 1)
    if isinstance(error, LimitReached) and error.retry_after:
        wait = max(wait, float(error.retry_after))
    log.warning("Job %s (%s) is tried again in %.0f s: %s", claim.id, claim.kind, wait, text)
    with across_organisations() as session:
        leases.mark(
            session,
            claim,
            status=JobStatus.queued,
            run_at=clock.now() + timedelta(seconds=wait),
            sent_at=None,
            lease_until=None,
            last_error=text,
        )
    return "again"


def _wait_before(attempt: int) -> float:
    return min(LONGEST_BACKOFF_SECONDS, float(2 ** (attempt - 1)))


def _tell(claim: Claim, error: str) -> None:
    declared = _kinds.get(claim.kind)
    if declared is None or declared.gave_up is None:
        return
    try:
        declared.gave_up(system(claim.organisation_id), claim.payload, error)
    except Exception:
        log.exception("Nobody could be told that job %s (%s) was given up.", claim.id, claim.kind)


def sweep(waiting: dict[str, int] | None = None) -> int:
    """Send again what lost its message or its worker; returns how many. ``waiting``: messages in each queue.

    A message that is merely waiting its turn is not sent twice: a queue that holds as many messages as there are rows
    waiting for it has lost none.
    """
    now = clock.now()
    given_up = leases.release_lost(now)
    for claim in given_up:
        _tell(claim, "its worker ended")
    to_send: list[tuple[str, UUID]] = []
    with across_organisations() as session:
        queued = session.execute(
            sa.select(col(Job.id), col(Job.kind), col(Job.sent_at))
            .where(col(Job.status) == JobStatus.queued, col(Job.run_at) <= now)
            .order_by(col(Job.run_at))
            .limit(1000)
        ).all()
        short = _queues_that_lost(queued, waiting)
        for job_id, kind, sent_at in queued:
            stale = sent_at is not None and sent_at <= now - timedelta(seconds=RESEND_SECONDS)
            if sent_at is None or (stale and queue_of(kind) in short):
                to_send.append((kind, job_id))
        if to_send:
            session.execute(
                sa.update(Job)
                .where(col(Job.id).in_([job_id for _kind, job_id in to_send]))
                .values(sent_at=now)
                .execution_options(synchronize_session=False)
            )
    for kind, job_id in to_send:
        _send_quietly(kind, job_id)
    return len(to_send)


def _queues_that_lost(queued: Any, waiting: dict[str, int] | None) -> set[str]:
    rows: dict[str, int] = {}
    for _id, kind, sent_at in queued:
        if sent_at is not None:
            rows[queue_of(kind)] = rows.get(queue_of(kind), 0) + 1
    return {queue for queue, count in rows.items() if waiting is None or waiting.get(queue, 0) < count}


def forget_finished(days: int = 14) -> int:
    """Delete jobs that were done days ago; failed and dead ones stay for somebody to look at."""
    with across_organisations() as session:
        gone = session.execute(
            sa.delete(Job)
            .where(col(Job.status) == JobStatus.done, col(Job.finished_at) < clock.now() - timedelta(days=days))
            .execution_options(synchronize_session=False)
        )
        return int(getattr(gone, "rowcount", 0))


def run_due(limit: int = 100) -> int:
    """Do what is due now, in this thread, without a queue; for the command line and tests. Returns how many."""
    done = 0
    while done < limit:
        with across_organisations() as session:
            job_id = session.scalar(
                sa.select(col(Job.id))
                .where(col(Job.status) == JobStatus.queued, col(Job.run_at) <= clock.now())
                .order_by(col(Job.run_at), col(Job.id))
                .limit(1)
            )
        if job_id is None or not run(job_id):
            return done
        done += 1
    return done


def counts() -> dict[str, int]:
    """Return how many jobs there are of each status, over all organisations; for metrics and readiness."""
    with across_organisations() as session:
        rows = session.execute(sa.select(col(Job.status), sa.func.count()).group_by(col(Job.status))).all()
    return dict.fromkeys(map(str, JobStatus), 0) | {str(status): count for status, count in rows}
