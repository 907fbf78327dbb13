"""The whole server ends in the middle of everything: in seconds, or at once. Nothing that was accepted is lost."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

import httpx
import psutil
import pytest
from playwright.sync_api import Browser, expect

from sandbox import Judge
from tests.e2e.conftest import DESKTOP, sign_in
from tests.e2e.people import JUDGE_SECONDS, Person, reference, register
from tests.e2e.serving import Site
from tests.e2e.steps import Steps
from tests.fake_provider import KEY, FakeProvider, Reply

SLOW = 20_000
QUESTION = "What does a loop do when the server stops?"


@pytest.fixture(scope="module")
def stopping_site(tmp_path_factory: pytest.TempPathFactory, provider: FakeProvider) -> Iterator[Site]:
    """A site that these tests end and start again; its tutor asks `provider`."""
    served = Site(
        tmp_path_factory.mktemp("stopping"), LLM_MODEL="openai/test", LLM_API_BASE=provider.base, LLM_API_KEY=KEY
    )
    try:
        served.start()
        yield served
    finally:
        served.stop()


@dataclass
class Busy:
    """A server with everything in flight: a tab, an answer, a submission being judged, and a run waited for."""

    person: Person
    submission_id: str
    waiting: list["Future[Any]"]
    processes: list[psutil.Process]
    steps: Steps
    answer: str


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def family(site: Site) -> list[psutil.Process]:
    """Every process of the server, programs of learners included."""
    main = psutil.Process(site.pid)
    return [main, *main.children(recursive=True)]


def programs(site: Site) -> int:
    """How many programs of learners run: each is a child of the agent of a cell, which is named so."""
    found = 0
    for process in family(site):
        with suppress(psutil.NoSuchProcess):
            parent = process.parent()
            found += parent is not None and parent.name() == "cell" and process.name() != "cell"
    return found


def saved_answer(site: Site, text: str) -> bool:
    """Whether an answer of the tutor that is being written stands in the database as far as this."""
    with closing(sqlite3.connect(site.data / "site.sqlite3")) as database:
        query = "SELECT count(*) FROM tutor_message WHERE status = 'streaming' AND text LIKE ?"
        return bool(database.execute(query, (f"{text}%",)).fetchone()[0])


@pytest.fixture
def busy(stopping_site: Site, provider: FakeProvider, browser: Browser) -> Iterator[Busy]:
    """Somebody who has asked, handed in and pressed Run, and looks at the page meanwhile."""
    person = register(stopping_site.address).enrol()
    lessons = person.lessons()
    exercise_id = next(
        block["exercise_id"]
        for block in person.call("GET", f"lessons/{lessons['functions']['id']}")["blocks"]
        if block["exercise_id"]
    )
    slow = {name: f"import time\ntime.sleep(6)\n{text}" for name, text in reference("functions").items()}
    # Nobody else's: what another test left being written is no sign of this one.
    answer = f"It has begun for {person.email}."
    provider.queue(Reply([f"{answer} "], ending="silent"))
    with ThreadPoolExecutor(2) as pool, browser.new_context(base_url=stopping_site.address, **DESKTOP) as context:
        sign_in(context, person)
        steps = Steps(context.new_page())
        steps.open_lesson("functions")
        ask = pool.submit(person.call, "POST", "ai/ask", question=QUESTION, lesson_id=lessons["functions"]["id"])
        submission = person.call("POST", f"exercises/{exercise_id}/submissions", files=slow)
        until(lambda: person.call("GET", f"submissions/{submission['id']}")["status"] == "running")
        program = "import time; time.sleep(6)"
        run = pool.submit(person.call, "POST", "code/run", language="python", source=program)
        until(lambda: programs(stopping_site) >= 2)
        # An answer is saved as it grows; what came in the last second is what a power cut may take.
        until(lambda: saved_answer(stopping_site, answer))
        yield Busy(person, submission["id"], [ask, run], family(stopping_site), steps, answer)


def everything_is_still_there(busy: Busy, provider: FakeProvider) -> None:
    """The tab that was open finds its server again; the submission is judged; the answer so far can be gone on with."""
    deadline = time.monotonic() + JUDGE_SECONDS
    while not (submission := busy.person.call("GET", f"submissions/{busy.submission_id}"))["finished"]:
        assert time.monotonic() < deadline, submission
        time.sleep(0.3)
    assert submission["accepted"], submission
    provider.queue(Reply(["It goes on."]))
    page = busy.steps.page
    expect(page.locator(".offline")).to_have_count(0, timeout=SLOW)
    page.reload()
    answer = page.locator(".tutor-answer")
    expect(page.locator(".tutor-question")).to_contain_text(QUESTION, timeout=SLOW)
    expect(answer).to_contain_text(busy.answer, timeout=SLOW)
    busy.steps.button("Try again", answer).click(timeout=SLOW)
    expect(answer).to_contain_text("It goes on.", timeout=SLOW)


@pytest.mark.skipif(not Judge().probe().works, reason="no cage here")
class TestTheServerEnds:
    def test_in_good_order(self, busy: Busy, stopping_site: Site, provider: FakeProvider):
        # Ten seconds are what Docker gives before it kills.
        assert stopping_site.end(within=10) == 0
        for waiting in busy.waiting:
            assert isinstance(waiting.exception(timeout=5), httpx.HTTPError) or waiting.result()
        until(lambda: not any(process.is_running() for process in busy.processes), 5)
        stopping_site.start()
        everything_is_still_there(busy, provider)

    def test_at_once(self, busy: Busy, stopping_site: Site, provider: FakeProvider):
        stopping_site.kill()
        for waiting in busy.waiting:
            assert isinstance(waiting.exception(timeout=5), httpx.HTTPError)
        until(lambda: not any(process.is_running() for process in busy.processes), 5)
        stopping_site.start()
        everything_is_still_there(busy, provider)

    def test_when_only_its_first_process_is_killed(self, busy: Busy, stopping_site: Site, provider: FakeProvider):
        psutil.Process(stopping_site.pid).kill()
        until(lambda: not any(process.is_running() for process in busy.processes[1:]))
        stopping_site.stop()
        stopping_site.start()
        everything_is_still_there(busy, provider)
