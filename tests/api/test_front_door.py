"""The bare address leads a stranger to the catalogue, and a person to their home."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from lms_app.api.actor import session_cookie
from lms_app.api.app import make_api
from services.accounts.models import User
from services.accounts.sessions import open_session
from services.platform.database import unit_of_work
from tests.conftest import People


@pytest.fixture
def leads_to(sqlite_people: People) -> Callable[[str], str]:
    def ask(cookie: str) -> str:
        client = TestClient(make_api(), follow_redirects=False, cookies={session_cookie(): cookie} if cookie else None)
        answer = client.get("/")
        assert (answer.status_code, answer.headers["cache-control"]) == (303, "no-store")
        return answer.headers["location"]

    return ask


@pytest.mark.parametrize("cookie", ["", "made-up", "x" * 3000])
def test_a_stranger_comes_to_the_catalogue(leads_to: Callable[[str], str], cookie: str) -> None:
    assert leads_to(cookie) == "/catalogue"


def test_a_person_comes_home(leads_to: Callable[[str], str], sqlite_people: People) -> None:
    with unit_of_work(sqlite_people.learner) as session:
        user = session.get(User, sqlite_people.learner.user_id)
        assert user
        token = open_session(session, user, kind="browser", user_agent="test")[1]
    assert leads_to(token) == "/home"
