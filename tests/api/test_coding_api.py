"""Code by the REST API: run, hand in, follow."""

import asyncio
import json
import threading
import time
from contextlib import ExitStack
from typing import Any

import pytest
from fastapi.testclient import TestClient

from lms_app import streams
from lms_app.api import coding_events
from sandbox import Progress
from services import accounts, coding
from services.coding import judging, machine, progress, verdicts
from services.platform import jobs
from services.platform.config import settings
from services.platform.errors import LimitReached
from services.platform.rate import limiter
from tests.api_clients import client_of
from tests.conftest import People
from tests.course_rows import Made, make_taken_course


@pytest.fixture
def made(people: People) -> Made:
    limiter.clear()
    accounts.ensure_default_organisation()
    return make_taken_course(people.instructor, people.learner)


@pytest.fixture
def learner(people: People) -> TestClient:
    return client_of(people.learner)


@pytest.mark.cage
def test_a_program_is_run_with_its_input(learner: TestClient, made: Made):
    answer = learner.post(
        "/api/v1/code/run", json={"language": "python", "source": "print(input()[::-1])", "stdin": "abc"}
    )
    assert answer.status_code == 200
    body = answer.json()
    assert list(body) == [
        "verdict",
        "stdout",
        "stderr",
        "exit_code",
        "signal",
        "time_ms",
        "wall_ms",
        "memory_kb",
    ]
    assert (body["verdict"], body["stdout"], body["exit_code"], body["signal"]) == ("accepted", "cba\n", 0, None)


def test_a_program_that_cannot_be_run_is_refused_by_field(learner: TestClient, made: Made):
    for body, field in (
        ({"language": "cobol", "source": ""}, "language"),
        ({"language": "python"}, "source"),
        ({"language": "python", "source": "", "limits": {"cpu_ms": "much"}}, "limits.cpu_ms"),
        ({"language": "python", "source": "", "files": {"main.py": ""}}, "files"),
    ):
        answer = learner.post("/api/v1/code/run", json=body)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


@pytest.mark.cage
def test_a_submission_is_followed_until_it_is_finished(learner: TestClient, made: Made):
    shown = learner.get(f"/api/v1/exercises/{made.doubling}")
    assert shown.status_code == 200 and "14842" not in shown.text
    files = {"files": {"main.py": "print(4)"}}
    handed_in = learner.post(f"/api/v1/exercises/{made.doubling}/submissions", json=files)
    assert (handed_in.status_code, handed_in.json()["status"]) == (202, "queued")
    path = f"/api/v1/submissions/{handed_in.json()['id']}"
    assert not learner.get(path).json()["finished"]
    jobs.run_due()
    done = learner.get(path)
    assert (done.json()["verdict"], done.json()["passed"], done.json()["total"]) == ("wrong_answer", 1, 2)
    assert "14842" not in done.text and "7421" not in done.text and "HIDDEN-NAME" not in done.text


def test_too_many_waiting_says_when_to_come_back(learner: TestClient, made: Made, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings(), "judge_waiting_each", 3)
    path = f"/api/v1/exercises/{made.doubling}/submissions"
    codes = [learner.post(path, json={"files": {"main.py": str(n)}}).status_code for n in range(4)]
    assert codes == [202, 202, 202, 429]
    refused = learner.post(path, json={"files": {"main.py": "5"}})
    assert int(refused.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "body", [None, {}, {"files": {}}, {"files": ["x"]}, {"files": {"../x": ""}}, {"files": {"a": 1}}]
)
def test_what_are_no_files_is_refused(learner: TestClient, made: Made, body: object):
    assert learner.post(f"/api/v1/exercises/{made.doubling}/submissions", json=body).status_code == 422


