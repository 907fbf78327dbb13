"""Practice by the REST API: exercises with filters and a cursor, one's submissions, and who may ask."""

import pytest

from lms_app.api.app import make_rest
from services import accounts, enrolment
from services.platform.rate import limiter
from tests.api_clients import client_of
from tests.conftest import People
from tests.practice_course import handed_in, make_library


@pytest.fixture
def library(people: People) -> str:
    limiter.clear()
    accounts.ensure_default_organisation()
    course = make_library(
        people.instructor,
        "four",
        ("Alpha", 1, "python", "loops"),
        ("Bravo", 3, "javascript", "loops"),
        ("Charlie", 5, "python"),
    )
    enrolment.enrol(people.learner, course_id=course)
    return course


def test_exercises_are_narrowed_counted_and_paged(people: People, library: str):
    handed_in(people.learner, "Bravo", "accepted")
    learner = client_of(people.learner)
    first = learner.get("/api/v1/exercises", params={"limit": 2}).json()
    assert [item["title"] for item in first["items"]] == ["Alpha", "Charlie"]
    assert (first["total"], first["exercises"], first["solved"], first["own_level"]) == (3, 3, 1, "beginner")
    rest = learner.get("/api/v1/exercises", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert ([item["status"] for item in rest["items"]], rest["next_cursor"]) == (["solved"], None)
    narrowed = learner.get("/api/v1/exercises", params={"topic": "loops", "status": "new", "text": "alp"}).json()
    assert [item["address"] for item in narrowed["items"]] == ["/learn/four/alpha#exercise-alpha"]
    assert narrowed["statuses"] == [{"value": "new", "count": 1}]
    assert learner.get(f"/api/v1/exercises/{narrowed['items'][0]['id']}").status_code == 200


def test_one_s_submissions_are_paged_over_all_exercises(people: People, library: str):
    ids = [str(handed_in(people.learner, title)) for title in ("Alpha", "Bravo", "Alpha")]
    learner = client_of(people.learner)
    first = learner.get("/api/v1/submissions", params={"limit": 2}).json()
    assert [item["id"] for item in first["items"]] == ids[:0:-1]
    rest = learner.get("/api/v1/submissions", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert ([item["id"] for item in rest["items"]], rest["next_cursor"]) == (ids[:1], None)
    assert learner.get(f"/api/v1/submissions/{ids[0]}").status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/exercises", "/api/v1/submissions"])
def test_refusals_are_problem_details(people: People, library: str, path: str):
    assert client_of(people.visitor).get(path).status_code == 401
    for person in (people.other_learner, people.foreign_learner, people.foreign_admin):
        assert client_of(person).get(path).json()["items"] == []
    for odd in ({"cursor": "x"}, {"limit": 101}):
        answer = client_of(people.learner).get(path, params=odd)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
        assert list(answer.json()["errors"]) == list(odd)


def test_they_stand_in_the_reference():
    paths = make_rest().openapi()["paths"]
    asked = {parameter["name"] for parameter in paths["/v1/exercises"]["get"]["parameters"]}
    assert asked >= {"text", "level", "topic", "language", "status", "cursor", "limit"}
    assert "newest first" in paths["/v1/submissions"]["get"]["description"]
