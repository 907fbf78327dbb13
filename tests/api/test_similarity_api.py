"""Similar programs by the REST API: asked for, followed, paged and marked by those who teach, and by nobody else."""

import pytest

from services import accounts
from services.platform import jobs
from services.platform.rate import limiter
from tests.api_clients import client_of
from tests.conftest import People
from tests.course_rows import Made, make_taken_course
from tests.services.test_similarity import hand_in, more_learners
from tests.similar_programs import ORIGINAL


@pytest.fixture
def made(people: People) -> Made:
    limiter.clear()
    accounts.ensure_default_organisation()
    made = make_taken_course(people.instructor, people.learner, people.other_learner)
    for person in (people.learner, people.other_learner, *more_learners(people.instructor, made, 1)):
        hand_in(person, made, ORIGINAL)
    return made


def test_a_report_is_asked_for_followed_and_paged(people: People, made: Made):
    assistant = client_of(people.assistant)
    path = f"/api/v1/exercises/{made.doubling}/similarity"
    assert assistant.get(path).json()["status"] == "none"
    begun = assistant.post(path)
    assert (begun.status_code, begun.json()["status"], begun.json()["items"]) == (202, "queued", [])
    jobs.run_due()
    done = assistant.get(path, params={"limit": 2}).json()
    assert (done["status"], done["percent"], done["pairs"], len(done["items"])) == ("done", 100, 3, 2)
    rest = assistant.get(path, params={"limit": 2, "cursor": done["next_cursor"]}).json()
    assert (len(rest["items"]), rest["next_cursor"]) == (1, None)
    assert assistant.get(path, params={"cursor": "x"}).status_code == 422


def test_a_pair_is_read_and_marked(people: People, made: Made):
    teacher = client_of(people.instructor)
    teacher.post(f"/api/v1/exercises/{made.doubling}/similarity")
    jobs.run_due()
    row = teacher.get(f"/api/v1/exercises/{made.doubling}/similarity").json()["items"][0]
    path = f"/api/v1/similar-pairs/{row['id']}"
    pair = teacher.get(path).json()
    assert pair["left"]["files"][0]["name"] == "main.py" and pair["regions"][0]["number"] == 1
    marked = teacher.put(path, json={"looked_at": True, "note": "Sat together."})
    assert (marked.status_code, marked.json()["note"], marked.json()["looked_by"]) == (200, "Sat together.", "Ines")
    assert teacher.put(path, json={"note": "x" * 2001}).status_code == 422
    assert teacher.put(path, json={"looked_at": []}).status_code == 422


def test_every_route_is_closed_to_learners_and_strangers(people: People, made: Made):
    teacher = client_of(people.instructor)
    teacher.post(f"/api/v1/exercises/{made.doubling}/similarity")
    jobs.run_due()
    pair = teacher.get(f"/api/v1/exercises/{made.doubling}/similarity").json()["items"][0]["id"]
    calls = [
        ("POST", f"/api/v1/exercises/{made.doubling}/similarity", None),
        ("GET", f"/api/v1/exercises/{made.doubling}/similarity", None),
        ("GET", f"/api/v1/similar-pairs/{pair}", None),
        ("PUT", f"/api/v1/similar-pairs/{pair}", {"note": "x"}),
    ]
    for actor, status in (
        (people.visitor, 401),
        (people.learner, 403),
        (people.other_learner, 403),
        (people.foreign_admin, 404),
        (people.foreign_learner, 404),
    ):
        client = client_of(actor)
        for method, path, body in calls:
            answer = client.request(method, path, json=body)
            assert answer.status_code == status, (method, path, actor.name)
            assert "Liban" not in answer.text and "strip" not in answer.text