def test_every_route_is_closed_to_strangers(people: People, learner: TestClient, made: Made):
    files = {"files": {"main.py": "print(4)"}}
    mine = learner.post(f"/api/v1/exercises/{made.doubling}/submissions", json=files).json()["id"]
    calls = [
        ("GET", f"/api/v1/exercises/{made.doubling}", None),
        ("POST", f"/api/v1/exercises/{made.doubling}/submissions", files),
        ("GET", f"/api/v1/submissions/{mine}", None),
        ("GET", f"/api/v1/submissions/{mine}/events", None),
        ("GET", f"/api/v1/submissions/{mine}/compare/{mine}", None),
        ("POST", f"/api/v1/submissions/{mine}/cancel", None),
        ("POST", f"/api/v1/submissions/{mine}/again", None),
        ("GET", f"/api/v1/exercises/{made.doubling}/submissions", None),
        ("POST", f"/api/v1/exercises/{made.doubling}/rejudge", None),
    ]
    for actor, status in ((people.visitor, 401), (people.foreign_admin, 404), (people.foreign_learner, 404)):
        stranger = client_of(actor)
        for method, path, body in calls:
            assert stranger.request(method, path, json=body).status_code == status, (method, path, actor.name)
    program = {"language": "python", "source": "print(1)"}
    assert client_of(people.visitor).post("/api/v1/code/run", json=program).status_code == 401
    assert client_of(people.assistant).get(f"/api/v1/submissions/{mine}").status_code == 200
    assert client_of(people.other_learner).get(f"/api/v1/submissions/{mine}").status_code == 404


FILES = {"files": {"main.py": "print(4)"}}


def events_of(text: str) -> list[tuple[str, str, dict[str, Any]]]:
    """The events of a stream: id, name and data."""
    found = []
    for part in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in part.split("\n") if ": " in line and not line.startswith(":"))
        if "event" in fields:
            found.append((fields.get("id", ""), fields["event"], json.loads(fields["data"])))
    return found


