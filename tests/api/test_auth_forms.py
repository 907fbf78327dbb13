"""The forms that set cookies: sign in, register, sign out, choose a language."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from lms_app.api.app import make_api
from services import accounts
from services.accounts import signing_in
from services.platform import database
from services.platform.config import settings
from services.platform.rate import limiter
from tests.conftest import People

PASSWORD = "correct horse 42"
ORIGIN = "http://127.0.0.1:3000"
FORMS = ("/auth/sign-in", "/auth/register", "/auth/sign-out", "/auth/language")


@pytest.fixture
def client(sqlite_people: People) -> Iterator[TestClient]:
    signing_in.forget_failures()
    limiter.clear()
    accounts.register(accounts.default_visitor(), name="Nora", email="nora@example.org", password=PASSWORD)
    with TestClient(make_api(), base_url=ORIGIN, headers={"Origin": ORIGIN}, follow_redirects=False) as client:
        yield client
    signing_in.forget_failures()


def sign_in(client: TestClient, **changes: str) -> Any:
    return client.post("/auth/sign-in", data={"email": "nora@example.org", "password": PASSWORD, **changes})


def left_behind(answer: Any) -> dict[str, Any]:
    return dict(json.loads(base64.urlsafe_b64decode(answer.cookies["lms_form"].strip('"'))))


class TestSignIn:
    def test_it_sets_a_cookie_that_no_script_reads_and_goes_on(self, client: TestClient) -> None:
        answer = sign_in(client, next="/learn/python/loops?at=b3")
        assert (answer.status_code, answer.headers["location"]) == (303, "/learn/python/loops?at=b3")
        cookie = answer.headers.get_list("set-cookie")[0]
        assert cookie.startswith("lms_session=")
        assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie
        assert accounts.resolve(answer.cookies["lms_session"])

    def test_under_https_the_cookie_is_bound_to_this_host(
        self, client: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(settings(), "public_url", "https://learn.example.org")
        answer = client.post(
            "/auth/sign-in",
            data={"email": "nora@example.org", "password": PASSWORD},
            headers={"Origin": "https://learn.example.org"},
        )
        cookie = answer.headers.get_list("set-cookie")[0]
        assert cookie.startswith("__Host-lms_session=")
        assert "Secure" in cookie and "Domain" not in cookie
        refused = client.post("/auth/sign-in", data={}, headers={"Origin": ORIGIN})
        assert refused.status_code == 403

    def test_a_cookie_planted_before_is_replaced_and_the_session_before_ends(self, client: TestClient) -> None:
        before = sign_in(client).cookies["lms_session"]
        after = sign_in(client).cookies["lms_session"]
        assert before != after
        assert accounts.resolve(before) is None
        assert accounts.resolve(after)

    @pytest.mark.parametrize(
        "value",
        ["//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "data:text/html,x",
         "https://evil.example", "/x\r\nSet-Cookie: a=b", "/\t/evil.example"],
    )  # fmt: skip
    def test_it_never_leads_to_another_site(self, client: TestClient, value: str) -> None:
        assert sign_in(client, next=value).headers["location"] == "/home"
        assert client.post("/auth/sign-out", data={"next": value}).headers["location"] == "/sign-in"

    def test_a_failure_leads_back_and_keeps_what_was_typed_but_the_password(self, client: TestClient) -> None:
        answer = sign_in(client, password="wrong password", next="/home")
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fhome")
        assert "lms_session" not in answer.cookies
        told = left_behind(answer)
        assert told["message"] == "The e-mail address or the password is not right."
        assert told["typed"] == {"email": "nora@example.org"}
        assert "wrong password" not in json.dumps(told)
        assert "nora" not in answer.headers["location"]

    def test_an_unknown_address_is_answered_alike(self, client: TestClient) -> None:
        known = sign_in(client, password="wrong password")
        unknown = sign_in(client, email="nobody@example.org")
        assert known.headers["location"] == unknown.headers["location"]
        assert left_behind(known)["message"] == left_behind(unknown)["message"]

    def test_guessing_is_slowed_here_too(self, client: TestClient) -> None:
        for _ in range(8):
            answer = sign_in(client, password="wrong password")
        assert "Too many tries" in left_behind(answer)["message"]


class TestWhereToGoOn:
    """A form that is sent before the page's script has run says nothing of `next`: the page's own address does."""

    def test_the_address_of_the_page_says_it(self, client: TestClient) -> None:
        page = f"{ORIGIN}/sign-in?code=needed&next=/learn/python/loops%3Fat%3Db3"
        form = {"email": "nora@example.org", "password": PASSWORD, "next": ""}
        answer = client.post("/auth/sign-in", data=form, headers={"Referer": page})
        assert answer.headers["location"] == "/learn/python/loops?at=b3"

    def test_registering_and_failing_keep_it_too(self, client: TestClient) -> None:
        headers = {"Referer": f"{ORIGIN}/register?next=/courses/python"}
        person = {"name": "Omar", "email": "omar@example.org", "password": "short"}
        assert client.post("/auth/register", data=person, headers=headers).headers["location"] == (
            "/register?next=%2Fcourses%2Fpython"
        )
        answer = client.post("/auth/register", data=person | {"password": PASSWORD}, headers=headers)
        assert answer.headers["location"] == "/courses/python"

    def test_what_the_form_says_goes_first(self, client: TestClient) -> None:
        answer = client.post(
            "/auth/sign-in",
            data={"email": "nora@example.org", "password": PASSWORD, "next": "/catalogue"},
            headers={"Referer": f"{ORIGIN}/sign-in?next=/home"},
        )
        assert answer.headers["location"] == "/catalogue"

    @pytest.mark.parametrize(
        "referer",
        [f"{ORIGIN}/sign-in?next=//evil.example", f"{ORIGIN}/sign-in?next=https://evil.example",
         "https://evil.example/?next=/x",
         f"{ORIGIN}/sign-in?next=%5C%5Cevil.example", f"{ORIGIN}/sign-in?next=javascript:alert(1)",
         f"{ORIGIN}/sign-in", "", "::"],
    )  # fmt: skip
    def test_it_never_leads_to_another_site(self, client: TestClient, referer: str) -> None:
        answer = client.post(
            "/auth/sign-in", data={"email": "nora@example.org", "password": PASSWORD}, headers={"Referer": referer}
        )
        assert answer.headers["location"] == "/home"


class TestInPlace:
    """The page's script sends the form itself and stays where it is, so that nothing typed is lost."""

    JSON = {"Accept": "application/json"}

    def test_signing_in_sets_the_cookie_and_says_where_to_go_on(self, client: TestClient) -> None:
        answer = client.post(
            "/auth/sign-in",
            data={"email": "nora@example.org", "password": PASSWORD, "next": "/catalogue"},
            headers=self.JSON,
        )
        assert (answer.status_code, answer.json()) == (200, {"location": "/catalogue"})
        assert accounts.resolve(answer.cookies["lms_session"])
        assert answer.headers["cache-control"] == "no-store"

    def test_a_refusal_says_what_is_wrong_and_leaves_nothing_behind(self, client: TestClient) -> None:
        wrong = client.post(
            "/auth/sign-in", data={"email": "nora@example.org", "password": "wrong password"}, headers=self.JSON
        )
        assert wrong.json() == {"detail": "The e-mail address or the password is not right.", "errors": {}}
        assert "set-cookie" not in wrong.headers
        fields = client.post("/auth/register", data={"name": "O", "email": "o", "password": "short"}, headers=self.JSON)
        assert set(fields.json()["errors"]) == {"email", "password"}
        taken = client.post(
            "/auth/register", data={"name": "N", "email": "nora@example.org", "password": PASSWORD}, headers=self.JSON
        )
        assert set(taken.json()["errors"]) == {"email"}

    def test_it_speaks_the_reader_s_language(self, client: TestClient) -> None:
        headers = self.JSON | {"Cookie": "lang=ar"}
        answer = client.post("/auth/register", data={"name": "", "email": "o", "password": ""}, headers=headers)
        assert not any(text.isascii() for text in answer.json()["errors"].values())

    def test_another_site_is_refused_here_too(self, client: TestClient) -> None:
        answer = client.post("/auth/sign-in", data={}, headers=self.JSON | {"Origin": "https://evil.example"})
        assert answer.status_code == 403

    def test_a_failure_of_ours_is_said_in_one_sentence_in_place_and_not(self, client: TestClient) -> None:
        typed = {"email": "nora@example.org", "password": PASSWORD}
        with database.engine().begin() as connection:
            connection.exec_driver_sql(
                "UPDATE user_account SET role = 'unheard-of' WHERE email_key = 'nora@example.org'"
            )
        told = client.post("/auth/sign-in", data=typed, headers=self.JSON).json()
        answer = client.post("/auth/sign-in", data=typed)
        assert "written down as" in told["detail"] and told["errors"] == {}
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert "written down as" in left_behind(answer)["message"]
        assert left_behind(answer)["typed"] == {"email": "nora@example.org"}


