"""Judging an exercise's submissions anew after its tests changed: one after the other, in the line with everybody's.

Each is a job that judges the next submission and, in the transaction that writes its verdict, promises the one after
it. So it goes on where it was after whatever kills the server, writes each verdict once, keeps the old one until then,
and takes one turn for each round of those who wait for their own.
"""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.coding import judging, machine, verdicts
from services.coding.files import Files
from services.coding.judging import Judgement, Task
from services.coding.loading import editable_exercise
from services.coding.models import Rejudging, RenewedVerdict, Submission
from services.coding.schemas import RejudgingView
from services.platform import audit, clock, jobs
from services.platform.actor import Actor
from services.platform.database import reading, unit_of_work
from services.platform.errors import LimitReached, NotFound, Unavailable
from services.platform.ids import parse_id
from services.platform.messages import N_

JOB = "coding.rejudge"
_STOPPED = N_("The judge did not answer for a long time. What was judged anew is kept; start again for the rest.")
_MOST_TRIES = 2  # of one submission during which the server ends without a word


def rejudge(actor: Actor, *, exercise_id: object) -> RejudgingView:
    """Judge everything that was handed in at an exercise anew; while that is going on, it is that which is returned."""
    with reading(actor) as session:
        language = editable_exercise(session, actor, exercise_id).language
    machine.require_cage()
    machine.require_language(language)
    with unit_of_work(actor) as session:
        exercise = editable_exercise(session, actor, exercise_id, lock=True)
        going_on = session.scalar(
            sa.select(Rejudging).where(col(Rejudging.exercise_id) == exercise.id, col(Rejudging.status) == "running")
        )
        if going_on is not None:
            return _view(going_on)
        started = Rejudging(
            organisation_id=actor.organisation_id, course_id=exercise.course_id, exercise_id=exercise.id
        )
        started.total = session.scalar(sa.select(sa.func.count(col(Submission.id))).where(*_to_judge(started))) or 0
        session.add(started)
        session.flush()
        _promise(session, actor, started)
        audit.record(session, actor, "exercise.rejudge", exercise, total=started.total)
    return _view(started)


def rejudge_progress(actor: Actor, *, rejudging_id: object) -> RejudgingView:
    """How far it is; for those who may write the course."""
    with reading(actor) as session:
        found = session.scalar(sa.select(Rejudging).where(col(Rejudging.id) == parse_id(rejudging_id)))
        if found is None:
            raise NotFound
        editable_exercise(session, actor, found.exercise_id)
    return _view(found)


def newest_rejudging(session: Session, exercise_id: UUID) -> RejudgingView | None:
    """The one that is going on at an exercise that the caller has loaded, which is checking; else the last one."""
    asked = sa.select(Rejudging).where(col(Rejudging.exercise_id) == exercise_id)
    found = session.scalar(asked.order_by(col(Rejudging.id).desc()).limit(1))
    return None if found is None else _view(found)


def judge_next(actor: Actor, *, rejudging_id: object) -> None:
    """Judge the next submission anew, outside any transaction. Running it again does no harm: each is judged once."""
    verdicts.require_system(actor)
    begun = _begin(actor, rejudging_id)
    if begun is None:
        return
    submission_id, task, files = begun
    try:
        judgement = judging.judge_files(task, files)
    except (Unavailable, LimitReached):
        _try_later(actor, rejudging_id, submission_id)
        raise
    with unit_of_work(actor) as session:
        going_on = _locked(session, rejudging_id)
        if going_on.status == "running" and going_on.tried_id == submission_id:
            _renew(session, actor, going_on, submission_id, judgement)
            _go_on(session, actor, going_on, submission_id)


def stop(actor: Actor, *, rejudging_id: object) -> None:
    """Say that it will not go on by itself; what was judged anew stays."""
    verdicts.require_system(actor)
    with unit_of_work(actor) as session:
        found = _locked(session, rejudging_id)
        if found.status == "running":
            found.status, found.message, found.finished_at = "failed", _STOPPED, clock.now()


