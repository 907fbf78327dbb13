"""A job is done once its cause is committed, exactly once, whatever dies in between."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.platform import clock, jobs, leases
from services.platform.actor import Actor
from services.platform.database import across_organisations, unit_of_work
from services.platform.errors import Invalid, LimitReached
from services.platform.models import Job, JobStatus
from tests.conftest import People


@pytest.fixture(autouse=True)
def sent() -> Iterator[list[tuple[str, UUID]]]:
    """What was put into the queue; nothing receives it, so each test decides what becomes of the message."""
    messages: list[tuple[str, UUID]] = []
    jobs.use_queue(lambda queue, job_id: messages.append((queue, job_id)))
    yield messages
    jobs.use_queue(None)


class Kind:
    """A kind of job declared for one test, which remembers what was asked of it."""

    def __init__(self, *, fails: Exception | None = None, **options: Any) -> None:
        self.name = f"testing.{id(self)}"
        self.calls: list[tuple[Actor, dict[str, Any]]] = []
        self.given_up: list[str] = []
        self.fails = fails
        jobs.handler(self.name, gave_up=lambda _actor, _payload, error: self.given_up.append(error), **options)(self.do)

    def do(self, actor: Actor, payload: dict[str, Any]) -> None:
        self.calls.append((actor, payload))
        if self.fails:
            raise self.fails


def row(job_id: UUID) -> Job:
    with across_organisations() as session:
        found = session.get(Job, job_id)
        assert found
        session.expunge(found)
        return found


def promise(people: People, kind: Kind, **options: Any) -> UUID:
    with unit_of_work(people.learner) as session:
        return jobs.enqueue(session, people.learner, kind.name, {"thing": "7"}, **options)


def test_a_job_is_sent_right_after_the_commit_and_never_before(people: People, sent: list[tuple[str, UUID]]) -> None:
    kind = Kind()
    with unit_of_work(people.learner) as session:
        job_id = jobs.enqueue(session, people.learner, kind.name, {"thing": "7"})
        with session.begin_nested():
            pass
        assert sent == []
    assert sent == [("testing", job_id)]


def test_a_job_whose_cause_was_rolled_back_was_never_promised(people: People, sent: list[tuple[str, UUID]]) -> None:
    kind = Kind()
    with pytest.raises(RuntimeError), unit_of_work(people.learner) as session:
        jobs.enqueue(session, people.learner, kind.name, {})
        raise RuntimeError
    with unit_of_work(people.learner):
        pass
    assert sent == []
    assert jobs.run_due() == 0


def test_the_handler_acts_as_the_system_in_the_organisation_of_the_cause(people: People) -> None:
    kind = Kind()
    with unit_of_work(people.foreign_learner) as session:
        job_id = jobs.enqueue(session, people.foreign_learner, kind.name, {"thing": "7"})
    assert jobs.run(job_id)
    actor, payload = kind.calls[0]
    assert (actor.organisation_id, actor.role, payload) == (
        people.foreign_learner.organisation_id,
        "system",
        {"thing": "7"},
    )
    assert row(job_id).status == JobStatus.done


def test_a_message_that_comes_twice_is_done_once(people: People) -> None:
    kind = Kind()
    job_id = promise(people, kind)
    assert jobs.run(job_id)
    assert not jobs.run(job_id)
    assert len(kind.calls) == 1


def test_the_same_key_is_the_same_job_within_an_organisation(people: People) -> None:
    kind = Kind()
    first = promise(people, kind, key="judge-1")
    assert promise(people, kind, key="judge-1") == first
    with unit_of_work(people.foreign_learner) as session:
        other = jobs.enqueue(session, people.foreign_learner, kind.name, {}, key="judge-1")
    assert other != first


def test_a_failure_is_tried_again_later_and_then_given_up(people: People) -> None:
    kind = Kind(fails=RuntimeError("password=hunter2 was wrong"), max_attempts=3)
    at = datetime(2030, 1, 1, tzinfo=UTC)
    waits = []
    with clock.frozen(at):
        job_id = promise(people, kind)
    for _attempt in range(3):
        with clock.frozen(at):
            assert jobs.run(job_id)
            assert not jobs.run(job_id), "not before its time"
        waits.append((row(job_id).run_at - at).total_seconds())
        at = row(job_id).run_at
    ended = row(job_id)
    assert (ended.status, ended.attempts, len(kind.calls)) == (JobStatus.dead, 3, 3)
    assert waits[:2] == [2, 4]
    assert kind.given_up == ["RuntimeError: password=[hidden] was wrong"]


def test_a_refusal_that_waiting_cannot_change_is_not_tried_again(people: People) -> None:
    kind = Kind(fails=Invalid("This cannot be read."))
    job_id = promise(people, kind)
    jobs.run(job_id)
    assert (row(job_id).status, len(kind.given_up)) == (JobStatus.failed, 1)


def test_a_limit_is_waited_for(people: People) -> None:
    kind = Kind(fails=LimitReached("Too fast.", retry_after=90))
    at = datetime(2030, 1, 1, tzinfo=UTC)
    with clock.frozen(at):
        job_id = promise(people, kind)
        jobs.run(job_id)
    assert row(job_id).run_at == at + timedelta(seconds=90)


def test_a_delayed_job_is_sent_by_the_sweep_when_it_is_due(people: People, sent: list[tuple[str, UUID]]) -> None:
    kind = Kind()
    at = datetime(2030, 1, 1, tzinfo=UTC)
    with clock.frozen(at):
        job_id = promise(people, kind, delay_seconds=60)
        assert jobs.sweep() == 0
    with clock.frozen(at + timedelta(seconds=61)):
        assert jobs.sweep() == 1
    assert sent == [("testing", job_id)]


def test_a_lost_message_is_sent_again_and_a_waiting_one_is_not(people: People, sent: list[tuple[str, UUID]]) -> None:
    kind = Kind()
    at = datetime(2030, 1, 1, tzinfo=UTC)
    with clock.frozen(at):
        promise(people, kind)
        sent.clear()
    with clock.frozen(at + timedelta(seconds=1)):
        assert jobs.sweep({"testing": 0}) == 0, "it may be on its way"
    with clock.frozen(at + timedelta(seconds=jobs.RESEND_SECONDS)):
        assert jobs.sweep({"testing": 1}) == 0, "it waits its turn in the queue"
        assert jobs.sweep({"testing": 0}) == 1


def test_a_queue_that_is_down_does_not_fail_the_cause(people: People) -> None:
    def down(_queue: str, _job_id: UUID) -> None:
        raise ConnectionError

    jobs.use_queue(down)
    job_id = promise(people, Kind())
    assert row(job_id).status == JobStatus.queued


def _interrupted(people: People, kind: Kind, at: datetime) -> UUID:
    """A job whose worker is gone: claimed at ``at``, never ended."""
    with clock.frozen(at):
        job_id = promise(people, kind)
        assert leases.take(job_id)
    return job_id


def test_a_worker_that_died_loses_the_job_to_another_when_its_lease_ends(people: People) -> None:
    kind = Kind()
    at = datetime(2030, 1, 1, tzinfo=UTC)
    job_id = _interrupted(people, kind, at)
    with clock.frozen(at + timedelta(seconds=leases.LEASE_SECONDS - 1)):
        assert jobs.sweep() == 0
    with clock.frozen(at + timedelta(seconds=leases.LEASE_SECONDS + 1)):
        assert jobs.sweep() == 1
        assert jobs.run(job_id)
    assert (row(job_id).status, row(job_id).attempts, len(kind.calls)) == (JobStatus.done, 2, 1)


def test_a_job_that_kills_every_worker_ends_among_the_dead(people: People) -> None:
    kind = Kind(max_attempts=1)
    at = datetime(2030, 1, 1, tzinfo=UTC)
    job_id = _interrupted(people, kind, at)
    with clock.frozen(at + timedelta(seconds=leases.LEASE_SECONDS + 1)):
        jobs.sweep()
    assert (row(job_id).status, kind.given_up) == (JobStatus.dead, ["its worker ended"])


def test_a_server_that_stops_gives_back_what_it_was_doing_and_cannot_end_it_any_more(people: People) -> None:
    kind = Kind()

    def stopped_meanwhile(actor: Actor, payload: dict[str, Any]) -> None:
        kind.do(actor, payload)
        if len(kind.calls) == 1:
            assert leases.give_back() == 1
            with pytest.raises(leases.LeaseLost), unit_of_work(actor) as session:
                jobs.complete(session)

    jobs.handler("testing.stopped")(stopped_meanwhile)
    with unit_of_work(people.learner) as session:
        job_id = jobs.enqueue(session, people.learner, "testing.stopped", {})
    jobs.run(job_id)
    assert row(job_id).status == JobStatus.queued
    assert jobs.sweep() == 1  # at once: no lease has to end first
    assert jobs.run(job_id)
    assert (row(job_id).status, len(kind.calls)) == (JobStatus.done, 2)


def test_a_job_on_its_last_attempt_is_not_given_back_but_found_dead(people: People) -> None:
    kind = Kind(max_attempts=1)
    at = datetime(2030, 1, 1, tzinfo=UTC)
    job_id = _interrupted(people, kind, at)
    leases.give_back()
    assert row(job_id).status == JobStatus.running
    with clock.frozen(at + timedelta(seconds=leases.LEASE_SECONDS + 1)):
        jobs.sweep()
    assert (row(job_id).status, kind.given_up) == (JobStatus.dead, ["its worker ended"])


def test_a_lease_is_renewed_while_the_handler_works(people: People) -> None:
    at = datetime(2030, 1, 1, tzinfo=UTC)
    ends: list[datetime | None] = []

    def long_work(_actor: Actor, _payload: dict[str, Any]) -> None:
        with clock.frozen(at + timedelta(seconds=10)):
            leases.renew()
        with across_organisations() as session:
            ends.append(session.scalars(sa.select(Job)).one().lease_until)

    jobs.handler("testing.long")(long_work)
    with clock.frozen(at), unit_of_work(people.learner) as session:
        job_id = jobs.enqueue(session, people.learner, "testing.long", {})
    with clock.frozen(at):
        jobs.run(job_id)
    assert ends == [at + timedelta(seconds=10 + leases.LEASE_SECONDS)]


def test_a_worker_that_lost_its_lease_cannot_write_its_effect(people: People) -> None:
    """Two workers reach the end of the same job; only the effect of the one that holds the lease stays."""
    at = datetime(2030, 1, 1, tzinfo=UTC)
    effects: list[str] = []

    def slow(actor: Actor, _payload: dict[str, Any]) -> None:
        if not effects:
            effects.append("second")
            with clock.frozen(at + timedelta(seconds=leases.LEASE_SECONDS + 1)):
                jobs.sweep()
                assert jobs.run(job_id)
            name = "first"
        else:
            name = "second"
        with unit_of_work(actor) as session:
            jobs.complete(session)
            session.execute(sa.update(Job).where(sa.text("1=1")).values(last_error=name))

    jobs.handler("testing.slow")(slow)
    with clock.frozen(at), unit_of_work(people.learner) as session:
        job_id = jobs.enqueue(session, people.learner, "testing.slow", {})
    with clock.frozen(at):
        jobs.run(job_id)
    assert (row(job_id).status, row(job_id).last_error) == (JobStatus.done, "second")
    assert row(job_id).attempts == 2
