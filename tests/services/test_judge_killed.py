"""The app's own worker process is killed in the middle of a hundred submissions: each gets its verdict, and once."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from services import coding, enrolment
from services.accounts.models import User
from services.coding.models import Rejudging, Submission
from services.platform import jobs, queues
from services.platform.actor import Actor, Role
from services.platform.config import settings
from services.platform.database import reading, reading_across_organisations, unit_of_work
from services.platform.models import Job
from services.platform.rate import limiter
from tests.conftest import POSTGRES, People, _empty, _use, make_people
from tests.course_rows import Made, make_taken_course

ROOT = Path(__file__).parents[2]
PATIENCE = 240  # seconds; a lost lease is noticed after 25
PEOPLE, EACH = 20, 5

pytestmark = pytest.mark.cage


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def people(
    request: pytest.FixtureRequest, _urls: dict[str, str | None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[People]:
    """People in a database, with the queue that goes with it."""
    url = _urls[request.param]
    if url is None:
        pytest.skip(f"no PostgreSQL answers at {POSTGRES}")
    monkeypatch.setenv("REDIS_URL", "")
    _use(url, monkeypatch, tmp_path)
    queues.reset()
    jobs.use_queue(None)
    limiter.clear()
    yield make_people()
    _empty()
    queues.reset()
    settings.cache_clear()


@pytest.fixture
def worker() -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts worker processes; none outlives the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-m", "lms_app", "worker"], cwd=ROOT, env=os.environ.copy()))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def learners(people: People) -> list[Actor]:
    with unit_of_work(people.system) as session:
        rows = [
            User(
                organisation_id=people.learner.organisation_id,
                email=f"pupil{n}@home.example",
                email_key=f"pupil{n}@home.example",
                name=f"Pupil {n}",
                password_hash="!",
                role=Role.learner,
            )
            for n in range(PEOPLE)
        ]
        session.add_all(rows)
    return [
        Actor(organisation_id=row.organisation_id, role=Role.learner, user_id=row.id, name=row.name) for row in rows
    ]


def hand_in(learners: list[Actor], made: Made) -> None:
    for n in range(EACH):
        for learner in learners:
            # Long enough that the kill comes while programs run.
            text = f"import time\ntime.sleep(0.05)\nprint({'2' if n else '3'} * int(input()))\n# {n}\n"
            coding.submit(learner, exercise_id=made.doubling, files={"main.py": text})


def finished(people: People) -> dict[object, object]:
    """When each submission that has a verdict got it."""
    with reading(people.system) as session:
        rows = session.execute(sa.select(Submission.id, Submission.finished_at).where(Submission.status == "done"))
        return dict(rows.all())


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def test_a_hundred_submissions(
    people: People, learners: list[Actor], worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    made = make_taken_course(people.instructor, *learners)
    hand_in(learners, made)
    first = worker()
    until(lambda: len(finished(people)) >= 20)
    first.kill()
    first.wait()
    before = finished(people)
    assert 20 <= len(before) < PEOPLE * EACH
    with reading(people.system) as session:
        states = Counter(session.scalars(sa.select(Submission.status)))
    assert states["running"], "it was killed while nothing ran, so this run shows nothing"
    worker()
    until(lambda: len(finished(people)) == PEOPLE * EACH)
    after = finished(people)
    assert {each: after[each] for each in before} == before, "a verdict was written twice"
    with reading(people.system) as session:
        verdicts = Counter(session.scalars(sa.select(Submission.verdict)))
        deaths = session.scalar(sa.select(sa.func.count(Submission.id)).where(Submission.died_at.is_not(None)))
    assert verdicts == {"accepted": PEOPLE * (EACH - 1), "wrong_answer": PEOPLE}
    assert deaths == states["running"]
    until(lambda: jobs_left() == {})


def jobs_left() -> dict[str, int]:
    with reading_across_organisations() as session:
        return dict(Counter(session.scalars(sa.select(Job.status).where(Job.status != "done"))))


def test_a_rejudge(people: People, learners: list[Actor], worker: Callable[[], subprocess.Popen[bytes]]) -> None:
    made = make_taken_course(people.instructor, *learners)
    enrolment.enrol(people.learner, course_id=str(made.course))
    with unit_of_work(people.system) as session:
        for number in range(1, 61):
            session.add(
                Submission(
                    organisation_id=people.learner.organisation_id,
                    course_id=made.course,
                    exercise_id=UUID(made.doubling),
                    user_id=people.learner.user_id,
                    number=number,
                    files={"main.py": "print(2 * int(input()))"},
                    digest=str(number),
                    status="done",
                    verdict="wrong_answer",
                )
            )
    started = coding.rejudge(people.instructor, exercise_id=made.doubling)

    def progress() -> Rejudging:
        with reading(people.system) as session:
            return session.scalars(sa.select(Rejudging)).one()

    first = worker()
    until(lambda: progress().done >= 10)
    first.kill()
    first.wait()
    at = progress().done
    assert 10 <= at < 60
    worker()
    until(lambda: progress().status == "done")
    view = coding.rejudge_progress(people.instructor, rejudging_id=started.id)
    assert (view.done, view.changed, view.kept) == (60, 60, 0)
    with reading(people.system) as session:
        assert Counter(session.scalars(sa.select(Submission.verdict))) == {"accepted": 60}
