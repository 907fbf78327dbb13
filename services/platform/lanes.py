"""Whose turn it is: jobs that people wait for are taken in turn between people, not in the order in which they came.

Every job of a line has a lane (whose it is) and a turn, which is start-time fair queueing: the line's turn goes up with
what is taken, a lane's next job stands one turn behind its last, and nobody stands before the line's turn. So who sends
fifty has one of them taken in each round, and who comes then with a first one is in the round that is being taken. A
line is one queue's for all organisations, because they share the workers; of others only how many they are is told.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.platform import clock
from services.platform.database import table_of
from services.platform.models import Job, JobStatus

_table = table_of(Job)
_job = _table.c
_earlier = _table.alias("earlier").c
# A worker's claim changes the table it chooses from.
_standing = _table.alias("standing").c


def next_turn(session: Session, line: str, lane: str) -> int:
    """Return the turn of a new job of ``lane``: after its lane's last one, and not before the line's."""
    waiting = (_job.status == JobStatus.queued, _job.run_at <= clock.now())
    taken, finished = (_job.status == JobStatus.running,), (_job.status == JobStatus.done,)
    asked = sa.select(
        _first(line, *waiting), _first(line, *taken), _last(line, *finished), _last(line, _job.lane == lane)
    )
    next_waiting, next_taken, done, own = session.execute(asked).one()
    ahead = [turn for turn in (next_waiting, next_taken) if turn is not None]
    # In an empty line nobody is behind: the round that ended is over for all.
    now = min(ahead) if ahead else 0 if done is None else done + 1
    return int(now if own is None else max(now, own + 1))


def _first(line: str, *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(_job.turn).where(_job.line == line, *where).order_by(_job.turn).limit(1).scalar_subquery()


def _last(line: str, *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(_job.turn).where(_job.line == line, *where).order_by(_job.turn.desc()).limit(1).scalar_subquery()


def next_of(line: str, job_id: UUID, now: datetime) -> sa.ScalarSelect[UUID]:
    """Return the question for the job whose turn it is, where a worker was sent a message about ``job_id``.

    It takes only jobs that have a message of their own on the way (or are that one): then there are as many messages
    as jobs, whichever message leads to which job. What another worker is just taking is passed over.
    """
    return (
        sa.select(_standing.id)
        .where(
            _standing.line == line,
            _standing.status == JobStatus.queued,
            _standing.run_at <= now,
            sa.or_(_standing.sent_at.is_not(None), _standing.id == job_id),
        )
        .order_by(_standing.turn, _standing.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )


def waiting(session: Session, line: str) -> int:
    """Return how many jobs stand in a line, of everybody."""
    asked = sa.select(sa.func.count()).where(_job.line == line, _job.status == JobStatus.queued)
    return session.scalar(asked) or 0


def place(session: Session, organisation_id: UUID, key: str) -> int:
    """Return the place in its line of the job that was promised with ``key``, from 1; 0 when it does not wait there.

    One who comes later but has had fewer turns may still be let in before it, as it was before others.
    """
    ahead = (
        sa.select(sa.func.count())
        .where(
            _earlier.line == _job.line,
            _earlier.status == JobStatus.queued,
            sa.or_(_earlier.turn < _job.turn, sa.and_(_earlier.turn == _job.turn, _earlier.id < _job.id)),
        )
        .correlate(_table)
        .scalar_subquery()
    )
    mine = (_job.organisation_id == organisation_id, _job.key == key, _job.line.is_not(None))
    waits = sa.or_(
        _job.status == JobStatus.running, sa.and_(_job.status == JobStatus.queued, _job.run_at <= clock.now())
    )
    # Its worker has it, and is about to begin: nobody is before it any more.
    before = sa.case((_job.status == JobStatus.running, 0), else_=ahead)
    found = session.scalar(sa.select(before).select_from(_table).where(*mine, waits))
    return 0 if found is None else found + 1
