"""Accounts: joining, signing in, sessions, tokens and roles, on both kinds of database."""

import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from argon2 import Parameters, PasswordHasher, extract_parameters
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from services import accounts
from services.accounts import passwords, signing_in, tokens
from services.accounts.models import AuthSession, Organisation, User
from services.accounts.schemas import local_path
from services.platform import clock, database
from services.platform.actor import Actor, Role
from services.platform.config import settings
from services.platform.errors import Conflict, Forbidden, Invalid, LimitReached, NotFound, SignInNeeded
from services.platform.permissions import Permission, allowed, require
from services.platform.rate import Backoff, Limiter, limiter
from tests.conftest import People

PASSWORD = "correct horse 42"
ANY = uuid4()


@pytest.fixture(autouse=True)
def _nobody_waits() -> Iterator[None]:
    signing_in.forget_failures()
    limiter.clear()
    yield
    signing_in.forget_failures()


@pytest.fixture
def visitor(db: str) -> Actor:
    return accounts.default_visitor()


def join(visitor: Actor, email: str = "nora@example.org") -> accounts.SignedIn:
    return accounts.register(visitor, name="Nora", email=email, password=PASSWORD)


def sign_in(visitor: Actor, **changes: object) -> accounts.SignedIn:
    return accounts.sign_in(visitor, **{"email": "nora@example.org", "password": PASSWORD, **changes})  # type: ignore[arg-type]


