"""A worker is killed in the middle of a job: the job is done once, not lost, whichever engine carries it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
import sqlalchemy as sa

from services.platform import jobs, queues
from services.platform.config import settings
from services.platform.database import across_organisations, unit_of_work
from services.platform.models import AuditEntry, Job
from tests.conftest import POSTGRES, REDIS, People, _empty, _use, make_people

ROOT = Path(__file__).parents[2]
PATIENCE = 40  # seconds; what is waited for comes after about three


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("redis", marks=pytest.mark.redis),
        pytest.param("postgres", marks=pytest.mark.postgres),
    ]
)
def people(
    request: pytest.FixtureRequest, _urls: dict[str, str | None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[People]:
    """People in a database, with the queue that goes with it."""
    url = _urls["postgres" if request.param == "postgres" else "sqlite"]
    if url is None:
        pytest.skip(f"no PostgreSQL answers at {POSTGRES}")
    monkeypatch.setenv("REDIS_URL", "")
    if request.param == "redis":
        server = redis.Redis.from_url(REDIS, socket_connect_timeout=2)
        try:
            server.delete("huey.redis.lms_testing")
        except redis.RedisError:
            pytest.skip(f"no Redis answers at {REDIS}")
        monkeypatch.setenv("REDIS_URL", REDIS)
    _use(url, monkeypatch, tmp_path)
    queues.reset()
    jobs.use_queue(None)
    yield make_people()
    _empty()
    queues.reset()
    settings.cache_clear()


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts worker processes; none outlives the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.services.job_worker", str(tmp_path)]
        started.append(subprocess.Popen(command, cwd=ROOT, env=os.environ.copy()))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def log(tmp_path: Path) -> list[str]:
    file = tmp_path / "log"
    return file.read_text().splitlines() if file.exists() else []


def promise(people: People, name: str, hang: str = "") -> None:
    with unit_of_work(people.learner) as session:
        jobs.enqueue(session, people.learner, "testing.effect", {"name": name, "hang": hang})


def effects() -> list[str]:
    with across_organisations() as session:
        return sorted(session.scalars(sa.select(AuditEntry.target_id)))


def all_done() -> bool:
    with across_organisations() as session:
        return set(session.scalars(sa.select(Job.status))) == {"done"}


def test_killed_before_its_effect_it_is_done_by_the_next_worker(
    people: People, worker: Callable[[], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    first = worker()
    promise(people, "one", hang="before")
    until(lambda: "one hangs before" in log(tmp_path))
    first.kill()
    first.wait()
    assert effects() == []
    worker()
    until(all_done)
    assert effects() == ["one"]
    assert log(tmp_path).count("one begun") == 2


def test_killed_after_its_effect_it_is_not_done_again(
    people: People, worker: Callable[[], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    first = worker()
    promise(people, "one", hang="after")
    until(lambda: "one hangs after" in log(tmp_path))
    first.kill()
    first.wait()
    worker()
    # As long as a lost lease takes to be noticed, shown by a job that is lost and comes back.
    promise(people, "two", hang="before")
    until(lambda: "two hangs before" in log(tmp_path))
    promise(people, "three")
    until(lambda: effects() == ["one", "three"])
    assert log(tmp_path).count("one begun") == 1


def test_a_long_job_keeps_its_lease_while_another_worker_looks_for_lost_ones(
    people: People, worker: Callable[[], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    worker()
    promise(people, "long", hang="before")
    until(lambda: "long hangs before" in log(tmp_path))
    worker()
    until(lambda: log(tmp_path).count("working") == 2)
    with across_organisations() as session:
        first_lease = session.scalars(sa.select(Job.lease_until)).one()

    def renewed_past_its_first_length() -> bool:
        with across_organisations() as session:
            lease = session.scalars(sa.select(Job.lease_until)).one()
        return (lease - first_lease).total_seconds() > 4

    until(renewed_past_its_first_length)
    assert log(tmp_path).count("long begun") == 1


def test_what_was_promised_while_no_worker_ran_and_the_queue_was_lost_is_done(
    people: People, worker: Callable[[], subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The process dies between the commit and the message."""
    jobs.use_queue(lambda _queue, _job: None)
    monkeypatch.setattr(jobs, "RESEND_SECONDS", 0.0)
    promise(people, "one")
    jobs.use_queue(None)
    worker()
    until(lambda: "working" in log(tmp_path))
    assert jobs.sweep({"testing": 0}) == 1
    until(all_done)
    assert effects() == ["one"]
