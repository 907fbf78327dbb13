"""The REST API and the forms under attack: what is sent, how often, from where."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest
import redis
import sqlalchemy as sa
from fastapi.testclient import TestClient

from lms_app.api.actor import CurrentActor
from lms_app.api.app import make_api
from lms_app.static_site import Site, StaticSite
from services import accounts, ai, assessment, enrolment
from services.accounts import signing_in
from services.courses import import_course
from services.platform import cache, database
from services.platform.actor import Role
from services.platform.config import settings
from services.platform.errors import LimitReached, SignInNeeded
from services.platform.models import AuditEntry
from services.platform.rate import Backoff, limiter, network_of, take_everywhere
from tests.api_clients import client_of
from tests.conftest import REDIS, People
from tests.course_rows import make_taken_course
from tests.filled import Filled, fill

ORIGIN = "http://127.0.0.1:3000"
PASSWORD = "correct horse 42"


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    limiter.clear()
    signing_in.forget_failures()
    yield
    limiter.clear()
    signing_in.forget_failures()


@pytest.fixture
def filled(people: People) -> Iterator[Filled]:
    yield fill(people)
    ai.close()


@pytest.fixture
def account(sqlite_people: People) -> str:
    """An account's address; its password is ``PASSWORD``."""
    accounts.create_user(sqlite_people.admin, name="Nora", email="nora@example.org", password=PASSWORD)
    accounts.ensure_default_organisation()
    return "nora@example.org"


def client(**headers: str) -> TestClient:
    return TestClient(make_api(), base_url=ORIGIN, headers=headers, raise_server_exceptions=False)


def at_once(times: int, do: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(lambda _: do(), range(times)))


HALF = r"\ud800"


class TestWhatIsSent:
    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("PUT", "/attempts/{attempt}/answers", f'{{"answers": {{"{HALF}": 1}}}}'),
            ("PUT", "/attempts/{attempt}/answers", f'{{"answers": {{"{{one}}": "{HALF}"}}}}'),
            ("PUT", "/attempts/{attempt}/answers", '{"answers": {"{number}": NaN}}'),
            ("PUT", "/attempts/{attempt}/answers", '{"answers": {"{number}": 1e400}}'),
            ("PUT", "/attempts/{attempt}/answers", f'{{"answers": {{"{{number}}": {"9" * 5000}}}}}'),
            ("PUT", "/attempts/{attempt}/answers", '{"answers": {"{one}": {"$ne": 1}}}'),
            ("PUT", "/attempts/{attempt}/answers", f'{{"answers": {"[" * 50_000}{"]" * 50_000}}}'),
            ("PUT", "/attempts/{attempt}/answers", '{"answers": {"a\\u0000": 1}}'),
            ("POST", "/code/run", f'{{"language": "python", "source": "1", "limits": {{"{HALF}": 1}}}}'),
            ("POST", "/code/run", '{"language": "python", "source": "1", "limits": {"cpu_ms": NaN}}'),
            ("POST", "/code/run", f'{{"language": "python", "source": "1", "files": {{"{HALF}": ""}}}}'),
            ("POST", "/ai/ask", f'{{"question": "x", "course": "{HALF}"}}'),
            ("POST", "/ai/ask", f'{{"question": "x", "course": "small", "about": {{"{HALF}": "x"}}}}'),
            ("POST", "/auth/login", f'{{"email": "{HALF}", "password": "{HALF}"}}'),
            ("POST", "/auth/refresh", f'{{"refresh_token": "{HALF}{"a" * 30}"}}'),
            ("POST", "/exercises/{exercise}/submissions", f'{{"files": {{"main.py": "{HALF}"}}}}'),
        ],
    )
    def test_what_no_database_can_hold_is_a_refusal_and_never_a_crash(
        self, people: People, filled: Filled, method: str, path: str, body: str
    ) -> None:
        path = path.replace("{attempt}", filled.attempt).replace("{exercise}", filled.made.doubling)
        for name, question in filled.made.questions.items():
            body = body.replace(f"{{{name}}}", question)
        answer = client_of(people.learner).request(
            method, f"/api/v1{path}", content=body, headers={"Content-Type": "application/json"}
        )
        assert 400 <= answer.status_code < 500, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        answer.json()

    @pytest.mark.parametrize("path", ["/api/v1/courses/", "/api/docs/", "/api/v1/courses/x/outline/", "/auth/sign-in/"])
    def test_no_redirect_repeats_the_host_that_the_sender_made_up(self, sqlite_people: People, path: str) -> None:
        answer = client(Host="evil.example").get(path, follow_redirects=False)
        assert answer.status_code == 404
        assert "evil" not in str(answer.headers)

    @pytest.mark.parametrize("host", ["evil.example", "evil.example:3000"])
    def test_the_address_of_the_front_door_does_not_follow_the_host(self, sqlite_people: People, host: str) -> None:
        accounts.ensure_default_organisation()
        answer = client(Host=host, **{"X-Forwarded-Host": host}).get("/", follow_redirects=False)
        assert answer.headers["location"] == "/catalogue"