class TestRegister:
    def test_a_new_person_is_a_learner_and_signed_in(self, visitor: Actor) -> None:
        joined = join(visitor)
        assert joined.actor.role is Role.learner
        assert accounts.resolve(joined.token) == joined.actor
        assert accounts.me(joined.actor).email == "nora@example.org"

    def test_passwords_and_tokens_are_not_stored(self, visitor: Actor) -> None:
        joined = join(visitor)
        with database.reading_across_organisations() as session:
            user = session.scalar(sa.select(User))
            row = session.scalar(sa.select(AuthSession))
        assert user and row
        assert user.password_hash.startswith("$argon2id$")
        assert PASSWORD not in user.password_hash
        assert joined.token not in repr((row, joined))

    def test_one_address_has_one_account_however_it_is_written(self, visitor: Actor) -> None:
        join(visitor, "Nora@Example.org")
        with pytest.raises(Conflict):
            join(visitor, " nora@example.ORG ")
        assert sign_in(visitor, email="NORA@EXAMPLE.ORG").actor.name == "Nora"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("email", "nora"),
            ("email", "a b@example.org"),
            ("email", "nora@example.org\r\nBcc: x@example.org"),
            ("email", "nora@localhost"),
            ("email", "x" * 300 + "@example.org"),
            ("email", {"$ne": 1}),
            ("email", None),
            ("name", ""),
            ("name", "  "),
            ("name", "N\x00ora"),
            ("name", "\ud800"),
            ("name", "x" * 121),
            ("name", ["Nora"]),
            ("password", "short"),
            ("password", "x" * 201),
            ("password", "nora@example.org"),
            ("password", "Password1234"),
            ("password", "aaaaaaaaaaaa"),
            ("password", "with\x00zero in it"),
            ("password", 1234567890),
        ],
    )
    def test_what_cannot_be_used_is_told_beside_its_field(self, visitor: Actor, field: str, value: object) -> None:
        with pytest.raises(Invalid) as caught:
            accounts.register(
                visitor,
                **{"name": "Nora", "email": "nora@example.org", "password": PASSWORD, field: value},  # type: ignore[arg-type]
            )
        assert list(caught.value.fields) == [field]

    def test_everything_wrong_is_told_at_once(self, visitor: Actor) -> None:
        with pytest.raises(Invalid) as caught:
            accounts.register(visitor, name="", email="", password="")
        assert set(caught.value.fields) == {"name", "email", "password"}

    def test_it_can_be_closed(self, visitor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(settings(), "registration", "closed")
        with pytest.raises(Forbidden):
            join(visitor)


class TestSignIn:
    def test_each_sign_in_is_a_session_of_its_own(self, visitor: Actor) -> None:
        first, second = join(visitor), sign_in(visitor)
        assert first.token != second.token
        assert {first.actor.session_id, second.actor.session_id} == {
            actor.session_id for actor in (accounts.resolve(first.token), accounts.resolve(second.token)) if actor
        }

    @pytest.mark.parametrize(
        "changes",
        [
            {"password": "wrong password"},
            {"email": "nobody@example.org"},
            {"email": "not an address"},
            {"email": {"$ne": ""}},
            {"password": {"$ne": ""}},
            {"password": None},
            {"password": "x" * 5000},
            {"password": "\ud800" * 20},
            {"email": "nora@example.org\x00"},
        ],
    )
    def test_whatever_is_wrong_the_answer_is_the_same(self, visitor: Actor, changes: dict[str, object]) -> None:
        join(visitor)
        with pytest.raises(SignInNeeded) as caught:
            sign_in(visitor, **changes)
        assert caught.value.message == "The e-mail address or the password is not right."

    def test_a_suspended_person_cannot_sign_in_and_is_out_at_once(self, people: People) -> None:
        joined = join(people.visitor)
        accounts.set_active(people.admin, user_id=joined.actor.user_id, active=False)
        assert accounts.resolve(joined.token) is None
        with pytest.raises(SignInNeeded):
            sign_in(people.visitor)
        accounts.set_active(people.admin, user_id=joined.actor.user_id, active=True)
        assert sign_in(people.visitor).actor.user_id == joined.actor.user_id

    def test_a_hash_made_with_weaker_parameters_is_renewed(self, visitor: Actor) -> None:
        join(visitor)
        weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
        with database.across_organisations() as session:
            session.execute(sa.update(User).values(password_hash=weak))
        sign_in(visitor)
        with database.reading_across_organisations() as session:
            renewed = session.scalar(sa.select(User.password_hash))
        assert renewed != weak
        assert sign_in(visitor)

    def test_an_unknown_address_is_hashed_against_all_the_same(
        self, visitor: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        join(visitor)
        checked: list[Parameters] = []

        class Counting(PasswordHasher):
            def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
                checked.append(extract_parameters(str(hash)))
                return super().verify(hash, password)

        ours = passwords._hasher()
        counting = Counting(ours.time_cost, ours.memory_cost, ours.parallelism)
        monkeypatch.setattr(passwords, "_hasher", lambda: counting)
        for email in ("nora@example.org", "nobody@example.org", "not an address"):
            with pytest.raises(SignInNeeded):
                sign_in(visitor, email=email, password="wrong password")
        assert len(checked) == 3
        assert checked[0] == checked[1] == checked[2]


class TestThrottle:
    def fail(self, visitor: Actor, times: int, **changes: object) -> int:
        """Try with a wrong password; return how often the password was looked at."""
        looked = 0
        for _ in range(times):
            try:
                sign_in(visitor, password="wrong password", **changes)
            except LimitReached:
                continue
            except SignInNeeded:
                looked += 1
        return looked

    def test_one_address_on_one_account_has_to_wait_longer_each_time(self, visitor: Actor) -> None:
        join(visitor)
        assert self.fail(visitor, 50, address="203.0.113.5") <= 8

    def test_many_addresses_on_one_account_are_slowed(self, visitor: Actor) -> None:
        join(visitor)
        assert sum(self.fail(visitor, 1, address=f"203.0.113.{n}") for n in range(50)) <= 23

    def test_one_address_on_many_accounts_is_slowed(self, visitor: Actor) -> None:
        looked = sum(self.fail(visitor, 1, address="203.0.113.5", email=f"n{n}@example.org") for n in range(70))
        assert looked <= 53

    def test_the_owner_is_not_locked_out_by_strangers(self, visitor: Actor) -> None:
        join(visitor)
        sign_in(visitor, address="198.51.100.1")
        for n in range(60):
            self.fail(visitor, 1, address=f"203.0.113.{n}")
        assert sign_in(visitor, address="198.51.100.1")

    def test_waiting_helps_and_success_forgets(self) -> None:
        moment = [0.0]
        backoff = Backoff(free=2, longest=8, forget_after=60, clock=lambda: moment[0])
        for _ in range(10):
            backoff.fail("a")
        with pytest.raises(LimitReached) as caught:
            backoff.check("a")
        assert caught.value.retry_after == 8
        moment[0] += 8.1
        backoff.check("a")
        backoff.succeed("a")
        backoff.fail("a")
        backoff.check("a")

    def test_a_window_opens_again(self) -> None:
        moment = [0.0]
        window = Limiter(clock=lambda: moment[0])
        for _ in range(3):
            window.take("a", 3, 10)
        with pytest.raises(LimitReached):
            window.take("a", 3, 10)
        window.take("b", 3, 10)
        moment[0] = 10.1
        window.take("a", 3, 10)


class TestSessions:
    def test_signing_out_ends_it_at_once(self, visitor: Actor) -> None:
        joined = join(visitor)
        assert accounts.resolve(joined.token)
        accounts.sign_out(joined.actor)
        assert accounts.resolve(joined.token) is None

    def test_a_session_revoked_by_another_process_ends_within_seconds(
        self, visitor: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        joined = join(visitor)
        moment = [time.monotonic()]
        monkeypatch.setattr(time, "monotonic", lambda: moment[0])
        assert accounts.resolve(joined.token)
        with database.across_organisations() as session:
            session.execute(sa.update(AuthSession).values(revoked_at=clock.now()))
        assert accounts.resolve(joined.token)  # remembered
        moment[0] += 5
        assert accounts.resolve(joined.token) is None

    def test_an_unused_session_ends_and_a_used_one_goes_on(self, visitor: Actor) -> None:
        begun = datetime(2026, 1, 1, tzinfo=UTC)
        with clock.frozen(begun):
            unused, used = join(visitor), sign_in(visitor)
        for day in (7, 14, 21):
            accounts.forget_resolved()
            with clock.frozen(begun + timedelta(days=day - 0.1)):
                assert accounts.resolve(used.token)
        accounts.forget_resolved()
        with clock.frozen(begun + timedelta(days=14, minutes=1)):
            assert accounts.resolve(unused.token) is None

    @pytest.mark.parametrize("token", ["", "x", "x" * 43, None, 5, {"$ne": 1}, "\ud800" * 30, "a" * 5000])
    def test_anything_else_is_nobody(self, visitor: Actor, token: object) -> None:
        assert accounts.resolve(token) is None

    def test_people_see_and_end_their_own_sessions_only(self, visitor: Actor) -> None:
        nora, second = join(visitor), sign_in(visitor)
        other = join(visitor, "omar@example.org")
        assert [info.current for info in accounts.own_sessions(nora.actor)].count(True) == 1
        assert len(accounts.own_sessions(nora.actor)) == 2
        with pytest.raises(NotFound):
            accounts.revoke_session(other.actor, session_id=str(nora.actor.session_id))
        accounts.revoke_session(nora.actor, session_id=str(second.actor.session_id))
        assert accounts.resolve(second.token) is None
        assert accounts.resolve(nora.token)

    def test_the_language_is_kept(self, visitor: Actor) -> None:
        joined = join(visitor)
        accounts.set_language(joined.actor, language="ar")
        actor = accounts.resolve(joined.token)
        assert actor and actor.language == "ar"


class TestTokens:
    @pytest.fixture
    def pair(self, visitor: Actor) -> accounts.Tokens:
        join(visitor)
        return accounts.sign_in_for_tokens(visitor, email="nora@example.org", password=PASSWORD)

    def test_an_access_token_speaks_for_its_person_for_ten_minutes(self, pair: accounts.Tokens) -> None:
        actor = accounts.resolve_access(pair.access_token)
        assert actor and actor.name == "Nora"
        with clock.frozen(clock.now() + timedelta(seconds=601)):
            assert accounts.resolve_access(pair.access_token) is None

    def test_it_ends_with_its_session(self, pair: accounts.Tokens) -> None:
        actor = accounts.resolve_access(pair.access_token)
        assert actor
        accounts.sign_out(actor)
        assert accounts.resolve_access(pair.access_token) is None
        with pytest.raises(SignInNeeded):
            accounts.refresh(pair.refresh_token)

    def test_a_refresh_token_works_once_and_its_reuse_ends_the_session(self, pair: accounts.Tokens) -> None:
        second = accounts.refresh(pair.refresh_token)
        assert accounts.resolve_access(second.access_token)
        with pytest.raises(SignInNeeded):
            accounts.refresh(pair.refresh_token)
        assert accounts.resolve_access(second.access_token) is None
        with pytest.raises(SignInNeeded):
            accounts.refresh(second.refresh_token)

    def test_a_cookie_is_no_refresh_token_and_a_refresh_token_no_cookie(
        self, visitor: Actor, pair: accounts.Tokens
    ) -> None:
        assert accounts.resolve(pair.refresh_token) is None
        with pytest.raises(SignInNeeded):
            accounts.refresh(sign_in(visitor).token)

    def test_tokens_that_are_not_ours_are_refused(self, visitor: Actor, pair: accounts.Tokens) -> None:
        key = tokens._key()
        claims = dict(jwt.decode(pair.access_token, key, algorithms=["HS256"]).claims)
        rsa = RSAKey.generate_key(2048, private=True)
        own = OctKey.import_key("another secret of enough length 123456")
        foreign = [
            jwt.encode({"alg": "HS256"}, claims, own),
            jwt.encode({"alg": "HS512"}, claims, key, algorithms=["HS512"]),
            jwt.encode({"alg": "RS256"}, claims, rsa, algorithms=["RS256"]),
            jwt.encode({"alg": "none"}, claims, key, algorithms=["none"]),
            jwt.encode({"alg": "HS256", "jwk": own.as_dict()}, claims, own),
            jwt.encode({"alg": "HS256", "kid": "../../dev/null", "jku": "http://127.0.0.1:9/"}, claims, own),
            pair.access_token[:-2] + ("AA" if pair.access_token[-2:] != "AA" else "BB"),
            pair.access_token.rsplit(".", 1)[0] + ".",
        ]
        for changed in (
            {"iss": "other"},
            {"aud": "other"},
            {"exp": 1},
            {"sub": "x"},
            {"sid": "../../x"},
            {"sid": None},
        ):
            foreign.append(jwt.encode({"alg": "HS256"}, claims | changed, key))
        for missing in ("iss", "aud", "exp", "iat", "sub", "sid"):
            foreign.append(jwt.encode({"alg": "HS256"}, {k: v for k, v in claims.items() if k != missing}, key))
        assert accounts.resolve_access(jwt.encode({"alg": "HS256"}, claims, key))
        assert [token for token in foreign if accounts.resolve_access(token) is not None] == []

    @pytest.mark.parametrize("token", ["", "a.b.c", None, 5, "." * 50, "\ud800" * 30, "x" * 5000])
    def test_anything_else_is_nobody(self, visitor: Actor, token: object) -> None:
        assert accounts.resolve_access(token) is None
        with pytest.raises(SignInNeeded):
            accounts.refresh(token)

    def test_the_key_is_made_once_and_readable_by_its_owner_only(self, pair: accounts.Tokens, tmp_path: Path) -> None:
        path = tmp_path / "secret_key"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        before = path.read_text()
        tokens._key_in.cache_clear()
        assert accounts.resolve_access(pair.access_token)
        assert path.read_text() == before


class TestPeople:
    def test_the_default_organisation_is_made_once(self, db: str) -> None:
        first = accounts.ensure_default_organisation()
        assert accounts.ensure_default_organisation() == first
        with database.reading_across_organisations() as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Organisation)) == 1

    def test_demo_people_sign_in_with_the_demo_password(self, visitor: Actor) -> None:
        accounts.ensure_demo_people()
        accounts.ensure_demo_people()
        roles = {
            email: accounts.sign_in(visitor, email=email, password="demo-pass-1234").actor.role
            for email, _, _ in accounts.DEMO_PEOPLE
        }
        assert list(roles.values()) == list(Role)[:5]

    def test_without_the_demo_they_do_not_exist(self, visitor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(settings(), "demo", False)
        accounts.ensure_demo_people()
        with pytest.raises(SignInNeeded):
            accounts.sign_in(visitor, email="admin@example.com", password="demo-pass-1234")

    def test_an_administrator_makes_accounts_up_to_their_own_role(self, people: People) -> None:
        made = accounts.create_user(
            people.organisation_admin, name="Tariq", email="t@example.org", password=PASSWORD, role="instructor"
        )
        assert (made.role, made.organisation) == ("instructor", "Home School")
        with pytest.raises(Forbidden):
            accounts.create_user(
                people.organisation_admin, name="X", email="x@example.org", password=PASSWORD, role="platform_admin"
            )
        for role in ("system", "visitor", "god", {"a": 1}):
            with pytest.raises(Invalid):
                accounts.create_user(people.admin, name="X", email="x@example.org", password=PASSWORD, role=role)

    @pytest.mark.parametrize("who", ["visitor", "learner", "assistant", "instructor"])
    def test_nobody_else_manages_people(self, people: People, who: str) -> None:
        actor = getattr(people, who)
        wanted = people.other_learner.user_id
        for attempt in (
            lambda: accounts.create_user(actor, name="X", email="x@example.org", password=PASSWORD),
            lambda: accounts.set_role(actor, user_id=wanted, role="instructor"),
            lambda: accounts.set_active(actor, user_id=wanted, active=False),
        ):
            with pytest.raises(Forbidden):
                attempt()

    def test_another_organisation_does_not_exist(self, people: People) -> None:
        for attempt in (
            lambda: accounts.set_role(people.foreign_admin, user_id=people.learner.user_id, role="instructor"),
            lambda: accounts.set_active(people.foreign_admin, user_id=people.learner.user_id, active=False),
        ):
            with pytest.raises(NotFound) as stranger:
                attempt()
            assert stranger.value.message == "This does not exist, or you may not see it."

    def test_nobody_changes_those_above_them_or_themselves(self, people: People) -> None:
        with pytest.raises(Forbidden):
            accounts.set_role(people.organisation_admin, user_id=people.admin.user_id, role="learner")
        with pytest.raises(Forbidden):
            accounts.set_active(people.organisation_admin, user_id=people.admin.user_id, active=False)
        with pytest.raises(Conflict):
            accounts.set_role(people.admin, user_id=people.admin.user_id, role="learner")
        with pytest.raises(Conflict):
            accounts.set_active(people.admin, user_id=people.admin.user_id, active=False)


class TestPolicy:
    def test_each_role_may_all_that_the_ones_below_may(self) -> None:
        ladder = [Role.visitor, Role.learner, Role.assistant, Role.instructor]
        ladder += [Role.organisation_admin, Role.platform_admin]
        granted = [{p for p in Permission if allowed(Actor(organisation_id=ANY, role=role), p)} for role in ladder]
        assert all(below < above for below, above in pairwise(granted))
        assert granted[0] == {Permission.public}

    def test_a_visitor_is_asked_to_sign_in_and_a_person_is_refused(self) -> None:
        with pytest.raises(SignInNeeded):
            require(Actor(organisation_id=ANY, role=Role.visitor), Permission.learn)
        with pytest.raises(Forbidden) as caught:
            require(Actor(organisation_id=ANY, role=Role.learner), Permission.edit_courses)
        assert not isinstance(caught.value, SignInNeeded)


@pytest.mark.parametrize(
    "value",
    [
        "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "javascript:alert(1)",
        "data:text/html,x", "/a\r\nSet-Cookie: x=1", "/a\tb", "", None, 5, ["/home"], "home", "/" + "x" * 600,
        "/\u2028", " /home", "/%0d%0a" + "\x00",
    ],
)  # fmt: skip
def test_an_address_of_another_site_becomes_the_home_page(value: object) -> None:
    assert local_path(value) == "/home"


@pytest.mark.parametrize("value", ["/home", "/learn/python/loops?at=block-3#top", "/courses/a%20b"])
def test_an_address_of_this_site_is_kept(value: str) -> None:
    assert local_path(value) == value
