"""Judge servers are used as far as they go: a worker judges as many submissions at once as they have places."""

import time
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from services import coding
from services.coding import machine
from services.coding.models import Submission
from services.jobs import load_handlers
from services.platform import queues
from services.platform.config import settings
from services.platform.database import reading
from services.platform.queues import Workers
from services.platform.rate import limiter
from tests.conftest import People
from tests.course_rows import make_taken_course
from tests.sandbox.scripted_server import TOKEN
from tests.sandbox.scripted_server import machine as started

PROGRAM = "import time\ntime.sleep(0.5)  # {}\nprint(2 * int(input()))\n"


def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)


def forget() -> None:
    machine.close()
    machine._judge.cache_clear()
    machine.places.cache_clear()
    settings.cache_clear()
    queues.reset()


@pytest.fixture(autouse=True)
def _fresh(sqlite_people: People, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    limiter.clear()
    load_handlers()
    monkeypatch.setattr(queues, "HEARTBEAT_SECONDS", 0.2)
    forget()
    yield
    forget()


@pytest.fixture
def work() -> Iterator[Callable[..., Workers]]:
    """Start workers, which end with the test."""
    started: list[Workers] = []

    def start(threads: int, **wanted: Callable[[], int]) -> Workers:
        started.append(Workers(threads, wanted))
        started[-1].start()
        return started[-1]

    yield start
    for workers in started:
        workers.stop()
        assert workers.wait(10)


@pytest.mark.cage
def test_as_many_are_judged_at_once_as_the_servers_have_places(
    sqlite_people: People, work: Callable[..., Workers], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("-m", "sandbox", "serve", "--port", "0", "--slots", "2")
    with started(*command, SANDBOX_TOKEN=TOKEN) as one, started(*command, SANDBOX_TOKEN=TOKEN) as other:
        monkeypatch.setenv("SANDBOX_URLS", f"{one.url},{other.url}")
        monkeypatch.setenv("SANDBOX_TOKEN", TOKEN)
        settings.cache_clear()
        workers = work(1, **{coding.QUEUE: coding.threads_wanted})
        until(lambda: workers.threads(coding.QUEUE) == 4)
        assert workers.threads("similarity") == 1
        person = sqlite_people.learner
        made = make_taken_course(sqlite_people.instructor, person)
        ids = [
            coding.submit(person, exercise_id=made.doubling, files={"main.py": PROGRAM.format(n)}).id for n in range(8)
        ]
        running: list[int] = []

        def done() -> bool:
            with reading(person) as session:
                states = list(session.scalars(sa.select(Submission.status)))
            running.append(states.count("running"))
            return states.count("done") == len(ids)

        until(done)
        assert max(running) == 4
        assert {coding.submission(person, submission_id=each).verdict for each in ids} == {"accepted"}


def test_no_more_threads_than_a_process_can_hold_and_never_fewer_than_asked_for(
    work: Callable[..., Workers], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "_MOST_THREADS", 5)
    wanted = [3]
    workers = work(1, **{coding.QUEUE: lambda: wanted[0]})
    until(lambda: workers.threads(coding.QUEUE) == 3)
    wanted[0] = 1000
    until(lambda: workers.threads(coding.QUEUE) == 5)
    wanted[0] = 0
    time.sleep(0.5)
    assert (workers.threads(coding.QUEUE), workers.alive()) == (5, True)


def test_where_this_machine_judges_threads_are_what_the_operator_says() -> None:
    assert coding.threads_wanted() == 0
