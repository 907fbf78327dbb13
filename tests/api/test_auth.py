"""The REST API's frame and its bearer tokens, over HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import APIRouter
from starlette.testclient import TestClient

from lms_app.api.actor import CurrentActor
from lms_app.api.app import make_api
from services import accounts
from services.accounts import signing_in
from services.platform.errors import Conflict, Invalid
from services.platform.rate import limiter
from tests.conftest import People

PASSWORD = "correct horse 42"
ORIGIN = "http://127.0.0.1:3000"


@pytest.fixture
def client(sqlite_people: People) -> Iterator[TestClient]:
    """The API with a few routes more, to look at its frame."""
    signing_in.forget_failures()
    limiter.clear()
    probe = APIRouter()

    @probe.get("/probe/crash")
    def crash() -> None:
        raise RuntimeError("SELECT secret FROM /etc/passwd")

    @probe.get("/probe/conflict")
    def conflict() -> None:
        raise Conflict("There is an account with this e-mail address already.")

    @probe.get("/probe/invalid")
    def invalid() -> None:
        raise Invalid("Some fields need another look.", fields={"title": "Write a title."})

    @probe.post("/probe/change")
    def change(actor: CurrentActor) -> str:
        return actor.name

    @probe.post("/probe/echo")
    def echo(body: dict[str, Any]) -> int:
        return len(body)

    made = make_api()
    made.routes[-1].app.include_router(probe, prefix="/v1")  # type: ignore[attr-defined]  # the application under /api
    with TestClient(made, base_url=ORIGIN, raise_server_exceptions=False) as client:
        yield client
    signing_in.forget_failures()


@pytest.fixture
def pair(client: TestClient) -> dict[str, Any]:
    """A person's pair of tokens."""
    answer = client.post(
        "/api/v1/auth/register", json={"name": "Nora", "email": "nora@example.org", "password": PASSWORD}
    )
    assert answer.status_code == 201
    return dict(answer.json())


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


class TestTokens:
    def test_a_client_registers_signs_in_refreshes_and_signs_out(
        self, client: TestClient, pair: dict[str, Any]
    ) -> None:
        assert pair.keys() == {"access_token", "refresh_token", "token_type", "expires_in"}
        again = client.post("/api/v1/auth/login", json={"email": "nora@example.org", "password": PASSWORD})
        assert (again.status_code, again.json()["token_type"], again.json()["expires_in"]) == (200, "bearer", 600)
        assert again.headers["cache-control"] == "no-store"
        fresh = client.post("/api/v1/auth/refresh", json={"refresh_token": again.json()["refresh_token"]}).json()
        me = client.get("/api/v1/auth/me", headers=bearer(fresh["access_token"])).json()
        assert (me["email"], me["role"]) == ("nora@example.org", "learner")
        assert "password_hash" not in me
        assert client.post("/api/v1/auth/logout", headers=bearer(fresh["access_token"])).status_code == 204
        refused = client.get("/api/v1/auth/me", headers=bearer(fresh["access_token"]))
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")

    def test_a_refresh_token_used_twice_ends_the_session(self, client: TestClient, pair: dict[str, Any]) -> None:
        second = client.post("/api/v1/auth/refresh", json={"refresh_token": pair["refresh_token"]}).json()
        assert client.post("/api/v1/auth/refresh", json={"refresh_token": pair["refresh_token"]}).status_code == 401
        assert client.get("/api/v1/auth/me", headers=bearer(second["access_token"])).status_code == 401

    def test_a_wrong_token_is_refused_and_never_a_visitor(self, client: TestClient, pair: dict[str, Any]) -> None:
        for header in ("Bearer", "Bearer x", "Basic bm9yYTp4", "Bearer " + pair["refresh_token"], "Digest a"):
            assert client.get("/api/v1/auth/me", headers={"Authorization": header}).status_code == 401
            assert client.post("/api/v1/probe/change", headers={"Authorization": header}).status_code == 401

    def test_a_suspended_person_is_refused(
        self, client: TestClient, pair: dict[str, Any], sqlite_people: People
    ) -> None:
        user = client.get("/api/v1/auth/me", headers=bearer(pair["access_token"])).json()["id"]
        accounts.set_active(sqlite_people.admin, user_id=user, active=False)
        assert client.get("/api/v1/auth/me", headers=bearer(pair["access_token"])).status_code == 401
        assert client.post("/api/v1/auth/refresh", json={"refresh_token": pair["refresh_token"]}).status_code == 401
        login = client.post("/api/v1/auth/login", json={"email": "nora@example.org", "password": PASSWORD})
        assert login.status_code == 401

    def test_known_and_unknown_addresses_are_answered_alike(self, client: TestClient, pair: dict[str, Any]) -> None:
        known, unknown = (
            client.post("/api/v1/auth/login", json={"email": email, "password": "wrong password"})
            for email in ("nora@example.org", "nobody@example.org")
        )
        assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
        assert known.status_code == 401

    def test_guessing_is_slowed(self, client: TestClient, pair: dict[str, Any]) -> None:
        answers = [
            client.post("/api/v1/auth/login", json={"email": "nora@example.org", "password": f"guess {n} guess"})
            for n in range(20)
        ]
        slowed = [answer for answer in answers if answer.status_code == 429]
        assert len(slowed) >= 12
        assert int(slowed[0].headers["retry-after"]) >= 1

    def test_what_a_person_is_cannot_be_sent_along(self, client: TestClient) -> None:
        answer = client.post(
            "/api/v1/auth/register",
            json={
                "name": "M",
                "email": "m@example.org",
                "password": PASSWORD,
                "role": "platform_admin",
                "active": True,
            },
        )
        me = client.get("/api/v1/auth/me", headers=bearer(answer.json()["access_token"])).json()
        assert me["role"] == "learner"