def test_a_language_that_cannot_be_run_here_is_refused_with_the_words_of_the_page(
    people: People, learner: TestClient, made: Made, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(machine, "language_problem", lambda _name: "gcc is not there.")
    shown = learner.get(f"/api/v1/exercises/{made.doubling}").json()["problem"]
    refused = learner.post(f"/api/v1/exercises/{made.doubling}/submissions", json=FILES)
    assert (refused.status_code, refused.json()["detail"]) == (503, shown)
    assert learner.get(f"/api/v1/exercises/{made.doubling}/submissions").json()["items"] == []


def test_what_judging_anew_changed_is_told_page_by_page(
    people: People, learner: TestClient, made: Made, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(machine, "require_cage", lambda: None)
    verdict = ["accepted"]
    monkeypatch.setattr(judging, "judge_files", lambda *_: judging.Judgement(verdict[0], 100, 1, 1, {}))
    ids = []
    for text in ("a", "b"):
        sent = learner.post(f"/api/v1/exercises/{made.doubling}/submissions", json={"files": {"main.py": text}})
        ids.append(sent.json()["id"])
    jobs.run_due()
    verdict[0] = "time_limit"
    teacher = client_of(people.instructor)
    started = teacher.post(f"/api/v1/exercises/{made.doubling}/rejudge").json()["id"]
    jobs.run_due()
    first = teacher.get(f"/api/v1/rejudges/{started}/changes", params={"limit": 1}).json()
    second = teacher.get(f"/api/v1/rejudges/{started}/changes", params={"cursor": first["next_cursor"]}).json()
    rows = [*first["items"], *second["items"]]
    assert [(row["id"], row["before"], row["after"]) for row in rows] == [(i, "accepted", "time_limit") for i in ids]
    assert learner.get(f"/api/v1/rejudges/{started}/changes").status_code == 403
    assert client_of(people.foreign_admin).get(f"/api/v1/rejudges/{started}/changes").status_code == 404


class TestIdempotencyKey:
    def test_the_same_request_again_hands_in_once(self, learner: TestClient, made: Made):
        path = f"/api/v1/exercises/{made.doubling}/submissions"
        sent = [learner.post(path, json=FILES, headers={"Idempotency-Key": "one"}) for _ in range(2)]
        assert {answer.status_code for answer in sent} == {202}
        assert len({answer.json()["id"] for answer in sent}) == 1
        other = learner.post(path, json={"files": {"main.py": "#"}}, headers={"Idempotency-Key": "one"})
        assert (other.status_code, list(other.json()["errors"])) == (422, ["Idempotency-Key"])
        assert learner.post(path, json=FILES, headers={"Idempotency-Key": "x" * 81}).status_code == 422


class TestEvents:
    def test_a_submission_is_told_from_the_queue_to_its_verdict(
        self, learner: TestClient, made: Made, monkeypatch: pytest.MonkeyPatch
    ):
        path = f"/api/v1/exercises/{made.doubling}/submissions"
        ids = [learner.post(path, json={"files": {"main.py": f"print(4) # {n}"}}).json()["id"] for n in range(2)]

        def judge(*_: object) -> judging.Judgement:
            time.sleep(0.6)  # so long that a stream sees it run
            return judging.Judgement("wrong_answer", 50, 1, 2, {})

        monkeypatch.setattr(judging, "judge_files", judge)
        working = threading.Timer(0.5, jobs.run_due)
        working.start()
        answer = learner.get(f"/api/v1/submissions/{ids[1]}/events")
        working.join()
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        told = events_of(answer.text)
        assert [(name, data["place"]) for _id, name, data in told] == [
            ("queued", 2),
            ("queued", 1),
            ("running", 0),
            ("done", 0),
        ]
        assert told[-1][2] == learner.get(f"/api/v1/submissions/{ids[1]}").json()
        assert "14842" not in answer.text and "7421" not in answer.text and "HIDDEN-NAME" not in answer.text

    def test_a_long_one_says_how_many_tests_are_behind_it_and_nothing_of_how_they_went(
        self, learner: TestClient, made: Made, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(progress, "_QUIET_SECONDS", 0.0)
        monkeypatch.setattr(progress, "_BETWEEN_SECONDS", 0.0)
        path = f"/api/v1/exercises/{made.doubling}/submissions"
        mine = learner.post(path, json=FILES).json()["id"]

        def judge(_task: judging.Task, _files: dict[str, str], told: Progress) -> judging.Judgement:
            for number in range(1, 3):
                told(number, 3)
                time.sleep(0.5)  # so long that a stream looks in between
            return judging.Judgement("wrong_answer", 33, 1, 3, {})

        monkeypatch.setattr(judging, "judge_files", judge)
        working = threading.Thread(target=jobs.run_due)
        working.start()
        told = events_of(learner.get(f"/api/v1/submissions/{mine}/events").text)
        working.join()
        runs = [
            (data["tests_done"], data["tests_total"])
            for _id, name, data in told
            if name == "running" and "tests_done" in data
        ]
        assert runs == [(1, 3), (2, 3)]
        assert len({each for each, _name, _data in told}) == len(told), "each has an id of its own"
        assert all("verdict" not in data for _id, name, data in told if name != "done")
        assert told[-1][2]["tests_total"] == 0

    def test_coming_back_one_is_told_only_what_is_new(self, learner: TestClient, made: Made, people: People):
        path = f"/api/v1/exercises/{made.doubling}/submissions"
        mine = learner.post(path, json=FILES).json()["id"]
        coding.cancel(people.learner, submission_id=mine)
        at = f"/api/v1/submissions/{mine}/events"
        [(done, name, data)] = events_of(learner.get(at, headers={"Last-Event-ID": "queued-1"}).text)
        assert (name, data["status"]) == ("done", "cancelled")
        again = learner.get(at, headers={"Last-Event-ID": done})
        assert (again.status_code, again.text) == (204, "")

    def test_ends_when_the_server_stops(self, learner: TestClient, made: Made, people: People):
        mine = learner.post(f"/api/v1/exercises/{made.doubling}/submissions", json=FILES).json()["id"]

        async def follow() -> list[str]:
            actor = people.learner
            view = await asyncio.to_thread(coding.submission, actor, submission_id=mine)
            found = []
            async for text in coding_events._events(actor, view, ""):
                found.append(text)
                if "event:" in text:
                    asyncio.get_running_loop().call_later(0.05, streams.end_all)
            return found

        told = asyncio.run(asyncio.wait_for(follow(), 5))
        assert [name for _id, name, _data in events_of("".join(told))] == ["queued"]

    def test_one_person_follows_only_so_many_at_once(self, people: People):
        user_id = people.learner.user_id
        assert user_id is not None

        async def open_many() -> None:
            with ExitStack() as stack:
                for _ in range(20):
                    stack.enter_context(streams.opened(user_id))
                with pytest.raises(LimitReached):
                    stack.enter_context(streams.opened(user_id))
            with streams.opened(user_id):
                pass

        asyncio.run(open_many())


class TestCancelAndAgain:
    def test_what_waits_is_taken_back_and_handed_in_again(self, learner: TestClient, made: Made):
        mine = learner.post(f"/api/v1/exercises/{made.doubling}/submissions", json=FILES).json()["id"]
        taken = learner.post(f"/api/v1/submissions/{mine}/cancel")
        assert (taken.status_code, taken.json()["status"]) == (200, "cancelled")
        again = learner.post(f"/api/v1/submissions/{mine}/again")
        assert (again.status_code, again.json()["number"], again.json()["place"]) == (202, 2, 1)

    def test_what_is_being_judged_is_not(self, learner: TestClient, made: Made, people: People):
        mine = learner.post(f"/api/v1/exercises/{made.doubling}/submissions", json=FILES).json()["id"]
        verdicts._claim(people.system, mine)
        refused = learner.post(f"/api/v1/submissions/{mine}/cancel")
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


class TestHistory:
    def test_pages_and_comparison(self, learner: TestClient, made: Made):
        path = f"/api/v1/exercises/{made.doubling}/submissions"
        ids = [learner.post(path, json={"files": {"main.py": f"print({n})\n"}}).json()["id"] for n in range(3)]
        first = learner.get(path, params={"limit": 2}).json()
        rest = learner.get(path, params={"limit": 2, "cursor": first["next_cursor"]}).json()
        assert [row["id"] for row in [*first["items"], *rest["items"]]] == ids[::-1]
        assert rest["next_cursor"] is None
        found = learner.get(f"/api/v1/submissions/{ids[0]}/compare/{ids[2]}").json()
        assert [line["text"] for line in found["files"][0]["lines"]] == ["print(0)", "print(2)"]
        assert learner.get(path, params={"cursor": "x"}).status_code == 422


class TestRejudge:
    @pytest.mark.cage
    def test_a_teacher_starts_it_and_follows_it(self, people: People, learner: TestClient, made: Made):
        mine = learner.post(f"/api/v1/exercises/{made.doubling}/submissions", json=FILES).json()["id"]
        jobs.run_due()
        teacher = client_of(people.instructor)
        started = teacher.post(f"/api/v1/exercises/{made.doubling}/rejudge")
        assert (started.status_code, started.json()["total"]) == (202, 1)
        path = f"/api/v1/rejudges/{started.json()['id']}"
        assert teacher.get(path).json()["status"] == "running"
        jobs.run_due()
        assert (teacher.get(path).json()["status"], teacher.get(path).json()["done"]) == ("done", 1)
        assert learner.get(f"/api/v1/submissions/{mine}").json()["rejudged_at"]

    def test_nobody_else_does(self, people: People, learner: TestClient, made: Made):
        for actor, status in ((people.learner, 403), (people.assistant, 403), (people.visitor, 401)):
            assert client_of(actor).post(f"/api/v1/exercises/{made.doubling}/rejudge").status_code == status


def test_languages_say_whether_they_work(learner: TestClient, people: People, made: Made):
    found = learner.get("/api/v1/languages").json()
    python = next(language for language in found if language["name"] == "python")
    assert (python["label"], python["works"]) == ("Python", coding.cage_problem() is None)
    assert client_of(people.visitor).get("/api/v1/languages").status_code == 401
