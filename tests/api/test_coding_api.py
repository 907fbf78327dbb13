"""Code by the REST API: run, hand in, follow."""

import pytest
from fastapi.testclient import TestClient

from services import accounts
from services.platform import jobs
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


def test_too_many_waiting_says_when_to_come_back(learner: TestClient, made: Made):
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
    ]
    for actor, status in ((people.visitor, 401), (people.foreign_admin, 404), (people.foreign_learner, 404)):
        stranger = client_of(actor)
        for method, path, body in calls:
            assert stranger.request(method, path, json=body).status_code == status, (method, path, actor.name)
    program = {"language": "python", "source": "print(1)"}
    assert client_of(people.visitor).post("/api/v1/code/run", json=program).status_code == 401
    assert client_of(people.assistant).get(f"/api/v1/submissions/{mine}").status_code == 200
    assert client_of(people.other_learner).get(f"/api/v1/submissions/{mine}").status_code == 404