def _begin(actor: Actor, rejudging_id: object) -> tuple[UUID, Task, Files] | None:
    with unit_of_work(actor) as session:
        going_on = _locked(session, rejudging_id)
        if going_on.status != "running":
            return None
        found = _next(session, going_on)
        if found is None:
            going_on.status, going_on.finished_at, going_on.total = "done", clock.now(), going_on.done
            facts = {"total": going_on.total, "changed": going_on.changed, "kept": going_on.kept}
            audit.record(session, actor, "exercise.rejudged", going_on.exercise_id, **facts)
            return None
        again = going_on.tried_id == found.id
        if again and going_on.tries >= _MOST_TRIES:
            going_on.kept += 1
            _go_on(session, actor, going_on, found.id)
            return None
        going_on.tried_id, going_on.tries = found.id, going_on.tries + 1 if again else 1
        return found.id, *verdicts.task_of(session, found)


def _try_later(actor: Actor, rejudging_id: object, submission_id: UUID) -> None:
    """The judge said that it cannot: not a death of the server, so the try does not count."""
    with unit_of_work(actor) as session:
        going_on = _locked(session, rejudging_id)
        if going_on.tried_id == submission_id:
            going_on.tries = 0


def _renew(session: Session, actor: Actor, going_on: Rejudging, submission_id: UUID, judgement: Judgement) -> None:
    found = verdicts.locked(session, submission_id)
    before, score = found.verdict, found.score
    verdicts.write(session, found, judgement)
    found.rejudged_at = clock.now()
    if (found.verdict, found.score) == (before, score):
        return
    going_on.changed += 1
    renewed = RenewedVerdict(
        organisation_id=going_on.organisation_id,
        rejudging_id=going_on.id,
        submission_id=found.id,
        before=before,
        after=found.verdict,
        score_before=score,
        score_after=found.score,
    )
    session.add(renewed)
    audit.record(session, actor, "submission.rejudge", found, before=before, after=found.verdict)


def _go_on(session: Session, actor: Actor, going_on: Rejudging, submission_id: UUID) -> None:
    going_on.last_id, going_on.tried_id, going_on.tries = submission_id, None, 0
    going_on.done += 1
    _promise(session, actor, going_on)


def _promise(session: Session, actor: Actor, going_on: Rejudging) -> None:
    payload = {"rejudging_id": str(going_on.id)}
    key, lane = f"{JOB}:{going_on.id}:{going_on.done}", f"exercise:{going_on.exercise_id}"
    jobs.enqueue(session, actor, JOB, payload, key=key, lane=lane)


def _locked(session: Session, rejudging_id: object) -> Rejudging:
    found = session.scalar(sa.select(Rejudging).where(col(Rejudging.id) == parse_id(rejudging_id)).with_for_update())
    if found is None:
        raise NotFound
    return found


def _next(session: Session, going_on: Rejudging) -> Submission | None:
    asked = sa.select(Submission).where(*_to_judge(going_on)).order_by(col(Submission.id)).limit(1)
    if going_on.last_id is not None:
        asked = asked.where(col(Submission.id) > going_on.last_id)
    return session.scalar(asked)


def _to_judge(going_on: Rejudging) -> list[sa.ColumnElement[bool]]:
    """What had a verdict when it began, or got it since; what is handed in later meets the new tests anyway."""
    return [
        col(Submission.exercise_id) == going_on.exercise_id,
        col(Submission.status) == "done",
        col(Submission.created_at) <= going_on.created_at,
    ]


def _view(found: Rejudging) -> RejudgingView:
    return RejudgingView(
        id=str(found.id),
        exercise_id=str(found.exercise_id),
        status=found.status,
        finished=found.status != "running",
        total=max(found.total, found.done),
        done=found.done,
        changed=found.changed,
        kept=found.kept,
        created_at=found.created_at.isoformat(),
        finished_at=found.finished_at.isoformat() if found.finished_at else "",
        message=found.message,
    )
