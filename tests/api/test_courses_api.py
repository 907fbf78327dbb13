"""Courses and lessons over HTTP: the same answers and refusals as the services, and files that cannot act."""

import pytest
from fastapi.testclient import TestClient

from services import accounts
from services.courses import import_course
from services.platform.rate import limiter
from tests.api_clients import client_of
from tests.conftest import People
from tests.packages import PICTURE, small, zipped

COURSES = "/api/v1/courses"
FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 8


@pytest.fixture(autouse=True)
def course(sqlite_people: People) -> str:
    """The small course, with a film; returns its id."""
    limiter.clear()
    accounts.ensure_default_organisation()
    files = small()
    files["media/film.mp4"] = FILM
    files["01-first/values.md"] += b'\r\n::video{src="media/film.mp4" title="Film"}\r\n'
    return import_course(sqlite_people.instructor, source=zipped(files)).course_id


@pytest.fixture
def learner(sqlite_people: People) -> TestClient:
    return client_of(sqlite_people.learner)


@pytest.fixture
def stranger(sqlite_people: People) -> TestClient:
    return client_of(sqlite_people.foreign_learner)


def test_the_catalogue_is_a_page_with_counts(learner: TestClient) -> None:
    body = learner.get(COURSES, params={"text": "DEJA"}).json()
    assert [item["slug"] for item in body["items"]] == ["small"]
    assert (body["next_cursor"], body["total"]) == (None, 1)
    assert body["levels"] == [{"value": "beginner", "count": 1}]
    assert learner.get(COURSES, params={"text": "no such thing"}).json()["items"] == []
    assert learner.get(COURSES, params={"cursor": "' OR 1=1"}).status_code == 422
    assert learner.get(COURSES, params={"limit": 0}).status_code == 422


def test_a_course_is_found_by_id_and_by_address(learner: TestClient, course: str) -> None:
    by_id, by_slug = learner.get(f"{COURSES}/{course}"), learner.get(f"{COURSES}/small")
    assert by_id.json() == by_slug.json()
    assert by_id.json()["card"]["exercises"] == 1
    assert learner.get(f"{COURSES}/{course}/outline").json() == learner.get(f"{COURSES}/small/outline").json()


def test_a_learner_enrols_reads_and_finishes(learner: TestClient, course: str) -> None:
    outline = learner.get(f"{COURSES}/small/outline").json()
    lesson = outline["modules"][0]["lessons"][0]["id"]
    refused = learner.get(f"/api/v1/lessons/{lesson}")
    assert refused.status_code == 403
    assert refused.headers["content-type"] == "application/problem+json"
    assert learner.post(f"{COURSES}/small/enroll").status_code == 201
    assert learner.post(f"{COURSES}/{course}/enroll").status_code == 200
    body = learner.get(f"/api/v1/lessons/{lesson}").json()
    assert body["title"] == "Values"
    assert [block["kind"] for block in body["blocks"]] == ["text", "text", "text", "video"]
    assert learner.post(f"/api/v1/lessons/{lesson}/complete").json()["percent"] == 50
    assert learner.delete(f"{COURSES}/small/enroll").status_code == 204
    assert learner.get(f"/api/v1/lessons/{lesson}").status_code == 403


def test_nothing_hidden_is_in_any_answer(learner: TestClient) -> None:
    learner.post(f"{COURSES}/small/enroll")
    lessons = learner.get(f"{COURSES}/small/outline").json()["modules"][0]["lessons"]
    texts = [learner.get(f"{COURSES}/small").text, learner.get(f"{COURSES}/small/outline").text]
    texts += [learner.get(f"/api/v1/lessons/{each['id']}").text for each in lessons]
    texts += [
        learner.get(f"{COURSES}/small/search", params={"text": word}).text for word in ("secret", "data", "range")
    ]
    for hidden in ("It is data.", "secret", "range(int(input()), 0, -1)"):
        assert not [text for text in texts if hidden in text]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""), ("GET", "/outline"), ("GET", "/search?text=a"), ("GET", "/files/media/dot.svg"),
        ("POST", "/enroll"), ("DELETE", "/enroll"),
    ],
)  # fmt: skip
def test_another_organisation_finds_nothing(stranger: TestClient, course: str, method: str, path: str) -> None:
    assert stranger.request(method, f"{COURSES}/{course}{path}").status_code == 404
    missing = stranger.request(method, f"{COURSES}/nothing{path}")
    assert missing.status_code == 404


def test_another_organisation_finds_no_lesson(learner: TestClient, stranger: TestClient) -> None:
    lesson = learner.get(f"{COURSES}/small/outline").json()["modules"][0]["lessons"][0]["id"]
    assert stranger.get(f"/api/v1/lessons/{lesson}").status_code == 404
    assert stranger.post(f"/api/v1/lessons/{lesson}/complete").status_code == 404
    assert stranger.get("/api/v1/lessons/%00").status_code == 404


def test_a_drawing_is_given_so_that_it_cannot_act(learner: TestClient, course: str) -> None:
    answer = learner.get(f"{COURSES}/{course}/files/media/dot.svg")
    assert answer.content == PICTURE
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"] == "attachment"
    again = learner.get(f"{COURSES}/{course}/files/media/dot.svg", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_film_is_given_in_parts(learner: TestClient, course: str) -> None:
    answer = learner.get(f"{COURSES}/{course}/files/media/film.mp4", headers={"Range": "bytes=4-11"})
    assert (answer.status_code, answer.content) == (206, b"ftypmp42")
    assert answer.headers["content-range"] == f"bytes 4-11/{len(FILM)}"


@pytest.mark.parametrize(
    "path",
    [
        "course.yaml", "01-first/loops/check.quiz.yaml", "media/../course.yaml", "..%2f..%2fetc%2fpasswd",
        "media/none.png", "%00", "/etc/passwd", "README.md",
    ],
)  # fmt: skip
def test_sources_and_other_files_are_not_given(learner: TestClient, course: str, path: str) -> None:
    assert learner.get(f"{COURSES}/{course}/files/{path}").status_code == 404
