"""A quiz by the REST API: the same rules, and nothing right in any answer before submission."""

import pytest
from fastapi.testclient import TestClient

from services import accounts
from tests.api_clients import client_of
from tests.conftest import People
from tests.course_rows import SECRETS, Made, make_taken_course


@pytest.fixture
def made(people: People) -> Made:
    accounts.ensure_default_organisation()
    return make_taken_course(people.instructor, people.learner, attempts=1)


@pytest.fixture
def learner(people: People) -> TestClient:
    return client_of(people.learner)


def test_a_quiz_from_start_to_result_tells_nothing_right_before_its_end(learner: TestClient, made: Made):
    seen = [learner.get(f"/api/v1/quizzes/{made.quiz}")]
    started = learner.post(f"/api/v1/quizzes/{made.quiz}/attempts")
    assert started.status_code == 201
    attempt = started.json()["id"]
    number = made.questions["number"]
    seen += [
        started,
        learner.post(f"/api/v1/quizzes/{made.quiz}/attempts"),
        learner.put(f"/api/v1/attempts/{attempt}/answers", json={"answers": {number: "12,5"}}),
        learner.put(f"/api/v1/attempts/{attempt}/answers", json={"answers": {number: "nonsense"}}),
        learner.get(f"/api/v1/quizzes/{made.quiz}"),
        learner.get(f"/api/v1/attempts/{attempt}"),
    ]
    assert [answer.status_code for answer in seen] == [200, 201, 201, 200, 422, 200, 409]
    for answer in seen:
        assert not [secret for secret in SECRETS if secret in answer.text]
    assert seen[5].json()["questions"][4]["saved_text"] == "12,5"
    saved = learner.put(f"/api/v1/attempts/{attempt}/answers", json={"answers": made.right()})
    assert saved.json()["answered"] == 5
    result = learner.post(f"/api/v1/attempts/{attempt}/submit").json()
    assert (result["percent"], result["passed"]) == (100, True)
    assert "EXPLAINED one" in result["questions"][0]["explanation_html"]
    assert learner.post(f"/api/v1/attempts/{attempt}/submit").json() == result
    assert learner.get(f"/api/v1/attempts/{attempt}").json() == result


def test_refusals_are_problem_details(people: People, learner: TestClient, made: Made):
    attempt = learner.post(f"/api/v1/quizzes/{made.quiz}/attempts").json()["id"]
    answers = f"/api/v1/attempts/{attempt}/answers"
    wrong = learner.put(answers, json={"answers": {made.questions["one"]: "z"}})
    assert wrong.status_code == 422
    assert wrong.headers["content-type"] == "application/problem+json"
    assert list(wrong.json()["errors"]) == [made.questions["one"]]
    for body in ({}, {"answers": []}, {"answers": {}}, [], {"answers": {"x": {"y": 1}}}):
        assert learner.put(answers, json=body).status_code == 422
    learner.post(f"/api/v1/attempts/{attempt}/submit")
    assert learner.put(answers, json={"answers": made.right()}).status_code == 409
    again = learner.post(f"/api/v1/quizzes/{made.quiz}/attempts")
    assert (again.status_code, again.json()["code"]) == (429, "limit_reached")


def test_every_route_is_closed_to_strangers(people: People, learner: TestClient, made: Made):
    attempt = learner.post(f"/api/v1/quizzes/{made.quiz}/attempts").json()["id"]
    calls = [
        ("GET", f"/api/v1/quizzes/{made.quiz}", None),
        ("POST", f"/api/v1/quizzes/{made.quiz}/attempts", None),
        ("PUT", f"/api/v1/attempts/{attempt}/answers", {"answers": made.right()}),
        ("POST", f"/api/v1/attempts/{attempt}/submit", None),
        ("GET", f"/api/v1/attempts/{attempt}", None),
    ]
    for actor, status in ((people.visitor, 401), (people.foreign_admin, 404), (people.foreign_learner, 404)):
        stranger = client_of(actor)
        for method, path, body in calls:
            assert stranger.request(method, path, json=body).status_code == status, (method, path, actor.name)
    teacher = client_of(people.instructor)
    assert teacher.request(*calls[2][:2], json=calls[2][2]).status_code == 403
