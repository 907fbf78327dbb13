"""Who works on which job, and until when: a claim is written into the job's row, and lapses with its worker."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.platform import clock, lanes
from services.platform.database import across_organisations, reading_across_organisations
from services.platform.models import Job, JobStatus

LEASE_SECONDS = 20.0


class LeaseLost(Exception):
    """Another worker has taken the job over; what this one was about to write is rolled back."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job this process has the lease of. ``attempt`` tells this claim from a later one of the same job."""

    id: UUID
    organisation_id: UUID
    kind: str
    payload: dict[str, Any]
    attempt: int
    max_attempts: int


_held: dict[UUID, Claim] = {}


def take(job_id: UUID) -> Claim | None:
    """Claim a job that is waiting and due, or the one before it in its line; None when there is none to claim."""
    now = clock.now()
    line = _line_of(job_id)
    wanted = lanes.next_of(line, job_id, now) if line else job_id
    claimed = (
        sa.update(Job)
        .where(col(Job.id) == wanted, col(Job.status) == JobStatus.queued, col(Job.run_at) <= now)
        .values(
            status=JobStatus.running, attempts=col(Job.attempts) + 1, lease_until=now + timedelta(seconds=LEASE_SECONDS)
        )
        .returning(
            col(Job.id),
            col(Job.organisation_id),
            col(Job.kind),
            col(Job.payload),
            col(Job.attempts),
            col(Job.max_attempts),
        )
        .execution_options(synchronize_session=False)
    )
    with across_organisations() as session:
        row = session.execute(claimed).one_or_none()
    if row is None:
        return None
    claim = Claim(row[0], row[1], row[2], row[3], row[4], row[5])
    _held[claim.id] = claim
    return claim


def _line_of(job_id: UUID) -> str | None:
    with reading_across_organisations() as session:
        return session.scalar(sa.select(col(Job.line)).where(col(Job.id) == job_id))


def let_go(claim: Claim) -> None:
    """Stop renewing a lease: its job has ended, or is to be done by somebody else."""
    _held.pop(claim.id, None)


def mark(session: Session, claim: Claim, **values: Any) -> bool:
    """Change the job while this claim of it holds; False, and nothing changed, when it holds no more."""
    changed = session.execute(
        sa.update(Job)
        .where(col(Job.id) == claim.id, col(Job.status) == JobStatus.running, col(Job.attempts) == claim.attempt)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(getattr(changed, "rowcount", 0))


def renew() -> None:
    """Prolong the leases of what this process is working on; called well within a lease's length."""
    held = list(_held.values())
    if not held:
        return
    until = clock.now() + timedelta(seconds=LEASE_SECONDS)
    with across_organisations() as session:
        for claim in held:
            mark(session, claim, lease_until=until)


def give_back() -> int:
    """Return to the queue what this process is still working on and will not finish; how many jobs that were.

    Whoever starts next does them at once instead of waiting for the leases to end. A job on its last attempt stays: it
    is found dead, and told so, when its lease ends.
    """
    held = list(_held.values())
    now = clock.now()
    given = 0
    with across_organisations() as session:
        for claim in held:
            if claim.attempt < claim.max_attempts:
                values = {"run_at": now, "sent_at": None, "lease_until": None, "last_error": "its server was stopped"}
                given += mark(session, claim, status=JobStatus.queued, **values)
    return given


def release_lost(now: datetime) -> list[Claim]:
    """Give back what lost its lease to the queue, or to the dead where its attempts are used up; returns the dead."""
    lost = (col(Job.status) == JobStatus.running, col(Job.lease_until) < now)
    with across_organisations() as session:
        dead = session.execute(
            sa.update(Job)
            .where(*lost, col(Job.attempts) >= col(Job.max_attempts))
            .values(status=JobStatus.dead, finished_at=now, lease_until=None, last_error="its worker ended")
            .returning(col(Job.id), col(Job.organisation_id), col(Job.kind), col(Job.payload), col(Job.attempts))
            .execution_options(synchronize_session=False)
        ).all()
        session.execute(
            sa.update(Job)
            .where(*lost)
            .values(status=JobStatus.queued, run_at=now, sent_at=None, lease_until=None, last_error="its worker ended")
            .execution_options(synchronize_session=False)
        )
    return [Claim(row[0], row[1], row[2], row[3], row[4], row[4]) for row in dead]