class TestTwiceAtOnce:
    def test_fifty_enrolments_are_one(self, people: People) -> None:
        accounts.ensure_default_organisation()
        made = make_taken_course(people.instructor)
        answers = at_once(50, lambda: enrolment.enrol(people.learner, course_id=str(made.course)).created)
        assert Counter(answers) == {True: 1, False: 49}
        with database.reading(people.learner) as session:
            entries = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "course.enrol")).all()  # type: ignore[arg-type]
        assert len(entries) == 1

    def test_attempts_cannot_be_made_without_end(self, sqlite_people: People) -> None:
        made = make_taken_course(sqlite_people.instructor, sqlite_people.learner)
        with pytest.raises(LimitReached):
            for _ in range(100):
                begun = assessment.start_attempt(sqlite_people.learner, quiz_id=made.quiz)
                assessment.submit_attempt(sqlite_people.learner, attempt_id=begun.id)
        assert len(assessment.quiz_view(sqlite_people.learner, quiz_id=made.quiz).attempts) <= 20

    def test_a_loop_over_the_api_is_slowed_and_told_when_to_come_back(self, sqlite_people: People) -> None:
        learner = client_of(sqlite_people.learner)
        answers = [learner.post("/api/v1/courses/none/enroll") for _ in range(230)]
        assert answers[0].status_code == 404
        assert answers[-1].status_code == 429
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 10
        other = client_of(sqlite_people.other_learner)
        assert other.post("/api/v1/courses/none/enroll").status_code == 404