class TestRegister:
    def test_it_makes_an_account_and_signs_in(self, client: TestClient) -> None:
        answer = client.post("/auth/register", data={"name": "Omar", "email": "o@example.org", "password": PASSWORD})
        assert (answer.status_code, answer.headers["location"]) == (303, "/home")
        actor = accounts.resolve(answer.cookies["lms_session"])
        assert actor and actor.name == "Omar"

    def test_wrong_fields_lead_back_with_a_message_for_each(self, client: TestClient) -> None:
        answer = client.post("/auth/register", data={"name": "Omar", "email": "o", "password": "short"})
        told = left_behind(answer)
        assert answer.headers["location"] == "/register"
        assert set(told["fields"]) == {"email", "password"}
        assert told["typed"] == {"name": "Omar", "email": "o"}

    def test_a_taken_address_is_told_beside_its_field(self, client: TestClient) -> None:
        answer = client.post("/auth/register", data={"name": "N", "email": "NORA@example.org", "password": PASSWORD})
        assert set(left_behind(answer)["fields"]) == {"email"}


class TestTheOthers:
    def test_signing_out_ends_the_session(self, client: TestClient) -> None:
        token = sign_in(client).cookies["lms_session"]
        answer = client.post("/auth/sign-out")
        assert answer.headers["location"] == "/sign-in"
        assert "lms_session" in answer.headers["set-cookie"] and "Max-Age=0" in answer.headers["set-cookie"]
        assert accounts.resolve(token) is None

    def test_a_language_is_kept_by_the_browser_and_by_the_account(self, client: TestClient) -> None:
        token = sign_in(client).cookies["lms_session"]
        answer = client.post("/auth/language", data={"language": "ar", "next": "/catalogue"})
        assert (answer.headers["location"], answer.cookies["lang"]) == ("/catalogue", "ar")
        actor = accounts.resolve(token)
        assert actor and actor.language == "ar"

    def test_a_language_there_is_not_changes_nothing(self, client: TestClient) -> None:
        answer = client.post("/auth/language", data={"language": "xx; Domain=evil.example"})
        assert "set-cookie" not in answer.headers

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize(
        "headers",
        [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "", "Sec-Fetch-Site": "cross-site"}],
    )
    def test_another_site_s_form_is_refused(self, client: TestClient, form: str, headers: dict[str, str]) -> None:
        token = sign_in(client).cookies["lms_session"]
        answer = client.post(form, data={"language": "ar"}, headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
        assert accounts.resolve(token)

    @pytest.mark.parametrize("form", FORMS)
    def test_they_answer_posts_only(self, client: TestClient, form: str) -> None:
        assert client.get(form).status_code == 405
