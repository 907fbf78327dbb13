"""The tutor by the REST API: an answer as JSON, or as it is written by server-sent events."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from lms_app.api.app import make_api
from services import accounts, ai
from services.ai import texts
from services.platform.config import settings
from services.platform.rate import limiter
from tests.api_clients import client_of
from tests.conftest import People
from tests.fake_provider import KEY, FakeProvider, Reply, running_provider
from tests.tutor_course import Made, enrol, make_course, read_to_end

ASK = "/api/v1/ai/ask"
STREAM = {"Accept": "text/event-stream"}


@pytest.fixture
def course(sqlite_people: People) -> Iterator[Made]:
    """A course that a learner is enrolled in."""
    limiter.clear()
    accounts.ensure_default_organisation()
    made = make_course(sqlite_people)
    enrol(made, sqlite_people.learner)
    yield made
    ai.close()


@pytest.fixture
def provider(course: Made, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProvider]:
    """A model is set, and this server is its provider."""
    with running_provider() as made:
        monkeypatch.setenv("LLM_MODEL", "test-model")
        monkeypatch.setenv("LLM_API_BASE", made.base)
        monkeypatch.setenv("LLM_API_KEY", KEY)
        settings.cache_clear()
        yield made
        ai.close()


@pytest.fixture
def learner(sqlite_people: People, course: Made) -> TestClient:
    """A client of the learner."""
    return client_of(sqlite_people.learner)


def events(body: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the server-sent events of a body."""
    found = []
    for part in body.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in part.splitlines() if not line.startswith(":"))
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_an_answer_comes_as_json_with_its_citations(learner: TestClient, course: Made) -> None:
    answer = learner.post(ASK, json={"lesson_id": course.loops, "question": "What does a for loop repeat?"})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["status"], body["source"], body["error"]) == ("done", "offline", "")
    assert "[1]" in body["text"]
    assert body["citations"][0]["href"] == "/learn/python/loops#loops"


def test_a_course_is_enough(learner: TestClient, course: Made) -> None:
    for name in ("python", course.course_id):
        answer = learner.post(ASK, json={"course": name, "question": "What does KeyError mean?"})
        assert answer.status_code == 200
        assert answer.json()["citations"][0]["lesson_slug"] == "dictionaries"


def test_an_answer_comes_as_events_when_asked_for(learner: TestClient, course: Made, provider: FakeProvider) -> None:
    provider.queue(Reply(["A loop ", "repeats [1]", ". ", "Yes."], delay=0.3))
    answer = learner.post(ASK, json={"lesson_id": course.loops, "question": "What is a for loop?"}, headers=STREAM)
    assert answer.headers["content-type"].startswith("text/event-stream")
    came = events(answer.text)
    assert came[0][0] == "question"
    assert came[-1][0] == "done"
    assert came[-1][1]["status"] == "done"
    deltas = [data["text"] for name, data in came if name == "delta"]
    assert "".join(deltas) == "A loop repeats [1]. Yes."
    assert len(deltas) > 2
    assert [data["number"] for name, data in came if name == "citation"] == [1]


def test_a_failure_is_an_event_and_the_question_is_kept(
    learner: TestClient, sqlite_people: People, course: Made, provider: FakeProvider
) -> None:
    provider.queue(Reply(["Half"], ending="cut"))
    answer = learner.post(ASK, json={"lesson_id": course.loops, "question": "What is a for loop?"}, headers=STREAM)
    name, data = events(answer.text)[-1]
    assert (name, data["detail"], data["may_retry"]) == ("error", texts.BROKEN_OFF, True)
    kept = ai.conversation(sqlite_people.learner, lesson_id=course.loops).messages
    assert [message.text for message in kept] == ["What is a for loop?", "Half"]


async def test_a_client_that_goes_away_leaves_the_answer_going_on(
    learner: TestClient, sqlite_people: People, course: Made, provider: FakeProvider
) -> None:
    provider.queue(Reply(["Begun. "] + ["more "] * 10 + ["End."], delay=0.1))
    body = json.dumps({"lesson_id": course.loops, "question": "What is a for loop?"}).encode()
    gone, sent = asyncio.Event(), [{"type": "http.request", "body": body, "more_body": False}]
    came: list[bytes] = []

    async def receive() -> dict[str, Any]:
        if sent:
            return sent.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        came.append(message.get("body", b""))
        if b"Begun." in message.get("body", b""):
            gone.set()

    headers = {
        **{name: value for name, value in learner.headers.items() if name.lower() == "authorization"},
        **STREAM,
        "Content-Type": "application/json",
    }
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": ASK,
        "raw_path": ASK.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    await asyncio.wait_for(make_api()(scope, receive, send), 20)
    assert b"End." not in b"".join(came)
    held = ai.conversation(sqlite_people.learner, lesson_id=course.loops)
    assert held.running_id
    await read_to_end(sqlite_people.learner, held.running_id)
    assert ai.message(sqlite_people.learner, message_id=held.running_id).text == "Begun. " + "more " * 10 + "End."


def test_an_answer_is_stopped_by_its_owner_only(
    learner: TestClient, sqlite_people: People, course: Made, provider: FakeProvider
) -> None:
    provider.queue(Reply(["word "] * 300, delay=0.05))
    exchange = ai.ask(sqlite_people.learner, lesson_id=course.loops, question="What is a loop?")
    address = f"/api/v1/ai/answers/{exchange.answer.id}/stop"
    assert client_of(sqlite_people.other_learner).post(address).status_code == 404
    assert learner.post(address).status_code == 204
    assert ai.message(sqlite_people.learner, message_id=exchange.answer.id).status == "stopped"


def test_who_may_not_ask_is_refused(sqlite_people: People, course: Made) -> None:
    question = {"lesson_id": course.loops, "question": "What is a loop?"}
    for actor, status in (
        (sqlite_people.visitor, 401),
        (sqlite_people.other_learner, 403),
        (sqlite_people.foreign_learner, 404),
        (sqlite_people.foreign_admin, 404),
    ):
        for headers in ({}, STREAM):
            answer = client_of(actor).post(ASK, json=question, headers=headers)
            assert answer.status_code == status
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"question": "x"}, 422),
        ({"question": "", "course": "python"}, 422),
        ({"question": 5, "course": "python"}, 422),
        ({"question": "x", "course": "none-such"}, 404),
        ({"question": "x", "lesson_id": "nonsense"}, 404),
        ({"question": "x" * 5_000, "course": "python"}, 422),
        ({"question": "x", "course": "python", "about": {"answer": "x"}}, 422),
        ({"question": "x", "course": "python", "client_key": "k" * 100}, 422),
    ],
)
def test_bad_input_is_a_problem_with_a_reason(learner: TestClient, body: dict[str, Any], status: int) -> None:
    answer = learner.post(ASK, json=body)
    assert answer.status_code == status
    assert answer.json()["detail"]