class TestProblems:
    def check(self, answer: Any, status: int) -> dict[str, Any]:
        body = dict(answer.json())
        assert answer.status_code == status == body["status"]
        assert answer.headers["content-type"] == "application/problem+json"
        assert {"type", "title", "status", "detail", "instance"} <= body.keys()
        return body

    def test_a_service_s_refusal(self, client: TestClient) -> None:
        assert self.check(client.get("/api/v1/probe/conflict"), 409)["code"] == "conflict"

    def test_wrong_fields(self, client: TestClient) -> None:
        assert self.check(client.get("/api/v1/probe/invalid"), 422)["errors"] == {"title": "Write a title."}

    def test_wrong_types_never_repeat_what_was_sent(self, client: TestClient) -> None:
        answer = client.post("/api/v1/auth/login", json={"email": ["x"], "password": {"s3cret": "s3cret"}})
        assert self.check(answer, 422)["errors"].keys() == {"email", "password"}
        assert "s3cret" not in answer.text

    @pytest.mark.parametrize(
        "body", [b"{", b"[]", b'"x"', b"null", b'{"email": "\\ud800", "password": "\\u0000"}', b"\xff"]
    )
    def test_what_is_no_json_of_ours(self, client: TestClient, body: bytes) -> None:
        answer = client.post("/api/v1/auth/login", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 401, 422)
        self.check(answer, answer.status_code)

    def test_deep_nesting(self, client: TestClient) -> None:
        body = b'{"a":' * 3000 + b"1" + b"}" * 3000
        answer = client.post("/api/v1/auth/login", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422)

    def test_addresses_that_do_not_exist(self, client: TestClient) -> None:
        assert self.check(client.get("/api/v1/nothing"), 404)["instance"] == "/api/v1/nothing"

    def test_methods_that_do_not_exist(self, client: TestClient) -> None:
        self.check(client.put("/api/v1/auth/me"), 405)

    def test_a_bug_is_one_sentence_with_the_id_it_was_logged_under(
        self, client: TestClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        body = self.check(client.get("/api/v1/probe/crash"), 500)
        reference = caplog.records[-1].getMessage().rsplit(" ", 1)[1]
        assert body["detail"] == f"Something went wrong here, and it was written down as {reference}."
        assert "passwd" not in str(body)

    def test_a_large_body_is_refused(self, client: TestClient) -> None:
        large = b'{"a": "' + b"x" * (2 * 1024 * 1024) + b'"}'
        headers = {"Content-Type": "application/json"}
        self.check(client.post("/api/v1/probe/echo", content=large, headers=headers), 413)
        self.check(client.post("/api/v1/probe/echo", content=iter([large[:10], large[10:]]), headers=headers), 413)


class TestCookies:
    def test_a_change_by_cookie_must_come_from_our_own_page(self, client: TestClient) -> None:
        joined = accounts.register(accounts.default_visitor(), name="Nora", email="n@example.org", password=PASSWORD)
        cookie = {"Cookie": f"lms_session={joined.token}"}
        assert client.get("/api/v1/auth/me", headers=cookie).json()["name"] == "Nora"
        for foreign in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Referer": "https://evil.example/127.0.0.1:3000"},
            {},
        ):
            assert client.post("/api/v1/probe/change", headers=cookie | foreign).status_code == 403
        for own in ({"Origin": ORIGIN}, {"Sec-Fetch-Site": "same-origin"}, {"Referer": f"{ORIGIN}/home"}):
            assert client.post("/api/v1/probe/change", headers=cookie | own).json() == "Nora"


class TestDocumentation:
    def test_its_page_loads_nothing_from_elsewhere(self, client: TestClient) -> None:
        page = client.get("/api/docs")
        assert "http" not in page.text.replace("http-equiv", "")
        assert "unsafe-eval" not in page.headers["content-security-policy"]
        assert "script-src 'self';" in page.headers["content-security-policy"]
        for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "start.js"):
            answer = client.get(f"/api/docs/{asset}")
            assert answer.status_code == 200 and answer.content

    def test_it_lists_the_routes(self, client: TestClient) -> None:
        paths = client.get("/api/openapi.json").json()["paths"]
        assert {"/v1/auth/login", "/v1/auth/refresh", "/v1/auth/logout", "/v1/auth/register", "/v1/auth/me"} <= set(
            paths
        )
        assert not [path for path in paths if "sign-in" in path]