class TestPasswords:
    def test_forty_guesses_at_once_are_no_more_than_a_few(self, account: str, sqlite_people: People) -> None:
        """A check that looks only at failures lets all of them through before the first has failed."""

        def guess() -> type[Exception] | None:
            try:
                accounts.sign_in(sqlite_people.visitor, email=account, password="wrong password", address="203.0.113.5")
            except (SignInNeeded, LimitReached) as error:
                return type(error)
            return None

        looked_at = Counter(at_once(40, guess))[SignInNeeded]
        assert looked_at <= 7

    def test_forty_right_ones_at_once_are_all_let_in(self, account: str, sqlite_people: People) -> None:
        def enter() -> bool:
            who = accounts.sign_in(sqlite_people.visitor, email=account, password=PASSWORD, address="203.0.113.5")
            return who.actor.signed_in

        assert all(at_once(40, enter))

    def test_right_passwords_cost_a_hash_too_and_are_counted_before_it(
        self, account: str, sqlite_people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(signing_in, "_TRIES_PER", (3, 60.0))
        for _ in range(3):
            accounts.sign_in(sqlite_people.visitor, email=account, password=PASSWORD, address="203.0.113.6")
        with pytest.raises(LimitReached):
            accounts.sign_in(sqlite_people.visitor, email=account, password=PASSWORD, address="203.0.113.6")
        assert accounts.sign_in(sqlite_people.visitor, email=account, password=PASSWORD, address="203.0.113.7")

    @pytest.mark.parametrize(
        ("address", "counted_as"),
        [
            ("203.0.113.5", "203.0.113.5"),
            ("::ffff:203.0.113.5", "203.0.113.5"),
            ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
            ("[2001:db8:1:3::1]", "2001:db8:1:3::/64"),
            ("fe80::1%eth0", "fe80::/64"),
            ("unknown", "unknown"),
            ("x" * 500, "x" * 60),
        ],
    )
    def test_a_household_with_a_quintillion_addresses_is_one(self, address: str, counted_as: str) -> None:
        assert network_of(address) == counted_as

    def test_a_second_header_of_the_sender_does_not_become_the_address(
        self, account: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A proxy that adds a header of its own leaves the sender's before it."""
        monkeypatch.setenv("TRUSTED_PROXY_HOPS", "1")
        settings.cache_clear()
        statuses = []
        for number in range(12):
            headers = [("X-Forwarded-For", f"198.51.100.{number}"), ("X-Forwarded-For", "203.0.113.9")]
            sent = {"email": account, "password": "wrong password"}
            statuses.append(client().post("/api/v1/auth/login", json=sent, headers=httpx.Headers(headers)).status_code)
        assert 429 in statuses


@pytest.mark.redis
class TestSeveralProcesses:
    """Two processes that share Redis count together."""

    @pytest.fixture(autouse=True)
    def _shared(self, sqlite: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        try:
            redis.Redis.from_url(REDIS, socket_connect_timeout=1).ping()
        except redis.RedisError:
            pytest.skip(f"no Redis answers at {REDIS}")
        monkeypatch.setenv("REDIS_URL", REDIS)
        settings.cache_clear()
        cache.shared.cache_clear()
        yield
        cache.shared.cache_clear()

    def test_what_one_process_saw_fail_another_makes_wait(self) -> None:
        here, there = (Backoff("test", free=2, longest=30, forget_after=60) for _ in range(2))
        key = uuid4().hex
        here.fail(key)
        there.fail(key)
        here.check(key)
        here.fail(key)
        with pytest.raises(LimitReached):
            there.check(key)
        here.succeed(key)
        there.succeed(key)
        there.check(key)

    def test_a_window_is_one_for_all(self) -> None:
        key = uuid4().hex
        for _ in range(3):
            take_everywhere(key, 3, 60)
            limiter.clear()  # as in a process that has counted nothing yet
        with pytest.raises(LimitReached):
            take_everywhere(key, 3, 60)

    def test_neither_people_nor_addresses_can_be_read_out_of_redis(self) -> None:
        backoff = Backoff("test", free=0, longest=30, forget_after=60)
        key = f"{uuid4().hex}@example.org|203.0.113.5"
        backoff.fail(key)
        kept = redis.Redis.from_url(REDIS)
        assert not [name for name in kept.scan_iter("*") if key.encode() in name]
        assert [name for name in kept.scan_iter("*") if hashlib.sha256(key.encode()).hexdigest()[:40].encode() in name]


class TestSessions:
    def test_signing_out_everywhere_ends_browsers_and_clients(self, account: str) -> None:
        browser = client(Origin=ORIGIN)
        browser.post("/auth/sign-in", data={"email": account, "password": PASSWORD})
        pair = client().post("/api/v1/auth/login", json={"email": account, "password": PASSWORD}).json()
        bearer = client(Authorization=f"Bearer {pair['access_token']}")
        assert browser.get("/api/v1/auth/me").status_code == bearer.get("/api/v1/auth/me").status_code == 200
        assert browser.post("/api/v1/auth/logout-everywhere").status_code == 204
        assert browser.get("/api/v1/auth/me").status_code == bearer.get("/api/v1/auth/me").status_code == 401
        refreshed = client().post("/api/v1/auth/refresh", json={"refresh_token": pair["refresh_token"]})
        assert refreshed.status_code == 401

    def test_a_stranger_and_another_site_end_nobodys_sessions(self, account: str) -> None:
        browser = client(Origin=ORIGIN)
        browser.post("/auth/sign-in", data={"email": account, "password": PASSWORD})
        assert client().post("/api/v1/auth/logout-everywhere").status_code == 401
        forged = browser.post("/api/v1/auth/logout-everywhere", headers={"Origin": "https://evil.example"})
        assert forged.status_code == 403
        assert browser.get("/api/v1/auth/me").status_code == 200

    def test_a_stolen_refresh_token_is_noticed_and_written_down(self, account: str, sqlite_people: People) -> None:
        pair = client().post("/api/v1/auth/login", json={"email": account, "password": PASSWORD}).json()
        for expected in (200, 401):
            sent = {"refresh_token": pair["refresh_token"]}
            assert client().post("/api/v1/auth/refresh", json=sent).status_code == expected
        assert "session.token_reused" in actions(sqlite_people)

    async def test_under_https_every_answer_keeps_browsers_at_https(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for url, expected in (("https://learn.example.org", "max-age=31536000"), ("", None)):
            monkeypatch.setenv("PUBLIC_URL", url)
            settings.cache_clear()
            site = StaticSite(make_api(), Site())
            transport = httpx.ASGITransport(site)  # type: ignore[arg-type]  # the same protocol under another name
            async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as asked:
                answer = await asked.get("/healthz")
            assert answer.headers.get("strict-transport-security") == expected
        settings.cache_clear()


def actions(people: People) -> list[str]:
    with database.reading(people.admin) as session:
        return list(session.scalars(sa.select(AuditEntry.action)))  # type: ignore[call-overload]


class TestAudit:
    def test_what_changes_who_may_do_what_is_written_down(self, people: People) -> None:
        made = accounts.create_user(people.admin, name="Nora", email="nora@example.org", password=PASSWORD)
        accounts.set_role(people.admin, user_id=made.id, role=Role.instructor)
        accounts.set_active(people.admin, user_id=made.id, active=False)
        accounts.set_active(people.admin, user_id=made.id, active=True)
        accounts.sign_in(people.visitor, email="nora@example.org", password=PASSWORD)
        assert actions(people) == [
            "account.create",
            "account.role",
            "account.suspend",
            "account.resume",
            "session.open",
        ]

    def test_what_a_role_does_not_allow_is_written_down_a_few_times_and_not_a_hundred(
        self, sqlite_people: People
    ) -> None:
        api = make_api()
        rest = api.routes[-1].app  # type: ignore[attr-defined]  # the application under /api

        @rest.get("/probe/import")
        def bring_in(actor: CurrentActor) -> None:
            import_course(actor, source=b"")

        learner = client_of(sqlite_people.learner, api)
        for _ in range(50):
            assert learner.get("/api/probe/import").status_code == 403
        with database.reading(sqlite_people.admin) as session:
            entries = session.scalars(
                sa.select(AuditEntry).where(AuditEntry.action == "access.refused")  # type: ignore[arg-type]
            ).all()
        assert len(entries) == 5
        assert entries[0].actor_id == sqlite_people.learner.user_id
        assert entries[0].facts == {"what": "GET /probe/import"}


def test_a_learner_reads_nobody_elses_things_by_their_ids(people: People, filled: Filled) -> None:
    other = client_of(people.other_learner)
    enrolment.enrol(people.other_learner, course_id=str(filled.made.course))
    for method, path, body in (
        ("GET", f"/attempts/{filled.attempt}", None),
        ("PUT", f"/attempts/{filled.attempt}/answers", {"answers": {filled.made.questions["one"]: "b"}}),
        ("POST", f"/attempts/{filled.attempt}/submit", None),
        ("GET", f"/submissions/{filled.submission}", None),
        ("POST", f"/ai/answers/{filled.answer}/stop", None),
    ):
        assert other.request(method, f"/api/v1{path}", json=body).status_code == 404, path
    exercise = other.get(f"/api/v1/exercises/{filled.made.doubling}").json()
    assert (exercise["has_draft"], exercise["submissions"]) == (False, [])
    quiz = other.get(f"/api/v1/quizzes/{filled.made.quiz}").json()
    assert (quiz["open_attempt_id"], quiz["attempts"]) == ("", [])
